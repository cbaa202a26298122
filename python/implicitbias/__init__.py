"""The implicit bias of optimisation methods, executable.

``Problem, Method, StepSize -> Run.advance() -> Trajectory (with certificates) -> compare(Claim) -> plot``

After Gunasekar, Lee, Soudry and Srebro, "Characterizing Implicit Bias in Terms of Optimization
Geometry" (ICML 2018).
"""

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

from ._core import (
    Constant,
    Every,
    Exponential,
    Logistic,
    LogSpaced,
    Loss,
    LossNormalized,
    Lp,
    Method,
    Norm,
    Polynomial,
    Problem,
    QuadraticNorm,
    Recording,
    Schedule,
    Squared,
    SteepestDescent,
    StepSize,
)
from .errors import (
    BusyError,
    CheckpointError,
    DomainError,
    ImplicitBiasError,
    InvalidTypeError,
    InvalidValueError,
    NotSeparableError,
    OracleError,
)
from .run import Bracket, Run, every, log_spaced
from .trajectory import Trajectory

if TYPE_CHECKING:
    from . import datasets, plot
    from .claims import Claim, Limit, predict, why_no_claim
    from .linear_separability import Separability, separability
    from .oracle import as_cvxpy, dual_norm
    from .verdict import Report, compare

__version__ = _version("implicitbias")

# Found on first use: what stands behind these imports cvxpy, scikit-learn or matplotlib.
_lazy = {
    "datasets": "datasets",
    "plot": "plot",
    "Claim": "claims",
    "Limit": "claims",
    "predict": "claims",
    "why_no_claim": "claims",
    "Report": "verdict",
    "compare": "verdict",
    "as_cvxpy": "oracle",
    "dual_norm": "oracle",
    "Separability": "linear_separability",
    "separability": "linear_separability",
}

__all__ = [
    "Bracket",
    "BusyError",
    "CheckpointError",
    "Claim",
    "Constant",
    "DomainError",
    "Every",
    "Exponential",
    "ImplicitBiasError",
    "InvalidTypeError",
    "InvalidValueError",
    "Limit",
    "LogSpaced",
    "Logistic",
    "Loss",
    "LossNormalized",
    "Lp",
    "Method",
    "Norm",
    "NotSeparableError",
    "OracleError",
    "Polynomial",
    "Problem",
    "QuadraticNorm",
    "Recording",
    "Report",
    "Run",
    "Schedule",
    "Separability",
    "Squared",
    "SteepestDescent",
    "StepSize",
    "Trajectory",
    "as_cvxpy",
    "compare",
    "datasets",
    "dual_norm",
    "every",
    "log_spaced",
    "plot",
    "predict",
    "separability",
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
    return sorted({*globals(), *__all__})
