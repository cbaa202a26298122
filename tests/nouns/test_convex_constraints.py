"""Boxes, cones and balls: projections, projected gradient and mirror descent, monotone losses included."""

import math
import pickle

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
import implicitbias as ib
from implicitbias.nouns.from_text import read_noun
from implicitbias.oracles.max_margin import max_margin
from plain import LOSS

BALLS = [each for each in examples.CONSTRAINTS if isinstance(each, ib.Ball)]
BOXES = [each for each in examples.CONSTRAINTS if isinstance(each, ib.Box | ib.NonNegative)]
every_set = pytest.mark.parametrize("constraint", [*BOXES, *BALLS], ids=repr)


def sides(constraint):
    """Return the flat lower and upper sides of a box of shape (2, 2)."""
    if isinstance(constraint, ib.NonNegative):
        return np.zeros(4), np.full(4, math.inf)
    return tuple(np.broadcast_to(side, (2, 2)).ravel() for side in (constraint.lower, constraint.upper))


def projected(constraint, v):
    """One gradient step of a run from its default start, to v, and the projection that follows it."""
    method = ib.MirrorDescent(ib.Euclidean(), constraint=constraint)
    start = np.zeros((2, 2)) if isinstance(constraint, ib.Ball) else np.clip(0, *sides(constraint))
    x = v.reshape(2, 2) - start.reshape(2, 2)
    if not x.any():
        return start.ravel()  # where the run starts, and stays
    problem = ib.Problem(x[None], [(x * start.reshape(2, 2)).sum() + 1], ib.Squared())
    run = ib.Run(problem, method, 0.5)
    np.testing.assert_array_equal(run.w.ravel(), start.ravel())
    return run.advance(1).w.ravel()


def largest_product(constraint, g):
    """Return max <g, w> over the set."""
    if isinstance(constraint, ib.Ball):
        return constraint.radius * constraint.norm.dual(g.reshape(2, 2))
    low, high = sides(constraint)
    return sum(0 if each == 0 else max(each * a, each * b) for each, a, b in zip(g, low, high, strict=True))


@every_set
@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from([1e-3, 0.3, 1.0, 10.0, 1e6]))
def test_projection(constraint, seed, size):
    """It is feasible, idempotent and nearest: <v - p, w - p> <= 0 for all w in the set."""
    v = size * np.random.default_rng(seed).standard_normal(4)
    p = projected(constraint, v)
    tolerance = 1e-13 * (1 + np.abs(v).max())
    if isinstance(constraint, ib.Ball):
        assert constraint.norm.value(p.reshape(2, 2)) <= constraint.radius + tolerance
    else:
        low, high = sides(constraint)
        assert (low <= p).all()
        assert (p <= high).all()
        away = np.where(np.isinf(low), v - p > tolerance, True) | np.where(
            np.isinf(high), v - p < tolerance, True
        )
        assert away.all()  # else the maximum below is infinite
    np.testing.assert_allclose(projected(constraint, p), p, rtol=0, atol=tolerance)
    moved = v - p
    moved[np.abs(moved) <= tolerance] = 0
    assert largest_product(constraint, moved) - moved @ p <= 10 * tolerance * (1 + np.abs(p).max())


NORM_OF = {
    "Lp": lambda norm, w: cp.norm(cp.vec(w, order="C"), norm.p),
    "Schatten": lambda norm, w: {1: cp.normNuc, 2: lambda x: cp.norm(x, "fro"), math.inf: cp.sigma_max}[
        norm.p
    ](w),
    "GroupNorm": lambda norm, w: cp.norm(
        cp.hstack([cp.norm(cp.vec(w, order="C")[list(each)], norm.q) for each in norm.groups]), norm.p
    ),
}


@pytest.mark.parametrize("constraint", BALLS, ids=repr)
def test_projection_against_a_cone_program(constraint):
    v = np.array([[1.1, -0.4], [0.9, 0.2]])
    w = cp.Variable((2, 2))
    size = NORM_OF[type(constraint.norm).__name__](constraint.norm, w)
    cp.Problem(cp.Minimize(cp.sum_squares(w - v)), [size <= constraint.radius]).solve(solver=cp.CLARABEL)
    np.testing.assert_allclose(projected(constraint, v), w.value.ravel(), rtol=0, atol=1e-4)


# Projected gradient descent in NumPy. The projections are others than those of the package: on the l1 ball by
# bisection, on Schatten balls by NumPy's singular values.


def onto_l1(v, radius):
    if np.abs(v).sum() <= radius:
        return v
    low, high = 0.0, np.abs(v).max()
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.maximum(np.abs(v) - middle, 0).sum() > radius else (low, middle)
    return np.sign(v) * np.maximum(np.abs(v) - high, 0)


def onto_lp(p, v, radius):
    if p == 1:
        return onto_l1(v, radius)
    return v * min(1, radius / max(np.linalg.norm(v), 1e-300)) if p == 2 else np.clip(v, -radius, radius)


def plain_projection(constraint, v):
    if not isinstance(constraint, ib.Ball):
        return np.clip(v, *sides(constraint))
    norm, radius = constraint.norm, constraint.radius
    if isinstance(norm, ib.Lp):
        return onto_lp(norm.p, v, radius)
    if isinstance(norm, ib.Schatten):
        U, values, V = np.linalg.svd(v.reshape(2, 2))
        return (U * onto_lp(norm.p, values, radius) @ V).ravel()
    groups, w = [list(each) for each in norm.groups], v.copy()
    sizes = np.array([np.linalg.norm(v[each]) for each in groups])
    for each, old, new in zip(groups, sizes, onto_lp(norm.p, sizes, radius), strict=True):
        w[each] = onto_lp(norm.q, v[each], radius) if norm.p == math.inf else v[each] * new / old
    return w


def data(loss, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((7, 4))
    y = np.sign(X @ [0.8, -0.4, 0.3, 0.6]) if loss.monotone else X @ [0.8, -0.4, 0.3, 0.6]
    return X, y


def assert_near(run, reference):
    """Whatever is compared: to 1e-7 relative after 300 steps, all on the way included."""
    for row, w in zip(run.trajectory.w, reference, strict=True):
        np.testing.assert_allclose(row.ravel(), w, rtol=0, atol=1e-7 * np.abs(w).max() + 1e-300)


@every_set
@pytest.mark.parametrize(
    "momentum", [None, ib.DualMomentum.heavy_ball(0.5), ib.PrimalMomentum(0.3, 0.2)], ids=repr
)
@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic(), ib.Squared()], ids=repr)
def test_projected_gradient_descent_against_a_plain_loop(constraint, momentum, loss):
    X, y = data(loss)
    method = ib.MirrorDescent(ib.Euclidean(), momentum, constraint)
    problem = ib.Problem(X.reshape(7, 2, 2), y, loss)
    run = ib.Run(problem, method, 0.02, record=ib.every(1)).advance(300)
    beta, gamma = (momentum.beta, momentum.gamma) if momentum else (0, 0)
    slope = LOSS[type(loss).__name__][1]
    w = run.trajectory.w[0].ravel()
    rows, before = [w], w
    for _ in range(300):
        ahead = w + gamma * (w - before)
        gradient = X.T @ slope(X @ ahead, y)
        w, before = plain_projection(constraint, w + beta * (w - before) - 0.02 * gradient), w
        rows.append(w)
    assert_near(run, rows)


@pytest.mark.parametrize(
    "potential", [ib.SquaredLp(2), ib.PowerPotential(2), ib.QuadraticPotential(np.eye(4))], ids=repr
)
def test_equal_potentials_have_equal_balls(potential):
    rng = np.random.default_rng(0)
    problem = ib.Problem(rng.standard_normal((5, 4)), rng.standard_normal(5), ib.Squared())
    ball = ib.Ball(ib.Lp(1), 0.2)
    ours, euclidean = (
        ib.Run(problem, ib.MirrorDescent(each, constraint=ball), 0.01).advance(50).w
        for each in (potential, ib.Euclidean())
    )
    np.testing.assert_allclose(ours, euclidean, rtol=1e-12, atol=1e-14)
    assert np.abs(ours).sum() == pytest.approx(0.2)


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Squared()], ids=repr)
@pytest.mark.parametrize(
    "box", [ib.Box(0.3, 1.1), ib.Box(-1, [1.2, 0.5, math.inf, 0.9]), ib.NonNegative()], ids=repr
)
def test_mirror_descent_in_boxes_against_a_plain_loop(loss, box):
    X, y = data(loss)
    low, high = (0, math.inf) if isinstance(box, ib.NonNegative) else (box.lower, box.upper)
    weights = np.array([1.0, 2, 0.5, 3])
    slope = LOSS[type(loss).__name__][1]
    for potential, link, inverse in (
        (ib.Entropy(), np.log, np.exp),
        (ib.QuadraticPotential(np.diag(weights)), lambda w: weights * w, lambda z: z / weights),
        (ib.SquaredLp(2), lambda w: w, lambda z: z),
    ):
        method = ib.MirrorDescent(potential, constraint=box)
        run = ib.Run(ib.Problem(X, y, loss), method, 0.02, record=ib.every(1)).advance(300)
        rows = [np.clip(inverse(np.zeros(4)), low, high)]
        for _ in range(300):
            w = rows[-1]
            rows.append(np.clip(inverse(link(w) - 0.02 * X.T @ slope(X @ w, y)), low, high))
        assert_near(run, rows)


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic()], ids=repr)
def test_affine_sets_and_the_simplex_with_monotone_losses(loss):
    X, y = data(loss)
    slope = LOSS[type(loss).__name__][1]
    G, h = np.array([[1.0, 1, 0, -1], [0, 1, 2, 0]]), np.array([0.5, -0.2])

    def on_affine(v):
        return v - G.T @ np.linalg.solve(G @ G.T, G @ v - h)

    def on_simplex(v):
        return np.exp(v) / np.exp(v).sum()

    for potential, constraint, link, back, w in (
        (ib.Euclidean(), ib.Affine(G, h), lambda w: w, on_affine, np.zeros(4)),
        (ib.Entropy(), ib.Simplex(), np.log, on_simplex, np.full(4, 0.25)),
    ):
        method, rows = ib.MirrorDescent(potential, constraint=constraint), [w]
        problem = ib.Problem(X, y, loss)
        run = ib.Run(problem, method, 0.05, record=ib.every(1)).advance(300)
        for _ in range(300):
            rows.append(back(link(rows[-1]) - 0.05 * X.T @ slope(X @ rows[-1], y)))
        assert_near(run, rows)
        assert run.bracket.lower <= max_margin(problem, method.geometry).value <= run.bracket.upper


# Limits on monotone losses.


def narrow_cone(seed):
    """Return samples that some w >= 0 separates, and others better, with the l2 maximum margins over both."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((12, 5))
    w = np.abs(rng.standard_normal(5))
    w[3:] *= -0.6
    X *= np.sign(X @ w)[:, None]
    v, margins = cp.Variable(5), []
    for cone in ([], [v >= 0]):
        program = cp.Problem(cp.Minimize(cp.sum_squares(v)), [X @ v >= 1, *cone])
        program.solve(solver=cp.CLARABEL)
        margins.append(program.value**-0.5)
    return X, *margins


@pytest.mark.parametrize(
    ("constraint", "sign"), [(ib.NonNegative(), 1), (ib.Box(-3, math.inf), -1)], ids=["cone", "box"]
)
@pytest.mark.parametrize("seed", [2, 8])
def test_conjecture_margin_over_the_recession_cone(constraint, sign, seed):
    """Both sets recede into {w >= 0}: the gap is of one sign and shrinks like 1 / t."""
    X, everywhere, over_cone = narrow_cone(seed)
    assert over_cone < 0.8 * everywhere  # other solutions would be told apart
    problem = ib.Problem(X, np.ones(12), ib.Exponential())
    run = ib.Run(problem, ib.MirrorDescent(ib.Euclidean(), constraint=constraint), ib.LossNormalized())
    gaps = []
    for t in (10**4, 10**5, 10**6):
        run.advance(t - run.t)
        gaps.append(sign * (1 - run.margin / over_cone))
    assert 0 < gaps[2] < 0.12 * gaps[1] < 0.12**2 * 1.5 * gaps[0]
    assert gaps[2] < 1e-3
    # The upper side is above both margins, whatever the set; on a cone the lower side is below both.
    assert run.bracket.upper >= everywhere
    assert run.bracket.lower <= (over_cone if sign > 0 else everywhere) * (1 + 1e-7)
    claim = ib.predict(problem, run.method)
    assert claim.source.conjecture
    assert claim.solve().value == pytest.approx(over_cone, rel=1e-7)


def test_bounded_sets_have_the_minimum_of_the_loss():
    X, y = data(ib.Logistic())
    for constraint, size in (
        (ib.Ball(ib.Lp(1), 2.0), 1),
        (ib.Ball(ib.Lp(2), 2.0), 2),
        (ib.Box(-2.0, 2.0), "inf"),
    ):
        w = cp.Variable(4)
        loss = cp.sum(cp.logistic(-cp.multiply(y, X @ w)))
        cp.Problem(cp.Minimize(loss), [cp.norm(w, size) <= 2]).solve(solver=cp.CLARABEL)
        method = ib.MirrorDescent(ib.Euclidean(), constraint=constraint)
        run = ib.Run(ib.Problem(X, y, ib.Logistic()), method, 0.1).advance(10_000)
        np.testing.assert_allclose(run.w, w.value, atol=1e-4)


# What a run keeps.


@pytest.mark.parametrize("w0", [0.1, 0.3, 0.7, 0.9])
@pytest.mark.parametrize("right", [-1e17 / 3, -1e17 / 7])
def test_rounding_of_a_sum_that_is_clipped_is_forgotten(w0, right):
    method = ib.MirrorDescent(ib.Euclidean(), constraint=ib.NonNegative())
    run = ib.Run(ib.Problem([[1.0]], [right], ib.Squared()), method, ib.Schedule([0.3, 0.0, 0.0]), w0=[w0])
    np.testing.assert_array_equal(run.advance(3).w, [0])


def test_weights_that_underflow_go_on_within_a_box():
    method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Box(0, 1))
    problem = ib.Problem([[1.0, 0.0]], [0.0], ib.Squared())
    run = ib.Run(problem, method, ib.Constant(2000.0), w0=[0.5, 0.5]).advance(1)
    np.testing.assert_array_equal(run.w, [0, 0.5])
    assert run._loop.snapshot()[0]["dual"].ravel()[0] == pytest.approx(-2000 + math.log(0.5), rel=1e-14)


@every_set
def test_dual_variables_leave_the_data_manifold(constraint):
    X, y = data(ib.Squared())
    method = ib.MirrorDescent(ib.Euclidean(), constraint=constraint)
    problem = ib.Problem(X.reshape(7, 2, 2), y, ib.Squared())
    assert math.isnan(ib.Run(problem, method, 0.01).advance(5).off_manifold)
    assert not constraint.affine
    assert "affine" in ib.why_no_claim(problem, method)
    assert ib.predict(problem, method) is None
    with pytest.raises(TypeError, match="^method: expected the constraint Affine or Simplex, got "):
        ib.flow(problem, method)


@every_set
def test_checkpoints_and_text(constraint, tmp_path):
    X, y = data(ib.Logistic())
    method = ib.MirrorDescent(ib.Euclidean(), ib.DualMomentum(0.5), constraint)
    assert pickle.loads(pickle.dumps(method)) == method
    run = ib.Run(ib.Problem(X.reshape(7, 2, 2), y, ib.Logistic()), method, 0.1).advance(20)
    run.save(tmp_path / "run.npz")
    again = ib.Run.load(tmp_path / "run.npz")
    assert again.method == method
    np.testing.assert_array_equal(again.advance(20).w, run.advance(20).w)


@pytest.mark.parametrize(
    ("text", "constraint"),
    [
        ("NonNegative", ib.NonNegative()),
        ("non_negative()", ib.NonNegative()),
        ("Box(-inf, [1, inf])", ib.Box(-math.inf, [1, math.inf])),
        ("Ball(Schatten(inf), 1/2)", ib.Ball(ib.Schatten(math.inf), 0.5)),
    ],
)
def test_from_text(text, constraint):
    method = read_noun(f"MirrorDescent(Euclidean, constraint={text})", ib.Method, "method")
    assert method == ib.MirrorDescent(ib.Euclidean(), constraint=constraint)
