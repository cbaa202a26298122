"""What a command computes beside its runs, on request: flows, lasso and regularization paths."""

from pathlib import Path
from typing import Any

from .._core import Method, Problem, SteepestDescent
from ..errors import ImplicitBiasError
from ..runs.run import Run
from .console import console
from .judged import Line, judge, unjudged
from .output_files import show_file, written
from .run_figures import draw_paths, draw_regularization
from .run_table import write_paths


def flow_lines(problem: Problem, methods: dict[str, Method], w0: Any, oracle: bool) -> list[Line]:
    """Follow the flow of every method to its limit, and judge it."""
    from ..flows.flow import flow

    lines = []
    for name, method in methods.items():
        name = f"flow of {name}"
        try:
            followed = flow(problem, method, w0)
        except ImplicitBiasError as error:
            console.print(f"{name}: {error}")
            continue
        lines.append(judge(name, followed) if oracle else unjudged(name, followed))
    return lines


def compare_paths(problem: Problem, out: Path) -> list[Path]:
    """Follow the lasso path and forward stagewise, say whether they agree, and draw them."""
    from ..paths.lasso_path import lasso
    from ..paths.stagewise_path import stagewise

    exact, steps = lasso(problem), stagewise(problem)
    monotone = "monotone" if exact.monotone else "not monotone"
    console.print(
        f"Lasso path: {monotone}, to the least l1 norm {exact.l1_norms[-1]:.6g}. Forward stagewise, in steps "
        f"of up to {steps.epsilon:.2g}: to l1 norm {steps.l1_norms[-1]:.6g}, residual {steps.residual:.1e}."
    )
    figure = out / "lasso.png"
    if not written(figure, lambda path: draw_paths(path, (exact, steps))):
        return []
    show_file(figure)
    return [figure]


def regularization_paths(runs: dict[str, Run], out: Path) -> tuple[list[Path], bool]:
    """Follow the regularization paths in the norms of the runs, write them and draw them beside the runs.

    Returns
    -------
    files : list of Path
    all_written : bool
        Whether these are all that there should be.
    """
    from ..paths.regularization_path import RegularizationPath, regularization

    ways: dict[str, RegularizationPath] = {}
    for name, run in runs.items():
        assert isinstance(run.method, SteepestDescent)
        try:
            ways[name] = regularization(run.problem, run.method.norm)
        except ImplicitBiasError as error:
            console.print(f"Regularization path in {name}: {error}", soft_wrap=True)
            continue
        console.print(
            f"Regularization path in {name}: to norm {ways[name].norms[-1]:.6g}, margin "
            f"{ways[name].margin[-1]:.6g}; log L is certified within {ways[name].gap.max():.1e}.",
            soft_wrap=True,
        )
    if not ways:
        return [], True
    table, figure = out / "paths.csv", out / "paths.png"
    files = [table] if written(table, lambda path: write_paths(path, ways)) else []
    drawn = {name: runs[name] for name in ways}
    files += [figure] if written(figure, lambda path: draw_regularization(path, ways, drawn)) else []
    for path in files:
        show_file(path)
    return files, len(files) == 2
