"""Theorems 1 to 1b: limit points are Bregman projections."""

from functools import cached_property

import numpy as np

from .._core import Affine, Constraint, Method, Potential, Problem, Simplex
from .._types import Array, Hypothesis
from ..arithmetic.lp_norm import lp_norm
from ..errors import InvalidValueError
from ..flows.flow import Flow
from ..oracles.affine_set import AffineSet
from ..oracles.bregman import BregmanOracle, meets, project
from ..oracles.bregman_oracles import bregman_oracle
from ..problems.rows import moderate, samples_of, signed_rows, targets_of
from ..runs.behavior import behavior, sizes_of_terms
from ..runs.run import Run
from .claim import Judgment, LimitClaim
from .limit import Limit
from .sources import GUNASEKAR, Source


class ProjectionClaim(LimitClaim):
    """Theorems 1 to 1b: the limit is the Bregman projection of w0 on the solutions.

    Attributes
    ----------
    potential : Potential
    constraint : Constraint or None
    w0 : ndarray
    flow : bool
        Whether it is about the limit of infinitesimal steps, eq. (10).
    beyond : bool
        Whether it is true for the theorem's reason where the paper does not state it.
    """

    on_batches = True

    def __init__(
        self,
        problem: Problem,
        method: Method,
        potential: Potential,
        constraint: Constraint | None,
        w0: Array,
        theorem: str,
        flow: bool,
        beyond: bool,
    ) -> None:
        super().__init__(problem, method, theorem)
        self.source = Source(GUNASEKAR, theorem, beyond=beyond)
        self.potential, self.constraint, self.w0 = potential, constraint, w0
        self.flow, self.beyond = flow, beyond
        within = "" if constraint is None else f", w in {constraint!r}"
        limit = "w(t) -> argmin" if not flow else "as eta -> 0, w(t) -> argmin"
        self.statement = f"{limit} {{D(w, w0) : Xw = y{within}}} in {potential!r}"

    @cached_property
    def _oracle(self) -> BregmanOracle:
        return bregman_oracle(self.potential, self.w0.size)

    @cached_property
    def solutions(self) -> AffineSet:
        """The w that fit the data, within the constraint."""
        moderate(samples_of(self.problem))
        rows, targets = signed_rows(self.problem), moderate(targets_of(self.problem), "y")
        if isinstance(self.constraint, Affine):
            rows, targets = np.vstack([rows, self.constraint.G]), np.append(targets, self.constraint.h)
        elif isinstance(self.constraint, Simplex):
            rows, targets = np.vstack([rows, np.ones(rows.shape[1])]), np.append(targets, 1.0)
        return AffineSet.of(self._oracle.rows(rows), targets)

    @cached_property
    def _realizable(self) -> bool:
        return meets(self._oracle, self.solutions)

    @property
    def hypotheses(self) -> list[Hypothesis]:
        """Realizable data."""
        where = "inside the domain of the potential"
        if self.constraint is not None:
            where += " and in the constraint set"
        return [(f"some w {where} fits the data exactly", self._realizable)]

    @cached_property
    def _limit(self) -> Limit:
        for text, holds in self.hypotheses:
            if not holds:
                raise InvalidValueError(f"problem: expected that {text}")
        projection = project(self._oracle, self.w0.ravel(), self.solutions)
        return Limit(projection.point.reshape(self.w0.shape), projection.value, projection.gap, True)

    def applies_to(self, run: Run | Flow) -> None:
        """Raise where the claim is about a run and not a flow, or about another start."""
        super().applies_to(run)
        if self.flow != isinstance(run, Flow):
            raise InvalidValueError(
                "claim: expected one from predict(..., flow=True) for a flow, and without flow=True for a run"
            )
        if not np.array_equal(self.w0, run.w0):
            raise InvalidValueError(
                "claim: expected a claim about the run's start; predict(problem, method, w0) takes it"
            )

    def _is_at(self, limit: Limit, run: Run | Flow) -> bool:
        return lp_norm(run.w - limit.point, 2) <= self._rounding(run, limit)

    def _rounding(self, run: Run | Flow, limit: Limit) -> float:
        """Return what rounding leaves open: all of the way, where a run starts on a solution; never 0."""
        smallest = float(np.finfo(float).tiny)
        sizes = 1e-12 * max(lp_norm(limit.point, 2), lp_norm(run.w0, 2))
        return smallest + max(sizes, self._rounding_of_data)

    @cached_property
    def _rounding_of_data(self) -> float:
        """How far the solution moves where the data change by rounding."""
        return 8 * float(np.finfo(float).eps) * lp_norm(self.solutions.errors(self.solve().point.ravel()), 2)

    def _hold_against(self, limit: Limit, run: Run | Flow, tolerance: float) -> Judgment:
        distance, way = lp_norm(run.w - limit.point, 2), lp_norm(limit.point - run.w0, 2)
        # Where the way is short, or none as the run starts on the limit, rounding must not decide.
        rounding = self._rounding(run, limit)
        off = distance if rounding < 1e-6 * way else max(distance - rounding, 0.0)
        gap = off / max(way, rounding) if off > 0 else 0.0
        if gap <= tolerance:
            if way <= rounding:
                return Judgment("holds", "w is the predicted point up to rounding, as w0 was", gap)
            return Judgment("holds", f"w is within {gap:.2g} of the way from w0 to the predicted point", gap)
        # Theorems 1 to 1b speak of iterates that converge to a global minimizer.
        residual, sigma = self.solutions.misfit_at(run.w), self.solutions.smallest
        if isinstance(run, Flow):
            X, y = signed_rows(run.problem), targets_of(run.problem)
            size = float(sizes_of_terms(X, y, run.w.reshape(1, -1))[0])
            at_rest, fitted, what = run.converged, run.converged and run.residual <= 1e-6 * size, run.message
        else:
            now = behavior(run)
            at_rest, fitted, what = (
                now.kind not in ("converged", "converging"),
                now.kind == "converged",
                now.text,
            )
        # w is at most residual / sigma from the set of solutions.
        if fitted and residual / sigma <= 1e-2 * distance:
            return Judgment("violated", f"the data are fitted, {gap:.2g} of the way off", gap)
        converges = fitted or not at_rest
        assumed = "w(t) converges to a solution" + ("" if converges else f" ({what})")
        reason = f"w is still {gap:.2g} of the way from the predicted point, with residual {residual:.2g}"
        return Judgment("not yet converged", reason, gap, hypotheses=((assumed, converges),))
