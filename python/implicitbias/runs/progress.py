"""What a run shows of itself while it advances."""

from types import TracebackType
from typing import Self

from rich import get_console

from .bar import bar
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
        self._run, self._until = run, until
        self._bar = bar(wide=get_console().width >= 100)  # 80 columns are full without a line that grows
        self.update()

    def update(self) -> None:
        """Show where the run is."""
        part = self._run.t / self._until if self._until else 1.0
        self._bar.update(part, f"t = {self._run.t:,.0f}", status(self._run))

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.update()
        self._bar.__exit__(kind, error, trace)
