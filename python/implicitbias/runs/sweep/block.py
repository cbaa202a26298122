"""Where the runs of a chunk stand, as a few arrays: their states, and the rows that they recorded."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..._core import RunLoop
from ...errors import DomainError
from ..trajectory import UNCOUNTED
from ..view import Parts

Arrays = dict[str, NDArray[Any]]


class Ragged:
    """One array a run, end to end; those of most chunks have one shape. A run may have none."""

    def __init__(self, values: NDArray[Any], shapes: NDArray[np.int64]) -> None:
        self.values, self.shapes = values, shapes  # row i: whether run i has one, and its shape

    @classmethod
    def of(cls, arrays: Sequence[NDArray[Any] | None]) -> Self:
        """Return the arrays of all runs."""
        there = [each for each in arrays if each is not None]
        none = (0,) * (1 + there[0].ndim)
        shapes = [none if each is None else (1, *each.shape) for each in arrays]
        return cls(np.concatenate([each.ravel() for each in there]), np.array(shapes, np.int64))

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.cumsum(self.shapes.prod(axis=1))

    @cached_property
    def _even(self) -> NDArray[Any] | None:
        """The arrays as rows of one, where each run has one and all are of one shape."""
        there, *shape = self.shapes[0].tolist()
        even = there and (self.shapes == self.shapes[0]).all()
        return self.values.reshape(len(self.shapes), *shape) if even else None

    def __getitem__(self, i: int) -> NDArray[Any] | None:
        if self._even is not None:
            return self._even[i, ...]
        there, *shape = self.shapes[i].tolist()
        end = self._ends[i]
        return self.values[end - math.prod(shape) : end].reshape(shape) if there else None


class Block:
    """The states and rows of some runs, and why those that stopped did.

    Attributes
    ----------
    state : dict of Ragged
        By the names that checkpoints have; a run that could not begin has none.
    rows : dict of ndarray
        The columns of all trajectories, one run's after another's.
    counts : ndarray
        How many rows each run has.
    messages : ndarray of str
        Why a run stopped, empty for those that go on.
    """

    def __init__(
        self, state: dict[str, Ragged], rows: Arrays, counts: NDArray[np.int64], messages: NDArray[np.str_]
    ) -> None:
        self.state, self.rows, self.counts, self.messages = state, rows, counts, messages

    @classmethod
    def of(cls, loops: Sequence[RunLoop | None], messages: Sequence[str], keep: Sequence[int]) -> Self:
        """Return the runs of a chunk; of each trajectory so many rows at the beginning are left out."""
        snapshots = [({}, {}) if loop is None else loop.snapshot() for loop in loops]
        names = dict.fromkeys(name for state, _ in snapshots for name in state)
        state = {
            name: Ragged.of([np.asarray(own[name]) if name in own else None for own, _ in snapshots])
            for name in names
        }
        new = [
            {name: rows[name][skip:] for name in rows}
            for (_, rows), skip in zip(snapshots, keep, strict=True)
        ]
        columns = next((list(rows) for rows in new if rows), [])
        rows = {name: np.concatenate([own[name] for own in new if own]) for name in columns}
        counts = np.array([len(own["t"]) if own else 0 for own in new], np.int64)
        return cls(state, rows, counts, np.array(messages, np.str_))

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The number of each run's first row."""
        return np.cumsum(self.counts) - self.counts

    @property
    def t(self) -> NDArray[np.float64]:
        """Iterations done, for each run; infinite beyond 2^53, and for runs that could not begin 0."""
        if "t" not in self.state:
            return np.zeros(len(self.counts))
        t = self.state["t"]
        done = np.zeros(len(self.counts))
        done[t.shapes[:, 0] == 1] = np.where(t.values == UNCOUNTED, np.inf, t.values.astype(float))
        return done

    def gaps(self) -> NDArray[np.float64]:
        """Return the certified gap of each run at its last row; infinite where nothing is certified."""
        gap = np.full(len(self.counts), np.inf)
        if "best_margin" in self.rows:
            begun = self.counts > 0
            last = (self.starts + self.counts - 1)[begun]
            lower, upper = self.rows["best_margin"][last], self.rows["best_bound"][last]
            with np.errstate(invalid="ignore", divide="ignore"):
                gap[begun] = np.where(np.isfinite(lower) & (upper != 0), 1 - lower / upper, np.inf)
        return gap

    def loop(self, i: int, parts: Parts) -> RunLoop:
        """Return the loop of run i, which goes on from here as if it had always been alone.

        Raises
        ------
        DomainError
            If it could not begin.
        """
        if not self.counts[i]:
            raise DomainError(str(self.messages[i]))
        state = {name: own[i] for name, own in self.state.items()}
        given = {
            name: each.item() if each.ndim == 0 else each for name, each in state.items() if each is not None
        }
        rows = slice(self.starts[i], self.starts[i] + self.counts[i])
        trajectory = {name: column[rows] for name, column in self.rows.items()}
        return RunLoop.restore(*parts, given, trajectory, False, 1)

    def ends(self) -> Self:
        """Return the block with the first and the last row of each run, from which all of them can go on."""
        last = self.starts + self.counts - 1
        several = self.counts > 1
        begun = self.counts > 0
        chosen = np.sort(np.concatenate([self.starts[begun], last[several]]))
        rows = {name: column[chosen] for name, column in self.rows.items()}
        return type(self)(self.state, rows, np.minimum(self.counts, 2), self.messages)

    def followed_by(self, later: "Block") -> Self:
        """Return the states of a later block, with its rows after those of this one."""
        runs = np.arange(len(self.counts))
        order = np.argsort(
            np.concatenate([np.repeat(runs, self.counts), np.repeat(runs, later.counts)]), kind="stable"
        )
        if not self.rows or not later.rows:
            rows = self.rows or later.rows
        else:
            rows = {name: np.concatenate([own, later.rows[name]])[order] for name, own in self.rows.items()}
        return type(self)(later.state, rows, self.counts + later.counts, later.messages)

    def as_arrays(self) -> Arrays:
        """Return the block as arrays by name, for a file."""
        arrays: Arrays = {"counts": self.counts, "messages": self.messages}
        for name, own in self.state.items():
            arrays |= {f"state/{name}": own.values, f"shapes/{name}": own.shapes}
        return arrays | {f"rows/{name}": column for name, column in self.rows.items()}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what `as_arrays` made arrays of."""
        names = [name.removeprefix("state/") for name in arrays if name.startswith("state/")]
        state = {name: Ragged(arrays[f"state/{name}"], arrays[f"shapes/{name}"]) for name in names}
        rows = {
            name.removeprefix("rows/"): column for name, column in arrays.items() if name.startswith("rows/")
        }
        return cls(state, rows, arrays["counts"], arrays["messages"])


def reached(blocks: list[Block | None]) -> tuple[int, int]:
    """Return the least and the largest t, up to 2^53, of runs that did not stop: a folder may be ahead."""
    t = np.concatenate([np.zeros(0), *(each.t[each.messages == ""] for each in blocks if each is not None)])
    t = np.minimum(t, 2.0**53)
    return (int(t.min()), int(t.max())) if t.size else (0, 0)
