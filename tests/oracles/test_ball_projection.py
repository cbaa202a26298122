"""Projections on norm balls, against what makes a point the nearest one of a convex set."""

import numpy as np
import pytest

import examples
from implicitbias.oracles.norms import oracle_of

WITH_PROJECTION = [norm for norm in examples.NORMS if oracle_of(norm).ball_projection((2, 2)) is not None]


def test_the_norms_that_have_one():
    assert len(WITH_PROJECTION) >= 14


@pytest.mark.parametrize("norm", WITH_PROJECTION, ids=repr)
def test_no_direction_into_the_ball_leads_nearer(norm):
    oracle, rng = oracle_of(norm), np.random.default_rng(0)
    project, C = oracle.ball_projection((2, 2)), oracle.chart(4).toarray()
    for size in (0.1, 3.0, 1e6):
        v = size * rng.standard_normal(4)
        w = project(v)
        length = oracle.value((C @ w).reshape(2, 2))
        assert length <= 1 + 1e-9
        inside = rng.standard_normal((200, 4))
        inside /= [[max(oracle.value((C @ u).reshape(2, 2)), 1e-9)] for u in inside]
        # <v - w, u - w> <= 0 for every u in the ball; beyond it w is on the sphere.
        off = (v - w) / max(np.linalg.norm(v), 1.0)
        assert ((inside - w) @ off).max() <= 2e-6
        if size > 1:
            assert length >= 1 - 2e-6
