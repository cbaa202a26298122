"""Models in plain NumPy, from their definitions: what they make of theta, for complex numbers, too."""

import itertools
import math

import numpy as np

import implicitbias as ib


def predictor(model, theta, shape):
    """Return w, of this shape."""
    match model:
        case ib.Linear():
            return theta
        case ib.Diagonal():
            u, v = theta.reshape(2, *shape)
            return u**model.depth - v**model.depth
        case ib.Factor():
            return theta @ theta.T
        case ib.Product():
            return theta[: shape[0]] @ theta[shape[0] :].T
        case ib.DeepLinear():
            W, begin = np.eye(model.widths[0]), 0
            for below, above in itertools.pairwise(model.widths):
                W = theta[begin : begin + above * below].reshape(above, below) @ W
                begin += above * below
            return W.reshape(shape)
        case ib.Convolution():
            w, d = theta[0], shape[0]
            for filter_ in theta[1:]:
                w = np.array([sum(w[j] * filter_[(i - j) % d] for j in range(d)) for i in range(d)])
            return w
    raise TypeError(model)


def parameter_shape(model, shape):
    """Return the shape of theta."""
    match model:
        case ib.Linear():
            return shape
        case ib.Diagonal():
            return (2 * int(np.prod(shape)),)
        case ib.Factor():
            return shape[0], model.rank or shape[0]
        case ib.Product():
            return sum(shape), model.rank or min(shape)
        case ib.DeepLinear():
            return (sum(below * above for below, above in itertools.pairwise(model.widths)),)
        case ib.Convolution():
            return model.depth, *shape
    raise TypeError(model)


def degree(model):
    """Return that of the polynomial."""
    match model:
        case ib.Diagonal() | ib.Convolution():
            return model.depth
        case ib.DeepLinear():
            return len(model.widths) - 1
    return 1 if model.identity else 2


def jacobian(model, theta, shape):
    """Return dw / dtheta, of shape (*shape, *theta.shape), by complex steps: exact to the last digits."""
    columns = []
    for i in range(theta.size):
        step = np.zeros(theta.size, complex)
        step[i] = 1e-200j
        columns.append(predictor(model, theta + step.reshape(theta.shape), shape).imag / 1e-200)
    return np.stack(columns, -1).reshape(*shape, *theta.shape)


def reach(model, x):
    """Return the largest |<x, w(theta)>| for |theta|_2 <= 1, as the docstrings of the models state it."""
    D = degree(model)
    spectral = np.linalg.norm(np.atleast_2d(x), 2)
    match model:
        case ib.Diagonal(depth=1):
            return math.sqrt(2) * np.linalg.norm(x)
        case ib.Diagonal():
            return np.abs(x).max()
        case ib.Factor():
            return np.abs(np.linalg.eigvalsh((x + x.T) / 2)).max()
        case ib.Product():
            return spectral / 2
        case ib.DeepLinear():
            return (np.linalg.norm(x) if D == 1 else spectral) / D ** (D / 2)
        case ib.Convolution(depth=1):
            return np.linalg.norm(x)
        case ib.Convolution():
            largest = np.abs(np.fft.fft(x, norm="ortho")).max()
            return largest * len(x) ** ((D - 1) / 2) / D ** (D / 2)
    raise TypeError(model)


def curvature(model, theta, X):
    """Return K(theta), as the docstrings of the models state it; X are the samples."""
    size, D = np.linalg.norm(theta), degree(model)
    B = max(reach(model, x) for x in X)
    return D**2 * B**2 * size ** (2 * D - 2) + (D * (D - 1) * B * size ** (D - 2) if D > 1 else 0)
