"""Real data: scikit-learn's copies, and files of one's own."""

import csv
import io
import math
import os
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ._core import Loss, Problem
from .errors import InvalidTypeError, InvalidValueError

if TYPE_CHECKING:
    from .linear_separability import Separability

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A classification or regression data set.

    Attributes
    ----------
    name : str
    X : ndarray of shape (n, d) or (n, r, c)
    y : ndarray of shape (n,)
        -1 and +1, or real targets.
    features : tuple of str
        Names of the d columns (of the entries of matrices, row by row); the last is "intercept" where that
        was asked for.
    classification : bool
        Whether the targets are labels, -1 and +1.
    """

    name: str
    X: Array
    y: Array
    features: tuple[str, ...]
    classification: bool

    def problem(self, loss: Loss) -> Problem:
        """Return the problem with this loss."""
        return Problem(self.X, self.y, loss)

    def as_matrices(self, rows: int, columns: int) -> "Dataset":
        """Return the data with every sample as a matrix, filled row by row.

        Raises
        ------
        InvalidValueError
            If the samples have another number of entries.
        """
        entries = math.prod(self.X.shape[1:])
        if rows * columns != entries:
            raise InvalidValueError(
                f"shape: expected matrices of {entries} entries, one a feature, got {rows} x {columns}"
            )
        return replace(self, X=self.X.reshape(-1, rows, columns))

    def separability(self) -> "Separability":
        """Return whether the data are linearly separable, with a proof (labels -1 and +1 only)."""
        from ._core import Exponential
        from .linear_separability import separability

        return separability(self.problem(Exponential()))

    def __repr__(self) -> str:
        targets = f", {np.count_nonzero(self.y > 0)} positive" if self.classification else ""
        return f"Dataset({self.name!r}, X of shape {self.X.shape}{targets})"


def iris_setosa(*, intercept: bool = False) -> Dataset:
    """Fisher's iris, setosa (+1) against the rest: 150 x 4, standardised.

    Separable with or without intercept.
    """
    from sklearn.datasets import load_iris

    bunch = load_iris()
    return _classification("iris_setosa", bunch.data, bunch.target == 0, bunch.feature_names, intercept)


def digits_3v8(*, intercept: bool = False) -> Dataset:
    """Handwritten digits 3 (+1) against 8: 357 x 64, standardised, separable with or without intercept.

    Pixels that are constant become columns of zeros.
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    chosen = np.isin(bunch.target, (3, 8))
    return _classification(
        "digits_3v8", bunch.data[chosen], bunch.target[chosen] == 3, bunch.feature_names, intercept
    )


def breast_cancer(*, intercept: bool = True) -> Dataset:
    """Wisconsin breast cancer, benign (+1) against malignant: 569 x 30, standardised.

    Separable with the intercept column only, by a margin so small that training errors remain after 10^7
    steps: a stress case.
    """
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return _classification("breast_cancer", bunch.data, bunch.target == 1, bunch.feature_names, intercept)


def example_2(*, intercept: bool = False) -> Dataset:
    """The paper's Examples 2 and 3 (Figures 1a and 1b): one sample, w_1 + 2 w_2 = 1."""
    X, y = np.array([[1.0, 2]]), np.array([1.0])
    return Dataset("example_2", *_prepared(X, y, ["x1", "x2"], False, intercept), False)


def example_4(*, intercept: bool = False) -> Dataset:
    """The paper's Example 4 (Figure 1c): w_1 + w_2 + w_3 = 1 and w_1 + 2 w_2 = 10."""
    X, y = np.array([[1.0, 1, 1], [1, 2, 0]]), np.array([1.0, 10])
    return Dataset("example_4", *_prepared(X, y, ["x1", "x2", "x3"], False, intercept), False)


def rudin_2004(*, intercept: bool = False) -> Dataset:
    """Eight weak learners on eight samples for which AdaBoost cycles: y_i h_j(x_i) of +-1, every label +1.

    The maximum l1 margin is 3/8. AdaBoost (see `problems.adaboost`) from w = 0 falls into a cycle of length
    3 on the weak learners h1, h3 and h2: its edges are (sqrt(5) - 1)/2, its eighth sample loses all weight,
    and its margin tends to 1/3. With a shrinkage of 3/4, or small steps, it tends to 3/8.

    From Rudin, Daubechies and Schapire, "The Dynamics of AdaBoost: Cyclic Behavior and Convergence of
    Margins" (JMLR 5, 2004).
    """
    X = [
        [-1.0, 1, 1, 1, 1, -1, -1, 1],
        [-1, 1, 1, -1, -1, 1, 1, 1],
        [1, -1, 1, 1, 1, -1, 1, 1],
        [1, -1, 1, 1, -1, 1, 1, 1],
        [1, -1, 1, -1, 1, 1, 1, -1],
        [1, 1, -1, 1, 1, 1, 1, -1],
        [1, 1, -1, 1, 1, 1, -1, 1],
        [1, 1, 1, 1, -1, -1, 1, -1],
    ]
    features = [f"h{j}" for j in range(1, 9)]
    return Dataset("rudin_2004", *_prepared(np.array(X), np.ones(8), features, False, intercept), True)


BUILT_IN = {
    each.__name__: each for each in (iris_setosa, digits_3v8, breast_cancer, example_2, example_4, rudin_2004)
}


def load(
    path: str | PathLike[str],
    *,
    target: str | None = None,
    positive: str | None = None,
    standardise: bool = False,
    intercept: bool = False,
) -> Dataset:
    """Read a data set from a CSV or NPZ file.

    Parameters
    ----------
    path : path
        ``.csv``: a header line, then numbers, with one column of targets. ``.npz``: arrays X, (n, d)
        or (n, r, c) for matrices, and y (n,).
    target : str, optional
        The target's column in a CSV file; the last by default.
    positive : str, optional
        The label that becomes +1; every other becomes -1. Without it, targets are numbers and stay as
        they are.
    standardise : bool
        Centre every feature and scale it to unit variance.
    intercept : bool
        Append a column of ones (not to matrices).

    Raises
    ------
    InvalidValueError
        If the file cannot be read or is not of this form; the message names the row (as a line of the
        file) and the column.
    """
    if not isinstance(path, str | PathLike):
        raise InvalidTypeError(f"path: expected a str or a path, got {type(path).__name__}")
    path = Path(path)
    if "\0" in str(path):
        raise InvalidValueError(f"path: expected the name of a file, got {str(path)!r}")
    suffix = path.suffix.lower()
    if os.path.isdir(path):
        raise InvalidValueError(f"path: expected a .csv or .npz file, got the folder {str(path)!r}")
    if suffix not in (".csv", ".npz"):
        raise InvalidValueError(f"path: expected a .csv or .npz file, got {path.name!r}")
    if suffix == ".npz" and target is not None:
        raise InvalidValueError(f"target: expected none, the targets of an NPZ file are y; got {target!r}")
    try:
        X, labels, features = _read_csv(path, target) if suffix == ".csv" else _read_npz(path)
    except OSError as error:
        raise InvalidValueError(f"path: {str(path)!r} cannot be read ({error.strerror or error})") from error
    if positive is not None:
        chosen = [_same_label(label, positive) for label in labels]
        if not any(chosen):
            raise InvalidValueError(f"positive: expected one of {sorted(set(labels))[:10]}, got {positive!r}")
        y = np.where(chosen, 1.0, -1.0)
    else:
        try:
            y = np.array([float(label) for label in labels])
        except ValueError:
            raise InvalidValueError(
                f"{path.name}: expected numeric targets, got {sorted(set(labels))[:10]}; "
                "`positive` says which label becomes +1"
            ) from None
    labelled = bool(np.all(np.abs(y) == 1))
    return Dataset(path.stem, *_prepared(X, y, features, standardise, intercept), labelled)


def _same_label(label: str, wanted: str) -> bool:
    try:
        return label == wanted or float(label) == float(wanted)
    except ValueError:
        return False


def _read_csv(path: Path, target: str | None) -> tuple[Array, list[str], list[str]]:
    lines = _csv_lines(path)
    if len(lines) < 2:
        raise InvalidValueError(f"{path.name}: expected a header line and data, got {len(lines)} lines")
    header = [name.strip() for name in lines[0][1]]
    if target is not None and header.count(target) != 1:
        why = f", the name of {header.count(target)} columns" if target in header else ""
        raise InvalidValueError(f"target: expected one of {header}, got {target!r}{why}")
    at = header.index(target) if target is not None else len(header) - 1
    if len(header) > 1 and all(_is_number(name) for i, name in enumerate(header) if i != at):
        raise InvalidValueError(f"{path.name}: expected a header line with names, got numbers")
    rows, labels = [], []
    for number, line in lines[1:]:
        where = f"{path.name}, row {number}"
        if len(line) != len(header):
            raise InvalidValueError(f"{where}: expected {len(header)} entries, got {len(line)}")
        for column, entry in enumerate(line):
            fits, expected = (_is_label, "a target") if column == at else (_is_finite, "a finite number")
            if not fits(entry):
                name = f"column {column + 1} ({header[column]})"
                raise InvalidValueError(f"{where}, {name}: expected {expected}, got {entry!r}")
        rows.append([float(entry) for column, entry in enumerate(line) if column != at])
        labels.append(line[at].strip())
    return np.array(rows).reshape(len(rows), -1), labels, header[:at] + header[at + 1 :]


def _csv_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines that are not blank, each with its number in the file."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise InvalidValueError(f"{path.name}: expected text in UTF-8 ({error})") from error
    first = text.strip().partition("\n")[0]
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if mark in first and "," not in first:
            raise InvalidValueError(f"{path.name}: expected commas between the entries, got {name}")
    # Strict, lest a quote that is never closed swallow the rows behind it.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, line) for line in reader if line]
    except csv.Error as error:
        raise InvalidValueError(f"{path.name}, row {reader.line_num}: {error}") from error


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text  # Python reads 1_0 as 10


def _is_finite(text: str) -> bool:
    return _is_number(text) and math.isfinite(float(text))


def _is_label(text: str) -> bool:
    """Whether there is a label: a missing one must not become -1."""
    return _is_finite(text) if _is_number(text) else bool(text.strip())


def _read_npz(path: Path) -> tuple[Array, list[str], list[str]]:
    with path.open("rb") as handle:
        try:
            file = np.lib.npyio.NpzFile(handle, allow_pickle=False)
            X, y = np.asarray(file["X"]), np.asarray(file["y"])
        except Exception as error:  # NumPy and zipfile raise a dozen kinds on damaged files
            raise InvalidValueError(
                f"{path.name}: expected an NPZ file with arrays X and y ({error})"
            ) from error
    if X.ndim not in (2, 3) or X.size == 0 or X.dtype.kind not in "fiub" or y.shape != X.shape[:1]:
        raise InvalidValueError(
            f"{path.name}: expected real X of shape (n, d) or (n, r, c), not empty, and y of shape (n,), "
            f"got {X.dtype} {X.shape} and {y.shape}"
        )
    X, labels = X.astype(float), [str(label) for label in y.tolist()]
    for at in map(tuple, np.argwhere(~np.isfinite(X))[:1]):
        where = ", ".join(map(str, at))
        raise InvalidValueError(f"{path.name}, X[{where}]: expected a finite number, got {X[at]}")
    for row, label in enumerate(labels):
        if not _is_label(label):
            raise InvalidValueError(f"{path.name}, y[{row}]: expected a target, got {label!r}")
    return X, labels, ["x" + ",".join(map(str, at)) for at in np.ndindex(X.shape[1:])]


def _classification(
    name: str, X: Array, positive: NDArray[np.bool_], features: list[str], intercept: bool
) -> Dataset:
    return Dataset(name, *_prepared(X, np.where(positive, 1.0, -1.0), features, True, intercept), True)


def _prepared(
    X: Array, y: Array, features: list[str], standardise: bool, intercept: bool
) -> tuple[Array, Array, tuple[str, ...]]:
    for name, value in (("standardise", standardise), ("intercept", intercept)):
        if not isinstance(value, bool):
            raise InvalidTypeError(f"{name}: expected a bool, got {type(value).__name__}")
    if standardise:
        scale = X.std(axis=0)
        X = (X - X.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    if intercept:
        if X.ndim == 3:
            raise InvalidValueError(f"intercept: expected none for matrices, X of shape {X.shape}")
        X, features = np.column_stack([X, np.ones(len(X))]), [*features, "intercept"]
    return X, y, tuple(features)
