"""The derivatives of the loss in the margins."""

import math
from dataclasses import dataclass

import numpy as np

from ..._types import Array


@dataclass(frozen=True)
class Slopes:
    """The loss at some margins, in its scale."""

    log_scale: float
    first: Array  # -l', positive
    second: Array  # the diagonal l'', without the -p p' of cross-entropy: l'' = diag(p) - p p' for p = -l'
    groups: int | None = None  # of cross-entropy, how many samples have their margins one after the other

    def root(self, rows: Array) -> Array:
        """Return R with R'R = rows' l'' rows."""
        roots = np.sqrt(self.second)
        weighted = roots[:, None] * rows
        if self.groups is None:
            return np.asarray(weighted)
        # Of one group l'' = r (1 - q q') r, where r has the entries of q / scale^(1/2) and 1 - q q' is the
        # square of 1 - share q q'.
        q = math.exp(self.log_scale / 2) * roots.reshape(self.groups, -1)
        total = (q**2).sum(axis=1)  # 1 - p_y
        share = 1 / (1 + np.sqrt(np.maximum(1 - total, 0)))
        along = np.einsum("ni,nij->nj", q, weighted.reshape(*q.shape, -1))
        return np.asarray(weighted - np.einsum("n,ni,nj->nij", share, q, along).reshape(weighted.shape))

    def hessian(self, rows: Array) -> Array:
        """Return rows' l'' rows."""
        root = self.root(rows)
        return np.asarray(root.T @ root)
