"""Steepest descent steps and step sizes in plain NumPy, written from their definitions."""

import math

import numpy as np

import implicitbias as ib
from plain import LOSS


def steepest(norm, g):
    """Return argmin <g, v> + |v|^2 / 2."""
    match norm:
        case ib.QuadraticNorm():
            return -np.linalg.solve(norm.D, g)
        case ib.Lp(p=1.0):
            return -np.where(np.arange(g.size) == np.argmax(np.abs(g)), g, 0)
        case ib.Lp(p=math.inf):
            return -np.abs(g).sum() * np.sign(g)
    q, size = norm.p / (norm.p - 1), dual(norm, g)
    return -size * np.sign(g) * (np.abs(g) / size) ** (q - 1)


def dual(norm, g):
    """Return |g|_*: relative to the largest entry no power underflows."""
    if isinstance(norm, ib.QuadraticNorm):
        return math.sqrt(g @ np.linalg.solve(norm.D, g))
    q = math.inf if norm.p == 1 else 1 if norm.p == math.inf else norm.p / (norm.p - 1)
    largest = np.abs(g).max()
    return largest * np.linalg.norm(g / largest, q)


def iterates(problem, norm, eta_of, w0, steps):
    """Return the iterates of steepest descent with eta_t = eta_of(t, L, g)."""
    X, y = problem.X, problem.y
    value, slope = LOSS[type(problem.loss).__name__]
    rows = [np.array(w0, dtype=float)]
    for t in range(steps):
        u = X @ rows[-1]
        g = X.T @ slope(u, y)
        rows.append(rows[-1] + eta_of(t, value(u, y).sum(), g) * steepest(norm, g))
    return np.array(rows)
