"""The suite of methods as a skilled NumPy user would write it: no array is made in the loops."""

import numpy as np

from methods_workload import BETA
from numpy_loop import move_l43


def steepest_squared(steps, X, y, eta):
    n, d = X.shape
    w, r, h, s = np.zeros(d), np.empty(n), np.empty(d), np.empty(d)
    for _ in range(steps):
        X.dot(w, out=r)
        np.subtract(y, r, out=r)
        r.dot(X, out=h)  # minus half the gradient
        move_l43(w, h, 2 * eta, s)
    return w


def entropy_momentum(steps, X, y, eta):
    n, d = X.shape
    w, before, ahead, r, h = np.ones(d), np.ones(d), np.empty(d), np.empty(n), np.empty(d)
    for _ in range(steps):
        X.dot(w, out=r)
        np.subtract(y, r, out=r)
        r.dot(X, out=h)
        h *= 2 * eta
        np.exp(h, out=h)
        np.multiply(w, 1 + BETA, out=ahead)
        before *= BETA
        ahead -= before
        ahead *= h
        w, before, ahead = ahead, w, before
    return w


def adagrad(steps, A, eta):
    n, d = A.shape
    w, G, c, h, s = np.zeros(d), np.zeros(d), np.empty(n), np.empty(d), np.empty(d)
    minus = -A
    for _ in range(steps):
        minus.dot(w, out=c)
        np.exp(c, out=c)
        c.dot(A, out=h)
        np.multiply(h, h, out=s)
        G += s
        np.sqrt(G, out=s)
        h *= eta
        h /= s
        w += h
    return w


def mirror_l15(steps, A, eta):
    n, d = A.shape
    w, z, h, c, ones = np.zeros(d), np.zeros(d), np.empty(d), np.empty(n), np.ones(n)
    for _ in range(steps):
        A.dot(w, out=c)
        np.subtract(np.minimum.reduce(c), c, out=c)
        np.exp(c, out=c)
        c.dot(A, out=h)
        h *= eta / c.dot(ones)
        z += h
        np.abs(z, out=w)
        w *= z
        w *= w.dot(z) ** (-1 / 3)
    return w


def factorized(steps, X, y, U, eta):
    U = U.copy()
    W, r, G, S = U @ U.T, np.empty(len(y)), np.empty_like(U), np.empty_like(U)
    for _ in range(steps):
        X.dot(W.ravel(), out=r)
        np.subtract(y, r, out=r)
        r.dot(X, out=G.ravel())
        G.dot(U, out=S)
        S *= 4 * eta
        U += S
        U.dot(U.T, out=W)
    return W.ravel()


def prepare(workload):
    """Return the loop as a function of the number of steps."""
    data = workload()
    return lambda steps: globals()[workload.__name__](steps, *data)
