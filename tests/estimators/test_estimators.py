"""The estimators: scikit-learn's contract, and what they find against definitions and other programs."""

import pickle
import warnings

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import parametrize_with_checks

import conftest
import implicitbias as ib
from implicitbias.estimators import DescentClassifier, MaxMarginClassifier, ProjectionRegressor

COMMON = [MaxMarginClassifier(tolerance=1e-3), DescentClassifier(steps=200), ProjectionRegressor()]
OTHERS = [
    MaxMarginClassifier("Lp(1)", fit_intercept=False),
    MaxMarginClassifier(ib.Lp(np.inf)),
    MaxMarginClassifier("Schatten(1)"),
    DescentClassifier("SteepestDescent(Lp(1))", loss="Exponential()", steps=500),
    DescentClassifier(ib.Adam(), 0.01, ib.CrossEntropy(), 500, fit_intercept=False),
    ProjectionRegressor("SquaredLp(1.5)", fit_intercept=True),
    ProjectionRegressor(ib.Entropy()),
]


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(COMMON)
def test_contract(estimator, check):
    check(estimator)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(OTHERS)
def test_contract_of_other_settings(estimator, check):
    check(estimator)


def two_classes(n=30, d=6, seed=0):
    X, y = conftest.separable(n, d, seed)
    return X, np.where(y > 0, "yes", "no")


def margins(model, X, y):
    """Return the margins of samples by the definition."""
    scores = X @ model.coef_.T + model.intercept_
    own = np.searchsorted(model.classes_, y)
    if len(model.classes_) == 2:
        return (2 * own - 1) * scores[:, 0]
    others = scores.copy()
    others[np.arange(len(y)), own] = -np.inf
    return scores[np.arange(len(y)), own] - others.max(axis=1)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("norm", [ib.Lp(1), "Lp(2)", ib.Lp(np.inf), "Schatten(1)", "GroupNorm"])
def test_the_margin_is_as_certified(norm, intercept):
    X, y = two_classes()
    norm = ib.GroupNorm([range(3), range(3, 6)]) if norm == "GroupNorm" else norm
    model = MaxMarginClassifier(norm, fit_intercept=intercept).fit(X, y)
    w = model.coef_[0]
    noun = ib.Lp(2) if norm in ("Lp(2)", "Schatten(1)") else norm  # one row has one singular value
    assert noun.value(w) == pytest.approx(1, rel=1e-12)
    found = margins(model, X, y)
    lower, upper = model.bracket_
    assert lower * (1 - 1e-12) <= found.min() <= upper <= lower * (1 + 2e-6)
    # No w is better: by the weights, from whose combination an intercept vanishes.
    signs = np.where(y == "yes", 1.0, -1)
    assert noun.dual((model.weights_ * signs) @ X) == pytest.approx(upper, rel=1e-9)
    assert abs(model.weights_ @ signs) < 1e-9 or not intercept
    assert (model.intercept_ != 0).all() == intercept
    assert model.weights_.sum() == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(found[model.support_], found.min(), rtol=1e-3)
    assert model.weights_[model.support_].sum() == pytest.approx(1, abs=1e-3)


def test_the_intercept_is_that_of_the_support_vector_machine():
    for seed, shift in ((0, 0.0), (1, 10.0)):
        X, y = two_classes(40, 4, seed)
        X = X + shift
        model = MaxMarginClassifier().fit(X, y)
        machine = SVC(kernel="linear", C=1e10, tol=1e-8).fit(X, y)
        size = np.linalg.norm(machine.coef_)
        np.testing.assert_allclose(model.coef_, machine.coef_ / size, atol=1e-4)
        np.testing.assert_allclose(model.intercept_, machine.intercept_ / size, atol=1e-3)
        theirs = ((2 * (y == "yes") - 1) * machine.decision_function(X)).min() / size
        assert model.bracket_.lower * (1 - 2e-3) <= theirs <= model.bracket_.upper
        assert set(machine.support_) == set(model.support_)


DUALS = {
    ib.Lp(1): lambda Z: np.abs(Z).max(),
    ib.Lp(2): np.linalg.norm,
    ib.Schatten(1): lambda Z: np.linalg.norm(Z, 2),
}


@pytest.mark.parametrize("norm", DUALS, ids=repr)
@pytest.mark.parametrize("stored", [np.asarray, csr_array])
def test_ten_classes(norm, stored):
    X, y = (part[:40] for part in load_digits(return_X_y=True))
    X = X / 16
    model = MaxMarginClassifier(norm, tolerance=1e-4).fit(stored(X), y)
    assert norm.value(model.coef_) == pytest.approx(1, rel=1e-12)
    lower, upper = model.bracket_
    assert margins(model, X, y).min() >= lower * (1 - 1e-12)
    assert upper <= lower * (1 + 1.1e-4)
    assert model.score(X, y) == 1
    # Each weight is of a sample and another class, in order.
    combined, ones = np.zeros((10, 65)), np.column_stack([X, np.ones(len(X))])
    pairs = ((n, c) for n in range(len(X)) for c in range(10) if c != y[n])
    for weight, (n, c) in zip(model.weights_, pairs, strict=True):
        combined[y[n]] += weight * ones[n]
        combined[c] -= weight * ones[n]
    assert DUALS[norm](combined[:, :-1]) == pytest.approx(upper, rel=1e-6)
    np.testing.assert_allclose(combined[:, -1], 0, atol=1e-9)


@pytest.mark.parametrize("k", [2, 3])
def test_overlapping_data_get_the_least_loss(k):
    X, y = load_iris(return_X_y=True)
    X, y = (X[50:], y[50:]) if k == 2 else (X[:, :2], np.random.default_rng(0).permutation(y))
    with pytest.warns(
        ConvergenceWarning, match="^y: no w separates the data with a margin above .*, within "
    ):
        model = MaxMarginClassifier().fit(X, y)
    ones = np.column_stack([X, np.ones(len(X))])
    other = LogisticRegression(C=np.inf, fit_intercept=False, solver="newton-cholesky", tol=1e-12).fit(
        ones, y
    )
    expected = other.coef_
    if k > 2:
        expected = expected - expected.mean(axis=0)
    W = np.column_stack([model.coef_, model.intercept_])
    np.testing.assert_allclose(W, expected, rtol=1e-3, atol=1e-4)
    assert model.bracket_.lower < 0 <= model.bracket_.upper <= 1e-9
    assert len(model.support_) > 0.9 * len(X)
    # Along no direction is the loss smaller, by its own definition.
    problem = ib.Problem(
        ones, y if k > 2 else np.where(y > 1, 1.0, -1), (ib.Logistic, ib.CrossEntropy)[k > 2]()
    )
    log_loss, log_scale, slope = problem.evaluate(W if k > 2 else W[0])
    assert np.abs(np.exp(log_scale - log_loss) * slope).max() <= 1e-6


@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[1.0], [1.0]], [0, 1]),  # one sample in two classes
        ([[0.0], [1.0]], [0, 1]),  # separable with an intercept alone
        ([[1.0, 0], [0, 2], [0, 1]], [1, 1, 0]),  # one w has no negative margin, and none has positive ones
        ([[1.0], [2.0], [3.0], [4.0]], [0, 1, 2, 0]),
    ],
)
@pytest.mark.parametrize("intercept", [True, False])
def test_fit_does_not_raise_whatever_the_labels(X, y, intercept):
    for model in (
        MaxMarginClassifier(fit_intercept=intercept),
        DescentClassifier(steps=500, fit_intercept=intercept),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)
        assert np.isfinite(model.coef_).all()
        assert model.bracket_.upper >= 0


def test_a_tolerance_that_cannot_be_met_is_said():
    X, y = two_classes()
    with pytest.warns(
        ConvergenceWarning, match="^tolerance: 1e-15 was not met; the margin is certified to be"
    ):
        model = MaxMarginClassifier(tolerance=1e-15).fit(X, y)
    assert model.bracket_.gap <= 1e-6


@pytest.mark.parametrize("p", [1, 2])
def test_descent_stops_when_certified(p):
    X, y = two_classes()
    model = DescentClassifier(f"SteepestDescent(Lp({p}))", tolerance=0.05).fit(X, y)
    ones = np.column_stack([X, np.ones(len(X))])  # the intercept counts in the method's norm
    best = MaxMarginClassifier(ib.Lp(p), fit_intercept=False).fit(ones, y).bracket_
    assert model.n_iter_ == model.run_.t < 100_000
    assert model.bracket_.gap <= 0.05
    assert model.bracket_.lower <= best.upper
    assert best.lower <= model.bracket_.upper
    size = np.linalg.norm(np.append(model.coef_, model.intercept_), p)
    assert margins(model, X, y).min() / size >= 0.95 * best.lower
    np.testing.assert_array_equal(np.append(model.coef_, model.intercept_), model.run_.w)
    with pytest.warns(
        ConvergenceWarning,
        match="^steps: after 50 the certified gap is .*, not 0.0001: (the margin|w does)",
    ):
        assert clone(model).set_params(steps=50, tolerance=1e-4).fit(X, y).n_iter_ == 50


def test_a_method_of_matrices_sees_two_classes_as_one_row():
    X, y = two_classes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = DescentClassifier("Muon()", steps=500).fit(X, y)
    assert model.run_.w.shape == (1, 7)
    assert model.score(X, y) > 0.9


def test_descent_on_overlapping_data_settles():
    X, y = load_iris(return_X_y=True)
    X, y = StandardScaler().fit_transform(X[50:, :2]), y[50:]
    with pytest.warns(ConvergenceWarning, match=r"^steps: after \d+ the certified gap is .*, and log L "):
        model = DescentClassifier(steps=10**6).fit(X, y)
    assert model.n_iter_ < 10**6
    expected = LogisticRegression(C=np.inf, tol=1e-12).fit(X, y)
    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-4)
    np.testing.assert_allclose(model.intercept_, expected.intercept_, rtol=1e-3)


@pytest.mark.parametrize(("n", "d"), [(5, 12), (40, 6), (12, 12)])
def test_projections_are_the_least_potential_of_all_that_fit_best(n, d):
    rng = np.random.default_rng(n)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    X[:, -1] = X[:, 0] + X[:, 1]  # so that several fit as well
    for potential in (
        ib.Euclidean(),
        ib.SquaredLp(1.5),
        ib.PowerPotential(3),
        ib.HyperbolicEntropy(0.1),
        ib.Cosh(),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = ProjectionRegressor(potential).fit(X, y)
        assert [each.category for each in caught] == [ConvergenceWarning] * (n >= d)
        assert model.gap_ <= 1e-8
        least = np.linalg.lstsq(X, y, rcond=None)[0]
        np.testing.assert_allclose(X @ model.coef_, X @ least, atol=1e-8)
        if potential == ib.Euclidean():
            np.testing.assert_allclose(model.coef_, np.linalg.pinv(X) @ y, atol=1e-9)
        # grad psi is orthogonal to what may be added without a change of X w.
        free = np.append(np.zeros(d - 1), -1.0) + np.eye(d)[0] + np.eye(d)[1]
        assert np.abs(X @ free).max() <= 1e-12
        slope = potential.link(model.coef_)
        assert abs(slope @ free) <= 1e-6 * np.abs(slope).max()


def test_entropies_have_positive_weights():
    rng = np.random.default_rng(0)
    X = rng.random((4, 9))
    model = ProjectionRegressor("Entropy()").fit(X, X @ rng.random(9))
    np.testing.assert_allclose(np.linalg.lstsq(X.T, np.log(model.coef_), rcond=None)[1], 0, atol=1e-12)
    with pytest.warns(ConvergenceWarning, match=r"^y: no w in the domain of Entropy\(\) fits the data"):
        model = ProjectionRegressor("Entropy()").fit(X, -X[:, 0])
    assert (model.coef_ >= 0).all()
    slope = X.T @ (X @ model.coef_ + X[:, 0])  # as w >= 0 has it that no residual is smaller
    assert slope.min() >= -1e-9
    assert np.abs(slope * model.coef_).max() <= 1e-9


def test_samples_of_zeros_leave_the_least_potential():
    with pytest.warns(ConvergenceWarning, match="^y: no w in the domain"):
        assert ProjectionRegressor().fit(np.zeros((2, 3)), [1.0, 2.0]).coef_.tolist() == [0, 0, 0]
    assert ProjectionRegressor(ib.Entropy()).fit(np.zeros((2, 3)), [0.0, 0.0]).coef_.tolist() == [1, 1, 1]


def test_intercepts_of_regressions_are_weights_of_a_constant():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((3, 5)), rng.standard_normal(3)
    model = ProjectionRegressor(fit_intercept=True).fit(csr_array(X), y)
    w = np.linalg.pinv(np.column_stack([X, np.ones(3)])) @ y
    np.testing.assert_allclose(np.append(model.coef_, model.intercept_), w, atol=1e-12)
    np.testing.assert_allclose(model.predict(X), y, atol=1e-12)


def test_within_other_tools():
    pandas = pytest.importorskip("pandas")
    X, y = load_iris(return_X_y=True, as_frame=True)
    X, y = X[y < 2], y[y < 2]
    search = GridSearchCV(
        make_pipeline(StandardScaler(), MaxMarginClassifier()),
        {"maxmarginclassifier__norm": ["Lp(1)", ib.Lp(2), "Lp(inf)"]},
        cv=3,
    ).fit(X, y)
    assert search.best_score_ == 1
    model = search.best_estimator_[-1]
    assert model.n_features_in_ == 4
    named = MaxMarginClassifier().fit(X, y)
    assert list(named.feature_names_in_) == list(X.columns)
    with pytest.raises(ValueError, match="feature names"):
        named.predict(pandas.DataFrame(X.to_numpy(), columns=list("abcd")))
    for fitted in (
        named,
        DescentClassifier(tolerance=0.5).fit(X, y),
        ProjectionRegressor().fit(X[:3], y[:3]),
    ):
        again = pickle.loads(pickle.dumps(fitted))
        np.testing.assert_array_equal(again.predict(X), fitted.predict(X))
        assert clone(fitted).get_params() == fitted.get_params()


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MaxMarginClassifier(2), r"^norm: expected a Norm, got 2; write Lp\(2\)"),
        (MaxMarginClassifier("l2"), r"^norm: 'l2' cannot be read \(l2 is unknown\); known are .*Lp"),
        (MaxMarginClassifier(ib.QuadraticNorm(np.eye(2))), r"^D: expected shape \(6, 6\)"),
        (MaxMarginClassifier(tolerance=2), "^tolerance: expected a float between 0 and 1, got 2"),
        (MaxMarginClassifier(fit_intercept=1), "^fit_intercept: expected True or False, got 1"),
        (DescentClassifier("sgd"), "^method: 'sgd' cannot be read"),
        (DescentClassifier(loss=ib.Squared()), r"^loss: expected a monotone one, got Squared\(\)"),
        (DescentClassifier(step_size=-1.0), "^step_size: expected a positive finite number"),
        (DescentClassifier(steps=0), "^steps: expected an int from 1"),
        (DescentClassifier(step_size=[0.1, 0.1]), "^step_size: expected one for each of .*write steps=2"),
        (DescentClassifier("FactorizedGradientDescent(2)"), "^method: expected one that moves weights"),
        (ProjectionRegressor("Lp(2)"), "^potential: expected one of "),
        (ProjectionRegressor(ib.SpectralEntropy()), "^potential: SpectralEntropy expects square matrices"),
    ],
    ids=repr,
)
def test_parameters_are_refused_when_it_fits(model, message):
    X, y = conftest.separable(10, 6)
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError), match=message):
        model.fit(X, y)


@pytest.mark.parametrize("model", COMMON[:2], ids=repr)
@pytest.mark.parametrize(
    ("labels", "kinds"),
    [
        (["a", 1, "a", 1], "numbers and str"),
        (np.array([True, "a", True, "a"], dtype=object), "numbers and str"),
        (np.array([None, 1.0, None, 1.0], dtype=object), "NoneType and numbers"),
    ],
    ids=str,
)
def test_labels_of_several_types_are_refused(model, labels, kinds):
    with pytest.raises(
        ib.InvalidTypeError, match=rf"^y: expected labels of one type, got {kinds}; write y = "
    ):
        model.fit(np.eye(4), labels)


def test_texts_in_an_array_of_objects_are_of_one_type():
    labels = np.array([*"abab"], dtype=object)
    assert MaxMarginClassifier().fit(np.eye(4), labels).predict(np.eye(4)).tolist() == labels.tolist()


def test_data_that_no_descent_separates():
    with pytest.warns(
        ConvergenceWarning, match=r"^steps: after \d+ the certified gap is .*, not 0.01: w does not separate"
    ):
        DescentClassifier().fit([[1.0], [2.0], [3.0]], [0, 1, 0])


def test_cosh_of_large_targets():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((5, 12))
    y = 1e5 * (X @ rng.random(12))
    model = ProjectionRegressor("Cosh()").fit(X, y)
    assert model.residual_ < 1e-13 * np.linalg.norm(y)
    assert model.gap_ < 1e-6
    assert np.sum(np.abs(model.coef_) > np.abs(model.coef_).max() - 20) >= 8  # as in linf


def test_losses_of_one_score_know_two_classes():
    with pytest.raises(
        ValueError, match=r"Only binary classification is supported.*write loss=CrossEntropy\(\)"
    ):
        DescentClassifier(loss="Logistic()").fit([[0.0], [1.0], [2.0]], [0, 1, 2])
