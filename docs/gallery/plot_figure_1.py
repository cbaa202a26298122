r"""
Three ways to miss the projection
=================================

Where a loss has a finite root, an optimizer ends at a point, and the geometry of its steps need not decide
which. These are the three panels of Figure 1 in Gunasekar et al. (2018): mirror descent with primal
momentum (Example 2), natural gradient descent (Example 3) and steepest descent in :math:`\ell_{4/3}`
(Example 4). In each of them all runs fit the data, and yet they end at different solutions for different
momenta or step sizes.
"""

import matplotlib.pyplot as plt

import implicitbias as ib

line = ib.datasets.example_2().problem(ib.Squared())  # one sample: w_1 + 2 w_2 = 1
plane = ib.datasets.example_4().problem(ib.Squared())  # w_1 + w_2 + w_3 = 1 and w_1 + 2 w_2 = 10


def runs(problem, methods, etas):
    """Return one run a method and step size, with every iterate kept."""
    return [
        ib.Run(problem, method, eta, record=ib.every(1)).advance(600)
        for method, eta in zip(methods, etas, strict=True)
    ]


# %%
# (a) Momentum in the primal variables leaves the data manifold of the entropy
# ----------------------------------------------------------------------------
# Theorem 1 says where mirror descent ends: at the solution with the least Bregman divergence from the
# start, the star.

entropy = ib.MirrorDescent(ib.Entropy())
betas = (0, 0.3, 0.5, 0.7)
momenta = [ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(beta)) for beta in betas]
with_momentum = runs(line, momenta, [0.02] * len(betas))

figure, ax = plt.subplots(figsize=(6.4, 5.4), layout="constrained")
ib.plot.path(with_momentum, ib.predict(line, entropy), labels=[rf"$\beta = {beta}$" for beta in betas], ax=ax)
plt.show()

# %%
# Only :math:`\beta = 0` ends at the star; the more momentum, the farther along the line of solutions does a
# run end.

# %%
# (b) Natural gradient descent, whose limit depends on the step size
# ------------------------------------------------------------------
# The flow, :math:`\eta \to 0`, is that of mirror descent, and so is its limit; a finite step follows
# another path.

natural, etas = ib.NaturalGradient(ib.Entropy()), (0.02, 0.06, 0.1, 0.12)
with_steps = [*runs(line, [natural] * len(etas), etas), ib.flow(line, natural)]
names = [*(rf"$\eta = {eta}$" for eta in etas), r"$\eta \to 0$"]

figure, ax = plt.subplots(figsize=(6.4, 5.4), layout="constrained")
ib.plot.path(with_steps, ib.predict(line, natural, flow=True), labels=names, ax=ax)
plt.show()

# %%
# Larger steps end farther from the star, and only the dashed flow reaches it.

# %%
# (c) Steepest descent in :math:`\ell_{4/3}`
# ------------------------------------------
# Here not even the flow ends at the solution of least norm.

steepest, etas = ib.SteepestDescent(ib.Lp(4 / 3)), (0.02, 0.1, 0.18)
in_space = [*runs(plane, [steepest] * len(etas), etas), ib.flow(plane, steepest)]
names = [*(rf"$\eta = {eta}$" for eta in etas), r"$\eta \to 0$"]
smallest = ib.predict(plane, ib.MirrorDescent(ib.SquaredLp(4 / 3))).solve().point

figure, ax = plt.subplots(figsize=(6.4, 6), layout="constrained", subplot_kw={"projection": "3d"})
ib.plot.path(in_space, labels=names, ax=ax)
ax.scatter(*smallest, marker="*", s=240, facecolor="none", edgecolor="black", label="minimum norm")
ax.legend(frameon=False, ncols=2, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, 0))
plt.show()

# %%
# Four ends on one line of solutions, none of them at the star of minimum norm. The package knows of no
# claim here, and says why:

print(ib.why_no_claim(plane, steepest))

# %%
# Each end does fit the data, which makes the difference a matter of bias and not of optimization:

for name, run in zip(names[:-1], in_space[:-1], strict=True):
    print(f"{name:14} |Xw - y| = {run.residual:.0e}, |w| = {ib.Lp(4 / 3).value(run.w):.4f}")
print(f"{'minimum norm':14} {'':18} |w| = {ib.Lp(4 / 3).value(smallest):.4f}")
