"""What all runs of a sweep recorded, on common times: arrays, datasets and data frames."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..._core import Problem
from ..trajectory import UNCOUNTED, power_of_ten
from .axes import Axes
from .block import Arrays, Block

if TYPE_CHECKING:
    import pandas
    import xarray

# What each column is, and in which unit.
QUANTITIES = {
    "w": "parameters",
    "theta": "parameters of the model, of which w is made",
    "log_loss": "logarithm of the loss",
    "margin": "normalized margin",
    "bound": "certified upper bound on the maximum margin",
    "best_margin": "certified lower bound so far",
    "best_bound": "certified upper bound so far",
    "residual": "Euclidean norm of the residuals",
    "off_manifold": "distance from the data manifold",
    "error": "estimated distance of w from the iterates",
    "integrated": "1 where a row was integrated rather than iterated",
}


class Table:
    """The rows of all runs: an array a column, of shape (runs, times), for w and theta (runs, times, *shape).

    A run that has no row at a time, as it stopped before, has NaN there.
    """

    def __init__(self, axes: Axes, chunks: Sequence[tuple[int, int]], blocks: Sequence[Block]) -> None:
        self.axes = axes
        keys = [_key(block.rows) if block.rows else np.zeros(0) for block in blocks]
        self._keys = np.unique(np.concatenate([np.unique(each) for each in keys]))
        rows = [
            _with_predictors(block.rows, axes.parts(begin)["problem"]) if block.rows else {}
            for (begin, _), block in zip(chunks, blocks, strict=True)
        ]
        names = dict.fromkeys(name for each in rows for name in each if name not in ("t", "log10_t"))
        self.shapes = {
            name: _largest([each[name].shape[1:] for each in rows if name in each])
            for name in names
            if name in ("w", "theta")
        }
        self.columns: Arrays = {
            name: np.full((axes.size, len(self._keys), *self.shapes.get(name, ())), np.nan) for name in names
        }
        self.messages = np.concatenate([block.messages for block in blocks])
        for (begin, end), block, own, key in zip(chunks, blocks, rows, keys, strict=True):
            run = np.repeat(np.arange(begin, end), block.counts)
            at = np.searchsorted(self._keys, key)
            for name, column in own.items():
                if name in self.columns:
                    within = [slice(size) for size in column.shape[1:]]
                    padding = [0] * (len(self.shapes.get(name, ())) - len(within))
                    place: tuple[Any, ...] = (run, at, *within, *padding)
                    self.columns[name][place] = column

    @property
    def counted(self) -> bool:
        """Whether all times are numbers of iterations."""
        return bool(np.all(self._keys <= 2**53))

    @property
    def log10_t(self) -> NDArray[np.float64]:
        """The times' logarithms to base 10."""
        with np.errstate(divide="ignore"):
            return np.where(self._keys <= 2**53, np.log10(self._keys), self._keys / _SCALE)

    @property
    def t(self) -> NDArray[Any]:
        """The times; floats where they go beyond 2^53."""
        if self.counted:
            return self._keys.astype(np.int64)
        far = [power_of_ten(each) for each in self.log10_t.tolist()]
        return np.where(self._keys <= 2**53, self._keys, far)

    def to_xarray(self) -> "xarray.Dataset":
        """Return a dataset with the sweep's axes and t as dimensions."""
        try:
            import xarray
        except ImportError as error:
            raise ModuleNotFoundError(
                "to_xarray: it needs the package xarray; write pip install 'implicitbias[sweep]'"
            ) from error

        dims = [axis.name for axis in self.axes.axes]
        variables: dict[str, Any] = {}
        for name, column in self.columns.items():
            attributes = {"long_name": QUANTITIES.get(name, name.replace("_", " ")), "units": "1"}
            shaped = column.reshape(*self.axes.shape, *column.shape[1:])
            variables[name] = ([*dims, "t", *self._inner(name)], shaped, attributes)
        told = {"long_name": "why a run stopped; empty where it did not"}
        variables["message"] = (dims, self.messages.reshape(self.axes.shape).astype(object), told)
        coordinates: dict[str, Any] = {
            each.argument: (axis.name, _for_files(each.texts), {"long_name": each.long_name})
            for axis in self.axes.axes
            for each in axis.labels
        }
        coordinates["t"] = ("t", self.t, {"long_name": "iterations", "units": "1"})
        coordinates["log10_t"] = ("t", self.log10_t, {"long_name": "log10 of the iterations", "units": "1"})
        return xarray.Dataset(variables, coordinates, {"title": "sweep of implicitbias"})

    def _inner(self, name: str) -> list[str]:
        """Return the names of a column's own dimensions."""
        names = {0: [], 1: ["coordinate"], 2: ["row", "column"]}[len(self.shapes.get(name, ()))]
        return [f"theta_{each}" for each in names] if name == "theta" else names

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a data frame with a row for each row of each run, indexed by the axes' labels and t."""
        import pandas

        if not self.columns:  # no run could begin
            return pandas.DataFrame()
        there = ~np.isnan(self.columns["log_loss"])
        run, at = np.nonzero(there)
        index = {
            each.argument: each.texts[self.axes.indices(each.argument)[run]]
            for axis in self.axes.axes
            for each in axis.labels
        }
        columns = {name: each[there] for name, each in self.columns.items() if name not in self.shapes}
        for name in self.shapes:
            entries = self.columns[name][there].reshape(len(run), -1)
            columns |= {f"{name}{i}": entries[:, i] for i in range(entries.shape[1])}
        levels = [*index.values(), self.t[at]]
        names = [*index, "t"]
        return pandas.DataFrame(columns, pandas.MultiIndex.from_arrays(levels, names=names))


# Times as numbers that grow and that are exact up to 2^53; beyond, they follow log10 t.
_SCALE = 2.0**53 / 15.9


def _with_predictors(rows: Arrays, problem: Problem) -> Arrays:
    """Return the rows with predictors as w; a loop records what is moved, theta on a model."""
    if problem.model.identity:
        return rows
    predictors = np.array([problem.predictor(theta) for theta in rows["w"]])
    return {name: predictors if name == "w" else rows[name] for name in rows} | {"theta": rows["w"]}


def _largest(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the shape that all of these fit into, with padding."""
    deepest = max(map(len, shapes))
    return tuple(max(each[i] if i < len(each) else 1 for each in shapes) for i in range(deepest))


def _key(rows: Arrays) -> NDArray[np.float64]:
    t = rows["t"]
    return np.where(t == UNCOUNTED, rows["log10_t"] * _SCALE, t.astype(float))


def _for_files(labels: NDArray[Any]) -> NDArray[Any]:
    """Return labels of a type that netCDF and Zarr have: texts as objects."""
    return labels.astype(object) if labels.dtype.kind == "U" else labels
