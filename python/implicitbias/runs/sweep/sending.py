"""Chunks on their way to the workers of an executor, and back.

Any executor of `concurrent.futures` will do. Data go to a worker that says that it has none. A task that is
lost with its worker goes out again; a pool of processes that is broken by a dead one is replaced.
"""

import queue
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

from ...errors import WorkersLostError
from .block import Block
from .pickled import pickled
from .pools import DaskCarrier, carrier, end_processes, has_dead_process, is_loss, renewed
from .work import Study, Task, forget, keep, work

# A task that was lost with its worker so many times is what workers die of.
_MOST_LOSSES = 3

# An executor of Dask waits for workers for ever; a sweep waits so many seconds.
_WITHOUT_WORKERS = 60.0

# Tasks on their way: more as results come in, so that the first ones tell which workers need data.
_FIRST, _MOST = 8, 1024


class Sending:
    """Sends tasks out and takes them back, each as often as it takes."""

    def __init__(self, executor: Executor, study: Study) -> None:
        self._executor, self._study = carrier(executor), study
        self._token = uuid.uuid4().hex
        self._sent: bytes | None = None
        self._back: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._flying: dict[Future[Any], tuple[int, str | None]] = {}  # the chunk, and for whom data go along
        self._losses: Counter[int] = Counter()
        self._renewed: Executor | None = None
        self._breaks = 0
        self._lacking: set[str] = set()  # workers that said that they have no data
        self._supplied = False  # whether some have

    def results(self, waiting: "deque[int]", task: Callable[[int], Task]) -> Iterator[tuple[int, Block]]:
        """Yield chunks as they come back; whoever takes one may append it again to those that wait.

        Raises
        ------
        WorkersLostError
            If the executor has no workers any more.
        """
        keep(self._token, self._study)  # threads, and processes forked from here, have the data already
        try:
            limit = _FIRST
            while waiting or self._flying:
                while waiting and len(self._flying) < limit and self._may_send():
                    self._send(waiting, task)
                back = self._next()
                number, _ = self._flying.pop(back)
                try:
                    answer = back.result()
                except Exception as error:
                    self._after(error, number, waiting)
                    continue
                self._breaks = 0
                if answer.block is None:
                    if answer.worker not in self._promised():
                        self._lacking.add(answer.worker)
                    waiting.appendleft(number)
                    continue
                self._supplied = True
                limit = min(limit + 2, _MOST)
                yield number, answer.block
        finally:
            forget(self._token)
            for future in self._flying:
                future.cancel()
            if self._renewed is not None:
                self._renewed.shutdown(wait=False, cancel_futures=True)

    def _promised(self) -> list[str]:
        """Return the workers for whom data are on their way; another one may take them."""
        return [worker for _, worker in self._flying.values() if worker is not None]

    def _may_send(self) -> bool:
        """Whether a task may go out now: not while data are on their way to all workers that are known."""
        return bool(self._lacking or self._supplied or not self._promised())

    def _send(self, waiting: "deque[int]", task: Callable[[int], Task]) -> None:
        worker = self._lacking.pop() if self._lacking else None
        if worker is not None and self._sent is None:
            self._sent = pickled(self._study)
        sent = None if worker is None else self._sent
        number = waiting[0]
        try:
            future = self._executor.submit(work, self._token, sent, task(number))
        except RuntimeError as error:  # broken, or shut down
            return self._replace(error, waiting)
        waiting.popleft()
        self._flying[future] = number, worker
        future.add_done_callback(self._back.put)
        return None

    def _next(self) -> Future[Any]:
        """Return the next task that is back, in an executor that has workers."""
        without = None
        dead = False
        while True:
            try:
                future = self._back.get(timeout=1.0)
            except queue.Empty:
                # A pool tells at once that a process has died, unless it died while it sent a result.
                if dead and has_dead_process(self._executor):
                    end_processes(self._executor)
                dead = not dead and has_dead_process(self._executor)
                if not isinstance(self._executor, DaskCarrier) or self._executor.count_of_workers():
                    without = None
                elif without is None:
                    without = time.monotonic()
                elif time.monotonic() - without > _WITHOUT_WORKERS:
                    raise _lost(f"it has had no workers for {_WITHOUT_WORKERS:g} seconds") from None
                continue
            if future in self._flying:  # not one of an executor that was replaced
                return future

    def _after(self, error: Exception, number: int, waiting: "deque[int]") -> None:
        """Have a task that was lost with its worker go out again, and raise what it raised itself."""
        if not is_loss(error):
            raise error
        waiting.appendleft(number)
        self._losses[number] += 1
        if isinstance(error, BrokenExecutor):
            self._replace(error, waiting)
        elif self._losses[number] > _MOST_LOSSES:
            raise _lost(f"chunk {number} was lost {self._losses[number]} times with its worker") from error

    def _replace(self, error: Exception, waiting: "deque[int]") -> None:
        """Go on with another pool of processes in place of a broken one, and have its tasks go out again."""
        waiting.extendleft(lost for lost, _ in self._flying.values())
        self._flying.clear()
        self._breaks += 1
        another = renewed(self._executor) if isinstance(error, BrokenExecutor) else None
        if another is None or self._breaks > _MOST_LOSSES:
            raise _lost(str(error) or type(error).__name__) from error
        self._executor = self._renewed = another
        self._lacking.clear()
        self._supplied = False


def _lost(reason: str) -> WorkersLostError:
    return WorkersLostError(
        f"executor: it has lost its workers ({reason}); the sweep keeps what is done, and advance with "
        "another executor goes on from there"
    )
