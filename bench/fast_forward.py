"""Processor seconds to t = 1e300 at n = 50 and d = 100, as a Markdown table; medians over random data."""

import argparse
import math
from statistics import median
from time import process_time

import numpy as np
from threadpoolctl import threadpool_limits

import implicitbias as ib
from table import aligned

METHODS = {
    "gradient descent": (ib.GradientDescent(), 1e-3, 1e-8),
    "l1.5": (ib.SteepestDescent(ib.Lp(1.5)), 1e-3, 1e-8),
    "l3": (ib.SteepestDescent(ib.Lp(3)), 3e-4, 1e-8),
    "l4": (ib.SteepestDescent(ib.Lp(4)), 3e-4, 1e-8),
    "l6": (ib.SteepestDescent(ib.Lp(6)), 3e-4, 1e-6),
    "l8": (ib.SteepestDescent(ib.Lp(8)), 3e-4, 1e-6),
    "weighted l3": (ib.SteepestDescent(ib.WeightedNorm(np.linspace(0.5, 2, 100), ib.Lp(3))), 3e-4, 1e-8),
    "l1": (ib.SteepestDescent(ib.Lp(1)), 1e-3, 1e-6),
    "linf": (ib.SteepestDescent(ib.Lp(math.inf)), 3e-5, 1e-6),
    "mirror descent, l1.5": (ib.MirrorDescent(ib.SquaredLp(1.5)), 1e-3, 1e-8),
    "AdaGrad": (ib.AdaGrad(), 1e-2, 1e-8),
}


def leap(problem, method, eta, tolerance):
    """Return the seconds, the time it leapt at and the stated error; infinite where it is refused."""
    run = ib.Run(problem, method, ib.Constant(eta))
    begin = process_time()
    try:
        run.fast_forward(1e300, tolerance=tolerance)
    except ib.InvalidValueError:
        return process_time() - begin, math.inf, math.inf
    rows = run.trajectory
    return process_time() - begin, rows.t[~rows.integrated][-1], rows.error[-1]


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=5, help="how many (default: 5)")
    problems = []
    for seed in range(parser.parse_args().problems):
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((50, 100))
        problems.append(ib.Problem(X, np.sign(X @ rng.standard_normal(100)), ib.Exponential()))
    ib.Run(problems[0], ib.GradientDescent(), ib.Constant(1e-3)).fast_forward()  # imports
    lines = [["", "tolerance", "seconds", "at most", "leapt at", "at most", "error, at most", "refused"]]
    for name, (method, eta, tolerance) in METHODS.items():
        seconds, times, errors = zip(*(leap(p, method, eta, tolerance) for p in problems), strict=True)
        met = [math.isfinite(error) for error in errors]
        row = [name, f"{tolerance:g}", f"{median(seconds):.2f}", f"{max(seconds):.2f}"]
        row += [f"{median(times):.0e}", f"{max(times):.0e}", f"{max(errors):.0e}", str(met.count(False))]
        lines.append(row)
    print(aligned(lines))


if __name__ == "__main__":
    with threadpool_limits(1, "blas"):
        main()
