"""Which norm a direction maximizes the margin in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from .._arguments import instance, is_iterable, refuse
from .._calls import public
from .._core import Norm, Problem
from ..errors import InvalidValueError
from ..oracles.certify import with_margins
from ..problems.linear_model import of_predictors
from .bank import Bank
from .of_margins import recognized
from .points import times_and_points
from .regression import fingerprint_of_fit
from .result import Fingerprint


@public
def fingerprint(
    problem: Problem,
    w: ArrayLike,
    t: ArrayLike | None = None,
    geometries: Sequence[Any] | None = None,
) -> Fingerprint:
    """Recognize the geometry whose margin an optimizer maximizes, from its parameters alone.

    In every geometry of a bank the normalized margin of w is held against the maximum one: their ratio tends
    to 1 in the geometry of the optimizer, and to less in others. The largest ratio is the best guess; what
    else may be on its way to 1, given how far the best still is from it, is compatible.

    Parameters
    ----------
    problem : Problem
        With labels -1 and +1 and a monotone loss, or class labels and a multiclass loss; or with a loss of a
        finite root, for which the bank has potentials instead of norms.
    w : array_like
        Of the problem's shape, as `certify` takes it; with `t`, k of them, as an array
        or a list. `Iterates` and runs will do, too, and bring their own t.
    t : array_like of shape (k,), optional
        The iterations, rising.
    geometries : sequence of Norm or Potential, optional
        Instead of the bank: entrywise l_p and, on matrices, Schatten p; sums and maxima over rows and
        columns; l_p of features on their scale, where that differs by more than a factor of 4; AdaGrad's and
        per-sample Adam's Mahalanobis margins; mirror descent with `HyperbolicEntropy` and `Cosh`, in units
        that fit best. An l_p or Schatten norm among them brings its whole line. For
        losses with a finite root potentials.

    Returns
    -------
    Fingerprint

    Raises
    ------
    InvalidValueError, InvalidTypeError
        If w or t do not fit; the message names the cure.

    Notes
    -----
    A verdict is about the bank: an optimizer whose geometry is not in it may look like one that is, from
    some distance. Mirror descent with `HyperbolicEntropy` or `Cosh` goes through the l_p between l2 and l1,
    or linf, like 1 / log t. It is told from those, and named, by grad psi(w), which is in the span of the
    samples at all times; so are networks with its path, such as `Diagonal`. Where samples span nearly all
    parameters, no l_p between l1 and linf is decided. AdaGrad's geometry depends on its steps and start; the
    bank has those of default runs with steps of 0.01 to 1. AdaGrad's and per-sample Adam's are left out where
    the data are large.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorems 1, 5 and 6.
    Baek, Song and Yun (2026), arXiv:2510.26303, Theorem 4.8.
    Woodworth et al. (2020), "Kernel and rich regimes in overparametrized models", Theorem 1: the hyperbolic
    entropy of diagonal networks.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> problem = ib.Problem(rng.standard_normal((10, 40)), [1, -1] * 5, ib.Exponential())
    >>> run = ib.Run(problem, ib.SteepestDescent(ib.Lp(math.inf))).advance(10_000)
    >>> ib.fingerprint(problem, run.w).best
    Lp(p=inf)
    """
    problem = of_predictors(instance(problem, Problem, "problem"))
    times, points = times_and_points(problem, w, t)
    if geometries is not None and not is_iterable(geometries):
        refuse("geometries", "a list of norms", geometries)
    norms = None if geometries is None else list(geometries)
    if not problem.loss.monotone:
        return fingerprint_of_fit(problem, points, times, norms)
    with_margins(problem)
    if norms is not None and not norms:
        raise InvalidValueError("geometries: expected at least one norm, got none")
    for norm in norms or ():
        instance(norm, Norm, "geometries").value(points[-1])  # shapes that it does not know are refused here
    return recognized(Bank(problem, norms), points, times)
