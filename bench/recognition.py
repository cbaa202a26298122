"""How often `fingerprint` recognizes a method from its parameters after 10^4 steps, and if it is ever wrong.

    python bench/recognition.py [--steps 10000] [--seeds 5]

Twelve methods, mirror descent in potentials that pass through l_p norms, and torch's own where it is
installed, on data of three shapes. A pair is right where the verdict is the method's geometry, or where it is
"cannot be told apart" and the geometry is among the compatible ones.
"""

import argparse
import math
from collections import defaultdict

import numpy as np

import implicitbias as ib
from implicitbias.recognition.bank import Bank
from implicitbias.recognition.of_margins import recognized

SHAPES = {"n <= d/2": (50, 100), "n > d, few": (20, 5), "n > d": (200, 30)}
MATRIX_SHAPES = {"n <= d/2": (40, (8, 12)), "n > d, few": (20, (2, 3)), "n > d": (90, (5, 6))}
ENTRYWISE = {
    "gradient": (ib.GradientDescent(), ib.Lp(2)),
    "sign": (ib.SteepestDescent(ib.Lp(math.inf)), ib.Lp(math.inf)),
    "coordinate": (ib.SteepestDescent(ib.Lp(1)), ib.Lp(1)),
    **{f"l{p:.3g}": (ib.SteepestDescent(ib.Lp(p)), ib.Lp(p)) for p in (1.25, 4 / 3, 3, 8)},
    "mirror l1.5": (ib.MirrorDescent(ib.PowerPotential(1.5)), ib.Lp(1.5)),
}
PASSING = {
    "hyperbolic 1": ib.HyperbolicEntropy(1.0),
    "hyperbolic .01": ib.HyperbolicEntropy(0.01),
    "cosh": ib.Cosh(),
}


def data(n, shape, seed):
    """Return Gaussian samples and labels: random ones where any are separable, planted ones elsewhere."""
    rng, d = np.random.default_rng(seed), math.prod(np.atleast_1d(shape))
    X = rng.standard_normal((n, d))
    if n <= d / 2:
        y = np.where(rng.random(n) < 0.5, 1.0, -1.0)
    else:
        u = rng.standard_normal(d)
        u /= np.linalg.norm(u)
        y = np.sign(X @ u)
        X += 0.3 * y[:, None] * u
    return X.reshape(n, *np.atleast_1d(shape)), y


def matrix_methods(shape):
    """Return the methods on matrices."""
    rows = ib.GroupNorm(np.arange(math.prod(shape)).reshape(shape).tolist())
    return {
        "muon": (ib.Muon(), ib.Schatten(math.inf)),
        "nuclear": (ib.SteepestDescent(ib.Schatten(1)), ib.Schatten(1)),
        "group": (ib.SteepestDescent(rows), rows),
    }


def torch_methods(X, y, steps):
    """Yield what torch's own optimizers end at, and the geometries that theorems give them."""
    try:
        import torch
    except ImportError:
        return
    features, labels = torch.tensor(X), torch.tensor(y)
    for name, make, norm in (
        ("torch SGD", lambda w: torch.optim.SGD(w, lr=1.0), ib.Lp(2)),
        ("torch Adam", lambda w: torch.optim.Adam(w, lr=1e-3), ib.Lp(math.inf)),
    ):
        w = torch.zeros(X.shape[1], dtype=torch.float64, requires_grad=True)
        optimizer = make([w])
        for _ in range(steps):
            optimizer.zero_grad()
            torch.nn.functional.softplus(-labels * (features @ w)).sum().backward()
            optimizer.step()
        yield name, w.detach().numpy(), norm


def pairs(steps, seeds):
    """Yield method, regime, the bank of its data, its w and its geometry."""
    for seed in range(seeds):
        for regime, (n, d) in SHAPES.items():
            X, y = data(n, d, seed)
            problem = ib.Problem(X, y, ib.Exponential())
            bank = Bank(problem)
            for name, (method, norm) in ENTRYWISE.items():
                yield name, regime, bank, ib.Run(problem, method).advance(steps).w, norm
            for name, potential in PASSING.items():
                run = ib.Run(problem, ib.MirrorDescent(potential)).advance(steps)
                yield name, regime, bank, run.w, potential
            network = ib.Problem(X, y, ib.Exponential(), model=ib.Diagonal())
            run = ib.Run(network, ib.GradientDescent(), w0=np.full(2 * d, 0.03)).advance(steps)
            # u^2 - v^2 follows the flow of the hyperbolic entropy whose beta is 2 u v of the start.
            yield "diagonal", regime, bank, run.w, ib.HyperbolicEntropy(2 * 0.03**2)
            run = ib.Run(problem, ib.AdaGrad(), 0.1).advance(steps)
            yield (
                "AdaGrad",
                regime,
                bank,
                run.w,
                ib.WeightedNorm(np.exp(run.log_G / 4 - run.log_G.max() / 4), ib.Lp(2)),
            )
            for name, w, norm in torch_methods(X, y, steps):
                yield name, regime, bank, w, norm
        for regime, (n, shape) in MATRIX_SHAPES.items():
            problem = ib.Problem(*data(n, shape, seed), ib.Exponential())
            bank = Bank(problem)
            for name, (method, norm) in matrix_methods(shape).items():
                yield name, regime, bank, ib.Run(problem, method).advance(steps).w, norm


def _is(found, geometry):
    """Return whether this is the best: of potentials the limit's norm will do, and another unit."""
    if isinstance(geometry, ib.Norm):
        return found.best == geometry
    return type(found.best) is type(geometry) or found.best == ib.MirrorDescent(geometry).geometry


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=5)
    asked = parser.parse_args()
    count = defaultdict(lambda: np.zeros(4, dtype=int))
    for name, regime, bank, w, norm in pairs(asked.steps, asked.seeds):
        found = recognized(bank, [w], None)
        same = found.table[0].family == name if name == "AdaGrad" else _is(found, norm)
        compatible = found.is_compatible(norm)
        right = same if found.decided else compatible
        wrong = found.decided and not same
        for key in ((name, regime), ("all", regime)):
            count[key] += (1, found.decided, right, wrong)
        if not right:
            print(f"  not right: {name}, {regime}: {found.reason}; compatible: {compatible}", flush=True)
    print(f"{'method':<14}{'data':<14}{'pairs':>6}{'decided':>9}{'right':>7}{'wrong':>7}")
    for (name, regime), (total, decided, right, wrong) in count.items():
        print(f"{name:<14}{regime:<14}{total:>6}{decided:>9}{right:>7}{wrong:>7}")


if __name__ == "__main__":
    main()
