"""Statements of one's own, from a Python file."""

import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from ..errors import InvalidValueError
from .registry import Statement, one_load, statements


def load(path: Path) -> list[Statement]:
    """Run a Python file and return the statements it registers with `implicitbias.statement`.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InvalidValueError
        If there is no such file, it fails, or it registers none.
    """
    if not path.is_file():
        seen = "a folder" if path.is_dir() else "which does not exist"
        raise InvalidValueError(f"from: expected a Python file, got {str(path)!r}, {seen}")
    place = path.resolve()
    name = f"implicitbias own {place}"
    spec = spec_from_file_location(name, place)
    if spec is None or spec.loader is None:
        raise InvalidValueError(f"from: expected a Python file (.py), got {str(path)!r}")
    module = sys.modules[name] = module_from_spec(spec)
    statements()  # the paper's are registered before, and are not among those found
    sys.path.insert(0, str(place.parent))  # what lies beside the file can be imported
    try:
        with one_load() as found:
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(place)]
        where = f", line {lines[-1]}" if lines else ""
        raise InvalidValueError(f"from: {path}{where}: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(place.parent))
    if not found:
        raise InvalidValueError(
            f"from: {str(path)!r} registers no statement; decorate one with @ib.statement(...)"
        )
    return found
