"""Lemma 8: the negative gradient turns into the cone of the support vectors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import _arguments
from .._arguments import instance
from .._types import Array
from ..errors import InvalidValueError
from ..problems.rows import dense_rows, loss_at, moderate, samples_of, signed_rows
from .view import RunView


@dataclass(frozen=True, eq=False, repr=False)
class SupportVectors:
    """The support vectors of a run on a monotone loss, and how its gradients lie to them.

    Attributes
    ----------
    indices : ndarray of int, shape (s,)
        Samples whose margin y_n <w, x_n> at the last row is the smallest, within the tolerance. Of k classes
        they are pairs, rows of `Problem.rows`: pair i belongs to sample i // (k - 1).
    margins : ndarray of shape (N,)
        All margins at the last row, relative to the smallest.
    t : ndarray of shape (k,)
        The recorded iterations.
    cone_residual : ndarray of shape (k,)
        Distance of -grad L / |grad L|_2 from the cone {sum_n a_n y_n x_n : a >= 0} of the support vectors.
    mass_off : ndarray of shape (k,)
        Share of the samples, or pairs, off the support in sum_n |l'(m_n)|.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Lemma 8.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> found = ib.Run(problem, ib.GradientDescent()).advance(10_000).support_vectors()
    >>> found.indices, found.margins.round(2)
    (array([0, 1]), array([1., 1.]))
    """

    indices: NDArray[np.int64]
    margins: Array
    t: NDArray[np.int64]
    cone_residual: Array
    mass_off: Array

    def __repr__(self) -> str:
        return (
            f"SupportVectors({self.indices.tolist()} at t = {self.t[-1]}, cone_residual "
            f"{self.cone_residual[-1]:.2g}, mass_off {self.mass_off[-1]:.2g})"
        )


def support_vectors(run: RunView, *, tolerance: float = 1e-2) -> SupportVectors:
    """Find the support vectors of a run, and how far its gradients are from their cone (Lemma 8).

    Where w(t) / |w(t)| converges and separates the data, both `cone_residual` and `mass_off` tend to 0. While
    `mass_off` is not small, the support set has not settled: run on, or allow a larger tolerance.

    Parameters
    ----------
    run : Run
        On a monotone loss.
    tolerance : float
        A sample whose margin exceeds the smallest by at most this part is a support vector.

    Raises
    ------
    InvalidValueError
        If the loss has a finite root, or the last row does not separate the data yet.
    """
    from scipy.optimize import nnls

    instance(run, RunView, "run")
    problem = run.problem
    if not problem.loss.monotone:
        raise InvalidValueError(f"run: expected one on a monotone loss, got {problem.loss!r}")
    tolerance = _arguments.tolerance(tolerance)
    moderate(samples_of(problem))
    rows = signed_rows(problem, sparse=True)
    trajectory = run.trajectory
    margins = (rows @ trajectory.w.reshape(len(trajectory), -1).T).T
    smallest = margins[-1].min()
    if not smallest > 0:
        raise InvalidValueError(
            f"run: expected one that separates the data; at t = {run.t} the smallest margin is {smallest:.3g}"
        )
    on = margins[-1] <= (1 + tolerance) * smallest
    support = dense_rows(rows[on]).T
    residuals, off = [], []
    for row in margins:
        weights = -loss_at(problem, row)[2]
        force = weights @ rows
        size = np.linalg.norm(force)
        residuals.append(nnls(support, force / size)[1] if size > 0 else np.nan)
        off.append(weights[~on].sum() / weights.sum())
    return SupportVectors(
        np.flatnonzero(on), margins[-1] / smallest, trajectory.t, np.array(residuals), np.array(off)
    )
