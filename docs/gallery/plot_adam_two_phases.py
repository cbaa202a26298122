r"""
The two phases of Adam
======================

While gradients exceed its :math:`\varepsilon`, Adam moves like sign descent, and its direction tends to the
:math:`\ell_\infty` maximum margin (Zhang, Zou and Cao, 2024). Once they fall below, the denominator is a
constant, Adam is gradient descent, and in the end it is the :math:`\ell_2` margin that it maximizes (Wang,
Meng, Chen and Liu, 2021). With :math:`\varepsilon = 10^{-8}` the switch is seen after some thousand steps,
and the second phase takes very long.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(1)
X = rng.standard_normal((12, 5))
problem = ib.Problem(X, np.sign(X @ rng.standard_normal(5)), ib.Exponential())
norms = {r"$\ell_\infty$": ib.Lp(math.inf), r"$\ell_2$": ib.Lp(2)}
best = {name: ib.max_margin(problem, norm) for name, norm in norms.items()}
across = ib.certify(problem, best[r"$\ell_2$"].direction, ib.Lp(math.inf), tolerance=1e-6).gap
print(f"the l2 separator has an linf gap of {across:.1%}: the two can be told apart on these data")

# %%
# The same Adam with and without :math:`\varepsilon`, for ten million steps:

runs = {
    r"$\varepsilon = 10^{-8}$": ib.Run(problem, ib.Adam(), 5e-4).advance(10**7),
    r"$\varepsilon = 0$": ib.Run(problem, ib.Adam(eps=0), 5e-4).advance(10**7),
}
figure, axes = plt.subplots(1, 2, figsize=(8.6, 4.2), layout="constrained", sharey=True)
for ax, (title, run) in zip(axes, runs.items(), strict=True):
    for color, (name, norm) in zip(("C2", "C0"), norms.items(), strict=True):
        seen = ib.Iterates(problem, norm, run.trajectory.t[1:], run.trajectory.w[1:]).trajectory
        late = seen.t >= 300
        ax.loglog(seen.t[late], 1 - seen.margin[late] / best[name].value, color=color, label=f"{name} gap")
    ax.set(title=title, xlabel="iteration $t$")
axes[0].set_ylabel("relative margin gap")
small = np.flatnonzero(runs[r"$\varepsilon = 10^{-8}$"].trajectory.log_loss < math.log(1e-8))[0]
switch = runs[r"$\varepsilon = 10^{-8}$"].trajectory.t[small]
axes[0].axvline(switch, color="0.4", ls=":", label=r"$L < \varepsilon$")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# Left of the dotted line the :math:`\ell_\infty` gap falls; right of it the gap grows again and the
# :math:`\ell_2` gap falls in its place, while without :math:`\varepsilon` (right) the first phase never
# ends.

for run in runs.values():
    print(ib.compare(run, ib.predict(problem, run.method)))

# %%
# The fingerprint, which sees nothing but the weights, recognizes the first phase. In the midst of the
# second it does not decide, as it should:

for name, run in runs.items():
    found = ib.fingerprint(problem, run.w)
    print(f"{name:24} best {found.best}, decided: {found.decided}: {found.reason}")
