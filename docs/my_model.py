"""A model of one's own: how the predictor is made of what a method moves."""

import numpy as np

import implicitbias as ib


class Shared(ib.Model):
    """A circular convolution of two filters as long as the samples: w_k = sum_i a_i b_{k - i}."""

    degree = 2

    def parameters(self, shape):
        """Return the shape of theta = (a, b)."""
        return (2, *shape)

    def value(self, theta):
        """Return w."""
        a, b = np.fft.rfft(theta)
        return np.fft.irfft(a * b, theta.shape[1])

    def pullback(self, theta, g):
        """Return the gradient of <g, w> in theta."""
        a, b = np.fft.rfft(theta)
        return np.fft.irfft(np.conj([b, a]) * np.fft.rfft(g), theta.shape[1])

    def reach(self, x):
        """Return a bound on <x, w> for |theta| <= 1: half of the largest |x^|, what <x, a * b> is at most."""
        return np.abs(np.fft.rfft(x)).max() / 2


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.standard_normal((10, 8))
    problem = ib.Problem(X, np.sign(X @ rng.standard_normal(8)), ib.Exponential(), model=Shared())
    run = ib.Run(problem, ib.GradientDescent(), w0=0.1 * rng.standard_normal((2, 8))).advance(20_000)
    twin = ib.Problem(X, problem.y, ib.Exponential(), model=ib.Convolution())
    same = ib.Run(twin, ib.GradientDescent(), w0=run.w0).advance(20_000)
    print(f"margin {run.margin:.6f} (Convolution(): {same.margin:.6f}), KKT residual {run.kkt_residual:.2g}")
