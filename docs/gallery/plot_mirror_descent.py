r"""
Mirror descent projects its start
=================================

Mirror descent on a loss with a finite root ends at the solution nearest to its start in the Bregman
divergence of the potential, whatever the loss, the steps and the batches (Theorem 1 of Gunasekar et al.,
2018). So the potential alone says which of infinitely many solutions is found: from small starts the
entropy prefers sparse ones, the squared Euclidean norm spreads the weight. Two residuals certify it:
:math:`Xw = y`, and :math:`\nabla\psi(w) - \nabla\psi(w_0)` in the span of the samples.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

line = ib.datasets.example_2().problem(ib.Squared())
starts = ([0.02, 0.02], [0.9, 0.1], [0.2, 0.9], [1.0, 1.0])
runs = [
    ib.Run(line, ib.MirrorDescent(ib.Entropy()), 0.02, w0=start, record=ib.every(1)).advance(2000)
    for start in starts
]
claims = [ib.predict(line, run.method, w0=run.w0) for run in runs]

figure, ax = plt.subplots(figsize=(6.4, 5.6), layout="constrained")
ib.plot.path(runs, claims, labels=[f"from ({a:g}, {b:g})" for a, b in starts], ax=ax)
plt.show()

# %%
# Every start has a star of its own on the line of solutions, its Bregman projection, and its run ends
# there.

for run, claim in zip(runs, claims, strict=True):
    print(ib.compare(run, claim), f"residual {run.residual:.0e}, off the manifold {run.off_manifold:.0e}")

# %%
# Forty unknowns, sixteen equations
# ---------------------------------
# Three potentials, one problem: a positive sparse vector of which sixteen random measurements are known.

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(0)
X = rng.standard_normal((16, 40))
truth = np.zeros(40)
truth[[4, 17, 30]] = 1.0, 0.6, 0.8
problem = ib.Problem(X, X @ truth, ib.Squared())
found = {}
for name, potential, eta, w0 in (
    ("entropy", ib.Entropy(), 0.02, np.full(40, 1e-4)),
    ("hyperbolic entropy", ib.HyperbolicEntropy(1e-4), 0.02, None),
    ("Euclidean", ib.Euclidean(), 0.002, None),
):
    method = ib.MirrorDescent(potential)
    run = ib.Run(problem, method, eta, w0=w0).advance(500_000)
    found[name] = run.w
    print(f"{name:18} {ib.compare(run, ib.predict(problem, method, w0=w0))}")

figure, axes = plt.subplots(3, 1, figsize=(7.2, 5), layout="constrained", sharex=True, sharey=True)
for color, ax, (name, w) in zip(("C0", "C1", "C2"), axes, found.items(), strict=True):
    ax.vlines(np.arange(40), 0, w, color=color, lw=3)
    ax.plot(np.flatnonzero(truth), truth[truth > 0], "o", mfc="none", color="black", label="truth")
    ax.axhline(0, color="0.4", lw=0.8)
    ax.set_title(name, loc="left", fontsize="medium")
axes[-1].set_xlabel("coordinate")
figure.supylabel("weight", fontsize="medium")
handles, labels = axes[0].get_legend_handles_labels()
figure.legend(handles, labels, loc="outside right upper", frameon=False)
plt.show()

# %%
# Both entropies recover the three circles from sixteen measurements; the Euclidean projection fits the same
# data with all forty weights.
