"""The files that a command writes, and what it does where one cannot be written."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import typer

from ..errors import InvalidValueError
from ..runs.log_file import refuse_unwritable
from .console import complain, console, reason


def to_folder(name: str) -> Path:
    """Return the folder of an option; an empty name, as of a variable that is not set, is none."""
    if not name:
        raise typer.BadParameter("expected a folder, got ''; for the one that you are in, write .")
    return Path(name)


def to_file(name: str) -> Path:
    """Return the file of an option, likewise."""
    if not name:
        raise typer.BadParameter("expected the name of a file, got ''")
    return Path(name)


def refuse_unwritable_places(out: Path | None, log: Path | None) -> None:
    """Refuse places where nothing can be written, before anything is computed, and leave nothing there.

    Raises
    ------
    InvalidValueError
    """
    refuse_unwritable(log)
    if out is None:
        return
    above = next((place for place in (out, *out.absolute().parents) if place.exists()), out)
    if not above.is_dir():
        why = errno.EEXIST if above == out else errno.ENOTDIR
    elif not os.access(above, os.W_OK | os.X_OK):
        why = errno.EACCES
    else:
        return
    raise InvalidValueError(f"out: expected a folder to write to, got {str(out)!r} ({os.strerror(why)})")


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
