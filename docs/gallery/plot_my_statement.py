r"""
A statement of one's own
========================

A conjecture is an experiment that may contradict it. ``@ib.statement`` registers one, with the reference it
is held against and a tolerance; ``implicitbias paper --from plot_my_statement.py`` tries it, and writes a
report as it does for the paper's theorems. The first statement below, after Sun et al. (2022), holds; the
second one is expected to fail, and has to.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib


def separable(seed):
    """Return Gaussian samples that a hidden direction labels."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((20, 6))
    return ib.Problem(X, np.sign(X @ rng.standard_normal(6)), ib.Exponential())


@ib.statement(
    "mirror-margin",
    "mirror descent on the exponential loss",
    source="after Sun et al. 2022",
    text="Mirror descent in |w|_p^2 / 2 converges in direction to the l_p maximum margin.",
    reference="the maximum margin by a convex program (cvxpy)",
    metric="relative margin gap",
    tolerance=(2e-1, 2e-2, 2e-3),  # with --fast, by default, with --thorough
)
def mirror_margin(trial):
    """Run mirror descent, and ask the oracle for steepest descent's limit in the same norm."""
    steps = trial.choose(10**4, 10**5, 10**6)
    for p in (1.2, 1.5, 2.0):
        for seed in range(3):
            problem = separable(seed)
            run = ib.Run(problem, ib.MirrorDescent(ib.SquaredLp(p))).advance(steps)
            limit = ib.predict(problem, ib.SteepestDescent(ib.Lp(p))).solve()
            margins = problem.y * (problem.X @ run.w)
            trial.assume("the data are separated", margins.min() > 0)
            trial.measure(f"p = {p}, data {seed}", 1 - margins.min() / np.linalg.norm(run.w, p) / limit.value)


@ib.statement(
    "mirror-euclid",
    "the potential does not matter",
    text="Whatever p, mirror descent in |w|_p^2 / 2 reaches the l2 maximum margin. (It does not.)",
    reference="the maximum margin by a convex program (cvxpy)",
    metric="relative l2 margin gap",
    tolerance=1e-2,
    expect="fails",
)
def mirror_euclid(trial):
    """Measure l2 margins of mirror descent in another geometry."""
    problem = separable(7)
    run = ib.Run(problem, ib.MirrorDescent(ib.SquaredLp(1.2))).advance(10**5)
    limit = ib.predict(problem, ib.GradientDescent()).solve()
    margins = problem.y * (problem.X @ run.w)
    trial.measure("p = 1.2", 1 - margins.min() / np.linalg.norm(run.w) / limit.value)
    trial.figure(
        "Weights under p = 1.2",
        lambda figure: figure.add_subplot(xlabel="t", ylabel="weights").semilogx(
            run.trajectory.t[1:], run.trajectory.w[1:]
        ),
    )


# %%
# What the command line does for all statements of a file can be done for one from Python. When the file is
# loaded by ``implicitbias paper``, nothing below this line runs.

if __name__ == "__main__":
    figure, ax = plt.subplots(figsize=(7.2, 4), layout="constrained")
    own = [each for each in ib.paper.statements() if each.key.startswith("mirror-")]
    for color, statement in zip(("#0072B2", "#D55E00"), own, strict=True):
        finding = ib.paper.examine(statement, "fast")
        print(f"{statement.key}: {finding.verdict}, {finding.reason}")
        names = [f"{statement.key}, {each.label}" for each in finding.measurements]
        shares = [each.value / each.tolerance for each in finding.measurements]
        ax.plot(shares, names, "o", color=color, ms=7)
    ax.axvline(1, color="0.3", ls=":")
    ax.set(xscale="log", xlabel="deviation over what is tolerated")
    ax.invert_yaxis()
    plt.show()

# %%
# Dots left of the line are within the tolerance: all of the first statement, and not the one of the second.
