"""What kinds of executors say of their workers: how many there are, which are dead, how a pool is replaced.

`concurrent.futures.Executor` promises none of this: each question has an answer for unknown executors, too.
"""

from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from multiprocessing.connection import wait
from typing import Any, cast


def is_loss(error: Exception) -> bool:
    """Whether an error says that a worker, or the way to it, is gone."""
    lost = (BrokenExecutor, CancelledError, ConnectionError, EOFError)
    return isinstance(error, lost) or any(
        each.__name__ in ("KilledWorker", "CommClosedError", "FutureCancelledError", "FuturesCancelledError")
        for each in type(error).__mro__
    )


def renewed(executor: Any) -> Executor | None:
    """Return a pool of as many processes as a broken one has, or None for other executors."""
    again = getattr(type(executor), "get_reusable_executor", None)  # joblib's loky
    if again is not None:
        return cast(Executor, again(max_workers=executor._max_workers)[0])
    if not hasattr(executor, "_mp_context"):
        return None
    begun_by = {"initializer": executor._initializer, "initargs": executor._initargs}
    return cast(Executor, type(executor)(executor._max_workers, executor._mp_context, **begun_by))


def carrier(executor: Any) -> Executor:
    """Return what takes tasks to the workers of an executor: the executor itself, but for Dask's."""
    return DaskCarrier(executor) if hasattr(executor, "_client") else cast(Executor, executor)


class DaskCarrier(Executor):
    """Takes tasks to the workers of a Dask client.

    The client's own executor loses a result whose worker dies while the result is on its way: the task is
    computed again, and nobody asks for what comes of it. Here, a task whose result does not come is lost.
    """

    SECONDS = 60.0  # from the moment that a result is there

    def __init__(self, executor: Any) -> None:
        self.client, self._options = executor._client, getattr(executor, "_kwargs", {})

    def count_of_workers(self) -> int:
        """Return how many workers there are."""
        return len(self.client.scheduler_info()["workers"])

    def submit(self, function: Any, /, *arguments: Any) -> Future[Any]:  # type: ignore[override]
        """Send a task out."""
        if self.client.status == "closed":
            raise RuntimeError("the client of Dask is closed")
        future: Future[Any] = Future()
        sent = self.client.submit(function, *arguments, **({"pure": False} | self._options))

        def bring(sent: Any) -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(sent.result(timeout=self.SECONDS))
            except BaseException as error:
                if isinstance(error, TimeoutError) and sent.status != "error":
                    error = ConnectionError(f"a result has not come in {self.SECONDS:g} seconds")
                future.set_exception(error)

        future.add_done_callback(lambda future: sent.cancel() if future.cancelled() else None)
        sent.add_done_callback(bring)
        return future


def has_dead_process(executor: Any) -> bool:
    """Whether a process of a pool has ended; False for other executors."""
    processes = getattr(executor, "_processes", None)
    if not isinstance(processes, dict) or not hasattr(executor, "_result_queue"):
        return False
    return bool(wait([process.sentinel for process in list(processes.values())], timeout=0))


def end_processes(executor: Any) -> None:
    """Have a pool know that it is broken, one of whose processes died while it sent a result.

    The pool waits for the rest of the result, and would for ever: a pipe ends only when nobody holds the side
    that is written to, neither another process nor the pool itself.
    """
    for process in list(executor._processes.values()):
        process.kill()
    executor._result_queue._writer.close()
