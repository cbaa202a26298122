"""Realizable problems, runs on them to their ends, and where those must be."""

import numpy as np
from scipy.optimize import root

import implicitbias as ib
from plain import plain_inverse_link, plain_link, sample


def realizable(potential, n=2, seed=0):
    """Return samples, labels and a start, and in the domain a w with Xw = y not far from the start."""
    rng = np.random.default_rng(seed)
    X = np.linalg.qr(rng.standard_normal((4, n)))[0].T
    if isinstance(potential, ib.SpectralEntropy):
        X = (X + X[:, [0, 2, 1, 3]]) / 2
    flat = getattr(potential, "p", 2) > 2  # near 0, where no step is small enough: the solution stays away
    w0 = (
        rng.uniform(0.5, 2, 4)
        if flat or isinstance(potential, ib.Entropy)
        else sample(potential, rng).ravel()
    )
    change = 0.1 if flat else 0.5
    w = 1.5 * w0 if isinstance(potential, ib.SpectralEntropy) else w0 * rng.uniform(1 - change, 1 + change, 4)
    if not isinstance(potential, ib.SpectralEntropy | ib.Entropy):
        w0, w = w0 / np.abs(w0).max(), w / np.abs(w0).max()
    return X, X @ w, w0


def shaped(potential, X, y, w0, loss):
    """Return the problem and the start in the shape that the potential asks for."""
    if isinstance(potential, ib.SpectralEntropy):
        return ib.Problem(X.reshape(-1, 2, 2), y, loss), w0.reshape(2, 2)
    return ib.Problem(X, y, loss), w0


def safe_step(potential):
    """A step at which the runs of this file converge."""
    if isinstance(potential, ib.PowerPotential):
        return (potential.p - 1) * min(0.1 * 5 ** (2 - potential.p), 0.4)
    if isinstance(potential, ib.HyperbolicEntropy):
        return 0.2 / (1 + potential.beta)
    if isinstance(potential, ib.SquaredLp):
        return 0.8 * (potential.p - 1)
    return 0.2 if isinstance(potential, ib.QuadraticPotential) else 0.05


def converge(run, residual=1e-12):
    """Advance until Xw = y."""
    while run.trajectory.residual[-1] > residual and run.t < 10**6:
        run.advance(500)
    assert run.trajectory.residual[-1] <= residual
    return run


def project_dual(potential, rows, right, z):
    """Return z + rows' l such that its w has `rows w = right`."""
    image = lambda dual: rows @ plain_inverse_link(potential, z + rows.T @ dual)  # noqa: E731
    dual = np.zeros(len(right))
    begin = image(dual)
    for part in [*np.linspace(0, 1, 20), 1, 1]:  # nearer and nearer, for SciPy to follow
        target = begin + part * (right - begin)
        dual = root(lambda dual, target=target: image(dual) - target, dual, tol=1e-15).x
    assert np.abs(image(dual) - right).max() < 1e-11
    return z + rows.T @ dual


def projection(potential, rows, right, w0):
    """Return the w with `rows w = right` and grad psi(w) - grad psi(w0) in the span of the rows."""
    return plain_inverse_link(potential, project_dual(potential, rows, right, plain_link(potential, w0)))


def example_2(eta, method=None, **options):
    problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    return ib.Run(problem, method or ib.MirrorDescent(ib.Entropy()), ib.Constant(eta), **options)


def closed_form(p, q):
    """Return where the flow from (p, q) ends in Example 2: (p s, q s^2) with p s + 2 q s^2 = 1."""
    s = (-p + np.sqrt(p * p + 8 * q)) / (4 * q)
    return np.array([p * s, q * s * s])
