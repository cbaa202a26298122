"""Both sides of a pairing by turns, in processor time: other load on the machine meets both alike."""

from functools import cache
from time import process_time

import pairings_numba
import pairings_ours
from pairings_agreement import disagreement, tolerance
from pairings_list import FACTOR, GRADIENT_DESCENT, SYMMETRIC, Pairing
from turns import enough_steps, medians, seconds

# Ours is timed as in long runs: rows are rare, and what is made in the first iterations is there.
ITERATIONS_BEFORE, SECONDS_BEFORE = 3000, 0.3


class DisagreementError(Exception):
    """Two sides of a pairing have not the same iterates."""


def measure(pairing, rounds):
    """Return what is known of a pairing: microseconds per iteration of both, and how each computes.

    Raises
    ------
    DisagreementError
        If they do not iterate alike: then their times mean nothing.
    """
    way = fastest(pairing.size, pairing.loss, pairing.batch)
    error = disagreement(pairing, way)
    if not error <= tolerance(pairing):
        raise DisagreementError(f"{pairing}: iterates differ by {error:.1e} of the way from the start")
    run, loop = pairings_ours.prepare(pairing), pairings_numba.prepare(pairing, way)
    begin = process_time()
    while run.t < ITERATIONS_BEFORE and process_time() - begin < SECONDS_BEFORE:
        run.advance(100)
    ours, numba = (1e6 * side for side in medians((run.advance, loop), rounds))
    return {
        **pairing._asdict(),
        "ours": ours,
        "numba": numba,
        "ratio": numba / ours,
        "form": run.form,
        "way": in_words(way),
    }


@cache
def fastest(size, loss, batch):
    """Return numba's fastest way through data of this size: gradient descent on this loss tells."""
    method = FACTOR if size == SYMMETRIC else GRADIENT_DESCENT
    pairing = Pairing(size, loss, method, "constant", batch)
    ways = pairings_numba.ways(pairing)
    if len(ways) == 1:
        return ways[0]
    loops = {way: pairings_numba.prepare(pairing, way) for way in ways}
    steps = {way: enough_steps(loop) for way, loop in loops.items()}
    return min(ways, key=lambda way: min(seconds(loops[way], steps[way]) for _ in range(5)) / steps[way])


def in_words(way):
    """Return the name of a way as the table has it."""
    return way.__name__.replace("_", " ")
