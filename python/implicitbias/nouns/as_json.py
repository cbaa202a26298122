"""Nouns as JSON, with their arrays beside it, and back."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _core
from ..errors import CheckpointError
from .of_ones_own import kind_of

_nouns = {noun.__name__: noun for kind in _core.registry.values() for noun in kind}
_Arrays = dict[str, NDArray[Any]]
_PREFIX = "state/memory/"


def _class_name(noun: object) -> str:
    return f"{type(noun).__module__}.{type(noun).__qualname__}"


def _parameters(part: str, arrays: _Arrays) -> NDArray[Any]:
    """Return what a method moves: theta where there is a model, else w."""
    return arrays[f"{part}/theta" if f"{part}/theta" in arrays else f"{part}/w"]


def _probes(w: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    indices = np.arange(1.0, 1 + w.size).reshape(w.shape)
    return np.cos(indices), np.sin(indices**2)


def _of_loss(loss: Any, arrays: _Arrays) -> list[float]:
    log_loss, log_scale, slopes = loss.evaluate([-3.1, 0.7, 2.2])
    return [log_loss, log_scale, *slopes.tolist()]


def _of_norm(norm: Any, arrays: _Arrays) -> list[float]:
    return [
        float(each)
        for probe in _probes(_parameters("trajectory", arrays)[0])
        for each in (norm.value(probe), norm.dual(probe))
    ]


def _of_metric(metric: Any, arrays: _Arrays) -> list[float]:
    w0 = _parameters("trajectory", arrays)[0]
    return [float((metric.solve(w0, probe) * other).sum()) for probe in _probes(w0) for other in _probes(w0)]


def _of_potential(potential: Any, arrays: _Arrays) -> list[float]:
    w0 = _parameters("trajectory", arrays)[0]
    z = np.asarray(potential.link(w0))
    moved = np.asarray(potential.inverse_link(z + 0.01 * _probes(w0)[0]))
    return [float(potential.value(w0)), *(float((each * _probes(w0)[1]).sum()) for each in (z, moved))]


def _of_model(model: Any, arrays: _Arrays) -> list[float]:
    theta = _parameters("trajectory", arrays)[0]
    return [
        float((np.asarray(each) * _probes(np.asarray(each))[1]).sum())
        for probe in _probes(theta)
        for w in [np.asarray(model.value(probe))]
        for each in (w, model.pullback(probe, _probes(w)[0]))
    ]


def _of_method(method: Any, arrays: _Arrays) -> list[float]:
    """A step of a copy: whatever it may do to itself does nothing to the run."""
    remembered = {
        name.removeprefix(_PREFIX): float(each) if each.ndim == 0 else each.copy()
        for name, each in arrays.items()
        if name.startswith(_PREFIX)
    }
    state = {"w": _parameters("state", arrays).copy(), **remembered}
    after = copy.deepcopy(method).step(state, _probes(state["w"])[0], 0.01, int(arrays["state/t"]))
    entries = [np.asarray(each, float) for _, each in sorted(after.items())]
    return [float((each * _probes(each)[1]).sum()) for each in entries]


def _of_step_size(rule: Any, arrays: _Arrays) -> list[float]:
    mine = copy.deepcopy(rule)
    return [mine.log_step(t, -1.0, -2.0, -3.0) for t in (0, 1, 1000)]


# What tells two nouns of one class apart: what they make of a few numbers.
_CONDUCT: dict[str, Callable[[Any, _Arrays], list[float]]] = {
    "loss": _of_loss,
    "model": _of_model,
    "method": _of_method,
    "norm": _of_norm,
    "potential": _of_potential,
    "metric": _of_metric,
    "step_size": _of_step_size,
}


def _conduct(own: Any, kind: str, arrays: _Arrays) -> list[float] | None:
    """Return that, or None for a noun that raises there: a run that one has stopped is saved all the same."""
    try:
        return _CONDUCT[kind](own, arrays)
    except Exception:
        return None


def describe(value: Any, place: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """Return `value` as JSON; arrays go to `arrays` under the name of their place."""
    if isinstance(value, np.ndarray):
        arrays[place] = value
        return {"array": place}
    if type(value).__name__ in _nouns and hasattr(value, "_fields"):
        fields = {name: describe(getattr(value, name), f"{place}.{name}", arrays) for name in value._fields}
        return {"noun": type(value).__name__, "fields": fields}
    kind = kind_of(value)
    if kind is not None:
        return {f"own_{kind}": _class_name(value), "behaviour": _conduct(value, kind, arrays)}
    return value


def build(description: Any, arrays: _Arrays, own: dict[str, Any]) -> Any:
    """Return what was described; a noun of one's own must be given, by its kind, and be the one that it was.

    Raises
    ------
    CheckpointError
        If it is not, or is unknown.
    """
    if not isinstance(description, dict):
        return description
    if "array" in description:
        return arrays[description["array"]]
    kind = own_kind(description)
    if kind is not None:
        given = own.get(kind)
        if given is None or _class_name(given) != description[f"own_{kind}"]:
            seen = "none" if given is None else f"a {_class_name(given)}"
            raise CheckpointError(
                f"{kind}: the run was saved with a {kind} of class {description[f'own_{kind}']}, got {seen}; "
                f"Run.load(path, {kind}=...) takes it"
            )
        before, now = description["behaviour"], _conduct(given, kind, arrays)
        if (
            before
            and now
            and not (len(before) == len(now) and np.allclose(now, before, 1e-12, equal_nan=True))
        ):
            raise CheckpointError(f"{kind}: it has other values than the {kind} that the run was saved with")
        return given
    noun = _nouns.get(description["noun"])
    if noun is None:
        raise CheckpointError(f"{description['noun']!r} is unknown to this version of implicitbias")
    return noun(**{name: build(field, arrays, own) for name, field in description["fields"].items()})


def own_kind(description: dict[str, Any]) -> str | None:
    """Return of which kind a noun of one's own is that was described so; None for one of the package."""
    return next((kind for kind in _CONDUCT if f"own_{kind}" in description), None)


def own_kinds(description: Any) -> set[str]:
    """Return of which kinds the nouns of one's own are in a description."""
    if not isinstance(description, dict):
        return set()
    kind = own_kind(description)
    fields = description.get("fields", {}).values()
    return {kind} if kind else set().union(*map(own_kinds, fields))
