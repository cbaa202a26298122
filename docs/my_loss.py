"""Losses of one's own: one with a finite root, one that is monotone."""

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


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 3))
    problem = ib.Problem(X, X.sum(axis=1) + rng.standard_normal(30), Expectile(9.0))
    run = ib.Run(problem, ib.GradientDescent(), ib.ExactLineSearch()).advance(200)
    too_high = (problem.X @ run.w > problem.y).mean()
    print(f"expectile: w = {run.w.round(4)}, {too_high:.0%} of the predictions are too high")

    y = np.sign(X @ [1.0, -2.0, 3.0])
    problem = ib.Problem(X, y, SquaredLogistic())
    run = ib.Run(problem, ib.GradientDescent(), 0.1).advance(20_000)
    print(f"monotone: {run.bracket.lower:.4f} <= the l2 maximum margin <= {run.bracket.upper:.4f}")
    print(ib.why_no_claim(problem, run.method))
