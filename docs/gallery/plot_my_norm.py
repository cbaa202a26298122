r"""
A norm of one's own
===================

Theorem 5 of Gunasekar et al. (2018) holds for every norm, so a norm is a class of ten lines: its value, its
dual, and the steepest direction (eq. 12). The one below, :math:`\max(|w|_\infty, |w|_1 / k)`, has steps
that move the k coordinates with the largest derivatives by equal amounts: coordinate descent at :math:`k =
1`, sign descent at :math:`k = d`. Runs in it are certified by the same duality, and a cvxpy form lets the
oracle check them.
"""

import cvxpy as cp
import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib


class Several(ib.Norm):
    """max(|w|_inf, |w|_1 / k): steepest descent moves k coordinates at a time."""

    def __init__(self, k):
        super().__init__()
        self.k = k

    def value(self, w):
        """Return the norm of w."""
        return max(np.abs(w).max(), np.abs(w).sum() / self.k)

    def dual(self, g):
        """Return max {<g, v> : |v| <= 1}, the sum of the k largest entries."""
        return np.sort(np.abs(g))[-self.k :].sum()

    def steepest(self, g):
        """Return argmin <g, v> + |v|^2 / 2."""
        largest = np.argsort(-np.abs(g), kind="stable")[: self.k]
        step = np.zeros_like(g)
        step[largest] = -self.dual(g) * np.sign(g[largest])
        return step


@ib.as_cvxpy.register
def _(norm: Several, w):
    return cp.maximum(cp.norm_inf(w), cp.norm1(w) / norm.k)


# %%
# Three values of k on 15 samples of 24 features. Runs in a norm of one's own iterate in the plain loop, and
# call it for each step.

rng = np.random.default_rng(0)
X = rng.standard_normal((15, 24))
problem = ib.Problem(X, np.sign(X[:, 0]), ib.Exponential())
figure, axes = plt.subplots(3, 1, figsize=(7.2, 5), layout="constrained", sharex=True, sharey=True)
for color, ax, k in zip(("#0072B2", "#009E73", "#CC79A7"), axes, (1, 6, 24), strict=True):
    method = ib.SteepestDescent(Several(k))
    run = ib.Run(problem, method, ib.LossNormalized(0.2)).advance(10_000)
    ax.vlines(range(24), 0, run.w / np.abs(run.w).max(), color=color, lw=5)
    ax.axhline(0, color="0.4", lw=0.8)
    ax.set_title(f"k = {k}", loc="left", fontsize="medium")
    print(f"k = {k:2}: {ib.compare(run, ib.predict(problem, method), tolerance=0.05)}")
axes[-1].set_xlabel("feature")
figure.supylabel("weight over the largest weight", fontsize="medium")
plt.show()

# %%
# From the top to the bottom the separator goes over from few features to all of them at equal weight.
