r"""
A model of one's own
====================

A model says how the predictor is made of what a method moves: its value and the pullback of a gradient, by
the chain rule. Below are two filters as long as the samples, whose circular convolution is the predictor.
Gunasekar et al. (2018b, Theorem 2) say where gradient descent on them goes: few frequencies, a small l1 norm
of the Fourier transform.
"""

import matplotlib.pyplot as plt
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


# %%
# Twenty thousand steps with the model above, and with the package's own, from the same start.

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(0)
X = rng.standard_normal((10, 8))
y = np.sign(X @ rng.standard_normal(8))
w0 = 0.1 * rng.standard_normal((2, 8))
figure, ax = plt.subplots(figsize=(7.2, 4), layout="constrained")
for style, model in (("-", Shared()), ("--", ib.Convolution())):
    run = ib.Run(ib.Problem(X, y, ib.Exponential(), model=model), ib.GradientDescent(), w0=w0).advance(20_000)
    rows = run.trajectory
    ax.semilogx(rows.t[1:], rows.margin[1:], style, lw=2, label=type(model).__name__)
    print(f"{type(model).__name__}: margin {run.margin:.6f}, KKT residual {run.kkt_residual:.2g}")
ax.set(xlabel="iteration $t$", ylabel="margin over |theta|$^2$")
figure.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# The two curves are on top of each other. A model of one's own iterates in the plain loop, and has
# certificates like any other.

linear = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.GradientDescent()).advance(20_000)
figure, ax = plt.subplots(figsize=(7.2, 3.6), layout="constrained")
frequencies = np.arange(5)
for shift, label, w in ((-0.2, "two filters", run.w), (0.2, "linear", linear.w)):
    sizes = np.abs(np.fft.rfft(w))
    ax.bar(frequencies + shift, sizes / sizes.max(), width=0.38, label=label)
ax.set(xlabel="frequency", ylabel="|Fourier transform of w|", xticks=frequencies)
figure.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# The filters keep few frequencies; gradient descent on w itself, which maximizes the l2 margin, keeps all of
# them.
