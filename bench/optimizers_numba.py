"""The optimizers in Numba: plain loops, with BLAS for the products where that is faster."""

import math

import numpy as np
from numba import njit

from optimizers_workload import BETA, BETA1, BETA2, EPS, samples, start


@njit(fastmath=True)
def soft_max_less_own(S, y):
    """Turn scores (n, k) into the derivatives of the loss in them."""
    n, k = S.shape
    for i in range(n):
        largest = S[i, 0]
        for c in range(1, k):
            largest = max(largest, S[i, c])
        total = 0.0
        for c in range(k):
            S[i, c] = math.exp(S[i, c] - largest)
            total += S[i, c]
        scale = 1 / total
        for c in range(k):
            S[i, c] *= scale
        S[i, y[i]] -= 1.0


@njit(fastmath=True)
def by_products(X, y, W, G, S):
    """Two calls of BLAS, and the soft-max sample by sample."""
    np.dot(X, W.T, S)
    soft_max_less_own(S, y)
    np.dot(S.T, X, G)


@njit(fastmath=True)
def by_rows(X, y, W, G, S):
    """One pass over the samples, in plain loops."""
    n, d = X.shape
    k = W.shape[0]
    G[:] = 0
    s = S[:1]
    for i in range(n):
        for c in range(k):
            score = 0.0
            for j in range(d):
                score += X[i, j] * W[c, j]
            s[0, c] = score
        soft_max_less_own(s, y[i : i + 1])
        for c in range(k):
            weight = s[0, c]
            for j in range(d):
                G[c, j] += weight * X[i, j]


def gradient_descent(gradient):
    @njit(fastmath=True)
    def loop(X, y, W, eta, steps):
        W, G, S = W.copy(), np.empty_like(W), np.empty((len(y), len(W)))
        for _ in range(steps):
            gradient(X, y, W, G, S)
            W -= eta * G
        return W

    return loop


def sign_descent(gradient):
    @njit(fastmath=True)
    def loop(X, y, W, eta, steps):
        W, G, S = W.copy(), np.empty_like(W), np.empty((len(y), len(W)))
        w, g = W.ravel(), G.ravel()
        for _ in range(steps):
            gradient(X, y, W, G, S)
            length = 0.0
            for i in range(g.size):
                length += abs(g[i])
            for i in range(g.size):
                if g[i] != 0:
                    w[i] -= math.copysign(eta * length, g[i])
        return W

    return loop


def adam(gradient):
    @njit(fastmath=True)
    def loop(X, y, W, eta, steps):
        W, G, S = W.copy(), np.empty_like(W), np.empty((len(y), len(W)))
        w, g = W.ravel(), G.ravel()
        m, v = np.zeros(w.size), np.zeros(w.size)
        power1 = power2 = 1.0
        for _ in range(steps):
            gradient(X, y, W, G, S)
            power1 *= BETA1
            power2 *= BETA2
            factor, root = eta / (1 - power1), 1 / math.sqrt(1 - power2)
            for i in range(w.size):
                m[i] = BETA1 * m[i] + (1 - BETA1) * g[i]
                v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i]
                w[i] -= factor * m[i] / (root * math.sqrt(v[i]) + EPS)
        return W

    return loop


def muon(gradient):
    @njit(fastmath=True)
    def loop(X, y, W, eta, steps):
        W, G, S = W.copy(), np.empty_like(W), np.empty((len(y), len(W)))
        m = np.zeros_like(W)
        for _ in range(steps):
            gradient(X, y, W, G, S)
            for c in range(G.shape[0]):
                for j in range(G.shape[1]):
                    m[c, j] = BETA * m[c, j] + (1 - BETA) * G[c, j]
                    G[c, j] = BETA * m[c, j] + (1 - BETA) * G[c, j]
            squares, Q = np.linalg.eigh(np.dot(G, G.T))
            values = np.sqrt(squares[1:])
            Q = np.ascontiguousarray(Q[:, 1:])
            W -= np.dot(Q * (eta * values.sum() / values), np.dot(Q.T, G))
        return W

    return loop


WAYS = by_products, by_rows


def prepare(size, method, eta, way=by_products):
    """Return the loop as a function of the number of steps."""
    X, y, _ = samples(size)
    loop = globals()[method.lower().replace(" ", "_")](way)
    return lambda steps: loop(X, y, start(size), eta, steps)
