"""What to write instead of an argument that is refused, as a line of code to copy."""

import difflib
import math
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ._types import is_number

# Other libraries' names for what this package has, in lower case, letters and digits only.
_OTHER_NAMES = {
    "Norm": {
        **dict.fromkeys(("l1", "1", "manhattan", "taxicab"), "Lp(1)"),
        **dict.fromkeys(("l2", "2", "euclidean", "frobenius", "fro"), "Lp(2)"),
        **dict.fromkeys(("linf", "inf", "linfinity", "infinity", "max", "chebyshev"), "Lp(math.inf)"),
        **dict.fromkeys(("nuclear", "nuc", "trace"), "Schatten(1)"),
        **dict.fromkeys(("spectral", "operator"), "Schatten(math.inf)"),
    },
    "Method": {
        **dict.fromkeys(("gd", "sgd", "gradient", "gradientdescent", "descent"), "GradientDescent()"),
        **dict.fromkeys(("cd", "coordinatedescent", "adaboost", "boosting"), "SteepestDescent(Lp(1))"),
        **dict.fromkeys(("signgd", "signdescent", "sign"), "SteepestDescent(Lp(math.inf))"),
        **dict.fromkeys(("signsgd", "signmomentum"), "Signum()"),
        **dict.fromkeys(("spectraldescent", "specgd"), "SteepestDescent(Schatten(math.inf))"),
        **dict.fromkeys(("adamw",), "Adam(weight_decay=0.01)"),
        **{name: f"{name.capitalize()}()" for name in ("muon", "signum")},
    },
    "Loss": {
        **dict.fromkeys(("exp", "adaboost"), "Exponential()"),
        **dict.fromkeys(("log", "logloss", "bce", "logit", "binarycrossentropy"), "Logistic()"),
        **dict.fromkeys(("softmax", "multinomial", "nll", "ce"), "CrossEntropy()"),
        **dict.fromkeys(("mse", "l2", "leastsquares", "square", "quadratic"), "Squared()"),
    },
    "Potential": {
        **dict.fromkeys(("kl", "negativeentropy", "negentropy"), "Entropy()"),
        **dict.fromkeys(("hypentropy", "hyperbolic", "arcsinh"), "HyperbolicEntropy(0.1)"),
    },
    "Momentum": {
        **dict.fromkeys(("heavyball", "polyak"), "PrimalMomentum.heavy_ball(0.9)"),
        **dict.fromkeys(("nesterov", "nag"), "PrimalMomentum.nesterov(0.9)"),
    },
    "EMA": dict.fromkeys(("nesterov", "nag"), "EMA(0.9, nesterov=True)"),
}
_OTHER_NAMES["Metric"] = _OTHER_NAMES["Potential"]

# Nouns of which an example says more than a signature.
_EXAMPLES = {
    "Lp": "Lp(2)",
    "Schatten": "Schatten(1)",
    "SquaredLp": "SquaredLp(1.5)",
    "PowerPotential": "PowerPotential(3)",
    "HyperbolicEntropy": "HyperbolicEntropy(0.1)",
    "PolynomialTail": "PolynomialTail(0.5)",
    "Constant": "Constant(0.1)",
    "Normalized": "Normalized(0.1)",
    "Schedule": "Schedule([0.1, 0.05])",
    "MiniBatch": "MiniBatch(2, seed=0)",
    "SteepestDescent": "SteepestDescent(Lp(1))",
    "MirrorDescent": "MirrorDescent(Entropy())",
    "DualMomentum": "DualMomentum.heavy_ball(0.9)",
    "PrimalMomentum": "PrimalMomentum.heavy_ball(0.9)",
    "EMA": "EMA(0.9)",
    "Problem": "Problem(X, y, loss)",
    "Run": "Run(problem, method)",
    "Flow": "flow(problem, method)",
    "Claim": "predict(problem, method)",
    "LimitClaim": "predict(problem, method)",
    "LassoPath": "paths.lasso(problem)",
    "StagewisePath": "paths.stagewise(problem)",
    "RegularizationPath": "paths.regularization(problem, norm)",
}


def with_article(name: str) -> str:
    """Return the name of a class as sentences have it."""
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"


def of_noun(kind: type, value: Any) -> str | None:
    """Return how to write an object of this class, judging by what was written."""
    if isinstance(value, type) and issubclass(value, kind):
        return _made(value)
    if callable(value) and _returns(value, kind):
        return f"{value.__name__}()"
    name = name_of(kind)
    for table in (_by_text, _by_number, _by_object):
        cure = table(name, value)
        if cure:
            return cure
    if name.endswith("Claim") and value is None:
        return "why_no_claim(problem, method) to see why predict found none"
    if name in _EXAMPLES:
        return _EXAMPLES[name]
    nouns = [_made(noun) for noun in _nouns(kind)]
    if name == "Method":
        nouns.insert(0, "GradientDescent()")
    return _listed(nouns) if nouns else None


def name_of(kind: type) -> str:
    """Return the name by which users know a class."""
    return "Run" if kind.__name__ == "RunView" else kind.__name__


def of_number(argument: str, expected: str, value: Any) -> str | None:
    """Return the number that a text or a float stands for."""
    if not re.search(r"number|float|\bint", expected) or "array" in expected:
        return _as_array(argument, value)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, float | np.floating) or math.isnan(value):
        return None
    value = float(value)
    if re.search(r"\bint", expected) and not value.is_integer():
        return None
    text = number(value)
    return f"{text}, as in Lp({text})" if argument == "p" else f"{argument}={text}"


def of_missing(argument: str, positional: Sequence[Any]) -> str | None:
    """Return how to write a call from which this argument is missing."""
    if argument != "loss" or len(positional) != 2:
        return None
    from ._core import read_array

    try:
        y = read_array(positional[1], "y", 1)
    except (TypeError, ValueError):
        if not isinstance(positional[1], list | tuple | np.ndarray):
            return None
        texts = all(isinstance(label, str) for label in positional[1])
        of_classes = _listed(f"Problem(X, y, {loss})" for loss in _losses(monotone=True, multiclass=True))
        return f"{of_classes}: y holds labels of classes" if texts else None
    two = len(np.unique(y)) <= 2
    labels = "y" if two and np.all(np.abs(y) == 1) else "2 * y - 1" if set(y.tolist()) == {0, 1} else None
    of_numbers = _listed(f"Problem(X, y, {loss})" for loss in _losses(monotone=False))
    if labels is None:
        return f"{of_numbers}: y holds numbers, not labels -1 and +1"
    of_labels = _listed(f"Problem(X, {labels}, {loss})" for loss in _losses(monotone=True))
    return f"{of_labels} to tell labels -1 and +1 apart; {of_numbers} to fit y as numbers"


def example(name: str) -> str | None:
    """Return an example that says more than a signature."""
    return _EXAMPLES.get(name)


def number(value: float) -> str:
    """Return a number as one writes it in Python."""
    if math.isinf(value):
        return "math.inf" if value > 0 else "-math.inf"
    return str(int(value)) if value == int(value) and abs(value) <= 2**53 else repr(value)


def _made(noun: type) -> str:
    name = noun.__name__
    if name in _EXAMPLES:
        return _EXAMPLES[name]
    try:
        noun()
    except Exception as error:
        missing = re.search(r"; write (.*)$", str(error))
        return missing[1] if missing and missing[1].startswith(name) else f"{name}(...)"
    return f"{name}()"


def _returns(function: Any, kind: type) -> bool:
    result = getattr(function, "__annotations__", {}).get("return")
    return isinstance(result, type) and issubclass(result, kind)


def _nouns(kind: type) -> list[type]:
    from ._core import registry

    return [noun for nouns in registry.values() for noun in nouns if issubclass(noun, kind)]


def _losses(*, monotone: bool, multiclass: bool = False) -> list[str]:
    from ._core import registry

    examples = (noun(*[1.0] * len(noun._fields)) for noun in registry["losses"])
    facts = monotone, multiclass
    return [_made(type(loss)) for loss in examples if (loss.monotone, loss.multiclass) == facts]


def _by_text(kind: str, value: Any) -> str | None:
    """A name of ours, or of others, in quotes."""
    if not isinstance(value, str):
        return None
    from ._core import registry

    if re.fullmatch(r"\w+\(.*\)", value, re.DOTALL) and len(value) <= 60:
        return f"{value} without quotes"
    text = re.sub(r"[^a-z0-9./]", "", value.lower().removeprefix("ib."))
    others = dict(_OTHER_NAMES.get(kind, {}))
    for nouns in registry.values():
        for noun in nouns:
            if kind in (base.__name__ for base in noun.__mro__):
                others.setdefault(noun.__name__.lower(), _made(noun))
    if kind == "Norm" and (power := re.fullmatch(r"lp?(\d+(?:[./]\d+)?)", text)):
        return f"Lp({power[1]})"
    close = difflib.get_close_matches(text, others, n=1, cutoff=0.75)
    return others[close[0]] if close else None


def _by_number(kind: str, value: Any) -> str | None:
    """A number that stands for what has it as its argument."""
    if not is_number(value):
        return None
    if isinstance(value, int) and abs(value) > sys.float_info.max:  # Python's integers go further than floats
        return None
    value = float(value)
    if math.isnan(value):
        return None
    text = number(value)
    whole = value.is_integer() and value >= 1
    return {
        "Norm": f"Lp({text})" if value >= 1 else None,
        "Momentum": f"PrimalMomentum.heavy_ball({text})",
        "EMA": f"EMA({text})",
        "StepSize": f"Constant({text})" if value > 0 else None,
        "MiniBatch": f"MiniBatch({text}, seed=0)" if whole else None,
        "Recording": f"Every({text})" if whole else None,
    }.get(kind)


def _by_object(kind: str, value: Any) -> str | None:
    """A noun of another kind, or arrays, in the place of what is made of them."""
    from ._core import EMA, DualMomentum, Method, Norm, Potential, PrimalMomentum, Problem

    dimensions = getattr(value, "ndim", None)
    if isinstance(value, Norm):
        return {"Method": "SteepestDescent(norm)", "Potential": "SquaredLp(p)"}.get(kind)
    if isinstance(value, Potential):
        return {"Method": "MirrorDescent(potential)"}.get(kind)
    if isinstance(value, DualMomentum | PrimalMomentum) and is_number(value.beta) and 0 <= value.beta < 1:
        return {"EMA": f"EMA({number(float(value.beta))})"}.get(kind)
    if isinstance(value, EMA):
        return {"Momentum": f"PrimalMomentum.heavy_ball({number(value.beta)})"}.get(kind)
    if isinstance(value, Method):
        return {"Norm": "method.geometry"}.get(kind)
    if isinstance(value, Problem):
        return {"Run": "Run(problem, method)"}.get(kind)
    if kind in ("Problem", "Method") and hasattr(value, "advance"):
        return f"run.{kind.lower()}"
    if dimensions == 2:
        return {"Norm": "QuadraticNorm(D)", "Potential": "QuadraticPotential(D)"}.get(kind)
    if isinstance(value, tuple | list) and len(value) == 2:
        return {"Constraint": "Affine(G, h)", "MiniBatch": "MiniBatch(size, seed)"}.get(kind)
    return None


def _as_array(argument: str, value: Any) -> str | None:
    """Sparse where dense is meant, numbers as Python objects, and labels that are texts."""
    if not argument.isidentifier():  # what a function of the user's returned
        argument = "result"
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if hasattr(value, "toarray"):
        return f"{argument}.toarray()"
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    if kind in ("O", "g", "f"):
        try:
            with np.errstate(all="ignore"):
                np.asarray(value, dtype=float)
        except (TypeError, ValueError, OverflowError):
            pass
        else:
            return f"numpy.asarray({argument}, dtype=float)"
    if argument == "y" and kind in ("U", "S", "O"):
        return "numpy.where(y == label, 1, -1), for the label that is +1"
    return None


def _listed(texts: Iterable[str]) -> str:
    *others, last = texts
    return f"{', '.join(others)} or {last}" if others else last
