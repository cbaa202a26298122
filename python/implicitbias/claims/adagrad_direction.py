"""Where AdaGrad's iterates turn: a result later than the paper."""

import copy
import math
from functools import cached_property

import numpy as np

from .._calls import public
from .._core import Constant, Exponential, Lp, Problem, WeightedNorm
from .._types import Array, Hypothesis
from ..arithmetic.lp_norm import longest, lp_norm
from ..bracket import Bracket
from ..flows.flow import Flow
from ..oracles.max_margin import max_margin
from ..problems.rows import loss_at, signed_rows
from ..runs.run import Run
from .accumulator import LOG_ZERO, Growth, adagrad_run, step_hypotheses, tail
from .angle import angle
from .claim import OneRunClaim
from .limit import Limit
from .max_margin import MaxMarginClaim
from .sources import QIAN, Source
from .wording import in_pairs, text_of_exp

# G counts as settled where the norm |G^(1/4) w|_2 of no w grows by more than this part.
SETTLED = 5e-3


@public
def limit_direction(run: Run) -> "AdaGradDirectionClaim":
    """Return where an AdaGrad run turns, given its accumulator G now: a result later than the paper.

    The paper proves that G(t) stays bounded (Theorem 6), so that the limit direction depends on eta, w(0)
    and G(0), and names none. Qian and Qian, "The implicit bias of AdaGrad on separable data" (NeurIPS 2019),
    prove that for small constant steps it is that of

        argmin {sum_i G_i^(1/2) w_i^2 : y_n <w, x_n> >= 1},  G = lim G(t):

    AdaGrad ends as steepest descent in the norm |G^(1/4) w|_2. The claim takes the G(t) of the moment for
    the limit, and bounds how far off it can be. With constant steps w(t) grows like log t, so that the
    margin gap closes like 1 / log t; w(t) - w(t / 10) points there much sooner.

    Parameters
    ----------
    run : Run
        Of AdaGrad, on a monotone loss.

    Returns
    -------
    AdaGradDirectionClaim
        For `compare`.

    Raises
    ------
    InvalidTypeError
        If the run is not one of AdaGrad on a monotone loss.

    See Also
    --------
    bounded_accumulator : Theorem 6.

    References
    ----------
    Qian and Qian (2019), "The Implicit Bias of AdaGrad on Separable Data", arXiv:1906.03559.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.AdaGrad(1.0), 0.1).advance(10_000)
    >>> print(ib.limit_direction(run).solve().point.round(2))
    [0.71 0.71]
    """
    return AdaGradDirectionClaim(adagrad_run(run))


class AdaGradDirectionClaim(OneRunClaim, MaxMarginClaim):
    """Qian and Qian (2019), not the paper: AdaGrad tends to a maximum margin in |G^(1/4) w|_2.

    Attributes
    ----------
    run : Run
    t : int or float
        The iteration whose G it takes; a float after a leap beyond 2^53.
    moving : ndarray of bool, of w's shape
        Where G is positive; where it is 0, w keeps its start.
    norm : Norm
        |G^(1/4) w|_2 of the coordinates that move, with G relative to its largest entry.
    """

    bounded_steps = False  # no hypothesis besides: constant steps are bounded

    def __init__(self, run: Run) -> None:
        now = copy.copy(run)  # one moment of the run, which another thread may be advancing
        self.run, self.t = run, now.t
        eta = run.step_size.eta if isinstance(run.step_size, Constant) else 1.0
        self._growth = Growth.after(run.problem, eta, now.w, now.log_G)
        self.moving = self._growth.log_G > LOG_ZERO
        log_G = self._growth.log_G[self.moving]
        self._weights = np.exp((log_G - log_G.max(initial=LOG_ZERO)) / 4)
        super().__init__(run.problem, run.method, WeightedNorm(self._weights, Lp(2)), "")
        self.source = Source(QIAN)
        self.statement = (
            "w(t) -> argmin {|G^(1/4) w|_2 : y_n <w, x_n> >= 1} in direction, with G = lim G(t) (later than "
            f"the paper; for small constant steps){in_pairs(run.problem)}"
        )

    @cached_property
    def hypotheses(self) -> list[Hypothesis]:
        """Separable data, the loss, Theorem 6's step condition from t on, and that G has settled."""
        growth = self._growth if isinstance(self.run.step_size, Constant) else None
        steps = step_hypotheses(self.run, growth, "w(t)", "G(t)")
        most = self._growth.log_norm
        grown = f"{100 * math.expm1(most):.2g} %" if most < 2 else f"a factor of {text_of_exp(most)}"
        settled = (
            f"G has settled: from t = {self.t} on |G^(1/4) w|_2 grows by at most {100 * SETTLED:g} % (the "
            f"bound is {grown})"
        )
        separable = "the data are linearly separable", self.separability.separable
        return [separable, tail(self.problem), *steps, (settled, most <= math.log1p(SETTLED))]

    def step_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Nothing more: they are among the claim's own."""
        return []

    @cached_property
    def _rows(self) -> Array:
        """G^(-1/4) y_n x_n: in the coordinates G^(1/4) w the norm is Euclidean."""
        return np.asarray(signed_rows(self.problem)[:, self.moving.ravel()] / self._weights)

    @cached_property
    def _limit(self) -> Limit:
        self.separability.require()
        solution = max_margin(Problem(self._rows, np.ones(len(self._rows)), Exponential()), Lp(2))
        direction = np.zeros(self.problem.shape)
        direction[self.moving] = solution.direction / self._weights
        return Limit(direction, solution.value, solution.gap, True)

    def margin(self, run: Run) -> float:
        """Return the margin of a run's iterate, in the norm of the claim."""
        v = run.w[self.moving] * self._weights
        size = lp_norm(v, 2)
        return float((self._rows @ v).min()) / size if size > 0 else -math.inf

    def bracket(self, run: Run | Flow) -> Bracket:
        """Return what a run's iterate certifies of the maximum margin, in the norm of the claim."""
        assert isinstance(run, Run)
        rows = self._rows
        v = run.w[self.moving] * self._weights
        _, _, slopes = loss_at(self.problem, rows @ v)
        # Inner products err by this much at most, relative to |v| and to the largest sample.
        rounding = (sum(rows.shape) + 16) * np.finfo(float).eps * longest(rows)
        return Bracket(float(self.margin(run) - rounding), float(lp_norm(slopes @ rows, 2) + rounding))

    def _on_the_way(self, run: Run, limit: Limit) -> str:
        """Return where AdaGrad is heading: constant steps leave w itself behind."""
        text = "; with constant steps the gap closes like 1 / log t"
        rows = run.trajectory
        earlier = np.flatnonzero((rows.t >= 1) & (rows.log10_t <= run.log10_t - 1))
        if earlier.size:
            row = earlier[-1]
            degrees = angle(run.w - rows.w[row], limit.point)
            text += (
                f", while w({run.t}) - w({rows.t[row]}) is {degrees:.2g} degrees from the predicted direction"
            )
        return text
