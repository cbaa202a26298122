r"""
Losses of one's own
===================

A loss is its value and its slope. One with a finite root takes residuals, and gives limit points (Theorem 1
of Gunasekar et al., 2018); one that is monotone takes margins, in logarithms so that nothing underflows,
and gives limit directions (Theorem 5). Below are one of each: the expectile loss, and the square of the
logistic loss plus itself, which has an exponential tail.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib


class Expectile(ib.Loss):
    """r^2 for predictions that are too low, weight r^2 for those that are too high."""

    convex = True

    def __init__(self, weight):
        self.weight = weight

    def value(self, z):
        """Return l of all residuals, one number each."""
        return np.where(z > 0, self.weight, 1.0) * z**2

    def slope(self, z):
        """Return l' likewise."""
        return 2 * np.where(z > 0, self.weight, 1.0) * z


class SquaredLogistic(ib.Loss):
    """log(1 + exp(-z))^2 + log(1 + exp(-z)), in logarithms, which never underflow."""

    convex = True
    exponential_tail = True  # -l' ~ exp(-z)

    @staticmethod
    def log_softplus(z):
        """Return log log(1 + exp(-z))."""
        tail = np.logaddexp(0, -np.minimum(z, 30))
        return np.where(z > 30, -z, np.log(tail))

    def log_value(self, z):
        """Return log l of all margins, one number each."""
        inner = self.log_softplus(z)
        return inner + np.log1p(np.exp(inner))

    def log_slope(self, z):
        """Return log(-l') likewise."""
        return np.log1p(2 * np.exp(self.log_softplus(z))) - np.logaddexp(0, z)


# %%
# Regression with the expectile loss: a heavy penalty on predictions that are too high keeps most of them
# too low.

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(0)
x = np.sort(rng.uniform(-1, 1, 60))
X = np.column_stack([np.ones(60), x, x**2])
y = x**2 + 0.3 * rng.standard_normal(60)
figure, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
ax.plot(x, y, "o", color="0.5", ms=4, label="samples")
for style, weight in (("-", 1.0), ("--", 9.0), ("-.", 99.0)):
    run = ib.Run(ib.Problem(X, y, Expectile(weight)), ib.GradientDescent(), ib.ExactLineSearch()).advance(300)
    ax.plot(x, X @ run.w, style, lw=2, label=f"weight {weight:g}")
    print(f"expectile, weight {weight:g}: {(X @ run.w > y).mean():.0%} of the predictions are too high")
ax.set(xlabel="x", ylabel="y")
figure.legend(loc="outside lower center", ncols=4, frameon=False)
plt.show()

# %%
# The heavier the weight, the lower lies the curve; weight 1 is least squares.

# %%
# Does the tail decide? Soudry et al. (2018) ask for an exponential one, and both losses have it: their runs
# go to the same margin.

X = rng.standard_normal((30, 3))
y = np.sign(X @ [1.0, -2.0, 3.0])
figure, ax = plt.subplots(figsize=(7.2, 4), layout="constrained")
for style, loss in (("-", SquaredLogistic()), ("--", ib.Logistic())):
    problem = ib.Problem(X, y, loss)
    run = ib.Run(problem, ib.GradientDescent(), 0.1).advance(20_000)
    rows = run.trajectory
    ax.semilogx(rows.t[1:], rows.margin[1:], style, lw=2, label=type(loss).__name__)
    print(f"monotone: {run.bracket.lower:.4f} <= the l2 maximum margin <= {run.bracket.upper:.4f}")
ax.axhline(ib.max_margin(problem, ib.Lp(2)).value, color="black", ls=":", label="maximum margin")
ax.set(xlabel="iteration $t$", ylabel=r"$\ell_2$ margin")
figure.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# The two curves are on top of each other once the margins are large, where the square no longer counts.

print(ib.why_no_claim(ib.Problem(X, y, SquaredLogistic()), run.method))
