r"""
Which norm is this optimizer maximizing?
========================================

Given the weights alone, and the data, a fingerprint holds their margin against the maximum one in every
geometry of a bank: in the optimizer's own the ratio tends to one (Theorem 5 of Gunasekar et al., 2018), in
others to less. It names the best, an interval for the exponent, and which geometries are still compatible,
given how far from its limit the best one is. Sometimes the honest answer is that the data cannot tell, and
it says so.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

rng = np.random.default_rng(0)
X = rng.standard_normal((15, 40))
problem = ib.Problem(X, np.sign(X[:, 0]), ib.Exponential())
optimizers = {
    "Adam, no epsilon": ib.Run(problem, ib.Adam(eps=0), 1e-4),
    "mirror descent, p = 1.5": ib.Run(problem, ib.MirrorDescent(ib.PowerPotential(1.5))),
    "coordinate descent": ib.Run(problem, ib.SteepestDescent(ib.Lp(1)), ib.LossNormalized(0.1)),
}
bank = [ib.Lp(p) for p in (1, 1.2, 1.5, 2, 3, 6, math.inf)]

figure, axes = plt.subplots(1, 3, figsize=(12, 4.4), layout="constrained")
for ax, (name, run) in zip(axes, optimizers.items(), strict=True):
    w = run.advance(200_000).w  # from here on nothing is known of the run but this
    found = ib.fingerprint(problem, w, geometries=bank)
    ib.plot.fingerprint(found, ax=ax)
    ax.set_title(name, fontsize="medium")
    print(f"{name:24} decided: {found.decided!s:5} best: {found.best}, p = {found.p:.3g}")
plt.show()

# %%
# The curve of each optimizer touches one at another place: at :math:`p = \infty`, at 1.5 and at 1; filled
# dots are the geometries that are compatible.

# %%
# Where data cannot tell
# ----------------------
# On samples with as many support vectors as features all norms have the same separator.

iris = ib.datasets.iris_setosa().problem(ib.Exponential())
w = ib.Run(iris, ib.GradientDescent(), ib.LossNormalized()).advance(100_000).w
undecided = ib.fingerprint(iris, w, geometries=bank)
print(f"decided: {undecided.decided}; contrast {undecided.contrast:.1e}; {undecided.reason}")
