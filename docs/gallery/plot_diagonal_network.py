r"""
Diagonal networks: kernel and rich regime
=========================================

Write :math:`w = u^2 - v^2` entry by entry and train u and v: a linear network, whose implicit bias is set
by the size of its initialization. From :math:`u = v = \alpha` gradient flow on the squared loss ends at the
solution with the least hyperbolic entropy of scale :math:`2\alpha^2` (Woodworth et al., 2020, Theorem 1),
that is near the least :math:`\ell_1` norm for small :math:`\alpha` and near the least :math:`\ell_2` norm
for large. It is mirror descent in disguise, and the package checks that it is.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(0)
d = 20
X = rng.standard_normal((6, d))
truth = np.zeros(d)
truth[[3, 11]] = 1.0, -0.7
y = X @ truth
network = ib.Problem(X, y, ib.Squared(), model=ib.Diagonal(2))
linear = ib.Problem(X, y, ib.Squared())

alphas = np.logspace(-4, 1, 21)
sizes, misses = [], []
for alpha in alphas:
    start, eta = np.full(2 * d, alpha), 2e-4 / max(1, alpha**2)
    run = ib.Run(network, ib.GradientDescent(), eta, w0=start).advance(200_000)
    claim = ib.predict(linear, ib.MirrorDescent(ib.HyperbolicEntropy(2 * alpha**2)))
    misses.append(np.linalg.norm(run.w - claim.solve().point) / np.linalg.norm(run.w))
    sizes.append([np.abs(run.w).sum(), np.linalg.norm(run.w)])
sizes = np.array(sizes)
smallest = np.linalg.lstsq(X, y, rcond=None)[0]

figure, axes = plt.subplots(1, 2, figsize=(8.6, 4), layout="constrained")
for ax, column, name, extreme in (
    (axes[0], 0, r"$\ell_1$", np.abs(truth).sum()),
    (axes[1], 1, r"$\ell_2$", np.linalg.norm(smallest)),
):
    ax.semilogx(alphas, sizes[:, column], "o-", ms=4, label="diagonal network")
    ax.axhline(extreme, color="black", ls=":", label="least among all solutions")
    ax.set(xlabel=r"initialization $\alpha$", ylabel=f"{name} norm of w")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# Small initializations find the solution of least :math:`\ell_1` norm (left), large ones that of least
# :math:`\ell_2` norm (right).

print(f"distance from the mirror descent limit: at most {max(misses):.1e}, of order eta")

# %%
# On separable data the initialization is forgotten, and what remains is the norm that the model induces on
# w: at depth 2 the :math:`\ell_1` norm for gradient descent. ``run.bracket`` is in that norm.

X = rng.standard_normal((20, 10))
separable = ib.Problem(X, np.sign(X @ rng.standard_normal(10)), ib.Exponential(), model=ib.Diagonal(2))
for alpha in (0.01, 1.0):
    start = np.full(20, alpha)
    run = ib.Run(separable, ib.GradientDescent(), ib.LossNormalized(), w0=start).advance(500_000)
    print(f"alpha = {alpha}: the l1 margin is {run.margin:.4f}, certified up to {run.bracket.upper:.4f}")
print(f"induced norm {run.induced_norm}, maximum margin {ib.max_margin(separable, ib.Lp(1)).value:.4f}")
