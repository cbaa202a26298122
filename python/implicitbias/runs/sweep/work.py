"""What a worker does: it takes the runs of a chunk further, and sends back where they stand."""

import math
import os
import pickle
import socket
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..._core import Recording, RunLoop
from ...errors import DomainError, InvalidTypeError, InvalidValueError, NotSeparableError
from ...nouns.default_step import default_step
from ..forks import CHUNK_SECONDS
from ..run import Run
from ..view import Parts
from .axes import Axes
from .block import Block


class Study(NamedTuple):
    """What all chunks of a sweep are about."""

    axes: Axes
    record: Recording


@dataclass(frozen=True)
class Advance:
    """Iterate to t = `until`, or until the certified gap is within `adaptive`."""

    until: int
    adaptive: float | None = None

    def met(self, block: Block) -> Any:
        """Return which runs have nothing to do."""
        met = (block.t >= self.until) | (block.messages != "")
        return met if self.adaptive is None else met | (block.gaps() <= self.adaptive)

    def part(self, block: Block) -> Any:
        """Return which part of its way each run has gone."""
        return block.t / max(self.until, 1)

    def take(self, run: Run, deadline: float) -> str:
        """Take one run as far as the deadline lets it; return why it cannot go on, or nothing."""
        record, loop = run.record, run._loop
        try:
            while loop.t < self.until and (left := deadline - time.monotonic()) > 0:
                if self.adaptive is None:
                    loop.advance(self.until, min(left, CHUNK_SECONDS))
                    continue
                if run.bracket.gap <= self.adaptive and self._recorded(run):
                    break
                loop.advance(min(self.until, record.after(loop.t)), min(left, CHUNK_SECONDS))
        except DomainError as error:
            return str(error)
        return ""

    def take_together(self, columns: list[RunLoop], deadline: float) -> list[str]:
        """Take columns as far, and return for each why it cannot go on, or nothing."""
        told = [""] * len(columns)
        there = False
        while not there and (left := deadline - time.monotonic()) > 0:
            going = [i for i, message in enumerate(told) if not message]
            found, there = RunLoop.advance_together(
                [columns[i] for i in going], self.until, min(left, CHUNK_SECONDS), self.adaptive or 0.0
            )
            for i, message in zip(going, found, strict=True):
                told[i] = message
        return told

    @staticmethod
    def _recorded(run: Run) -> bool:
        """Whether the run is at one of its rows, where alone it may stop: pauses then change nothing."""
        return bool(run.t == 0 or run.record.after(run.t - 1) == run.t)


@dataclass(frozen=True)
class FastForward:
    """Go on to `until`, or to 10^`until_log10`, by leaps."""

    until: float | None
    until_log10: float | None
    tolerance: float | None

    @property
    def _goal(self) -> float:
        if self.until_log10 is not None:
            return self.until_log10
        return 300.0 if self.until is None else math.log10(self.until)

    def met(self, block: Block) -> Any:
        """Return which runs have nothing to do."""
        if "log10_t" not in block.state:
            return np.ones(len(block.counts), bool)
        there = block.state["log10_t"]
        met = np.ones(len(block.counts), bool)
        met[there.shapes[:, 0] == 1] = there.values >= self._goal * (1 - 1e-12)
        return met | (block.messages != "")

    def part(self, block: Block) -> float:
        """Return which part of its way each run has gone: none, until it is there."""
        return 0.0

    def take(self, run: Run, deadline: float) -> str:
        """Take one run there; return why it cannot go on, or nothing."""
        if time.monotonic() >= deadline:
            return ""
        try:
            run.fast_forward(self.until, until_log10=self.until_log10, tolerance=self.tolerance)
        except (DomainError, NotSeparableError, InvalidTypeError, InvalidValueError) as error:
            return str(error)
        return ""


Goal = Advance | FastForward


class Task(NamedTuple):
    """A chunk on its way: its runs by number, where they stand, and what is to be done in so many seconds."""

    begin: int
    end: int
    block: Block | None
    goal: Goal
    seconds: float


class Answer(NamedTuple):
    """What came of a task: the states, with the new rows; None where the worker does not know the study."""

    worker: str
    block: Block | None


# The studies that this process knows, by their tokens: data are sent once a worker.
_studies: OrderedDict[str, Study] = OrderedDict()
_MOST_STUDIES = 4


def keep(token: str, study: Study) -> None:
    """Have this process know a study; those used least are forgotten."""
    _studies[token] = study
    while len(_studies) > _MOST_STUDIES:
        _studies.popitem(last=False)


def forget(token: str) -> None:
    """Have this process forget a study."""
    _studies.pop(token, None)


def work(token: str, sent: bytes | None, task: Task) -> Answer:
    """Do a task, unless this process does not know the study and none was sent along."""
    if sent is not None:
        keep(token, _loaded(sent))
    worker = f"{socket.gethostname()}:{os.getpid()}"
    study = _studies.get(token)
    return Answer(worker, None if study is None else advanced(study, task))


def _loaded(sent: bytes) -> Study:
    try:
        study: Study = pickle.loads(sent)
    except (AttributeError, ImportError) as error:
        raise InvalidTypeError(
            f"executor: a worker cannot find a class or function that it was sent ({error}); define it in a "
            "module that workers can import, or install cloudpickle"
        ) from error
    return study


def advanced(study: Study, task: Task) -> Block:
    """Take the runs of a chunk further, until all are there or the time is over."""
    block = task.block
    if block is None:
        loops, messages = _begun(study, task.begin, task.end)
        met = [False] * len(loops)
    else:
        loops = [
            block.loop(i, parts_of(study, task.begin + i)) if rows else None
            for i, rows in enumerate(block.counts.tolist())
        ]
        messages, met = block.messages.tolist(), task.goal.met(block).tolist()
    going = {i: loop for i, loop in enumerate(loops) if loop is not None and not met[i]}
    deadline = time.monotonic() + task.seconds
    together = [i for i, loop in going.items() if loop.column]
    if together and isinstance(task.goal, Advance):
        told = task.goal.take_together([going.pop(i) for i in together], deadline)
        for i, message in zip(together, told, strict=True):
            messages[i] = message
    for i, loop in going.items():
        try:
            messages[i] = task.goal.take(run_of(parts_of(study, task.begin + i), loop), deadline)
        except Exception as error:
            error.add_note(f"{study.axes.name(task.begin + i)}: the sweep keeps what it had before.")
            raise
    return Block.of(loops, messages, [0] * len(loops) if block is None else block.counts.tolist())


def begin(study: Study, begin: int, end: int) -> Block:
    """Return the runs of a chunk at t = 0."""
    loops, messages = _begun(study, begin, end)
    return Block.of(loops, messages, [0] * len(loops))


def _begun(study: Study, begin: int, end: int) -> tuple[list[RunLoop | None], list[str]]:
    """Return the loops of new runs; in place of one that cannot begin, the message of its error."""
    loops: list[RunLoop | None] = []
    messages = []
    for number in range(begin, end):
        try:
            loops.append(RunLoop(*parts_of(study, number), study.axes.value("w0", number)))
            messages.append("")
        except DomainError as error:
            loops.append(None)
            messages.append(str(error))
        except Exception as error:
            error.add_note(f"This run of the sweep cannot begin: {study.axes.name(number)}.")
            raise
    return loops, messages


def parts_of(study: Study, number: int) -> Parts:
    """Return what a run is made of, with the steps that it takes by default."""
    given = study.axes.parts(number)
    rule = default_step(given["method"]) if given["step_size"] is None else given["step_size"]
    return given["problem"], given["method"], rule, given["batch"], study.record


def run_of(parts: Parts, loop: RunLoop) -> Run:
    """Return the run of a loop."""
    run = Run.__new__(Run)
    run._take(*parts, loop, "auto", 1)
    return run
