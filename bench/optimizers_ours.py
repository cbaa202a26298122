"""The package itself, with its default recording."""

import math

import implicitbias as ib
from optimizers_workload import BETA, BETA1, BETA2, EPS, samples, start

METHODS = {
    "gradient descent": ib.GradientDescent(),
    "sign descent": ib.SteepestDescent(ib.Lp(math.inf)),
    "Adam": ib.Adam(BETA1, BETA2, EPS),
    "Muon": ib.Muon(BETA),
}


def prepare(size, method, eta):
    """Return a run at its start."""
    X, y, _ = samples(size)
    return ib.Run(ib.Problem(X, y, ib.CrossEntropy()), METHODS[method], eta, w0=start(size))
