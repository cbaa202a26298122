"""The suite of methods in PyTorch: eager, on the CPU, with preallocated results."""

import torch

from methods_workload import BETA
from torch_loop import move_l43


def empty(*shape):
    return torch.empty(shape, dtype=torch.float64)


def zeros(size):
    return torch.zeros(size, dtype=torch.float64)


def steepest_squared(steps, X, y, eta):
    n, d = X.shape
    columns = X.T
    w, r, g, s = zeros(d), empty(n), empty(d), empty(d)
    for _ in range(steps):
        torch.addmv(y, X, w, beta=-1, out=r)
        torch.mv(columns, r, out=g)  # half the gradient
        move_l43(w, g, 2 * eta, s)
    return w


def entropy_momentum(steps, X, y, eta):
    n, d = X.shape
    columns = X.T
    w, before, r, g = torch.ones_like(X[0]), torch.ones_like(X[0]), empty(n), empty(d)
    for _ in range(steps):
        torch.addmv(y, X, w, beta=-1, out=r)
        torch.mv(columns, r, out=g)
        torch.lerp(before, w, 1 + BETA, out=before)  # w + BETA (w - before)
        before.mul_(g.mul_(-2 * eta).exp_())
        w, before = before, w
    return w


def adagrad(steps, A, eta):
    n, d = A.shape
    minus, columns = -A, A.T
    w, G, c, h, s = zeros(d), zeros(d), empty(n), empty(d), empty(d)
    for _ in range(steps):
        torch.mv(minus, w, out=c).exp_()
        torch.mv(columns, c, out=h)
        G.addcmul_(h, h)
        w.addcdiv_(h, torch.sqrt(G, out=s), value=eta)
    return w


def mirror_l15(steps, A, eta):
    n, d = A.shape
    minus, columns = -A, A.T
    w, z, m, c = zeros(d), zeros(d), empty(n), empty(n)
    for _ in range(steps):
        torch.mv(minus, w, out=m)
        torch.softmax(m, 0, out=c)
        z.addmv_(columns, c, alpha=eta)
        torch.abs(z, out=w).mul_(z)
        w.mul_(w.dot(z).item() ** (-1 / 3))
    return w


def factorized(steps, X, y, U, eta):
    columns = X.T
    U, after = U.clone(), torch.empty_like(U)
    W, G = U @ U.T, torch.empty_like(U)
    w, g, r = W.view(-1), G.view(-1), torch.empty_like(y)
    for _ in range(steps):
        torch.addmv(y, X, w, beta=-1, out=r)
        torch.mv(columns, r, out=g)  # half the gradient
        torch.addmm(U, G, U, alpha=-4 * eta, out=after)
        U, after = after, U
        torch.mm(U, U.T, out=W)
    return w


def prepare(workload):
    """Return the loop as a function of the number of steps."""
    *arrays, eta = workload()
    tensors = [torch.from_numpy(array) for array in arrays]
    loop = torch.inference_mode()(globals()[workload.__name__])
    return lambda steps: loop(steps, *tensors, eta).numpy()
