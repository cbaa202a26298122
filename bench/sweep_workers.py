"""How a sweep scales over workers: a model of its chunks, held against processes of this machine.

    python bench/sweep_workers.py [--runs 20000] [--steps 10000]

Numbers of a chunk are measured, in one process whose executor works at once and in place: the seconds that
a worker needs, the seconds that the sweep itself spends on sending a chunk and taking it in, and the bytes of
both messages. From them the model says how long the sweep takes with any number of workers: the sweep and the
network take one chunk at a time, each worker has its own. Pools of 1, 2 and 4 processes are timed beside it,
by turns. On a machine that others use, a process more is a share more of its cores: then `--cores` is larger.
"""

import argparse
import heapq
import os
import pickle
from collections import deque
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from time import perf_counter, sleep

import numpy as np

import implicitbias as ib
from workload import samples

# As sending.py has them: tasks on their way at the beginning, more with each result, and at most.
FIRST, MORE, MOST = 8, 2, 1024

# A cluster's network: bytes a second, and seconds until a message is there.
BANDWIDTH, LATENCY = 125e6, 1e-3


class InPlace(Executor):
    """An executor that works when a task is submitted, and measures it."""

    def __init__(self):
        self.seconds, self.bytes = [], []

    def submit(self, function, /, *args):
        """Return the result, after the way to a worker and back as messages."""
        sent = pickle.dumps((function, args))
        begin = perf_counter()
        function, args = pickle.loads(sent)
        answer = pickle.dumps(function(*args))
        self.seconds.append(perf_counter() - begin)
        self.bytes.append((len(sent), len(answer)))
        future = Future()
        future.set_result(pickle.loads(answer))
        return future


@dataclass(frozen=True)
class Chunks:
    """What the chunks of a sweep cost: a worker, the sweep, and the network."""

    worker: list[float]
    sweep: float
    sent: float
    answered: float

    def seconds(self, workers, cores=None, bandwidth=BANDWIDTH, latency=LATENCY):
        """Return how long so many workers take, on so many cores if they share a machine."""
        slower = max(1.0, workers / cores) if cores else 1.0
        free = [0.0] * workers
        out, back = self.sent / bandwidth, self.answered / bandwidth
        waiting, arrivals = deque(self.worker), []
        here = wire = 0.0  # until when the sweep and the network are busy
        flying, limit = 0, FIRST
        while waiting or arrivals:
            while waiting and flying < limit:
                here += self.sweep / 2
                wire = max(wire, here) + out
                begin = max(wire + latency, heapq.heappop(free))
                end = begin + waiting.popleft() * slower
                heapq.heappush(free, end)
                heapq.heappush(arrivals, end + latency)
                flying += 1
            wire = max(wire, heapq.heappop(arrivals)) + back
            here = max(here, wire) + self.sweep / 2
            flying, limit = flying - 1, min(limit + MORE, MOST)
        return here


def new_sweep(runs):
    """Return a thousand or more scales of loss-normalized steps in l4/3, at n = 10 and d = 3."""
    problem = ib.Problem(*samples(10, 3), ib.Exponential())
    rules = [ib.LossNormalized(scale) for scale in np.linspace(0.1, 1, runs)]
    return ib.Sweep(problem, ib.SteepestDescent(ib.Lp(4 / 3)), rules)


def measured(runs, steps):
    """Return what the chunks cost."""
    sweep, executor = new_sweep(runs), InPlace()
    begin = perf_counter()
    sweep.advance(steps, executor)
    own = (perf_counter() - begin - sum(executor.seconds)) / len(executor.seconds)
    sent, answered = np.mean(executor.bytes, axis=0)
    return Chunks(executor.seconds, own, sent, answered)


def pool_seconds(runs, steps, workers):
    """Return the time of a pool of processes that is there already."""
    sweep = new_sweep(runs)
    with ProcessPoolExecutor(workers) as executor:
        list(executor.map(sleep, [0.1] * workers))
        begin = perf_counter()
        sweep.advance(steps, executor)
        return perf_counter() - begin


def main():
    """Print what was measured, and the tables."""
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args()
    times = {workers: [] for workers in (1, 2, 4)}
    turns = []
    for _ in range(given.repeat):
        turns.append(measured(given.runs, given.steps))
        for workers, own in times.items():
            own.append(pool_seconds(given.runs, given.steps, workers))
    chunks = min(turns, key=lambda each: sum(each.worker))
    print(
        f"{len(chunks.worker)} chunks: {np.mean(chunks.worker) * 1e3:.1f} ms of a worker and "
        f"{chunks.sweep * 1e3:.2f} ms of the sweep each, {chunks.sent / 1e3:.1f} kB out, "
        f"{chunks.answered / 1e3:.1f} kB back\n"
    )
    print(f"| processes on {given.cores} cores | model, s | measured, s |\n|---|---|---|")
    for workers, own in times.items():
        model = chunks.seconds(workers, given.cores, bandwidth=np.inf, latency=0.0)
        print(f"| {workers} | {model:.2f} | {min(own):.2f} |")
    print("\nA hundred times as many chunks, on a cluster; the share of their time that workers work:\n")
    print("| workers | 0.1 s a chunk | 1 s a chunk | 10 s a chunk |\n|---|---|---|---|")
    for workers in (1, 10, 50, 100, 200, 400, 1000):
        shares = []
        for seconds in (0.1, 1.0, 10.0):
            many = Chunks([seconds] * 100 * len(chunks.worker), chunks.sweep, chunks.sent, chunks.answered)
            shares.append(f"{sum(many.worker) / workers / many.seconds(workers):.0%}")
        print(f"| {workers} | " + " | ".join(shares) + " |")


if __name__ == "__main__":
    main()
