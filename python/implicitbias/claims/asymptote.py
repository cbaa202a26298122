"""How gradient descent goes to infinity: w(t) = w_hat log t + w_tilde, a later result than the paper."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .._arguments import instance
from .._calls import public
from .._core import Constant, Lp, SteepestDescent
from .._types import Array, Hypothesis
from ..arithmetic.lp_norm import lp_norm
from ..arithmetic.powers_of_two import power_of_two
from ..errors import InvalidTypeError, InvalidValueError
from ..flows.flow import Flow
from ..nouns.gradient_descent import GradientDescent
from ..oracles.max_margin import max_margin
from ..oracles.separability import separability
from ..problems.linear_model import require_linear
from ..problems.rows import signed_rows
from ..runs.run import Run
from .accumulator import tail
from .angle import angle
from .claim import Judgment, OneRunClaim
from .max_margin import whole_gradients
from .sources import SOUDRY, Source
from .wording import in_pairs


@public
def asymptote(run: Run) -> "AsymptoteClaim":
    """Return the line in log t that a run of gradient descent tends to: a later result than the paper.

    Soudry, Hoffer, Nacson, Gunasekar and Srebro, "The implicit bias of gradient descent on separable data"
    (JMLR 2018), prove for almost all separable data that

        w(t) = w_hat log t + w_tilde + o(1),

    where w_hat = sum_n alpha_n y_n x_n solves the hard-margin SVM, min {|w|_2 : y_n <w, x_n> >= 1}, and
    w_tilde has eta exp(-y_n <w_tilde, x_n>) = alpha_n on its support vectors. That determines it in their
    span; across that, w_tilde depends on the start, and is not part of the claim. The gap of the claim is
    |w(t) - w_hat log t - w_tilde|_2 in that span relative to |w_hat|_2, which is 1 over the maximum margin:
    so the verdict does not depend on the unit of the samples.

    Parameters
    ----------
    run : Run
        Of gradient descent with constant steps, on a monotone loss. `Run.fast_forward` takes it to where the
        residual is small.

    Returns
    -------
    AsymptoteClaim
        For `compare`.

    Raises
    ------
    InvalidTypeError
        If the run is not one of gradient descent with constant steps on a monotone loss.

    See Also
    --------
    predict : section 3.1, the limit direction alone.

    References
    ----------
    Soudry et al. (2018), "The Implicit Bias of Gradient Descent on Separable Data", JMLR 19.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.1).fast_forward(1e30)
    >>> print(ib.compare(run, ib.asymptote(run)).verdict)
    holds
    """
    instance(run, Run, "run")
    require_linear(run.problem, "an asymptote")
    if run.method not in (GradientDescent(), SteepestDescent(Lp(2))):
        raise InvalidTypeError(f"run: expected one of gradient descent, got one of {run.method!r}")
    if not isinstance(run.step_size, Constant):
        raise InvalidTypeError(f"run: expected one with Constant steps, got {run.step_size!r}")
    if not run.problem.loss.monotone:
        raise InvalidTypeError(f"run: expected one on a monotone loss, got one on {run.problem.loss!r}")
    return AsymptoteClaim(run)


@dataclass(frozen=True, eq=False)
class Asymptote:
    """The predicted line.

    Attributes
    ----------
    w_hat : ndarray of w's shape
        The hard-margin SVM: what w gains while log t gains 1.
    w_tilde : ndarray of w's shape
        Its part in the span of the support vectors.
    support : ndarray of int, shape (s,)
        The support vectors.
    alpha : ndarray of shape (s,)
        Their dual variables, w_hat = sum alpha_n y_n x_n; 0 or inf beyond the range of doubles, as those of
        samples of size s are of size 1 / s^2.
    slack : float
        By how much the margin of the next sample under w_hat exceeds 1; inf without one. Its force falls like
        t^-slack beside that of the support vectors.
    curvature : float
        The least eigenvalue of sum alpha_n x_n x_n' on the span: deviations decay like t^-curvature.
    span : ndarray of shape (d, d)
        The projection on the span of the support vectors.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.1)
    >>> print(ib.asymptote(run).solve().w_hat.round(4))
    [0.6667 0.6667]
    """

    w_hat: Array
    w_tilde: Array
    support: NDArray[np.int64]
    alpha: Array
    slack: float
    curvature: float
    span: Array

    @public
    def residual(self, run: Run) -> float:
        """Return |w(t) - w_hat log t - w_tilde|_2 in the span of the support vectors, in w's unit.

        Parameters
        ----------
        run : Run
            Of gradient descent, whose limit the line is.

        Returns
        -------
        float

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> run = ib.Run(problem, ib.GradientDescent(), 0.1).fast_forward(1e30)
        >>> ib.asymptote(run).solve().residual(run) < 1e-6
        True
        """
        rest = run.w - self.w_hat * (run.log10_t * math.log(10)) - self.w_tilde
        return lp_norm(self.span @ rest.ravel(), 2)

    @property
    def exponent(self) -> float:
        """The predicted rate: the residual in the span falls like t^-exponent, up to powers of log t."""
        return min(self.slack, self.curvature, 1.0)


class AsymptoteClaim(OneRunClaim):
    """Soudry et al. (2018), not the paper: w(t) = w_hat log t + w_tilde + o(1).

    Notes
    -----
    The gap is the residual relative to |w_hat|_2, which is what w gains while log t gains 1, and 1 over the
    maximum margin: samples in another unit have the same gap.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(run.problem, run.method)
        self.source = Source(SOUDRY)
        self.run = run
        self.statement = (
            "w(t) - w_hat log t -> w_tilde in the span of the support vectors, where w_hat = sum alpha_n y_n "
            f"x_n and eta exp(-y_n <w_tilde, x_n>) = alpha_n{in_pairs(run.problem)}"
        )

    @cached_property
    def _asymptote(self) -> Asymptote | None:
        """None where the support vectors do not determine it."""
        assert isinstance(self.run.step_size, Constant)
        problem = self.problem
        rows = signed_rows(problem)
        solution = max_margin(problem, Lp(2))
        margins = rows @ solution.direction.ravel() / solution.value
        support = np.flatnonzero(margins <= 1 + 1e-6)
        # Powers of two change no digit, and squares of samples may be beyond doubles.
        unit = power_of_two(float(np.abs(rows[support]).max()))
        with np.errstate(over="ignore"):
            rows = rows / unit
        S = rows[support]
        sizes = np.linalg.svd(S, compute_uv=False)
        if len(S) > S.shape[1] or sizes[-1] <= 1e-9 * sizes[0]:
            return None
        alpha = np.linalg.solve(S @ S.T, np.ones(len(S)))
        if not alpha.min() > 0:
            return None
        inverse, w_hat = np.linalg.pinv(S), S.T @ alpha
        others = np.delete(rows, support, axis=0) @ w_hat
        w_tilde = inverse @ (math.log(self.run.step_size.eta) - np.log(alpha) + 2 * math.log(unit))
        with np.errstate(over="ignore"):
            given = np.asarray(alpha / unit / unit, dtype=np.float64)
        return Asymptote(
            (w_hat / unit).reshape(problem.shape),
            (w_tilde / unit).reshape(problem.shape),
            support,
            given,
            float(others.min() - 1) if len(others) else math.inf,
            float(np.linalg.svd(np.sqrt(alpha)[:, None] * S, compute_uv=False)[-1] ** 2),
            inverse @ S,
        )

    @cached_property
    def hypotheses(self) -> list[Hypothesis]:
        """Separable data, the loss, support vectors in general position, whole gradients."""
        separable = separability(self.problem).separable
        general = "support vectors are independent, their dual variables positive (true of almost all data)"
        return [
            ("the data are linearly separable", separable),
            tail(self.problem),
            (general, separable and self._asymptote is not None),
            whole_gradients(self.run),
        ]

    def solve(self) -> Asymptote:
        """Return the line.

        Raises
        ------
        InvalidValueError
            If a hypothesis fails.
        """
        for text, holds in self.hypotheses:
            if not holds:
                raise InvalidValueError(f"run: expected that {text}")
        assert self._asymptote is not None
        return self._asymptote

    def judge(self, run: Run | Flow, tolerance: float) -> Judgment:
        """Hold w now against the line."""
        assert isinstance(run, Run)
        line = self.solve()
        gap = line.residual(run) / lp_norm(line.w_hat, 2)
        degrees = angle(run.w, line.w_hat)
        reason = (
            f"at t = 10^{run.log10_t:.4g} w is {gap:.2g} |w_hat| from w_hat log t + w_tilde in the span of "
            "the support vectors"
        )
        if gap <= tolerance:
            return Judgment("holds", reason, gap, degrees)
        reason += f"; that falls about like t^-{line.exponent:.2g}"
        return Judgment("not yet converged", reason, gap, degrees)
