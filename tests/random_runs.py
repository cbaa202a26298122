"""Random small runs that `fast_forward` takes: every method, step size and loss, on data with ties."""

import math

import numpy as np

import implicitbias as ib


def _entries(rng, n, d):
    match rng.integers(4):
        case 0:
            return rng.integers(-2, 3, (n, d)).astype(float)
        case 1:
            return rng.integers(-8, 9, (n, d)).astype(float)
        case 2:
            return np.round(rng.standard_normal((n, d)), 1)
    return rng.standard_normal((n, d))


def _columns(rng, X):
    """Some equal, opposite, zero or dependent columns."""
    d = X.shape[1]
    if d > 1 and rng.random() < 0.5:
        i, j = rng.permutation(d)[:2]
        X[:, i] = (X[:, j], -X[:, j], 0 * X[:, j], X[:, j] + X[:, (j + 1) % d], 2 * X[:, j])[rng.integers(5)]
    return X


def _labeled(rng, X, w):
    """Keep the samples that w separates by more than 0."""
    scores = X.reshape(len(X), -1) @ w.ravel()
    kept = np.abs(scores) > 1e-2
    return X[kept], np.sign(scores[kept])


def data(rng, shape=None, positive=False, symmetric=False):
    """Separable samples: of shape (n, d) with n and d up to 6, or of parameters' shape."""
    while True:
        n, d = int(rng.integers(1, 7)), math.prod(shape) if shape else int(rng.integers(1, 7))
        X, w = _columns(rng, _entries(rng, n, d)), rng.integers(-3, 4, d).astype(float)
        if shape:
            X, w = X.reshape(n, *shape), w.reshape(shape)
        if symmetric:
            X, w = X + X.transpose(0, 2, 1), w @ w.T
        X, y = _labeled(rng, X, np.abs(w) if positive else w)
        if len(X):
            return X, y


def _weights(rng, d):
    root = rng.standard_normal((d, d))
    return root @ root.T / d + np.eye(d)


def _groups(rng, d):
    order, cut = rng.permutation(d).tolist(), int(rng.integers(0, d))
    return [group for group in (order[:cut], order[cut:]) if group]


def _exponent(rng):
    return float(rng.choice([1.02, 1.1, 1.2, 4 / 3, 1.5, 1.8, 2, 2.5, 3, 4, 6, 10, 40]))


def _steepest(norm):
    return lambda rng, d: ib.SteepestDescent(norm(rng, d))


def _mirror(potential):
    return lambda rng, d: ib.MirrorDescent(potential(rng, d))


def _averaged(norm):
    """With momentum, which a step may look ahead of."""

    def draw(rng, d):
        momentum = ib.EMA(float(rng.choice([0.3, 0.5, 0.9, 0.95])), nesterov=bool(rng.integers(2)))
        return ib.SteepestDescent(norm(rng, d), momentum=momentum)

    return draw


def _heavy_ball(potential):
    def draw(rng, d):
        beta = float(rng.choice([0.3, 0.5, 0.9, 0.95]))
        return ib.MirrorDescent(potential(rng, d), ib.DualMomentum(beta, float(rng.choice([0, beta, 0.5]))))

    return draw


# By name: the method that is drawn for parameters of so many entries.
METHODS = {
    "l1": lambda rng, d: ib.SteepestDescent(ib.Lp(1), str(rng.choice(["first", "average"]))),
    "linf": _steepest(lambda rng, d: ib.Lp(math.inf)),
    "lp": _steepest(lambda rng, d: ib.Lp(_exponent(rng))),
    "quadratic": _steepest(lambda rng, d: ib.QuadraticNorm(_weights(rng, d))),
    "group": _steepest(lambda rng, d: ib.GroupNorm(_groups(rng, d), _exponent(rng), _exponent(rng))),
    "weighted": _steepest(lambda rng, d: ib.WeightedNorm(rng.uniform(0.5, 2, d), ib.Lp(_exponent(rng)))),
    "schatten": _steepest(lambda rng, d: ib.Schatten(_exponent(rng))),
    "squared lp": _mirror(lambda rng, d: ib.SquaredLp(float(rng.uniform(1.05, 2)))),
    "power potential": _mirror(lambda rng, d: ib.PowerPotential(float(rng.uniform(1.2, 4)))),
    "hyperbolic entropy": _mirror(lambda rng, d: ib.HyperbolicEntropy(float(10 ** rng.uniform(-3, 1)))),
    "cosh": _mirror(lambda rng, d: ib.Cosh()),
    "entropy": _mirror(lambda rng, d: ib.Entropy()),
    "quadratic potential": _mirror(lambda rng, d: ib.QuadraticPotential(_weights(rng, d))),
    "spectral entropy": _mirror(lambda rng, d: ib.SpectralEntropy()),
    "lp momentum": _averaged(lambda rng, d: ib.Lp(_exponent(rng))),
    "quadratic momentum": _averaged(lambda rng, d: ib.QuadraticNorm(_weights(rng, d))),
    "heavy ball": _heavy_ball(lambda rng, d: ib.Euclidean()),
    "squared lp momentum": _heavy_ball(lambda rng, d: ib.SquaredLp(float(rng.uniform(1.05, 2)))),
    "entropy momentum": _heavy_ball(lambda rng, d: ib.Entropy()),
    "adam": lambda rng, d: ib.Adam(
        *rng.choice([0.0, 0.5, 0.9, 0.99], 2).tolist(), float(10 ** rng.uniform(-6, 0))
    ),
    "rmsprop": lambda rng, d: ib.RMSProp(
        float(rng.choice([0.0, 0.5, 0.9, 0.99])), float(10 ** rng.uniform(-6, 0))
    ),
    "adagrad": lambda rng, d: ib.AdaGrad(float(rng.choice([0.0, 0.1, 1.0]))),
    "factorized": lambda rng, d: ib.FactorizedGradientDescent(),
}


def draw(name, seed):
    """Draw a run by the name of its method and a seed; return what makes it."""
    rng = np.random.default_rng([seed, *name.encode()])
    matrices, symmetric = name in ("schatten", "factorized"), name in ("factorized", "spectral entropy")
    shape = (2, 2) if symmetric else (2, 3) if matrices else None
    X, y = data(rng, shape, name in ("entropy", "entropy momentum", "spectral entropy"), symmetric)
    d = math.prod(X.shape[1:])
    method, w0 = METHODS[name](rng, d), None
    if name == "factorized":
        w0 = 0.5 * np.eye(2)
    elif name in ("l1", "linf", "lp", "adagrad") and rng.random() < 0.3:
        w0 = rng.integers(-2, 3, d).astype(float)
    problem = ib.Problem(X, y, (ib.Exponential(), ib.Logistic())[rng.integers(2)])
    size = np.abs(X).reshape(len(X), -1).sum(axis=1).max()
    steady = name in ("adagrad", "adam", "rmsprop")
    eta = 10 ** rng.uniform(-1.5, 1) * (1 / size if steady else 1 / (len(X) * size**2))
    if rng.random() < 0.4:
        eta = float(2.0 ** np.round(np.log2(eta)))
    steps = [ib.Constant(eta), ib.Polynomial(eta, float(rng.choice([0.1, 0.3, 0.5, 0.7])))]
    if isinstance(method, ib.SteepestDescent):
        steps.append(ib.LossNormalized(1.0, eta))
    step = steps[rng.integers(len(steps))]
    return lambda: ib.Run(problem, method, step, w0=w0)
