"""Which runs of a sweep go together: fixed by the sweep alone, not by clock, executor or resumption."""

import math

import numpy as np

from .axes import Axes

# About how many nanoseconds an iteration takes, and a number of X in it; how many a run has, by guess.
_ITERATION, _ENTRY, _ITERATIONS = 50, 1, 10_000

# A chunk takes a second at most, and there are so many of them at least where runs are many.
_SECOND, _LEAST = 1e9, 128

# Chunks of many runs are whole vectors of them.
_WIDTH = 32


def chunks_of(axes: Axes) -> list[tuple[int, int]]:
    """Return the first run of each chunk and that after its last: one problem, and one kind of method."""
    kinds = {type(each): None for each in axes.values["method"]}
    kind_of = np.array([list(kinds).index(type(each)) for each in axes.values["method"]])
    of_problem = axes.indices("problem")
    group = of_problem * len(kinds) + kind_of[axes.indices("method")]
    ends = [*(np.flatnonzero(np.diff(group)) + 1).tolist(), axes.size]
    chunks = []
    begin = 0
    for end in ends:
        size = _size(math.prod(axes.values["problem"][of_problem[begin]].X.shape), axes.size)
        chunks += [(first, min(first + size, end)) for first in range(begin, end, size)]
        begin = end
    return chunks


def _size(entries: int, runs: int) -> int:
    a_run = _ITERATIONS * (_ITERATION + _ENTRY * entries)
    size = max(1, min(int(_SECOND / a_run), max(_WIDTH, math.ceil(runs / _LEAST))))
    return math.ceil(size / _WIDTH) * _WIDTH if size > 1 else size
