r"""
Figure 1 as phase diagrams
==========================

Where do forty thousand runs end? For every pair of a momentum and a step size on a grid of 200 x 200,
mirror descent in the entropy with primal momentum is run on the single sample :math:`w_1 + 2 w_2 = 1`
(Example 2 and Figure 1a of Gunasekar et al., 2018), and for every pair of an exponent and a step size
steepest descent in :math:`\ell_p` on Example 4 (Figure 1c). Color is the distance of the limit from the
point that a naive reading of the geometry predicts.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm

import implicitbias as ib

# sphinx_gallery_thumbnail_number = 2

# %%
# A sweep is the product of its lists; its runs go through one compiled loop, side by side. Of each only the
# first and the last row are kept.

problem = ib.datasets.example_2().problem(ib.Squared())
betas, etas = np.linspace(0, 0.7, 200), np.linspace(0.008, 0.1, 200)
methods = [ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(beta)) for beta in betas]
sweep = ib.Sweep(problem, methods, list(etas), w0=np.array([1.0, 1.0]), record=ib.every(400)).advance(400)
print(f"{sweep.size} runs; {sum(bool(message) for message in sweep.messages.flat)} left the domain")

# %%
# :func:`implicitbias.plot.phase` draws a sweep in one line; here the arrays are taken, to mark runs that
# have no limit.


def draw(ax, x, y, sweep, target):
    """Draw how far each limit is from the target; gray where there is none."""
    data = sweep.to_xarray().isel(t=-1)
    fitted = data["w"].where(data["residual"] < 1e-4)
    distance = np.linalg.norm(fitted - target, axis=-1)
    image = ax.pcolormesh(
        x, y, np.ma.masked_invalid(distance), cmap="cividis", norm=LogNorm(1e-5, 1), shading="nearest"
    )
    ax.set_facecolor("0.85")
    return image


projection = ib.predict(problem, ib.MirrorDescent(ib.Entropy())).solve().point
figure, ax = plt.subplots(figsize=(7, 4.8), layout="constrained")
image = draw(ax, etas, betas, sweep, projection)
ax.set(xlabel=r"step size $\eta$", ylabel=r"primal momentum $\beta$")
figure.colorbar(image, label="distance of the limit from the projection", extend="min")
plt.show()

# %%
# Only along the lower edge, :math:`\beta = 0`, and for tiny steps, on the left, is the limit near the
# projection; gray are the runs that leave the domain :math:`w > 0`, or have not converged.

# %%
# Steepest descent in a norm
# --------------------------
# At :math:`p = 2` steepest descent is mirror descent, and its limit is the solution of least norm.
# Elsewhere it is not, and depends on the step.

plane = ib.datasets.example_4().problem(ib.Squared())
exponents, etas = np.linspace(1.2, 3, 91), np.linspace(0.01, 0.2, 90)
steepest = ib.Sweep(
    plane, [ib.SteepestDescent(ib.Lp(p)) for p in exponents], list(etas), record=ib.every(400)
).advance(400)
least = [ib.predict(plane, ib.MirrorDescent(ib.PowerPotential(p))).solve().point for p in exponents]

figure, ax = plt.subplots(figsize=(7, 4.8), layout="constrained")
image = draw(ax, etas, exponents, steepest, np.array(least)[:, None, :])
ax.axhline(2, color="white", ls=":", lw=1)
ax.set(xlabel=r"step size $\eta$", ylabel="exponent $p$ of the norm")
figure.colorbar(image, label="distance of the limit from the minimum norm", extend="min")
plt.show()

# %%
# The dark line at the quadratic norm, :math:`p = 2`, is a theorem. The curve that crosses it is a
# coincidence: for each exponent there is one step size whose limit happens to be the solution of least
# norm.
