"""The implicit bias of optimisation methods, executable.

``Problem, Method, StepSize -> Run.advance() -> Trajectory (with certificates) -> compare(Claim) -> plot``

After Gunasekar, Lee, Soudry and Srebro, "Characterizing Implicit Bias in Terms of Optimization
Geometry" (ICML 2018).
"""

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

from ._core import (
    AdaGrad,
    Affine,
    Constant,
    Constraint,
    DualMomentum,
    Entropy,
    Euclidean,
    Every,
    ExactLineSearch,
    Exponential,
    FactorizedGradientDescent,
    GroupNorm,
    Huber,
    LogCosh,
    Logistic,
    LogSpaced,
    Loss,
    LossNormalized,
    Lp,
    Method,
    Metric,
    MiniBatch,
    MirrorDescent,
    Momentum,
    NaturalGradient,
    Norm,
    PolyhedralNorm,
    Polynomial,
    Potential,
    PrimalMomentum,
    Probit,
    Problem,
    QuadraticNorm,
    QuadraticPotential,
    Recording,
    Schatten,
    Schedule,
    Sigmoid,
    Simplex,
    SparseGroupNorm,
    SpectralEntropy,
    Squared,
    SquaredLp,
    SteepestDescent,
    StepSize,
    TruncatedSquared,
    WeightedNorm,
)
from .errors import (
    BusyError,
    CheckpointError,
    CheckpointWarning,
    DataWarning,
    DomainError,
    ImplicitBiasError,
    InvalidTypeError,
    InvalidValueError,
    NotSeparableError,
    OracleError,
)
from .gradient_descent import GradientDescent
from .lifting import lift
from .norm_sums import max_norm, sum_norm
from .run import Bracket, Run, every, log_spaced
from .trajectory import Trajectory

if TYPE_CHECKING:
    from . import datasets, paper, paths, plot, problems
    from .accumulator_claim import bounded_accumulator
    from .adagrad_direction import limit_direction
    from .asymptote_claim import Asymptote, asymptote
    from .claims import Claim, Limit
    from .continuous_time import Flow, flow
    from .linear_separability import Separability, separability
    from .long_run import Behaviour, behaviour
    from .margin_solver import MarginSolution, max_margin
    from .oracle import as_cvxpy, dual_norm
    from .paper import claim
    from .prediction import predict, why_no_claim
    from .support_vectors import SupportVectors
    from .verdict import Report, compare

__version__ = _version("implicitbias")

# Found on first use: what stands behind these imports cvxpy, scikit-learn or matplotlib.
_lazy = {
    "datasets": "datasets",
    "paper": "paper",
    "paths": "paths",
    "plot": "plot",
    "problems": "problems",
    "Behaviour": "long_run",
    "behaviour": "long_run",
    "Flow": "continuous_time",
    "flow": "continuous_time",
    "Claim": "claims",
    "claim": "paper",
    "Limit": "claims",
    "Asymptote": "asymptote_claim",
    "asymptote": "asymptote_claim",
    "bounded_accumulator": "accumulator_claim",
    "limit_direction": "adagrad_direction",
    "predict": "prediction",
    "why_no_claim": "prediction",
    "Report": "verdict",
    "compare": "verdict",
    "MarginSolution": "margin_solver",
    "max_margin": "margin_solver",
    "as_cvxpy": "oracle",
    "dual_norm": "oracle",
    "Separability": "linear_separability",
    "separability": "linear_separability",
    "SupportVectors": "support_vectors",
}

__all__ = [
    "AdaGrad",
    "Affine",
    "Asymptote",
    "Behaviour",
    "Bracket",
    "BusyError",
    "CheckpointError",
    "CheckpointWarning",
    "Claim",
    "Constant",
    "Constraint",
    "DataWarning",
    "DomainError",
    "DualMomentum",
    "Entropy",
    "Euclidean",
    "Every",
    "ExactLineSearch",
    "Exponential",
    "FactorizedGradientDescent",
    "Flow",
    "GradientDescent",
    "GroupNorm",
    "Huber",
    "ImplicitBiasError",
    "InvalidTypeError",
    "InvalidValueError",
    "Limit",
    "LogCosh",
    "LogSpaced",
    "Logistic",
    "Loss",
    "LossNormalized",
    "Lp",
    "MarginSolution",
    "Method",
    "Metric",
    "MiniBatch",
    "MirrorDescent",
    "Momentum",
    "NaturalGradient",
    "Norm",
    "NotSeparableError",
    "OracleError",
    "PolyhedralNorm",
    "Polynomial",
    "Potential",
    "PrimalMomentum",
    "Probit",
    "Problem",
    "QuadraticNorm",
    "QuadraticPotential",
    "Recording",
    "Report",
    "Run",
    "Schatten",
    "Schedule",
    "Separability",
    "Sigmoid",
    "Simplex",
    "SparseGroupNorm",
    "SpectralEntropy",
    "Squared",
    "SquaredLp",
    "SteepestDescent",
    "StepSize",
    "SupportVectors",
    "Trajectory",
    "TruncatedSquared",
    "WeightedNorm",
    "as_cvxpy",
    "asymptote",
    "behaviour",
    "bounded_accumulator",
    "claim",
    "compare",
    "datasets",
    "dual_norm",
    "every",
    "flow",
    "lift",
    "limit_direction",
    "log_spaced",
    "max_margin",
    "max_norm",
    "paper",
    "paths",
    "plot",
    "predict",
    "problems",
    "separability",
    "sum_norm",
    "why_no_claim",
]


def __getattr__(name: str) -> Any:
    if name not in _lazy:
        raise AttributeError(f"module 'implicitbias' has no attribute {name!r}")
    module = import_module(f".{_lazy[name]}", __name__)
    value = module if _lazy[name] == name else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
