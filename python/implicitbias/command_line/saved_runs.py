"""Runs of one command, one after the other, each of them saved while it iterates."""

import logging
import shlex
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from rich.console import Console

from .._core import Constant, StepSize
from ..errors import CheckpointWarning, ImplicitBiasError, InvalidValueError
from ..nouns.as_text import file_stem, plain
from ..problems.rows import same_problem
from ..runs.run import Run
from ..runs.sealed_archive import checked
from .console import complain, complaints, console
from .output_files import written

logger = logging.getLogger("implicitbias")
logger.addHandler(logging.NullHandler())  # what is logged is said by the command line itself, or in --log


def new_name(name: str, taken: Sequence[str]) -> str:
    """Return the name, numbered where another run's files are called like this."""
    stems = [file_stem(other) for other in taken]
    # Runs that differ in groups, weights, ... alone have one name.
    names = (f"{name} ({i})" if i > 1 else name for i in count(1))
    return next(name for name in names if file_stem(name) not in stems)


def step_name(step: StepSize, text: str | None = None) -> str:
    """Return what tells the runs of this step from those of others; a constant's number stays as given."""
    if isinstance(step, Constant):
        return f"eta {text if text is not None and len(text) <= 20 else repr(step.eta)}"
    return plain(step)


@dataclass
class Job:
    """The runs by their names, where each is to end, and in which file it is saved."""

    runs: dict[str, Run]
    goals: dict[str, int]
    files: dict[str, Path]
    failures: dict[str, Exception] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    trajectories: dict[str, Path] = field(default_factory=dict)
    all_written: bool = True
    interrupted: bool = False

    def iterate(self, out: Path, every: float, quiet: bool) -> None:
        """Iterate, with a CSV file of each trajectory in `out`; Ctrl-C or SIGTERM ends it."""
        began = time.monotonic()
        for name, run in self.runs.items():
            self._iterate(name, every, quiet)
            table = out / f"{self.files[name].stem}.csv"
            if written(table, run.trajectory.to_csv):
                self.trajectories[name] = table
            else:
                self.all_written = False
            self.ended.append(name)
            if self.interrupted:
                _say(f"Interrupted at t = {run.t:,}; what there is follows.", complaints, "yellow")
                self._leave()
                return
        number = f"{len(self.runs)} run{'s' if len(self.runs) > 1 else ''}"
        _say(f"{number} done in {time.monotonic() - began:.1f} s; files in {out}.")

    def written_files(self, name: str) -> dict[str, Path]:
        """Return the files that there are of a run: itself, and its trajectory as a table."""
        files = {"run": self.files.get(name), "trajectory": self.trajectories.get(name)}
        return {what: path for what, path in files.items() if path is not None and path.is_file()}

    def _leave(self) -> None:
        """Save the runs that have not begun, too, and say how to go on with all that is left."""
        left = list(self.runs)[len(self.ended) - 1 :]
        for name in left[1:]:
            self.runs[name].until = self.goals[name]
            self.all_written &= written(self.files[name], self.runs[name].save)
        options = " ".join(f"--resume {shlex.quote(str(self.files[name]))}" for name in left)
        _say(f"To go on: implicitbias run {options}", complaints)

    def _iterate(self, name: str, every: float, quiet: bool) -> None:
        run, goal = self.runs[name], self.goals[name]
        console.print(f"{name}:", highlight=False)
        if run.t >= goal:
            _say(f"{name}: at t = {run.t:,} already.")
            return
        if run.t > 2**53:
            self.failures[name] = InvalidValueError(
                f"resume: {str(self.files[name])!r} is at t = {run.t:g}; only fast_forward goes on there"
            )
            return
        with _complaining() as complained:
            try:
                run.advance(goal - run.t, progress=not quiet, checkpoint=self.files[name], every=every)
            except KeyboardInterrupt:
                self.interrupted = True
            except ImplicitBiasError as error:
                logger.error("%s: %s", name, error)
                self.failures[name] = error
        if complained:
            self.all_written &= written(self.files[name], run.save)


@contextmanager
def _complaining() -> Iterator[list[str]]:
    """Show warnings about checkpoints as messages, and collect them."""
    seen: list[str] = []
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Any, category: type[Warning], *arguments: Any, **options: Any) -> None:
            if not issubclass(category, CheckpointWarning):
                return usual(message, category, *arguments, **options)
            complain(message, "warning", "yellow")
            seen.append(str(message))

        warnings.simplefilter("always", CheckpointWarning)
        warnings.showwarning = show
        yield seen


def loaded(path: Path, argument: str) -> Run:
    """Load a run, or say which argument names no file that can be read."""
    if path.is_dir():
        raise InvalidValueError(f"{argument}: expected a run's .npz file, got the folder {str(path)!r}")
    try:
        return Run.load(path)
    except OSError as error:
        raise InvalidValueError(
            f"{argument}: expected a run's .npz file, got {str(path)!r}: {error.strerror or error}"
        ) from error


def refuse_unfinished(files: Iterable[Path]) -> None:
    """Refuse to begin anew where a run is on its way, and names that folders have."""
    for path in files:
        if not path.exists():
            continue
        checked(path, "out")
        try:
            run = Run.load(path)
        except (ImplicitBiasError, OSError):  # the file holds no run, or none that could go on
            continue
        if run.until is not None and run.t < run.until:
            raise InvalidValueError(
                f"out: {path} is on its way, at t = {run.t:,} of {run.until:,}; go on with --resume "
                f"{shlex.quote(str(path))}, or delete it, or take another --out"
            )


def resumed(files: Sequence[Path], steps: int | None) -> Job:
    """Return the runs of some checkpoints, to go on to `steps` or to where they were to end."""
    job = Job({}, {}, {})
    runs: list[tuple[Run, int, Path]] = []
    for i, path in enumerate(files):
        if any(path.stem == other.stem for other in files[:i]):
            raise InvalidValueError(f"resume: expected files of different names, got {path} again")
        run = loaded(path, "resume")
        goal = run.until if steps is None else steps
        if goal is None:
            raise InvalidValueError(f"steps: expected --steps, since {path} does not say where it was to end")
        if runs and not same_problem(run.problem, runs[0][0].problem):
            raise InvalidValueError(f"resume: expected runs on one problem, got another in {path}")
        runs.append((run, goal, path))
    several = any(run.step_size != runs[0][0].step_size for run, _, _ in runs)
    for run, goal, path in runs:
        step = f", {step_name(run.step_size)}" if several else ""
        name = new_name(plain(run.method) + step, list(job.runs))
        job.runs[name], job.goals[name], job.files[name] = run, goal, path
    return job


def _say(text: str, screen: Console = console, style: str | None = None) -> None:
    logger.info(text)
    screen.print(text, style=style, soft_wrap=True, highlight=False)
