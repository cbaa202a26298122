r"""
The margin grows like 1 / log t
===============================

Gradient descent with a constant step converges to the maximum :math:`\ell_2` margin, but so slowly that a
million iterations leave some percent: the gap falls like :math:`1/\log t` (Soudry et al., 2018, Theorem 5;
steps as in Theorem 5 of Gunasekar et al., 2018). What the theorem leaves open on given data, the run
certifies: the softmax weights of its own samples prove an upper bound on the best possible margin, by
duality.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(2)
X = rng.standard_normal((20, 5))
problem = ib.Problem(X, np.sign(X @ rng.standard_normal(5)), ib.Exponential())
constant = ib.Run(problem, ib.GradientDescent(), 0.003).advance(10**6)
normalized = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized()).advance(10**6)
best = ib.max_margin(problem, ib.Lp(2)).value

# %%
# The certificate
# ---------------
# For any weights :math:`\alpha` in the simplex, :math:`\gamma^* \le |\sum_n \alpha_n y_n x_n|_2`, and any w
# bounds it from below.

rows = constant.trajectory
seen = rows.margin > 0
figure, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
ax.fill_between(rows.t[seen], rows.best_margin[seen], rows.best_bound[seen], alpha=0.2, label="bracket")
ax.semilogx(rows.t[seen], rows.margin[seen], label="margin of w(t)")
ax.semilogx(rows.t[seen], rows.bound[seen], "--", label="certified bound")
ax.axhline(best, color="black", ls=":", label="convex program")
ax.set(xlabel="iteration $t$", ylabel=r"$\ell_2$ margin")
figure.legend(loc="outside lower center", ncols=4, frameon=False)
plt.show()

# %%
# The margin comes from below and the bound from above; the truth, dotted, is between them at every moment,
# and the run did not need it.

print(f"certified: {constant.bracket.lower:.6f} <= gamma* <= {constant.bracket.upper:.6f}")
print(f"solved:    gamma* = {best:.6f}")

# %%
# The rate
# --------
# How large the steps are decides how fast the gap closes.

figure, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
for run, name in (
    (constant, r"constant $\eta$"),
    (normalized, r"$\eta_t = 1 / (B^2 L)$"),
):
    rows = run.trajectory
    late = rows.t >= 10
    ax.loglog(rows.t[late], 1 - rows.margin[late] / best, label=name)
rows = constant.trajectory
late = rows.t >= 100
last = 1 - rows.margin[-1] / best
times = rows.t[late].astype(float)
ax.loglog(times, last * np.log(times[-1]) / np.log(times), ":", color="black", label=r"$c / \log t$")
ax.loglog(times, 30 / times, "--", color="0.5", label=r"$c / t$")
ax.set(xlabel="iteration $t$", ylabel="relative margin gap")
figure.legend(loc="outside lower center", ncols=4, frameon=False)
plt.show()

# %%
# The gap of constant steps comes to lie along the dotted line, which is all but flat; that of steps over
# the loss falls along the dashed one, and is a thousand times smaller at a million iterations.
