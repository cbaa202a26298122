"""Paths of solutions: the lasso's, forward stagewise's, and those of balls of growing radius.

Section 2.4 (Efron et al. 2004): the lasso path and forward stagewise, the small steps of l1 steepest descent,
are the same while every coordinate of the lasso path is monotone, and then both end at the solution of
smallest l1 norm; otherwise forward stagewise may end elsewhere.

Section 3.2 (Rosset et al. 2004): the regularization path of a monotone loss tends to the maximum margin
direction, as steepest descent does.
"""

from .lasso_path import LassoPath, lasso
from .regularization_path import RegularizationPath, regularization
from .stagewise_path import StagewisePath, stagewise

__all__ = ["LassoPath", "RegularizationPath", "StagewisePath", "lasso", "regularization", "stagewise"]
