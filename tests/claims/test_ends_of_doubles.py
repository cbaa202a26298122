"""Verdicts, brackets and claims on data at the ends of the doubles."""

import math

import numpy as np
import pytest

import implicitbias as ib


@pytest.mark.parametrize("norm", [ib.Lp(1), ib.Lp(2), ib.Lp(math.inf)], ids=repr)
@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e150, 1e300])
def test_verdicts_at_the_ends_of_doubles(norm, scale):
    # gamma* = scale max_{|w| = 1} min of these margins, which is at w = (1, 1): of x_1 and x_2, 1.5 both.
    X = np.array([[1.0, 0.5], [0.5, 1.0], [2.0, -0.25]])
    problem = ib.Problem(X * scale, [1, 1, 1], ib.Exponential())
    best = 1.5 / norm.value([1.0, 1.0]) * scale
    method = ib.SteepestDescent(norm)
    claim = ib.predict(problem, method)
    assert claim.solve().value == pytest.approx(best, rel=1e-6)
    run = ib.Run(problem, method, ib.LossNormalized()).advance(300)
    assert run.bracket.lower <= best * (1 + 1e-14)
    assert run.bracket.upper >= best * (1 - 1e-14)
    assert ib.compare(run, claim).verdict == "holds"
    run = ib.Run(problem, method, 1.0)
    if scale == 1e300:
        with pytest.raises(ib.DomainError, match="not finite"):
            run.advance(100)
        return
    run.advance(100)
    assert run.bracket.lower <= best * (1 + 1e-14)
    assert run.bracket.upper >= best * (1 - 1e-14)
    report = ib.compare(run, claim)
    # w separates the data, but at 1e-300 its margins of 1e-600 are no doubles.
    assert ("smaller than any double" in str(report)) == (scale == 1e-300)
    assert report.verdict in ("holds", "not yet converged")
    assert "not separated" not in str(report)
