r"""
A method of one's own
=====================

A method is two functions: ``init`` says where a run starts and what it remembers, ``step`` makes the next
state of the last. Certificates, checkpoints and figures come with it. Here it is AdaMax, the variant of
Adam which keeps a decaying maximum of the gradients in place of the mean of their squares (Kingma and Ba,
2015, algorithm 2). Nobody has published its implicit bias; the certified margins in three norms say which
one to conjecture.
"""

import math
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib


class AdaMax(ib.Method):
    """w <- w - eta m' / u, with an average m' of the gradients and a decaying maximum u of their sizes."""

    norm = ib.Lp(math.inf)  # margins are normalized in it, and certified

    def __init__(self, beta1=0.9, beta2=0.999):
        self.beta1, self.beta2 = beta1, beta2

    def init(self, problem, w0):
        """Return where a run starts, and what the method remembers."""
        w = np.zeros(problem.shape) if w0 is None else w0
        return {"w": w, "m": np.zeros(problem.shape), "u": np.full(problem.shape, 1e-300)}

    def step(self, state, gradient, eta, t):
        """Return the same after one step; `gradient` is that of the sum of the losses."""
        m = self.beta1 * state["m"] + (1 - self.beta1) * gradient
        u = np.maximum(self.beta2 * state["u"], np.abs(gradient))
        return {"w": state["w"] - eta * m / (1 - self.beta1 ** (t + 1)) / u, "m": m, "u": u}


# %%
# Its margins, each over the maximum in the same norm:

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(1)
X = rng.standard_normal((12, 5))
problem = ib.Problem(X, np.sign(X @ rng.standard_normal(5)), ib.Logistic())
run = ib.Run(problem, AdaMax(), ib.Polynomial(0.1, 0.5)).advance(100_000)
rows = run.trajectory

figure, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
norms = {r"$\ell_1$": ib.Lp(1), r"$\ell_2$": ib.Lp(2), r"$\ell_\infty$": ib.Lp(math.inf)}
for style, (name, norm) in zip(("-.", "--", "-"), norms.items(), strict=True):
    seen = ib.Iterates(problem, norm, rows.t[1:], rows.w[1:]).trajectory
    ax.semilogx(seen.t, seen.margin / ib.max_margin(problem, norm).value, style, lw=2, label=name)
ax.axhline(1, color="0.5", lw=0.8)
ax.set(xlim=(10, 100_000), ylim=(0, 1.05), xlabel="iteration $t$", ylabel="part of the maximum margin")
figure.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# The solid curve is on its way to one and the others are not: AdaMax behaves like sign descent.

print(f"certified: {run.bracket.lower:.4f} <= the linf maximum margin <= {run.bracket.upper:.4f}")
print(ib.why_no_claim(problem, run.method))

# %%
# A run in a method of one's own is saved and goes on like any other; the method is given again.

with tempfile.TemporaryDirectory() as folder:
    run.save(Path(folder, "adamax.npz"))
    again = ib.Run.load(Path(folder, "adamax.npz"), method=AdaMax())
print("goes on bit by bit:", np.array_equal(again.advance(100).w, run.advance(100).w))
