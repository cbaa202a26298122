"""Statements tried one after the other, or several at a time in processes of their own."""

import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from . import from_file
from .entry import Entry, drawn
from .finding import Finding, examine
from .registry import Effort, Statement


@dataclass(frozen=True)
class Work:
    """How statements are tried.

    Attributes
    ----------
    effort : {'fast', 'default', 'thorough'}
    seed : int
    draws : bool
        Whether figures are drawn, too.
    file : Path or None
        The Python file of one's own statements, which each process loads for itself.
    """

    effort: Effort
    seed: int = 0
    draws: bool = False
    file: Path | None = None

    def entry(self, statement: Statement) -> Entry:
        """Try a statement."""
        finding = examine(statement, self.effort, self.seed)
        return drawn(finding) if self.draws else (finding, [])


def entries(statements: list[Statement], work: Work, processes: int = 1) -> Iterator[Entry]:
    """Yield what is found of each statement, in their order.

    A process that dies, as one does that takes too much memory, does not take the others' findings with it:
    the first statement without a finding is tried once more, in a process with no other beside, and is an
    error where that one dies, too.
    """
    if processes == 1 or any(not (each.paper or work.file) for each in statements):
        yield from map(work.entry, statements)  # a statement that is in no file is known here alone
        return
    left, alone = list(statements), False
    while left:
        try:
            for entry in _from_processes(left[:1] if alone else left, work, 1 if alone else processes):
                del left[0]
                yield entry
            alone = False
        except BrokenExecutor:
            if alone:
                error = RuntimeError("the process that tried it died: it was killed, or out of memory")
                yield Finding(left.pop(0), work.effort, "error", (), (), (), (), 0.0, error), []
            alone = not alone


def _from_processes(statements: list[Statement], work: Work, processes: int) -> Iterator[Entry]:
    from joblib.externals.loky import ProcessPoolExecutor

    # Each process has one core: threads of linear algebra would take the others'.
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "OMP")}
    most = min(processes, len(statements))
    pool = ProcessPoolExecutor(most, initializer=_begin, initargs=(work.file,), env=one_thread)
    try:
        yield from pool.map(_entry_to_send, statements, [work] * len(statements))
    finally:
        pool.shutdown(kill_workers=True)


def _begin(file: Path | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the first process's, which ends the others
    if file is not None:
        from_file.load(file)


def _entry_to_send(statement: Statement, work: Work) -> Entry:
    """Try a statement; what cannot be sent of what is found stays here, once the figures are drawn."""
    finding, pictures = work.entry(statement)
    return replace(finding, drawings=(), error=_sendable(finding.error)), pictures


def _sendable(error: Exception | SystemExit | None) -> Exception | SystemExit | None:
    """Return an error, or one of the same words where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever an error's own class does
        words = RuntimeError(f"{type(error).__name__}: {error}")
        for note in getattr(error, "__notes__", []):
            words.add_note(note)
        return words
    return error
