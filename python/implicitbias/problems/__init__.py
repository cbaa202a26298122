"""What is lost: problems that others state otherwise, and their samples as rows."""

from .boosting import adaboost

__all__ = ["adaboost"]
