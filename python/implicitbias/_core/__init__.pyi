"""
The compiled core of implicitbias.
"""
from __future__ import annotations
import numpy
import numpy.typing
import typing
from .constraints import Affine, Ball, Box, Constraint, NonNegative, Simplex
from .losses import CrossEntropy, Exponential, Huber, LogCosh, Logistic, Loss, MulticlassExponential, PairwiseLogistic, PolynomialTail, Probit, Sigmoid, Squared, TruncatedSquared
from .methods import AdaGrad, Adam, DualAcceleration, FactorizedGradientDescent, Lion, Method, MirrorDescent, NaturalGradient, NewtonSchulzDescent, RMSProp, SteepestDescent
from .models import Convolution, DeepLinear, Diagonal, Factor, Linear, Model, Product
from .momentum import DualMomentum, EMA, Momentum, PrimalMomentum
from .norms import BlockNorm, FourierL1 as FourierL1, Gauge as Gauge, GroupNorm, Lp, Norm, PolyhedralNorm, PsdTrace as PsdTrace, QuadraticNorm, Schatten, SparseGroupNorm, WeightedNorm
from .potentials import Cosh, Entropy, Euclidean, HyperbolicEntropy, Metric, Potential, PowerPotential, QuadraticPotential, SpectralEntropy, SquaredLp
from .problem import MiniBatch, Problem
from .recordings import Every, LogSpaced, Recording
from .runs import ModifiedEquation as ModifiedEquation, RunLoop as RunLoop, Taken as Taken
from .step_sizes import Constant, ExactLineSearch, LossNormalized, Normalized, Polyak, Polynomial, Schedule, StepSize
__all__: list[str] = ['Loss', 'Squared', 'Huber', 'TruncatedSquared', 'LogCosh', 'Exponential', 'Logistic', 'Probit', 'Sigmoid', 'PolynomialTail', 'CrossEntropy', 'MulticlassExponential', 'PairwiseLogistic', 'Norm', 'Lp', 'QuadraticNorm', 'GroupNorm', 'SparseGroupNorm', 'Schatten', 'PolyhedralNorm', 'WeightedNorm', 'BlockNorm', 'Model', 'Linear', 'Diagonal', 'Factor', 'Product', 'DeepLinear', 'Convolution', 'Problem', 'Metric', 'Potential', 'Euclidean', 'Entropy', 'QuadraticPotential', 'SquaredLp', 'SpectralEntropy', 'PowerPotential', 'HyperbolicEntropy', 'Cosh', 'StepSize', 'Constant', 'ExactLineSearch', 'LossNormalized', 'Normalized', 'Polyak', 'Polynomial', 'Schedule', 'Momentum', 'DualMomentum', 'PrimalMomentum', 'EMA', 'Constraint', 'Affine', 'Ball', 'Box', 'NonNegative', 'Simplex', 'Method', 'AdaGrad', 'Adam', 'DualAcceleration', 'FactorizedGradientDescent', 'Lion', 'MirrorDescent', 'NaturalGradient', 'NewtonSchulzDescent', 'RMSProp', 'SteepestDescent', 'MiniBatch', 'Recording', 'LogSpaced', 'Every']
def checksum(array: numpy.ndarray) -> int:
    """
    A checksum of the bytes of an array.
    """
def compiler() -> str:
    """
    What compiled this module.
    """
def eigen_version() -> str:
    """
    The version of Eigen that is compiled in.
    """
def read_array(source: typing.Any, argument: str, dimensions: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
    """
    A checked copy of an array of finite real numbers; errors name the argument.
    """
def simd_level() -> str:
    """
    The SIMD level of the kernels in use: the best that the processor has, unless the environment variable
    IMPLICITBIAS_SIMD names a lower one.
    """
registry: dict = {'losses': (Squared, Huber, TruncatedSquared, LogCosh, Exponential, Logistic, Probit, Sigmoid, PolynomialTail, CrossEntropy, MulticlassExponential, PairwiseLogistic), 'norms': (Lp, QuadraticNorm, GroupNorm, SparseGroupNorm, Schatten, PolyhedralNorm, WeightedNorm, BlockNorm), 'models': (Linear, Diagonal, Factor, Product, DeepLinear, Convolution), 'potentials': (Euclidean, Entropy, QuadraticPotential, SquaredLp, SpectralEntropy, PowerPotential, HyperbolicEntropy, Cosh), 'step_sizes': (Constant, ExactLineSearch, LossNormalized, Normalized, Polyak, Polynomial, Schedule), 'momenta': (DualMomentum, PrimalMomentum), 'averages': (EMA), 'constraints': (Affine, Ball, Box, NonNegative, Simplex), 'methods': (AdaGrad, Adam, DualAcceleration, FactorizedGradientDescent, Lion, MirrorDescent, NaturalGradient, NewtonSchulzDescent, RMSProp, SteepestDescent), 'batches': (MiniBatch), 'recordings': (LogSpaced, Every)}
