"""Step size rules of one's own: what a rule looks at, it says by the names of its arguments."""

import math

import numpy as np

import implicitbias as ib


class Warmup(ib.StepSize):
    """A linear rise over the first steps, then a fall like t^-1/2."""

    def __init__(self, eta, steps):
        self.eta, self.steps = eta, steps

    def step_size(self, t):
        """Return eta_t."""
        return self.eta * min((t + 1) / self.steps, math.sqrt(self.steps / (t + 1)))


class Polyak(ib.StepSize):
    """L / |grad L|^2, for a loss whose infimum is 0: in logarithms, because L underflows."""

    def log_step_size(self, log_loss, log_gradient):
        """Return log eta_t."""
        return log_loss - 2 * log_gradient


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 5))
    problem = ib.Problem(X, np.sign(X @ rng.standard_normal(5)), ib.Exponential())
    best = ib.max_margin(problem, ib.Lp(2)).value
    for rule in (Warmup(0.5, 100), Polyak()):
        run = ib.Run(problem, ib.GradientDescent(), rule).advance(5000)
        print(f"{rule!r}: log L = {run.log_loss:.4g}, {run.margin / best:.2%} of the maximum margin")
