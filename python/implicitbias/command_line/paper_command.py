"""``implicitbias paper``: every statement of one paper or several, tried."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InvalidValueError
from .console import console
from .output_files import make_folder, to_file, to_folder

if TYPE_CHECKING:
    from ..paper import Effort

# How long all of the first paper takes on two cores.
_DURATIONS: "dict[Effort, str]" = {
    "fast": "some ten seconds",
    "default": "two minutes",
    "thorough": "15 minutes",
}
# And all papers.
_DURATIONS_OF_ALL: "dict[Effort, str]" = {
    "fast": "two minutes",
    "default": "some minutes",
    "thorough": "half an hour",
}


def _keys(incomplete: str) -> list[str]:
    from ..paper import statements

    return _completed(incomplete, [each.key for each in statements(of="all")])


def _papers(incomplete: str) -> list[str]:
    from ..paper import papers

    return _completed(incomplete, [*papers(), "all"])


def _completed(incomplete: str, keys: list[str]) -> list[str]:
    former, comma, last = incomplete.rpartition(",")
    return [f"{former}{comma}{key}" for key in keys if key.startswith(last)]


def _listed(names: str | None, argument: str, what: str) -> list[str] | None:
    """Return names that are separated by commas."""
    if names is None:
        return None
    keys = [name.strip() for name in names.split(",") if name.strip()]
    if not keys:
        raise InvalidValueError(f"{argument}: expected names of {what}, got {names!r}")
    return keys


def _processes(number: int) -> int:
    """Return how many statements are tried at a time: a process takes more than a second to begin."""
    from joblib import cpu_count

    return min(cpu_count(), number) if number >= 10 else 1


def paper(
    only: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            autocompletion=_keys,
            help="Statements, by their names: 'thm5,fig1a'; --list shows all.",
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            metavar="PAPERS",
            autocompletion=_papers,
            help="Papers that came later, by their names: 'soudry2018,fan2025'; 'all'; 'open' questions.",
        ),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="Show the statements, paper by paper, and run none.")
    ] = False,
    fast: Annotated[bool, typer.Option("--fast", help="Shorter runs: some ten seconds.")] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Longer runs, more and real data: 15 minutes.")
    ] = False,
    seed: Annotated[
        int,
        typer.Option(
            min=0,
            max=2**31 - 1,
            metavar="NUMBER",
            help="Another number shifts the seeds of all random data.",
        ),
    ] = 0,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="NUMBER",
            help="How many are tried at a time; by default one a core for ten or more.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            parser=to_folder,
            help="Folder for the report: HTML, Markdown, figures and numbers.",
        ),
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            parser=to_file,
            help="A Python file with statements of your own (@ib.statement); runs those.",
        ),
    ] = None,
) -> None:
    """Re-run the paper, or later ones: try every statement, and say whether it holds.

    Exit status: 0, or 1 where a verdict is not the expected one, 2 for bad
    arguments and files, 130 after Ctrl-C.
    """
    from ..paper import Effort, from_file, report, side_by_side, statements, terminal, words

    if fast and thorough:
        raise InvalidValueError("fast: expected --fast or --thorough, not both")
    loaded = None if from_ is None else from_file.load(from_)
    keys, of_papers = _listed(only, "only", "statements"), _listed(of, "of", "papers")
    if loaded is not None and not (keys or of_papers):
        chosen = loaded
    else:
        chosen = statements(keys, of_papers or ("all" if list_ else None))
    if list_:
        terminal.show_list(chosen, console)
        return
    if out is not None:
        make_folder(out)
    effort: Effort = "fast" if fast else "thorough" if thorough else "default"
    number = f"{len(chosen)} statement{'s' if len(chosen) > 1 else ''}"
    whole = keys is None and of_papers is None and loaded is None
    what = f"Re-running the paper: {number}, {_DURATIONS[effort]}" if whole else f"Trying {number}"
    if of_papers == ["all"] and keys is None:
        what = f"Re-running all papers: {number}, {_DURATIONS_OF_ALL[effort]}"
    where = "no report without --out" if out is None else f"report in {out}"
    console.print(f"{what}; {where}", soft_wrap=True, highlight=False)
    begin = time.perf_counter()
    work = side_by_side.Work(effort, seed, draws=out is not None, file=from_)
    found = side_by_side.entries(chosen, work, processes or _processes(len(chosen)))
    decided, interrupted = terminal.show(chosen, found, console)
    findings = [finding for finding, _ in decided]
    if out is not None and decided:
        report.write_entries(decided, out)
        console.print(f"Report: {report.main_page(out, findings)}", soft_wrap=True, highlight=False)
    console.print(words.summary(findings).append(f", in {time.perf_counter() - begin:.0f} s"))
    if interrupted:
        raise typer.Exit(130)
    if not all(finding.as_expected for finding in findings):
        raise typer.Exit(1)
