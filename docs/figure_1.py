"""Draw the paper's Figure 1 anew; run it in this folder to write figure_1.png."""

import matplotlib.pyplot as plt

import implicitbias as ib

line = ib.datasets.example_2().problem(ib.Squared())
plane = ib.datasets.example_4().problem(ib.Squared())
figure = plt.figure(figsize=(15, 5.4), layout="constrained")
left, middle = figure.add_subplot(1, 3, 1), figure.add_subplot(1, 3, 2)
right = figure.add_subplot(1, 3, 3, projection="3d")


def runs(problem, methods, etas):
    """Return one run a method and step size."""
    return [
        ib.Run(problem, method, ib.Constant(eta), record=ib.every(1)).advance(600)
        for method, eta in zip(methods, etas, strict=True)
    ]


entropy = ib.MirrorDescent(ib.Entropy())
betas = (0, 0.3, 0.5, 0.7)
momenta = [ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(beta)) for beta in betas]
ways = runs(line, momenta, [0.02] * len(betas))
ib.plot.path(ways, ib.predict(line, entropy), labels=[rf"$\beta = {beta}$" for beta in betas], ax=left)
left.set_title("(a) primal momentum")

natural, etas = ib.NaturalGradient(ib.Entropy()), (0.02, 0.06, 0.1, 0.12)
ways = [*runs(line, [natural] * len(etas), etas), ib.flow(line, natural)]
names = [*(rf"$\eta = {eta}$" for eta in etas), r"$\eta \to 0$"]
ib.plot.path(ways, ib.predict(line, natural, flow=True), labels=names, ax=middle)
middle.set_title("(b) natural gradient")

steepest, etas = ib.SteepestDescent(ib.Lp(4 / 3)), (0.02, 0.1, 0.18)
ways = [*runs(plane, [steepest] * len(etas), etas), ib.flow(plane, steepest)]
names = [*(rf"$\eta = {eta}$" for eta in etas), r"$\eta \to 0$"]
ib.plot.path(ways, labels=names, ax=right)
smallest = ib.predict(plane, ib.MirrorDescent(ib.SquaredLp(4 / 3))).solve().point
right.scatter(*smallest, marker="*", s=240, facecolor="none", edgecolor="black", label="minimum norm")
right.legend(frameon=False, ncols=2, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, 0))
right.set_title(r"(c) steepest descent in $\ell_{4/3}$")
figure.savefig("figure_1.png", dpi=100)
