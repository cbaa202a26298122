"""The optimizers in NumPy: a Python loop without new arrays, whose products are BLAS calls.

Scores are (k, n): maxima and sums over the classes then run along the samples.
"""

import numpy as np

from optimizers_workload import BETA, BETA1, BETA2, EPS, samples, start


def gradient(X, y, k):
    """Return the function that writes the gradient at W to G."""
    n = len(y)
    columns, S, row, own = np.ascontiguousarray(X.T), np.empty((k, n)), np.empty(n), y * n + np.arange(n)
    flat = S.ravel()

    def at(W, G):
        np.dot(W, columns, out=S)
        np.maximum.reduce(S, 0, out=row)
        np.subtract(S, row, out=S)
        np.exp(S, out=S)
        np.add.reduce(S, 0, out=row)
        np.divide(S, row, out=S)
        flat[own] -= 1
        np.dot(S, X, out=G)

    return at


def gradient_descent(at, W, eta, steps):
    W, G = W.copy(), np.empty_like(W)
    for _ in range(steps):
        at(W, G)
        G *= eta
        W -= G
    return W


def sign_descent(at, W, eta, steps):
    W, G, A = W.copy(), np.empty_like(W), np.empty_like(W)
    for _ in range(steps):
        at(W, G)
        length = eta * np.add.reduce(np.abs(G, out=A), None)
        np.sign(G, out=G)
        G *= length
        W -= G
    return W


def adam(at, W, eta, steps):
    W, G, A = W.copy(), np.empty_like(W), np.empty_like(W)
    m, v = np.zeros_like(W), np.zeros_like(W)
    for t in range(1, steps + 1):
        at(W, G)
        m *= BETA1
        m += np.multiply(G, 1 - BETA1, out=A)
        G *= G
        G *= 1 - BETA2
        v *= BETA2
        v += G
        np.sqrt(v, out=A)
        A *= (1 - BETA2**t) ** -0.5
        A += EPS
        np.divide(m, A, out=A)
        A *= eta / (1 - BETA1**t)
        W -= A
    return W


def muon(at, W, eta, steps):
    W, G, A = W.copy(), np.empty_like(W), np.empty_like(W)
    m = np.zeros_like(W)
    for _ in range(steps):
        at(W, G)
        G *= 1 - BETA
        m *= BETA
        m += G
        G += np.multiply(m, BETA, out=A)
        # The polar factor through the small Gram matrix; gradients of k classes have rank k - 1.
        squares, Q = np.linalg.eigh(G.dot(G.T))
        Q, values = Q[:, 1:], np.sqrt(squares[1:])
        W -= (Q * (eta * values.sum() / values)).dot(Q.T.dot(G))
    return W


def prepare(size, method, eta):
    """Return the loop as a function of the number of steps."""
    X, y, k = samples(size)
    at = gradient(X, y, k)
    loop = globals()[method.lower().replace(" ", "_")]
    return lambda steps: loop(at, start(size), eta, steps)
