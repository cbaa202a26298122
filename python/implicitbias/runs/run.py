"""A run: state, loop and recording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, Self

from numpy.typing import ArrayLike

from .._arguments import choice, flag, instance, step_rule, whole_number
from .._calls import public
from .._core import (
    LogSpaced,
    Loss,
    Method,
    Metric,
    MiniBatch,
    Model,
    Norm,
    Potential,
    Problem,
    Recording,
    RunLoop,
    StepSize,
)
from ..errors import InvalidTypeError, InvalidValueError
from ..nouns.default_step import default_step
from ..nouns.of_ones_own import KINDS
from .forks import CHUNK_SECONDS, exiting, known, unfinished
from .trajectory import UNCOUNTED
from .view import RunView

if TYPE_CHECKING:
    from .autosave import Autosave
    from .support_vectors import SupportVectors


class Run(RunView):
    """One optimization run, from its first step to any number of them.

    Parameters
    ----------
    problem : Problem
    method : Method
    step_size : StepSize, float or array_like, optional
        A number stands for ``Constant``, an array for ``Schedule``. By default, for monotone losses,
        ``method.default_step_size``: ``LossNormalized()`` where the method has a smoothness bound.
    w0 : array_like, optional
        Start, of the problem's parameter shape; by default the method's own (argmin psi for a potential,
        0 for steepest descent). `FactorizedGradientDescent` needs one: the factor, of shape (d, rank). So
        do models of which 0 is a saddle point: theta, of ``problem.shape``.
    batch : MiniBatch, optional
        Take each gradient on a random batch of samples (eq. 2).
    record : Recording, optional
        Which iterations are kept; ``log_spaced(per_decade=20)`` by default.
    form : {'auto', 'plain'}, default 'auto'
        Iterate in the fastest form of the same iterations (see `Run.form`), or as the equations stand: all
        samples, all coordinates, in parameter space. Trajectories agree up to rounding.
    threads : int, default 1
        How many share the passes over the data, in the plain form. It helps where X is large and in cache;
        beyond the cache one thread may read as fast as memory gives. Results depend on their number up to
        rounding, and not on their timing.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        Where an argument does not fit; the message names it.
    DomainError
        Where the loss is not finite at ``w0``.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1))).advance(10_000)
    >>> print(f"{run.t} steps: {run.bracket.lower:.4f} <= gamma* <= {run.bracket.upper:.4f}")
    10000 steps: 0.7500 <= gamma* <= 0.7500
    """

    @public
    def __init__(
        self,
        problem: Problem,
        method: Method,
        step_size: StepSize | ArrayLike | None = None,
        *,
        w0: ArrayLike | None = None,
        batch: MiniBatch | None = None,
        record: Recording | None = None,
        form: Literal["auto", "plain"] = "auto",
        threads: int = 1,
    ) -> None:
        choice(form, "form", "auto", "plain")
        if step_size is None:
            if isinstance(problem, Problem) and not problem.loss.monotone:
                raise InvalidTypeError(
                    f"step_size: expected a StepSize, got None, and {problem.loss!r} has no default; "
                    "write Constant(0.1), say"
                )
            step_size = default_step(method)
        rule = step_rule(step_size)
        if record is None:
            record = LogSpaced()
        loop = RunLoop(problem, method, rule, batch, record, w0, form == "plain", threads)
        self._take(problem, method, rule, batch, record, loop, form, int(threads))

    def _take(self, *parts: Any) -> None:
        super()._take(*parts)
        known.add(self)

    @public
    def advance(
        self,
        steps: float,
        *,
        progress: bool = False,
        checkpoint: str | PathLike[str] | None = None,
        every: float = 60.0,
    ) -> Self:
        """Take more steps. Ctrl-C stops within a fraction of a second and leaves the run valid.

        Parameters
        ----------
        steps : int
            How many, on top of those done; 1e6 is a million.
        progress : bool, default False
            Show a bar with t, log L, margin, certified gap and the time left.
        checkpoint : str or path, optional
            Save the run there, as `save` does: at once, every so many seconds, and on the way out, be it the
            end, an error, Ctrl-C or SIGTERM (which then is a KeyboardInterrupt). `Run.load` goes on from
            there. A crash at any moment leaves the former file or the new one, whole. Where it cannot be
            written, a `CheckpointWarning` says so, and again at the end; the run goes on.
        every : float, default 60
            Seconds between checkpoints.

        Returns
        -------
        Run
            The run itself.

        Raises
        ------
        BusyError
            If another thread is advancing this run.
        DomainError
            If an iterate leaves the domain; the run stays at the last valid one.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> run = ib.Run(problem, ib.GradientDescent(), 0.05)
        >>> run.advance(10).advance(10).t
        20
        """
        t = self._loop.t
        if t == UNCOUNTED:
            raise InvalidValueError(
                f"steps: at t = 10^{self.log10_t:g} there are none to take: beyond 2^53 iterations are not "
                "counted, and each is lost in the rounding of w; fast_forward goes on"
            )
        more = whole_number(steps, "steps", most=2**63 - 1 - t)
        progress = flag(progress, "progress")
        autosave = None
        if checkpoint is not None:
            from .autosave import Autosave

            autosave = Autosave(self, checkpoint, every)
        with self._alone():
            self._until = t + more
            self._advance_to(t + more, progress, autosave)
        return self

    @public
    def fast_forward(
        self,
        until: float | None = None,
        *,
        until_log10: float | None = None,
        tolerance: float | None = None,
        progress: bool = False,
    ) -> Self:
        """Go on to t = 1e300 or beyond, where no run can iterate to.

        The run iterates until the differential equation that its iterates follow (their modified equation, in
        log t) meets the tolerance. Then that is integrated, and recorded as iterations would be, certificates
        included, on the run's own schedule; beyond t = 1e308 so many rows a decade of log t.
        ``trajectory.integrated`` says which rows were, ``trajectory.error`` how far off their w may be.

        For SteepestDescent in l1, linf, the nuclear and the spectral norm, and in strictly convex ones, there
        also with momentum or weight decay (w comes to rest), MirrorDescent, also with one beta < 1, Adam and
        RMSProp with eps > 0, AdaGrad and FactorizedGradientDescent, with Constant or Polynomial steps, or
        capped LossNormalized ones once the cap binds, on separable data with an exponential-tailed loss and
        Linear(). In l1 and linf iterates jump about ties of partial derivatives, in the nuclear and the
        spectral norm about ties of singular values of the gradient, by steps that shrink like 1 / t: their
        mean path is recorded and held to the tolerance, and ``trajectory.error`` has the jumps in it, too.

        Parameters
        ----------
        until : float, optional
            The time to go to, by default 1e300.
        until_log10 : float, optional
            Its logarithm to base 10, for times beyond 1e308.
        tolerance : float, optional
            The largest error of w, absolute, in the Euclidean norm, by default 1e-8, in l1, linf and l_p with
            p > 4 1e-6, in the nuclear and the spectral norm 1e-3; a thousandth of |w| where that is less. It
            is estimated by a second integration that is poorer: it leaves iterations earlier, has one term
            less of the modified equation, and coarser steps. It is the distance from exact iterates; those of
            `advance` round on their own, AdaGrad's by 1e-10 in 10^8 iterations.
        progress : bool, default False
            Show a bar while iterating.

        Returns
        -------
        Run
            The run itself. At t <= 2^53 `advance` goes on from there, otherwise `fast_forward` does.

        Raises
        ------
        InvalidTypeError
            If the method, step size, loss or model has no smooth flow; the message says why.
        InvalidValueError
            If `until` is not ahead, the tolerance cannot be met (the message says which could), gradients
            are taken on batches, or X or w is so large or so small that nothing could be told of w.
        NotSeparableError
            If the data are not separable: then w(t) converges.
        BusyError
            If another thread is advancing this run.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> run = ib.Run(problem, ib.GradientDescent(), 0.1).fast_forward(1e30)
        >>> print(f"{run.t:.0e}", run.trajectory.integrated[-1])
        1e+30 True
        """
        from .fast_forward.leap import fast_forward

        progress = flag(progress, "progress")
        with self._alone():
            fast_forward(self, lambda t: self._advance_to(t, progress), until, until_log10, tolerance)
        return self

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._loop.taken(), unfinished(self):
            try:
                yield
            except Exception as error:
                error.add_note(f"The run is valid and stays at t = {self.t}.")
                raise

    def _advance_to(self, until: int, progress: bool, autosave: Autosave | None = None) -> None:
        with ExitStack() as stack:
            watchers: list[Any] = []
            if autosave is not None:
                watchers.append(stack.enter_context(autosave))
            if progress:
                from .progress import Progress

                watchers.append(stack.enter_context(Progress(self, until)))
            while self._loop.t < until and not exiting.is_set():
                self._loop.advance(until, CHUNK_SECONDS)
                for watcher in watchers:
                    watcher.update()

    @public
    def support_vectors(self, *, tolerance: float = 1e-2) -> SupportVectors:
        """Find the support vectors, and how far the gradients are from their cone (Lemma 8).

        Parameters
        ----------
        tolerance : float, default 0.01
            A sample whose margin exceeds the smallest by at most this part is a support vector.

        Returns
        -------
        SupportVectors

        Raises
        ------
        InvalidValueError
            If the loss has a finite root, or the last recorded row does not separate the data yet.

        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, Lemma 8.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.0], [0.0, 1.0], [3.0, 3.0]], [1, 1, 1], ib.Exponential())
        >>> ib.Run(problem, ib.GradientDescent()).advance(10_000).support_vectors().indices
        array([0, 1])
        """
        from .support_vectors import support_vectors

        return support_vectors(self, tolerance=tolerance)

    @public
    def save(self, path: str | PathLike[str]) -> None:
        """Write a checkpoint: problem, method, state and trajectory in one NPZ file, atomically.

        Samples in a memory-mapped file stay there: the checkpoint has its path and a checksum. Those of a
        temporary file, as joblib maps them, or of one that is gone are in the checkpoint, unless the file is
        in one folder with it; above a gigabyte, a `CheckpointWarning` says that it is needed.

        A noun of your own (norm, loss, method, ...) is saved by its class's name; hand it to `load` again.

        Parameters
        ----------
        path : str or path
            Of the file, which is replaced if there is one; folders and devices are refused.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> ib.Run(problem, ib.GradientDescent(), 0.05).advance(10).save("run.npz")
        >>> ib.Run.load("run.npz").t
        10
        """
        from . import checkpoint

        checkpoint.write(self, path)

    @classmethod
    @public
    def load(
        cls,
        path: str | PathLike[str],
        *,
        norm: Norm | None = None,
        metric: Metric | None = None,
        potential: Potential | None = None,
        loss: Loss | None = None,
        model: Model | None = None,
        method: Method | None = None,
        step_size: StepSize | None = None,
    ) -> Self:
        """Read a checkpoint; what follows is bit-identical to an uninterrupted run.

        Parameters
        ----------
        path : str or path
        norm, metric, potential, loss, model, method, step_size : optional
            The nouns of your own that the run was saved with; their classes must have the same names.

        Returns
        -------
        Run

        Raises
        ------
        CheckpointError
            If the file is damaged, foreign, of a newer version, or was saved with other nouns of one's own.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> run = ib.Run(problem, ib.GradientDescent(), 0.01).advance(10)
        >>> run.save("run.npz")
        >>> bool((ib.Run.load("run.npz").advance(10).w == run.advance(10).w).all())
        True
        """
        from . import checkpoint

        given: dict[str, Any] = {"norm": norm, "metric": metric, "potential": potential, "loss": loss}
        given |= {"model": model, "method": method, "step_size": step_size}
        own = {name: instance(noun, KINDS[name], name) for name, noun in given.items() if noun is not None}
        run = cls.__new__(cls)
        run._take(*checkpoint.read(path, own))
        return run

    def __repr__(self) -> str:
        return f"Run({self._problem!r}, {self._method!r}, {self._step_size!r}, t={self.t})"

    def __reduce__(self) -> Any:
        """Pickle and copy a run of one moment; what follows is bit-identical, as after `load`."""
        state, trajectory = self._loop.snapshot()
        parts = self.problem, self.method, self.step_size, self.batch, self.record
        rest = self._form, self.threads, self.until, self.origin
        return restored, (type(self), parts, state, trajectory, *rest)


def restored(
    cls: type[Run],
    parts: tuple[Problem, Method, StepSize, MiniBatch | None, Recording],
    state: dict[str, Any],
    trajectory: dict[str, Any],
    form: str,
    threads: int,
    until: int | None,
    origin: dict[str, Any] | None,
) -> Run:
    """Return a run that goes on from a state and the rows before it."""
    run = cls.__new__(cls)
    loop = RunLoop.restore(*parts, state, trajectory, form == "plain", threads)
    run._take(*parts, loop, form, threads, until, origin)
    return run
