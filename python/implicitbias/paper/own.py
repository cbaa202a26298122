"""Statements of one's own, from a Python file."""

import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from ..errors import InvalidValueError
from .statement import Statement, statements


def load(path: Path) -> list[Statement]:
    """Run a Python file and return the statements it registers with `claim`.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InvalidValueError
        If there is no such file, it fails, or it registers none.
    """
    if not path.is_file():
        raise InvalidValueError(f"from: expected a Python file, got {str(path)!r}, which does not exist")
    name = f"_implicitbias_own_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InvalidValueError(f"from: expected a Python file (.py), got {str(path)!r}")
    module = sys.modules[name] = module_from_spec(spec)
    before = statements()
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
        ]
        where = f", line {lines[-1]}" if lines else ""
        raise InvalidValueError(f"from: {path}{where}: {type(error).__name__}: {error}") from error
    found = [each for each in statements() if not any(each is other for other in before)]
    if not found:
        raise InvalidValueError(
            f"from: {str(path)!r} registers no statement; decorate one with @ib.claim(...)"
        )
    return found
