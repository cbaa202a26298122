"""Numbers near the ends of double precision: against closed forms, NumPy and mpmath, or refused."""

import math

import mpmath
import numpy as np
import pytest

import examples
import implicitbias as ib
from conftest import separable
from implicitbias.runs.fast_forward import collocation

FORMS = ["auto", "plain"]
SIZES = {"inner": (12, 4), "gram": (8, 30), "screened": (200, 3), "coordinates": (40, 500)}
PS = [1, 4 / 3, 2, math.inf]
STACKED = np.vstack([np.eye(4), np.diff(np.eye(4), axis=0)])


def steepest_path(X, y, p, steps):
    """Steepest descent with loss-normalized steps on the exponential loss, in NumPy."""
    A, q = y[:, None] * X, math.inf if p == 1 else 1 if p == math.inf else p / (p - 1)
    radius = np.linalg.norm(A, q, axis=1).max()
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        weights = np.exp(-(A @ w) + (A @ w).min())
        h = weights / weights.sum() @ A
        if p == 1:
            step = np.where(np.arange(len(h)) == np.abs(h).argmax(), h, 0)
        elif p == math.inf:
            step = np.sign(h) * np.abs(h).sum()
        else:
            step = np.sign(h) * np.abs(h) ** (q - 1) * np.linalg.norm(h, q) ** (2 - q)
        w += step / radius**2
    return w


@pytest.mark.parametrize("exponent", [-990, -530, -508, -330, 330, 490, 530, 980])
@pytest.mark.parametrize("p", PS)
@pytest.mark.parametrize("size", SIZES)
def test_scaled_data_scale_the_iterates(size, p, exponent):
    # Steps of 1 / (B^2 L) are inverse to the square of the scale, which double precision need not hold.
    X, y = separable(*SIZES[size])
    expected = steepest_path(X, y, p, 30)
    for form in FORMS:
        run = ib.Run(
            ib.Problem(np.ldexp(X, exponent), y, ib.Exponential()), ib.SteepestDescent(ib.Lp(p)), form=form
        )
        run.advance(30)
        np.testing.assert_allclose(
            np.ldexp(run.w, exponent), expected, rtol=1e-6, atol=1e-9 * np.abs(expected).max()
        )
        margin = (y * (X @ expected)).min() / np.linalg.norm(expected, p)
        assert run.margin == pytest.approx(math.ldexp(margin, exponent), rel=1e-6)
        assert run.bracket.lower <= run.bracket.upper


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("scale", "eta"), [(1e100, 1e-320), (1e140, 1e-300), (1e80, 1e-310)])
def test_tiny_steps_on_huge_data(size, scale, eta, form):
    # Margins do not move, and the gradient stays that at 0.
    X, y = separable(*SIZES[size])
    run = ib.Run(
        ib.Problem(scale * X, y, ib.Exponential()), ib.GradientDescent(), ib.Constant(eta), form=form
    )
    expected = 25 * np.longdouble(eta) * (y @ (scale * X))
    np.testing.assert_allclose(run.advance(25).w, expected.astype(float), rtol=1e-10)


@pytest.mark.parametrize("norm", examples.NORMS, ids=repr)
@pytest.mark.parametrize("form", FORMS)
def test_steps_at_the_ends_of_doubles_are_in_proportion_or_refused(form, norm):
    # On y = 0 a step is homogeneous in w. Reciprocals of the largest doubles, being subnormal, count as 0.
    X = np.array([[[2.0, -2], [0, 2]], [[1, 1], [-1, -1]]])
    problem, start = ib.Problem(X, [0.0, 0], ib.Squared()), np.array([[1.0, -0.5], [0.25, 0.75]])

    def moved(exponent):
        method = ib.SteepestDescent(norm)
        return (
            ib.Run(problem, method, ib.Constant(0.01), w0=np.ldexp(start, exponent), form=form).advance(2).w
        )

    expected, refused = moved(0), []
    for exponent in (-900, 900, *range(1010, 1023)):
        try:
            got = np.ldexp(moved(exponent), -exponent)
            np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-13)
        except ib.DomainError:
            refused.append(exponent)
    assert 1022 in refused
    assert refused == list(range(refused[0], 1023))
    assert refused[0] >= 1017


@pytest.mark.parametrize("norm", [ib.Lp(p) for p in (1, 1.05, 1.5, 2, 3, 40, math.inf)], ids=repr)
@pytest.mark.parametrize("form", FORMS)
def test_a_run_that_diverges_leaves_the_range_and_says_so(form, norm):
    problem = ib.Problem(
        [[2.0, -2, 0, 2, 0, 2], [1, 1, -1, -1, 0, 2]], [0.4827547398858578, 0.09526236304399897], ib.Squared()
    )
    run = ib.Run(problem, ib.SteepestDescent(norm), ib.Constant(6.07), form=form)
    with pytest.raises(ib.DomainError, match="not finite after it; the run stays at t = 1..[.] Take smaller"):
        run.advance(10**4)


@pytest.mark.parametrize("form", FORMS)
def test_sums_of_sizes_that_overflow_do_not_hide_a_derivative(form):
    # The prediction is 2e307, of terms whose sizes sum to 2.2e308.
    start = np.array([1.2e308, 1e308])
    for norm in (ib.Lp(3), ib.Lp(math.inf)):
        problem = ib.Problem([[1.0, -1]], [0.0], ib.Squared())
        run = ib.Run(problem, ib.SteepestDescent(norm), ib.Constant(0.01), w0=start, form=form).advance(3)
        assert run.w[0] < start[0]
        assert run.w[1] > start[1]


@pytest.mark.parametrize("loss", [ib.Exponential(), ib.Logistic(), ib.Sigmoid()], ids=repr)
@pytest.mark.parametrize("size", [1e3, 1e100, 1e300])
def test_losses_of_huge_margins(loss, size):
    problem = ib.Problem([[1.0, 0], [0, 2]], [1, -1], loss)
    log_loss, log_scale, g = problem.evaluate([size, -size])
    assert log_loss == pytest.approx(-size, rel=1e-15)  # the other sample's is its square
    assert log_scale + math.log(abs(g[0])) == pytest.approx(-size, rel=1e-15)
    assert abs(g[1]) < 1e-290


@pytest.mark.parametrize("margin", [1e3, 1e77, 1e150])
def test_probit_of_huge_margins(margin):
    with mpmath.workdps(400):
        z = mpmath.mpf(margin)
        expected = -(z**2) / 2 - mpmath.log(z) - mpmath.log(2 * mpmath.pi) / 2
    assert ib.Problem([[1.0]], [1], ib.Probit()).evaluate([margin])[0] == pytest.approx(
        float(expected), rel=1e-6
    )


@pytest.mark.parametrize("p", [1 + 2**-52, 1 + 1e-9, 1.001, 1e3, 1e6, 1e15, 1e300])
def test_norms_close_to_l1_and_linf(p):
    norm, v = ib.Lp(p), separable(1, 4)[0][0]
    with mpmath.workdps(60):
        q, entries = mpmath.mpf(p) / (mpmath.mpf(p) - 1), [abs(mpmath.mpf(x)) for x in v]

        def length(r):
            largest = max(entries)
            return largest * mpmath.fsum((x / largest) ** r for x in entries) ** (1 / r)

        value, dual = float(length(mpmath.mpf(p))), float(length(q))
        step = [-float(mpmath.sign(x) * abs(mpmath.mpf(x)) ** (q - 1) * length(q) ** (2 - q)) for x in v]
    assert norm.value(v) == pytest.approx(value, rel=1e-13)
    assert norm.dual(v) == pytest.approx(dual, rel=1e-13)
    # q loses the digits that p - 1 has lost.
    np.testing.assert_allclose(norm.steepest(v), step, rtol=1e-13 / min(1, p - 1), atol=1e-200)


@pytest.mark.parametrize("exponent", [-1000, -520, 520, 1000])
def test_norms_made_of_huge_and_tiny_factors(exponent):
    # k times a norm has 1 / k times its dual norm.
    z, factor = separable(1, 4)[0][0], math.ldexp(1.0, exponent)
    groups = [[0, 3], [1, 2]]
    for one, other in (
        (ib.SparseGroupNorm(groups, 1.0, 2.0), ib.SparseGroupNorm(groups, factor, 2 * factor)),
        (ib.Lp(3), ib.WeightedNorm(np.full(4, factor), ib.Lp(3))),
        (ib.PolyhedralNorm(np.eye(4), 1), ib.PolyhedralNorm(factor * np.eye(4), 1)),
        (ib.PolyhedralNorm(STACKED, math.inf), ib.PolyhedralNorm(factor * STACKED, math.inf)),
    ):
        assert other.value(z) == pytest.approx(math.ldexp(one.value(z), exponent), rel=1e-13)
        assert other.dual(z) == pytest.approx(math.ldexp(one.dual(z), -exponent), rel=1e-13)


@pytest.mark.parametrize("p", PS)
@pytest.mark.parametrize("gap", [1e-12, 1e-16, 1e-300])
def test_barely_separable(gap, p):
    # |w_1| < gap w_2 separates; by symmetry the maximum margin is that of (0, 1).
    problem = ib.Problem([[1, gap], [-1, gap]], [1, 1], ib.Exponential())
    found = ib.separability(problem)
    assert found.separable
    assert found.margin == pytest.approx(gap, rel=1e-12)
    for form in FORMS:
        lower, upper = ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), form=form).advance(1000).bracket
        assert lower <= gap <= upper
    if 1 < p < math.inf:
        lower, upper = ib.max_margin(problem, ib.Lp(p)).bracket
        assert gap * (1 - 1e-6) <= lower <= gap <= upper <= gap * (1 + 1e-6)


@pytest.mark.parametrize("method", [ib.SteepestDescent(ib.Lp(p)) for p in PS] + [ib.AdaGrad(1e-3)], ids=repr)
def test_copies_of_samples_and_zero_columns_change_nothing(method):
    X, y = separable(12, 4)
    step = ib.Constant(0.1) if isinstance(method, ib.AdaGrad) else ib.LossNormalized()
    whole = ib.Run(ib.Problem(X, y, ib.Exponential()), method, step).advance(200)
    padded = np.insert(X, 2, 0.0, axis=1)
    for form in FORMS:
        run = ib.Run(ib.Problem(padded, y, ib.Exponential()), method, step, form=form).advance(200)
        assert run.w[2] == 0
        np.testing.assert_allclose(np.delete(run.w, 2), whole.w, rtol=1e-9)
        if step == ib.LossNormalized():  # constant steps go further where the loss is larger
            run = ib.Run(ib.Problem(np.repeat(X, 3, 0), np.repeat(y, 3), ib.Exponential()), method, form=form)
            np.testing.assert_allclose(run.advance(200).w, whole.w, rtol=1e-9)
            assert run.log_loss == pytest.approx(whole.log_loss + math.log(3), rel=1e-12)


@pytest.mark.parametrize("form", FORMS)
def test_one_sample_of_one_feature(form):
    for method in (ib.GradientDescent(), *(ib.SteepestDescent(ib.Lp(p)) for p in (1, 1.05, 3, math.inf))):
        run = ib.Run(ib.Problem([[-4.0]], [-1], ib.Exponential()), method, form=form).advance(100)
        assert run.w.tolist() == pytest.approx([100 / 4], rel=1e-13)  # x / |x|^2 a step
        assert run.margin == pytest.approx(4, rel=1e-13)
    w = 0.0
    for _ in range(50):
        w += 0.5 * 3 * math.exp(-3 * w)
    run = ib.Run(
        ib.Problem([[3.0]], [1], ib.Exponential()), ib.GradientDescent(), ib.Constant(0.5), form=form
    )
    assert run.advance(50).w.tolist() == pytest.approx([w], rel=1e-13)


@pytest.mark.parametrize("p", [1, 2])
def test_a_million_samples(p):
    X, y = separable(10**6, 2)
    expected = steepest_path(X, y, p, 4)
    problem = ib.Problem(X, y, ib.Exponential())
    for form in FORMS:
        run = ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), form=form).advance(4)
        np.testing.assert_allclose(run.w, expected, rtol=1e-10)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", SIZES)
def test_starts(size, form):
    X, y = separable(*SIZES[size])
    problem = ib.Problem(X, y, ib.Exponential())
    for method in (ib.GradientDescent(), ib.SteepestDescent(ib.Lp(1)), ib.SteepestDescent(ib.Lp(1.5))):
        # What is added is lost in rounding.
        far = np.full(X.shape[1], 1e200)
        np.testing.assert_array_equal(ib.Run(problem, method, w0=far, form=form).advance(20).w, far)
        # And conversely.
        near = ib.Run(problem, method, w0=np.full(X.shape[1], 1e-310), form=form).advance(20)
        np.testing.assert_allclose(
            near.w, ib.Run(problem, method, form=form).advance(20).w, rtol=1e-12, atol=1e-300
        )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("eta", [1e200, 1.7e308])
def test_steps_too_large_are_refused_and_the_state_stays(eta, form):
    X, y = separable(12, 4)
    for loss in (ib.Squared(), ib.Exponential()):
        run = ib.Run(ib.Problem(1e10 * X, y, loss), ib.GradientDescent(), ib.Constant(eta), form=form)
        with pytest.raises(ib.DomainError, match=r"^step t = \d+, of size .* the run stays at t = "):
            run.advance(100)
        assert np.isfinite(run.w).all()
        assert np.isfinite(run.trajectory.w).all()
        t, w = run.t, run.w
        with pytest.raises(ib.DomainError):
            run.advance(1)
        assert run.t == t
        np.testing.assert_array_equal(run.w, w)


@pytest.mark.parametrize("eta", [0, -1e-320, math.inf, math.nan])
def test_steps_that_are_none(eta):
    with pytest.raises(ib.InvalidValueError, match="^eta: expected a positive"):
        ib.Constant(eta)


@pytest.mark.parametrize("entry", [3.4e38, 1e-45, 1e-40])
@pytest.mark.parametrize("form", FORMS)
def test_the_ends_of_single_precision(entry, form):
    X, y = separable(12, 4)
    single = (entry * np.sign(X)).astype(np.float32)
    for method in (ib.GradientDescent(), ib.SteepestDescent(ib.Lp(1.5))):
        run, double = (
            ib.Run(ib.Problem(each, y, ib.Exponential()), method, form=form).advance(20)
            for each in (single, single.astype(float))
        )
        np.testing.assert_allclose(run.w, double.w, rtol=1e-9)


def test_more_threads_than_there_is_time_to_start():
    # They used to be started anew in every slice of 0.05 s, at the end of it.
    X, y = separable(60, 4)
    problem = ib.Problem(X, y, ib.Exponential())
    many = ib.Run(problem, ib.GradientDescent(), threads=1024).advance(3)
    np.testing.assert_allclose(many.w, ib.Run(problem, ib.GradientDescent()).advance(3).w, rtol=1e-13)


def test_a_batch_too_large_is_refused_before_there_is_memory_for_it():
    problem = ib.Problem(*separable(12, 4), ib.Exponential())
    with pytest.raises(ib.InvalidValueError, match="^batch: expected a size of at most 12"):
        ib.Run(problem, ib.GradientDescent(), ib.Constant(0.1), batch=ib.MiniBatch(2**40, 0))


@pytest.mark.parametrize("X", [np.zeros((3, 2)), np.zeros((1, 1))])
def test_zeros_only(X):
    problem = ib.Problem(X, np.ones(len(X)), ib.Exponential())
    assert not ib.separability(problem).separable
    with pytest.raises(ib.NotSeparableError, match="^y: expected linearly separable data"):
        ib.max_margin(problem, ib.Lp(2))
    for method in examples.METHODS[:3]:
        with pytest.raises(ib.ImplicitBiasError):
            ib.Run(problem, method)


@pytest.mark.parametrize("scale", [5e-324, 1e-310, 1e-200, 1e200, 1e308])
def test_separability_and_maximum_margins_at_any_scale(scale):
    problem = ib.Problem([[scale]], [-1], ib.Exponential())
    assert ib.separability(problem).margin == scale
    lower, upper = ib.max_margin(problem, ib.Lp(2)).bracket
    assert lower <= scale <= upper


HUGE = [[1.7e308, 1.7e308]]


@pytest.mark.parametrize(
    ("call", "X", "loss", "complaint"),
    [
        (ib.separability, HUGE, ib.Exponential(), "^X: the sum of a sample's entries overflows; rescale"),
        (
            lambda p: ib.max_margin(p, ib.Lp(2)),
            HUGE,
            ib.Exponential(),
            "^X: the dual norm of a sample overfl",
        ),
        (
            lambda p: ib.Run(p, ib.GradientDescent()),
            HUGE,
            ib.Exponential(),
            "^X: the dual norm of a sample ov",
        ),
        (ib.paths.lasso, [[1e200, 1]], ib.Squared(), "^X: expected numbers of which the largest"),
        (ib.paths.stagewise, [[1e-200, 0]], ib.Squared(), "^X: .* got 1e-200; rescale the data"),
        (lambda p: ib.flow(p, ib.GradientDescent()), [[1e200, 1]], ib.LogCosh(), "^X: .* rescale the data"),
        (
            lambda p: ib.predict(p, ib.GradientDescent()).solve(),
            [[1e-200, 0]],
            ib.Squared(),
            "^X: expected numbers of which the largest has a size from 1e-100 to 1e100",
        ),
        (
            lambda p: ib.Run(p, ib.GradientDescent()).advance(5).support_vectors(),
            [[1e200, 1]],
            ib.Exponential(),
            "^X: .* got 1e\\+200; rescale the data",
        ),
    ],
)
def test_refused_at_that_scale(call, X, loss, complaint):
    with pytest.raises(ib.InvalidValueError, match=complaint):
        call(ib.Problem(X, [1], loss))


def test_a_lasso_path_that_begins_at_nothing():
    problem = ib.Problem([[1, 1e-300], [-1, 1e-300]], [1, 1], ib.Squared())
    path = ib.paths.lasso(problem)
    np.testing.assert_allclose(path.alphas, [4e-300, 0], rtol=1e-13)
    np.testing.assert_allclose(path.w, [[0, 0], [0, 1e300]], rtol=1e-13)


def test_what_an_integration_may_round_off():
    # AdaGrad's log G is -1.8e308 where a feature is zero: any error would be allowed beside that.
    assert collocation._noise(np.array([3.0, -4.0, np.finfo(float).min]), 1.0) < 1e-12


@pytest.mark.parametrize("loss", [ib.Probit(), ib.Squared()], ids=repr)
def test_losses_where_they_overflow(loss):
    for z in ([math.inf], [-math.inf], [0.0, math.nan]):
        with pytest.raises(ib.InvalidValueError, match="^z: expected finite numbers"):
            loss.evaluate(z)
    if loss == ib.Probit():  # its logarithm is -z^2 / 2
        with pytest.raises(ib.DomainError, match="^z: the logarithm of the loss overflows"):
            loss.evaluate([1e200])
