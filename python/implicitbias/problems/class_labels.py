"""Labels of classes, of any kind, as numbers from 0 on; refusals of labels that are not -1 and +1."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arguments import refuse, seen
from ..errors import InvalidValueError

_EXPECTED = "class labels, integers or strings, one a row of X"


def coded(y: Any) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return the class of each sample as a number, and the labels of the classes in sorted order.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If y holds no labels, or one is missing, or there is one class only.
    """
    labels = _checked(y)
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        one = f"one, {seen(classes[0])}" if len(classes) else "none"
        raise InvalidValueError(
            f"y: expected labels of at least two classes, got {one}; parameters have a row for each class "
            "that occurs in y, and with one there is nothing to tell apart"
        )
    return codes.astype(np.int64), classes


def codes_of(y: NDArray[Any], classes: NDArray[Any]) -> NDArray[np.int64]:
    """Return the class of each sample as a number, of labels that all are in `classes`."""
    return np.searchsorted(classes, y).astype(np.int64)


def refuse_for_signs(y: Any) -> None:
    """Refuse class labels, and several targets a sample, where -1 and +1 are asked for.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        With the loss to write for them.
    """
    if hasattr(y, "toarray"):
        return
    try:
        labels = np.asarray(y)
    except Exception:  # the reader of numbers says what is wrong
        return
    if labels.ndim == 2 and min(labels.shape) > 1:
        raise InvalidValueError(
            f"y: expected labels -1 or +1 of shape (n,) for a monotone loss, got shape {labels.shape}; "
            "write Problem(X, y.argmax(axis=1), CrossEntropy()) for one column a class, or Problem(X, y, "
            "Squared()) if y holds numbers to be fitted"
        )
    if labels.ndim == 1 and labels.dtype.kind in "UST" and labels.size:
        count = len(np.unique(labels))
        cure = "numpy.where(y == label, 1, -1), for the label that is +1"
        if count > 2:
            cure = f"Problem(X, y, CrossEntropy()) for labels of {count} classes"
        refuse("y", "labels -1 or +1 for a monotone loss", labels, cure)


def _checked(y: Any) -> NDArray[Any]:
    """Return labels as an array of integers, floats, truths or texts."""
    if hasattr(y, "toarray"):
        refuse("y", _EXPECTED, y, "y.toarray()")
    if np.ma.is_masked(y):
        raise InvalidValueError(
            "y: expected complete labels, got masked entries; leave out the samples without a label: write "
            "Problem(X[~y.mask], y[~y.mask], ...)"
        )
    if isinstance(y, str | bytes) or y is None:
        refuse("y", _EXPECTED, y)
    try:
        # NumPy would make texts of numbers beside texts, and of None.
        labels = np.asarray(y, dtype=object if isinstance(y, list | tuple) else None)
    except Exception as error:
        raise InvalidValueError(f"y: expected {_EXPECTED}, got something numpy.asarray refuses") from error
    if labels.ndim != 1:
        shape = f"y: expected class labels of shape (n,) for a multiclass loss, got shape {labels.shape}"
        cure = ""
        if labels.ndim == 2:
            cure = "; write " + ("numpy.ravel(y)" if min(labels.shape) == 1 else "y.argmax(axis=1)")
            cure += "" if min(labels.shape) == 1 else " where a column is a class"
        raise InvalidValueError(shape + cure)
    if labels.dtype.kind == "O":
        labels = _of_objects(labels)
    if labels.dtype.kind == "T":  # texts of any length, which no checkpoint holds
        if any(isinstance(label, float) for label in labels.tolist()):
            labels = _of_objects(labels.astype(object))
        labels = labels.astype(str)
    if labels.dtype.kind not in "biufUS" or (labels.dtype.itemsize > 8 and labels.dtype.kind == "f"):
        refuse("y", _EXPECTED, labels)
    if labels.dtype.kind == "f":
        _check_whole(labels)
    return labels


def _of_objects(labels: NDArray[Any]) -> NDArray[Any]:
    """Return labels that are Python objects as an array of numbers or of texts."""
    for n, label in enumerate(labels):
        if _is_missing(label):
            raise _missing(n, label)
    kinds = {_kind(label) for label in labels}
    if len(kinds) > 1 or "" in kinds:
        names = sorted({type(label).__name__ for label in labels})
        raise InvalidValueError(
            f"y: expected labels of one kind, integers or strings, got objects of type {', '.join(names)}; "
            "write numpy.asarray(y, dtype=str)"
        )
    return np.asarray(labels.tolist()) if len(labels) else labels.astype(np.int64)


def _is_missing(label: Any) -> bool:
    """Return whether a label is None or one of the objects that are not equal to themselves, as NaN."""
    if label is None or label is np.ma.masked:
        return True
    try:
        return not isinstance(label, str | bytes) and bool(label != label)
    except (TypeError, ValueError):  # comparisons with pandas.NA have no truth value
        return True


def _kind(label: Any) -> str:
    """Return of which kind a label is; "" for none."""
    if isinstance(label, bool | np.bool_):
        return "truth"
    if isinstance(label, int | float | np.integer | np.floating):
        return "number"
    if isinstance(label, str):
        return "text"
    return "bytes" if isinstance(label, bytes) else ""


def _check_whole(labels: NDArray[Any]) -> None:
    """Refuse floats that are no whole numbers: targets to be fitted, or missing labels."""
    missing = np.flatnonzero(~np.isfinite(labels))
    if len(missing):
        raise _missing(missing[0], float(labels[missing[0]]))
    broken = np.flatnonzero(labels != np.round(labels))
    if len(broken):
        raise InvalidValueError(
            f"y: expected {_EXPECTED}, got y[{broken[0]}] = {labels[broken[0]]}; write "
            "Problem(X, y, Squared()) if y holds numbers to be fitted"
        )


def _missing(n: int, label: object) -> InvalidValueError:
    return InvalidValueError(
        f"y: expected complete labels, got y[{n}] = {label!r}; leave out the samples without a label, or "
        "give them one of their own"
    )
