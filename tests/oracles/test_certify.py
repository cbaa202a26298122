"""What `certify` proves of any w, against convex programs, loops over the definition and SciPy."""

import math
from itertools import product

import numpy as np
import pytest
import scipy.sparse
from scipy.optimize import minimize

import examples
import implicitbias as ib
from implicitbias.oracles import margin_bounds
from implicitbias.oracles.linear_ball import linear_image_ball, linear_lp_ball
from implicitbias.oracles.linear_margin import by_linear_programs
from implicitbias.oracles.max_margin import max_margin

RNG = np.random.default_rng(5)
X = RNG.standard_normal((5, 2, 2))
PROBLEM = ib.Problem(X, [1, -1, 1, 1, -1], ib.Logistic())
SEPARABLE = ib.Problem(X[:3], [1, -1, 1], ib.Logistic())
W = RNG.standard_normal((2, 2))


class OwnLp(ib.Norm):
    """l_3/2, by someone else."""

    def value(self, w):
        return (np.abs(w) ** 1.5).sum() ** (2 / 3)

    def dual(self, g):
        return (np.abs(g) ** 3).sum() ** (1 / 3)

    def steepest(self, g):
        return -np.sign(g) * np.abs(g) ** 2 / (self.dual(g) or 1.0)


def clusters(n=60, d=6, k=4, seed=1):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % k
    return rng.standard_normal((n, d)) + 6 * rng.standard_normal((k, d))[y], y


@pytest.mark.parametrize("norm", [*examples.NORMS, OwnLp()], ids=repr)
def test_the_bracket_holds_w_and_the_maximum(norm):
    bracket = ib.certify(SEPARABLE, W, norm, 1e-2)
    least = min(y * np.sum(W * x) for x, y in zip(X[:3], SEPARABLE.y, strict=True))
    assert bracket.lower == pytest.approx(least / norm.value(W), rel=1e-12)
    best = max_margin(SEPARABLE, ib.Lp(1.5) if isinstance(norm, OwnLp) else norm).value
    assert best * (1 - 1e-9) <= bracket.upper <= best / (1 - 1e-2) * (1 + 1e-9)


@pytest.mark.parametrize(
    "norm", [ib.Lp(1), ib.Lp(2), ib.Lp(math.inf), ib.Schatten(1), ib.Schatten(1.5)], ids=repr
)
@pytest.mark.parametrize("few", [False, True], ids=["whole", "in parts"])
def test_classes(norm, few, monkeypatch):
    if few:
        monkeypatch.setattr(margin_bounds, "_SMALL", 0)
        monkeypatch.setattr(margin_bounds, "_FEW", 0)
    samples, y = clusters(150)
    problem = ib.Problem(samples, y, ib.CrossEntropy())
    rows = problem.rows  # the pairs, formed, as samples of matrices with the label +1
    pairs = ib.Problem(rows, np.ones(len(rows)), ib.Exponential())
    W = ib.Run(problem, ib.SteepestDescent(norm)).advance(300).w
    least, best = (rows * W).sum(axis=(1, 2)).min() / norm.value(W), max_margin(pairs, norm).value
    for given in (samples, scipy.sparse.csr_array(samples)):
        bracket = ib.certify(ib.Problem(given, y, ib.CrossEntropy()), W, norm, 0.02)
        assert bracket.lower == pytest.approx(least, rel=1e-9)
        assert best * (1 - 1e-8) <= bracket.upper <= best / 0.98 * (1 + 1e-8)


def test_w_that_errs_has_a_negative_lower_side():
    bracket = ib.certify(SEPARABLE, -SEPARABLE.rows.sum(axis=0), ib.Lp(2))
    assert bracket.lower < 0 < bracket.upper
    assert bracket.separable


@pytest.mark.parametrize("loss", [ib.Logistic(), ib.Exponential(), ib.PolynomialTail(2.0)], ids=repr)
def test_data_that_overlap_get_a_proof_and_the_least_loss(loss):
    rng = np.random.default_rng(3)
    samples, y = rng.standard_normal((30, 3)), np.where(rng.random(30) < 0.5, 1, -1)
    problem = ib.Problem(samples, y, loss)
    found = ib.certify(problem, [1.0, 2.0, 3.0], ib.Lp(1))
    assert (found.separable, found.separability.kind, found.upper) == (False, "overlap", 0)
    assert np.abs(found.separability.weights @ (samples * y[:, None])).max() < 1e-12
    least = minimize(lambda w: math.exp(problem.evaluate(w)[0]), np.zeros(3), tol=1e-12).fun
    assert least * (1 - 1e-6) <= found.loss.lower <= least * (1 + 1e-9)
    assert found.loss.upper == pytest.approx(math.exp(problem.evaluate([1.0, 2.0, 3.0])[0]))
    assert "not separable (overlap)" in repr(found)


def test_many_samples_that_overlap(monkeypatch):
    monkeypatch.setattr(margin_bounds, "_SMALL", 0)
    monkeypatch.setattr(margin_bounds, "_FEW", 0)
    samples, y = clusters(120, d=2)
    y = np.append(y, y[:60])
    problem = ib.Problem(np.vstack([samples, -samples[:60]]), y, ib.CrossEntropy())
    found = ib.certify(problem, np.ones((4, 2)), ib.Lp(2))
    assert not found.separable
    weights = found.separability.weights
    assert np.abs(np.tensordot(weights, problem.rows, 1)).max() < 1e-9 * np.abs(samples).max()


def test_overlapping_classes_and_losses_without_a_bound():
    rng = np.random.default_rng(4)
    samples, y = rng.standard_normal((40, 2)), rng.integers(3, size=40)
    problem = ib.Problem(samples, y, ib.CrossEntropy())
    found = ib.certify(problem, np.ones((3, 2)), ib.Schatten(1))
    least = minimize(lambda w: math.exp(problem.evaluate(w.reshape(3, 2))[0]), np.zeros(6), tol=1e-12).fun
    assert least * (1 - 1e-6) <= found.loss.lower <= least * (1 + 1e-9)
    quasi = ib.Problem([[1.0, 0], [0, 2], [0, 1]], [1, 1, -1], ib.Logistic())
    assert ib.certify(quasi, [1.0, 1.0], ib.Lp(2)).loss.lower == 0
    assert ib.certify(ib.Problem([[1.0], [2.0]], [1, -1], ib.Sigmoid()), [1.0], ib.Lp(2)).loss is None


@pytest.mark.parametrize("unit", [2.0**-500, 2.0**500, 2.0**700])
def test_the_least_loss_has_no_unit(unit):
    rng = np.random.default_rng(5)
    samples, y = rng.standard_normal((40, 2)), rng.integers(3, size=40)
    w = np.arange(6.0).reshape(3, 2)
    one = ib.certify(ib.Problem(samples, y, ib.CrossEntropy()), w, ib.Lp(2)).loss
    other = ib.certify(ib.Problem(samples * unit, y, ib.CrossEntropy()), w / unit, ib.Lp(2)).loss
    assert 0 < one.lower == pytest.approx(other.lower, rel=1e-9)
    assert one.upper == pytest.approx(other.upper, rel=1e-12)


class Tensor:
    """What certify sees of a tensor of torch."""

    def __init__(self, values, requires_grad=False, device="cpu", is_sparse=False):
        self.values, self.requires_grad, self.is_sparse = np.asarray(values), requires_grad, is_sparse
        self.device = type("device", (), {"type": device})()
        self.ndim, self.shape = self.values.ndim, self.values.shape

    def __array__(self, dtype=None, copy=None):
        return self.values


BINARY = ib.Problem([[1.0, 2.0, 1.0], [2.0, 1.0, 1.0]], [1, 1], ib.Logistic())
CLASSES = ib.Problem([[1.0, 2.0, 1.0], [2.0, -1.0, 1.0]], [0, 1], ib.CrossEntropy())


@pytest.mark.parametrize(
    ("problem", "w", "says"),
    [
        (CLASSES, np.ones((3, 2)), r"w: expected shape \(2, 3\), got \(3, 2\); write w.T, the transpose"),
        (CLASSES, np.ones(3), r"write numpy.vstack\(\[-w, w\]\)"),
        (BINARY, np.ones(2), r"w: expected shape \(3,\), got \(2,\)"),
        (BINARY, np.zeros(3), "w: expected parameters that are not all 0"),
        (BINARY, [1, np.nan, 0], "w: expected finite numbers"),
        (BINARY, Tensor([1, 2, 3], requires_grad=True), r"w.detach\(\).cpu\(\).numpy\(\)"),
        (BINARY, Tensor([1, 2, 3], device="cuda"), r"on the CPU.*w.detach\(\).cpu\(\).numpy\(\)"),
        (BINARY, ["a", "b", "c"], "w: expected an array of real numbers"),
        (BINARY, None, "w: expected an array of numbers, got None"),
        (BINARY, {"conv.weight": Tensor(np.ones((1, 1, 3)))}, "one linear layer.*got conv.weight"),
        (BINARY, {}, "one linear layer.*got none$"),
        (
            BINARY,
            {"model": {"fc.weight": Tensor(np.ones((1, 3)))}, "t": 1},
            r"got model, t; write w\['model'\]$",
        ),
        (
            CLASSES,
            {"0.weight": Tensor(np.ones((3, 3))), "1.weight": Tensor(np.ones((2, 3)))},
            r"got 0.weight, 1.weight; write w\['1.weight'\]$",
        ),
        (BINARY, Tensor([1, 2, 3], is_sparse=True), r"a sparse tensor; write w.to_dense\(\).numpy\(\)"),
        (BINARY, type("Linear", (), {"state_dict": dict})(), r"write w.state_dict\(\)"),
        (
            ib.Problem([[1.0, 2.0], [2.0, 3.0]], [1, 1], ib.Logistic()),
            {"fc.weight": Tensor(np.ones((1, 2))), "fc.bias": Tensor([1.0])},
            "has a bias.*numpy.column_stack",
        ),
        (
            ib.Problem(np.zeros((2, 2)), [1, -1], ib.Logistic()),
            [1, 1],
            "X: expected features that are not all 0",
        ),
        (ib.Problem(np.ones((2, 2)), [1.5, -1], ib.Squared()), [1, 1], "problem: expected one with margins"),
    ],
)
def test_bad_input(problem, w, says):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match=says):
        ib.certify(problem, w, ib.Lp(2))


def test_parameters_of_linear_layers():
    layer = {"fc.weight": Tensor([[1.0, 2.0]]), "fc.bias": Tensor([0.5])}
    assert ib.certify(BINARY, layer, ib.Lp(2)) == ib.certify(BINARY, [1.0, 2.0, 0.5], ib.Lp(2))
    assert ib.certify(BINARY, Tensor([[1.0, 2.0, 0.5]]), ib.Lp(2)) == ib.certify(BINARY, layer, ib.Lp(2))


@pytest.mark.parametrize("tolerance", [0, 1, "x", math.nan])
def test_bad_tolerances(tolerance):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match="tolerance"):
        ib.certify(BINARY, [1.0, 1.0, 1.0], ib.Lp(2), tolerance)


class MiddleNorm(ib.Norm):
    """max(|w|_inf, |w|_1 / 3): a polytope, of which nothing is told but its steepest steps."""

    def value(self, w):
        return max(np.abs(w).max(), np.abs(w).sum() / 3)

    def dual(self, z):
        return float(np.sort(np.abs(z))[-3:].sum())

    def steepest(self, gradient):
        step = np.zeros_like(gradient)
        largest = np.argsort(np.abs(gradient))[-3:]
        step[largest] = -np.sign(gradient[largest]) * self.dual(gradient)
        return step


@pytest.mark.parametrize("n", [20, 200])
def test_norms_with_corners_need_no_program(n, monkeypatch):
    rng = np.random.default_rng(n)
    X, u = rng.standard_normal((n, 8)), rng.standard_normal(8)
    problem = ib.Problem(X, np.sign(X @ u), ib.Exponential())
    skewed = np.eye(8) + rng.standard_normal((8, 8)) / 4
    rows = np.vstack([np.eye(8), np.array(list(product([-1, 1], repeat=8))) / 3])  # sums with signs are |w|_1
    balls = [
        (ib.PolyhedralNorm(skewed, 1), linear_image_ball(skewed, 1)),
        (ib.PolyhedralNorm(skewed, math.inf), linear_image_ball(skewed, math.inf)),
        (ib.Lp(1.0000001), linear_lp_ball(8, 1)),
        (MiddleNorm(), linear_image_ball(rows, math.inf)),
    ]
    best = []
    for _, ball in balls:
        *_, (w, _) = by_linear_programs(problem.rows, ball, 1e-9)
        best.append((problem.rows @ w).min())
    monkeypatch.setattr(margin_bounds, "max_margin", None)
    for (norm, _), maximum in zip(balls, best, strict=True):
        bracket = ib.certify(problem, u, norm, tolerance=0.002)
        assert bracket.lower == pytest.approx((problem.rows @ u).min() / norm.value(u), rel=1e-9)
        assert maximum * (1 - 1e-6) <= bracket.upper <= maximum * 1.0021


def test_a_norm_whose_dual_is_too_small_proves_nothing():
    class Bad(ib.Norm):
        def value(self, w):
            return np.abs(w).sum()

        def dual(self, g):
            return 0.25 * np.abs(g).max()

        def steepest(self, g):
            v = np.zeros_like(g)
            v.flat[np.abs(g).argmax()] = -np.sign(g.flat[np.abs(g).argmax()]) * np.abs(g).max()
            return v

    problem = ib.Problem([[1.0, 2], [2, -0.5]], [1, 1], ib.Exponential())
    with pytest.raises(ib.InvalidValueError, match="^norm: its value and its dual contradict each other"):
        ib.certify(problem, ib.max_margin(problem, ib.Lp(1)).direction, Bad())
