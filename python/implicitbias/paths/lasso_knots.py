"""The knots of a lasso path, where columns may tie, be copies or combinations of each other, of any size.

Between knots the residual tends to that of a least squares problem, and would get there at alpha = 0: that
over the tied columns, those with |c_j| = alpha where c = -grad L, in which a w_j that is 0 may only move with
the sign of c_j. Its optimality conditions are those of the path (Efron et al. 2004). It has a solution
whatever the columns, and one on an independent set of them: that is the path which is followed.
"""

import numpy as np
from numpy.typing import NDArray

from .._types import Array
from ..arithmetic.powers_of_two import powers_of_two
from ..errors import OracleError

Mask = NDArray[np.bool_]

# Rounding errors of a correlation or a coefficient, relative to its size, and knots that are too many.
_ROUNDING, _ENDLESS = 64 * float(np.finfo(float).eps), 10**5


def lasso_knots(X: Array, y: Array) -> tuple[Array, Array]:
    """Return alphas and minimizers of |X w - y|^2 + alpha |w|_1 at the knots, from w = 0 to alpha = 0.

    Parameters
    ----------
    X : ndarray of shape (n, d)
    y : ndarray of shape (n,)
        Not orthogonal to all columns.
    """
    units = powers_of_two(np.abs(X).max(axis=0))
    columns = X / units  # columns of one size, for the least squares problems
    noise = _ROUNDING * np.sqrt(len(y)) * np.linalg.norm(columns, axis=0) * np.linalg.norm(y) * units

    if len(X) > X.shape[1]:  # the part of y orthogonal to all columns plays no part
        Q, columns = np.linalg.qr(columns)
        y = Q.T @ y
    w, residual = np.zeros(X.shape[1]), y
    c = 2 * (residual @ columns) * units
    alpha = float(np.abs(c).max())
    alphas, knots = [alpha], [w]
    tied, signs = np.abs(c) >= alpha - noise, np.sign(c)
    for _ in range(_ENDLESS):
        if not alpha > 0:
            break
        step, left = _least_squares(columns, residual, w != 0, tied & (w == 0), signs)
        ends = 2 * (left @ columns) * units
        # A tied column may go all the way to the other sign.
        others = ~(tied & (ends * signs > 0)) & (np.abs(ends) > noise)
        ties, zeros = _events(w, step, c, ends, alpha, others)
        rest = float(max(ties.max(), zeros.max()))
        moved = w + (1 - rest) * step
        moved[(moved * w < 0) | (zeros >= rest) & (zeros > 0) | (np.abs(moved) <= _ROUNDING * np.abs(w))] = (
            0.0
        )
        # A tied column that neither moves nor falls behind stays tied: it may take over where another leaves.
        tied &= (step != 0) | (np.abs(ends) <= noise)
        joining = (ties >= rest) & (ties > 0)
        alpha *= rest
        w, residual = moved, y - columns @ moved
        c = 2 * (residual @ columns) * units
        signs = np.where(joining, np.sign(ends), np.where(tied, signs, np.sign(c)))
        tied |= joining | (moved != 0) | (np.abs(c) >= alpha - noise)
        if alpha == alphas[-1]:
            knots[-1] = w
        else:
            alphas.append(alpha)
            knots.append(w)
    else:
        raise OracleError(f"the lasso path has more than {_ENDLESS:,} knots")
    with np.errstate(over="ignore"):
        return np.array(alphas), np.array(knots) / units


def _least_squares(X: Array, y: Array, free: Mask, signed: Mask, signs: Array) -> tuple[Array, Array]:
    """Return argmin |X v - y|, where v is free on some columns, has a sign on others, and is 0 on the rest.

    The free columns are independent. The residual is returned, too.
    """
    from scipy.optimize import nnls

    v = np.zeros(X.shape[1])
    if np.count_nonzero(free) > len(X):
        raise OracleError("more columns take part than there are samples")
    Q, R = np.linalg.qr(X[:, free])
    if signed.any():
        others = X[:, signed] * signs[signed]
        beyond = others - Q @ (Q.T @ others)
        # A combination of the free columns leaves nothing but rounding: such a column is not independent.
        independent = np.linalg.norm(beyond, axis=0) > _ROUNDING * np.linalg.norm(others, axis=0)
        sizes, _ = nnls(beyond * independent, y - Q @ (Q.T @ y))
        v[signed] = signs[signed] * np.where(independent, sizes, 0.0)
    v[free] = np.linalg.solve(R, Q.T @ (y - X @ v))
    return v, y - X @ v


def _events(w: Array, step: Array, c: Array, ends: Array, alpha: float, others: Mask) -> tuple[Array, Array]:
    """Return which part of a step is left where each column ties, and where each coefficient is 0.

    On the way c goes to its end in proportion, as alpha goes to 0. The part that is left may be tiny. It is 0
    where neither happens.
    """
    apart = np.maximum(alpha - np.sign(ends) * c, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ties = np.where(others, np.abs(ends) / (apart + np.abs(ends)), 0.0)
        zeros = np.where(w * step < 0, np.maximum((step + w) / step, 0.0), 0.0)
    return ties, zeros
