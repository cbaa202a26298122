"""All peers of the optimizers iterate alike, in each of their ways."""

from importlib import import_module

import pytest

from optimizers import TOLERANCE, disagreement
from optimizers_workload import METHODS, SIZES, STEPS
from peers import PEERS


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", SIZES.values())
def test_peers_agree(size, method, peer):
    pytest.importorskip(peer)
    module = import_module(f"optimizers_{peer}")
    for way in getattr(module, "WAYS", [None]):
        loop = module.prepare(size, method, STEPS[size][method], *[way] * (way is not None))
        assert disagreement(loop, size, method) <= TOLERANCE
