r"""
A potential of one's own
========================

Mirror descent needs the gradient of a convex potential and its inverse, and ends at the solution nearest to
the start in the potential's Bregman divergence (Theorem 1 of Gunasekar et al., 2018). The potential here,
:math:`\psi(w) = |w|_2^2 / 2 + c\,|w|_4^4 / 4`, is a favorite of optimization relative to a reference
function (Bauschke, Bolte and Teboulle, 2017); large c punishes large weights. A general solver, which knows
nothing of mirror descent, finds the same projection.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import implicitbias as ib


class Quartic(ib.Potential):
    """sum_i w_i^2 / 2 + c w_i^4 / 4."""

    def __init__(self, c):
        self.c = c

    def value(self, w):
        """Return psi(w)."""
        return (w**2 / 2 + self.c * w**4 / 4).sum()

    def link(self, w):
        """Return the gradient of psi."""
        return w + self.c * w**3

    def inverse_link(self, z):
        """Return the w whose gradient is z: the one real root of a cubic equation."""
        scale = np.sqrt(3 * self.c)
        return 2 / scale * np.sinh(np.arcsinh(1.5 * scale * z) / 3)


# %%
# Five equations for sixteen unknowns, and three potentials:

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(0)
X = rng.standard_normal((5, 16))
y = X[:, 0] - X[:, 1]
problem = ib.Problem(X, y, ib.Squared())
figure, axes = plt.subplots(3, 1, figsize=(7.2, 5), layout="constrained", sharex=True, sharey=True)
for color, ax, c in zip(("C0", "C1", "C2"), axes, (1e-3, 10.0, 100.0), strict=True):
    potential = Quartic(c)
    run = ib.Run(problem, ib.MirrorDescent(potential), 0.01).advance(30_000)
    solved = minimize(
        potential.value,
        np.zeros(16),
        jac=potential.link,
        constraints={"type": "eq", "fun": lambda w: X @ w - y, "jac": lambda w: X},
        options={"maxiter": 1000, "ftol": 1e-14},
    )
    ax.vlines(np.arange(16), 0, run.w, color=color, lw=5)
    ax.plot(np.arange(16), solved.x, "o", mfc="none", color="black", label="scipy.optimize")
    ax.axhline(0, color="0.4", lw=0.8)
    ax.set_title(f"c = {c:g}", loc="left", fontsize="medium")
    print(f"c = {c:g}: residual {run.residual:.0e}, off the manifold {run.off_manifold:.0e}", end=", ")
    print(f"distance from the solver's answer {np.linalg.norm(run.w - solved.x):.0e}")
axes[-1].set_xlabel("coordinate")
figure.supylabel("weight", fontsize="medium")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right upper", frameon=False)
plt.show()

# %%
# Every circle is on top of its bar; the larger c, the more alike are the sizes of the weights.

# %%
# The two residuals certify the projection, although the package knows of no claim:

print(ib.why_no_claim(problem, run.method))
