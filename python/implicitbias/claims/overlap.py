"""Data that no w separates: gradient descent follows a ray with an offset, or ends at the least loss."""

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._core import Constant, Exponential, Logistic, Method, Polynomial, Problem
from .._types import Array, Hypothesis
from ..arithmetic.lp_norm import longest, lp_norm
from ..arithmetic.powers_of_two import power_of_two
from ..errors import ImplicitBiasError
from ..flows.flow import Flow
from ..oracles.ray import Ray, ray
from ..oracles.separability import Separability
from ..problems.rows import signed_rows
from ..runs.run import Run
from .angle import angle
from .claim import Judgment, LimitClaim, Verdict
from .limit import Limit
from .max_margin import MaxMarginClaim, infinite_sum, whole_gradients
from .sources import JI_RAY, Source
from .wording import percent, text_of_exp


@dataclass(frozen=True)
class RayLimit(Limit):
    """A predicted ray.

    `point` is its direction, with |point| = 1, and `value` the margin of that over the samples that can be
    separated while the others have the margin 0; where there are none, `point` is the offset, and `value` the
    least loss.

    Attributes
    ----------
    offset : ndarray of w's shape
        What the part of w(t) in the span of the other samples tends to.
    separated : ndarray of bool, shape (N,)
        The samples that can be separated.
    """

    offset: Array | None = None
    separated: Array | None = None


class OverlapClaim(LimitClaim):
    """Ji and Telgarsky (2019): w(t) follows the ray from the least loss along the largest margin.

    Notes
    -----
    Some samples can be separated while the others, the rest, have the margin 0; as many as can be are. In the
    span of the rest L of it has one minimum, the offset, and across it the others have a maximum margin, the
    direction. The part of w(t) in the span tends to the offset, and the part across it to the direction. The
    gap is the larger one of two: by which part the margin across is below its maximum, which constant steps
    close like 1 / log t, and the distance from the offset, relative to its length or to 1 over the
    largest |x_n|_2.
    """

    default_tolerance = 1e-2

    def __init__(self, problem: Problem, method: Method, found: Separability) -> None:
        super().__init__(problem, method)
        self._found = found
        self.source = Source(JI_RAY)
        if found.kind == "overlap":
            self.statement = "w(t) -> argmin L, as the samples overlap altogether (later than the paper)"
        else:
            self.statement = (
                "w(t) follows a ray: in the span of the samples that cannot be separated it tends to the "
                "offset, argmin of their L, and across it to the direction of the others' maximum margin "
                "(later than the paper)"
            )

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Data that do not separate, and an exponential tail."""
        loss = self.problem.loss
        kind = f"the data are not linearly separable ({self._found.kind})"
        return [
            (kind, not self._found.separable),
            (f"{loss!r} has an exponential tail", loss.exponential_tail),
        ]

    def run_hypotheses(self, run: Run | Flow) -> list[Hypothesis]:
        """Return what it asks of the steps."""
        assert isinstance(run, Run)
        last, bound = run.last_violation, "eta_t <= 1 / (B^2 L(w_t)) in the end"
        small = last is None or last < run.t - 1
        if isinstance(self.problem.loss, Logistic):
            # L is smooth everywhere, with constant |X|^2 / 4, and at most B^2 L(w) at w.
            log_bound = math.log(4) - 2 * _log_spectral(signed_rows(self.problem))
            bound += f", or eta_t <= 4 / |X|^2 = {text_of_exp(log_bound, 4)}"
            rule = run.step_size
            small |= isinstance(rule, Constant | Polynomial) and math.log(rule.eta) <= log_bound + 1e-9
        return [(bound, small), infinite_sum(run), whole_gradients(run)]

    @cached_property
    def _ray(self) -> Ray:
        return ray(self.problem, self._found)

    @cached_property
    def _limit(self) -> Limit:
        found, shape = self._ray, self.problem.shape
        whole = bool(found.separated.any())
        point, value = (found.direction, found.margin) if whole else (found.offset, found.loss)
        unique = whole or found.span.shape[1] == found.offset.size
        return RayLimit(
            point.reshape(shape),
            value,
            found.gap,
            unique,
            offset=found.offset.reshape(shape),
            separated=found.separated,
        )

    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment:
        found, w = self._ray, run.w.ravel()
        A = signed_rows(self.problem)
        along = found.along(w)
        unit = max(lp_norm(found.offset, 2), 1 / longest(A))
        off = lp_norm(along - found.offset, 2) / unit
        reason = f"in the span of the rest w is {off:.2g} from where its loss is least"
        if not found.separated.any():
            return Judgment("holds" if off <= tolerance else "not yet converged", reason, off)
        across = w - along
        size = lp_norm(across, 2)
        margin = float((A[found.separated] @ across).min()) / size if size > 0 else 0.0
        below = 1 - margin / found.margin
        reason += f", and across it the margin is {percent(below)} below the maximum {found.margin:.6g}"
        gap = max(off, below)
        verdict: Verdict = "holds" if gap <= tolerance else "not yet converged"
        degrees = angle(across.reshape(limit.point.shape), limit.point)
        return Judgment(verdict, reason, gap, degrees)


def _log_spectral(A: Array) -> float:
    """Return log |A|, the spectral norm, whose square may be beyond doubles."""
    unit = power_of_two(float(np.abs(A).max()))
    return math.log(np.linalg.norm(A / unit, 2)) + math.log(unit)


def beyond_separable(claim: MaxMarginClaim) -> LimitClaim:
    """Return the claim about gradient descent on data that separate, or on others that about the ray.

    Where separability is not decided, or nothing is known of rays, it is the claim as it was.
    """
    if claim.problem.classes is not None or not isinstance(claim.problem.loss, Exponential | Logistic):
        return claim
    with suppress(ImplicitBiasError):
        if claim.separability.kind in ("overlap", "quasi-complete"):
            return OverlapClaim(claim.problem, claim.method, claim.separability)
    return claim
