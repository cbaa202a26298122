"""Unit balls that are polytopes, as linear programs take them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._types import Array


@dataclass(frozen=True)
class LinearBall:
    """{to_w x : rows x <= most, lower <= x <= upper}, the w of norm at most 1."""

    to_w: Any  # (d, m)
    rows: Any  # (k, m)
    most: Array  # (k,)
    lower: Array  # (m,)
    upper: Array  # (m,)

    def of_weighted(self, weights: Array) -> "LinearBall":
        """Return the ball of the w for which weights * w are in this one."""
        from scipy.sparse import diags

        return LinearBall(
            diags(1 / weights.ravel()) @ self.to_w, self.rows, self.most, self.lower, self.upper
        )


def linear_lp_ball(d: int, p: float) -> LinearBall | None:
    """Return the ball of l1 or linf in R^d; None of other p."""
    from scipy.sparse import csr_array, eye_array, hstack

    if p == 1:
        signs = hstack([eye_array(d), -eye_array(d)], format="csc")
        return LinearBall(
            signs, csr_array(np.ones((1, 2 * d))), np.ones(1), np.zeros(2 * d), np.full(2 * d, math.inf)
        )
    if p == math.inf:
        return LinearBall(
            eye_array(d, format="csc"), csr_array((0, d)), np.zeros(0), np.full(d, -1.0), np.ones(d)
        )
    return None


def linear_group_ball(groups: Sequence[Sequence[int]], d: int, p: float, q: float) -> LinearBall | None:
    """Return the ball of the l_p norm of the groups' l_q norms, each of which is 1 or inf; None of others."""
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    if not {p, q} <= {1, math.inf}:
        return None
    if p == q:
        return linear_lp_ball(d, p)
    member = np.zeros(d, dtype=int)
    for g, group in enumerate(groups):
        member[list(group)] = g
    k, each = len(groups), np.arange(d)
    of_group = csr_array((np.ones(d), (member, each)), shape=(k, d))
    if q == 1:  # w = x+ - x-, and each group's sum is at most 1
        signs = hstack([eye_array(d), -eye_array(d)], format="csc")
        return LinearBall(
            signs,
            hstack([of_group, of_group], format="csr"),
            np.ones(k),
            np.zeros(2 * d),
            np.full(2 * d, math.inf),
        )
    # One more variable a group bounds its entries, and their sum is at most 1.
    below = [hstack([sign * eye_array(d), -of_group.T]) for sign in (1, -1)]
    total = csr_array(np.append(np.zeros(d), np.ones(k))[None])
    return LinearBall(
        eye_array(d, d + k, format="csc"),
        vstack([*below, total], format="csr"),
        np.append(np.zeros(2 * d), 1.0),
        np.append(np.full(d, -math.inf), np.zeros(k)),
        np.full(d + k, math.inf),
    )


def linear_image_ball(A: Array, p: float) -> LinearBall:
    """Return the ball of |A w|_1 or |A w|_inf."""
    from scipy.sparse import csr_array, eye_array

    m, d = A.shape
    if p == math.inf:
        rows, most = np.vstack([A, -A]), np.ones(2 * m)
    else:  # one more variable bounds each entry of A w, and their sum is at most 1
        eye, total = np.eye(m), np.append(np.zeros(d), np.ones(m))
        rows = np.vstack([np.hstack([A, -eye]), np.hstack([-A, -eye]), total])
        most = np.append(np.zeros(2 * m), 1.0)
    free = np.full(rows.shape[1], math.inf)
    return LinearBall(eye_array(d, len(free), format="csc"), csr_array(rows), most, -free, free)
