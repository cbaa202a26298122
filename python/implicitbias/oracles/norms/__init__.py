"""What oracles know of norms, one class in one file a norm."""

from . import block, group, lp, polyhedral, quadratic, schatten, sparse_group, weighted  # noqa: F401, they register
from .norm_oracle import NormOracle, as_cvxpy, dual_norm, oracle_of

__all__ = ["NormOracle", "as_cvxpy", "dual_norm", "oracle_of"]
