"""The regression of least potential."""

import math
import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted, validate_data

from .._arguments import flag
from .._core import Potential
from .._types import Array
from ..datasets.preparation import prepared
from ..errors import OracleError
from ..oracles.affine_set import AffineSet
from ..oracles.bregman import BregmanOracle, Projection, meets, project
from ..oracles.bregman_oracles import bregman_oracle
from ..problems.rows import dense_rows, moderate
from .given import given_noun


class ProjectionRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """The linear regression of least potential among those that fit the data.

    Of all w with X w = y it finds the one of least psi(w): where mirror descent on the squared loss ends from
    argmin psi (Theorem 1). Where no w in the potential's domain fits the data, as with more samples than
    features, `fit` warns, with the residual, and takes the least potential among the solutions of least
    squares in the domain. There is no `sample_weight`: what fits the data does so with any.

    Parameters
    ----------
    potential : Potential or str, default 'Euclidean()'
        psi, or as text, such as ``'SquaredLp(1.1)'``. With the entropy weights are positive.
    fit_intercept : bool, default False
        Whether each sample gets a last entry of 1. Its weight is one more entry of w, and counts in psi.

    Attributes
    ----------
    coef_ : ndarray of shape (d,)
        The weights.
    intercept_ : float
        0 without an intercept.
    gap_ : float
        How far D(w, argmin psi) may be from the least, relative to it: the duality gap.
    residual_ : float
        |X w - y|_2, rounding where the data are fitted.
    n_features_in_ : int
        Of the samples, without the intercept.
    feature_names_in_ : ndarray of str
        Where the samples came with names.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorem 1.

    Examples
    --------
    >>> for potential in ("Euclidean()", ib.SquaredLp(1.1)):
    ...     print(ib.estimators.ProjectionRegressor(potential).fit([[1.0, 2.0]], [2.0]).coef_.round(3))
    [0.4 0.8]
    [0.001 1.   ]
    """

    def __init__(self, potential: Potential | str = "Euclidean()", fit_intercept: bool = False) -> None:
        self.potential = potential
        self.fit_intercept = fit_intercept

    coef_: Array
    intercept_: float
    gap_: float
    residual_: float

    def fit(self, X: Any, y: Any) -> Self:
        """Find the w of least potential.

        Parameters
        ----------
        X : array_like or sparse array of shape (n, d)
            The samples.
        y : array_like of shape (n,)
            Their targets.

        Returns
        -------
        ProjectionRegressor
            Itself. A `ConvergenceWarning` says where the data are not fitted.

        Raises
        ------
        InvalidTypeError, InvalidValueError
            If a parameter or the samples do not fit.

        Examples
        --------
        >>> model = ib.estimators.ProjectionRegressor("Entropy()").fit([[1.0, 1.0, 2.0]], [3.0])
        >>> model.coef_.round(3), model.gap_ < 1e-9
        (array([0.823, 0.823, 0.677]), True)
        """
        potential = given_noun(self.potential, Potential, "potential")
        intercept = flag(self.fit_intercept, "fit_intercept")
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64, y_numeric=True)
        y = moderate(np.asarray(y, dtype=np.float64), "y")
        rows = moderate(prepared(dense_rows(X), [""] * X.shape[1], False, intercept).X)
        d = rows.shape[1]
        potential.value(np.ones(d))  # potentials of matrices are refused here
        oracle = bregman_oracle(potential, d)
        solutions = AffineSet.of(rows, y)
        fits, start = meets(oracle, solutions), oracle.inverse_link(np.zeros(d))
        found = project(oracle, start, solutions) if fits else _least_squares(oracle, rows, y, start)
        self.gap_, self.residual_ = found.gap, float(np.linalg.norm(rows @ found.point - y))
        self.coef_ = found.point[: self.n_features_in_]
        self.intercept_ = float(found.point[-1]) if intercept else 0.0
        if not fits:
            warnings.warn(
                f"y: no w in the domain of {potential!r} fits the data; coef_ has the least squares, "
                f"{self.residual_ / (float(np.linalg.norm(y)) or 1.0):.2g} of y, and of those the least "
                f"potential, within a relative gap of {found.gap:.2g}",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def predict(self, X: Any) -> Array:
        """Return X w.

        Parameters
        ----------
        X : array_like or sparse array of shape (n, d)

        Returns
        -------
        ndarray of shape (n,)

        Examples
        --------
        >>> ib.estimators.ProjectionRegressor().fit([[1.0, 1.0]], [4.0]).predict([[1.0, 2.0]]).round(9)
        array([6.])
        """
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return np.asarray(X @ self.coef_ + self.intercept_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _least_squares(oracle: BregmanOracle, rows: Array, y: Array, start: Array) -> Projection:
    """Return the least potential among the solutions of least squares in the domain."""
    fitted = oracle.least_squares(rows, y)
    # X w is fixed by w along the directions of singular values that are not rounding.
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    rows = directions[sizes > max(rows.shape) * np.finfo(float).eps * sizes[0]]
    if not len(rows):
        return Projection(start, 0.0, 0.0)
    try:
        return project(oracle, start, AffineSet.of(rows, rows @ fitted))
    except OracleError:
        return Projection(fitted, math.nan, math.inf)
