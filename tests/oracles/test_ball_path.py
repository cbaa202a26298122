"""Interior points on simple unit balls, against linear programs, cone programs and dense matrices."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog

import conftest
import implicitbias as ib
from implicitbias.oracles import max_margin as margin_oracle
from implicitbias.oracles.ball import Box
from implicitbias.oracles.ball_path import ball_path
from implicitbias.oracles.direction_map import GroupMap
from implicitbias.oracles.margin_proof import MarginProof
from implicitbias.oracles.margin_with_intercept import WithIntercept
from implicitbias.oracles.norms import oracle_of
from implicitbias.oracles.stretched import Stretched

TRIPLES = np.arange(12).reshape(4, 3).tolist()
WEIGHTS = np.geomspace(1, 5, 12)
NORMS = [
    ib.Lp(1),
    ib.Lp(math.inf),
    ib.GroupNorm(TRIPLES),
    ib.GroupNorm(TRIPLES, math.inf, 2),
    ib.WeightedNorm(WEIGHTS, ib.Lp(1)),
    ib.WeightedNorm(WEIGHTS, ib.GroupNorm(TRIPLES)),
]


@pytest.mark.parametrize("norm", NORMS, ids=repr)
@pytest.mark.parametrize("n", [8, 60])
def test_the_path_ends_at_the_maximum_margin(norm, n):
    X, y = conftest.separable(n, 12, 1)
    A = y[:, None] * X / 16
    proof = MarginProof(A, norm, (12,))
    for w, alpha in ball_path(A, [oracle_of(norm).ball((12,))]):
        proof.consider(w, alpha)
    assert proof.gap < 1e-6
    expected = margin_oracle.max_margin(ib.Problem(A, np.ones(n), ib.Exponential()), norm)
    assert proof.lower == pytest.approx(expected.value, rel=2e-6)


@pytest.mark.parametrize("p", [1, math.inf])
def test_a_free_intercept_beside_a_ball(p):
    X, y = conftest.separable(40, 6, 2)
    A = np.column_stack([y[:, None] * X / 16, y])
    norm = ib.Lp(p)
    proof = MarginProof(A, WithIntercept(norm, (6,), 2.0), (7,))
    for v, alpha in ball_path(A, [oracle_of(norm).ball((6,)), Box(np.full(1, 2.0))]):
        proof.consider(v, alpha)
    # max t over w = u - v with b free, as one writes the linear program down.
    rows = np.hstack([-A[:, :6], A[:, :6], -A[:, 6:], np.ones((40, 1))])
    if p == 1:
        rows, most = np.vstack([rows, [*np.ones(12), 0, 0]]), [*np.zeros(40), 1.0]
        bounds = [(0, None)] * 12
    else:
        most, bounds = np.zeros(40), [(0, 1)] * 12
    t = -linprog([*np.zeros(13), -1.0], rows, most, bounds=[*bounds, (None, None), (None, None)]).fun
    assert proof.lower == pytest.approx(t, rel=1e-6)
    assert proof.gap < 1e-6


@pytest.mark.parametrize(("p", "q"), [(1.5, 3), (3, 1.5), (2, 2), (1.3, 2), (2, 1.1)])
def test_slopes_of_group_norms(p, q):
    rng = np.random.default_rng(3)
    z, norm, map_ = rng.standard_normal(12), ib.GroupNorm(TRIPLES, p, q), GroupMap(TRIPLES, 12, p, q)
    w = map_(z)
    assert w @ z == pytest.approx(norm.value(w) * norm.dual(z))
    np.testing.assert_allclose(map_.inverse(w), z, rtol=1e-10)
    E, e = map_.linearize(w, z)
    np.testing.assert_allclose(e, 0, atol=1e-12)
    change = 1e-6 * rng.standard_normal(12)
    np.testing.assert_allclose(
        E.times(change), (map_(z + change) - map_(z - change)) / 2, rtol=1e-4, atol=1e-11
    )


def test_stretched_diagonals_are_matrices():
    rng = np.random.default_rng(4)
    along = rng.standard_normal(12)
    along /= np.repeat(np.linalg.norm(along.reshape(4, 3), axis=1), 3)
    E = Stretched(rng.uniform(1, 2, 12), along, rng.uniform(0.1, 9, 4), np.repeat(np.arange(4), 3))
    dense, inverse, x, A = (
        np.zeros((12, 12)),
        np.zeros((12, 12)),
        rng.standard_normal(12),
        rng.standard_normal((5, 12)),
    )
    E.add_to(dense)
    E.inverse().add_to(inverse)
    np.testing.assert_allclose(dense @ inverse, np.eye(12), atol=1e-12)
    np.testing.assert_allclose(E.times(x), dense @ x)
    np.testing.assert_allclose(E.root_times(E.transposed_root_times(x)), dense @ x)
    np.testing.assert_allclose(E.root_divide(E.root_times(x)), x)
    np.testing.assert_allclose(E.transposed_root_divide(E.transposed_root_times(x)), x)
    rows = E.rows_times_root(A)
    np.testing.assert_allclose(rows @ rows.T, A @ dense @ A.T)
    np.testing.assert_allclose(rows @ x, A @ E.root_times(x))
