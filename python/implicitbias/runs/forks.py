"""Runs and the process they are in: its exit, and its forks."""

import atexit
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakSet

from .view import RunView

# The compiled loop comes back this often, for Ctrl-C and the progress bar.
CHUNK_SECONDS = 0.05

# A daemon thread that came back from the core after the interpreter is gone would abort the process.
exiting = threading.Event()
_advancing: dict[RunView, int] = {}  # the thread that advances each run


@contextmanager
def unfinished(run: RunView) -> Iterator[None]:
    """Have the interpreter wait for this run before it exits."""
    _advancing[run] = threading.get_ident()
    try:
        yield
    finally:
        _advancing.pop(run, None)


@atexit.register
def _wait_for_daemon_threads() -> None:
    exiting.set()
    while _advancing:
        time.sleep(CHUNK_SECONDS / 10)


# A process that forks does so between two iterations of every run, and in the new process no run waits for a
# thread that is not there.
known: WeakSet[RunView] = WeakSet()
_held: list[RunView] = []
_forking = threading.Lock()


def _before_fork() -> None:
    _forking.acquire()
    for run in list(known):
        run._loop.hold()
        _held.append(run)


def _after_fork_in_parent() -> None:
    while _held:
        _held.pop()._loop.let_go()
    _forking.release()


def _after_fork_in_child() -> None:
    mine = threading.get_ident()
    while _held:
        run = _held.pop()
        abandoned = _advancing.get(run, mine) != mine
        run._loop.start_over(abandoned)
        if abandoned:
            del _advancing[run]
    _forking.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
