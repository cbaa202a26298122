"""What is sent to workers, as bytes."""

import pickle
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ...errors import InvalidTypeError
from .work import Study


def pickled(study: Study) -> bytes:
    """Return a study as bytes, with classes and functions of one's own where cloudpickle is installed.

    Raises
    ------
    InvalidTypeError
        If something cannot be sent; the message names it.
    """
    dumps = _pickler()
    try:
        return dumps(study)
    except Exception:
        for argument, values in study.axes.values.items():
            for value in values:
                _check(argument, value, dumps)
        raise


def _pickler() -> Callable[[Any], bytes]:
    try:
        dumps: Callable[[Any], bytes] = import_module("cloudpickle").dumps
        return dumps
    except ImportError:
        return pickle.dumps


def _check(argument: str, value: Any, dumps: Callable[[Any], bytes]) -> None:
    try:
        dumps(value)
    except Exception as error:
        raise InvalidTypeError(
            f"{argument}: a {type(value).__name__} cannot be sent to a worker ({error}); define its "
            "class and functions in a module that workers can import, or install cloudpickle"
        ) from error
