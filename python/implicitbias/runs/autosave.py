"""Checkpoints that a run writes while it advances, with a line in the log for each."""

import logging
import math
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from os import PathLike
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from .._arguments import positive_number
from ..errors import CheckpointWarning
from . import checkpoint, sealed_archive
from .progress import status
from .view import RunView

logger = logging.getLogger("implicitbias")


def interval(every: Any) -> float:
    """Return a number of seconds, if it is one."""
    return positive_number(every, "every", unit=" of seconds", most=threading.TIMEOUT_MAX)


class Autosave:
    """Writes a checkpoint on entering, every so many seconds, and on every way out.

    A checkpoint that cannot be written is a warning, not an error: the run is worth more than its copy. While
    this is active in the main thread, SIGTERM is a KeyboardInterrupt, unless it is handled already: those who
    stop a process in this way expect it to save its work.
    """

    def __init__(self, run: RunView, path: str | PathLike[str], every: float) -> None:
        # The absolute path now: the process may change its folder later.
        self._path = os.path.abspath(sealed_archive.checked(path, "checkpoint"))
        self._run, self._every = run, interval(every)
        self._next = -math.inf
        self._failing = False
        self._former: Any = None
        self._begun, self._first = time.monotonic(), run.t

    def update(self) -> None:
        """Write a checkpoint if it is time."""
        if time.monotonic() >= self._next:
            self._write()

    def _write(self) -> None:
        self._next = time.monotonic() + self._every
        try:
            checkpoint.write(self._run, self._path)
        except (OSError, MemoryError) as error:
            if not self._failing:  # warned once, and not every minute of a week
                reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
                complaint = (
                    f"checkpoint: {self._path!r} cannot be written ({reason}); the run goes on, and what it "
                    f"does from t = {self._run.t} on is not saved until that works"
                )
                logger.warning(complaint)
                warnings.warn(complaint, CheckpointWarning, stacklevel=_depth())
            self._failing = True
        else:
            self._failing = False
            run = self._run
            logger.info("%s: t = %s  %s%s", self._path, f"{run.t:,}", status(run), self._time_left())

    def _time_left(self) -> str:
        done, ahead = self._run.t - self._first, (self._run.until or 0) - self._run.t
        if done <= 0 or ahead <= 0:
            return ""
        seconds = (time.monotonic() - self._begun) / done * ahead
        return f"  {timedelta(seconds=round(seconds))} left" if seconds < 1e9 else "  decades left"

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._former = signal.getsignal(signal.SIGTERM)
            if self._former == signal.SIG_DFL:
                signal.signal(signal.SIGTERM, _interrupt)
        try:
            self._write()
        except BaseException:
            self._restore()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._failing = False  # a failure of the last checkpoint is told again
            with _undisturbed():
                self._write()
        finally:
            self._restore()

    def _restore(self) -> None:
        if self._former == signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off Ctrl-C and SIGTERM until this is done; a second one, in a write that hangs, is heeded."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append(number)

    former = {
        number: signal.signal(number, note)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) in (signal.default_int_handler, _interrupt)
    }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    if seen:
        raise KeyboardInterrupt


def _depth() -> int:
    """Return how far up the caller of this package is, seen from the function that asks."""
    frame, depth = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals["__name__"].startswith(("implicitbias", "contextlib")):
        frame, depth = frame.f_back, depth + 1
    return depth


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
