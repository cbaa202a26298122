r"""
Convolutions are sparse in frequency
====================================

A linear network of two circular convolutions can express every linear predictor, but gradient descent on
its filters looks for the margin in another norm: the :math:`\ell_1` norm of the discrete Fourier transform
(Gunasekar, Lee, Soudry and Srebro, 2018b, Theorem 2). A fully connected network looks for the
:math:`\ell_2` norm, which is the same in time and frequency. So convolutions end at few frequencies, where
the dense network uses all of them.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
d, n = 32, 8
rng = np.random.default_rng(0)
signal = np.cos(2 * np.pi * 3 * np.arange(d) / d)
X = rng.standard_normal((n, d))
y = np.sign(X @ signal)
convolutional = ib.Problem(X, y, ib.Exponential(), model=ib.Convolution(2))
dense = ib.Problem(X, y, ib.Exponential(), model=ib.DeepLinear([d, 1, 1]))

runs = {
    "convolutions": ib.Run(
        convolutional, ib.GradientDescent(), ib.LossNormalized(), w0=0.1 * rng.standard_normal((2, d))
    ).advance(300_000),
    "fully connected": ib.Run(
        dense, ib.GradientDescent(), ib.LossNormalized(), w0=0.1 * rng.standard_normal(d + 1)
    ).advance(300_000),
}
figure, axes = plt.subplots(2, 2, figsize=(8.6, 4.8), layout="constrained", sharex="col")
for color, (left, right), (name, run) in zip(("C2", "C0"), axes, runs.items(), strict=True):
    w = run.w.ravel() / np.linalg.norm(run.w)
    left.plot(w, "o-", ms=3, color=color)
    left.set_title(name, loc="left", fontsize="medium")
    right.stem(np.abs(np.fft.rfft(w, norm="ortho")), linefmt=color, markerfmt=color + "o", basefmt="0.6")
    print(f"{name:16} induced norm {run.induced_norm}: certified gap {run.bracket.gap:.1%}")
axes[0, 0].set_ylabel("weight")
axes[1, 0].set(xlabel="place", ylabel="weight")
axes[1, 1].set_xlabel("frequency")
for ax in axes[:, 1]:
    ax.set_ylabel("size")
plt.show()

# %%
# The convolutional network (top) has few frequencies (right), and looks like a wave (left); the dense one
# (bottom) spreads over all of them.
