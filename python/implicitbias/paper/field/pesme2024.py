"""Which margin does mirror descent maximize, if its potential is no power of a norm? Its horizon's.

On separable data mirror flow runs away, and only the shape of the potential at infinity counts. Scale the
sublevel sets of phi to one size: their limit is the unit ball of the horizon function phi_inf, and the
direction of the flow converges to the separator that is least in it. So |w|_p^p gives l_p (sun2022), the
hyperbolic entropy, which grows like |w| log |w|, gives l_1, and cosh, which grows alike in all directions
that share a largest entry, gives l_inf.

Proved for the flow, losses with exponential tails and potentials whose gradients are coercive; for domains
other than R^d and for polynomial tails it is open, as are rates. For cosh they are slow: its dual variables
have to grow exponentially for each step of w. The trap is to judge it at t = 10^5: what can be seen by then
is that the gap falls, and that other separators are left behind.
"""

import math

import numpy as np

import implicitbias as ib

from ..._types import Array
from ..citation import Paper
from ..registry import stated_in
from ..trial import Trial
from .curves import draw_curves, gaps_of
from .separable import MARGIN_GAP, contrasting, gap, problem_of

PAPER = Paper(
    key="pesme2024",
    authors="Pesme, Dragomir and Flammarion",
    year=2024,
    title="Implicit Bias of Mirror Flow on Separable Data",
    venue="NeurIPS",
    arxiv="2406.12763",
)
statement = stated_in(PAPER)
PROGRAM = "the separator of least horizon norm, by linear programs and nonnegative least squares"
CONTRAST = (
    "the l_1, l_2 and l_inf separators differ: each misses another's maximum margin by more than a tenth"
)


def apart(trial: Trial, seed: int) -> tuple[Array, list[Array]]:
    """Return rows on which the l_1, l_2 and l_inf separators differ, and these."""
    rows, best = contrasting(12, 5, seed, (1.0, 2.0, math.inf), 0.1)
    trial.assume(
        CONTRAST, gap(rows, best[1], best[0], 1) > 0.1 and gap(rows, best[1], best[2], math.inf) > 0.1
    )
    return rows, best


def descended(rows: Array, potential: ib.Potential, steps: int) -> ib.Run:
    """Return a run on the exponential loss with steps over the loss."""
    return ib.Run(
        problem_of(rows, ib.Exponential()), ib.MirrorDescent(potential), ib.LossNormalized()
    ).advance(steps)


@statement(
    "hyperbolic",
    "the hyperbolic entropy's horizon is l_1",
    source="Main theorem, its example",
    text="Mirror descent with the hyperbolic entropy converges to the l_1 maximum margin.",
    reference=PROGRAM,
    metric=MARGIN_GAP,
    tolerance=(0.06, 0.03, 0.02),
)
def hyperbolic(trial: Trial) -> None:
    """Run with the bounded step that the loss allows."""
    for seed in trial.seeds(2, 8, 30):
        rows, best = apart(trial, seed)
        run = descended(rows, ib.HyperbolicEntropy(0.1), trial.choose(10**5, 10**6, 10**6))
        trial.measure("beta = .1", max(0.0, gap(rows, run.w, best[0], 1)))


@statement(
    "cosh",
    "the horizon of cosh is l_inf",
    source="Main theorem, its example",
    text="Mirror descent with cosh approaches the l_inf maximum margin: by t, the gap is a fraction of "
    "what it is at the l_2 separator, and falling.",
    reference=PROGRAM,
    metric="l_inf gap over that of the l_2 separator; the same over that at the root of t",
    tolerance=(0.95, 0.9, 0.9),
)
def cosh(trial: Trial) -> None:
    """Measure twice on the way."""
    for seed in trial.seeds(2, 8, 30):
        rows, best = apart(trial, seed)
        run = descended(rows, ib.Cosh(), 10**3)
        early = gap(rows, run.w, best[2], math.inf)
        late = gap(rows, run.advance(trial.choose(10**6, 3 * 10**6, 10**7)).w, best[2], math.inf)
        trial.measure("over the l_2 separator's", late / gap(rows, best[1], best[2], math.inf))
        trial.measure("over the one at 10^3", late / early, tolerance=0.6)


@statement(
    "euclidean",
    "all potentials share gradient descent's limit",
    source="against the main theorem",
    text="The direction of mirror descent converges to the l_2 maximum margin, whatever the potential.",
    reference=PROGRAM,
    metric=MARGIN_GAP,
    tolerance=0.05,
    expect="fails",
)
def euclidean(trial: Trial) -> None:
    """Measure l_2 gaps of both; draw all gaps."""
    for seed in trial.seeds(2, 8, 30):
        rows, best = apart(trial, seed)
        runs = {
            "entropy": descended(rows, ib.HyperbolicEntropy(0.1), 10**5),
            "cosh": descended(rows, ib.Cosh(), trial.choose(10**6, 10**6, 10**7)),
        }
        for name, run in runs.items():
            trial.measure(name, max(0.0, gap(rows, run.w, best[1])))
    curves = {
        "hyperbolic entropy, $l_1$ gap": gaps_of(runs["entropy"], rows, best[0], 1),
        "hyperbolic entropy, $l_2$ gap": gaps_of(runs["entropy"], rows, best[1], 2),
        "cosh, $l_\\infty$ gap": gaps_of(runs["cosh"], rows, best[2], math.inf),
        "cosh, $l_2$ gap": gaps_of(runs["cosh"], rows, best[1], 2),
    }
    trial.figure(
        "Mirror descent and the horizons of its potentials",
        lambda figure: draw_curves(figure.add_subplot(), curves, ylabel="margin gap"),
        caption="Each potential closes the gap in its horizon's norm and leaves that in l_2 open; cosh at "
        "the pace of log t.",
    )


@statement(
    "horizon",
    "sublevel sets, scaled to one size, tend to the horizon's ball",
    source="Definition of the horizon function",
    text="phi^-1(phi(R u)) scales like R phi_inf(u): the level of phi at R u is that at R |u|_1 e_1 for "
    "the hyperbolic entropy, and at R |u|_inf e_1 for cosh, up to a factor of R that tends to 1.",
    reference="the l_1 and l_inf norms",
    metric="relative deviation of the scale at R = 10^30 (entropy) and R = 600 (cosh)",
    tolerance=0.05,
)
def horizon(trial: Trial) -> None:
    """Solve for the scale by bisection on the library's potentials."""
    rng = np.random.default_rng(list(trial.seeds(1, 1, 1)))
    for name, potential, norm, radius in (
        ("hyperbolic entropy", ib.HyperbolicEntropy(0.1), 1.0, 1e30),
        ("cosh", ib.Cosh(), math.inf, 600.0),
    ):
        for _ in range(trial.choose(5, 20, 100)):
            u = rng.standard_normal(5)
            u /= np.linalg.norm(u, norm)
            level, low, high = potential.value(radius * u), radius / 10, radius * 1.1
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (
                    (middle, high) if potential.value(middle * np.eye(5)[0]) < level else (low, middle)
                )
            trial.measure(name, abs(high / radius - 1))
