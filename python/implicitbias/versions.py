"""What the numbers of this package depend on: versions, processor features, threads."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from . import _core
from ._calls import public

# Packages whose versions are looked up by name: importing them would take seconds.
_PACKAGES = {
    "NumPy": "numpy",
    "SciPy": "scipy",
    "cvxpy": "cvxpy",
    "Clarabel": "clarabel",
    "scikit-learn": "scikit-learn",
    "pandas": "pandas",
    "matplotlib": "matplotlib",
}


def versions() -> dict[str, str]:
    """Return what `show_versions` prints, by name."""
    return {
        "implicitbias": version("implicitbias"),
        "Python": f"{platform.python_version()} on {platform.platform()}",
        **{name: _version(package) for name, package in _PACKAGES.items()},
        "Eigen": _core.eigen_version(),
        "compiler": _core.compiler(),
        "SIMD level": _core.simd_level(),
        "threads": _threads(),
    }


@public
def show_versions() -> None:
    """Print the versions of the package and of what it uses, the SIMD level and the number of threads.

    A report of a fault should have them in it.

    Examples
    --------
    >>> ib.show_versions()
    implicitbias ...
    """
    found = versions()
    width = max(map(len, found))
    for name, value in found.items():
        print(f"{name:<{width}}  {value}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _threads() -> str:
    """Say how many threads can run at once, and what limits those of linear algebra."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone
    count = len(affinity(0)) if affinity else os.cpu_count() or 1
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    limits = [f"{name}={os.environ[name]}" for name in names if name in os.environ]
    return ", ".join([str(count), *limits])
