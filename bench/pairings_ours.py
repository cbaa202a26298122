"""The package's side of the pairings, with its default recording."""

import implicitbias as ib
from methods_workload import BETA
from numba_losses import CAP
from pairings_list import CLASSES, FACTOR, LENGTH, PAIRS, POLYAK
from pairings_workload import RADIUS, classes, first_step, samples, start

LOSSES = {
    "Exponential": ib.Exponential(),
    "Logistic": ib.Logistic(),
    "Sigmoid": ib.Sigmoid(),
    "Probit": ib.Probit(),
    "Squared": ib.Squared(),
    "Huber": ib.Huber(1.0),
    "LogCosh": ib.LogCosh(),
    "TruncatedSquared": ib.TruncatedSquared(CAP),
}

METHODS = {
    "l1": ib.SteepestDescent(ib.Lp(1)),
    "l4/3": ib.SteepestDescent(ib.Lp(4 / 3)),
    "l2": ib.SteepestDescent(ib.Lp(2)),
    "linf": ib.SteepestDescent(ib.Lp(float("inf"))),
    "AdaGrad": ib.AdaGrad(),
    "mirror l1.5": ib.MirrorDescent(ib.SquaredLp(1.5)),
    "heavy ball": ib.MirrorDescent(ib.Euclidean(), ib.DualMomentum(BETA)),
    "Nesterov": ib.MirrorDescent(ib.Euclidean(), ib.DualMomentum(BETA, BETA)),
    "EMA": ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(BETA)),
    "Adam": ib.Adam(),
    "RMSProp": ib.RMSProp(),
    "Lion": ib.Lion(),
    "entropy": ib.MirrorDescent(ib.Entropy()),
    "entropy, momentum": ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(BETA)),
    "natural gradient": ib.NaturalGradient(ib.Entropy()),
    "simplex": ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex()),
    "U U'": ib.FactorizedGradientDescent(),
    "w >= 0": ib.MirrorDescent(ib.Euclidean(), constraint=ib.NonNegative()),
    "l2 ball": ib.MirrorDescent(ib.Euclidean(), constraint=ib.Ball(ib.Lp(2), RADIUS)),
}

STEPS = {
    "constant": ib.Constant,
    "1 / sqrt(t)": lambda eta: ib.Polynomial(eta, 0.5),
    "normalized": lambda eta: ib.LossNormalized(),
    LENGTH: ib.Normalized,
    POLYAK: lambda eta: ib.Polyak(),
}


def prepare(pairing):
    """Return a run of the pairing at its start."""
    X, y = samples(pairing.size, pairing.monotone)
    loss, w0 = LOSSES[pairing.loss], start(pairing)
    if pairing.size in CLASSES:
        y, loss = classes(pairing.size), getattr(ib, PAIRS[pairing.loss])()
        w0 = w0.reshape(CLASSES[pairing.size], -1)
    problem = ib.Problem(X, y, loss)
    if pairing.method == FACTOR:
        w0 = w0.reshape(30, 30) ** 0.5  # diagonal
    step_size = STEPS[pairing.step](first_step(pairing))
    batch = ib.MiniBatch(pairing.batch, seed=0) if pairing.batch else None
    return ib.Run(problem, METHODS[pairing.method], step_size, w0=w0, batch=batch)
