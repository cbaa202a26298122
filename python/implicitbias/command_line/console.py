"""What the command line prints, and what it does where a file cannot be written."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from .run_table import reason

# What users name their files and labels is printed as it is, [brackets] and :colons: included.
console = Console(markup=False, emoji=False)
complaints = Console(stderr=True, markup=False, emoji=False)


def complain(error: object, kind: str = "error", style: str = "red") -> None:
    """Print an error or a warning."""
    complaints.print(Text.assemble((f"{kind}:", style), f" {error}"), soft_wrap=True)


def written(path: Path, write: Callable[[Path], None]) -> bool:
    """Write a file; where that fails, say so and go on to what can still be saved."""
    try:
        write(path)
    except Exception as error:  # of the disk, or of matplotlib on runs that diverged
        complain(f"out: {str(path)!r} cannot be written ({reason(error)})")
        return False
    return True
