r"""
Weight decay puts the weights into a ball
=========================================

With decoupled weight decay :math:`\lambda` an optimizer no longer goes to infinity. AdamW, sign descent and
Lion minimize the loss over the box :math:`|w|_\infty \le 1/\lambda` (Xie and Li, 2024, Theorem 1.1; Chen et
al., 2024), Muon over the ball of the spectral norm. Large :math:`\lambda` is a small box; as
:math:`\lambda` falls the constrained minimizers approach the direction of the maximum margin, which is
implicit bias once more.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(0)
X = rng.standard_normal((20, 2))
y = np.sign(X @ [1.0, 0.3])
problem = ib.Problem(X, y, ib.Logistic())
decays = (0.05, 0.1, 0.2)

figure, axes = plt.subplots(1, 3, figsize=(9.4, 4), layout="constrained")
axis = np.linspace(-2, 23, 121)
losses = np.array([[np.logaddexp(0, -y * (X @ [a, b])).sum() for a in axis] for b in axis])
for ax, decay in zip(axes, decays, strict=True):
    ax.contour(axis, axis, np.log10(losses), levels=12, colors="0.75", linewidths=0.8, linestyles="solid")
    ax.plot(
        np.array([-1, 1, 1, -1, -1]) / decay,
        np.array([-1, -1, 1, 1, -1]) / decay,
        color="black",
        lw=1,
        label=r"$|w|_\infty = 1/\lambda$",
    )
    for style, method in (
        ("C0-", ib.Adam(eps=0, weight_decay=decay)),
        ("C1--", ib.SteepestDescent(ib.Lp(np.inf), weight_decay=decay)),
        ("C2-.", ib.Lion(weight_decay=decay)),
    ):
        run = ib.Run(problem, method, ib.Normalized(0.3, 0.5)).advance(300_000)
        ax.plot(*run.trajectory.w.T, style, lw=1.8, label=type(method).__name__)
        print(f"{decay:4} {ib.compare(run, ib.predict(problem, method))}")
    limit = ib.predict(problem, ib.Adam(eps=0, weight_decay=decay)).solve()
    ax.plot(*limit.point, "*", ms=14, mfc="none", color="black", label="least loss in the box")
    ax.set(
        xlim=(-1.5, 22.5), ylim=(-1.5, 22.5), aspect="equal", xlabel="$w_1$", title=rf"$\lambda = {decay}$"
    )
axes[0].set_ylabel("$w_2$")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# Three optimizers, one end: the star, where the loss is least in the box; a larger decay is a smaller box.
