"""Constructors of the compiled nouns, for `inspect.signature`, help and editors, and of their kinds."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from .._arguments import refuse
from .._core import Constraint, Momentum, Recording, registry
from .._cures import of_noun


def sign_nouns() -> None:
    """Give every noun the signature of its constructor, and kinds that nobody subclasses one that says so."""
    for kind in registry.values():
        for noun in kind:
            noun.__signature__ = Signature(
                [
                    Parameter(
                        name,
                        Parameter.POSITIONAL_OR_KEYWORD,
                        default=noun._defaults.get(name, Parameter.empty),
                    )
                    for name in noun._fields
                ]
            )
            noun.__repr__ = _hashable(noun.__repr__)
    bases: tuple[Any, ...] = (Momentum, Constraint, Recording)
    for base in bases:
        base.__init__ = _unmade(base)
        base.__signature__ = Signature()


def _hashable(compiled: Callable[[object], str]) -> Any:
    """Return a method as a function of Python: `pprint`, and with it scikit-learn, looks them up by hash."""

    def __repr__(self: object) -> str:  # noqa: N807
        return compiled(self)

    __repr__.__annotations__ = {"return": str}  # as of other methods, whose self has none
    return __repr__


def _unmade(kind: type) -> Any:
    def __init__(self: object, *arguments: object, **named: object) -> None:  # noqa: N807
        refuse(kind.__name__, "one of this package's own", type(self), of_noun(kind, None))

    return __init__
