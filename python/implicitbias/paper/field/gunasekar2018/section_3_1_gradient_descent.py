"""Section 3.1: gradient descent on separable data."""

import math

import numpy as np

import implicitbias as ib

from ...trial import Trial
from .predicted_limit import predicted_limit
from .section_3_problems import CONVEX, EXPONENTIAL, MARGIN_GAP, clear, longest_step, section_3

ALMOST_ALL = (
    'the data are none that "almost all" leaves out: the dual variables of the separator are positive'
)


@section_3(
    "sec3.1",
    "gradient descent: the support vector machine",
    source="Section 3.1",
    text="From any w(0) gradient descent converges in direction to the l2 maximum margin: with steps up to "
    "1 / (B^2 L(w(0))) on the exponential loss, with any constant step on the logistic one; w(t) grows like "
    "w_svm log t (Soudry et al. 2018), w_svm having margin 1.",
    reference=CONVEX,
    metric="|w(t) / log t - w_svm| / |w_svm| at t = 10^(10^6)",
    tolerance=1e-4,
)
def gradient_descent(trial: Trial) -> None:
    """Draw start and step, iterate, and follow the differential equation from there on."""
    for seed in trial.seeds(2, 20, 200):
        rng = np.random.default_rng(seed)
        loss = (EXPONENTIAL, ib.Logistic())[seed % 2]
        problem = clear(20, (5,), seed, loss, 0.3)
        w0 = 3 * rng.standard_normal(5)
        small = rng.uniform(0.1, 1) * longest_step(problem, ib.Lp(2), w0)
        eta = small if loss == EXPONENTIAL else 10 ** rng.uniform(-2, 1)
        run = ib.Run(problem, ib.GradientDescent(), ib.Constant(eta), w0=w0)
        run.fast_forward(until_log10=1e6, tolerance=1e-3)
        limit = predicted_limit(problem, run.method)
        svm = limit.point / limit.value
        trial.assume(ALMOST_ALL, ib.asymptote(run).hypotheses[2][1])
        grown = run.w / (run.log10_t * math.log(10))
        trial.measure(f"{loss}", float(np.linalg.norm(grown - svm) / np.linalg.norm(svm)))


@section_3(
    "sec3.1-any",
    "any bounded step, on the exponential loss",
    source="Section 3.1, as printed",
    text="On the exponential loss, too, any bounded step will do. (It will not: beyond 2 / (B^2 L) the loss "
    "may rise, and a step that overshoots is followed by longer ones. The logistic loss has bounded slopes.)",
    reference=CONVEX,
    metric=MARGIN_GAP + "; infinite where the iterates overflow",
    tolerance=0.5,
    expect="fails",
)
def any_step(trial: Trial) -> None:
    """Take constant steps of 100 on data that the first step, along sum_n y_n x_n, does not separate."""
    for seed in trial.seeds(2, 20, 200):
        problem = misled(seed)
        try:
            run = ib.Run(problem, ib.GradientDescent(), ib.Constant(100.0)).advance(1000)
            gap = max(1 - run.margin / predicted_limit(problem, run.method).value, 0.0)
        except ib.DomainError:
            gap = math.inf
        trial.measure("exponential loss, eta = 100", gap)
        logistic = ib.Problem(problem.X, problem.y, ib.Logistic())
        other = ib.Run(logistic, ib.GradientDescent(), ib.Constant(100.0)).advance(10**4)
        trial.assume("on the logistic loss the same step separates the same data", other.margin > 0)


def misled(seed: int) -> ib.Problem:
    """Return separable samples of which sum_n y_n x_n misclassifies one by far."""
    rng = np.random.default_rng(seed)
    while True:
        problem = clear(20, (3,), int(rng.integers(2**31)), EXPONENTIAL, 0.3)
        first = problem.X.T @ problem.y
        if (problem.y * (problem.X @ first)).min() < -np.linalg.norm(first) / 4:
            return problem


@section_3(
    "late",
    "gradient descent at t = 10^300",
    source="Section 3.1",
    text="With a constant step the margin of gradient descent does come within 0.5 % of the maximum: by "
    "t = 10^300, where a differential equation leads that the iterates follow.",
    reference=CONVEX,
    metric=MARGIN_GAP,
    tolerance=5e-3,
)
def late(trial: Trial) -> None:
    """Fast-forward, and draw the way."""
    runs = []
    for seed in trial.seeds(1, 20, 100):
        problem = clear(20, (5,), seed, EXPONENTIAL, 0.3)
        run = ib.Run(problem, ib.GradientDescent(), ib.Constant(longest_step(problem, ib.Lp(2))))
        run.fast_forward(1e300, tolerance=1e-6)
        runs.append(run)
        trial.assume("w(10^300) is known to 1e-6", float(run.trajectory.error[-1]) <= 1e-6)
        trial.compare("constant steps", run, ib.predict(problem, run.method))
    trial.figure(
        "Section 3.1: the margin gap from t = 1 to t = 10^300",
        lambda figure: ib.plot.gaps(
            runs[:3], labels=[f"data {k}" for k in range(len(runs[:3]))], ax=figure.add_subplot()
        ),
        caption="The gap falls like 1 / log t. The first decades are iterated, the others integrated.",
    )
