"""Samples that no w separates, and the w of least loss on them, which proves it."""

import math
from functools import cached_property
from typing import Any

from .._core import Norm, Problem
from .._types import Array
from ..bracket import Bracket
from ..errors import NotSeparableError
from ..oracles.certified_margin import require_separable
from ..oracles.margin_proof import MarginProof
from ..problems.rows import signed_rows
from .least_cross_entropy import LeastCrossEntropy, least_cross_entropy

_NOTHING = 1e-9  # sizes of sums of samples, relative to those of their terms, that are rounding


class Overlap:
    """What the least loss of a problem says of its margins in a norm."""

    def __init__(self, problem: Problem, norm: Norm) -> None:
        self._problem, self._norm = problem, norm

    def look(self, problem: Problem) -> None:
        """Raise `NotSeparableError` if there is no positive margin; weights that cancel prove it first."""
        if math.isfinite(self.least.gap):
            terms = self.least.weights @ abs(self._rows)
            if self.bracket.upper <= _NOTHING * self._norm.dual(terms.reshape(problem.shape)):
                raise NotSeparableError("y: expected linearly separable data")
        require_separable(problem)

    @cached_property
    def least(self) -> LeastCrossEntropy:
        """The least loss."""
        X, y = self._problem.X, self._problem.y
        if self._problem.classes is None:
            return least_cross_entropy(X if X.ndim == 2 else X[:, 0], (y > 0).astype(int), 2)
        return least_cross_entropy(X, y.astype(int), len(self._problem.classes))

    @property
    def w(self) -> Array:
        """Its parameters, of the problem's shape."""
        W = self.least.W
        return (W if self._problem.classes is not None else W[1] - W[0]).reshape(self._problem.shape)

    @cached_property
    def _rows(self) -> Any:
        return signed_rows(self._problem, sparse=True)

    @cached_property
    def bracket(self) -> Bracket:
        """What its w and its weights prove of the maximum margin."""
        proof = MarginProof(self._rows, self._norm, self._problem.shape)
        proof.consider(self.w.ravel(), self.least.weights)
        return Bracket(proof.lower if self.w.any() else 0.0, proof.upper)
