"""Both sides of every pairing iterate alike."""

import pytest

pytest.importorskip("numba")
from pairings_agreement import disagreement, tolerance
from pairings_list import PAIRINGS
from pairings_numba import ways


def ways_at(size):
    return [
        pytest.param(pairing, way, id=f"{pairing}, {way.__name__}")
        for pairing in PAIRINGS
        if pairing.size == size
        # The ways differ in their gradients alone: gradient descent tries them all.
        for way in ways(pairing)[: None if pairing.method == "l2" else 1]
    ]


@pytest.mark.parametrize(("pairing", "way"), ways_at("10 x 3"))
def test_they_agree(pairing, way):
    assert disagreement(pairing, way) <= tolerance(pairing)
