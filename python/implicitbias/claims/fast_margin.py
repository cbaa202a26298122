"""Dual acceleration: the l_2 margin tends to the maximum like 1 / t^2."""

import math

import numpy as np

from .._core import DualAcceleration, Lp, Problem
from .._types import Hypothesis
from ..flows.flow import Flow
from ..runs.run import Run
from .claim import Judgment
from .later_margin import LaterMarginClaim
from .limit import Limit
from .sources import JI_DUAL, Source
from .wording import text_of_exp

# Gaps below this are rounding, and no rate can be read from them.
_ROUNDING = 1e-12


class FastMarginClaim(LaterMarginClaim):
    """Ji, Srebro and Telgarsky (2021): the margin gap is O(log t / t^2), and with it goes the direction.

    Notes
    -----
    The theorem is about the exponential loss and eta = 1 / B^2 with B = max_n |x_n|_2, which is
    ``LossNormalized()``; steps that are shorter by a factor have the same rate. What the claim judges is the
    gap; `exponent` measures the rate.
    """

    def __init__(self, problem: Problem, method: DualAcceleration) -> None:
        super().__init__(problem, method, Lp(2), Source(JI_DUAL), qualified=", at the rate 1 / t^2")

    def step_hypotheses(self, run: Run) -> list[Hypothesis]:
        """Return what it asks of the steps: that none exceeds 1 / B^2, as the method remembers them all."""
        bound, last = "eta_t <= 1 / B^2 for the largest |x_n|_2, B, at every step", run.last_violation
        if last is not None:
            log_ratio, t = run.largest_step
            bound += f" (at t = {t} it was {text_of_exp(log_ratio)} times that)"
        return [(bound, last is None), *super().step_hypotheses(run)]

    def exponent(self, run: Run) -> float:
        """Return b of the t^-b like which a run's gap has fallen over the last decade and a half.

        Parameters
        ----------
        run : Run

        Returns
        -------
        float
            NaN where too few rows are recorded, or gaps are rounding.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 0.2], [0.1, 1.0]], [1, 1], ib.Exponential())
        >>> run = ib.Run(problem, ib.DualAcceleration()).advance(10_000)
        >>> 1.8 < ib.predict(problem, run.method).exponent(run) < 2.2
        True
        """
        rows = run.trajectory
        gaps = 1 - rows.margin / self.solve().value
        late = (rows.t > run.t / 30) & (gaps > _ROUNDING)
        if late.sum() < 5:
            return math.nan
        return -float(np.polyfit(np.log(rows.t[late].astype(float)), np.log(gaps[late]), 1)[0])

    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment:
        assert isinstance(run, Run)
        found = super()._hold_against(limit, run, tolerance)
        rate = self.exponent(run)
        if not math.isfinite(rate):
            return found
        reason = f"{found.reason}; it has been falling like t^-{rate:.3g}"
        return Judgment(found.verdict, reason, found.gap, found.angle)
