"""Short names of norms and methods, for tables, files and figures."""

import math
import re
from fractions import Fraction

import numpy as np

from .._core import (
    DualMomentum,
    Euclidean,
    GroupNorm,
    Lp,
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
            return plain(noun.norm) + (" (ties averaged)" if noun.ties == "average" else "")
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
        case float() | int():
            return f"{noun:g}"
        case np.ndarray():
            return "array"
    fields = [getattr(noun, name) for name in getattr(noun, "_fields", ())]
    inside = ", ".join(plain(field) for field in fields if field is not None)
    return type(noun).__name__ + (f"({inside})" if inside else "")


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
