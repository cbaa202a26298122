"""What this package knows of limits, as estimators of scikit-learn."""

from .descent_classifier import DescentClassifier
from .max_margin_classifier import MaxMarginClassifier
from .projection_regressor import ProjectionRegressor

__all__ = ["DescentClassifier", "MaxMarginClassifier", "ProjectionRegressor"]
