"""The contract of every norm, and the formulas of each."""

import math

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import conftest
import examples
import implicitbias as ib

entries = st.floats(-10, 10).map(lambda x: 0.0 if abs(x) < 1e-6 else x)
matrices = st.lists(entries, min_size=4, max_size=4).map(lambda four: np.reshape(four, (2, 2)))
every_norm = pytest.mark.parametrize("norm", [*examples.NORMS, conftest.Taxicab()], ids=repr)
ties = pytest.mark.parametrize("ties", ["first", "average"])


def steepest(norm, g, ties):
    return norm.steepest(g, ties) if norm in examples.NORMS else norm.steepest(g)


@every_norm
@ties
@given(g=matrices)
def test_equation_12(norm, ties, g):
    dw, dual = steepest(norm, g, ties), norm.dual(g)
    # The spectral step leaves out singular values below 1e-9 of the largest, which may be rounding.
    rel = 4e-9 if "Schatten(p=inf)" in repr(norm) else 1e-11
    assert np.vdot(dw, -g) == pytest.approx(dual**2, rel=rel, abs=1e-300)
    assert norm.value(dw) == pytest.approx(dual, rel=rel, abs=1e-300)


@every_norm
@given(w=matrices, g=matrices)
def test_duality_inequality(norm, w, g):
    assert abs(np.vdot(w, g)) <= norm.value(w) * norm.dual(g) * (1 + 1e-12)


@every_norm
@given(w=matrices, v=matrices, scale=st.floats(-100, 100))
def test_it_is_a_norm(norm, w, v, scale):
    assert norm.value(scale * w) == pytest.approx(abs(scale) * norm.value(w), rel=1e-12, abs=1e-250)
    assert norm.value(w + v) <= (norm.value(w) + norm.value(v)) * (1 + 1e-12)
    assert (norm.value(w) > 0) == bool(np.any(w != 0))


@pytest.mark.filterwarnings("ignore:pnorm with p=:UserWarning")  # cvxpy has a second form for such p
@pytest.mark.parametrize("norm", examples.NORMS, ids=repr)
def test_dual_agrees_with_a_cone_program(norm):
    rng = np.random.default_rng(3)
    for _ in range(3):
        z = rng.standard_normal((2, 2))
        v = cp.Variable((2, 2))
        program = cp.Problem(cp.Maximize(cp.sum(cp.multiply(z, v))), [ib.as_cvxpy(norm, v) <= 1])
        assert norm.dual(z) == pytest.approx(program.solve(solver=cp.CLARABEL), rel=1e-6)
        assert norm.dual(z) == pytest.approx(ib.dual_norm(norm, z), rel=1e-12)
        assert norm.value(z) == pytest.approx(ib.as_cvxpy(norm, cp.Constant(z)).value, rel=1e-6)


@pytest.mark.parametrize("p", [1.05, 1.25, 4 / 3, 1.5, 1.7, 2, 2.5, 3, 5, 40])
def test_lp_formula(p):
    rng = np.random.default_rng(4)
    q = p / (p - 1)
    for size in range(1, 30):
        g = rng.standard_normal(size)
        g[rng.random(size) < 0.2] = 0
        expected = np.zeros(size)
        if g.any():
            dual = np.linalg.norm(g, q)
            expected = -dual * np.sign(g) * (np.abs(g) / dual) ** (q - 1)
        np.testing.assert_allclose(ib.Lp(p).steepest(g), expected, rtol=1e-12, atol=1e-300)
        assert ib.Lp(p).dual(g) == pytest.approx(np.linalg.norm(g, q), rel=1e-13)


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 1e300])
@pytest.mark.parametrize("norm", examples.NORMS, ids=repr)
def test_no_overflow_inside(norm, scale):
    g = np.array([[1.0, -0.5], [0.25, 0.0]])
    assert norm.value(scale * g) == pytest.approx(scale * norm.value(g), rel=1e-12)
    assert norm.dual(scale * g) == pytest.approx(scale * norm.dual(g), rel=1e-12)
    np.testing.assert_allclose(
        norm.steepest(scale * g), scale * norm.steepest(g), rtol=1e-12, atol=scale * 1e-15
    )


def test_extreme_exponents():
    g = np.array([1.0, 0.999, -0.5, 0.0])
    # Just above 1 only the largest entry moves; far up all of them do.
    np.testing.assert_allclose(ib.Lp(1 + 1e-9).steepest(g), [-1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(ib.Lp(1e6).steepest(g), ib.Lp(math.inf).steepest(g), rtol=1e-4)


def test_l1_ties():
    g = np.array([1.0, -3.0, 3.0, 3.0])
    np.testing.assert_array_equal(ib.Lp(1).steepest(g), [0, 3, 0, 0])
    np.testing.assert_allclose(ib.Lp(1).steepest(g, "average"), [0, 1, -1, -1], rtol=1e-15)
    # Equal in exact arithmetic, one unit apart in floating point.
    g = np.array([0.3, 0.1 + 0.2])
    assert np.count_nonzero(ib.Lp(1).steepest(g, "average")) == 2


def test_linf_leaves_zero_entries():
    np.testing.assert_array_equal(ib.Lp(math.inf).steepest([2.0, 0.0, -1.0]), [-3, 0, 3])


@pytest.mark.parametrize("norm", [*examples.NORMS, conftest.Taxicab()], ids=repr)
def test_zero_gradient(norm):
    zeros = np.zeros((2, 2))
    np.testing.assert_array_equal(norm.steepest(zeros), zeros)
    assert norm.value(zeros) == norm.dual(zeros) == 0


@pytest.mark.parametrize("norm", [norm for norm in examples.NORMS if "Schatten" not in repr(norm)], ids=repr)
def test_matrices_are_their_entries(norm):
    g = np.array([[1.0, -2.0], [0.5, 3.0]])
    assert norm.value(g) == norm.value(g.ravel())
    np.testing.assert_array_equal(norm.steepest(g), norm.steepest(g.ravel()).reshape(2, 2))


@pytest.mark.parametrize("p", [0.999, 0, -1, -math.inf, math.nan])
def test_p_below_one(p):
    with pytest.raises(ValueError, match=r"^p: expected a number in \[1, inf\], got"):
        ib.Lp(p)


@pytest.mark.parametrize(
    ("D", "complaint"),
    [
        ([[1, 2], [2, 1]], "positive definite"),
        ([[1, 2], [0, 1]], "symmetric"),
        ([[1, 2, 3], [2, 1, 3]], "square"),
        ([[np.nan, 0], [0, 1]], "finite"),
        ([1, 2], "2 dimensions"),
        (np.zeros((0, 0)), "square"),
        (np.zeros((2, 2)), "positive definite"),
    ],
)
def test_quadratic_refusals(D, complaint):
    with pytest.raises(ValueError, match=f"^D: expected .*{complaint}"):
        ib.QuadraticNorm(D)


def test_quadratic_must_fit_the_problem(problem):
    with pytest.raises(ValueError, match=r"^D: expected shape \(5, 5\)"):
        ib.Run(problem, ib.SteepestDescent(ib.QuadraticNorm(np.eye(4))))


def test_group_formulas():
    g = np.array([3.0, 1.0, -4.0, 0.0, 2.0])
    lasso = ib.GroupNorm([[0, 2], [1, 3, 4]])
    assert lasso.value(g) == pytest.approx(5 + math.sqrt(5))
    assert lasso.dual(g) == pytest.approx(5)
    np.testing.assert_allclose(lasso.steepest(g), [-3, 0, 4, 0, 0], rtol=1e-15)  # the longest group only
    assert ib.GroupNorm([[0, 2], [1, 3, 4]], math.inf, 1).value(g) == pytest.approx(7)
    # One group, or groups of one, leave one exponent.
    for p in (1, 1.5, 2, math.inf):
        for norm in (ib.GroupNorm([range(5)], 3, p), ib.GroupNorm([[i] for i in range(5)], p, 3)):
            assert norm.value(g) == pytest.approx(ib.Lp(p).value(g), rel=1e-14)
            assert norm.dual(g) == pytest.approx(ib.Lp(p).dual(g), rel=1e-14)
            np.testing.assert_allclose(norm.steepest(g), ib.Lp(p).steepest(g), rtol=1e-14)


def test_group_ties():
    g = np.array([3.0, 4.0, 0.0, -5.0, 1.0])
    lasso = ib.GroupNorm([[0, 1], [2, 3], [4]])
    np.testing.assert_allclose(lasso.steepest(g), [-3, -4, 0, 0, 0], rtol=1e-15)
    np.testing.assert_allclose(lasso.steepest(g, "average"), [-1.5, -2, 0, 2.5, 0], rtol=1e-15)


def test_sparse_group_formulas():
    g = np.array([3.0, -4.0, 1.0, 0.0])
    norm = ib.SparseGroupNorm([[0, 1], [2, 3]], 0.5, 2.0)
    assert norm.value(g) == pytest.approx(0.5 * 8 + 2 * 6)
    # |(3, 4) - t / 2| = 2 t
    t = norm.dual(g)
    assert np.hypot(3 - t / 2, 4 - t / 2) == pytest.approx(2 * t, rel=1e-14)
    step = norm.steepest(g)
    np.testing.assert_array_equal(step[2:], 0)
    assert step[0] / step[1] == pytest.approx((3 - t / 2) / (t / 2 - 4), rel=1e-13)
    tied = ib.SparseGroupNorm([[0], [1]])
    np.testing.assert_allclose(tied.steepest([2.0, -2.0]), [-0.5, 0], rtol=1e-15)
    np.testing.assert_allclose(tied.steepest([2.0, -2.0], "average"), [-0.25, 0.25], rtol=1e-15)
    for name in ("lasso", "group"):
        with pytest.raises(ValueError, match=f"^{name}: expected"):
            ib.SparseGroupNorm([[0]], **{name: 0.0})


def test_sums_and_maxima():
    rng = np.random.default_rng(3)
    A, c = rng.standard_normal((4, 3)), [1.0, 2, 0.5]
    cube, weighted = ib.PolyhedralNorm(A, math.inf), ib.WeightedNorm(c, ib.Lp(math.inf))
    largest = ib.max_norm(cube, weighted, ib.Lp(math.inf))
    cross, taxi = ib.PolyhedralNorm(A, 1), ib.WeightedNorm(c, ib.Lp(1))
    total = ib.sum_norm(cross, taxi, ib.GroupNorm([[0, 2], [1]], 1, 1))
    for w in rng.standard_normal((20, 3)):
        assert largest.value(w) == pytest.approx(max(n.value(w) for n in (cube, weighted, ib.Lp(math.inf))))
        assert total.value(w) == pytest.approx(sum(n.value(w) for n in (cross, taxi, ib.Lp(1))))
    groups = ib.GroupNorm([[0, 2], [1]])
    assert ib.sum_norm(groups, ib.Lp(1)) == ib.SparseGroupNorm([[0, 2], [1]])


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: ib.sum_norm(ib.Lp(1)), "expected at least two, got 1"),
        (lambda: ib.max_norm(ib.Lp(1), 3), "expected a Norm, got 3"),
        (lambda: ib.sum_norm(ib.Lp(1), ib.Lp(1)), r"PolyhedralNorm or weighted, got sizes \[\]"),
        (
            lambda: ib.sum_norm(ib.PolyhedralNorm(np.eye(2), 1), ib.WeightedNorm([1, 1, 1], ib.Lp(1))),
            r"got sizes \[2, 3\]",
        ),
        (
            lambda: ib.max_norm(ib.PolyhedralNorm(np.eye(2), math.inf), ib.Lp(2)),
            r"form \|A w\|_inf .*got Lp\(p=2.0\): the dual norm of such a maximum",
        ),
        (lambda: ib.sum_norm(ib.GroupNorm([[0, 1]]), ib.Lp(2)), r"the dual norm of such a sum"),
    ],
)
def test_sums_without_a_dual(make, complaint):
    with pytest.raises(ib.ImplicitBiasError, match=f"^norms: .*{complaint}"):
        make()


def test_groups_of_unlike_sizes():
    # |dw| may reach far more than 1e308 times the gradient of a group.
    norm = ib.GroupNorm([[0], [1, 2]], math.inf, 2)
    np.testing.assert_allclose(norm.steepest([1e200, 3e-310, -4e-310]), [-1e200, -6e199, 8e199], rtol=1e-12)


@pytest.mark.parametrize(
    ("groups", "error", "complaint"),
    [
        ([], ValueError, "at least one group"),
        ([[0, 1], []], ValueError, "an empty one"),
        ([[0, 1], [1]], ValueError, "each index from 0 to 2 once, got 1 after 1"),
        ([[0], [2]], ValueError, "each index from 0 to 1 once, got 2 after 0"),
        ([[0], [-1]], ValueError, "each index from 0 to 1 once, got -1 first"),
        ([0, 1], TypeError, "a list of lists of indices, got 0"),
        (["01"], TypeError, "got '01'"),
        ([[0.5]], TypeError, "an integer"),
    ],
)
def test_group_refusals(groups, error, complaint):
    with pytest.raises(error, match=f"^groups: expected .*{complaint}"):
        ib.GroupNorm(groups)


@pytest.mark.parametrize("p", [0.5, math.nan])
def test_exponents_below_one(p):
    for make in (ib.Schatten, lambda p: ib.GroupNorm([[0]], p)):
        with pytest.raises(ValueError, match=r"^p: expected a number in \[1, inf\], got"):
            make(p)
    with pytest.raises(ValueError, match=r"^q: expected a number in \[1, inf\], got"):
        ib.GroupNorm([[0]], q=p)


def test_groups_must_fit_the_problem(problem):
    with pytest.raises(ValueError, match=r"^groups: expected the 5 indices of .*\(5,\), got 4"):
        ib.Run(problem, ib.SteepestDescent(ib.GroupNorm([[0, 1], [2, 3]])))


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (6, 1), (5, 3), (3, 5), (20, 30), (40, 40)])
@pytest.mark.parametrize("p", [1, 4 / 3, 2, 3, math.inf])
def test_schatten_formula(shape, p):
    g = np.random.default_rng(6).standard_normal(shape)
    U, s, Vt = np.linalg.svd(g, full_matrices=False)
    norm, entries = ib.Schatten(p), ib.Lp(p)
    assert norm.value(g) == pytest.approx(entries.value(s), rel=1e-13)
    assert norm.dual(g) == pytest.approx(entries.dual(s), rel=1e-13)
    np.testing.assert_allclose(
        norm.steepest(g), U @ np.diag(entries.steepest(s)) @ Vt, rtol=1e-10, atol=1e-12 * norm.dual(g)
    )


def test_schatten_ranks_and_ties():
    g = np.diag([2.0, -2.0, 1.0])
    np.testing.assert_allclose(ib.Schatten(1).steepest(g, "average"), np.diag([-1, 1, 0]), atol=1e-14)
    assert np.linalg.matrix_rank(ib.Schatten(1).steepest(g)) == 1
    # The spectral norm's step is orthogonal on the range of g and 0 on its null space.
    g = np.outer([1.0, 2, 3], [1.0, -1]) / 7
    np.testing.assert_allclose(ib.Schatten(math.inf).steepest(g), -g, rtol=1e-13)


def test_schatten_is_for_matrices(problem):
    with pytest.raises(ValueError, match=r"^norm: Schatten expects matrices as parameters, got shape \(5,\)"):
        ib.Run(problem, ib.SteepestDescent(ib.Schatten(1)))


def test_polyhedral_closed_forms():
    # The vertices of known polytopes: l1 and linf balls given by more rows than needed, and an octagon.
    rng = np.random.default_rng(7)
    signs = np.array([[1, a, b] for a in (-1, 1) for b in (-1, 1)])
    cases = [
        (ib.PolyhedralNorm(signs, math.inf), ib.Lp(1)),  # max over signs of |<s, w>| = |w|_1
        (
            ib.PolyhedralNorm(np.vstack([np.eye(3), np.eye(3) / 3, np.zeros((2, 3))]), math.inf),
            ib.Lp(math.inf),
        ),
        (ib.PolyhedralNorm(np.vstack([np.eye(3), 2 * np.eye(3)]), 1), ib.WeightedNorm([3, 3, 3], ib.Lp(1))),
        (
            ib.PolyhedralNorm([[1, 1], [1, -1], [0.5, 0.5]], math.inf),
            ib.PolyhedralNorm([[1, 1], [1, -1]], math.inf),
        ),
        (ib.PolyhedralNorm([[3.0], [-4.0]], 1), ib.WeightedNorm([7.0], ib.Lp(2))),
        (ib.PolyhedralNorm([[3.0], [-4.0]], math.inf), ib.WeightedNorm([4.0], ib.Lp(2))),
    ]
    for norm, same in cases:
        for g in rng.standard_normal((20, norm.A.shape[1])):
            assert norm.value(g) == pytest.approx(same.value(g), rel=1e-13)
            assert norm.dual(g) == pytest.approx(same.dual(g), rel=1e-13)
            np.testing.assert_allclose(norm.steepest(g), same.steepest(g), rtol=1e-12, atol=1e-13)
    octagon = ib.PolyhedralNorm(
        [[1, 0], [0, 1], [math.sqrt(0.5), math.sqrt(0.5)], [math.sqrt(0.5), -math.sqrt(0.5)]], math.inf
    )
    t = math.sqrt(2) - 1
    np.testing.assert_allclose(octagon.steepest([2.0, 1.0]), [-(2 + t), -t * (2 + t)], rtol=1e-14)


def test_polyhedral_ties():
    # Two vertices tie; an average step is one, too.
    norm = ib.PolyhedralNorm([[1, 0], [0, 1], [1, -1]], 1)
    g = np.array([1.0, -1.0])
    first, average = norm.steepest(g), norm.steepest(g, "average")
    for dw in (first, average):
        assert norm.value(dw) == pytest.approx(norm.dual(g), rel=1e-14)
        assert -dw @ g == pytest.approx(norm.dual(g) ** 2, rel=1e-14)
    assert np.count_nonzero(first) == 1
    np.testing.assert_allclose(average, [-0.125, 0.125], rtol=1e-14)


@pytest.mark.parametrize("p", [1, math.inf])
@pytest.mark.parametrize("shape", [(5, 3), (6, 5), (9, 4)])
def test_polyhedral_duals_against_linear_programs(shape, p):
    rng = np.random.default_rng(8)
    for A in (rng.standard_normal(shape), rng.integers(-2, 3, shape) + np.eye(*shape)):
        norm = ib.PolyhedralNorm(A, p)
        for z in rng.standard_normal((5, shape[1])):
            assert norm.dual(z) == pytest.approx(ib.dual_norm(norm, z), rel=1e-11)
            assert norm.value(norm.steepest(z)) == pytest.approx(norm.dual(z), rel=1e-11)


@pytest.mark.parametrize(
    ("A", "p", "complaint"),
    [
        (np.eye(2), 2, "^p: expected 1 or inf, got 2"),
        (np.eye(2), math.nan, "^p: expected 1 or inf"),
        (np.ones((1, 2)), 1, r"^A: .*at least as many rows as columns, got shape \(1, 2\)"),
        (np.zeros((0, 0)), 1, "^A: .*at least as many rows"),
        ([[np.nan]], 1, "^A: .*NaN"),
        (np.ones((2, 2)), 1, "^A: expected linearly independent columns"),
        (np.zeros((3, 2)), 1, "^A: expected linearly independent columns"),
        (np.ones((60, 30)) + np.eye(60, 30), 1, "^A: expected a square matrix, or one with at most 100000"),
        ([[1, 0], [0, 1], [1, 1e-12]], math.inf, "^A: expected no nearly dependent rows"),
        ([1.0, 2.0], 1, "^A: expected an array of 2 dimensions"),
    ],
)
def test_polyhedral_refusals(A, p, complaint):
    with pytest.raises(ValueError, match=complaint):
        ib.PolyhedralNorm(A, p)


@pytest.mark.parametrize("weights", [[1.0, 0.0], [1.0, -1.0], [math.inf], [math.nan], []])
def test_weights_must_be_positive(weights):
    with pytest.raises(ValueError, match="^weights: expected"):
        ib.WeightedNorm(weights, ib.Lp(1))


def test_they_must_fit_the_problem(problem):
    for norm, argument in (
        (ib.PolyhedralNorm(np.eye(4), 1), "A"),
        (ib.WeightedNorm([1.0], ib.Lp(1)), "weights"),
    ):
        with pytest.raises(ValueError, match=rf"^{argument}: expected 5 .*parameters of shape \(5,\), got"):
            ib.Run(problem, ib.SteepestDescent(norm))
