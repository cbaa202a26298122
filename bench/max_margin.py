"""Seconds to a certified maximum margin, by turns with what others do by hand, as a Markdown table.

l1 and linf against the same linear program given to HiGHS by `scipy.optimize.linprog`, l2 against libsvm on
the Gram matrix, whose accuracy is set so that its margin is as near to the maximum; "short by" is how far
below the certified bound its margin is. "MB" is the most that is allocated beside the data. "from a fold" are
the seconds from the solution of four samples in five, "separable" those of `ib.separability`.
"""

import argparse
import math
import tracemalloc
from statistics import median
from time import process_time

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, random_array
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

import implicitbias as ib
from table import aligned


def separable(n, d, seed):
    """Return Gaussian samples that a hidden direction labels, moved apart a little."""
    rng = np.random.default_rng(seed)
    X, w = rng.standard_normal((n, d)), rng.standard_normal(d)
    y = np.sign(X @ w)
    return X + 0.3 * y[:, None] * w / np.linalg.norm(w), y


def by_highs(p):
    """Return what solves the linear program as one writes it down."""

    def solve(X, y):
        A, n, d = y[:, None] * X, *X.shape
        if p == 1:
            rows = np.vstack([np.hstack([-A, A, np.ones((n, 1))]), np.append(np.ones(2 * d), 0.0)])
            bounds, most = [(0, None)] * (2 * d) + [(None, None)], np.append(np.zeros(n), 1.0)
        else:
            rows, most = np.hstack([-A, np.ones((n, 1))]), np.zeros(n)
            bounds = [(-1, 1)] * d + [(None, None)]
        x = linprog(np.append(np.zeros(rows.shape[1] - 1), -1.0), rows, most, bounds=bounds).x
        return x[:d] - x[d : 2 * d] if p == 1 else x[:d]

    return solve


def by_libsvm(X, y):
    """Solve it by sequential minimal optimization on inner products of mirrored samples: no bias is left."""
    A = y[:, None] * X
    K = A @ A.T
    both = np.block([[K, -K], [-K, K]])
    model = SVC(C=1e10, kernel="precomputed", tol=1e-6)
    model.fit(both, np.repeat([1, -1], len(A)))
    beta = np.zeros(2 * len(A))
    beta[model.support_] = model.dual_coef_[0]
    return (beta[: len(A)] - beta[len(A) :]) @ A


def sparse(n, d, seed):
    """Return samples of which one entry in a hundred is not 0, moved apart along those."""
    rng = np.random.default_rng(seed)
    X = random_array((n, d), density=0.01, rng=rng, data_sampler=rng.standard_normal, format="csr")
    w = rng.standard_normal(d)
    y = np.where(X @ w >= 0, 1.0, -1.0)
    X.data += 0.3 * np.repeat(y, np.diff(X.indptr)) * w[X.indices]
    kept = np.diff(X.indptr) > 0
    return csr_array(X[kept]), y[kept]


def matrices(n, rows, columns, seed):
    """Return separable samples that are matrices."""
    X, y = separable(n, rows * columns, seed)
    return X.reshape(n, rows, columns), y


def classes(n, d, k, seed):
    """Return Gaussian samples with labels of their largest score, moved apart."""
    rng = np.random.default_rng(seed)
    X, W = rng.standard_normal((n, d)), rng.standard_normal((k, d))
    y = (X @ W.T).argmax(axis=1)
    return X + 0.3 * W[y], y


ROWS = ib.GroupNorm(np.arange(600).reshape(20, 30).tolist())
FIVES, FIVES_CURVED = (ib.GroupNorm(np.array_split(np.arange(512), 103), *pq) for pq in ((1, 2), (1.5, 3)))
CASES = {
    "20000 x 55": [
        (ib.Lp(1), by_highs(1)),
        (ib.Lp(math.inf), by_highs(math.inf)),
        (ib.Lp(2), None),
        (ib.WeightedNorm(np.geomspace(1, 10, 55), ib.Lp(3)), None),
    ],
    "200 x 2000": [(ib.Lp(1), by_highs(1))],
    "1000 x 5000": [(ib.Lp(2), by_libsvm), *((ib.Lp(p), None) for p in (4 / 3, 3, 1, math.inf))],
    "100000 x 100": [(ib.Lp(p), None) for p in (2, 1, math.inf)],
    "1000 x 100000": [(ib.Lp(2), None)],
    "50000 x 512, 1 %": [
        *((ib.Lp(p), None) for p in (2, 1, math.inf, 3)),
        (FIVES, None),
        (FIVES_CURVED, None),
    ],
    "200 of 20 x 30": [(ib.Schatten(1), None), (ib.Schatten(math.inf), None), (ROWS, None)],
    "300 x 64, 10 classes": [(ib.Lp(2), None), (ib.Schatten(1), None), (ib.Schatten(math.inf), None)],
}


def data(name, seed):
    """Return the problem of a case."""
    sizes = [int(word) for word in name.replace(",", "").split() if word.isdigit()]
    if "classes" in name:
        return ib.Problem(*classes(*sizes, seed), ib.CrossEntropy())
    make = matrices if "of" in name.split() else sparse if "%" in name else separable
    return ib.Problem(*make(*sizes[: 3 if make is matrices else 2], seed), ib.Exponential())


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of turns (default: 3)")
    parser.add_argument("--of", default="", help="cases whose names hold this (default: all)")
    asked = parser.parse_args()
    ib.max_margin(ib.Problem(*separable(10, 20, 0), ib.Exponential()), ib.Lp(1))  # imports
    lines = [["samples", "norm", "seconds", "certified gap", "MB", "from a fold", "separable"]]
    lines[0] += ["by hand", "times ours", "short by"]
    for name, norms in CASES.items():
        for norm, by_hand in norms if asked.of in name else []:
            lines.append([name, _name(norm), *_measured(name, norm, by_hand, asked.rounds)])
            print(*lines[-1], flush=True)
    print(aligned(lines))


def _name(norm):
    if norm == ROWS:
        return "rows"
    if isinstance(norm, ib.GroupNorm):
        return f"groups of 5, {norm.p:g}, {norm.q:g}"
    return f"weighted {norm.norm!r}" if isinstance(norm, ib.WeightedNorm) else repr(norm).replace("p=", "")


def _measured(name, norm, by_hand, rounds):
    """Return the medians of a case, in processor time, and what is allocated beside the data at most."""
    ours, warm, separable, theirs, gaps, short = [], [], [], [], [], []
    for seed in range(rounds):
        problem = data(name, seed)
        begin = process_time()
        found = ib.max_margin(problem, norm)
        ours.append(process_time() - begin)
        gaps.append(found.bracket.gap)
        four = np.arange(len(problem.y)) % 5 > 0
        fold = ib.max_margin(ib.Problem(problem.X[four], problem.y[four], problem.loss), norm)
        begin = process_time()
        ib.max_margin(problem, norm, start=fold)
        warm.append(process_time() - begin)
        begin = process_time()
        ib.separability(problem)
        separable.append(process_time() - begin)
        if by_hand:
            begin = process_time()
            w = by_hand(problem.X, problem.y)
            theirs.append(process_time() - begin)
            short.append(1 - (problem.y * (problem.X @ w)).min() / norm.value(w) / found.bracket.upper)
    tracemalloc.start()
    ib.max_margin(problem, norm)
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    hand = [""] * 3
    if by_hand:
        hand = [f"{median(theirs):.2f}", f"{median(theirs) / median(ours):.2f}", f"{max(short):.0e}"]
    seconds = [f"{median(times):.2f}" for times in (ours, warm, separable)]
    return [seconds[0], f"{max(gaps):.0e}", f"{most:.0f}", *seconds[1:], *hand]


if __name__ == "__main__":
    with threadpool_limits(1, "blas"):
        main()
