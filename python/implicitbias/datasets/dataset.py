"""Samples and targets with the names of the features, and what was done to them."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._arguments import whole_number
from .._calls import public
from .._core import CrossEntropy, Exponential, Linear, Loss, Model, Problem
from .._html import facts
from ..errors import InvalidValueError
from ..problems.rows import is_sparse

if TYPE_CHECKING:
    from ..oracles.separability import Separability


@dataclass(frozen=True, eq=False)
class Dataset:
    """A classification or regression data set.

    Attributes
    ----------
    name : str
    X : ndarray of shape (n, d) or (n, r, c), or csr_array of shape (n, d)
        Sparse where the file is.
    y : ndarray of shape (n,)
        -1 and +1, labels of classes, or real targets.
    features : tuple of str
        Names of the d columns (of the entries of matrices, row by row); the last is "intercept" where that
        was asked for.
    classification : bool
        Whether the targets are labels, -1 and +1 or those of classes.
    notes : tuple of str
        What was dropped, encoded or standardized, a line each.

    Examples
    --------
    >>> dataset = ib.datasets.example_4()
    >>> dataset.X.shape, dataset.classification
    ((2, 3), False)
    """

    name: str
    X: Any
    y: NDArray[Any]
    features: tuple[str, ...]
    classification: bool
    notes: tuple[str, ...] = ()

    @public
    def problem(self, loss: Loss, model: Model | None = None) -> Problem:
        """Return the problem with this loss, and a model.

        Parameters
        ----------
        loss : Loss
        model : Model, optional
            Linear() by default.

        Returns
        -------
        Problem

        Raises
        ------
        InvalidValueError, InvalidTypeError
            If the loss does not fit the targets, or the model the samples.

        Examples
        --------
        >>> ib.datasets.example_2().problem(ib.Squared())
        Problem(1 samples of shape (2,), Squared())
        """
        return Problem(self.X, self.y, loss, Linear() if model is None else model)

    @public
    def as_matrices(self, rows: int, columns: int) -> "Dataset":
        """Return the data with every sample as a matrix, filled row by row.

        Parameters
        ----------
        rows, columns : int
            Shape of each matrix.

        Returns
        -------
        Dataset

        Raises
        ------
        InvalidValueError
            If the samples have another number of entries, or are sparse.
        InvalidTypeError
            If a number is no int.

        Examples
        --------
        >>> ib.datasets.rudin_2004().as_matrices(2, 4).X.shape
        (8, 2, 4)
        """
        entries = math.prod(self.X.shape[1:])
        rows, columns = (
            whole_number(value, name, 1) for name, value in (("rows", rows), ("columns", columns))
        )
        if rows * columns != entries:
            raise InvalidValueError(
                f"shape: expected matrices of {entries} entries, one a feature, got {rows} x {columns}"
            )
        if is_sparse(self.X):
            raise InvalidValueError(
                "shape: expected dense samples, which can be matrices, got sparse ones; X.toarray() is dense"
            )
        return replace(self, X=self.X.reshape(-1, rows, columns))

    @public
    def separability(self) -> "Separability":
        """Return whether labeled data are linearly separable, with a proof.

        Returns
        -------
        Separability

        Raises
        ------
        InvalidValueError
            If the targets are numbers to be fitted.

        Examples
        --------
        >>> ib.datasets.rudin_2004().separability().kind
        'complete'
        """
        from ..oracles.separability import separability

        several = self.classification and not self._signed
        return separability(self.problem(CrossEntropy() if several else Exponential()))

    @property
    def _signed(self) -> bool:
        """Whether the targets are -1 and +1."""
        return self.y.dtype.kind in "iuf" and bool(np.all(np.abs(self.y) == 1))

    def _repr_html_(self) -> str:
        targets = "numbers"
        if self.classification:
            labels, counts = np.unique(self.y, return_counts=True)
            told = zip(labels.tolist(), counts.tolist(), strict=True)
            targets = ", ".join(f"{count} of {label!r}" for label, count in list(told)[:12])
            targets += f", ... ({len(labels)} classes)" if len(labels) > 12 else ""
        rows = [
            ("X", f"{'sparse' if is_sparse(self.X) else 'dense'}, of shape {self.X.shape}"),
            ("y", targets),
            ("features", list(self.features)),
            ("notes", list(self.notes) or None),
        ]
        return facts(f"Dataset: {self.name}", rows)

    def __repr__(self) -> str:
        form = "sparse X" if is_sparse(self.X) else "X"
        targets = ""
        if self.classification:
            signed = self._signed
            count = np.count_nonzero(self.y > 0) if signed else len(np.unique(self.y))
            targets = f", {count} {'positive' if signed else 'classes'}"
        notes = "".join(f"; {note}" for note in self.notes)
        return f"Dataset({self.name!r}, {form} of shape {self.X.shape}{targets}{notes})"
