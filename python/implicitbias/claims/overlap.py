"""Data that no w separates: gradient descent follows a ray with an offset, or ends at the least loss."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .._core import Constant, Exponential, Logistic, Method, Polynomial, Problem
from .._types import Array, Hypothesis
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
from .wording import percent


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
            smooth = 4 / float(np.linalg.norm(signed_rows(self.problem), 2)) ** 2
            bound += f", or eta_t <= 4 / |X|^2 = {smooth:.4g}"
            rule = run.step_size
            small |= isinstance(rule, Constant | Polynomial) and rule.eta <= smooth * (1 + 1e-9)
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
        largest = float(np.abs(A).max())
        reach = largest * float(np.linalg.norm(A / largest, axis=1).max())  # squares of A may underflow
        unit = max(float(np.linalg.norm(found.offset)), 1 / reach)
        off = float(np.linalg.norm(along - found.offset)) / unit
        reason = f"in the span of the rest w is {off:.2g} from where its loss is least"
        if not found.separated.any():
            return Judgment("holds" if off <= tolerance else "not yet converged", reason, off)
        across = w - along
        size = float(np.linalg.norm(across))
        margin = float((A[found.separated] @ across).min()) / size if size > 0 else 0.0
        below = 1 - margin / found.margin
        reason += f", and across it the margin is {percent(below)} below the maximum {found.margin:.6g}"
        gap = max(off, below)
        verdict: Verdict = "holds" if gap <= tolerance else "not yet converged"
        degrees = angle(across.reshape(limit.point.shape), limit.point)
        return Judgment(verdict, reason, gap, degrees)


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
