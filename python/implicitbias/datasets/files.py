"""Data sets in files, by the ending of their names."""

import bz2
import gzip
import lzma
import os
import warnings
import zipfile
import zlib
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

from .._arguments import flag, refuse, seen
from .._calls import public
from ..errors import DataWarning, InvalidValueError
from .arrays import read_npy, read_npz
from .dataset import Dataset
from .parquet import read_parquet
from .preparation import prepared
from .svmlight import read_svmlight
from .table import Samples
from .targets import read_targets
from .text_table import read_text_table

SEPARATORS = {".csv": ",", ".tsv": "\t"}
PARQUET = (".parquet", ".pq")
SVMLIGHT = (".svmlight", ".svm", ".libsvm")
TEXTS = (*SEPARATORS, *SVMLIGHT)
ENDINGS = (*TEXTS, *PARQUET, ".npz", ".npy")


def _unzip(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        (member,) = archive.namelist()
        return archive.read(member)


DECOMPRESS = {".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress, ".zip": _unzip}
# Errors that decompression raises on damaged files, beside those of Python.
DAMAGES = (zlib.error, lzma.LZMAError, zipfile.BadZipFile)


@public
def load(
    path: str | PathLike[str],
    *,
    target: str | None = None,
    positive: str | None = None,
    classes: bool = False,
    standardize: bool = False,
    intercept: bool = False,
    standardise: bool | None = None,
) -> Dataset:
    """Read a data set from a file: a table, sparse samples or arrays.

    Parameters
    ----------
    path : str or path
        ``.csv``, ``.tsv``: a header line, then numbers, with one column of targets; ``.parquet`` likewise,
        for which pandas needs pyarrow. ``.svmlight`` (``.svm``, ``.libsvm``): sparse samples. These texts
        may be compressed: ``.gz``, ``.bz2``, ``.xz``, ``.zip``. ``.npz``: arrays X, (n, d) or (n, r, c)
        for matrices, and y (n,). ``.npy``: a matrix, of which `target` is a column.
    target : str, optional
        The target's column in a table, the last by default; its number in a ``.npy`` file.
    positive : str, optional
        The label that becomes +1; every other becomes -1. Without it, targets are numbers and stay as
        they are.
    classes : bool, default False
        Keep the targets as labels of classes, for a multiclass loss: integers if all of them are, texts
        otherwise.
    standardize : bool, default False
        Center every feature and scale it to unit variance; one that is constant becomes 0.
    intercept : bool, default False
        Append a column of ones (not to matrices).
    standardise : bool, optional
        Deprecated; the former name of `standardize`.

    Returns
    -------
    Dataset
        Its notes say what was dropped, encoded or standardized.

    Raises
    ------
    InvalidValueError
        If the file cannot be read or is not of this form, an entry is missing or not finite, or an integer
        is one that float64 cannot hold; the message names the row (as a line of the file) and the column.

    Warns
    -----
    DataWarning
        If a column of row numbers was dropped, or two-valued targets, such as 0 and 1, stay real numbers.

    Examples
    --------
    >>> with open("points.csv", "w") as file:
    ...     print("x1,x2,label", "1,2,yes", "3,4,no", sep=chr(10), file=file)
    >>> dataset = ib.datasets.load("points.csv", positive="yes")
    >>> print(dataset.features, dataset.y)
    ('x1', 'x2') [ 1. -1.]
    >>> ib.datasets.load("points.csv", classes=True).problem(ib.CrossEntropy())
    Problem(2 samples of shape (2,), 2 classes, CrossEntropy())
    """
    standardize, intercept = flag(standardize, "standardize"), flag(intercept, "intercept")
    classes = flag(classes, "classes")
    path, kind = _checked(path)
    if standardise is not None:
        warnings.warn("standardise is deprecated; write standardize", DeprecationWarning, stacklevel=3)
        standardize = flag(standardise, "standardise")
    file = path.name
    samples = _read(path, kind, target)
    targets = read_targets(file, samples.targets, samples.where, positive, classes)
    X, features, notes = prepared(samples.X, samples.features, standardize, intercept)
    told = [*samples.warnings, *([targets.warning] if targets.warning else [])]
    for each in told:
        warnings.warn(f"{file}: {each}", DataWarning, stacklevel=3)
    said = (*samples.notes, *([targets.note] if targets.note else []), *notes)
    name = file[: file.lower().rindex(kind)]
    return Dataset(name, X, targets.y, features, targets.classification, (*told, *said))


def _checked(path: Any) -> tuple[Path, str]:
    """Return the path, and its ending without that of a compression."""
    if not isinstance(path, str | PathLike):
        refuse("path", "a str or a path", path)
    path = Path(path)
    if "\0" in str(path):
        raise InvalidValueError(f"path: expected the name of a file, got {str(path)!r}")
    known = f"a file whose name ends in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
    if os.path.isdir(path):
        raise InvalidValueError(f"path: expected {known}, got the folder {str(path)!r}")
    *others, last = ["", *(suffix.lower() for suffix in path.suffixes)]
    kind = others[-1] if last in DECOMPRESS else last
    if kind not in (TEXTS if last in DECOMPRESS else ENDINGS):
        raise InvalidValueError(
            f"path: expected {known}, texts also with {', '.join(DECOMPRESS)} behind, got {path.name!r}"
        )
    return path, kind


def _read(path: Path, kind: str, target: object) -> Samples:
    try:
        content = _decompressed(path.read_bytes(), path)
    except OSError as error:
        raise InvalidValueError(f"path: {str(path)!r} cannot be read ({error.strerror or error})") from error
    if kind in SEPARATORS:
        return read_text_table(path.name, content, SEPARATORS[kind], target)
    if kind in PARQUET:
        return read_parquet(path.name, content, target)
    if kind == ".npy":
        return read_npy(path.name, content, target)
    if target is not None:
        raise InvalidValueError(
            f"target: expected none, a {kind} file says itself which the targets are; got {seen(target)}"
        )
    return read_npz(path.name, content) if kind == ".npz" else read_svmlight(path.name, content)


def _decompressed(content: bytes, path: Path) -> bytes:
    suffix = path.suffix.lower()
    try:
        return DECOMPRESS[suffix](content) if suffix in DECOMPRESS else content
    except (EOFError, OSError, ValueError, RuntimeError, *DAMAGES) as error:
        raise InvalidValueError(f"{path.name}: expected a {suffix} file of one text ({error})") from error
