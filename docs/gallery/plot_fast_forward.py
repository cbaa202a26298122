r"""
Gradient descent at t = 10^300
==============================

With constant steps the margin gap closes like :math:`1/\log t`, so that no computer sees its end:
:math:`10^9` iterations leave percents. ``fast_forward`` iterates until it may leap, and then integrates the
differential equation that the iterates follow, in :math:`\log t`, with an error that it states. There the
asymptote of Soudry et al. (2018), :math:`w(t) = \hat w \log t + \tilde w + o(1)`, is seen to hold to many
digits.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(2)
X = rng.standard_normal((20, 5))
problem = ib.Problem(X, np.sign(X @ rng.standard_normal(5)), ib.Exponential())
runs = {
    r"$\ell_2$": ib.GradientDescent(),
    r"$\ell_3$": ib.SteepestDescent(ib.Lp(3)),
    r"$\ell_1$": ib.SteepestDescent(ib.Lp(1)),
}
figure, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
for style, (name, method) in zip(("-", "--", "-."), runs.items(), strict=True):
    run = ib.Run(problem, method, 0.003).fast_forward(1e300, tolerance=1e-6)
    rows = run.trajectory
    gap = 1 - rows.margin / ib.max_margin(problem, method.geometry).value
    seen = (rows.t >= 100) & (gap > 0)
    ax.loglog(rows.log10_t[seen], gap[seen], style, label=name)
    leap = rows.log10_t[~rows.integrated][-1]
    ax.plot(leap, np.interp(leap, rows.log10_t[seen], gap[seen]), "o", color="black", ms=4)
    report = ib.compare(run, ib.predict(problem, method))
    print(f"{name:9} leapt at t = 10^{leap:.1f}, w is within {rows.error[-1]:.0e}; {report}")
ax.set(xlabel=r"$\log_{10} t$", ylabel="relative margin gap")
ax.set_xticks([2, 5, 10, 30, 100, 300], ["2", "5", "10", "30", "100", "300"])
figure.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# Against :math:`\log t` all three gaps become straight lines of slope -1, which is what :math:`1/\log t`
# says; left of the dots the runs iterated, right of them they leapt.

# %%
# How far is gradient descent from its asymptote?

run = ib.Run(problem, ib.GradientDescent(), 0.003)
figure, ax = plt.subplots(figsize=(7.2, 3.8), layout="constrained")
exponents, distances = [3, 5, 10, 20, 50, 100, 200, 300], []
for exponent in exponents:
    run.fast_forward(10.0**exponent)
    distances.append(ib.asymptote(run).solve().residual(run))
ax.loglog(exponents, distances, "o-")
ax.set(xlabel=r"$\log_{10} t$", ylabel="distance from the asymptote")
ax.set_xticks(exponents, [str(exponent) for exponent in exponents])
ax.minorticks_off()
plt.show()

# %%
# The distance falls to what the integration states as its error.
