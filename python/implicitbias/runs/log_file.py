"""What the package logs, in a file."""

import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import PathLike, fspath
from typing import Any

from .._arguments import refuse
from ..errors import CheckpointWarning, InvalidValueError

logger = logging.getLogger("implicitbias")


def _warn(text: str) -> None:
    warnings.warn(text, CheckpointWarning, stacklevel=2)


class _LogFile(logging.FileHandler):
    """A log that cannot be written costs a message, once, and nothing else."""

    def __init__(self, path: str, complain: Callable[[str], object]) -> None:
        super().__init__(path, encoding="utf-8")
        self._complain, self._complained = complain, False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, the base's name
        if not self._complained:
            self._complain(f"log: {self.baseFilename!r} cannot be written")
        self._complained = True

    def close(self) -> None:
        with suppress(OSError):
            super().close()


@contextmanager
def _opened(path: Any) -> Iterator[None]:
    """Refuse what is no path; within, failures to open it name the argument."""
    if not isinstance(path, str | PathLike):
        refuse("log", "a path of a file", path)
    if "\0" in str(path):
        raise InvalidValueError(
            f"log: expected a file to write to, got {str(path)!r}, which no file is called"
        )
    try:
        yield
    except OSError as error:
        raise InvalidValueError(
            f"log: expected a file to write to, got {str(path)!r} ({error.strerror})"
        ) from error


def refuse_unwritable(path: str | PathLike[str] | None) -> None:
    """Refuse a log that could not be written, and leave no file where there is none.

    Raises
    ------
    InvalidTypeError, InvalidValueError
    """
    if path is None:
        return
    with _opened(path):
        new = not os.path.exists(path)
        open(path, "a").close()
        if new:
            os.remove(path)


@contextmanager
def logged(path: str | PathLike[str] | None, complain: Callable[[str], object] = _warn) -> Iterator[None]:
    """Write what the package logs to a file, too, after what is there."""
    if path is None:
        yield
        return
    with _opened(path):
        handler = _LogFile(fspath(path), complain)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    former = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(former)
        handler.close()
