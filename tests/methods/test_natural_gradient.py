"""Natural gradient descent: plain loops, Example 3, metrics of one's own."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
import implicitbias as ib
from plain import amplification, plain_solve
from realizable import closed_form, converge, example_2, projection, realizable, safe_step, shaped

NATURAL = ib.NaturalGradient(ib.Entropy())


@pytest.mark.parametrize("potential", examples.POTENTIALS, ids=repr)
def test_iterates_against_a_plain_loop(potential):
    X, y, w0 = realizable(potential, 3, seed=4)
    eta = safe_step(potential) / 20
    problem, start = shaped(potential, X, y, w0, ib.Squared())
    method = ib.NaturalGradient(potential)
    run = ib.Run(problem, method, ib.Constant(eta), w0=start, record=ib.every(1)).advance(200)
    w, tolerance = w0, 1e-12 * amplification(potential)
    for row in run.trajectory.w:
        np.testing.assert_allclose(row.ravel(), w, rtol=tolerance, atol=tolerance)
        w = w - eta * plain_solve(potential, w, 2 * X.T @ (X @ w - y))


def test_example_3():
    run = example_2(0.1, NATURAL).advance(1)
    np.testing.assert_allclose(run.w, [0.6, 0.2], rtol=1e-15)
    np.testing.assert_allclose(run.advance(1000).w, [0.6, 0.2], rtol=1e-14)
    assert run.trajectory.off_manifold[-1] > 0.1


@pytest.mark.parametrize("eta", [0.125, 0.13, 0.2, 10.0])
def test_leaving_the_domain(eta):
    run = example_2(eta, NATURAL)
    complaint = rf"^step t = 0, of size {eta:g}: the step leaves the domain: w\[\d\] = \S+ is not positive"
    with pytest.raises(ib.DomainError, match=complaint):
        run.advance(10)
    assert run.t == 0
    np.testing.assert_array_equal(run.w, [1, 1])


@given(eta=st.floats(1e-6, 0.12))
def test_proposition_3a(eta):
    # One finite step, then the flow; all mirror descent from there has the flow's limit.
    start = example_2(eta, NATURAL).advance(1).w
    np.testing.assert_allclose(start, [1 - 4 * eta, 1 - 8 * eta], rtol=1e-14)
    run = converge(example_2(0.15, w0=start, record=ib.every(500)))
    np.testing.assert_allclose(run.w, closed_form(1 - 4 * eta, 1 - 8 * eta), rtol=1e-12)


def test_small_steps_give_the_mirror_limit():
    # Richardson extrapolation of eta, eta / 2, eta / 4, ...: each finite eta misses it.
    limits = [converge(example_2(0.01 / 2**k, NATURAL, record=ib.every(500))).w for k in range(6)]
    assert abs(limits[-1][0] - 0.5) > 1e-5
    for order in range(1, 6):
        limits = [(2**order * fine - coarse) / (2**order - 1) for coarse, fine in pairwise(limits)]
    np.testing.assert_allclose(limits[0], [0.5, 0.25], atol=1e-9)


@pytest.mark.parametrize("potential", [p for p in examples.POTENTIALS if p.quadratic], ids=repr)
def test_quadratic_potentials_reach_the_projection(potential):
    X, y, w0 = realizable(potential)
    problem, method = ib.Problem(X, y, ib.Huber(0.7)), ib.NaturalGradient(potential)
    run = converge(ib.Run(problem, method, ib.Constant(0.2), w0=w0, record=ib.every(500)))
    assert run.trajectory.off_manifold[-1] <= 1e-12
    np.testing.assert_allclose(run.w, projection(potential, X, y, w0), rtol=1e-10, atol=1e-10)


# Metrics of one's own.


class Own(ib.Metric):
    """The Hessian of the entropy, or whatever `answer` makes of it."""

    def __init__(self, answer=lambda H: H):
        super().__init__()
        self.answer, self.shapes = answer, set()

    def matrix(self, w):
        self.shapes.add(w.shape)
        return self.answer(np.diag(1 / w.ravel()))


def test_own_metric_against_the_potential():
    own = example_2(0.05, ib.NaturalGradient(Own()), w0=[1.0, 1.0], record=ib.every(1)).advance(200)
    entropy = example_2(0.05, NATURAL, record=ib.every(1)).advance(200)
    np.testing.assert_allclose(own.trajectory.w, entropy.trajectory.w, rtol=1e-13)
    # A metric need not be a Hessian, hence no dual variables.
    assert np.isnan(own.trajectory.off_manifold).all()
    np.testing.assert_allclose(Own().solve([1.0, 2.0], [3.0, 4.0]), [3, 8], rtol=1e-15)


def test_own_metric_sees_matrices():
    own = Own()
    problem = ib.Problem(np.ones((1, 2, 3)), [1.0], ib.Squared())
    run = ib.Run(problem, ib.NaturalGradient(own), ib.Constant(0.01), w0=np.ones((2, 3))).advance(3)
    assert own.shapes == {(2, 3)}
    assert run.w.shape == (2, 3)


def test_own_metric_outlives_its_name():
    run = example_2(0.05, ib.NaturalGradient(Own()), w0=[1.0, 1.0])
    np.testing.assert_allclose(run.advance(100).w, example_2(0.05, NATURAL).advance(100).w, rtol=1e-13)


@pytest.mark.parametrize(
    ("answer", "error", "complaint"),
    [
        (lambda H: H[:1], ValueError, r"Own.matrix\(\) returned: expected shape \(2, 2\), got \(1, 2\)"),
        (lambda H: H[0], ValueError, r"Own.matrix\(\) returned: expected an array of 2 dimensions"),
        (lambda H: H * np.nan, ib.DomainError, r"Own.matrix\(\) returned: .*NaN"),
        (lambda H: np.full_like(H, np.inf), ib.DomainError, r"Own.matrix\(\) returned: .*infinity"),
        (lambda H: -H, ib.DomainError, r"Own.matrix\(\) returned: .*positive definite"),
        (lambda H: H * 0, ib.DomainError, r"positive definite"),
        (lambda H: np.triu(H + 0.1), ib.DomainError, r"symmetric"),
        (lambda H: None, TypeError, r"Own.matrix\(\) returned: .*None"),
        (lambda H: 1 / 0, ZeroDivisionError, "division"),
    ],
)
def test_broken_metrics(answer, error, complaint):
    own = Own()
    run = example_2(0.05, ib.NaturalGradient(own), w0=[1.0, 1.0]).advance(3)
    w = run.w
    own.answer = answer
    with pytest.raises(error, match=complaint) as caught:
        run.advance(10)
    if error is ib.DomainError:
        assert str(caught.value).startswith("step t = 3, of size 0.05: ")
    assert run.t == 3
    np.testing.assert_array_equal(run.w, w)
    own.answer = lambda H: H  # once mended, the run goes on to where it would have been
    np.testing.assert_allclose(run.advance(7).w, example_2(0.05, NATURAL).advance(10).w, rtol=1e-14)


def test_incomplete_metric():
    class Empty(ib.Metric):
        pass

    with pytest.raises(TypeError, match="Empty: expected a method matrix, found none"):
        example_2(0.1, ib.NaturalGradient(Empty()))
    with pytest.raises(TypeError, match="^potential: expected a Metric"):
        ib.NaturalGradient(ib.Lp(2))


def test_the_hessian_of_squared_lp_at_zero():
    with pytest.raises(ib.DomainError, match="^w0: the Hessian is not defined at w = 0"):
        example_2(0.1, ib.NaturalGradient(ib.SquaredLp(1.5)))
