"""The executable paper: its statements, each with an experiment, an independent reference and a verdict.

``implicitbias paper`` tries them all; `implicitbias.statement` adds one of your own.
"""

from .finding import Finding, examine
from .registry import Effort, Statement, statement, statements
from .trial import Measurement, Trial

__all__ = ["Effort", "Finding", "Measurement", "Statement", "Trial", "examine", "statement", "statements"]
