"""svmlight and libsvm files, whose samples are sparse, read by scikit-learn."""

import re
from codecs import BOM_UTF8
from io import BytesIO

import numpy as np

from ..errors import InvalidValueError
from .entries import LARGEST_EXACT, numbers, refuse
from .table import Samples

# So many features, each with a name, take two gigabytes.
MOST_FEATURES = 1 << 24
# The text of every number that is not 0, but too small for float64, has one of these in it.
_TINY = re.compile(rb"[eE]-\d{3}|0{300}")
_QUERY = re.compile(rb"\sqid:")


def read_svmlight(file: str, content: bytes) -> Samples:
    """Read sparse samples; features are named after their numbers in the file, from 0 or 1 on."""
    from scipy.sparse import csr_array
    from sklearn.datasets import load_svmlight_file

    content = content.removeprefix(BOM_UTF8)
    try:
        X, y = load_svmlight_file(BytesIO(content), zero_based=True)
    except Exception as error:  # among them UnicodeDecodeError, IndexError and OverflowError
        raise InvalidValueError(
            f"{file}: expected lines such as '+1 3:0.5 17:2', labels and numbered features ({error})"
        ) from error
    X = csr_array(X)
    if X.nnz == 0:
        raise InvalidValueError(f"{file}: expected samples with features, got {X.shape[0]} without any")
    if X.shape[1] > MOST_FEATURES:
        raise InvalidValueError(
            f"{file}: expected features numbered up to {MOST_FEATURES}, as w has an entry for each, got "
            f"feature {X.shape[1] - 1}; number those that occur anew"
        )
    first = 1 if X.shape[1] > 1 and X[:, [0]].nnz == 0 else 0  # indices of svmlight begin with 1
    X = X[:, first:]

    def where(at: int) -> str:
        sample = int(np.searchsorted(X.indptr, at, "right")) - 1
        return f"{file}, sample {sample} (from 0), feature {X.indices[at] + first}"

    numbers(X.data, where)
    largest = max(np.abs(X.data).max(initial=0), np.abs(y).max())
    if largest >= LARGEST_EXACT or _TINY.search(content) or b"_" in content:
        _refuse_misread_numbers(file, content)
    features = [f"x{column + first}" for column in range(X.shape[1])]
    queries = any(_QUERY.search(line.partition(b"#")[0]) for line in content.splitlines())
    dropped = ["dropped: the queries (qid), as each sample counts alone"] if queries else []
    return Samples(X, y, lambda row: f"{file}, sample {row} (from 0)", features, warnings=dropped)


def _refuse_misread_numbers(file: str, content: bytes) -> None:
    """Refuse integers that the reader has rounded, numbers rounded to 0, and 1_0, which it takes for 10."""
    for number, line in enumerate(content.splitlines(), 1):
        for entry in line.partition(b"#")[0].split():
            feature, colon, text = entry.decode().rpartition(":")
            if feature != "qid":
                if "_" in feature:
                    refuse(f"{file}, row {number}", "a feature's number", feature)
                place = f"{file}, row {number}, {f'feature {feature}' if colon else 'the target'}"
                numbers(np.array([text], dtype=object), lambda _, place=place: place)
