"""The executable paper: its statements, each with an experiment, an independent reference and a verdict.

``implicitbias paper`` tries them all; `claim` adds one of your own.
"""

from .statement import Effort, Statement, claim, statements
from .trial import Finding, Measurement, Trial, examine

__all__ = ["Effort", "Finding", "Measurement", "Statement", "Trial", "claim", "examine", "statements"]
