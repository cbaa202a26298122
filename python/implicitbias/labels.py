"""Short names of norms, for tables, files and figures."""

import math
from fractions import Fraction

from ._core import Lp, Norm, QuadraticNorm
from .errors import InvalidValueError


def parse_norm(text: str) -> Lp:
    """Read "1", "4/3", "inf" or "l2" as an l_p norm.

    Raises
    ------
    InvalidValueError
        If the text is no number from 1 to infinity.
    """
    bare = text.strip().lower().removeprefix("l").removeprefix("_")
    numerator, slash, denominator = bare.partition("/")
    try:
        p = float(numerator) / (float(denominator) if slash else 1)
    except (ValueError, ZeroDivisionError):
        p = math.nan
    if not p >= 1:
        raise InvalidValueError(f"norm: expected --norm 2, 4/3, inf or another p >= 1, got {text!r}")
    return Lp(p)


def _exponent(p: float) -> str:
    if p == math.inf:
        return "inf"
    fraction = Fraction(p).limit_denominator(100)
    return str(fraction) if float(fraction) == p else repr(p)


def plain(norm: Norm) -> str:
    """Return a name such as "l4/3"."""
    if isinstance(norm, Lp):
        return f"l{_exponent(norm.p)}"
    return "quadratic" if isinstance(norm, QuadraticNorm) else type(norm).__name__


def file_stem(norm: Norm) -> str:
    """Return `plain`, fit for a file name."""
    return plain(norm).replace("/", "_")


def mathtext(norm: Norm) -> str:
    r"""Return a name such as "$\ell_{4/3}$" for figures."""
    if isinstance(norm, Lp):
        return rf"$\ell_{{{_exponent(norm.p).replace('inf', chr(92) + 'infty')}}}$"
    return r"$\|\cdot\|_D$" if isinstance(norm, QuadraticNorm) else type(norm).__name__
