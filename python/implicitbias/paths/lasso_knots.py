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
# What is left of a column beyond the span of others, relative to its size, where it is a combination of them.
_DEPENDENT = 1e-11


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
        # Columns are of one size, so that coefficients share what rounding leaves of one that reaches 0.
        remnant = _ROUNDING * max(np.abs(w).max(), np.abs(step).max())
        reached = (zeros > 0) & ((zeros >= rest) | (np.abs(moved) <= remnant))
        moved[(moved * w < 0) | reached] = 0.0
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
    v = np.zeros(X.shape[1])
    if np.count_nonzero(free) > len(X):
        raise OracleError("more columns take part than there are samples")
    Q, R = np.linalg.qr(X[:, free])
    if signed.any():
        v[signed] = signs[signed] * _nonnegative(X[:, signed] * signs[signed], y - Q @ (Q.T @ y), Q)
    v[free] = np.linalg.solve(R, Q.T @ (y - X @ v))
    return v, y - X @ v


def _nonnegative(X: Array, y: Array, span: Array) -> Array:
    """Return argmin |X v - y| over v >= 0 up to a span, positive on independent columns alone.

    `span` holds orthonormal columns, whose coefficients are free; y is orthogonal to them. The active set
    method of Lawson and Hanson (1974, chapter 23). The gradient of a column that is a combination of those
    that take part is rounding, and no reason to let the column in.
    """
    sizes = np.linalg.norm(X, axis=0)
    noise = _ROUNDING * np.linalg.norm(y) * sizes
    projected = X - span @ (span.T @ X)
    v, positive, barred = np.zeros(X.shape[1]), np.zeros_like(sizes, bool), np.zeros_like(sizes, bool)
    for _ in range(_ENDLESS):
        basis, _ = np.linalg.qr(np.hstack([span, X[:, positive]]))
        beyond = X - basis @ (basis.T @ X)
        gains = beyond.T @ y
        able = ~positive & ~barred & (np.linalg.norm(beyond, axis=0) > _DEPENDENT * sizes) & (gains > noise)
        if not able.any():
            return v
        entering = np.flatnonzero(able)[np.argmax(gains[able] / sizes[able])]
        positive[entering] = True
        while True:
            best = np.zeros_like(v)
            best[positive] = np.linalg.lstsq(projected[:, positive], y)[0]
            if best[entering] <= 0 == v[entering]:  # the gain was rounding
                positive[entering], barred[entering] = False, True
                break
            falling = np.flatnonzero(positive & (best <= 0))
            if not falling.size:
                v, barred[:] = best, False
                break
            shares = v[falling] / (v[falling] - best[falling])
            v += shares.min() * (best - v)
            v[falling[shares <= shares.min()]] = 0.0
            positive &= v > 0
    raise OracleError("the least squares problem between two knots has no end")


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
