"""Norms of one's own: what they are asked, and what is said of answers that cannot be."""

import numpy as np
import pytest

import conftest
import implicitbias as ib


def test_weighted_user_norms():
    g = np.array([1.0, -2.0, 3.0])
    own, same = (ib.WeightedNorm([1, 2, 4], norm) for norm in (conftest.Taxicab(), ib.Lp(1)))
    assert (own.value(g), own.dual(g)) == (same.value(g), same.dual(g)) == (17, 1)
    np.testing.assert_array_equal(own.steepest(g), same.steepest(g))


class Broken(conftest.Taxicab):
    def __init__(self, method, answer):
        super().__init__()
        self.method, self.answer = method, answer

    def __getattribute__(self, name):
        if name in ("value", "dual", "steepest") and name == object.__getattribute__(self, "method"):
            return lambda *_: object.__getattribute__(self, "answer")()
        return super().__getattribute__(name)


@pytest.mark.parametrize(
    ("method", "answer", "error", "complaint"),
    [
        (
            "steepest",
            lambda: np.zeros(3),
            ValueError,
            r"Broken.steepest\(\) returned: expected .*\(5,\).*\(3,\)",
        ),
        ("steepest", lambda: np.full(5, np.nan), ValueError, "finite"),
        ("steepest", lambda: None, TypeError, "None"),
        ("steepest", lambda: "text", TypeError, "got 'text'"),
        (
            "value",
            lambda: -1.0,
            ValueError,
            r"Broken.value\(\) returned: expected a finite number >= 0, got -1",
        ),
        ("value", lambda: None, TypeError, "None"),
        ("dual", lambda: np.inf, ValueError, "finite"),
        ("dual", lambda: 1 / 0, ZeroDivisionError, "division"),
    ],
)
def test_broken_user_norms(problem, method, answer, error, complaint):
    broken = Broken("nothing yet", answer)
    run = ib.Run(problem, ib.SteepestDescent(broken)).advance(3)
    w = run.w
    broken.method = method
    with pytest.raises(error, match=complaint):
        run.advance(10)
    if method == "steepest":
        np.testing.assert_array_equal(run.w, w)
    # Nothing is lost: once mended, the run goes on to where it would have been, with every row.
    broken.method = "nothing"
    run.advance(13 - run.t)
    sound = ib.Run(problem, ib.SteepestDescent(conftest.Taxicab())).advance(13)
    np.testing.assert_array_equal(run.w, sound.w)
    np.testing.assert_array_equal(run.trajectory.t, sound.trajectory.t)


def test_incomplete_user_norm(problem):
    class Half(ib.Norm):
        def value(self, w):
            return 1.0

    with pytest.raises(TypeError, match="Half: expected a method dual"):
        ib.Run(problem, ib.SteepestDescent(Half()))
    with pytest.raises(TypeError, match="Half: expected a method dual"):
        Half().dual([1.0])


def test_user_norm_outlives_its_name(problem):
    run = ib.Run(problem, ib.SteepestDescent(conftest.Taxicab())).advance(100)
    plain = ib.Run(problem, ib.SteepestDescent(ib.Lp(1)), form="plain").advance(100)
    np.testing.assert_array_equal(run.w, plain.w)


def test_user_norm_sees_matrices():
    shapes = set()

    class Seen(conftest.Taxicab):
        def steepest(self, g):
            shapes.add(g.shape)
            return super().steepest(g)

    X, y = conftest.separable(10, 6)
    ib.Run(ib.Problem(X.reshape(10, 2, 3), y, ib.Exponential()), ib.SteepestDescent(Seen())).advance(5)
    assert shapes == {(2, 3)}
