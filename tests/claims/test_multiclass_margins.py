"""Margins over pairs of classes: brackets, oracles in every norm on matrices, and all that follows a path."""

import itertools
import math

import matplotlib.pyplot as plt
import numpy as np
import pytest

import examples
import implicitbias as ib
from implicitbias.oracles.max_margin import max_margin
from implicitbias.oracles.norms import as_cvxpy, oracle_of

every_loss = pytest.mark.parametrize("loss", examples.MULTICLASS, ids=repr)


def blobs(n=15, k=3, d=5, seed=0, spread=0.3, loss=None):
    rng = np.random.default_rng(seed)
    centers, own = rng.standard_normal((k, d)), np.arange(n) % k
    X = centers[own] + spread * rng.standard_normal((n, d))
    return ib.Problem(X, np.array([f"class {c}" for c in range(k)])[own], loss or ib.CrossEntropy())


def groups(k, d):
    """The rows of a (k, d) matrix, and its columns."""
    return [range(c * d, c * d + d) for c in range(k)], [range(j, k * d, d) for j in range(d)]


def norms(k, d):
    rows, columns = groups(k, d)
    return {
        "sum": ib.Lp(1),
        "Frobenius": ib.Lp(2),
        "l3": ib.Lp(3),
        "max": ib.Lp(math.inf),
        "nuclear": ib.Schatten(1),
        "Schatten 3/2": ib.Schatten(1.5),
        "spectral": ib.Schatten(math.inf),
        "rows": ib.GroupNorm(rows),
        "largest row": ib.GroupNorm(rows, math.inf, 2),
        "columns": ib.GroupNorm(columns),
        "smooth": ib.GroupNorm(columns, 3, 1.5),
        "weighted": ib.WeightedNorm(np.linspace(1, 2, k * d), ib.Lp(1)),
    }


SMOOTH = ("Frobenius", "Schatten 3/2", "smooth")


@pytest.mark.parametrize("name", norms(3, 5))
def test_brackets_hold_the_oracle_and_close(name):
    problem, norm = blobs(), norms(3, 5)[name]
    run = ib.Run(problem, ib.SteepestDescent(norm), ib.LossNormalized()).advance(100_000)
    limit = ib.predict(problem, run.method).solve()
    rows = run.trajectory
    assert np.all(rows.best_margin <= limit.value * (1 + 1e-8))
    assert np.all(limit.value <= rows.best_bound * (1 + 1e-8))
    assert limit.gap <= 1e-8
    assert 1 - run.margin / limit.value < (0.02 if name in SMOOTH else 0.05)
    assert ib.compare(run, ib.predict(problem, run.method), tolerance=0.05).verdict == "holds"


@every_loss
def test_the_limit_is_of_the_pairs_alone(loss):
    """Theorem 5 for any of the losses, of direct NumPy: gradient descent ends at the same hard margin."""
    problem = blobs(loss=loss)
    run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized()).advance(30_000)
    limit = ib.predict(problem, run.method).solve()
    margins = np.tensordot(problem.rows, limit.direction, 2)
    assert margins.min() == pytest.approx(limit.value, rel=1e-8)
    assert np.linalg.norm(limit.direction) == pytest.approx(1, rel=1e-9)
    np.testing.assert_allclose(limit.direction.sum(axis=0), 0, atol=1e-8)
    assert 1 - run.margin / limit.value < 1e-2
    claim = ib.predict(problem, ib.SteepestDescent(ib.Lp(1)))
    beyond = loss == ib.CrossEntropy()
    assert claim.source == ("beyond Theorem 5 (this package)" if beyond else "Theorem 5")
    assert "with the pairs (e_y - e_c) x_n' of each sample" in claim.statement


@pytest.mark.parametrize("name", ["l3", "Schatten 3/2", "smooth"])
def test_certified_margins_agree_with_the_convex_program(name):
    problem = blobs(20, 4, 5, seed=2)
    norm = norms(4, 5)[name]
    solution = ib.max_margin(problem, norm)
    assert solution.bracket.gap <= 1e-6
    assert max_margin(problem, norm).value == pytest.approx(solution.value, rel=1e-6)
    assert solution.weights.shape == (60,)


def test_many_pairs_by_the_dual_program():
    """1200 pairs, most of which never enter it: the value is proved on all."""
    problem = blobs(240, 6, 12, seed=1, spread=0.15)
    for name in ("max", "sum", "Frobenius", "rows", "spectral", "nuclear"):
        norm = norms(6, 12)[name]
        found = max_margin(problem, norm)
        margins = np.tensordot(problem.rows, found.direction, 2)
        combined = np.tensordot(found.weights, problem.rows, 1)
        assert oracle_of(norm).value(found.direction) == pytest.approx(1, rel=1e-12)
        assert margins.min() == pytest.approx(found.value, rel=1e-12)
        gap = 1 - margins.min() / oracle_of(norm).dual(combined)
        assert gap <= (1e-6 if name in ("spectral", "nuclear") else 1e-8)


@pytest.mark.parametrize("dimension", [1, 7])
def test_dual_norms_have_the_form_that_the_dual_program_takes(dimension):
    import cvxpy as cp

    z = np.random.default_rng(dimension).standard_normal((3, 5))
    for name, norm in norms(3, 5).items():
        form = oracle_of(norm).dual_as_cvxpy(cp.Constant(z))
        if form is None:
            assert name == "Schatten 3/2"
        else:
            assert float(form.value) == pytest.approx(oracle_of(norm).dual(z), rel=1e-9)


def real_data(name):
    from sklearn.datasets import load_digits, load_wine

    X, y = (load_wine if name == "wine" else load_digits)(return_X_y=True)
    if name == "wine":
        return (X - X.mean(axis=0)) / X.std(axis=0), y
    return X[:300] / 16, y[:300]


MINUTES = [("digits", "spectral"), ("digits", "nuclear")]
REAL = list(itertools.product(["wine", "digits"], ["max", "sum", "Frobenius", "spectral", "nuclear"]))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(*each, marks=getattr(pytest.mark, "thorough" if each in MINUTES else "slow"))
        for each in REAL
    ],
)
def test_margins_on_real_data_are_those_of_the_primal_program(data, name):
    import cvxpy as cp

    X, y = real_data(data)
    problem = ib.Problem(X, y, ib.CrossEntropy())
    norm = norms(*problem.shape)[name]
    found = max_margin(problem, norm)
    assert found.gap <= (1e-6 if name in ("spectral", "nuclear") else 1e-8)
    W = cp.Variable(problem.shape)
    scores = X @ W.T
    constraints = [
        scores[n, y[n]] - scores[n, c] >= 1 for n in range(len(X)) for c in range(y.max() + 1) if c != y[n]
    ]
    # The program has weights for the others: rows far from the margin need not be asked for.
    near = np.tensordot(problem.rows, found.direction, 2) <= 1.5 * found.value
    constraints = [each for each, kept in zip(constraints, near, strict=True) if kept]
    program = cp.Problem(cp.Minimize(as_cvxpy(norm, W)), constraints)
    # A tenth of what is asserted: the last digits that the solver asks for by default are lost to rounding.
    enough = {"tol_gap_abs": 1e-7, "tol_gap_rel": 1e-7, "tol_feas": 1e-7}
    size = program.solve(solver=cp.CLARABEL, **enough)
    assert 1 / size == pytest.approx(found.value, rel=1e-6)


def test_separability_says_which_pairs_contradict():
    problem = blobs(12, 3, 4)
    found = ib.separability(problem)
    assert found.kind == "complete"
    assert np.tensordot(problem.rows, found.direction, 2).min() == pytest.approx(found.margin)
    X = np.vstack([problem.X, problem.X[:1]])
    overlapping = ib.Problem(X, np.append(problem.y, "class 1"), ib.CrossEntropy())  # of class 0 before
    found = ib.separability(overlapping)
    assert found.kind == "quasi-complete"
    assert np.tensordot(overlapping.rows, found.direction, 2).min() >= 0
    assert np.abs(np.tensordot(found.weights, overlapping.rows, 1)).sum() <= 1e-12
    rng = np.random.default_rng(0)
    noise = ib.Problem(rng.standard_normal((40, 3)), np.arange(40) % 4, ib.CrossEntropy())
    assert ib.separability(noise).kind == "overlap"
    with pytest.raises(ib.NotSeparableError, match="^y: expected linearly separable data"):
        ib.predict(overlapping, ib.GradientDescent()).solve()
    with pytest.raises(ib.NotSeparableError):
        ib.max_margin(overlapping, ib.Lp(2))


def test_methods_without_a_claim():
    for method in (ib.AdaGrad(), ib.MirrorDescent(ib.Entropy())):
        assert ib.predict(blobs(), method) is None
        assert ib.why_no_claim(blobs(), method)
    with pytest.raises(ib.InvalidValueError, match="^X: expected square matrices"):
        ib.predict(blobs(), ib.FactorizedGradientDescent(2))


@every_loss
@pytest.mark.parametrize("method", ["GD", "l1.5", "Schatten", "mirror", "AdaGrad"])
def test_fast_forward_is_where_iterations_lead(loss, method):
    rule = {
        "GD": ib.GradientDescent(),
        "l1.5": ib.SteepestDescent(ib.Lp(1.5)),
        "Schatten": ib.SteepestDescent(ib.Schatten(1.5)),
        "mirror": ib.MirrorDescent(ib.SquaredLp(1.5)),
        "AdaGrad": ib.AdaGrad(),
    }[method]
    problem = blobs(loss=loss)
    leapt = ib.Run(problem, rule, ib.Constant(0.01)).advance(2_000).fast_forward(20_000)
    iterated = ib.Run(problem, rule, ib.Constant(0.01)).advance(20_000)
    assert np.linalg.norm(leapt.w - iterated.w) <= 2 * leapt.error + 1e-12
    far = leapt.fast_forward(1e12)
    best = ib.predict(problem, rule)
    if best is not None:
        value = best.solve().value
        assert far.bracket.lower <= value * (1 + 1e-8) <= far.bracket.upper * (1 + 2e-8)


@every_loss
def test_the_hessian_of_the_sliding_flows(loss):
    """The one that leaps in l1 and linf solve with, against differences of the gradient."""
    from implicitbias.runs.fast_forward.coordinate_flow import CoordinateFlow

    problem = blobs(9, 3, 4, loss=loss)
    flow = CoordinateFlow(problem, ib.Constant(0.1))
    w = 0.3 * np.random.default_rng(0).standard_normal(12)
    scale, slopes = flow.slopes(flow.A @ w).log_scale, flow.slopes(flow.A @ w)

    def gradient(w):
        _, log_scale, g = problem.evaluate(w.reshape(3, 4))
        return math.exp(log_scale - scale) * g.ravel()

    difference = [(gradient(w + step) - gradient(w - step)) / 2e-6 for step in 1e-6 * np.eye(12)]
    np.testing.assert_allclose(slopes.hessian(flow.A), difference, atol=1e-7)


@every_loss
def test_a_leap_in_l1(loss):
    problem = blobs(loss=loss)
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1)), ib.Constant(0.01)).advance(10_000)
    run.fast_forward(1e8, tolerance=0.1)
    value = ib.predict(problem, run.method).solve().value
    assert 0.8 * value < run.margin <= value * (1 + 1e-9)


@every_loss
@pytest.mark.parametrize("name", ["Frobenius", "sum", "spectral"])
def test_regularization_paths(loss, name):
    problem, norm = blobs(loss=loss), norms(3, 5)[name]
    path = ib.paths.regularization(problem, norm, [0.1, 1.0, 30.0, 1000.0])
    for W, log_loss, c in zip(path.w, path.log_loss, path.radii, strict=True):
        assert problem.evaluate(W)[0] == pytest.approx(log_loss, rel=1e-12, abs=1e-12)
        assert oracle_of(norm).value(W) == pytest.approx(c, rel=1e-6)
    best = max_margin(problem, norm).value
    assert path.margin[-1] == pytest.approx(best, rel=0.02)
    # No iterate of that size has less loss.
    run = ib.Run(problem, ib.SteepestDescent(norm), ib.LossNormalized()).advance(50)
    inside = ib.paths.regularization(problem, norm, [oracle_of(norm).value(run.w)])
    assert inside.log_loss[0] <= run.log_loss + 1e-9


def test_a_path_of_overlapping_classes_ends_at_the_minimizer():
    from scipy.optimize import minimize

    rng = np.random.default_rng(0)
    problem = ib.Problem(rng.standard_normal((30, 2)), np.arange(30) % 3, ib.CrossEntropy())
    path = ib.paths.regularization(problem, ib.Lp(2), [0.1, 10.0])
    assert path.norms[-1] < 9

    def loss(w):
        log_loss, log_scale, g = problem.evaluate(w.reshape(3, 2))
        return math.exp(log_loss), math.exp(log_scale) * g.ravel()

    least = minimize(loss, np.zeros(6), jac=True, tol=1e-12)
    assert math.exp(path.log_loss[-1]) == pytest.approx(least.fun, rel=1e-9)


def test_support_vectors_are_pairs():
    problem = blobs()
    run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized()).advance(20_000)
    found = run.support_vectors()
    weights = max_margin(problem, ib.Lp(2)).weights
    assert set(np.flatnonzero(weights > 1e-3)) <= set(found.indices)
    assert found.margins.shape == (30,)
    assert found.cone_residual[-1] < 1e-2
    assert found.mass_off[-1] < 1e-2


def test_plots_take_them():
    problem = blobs()
    runs = [ib.Run(problem, ib.SteepestDescent(norm)).advance(300) for norm in (ib.Lp(1), ib.Schatten(1))]
    path = ib.paths.regularization(problem, ib.Lp(1), [0.1, 1.0, 10.0])
    for axes in (ib.plot.margins(runs), ib.plot.gaps(runs), ib.plot.paths([path], runs)):
        assert axes.lines
    plt.close("all")


@pytest.mark.parametrize("method", [ib.AdaGrad(), ib.GradientDescent()], ids=repr)
def test_claims_about_runs(method):
    problem = blobs(6, 3, 8, loss=ib.MulticlassExponential())
    run = ib.Run(problem, method, ib.Constant(0.01)).advance(20_000)
    claim = ib.bounded_accumulator(run) if method == ib.AdaGrad() else ib.asymptote(run)
    assert ib.compare(run, claim).verdict in ("holds", "not yet converged", "hypothesis fails")
    assert ("y_n" in claim.statement) == ("pairs (e_y - e_c) x_n'" in claim.statement)
    if method == ib.AdaGrad():
        direction = ib.limit_direction(run)
        assert "pairs (e_y - e_c) x_n'" in direction.statement
        assert ib.compare(run, direction).verdict != "violated"
        assert direction.solve().point.shape == (3, 8)
