"""What the command line says, and on which stream."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import rich
from rich.console import Console
from rich.text import Text

from ..errors import ImplicitBiasError

# What users name their files and labels is printed as it is, [brackets] and :colons: included.
_AS_IT_IS: dict[str, Any] = {"markup": False, "emoji": False}

# Progress bars are drawn on rich's own console, so that this one is it: both go to one stream.
rich.reconfigure(**_AS_IT_IS)
console = rich.get_console()
complaints = Console(stderr=True, **_AS_IT_IS)


@contextmanager
def saying(*, nothing: bool = False, to_stderr: bool = False) -> Iterator[None]:
    """Within, `console` says nothing, or says it on stderr."""
    rich.reconfigure(quiet=nothing, stderr=to_stderr, **_AS_IT_IS)
    try:
        yield
    finally:
        rich.reconfigure(**_AS_IT_IS)


def complain(error: object, kind: str = "error", style: str = "red") -> None:
    """Print an error or a warning, on stderr and however quiet the console is."""
    complaints.print(Text.assemble((f"{kind}:", style), f" {error}"), soft_wrap=True)


def reason(error: Exception) -> str:
    """Return an error's message, with its class where it is not one of ours."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) if isinstance(error, ImplicitBiasError) else f"{type(error).__name__}: {error}"
