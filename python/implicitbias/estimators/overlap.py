"""Samples that no w separates, and the w of least loss on them, which proves it."""

import math
from functools import cached_property
from typing import Any

import numpy as np

from .._core import Norm, Problem
from .._types import Array
from ..bracket import Bracket
from ..errors import NotSeparableError
from ..oracles.certified_margin import require_separable
from ..oracles.margin_proof import MarginProof
from ..oracles.margin_with_intercept import (
    WithIntercept,
    beside,
    intercepts,
    with_ones,
)
from ..problems.rows import margin_rows
from .least_cross_entropy import LeastCrossEntropy, least_cross_entropy

_NOTHING = 1e-9  # sizes of sums of samples, relative to those of their terms, that are rounding


class Overlap:
    """What the least loss of a problem says of its margins in a norm, which counts no intercept."""

    def __init__(self, problem: Problem, norm: Norm, intercept: bool) -> None:
        self._problem, self._norm, self._intercept = problem, norm, intercept

    @cached_property
    def _whole(self) -> Problem:
        """The problem in which an intercept, if there is one, is a weight like the others."""
        return with_ones(self._problem) if self._intercept else self._problem

    def look(self, problem: Problem) -> None:
        """Raise `NotSeparableError` if there is no positive margin; weights that cancel prove it first."""
        if math.isfinite(self.least.gap):
            terms = self.least.weights @ abs(self._rows)
            if self.bracket.upper <= _NOTHING * self._measure.dual(terms.reshape(self._shape)):
                raise NotSeparableError("y: expected linearly separable data")
        require_separable(self._whole)

    @cached_property
    def least(self) -> LeastCrossEntropy:
        """The least loss."""
        X, y = self._whole.X, self._whole.y
        if self._whole.classes is None:
            return least_cross_entropy(X if X.ndim == 2 else X[:, 0], (y > 0).astype(int), 2)
        return least_cross_entropy(X, y.astype(int), len(self._whole.classes))

    @property
    def w(self) -> Array:
        """Its weights, of the problem's shape."""
        return self._parameters[..., : self.least.W.shape[1] - self._intercept].reshape(self._problem.shape)

    @property
    def intercept(self) -> Array | float:
        """Its intercepts."""
        return np.asarray(self._parameters[..., -1]) if self._intercept else 0.0

    @property
    def _parameters(self) -> Array:
        W = self.least.W
        return W if self._problem.classes is not None else W[1] - W[0]

    @cached_property
    def _rows(self) -> Any:
        rows = margin_rows(self._problem)
        return beside(rows, intercepts(self._problem)) if self._intercept else rows

    @property
    def _shape(self) -> tuple[int, ...]:
        return (self._rows.shape[1],) if self._intercept else self._problem.shape

    @cached_property
    def _measure(self) -> Norm | WithIntercept:
        if not self._intercept:
            return self._norm
        rows, F = margin_rows(self._problem), intercepts(self._problem)
        return WithIntercept.of(rows, F, self._norm, self._problem.shape)

    @cached_property
    def bracket(self) -> Bracket:
        """What its w and its weights prove of the maximum margin."""
        proof = MarginProof(self._rows, self._measure, self._shape)
        w = self.w.ravel()
        proof.consider(np.append(w, self.intercept) if self._intercept else w, self.least.weights)
        return Bracket(proof.lower if self._parameters.any() else 0.0, proof.upper)
