"""Many runs as one: the product of lists of arguments."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..._arguments import flag, instance, positive_number, whole_number
from ..._arguments import tolerance as checked_tolerance
from ..._calls import public
from ..._core import LogSpaced, Method, MiniBatch, Problem, Recording, StepSize
from ...errors import DomainError, ImplicitBiasError, InvalidValueError
from ..bar import bar
from ..log_file import logged
from ..run import Run
from .as_html import as_html
from .axes import Axes
from .block import Block, reached
from .chunks import chunks_of
from .folder import Folder, warn_of_runs_ahead
from .memory import check_rows, check_states
from .sending import Sending
from .table import Table
from .tally import Tally
from .views import Runs
from .work import Advance, FastForward, Goal, Study, Task, advanced, begin, parts_of, run_of

if TYPE_CHECKING:
    import pandas
    import xarray

logger = logging.getLogger("implicitbias")

# A chunk comes back after so many seconds, to be saved, and goes on afterwards.
SECONDS = 2.0


class Sweep:
    """Runs for all combinations of several problems, methods, step sizes, starts and batches.

    An argument that is a list, or a dict by labels, is an axis, and the sweep is the product of its axes.
    Each run is a `Run`; a run that leaves its domain stops alone, with a message. Which runs are computed
    together depends on the arguments alone, so that these give the same bits on any executor, with any number
    of workers, and after any interruption, on machines with the same SIMD level.

    Parameters
    ----------
    problem : Problem, list or dict of them
    method : Method, list or dict of them
    step_size : StepSize, float or array_like, or a list or dict of them, optional
        A number is ``Constant``, an array ``Schedule``; a list is an axis. By default as in `Run`.
    w0 : array_like, or a list or dict of them, optional
        Starts; a list is an axis, so that one start is an array. By default the methods' own.
    batch : MiniBatch, list or dict of them, optional
        Random batches; several seeds are a list.
    record : Recording, optional
        Which iterations are kept, of all runs; ``log_spaced(per_decade=20)`` by default.
    zip : sequence of str, or of such sequences, optional
        Arguments that go together: their i-th values make one axis, at the place of the first of them.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        Where an argument does not fit, an axis is empty, labels repeat, tied axes have different lengths, or
        the runs do not fit into memory.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> methods = {"l1": ib.SteepestDescent(ib.Lp(1)), "l2": ib.GradientDescent()}
    >>> sweep = ib.Sweep(problem, methods, [ib.LossNormalized(), 0.1]).advance(1000)
    >>> print(sweep.shape, f"{sweep.runs[0, 1].margin:.3f}")
    (2, 2) 0.750
    """

    @public
    def __init__(
        self,
        problem: Problem | list[Any] | Mapping[Any, Problem],
        method: Method | list[Any] | Mapping[Any, Method],
        step_size: StepSize | ArrayLike | list[Any] | Mapping[Any, Any] | None = None,
        w0: ArrayLike | list[Any] | Mapping[Any, Any] | None = None,
        batch: MiniBatch | list[Any] | Mapping[Any, MiniBatch | None] | None = None,
        record: Recording | None = None,
        *,
        zip: Sequence[str] | Sequence[Sequence[str]] = (),
    ) -> None:
        given = {"problem": problem, "method": method, "step_size": step_size, "w0": w0, "batch": batch}
        axes = Axes(given, zip)
        check_states(axes)
        record = LogSpaced() if record is None else instance(record, Recording, "record")
        for number in axes.representatives():
            try:
                Run(**axes.parts(number), record=record)
            except DomainError:  # the run stops at once, alone
                continue
            except ImplicitBiasError as error:
                error.add_note(f"This run of the sweep cannot begin: {axes.name(number)}.")
                raise
        self._study = Study(axes, record)
        self._chunks = chunks_of(axes)
        self._blocks: list[Block | None] = [None] * len(self._chunks)
        self._t = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values there are on each axis, in the order of the arguments."""
        return self._study.axes.shape

    @property
    def size(self) -> int:
        """How many runs there are."""
        return self._study.axes.size

    @property
    def axes(self) -> dict[str, NDArray[Any]]:
        """The labels of each argument that is a list, by its name."""
        return {each.argument: each.texts.copy() for axis in self._study.axes.axes for each in axis.labels}

    @property
    def dims(self) -> dict[str, int]:
        """The number of the axis that each argument that is a list goes along; tied ones share it."""
        axes = enumerate(self._study.axes.axes)
        return {each.argument: place for place, axis in axes for each in axis.labels}

    @property
    def problem(self) -> list[Problem]:
        """The problems."""
        return list(self._study.axes.values["problem"])

    @property
    def record(self) -> Recording:
        """Which iterations are recorded."""
        return self._study.record

    @property
    def t(self) -> int:
        """The iteration of all runs that did not stop; at most 2^53."""
        return self._t

    @property
    def messages(self) -> NDArray[Any]:
        """Why each run stopped, in the sweep's shape; empty for those that did not."""
        told = [
            np.full(last - first, "") if block is None else block.messages
            for block, (first, last) in zip(self._blocks, self._chunks, strict=True)
        ]
        return np.concatenate(told).astype(object).reshape(self.shape)

    @property
    def runs(self) -> Runs:
        """The runs, indexed like an array: ``sweep.runs[i, j]`` is a `Run`, a copy of the sweep's own."""
        return Runs(self._run, np.arange(self.size).reshape(self.shape))

    @cached_property
    def _begins(self) -> NDArray[np.int64]:
        return np.array([first for first, _ in self._chunks])

    def _run(self, number: int) -> Run:
        chunk = int(np.searchsorted(self._begins, number, "right")) - 1
        block, first = self._blocks[chunk], self._chunks[chunk][0]
        try:
            if block is None:
                return Run(**self._study.axes.parts(number), record=self.record)
            parts = parts_of(self._study, number)
            return run_of(parts, block.loop(number - first, parts))
        except DomainError as error:
            error.add_note(f"The run {self._study.axes.name(number)} could not begin.")
            raise

    @public
    def advance(
        self,
        steps: float,
        executor: Executor | None = None,
        checkpoint: str | PathLike[str] | None = None,
        progress: bool = False,
        *,
        adaptive: float | None = None,
        log: str | PathLike[str] | None = None,
    ) -> Self:
        """Take more steps in every run. Ctrl-C leaves the sweep valid: advancing again goes on.

        Parameters
        ----------
        steps : int
            How many, on top of those done.
        executor : concurrent.futures.Executor, optional
            Who computes: a ProcessPoolExecutor, joblib's ``get_reusable_executor()``, Dask's
            ``client.get_executor()``, an MPIPoolExecutor, ...; by default this process. Chunks go out, and
            again where a worker dies; data go once to each worker.
        checkpoint : str or path, optional
            A folder, with a file for each chunk, whole or absent. A sweep of the same arguments that is begun
            again with it goes on where the files are; a chunk whose file is damaged is done again.
        progress : bool, default False
            Show a bar with the runs done, running and failed, and the time left.
        adaptive : float, optional
            Stop each run at the first row at which its certified gap is within this.
        log : str or path, optional
            A file to which the numbers of the bar are appended, a line whenever a chunk comes back.

        Returns
        -------
        Sweep
            The sweep itself.

        Raises
        ------
        CheckpointError
            If the folder is that of another sweep.
        InvalidValueError
            If the rows would not fit into memory; the message says how many bytes they need.
        WorkersLostError
            If the executor has no workers any more. What is done is kept.

        Warns
        -----
        CheckpointWarning
            If a chunk in the folder is damaged, or beyond where the others are now.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> sweep = ib.Sweep(problem, ib.GradientDescent(), [0.01, 0.1, 100.0]).advance(200)
        >>> print([run.t for run in sweep.runs], sweep.messages[2])
        [200, 200, 102] step t = 102, of size 100: ... Take smaller steps
        """
        if self._t >= 2**53:
            why = "where each is lost in the rounding of w; fast_forward goes on"
            raise InvalidValueError(f"steps: there are none to take beyond t = 2^53, {why}")
        more = whole_number(steps, "steps", most=2**63 - 1 - self._t)
        if adaptive is not None:
            adaptive = checked_tolerance(adaptive, "adaptive")
        goal = Advance(self._t + more, adaptive)
        check_rows(self._study.axes, self.record, goal.until)
        with logged(log):
            self._go(goal, executor, checkpoint, flag(progress, "progress"))
        least, most = reached(self._blocks)
        self._t = max(goal.until, least)
        if most > self._t:
            warn_of_runs_ahead(checkpoint, most, self._t)
        return self

    @public
    def fast_forward(
        self,
        until: float | None = None,
        executor: Executor | None = None,
        checkpoint: str | PathLike[str] | None = None,
        progress: bool = False,
        *,
        until_log10: float | None = None,
        tolerance: float | None = None,
        log: str | PathLike[str] | None = None,
    ) -> Self:
        """Take every run to t = 1e300 or beyond, by leaps: see `Run.fast_forward`.

        Parameters
        ----------
        until : float, optional
            The time to go to, by default 1e300.
        executor, checkpoint, progress : optional
            As for `advance`.
        until_log10 : float, optional
            The time's logarithm to base 10, for times beyond 1e308.
        tolerance : float, optional
            The largest error of w. A run that cannot meet it, whose data are not separable, or whose method,
            step size or loss has no smooth flow stops alone with its message.
        log : str or path, optional
            As for `advance`, which raises the same errors.

        Returns
        -------
        Sweep
            The sweep itself.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
        >>> sweep = ib.Sweep(problem, ib.GradientDescent(), [0.1, 0.2]).fast_forward(1e30)
        >>> print([f"{run.t:.0e}" for run in sweep.runs])
        ['1e+30', '1e+30']
        """
        if until is not None and until_log10 is not None:
            raise InvalidValueError("until: expected it, or until_log10, got both")
        if until is not None:
            until = positive_number(until, "until")
        if until_log10 is not None:
            until_log10 = positive_number(until_log10, "until_log10")
        goal = FastForward(until, until_log10, None if tolerance is None else checked_tolerance(tolerance))
        with logged(log):
            self._go(goal, executor, checkpoint, flag(progress, "progress"))
        self._t = max(self._t, reached(self._blocks)[0])
        return self

    def _go(
        self, goal: Goal, executor: Executor | None, checkpoint: str | PathLike[str] | None, progress: bool
    ) -> None:
        sending = None if executor is None else Sending(instance(executor, Executor, "executor"), self._study)
        folder = None if checkpoint is None else Folder(checkpoint, self._study, self._chunks)
        if folder is not None:
            folder.meet(self._blocks)
        waiting = deque(
            number for number, block in enumerate(self._blocks) if block is None or not goal.met(block).all()
        )
        results = (
            self._here(waiting, goal) if sending is None else sending.results(waiting, self._tasks(goal))
        )
        tally = Tally(self._chunks, self._blocks, goal)
        with bar() if progress else nullcontext() as shown:
            for number, later in results:
                before = self._blocks[number]
                block = later if before is None else before.followed_by(later)
                self._blocks[number] = block
                if folder is not None:
                    folder.write(number, block)
                if not goal.met(block).all():
                    waiting.appendleft(number)
                tally.count(number, block)
                logger.info("sweep: %s", tally)
                if shown is not None:
                    shown.update(*tally.said())

    def _tasks(self, goal: Goal) -> Callable[[int], Task]:
        """Return what makes the task of a chunk, from where it stands."""

        def task(number: int) -> Task:
            block = self._blocks[number]
            return Task(*self._chunks[number], None if block is None else block.ends(), goal, SECONDS)

        return task

    def _here(self, waiting: deque[int], goal: Goal) -> Iterator[tuple[int, Block]]:
        task = self._tasks(goal)
        while waiting:
            number = waiting.popleft()
            yield number, advanced(self._study, task(number))

    def _table(self) -> Table:
        blocks = [
            begin(self._study, *chunk) if block is None else block
            for block, chunk in zip(self._blocks, self._chunks, strict=True)
        ]
        return Table(self._study.axes, self._chunks, blocks)

    @public
    def to_xarray(self) -> xarray.Dataset:
        """Return what all runs recorded as a dataset of xarray, fit for netCDF and Zarr.

        Its dimensions are the axes, t, and those of w; its variables the columns of `Trajectory`, and
        ``message``. Where a run has no row, as it stopped before, there is NaN. Methods are selected by
        ``sel({"method": label})``: in ``sel(method=label)`` xarray sees its own argument, to no effect.

        Returns
        -------
        xarray.Dataset

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> sweep = ib.Sweep(problem, ib.GradientDescent(), [0.01, 0.1]).advance(10)
        >>> data = sweep.to_xarray()
        >>> print(dict(data["w"].sizes), data["residual"].sel({"step_size": 0.1, "t": 10}).item() < 1e-9)
        {'step_size': 2, 't': 11, 'coordinate': 2} True
        """
        return self._table().to_xarray()

    @public
    def to_pandas(self) -> pandas.DataFrame:
        """Return a row for each recorded row of each run, indexed by the axes' labels and t.

        Returns
        -------
        pandas.DataFrame

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> sweep = ib.Sweep(problem, ib.GradientDescent(), [0.01, 0.1]).advance(10)
        >>> frame = sweep.to_pandas()
        >>> print(len(frame), frame.index.names)
        22 ['step_size', 't']
        """
        return self._table().to_pandas()

    def _repr_html_(self) -> str:
        return as_html(self.axes, self.messages, self.t)

    def __repr__(self) -> str:
        axes = ", ".join(f"{len(axis)} {axis.name}" for axis in self._study.axes.axes) or "one run"
        return f"Sweep({axes}, t={self._t})"
