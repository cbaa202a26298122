"""A potential of one's own: mirror descent with the hyperbolic entropy, which ends near l1 or l2."""

import numpy as np

import implicitbias as ib


class HyperbolicEntropy(ib.Potential):
    """sum_i w_i arcsinh(w_i / beta) - sqrt(w_i^2 + beta^2): like l1 for small beta, like l2 for large."""

    def __init__(self, beta):
        self.beta = beta

    def value(self, w):
        """Return psi(w)."""
        return (w * np.arcsinh(w / self.beta) - np.hypot(w, self.beta)).sum()

    def link(self, w):
        """Return the gradient of psi."""
        return np.arcsinh(w / self.beta)

    def inverse_link(self, z):
        """Return the w whose gradient is z."""
        return self.beta * np.sinh(z)


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.standard_normal((5, 12))
    problem = ib.Problem(X, X[:, 0] - X[:, 1], ib.Squared())
    for beta in (1e-6, 1.0, 1e3):
        method = ib.MirrorDescent(HyperbolicEntropy(beta))
        run = ib.Run(problem, method, 0.005 / max(beta, 0.3)).advance(50_000)
        sizes = (np.abs(run.w).sum(), np.linalg.norm(run.w))
        print(f"beta = {beta:g}: residual {run.residual:.0e}, |w|_1 = {sizes[0]:.4f}, |w|_2 = {sizes[1]:.4f}")
    print(ib.why_no_claim(problem, method))
