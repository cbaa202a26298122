"""Parameters that other programs made, as arrays of a problem's shape."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from .._arguments import refuse, seen
from .._core import Problem
from .._types import Array
from ..errors import InvalidTypeError, InvalidValueError


def parameters_of(value: Any, problem: Problem, argument: str = "w", *, zero: bool = False) -> Array:
    """Return parameters as an array of the problem's shape.

    A tensor must be on the CPU and without gradient. Of a state dict it is the one linear layer, whose bias
    belongs to a last feature that is 1. Where the problem has shape (d,), (1, d) and (d, 1) will do.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        With the cure, where there is one; 0 is refused unless `zero` lets it pass.
    """
    if isinstance(value, Mapping):
        value = _of_state_dict(value, problem, argument)
    numbers = array_of(value, argument)
    shape = problem.shape
    if len(shape) == 1 and numbers.ndim == 2 and min(numbers.shape) == 1 and numbers.size == shape[0]:
        numbers = numbers.ravel()
    if numbers.shape != shape:
        cure = _cure(numbers.shape, problem, argument)
        raise InvalidValueError(f"{argument}: expected shape {shape}, got {numbers.shape}{cure}")
    if not np.isfinite(numbers).all():
        raise InvalidValueError(f"{argument}: expected finite numbers, got NaN or infinity")
    if not zero and not numbers.any():
        raise InvalidValueError(
            f"{argument}: expected parameters that are not all 0: those have no direction"
        )
    return numbers


def array_of(value: Any, argument: str) -> Array:
    """Return numbers as an array of doubles, whatever library made them.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If they are none, or on a device, or carry gradients.
    """
    if getattr(value, "requires_grad", False) is True:
        raise InvalidTypeError(
            f"{argument}: expected numbers, got a tensor that carries a gradient; "
            f"write {argument}.detach().cpu().numpy()"
        )
    device = getattr(getattr(value, "device", None), "type", "cpu")
    if isinstance(device, str) and device != "cpu":
        raise InvalidTypeError(
            f"{argument}: expected numbers on the CPU, got a tensor on {device!r}; "
            f"write {argument}.detach().cpu().numpy()"
        )
    if hasattr(value, "toarray"):
        value = value.toarray()
    if value is None or isinstance(value, str | bytes):
        refuse(argument, "an array of numbers", value)
    if getattr(value, "is_sparse", False) is True:
        raise InvalidTypeError(
            f"{argument}: expected numbers, got a sparse tensor; write {argument}.to_dense().numpy()"
        )
    if hasattr(value, "state_dict"):
        raise InvalidTypeError(
            f"{argument}: expected numbers, got {seen(value)}; write {argument}.state_dict()"
        )
    if hasattr(value, "coef_"):
        raise InvalidTypeError(
            f"{argument}: expected numbers, got {seen(value)}; write {argument}.coef_, and the intercept as "
            "the weight of a last feature that is 1"
        )
    try:
        numbers = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):
        numbers = _by_dlpack(value, argument)
    if numbers.dtype.kind not in "biuf":
        refuse(argument, "an array of real numbers", numbers)
    return np.array(numbers, dtype=np.float64)


def rising(t: Any) -> Array:
    """Return iterations as an array of doubles, if they are finite, not negative and rising.

    Raises
    ------
    InvalidValueError
        If they are not.
    """
    times = np.atleast_1d(array_of(t, "t"))
    if times.ndim != 1 or not times.size:
        raise InvalidValueError(f"t: expected iterations of shape (k,), got shape {times.shape}")
    if not (np.isfinite(times).all() and times[0] >= 0 and np.all(np.diff(times) > 0)):
        raise InvalidValueError(
            "t: expected iterations that rise, none of them negative; sort them, and w alike"
        )
    return times


def _by_dlpack(value: Any, argument: str) -> Any:
    """Return the array of a library that has no other way to give it."""
    if hasattr(value, "float") and hasattr(value, "detach"):  # torch's bfloat16, which NumPy does not have
        return value.detach().float().numpy()
    try:
        return np.from_dlpack(value)
    except (AttributeError, BufferError, RuntimeError, TypeError):
        raise InvalidTypeError(f"{argument}: expected an array of numbers, got {seen(value)}") from None


def _of_state_dict(layers: Mapping[Any, Any], problem: Problem, argument: str) -> Any:
    """Return the weight of the one linear layer, with its bias as the last column."""
    weights = _linear_layers(layers)
    if len(weights) != 1:
        found = ", ".join(map(str, weights)) or ", ".join(map(str, layers)) or "none"
        meant = [name for name, tensor in weights.items() if tuple(tensor.shape) == problem.shape]
        within = [name for name, part in layers.items() if isinstance(part, Mapping) and _linear_layers(part)]
        cure = f"; write {argument}[{[*meant, *within][0]!r}]" if meant or within else ""
        raise InvalidValueError(
            f"{argument}: expected the state dict of one linear layer, which has one 'weight' of two "
            f"dimensions, got {found}{cure}"
        )
    ((name, weight),) = weights.items()
    weight = array_of(weight, argument)
    bias = layers.get(str(name).removesuffix("weight") + "bias")
    if bias is None:
        return weight
    bias, features = array_of(bias, argument), problem.shape[-1]
    if weight.shape[1] + 1 == features and _ends_in_ones(problem):
        return np.column_stack([weight, bias])
    if bias.any():
        raise InvalidValueError(
            f"{argument}: the linear layer has a bias, which belongs to a last feature that is 1; write "
            "Problem(numpy.column_stack([X, numpy.ones(len(X))]), y, loss)"
        )
    return weight


def _linear_layers(layers: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the weights of linear layers."""
    return {
        name: tensor
        for name, tensor in layers.items()
        if str(name).rpartition(".")[2] == "weight" and getattr(tensor, "ndim", 0) == 2
    }


def _ends_in_ones(problem: Problem) -> bool:
    if problem.X.ndim != 2:
        return False
    last = problem.X[:, [-1]]
    return bool(np.all((last.toarray() if hasattr(last, "toarray") else last) == 1))


def _cure(shape: tuple[int, ...], problem: Problem, argument: str) -> str:
    if shape[::-1] == problem.shape:
        return f"; write {argument}.T, the transpose"
    if problem.classes is None and shape == (2, *problem.shape):
        return f"; write {argument}[1] - {argument}[0], the score of the positive class over the other's"
    if (
        problem.classes is not None
        and len(problem.classes) == 2
        and shape
        in (
            (1, problem.shape[1]),
            (problem.shape[1],),
        )
    ):
        return f"; write numpy.vstack([-{argument}, {argument}]) for one score of two classes"
    scores = problem.shape[0] if len(problem.shape) > 1 else 1
    if math.prod(shape) == math.prod(problem.shape) + scores:
        return "; write numpy.column_stack([X, numpy.ones(len(X))]) for X if its last entry is an intercept"
    return ""
