"""Whether both sides of a pairing iterate alike, which is what makes their times comparable."""

import numpy as np

import pairings_numba
import pairings_ours
from pairings_list import SINGLE
from pairings_workload import start

STEPS = 100


def disagreement(pairing, way):
    """Return by how much the w of both differ after STEPS steps, as a part of the way from the start.

    Their batches are not the same: batches of all samples are compared instead.
    """
    expected = pairings_ours.prepare(pairing._replace(batch=None)).advance(STEPS).w.ravel()
    loop = pairings_numba.prepare(pairing, way, size=10**9 if pairing.batch else None)
    moved = np.abs(expected - start(pairing)).max()
    return float(np.abs(loop(STEPS) - expected).max() / moved)


def tolerance(pairing):
    """Return how much is rounding: numba computes in single precision where the samples are."""
    return 1e-4 if pairing.size == SINGLE else 1e-8
