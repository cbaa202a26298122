"""What the page asks for, as changes of the state: each edit is a dictionary that a browser has sent."""

import math
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from .._core import Loss
from ..errors import InvalidValueError
from ..nouns.from_text import read_noun
from .curve import Curve
from .link import read_link
from .presets import PRESETS
from .state import MOST_CURVES, State

_DIGITS = 3  # of coordinates that a hand sets: links and code stay short


def edited(state: State, edit: dict[str, Any]) -> State:
    """Return the state after an edit; ``edit["do"]`` says which, the rest are its arguments.

    Raises
    ------
    InvalidValueError
        If there is no such edit, or the state after it would be none.
    """
    name = edit.get("do")
    if name not in _EDITS:
        raise InvalidValueError(f"do: expected one of {', '.join(_EDITS)}, got {name!r}")
    try:
        return _EDITS[name](state, edit)
    except InvalidValueError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise InvalidValueError(f"{name}: this edit cannot be read ({error!r})") from None


def _drag(state: State, edit: dict[str, Any]) -> State:
    """Take the coordinates from the figure, which may have added points or removed some."""
    places = list(zip(edit["x"], edit["y"], strict=True))
    numbers = [index if index >= 0 else None for index in edit["number"]]  # negative: new ones
    X, y = [], []
    for place, index in zip(places, numbers, strict=True):
        known = index is not None and index < len(state.X)
        point = list(state.X[index]) if known else [0.0] * state.dimension  # type: ignore[index]
        for axis, value in zip(state.axes, place, strict=True):
            # A coordinate that did not move keeps all of its digits.
            point[axis] = point[axis] if known and point[axis] == value else _rounded(value)
        X.append(tuple(point))
        y.append(state.y[index] if known else _pen(state, edit))  # type: ignore[index]
    return replace(state, X=tuple(X), y=tuple(y))


def _move(state: State, edit: dict[str, Any]) -> State:
    """Move one point by so much along the two axes."""
    point = list(state.X[_index(state, edit)])
    for axis, by in zip(state.axes, (edit["dx"], edit["dy"]), strict=True):
        point[axis] = _rounded(point[axis] + float(by))
    return _with_point(state, edit, tuple(point))


def _place(state: State, edit: dict[str, Any]) -> State:
    """Put one coordinate of a point to a number that was typed."""
    point = list(state.X[_index(state, edit)])
    point[int(edit["axis"])] = _finite(edit["value"])
    return _with_point(state, edit, tuple(point))


def _with_point(state: State, edit: dict[str, Any], point: tuple[float, ...]) -> State:
    index = _index(state, edit)
    return replace(state, X=(*state.X[:index], point, *state.X[index + 1 :]))


def _add(state: State, edit: dict[str, Any]) -> State:
    place = [0.0] * state.dimension
    for axis, name in zip(state.axes, ("x", "y"), strict=True):
        place[axis] = _rounded(edit.get(name, 0.5))
    return replace(state, X=(*state.X, tuple(place)), y=(*state.y, _pen(state, edit)))


def _remove(state: State, edit: dict[str, Any]) -> State:
    index = _index(state, edit)
    X, y = state.X[:index] + state.X[index + 1 :], state.y[:index] + state.y[index + 1 :]
    return replace(state, X=X, y=y, axes=state.axes if X else (0, 1))


def _label(state: State, edit: dict[str, Any]) -> State:
    """Give a point the other label, or the target that was typed."""
    index = _index(state, edit)
    new = _finite(edit["value"]) if edit.get("value") is not None else -state.y[index]
    return replace(state, y=(*state.y[:index], new, *state.y[index + 1 :]))


def _loss(state: State, edit: dict[str, Any]) -> State:
    """Change the loss, and where it takes other targets those and the steps, too."""
    monotone = read_noun(edit["value"], Loss, "loss").monotone
    y, curves = state.y, state.curves
    if monotone and not state.monotone:
        y = tuple(1.0 if target >= 0 else -1.0 for target in y)
    if not monotone:
        curves = tuple(
            curve if curve.step in ("constant", "polynomial") else replace(curve, step="constant")
            for curve in curves
        )
    return replace(state, loss=edit["value"], y=y, curves=curves)


def _curve(state: State, edit: dict[str, Any]) -> State:
    index = int(edit["index"])
    changed = Curve.of_texts({**asdict(state.curves[index]), edit["field"]: edit["value"]})
    return replace(state, curves=(*state.curves[:index], changed, *state.curves[index + 1 :]))


def _add_curve(state: State, edit: dict[str, Any]) -> State:
    if len(state.curves) == MOST_CURVES:
        raise InvalidValueError(f"curves: expected at most {MOST_CURVES}; remove one first")
    return replace(state, curves=(*state.curves, state.curves[-1]))


def _remove_curve(state: State, edit: dict[str, Any]) -> State:
    if len(state.curves) == 1:
        raise InvalidValueError("curves: expected at least one; change this one instead")
    index = int(edit["index"])
    return replace(state, curves=state.curves[:index] + state.curves[index + 1 :])


def _time(state: State, edit: dict[str, Any]) -> State:
    return replace(state, log10_t=_finite(edit["value"]))


def _axes(state: State, edit: dict[str, Any]) -> State:
    first, second = map(int, edit["value"])
    return replace(state, axes=(first, second))


def _preset(state: State, edit: dict[str, Any]) -> State:
    if edit["value"] not in PRESETS:
        raise InvalidValueError(f"preset: expected one of {', '.join(PRESETS)}, got {edit['value']!r}")
    return PRESETS[edit["value"]].state()


_EDITS: dict[Any, Callable[[State, dict[str, Any]], State]] = {
    "drag": _drag,
    "move": _move,
    "place": _place,
    "add": _add,
    "remove": _remove,
    "label": _label,
    "loss": _loss,
    "curve": _curve,
    "add curve": _add_curve,
    "remove curve": _remove_curve,
    "time": _time,
    "axes": _axes,
    "preset": _preset,
    "restore": lambda state, edit: read_link(edit["value"]),
}


def _index(state: State, edit: dict[str, Any]) -> int:
    index = int(edit["index"])
    if not 0 <= index < len(state.X):
        raise InvalidValueError(f"index: expected a point from 1 to {len(state.X)}, got {index + 1}")
    return index


def _pen(state: State, edit: dict[str, Any]) -> float:
    """Return the label of new points."""
    value = _finite(edit.get("pen", 1.0))
    return value if not state.monotone else math.copysign(1.0, value)


def _finite(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InvalidValueError(f"value: expected a number, got {value!r}")
    return number


def _rounded(value: Any) -> float:
    return round(_finite(value), _DIGITS) + 0.0
