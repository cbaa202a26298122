"""The progress bar of a run."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

if TYPE_CHECKING:
    from .run import Run


class Progress:
    """t, log L, margin (or residual), certified gap and the time left."""

    def __init__(self, run: "Run", until: int) -> None:
        self._run = run
        self._bars = Bars(
            TextColumn("t = {task.completed:,.0f}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[status]}"),
            TimeRemainingColumn(),
        )
        self._task = self._bars.add_task("", total=until, completed=run.t, status=self._status())

    def _status(self) -> str:
        status = f"log L {self._run.log_loss:.4g}"
        if self._run.problem.loss.monotone:
            status += f"  margin {self._run.margin:.5g}  certified gap {self._run.bracket.gap:.1e}"
        else:
            status += f"  residual {self._run.residual:.3g}"
        return status

    def update(self) -> None:
        """Show where the run is."""
        self._bars.update(self._task, completed=self._run.t, status=self._status())

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.update()
        self._bars.stop()
