"""What a run shows of itself while it advances."""

from types import TracebackType
from typing import Self

from rich import get_console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from .view import RunView


def status(run: RunView) -> str:
    """Return what there is to say of a run while it advances."""
    shown = f"log L {run.log_loss:.4g}"
    if run.problem.loss.monotone:
        return f"{shown}  margin {run.margin:.5g}  certified gap {run.bracket.gap:.1e}"
    return f"{shown}  residual {run.residual:.3g}"


class Progress:
    """t, log L, margin (or residual), certified gap and the time left."""

    def __init__(self, run: RunView, until: int) -> None:
        self._run = run
        wide = get_console().width >= 100  # 80 columns are full without a bar
        self._bars = Bars(
            TextColumn("t = {task.completed:,.0f}"),
            *([BarColumn()] if wide else []),
            TaskProgressColumn(),
            TextColumn("{task.fields[status]}"),
            TimeRemainingColumn(compact=not wide),
        )
        self._task = self._bars.add_task("", total=until, completed=run.t, status=status(run))

    def update(self) -> None:
        """Show where the run is."""
        self._bars.update(self._task, completed=self._run.t, status=status(self._run))

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.update()
        self._bars.stop()
