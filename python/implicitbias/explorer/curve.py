"""One method of the explorer: what its controls say, as text that Python and the explorer both read."""

import math
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from .._core import Method, MiniBatch, StepSize
from ..errors import InvalidValueError
from ..nouns.from_text import read_noun


class Kind(NamedTuple):
    """What a method can be given.

    `text` has a place for a geometry and one for what follows it; a geometry is a norm or a potential.
    """

    title: str
    text: str
    geometries: tuple[str, ...] = ()
    momenta: tuple[str, ...] = ()


POTENTIALS = {
    "Euclidean": "Euclidean()",
    "Entropy": "Entropy()",
    "SquaredLp": "SquaredLp({p})",
    "PowerPotential": "PowerPotential({p})",
    "HyperbolicEntropy": "HyperbolicEntropy({width})",
    "Cosh": "Cosh()",
}
GEOMETRIES = {"Lp": "Lp({p})", **POTENTIALS}
MOMENTA = {
    "none": "",
    "average": "momentum=EMA({beta})",
    "nesterov-average": "momentum=EMA({beta}, nesterov=True)",
    "primal": "PrimalMomentum({beta})",
    "primal-nesterov": "PrimalMomentum({beta}, {beta})",
    "dual": "DualMomentum({beta})",
    "dual-nesterov": "DualMomentum({beta}, {beta})",
}
_PRIMAL = ("none", "primal", "primal-nesterov", "dual", "dual-nesterov")
METHODS = {
    "gradient": Kind("gradient descent", "GradientDescent({more})", (), _PRIMAL),
    "steepest": Kind(
        "steepest descent",
        "SteepestDescent({geometry}{more})",
        ("Lp",),
        ("none", "average", "nesterov-average"),
    ),
    "mirror": Kind("mirror descent", "MirrorDescent({geometry}{more})", tuple(POTENTIALS), _PRIMAL),
    "natural": Kind("natural gradient", "NaturalGradient({geometry})", tuple(POTENTIALS)),
    "adagrad": Kind("AdaGrad", "AdaGrad()"),
    "adam": Kind("Adam", "Adam(eps=0)"),
    "rmsprop": Kind("RMSProp", "RMSProp(eps=0)"),
    "lion": Kind("Lion", "Lion()"),
    "dual-acceleration": Kind("dual acceleration", "DualAcceleration()"),
    "factorized": Kind("factorized gradient descent", "FactorizedGradientDescent()"),
}
STEPS = {
    "constant": "Constant({eta})",
    "polynomial": "Polynomial({eta}, 0.5)",
    "loss-normalized": "LossNormalized({eta})",
    "normalized": "Normalized({eta}, 0.5)",
    "line-search": "ExactLineSearch()",
}
NAMES = {"Lp": "l{p}", "SquaredLp": "SquaredLp({p})", "PowerPotential": "PowerPotential({p})"}
STEP_NAMES = {
    "constant": "η = {eta:g}",
    "polynomial": "η = {eta:g} / √t",
    "loss-normalized": "η = {eta:g} / L",
    "normalized": "length {eta:g} / √t",
    "line-search": "line search",
}


@dataclass(frozen=True)
class Curve:
    """A method with its step rule and batches, as the controls of the explorer say it.

    Attributes
    ----------
    method, geometry, momentum, step : str
        Keys of `METHODS`, `GEOMETRIES`, `MOMENTA` and `STEPS`.
    p, width, beta, eta : float
        Of the norm or potential, of the hyperbolic entropy, of momentum, and of the step rule.
    batch : int
        Samples a gradient; 0 for all.
    """

    method: str = "steepest"
    geometry: str = "Lp"
    p: float = 2.0
    width: float = 0.1
    momentum: str = "none"
    beta: float = 0.9
    step: str = "constant"
    eta: float = 0.01
    batch: int = 0

    def __post_init__(self) -> None:
        for name, known in (("method", METHODS), ("momentum", MOMENTA), ("step", STEPS)):
            if getattr(self, name) not in known:
                raise InvalidValueError(
                    f"{name}: expected one of {', '.join(known)}, got {getattr(self, name)!r}"
                )
        kind = METHODS[self.method]
        # What the method has no use for is as it is by default, so that equal methods are equal.
        if self.geometry not in (kind.geometries or ("Lp",)):
            object.__setattr__(self, "geometry", kind.geometries[0] if kind.geometries else "Lp")
        if self.momentum not in (kind.momenta or ("none",)):
            object.__setattr__(self, "momentum", "none")

    @classmethod
    def of_texts(cls, texts: dict[str, Any]) -> "Curve":
        """Read fields by their names, from a link or a browser.

        Raises
        ------
        InvalidValueError
            If there is no such field, or its value is of another type.
        """
        kinds = {name: type(value) for name, value in asdict(cls()).items()}
        found = {}
        for name, text in texts.items():
            if name not in kinds:
                raise InvalidValueError(f"curve: expected fields {', '.join(kinds)}, got {name!r}")
            try:
                found[name] = kinds[name](text)
            except (TypeError, ValueError, OverflowError):
                raise InvalidValueError(f"{name}: expected a number, got {text!r}") from None
            if isinstance(found[name], float) and math.isnan(found[name]):
                raise InvalidValueError(f"{name}: expected a number, got NaN")
        return cls(**found)

    @property
    def geometry_text(self) -> str:
        """The norm or potential as `read_noun` reads it."""
        return GEOMETRIES[self.geometry].format(p=number(self.p), width=number(self.width))

    @property
    def method_text(self) -> str:
        """The method as `read_noun` reads it."""
        kind = METHODS[self.method]
        more = MOMENTA[self.momentum].format(beta=number(self.beta))
        return kind.text.format(
            geometry=self.geometry_text, more=f", {more}" if more and kind.geometries else more
        )

    @property
    def step_text(self) -> str:
        """The step rule likewise."""
        return STEPS[self.step].format(eta=number(self.eta))

    @property
    def start_text(self) -> str:
        """The factor U(0) likewise; '' where w(0) = 0, or what the potential says."""
        return "[[0.1, 0.0], [0.0, 0.1]]" if self.method == "factorized" else ""

    @property
    def batch_text(self) -> str:
        """The batches likewise; '' for all samples."""
        return f"MiniBatch({self.batch}, seed=0)" if self.batch else ""

    @property
    def name(self) -> str:
        """What legends and verdicts call it, without its step."""
        kind = METHODS[self.method]
        notes = [NAMES.get(self.geometry, "{geometry}").format(geometry=self.geometry, p=exponent(self.p))]
        notes = notes if kind.geometries else []
        notes += [f"{self.momentum.replace('-', ' ')} momentum {self.beta:g}"] * (self.momentum != "none")
        notes += [f"batches of {self.batch}"] * bool(self.batch)
        return ", ".join([kind.title, *notes])

    def nouns(self) -> tuple[Method, StepSize, MiniBatch | None]:
        """Return method, step rule and batches.

        Raises
        ------
        InvalidValueError
            If one of them refuses its numbers.
        """
        batch = MiniBatch(self.batch, seed=0) if self.batch else None
        return (
            read_noun(self.method_text, Method, "method"),
            read_noun(self.step_text, StepSize, "step"),
            batch,
        )


def exponent(p: float) -> str:
    """Return p as names have it: 4/3, inf, or three digits of it."""
    simple = Fraction(p).limit_denominator(5) if math.isfinite(p) else p
    return str(simple) if float(simple) == p else f"{p:.3g}"


def number(value: float) -> str:
    """Return a number as code has it, with all of its digits: 2, 4/3, 0.1, inf."""
    digits = repr(float(value)).removesuffix(".0")
    if len(digits) < 10:  # what a hand sets, which is most numbers
        return digits
    fraction = Fraction(value).limit_denominator(60)
    return str(fraction) if float(fraction) == value else digits
