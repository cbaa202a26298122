"""Maximum margins from a start: the same certificate, in fewer steps."""

import numpy as np
import pytest
from scipy.sparse import csr_array

import conftest
import implicitbias as ib
from implicitbias.oracles import linear_margin, margin_ways, margin_with_intercept

X, Y = conftest.separable(3200, 95, 5)
WHOLE, FOLD = ib.Problem(X, Y, ib.Exponential()), ib.Problem(X[160:], Y[160:], ib.Exponential())


@pytest.fixture
def steps(monkeypatch):
    """Count what interior points go through, and linear programs."""
    counts = [0]

    def counted(function):
        def count(*arguments, **named):
            for point in function(*arguments, **named):
                counts[0] += 1
                yield point

        return count

    def solved(*arguments, program=linear_margin.linear_program, **named):
        counts[0] += 1
        return program(*arguments, **named)

    for module in (margin_ways, margin_with_intercept):
        monkeypatch.setattr(module, "central_path", counted(module.central_path))
    monkeypatch.setattr(linear_margin, "linear_program", solved)
    return counts


@pytest.mark.parametrize(("p", "intercept"), [(1, False), (2, False), (2, True), (3, False)])
def test_a_fold_is_a_start_of_the_whole(p, intercept, steps):
    norm = ib.Lp(p)
    fold = ib.max_margin(FOLD, norm, intercept=intercept)
    steps[0] = 0
    cold = ib.max_margin(WHOLE, norm, intercept=intercept)
    from_nothing, steps[0] = steps[0], 0
    warm = ib.max_margin(WHOLE, norm, intercept=intercept, start=fold)
    assert 1.5 * steps[0] < from_nothing
    steps[0] = 0
    again = ib.max_margin(WHOLE, norm, intercept=intercept, start=warm)
    assert steps[0] == 0
    for found in (warm, again):
        assert found.bracket.gap <= 1e-6
        assert max(found.bracket.lower, cold.bracket.lower) <= min(found.bracket.upper, cold.bracket.upper)
        assert norm.dual((found.weights * Y) @ X) <= found.bracket.upper * (1 + 1e-12) or intercept


@pytest.mark.parametrize("p", [1, 1.5])
def test_the_certificate_does_not_depend_on_the_start(p):
    norm = ib.Lp(p)
    rng = np.random.default_rng(0)
    few = ib.Problem(*conftest.separable(30, 8), ib.Exponential())
    gaps = X * (np.abs(X) > 1.2)
    gaps[:, 0] = Y * np.abs(X[:, 0] + 0.1)
    for problem in (few, WHOLE, ib.Problem(csr_array(gaps), Y, ib.Exponential())):
        cold = ib.max_margin(problem, norm)
        d = problem.shape[0]
        for start in (-cold.direction, 1e200 * rng.standard_normal(d)):
            warm = ib.max_margin(problem, norm, start=start)
            assert warm.bracket.gap <= 1e-6
            assert max(warm.bracket.lower, cold.bracket.lower) <= min(warm.bracket.upper, cold.bracket.upper)


def test_classes_with_intercepts_of_their_own():
    codes = np.arange(300) % 3
    samples = X[:300, :4] + 6 * np.eye(3, 4)[codes] + 1e4
    problem = ib.Problem(samples, codes, ib.CrossEntropy())
    cold = ib.max_margin(problem, ib.Lp(2), intercept=True)
    warm = ib.max_margin(problem, ib.Lp(2), intercept=True, start=cold)
    assert warm.value == pytest.approx(cold.value, rel=1e-6)
    assert ib.max_margin(problem, ib.Lp(2), intercept=True, start=cold.direction).bracket.gap <= 1e-6


def test_starts_that_are_none():
    for start, message in (
        (np.ones(3), r"^start: expected shape \(95,\), got \(3,\)"),
        (np.zeros(95), "^start: expected parameters that are not all 0"),
        (np.full(95, np.nan), "^start: expected finite numbers"),
    ):
        with pytest.raises(ValueError, match=message):
            ib.max_margin(WHOLE, ib.Lp(2), start=start)
    with pytest.raises(TypeError, match="^start: expected"):
        ib.max_margin(WHOLE, ib.Lp(2), start="w")


def test_a_classifier_starts_from_its_last_fit(steps):
    cold = ib.estimators.MaxMarginClassifier(fit_intercept=False).fit(X, Y)
    from_nothing = steps[0]
    model = ib.estimators.MaxMarginClassifier(fit_intercept=False, warm_start=True).fit(X[160:], Y[160:])
    steps[0] = 0
    model.fit(X, Y)
    assert 1.5 * steps[0] < from_nothing
    np.testing.assert_allclose(model.coef_, cold.coef_, atol=1e-3)
    assert model.bracket_.gap <= 1e-6
    for samples, labels in ((X[:50, :60], Y[:50]), (X[:50], Y[:50] > 0), (X[:60], np.arange(60) % 3)):
        assert model.fit(samples, labels).bracket_.gap <= 1e-6
