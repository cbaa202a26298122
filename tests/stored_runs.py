"""The runs that are stored in tests/runs/checkpoints, one function each.

A file format_N_name.npz there was written by this file, run with the package as it was while checkpoints had
format N. Numbers are written out, and the package is called as every version understands it::

    python -c "import stored_runs; stored_runs.write('4')"
"""

from pathlib import Path

import numpy as np

import implicitbias as ib

FOLDER = Path(__file__).parent / "runs" / "checkpoints"
STEPS = 200
ROWS = ib.log_spaced(2)

# Labeled by the side of the plane x - 2 y + 3 z = 0 that a sample is on.
X = [[1, -2, 3], [4, 1, 0], [-3, -1, 2], [2, 4, -1], [-4, 0, 1], [0, 3, 1], [3, 1, 2], [-1, 2, -4]]
Y = [1, 1, 1, -1, -1, -1, 1, -1]


def separable(loss):
    return ib.Problem(np.array(X, float), np.array(Y, float), loss)


def steepest():
    """Its first steps exceed the bound of Theorem 5."""
    method = ib.SteepestDescent(ib.Lp(1.5))
    return ib.Run(separable(ib.Exponential()), method, ib.Constant(0.01), record=ROWS)


def primal_momentum():
    problem = ib.Problem(np.array([[2.0, 1, 4], [1, 3, 1]]), np.array([3.0, 4]), ib.Squared())
    method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(0.5, 0.25))
    return ib.Run(problem, method, ib.Constant(0.001), record=ib.every(50))


def dual_momentum():
    """On random batches."""
    method = ib.MirrorDescent(ib.SquaredLp(1.5), ib.DualMomentum(0.5))
    problem = separable(ib.Logistic())
    return ib.Run(problem, method, ib.Constant(0.01), batch=ib.MiniBatch(3, 5), record=ROWS)


def adagrad():
    return ib.Run(separable(ib.Exponential()), ib.AdaGrad(0.5), ib.Constant(0.1), record=ROWS)


def factorized():
    matrices = np.array([[[3.0, 1], [1, 2]], [[1, -1], [-1, 2]], [[2, 0], [0, 5]]])
    problem = ib.Problem(matrices, np.ones(3), ib.Exponential())
    method, w0 = ib.FactorizedGradientDescent(), np.array([[0.5, 0], [0.25, 0.5]])
    return ib.Run(problem, method, ib.Polynomial(0.005, 0.5), w0=w0, record=ROWS)


def leapt():
    run = ib.Run(separable(ib.Exponential()), ib.GradientDescent(), ib.Constant(0.01), record=ROWS)
    return run.fast_forward(1e12)


def leapt_far():
    """To a time that is not counted any more."""
    run = ib.Run(separable(ib.Exponential()), ib.AdaGrad(), ib.Constant(0.1), record=ib.log_spaced(1))
    return run.fast_forward(1e20)


def gram():
    problem = ib.Problem(
        np.array([[1.0, -2, 3, 0, 1], [4, 1, 0, 2, -1]]), np.array([1.0, -1]), ib.Exponential()
    )
    return ib.Run(problem, ib.GradientDescent(), ib.LossNormalized(0.5), record=ROWS)


def screened():
    samples = [[i, 2 * i + j] for i in range(-4, 4) for j in (*range(-5, -1), *range(2, 6))]
    labels = [1 if y > 2 * x else -1 for x, y in samples]
    problem = ib.Problem(np.array(samples, float), np.array(labels, float), ib.Exponential())
    return ib.Run(problem, ib.SteepestDescent(ib.Lp(2)), ib.LossNormalized(0.5), record=ROWS)


def sparse():
    """In single precision, with several threads."""
    from scipy.sparse import csr_array

    problem = ib.Problem(csr_array(np.array(X, np.float32)), np.array(Y, float), ib.Logistic())
    method = ib.SteepestDescent(ib.WeightedNorm([1, 2, 3], ib.Lp(3)))
    return ib.Run(problem, method, ib.Polynomial(0.1, 0.5), threads=2, record=ROWS)


class Doubled(ib.Norm):
    """A norm of one's own, twice that of l2."""

    def value(self, w):
        return 2 * np.sqrt((w**2).sum())

    def dual(self, g):
        return np.sqrt((g**2).sum()) / 2

    def steepest(self, g):
        return -g / 4


DOUBLED = Doubled()


def own_norm():
    method = ib.SteepestDescent(DOUBLED)
    return ib.Run(separable(ib.Exponential()), method, ib.Constant(0.01), record=ROWS)


# The formats in which each run is stored. The first files of format 1 had no logarithms of times.
FORMATS = {
    steepest: ("1_early", "1", "2", "3", "4"),
    primal_momentum: ("1_early", "1", "2", "3", "4"),
    dual_momentum: ("1", "2", "3", "4"),
    adagrad: ("1_early", "1", "2", "3", "4"),
    factorized: ("1", "2", "3", "4"),
    own_norm: ("1", "4"),
    leapt: ("2", "3", "4"),
    leapt_far: ("2", "4"),
    gram: ("3", "4"),
    screened: ("3", "4"),
    sparse: ("3", "4"),
}


def begun(experiment):
    """Return the run of an experiment, as far as it is stored."""
    run = experiment()
    return run if run.t else run.advance(STEPS)


def path(experiment, file_format):
    return FOLDER / f"format_{file_format}_{experiment.__name__}.npz"


def write(file_format):
    for experiment, formats in FORMATS.items():
        if file_format in formats:
            begun(experiment).save(path(experiment, file_format))
