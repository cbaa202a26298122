"""The definitions of potentials, in the precision of mpmath. Parameters are flat; a matrix is its rows."""

import math

import mpmath
import numpy as np


def exact(w):
    return [mpmath.mpf(float(entry)) for entry in np.ravel(w)]


def exact_spectral(w, function):
    side = math.isqrt(len(w))
    W = mpmath.matrix(side, side)
    for i in range(side):
        for j in range(side):
            W[i, j] = (w[i * side + j] + w[j * side + i]) / 2
    values, vectors = mpmath.eigsy(W)
    return function(values, vectors)


def exact_value(potential, w):
    match type(potential).__name__:
        case "Euclidean":
            return mpmath.fdot(w, w) / 2
        case "Entropy":
            return mpmath.fsum(x * mpmath.log(x) - x if x else mpmath.mpf(0) for x in w)
        case "QuadraticPotential":
            return mpmath.fdot(w, [mpmath.fdot(exact(row), w) for row in potential.D]) / 2
        case "SquaredLp":
            p = mpmath.mpf(potential.p)
            return mpmath.fsum(abs(x) ** p for x in w) ** (2 / p) / 2
        case "PowerPotential":
            return mpmath.fsum(abs(x) ** mpmath.mpf(potential.p) for x in w) / mpmath.mpf(potential.p)
        case "HyperbolicEntropy":
            beta = mpmath.mpf(potential.beta)
            return mpmath.fsum(x * mpmath.asinh(x / beta) - mpmath.sqrt(x * x + beta * beta) for x in w)
        case "Cosh":
            return mpmath.fsum(mpmath.cosh(x) - 1 for x in w)
    return exact_spectral(w, lambda values, _: mpmath.fsum(x * mpmath.log(x) - x for x in values))


def exact_link(potential, w):
    match type(potential).__name__:
        case "Euclidean":
            return w
        case "Entropy":
            return [mpmath.log(x) for x in w]
        case "QuadraticPotential":
            return [mpmath.fdot(exact(row), w) for row in potential.D]
        case "SquaredLp":
            p = mpmath.mpf(potential.p)
            size = mpmath.fsum(abs(x) ** p for x in w) ** (2 / p - 1)
            return [size * mpmath.sign(x) * abs(x) ** (p - 1) for x in w]
        case "PowerPotential":
            return [mpmath.sign(x) * abs(x) ** (mpmath.mpf(potential.p) - 1) for x in w]
        case "HyperbolicEntropy":
            return [mpmath.asinh(x / mpmath.mpf(potential.beta)) for x in w]
        case "Cosh":
            return [mpmath.sinh(x) for x in w]
    logarithm = lambda values, V: V * mpmath.diag([mpmath.log(x) for x in values]) * V.T  # noqa: E731
    return list(exact_spectral(w, logarithm))


def exact_divergence(potential, w, v):
    w, v = exact(w), exact(v)
    moved = mpmath.fdot(exact_link(potential, v), [a - b for a, b in zip(w, v, strict=True)])
    return exact_value(potential, w) - exact_value(potential, v) - moved
