"""Two paths to sparse solutions: the lasso's, and forward stagewise, the small steps of l1 steepest descent.

Section 2.4 (Efron et al. 2004): the two are the same while every coordinate of the lasso path is monotone,
and then both end at the solution of smallest l1 norm; otherwise forward stagewise may end elsewhere.
"""

from .lasso_path import LassoPath, lasso
from .stagewise_path import StagewisePath, stagewise

__all__ = ["LassoPath", "StagewisePath", "lasso", "stagewise"]
