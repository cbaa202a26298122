"""Section 3.3: AdaGrad, whose limit direction remembers its first steps."""

import math

import numpy as np

import implicitbias as ib

from ...._types import Array
from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_3_problems import EXPONENTIAL, MARGIN_GAP, clear, section_3

ONE_SAMPLE = ib.Problem([[1.0, 0.5]], [1.0], EXPONENTIAL)


def adagrad(eta: float, steps: int, problem: ib.Problem = ONE_SAMPLE, G0: float = 10.0) -> ib.Run:
    """Return a run of AdaGrad."""
    return ib.Run(problem, ib.AdaGrad(G0), ib.Constant(eta)).advance(steps)


def settled(problem: ib.Problem, eta: float, G0: float, w0: Array | None = None) -> Array:
    """Return the unit direction to which AdaGrad turns, by t = 10^(10^4)."""
    run = ib.Run(problem, ib.AdaGrad(G0), ib.Constant(eta), w0=w0)
    run.fast_forward(until_log10=1e4, tolerance=1e-3)
    return np.asarray(run.w / np.linalg.norm(run.w))


@section_3(
    "eq13",
    "AdaGrad's steps and its accumulator",
    source="Equations 13 and 14",
    text="w(t+1) = w(t) - eta G(t)^(-1/2) grad L(w(t)), with G(t) the start G(0) and the squares of all "
    "gradients up to that at w(t), coordinate by coordinate.",
    reference="the same loop in NumPy",
    metric="distance of w(100), relative, or of log G(100)",
    tolerance=1e-9,
)
def adagrad_steps(trial: Trial) -> None:
    """Take a hundred steps twice, on both kinds of losses."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        X, y = rng.standard_normal((6, 4)), np.sign(rng.standard_normal(6))
        for loss in (EXPONENTIAL, ib.Squared()):
            eta, w, G = rng.uniform(0.01, 0.1), rng.standard_normal(4) / 2, 10 ** rng.uniform(-2, 1, 4)
            run = ib.Run(ib.Problem(X, y, loss), ib.AdaGrad(G), ib.Constant(eta), w0=w).advance(100)
            for _ in range(100):
                u = X @ w
                g = (2 * (u - y) if loss == ib.Squared() else -y * np.exp(-y * u)) @ X
                G = G + g**2
                w = w - eta * g / np.sqrt(G)
            trial.measure(f"{loss!r}, w", float(np.linalg.norm(run.w - w) / np.linalg.norm(w)))
            trial.measure(f"{loss!r}, log G", float(np.abs(np.log(run.G / G)).max()))


@section_3(
    "thm6",
    "AdaGrad's accumulator stays bounded",
    source="Theorem 6",
    text="If (eta / 2) B^2 L(w(0)) < 1, with B = max_n |G(0)^(-1/4) x_n|_2, then G(t) stays below an "
    "explicit bound for all t.",
    reference="the bound that the proof gives, (R / 2 + (R^2 / 4 + G0)^(1/2))^2",
    metric="log G(t) - log bound, where that is positive",
    tolerance=1e-9,
)
def theorem_6(trial: Trial) -> None:
    """Run far, on one sample and on random data."""
    last = trial.choose(10**4, 10**5, 10**5)
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        G0, problem = 10 ** rng.uniform(0, 3), clear(6, (4,), seed)
        w0 = rng.standard_normal(4) / 2
        for name, data, start in (("one sample", ONE_SAMPLE, w0[:2]), ("6 x 4", problem, w0)):
            unit = ib.bounded_accumulator(ib.Run(data, ib.AdaGrad(G0), ib.Constant(1.0), w0=start))
            eta = rng.uniform(0.05, 0.95) * math.exp(-unit._growth.log_step)  # type: ignore[union-attr]
            run = ib.Run(data, ib.AdaGrad(G0), ib.Constant(eta), w0=start).advance(last)
            theorem = ib.bounded_accumulator(run)
            for text, holds in theorem.hypotheses:
                trial.assume(text.partition(" (it is")[0].partition(" (Constant")[0], holds)
            trial.measure(name, max(float((np.log(run.G) - theorem.log_bound).max()), 0.0))


@section_3(
    "thm6-eta",
    "AdaGrad forgets its step size",
    source="against Section 3.3",
    text="AdaGrad's limit direction does not depend on eta. (It does: G converges, and what converges "
    "remembers.)",
    reference="two runs with different steps",
    metric="distance of the limit directions",
    tolerance=1e-3,
    expect="fails",
)
def theorem_6_eta(trial: Trial) -> None:
    """Compare two step sizes on one sample, and draw the fan of directions."""
    for seed in trial.seeds(1, 20, 100):
        rng = np.random.default_rng(seed)
        problem = ib.Problem([[1.0, rng.uniform(0.2, 0.8)]], [1.0], EXPONENTIAL)
        directions = [settled(problem, eta, 10.0) for eta in (0.1, 0.9)]
        trial.measure("one sample, eta = 0.1 and 0.9", float(np.linalg.norm(directions[0] - directions[1])))
    trial.figure(
        "AdaGrad's fan of limit directions",
        _draw_fan,
        caption="One sample, x = (1, 1/2), from w(0) = 0: every step size and every G(0) has a direction of "
        "its own, between the maximum margin in l2 and that in linf.",
        size=(10, 4.2),
    )


@section_3(
    "thm6-start",
    "AdaGrad forgets its start",
    source="against Section 3.3",
    text="AdaGrad's limit direction depends neither on w(0) nor on G(0). (It does on both.)",
    reference="two runs from different starts",
    metric="distance of the limit directions",
    tolerance=1e-3,
    expect="fails",
)
def theorem_6_start(trial: Trial) -> None:
    """Change one of the two, on one sample, from where a step is small."""
    for seed in trial.seeds(1, 20, 100):
        rng = np.random.default_rng(seed)
        problem = ib.Problem([[1.0, rng.uniform(0.2, 0.8)]], [1.0], EXPONENTIAL)
        usual = settled(problem, 0.5, 1.0)
        for label, other in (
            ("w(0) = 0 and (-1, 1)", settled(problem, 0.5, 1.0, np.array([-1.0, 1.0]))),
            ("G(0) = 1 and 30", settled(problem, 0.5, 30.0)),
        ):
            trial.measure(label, float(np.linalg.norm(usual - other)))


@section_3(
    "sec3.3-squared",
    "AdaGrad on squared loss",
    source="against Section 3.3",
    text="On squared loss AdaGrad's limit point does not depend on the step size. (It does: the paper "
    "expects no characterization that is independent of it.)",
    reference="two runs with different steps, both at a solution",
    metric="distance of the limit points, relative to the shortest solution",
    tolerance=1e-3,
    expect="fails",
)
def adagrad_squared(trial: Trial) -> None:
    """Fit underdetermined data twice."""
    for seed in trial.seeds(3, 20, 200):
        rng = np.random.default_rng(seed)
        X, y = rng.standard_normal((3, 6)), rng.standard_normal(3)
        problem = ib.Problem(X, y, ib.Squared())
        runs = [ib.Run(problem, ib.AdaGrad(0.1), ib.Constant(eta)).advance(20000) for eta in (0.2, 1.0)]
        fitted = max(float(np.abs(X @ run.w - y).max()) for run in runs) < 1e-6
        trial.assume("both runs fit the data", fitted)
        shortest = np.linalg.norm(np.linalg.pinv(X) @ y)
        trial.measure("eta = 0.2 and 1", float(np.linalg.norm(runs[0].w - runs[1].w) / shortest))


def _draw_fan(figure) -> None:  # type: ignore[no-untyped-def]
    from ....plot.style import COLORS, add_legend

    left, right = figure.subplots(1, 2, sharey=True)
    by_eta = {eta: adagrad(eta, 10**5) for eta in (0.05, 0.1, 0.2, 0.4, 0.9, 1.5)}
    by_start = {start: adagrad(0.5, 10**5, G0=start) for start in (0.1, 1, 3, 10, 30, 100)}
    for ax, name, runs in ((left, r"step size $\eta$", by_eta), (right, "$G(0)$", by_start)):
        degrees = [math.degrees(math.atan2(run.w[1], run.w[0])) for run in runs.values()]
        ax.plot(list(runs), degrees, "o-", color=COLORS[0], label="AdaGrad")
        for tangent, norm, style in ((0.5, "2", "--"), (1.0, r"\infty", ":")):
            label = rf"maximum margin in $\ell_{norm}$"
            ax.axhline(math.degrees(math.atan(tangent)), color="0.35", ls=style, label=label)
        ax.set(xscale="log", xlabel=name)
        add_legend(ax)
    left.set_ylabel("angle of $w$ to the first axis (deg)")


@section_3(
    "thm6-limit",
    "where AdaGrad turns",
    source="Qian & Qian 2019",
    text="Later than the paper: AdaGrad turns towards the maximum margin in |G^(1/4) w|_2, G = lim G(t), "
    "and not towards that in |w|_2.",
    reference="the quadratic program with the weights G^(1/2) (cvxpy)",
    metric="sine of the angle between w(t) and the prediction, at t = 10^(10^4)",
    tolerance=1e-2,
)
def adagrad_limit(trial: Trial) -> None:
    """Follow AdaGrad far, and note how far the Euclidean maximum margin is."""
    euclidean = []
    for seed in trial.seeds(1, 20, 100):
        problem = clear(6, (4,), seed)
        run = ib.Run(problem, ib.AdaGrad(0.3), ib.Constant(0.1))
        run.fast_forward(until_log10=1e4, tolerance=1e-3)
        prediction = ib.limit_direction(run)
        for text, holds in prediction.hypotheses:
            trial.assume(text.partition(" (it is")[0].partition(": from")[0], holds)
        trial.measure("6 x 4", _sine(run.w, prediction.solve().point))
        euclidean.append(_sine(run.w, predicted_limit(problem, ib.GradientDescent()).point))
    trial.note(f"The sine to the l2 maximum margin is {np.median(euclidean):.2g} in the median.")


@section_3(
    "thm6-late",
    "AdaGrad at t = 10^300",
    source="Qian & Qian 2019",
    text="By t = 10^300 the margin of AdaGrad itself is within 1 % of the maximum in |G^(1/4) w|_2.",
    reference="the quadratic program with the weights G^(1/2) (cvxpy)",
    metric=MARGIN_GAP,
    tolerance=1e-2,
)
def adagrad_late(trial: Trial) -> None:
    """Fast-forward to where G has settled by its certified bound, which it has not after 10^6 iterations."""
    for seed in trial.seeds(1, 20, 60):
        run = ib.Run(clear(12, (4,), seed), ib.AdaGrad(), ib.Constant(0.05))
        run.fast_forward(1e300, tolerance=1e-5)
        trial.compare("12 x 4", run, ib.limit_direction(run))


def _sine(a: Array, b: Array) -> float:
    cosine = float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    return math.sqrt(max(1 - cosine**2, 0.0)) if cosine > 0 else 1.0
