r"""
Step size rules of one's own
============================

A step size rule says what it looks at by the names of its arguments: the iteration, the loss, the size of
the gradient, in logarithms where they may underflow. How far a run comes depends on the rule alone:
constant steps close the margin gap like :math:`1/\log t` and steps of :math:`1/L` like :math:`1/t` (Soudry
et al., 2018; Nacson et al., 2019). What is between? The rule :math:`\eta_t \propto L^{-a}` goes from one to
the other.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib


class Warmup(ib.StepSize):
    """A linear rise over the first steps, then a fall like t^-1/2."""

    def __init__(self, eta, steps):
        self.eta, self.steps = eta, steps

    def step_size(self, t):
        """Return eta_t."""
        return self.eta * min((t + 1) / self.steps, math.sqrt(self.steps / (t + 1)))


class LossPower(ib.StepSize):
    """eta / L^power, in logarithms, because L underflows."""

    def __init__(self, eta, power):
        self.eta, self.power = eta, power

    def log_step_size(self, log_loss):
        """Return log eta_t."""
        return math.log(self.eta) - self.power * log_loss


# %%
# Five rules on one problem, for a hundred thousand steps each:

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(2)
X = rng.standard_normal((20, 5))
problem = ib.Problem(X, np.sign(X @ rng.standard_normal(5)), ib.Exponential())
best = ib.max_margin(problem, ib.Lp(2)).value
rules = {
    "constant": ib.Constant(0.01),
    "warm-up": Warmup(0.01, 100),
    "$a = 1/2$": LossPower(0.05, 0.5),
    "$a = 9/10$": LossPower(0.05, 0.9),
    "$a = 1$": LossPower(0.05, 1.0),
}
figure, ax = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
for style, (name, rule) in zip(("C0-", "C1--", "C2-.", "C3:", "k-"), rules.items(), strict=True):
    run = ib.Run(problem, ib.GradientDescent(), rule).advance(100_000)
    rows = run.trajectory
    late = rows.t >= 30
    ax.loglog(rows.t[late], 1 - rows.margin[late] / best, style, lw=2, label=name)
    print(f"{name:12} log L = {run.log_loss:.4g}, {run.margin / best:.2%} of the maximum margin")
ax.set(xlabel="iteration $t$", ylabel="relative margin gap")
figure.legend(loc="outside lower center", ncols=5, frameon=False)
plt.show()

# %%
# Only :math:`a = 1` falls along a straight line; every smaller power bends into the slow, logarithmic
# regime, as the loss is then a power of t.
