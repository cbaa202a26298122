"""Optimizers on cross-entropy in ours and in each peer, one thread, by turns: a table of medians."""

import argparse
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import one_thread  # noqa: F401
import optimizers_ours
from environment import environment
from optimizers_workload import METHODS, SIZES, STEPS
from peers import PEERS
from table import aligned
from turns import enough_steps, medians, seconds

AGREEMENT_STEPS, TOLERANCE = 100, 1e-8  # of the way from the start
STEPS_BEFORE = 300  # of ours, untimed: rows are rare then


def main():
    """Time the optimizers, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="turns of each (default: 15)")
    parser.add_argument("--out", metavar="DIR", type=Path, default=Path("bench-out"))
    arguments = parser.parse_args()
    names = [name for name in PEERS if find_spec(name)]
    lines = [["", "method", "ours", *names, "best peer / ours"]]
    for title, size in SIZES.items():
        for method in METHODS:
            loops = [loop for name in names if (loop := fastest(name, size, method))]
            ours, *others = (1e6 * time for time in medians((run_of(size, method), *loops), arguments.rounds))
            peers = [f"{time:#.3g} ({time / ours:.2f})" for time in others]
            lines.append([title, method, f"{ours:#.3g}", *peers, f"{min(others) / ours:.2f}"])
            print(lines[-1], file=sys.stderr, flush=True)
    text = f"{aligned(lines)}\n{environment()}.\n"
    print(text)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "optimizers.md").write_text(text)


def run_of(size, method):
    """Return a run that is on its way, as a function of the number of steps."""
    run = optimizers_ours.prepare(size, method, STEPS[size][method])
    run.advance(STEPS_BEFORE)
    return run.advance


def fastest(name, size, method):
    """Return a peer's fastest loop; leave the program where it has other iterates than ours."""
    peer = import_module(f"optimizers_{name}")
    eta = STEPS[size][method]
    ways = getattr(peer, "WAYS", [None])
    loops = [peer.prepare(size, method, eta, *[way] * (way is not None)) for way in ways]
    for loop in loops:
        error = disagreement(loop, size, method)
        if not error <= TOLERANCE:
            sys.exit(f"{name}, {size}, {method}: iterates differ by {error:.1e} of the way from the start")
    if len(loops) == 1:
        return loops[0]
    steps = [enough_steps(loop) for loop in loops]
    return min(zip(loops, steps, strict=True), key=lambda way: min(seconds(*way) for _ in range(5)) / way[1])[
        0
    ]


def disagreement(loop, size, method):
    """Return by how much W differs from ours after some steps, as a part of the way from the start."""
    expected = optimizers_ours.prepare(size, method, STEPS[size][method]).advance(AGREEMENT_STEPS).w
    return np.abs(np.asarray(loop(AGREEMENT_STEPS)) - expected).max() / np.abs(expected).max()


if __name__ == "__main__":
    with threadpool_limits(1, "blas"):
        main()
