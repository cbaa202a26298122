"""A sweep as notebooks show it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..._html import facts


def as_html(axes: Mapping[str, NDArray[Any]], messages: NDArray[Any], t: int) -> str:
    """Return a table of the axes, with how many runs there are and how many stopped."""
    rows: list[tuple[str, Any]] = []
    for name, labels in axes.items():
        rest = ", ..." if len(labels) > 8 else ""
        told = ", ".join(map(str, labels[:8].tolist())) + rest
        rows.append((f"{len(labels)} of {name.replace('_', ' ')}", told))
    failed = int(np.count_nonzero(messages != ""))
    return facts("Sweep", [*rows, ("runs", messages.size), ("failed", failed), ("t", t)])
