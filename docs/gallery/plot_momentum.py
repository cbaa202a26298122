r"""
When momentum changes the limit
===============================

Momentum may be added to the dual or to the primal variables of mirror descent. In the dual it stays on the
data manifold and keeps the limit (Theorem 1b of Gunasekar et al., 2018). In the primal it leaves that
manifold for every potential that is not quadratic, and the limit moves with it: Example 2, and Proposition
2a in closed form. What is plotted is that distance, which the run knows by itself.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
problem = ib.datasets.example_2().problem(ib.Squared())
betas = np.linspace(0, 0.75, 31)
kinds = {
    "entropy, dual momentum": lambda beta: ib.MirrorDescent(ib.Entropy(), ib.DualMomentum(beta)),
    "entropy, primal momentum": lambda beta: ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(beta)),
    "Euclidean, primal momentum": lambda beta: ib.MirrorDescent(ib.Euclidean(), ib.PrimalMomentum(beta)),
}
start = np.array([1.0, 1.0])
sweeps = {
    name: ib.Sweep(problem, [make(beta) for beta in betas], 0.01, w0=start).advance(3000)
    for name, make in kinds.items()
}
ends = {name: np.array([run.w for run in sweep.runs]) for name, sweep in sweeps.items()}

figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 4), layout="constrained")
for style, (name, sweep) in zip(("-", "--", "-."), sweeps.items(), strict=True):
    left.plot(betas, ends[name][:, 0], style, lw=2, label=name)
    right.semilogy(betas, [max(run.off_manifold, 1e-17) for run in sweep.runs], style, lw=2)
left.set(xlabel=r"momentum $\beta$", ylabel="$w_1$ of the limit")
right.set(xlabel=r"momentum $\beta$", ylabel="distance off the data manifold")
figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize="small")
plt.show()

# %%
# Left, the limit moves only where primal momentum meets the entropy; right, exactly those runs are off the
# manifold.

# %%
# Theorem 1b has a claim, and the quadratic potential, too; primal momentum with the entropy has none, and
# the package says why.

for name, make in kinds.items():
    method = make(0.5)
    claim = ib.predict(problem, method, w0=start)
    run = ib.Run(problem, method, 0.01, w0=start).advance(3000)
    print(f"{name}: {ib.compare(run, claim) if claim else ib.why_no_claim(problem, method)}")

# %%
# How far does that run end from the projection? Half of the past step in each step moves the limit by a
# percent:

method = kinds["entropy, primal momentum"](0.5)
run = ib.Run(problem, method, 0.01, w0=start).advance(3000)
projection = ib.predict(problem, ib.MirrorDescent(ib.Entropy()), w0=start).solve().point
print(f"projection {projection.round(4)}, with primal momentum {run.w.round(4)}, residual {run.residual:.0e}")
