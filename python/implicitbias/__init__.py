"""The implicit bias of optimization methods, executable.

``Problem, Method, StepSize -> Run.advance() -> Trajectory (with certificates) -> compare(Claim) -> plot``

After Gunasekar, Lee, Soudry and Srebro, "Characterizing Implicit Bias in Terms of Optimization
Geometry" (ICML 2018).
"""

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any
from warnings import warn

from . import _core
from ._core import *  # noqa: F403, what the registry makes public
from .bracket import Bracket
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
    WorkersLostError,
)
from .nouns.gradient_descent import GradientDescent
from .nouns.muon import Muon
from .nouns.norm_sums import max_norm, sum_norm
from .nouns.of_ones_own import open_kinds
from .nouns.signatures import sign_nouns
from .nouns.signum import Signum
from .problems.as_html import show_problems
from .problems.lift import lift
from .runs.recordings import every, log_spaced
from .runs.run import Run
from .runs.trajectory import Trajectory

if TYPE_CHECKING:
    from . import datasets, estimators, paper, paths, plot, problems
    from .claims.accumulator import bounded_accumulator
    from .claims.adagrad_direction import limit_direction
    from .claims.asymptote import Asymptote, asymptote
    from .claims.claim import Claim, Judgment
    from .claims.comparison import Report, compare
    from .claims.limit import Limit
    from .claims.prediction import predict, why_no_claim
    from .claims.verdicts import Verdicts
    from .explorer.notebook import explore
    from .flows.flow import Flow, flow
    from .oracles.certified_margin import max_margin
    from .oracles.certify import Certificate, certify
    from .oracles.margin_proof import MarginSolution
    from .oracles.norms import as_cvxpy, dual_norm
    from .oracles.separability import Separability, separability
    from .paper.registry import statement
    from .recognition.fingerprint import fingerprint
    from .recognition.result import Fingerprint
    from .runs.behavior import Behavior, behavior
    from .runs.iterates import Iterates
    from .runs.support_vectors import SupportVectors
    from .runs.sweep.sweep import Sweep
    from .versions import show_versions

__version__ = _version("implicitbias")

sign_nouns()
open_kinds()
show_problems()

# Names whose modules import cvxpy, scikit-learn or matplotlib: they are imported on first use.
_lazy = {
    "datasets": "datasets",
    "estimators": "estimators",
    "paper": "paper",
    "paths": "paths",
    "plot": "plot",
    "problems": "problems",
    "Behavior": "runs.behavior",
    "behavior": "runs.behavior",
    "Iterates": "runs.iterates",
    "Fingerprint": "recognition.result",
    "fingerprint": "recognition.fingerprint",
    "Flow": "flows.flow",
    "flow": "flows.flow",
    "Claim": "claims.claim",
    "statement": "paper",
    "Judgment": "claims.claim",
    "Limit": "claims.limit",
    "Asymptote": "claims.asymptote",
    "asymptote": "claims.asymptote",
    "bounded_accumulator": "claims.accumulator",
    "limit_direction": "claims.adagrad_direction",
    "predict": "claims.prediction",
    "why_no_claim": "claims.prediction",
    "Report": "claims.comparison",
    "Verdicts": "claims.verdicts",
    "compare": "claims.comparison",
    "explore": "explorer.notebook",
    "MarginSolution": "oracles.margin_proof",
    "max_margin": "oracles.certified_margin",
    "Certificate": "oracles.certify",
    "certify": "oracles.certify",
    "as_cvxpy": "oracles.norms",
    "dual_norm": "oracles.norms",
    "Separability": "oracles.separability",
    "separability": "oracles.separability",
    "SupportVectors": "runs.support_vectors",
    "Sweep": "runs.sweep.sweep",
    "show_versions": "versions",
}

# Compiled nouns and their kinds are named by the registry, all else here.
__all__ = [
    "Asymptote",
    "Behavior",
    "Bracket",
    "BusyError",
    "Certificate",
    "CheckpointError",
    "CheckpointWarning",
    "Claim",
    "DataWarning",
    "DomainError",
    "Fingerprint",
    "Flow",
    "GradientDescent",
    "ImplicitBiasError",
    "InvalidTypeError",
    "InvalidValueError",
    "Iterates",
    "Judgment",
    "Limit",
    "MarginSolution",
    "Muon",
    "NotSeparableError",
    "OracleError",
    "Report",
    "Run",
    "Separability",
    "Signum",
    "SupportVectors",
    "Sweep",
    "Trajectory",
    "Verdicts",
    "WorkersLostError",
    "as_cvxpy",
    "asymptote",
    "behavior",
    "bounded_accumulator",
    "certify",
    "compare",
    "datasets",
    "dual_norm",
    "estimators",
    "every",
    "explore",
    "fingerprint",
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
    "show_versions",
    "statement",
    "sum_norm",
    "why_no_claim",
]
__all__ += _core.__all__


# Former names: each works, with a warning, until 2.0.
_RENAMED = {"Behaviour": "Behavior", "behaviour": "behavior", "claim": "statement"}


def __getattr__(name: str) -> Any:
    if name in _RENAMED:
        new = _RENAMED[name]
        warn(f"ib.{name} is now ib.{new}; the old name goes with 2.0", DeprecationWarning, stacklevel=2)
        return globals().get(new) or __getattr__(new)
    if name not in _lazy:
        raise AttributeError(f"module 'implicitbias' has no attribute {name!r}")
    module = import_module(f".{_lazy[name]}", __name__)
    value = module if _lazy[name] == name else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
