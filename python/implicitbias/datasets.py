"""Real data: scikit-learn's copies, and files of one's own."""

import csv
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ._core import Loss, Problem
from .errors import InvalidValueError

if TYPE_CHECKING:
    from .linear_separability import Separability

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Dataset:
    """A classification or regression data set.

    Attributes
    ----------
    name : str
    X : ndarray of shape (n, d)
    y : ndarray of shape (n,)
        -1 and +1, or real targets.
    features : tuple of str
        Names of the d columns; the last is "intercept" where that was asked for.
    """

    name: str
    X: Array
    y: Array
    features: tuple[str, ...]

    def problem(self, loss: Loss) -> Problem:
        """Return the problem with this loss."""
        return Problem(self.X, self.y, loss)

    def separability(self) -> "Separability":
        """Return whether the data are linearly separable, with a proof (labels -1 and +1 only)."""
        from ._core import Exponential
        from .linear_separability import separability

        return separability(self.problem(Exponential()))

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, X of shape {self.X.shape}, {np.count_nonzero(self.y > 0)} positive)"


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


BUILT_IN = {"iris_setosa": iris_setosa, "digits_3v8": digits_3v8, "breast_cancer": breast_cancer}


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
        ``.csv``: a header line, then numbers, with one column of targets. ``.npz``: arrays X (n, d) and
        y (n,).
    target : str, optional
        The target's column in a CSV file; the last by default.
    positive : str, optional
        The label that becomes +1; every other becomes -1. Without it, targets are numbers and stay as
        they are.
    standardise : bool
        Centre every feature and scale it to unit variance.
    intercept : bool
        Append a column of ones.

    Raises
    ------
    InvalidValueError
        If the file is not of this form; the message names the line and the column.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        X, labels, features = _read_csv(path, target)
    elif suffix == ".npz":
        X, labels, features = _read_npz(path)
    else:
        raise InvalidValueError(f"path: expected a .csv or .npz file, got {path.name!r}")
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
    return Dataset(path.stem, *_prepared(X, y, features, standardise, intercept))


def _same_label(label: str, wanted: str) -> bool:
    try:
        return label == wanted or float(label) == float(wanted)
    except ValueError:
        return False


def _read_csv(path: Path, target: str | None) -> tuple[Array, list[str], list[str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = [line for line in csv.reader(file) if line]
    if len(lines) < 2:
        raise InvalidValueError(f"{path.name}: expected a header line and data, got {len(lines)} lines")
    header = [name.strip() for name in lines[0]]
    if all(_is_number(name) for name in header):
        raise InvalidValueError(f"{path.name}: expected a header line with names, got numbers")
    if target is not None and target not in header:
        raise InvalidValueError(f"target: expected one of {header}, got {target!r}")
    at = header.index(target) if target is not None else len(header) - 1
    rows, labels = [], []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise InvalidValueError(
                f"{path.name}, row {number}: expected {len(header)} entries, got {len(line)}"
            )
        for name, entry in zip(header, line, strict=True):
            if name != header[at] and not _is_number(entry):
                raise InvalidValueError(
                    f"{path.name}, row {number}, {name}: expected a number, got {entry!r}"
                )
        rows.append([float(entry) for column, entry in enumerate(line) if column != at])
        labels.append(line[at].strip())
    return np.array(rows).reshape(len(rows), -1), labels, header[:at] + header[at + 1 :]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read_npz(path: Path) -> tuple[Array, list[str], list[str]]:
    import zipfile

    try:
        with np.load(path, allow_pickle=False) as file:
            X, y = file["X"], file["y"]
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InvalidValueError(f"{path.name}: expected an NPZ file with arrays X and y ({error})") from error
    if X.ndim != 2 or X.dtype.kind not in "fiub" or y.shape != X.shape[:1]:
        raise InvalidValueError(
            f"{path.name}: expected real X of shape (n, d) and y of shape (n,), "
            f"got {X.dtype} {X.shape} and {y.shape}"
        )
    return X.astype(float), [str(label) for label in y.tolist()], [f"x{i}" for i in range(X.shape[1])]


def _classification(
    name: str, X: Array, positive: NDArray[np.bool_], features: list[str], intercept: bool
) -> Dataset:
    return Dataset(name, *_prepared(X, np.where(positive, 1.0, -1.0), features, True, intercept))


def _prepared(
    X: Array, y: Array, features: list[str], standardise: bool, intercept: bool
) -> tuple[Array, Array, tuple[str, ...]]:
    if standardise:
        scale = X.std(axis=0)
        X = (X - X.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    if intercept:
        X, features = np.column_stack([X, np.ones(len(X))]), [*features, "intercept"]
    return X, y, tuple(features)
