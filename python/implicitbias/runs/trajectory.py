"""What a run recorded."""

import csv
import math
from collections.abc import Iterator
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arguments import seen
from .._calls import public
from .._html import grid

Column = NDArray[np.float64]

# The core's t after a leap beyond 2^53, where doubles no longer count iterations.
UNCOUNTED = 2**63 - 1


def power_of_ten(exponent: float) -> float:
    """Return 10^exponent, infinity where it overflows."""
    return 10.0**exponent if exponent < 308.25 else math.inf


class Trajectory:
    """Columns over the recorded iterations, as plain arrays.

    Monotone losses have ``margin``, ``bound``, ``best_margin`` and ``best_bound``; losses with a finite
    root have ``loss``, ``residual`` and ``off_manifold``. A column also has its name as a key:
    ``trajectory["margin"]``, ``"margin" in trajectory``, ``trajectory.keys()``.

    Parameters
    ----------
    columns : dict of str to ndarray
        The columns by name, each with k rows, as `Run.trajectory` gives them.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> rows = ib.Run(problem, ib.GradientDescent(), 0.05, record=ib.every()).advance(4).trajectory
    >>> print(rows.t, rows["residual"].round(4))
    [0 1 2 3 4] [1.     0.5    0.25   0.125  0.0625]
    """

    def __init__(self, columns: dict[str, NDArray[Any]]) -> None:
        self._columns = columns

    def _column(self, name: str) -> Column:
        if name in self._columns:
            return self._columns[name]
        kind = "a loss with a finite root" if "residual" in self._columns else "a monotone loss"
        raise AttributeError(f"a run on {kind} records {', '.join(self._columns)}; it has no {name!r}")

    @property
    def t(self) -> NDArray[Any]:
        """Iterations at which a row was recorded, shape (k,); float64 if they go beyond 2^53."""
        t = self._columns["t"]
        leapt = t == UNCOUNTED
        if not leapt.any():
            return t
        times = t.astype(float)
        times[leapt] = [power_of_ten(exponent) for exponent in self.log10_t[leapt].tolist()]
        return times

    @property
    def log10_t(self) -> Column:
        """log10 t, also where t itself overflows; -inf at t = 0, shape (k,)."""
        return self._columns["log10_t"]

    @property
    def integrated(self) -> NDArray[np.bool_]:
        """Whether a row was integrated by `Run.fast_forward` rather than iterated, shape (k,)."""
        return np.asarray(self._columns["integrated"] != 0)

    @property
    def error(self) -> Column:
        """Estimated distance of w from the iterates: 0 until the first leap, shape (k,)."""
        return self._columns["error"]

    @property
    def w(self) -> Column:
        """Predictors, shape (k, d) or (k, r, c)."""
        return self._columns["w"]

    @property
    def theta(self) -> Column:
        """Parameters, shape (k, *problem.shape): a column of its own on a model, else that of `w`."""
        return self._columns.get("theta", self.w)

    @property
    def log_loss(self) -> Column:
        """log L(w), exact where L itself underflows, shape (k,)."""
        return self._columns["log_loss"]

    @property
    def margin(self) -> Column:
        """Normalized margin min_n y_n <w, x_n> / |w| in the method's norm; -inf at w = 0, shape (k,).

        On a model it is divided by |theta|^degree instead.
        """
        return self._column("margin")

    @property
    def bound(self) -> Column:
        """Certified upper bound |sum_n p_n y_n x_n|_* on the maximum margin, shape (k,)."""
        return self._column("bound")

    @property
    def best_margin(self) -> Column:
        """Lower side of the certified bracket so far, rounding included, shape (k,)."""
        return self._column("best_margin")

    @property
    def best_bound(self) -> Column:
        """Upper side of the certified bracket so far, rounding included, shape (k,).

        Besides the iterates' soft-max weights it uses their average over the run.
        """
        return self._column("best_bound")

    @property
    def loss(self) -> Column:
        """L(w), for losses with a finite root, shape (k,); inf where it is beyond double precision."""
        self._column("residual")
        with np.errstate(over="ignore"):
            return np.exp(self.log_loss)

    @property
    def residual(self) -> Column:
        """Euclidean norm |Xw - y|, for losses with a finite root, shape (k,)."""
        return self._column("residual")

    @property
    def off_manifold(self) -> Column:
        """Distance of grad psi(w) - grad psi(w0) from the rows of X and the constraints, shape (k,).

        A w with Xw = y is the Bregman projection of w0 if and only if it is 0. NaN for methods without a
        potential, under a constraint that is not affine, and where factorizing X would take minutes.
        """
        return self._column("off_manifold")

    def keys(self) -> tuple[str, ...]:
        """Return the names of the columns, those that ``trajectory[name]`` takes.

        Returns
        -------
        tuple of str

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> "residual" in ib.Run(problem, ib.GradientDescent(), 0.05).trajectory.keys()
        True
        """
        computed = ("loss",) if "residual" in self._columns else ()
        return (*self._columns, *computed)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column by its name: ``trajectory["margin"]`` is ``trajectory.margin``."""
        if name not in self:
            raise KeyError(f"{seen(name)}; this run records {', '.join(self.keys())}")
        column: NDArray[Any] = getattr(self, name)
        return column

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.t)

    def __repr__(self) -> str:
        return f"Trajectory({len(self)} rows, t = 0 to {self.t[-1]}: {', '.join(self._columns)})"

    def _repr_html_(self) -> str:
        numbers = [name for name in self.keys() if name not in ("w", "theta", "integrated")]
        shown = range(len(self)) if len(self) <= 8 else [0, 1, 2, None, *range(len(self) - 3, len(self))]
        columns = {name: self[name].tolist() for name in numbers}
        rows = [["..." if i is None else columns[name][i] for name in numbers] for i in shown]
        return grid(f"Trajectory, {len(self)} rows; w of shape {self.w.shape[1:]}", numbers, rows)

    @public
    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write one row a recorded iteration, w last as w0, w1, ... in row-major order, then any theta.

        Parameters
        ----------
        path : str or path
            Of the file, which is replaced if there is one.

        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> ib.Run(problem, ib.GradientDescent(), 0.05).advance(10).trajectory.to_csv("run.csv")
        >>> with open("run.csv") as file:
        ...     print(file.readline().strip())
        t,log10_t,log_loss,residual,off_manifold,error,integrated,w0,w1
        """
        arrays = [name for name in ("w", "theta") if name in self._columns]
        scalars = [name for name in self._columns if name not in arrays]
        parameters = np.hstack([self._columns[name].reshape(len(self), -1) for name in arrays])
        sizes = [self._columns[name][0].size for name in arrays]
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            entries = (f"{name}{i}" for name, size in zip(arrays, sizes, strict=True) for i in range(size))
            writer.writerow([*scalars, *entries])
            for row in range(len(self)):
                values = (getattr(self, name)[row].item() for name in scalars)
                writer.writerow([*values, *parameters[row].tolist()])
