"""Seconds to a certified maximum margin, by turns with what others do by hand, as a Markdown table.

l1 and linf against the same linear program given to HiGHS by `scipy.optimize.linprog`, l2 against libsvm on
the Gram matrix, whose accuracy is set so that its margin is as near to the maximum.
"""

import argparse
import math
from statistics import median
from time import perf_counter

import numpy as np
from scipy.optimize import linprog
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


def by_max_margin(p):
    """Return what solves it by `max_margin`."""

    def solve(X, y):
        return ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(p)).direction

    return solve


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


CASES = {
    ("20000 x 55", "1"): (20_000, 55, 1, {"HiGHS": by_highs(1)}),
    ("20000 x 55", "inf"): (20_000, 55, math.inf, {"HiGHS": by_highs(math.inf)}),
    ("200 x 2000", "1"): (200, 2000, 1, {"HiGHS": by_highs(1)}),
    ("1000 x 5000", "2"): (1000, 5000, 2, {"libsvm": by_libsvm}),
    ("20000 x 55", "2"): (20_000, 55, 2, {}),
}


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of turns (default: 3)")
    rounds = parser.parse_args().rounds
    ib.max_margin(ib.Problem(*separable(10, 20, 0), ib.Exponential()), ib.Lp(1))  # imports
    lines = [["n x d", "p", "by", "seconds", "of max_margin's", "short of the bound, at most"]]
    for key, (n, d, p, others) in CASES.items():
        peers = {"max_margin": by_max_margin(p), **others}
        seconds, short = {peer: [] for peer in peers}, {peer: [] for peer in peers}
        for seed in range(rounds):
            X, y = separable(n, d, seed)
            bound = ib.max_margin(ib.Problem(X, y, ib.Exponential()), ib.Lp(p), tolerance=1e-7).bracket.upper
            for peer, solve in peers.items():
                begin = perf_counter()
                w = solve(X, y)
                seconds[peer].append(perf_counter() - begin)
                short[peer].append(1 - (y * (X @ w)).min() / np.linalg.norm(w, p) / bound)
        ours = median(seconds["max_margin"])
        for peer in peers:
            ratio = f"{median(seconds[peer]) / ours:.2f}"
            lines.append([*key, peer, f"{median(seconds[peer]):.2f}", ratio, f"{max(short[peer]):.0e}"])
    print(aligned(lines))


if __name__ == "__main__":
    with threadpool_limits(1, "blas"):
        main()
