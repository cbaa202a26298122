"""The suite of methods as a skilled NumPy user would write it."""

import numpy as np

from methods_workload import BETA


def steepest_squared(steps, X, y, eta):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        g = 2 * ((X @ w - y) @ X)
        squares = g * g
        w -= eta / np.sqrt(squares @ squares) * squares * g
    return w


def entropy_momentum(steps, X, y, eta):
    w = before = np.ones(X.shape[1])
    for _ in range(steps):
        g = 2 * ((X @ w - y) @ X)
        w, before = (w + BETA * (w - before)) * np.exp(-eta * g), w
    return w


def adagrad(steps, A, eta):
    w, G = np.zeros(A.shape[1]), np.zeros(A.shape[1])
    for _ in range(steps):
        h = np.exp(-(A @ w)) @ A
        G += h * h
        w += eta * h / np.sqrt(G)
    return w


def mirror_l15(steps, A, eta):
    w, z = np.zeros(A.shape[1]), np.zeros(A.shape[1])
    for _ in range(steps):
        m = A @ w
        weights = np.exp(m.min() - m)
        z += (eta / weights.sum()) * (weights @ A)
        a = np.abs(z)
        w = z * a * (a @ (a * a)) ** (-1 / 3)
    return w


def factorized(steps, X, y, U, eta):
    W = U @ U.T
    for _ in range(steps):
        G = ((X @ W.ravel() - y) @ X).reshape(W.shape)
        U = U - 4 * eta * (G @ U)
        W = U @ U.T
    return W.ravel()


def prepare(workload):
    """Return the loop as a function of the number of steps."""
    data = workload()
    return lambda steps: globals()[workload.__name__](steps, *data)
