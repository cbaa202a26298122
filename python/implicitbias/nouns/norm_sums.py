"""Sums and maxima of norms, where the dual norm can be computed."""

import math
from functools import singledispatch

import numpy as np

from .._arguments import instance
from .._calls import public
from .._core import GroupNorm, Lp, Norm, PolyhedralNorm, SparseGroupNorm, WeightedNorm
from .._types import Array
from ..errors import InvalidValueError


@public
def sum_norm(*norms: Norm) -> Norm:
    """Return the norm sum_k |w|_k.

    Parameters
    ----------
    *norms : Norm
        At least two. Of the form |A w|_1 (``PolyhedralNorm(A, 1)``, ``Lp(1)``, weighted ones): then it is
        ``PolyhedralNorm`` of the stacked matrices; or ``Lp(1)`` and ``GroupNorm(groups)``: then it is
        ``SparseGroupNorm(groups)``, which also takes factors.

    Returns
    -------
    PolyhedralNorm or SparseGroupNorm

    Raises
    ------
    InvalidValueError
        For other norms: the dual of their sum, an infimal convolution, has no closed form.

    Examples
    --------
    >>> ib.sum_norm(ib.Lp(1), ib.PolyhedralNorm([[1.0, 0], [-1, 1]], 1)).value([1.0, 3])
    7.0
    """
    lasso = [norm for norm in _checked(norms) if norm == Lp(1)]
    groups = [norm for norm in norms if isinstance(norm, GroupNorm) and (norm.p, norm.q) == (1, 2)]
    if len(norms) == 2 and len(lasso) == len(groups) == 1:
        return SparseGroupNorm(groups[0].groups)
    return PolyhedralNorm(_stacked(norms, 1), 1)


@public
def max_norm(*norms: Norm) -> PolyhedralNorm:
    """Return the norm max_k |w|_k.

    Parameters
    ----------
    *norms : Norm
        At least two, of the form |A w|_inf: ``PolyhedralNorm(A, inf)``, ``Lp(inf)``, weighted ones. It is
        ``PolyhedralNorm`` of the stacked matrices.

    Returns
    -------
    PolyhedralNorm

    Raises
    ------
    InvalidValueError
        For other norms: the dual of their maximum, an infimal convolution, has no closed form.

    Examples
    --------
    >>> ib.max_norm(ib.Lp(math.inf), ib.PolyhedralNorm([[1.0, 1.0], [1.0, -1.0]], math.inf)).value([1.0, 3.0])
    4.0
    """
    return PolyhedralNorm(_stacked(_checked(norms), math.inf), math.inf)


def _checked(norms: tuple[Norm, ...]) -> tuple[Norm, ...]:
    for norm in norms:
        instance(norm, Norm, "norms")
    if len(norms) < 2:
        raise InvalidValueError(f"norms: expected at least two, got {len(norms)}")
    return norms


def _stacked(norms: tuple[Norm, ...], p: float) -> Array:
    form = f"|A w|_{p:g}"
    sizes = {size for norm in norms if (size := _size(norm)) is not None}
    if len(sizes) != 1:
        raise InvalidValueError(
            f"norms: expected norms of parameters of one size, one of them a PolyhedralNorm or weighted, got "
            f"sizes {sorted(sizes)}"
        )
    matrices = []
    for norm in norms:
        matrix = _matrix(norm, p, *sizes)
        if matrix is None:
            kind = "sum" if p == 1 else "maximum"
            raise InvalidValueError(
                f"norms: expected norms of the form {form} (for a sum, or Lp(1) and a GroupNorm), got "
                f"{norm!r}: the dual norm of such a {kind} has no closed form; subclass Norm to give one"
            )
        matrices.append(matrix)
    return np.vstack(matrices)


@singledispatch
def _size(norm: Norm) -> int | None:
    """Return the number of parameters, if the norm fixes it."""
    return None


@_size.register
def _(norm: PolyhedralNorm) -> int | None:
    return int(norm.A.shape[1])


@_size.register
def _(norm: WeightedNorm) -> int | None:
    return len(norm.weights)


@_size.register
def _(norm: GroupNorm) -> int | None:
    return sum(map(len, norm.groups))


@singledispatch
def _matrix(norm: Norm, p: float, d: int) -> Array | None:
    """Return the A with |w| = |A w|_p, or None where there is none."""
    return None


@_matrix.register
def _(norm: Lp, p: float, d: int) -> Array | None:
    return np.eye(d) if norm.p == p else None


@_matrix.register
def _(norm: GroupNorm, p: float, d: int) -> Array | None:
    return np.eye(d) if norm.p == norm.q == p else None


@_matrix.register
def _(norm: PolyhedralNorm, p: float, d: int) -> Array | None:
    return norm.A if norm.p == p else None


@_matrix.register
def _(norm: WeightedNorm, p: float, d: int) -> Array | None:
    inner = _matrix(norm.norm, p, d)
    return None if inner is None else np.asarray(inner * norm.weights)
