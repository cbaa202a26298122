"""The pairings of size, loss, method, step rule and batch: a product, and what is not in it."""

from itertools import product
from typing import NamedTuple

DENSE = ["10 x 3", "50 x 100", "digits"]
SPARSE, SINGLE, SYMMETRIC = "sparse", "digits, float32", "U U'"
CLASSES = {"50 x 100, classes": 3, "digits, classes": 10}
SIZES = {
    "10 x 3": "10 x 3",
    "50 x 100": "50 x 100",
    "digits": "digits, 1797 x 64",
    SINGLE: "digits, float32",
    SPARSE: "2000 x 2000, sparse",
    SYMMETRIC: "matrices, 30 x 30",
    "50 x 100, classes": "50 x 100, 3 classes",
    "digits, classes": "digits, 10 classes",
}

MONOTONE = ["Exponential", "Logistic", "Sigmoid", "Probit"]
LOSSES = ["Exponential", "Logistic", "Squared", "Huber", "LogCosh"]
WITH_GRADIENT_DESCENT_ONLY = ["Sigmoid", "Probit", "TruncatedSquared"]
STEPS = ["constant", "1 / sqrt(t)", "normalized"]
LENGTH, POLYAK = "of a length", "Polyak"

GRADIENT_DESCENT = "l2"
DESCENT = ["l1", "l4/3", GRADIENT_DESCENT, "linf"]
MOMENTUM = ["heavy ball", "Nesterov"]
AVERAGES = ["EMA", "Adam", "RMSProp", "Lion"]
ON_POSITIVE_NUMBERS = ["entropy", "entropy, momentum", "natural gradient", "simplex"]
METHODS = [*DESCENT, "AdaGrad", "mirror l1.5", *MOMENTUM, *AVERAGES, *ON_POSITIVE_NUMBERS]
CONSTRAINED = ["w >= 0", "l2 ball"]
PAIRS = {"Exponential": "MulticlassExponential", "Logistic": "PairwiseLogistic"}
FACTOR = "U U'"

BATCH = 10
BATCHED = (
    ["Exponential", "Logistic", "Squared"],
    [GRADIENT_DESCENT, "AdaGrad", "heavy ball", "l4/3"],
    ["constant", "1 / sqrt(t)"],
)


class Pairing(NamedTuple):
    """One cell of the heat map."""

    size: str
    loss: str
    method: str
    step: str
    batch: int | None = None

    @property
    def monotone(self):
        """Whether labels are -1 and +1."""
        return self.loss in MONOTONE

    @property
    def row(self):
        """Return the name of its row in a panel."""
        return f"{self.loss}, {self.step}" + f", batches of {self.batch}" * bool(self.batch)

    def __str__(self):
        return f"{self.size}, {self.method}, {self.row}"


def normalizes(loss, method):
    """Whether there are loss-normalized steps: l'' <= l, and a smoothness bound."""
    smooth = method in [*DESCENT, "mirror l1.5", *MOMENTUM, FACTOR]
    return smooth and loss in ["Exponential", "Logistic", "Sigmoid"]


def combined(sizes, losses, methods, steps=STEPS, batch=None):
    """Return the pairings of a product that are."""
    return [
        Pairing(size, loss, method, step, batch)
        for size, loss, step, method in product(sizes, losses, steps, methods)
        if step != "normalized" or normalizes(loss, method)
    ]


PAIRINGS = [
    *combined(DENSE, LOSSES, METHODS),
    *combined(DENSE, WITH_GRADIENT_DESCENT_ONLY, [GRADIENT_DESCENT]),
    *combined(DENSE, *BATCHED, batch=BATCH),
    *combined([SINGLE], LOSSES, [GRADIENT_DESCENT]),
    *combined([SPARSE], ["Logistic", "Squared"], [GRADIENT_DESCENT, "AdaGrad"], STEPS[:2]),
    *combined([SYMMETRIC], LOSSES, [FACTOR]),
    *combined(DENSE, ["Exponential", "Logistic", "Squared"], CONSTRAINED, STEPS[:2]),
    *combined(DENSE, ["Logistic", "Squared"], DESCENT, [LENGTH]),
    # Steps that take it for granted that all samples can be fitted; in other norms they magnify rounding.
    *combined(["50 x 100"], ["Exponential", "Logistic"], [GRADIENT_DESCENT], [POLYAK]),
    *combined(CLASSES, PAIRS, [GRADIENT_DESCENT, "AdaGrad", "heavy ball"], STEPS[:2]),
]
