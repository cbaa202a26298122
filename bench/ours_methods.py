"""The package itself, with its default recording."""

import numpy as np

import implicitbias as ib
from methods_workload import BETA


def steepest_squared(X, y, eta):
    return ib.Run(ib.Problem(X, y, ib.Squared()), ib.SteepestDescent(ib.Lp(4 / 3)), ib.Constant(eta))


def entropy_momentum(X, y, eta):
    method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(BETA))
    return ib.Run(ib.Problem(X, y, ib.Squared()), method, ib.Constant(eta))


def adagrad(A, eta):
    return ib.Run(ib.Problem(A, np.ones(len(A)), ib.Exponential()), ib.AdaGrad(), ib.Constant(eta))


def mirror_l15(A, eta):
    method = ib.MirrorDescent(ib.SquaredLp(1.5))
    return ib.Run(ib.Problem(A, np.ones(len(A)), ib.Exponential()), method, ib.LossNormalized())


def factorized(X, y, U, eta):
    problem = ib.Problem(X.reshape(-1, 30, 30), y, ib.Squared())
    return ib.Run(problem, ib.FactorizedGradientDescent(), ib.Constant(eta), w0=U)


def prepare(workload):
    """Return the loop as a function of the number of steps; to be called once."""
    run = globals()[workload.__name__](*workload())
    return lambda steps: run.advance(steps).w.ravel()
