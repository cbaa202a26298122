"""What oracles know of norms, one class in one file a norm."""

from importlib import import_module
from pkgutil import iter_modules

from .norm_oracle import NormOracle, as_cvxpy, dual_norm, oracle_of

for _file in iter_modules(__path__, f"{__name__}."):  # each registers its class for `oracle_of`
    import_module(_file.name)

__all__ = ["NormOracle", "as_cvxpy", "dual_norm", "oracle_of"]
