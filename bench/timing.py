"""How every suite times a loop."""

from functools import partial
from timeit import timeit

CALL_SECONDS = 0.03  # at least, and less than about twice that
ROUNDS = 15


def time_steps(benchmark, medians, suite, row, peer, prepare, steps=None):
    """Time ``prepare()(steps)`` per step, and enter its median into the suite's table.

    ``row`` is a dictionary, the table's first columns. Without ``steps``, enough for CALL_SECONDS are taken.
    """
    if steps is None:
        steps, seconds = enough_steps(prepare)
    else:
        seconds = timeit(partial(prepare(), steps), number=1)
    benchmark.group = ", ".join([suite, *row.values()])
    benchmark.extra_info.update(peer=peer, steps=steps)
    rounds = ROUNDS if seconds < 5 * CALL_SECONDS else 5
    # A run goes on where it stopped; a peer's loop starts from the beginning.
    start = prepare if peer.startswith("ours") else partial(lambda loop: loop, prepare())
    benchmark.pedantic(
        lambda loop: loop(steps), setup=lambda: ((start(),), {}), rounds=rounds, warmup_rounds=1
    )
    if benchmark.stats:
        enter(medians, (suite, tuple(row.items()), peer), benchmark.stats.stats.median / steps)


def enter(medians, key, seconds):
    """Enter the seconds per iteration; where a suite is run more than once, the least of them stay."""
    medians[key] = min(seconds, medians.get(key, seconds))


def enough_steps(prepare):
    """Return the power of two of steps from which a call lasts CALL_SECONDS, and how long it lasts."""
    prepare()(1)  # compiles
    steps = 1
    while (seconds := timeit(partial(prepare(), steps), number=1)) < CALL_SECONDS:
        steps *= 2
    return steps, seconds
