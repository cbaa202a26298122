"""The formulas of losses and potentials in plain NumPy, for loops that runs are held against.

Parameters are flat; a matrix is its rows.
"""

import math

import numpy as np
from scipy.stats import norm as normal

import implicitbias as ib

LOSS = {
    "Squared": (lambda u, y: (u - y) ** 2, lambda u, y: 2 * (u - y)),
    "Huber": (
        lambda u, y: np.where(abs(u - y) <= 0.7, (u - y) ** 2, 0.7 * (2 * abs(u - y) - 0.7)),
        lambda u, y: np.clip(2 * (u - y), -1.4, 1.4),
    ),
    "TruncatedSquared": (
        lambda u, y: np.minimum((u - y) ** 2, 9),
        lambda u, y: np.where((u - y) ** 2 < 9, 2 * (u - y), 0),
    ),
    "LogCosh": (lambda u, y: np.log(np.cosh(u - y)), lambda u, y: np.tanh(u - y)),
    "Exponential": (lambda u, y: np.exp(-u * y), lambda u, y: -y * np.exp(-u * y)),
    "Logistic": (lambda u, y: np.log1p(np.exp(-u * y)), lambda u, y: -y / (1 + np.exp(u * y))),
    "Probit": (lambda u, y: -normal.logcdf(u * y), lambda u, y: -y * normal.pdf(u * y) / normal.cdf(u * y)),
    "Sigmoid": (lambda u, y: 1 / (1 + np.exp(u * y)), lambda u, y: -y / (2 + 2 * np.cosh(u * y))),
    "PolynomialTail": (
        lambda u, y: np.where(u * y >= 0, (1 + np.maximum(u * y, 0)) ** -0.5, 1 - 0.5 * u * y),
        lambda u, y: -y * 0.5 * (1 + np.maximum(u * y, 0)) ** -1.5,
    ),
}


def spectral(w, function):
    side = math.isqrt(w.size)
    values, vectors = np.linalg.eigh((w.reshape(side, side) + w.reshape(side, side).T) / 2)
    return ((vectors * function(values)) @ vectors.T).ravel()


def power(w, p):
    """Return the gradient of |w|_p^2 / 2."""
    largest = np.abs(w).max()
    if largest == 0:
        return np.zeros_like(w)
    a = np.abs(w) / largest
    return largest * np.sign(w) * a ** (p - 1) * np.sum(a**p) ** (2 / p - 1)


def plain_link(potential, w):
    match type(potential).__name__:
        case "Euclidean":
            return w
        case "Entropy":
            return np.log(w)
        case "QuadraticPotential":
            return potential.D @ w
        case "SquaredLp":
            return power(w, potential.p)
        case "PowerPotential":
            return np.sign(w) * np.abs(w) ** (potential.p - 1)
        case "HyperbolicEntropy":
            return np.arcsinh(w / potential.beta)
        case "Cosh":
            return np.sinh(w)
    return spectral(w, np.log)


def plain_inverse_link(potential, z):
    match type(potential).__name__:
        case "Euclidean":
            return z
        case "Entropy":
            return np.exp(z)
        case "QuadraticPotential":
            return np.linalg.solve(potential.D, z)
        case "SquaredLp":
            return power(z, potential.p / (potential.p - 1))
        case "PowerPotential":
            return np.sign(z) * np.abs(z) ** (1 / (potential.p - 1))
        case "HyperbolicEntropy":
            return potential.beta * np.sinh(z)
        case "Cosh":
            return np.arcsinh(z)
    return spectral(z, np.exp)


def plain_solve(potential, w, g):
    """Return H(w)^-1 g, from H itself where there is a formula."""
    match type(potential).__name__:
        case "Euclidean":
            return g
        case "Entropy":
            return w * g
        case "QuadraticPotential":
            return np.linalg.solve(potential.D, g)
        case "SquaredLp":
            p, size = potential.p, np.linalg.norm(w, potential.p)
            a = np.abs(w) / size
            slope = np.sign(w) * a ** (p - 1)
            hessian = (p - 1) * np.diag(a ** (p - 2)) + (2 - p) * np.outer(slope, slope)
            return np.linalg.solve(hessian, g)
        case "PowerPotential":
            return g / ((potential.p - 1) * np.abs(w) ** (potential.p - 2))
        case "HyperbolicEntropy":
            return g * np.sqrt(w**2 + potential.beta**2)
        case "Cosh":
            return g / np.cosh(w)
    side = math.isqrt(w.size)
    values, V = np.linalg.eigh(w.reshape(side, side))
    inner = V.T @ ((g.reshape(side, side) + g.reshape(side, side).T) / 2) @ V
    logs = np.log(values)
    with np.errstate(invalid="ignore"):
        mean = (values[:, None] - values) / (logs[:, None] - logs)
    return (V @ (inner * np.where(np.isnan(mean), values, mean)) @ V.T).ravel()


def sample(potential, rng, side=2):
    """Draw a parameter of the domain, over some orders of magnitude."""
    size = side * side
    if isinstance(potential, ib.Entropy):
        return 10 ** rng.uniform(-3, 3, size)
    if isinstance(potential, ib.SpectralEntropy):
        V = np.linalg.qr(rng.standard_normal((side, side)))[0]
        W = (V * 10 ** rng.uniform(-1, 1, side)) @ V.T
        return (W + W.T) / 2
    if isinstance(potential, ib.Cosh):  # whose dual variables span as many orders of magnitude as others' do
        return rng.choice([-1, 1], size) * 10 ** rng.uniform(-2, 1, size)
    return rng.choice([-1, 1], size) * 10 ** rng.uniform(-2, 2, size)


def amplification(potential):
    """How much a rounding of the dual variables can grow in the weights, about."""
    if isinstance(potential, ib.SquaredLp | ib.PowerPotential):
        return 1 / (potential.p - 1) + potential.p - 1
    return np.linalg.cond(potential.D) if isinstance(potential, ib.QuadraticPotential) else 10.0
