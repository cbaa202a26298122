"""Calls by turns, in processor time: other load on the machine meets all of them alike."""

import math
from statistics import median
from time import process_time

CALL_SECONDS = 0.02


def medians(calls, rounds):
    """Return the seconds per step of each ``call(steps)``, medians over the rounds."""
    sides = [(call, enough_steps(call)) for call in calls]
    times = [[seconds(call, steps) / steps for call, steps in sides] for _ in range(rounds)]
    return [median(side) for side in zip(*times, strict=True)]


def seconds(call, steps):
    """Return how long the call takes."""
    begin = process_time()
    call(steps)
    return process_time() - begin


def enough_steps(call):
    """Return with how many steps a call lasts CALL_SECONDS."""
    steps = 8
    while (taken := seconds(call, steps)) < CALL_SECONDS:
        steps = math.ceil(steps * min(16.0, max(1.2, 1.3 * CALL_SECONDS / max(taken, 1e-9))))
    return steps
