"""Faults in how a run is put together: it does another thing than it was asked for.

They are planted where a run takes its arguments, before it looks at them.
"""

from .mutant import Mutant

_NAMES = "ib, np = map(__import__, ('implicitbias', 'numpy'))"


def _instead(name: str, statement: str, caught_by: str) -> Mutant:
    """Return a fault that changes the arguments of a run."""
    anchor = 'choice(form, "form", "auto", "plain")'
    return Mutant(name, "runs/run.py", ((anchor, f"{_NAMES}; {statement}"),), caught_by)


def _step(name: str, kind: str, step: str, caught_by: str) -> Mutant:
    """Return a fault that takes another step size than one of a kind."""
    given = "step_size = step_rule(step_size or default_step(method))"
    return _instead(
        name, f"{given}; step_size = {step} if isinstance(step_size, ib.{kind}) else step_size", caught_by
    )


def _problem(name: str, condition: str, loss: str, model: str, caught_by: str) -> Mutant:
    """Return a fault that takes another loss or model where a condition holds of the problem."""
    other = f"ib.Problem(problem.X, problem.y, {loss}, model={model})"
    return _instead(name, f"problem = {other} if {condition} else problem", caught_by)


def _method(name: str, condition: str, method: str, caught_by: str) -> Mutant:
    """Return a fault that takes another method where a condition holds of the given one."""
    return _instead(name, f"method = {method} if {condition} else method", caught_by)


WIRING = [
    _step(
        "constant steps are divided by the loss",
        "Constant",
        "ib.LossNormalized()",
        "soudry2018.polynomial, soudry2018.loss, nacson2019.constant, wu2023.monotone, "
        "wu2023.exponential, wu2023.direction, wu2024.constant, ravi2024.growth",
    ),
    _step(
        "constant steps soon stop",
        "Constant",
        "ib.Polynomial(step_size.eta, 2)",
        "nacson2019b.neighborhood, nacson2019b.direction, ji_telgarsky2019.bounded, "
        "ji_telgarsky2019.direction, woodworth2020.q-alpha, squared-recovery, wu2023.complement, "
        "ali2019.sharp",
    ),
    _step(
        "constant steps are twice as long",
        "Constant",
        "ib.Constant(2 * step_size.eta)",
        "meng2024.safe, meng2024.attractive, soudry2018.loss, nacson2019b.loss, "
        "fan_szepesvari2026.switch, ali2019.ridge",
    ),
    _step(
        "constant steps are half as long",
        "Constant",
        "ib.Constant(step_size.eta / 2)",
        "meng2024.cycle, soudry2018.loss",
    ),
    _step(
        "all constants are 1",
        "Constant",
        "ib.Constant(1.0)",
        "wu2024.acceleration, wu2023.monotone, zhang2024.constant",
    ),
    _step(
        "steps over the loss are a hundred times too long",
        "LossNormalized",
        "ib.LossNormalized(100.0)",
        "lyu_li2020.rises, tsilivis2025.rises",
    ),
    _step(
        "steps over the loss soon stop",
        "LossNormalized",
        "ib.LossNormalized(ib.Polynomial(1.0, 2))",
        "nacson2019.rate, lyu_li2020.by-norm, gunasekar2018b.layers, gunasekar2018b.filters, "
        "gunasekar2018b.stationary, lyu_li2020.kkt, lyu_li2020.depth, ravi2024.svm, sun2022.margin, "
        "pesme2024.hyperbolic, tsilivis2025.product, tsilivis2025.kkt, suggala2018.separable, "
        "constraints.cone",
    ),
    _step(
        "normalized steps all fall like t^-3/4",
        "Normalized",
        "ib.Normalized(step_size.eta, 0.75)",
        "gronich_vardi2026.too-large",
    ),
    _instead(
        "batches are all samples",
        "batch = None",
        "baek2026.sign, baek2026.linf, baek2026.rademacher, baek2026.fixed-point, li2026.without, "
        "nacson2019b.loss",
    ),
    _instead(
        "all starts are one",
        "w0 = None if w0 is None else np.random.default_rng(0).normal(0, 0.3, problem.shape)",
        "lyu_li2020.maximum, gunasekar2018b.any-start, woodworth2020.diagonal",
    ),
    _instead(
        "every 10^5th iterate is recorded",
        "record = ib.every(10**5)",
        "suggala2018.separator",
    ),
    _instead(
        "models are forgotten",
        "problem, w0 = (problem, w0) if isinstance(problem.model, ib.Linear) else "
        "(ib.Problem(problem.X, problem.y, problem.loss), None)",
        "tsilivis2025.method-alone, tsilivis2025.diagonal, gunasekar2018b.filters, gunasekar2018b.space, "
        "gronich_vardi2026.momentum",
    ),
    _problem(
        "diagonal networks have depth 2",
        "isinstance(problem.model, ib.Diagonal)",
        "problem.loss",
        "ib.Diagonal(2)",
        "woodworth2020.deeper",
    ),
    _problem(
        "the logistic loss is exponential",
        "isinstance(problem.loss, ib.Logistic)",
        "ib.Exponential()",
        "problem.model",
        "ji_telgarsky2019.offset, xie_li2024.kkt, xie_li2024.box",
    ),
    _instead(
        "polynomial tails are exponential",
        "problem, step_size = (ib.Problem(problem.X, problem.y, ib.Exponential()), ib.LossNormalized()) "
        "if isinstance(problem.loss, ib.PolynomialTail) else (problem, step_size)",
        "ji2020.margin, ji2020.direction",
    ),
    _instead(
        "targets change their signs",
        "problem = ib.Problem(problem.X, -problem.y, problem.loss, model=problem.model)",
        "soudry2018.validation, ali2019.tuned, ali2019.ridge, suggala2018.least-squares, "
        "woodworth2020.rich, ji2020.path",
    ),
    _method(
        "potentials are Euclidean",
        "isinstance(method, ib.MirrorDescent)",
        "ib.MirrorDescent(ib.Euclidean(), constraint=method.constraint)",
        "sun2022.euclidean, pesme2024.euclidean, pesme2024.cosh, woodworth2020.network, woodworth2020.rich",
    ),
    _method(
        "powers are dual powers",
        "isinstance(getattr(method, 'potential', None), ib.PowerPotential)",
        "ib.MirrorDescent(ib.PowerPotential(method.potential.p / (method.potential.p - 1)))",
        "sun2022.table, sun2022.margin",
    ),
    _method(
        "hyperbolic entropies start small",
        "isinstance(getattr(method, 'potential', None), ib.HyperbolicEntropy)",
        "ib.MirrorDescent(ib.HyperbolicEntropy(1e-8))",
        "woodworth2020.any-start, woodworth2020.kernel, woodworth2020.q-alpha",
    ),
    _method(
        "boxes have no upper side",
        "isinstance(getattr(method, 'constraint', None), ib.Box)",
        "ib.MirrorDescent(method.potential, constraint=ib.NonNegative())",
        "constraints.compact",
    ),
    _method(
        "AdaGrad is gradient descent",
        "isinstance(method, ib.AdaGrad)",
        "ib.GradientDescent()",
        "wang2021.adagrad",
    ),
    _method(
        "Adam remembers ten squares",
        "isinstance(method, ib.Adam)",
        "ib.Adam(method.beta1, 0.9, eps=method.eps, weight_decay=method.weight_decay)",
        "zhang2024.too-long, fan_szepesvari2026.switch",
    ),
    _method(
        "Adam has no eps",
        "isinstance(method, ib.Adam)",
        "ib.Adam(method.beta1, method.beta2, eps=0, weight_decay=method.weight_decay)",
        "gronich_vardi2026.eps, xie_li2024.eps, xie_li2024.barrier, wang2021.constant-log",
    ),
    _method(
        "Adam has a large eps",
        "isinstance(method, ib.Adam)",
        "ib.Adam(method.beta1, method.beta2, eps=1.0, weight_decay=method.weight_decay)",
        "gronich_vardi2026.adam, zhang2024.linf, zhang2024.constant, wang2021.eps-zero, baek2026.linf, "
        "xie_li2024.kkt, fan_szepesvari2026.near-linf, fan_szepesvari2026.soon",
    ),
    _instead(
        "gradient descent on square matrices is that on a factor",
        "square = problem.X.ndim == 3 and problem.X.shape[1] == problem.X.shape[2]; "
        "method, step_size, w0 = (ib.FactorizedGradientDescent(), 0.03, "
        "1e-4 * np.eye(problem.X.shape[1])) if square else (method, step_size, w0)",
        "squared-w",
    ),
    _method(
        "norms of steps are those of vectors",
        "isinstance(method, ib.SteepestDescent)",
        "ib.SteepestDescent(ib.Lp(2), momentum=method.momentum, weight_decay=method.weight_decay)",
        "xie_li2024.spectral, tsilivis2025.product, fan2025.margins, gronich_vardi2026.momentum, "
        "gronich_vardi2026.muon, li2026.full",
    ),
    Mutant(
        "a run goes on for 10^5 steps at least",
        "runs/run.py",
        (
            (
                'more = whole_number(steps, "steps", most=2**63 - 1 - t)',
                "more = max(int(steps), 10**5)",
            ),
        ),
        "lyu_li2020.any",
    ),
    Mutant(
        "leaps end at 10^5",
        "runs/fast_forward/leap.py",
        (("end = _end(run, until, until_log10)", "end = _end(run, 1e5, None)"),),
        "wang2021.l2, soudry2018.residual",
    ),
    Mutant(
        "leaps fall short by a tenth in log t",
        "runs/fast_forward/leap.py",
        (
            (
                "ahead = path.integrate(np.array([_LN10 * time.log10_t for time in times]), budget)",
                "ahead = path.integrate(np.array([_LN10 * (0.9 * time.log10_t + 0.1 * run._loop.log10_t) "
                "for time in times]), budget)",
            ),
        ),
        "soudry2018.residual",
    ),
]
