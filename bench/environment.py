"""What the numbers depend on."""

import platform
from importlib.metadata import version
from importlib.util import find_spec

from implicitbias import _core
from peers import PEERS


def environment():
    """Return the versions of what is compared, and the SIMD level of ours."""
    packages = [f"{name} {version(name)}" for name in ("implicitbias", *PEERS) if find_spec(name)]
    return f"Python {platform.python_version()}, {', '.join(packages)}; SIMD level {_core.simd_level()}"
