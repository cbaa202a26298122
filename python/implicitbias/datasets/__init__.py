"""Real data: scikit-learn's copies, and files of one's own."""

from .built_in import (
    BUILT_IN,
    breast_cancer,
    digits_3v8,
    example_2,
    example_4,
    iris_setosa,
    rudin_2004,
)
from .dataset import Dataset
from .files import load

__all__ = [
    "BUILT_IN",
    "Dataset",
    "breast_cancer",
    "digits_3v8",
    "example_2",
    "example_4",
    "iris_setosa",
    "load",
    "rudin_2004",
]
