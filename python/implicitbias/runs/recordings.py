"""Which iterations a run records, as functions with short names."""

from .._calls import public
from .._core import Every, LogSpaced


@public
def log_spaced(per_decade: int = 20) -> LogSpaced:
    """Record t = 0 and the integers nearest to 10^(k / per_decade).

    Parameters
    ----------
    per_decade : int, default 20
        Rows a decade of t.

    Returns
    -------
    LogSpaced

    Examples
    --------
    >>> [ib.log_spaced(2).after(t) for t in (0, 1, 3, 10)]
    [1, 3, 10, 32]
    """
    return LogSpaced(per_decade)


@public
def every(steps: int = 1) -> Every:
    """Record t = 0, steps, 2 steps, ...

    Parameters
    ----------
    steps : int, default 1
        At least 1.

    Returns
    -------
    Every

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.05, record=ib.every(10)).advance(25)
    >>> print(run.trajectory.t)
    [ 0 10 20]
    """
    return Every(steps)
