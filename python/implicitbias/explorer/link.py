"""A state as the end of an address, and back."""

from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, quote

from .._core import Loss
from ..errors import InvalidValueError
from ..nouns.from_text import read_noun
from .curve import Curve, number
from .state import State, text_of

_PLAIN = Curve()


def link_of(state: State) -> str:
    """Return the state as text that may follow ``#`` in an address; a number of fields, joined by ``&``."""
    points = ["_".join(map(number, [*x, y])) for x, y in zip(state.X, state.y, strict=True)]
    parts = [("loss", state.loss), ("t", number(state.log10_t)), ("points", "~".join(points))]
    parts += [("curve", _curve_text(curve)) for curve in state.curves]
    if state.axes != (0, 1):
        parts.append(("axes", f"{state.axes[0] + 1}_{state.axes[1] + 1}"))
    if state.symmetric:
        parts.append(("matrices", "symmetric"))
    return "&".join(f"{name}={quote(text, safe='()_~*!./,:')}" for name, text in parts)


def _curve_text(curve: Curve) -> str:
    default = asdict(_PLAIN)
    fields = {name: value for name, value in asdict(curve).items() if value != default[name]}
    fields = {"method": curve.method, **fields}
    return ",".join(f"{name}:{_shown(value)}" for name, value in fields.items())


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


def read_link(link: str) -> State:
    """Return the state that a link is of; what it leaves out is as it is by default.

    Raises
    ------
    InvalidValueError
        If it is no such link; the message starts with "link".
    """
    try:
        fields = parse_qsl(
            link.lstrip("#?"), keep_blank_values=True, strict_parsing=bool(link), max_num_fields=20
        )
        return _state(fields)
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        raise InvalidValueError(f"link: it cannot be read ({error})") from None


def _state(fields: list[tuple[str, str]]) -> State:
    found: dict[str, Any] = {}
    curves = []
    for name, text in fields:
        match name:
            case "loss":
                found["loss"] = text_of(read_noun(text, Loss, "loss"))
            case "t":
                found["log10_t"] = _read_number(text)
            case "points":
                rows = [tuple(map(_read_number, point.split("_"))) for point in text.split("~") if point]
                found["X"], found["y"] = tuple(row[:-1] for row in rows), tuple(row[-1] for row in rows)
            case "axes":
                found["axes"] = _read_axes(text)
            case "matrices" if text == "symmetric":
                found["symmetric"] = True
            case "curve":
                pairs = [pair.partition(":") for pair in text.split(",")]
                curves.append(Curve.of_texts({field: value for field, _, value in pairs}))
            case _:
                raise InvalidValueError(
                    f"expected loss, t, points, curve, axes or matrices=symmetric, got {name!r}"
                )
    if curves:
        found["curves"] = tuple(curves)
    return State(**found)


def _read_number(text: str) -> float:
    numerator, _, denominator = text.partition("/")
    try:
        return float(numerator) / float(denominator or 1)
    except (ValueError, ZeroDivisionError):
        raise InvalidValueError(f"expected a number, as 0.5 or 1/3, got {text!r}") from None


def _read_axes(text: str) -> tuple[int, int]:
    first, _, second = text.partition("_")
    if not (first.isdecimal() and second.isdecimal()):
        raise InvalidValueError(f"axes: expected two coordinates, as 1_2, got {text!r}")
    return int(first) - 1, int(second) - 1
