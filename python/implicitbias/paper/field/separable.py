"""Separable data on which limits differ, and their maximum margins by programs that know no method.

Rows carry their labels: a sample is classified where its row has a positive product with w.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

import implicitbias as ib

from ..._types import Array
from ...oracles.linear_program import linear_program

MARGIN_GAP = "relative gap to the maximum margin"
CONTRAST = "competing separators differ: each misses the other's maximum margin by more than a tenth"


def rows_apart(n: int, d: int, seed: int, distance: float = 0.3) -> Array:
    """Return Gaussian rows, each at least so far on one side of a hidden plane."""
    rng = np.random.default_rng(seed)
    hidden = rng.standard_normal(d)
    hidden /= np.linalg.norm(hidden)
    rows = np.empty((0, d))
    while len(rows) < n:
        more = rng.standard_normal((4 * n, d))
        rows = np.vstack([rows, more[np.abs(more @ hidden) >= distance]])[:n]
    return rows * np.sign(rows @ hidden)[:, None]


def separator(rows: Array, p: float = 2.0) -> Array:
    """Return the w of least l_p norm with rows @ w >= 1: the maximum margin is 1 / |w|_p.

    For p = 2 it is Lawson and Hanson's reduction to nonnegative least squares, which gives 0 where there is
    none, for 1 and inf a linear program, elsewhere a cone program.
    """
    n, d = rows.shape
    if p == 2:
        system = np.vstack([rows.T, np.ones(n)])
        residual = np.eye(d + 1)[d] - system @ nnls(system, np.eye(d + 1)[d])[0]
        return np.asarray(-residual[:d] / residual[d]) if residual[d] > 1e-9 else np.zeros(d)
    if p == 1:  # w = u - v
        both = linear_program(np.ones(2 * d), A_ub=-np.hstack([rows, -rows]), b_ub=-np.ones(n)).x
        return np.asarray(both[:d] - both[d:])
    if math.isinf(p):
        box = np.vstack([np.hstack([sign * np.eye(d), -np.ones((d, 1))]) for sign in (1, -1)])
        above = np.hstack([-rows, np.zeros((n, 1))])
        bounds = [(None, None)] * (d + 1)
        found = linear_program(
            np.eye(d + 1)[d],
            A_ub=np.vstack([above, box]),
            b_ub=np.r_[-np.ones(n), np.zeros(2 * d)],
            bounds=bounds,
        ).x
        return np.asarray(found[:d])
    import cvxpy as cp

    w = cp.Variable(d)
    cp.Problem(cp.Minimize(cp.pnorm(w, p)), [rows @ w >= 1]).solve(solver=cp.CLARABEL)
    return np.asarray(w.value)


ALMOST_ALL = 'the data are none that "almost all" leaves out: the dual variables are not small'


def dual_of(rows: Array, svm: Array) -> tuple[NDArray[np.bool_], Array]:
    """Return which samples support an l_2 separator, and their dual variables."""
    on = rows @ svm < 1 + 1e-9
    return on, np.asarray(np.linalg.lstsq(rows[on].T, svm, rcond=None)[0], float)


def is_clear(rows: Array, svm: Array) -> bool:
    """Return whether rates show early: no dual variable small, no other sample near, no slow direction."""
    on, alphas = dual_of(rows, svm)
    if on.sum() == 1 or alphas.min() < 0.1 * alphas.max() or (rows[~on] @ svm).min(initial=np.inf) < 1.5:
        return False
    # What is off in the direction of a mode decays like t to minus the square of its singular value.
    modes = np.linalg.svd(np.sqrt(alphas)[:, None] * rows[on], compute_uv=False)
    return bool(modes[-1] ** 2 > 0.4)


def clear_dual(seed: int, n: int = 12, d: int = 4) -> tuple[Array, Array]:
    """Return the first rows, of seeds that follow from this one, that are clear, and their separator."""
    rng = np.random.default_rng(seed)
    while True:
        rows = rows_apart(n, d, int(rng.integers(2**31)))
        svm = separator(rows)
        if is_clear(rows, svm):
            return rows, svm


def gap(rows: Array, w: Array, best: Array, p: float = 2.0) -> float:
    """Return by how much w misses the maximum l_p margin, relative to it, given a separator that has it."""
    own, largest = (float((rows @ v).min() / np.linalg.norm(v, p)) for v in (w, best))
    return 1 - own / largest


def contrasting(
    n: int,
    d: int,
    seed: int,
    norms: Sequence[float] = (2.0, math.inf),
    apart: float = 0.12,
    clear: bool = False,
) -> tuple[Array, list[Array]]:
    """Return rows on which each norm's separator fails the other norms, and the separators.

    If wanted, rates show early on them, too (`is_clear`).

    Returns
    -------
    rows : array (n, d)
    separators : list of array (d,)
        One a norm.
    """
    rng = np.random.default_rng(seed)
    while True:
        rows = rows_apart(n, d, int(rng.integers(2**31)), 0.3)
        if clear and not is_clear(rows, separator(rows)):
            continue
        best: dict[float, Array] = {}
        for p in sorted(norms, key=lambda p: p != 2):  # l_2 costs least, and some rows fail already there
            w = separator(rows, p)
            misses = (min(gap(rows, w, v, q), gap(rows, v, w, p)) for q, v in best.items())
            if any(miss <= apart for miss in misses):
                break
            best[p] = w
        else:
            return rows, [best[p] for p in norms]


def problem_of(rows: Array, loss: ib.Loss) -> ib.Problem:
    """Return the problem of rows that carry their labels."""
    return ib.Problem(rows, np.ones(len(rows)), loss)


def angle(u: Array, v: Array) -> float:
    """Return the angle between two directions, in degrees."""
    u, v = u / np.linalg.norm(u), v / np.linalg.norm(v)
    return math.degrees(2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v))))
