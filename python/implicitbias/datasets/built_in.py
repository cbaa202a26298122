"""Data sets that come with scikit-learn, and those of papers."""

import numpy as np
from numpy.typing import NDArray

from .._calls import public
from .._types import Array
from .dataset import Dataset
from .preparation import prepared


@public
def iris_setosa(*, intercept: bool = False) -> Dataset:
    """Fisher's iris, setosa (+1) against the rest: 150 x 4, standardized.

    Separable with or without intercept.

    Parameters
    ----------
    intercept : bool, default False
        Append a column of ones.

    Returns
    -------
    Dataset

    Examples
    --------
    >>> ib.datasets.iris_setosa().X.shape
    (150, 4)
    """
    from sklearn.datasets import load_iris

    bunch = load_iris()
    return _classification("iris_setosa", bunch.data, bunch.target == 0, bunch.feature_names, intercept)


@public
def digits_3v8(*, intercept: bool = False) -> Dataset:
    """Handwritten digits 3 (+1) against 8: 357 x 64, standardized, separable with or without intercept.

    Pixels that are constant become columns of zeros.

    Parameters
    ----------
    intercept : bool, default False
        Append a column of ones.

    Returns
    -------
    Dataset

    Examples
    --------
    >>> ib.datasets.digits_3v8().X.shape
    (357, 64)
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    chosen = np.isin(bunch.target, (3, 8))
    return _classification(
        "digits_3v8", bunch.data[chosen], bunch.target[chosen] == 3, bunch.feature_names, intercept
    )


@public
def breast_cancer(*, intercept: bool = True) -> Dataset:
    """Wisconsin breast cancer, benign (+1) against malignant: 569 x 30, standardized.

    Separable with the intercept column only, by a margin so small that training errors remain after 10^7
    steps: a stress case.

    Parameters
    ----------
    intercept : bool, default True
        Append a column of ones.

    Returns
    -------
    Dataset

    Examples
    --------
    >>> ib.datasets.breast_cancer().X.shape
    (569, 31)
    """
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return _classification("breast_cancer", bunch.data, bunch.target == 1, bunch.feature_names, intercept)


@public
def example_2(*, intercept: bool = False) -> Dataset:
    """The paper's Examples 2 and 3 (Figures 1a and 1b): one sample, w_1 + 2 w_2 = 1.

    Parameters
    ----------
    intercept : bool, default False
        Append a column of ones.

    Returns
    -------
    Dataset

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Examples 2 and 3, Figures 1a and 1b.

    Examples
    --------
    >>> ib.datasets.example_2().X.shape
    (1, 2)
    """
    X, y = np.array([[1.0, 2]]), np.array([1.0])
    return _dataset("example_2", X, y, ["x1", "x2"], False, intercept)


@public
def example_4(*, intercept: bool = False) -> Dataset:
    """The paper's Example 4 (Figure 1c): w_1 + w_2 + w_3 = 1 and w_1 + 2 w_2 = 10.

    Parameters
    ----------
    intercept : bool, default False
        Append a column of ones.

    Returns
    -------
    Dataset

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Example 4, Figure 1c.

    Examples
    --------
    >>> ib.datasets.example_4().X.shape
    (2, 3)
    """
    X, y = np.array([[1.0, 1, 1], [1, 2, 0]]), np.array([1.0, 10])
    return _dataset("example_4", X, y, ["x1", "x2", "x3"], False, intercept)


@public
def rudin_2004(*, intercept: bool = False) -> Dataset:
    """Eight weak learners on eight samples for which AdaBoost cycles: y_i h_j(x_i) of +-1, every label +1.

    The maximum l1 margin is 3/8. AdaBoost (see `problems.adaboost`) from w = 0 falls into a cycle of length
    3 on the weak learners h1, h3 and h2: its edges are (sqrt(5) - 1)/2, its eighth sample loses all weight,
    and its margin tends to 1/3. With a shrinkage of 3/4, or small steps, it tends to 3/8.

    From Rudin, Daubechies and Schapire, "The Dynamics of AdaBoost: Cyclic Behavior and Convergence of
    Margins" (JMLR 5, 2004).

    Parameters
    ----------
    intercept : bool, default False
        Append a column of ones.

    Returns
    -------
    Dataset

    References
    ----------
    Rudin, Daubechies and Schapire (2004), "The Dynamics of AdaBoost: Cyclic Behavior and Convergence of
    Margins", JMLR 5.

    Examples
    --------
    >>> ib.datasets.rudin_2004().X.shape
    (8, 8)
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
    return _dataset("rudin_2004", np.array(X), np.ones(8), features, True, intercept)


def _classification(
    name: str, X: Array, positive: NDArray[np.bool_], features: list[str], intercept: bool
) -> Dataset:
    y = np.where(positive, 1.0, -1.0)
    return _dataset(name, X, y, features, True, intercept, standardize=True)


def _dataset(
    name: str,
    X: Array,
    y: Array,
    features: list[str],
    classification: bool,
    intercept: bool,
    *,
    standardize: bool = False,
) -> Dataset:
    samples = prepared(X, features, standardize, intercept)
    return Dataset(name, samples.X, y, samples.features, classification, samples.notes)


BUILT_IN = {
    each.__name__: each for each in (iris_setosa, digits_3v8, breast_cancer, example_2, example_4, rudin_2004)
}
