"""A method of one's own: Adam, and in which norm it maximizes the margin."""

import math

import numpy as np

import implicitbias as ib


class Adam(ib.Method):
    """w <- w - eta m' / (sqrt(v') + eps), with averages m' and v' of gradients and of their squares."""

    norm = ib.Lp(math.inf)  # margins are normalized in it, and certified

    def __init__(self, beta1=0.9, beta2=0.999, eps=1e-8):
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def init(self, problem, w0):
        """Return where a run starts, and what the method remembers."""
        w = np.zeros(problem.shape) if w0 is None else w0
        return {"w": w, "m": np.zeros(problem.shape), "v": np.zeros(problem.shape)}

    def step(self, state, gradient, eta, t):
        """Return the same after one step; `gradient` is that of the sum of the losses."""
        m = self.beta1 * state["m"] + (1 - self.beta1) * gradient
        v = self.beta2 * state["v"] + (1 - self.beta2) * gradient**2
        mean, square = m / (1 - self.beta1 ** (t + 1)), v / (1 - self.beta2 ** (t + 1))
        return {"w": state["w"] - eta * mean / (np.sqrt(square) + self.eps), "m": m, "v": v}


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 5))
    problem = ib.Problem(X, np.sign(X @ rng.standard_normal(5)), ib.Logistic())
    run = ib.Run(problem, Adam(), ib.Polynomial(0.1, 0.5)).advance(20_000)
    print(f"t = {run.t}: {run.bracket.lower:.4f} <= the linf maximum margin <= {run.bracket.upper:.4f}")
    for name, p in (("l2", 2), ("linf", math.inf)):
        best = ib.predict(problem, ib.SteepestDescent(ib.Lp(p))).solve().value
        margin = (problem.y * (X @ run.w)).min() / np.linalg.norm(run.w, p)
        print(f"{name}: {margin / best:.1%} of the maximum margin")
    run.save("adam.npz")
    again = ib.Run.load("adam.npz", method=Adam())  # a method of one's own is given again
    print("goes on bit by bit:", np.array_equal(again.advance(100).w, run.advance(100).w))
