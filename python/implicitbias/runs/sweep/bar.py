"""What a sweep shows of itself while it advances."""

from types import TracebackType
from typing import Any, Self

from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars


class Bar:
    """Runs done, on their way and stopped, and the time left; of use in notebooks, too."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._bars = Bars(
            TextColumn("{task.fields[done]:,} of {task.fields[size]:,} runs"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TextColumn("{task.fields[running]:,} running  {task.fields[failed]:,} failed"),
            TimeRemainingColumn(compact=True),
        )
        fields: dict[str, Any] = {"done": 0, "size": size, "running": 0, "failed": 0}
        self._task = self._bars.add_task("", total=1.0, **fields)

    def update(self, part: float, done: int, running: int, failed: int) -> None:
        """Show which part of all iterations is done, and so many runs."""
        self._bars.update(self._task, completed=part, done=done, running=running, failed=failed)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()
