"""Steepest descent on the exponential loss in PyTorch: eager, on the CPU, with preallocated results."""

import math

import torch

from workload import signed_rows

torch.set_num_threads(1)

# Each subtracts eta times the unnormalized steepest descent step on <w, h> from w; s is a buffer.


def move_l1(w, h, eta, s):
    i = torch.abs(h, out=s).argmax(0, keepdim=True)
    w.index_add_(0, i, h.index_select(0, i), alpha=-eta)


def move_l43(w, h, eta, s):  # h^3 / |h|_4^2
    torch.mul(h, h, out=s)
    w.addcmul_(s, h, value=-eta * s.dot(s).item() ** -0.5)


def move_linf(w, h, eta, s):
    w.add_(torch.sign(h, out=s), alpha=-eta * torch.linalg.vector_norm(h, 1).item())


def move_l15(w, h, eta, s):  # h |h| / |h|_3
    torch.abs(h, out=s).mul_(h)
    w.add_(s, alpha=-eta * s.dot(h).item() ** (-1 / 3))


Q = 1.7 / 0.7


def move_l17(w, h, eta, s):  # |h|_q sign(h) (|h| / |h|_q)^(q-1)
    torch.abs(h, out=s).pow_(Q - 1).copysign_(h)
    w.add_(s, alpha=-eta * s.dot(h).item() ** (2 / Q - 1))


MOVES = {1: move_l1, 4 / 3: move_l43, 1.5: move_l15, 1.7: move_l17, math.inf: move_linf}


@torch.inference_mode()
def descend(minus, eta, p, steps):
    """Return w after ``steps`` steps from 0 on the negative of the rows y_n x_n."""
    n, d = minus.shape
    columns = minus.T
    w, h, s = (torch.zeros(d, dtype=minus.dtype) for _ in range(3))
    m, c = (torch.empty(n, dtype=minus.dtype) for _ in range(2))
    for _ in range(steps):
        torch.mv(minus, w, out=m)
        torch.softmax(m, 0, out=c)
        if p == 2:
            w.addmv_(columns, c, alpha=-eta)
        else:
            torch.mv(columns, c, out=h)
            MOVES[p](w, h, eta, s)
    return w


def prepare(X, y, p):
    """Return the descent in l_p as a function of the number of steps."""
    A, eta = signed_rows(X, y, p)
    minus = torch.from_numpy(A).neg_()
    return lambda steps: descend(minus, eta, p, steps).numpy()
