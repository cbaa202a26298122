"""The command line: ``implicitbias paper``, ``run``, ``sweep``, ``fingerprint``, ``explore`` and ``info``."""

import io
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ImplicitBiasError
from .console import complain
from .explore_command import explore
from .fingerprint_command import fingerprint
from .info_command import info
from .paper_command import paper
from .run_command import run
from .sweep_command import sweep
from .usage import Command, Commands

app = typer.Typer(
    cls=Commands,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    help="The implicit bias of optimization methods, executable.",
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"implicitbias {version('implicitbias')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main_job(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version and exit."),
    ] = False,
) -> None:
    """Without a command: re-run the paper, and write a report to implicitbias-out."""
    if context.invoked_subcommand is None:
        paper(out=Path("implicitbias-out"))


app.command(cls=Command)(paper)
app.command(cls=Command)(run)
app.command(cls=Command)(sweep)
app.command(cls=Command)(fingerprint)
app.command(cls=Command)(explore)
app.command(cls=Command)(info)


def main() -> None:
    """Run the command line; the package's own errors are messages, not tracebacks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # file names that the terminal cannot spell
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="implicitbias")
    except (ImplicitBiasError, OSError) as error:
        complain(error)
        raise SystemExit(2) from None
    except MemoryError as error:
        complain(f"out of memory ({error})")
        raise SystemExit(2) from None
