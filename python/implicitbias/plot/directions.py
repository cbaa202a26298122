"""How directions turn towards what is predicted of them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .._arguments import seen
from .._calls import public
from .._types import Array
from ..claims.angle import angle
from ..claims.asymptote import asymptote
from ..claims.claim import LimitClaim
from ..claims.limit import Limit
from ..claims.prediction import predict
from ..errors import InvalidValueError
from ..runs.past import whole
from ..runs.run import Run
from .against_t import Runs, draw_quantity
from .axes_of_t import Curve, drawable, note, show_t
from .lines import Line, check_claim, lines_of
from .style import Style, add_legend, drawing, width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..runs.view import RunView


@public
def angles(
    runs: Runs,
    claim: LimitClaim | Sequence[LimitClaim] | None = None,
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
    band: Literal["quantiles"] | None = None,
    over: str | None = None,
) -> "Axes":
    """Draw the degrees between w(t) and the direction that is predicted against t, both axes logarithmic.

    Parameters
    ----------
    runs : Run, Iterates, sequence of them, or Sweep
    claim : Claim or sequence of Claim, optional
        One with a limit for all runs, or one for each; by default what `predict` says of each.
    labels : sequence of str, optional
        One a run; by default named after the method. Runs of one label look alike and have one entry.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.
    band : {'quantiles'}, optional
        Draw the median over runs of one label, or over an axis of a sweep, as in `margins`.
    over : str, optional
        This axis, by the name of its argument; by default the last.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidValueError
        If nothing is predicted of a run, or the predicted direction is not the only one.
    NotSeparableError
        If the data are not separable.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 2.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent()).advance(1000)
    >>> ib.plot.angles(run).get_ylabel()
    'angle to the limit (deg)'
    """
    lines = lines_of(runs, labels, band=band, over=over)
    claims = _one_each(claim, [line.run for line in lines])
    known: list[tuple[LimitClaim, Array]] = []
    targets: dict[int, Array] = {}
    for line, given in zip(lines, claims, strict=True):
        targets[id(line.run)] = _direction(line.run, given, known)

    def degrees(run: "RunView") -> Curve:
        rows = run.trajectory
        target = targets[id(run)]
        shown = (rows.t >= 1) & np.isfinite(rows.w).reshape(len(rows), -1).all(axis=1)
        return rows.t[shown], drawable([angle(w, target) for w in rows.w[shown]], positive=True)

    with drawing(ax, style) as ax:
        draw_quantity(ax, lines, degrees, band, nothing="no direction after $t = 0$ to draw")
        ax.set_yscale("log")
        ax.set_ylabel("angle to the limit (deg)")
        return ax


def _one_each(claim: Any, runs: Sequence["RunView"]) -> list[LimitClaim | None]:
    claims = list(claim) if isinstance(claim, Sequence) else [claim] * len(runs)
    if len(claims) != len(runs):
        raise InvalidValueError(f"claim: expected one, or {len(runs)}, one a run, got {seen(claim)}")
    for each, run in zip(claims, runs, strict=True):
        if each is not None:
            check_claim(each, [run])
    return claims


def _direction(run: "RunView", given: LimitClaim | None, known: list[tuple[LimitClaim, Array]]) -> Array:
    """Return where a run is to go, as is known already of the same problem and method."""
    claim: Any = given
    for other, target in known:
        same = other is given if given is not None else other.method == run.method
        # The limit of a margin has nothing to do with the start.
        if same and other.problem is run.problem and run.problem.loss.monotone:
            return target
    if claim is None:
        start = None if run.problem.loss.monotone else run.w0
        claim = predict(run.problem, run.method, start, batch=run.batch)
        if not isinstance(claim, LimitClaim):
            raise InvalidValueError(
                f"claim: expected a Claim with a limit, and nothing is predicted of {run.method!r}; "
                "why_no_claim says why, and predict of another method gives one to draw"
            )
    limit: Limit = claim.solve()
    if not limit.unique:
        raise InvalidValueError(
            f"claim: expected one whose direction is the only one, got {claim!r}; plot.gaps compares margins"
        )
    if limit.point.shape != run.problem.predictor_shape:
        raise InvalidValueError(
            f"claim: expected a limit of shape {run.problem.predictor_shape}, got {seen(limit.point)}"
        )
    known.append((claim, limit.point))
    return limit.point


@public
def asymptotes(
    runs: Run | Sequence[Run],
    *,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
) -> "Axes":
    """Draw how far gradient descent is from its limit direction, beside the 1 / log t that is predicted.

    By `asymptote`, w(t) = w_hat log t + w_tilde + o(1). Solid: the distance of w / |w|_2 from
    w_hat / |w_hat|_2, in the span of the support vectors; dashed: that of w_hat log t + w_tilde, which falls
    like 1 / log t; dotted: the distance |w - w_hat log t - w_tilde|_2, which falls like a power of t.

    Parameters
    ----------
    runs : Run or sequence of them
        Of gradient descent with constant steps, on a monotone loss and separable data.
    labels : sequence of str, optional
        One a run; by default named after the method. Runs of one label look alike and have one entry.
    ax : matplotlib Axes, optional
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If a run has no asymptote; the message says what is missing.

    References
    ----------
    Soudry et al. (2018), "The Implicit Bias of Gradient Descent on Separable Data", JMLR 19, Theorem 4.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 2.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.1).fast_forward(1e30)
    >>> ib.plot.asymptotes(run).get_yscale()
    'log'
    """
    lines = lines_of(runs, labels, monotone=True)
    drawn = [_towards(line) for line in lines]
    with drawing(ax, style) as ax:
        for line, (t, direction, law, rest) in zip(lines, drawn, strict=True):
            ax.plot(t, direction, label=line.label, **line.look())
            ax.plot(t, law, color=line.color, lw=width(0.8), ls="--")
            ax.plot(t, rest, color=line.color, lw=width(0.8), ls=":")
        show_t(ax, [line.run for line in lines])
        ax.set_yscale("log")
        if not any(np.isfinite(direction).any() for _, direction, *_ in drawn):
            note(ax, "no direction after $t = 1$ to draw")
        ax.set_ylabel("distance")
        styles = [("of the direction", "-"), (r"as predicted, $\sim 1/\log t$", "--")]
        add_legend(ax, [*styles, (r"of $w$ from $\hat w \log t + \tilde w$", ":")])
        return ax


def _towards(line: Line) -> tuple[Array, Array, Array, Array]:
    """Return t > 1, the distances of directions there, those of the asymptote, and of w from it."""
    run = line.run
    origin: Any = whole(run)
    found, rows = asymptote(origin).solve(), run.trajectory
    shown = (rows.log10_t > 0) & np.isfinite(rows.w).reshape(len(rows), -1).all(axis=1)
    w = rows.w.reshape(len(rows), -1)[shown] @ found.span.T
    predicted = np.outer(rows.log10_t[shown] * math.log(10), found.w_hat.ravel()) + found.w_tilde.ravel()
    target = found.w_hat.ravel() / np.linalg.norm(found.w_hat)
    rest = np.linalg.norm(w - predicted @ found.span.T, axis=1)
    return (
        rows.t[shown],
        drawable(_apart(w, target), positive=True),
        drawable(_apart(predicted, target), positive=True),
        drawable(rest, positive=True),
    )


def _apart(points: Array, target: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        directions = points / np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(np.linalg.norm(directions - target, axis=1))
