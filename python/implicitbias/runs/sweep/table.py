"""What all runs of a sweep recorded, on common times: arrays, datasets and data frames."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..trajectory import UNCOUNTED, power_of_ten
from .axes import Axes
from .block import Arrays, Block

if TYPE_CHECKING:
    import pandas
    import xarray

# What each column is, and in which unit.
QUANTITIES = {
    "w": "parameters",
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
    """The rows of all runs: one array a column, of shape (runs, times) or (runs, times, *parameters).

    A run that has no row at a time, as it stopped before, has NaN there.
    """

    def __init__(self, axes: Axes, chunks: Sequence[tuple[int, int]], blocks: Sequence[Block]) -> None:
        self.axes = axes
        keys = [_key(block.rows) if block.rows else np.zeros(0) for block in blocks]
        self._keys = np.unique(np.concatenate([np.unique(each) for each in keys]))
        names = dict.fromkeys(name for block in blocks for name in block.rows if name not in ("t", "log10_t"))
        sizes = [block.rows["w"].shape[1:] for block in blocks if block.rows]
        # Parameters of several shapes are padded to the largest.
        deepest = max((len(each) for each in sizes), default=1)
        self.parameters = tuple(
            max(each[i] if i < len(each) else 1 for each in sizes) if sizes else 0 for i in range(deepest)
        )
        self.columns: Arrays = {
            name: np.full((axes.size, len(self._keys), *(self.parameters if name == "w" else ())), np.nan)
            for name in names
        }
        self.messages = np.concatenate([block.messages for block in blocks])
        for (begin, end), block, key in zip(chunks, blocks, keys, strict=True):
            run = np.repeat(np.arange(begin, end), block.counts)
            at = np.searchsorted(self._keys, key)
            for name, column in block.rows.items():
                if name == "w":
                    parameters = tuple(slice(size) for size in column.shape[1:])
                    inner = parameters + (0,) * (deepest - len(parameters))
                    self.columns["w"][(run, at, *inner)] = column
                elif name in self.columns:
                    self.columns[name][run, at] = column

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
        inner = {1: ["coordinate"], 2: ["row", "column"]}[len(self.parameters)]
        variables: dict[str, Any] = {}
        for name, column in self.columns.items():
            attributes = {"long_name": QUANTITIES.get(name, name.replace("_", " ")), "units": "1"}
            shaped = column.reshape(*self.axes.shape, *column.shape[1:])
            variables[name] = ([*dims, "t", *(inner if name == "w" else [])], shaped, attributes)
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
        columns = {name: each[there] for name, each in self.columns.items() if name != "w"}
        w = self.columns["w"][there].reshape(len(run), -1)
        columns |= {f"w{i}": w[:, i] for i in range(w.shape[1])}
        levels = [*index.values(), self.t[at]]
        names = [*index, "t"]
        return pandas.DataFrame(columns, pandas.MultiIndex.from_arrays(levels, names=names))


# Times as numbers that grow and that are exact up to 2^53; beyond, they follow log10 t.
_SCALE = 2.0**53 / 15.9


def _key(rows: Arrays) -> NDArray[np.float64]:
    t = rows["t"]
    return np.where(t == UNCOUNTED, rows["log10_t"] * _SCALE, t.astype(float))


def _for_files(labels: NDArray[Any]) -> NDArray[Any]:
    """Return labels of a type that netCDF and Zarr have: texts as objects."""
    return labels.astype(object) if labels.dtype.kind == "U" else labels
