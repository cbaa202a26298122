"""The files that a command writes, and what it does where one cannot be written."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from ..errors import InvalidValueError
from .console import complain, console, reason


def folder(name: str) -> Path:
    """Return the folder of an option; an empty name, as of a variable that is not set, is none."""
    if not name:
        raise InvalidValueError("out: expected a folder, got ''; for this one, write --out .")
    return Path(name)


def make_folder(out: Path) -> None:
    """Make the folder, and find out now, not after the runs, whether files can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        raise InvalidValueError(
            f"out: expected a folder to write to, got {str(out)!r} ({reason(error)})"
        ) from error


def written(path: Path, write: Callable[[Path], None]) -> bool:
    """Write a file; where that fails, say so and go on to what can still be saved."""
    try:
        write(path)
    except Exception as error:  # the disk fails, or matplotlib on runs that diverged
        complain(f"out: {str(path)!r} cannot be written ({reason(error)})")
        return False
    return True


def show_file(path: Path) -> None:
    """Say where a file is."""
    console.print(f"{path.name:>16}  {path}", soft_wrap=True, highlight=False)
