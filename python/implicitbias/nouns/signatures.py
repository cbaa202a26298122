"""Constructors of the compiled nouns, for `inspect.signature`, help and editors, and of their kinds."""

from inspect import Parameter, Signature
from typing import Any

from .._arguments import refuse
from .._core import Constraint, Model, Momentum, Recording, registry
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
    bases: tuple[Any, ...] = (Momentum, Constraint, Recording, Model)
    for base in bases:
        base.__init__ = _unmade(base)
        base.__signature__ = Signature()


def _unmade(kind: type) -> Any:
    def __init__(self: object, *arguments: object, **named: object) -> None:  # noqa: N807
        refuse(kind.__name__, "one of this package's own", type(self), of_noun(kind, None))

    return __init__
