"""What help shows; and errors in what is typed, on stderr and, where --json is given, as JSON on stdout."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer.core import TyperCommand, TyperGroup


class _BareFlags:
    """The help names no value beside an option that takes none: typer 0.29 would write ``<bool>`` there."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, typer's own options among them."""
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for each in parameters:
            if getattr(each, "is_flag", False):
                each.metavar = ""
        return parameters


class Command(_BareFlags, TyperCommand):
    """One command."""


class Commands(_BareFlags, TyperGroup):
    """The commands; an option that does not exist fails like one that has a wrong value."""

    _json = False

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> Any:
        """Read what is typed up to the command."""
        self._json = "--json" in args
        with _failing_as_json(self._json):
            return super().make_context(info_name, args, *rest, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Read what is typed after the command, and do it."""
        with _failing_as_json(self._json):
            return super().invoke(ctx)


@contextmanager
def _failing_as_json(asked: bool) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # typer keeps the class of its usage errors to itself
        if asked and hasattr(error, "format_message"):
            print(json.dumps({"error": error.format_message()}, indent=1))
        raise
