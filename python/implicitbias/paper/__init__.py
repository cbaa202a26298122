"""The executable paper: its statements, each with an experiment, an independent reference and a verdict.

``implicitbias paper`` tries them all; `implicitbias.statement` adds one of your own.
"""

from .citation import Paper
from .finding import Finding, examine
from .registry import Effort, Statement, papers, statement, statements
from .trial import Measurement, Trial

__all__ = [
    "Effort",
    "Finding",
    "Measurement",
    "Paper",
    "Statement",
    "Trial",
    "examine",
    "papers",
    "statement",
    "statements",
]
