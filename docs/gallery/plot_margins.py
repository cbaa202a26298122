r"""
Each norm has its own maximum margin
====================================

Steepest descent with respect to a norm converges in direction to the maximum margin in that norm (Theorem 5
of Gunasekar et al., 2018). Four runs on the iris data, in :math:`\ell_1` (coordinate descent),
:math:`\ell_{4/3}`, :math:`\ell_2` (gradient descent) and :math:`\ell_\infty` (sign descent), differ in
nothing but the norm, and each ends at the maximum margin of its own.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

data = ib.datasets.iris_setosa()
problem = ib.Problem(data.X, data.y, loss=ib.Exponential())
runs = []
for p in (1, 4 / 3, 2, math.inf):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), step_size=ib.LossNormalized())
    runs.append(run.advance(10**6))
    print(ib.compare(run, ib.predict(problem, run.method)))

# %%
# Every run proves by itself how good it is: the solid margin is below the maximum, the dashed bound above
# it, and no solver took part in either.

figure, ax = plt.subplots(figsize=(7.6, 5), layout="constrained")
ib.plot.margins(runs, ax=ax)
plt.show()

# %%
# Solid and dashed lines of one color close in on the dotted one, the answer of an independent linear or
# convex program.

# %%
# Fewer samples than features
# ---------------------------
# Iris has as many support vectors as features, which leaves no freedom to the direction. With 15 samples of
# 40 features the directions differ, too.

rng = np.random.default_rng(0)
X = rng.standard_normal((15, 40))
wide = ib.Problem(X, np.sign(X[:, 0]), loss=ib.Exponential())
shown = {r"$\ell_1$": 1, r"$\ell_2$": 2, r"$\ell_\infty$": math.inf}
figure, axes = plt.subplots(3, 1, figsize=(7.2, 5), layout="constrained", sharex=True, sharey=True)
for color, ax, (name, p) in zip(("#0072B2", "#009E73", "#CC79A7"), axes, shown.items(), strict=True):
    run = ib.Run(wide, ib.SteepestDescent(ib.Lp(p)), ib.LossNormalized(0.1)).advance(10**5)
    ax.vlines(range(40), 0, run.w / np.abs(run.w).max(), color=color, lw=4)
    ax.axhline(0, color="0.4", lw=0.8)
    ax.set_title(name, loc="left", fontsize="medium")
    print(f"p = {p}: the certified gap is at most {run.bracket.gap:.2%}")
axes[-1].set_xlabel("feature")
figure.supylabel("weight over the largest weight", fontsize="medium")
plt.show()

# %%
# Coordinate descent, on top, uses few features; sign descent, at the bottom, gives most of them the same
# weight.

# %%
# A hypothesis that is not met is part of a verdict. Theorem 5 asks for bounded steps, and uncapped
# ``LossNormalized`` steps, :math:`1 / (B^2 L)`, grow as the loss falls. They close the gap like :math:`1/t`
# here; a cap brings a run back within the theorem, and to :math:`1/\log t`, which :doc:`another page
# <plot_one_over_log_t>` shows.
