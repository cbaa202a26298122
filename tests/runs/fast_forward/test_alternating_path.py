"""What goes to and fro in l_p with p > 2: its mean, its series along the curve, and leaps."""

import numpy as np
import pytest

import conftest
import implicitbias as ib
from implicitbias.runs.fast_forward import alternating_path, radau


def test_the_mean():
    """Alternation vanishes, and the middle of a polynomial of degree 5 stays."""
    weights = alternating_path._mean_weights()
    steps = np.arange(len(weights))
    assert len(weights) == alternating_path._AVERAGED + 1
    assert abs(weights @ (-1.0) ** steps) <= 1e-15
    x = (steps - alternating_path._AVERAGED / 2) / len(weights)
    for degree in range(6):
        assert weights @ (1 + x) ** degree == pytest.approx(1, abs=1e-13)


@pytest.mark.parametrize(("t", "length"), [(300.0, 1.0), (1e4, 0.1), (1e9, 2.0), (1e30, 2.0)])
def test_velocities_of_increments(t, length):
    """For q = log(t)^2, whose increments are log(1 + 1 / t) (2 log t + log(1 + 1 / t))."""
    s = np.log(t) + length * (radau.NODES + 1) / 2
    step = np.log1p(np.exp(-s))
    increments = np.exp(s) * step * (2 * s + step)
    errors = []
    for terms in (1, 2, 3):
        matrix = radau.velocities_of_increments(s, length, terms)
        found = increments if matrix is None else matrix @ increments
        errors.append(np.abs(found - 2 * s).max())
    assert errors[0] <= 3 * s[0] / t + 1e-12
    assert errors[1] <= 3 * s[0] / t**2 + 1e-12
    assert errors[2] <= 3 * s[0] / t**4 + 1e-12


@pytest.mark.parametrize(("p", "seed", "earliest"), [(4.0, 4, 1e5), (6.0, 0, 1e5), (6.0, 2, 1e5)])
def test_leaps_while_coordinates_go_to_and_fro(p, seed, earliest):
    X, y = conftest.separable(20, 40, seed)
    problem, method = ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(ib.Lp(p))
    make = lambda: ib.Run(problem, method, ib.Constant(1e-3))  # noqa: E731
    run = make().fast_forward(316_228)
    rows, others = run.trajectory, make().advance(316_228).trajectory
    assert rows.t[~rows.integrated][-1] <= earliest
    distances = np.linalg.norm(rows.w - others.w, axis=1)
    assert (distances <= rows.error + 1e-10).all()
    assert rows.error[-1] <= (1e-8 if p <= 4 else 1e-6)


def test_rows_among_the_iterates_that_are_averaged():
    """They are iterates; and the next iteration is not far enough for a leap."""
    X, y = conftest.separable(10, 5, 1)
    problem, method = ib.Problem(X, y, ib.Exponential()), ib.SteepestDescent(ib.Lp(3))
    make = lambda: ib.Run(problem, method, 0.01, record=ib.LogSpaced(2000))  # noqa: E731
    rows, others = make().fast_forward(20_000).trajectory, make().advance(20_000).trajectory
    first = int(np.argmax(rows.integrated))
    assert rows.t[first] - rows.t[first - 1] < 16
    np.testing.assert_allclose(rows.w[first : first + 3], others.w[first : first + 3], atol=1e-14, rtol=0)
    assert (np.linalg.norm(rows.w - others.w, axis=1) <= rows.error + 1e-12).all()
    run = make().advance(10_000)
    np.testing.assert_allclose(run.fast_forward(10_005).w, make().advance(10_005).w, rtol=1e-14)
