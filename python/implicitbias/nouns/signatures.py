"""Signatures of the compiled nouns, for `inspect.signature`, help and editors."""

from inspect import Parameter, Signature

from .._core import registry


def sign_nouns() -> None:
    """Give every noun the signature of its constructor."""
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
