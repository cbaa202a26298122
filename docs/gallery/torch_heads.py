r"""
Linear heads of PyTorch
=======================

A linear head on digits is trained by torch's SGD, Adam and, if it is there, Muon, and by three estimators
of scikit-learn; nothing of implicitbias takes part. Which margin does each of them maximize? ``certify``
proves how far it is from the maximum in five norms, and ``fingerprint`` names the nearest (Theorem 5 of
Gunasekar et al., 2018; Fan et al., 2025, Theorem 2).

This page is shown without its output, as PyTorch is not on the machine that builds the site. Run it with
``python torch_heads.py [STEPS]``; it prints the gaps and writes ``torch_heads.png``.
"""

import math
import sys

import numpy as np

import implicitbias as ib

NORMS = [ib.Lp(1), ib.Lp(2), ib.Lp(math.inf), ib.Schatten(1), ib.Schatten(math.inf)]


def digits(per_class=5):
    """Return the first samples of each class, centered, with a column of ones for the bias."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    few = np.concatenate([np.flatnonzero(y == c)[:per_class] for c in range(10)])
    X = (X[few] - X[few].mean(axis=0)) / 16
    return np.column_stack([X, np.ones(len(X))]), y[few]


def heads_of_torch(X, y, steps):
    """Yield the name of an optimizer, the iterations that were kept, and the state dicts."""
    import torch

    features, labels = torch.tensor(X[:, :-1]), torch.tensor(y)  # torch.nn.Linear has a bias of its own
    optimizers = {
        "SGD": lambda p: torch.optim.SGD(p, lr=5.0),
        "Adam": lambda p: torch.optim.Adam(p, lr=1e-2),
    }
    for name, make in optimizers.items():
        torch.manual_seed(0)
        head = torch.nn.Linear(features.shape[1], 10, dtype=torch.float64)
        optimizer = make(head.parameters())
        yield name, *_trained(torch, head, [optimizer], features, labels, steps)
    if hasattr(torch.optim, "Muon"):
        torch.manual_seed(0)
        head = torch.nn.Linear(features.shape[1], 10, bias=False, dtype=torch.float64)
        muon = torch.optim.Muon(head.parameters(), lr=1e-2, weight_decay=0.0)
        yield "Muon", *_trained(torch, head, [muon], features, labels, steps)


def _trained(torch, head, optimizers, features, labels, steps):
    kept, states = sorted({steps // 100, steps // 10, steps // 3, steps}), []
    for t in range(1, steps + 1):
        loss = torch.nn.functional.cross_entropy(head(features), labels)
        head.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        if t in kept:
            states.append({name: tensor.detach().clone() for name, tensor in head.state_dict().items()})
    return kept, states


def heads_of_sklearn(X, y):
    """Yield the name of an estimator and its weights, of the last column that is 1, too."""
    from sklearn.linear_model import LogisticRegression, SGDClassifier
    from sklearn.svm import LinearSVC

    for model in (
        LogisticRegression(C=1e10, max_iter=10_000, fit_intercept=False),
        LinearSVC(C=100, multi_class="crammer_singer", max_iter=100_000, fit_intercept=False),
        SGDClassifier(
            loss="log_loss", alpha=1e-10, max_iter=2000, tol=None, fit_intercept=False, random_state=0
        ),
    ):
        yield type(model).__name__, model.fit(X, y).coef_


def main(steps):
    """Train, certify, recognize and draw."""
    X, y = digits()
    problem = ib.Problem(X, y, ib.CrossEntropy())
    without_bias = ib.Problem(X[:, :-1], y, ib.CrossEntropy())
    print(f"{problem}\n\nHow far is each from the maximum margin, at most?")
    print(" " * 20, *(f"{name:>9}" for name in ("l1", "l2", "linf", "nuclear", "spectral")))
    found = {}
    try:
        for name, kept, states in heads_of_torch(X, y, steps):
            whose = problem if "bias" in states[-1] else without_bias
            iterates = ib.Iterates(whose, ib.Lp(2), kept, states)
            report(f"torch {name}", whose, iterates.w)
            found[name] = ib.fingerprint(whose, iterates, geometries=NORMS)
    except ImportError:
        print("torch is not installed")
    for name, W in heads_of_sklearn(X, y):
        report(name, problem, W)
    for name, fingerprint in found.items():
        print(f"\ntorch {name}: {fingerprint}")
    if found:
        draw(found)


def report(name, problem, W):
    """Print the certified gap of W in each norm."""
    gaps = []
    for norm in NORMS:
        bracket = ib.certify(problem, W, norm, tolerance=0.05)
        gaps.append(f"{bracket.gap:9.1%}" if bracket.lower > 0 else "     errs")
    print(f"{name:<20}", *gaps)


def draw(found):
    """Draw the fingerprints beside each other."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    figure, axes = plt.subplots(
        1, len(found), figsize=(5 * len(found), 4), layout="constrained", squeeze=False
    )
    for ax, (name, fingerprint) in zip(axes[0], found.items(), strict=True):
        if fingerprint.best is not None:
            ib.plot.fingerprint(fingerprint, ax=ax)
        ax.set_title(f"torch {name}")
    figure.savefig("torch_heads.png", dpi=100)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
