"""Do momentum and Adam keep the bias on homogeneous models? Yes, if steps fall fast enough for the depth.

Momentum steepest descent, such as Signum and Muon, follows steepest flow on smooth L-homogeneous models
where its steps, of length eta_t in its norm, are o(t^(1/L - 1)) and their sum is infinite: limits are KKT
points of the maximum margin in the parameters' norm (Theorem 3.3, Corollary 3.4 for Muon). So is Adam with
eps = 0, in l_inf (Theorem 3.6). The condition gets harder with depth: t^-1/2 is too slow from depth 2 on,
as log(1 / loss) grows like |theta|^L and one step must not change it much.

What is measured here are margins of w in the norm that the parameters' induces, which is convex: stronger
than KKT. Traps: the averages of Adam must be short beside the run, and beta2 = .999 takes far longer; eps >
0, however small, ends the l_inf phase; and the constant before t^-3/4 must be small, too, or the condition
is met only after very long times.
"""

import math
from collections.abc import Sequence

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .networks import begun
from .separable import CONTRAST, MARGIN_GAP, contrasting, gap
from .tsilivis2025 import CONE, LINEAR, SPECTRAL, matrices, matrix_gap

PAPER = Paper(
    key="gronich_vardi2026",
    authors="Gronich and Vardi",
    year=2026,
    title="The Implicit Bias of Adam and Muon on Smooth Homogeneous Neural Networks",
    venue="ICML",
    arxiv="2602.16340",
)
statement = stated_in(PAPER)
MEETS = "steps fall faster than t^(1/L - 1), and their sum is infinite"


def apart(trial: Trial, seed: int) -> tuple[Array, Sequence[Array]]:
    """Return rows on which the separators in l_1 and l_inf differ, and these."""
    rows, best = contrasting(10, 5, seed, (1.0, math.inf))
    trial.assume(CONTRAST, min(gap(rows, best[1], best[0], 1), gap(rows, best[0], best[1], math.inf)) > 0.1)
    return rows, best


def moved(rows: Array, depth: int, method: ib.Method, step: tuple[float, float], seed: int, t: int) -> ib.Run:
    """Return a run on u^depth - v^depth, with steps of eta t^-power."""
    return begun(rows, ib.Diagonal(depth), method, ib.Normalized(*step), seed).advance(t)


WITH_MOMENTUM = (  # what is tried: the method, depth, step and l_p margin
    ("Signum, depth 2", ib.Signum(), 2, (0.1, 0.6), math.inf),
    ("Signum, depth 3", ib.Signum(), 3, (0.15, 0.75), math.inf),
    ("momentum, depth 2", ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(0.9)), 2, (0.3, 0.55), 1.0),
)


@statement(
    "momentum",
    "with momentum, too, networks find the margin that the geometry induces",
    source="Theorem 3.3",
    text="On u^L - v^L Signum with steps of t^-.6 at depth 2 and t^-.75 at depth 3 converges to the l_inf "
    "maximum margin, and gradient descent with momentum and steps of t^-.55 at depth 2 to that of l_1.",
    reference=LINEAR,
    metric=MARGIN_GAP,
    tolerance=(0.08, 0.07, 0.06),
)
def momentum(trial: Trial) -> None:
    """Run at two depths; draw the gap at depth 3 with steps that meet the condition, and that do not."""
    steps = trial.choose(3 * 10**5, 5 * 10**5, 10**6)
    for seed in trial.seeds(2, 6, 30):
        rows, best = apart(trial, seed)
        for name, method, depth, step, p in WITH_MOMENTUM:
            trial.assume(MEETS, 1 - 1 / depth < step[1] <= 1)
            run = moved(rows, depth, method, step, seed, steps)
            trial.measure(name, max(0.0, gap(rows, run.w, best[p > 1], p)))
    curves = {}
    for power in (0.75, 0.5):
        t, gaps = gaps_of(moved(rows, 3, ib.Signum(), (0.15, power), seed, steps), rows, best[1], math.inf)
        curves[f"steps of $t^{{-{power:g}}}$"] = t[gaps < 1], gaps[gaps < 1]
    trial.figure(
        "Depth 3: steps that meet the condition, and that do not",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel=MARGIN_GAP + " in $l_\\infty$"),
        caption="Signum on u^3 - v^3. The condition is o(t^-2/3): steps of t^-1/2 first lead there, too.",
    )


@statement(
    "muon",
    "Muon finds the spectral margin of a product",
    source="Corollary 3.4",
    text="On w = U V' steps along the polar factors of averaged gradients, of length t^-.6 in each factor, "
    "converge to the maximum margin in the spectral norm.",
    reference=CONE,
    metric=MARGIN_GAP,
    tolerance=(0.08, 0.06, 0.05),
)
def muon(trial: Trial) -> None:
    """Average the gradients over ten steps."""
    method = ib.SteepestDescent(SPECTRAL.norm, momentum=ib.EMA(0.9))
    for seed in trial.seeds(2, 5, 20):
        X, best = matrices(seed)
        trial.assume(CONTRAST, matrix_gap(X, best[1.0], best[math.inf], math.inf) > 0.1)
        trial.assume(MEETS, 1 - 1 / 2 < 0.6 <= 1)
        run = begun(X, ib.Product(), method, ib.Normalized(0.1, 0.6), seed)
        run.advance(trial.choose(4 * 10**4, 10**5, 10**5))
        trial.measure("U V'", max(0.0, matrix_gap(X, run.w, best[math.inf], math.inf)))


@statement(
    "adam",
    "Adam without eps finds the l_inf margin of a network",
    source="Theorem 3.6",
    text="On u^2 - v^2 Adam with eps = 0, beta2 = .99 and steps of t^-.6 converges to the l_inf maximum "
    "margin.",
    reference=LINEAR,
    metric=MARGIN_GAP,
    tolerance=(0.05, 0.03, 0.02),
)
def adam(trial: Trial) -> None:
    """Take short steps: the average of squares must follow."""
    for seed in trial.seeds(2, 6, 40):
        rows, best = apart(trial, seed)
        trial.assume(MEETS, 1 - 1 / 2 < 0.6 <= 1)
        run = moved(
            rows,
            2,
            ib.Adam(0.9, 0.99, eps=0),
            (0.03, 0.6),
            seed,
            trial.choose(2 * 10**5, 5 * 10**5, 10**6),
        )
        trial.measure("eps = 0", max(0.0, gap(rows, run.w, best[1], math.inf)))


@statement(
    "too-large",
    "steps of t^-1/2 are small enough at depth 3",
    source="against Theorem 3.3",
    text="At depth 3 Signum with steps of t^-1/2 converges to the l_inf maximum margin as well. (They are "
    "not o(t^-2/3): one step multiplies the loss by ever more.)",
    reference=LINEAR,
    metric=MARGIN_GAP,
    tolerance=0.05,
    expect="fails",
)
def too_large(trial: Trial) -> None:
    """Do not meet the condition."""
    for seed in trial.seeds(2, 6, 40):
        rows, best = apart(trial, seed)
        run = moved(rows, 3, ib.Signum(), (0.15, 0.5), seed, trial.choose(3 * 10**5, 5 * 10**5, 10**6))
        trial.measure("depth 3", max(0.0, gap(rows, run.w, best[1], math.inf)))


@statement(
    "eps",
    "Adam with eps > 0 finds that margin, too",
    source="against Theorem 3.6",
    text="On u^2 - v^2 Adam with eps = .001 and the same steps converges to the l_inf maximum margin as "
    "well. (Once gradients are below eps it is gradient descent.)",
    reference=LINEAR,
    metric=MARGIN_GAP,
    tolerance=0.05,
    expect="fails",
)
def with_eps(trial: Trial) -> None:
    """Change eps alone."""
    for seed in trial.seeds(2, 6, 40):
        rows, best = apart(trial, seed)
        run = moved(rows, 2, ib.Adam(0.9, 0.99, eps=1e-3), (0.03, 0.6), seed, 2 * 10**5)
        trial.measure("eps = .001", max(0.0, gap(rows, run.w, best[1], math.inf)))
