"""The figures that a command of runs leaves."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core import SteepestDescent
from ..nouns.as_text import mathtext, plain
from ..plot.figures import new_figure
from ..runs.run import Run
from .judged import Line

if TYPE_CHECKING:
    from ..paths.lasso_path import LassoPath
    from ..paths.regularization_path import RegularizationPath
    from ..paths.stagewise_path import StagewisePath


def draw(path: Path, lines: list[Line]) -> None:
    """Draw what did not fail; where all did, everything; with the oracle's answers where it was asked."""
    from ..plot.against_t import gaps, margins, residuals
    from ..plot.parameter_space import path as draw_in_space

    sound = [line for line in lines if line.verdict != "failed"]
    shown, oracle = sound or lines, any(line.verdict != "not asked" for line in sound)
    ways = [line.run for line in shown]
    runs, labels = zip(
        *((line.run, _label(line)) for line in shown if isinstance(line.run, Run)), strict=True
    )
    problem = ways[0].problem
    in_space = not problem.loss.monotone and math.prod(problem.predictor_shape) in (2, 3)
    figure: Any = new_figure(12 if problem.loss.monotone or in_space else 7.2, 4.6)
    if problem.loss.monotone:
        left, right = figure.subplots(1, 2)
        margins(runs, oracle=oracle, labels=labels, ax=left)
        gaps(runs, oracle=oracle, labels=labels, ax=right)
    else:
        residuals(runs, labels=labels, ax=figure.add_subplot(1, 1 + in_space, 1))
    if in_space:
        ax = figure.add_subplot(1, 2, 2, projection="3d" if math.prod(problem.predictor_shape) == 3 else None)
        claims = [line.claim for line in shown if line.claim is not None]
        draw_in_space(ways, claims, labels=[line.name for line in shown], ax=ax)
    figure.savefig(path, dpi=160)


def _label(line: Line) -> str:
    """Return the line's name with its norm in mathematical notation."""
    method = line.run.method
    if not isinstance(method, SteepestDescent):
        return line.name
    return line.name.replace(plain(method.norm), mathtext(method.norm), 1)


def draw_paths(path: Path, ways: "Sequence[LassoPath | StagewisePath]") -> None:
    """Draw coefficients against l1 norms."""
    from ..plot.against_l1_norm import coefficients

    figure = new_figure(7.2, 4.6)
    coefficients(ways, ax=figure.add_subplot())
    figure.savefig(path, dpi=160)


def draw_regularization(path: Path, ways: "dict[str, RegularizationPath]", runs: dict[str, Run]) -> None:
    """Draw regularization paths beside the runs."""
    from ..plot.against_norm import paths

    figure = new_figure(7.2, 4.6)
    paths(list(ways.values()), list(runs.values()), ax=figure.add_subplot())
    figure.savefig(path, dpi=160)
