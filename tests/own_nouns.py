"""Nouns as users write them, some of which the package has, too."""

import math

import numpy as np

import implicitbias as ib


class Adam(ib.Method):
    norm = ib.Lp(math.inf)

    def __init__(self, beta1=0.9, beta2=0.999, eps=1e-8):
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def init(self, problem, w0):
        w = np.zeros(problem.shape) if w0 is None else w0
        return {"w": w, "m": np.zeros_like(w), "v": np.zeros_like(w)}

    def step(self, state, gradient, eta, t):
        m = self.beta1 * state["m"] + (1 - self.beta1) * gradient
        v = self.beta2 * state["v"] + (1 - self.beta2) * gradient**2
        mean, square = m / (1 - self.beta1 ** (t + 1)), v / (1 - self.beta2 ** (t + 1))
        return {"w": state["w"] - eta * mean / (np.sqrt(square) + self.eps), "m": m, "v": v}


class Lion(ib.Method):
    def __init__(self, beta1=0.9, beta2=0.99):
        self.beta1, self.beta2 = beta1, beta2

    def init(self, problem, w0):
        w = np.ones(problem.shape) if w0 is None else w0
        return {"w": w, "m": np.zeros(problem.shape)}

    def step(self, state, gradient, eta, t):
        w = state["w"] - eta * np.sign(self.beta1 * state["m"] + (1 - self.beta1) * gradient)
        return {"w": w, "m": self.beta2 * state["m"] + (1 - self.beta2) * gradient}


class HeavyBall(ib.Method):
    def __init__(self, beta=0.9):
        self.beta = beta

    def init(self, problem, w0):
        return {"w": np.zeros(problem.shape) if w0 is None else w0, "velocity": np.zeros(problem.shape)}

    def step(self, state, gradient, eta, t):
        velocity = self.beta * state["velocity"] - eta * gradient
        return {"w": state["w"] + velocity, "velocity": velocity}


class Descent(ib.Method):
    """Gradient descent, with a number and a table beside w."""

    def init(self, problem, w0):
        w = np.zeros(problem.shape) if w0 is None else w0
        return {"w": w, "steps": 0, "table": np.zeros((2, 1, 3))}

    def step(self, state, gradient, eta, t):
        assert type(state["steps"]) is float
        table = state["table"] + t
        return {"w": state["w"] - eta * gradient, "steps": state["steps"] + 1, "table": table}


class OwnSquared(ib.Loss):
    convex = True

    def value(self, z):
        return z**2

    def slope(self, z):
        return 2 * z


class OwnHuber(ib.Loss):
    convex = True

    def __init__(self, delta):
        self.delta = delta

    def value(self, z):
        outside = self.delta * (2 * np.abs(z) - self.delta)
        return np.where(np.abs(z) <= self.delta, z**2, outside)

    def slope(self, z):
        return 2 * np.clip(z, -self.delta, self.delta)


class OwnExponential(ib.Loss):
    monotone = convex = bounds_curvature = exponential_tail = True

    def log_value(self, z):
        return -z

    def log_slope(self, z):
        return -z


class OwnLogistic(ib.Loss):
    convex = bounds_curvature = exponential_tail = True

    def log_value(self, z):
        far = z > 30
        return np.where(far, -z, np.log(np.logaddexp(0, -np.where(far, 0, z))))

    def log_slope(self, z):
        return -np.logaddexp(0, z)


class LinearLogistic(ib.Loss):
    """As it stands in textbooks, without logarithms."""

    monotone = convex = bounds_curvature = True

    def value(self, z):
        return np.log1p(np.exp(-z))

    def slope(self, z):
        return -1 / (1 + np.exp(z))


class Power(ib.StepSize):
    def __init__(self, eta, power):
        self.eta, self.power = eta, power

    def step_size(self, t):
        return self.eta / (t + 1) ** self.power


class LossSized(ib.StepSize):
    """LossNormalized, from the smoothness bound and from the loss itself."""

    def log_step_size(self, log_smoothness):
        return math.log(0.5) - log_smoothness


class OwnSquaredLp(ib.Potential):
    def __init__(self, p):
        self.p, self.modulus, self.norm = p, p - 1, ib.Lp(p)

    @staticmethod
    def half_square_slope(w, p):
        size = np.linalg.norm(w.ravel(), p)
        return np.zeros_like(w) if size == 0 else np.sign(w) * np.abs(w) ** (p - 1) * size ** (2 - p)

    def value(self, w):
        return np.linalg.norm(w.ravel(), self.p) ** 2 / 2

    def link(self, w):
        return self.half_square_slope(w, self.p)

    def inverse_link(self, z):
        return self.half_square_slope(z, self.p / (self.p - 1))


class OwnEntropy(ib.Potential):
    norm = ib.Lp(1)

    def value(self, w):
        return (w * np.log(w) - w).sum()

    def link(self, w):
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.log(w)

    def inverse_link(self, z):
        return np.exp(z)

    def matrix(self, w):
        return np.diag(1 / w.ravel())


class OwnEuclidean(ib.Potential):
    quadratic, modulus = True, 1.0

    def value(self, w):
        return (w**2).sum() / 2

    def link(self, w):
        return w

    def inverse_link(self, z):
        return z


class OwnDiagonal(ib.Model):
    """Diagonal(), with u and v as rows."""

    degree = 2

    def parameters(self, shape):
        return (2, *shape)

    def value(self, theta):
        return theta[0] ** 2 - theta[1] ** 2

    def pullback(self, theta, g):
        return 2 * theta * np.stack([g, -g])

    def reach(self, x):
        return np.abs(x).max()
