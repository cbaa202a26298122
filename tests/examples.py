"""One row a noun: what the contract tests build. A new noun is a new row here."""

import math

import numpy as np

import implicitbias as ib

_root = np.random.default_rng(1).standard_normal((4, 4))

LOSSES = [ib.Squared(), ib.Exponential(), ib.Logistic()]
# On parameters of 4 entries.
NORMS = [
    *(ib.Lp(p) for p in (1, 1.05, 1.25, 4 / 3, 1.5, 1.7, 2, 2.5, 3, 5, 40, math.inf)),
    ib.QuadraticNorm(_root @ _root.T + np.eye(4)),
]
METHODS = [ib.SteepestDescent(ib.Lp(1), "average"), ib.SteepestDescent(NORMS[-1])]
STEP_SIZES = [
    ib.Constant(0.1),
    ib.LossNormalized(0.5, 3.0),
    ib.LossNormalized(),
    ib.Polynomial(1.0, 0.5),
    ib.Schedule([1.0, 0.5, 0.0]),
]
RECORDINGS = [ib.LogSpaced(7), ib.Every(3)]

ALL = {
    "losses": LOSSES,
    "norms": NORMS,
    "methods": METHODS,
    "step_sizes": STEP_SIZES,
    "recordings": RECORDINGS,
}
