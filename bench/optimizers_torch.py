"""The optimizers in PyTorch: eager, on the CPU, in place and with preallocated results."""

import torch

from optimizers_workload import BETA, BETA1, BETA2, EPS, samples, start

torch.set_num_threads(1)


def by_samples(X, Y):
    """Return the function that writes the gradient at W to G, through scores (n, k)."""
    S, P = torch.empty_like(Y), torch.empty_like(Y)
    weights = P.T

    def at(W, G):
        torch.mm(X, W.T, out=S)
        torch.softmax(S, 1, out=P)
        P.sub_(Y)
        torch.mm(weights, X, out=G)

    return at


def by_classes(X, Y):
    """Return the same, through scores (k, n)."""
    columns, Y = X.T.contiguous(), Y.T.contiguous()
    S, P = torch.empty_like(Y), torch.empty_like(Y)

    def at(W, G):
        torch.mm(W, columns, out=S)
        torch.softmax(S, 0, out=P)
        P.sub_(Y)
        torch.mm(P, X, out=G)

    return at


WAYS = by_samples, by_classes


def gradient_descent(at, W, eta, steps):
    G = torch.empty_like(W)
    for _ in range(steps):
        at(W, G)
        W.sub_(G, alpha=eta)
    return W


def sign_descent(at, W, eta, steps):
    G, S = torch.empty_like(W), torch.empty_like(W)
    for _ in range(steps):
        at(W, G)
        W.sub_(torch.sign(G, out=S), alpha=eta * torch.linalg.vector_norm(G, 1).item())
    return W


def adam(at, W, eta, steps):
    G, S = torch.empty_like(W), torch.empty_like(W)
    m, v = torch.zeros_like(W), torch.zeros_like(W)
    for t in range(1, steps + 1):
        at(W, G)
        m.lerp_(G, 1 - BETA1)
        v.mul_(BETA2).addcmul_(G, G, value=1 - BETA2)
        torch.sqrt(v, out=S).mul_((1 - BETA2**t) ** -0.5).add_(EPS)
        W.addcdiv_(m, S, value=-eta / (1 - BETA1**t))
    return W


def muon(at, W, eta, steps):
    G, m = torch.empty_like(W), torch.zeros_like(W)
    for _ in range(steps):
        at(W, G)
        m.lerp_(G, 1 - BETA)
        G.lerp_(m, BETA)
        squares, Q = torch.linalg.eigh(G @ G.T)
        Q, values = Q[:, 1:], squares[1:].sqrt()
        W.addmm_(Q * (eta * values.sum() / values), Q.T @ G, alpha=-1)
    return W


def prepare(size, method, eta, way=by_samples):
    """Return the loop as a function of the number of steps."""
    X, y, k = samples(size)
    X, Y = torch.from_numpy(X), torch.nn.functional.one_hot(torch.from_numpy(y), k).double()
    loop = torch.inference_mode()(globals()[method.lower().replace(" ", "_")])

    def call(steps):
        return loop(way(X, Y), torch.from_numpy(start(size)).clone(), eta, steps).numpy()

    return call
