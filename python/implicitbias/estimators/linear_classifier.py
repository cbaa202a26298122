"""What the classifiers share: labels of any kind, weights and intercepts, and what they predict."""

import numbers
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from .._core import CrossEntropy, Logistic, Loss, Norm, Problem
from .._types import Array
from ..datasets.preparation import prepared
from ..errors import InvalidTypeError, InvalidValueError
from ..problems.rows import is_sparse


class LinearClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier by linear scores; those who inherit it find the parameters."""

    fit_intercept: bool
    classes_: NDArray[Any]
    coef_: Array
    intercept_: Array

    def decision_function(self, X: Any) -> Array:
        """Return the score of each class: the largest is that of the predicted one.

        Parameters
        ----------
        X : array_like or sparse array of shape (n, d)

        Returns
        -------
        ndarray of shape (n,) or (n, k)
            Of two classes, the score of the second, which is predicted where it is positive.

        Examples
        --------
        >>> model = ib.estimators.MaxMarginClassifier(fit_intercept=False).fit([[1.0, 0], [-1, 0]], [1, 0])
        >>> print(model.decision_function([[2.0, 3], [-3, 0]]))
        [ 2. -3.]
        """
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        scores = np.asarray(X @ self.coef_.T) + self.intercept_
        return scores.ravel() if len(self.classes_) == 2 else scores

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class of the largest score.

        Parameters
        ----------
        X : array_like or sparse array of shape (n, d)

        Returns
        -------
        ndarray of shape (n,)

        Examples
        --------
        >>> model = ib.estimators.MaxMarginClassifier().fit([[1.0], [2.0]], ["low", "high"])
        >>> print(model.predict([[0.0], [3.0]]))
        ['low' 'high']
        """
        scores = self.decision_function(X)
        chosen = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self.classes_[chosen])

    def _labeled_problem(
        self, X: Any, y: Any, loss: Loss | None, norm: Norm | None = None, constant: bool = False
    ) -> Problem:
        """Return the problem of some labeled samples, in parameters that the norm knows.

        With a constant each sample has a last entry of 1, whose weight is a parameter like the others.
        """
        _of_one_kind(y)
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise InvalidValueError("y: expected labels of at least two classes, got 1 class")
        if is_sparse(X):
            from scipy.sparse import csr_array

            X = csr_array(X)
        X = prepared(X, [""] * X.shape[1], False, constant).X
        two = len(self.classes_) == 2
        if not two and loss is not None and not loss.multiclass:
            raise InvalidValueError(
                "y: Only binary classification is supported. The type of the target is multiclass, and "
                f"{loss!r} is of one score a sample; write loss=CrossEntropy()"
            )
        loss = loss or (Logistic() if two else CrossEntropy())
        if two and not loss.multiclass:
            if not is_sparse(X) and norm is not None and not _knows(norm, X.shape[1:]):
                row = (1, X.shape[1])  # a norm of matrices sees one of one row
                X = X.reshape(-1, *row) if _knows(norm, row) else X
            return Problem(X, 2.0 * codes - 1, loss)
        return Problem(X, codes, loss)

    def _take(self, w: Array, intercept: Array | float | None = None) -> Self:
        """Take weights of features and intercepts; where those are not given, they stand last in w."""
        W = w.reshape(-1, self.n_features_in_ + (intercept is None))
        b = W[:, -1] if intercept is None else np.broadcast_to(intercept, len(W))
        W = W[:, : self.n_features_in_]
        if len(self.classes_) == 2 and len(W) == 2:  # scores of both classes, of which one is enough
            W, b = W[1:] - W[:1], b[1:] - b[:1]
        self.coef_, self.intercept_ = W.copy(), b.copy()
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _of_one_kind(y: Any) -> None:
    """Refuse labels of several types, which have no order, and which an array would turn into texts."""
    if isinstance(y, str) or not hasattr(y, "__len__") or getattr(y, "dtype", np.dtype("O")).kind != "O":
        return
    kinds = {_kind(label) for label in y}
    if len(kinds) > 1:
        raise InvalidTypeError(
            f"y: expected labels of one type, got {' and '.join(sorted(kinds))}; write "
            "y = [str(label) for label in y]"
        )


def _kind(label: Any) -> str:
    """Return what a label is; booleans and numbers of all types compare as numbers."""
    if isinstance(label, numbers.Number | np.bool_):
        return "numbers"
    return "str" if isinstance(label, str) else type(label).__name__


def _knows(norm: Norm, shape: tuple[int, ...]) -> bool:
    try:
        norm.value(np.zeros(shape))
    except InvalidValueError:
        return False
    return True
