"""Who is compared, and where their loops are."""

from importlib import import_module

import pytest

PEERS = "numpy", "numba", "jax", "torch"


def preparation(peer, suite):
    """Return the peer's `prepare` for a suite; skip where its library is missing."""
    module = f"{peer}_{suite}"
    return (import_module(module) if peer == "ours" else pytest.importorskip(module)).prepare
