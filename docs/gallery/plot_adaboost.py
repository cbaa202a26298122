r"""
AdaBoost, a coordinate descent that cycles
==========================================

AdaBoost is coordinate descent, that is steepest descent in :math:`\ell_1`, on the exponential loss with
exact line search. With small steps its margin tends to the maximum (Theorem 5 of Gunasekar et al., 2018;
section 3.2). With exact steps it need not: on the eight samples of Rudin, Daubechies and Schapire (2004)
AdaBoost falls into a cycle of length three, and its margin tends to 1/3 where 3/8 is possible.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
problem = ib.problems.adaboost(ib.datasets.rudin_2004().X)
coordinate_descent = ib.SteepestDescent(ib.Lp(1))
rules = {
    "exact line search: AdaBoost": ib.ExactLineSearch(),
    "three quarters of it": ib.ExactLineSearch(0.75),
    r"$\eta_t = 1 / (B^2 L)$": ib.LossNormalized(),
}
runs = {name: ib.Run(problem, coordinate_descent, rule).advance(10**5) for name, rule in rules.items()}

figure, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
for style, (name, run) in zip(("-", "--", "-."), runs.items(), strict=True):
    rows = run.trajectory
    late = rows.t >= 8
    ax.semilogx(rows.t[late], rows.margin[late], style, label=name)
for height, name in ((1 / 3, "1/3"), (3 / 8, "3/8")):
    ax.axhline(height, color="black", ls=":", lw=1)
    ax.annotate(
        name, (1, height), xycoords=("axes fraction", "data"), xytext=(4, -3), textcoords="offset points"
    )
ax.set(xlabel="iteration $t$", ylabel=r"$\ell_1$ margin", ylim=(0.2, 0.39))
figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize="small")
plt.show()

# %%
# AdaBoost comes to rest on the lower dotted line, 1/3; both shorter steps reach the upper one, 3/8.

for name, run in runs.items():
    print(f"{name:28} {ib.compare(run, ib.predict(problem, coordinate_descent)).verdict}, {run.bracket}")

# %%
# The cycle shows in the weights that AdaBoost gives to its samples, the softmax of minus their margins.

steps = ib.Run(problem, coordinate_descent, ib.ExactLineSearch(), record=ib.every(1)).advance(60)
scores = -steps.trajectory.w @ problem.X.T
weights = np.exp(scores - scores.max(axis=1, keepdims=True))
weights /= weights.sum(axis=1, keepdims=True)

figure, ax = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
image = ax.pcolormesh(np.arange(61), np.arange(1, 9), weights.T, cmap="cividis", shading="nearest")
ax.set(xlabel="iteration $t$", ylabel="sample", yticks=np.arange(1, 9))
figure.colorbar(image, label="weight")
plt.show()

# %%
# After a few iterations the columns repeat with period three, and the eighth sample, at the top, has lost
# all weight.
