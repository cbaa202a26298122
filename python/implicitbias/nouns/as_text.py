"""Short names of norms and methods, for tables, files and figures."""

import math
import re
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from .._core import (
    EMA,
    DualMomentum,
    Euclidean,
    GroupNorm,
    Lp,
    Method,
    MirrorDescent,
    PolyhedralNorm,
    PrimalMomentum,
    QuadraticNorm,
    Schatten,
    SparseGroupNorm,
    SteepestDescent,
    WeightedNorm,
)

MATRIX_NORMS = {1.0: "nuclear", 2.0: "frobenius", math.inf: "spectral"}  # p of Schatten(p)


def _exponent(p: float) -> str:
    if p == math.inf:
        return "inf"
    fraction = Fraction(p).limit_denominator(100)
    return str(fraction) if float(fraction) == p else repr(p)


def _tex_exponent(p: float) -> str:
    return _exponent(p).replace("inf", r"\infty")


def plain(noun: object) -> str:
    """Return a name such as "l4/3", for a norm or steepest descent in it, or "MirrorDescent(Entropy)"."""
    match noun:
        case SteepestDescent():
            notes = ", ".join(_notes(noun))
            return plain(noun.norm) + (f" ({notes})" if notes else "")
        case EMA():
            return f"{'Nesterov ' if noun.nesterov else ''}momentum {noun.beta:g}"
        case Lp():
            return f"l{_exponent(noun.p)}"
        case QuadraticNorm():
            return "quadratic"
        case GroupNorm():
            return f"l{_exponent(noun.q)},{_exponent(noun.p)}"
        case SparseGroupNorm():
            return "sparse group"
        case PolyhedralNorm():
            return f"polyhedral l{_exponent(noun.p)}"
        case WeightedNorm():
            return f"weighted {plain(noun.norm)}"
        case Schatten():
            return MATRIX_NORMS.get(noun.p) or f"schatten {_exponent(noun.p)}"
        case MirrorDescent(potential=Euclidean(), momentum=None, constraint=None):
            return "GradientDescent"
        case DualMomentum(gamma=0.0) | PrimalMomentum(gamma=0.0):
            return f"{type(noun).__name__}({plain(noun.beta)})"
        case bool():
            return str(noun)
        case float() | int():
            return f"{noun:g}"
        case np.ndarray():
            return "array"
    inside = ", ".join(_arguments(noun))
    return type(noun).__name__ + (f"({inside})" if inside else "")


def _notes(method: SteepestDescent) -> Iterator[str]:
    """Yield what steepest descent does besides following its norm."""
    if method.ties == "average":
        yield "ties averaged"
    if method.momentum is not None:
        yield plain(method.momentum)
    if method.weight_decay:
        yield f"weight decay {method.weight_decay:g}"


def _arguments(noun: object) -> Iterator[str]:
    """Yield the arguments of a noun; of a method those that are no defaults, numbers with their names."""
    is_method = isinstance(noun, Method)
    defaults = getattr(noun, "_defaults", {}) if is_method else {}
    for place, name in enumerate(getattr(noun, "_fields", ())):
        value = getattr(noun, name)
        if value is None or np.array_equal(value, defaults.get(name, np.nan)):
            continue
        named = is_method and place and isinstance(value, float | int)
        yield f"{name}={plain(value)}" if named else plain(value)


def file_stem(name: str) -> str:
    """Return a name fit for a file: "l4_3" for "l4/3"."""
    return re.sub(r"[^\w.]+", "_", name).strip("_")


def mathtext(noun: object) -> str:
    r"""Return a name such as "$\ell_{4/3}$" for figures."""
    match noun:
        case SteepestDescent():
            return plain(noun).replace(plain(noun.norm), mathtext(noun.norm), 1)
        case Lp():
            return rf"$\ell_{{{_tex_exponent(noun.p)}}}$"
        case QuadraticNorm():
            return r"$\|\cdot\|_D$"
        case GroupNorm():
            return rf"$\ell_{{{_tex_exponent(noun.q)},{_tex_exponent(noun.p)}}}$"
        case PolyhedralNorm():
            return rf"$\|A\,\cdot\|_{{{_tex_exponent(noun.p)}}}$"
        case WeightedNorm():
            return f"weighted {mathtext(noun.norm)}"
        case Schatten():
            return rf"$S_{{{_tex_exponent(noun.p)}}}$"
    return plain(noun)
