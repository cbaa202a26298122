"""Linear networks on separable data, and what makes their parameters KKT points: gradients in NumPy.

A KKT point of min |theta| with all margins at least 1 is recognized without any solver for the maximum: a
nonnegative combination g of the gradients of tight margins has <g, theta> = |g|_* |theta|.
"""

import math

import numpy as np
from scipy.optimize import nnls

import implicitbias as ib

from ..._types import Array
from ...oracles.linear_program import linear_program

KKT = "nonnegative combinations of gradients that are computed in NumPy, by least squares or a linear program"


def begun(
    samples: Array,
    model: ib.Model,
    method: ib.Method,
    step: ib.StepSize,
    seed: int,
    size: float = 0.1,
) -> ib.Run:
    """Return a run on samples that carry their labels, from positive parameters below this size."""
    problem = ib.Problem(samples, np.ones(len(samples)), ib.Exponential(), model=model)
    theta = size * np.random.default_rng([seed, 1]).uniform(0.5, 1, problem.shape)
    return ib.Run(problem, method, step, w0=theta)


def separating(run: ib.Run) -> ib.Run:
    """Return the run where it has just separated the data, or has not in a thousand steps."""
    while run.margin <= 0 and run.t < 1000:
        run.advance(1)
    return run


def of_diagonal(rows: Array, theta: Array, depth: int) -> Array:
    """Return the gradients of all margins <x, u^depth - v^depth>, a row each."""
    return np.asarray(depth * np.hstack([rows, -rows]) * theta ** (depth - 1))


def of_layers(rows: Array, layers: list[Array]) -> Array:
    """Return the gradients of all margins <x, W_L ... W_1>, a row each, layer by layer."""
    parts = []
    for depth in range(len(layers)):
        below, above = rows.T, np.eye(1)
        for W in layers[:depth]:
            below = W @ below
        for W in reversed(layers[depth + 1 :]):
            above = above @ W
        parts.append(np.einsum("i,jn->nij", above[0], below).reshape(len(rows), -1))
    return np.hstack(parts)


def of_filters(rows: Array, filters: Array) -> Array:
    """Return the gradients of all margins <x, u_1 * ... * u_L>, a row each, by the Fourier transform."""
    x, u = np.fft.fft(rows), np.fft.fft(filters)
    others = [np.prod(np.delete(u, depth, 0), axis=0) for depth in range(len(u))]
    return np.hstack([np.fft.ifft(x * each.conj()).real for each in others])


def kkt_residual(gradients: Array, theta: Array, margins: Array, p: float = 2.0) -> float:
    """Return how far theta is from the conditions in the l_p norm, p = 2 or inf.

    That is 1 - <g, theta> / (|g|_* |theta|) for the best nonnegative combination g of the gradients of
    margins within a twentieth of the least: 0 at KKT points, 1 where no combination is any good.
    """
    least = margins.min()
    tight = gradients[margins <= least + 0.05 * abs(least)].T
    if p == 2:
        sine = nnls(tight, theta)[1] / np.linalg.norm(theta)
        return 1 - math.sqrt(max(0.0, 1 - sine**2))
    assert math.isinf(p)
    # The least sum of t, |tight @ c| <= t, for c with <tight @ c, theta> = |theta|_inf.
    (m, k), scaled = tight.shape, theta / np.abs(theta).max()
    sides = np.vstack([np.hstack([sign * tight, -np.eye(m)]) for sign in (1, -1)])
    length = linear_program(
        np.r_[np.zeros(k), np.ones(m)],
        A_ub=sides,
        b_ub=np.zeros(2 * m),
        A_eq=np.r_[scaled @ tight, np.zeros(m)][None],
        b_eq=np.ones(1),
    ).fun
    return 1 - 1 / float(length)
