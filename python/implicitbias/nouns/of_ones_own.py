"""Nouns of one's own: how their classes are made, what they state, and pickling."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from .._arguments import refuse
from .._core import Loss, Method, Metric, Model, Norm, Potential, StepSize
from .._cures import of_noun

# By the argument of `Run.load` that takes one. A potential is a metric, too, and comes before it.
KINDS: dict[str, type[Any]] = {
    "loss": Loss,
    "model": Model,
    "method": Method,
    "norm": Norm,
    "potential": Potential,
    "metric": Metric,
    "step_size": StepSize,
}


def kind_of(noun: object) -> str | None:
    """Return of which kind a noun of one's own is; None for anything else."""
    if type(noun).__module__ == Norm.__module__:
        return None
    return next((name for name, kind in KINDS.items() if isinstance(noun, kind)), None)


def is_quadratic(norm: Norm) -> bool:
    """Return whether |w|^2 is a quadratic form, as a class states it, if that is True or False."""
    return bool(Norm.quadratic.__get__(norm))


def is_strictly_convex(norm: Norm) -> bool:
    """Return whether a norm and its dual are strictly convex, likewise."""
    return bool(Norm.strictly_convex.__get__(norm))


def is_inertial(method: Method) -> bool:
    """Return whether steps go along past gradients, likewise; of a method that does not say, they may."""
    return bool(Method.inertial.__get__(method))


def open_kinds() -> None:
    """Let users subclass what has no need of an ``__init__``, and pickle and copy what they make.

    Their objects are constructed by ``__new__``: an ``__init__`` that forgets ``super().__init__()`` leaves
    nothing undone. Their metaclass has a place from where it can be imported, so that cloudpickle sends the
    classes of a script.
    """
    metaclass: Any = type(Norm)
    metaclass.__module__ = __name__
    globals()[metaclass.__name__] = metaclass
    construct = {kind: kind.__init__ for kind in KINDS.values()}
    new = _constructing(Norm.__new__, construct)
    for kind in construct:
        kind.__new__ = new
        kind.__init__ = _of_subclasses(kind)
        kind.__reduce__ = _reduced  # type: ignore[assignment]
        kind.__repr__ = _named  # type: ignore[assignment]


def _constructing(bare: Callable[..., Any], construct: dict[type, Callable[[Any], None]]) -> Any:
    def __new__(cls: type, *arguments: object, **named: object) -> Any:  # noqa: N807
        own = bare(cls)
        if cls.__module__ != Norm.__module__:
            kinds = [kind for kind in construct if issubclass(cls, kind)]
            for kind in kinds:
                if not any(other is not kind and issubclass(other, kind) for other in kinds):
                    construct[kind](own)
        return own

    # What `inspect.signature` shows of classes that have no `__init__`.
    __new__.__signature__ = Signature([Parameter("cls", Parameter.POSITIONAL_ONLY)], return_annotation=Any)  # type: ignore[attr-defined]
    return staticmethod(__new__)


def _of_subclasses(kind: type) -> Any:
    def __init__(self: object) -> None:  # noqa: N807
        if type(self) is kind:
            refuse(kind.__name__, "one of this package's own, or a subclass", kind, of_noun(kind, None))

    __init__.__qualname__ = f"{kind.__name__}.__init__"
    return __init__


def _named(self: object) -> str:
    return f"{type(self).__name__}({'...' if getattr(self, '__dict__', None) else ''})"


def _reduced(self: object) -> Any:
    return _empty, (type(self),), self.__getstate__()


def _empty(own: Any) -> Any:
    return own.__new__(own)
