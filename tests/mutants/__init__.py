"""The package broken on purpose, in one way at a time: which statements of the papers notice?

A statement notices by its verdict: an experiment that raises an error says nothing about the statement. Every
fault names statements that notice it, and every statement with a verdict is named by some fault.

``python -m mutants`` (in ``tests``) builds a copy with all the faults in it, dormant, and prints who catches
what; names of faults select some.
"""

from .losses_and_models import LOSSES_AND_MODELS
from .methods import METHODS
from .mutant import Mutant
from .norms import NORMS
from .oracles import ORACLES
from .papers import PAPERS
from .potentials import POTENTIALS
from .steps import STEPS
from .wiring import WIRING

MUTANTS: list[Mutant] = [
    *NORMS,
    *POTENTIALS,
    *METHODS,
    *STEPS,
    *LOSSES_AND_MODELS,
    *ORACLES,
    *WIRING,
    *PAPERS,
]
