"""Where the runs of a sweep stand against the claims about them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._html import grid
from ..runs.run import Run
from ..runs.sweep.sweep import Sweep
from .claim import Claim
from .prediction import predict


@dataclass(frozen=True)
class Verdicts:
    """What `compare` found of a sweep; every array has the sweep's shape.

    Attributes
    ----------
    verdicts : ndarray of str
        Those of `Report`; "failed" for runs that stopped with a message, and "no claim" where the theory has
        none about problem and method.
    reasons : ndarray of str
        Why.
    gaps : ndarray
        That of each report; NaN where there is none.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> methods = [ib.SteepestDescent(ib.Lp(1)), ib.GradientDescent(), ib.Adam()]
    >>> print(ib.compare(ib.Sweep(problem, methods, 0.1).advance(10_000)))
    3 runs: ...
    """

    verdicts: NDArray[Any]
    reasons: NDArray[Any]
    gaps: NDArray[np.float64]

    @property
    def counts(self) -> dict[str, int]:
        """How many runs there are of each verdict, the most frequent first."""
        return dict(Counter(self.verdicts.ravel().tolist()).most_common())

    def __str__(self) -> str:
        counted = ", ".join(f"{count:,} {verdict}" for verdict, count in self.counts.items())
        return f"{self.verdicts.size:,} runs: {counted}"

    def _repr_html_(self) -> str:
        rows = []
        for verdict, count in self.counts.items():
            its = self.verdicts == verdict
            gaps = self.gaps[its & ~np.isnan(self.gaps)]
            rows.append((verdict, count, float(gaps.max()) if gaps.size else "", self.reasons[its][0]))
        return grid(f"{self.verdicts.size:,} runs", ("verdict", "runs", "largest gap", "why the first"), rows)


def judge_all(sweep: Sweep, claim: Claim | None, judge: Callable[[Run, Claim], Any]) -> Verdicts:
    """Judge every run by a claim, or by what is predicted of its problem, method and start."""
    claims: dict[Any, Claim | None] = {}

    def about(run: Run) -> Claim | None:
        if claim is not None:
            return claim
        # The limit of a margin has nothing to do with the start.
        start = None if run.problem.loss.monotone else run.w0
        key = run.problem, run.method, None if start is None else start.tobytes()
        if key not in claims:
            claims[key] = predict(run.problem, run.method, start)
        return claims[key]

    def found(index: tuple[int, ...], message: str) -> tuple[str, str, float]:
        if message:
            return "failed", message, np.nan
        run = sweep.runs[index]
        its = about(run)
        if its is None:
            return "no claim", "", np.nan
        report = judge(run, its)
        return report.verdict, report.reason, report.gap

    all_found = [found(index, message) for index, message in np.ndenumerate(sweep.messages)]
    verdicts, reasons, gaps = (
        np.array(column, kind).reshape(sweep.shape)
        for column, kind in zip(zip(*all_found, strict=True), (object, object, float), strict=True)
    )
    return Verdicts(verdicts, reasons, gaps)
