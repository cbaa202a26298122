"""Facts that norms state of themselves, and what follows from them."""

import copy
import pickle

import numpy as np
import pytest

import conftest
import implicitbias as ib


class Rotated(ib.Norm):
    """|Q w|_p of a rotation Q, as a user would write it."""

    strictly_convex = True

    def __init__(self, p, d, seed=0):
        super().__init__()
        self.p, self.q = p, p / (p - 1)
        self.Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]

    def value(self, w):
        return np.linalg.norm(self.Q @ w, self.p)

    def dual(self, g):
        return np.linalg.norm(self.Q @ g, self.q)

    def steepest(self, g):
        h = self.Q @ g
        return -self.Q.T @ (np.sign(h) * np.abs(h) ** (self.q - 1)) * self.dual(g) ** (2 - self.q)


def test_a_norm_of_ones_own_states_facts():
    X, y = conftest.separable(12, 4)
    norm = Rotated(1.5, 4)
    assert (norm.strictly_convex, norm.quadratic, norm.condition) == (True, False, 1.0)
    problem = ib.Problem(X, y, ib.Exponential())
    turned = ib.Problem(X @ norm.Q.T, y, ib.Exponential())
    solution, known = ib.max_margin(problem, norm), ib.max_margin(turned, ib.Lp(1.5))
    assert solution.value == pytest.approx(known.value, rel=2e-6)
    claim = ib.predict(problem, ib.SteepestDescent(norm))
    assert claim.solve().value == pytest.approx(known.value, rel=2e-6)
    runs = [
        ib.Run(each, ib.SteepestDescent(own), ib.Constant(1e-2)).fast_forward(1e30)
        for each, own in ((problem, norm), (turned, ib.Lp(1.5)))
    ]
    np.testing.assert_allclose(norm.Q @ runs[0].w, runs[1].w, atol=1e-7)


@pytest.mark.parametrize(
    ("fact", "value", "seen"),
    [
        ("strictly_convex", 1, "expected True or False, got 1; write Wrong.strictly_convex=True"),
        ("quadratic", "yes", "expected True or False, got 'yes'"),
        ("condition", 0.5, "at least 1, got 0.5"),
    ],
)
def test_a_fact_that_is_none_is_refused(fact, value, seen):
    wrong = type("Wrong", (Rotated,), {fact: value})(1.5, 4)
    with pytest.raises((TypeError, ValueError), match=rf"^Wrong\.{fact}: .*{seen}"):
        ib.Run(ib.Problem(np.eye(4), np.ones(4), ib.Exponential()), ib.SteepestDescent(wrong))


@pytest.mark.parametrize("value", [1, "yes", None, lambda self: False])
def test_a_fact_is_read_alike_at_every_door(value):
    problem = ib.Problem(*conftest.separable(12, 4), ib.Exponential())
    wrong = type("Wrong", (Rotated,), {"strictly_convex": value})(1.5, 4)
    with pytest.raises(ib.InvalidTypeError, match=r"^Wrong\.strictly_convex: expected True or False"):
        ib.max_margin(problem, wrong)


def test_a_norm_that_is_not_quadratic_is_not_taken_for_one():
    problem = ib.Problem(*conftest.separable(12, 4), ib.Exponential())
    wrong, right = (type("Own", (Rotated,), {"quadratic": True})(p, 4) for p in (1.5, 2.0))
    with pytest.raises(ib.InvalidValueError, match=r"^Own\.quadratic: expected .*; write quadratic = False"):
        ib.Run(problem, ib.SteepestDescent(wrong))
    assert ib.Run(problem, ib.SteepestDescent(right)).advance(10).t == 10


class Hessian(ib.Metric):
    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def matrix(self, w):
        return self.scale * np.diag(1 + w**2)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_what_is_ones_own_is_copied_and_pickled(copied):
    problem = ib.Problem(*conftest.separable(12, 4), ib.Exponential())
    norm, metric = copied(Rotated(1.5, 4)), copied(Hessian(2.0))
    np.testing.assert_array_equal(norm.Q, Rotated(1.5, 4).Q)
    assert metric.scale == 2
    for method in (ib.SteepestDescent(Rotated(1.5, 4)), ib.NaturalGradient(Hessian(2.0))):
        run = ib.Run(problem, method, ib.Constant(0.01)).advance(20)
        other = copied(run)
        assert other is not run
        np.testing.assert_array_equal(other.advance(20).w, run.advance(20).w)


@pytest.mark.parametrize("n", [3, 12])
@pytest.mark.parametrize(
    "norm",
    [
        ib.QuadraticNorm(np.eye(4)),
        ib.GroupNorm([[0, 1], [2, 3]], 2, 2),
        ib.WeightedNorm(np.ones(4), ib.Lp(2)),
        ib.WeightedNorm(np.ones(4), ib.GroupNorm([[0, 3], [1, 2]], 2, 2)),
        ib.Schatten(2),
    ],
    ids=repr,
)
def test_equal_geometries_iterate_in_equal_forms(norm, n):
    X, y = conftest.separable(n, 4)
    shape = (n, 2, 2) if isinstance(norm, ib.Schatten) else (n, 4)
    runs = [
        ib.Run(ib.Problem(X.reshape(shape), y, ib.Exponential()), ib.SteepestDescent(each)).advance(300)
        for each in (norm, ib.Lp(2))
    ]
    assert norm.quadratic
    assert norm.strictly_convex
    assert runs[0].form == runs[1].form != "plain"
    np.testing.assert_allclose(runs[0].w, runs[1].w, rtol=1e-12)


@pytest.mark.parametrize("n", [3, 12, 200])
def test_diagonal_norms_iterate_in_one_form(n):
    X, y = conftest.separable(n, 5)
    weights = np.array([1.0, 2, 0.5, 4, 3])
    problem = ib.Problem(X, y, ib.Exponential())
    norms = (
        ib.WeightedNorm(weights, ib.Lp(2)),
        ib.QuadraticNorm(np.diag(weights**2)),
        ib.WeightedNorm(np.sqrt(weights), ib.WeightedNorm(np.sqrt(weights), ib.Lp(2))),
    )
    runs = [ib.Run(problem, ib.SteepestDescent(norm)).advance(300) for norm in norms]
    assert len({run.form for run in runs}) == 1
    plain = ib.Run(problem, ib.SteepestDescent(norms[0]), form="plain").advance(300)
    assert runs[0].form != "plain"
    for run in runs:
        np.testing.assert_allclose(run.w, plain.w, rtol=1e-10)
