"""Update rules in plain NumPy, one function a rule, from the definitions: runs are held against them.

A rule is a generator. It is sent gradients of the sum of the losses, and gives the step of size eta = 1;
`iterate` adds eta times that to (1 - eta weight_decay) w.
"""

import math

import numpy as np

import implicitbias as ib


def iterate(rule, gradient, w, etas, weight_decay=0.0):
    """Return the iterates w(0), w(1), ... of a rule."""
    steps = rule()
    next(steps)
    rows = [w]
    for eta in etas:
        w = (1 - eta * weight_decay) * w + eta * steps.send(gradient(w))
        rows.append(w)
    return np.array(rows)


def averaged(step, beta, nesterov=False):
    """Return the rule that takes the steps of an average of the gradients."""

    def rule():
        m, g = 0.0, (yield)
        while True:
            m = beta * m + (1 - beta) * g
            g = yield step(beta * m + (1 - beta) * g if nesterov else m)

    return rule


def plain(step):
    """Return the rule without a memory."""

    def rule():
        g = yield
        while True:
            g = yield step(g)

    return rule


def adam(beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True, amsgrad=False):
    def rule():
        m, v, largest, t, g = 0.0, 0.0, 0.0, 0, (yield)
        while True:
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            t += 1
            largest = np.maximum(largest, v)
            m_hat, v_hat = m, largest if amsgrad else v
            if bias_correction:
                m_hat, v_hat = m_hat / (1 - beta1**t), v_hat / (1 - beta2**t)
            g = yield -ratio(m_hat, np.sqrt(v_hat) + eps)

    return rule


def rmsprop(beta=0.99, eps=1e-8):
    def rule():
        v, g = 0.0, (yield)
        while True:
            v = beta * v + (1 - beta) * g**2
            g = yield -ratio(g, np.sqrt(v) + eps)

    return rule


def ratio(a, b):
    """Return a / b, with 0 / 0 = 0."""
    return np.divide(a, b, out=np.zeros_like(a), where=a != 0)


def lion(beta1=0.9, beta2=0.99):
    def rule():
        m, g = 0.0, (yield)
        while True:
            step = -np.sign(beta1 * m + (1 - beta1) * g)
            m = beta2 * m + (1 - beta2) * g
            g = yield step

    return rule


def dual_acceleration(total):
    """`total` is the sum of the samples' weights -l' at w, by which a gradient is divided."""

    def rule():
        g, t, gradient = 0.0, 0, (yield)
        while True:
            q = -gradient / total()
            g = t / (t + 1) * (g + q)
            gradient = yield g + q
            t += 1

    return rule


def newton_schulz(M):
    """Return five steps of the iteration with which Muon is shipped, in its plainest form."""
    X = M / np.linalg.norm(M)
    for _ in range(5):
        X = 3.4445 * X - 4.7750 * X @ X.T @ X + 2.0315 * X @ X.T @ X @ X.T @ X
    return X


def newton_schulz_step(M):
    return -np.linalg.norm(M, "nuc") * newton_schulz(M)


def lp_step(p):
    """Return the steepest descent step in l_p, from eq. (12): -|g|_q sign(g) (|g| / |g|_q)^(q-1)."""

    def step(g):
        if p == 1:
            out = np.zeros_like(g)
            i = np.unravel_index(np.argmax(np.abs(g)), g.shape)
            out[i] = -g[i]
            return out
        q = 1.0 if p == math.inf else p / (p - 1)
        dual = (np.abs(g) ** q).sum() ** (1 / q)
        return -dual * np.sign(g) * (np.abs(g) / dual) ** (q - 1)

    return step


def schatten_step(p):
    """Return the step in a Schatten norm: the l_p step of the singular values, in their vectors."""

    def step(G):
        U, s, Vt = np.linalg.svd(G, full_matrices=False)
        s = np.where(s > 1e-9 * s[0], s, 0)
        if p == 1:
            return -s[0] * np.outer(U[:, 0], Vt[0])
        if p == math.inf:
            return -s.sum() * (U * (s > 0)) @ Vt
        return U * lp_step(p)(s) @ Vt

    return step


def steepest_step(norm, shape):
    """Return a norm's step; those of other norms than these are held against eq. (12) elsewhere."""
    if isinstance(norm, ib.Lp):
        return lp_step(norm.p)
    if isinstance(norm, ib.Schatten):
        return schatten_step(norm.p)
    return lambda g: norm.steepest(g.reshape(shape)).reshape(g.shape)


def rule_of(method, shape, total=None):
    """Return the rule of a method of the package, from its arguments."""
    match method:
        case ib.Adam():
            return adam(method.beta1, method.beta2, method.eps, method.bias_correction, method.amsgrad)
        case ib.RMSProp():
            return rmsprop(method.beta, method.eps)
        case ib.Lion():
            return lion(method.beta1, method.beta2)
        case ib.DualAcceleration():
            return dual_acceleration(total)
        case ib.NewtonSchulzDescent():
            step = newton_schulz_step
        case _:
            step = steepest_step(method.norm, shape)
    if method.momentum is None:
        return plain(step)
    return averaged(step, method.momentum.beta, method.momentum.nesterov)
