"""Iterates that another program made, as a run: with certificates, to plot and to compare."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._arguments import instance, labeled, refuse
from .._calls import public
from .._core import LogSpaced, Norm, Problem, SteepestDescent
from .._types import Array
from ..errors import InvalidValueError
from ..oracles.margin_bounds import Bounds, Margins
from ..oracles.margin_map import MarginMap
from ..oracles.soft_max_bound import soft_max_bound
from ..problems.foreign_parameters import parameters_of, rising
from ..problems.linear_model import of_predictors
from ..problems.rows import signed_rows, targets_of
from .recorded import Recorded
from .view import RunView


class Iterates(RunView):
    """Iterates of any program, to look at as at a run.

    It has a run's trajectory, margins, bounds and brackets, goes into figures, `compare`, `behavior` and
    `fingerprint`, but cannot be advanced.

    Parameters
    ----------
    problem : Problem
    norm : Norm
        In which margins are normalized.
    t : array_like of shape (k,) or None
        The iterations, rising. For a folder they may be None: then they are the numbers in the files' names.
    w : array_like of shape (k, ``*problem.predictor_shape``), sequence or path
        The parameters: an array or tensor, a list of such, of state dicts of a linear layer, or a folder of
        NPY files, one an iterate, in the order of the numbers in their names.

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If w or t do not fit; the message names the cure.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> iterates = ib.Iterates(problem, ib.Lp(2), [1, 10], [[1.0, 0.2], [5.0, 4.0]])
    >>> iterates.trajectory.margin.round(3), iterates.bracket.gap < 0.02
    (array([0.686, 1.015]), False)
    >>> print(ib.compare(iterates, ib.predict(problem, iterates.method)).verdict)
    not yet converged
    """

    @public
    def __init__(
        self,
        problem: Problem,
        norm: Norm,
        t: ArrayLike | None,
        w: ArrayLike | str | PathLike[str] | Sequence[Any],
    ) -> None:
        problem = of_predictors(instance(problem, Problem, "problem"))
        instance(norm, Norm, "norm")
        times, points = _read(problem, t, w)
        if problem.loss.monotone:
            labeled(problem)
        recorded: Any = _Foreign(problem, norm, times, points)
        rule: Any = None
        self._take(problem, SteepestDescent(norm), rule, None, LogSpaced(), recorded, "plain", 1)

    @property
    def norm(self) -> Norm:
        """The norm in which margins are normalized."""
        norm = self.method.geometry
        assert isinstance(norm, Norm)
        return norm

    def __repr__(self) -> str:
        return f"Iterates({self._problem!r}, {self.norm!r}, t={self.t}, {len(self.trajectory)} of them)"


class _Foreign(Recorded):
    """What a loop that has been run elsewhere tells of itself; of its potential nothing is known."""

    whose = "iterates of another program"

    def __init__(self, problem: Problem, norm: Norm, times: Array, points: NDArray[np.float64]) -> None:
        whole = np.all(times == np.round(times)) and times[-1] < 2**53
        t: NDArray[Any] = times.astype(np.int64) if whole else times
        columns: dict[str, NDArray[Any]]
        with np.errstate(divide="ignore"):
            columns = {"t": t, "log10_t": np.log10(times), "w": points}
        columns["log_loss"] = np.array([problem.evaluate(w)[0] for w in points])
        columns |= _margins(problem, norm, points) if problem.loss.monotone else _residuals(problem, points)
        nothing = np.zeros(len(times))
        super().__init__(columns | {"error": nothing, "integrated": nothing.copy()})


def _margins(problem: Problem, norm: Norm, points: Array) -> dict[str, Array]:
    A = MarginMap.of(problem)
    proofs, bounds = Margins(problem, norm, A), Bounds.of_norm(A, norm, problem.predictor_shape)
    margin, lower, bound = [], [], []
    for w in points:
        margins, size = A.margins(w.ravel()), norm.value(w)
        margin.append(float(margins.min()) / size if size > 0 else -np.inf)
        lower.append(proofs.lower(w))
        bound.append(soft_max_bound(bounds, margins))
    best = np.maximum.accumulate(lower), np.minimum.accumulate(bound)
    return {
        "margin": np.array(margin),
        "bound": np.array(bound),
        "best_margin": np.asarray(best[0], dtype=np.float64),
        "best_bound": np.asarray(best[1], dtype=np.float64),
    }


def _residuals(problem: Problem, points: Array) -> dict[str, Array]:
    A, y = signed_rows(problem), targets_of(problem)
    residuals = [float(np.linalg.norm(A @ w.ravel() - y)) for w in points]
    return {"residual": np.array(residuals), "off_manifold": np.full(len(points), np.nan)}


def _read(problem: Problem, t: Any, w: Any) -> tuple[Array, NDArray[np.float64]]:
    """Return iterations and iterates."""
    if isinstance(w, str | PathLike):
        numbers, w = _folder(Path(w))
        t = numbers if t is None else t
    if t is None:
        refuse("t", "the iterations, one for each w", t)
    times = rising(t)
    if isinstance(w, Mapping):
        w = [w]
    if not hasattr(w, "__len__") or not hasattr(w, "__getitem__"):
        refuse("w", "an array of iterates, a list of them, or a folder", w)
    if len(w) != len(times):
        raise InvalidValueError(
            f"w: expected {len(times)} iterates of shape {problem.predictor_shape}, one for each t, "
            f"got {len(w)}"
        )
    points = [parameters_of(w[i], problem, f"w[{i}]", zero=True) for i in range(len(w))]
    return times, np.array(points)


def _folder(folder: Path) -> tuple[list[int], list[Any]]:
    """Return the numbers in the names of NPY files, in order, and what is in them."""
    if not folder.is_dir():
        cure = ""
        if folder.suffix in (".pt", ".pth", ".ckpt"):
            cure = f"; write [torch.load({str(folder)!r})] for the state dict of a linear layer"
        raise InvalidValueError(f"w: expected a folder of NPY files, got {str(folder)!r}{cure}")
    files = {}
    for file in folder.glob("*.npy"):
        numbers = re.findall(r"\d+", file.stem)
        if not numbers or int(numbers[-1]) in files:
            raise InvalidValueError(
                "w: expected NPY files whose names end in numbers of their own, such as w_100.npy, got "
                f"{file.name!r}"
            )
        files[int(numbers[-1])] = file
    if not files:
        raise InvalidValueError(f"w: expected NPY files in {str(folder)!r}, got none")
    arrays = []
    for number in sorted(files):
        try:
            arrays.append(np.load(files[number], allow_pickle=False))
        except (OSError, ValueError, EOFError) as error:
            raise InvalidValueError(f"w: {files[number].name!r} is no array of NumPy's ({error})") from None
    return sorted(files), arrays
