"""The suite of methods in Numba: plain loops, and BLAS for the products of U."""

import math

import numpy as np
from numba import njit

from methods_workload import BETA
from numba_loop import move_l43
from numba_pass import exponential_pass, residual_pass


@njit(fastmath=True)
def steepest_squared(steps, X, y, eta):
    w, h = np.zeros(X.shape[1]), np.empty(X.shape[1])
    for _ in range(steps):
        residual_pass(X, y, w, 0.0, h, None, len(X))  # minus half the gradient
        move_l43(w, h, 2 * eta)
    return w


@njit(fastmath=True)
def entropy_momentum(steps, X, y, eta):
    d = X.shape[1]
    w, before, h = np.ones(d), np.ones(d), np.empty(d)
    for _ in range(steps):
        residual_pass(X, y, w, 0.0, h, None, len(X))
        for j in range(d):
            ahead = w[j] + BETA * (w[j] - before[j])
            before[j] = w[j]
            w[j] = ahead * math.exp(2 * eta * h[j])
    return w


@njit(fastmath=True)
def adagrad(steps, A, eta):
    n, d = A.shape
    zeros, w, G, h = np.zeros(n), np.zeros(d), np.zeros(d), np.empty(d)
    for _ in range(steps):
        exponential_pass(A, zeros, w, 0.0, h, None, n)
        for j in range(d):
            G[j] += h[j] * h[j]
            w[j] += eta * h[j] / math.sqrt(G[j])
    return w


@njit(fastmath=True)
def mirror_l15(steps, A, eta):
    n, d = A.shape
    zeros, w, z, h = np.zeros(n), np.zeros(d), np.zeros(d), np.empty(d)
    shift = 0.0
    for _ in range(steps):
        total, largest = exponential_pass(A, zeros, w, shift, h, None, n)
        shift -= largest  # as in steepest descent
        cubes = 0.0
        for j in range(d):
            z[j] += eta / total * h[j]
            cubes += abs(z[j]) ** 3
        scale = cubes ** (-1 / 3)
        for j in range(d):
            w[j] = scale * z[j] * abs(z[j])
    return w


@njit
def factorized(steps, X, y, U, eta):
    U = U.copy()
    W, h = U @ U.T, np.empty(U.size)
    for _ in range(steps):
        residual_pass(X, y, W.ravel(), 0.0, h, None, len(X))
        U += 4 * eta * (h.reshape(U.shape) @ U)
        np.dot(U, U.T, W)
    return W.ravel()


def prepare(workload):
    """Return the loop as a function of the number of steps."""
    data = workload()
    return lambda steps: globals()[workload.__name__](steps, *data)
