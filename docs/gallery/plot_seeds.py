r"""
Median and spread over seeds
============================

One run on one data set is an anecdote. A sweep has data sets, methods and steps as axes, so that the median
and the spread over forty random problems are one figure. Steepest descent closes its margin gap on all of
them (Theorem 5 of Gunasekar et al., 2018), and gradient descent does so at nearly the same rate on each,
while sign descent is slower.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")


def gaussian(seed):
    """Return ten Gaussian samples which a hidden direction labels."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((10, 4))
    return ib.Problem(X, np.sign(X @ rng.standard_normal(4)), ib.Exponential())


norms = {r"$\ell_2$": ib.Lp(2), r"$\ell_\infty$": ib.Lp(np.inf)}
sweep = ib.Sweep(
    {str(seed): gaussian(seed) for seed in range(40)},
    {name: ib.SteepestDescent(norm) for name, norm in norms.items()},
    ib.LossNormalized(0.5),
).advance(20_000)
print(sweep.to_xarray().sizes)

# %%
# The dataset has names on its dimensions, and the certified gap needs no oracle: it is the distance between
# the best margin and the best bound so far.

data = sweep.to_xarray()
late = data.sel(t=slice(10, None))
gap = (1 - late["best_margin"] / late["best_bound"]).clip(max=1)
middle = gap.quantile([0.1, 0.5, 0.9], dim="problem")

figure, ax = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
for style, name in zip(("-", "--"), norms, strict=True):
    low, median, high = middle.sel({"method": name}).to_numpy()
    (line,) = ax.loglog(late["t"], median, style, lw=2, label=name)
    ax.fill_between(late["t"], low, high, color=line.get_color(), alpha=0.15)
ax.set(xlim=(10, 20_000), ylim=(3e-4, 1), xlabel="iteration $t$", ylabel="certified gap of the margin")
figure.legend(loc="outside lower center", ncols=4, frameon=False)
plt.show()

# %%
# Lines are medians over forty problems and bands the middle 80 %. The bands are parallel to the lines:
# problems differ by a factor, and not in their rate.

# %%
# The verdicts of all eighty runs, each against the claim about its own problem and method:

print(ib.compare(sweep))
