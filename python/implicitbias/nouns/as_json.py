"""Nouns as JSON, with their arrays beside it, and back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _core
from .._core import Metric, Norm
from ..errors import CheckpointError

_nouns = {noun.__name__: noun for kind in _core.registry.values() for noun in kind}


def kind_of(own: Norm | Metric) -> str:
    """Return by which argument of `Run.load` a noun of one's own comes back."""
    return "norm" if isinstance(own, Norm) else "metric"


def _conduct(own: Norm | Metric, w0: NDArray[Any]) -> list[float]:
    """Return what tells two norms, or metrics, of one class apart: what they make of two vectors."""
    indices = np.arange(1.0, 1 + w0.size).reshape(w0.shape)
    probes = np.cos(indices), np.sin(indices**2)
    if isinstance(own, Norm):
        return [float(each) for probe in probes for each in (own.value(probe), own.dual(probe))]
    return [float((own.solve(w0, probe) * other).sum()) for probe in probes for other in probes]


def _class_name(noun: object) -> str:
    return f"{type(noun).__module__}.{type(noun).__qualname__}"


def describe(value: Any, place: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """Return `value` as JSON; arrays go to `arrays` under the name of their place."""
    if isinstance(value, np.ndarray):
        arrays[place] = value
        return {"array": place}
    if type(value).__name__ in _nouns and hasattr(value, "_fields"):
        fields = {name: describe(getattr(value, name), f"{place}.{name}", arrays) for name in value._fields}
        return {"noun": type(value).__name__, "fields": fields}
    if isinstance(value, Norm | Metric):
        behavior = _conduct(value, arrays["trajectory/w"][0])
        return {f"own_{kind_of(value)}": _class_name(value), "behaviour": behavior}
    return value


def build(description: Any, arrays: dict[str, NDArray[Any]], own: Norm | Metric | None) -> Any:
    """Return what was described; a noun of one's own must be given, and be the one that it was.

    Raises
    ------
    CheckpointError
        If it is not, or is unknown.
    """
    if not isinstance(description, dict):
        return description
    if "array" in description:
        return arrays[description["array"]]
    for kind in ("norm", "metric"):
        if f"own_{kind}" not in description:
            continue
        expected = description[f"own_{kind}"]
        if own is None or _class_name(own) != expected:
            seen = "none" if own is None else f"a {_class_name(own)}"
            raise CheckpointError(
                f"{kind}: the run was saved with a {kind} of class {expected}, got {seen}; "
                f"Run.load(path, {kind}=...) takes it"
            )
        if not np.allclose(_conduct(own, arrays["trajectory/w"][0]), description["behaviour"], rtol=1e-12):
            raise CheckpointError(f"{kind}: it has other values than the {kind} that the run was saved with")
        return own
    noun = _nouns.get(description["noun"])
    if noun is None:
        raise CheckpointError(f"{description['noun']!r} is unknown to this version of implicitbias")
    return noun(**{name: build(field, arrays, own) for name, field in description["fields"].items()})
