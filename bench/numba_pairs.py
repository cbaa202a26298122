"""Minus the gradient of losses of pairs of classes in Numba: a sample's own, and each of the others.

As in `numba_gradients`, where w is (classes, d), flat, and the scratch is the samples' classes and room for a
number a sample and class.
"""

import numpy as np
from numba import njit


def weighing(sample):
    """Return what turns the scores of a sample into the weights of its classes."""

    @njit(fastmath=True)
    def weigh(scores, own, shift):
        total, largest, of_own, own_score = 0.0, -1e30, 0.0, scores[own]
        for k in range(scores.size):
            if k == own:
                continue
            a = shift + scores[k] - own_score
            largest = max(largest, a)
            c, share = sample(a, shift)
            total += share
            of_own += c
            scores[k] = -c
        scores[own] = of_own
        return total, largest

    return weigh


def pairs_by_products(sample):
    """Two calls of BLAS, the samples one after the other between them."""
    weigh = weighing(sample)

    @njit(fastmath=True)
    def gradient(A, y, w, shift, h, scratch, size):
        own, S = scratch
        np.dot(A, w.reshape(-1, A.shape[1]).T, S)
        total, largest = 0.0, -1e30
        for i in range(own.size):
            share, most = weigh(S[i], own[i], shift)
            total += share
            largest = max(largest, most)
        np.dot(S.T, A, h.reshape(-1, A.shape[1]))
        return total, largest

    return gradient


def pairs_by_rows(sample):
    """Once through the rows."""
    weigh = weighing(sample)

    @njit(fastmath=True)
    def gradient(A, y, w, shift, h, scratch, size):
        own, S = scratch
        n, d = A.shape
        W, H, s = w.reshape(-1, d), h.reshape(-1, d), S[0]
        total, largest = 0.0, -1e30
        h[:] = 0
        for i in range(n):
            for k in range(s.size):
                score = 0.0
                for j in range(d):
                    score += A[i, j] * W[k, j]
                s[k] = score
            share, most = weigh(s, own[i], shift)
            total += share
            largest = max(largest, most)
            for k in range(s.size):
                c = s[k]
                for j in range(d):
                    H[k, j] += c * A[i, j]
        return total, largest

    return gradient
