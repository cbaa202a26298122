"""One bar of progress: in a terminal, or in a notebook."""

import time
from types import TracebackType
from typing import Any, Protocol, Self

from rich import get_console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Columns

from .._html import Markup, cell


class Bar(Protocol):
    """What shows progress while a `with` block lasts."""

    def update(self, part: float, before: str, after: str) -> None:
        """Show which part is done, between two texts, and the time left."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def bar(*, wide: bool = True) -> Bar:
    """Return a bar for where Python runs; one that is not wide has no line that grows."""
    return NotebookBar() if get_console().is_jupyter else TerminalBar(wide)


class TerminalBar:
    """A bar by rich."""

    def __init__(self, wide: bool) -> None:
        self._columns = Columns(
            TextColumn("{task.fields[before]}"),
            *([BarColumn(bar_width=20)] if wide else []),
            TaskProgressColumn(),
            TextColumn("{task.fields[after]}"),
            TimeRemainingColumn(compact=True),
        )
        self._task = self._columns.add_task("", total=1.0, before="", after="")

    def update(self, part: float, before: str, after: str) -> None:
        """Show which part is done, between two texts, and the time left."""
        self._columns.update(self._task, completed=part, before=before, after=after)

    def __enter__(self) -> Self:
        self._columns.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._columns.stop()


class NotebookBar:
    """A bar of HTML that is replaced in its place: it needs no widgets, and stays in saved notebooks."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._begin, self._first, self._shown = time.monotonic(), 0.0, (0.0, "", "")

    def update(self, part: float, before: str, after: str) -> None:
        """Show which part is done, between two texts, and the time left."""
        if self._shown == (0.0, "", ""):
            self._begin, self._first = time.monotonic(), part
        self._shown = part, before, after
        if self._handle is not None:
            self._handle.update(_Shown(self._text()))

    def _text(self) -> str:
        part, before, after = self._shown
        meter = f'<progress value="{min(max(part, 0.0), 1.0):.4f}" max="1"></progress>'
        return f"{cell(before)} {meter} {part:.0%} {cell(after)} {self._left(part)}"

    def _left(self, part: float) -> str:
        """Return the time left, in words, once it can be told."""
        gained = part - self._first
        if gained <= 0 or part >= 1:
            return ""
        seconds = round((time.monotonic() - self._begin) * (1 - part) / gained)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02} left"

    def __enter__(self) -> Self:
        from IPython.display import display

        show: Any = display
        self._handle = show(_Shown(self._text()), display_id=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.update(*self._shown)


class _Shown:
    """What a notebook displays."""

    def __init__(self, text: str) -> None:
        self._text = Markup(f"<div>{text}</div>")

    def _repr_html_(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "progress"
