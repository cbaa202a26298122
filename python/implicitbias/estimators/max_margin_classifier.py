"""The classifier of maximum margin."""

import math
import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from .. import _arguments
from .._arguments import flag
from .._core import Norm, Problem
from .._types import Array
from ..bracket import Bracket
from ..errors import NotSeparableError, OracleError
from ..oracles.certified_margin import best_margin
from ..oracles.margin_start import MarginStart
from ..oracles.margin_with_intercept import best_margin_with_intercept
from .given import given_noun
from .linear_classifier import LinearClassifier
from .overlap import Overlap

_NO_WEIGHT = 1e-12  # relative to the largest


class MaxMarginClassifier(LinearClassifier):
    """The linear classifier of maximum margin in a norm, certified.

    It maximizes the smallest margin over w of norm 1: y <w, x> with labels -1 and +1 of two classes, and
    <W_y - W_c, x> over all other classes c of more. That is where steepest descent in the norm ends (Theorem
    5), and in the Euclidean norm the hard-margin support vector machine.

    With an intercept, margins are y (<w, x> + b), and of classes <W_y - W_c, x> + b_y - b_c. The norm does
    not count b, as that of `SVC` does not, unlike that of `LinearSVC`: the margin is half the distance of the
    convex hulls of two classes in the dual norm, and does not change where all samples are shifted. For an
    intercept that counts, give each x a last entry of 1 and write ``fit_intercept=False``.

    Where no w separates the data, `fit` warns, with the proof, and takes the w of the least logistic loss, of
    several classes the least cross-entropy. There is no `sample_weight`: a smallest margin knows none.

    Parameters
    ----------
    norm : Norm or str, default 'Lp(2)'
        Any, such as ``Lp(1)``, or as text, such as ``'Lp(inf)'``. It is that of w of shape (d,), of k > 2
        classes (k, d), without intercepts; a norm of matrices sees a w of two classes as one row.
    tolerance : float, default 1e-6
        Relative gap of the certificate, at which the search stops.
    fit_intercept : bool, default True
        Whether there is an intercept, which the norm does not count.
    warm_start : bool, default False
        Whether `fit` begins at the parameters of the last fit, if they are of the same labels and as many
        features: faster on much the same samples, or in much the same norm. What is certified does not depend
        on it.

    Attributes
    ----------
    coef_ : ndarray of shape (1, d) or (k, d)
        The weights; |coef_| = 1 where the data are separable.
    intercept_ : ndarray of shape (1,) or (k,)
        Of k classes of sum 0; zeros without an intercept.
    bracket_ : Bracket
        Certified interval around the maximum margin. Of data that are not separable it is 0, and `lower` is
        the smallest margin of what is returned, over its norm.
    weights_ : ndarray of shape (n,) or (n (k - 1),)
        Of the samples, or of their pairs with other classes, as `Problem.rows` has them: of sum 1, they prove
        ``bracket_.upper``.
    support_ : ndarray of int
        The samples that carry the maximum, as `MarginSolution.support` has it; of data that are not
        separable, those with weight.
    classes_ : ndarray of shape (k,)
        The labels.
    n_features_in_ : int
        Of the samples, without the intercept.
    feature_names_in_ : ndarray of str
        Where the samples came with names.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorem 5.

    Examples
    --------
    >>> model = ib.estimators.MaxMarginClassifier(ib.Lp(1), fit_intercept=False)
    >>> model = model.fit([[2.0, 1.0], [-2.0, 0.0]], ["yes", "no"])
    >>> print(model.coef_, model.predict([[-1.0, 1.0]]), model.bracket_.gap < 1e-6)
    [[1. 0.]] ['no'] True
    """

    def __init__(
        self,
        norm: Norm | str = "Lp(2)",
        tolerance: float = 1e-6,
        fit_intercept: bool = True,
        warm_start: bool = False,
    ) -> None:
        self.norm = norm
        self.tolerance = tolerance
        self.fit_intercept = fit_intercept
        self.warm_start = warm_start

    bracket_: Bracket
    weights_: Array
    support_: NDArray[np.int64]

    def fit(self, X: Any, y: Any) -> Self:
        """Find the maximum margin.

        Parameters
        ----------
        X : array_like or sparse array of shape (n, d)
            The samples.
        y : array_like of shape (n,)
            Their labels, of any kind.

        Returns
        -------
        MaxMarginClassifier
            Itself. A `ConvergenceWarning` says where the data are not separable, and where the tolerance was
            not met.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            If a parameter or the samples do not fit.

        Examples
        --------
        >>> ib.estimators.MaxMarginClassifier("Lp(inf)").fit([[1.0, 1], [-1, 0]], [1, 0]).support_
        array([0, 1])
        """
        norm = given_noun(self.norm, Norm, "norm")
        tolerance = _arguments.tolerance(self.tolerance)
        intercept = flag(self.fit_intercept, "fit_intercept")
        last = vars(self).copy() if flag(self.warm_start, "warm_start") else {}
        problem = self._labeled_problem(X, y, None, norm)
        overlap = Overlap(problem, norm, intercept)
        best = best_margin_with_intercept if intercept else best_margin
        try:
            solution = best(problem, norm, tolerance, overlap.look, self._start(last, problem))
        except (NotSeparableError, OracleError):  # the latter where rounding hides which of both
            return self._take_least(overlap)
        self.weights_, self.bracket_ = solution.weights, solution.bracket
        if self.bracket_.gap > tolerance:
            warnings.warn(
                f"tolerance: {tolerance:g} was not met; the margin is certified to be within "
                f"{self.bracket_.gap:.2g} of the maximum",
                ConvergenceWarning,
                stacklevel=2,
            )
        self._support(solution.support)
        return self._take(solution.direction, solution.intercept)

    def _start(self, last: dict[str, Any], problem: Problem) -> MarginStart | None:
        """Return the parameters of the last fit, as this problem has them."""
        if "coef_" not in last or not np.array_equal(last["classes_"], self.classes_):
            return None
        W = last["coef_"]
        fits = W.size == math.prod(problem.predictor_shape) and W.any()
        return MarginStart(W.ravel(), intercept=last["intercept_"]) if fits else None

    def _support(self, rows: NDArray[np.int64]) -> None:
        """Note the samples of some rows."""
        self.support_ = np.unique(rows // (len(self.classes_) - 1))

    def _take_least(self, overlap: Overlap) -> Self:
        """Take the least loss of data that are not separable."""
        least, self.weights_, self.bracket_ = overlap.least, overlap.least.weights, overlap.bracket
        self._support(np.flatnonzero(self.weights_ > _NO_WEIGHT * self.weights_.max()))
        loss = "logistic loss" if len(self.classes_) == 2 else "cross-entropy"
        warnings.warn(
            f"y: no w separates the data with a margin above {self.bracket_.upper:.2g}; coef_ has the least "
            f"{loss}, {least.loss:.6g}, within {least.gap:.2g}",
            ConvergenceWarning,
            stacklevel=3,
        )
        return self._take(overlap.w, overlap.intercept)
