r"""
Random batches and the limit
============================

Do stochastic gradients change the implicit bias? Where the loss has a finite root and the data can be
fitted, they do not: mirror descent on random batches reaches the same Bregman projection (Theorem 1 and eq.
2 of Gunasekar et al., 2018), as every step stays on the data manifold. On separable data it depends on the
method. Gradient descent keeps the :math:`\ell_2` margin (Nacson, Srebro and Soudry, 2019), while sign
descent on single samples loses the :math:`\ell_\infty` margin unless it averages gradients for long (Baek,
Song and Yun, 2026, Theorem 5.1).
"""

import math

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(0)
X = rng.standard_normal((8, 20))
fitted = ib.Problem(X, rng.standard_normal(8), ib.Squared())
method = ib.MirrorDescent(ib.HyperbolicEntropy(0.1))
claim = ib.predict(fitted, method)
limit = claim.solve().point

figure, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
for style, size in zip(("-", "--", "-."), (8, 2, 1), strict=True):
    batch = None if size == 8 else ib.MiniBatch(size, seed=0)
    run = ib.Run(fitted, method, 0.02, batch=batch).advance(30_000)
    distance = np.linalg.norm(run.trajectory.w - limit, axis=1) / np.linalg.norm(limit)
    ax.loglog(run.trajectory.t, distance, style, label=f"batches of {size}")
    print(f"batches of {size}: {ib.compare(run, claim)}")
ax.set(xlabel="iteration $t$", ylabel="distance from the projection")
figure.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# All three curves fall to rounding: small batches take more iterations, and end at the same point.

# %%
# Sign descent on single samples
# ------------------------------
# How much of the :math:`\ell_\infty` maximum margin is reached depends on how long gradients are averaged.

rng = np.random.default_rng(1)
X = rng.standard_normal((6, 4))
problem = ib.Problem(X, np.sign(X @ rng.standard_normal(4)), ib.Exponential())
best = ib.max_margin(problem, ib.Lp(math.inf)).value
betas = (0.0, 0.5, 0.9, 0.99)
sweep = ib.Sweep(
    problem,
    [ib.Signum(beta) for beta in betas],
    ib.Normalized(0.1, 0.5),
    batch=[ib.MiniBatch(1, seed) for seed in range(10)],
).advance(100_000)
gaps = np.array([[1 - run.margin / best for run in row] for row in sweep.runs])
whole = [
    1 - ib.Run(problem, ib.Signum(beta), ib.Normalized(0.1, 0.5)).advance(100_000).margin / best
    for beta in betas
]

figure, ax = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
places = np.arange(len(betas))
ax.plot(
    np.repeat(places, 10), gaps.ravel(), "o", ms=6, mfc="none", color="C2", label="single samples, ten seeds"
)
ax.plot(places, whole, "D", ms=7, color="C0", label="all samples")
ax.set_yscale("log")
ax.set_xticks(places, [rf"$\beta = {beta}$" for beta in betas])
ax.set_ylabel(r"gap of the $\ell_\infty$ margin")
figure.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# Without averages single samples stay far from the maximum for every seed; with long ones the circles come
# down towards the diamonds.
