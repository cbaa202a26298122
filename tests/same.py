"""Whether two runs are the same, bit by bit."""

import numpy as np


def assert_same(one, other):
    assert one.t == other.t
    np.testing.assert_array_equal(one.w, other.w)
    if one.problem.loss.monotone:
        assert one.bracket == other.bracket
    rows, others = one._loop.trajectory(), other._loop.trajectory()
    for name in rows:
        np.testing.assert_array_equal(rows[name], others[name])
