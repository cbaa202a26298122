"""Do other multiclass losses lead elsewhere? Not where tails are exponential and classes interchangeable.

Cross-entropy, the multiclass exponential loss and the pairwise logistic loss weigh a sample's wrong classes
in their own ways, and gradient descent on each ends at the same classifier: the multiclass support vector
machine, of least Frobenius norm with <W_y - W_c, x_n> >= 1 for all pairs. The paper's "PERM" losses with an
exponential tail make one statement of what was proved for cross-entropy alone.

Proved for PERM losses with constant small steps and almost all data; steps over the loss show the limit
sooner, and keep it. The trap is to read "multiclass SVM" as k machines of one class against the rest: on
the same data these make another classifier, which the twin shows.
"""

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves
from .multiclass import clusters, gap, margin, separator
from .separable import MARGIN_GAP
from .separable import separator as binary_separator

PAPER = Paper(
    key="ravi2024",
    authors="Ravi, Scott, Soudry and Wang",
    year=2024,
    title="The Implicit Bias of Gradient Descent on Separable Multiclass Data",
    venue="NeurIPS",
    arxiv="2411.01350",
)
statement = stated_in(PAPER)
LOSSES = (ib.CrossEntropy(), ib.MulticlassExponential(), ib.PairwiseLogistic())
SVM = "the multiclass support vector machine by a cone program (cvxpy)"


def one_against_the_rest(X: Array, y: Array) -> Array | None:
    """Return the k machines of one class against the rest, or None where one has no separator."""
    machines = []
    for c in range(int(y.max()) + 1):
        rows = X * np.where(y == c, 1, -1)[:, None]
        machines.append(binary_separator(rows))
        if (rows @ machines[-1]).min() < 0.9:
            return None
    return np.array(machines)


def classes(seed: int) -> tuple[Array, Array, Array, Array]:
    """Return samples, classes, the multiclass machine, and those of one against the rest."""
    rng = np.random.default_rng(seed)
    while True:
        X, y = clusters(int(rng.integers(2**31)), 3, 5, 6, 0.3)
        machines = one_against_the_rest(X, y)
        if machines is None:
            continue
        best = separator(X, y, "fro")
        if best is not None and gap(X, y, machines, best, "fro") > 0.1:
            return X, y, best, machines


@statement(
    "svm",
    "three losses, one support vector machine",
    source="Main theorem",
    text="Gradient descent on cross-entropy, multiclass exponential and pairwise logistic loss converges "
    "to the same multiclass support vector machine.",
    reference=SVM,
    metric=MARGIN_GAP,
    tolerance=(0.02, 5e-3, 5e-3),
)
def svm(trial: Trial) -> None:
    """Descend on the three."""
    curves = {}
    for seed in trial.seeds(2, 8, 30):
        X, y, best, _ = classes(seed)
        trial.assume("the classes are separable", margin(X, y, best) > 0)
        for loss in LOSSES:
            run = ib.Run(ib.Problem(X, y, loss), ib.GradientDescent(), ib.LossNormalized())
            run.advance(trial.choose(10**4, 10**5, 10**5))
            trial.measure(f"{loss}", max(0.0, gap(X, y, run.w, best, "fro")))
            at = run.trajectory.t > 0
            gaps = [gap(X, y, W, best, "fro") for W in run.trajectory.w[at]]
            curves[type(loss).__name__] = run.trajectory.t[at], np.array(gaps)
    trial.figure(
        "Gaps to the multiclass support vector machine",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap", powers=(-1,)),
        caption="Gradient descent with steps over the loss on the same classes, for three losses.",
    )


@statement(
    "growth",
    "constant steps grow along it, by log t",
    source="Main theorem",
    text="With constant steps on cross-entropy, W grows by log 3 times the machine with margin 1 while t "
    "triples.",
    reference=SVM,
    metric="|growth / log 3 - W_svm| / |W_svm|",
    tolerance=(0.15, 0.1, 0.05),
)
def growth(trial: Trial) -> None:
    """Take differences."""
    for seed in trial.seeds(2, 8, 30):
        X, y, best, _ = classes(seed)
        steps = trial.choose(3 * 10**5, 10**6, 3 * 10**6)
        run = ib.Run(ib.Problem(X, y, ib.CrossEntropy()), ib.GradientDescent(), 0.1).advance(steps // 3)
        earlier = run.w
        grown = (run.advance(steps - steps // 3).w - earlier) / np.log(3)
        trial.measure("cross-entropy", float(np.linalg.norm(grown - best) / np.linalg.norm(best)))


@statement(
    "rest",
    "they are machines of one class against the rest",
    source="against the main theorem",
    text="Gradient descent on cross-entropy ends at the k machines of one class against the rest. (It "
    "does not.)",
    reference="these machines, by nonnegative least squares",
    metric="|W / |W| - V / |V||",
    tolerance=0.1,
    expect="fails",
)
def rest(trial: Trial) -> None:
    """Compare directions, in Frobenius norm."""
    for seed in trial.seeds(2, 8, 30):
        X, y, _, machines = classes(seed)
        run = ib.Run(ib.Problem(X, y, ib.CrossEntropy()), ib.GradientDescent(), ib.LossNormalized()).advance(
            10**4
        )
        W, V = run.w - run.w.mean(0), machines - machines.mean(0)  # what all scores share does not classify
        off = W / np.linalg.norm(W) - V / np.linalg.norm(V)
        trial.measure("cross-entropy", float(np.linalg.norm(off)))
