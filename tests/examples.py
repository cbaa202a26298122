"""One row a noun: what the contract tests build. A new noun is a new row here."""

import math

import numpy as np

import implicitbias as ib

_root = np.random.default_rng(1).standard_normal((4, 4))

_D = _root @ _root.T + np.eye(4)

LOSSES = [
    ib.Squared(),
    ib.Huber(0.7),
    ib.TruncatedSquared(9.0),
    ib.LogCosh(),
    ib.Exponential(),
    ib.Logistic(),
    ib.Probit(),
    ib.Sigmoid(),
    ib.PolynomialTail(0.5),
    ib.CrossEntropy(),
    ib.MulticlassExponential(),
    ib.PairwiseLogistic(),
]
# Those of one score a sample, and those of a score for each class.
ONE_SCORE = [loss for loss in LOSSES if not loss.multiclass]
MULTICLASS = [loss for loss in LOSSES if loss.multiclass]


def samples_for(loss, X):
    """Return samples, of X of shape (n, 2, 2), on which parameters have shape (2, 2) for two labels."""
    return X[:, 0] if loss.multiclass else X


_STACKED = np.vstack([np.eye(4), np.diff(np.eye(4), axis=0)])  # entries and their differences
QUADRATIC = ib.QuadraticNorm(_D)
# On parameters of shape (2, 2).
NORMS = [
    *(ib.Lp(p) for p in (1, 1.05, 1.25, 4 / 3, 1.5, 1.7, 2, 2.5, 3, 5, 40, math.inf)),
    QUADRATIC,
    ib.GroupNorm([[0, 3], [1, 2]]),
    ib.GroupNorm([[1], [3, 0, 2]], math.inf, 1),
    ib.GroupNorm([[2, 0], [1, 3]], 3, 1.5),
    ib.GroupNorm([range(4)], q=math.inf),
    ib.SparseGroupNorm([[0, 3], [1, 2]]),
    ib.SparseGroupNorm([range(4)], 0.3, 2.0),
    *(ib.Schatten(p) for p in (1, 4 / 3, 2, 3, math.inf)),
    *(ib.PolyhedralNorm(A, p) for A in (np.eye(4) + 0.2 * _root, _STACKED) for p in (1, math.inf)),
    ib.WeightedNorm([1, 1.5, 0.8, 1.2], ib.Lp(1)),
    ib.WeightedNorm([1, 1.5, 0.8, 1.2], ib.Schatten(1.5)),
    ib.BlockNorm([[1, 2], [2]], ib.Lp(1.5)),
]
POTENTIALS = [
    ib.Euclidean(),
    ib.Entropy(),
    ib.QuadraticPotential(_D),
    *(ib.SquaredLp(p) for p in (1.01, 1.2, 1.5, 1.9, 2)),
    ib.SpectralEntropy(),
    *(ib.PowerPotential(p) for p in (1.2, 1.5, 2, 3, 5)),
    *(ib.HyperbolicEntropy(beta) for beta in (1e-3, 1.0, 3.0)),
    ib.Cosh(),
]
MOMENTA = [
    ib.DualMomentum(0.5),
    ib.DualMomentum.nesterov(0.3),
    ib.PrimalMomentum([0.0, 0.5, 0.2], 0.1),
    ib.PrimalMomentum.heavy_ball(0.9),
]
AVERAGES = [ib.EMA(0.9), ib.EMA(0.8, nesterov=True)]
CONSTRAINTS = [
    ib.Affine([[1.0, 1, 1, 1], [1, -1, 0, 0]], [1.0, 0]),
    ib.Simplex(),
    ib.NonNegative(),
    ib.Box(-0.5, [[math.inf, 0.2], [0.4, 1.0]]),
    ib.Box([[0.5, -math.inf], [0, -1]], math.inf),
    *(ib.Ball(ib.Lp(p), 0.7) for p in (1, 2, math.inf)),
    *(ib.Ball(ib.Schatten(p), 0.7) for p in (1, 2, math.inf)),
    *(ib.Ball(ib.GroupNorm([[0, 3], [1, 2]], p), 0.7) for p in (1, 2, math.inf)),
    ib.Ball(ib.GroupNorm([[0, 3], [1, 2]], math.inf, 1), 0.7),
]
METHODS = [
    ib.SteepestDescent(ib.Lp(1), "average"),
    ib.SteepestDescent(QUADRATIC),
    ib.MirrorDescent(ib.Euclidean()),
    ib.MirrorDescent(ib.Entropy(), MOMENTA[0], CONSTRAINTS[1]),
    ib.MirrorDescent(ib.Euclidean(), constraint=CONSTRAINTS[2]),
    ib.MirrorDescent(ib.Entropy(), MOMENTA[3], CONSTRAINTS[3]),
    ib.MirrorDescent(ib.SquaredLp(1.5), MOMENTA[2]),
    ib.MirrorDescent(ib.HyperbolicEntropy(0.1), MOMENTA[1]),
    ib.NaturalGradient(ib.Entropy()),
    ib.AdaGrad(),
    ib.AdaGrad(2.0),
    ib.FactorizedGradientDescent(),
    ib.FactorizedGradientDescent(2),
    ib.SteepestDescent(ib.Lp(1), momentum=AVERAGES[0]),
    ib.SteepestDescent(ib.Lp(2), momentum=AVERAGES[1], weight_decay=0.3),
    ib.Signum(0.5),
    ib.Muon(0.8),
    ib.Muon(0.7, nesterov=False, orthogonalization="newton-schulz", weight_decay=0.1),
    ib.NewtonSchulzDescent(),
    ib.Adam(),
    ib.Adam(0.8, 0.95, eps=0.0),
    ib.Adam(eps=0.1, weight_decay=0.2, bias_correction=False),
    ib.Adam(0.8, 0.9, eps=0.0, amsgrad=True),
    ib.RMSProp(),
    ib.RMSProp(0.9, 0.0),
    ib.Lion(),
    ib.Lion(0.5, 0.8, weight_decay=0.2),
    ib.DualAcceleration(),
]
STEP_SIZES = [
    ib.Constant(0.1),
    ib.ExactLineSearch(),
    ib.ExactLineSearch(0.5),
    ib.LossNormalized(0.5, 3.0),
    ib.LossNormalized(),
    ib.LossNormalized(ib.Polynomial(0.5, 0.5)),
    ib.LossNormalized([1.0, 0.5, 0.25], 2.0),
    ib.Normalized(0.1),
    ib.Normalized(0.3, 0.5),
    ib.Polyak(),
    ib.Polynomial(1.0, 0.5),
    ib.Schedule([1.0, 0.5, 0.0]),
]
MODELS = [
    ib.Linear(),
    ib.Diagonal(),
    ib.Diagonal(1),
    ib.Diagonal(5),
    ib.Factor(),
    ib.Factor(1),
    ib.Product(),
    ib.Product(3),
    ib.DeepLinear([2, 2]),
    ib.DeepLinear([2, 3, 2]),
    ib.DeepLinear([2, 3, 1, 2]),
    ib.Convolution(),
    ib.Convolution(3),
]
BATCHES = [ib.MiniBatch(2, 7), ib.MiniBatch(3, 0, replace=True)]
RECORDINGS = [ib.LogSpaced(7), ib.Every(3)]

ALL = {
    "losses": LOSSES,
    "models": MODELS,
    "norms": NORMS,
    "potentials": POTENTIALS,
    "momenta": MOMENTA,
    "averages": AVERAGES,
    "constraints": CONSTRAINTS,
    "methods": METHODS,
    "step_sizes": STEP_SIZES,
    "batches": BATCHES,
    "recordings": RECORDINGS,
}
