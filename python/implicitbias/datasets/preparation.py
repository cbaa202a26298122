"""What is done to samples before they become a data set: standardization, and an intercept."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._arguments import flag
from .._types import Array
from ..errors import InvalidValueError
from ..problems.rows import is_sparse

# Two numbers that differ by one rounding each, in any scale.
ROUNDING = 2.0**-51


class Prepared(NamedTuple):
    """Samples, the names of their features, and what was done."""

    X: Any
    features: tuple[str, ...]
    notes: tuple[str, ...]


def prepared(X: Any, features: Sequence[str], standardize: bool, intercept: bool) -> Prepared:
    """Standardize the features, and append a column of ones, where asked for."""
    for name, value in (("standardize", standardize), ("intercept", intercept)):
        flag(value, name)
    notes = []
    if standardize:
        if is_sparse(X):
            raise InvalidValueError(
                "standardize: expected False for sparse samples, which centering would make dense"
            )
        X, constant = standardized(X)
        zeros = [name for name, is_zero in zip(features, constant.ravel(), strict=True) if is_zero]
        notes.append("standardized" + (f"; constant, and now 0: {listed(zeros)}" if zeros else ""))
    if intercept:
        if X.ndim == 3:
            raise InvalidValueError(f"intercept: expected none for matrices, X of shape {X.shape}")
        X, features = _with_ones(X), [*features, "intercept"]
    return Prepared(X, tuple(features), tuple(notes))


def standardized(X: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return every feature with mean 0 and variance 1, and which are constant: those become 0.

    A feature is constant if its entries differ by rounding at most. Entries of any size do: the features are
    scaled by powers of two first, which changes no digit, and their mean is that of what they are beyond
    their first entry.
    """
    _, exponents = np.frexp(np.abs(X).max(axis=0))
    scaled = np.ldexp(X, -exponents)  # entries from -1 to 1
    constant = np.ptp(scaled, axis=0) <= ROUNDING * np.abs(scaled).max(axis=0)
    centered = np.where(constant, 0.0, scaled - scaled[0])
    for _ in range(2):  # the second pass removes the rounding of the first mean
        centered -= centered.mean(axis=0)
    deviation = np.sqrt(np.square(centered).mean(axis=0))
    return centered / np.where(constant, 1.0, deviation), constant


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return the first names, and how many there are beyond."""
    beyond = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(repr(name) for name in names[:most]) + beyond


def _with_ones(X: Any) -> Any:
    ones = np.ones((X.shape[0], 1))
    if not is_sparse(X):
        return np.hstack([X, ones])
    from scipy.sparse import csr_array, hstack

    return csr_array(hstack([X, ones], format="csr"))
