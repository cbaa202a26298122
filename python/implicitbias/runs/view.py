"""What a run is, and where it stands."""

import copy
from typing import Any

import numpy as np

from .._arguments import whole_number
from .._calls import public
from .._core import (
    AdaGrad,
    FactorizedGradientDescent,
    Gauge,
    Method,
    MiniBatch,
    Problem,
    Recording,
    RunLoop,
    StepSize,
)
from .._html import facts, interval
from .._types import Array
from ..bracket import Bracket
from .trajectory import UNCOUNTED, Trajectory, power_of_ten

# What a run is made of.
Parts = tuple[Problem, Method, StepSize, MiniBatch | None, Recording]


class RunView:
    """A run as those see it who do not advance it: checkpoints, certificates, progress bars, claims."""

    def _take(
        self,
        problem: Problem,
        method: Method,
        step_size: StepSize,
        batch: MiniBatch | None,
        record: Recording,
        loop: RunLoop,
        form: str,
        threads: int,
        until: int | None = None,
        origin: dict[str, Any] | None = None,
    ) -> None:
        self._form, self._threads = form, threads
        self._until, self._origin = until, origin
        self._problem, self._method, self._step_size = problem, method, step_size
        self._batch, self._record = batch, record
        self._loop = loop

    @property
    def problem(self) -> Problem:
        """The data and the loss."""
        return self._problem

    @property
    def method(self) -> Method:
        """The rule."""
        return self._method

    @property
    def step_size(self) -> StepSize:
        """The rule for eta_t."""
        return self._step_size

    @property
    def batch(self) -> MiniBatch | None:
        """The random batches gradients are taken on, or None for all samples."""
        return self._batch

    @property
    def record(self) -> Recording:
        """Which iterations are recorded."""
        return self._record

    @property
    def form(self) -> str:
        """The form in which the run iterates from here on.

        'gram' (margins, through the samples' Gram matrix), 'hessian' (through X'X: squared loss, and piece by
        piece Huber and truncated squared loss), 'screened' (samples without weight are left out),
        'coordinates' (in l1, so are coordinates that cannot have the largest derivative), 'inner' (a compiled
        loop over the same data) or 'plain'.
        """
        return self._loop.form

    @property
    def threads(self) -> int:
        """How many threads share the passes over the data."""
        return self._threads

    @property
    def until(self) -> int | None:
        """Where `advance` is to end, set by it or by hand; a checkpoint remembers it.

        A leap, and the iterations before one, may go beyond: then nothing is left to do.
        """
        return self._until

    @until.setter
    def until(self, goal: int) -> None:
        self._until = whole_number(goal, "until", least=int(min(self.t, 2**53)))

    @property
    def origin(self) -> dict[str, Any] | None:
        """What wrote the checkpoint that this run was loaded from; None for a run that was not.

        The versions of the package, of libraries and of the compiler, the SIMD level, the number of threads
        and the command. With the same ones, what follows is the same bit by bit.
        """
        return None if self._origin is None else copy.deepcopy(self._origin)

    @property
    def t(self) -> Any:
        """Iterations done; a float after a leap beyond 2^53, infinite beyond 1e308."""
        t = self._loop.t
        return t if t < UNCOUNTED else power_of_ten(self._loop.log10_t)

    @property
    def log10_t(self) -> float:
        """log10 of the iterations done, also where `t` overflows."""
        return self._loop.log10_t

    @property
    def w0(self) -> Array:
        """A copy of the parameters at t = 0, of the problem's shape."""
        return np.asarray(self.trajectory.theta[0])

    @property
    def w(self) -> Array:
        """A copy of the current predictor, shape (d,) or (r, c): what the model makes of `theta`."""
        return self._loop.w

    @property
    def theta(self) -> Array:
        """A copy of the current parameters, which the method moves; `w` itself on the model Linear()."""
        return self._loop.theta

    @property
    def memory(self) -> dict[str, Array]:
        """Copies of what the method remembers besides w, by name: dual variables, say, or log_G."""
        return dict(self._loop.memory)

    @property
    def factor(self) -> Array:
        """A copy of the factor U of w = U U', shape (d, rank), for FactorizedGradientDescent."""
        if not isinstance(self._method, FactorizedGradientDescent):
            raise AttributeError(f"{self._method!r} has no factor; FactorizedGradientDescent has")
        return np.asarray(self._loop.memory["factor"])

    @property
    def G(self) -> Array:  # noqa: N802, the paper's name
        """AdaGrad's accumulator, G0 and the sum of the squared gradients so far, in w's shape (eq. 14)."""
        self._require_accumulator()
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self._loop.memory["log_G"]))

    @property
    def log_G(self) -> Array:  # noqa: N802, the paper's name
        """The logarithm of `G`, which has no under- or overflow; the lowest double stands for log 0."""
        self._require_accumulator()
        return np.asarray(self._loop.memory["log_G"])

    def _require_accumulator(self) -> None:
        if not isinstance(self._method, AdaGrad):
            raise AttributeError(f"{self._method!r} has no accumulator G; AdaGrad has")

    @property
    def error(self) -> float:
        """Estimated distance of w from the iterates, since the last leap; 0 before the first."""
        return self._loop.error

    @property
    def log_loss(self) -> float:
        """log L(w) of the current parameters."""
        return self._loop.log_loss

    @property
    def margin(self) -> float:
        """Normalized margin of the current parameters, in the method's norm (monotone losses).

        On a model the smallest margin is divided by |theta|^degree, and `bracket` is about the norm of w that
        the least of these is proportional to.
        """
        return self._certificate()[0]

    @property
    def bound(self) -> float:
        """Certified upper bound on the maximum margin from the current parameters (monotone losses).

        In `induced_norm`; infinite where there is none.
        """
        return self._certificate()[1]

    @property
    def kkt_residual(self) -> float:
        """How far the parameters are from the KKT conditions of min |theta| such that all margins are >= 1.

        1 - degree (min_n z_n) / (|theta| |sum_n p_n grad z_n|_*), in the method's norm, for the margins
        z_n(theta) and their soft-max weights p (monotone losses). It is 0 where theta, scaled to a smallest
        margin of 1, is a KKT point with multipliers proportional to p, positive elsewhere, and 1 or more
        until the data are separated. On Linear() it is the relative gap between `margin` and `bound`, and
        KKT points are maximum margins; on other models they need not be.

        References
        ----------
        Lyu and Li (2020), arXiv:1906.05890, Theorem 4.4, for the Euclidean norm.
        Tsilivis, Gronich, Kempe and Vardi (2025), arXiv:2410.22069, for other norms.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 2.0]], [1, 1], ib.Exponential(), model=ib.Diagonal(3))
        >>> run = ib.Run(problem, ib.GradientDescent(), w0=[0.5, 0.4, 0.1, 0.2]).advance(10_000)
        >>> run.kkt_residual < 1e-3
        True
        """
        self._require_margins()
        return self._loop.kkt_residual

    @property
    def induced_norm(self) -> Gauge | None:
        """The norm, or other gauge, of w that `bracket` and `bound` are in; None where a model has none.

        The method's own norm on Linear(). On other models one that is proportional to the least
        |theta|^degree for a w, where that is convex: see the models' docstrings.
        """
        return self._method.geometry if self._problem.model.identity else self._loop.induced

    @property
    def residual(self) -> float:
        """Euclidean norm |Xw - y| of the current parameters (losses with a finite root)."""
        self._require_root()
        return self._loop.residual

    @property
    def off_manifold(self) -> float:
        """Distance of grad psi(w) - grad psi(w0) from the rows of X and the constraints.

        A w with Xw = y is the Bregman projection of w0 if and only if it is 0 (losses with a finite root);
        NaN for methods without a potential, under a constraint that is not affine, and where factorizing X
        would take minutes.
        """
        self._require_root()
        return self._loop.off_manifold

    def _require_root(self) -> None:
        if self._problem.loss.monotone:
            raise AttributeError(f"{self._problem.loss!r} has no finite root: see margin, bound and bracket")

    @property
    def bracket(self) -> Bracket:
        """Certified interval around the maximum margin: the best of the recorded rows and of now.

        On a model it is about the maximum margin over all w, in `induced_norm`, of which the run may fall
        short for ever, and from -inf to inf where there is no such norm: then see `kkt_residual`.

        The maximum is over all w, under a constraint, too: the upper side bounds the margin over any set of
        them. In NonNegative(), or a Box whose sides are 0 or infinite, every w of the run is in the cone that
        the constraint is, and the interval contains the maximum margin over this cone as well. In other sets
        a run may for a while have a larger normalized margin than any direction in which its set recedes.
        """
        return Bracket(*self._certificate()[2:])

    @property
    def largest_step(self) -> tuple[float, int]:
        """The largest log(eta_t beta(w_t)) so far and the first t at which it was taken.

        beta is the method's smoothness bound (B^2 L for steepest descent on monotone losses): Theorem 5
        asks that this stay at or below 0.
        """
        return self._loop.largest_step

    @property
    def last_violation(self) -> int | None:
        """The last t at which eta_t beta(w_t) exceeded 1, by more than rounding; None if it never did.

        Theorem 5 allows any start: for a method without memory its condition on the steps counts from the
        t after that one.
        """
        t = self._loop.last_violation
        return None if t < 0 else t

    def _certificate(self) -> tuple[float, float, float, float]:
        self._require_margins()
        return self._loop.certificate()

    def _require_margins(self) -> None:
        if not self._problem.loss.monotone:
            raise AttributeError(f"{self._problem.loss!r} has a finite root: margins are for monotone losses")

    @public
    def at(self, t: float | None = None, *, log10_t: float | None = None) -> tuple[Array, float]:
        """Return where the run was at a time: at a row, or between two that `fast_forward` integrated.

        Between them w is smooth in log t, and is interpolated by a polynomial through the next eight rows.

        Parameters
        ----------
        t : float, optional
            That of the run, of a row, or between two integrated ones; not an iteration alone.
        log10_t : float, optional
            Its logarithm to base 10, for times beyond 1e308.

        Returns
        -------
        w : ndarray of shape (d,) or (r, c)
            The predictor.
        error : float
            How far it may be from the iterates: the rows' error, and twice the largest change where the
            polynomial goes through one or two rows less. 0 at a row that was iterated.

        Raises
        ------
        InvalidValueError
            If the run has not come there, or iterated there between two rows.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> run = ib.Run(problem, ib.GradientDescent(), 0.1).fast_forward(1e30)
        >>> w, error = run.at(1.234e20)
        >>> bool(error < 1e-8)
        True
        """
        from .between_rows import between_rows

        if log10_t is None and t is not None and t == self.t:
            return self.w, self.error
        return between_rows(self.trajectory, t, log10_t)

    @property
    def trajectory(self) -> Trajectory:
        """A copy of the rows recorded so far."""
        return Trajectory(self._loop.trajectory())

    def _repr_html_(self) -> str:
        rows: list[tuple[str, Any]] = [
            ("problem", self.problem),
            ("method", self.method),
            ("step size", self.step_size),
            ("batch", self.batch),
            ("t", self.t if np.isfinite(self.t) else f"10^{self.log10_t:.6g}"),
            ("log L", self.log_loss),
        ]
        if self.problem.loss.monotone:
            lower, upper = self.bracket
            rows += [
                ("margin", self.margin),
                ("maximum margin", f"{lower:.6g} to {upper:.6g}, a gap of {self.bracket.gap:.2g}"),
                ("from 0", interval(lower, upper) or None),
            ]
        else:
            rows += [("residual", self.residual), ("off manifold", self.off_manifold)]
        return facts(type(self).__name__, rows)
