"""Written by tools/write_stub.py."""
from __future__ import annotations
import inspect
import numpy
import numpy.typing
import typing
from .norms import Norm
class Constraint:
    """
    A convex set that mirror descent stays in: NonNegative, Box, Ball, Affine or Simplex.
    
    On losses with a finite root and on strictly monotone ones, each step is followed by the Bregman projection on
    the set, with Euclidean the nearest point. Runs in a NonNegative, Box or Ball must start inside, and do unless
    they are given w0; in an Affine or Simplex the first step projects w0. What the bracket of a run says under a
    constraint, its docstring tells.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eq. (4) and Theorem 1a.
    
    Examples
    --------
    >>> isinstance(ib.Simplex(), ib.Constraint)
    True
    """
    __signature__: typing.ClassVar[inspect.Signature]
    def __init__(self: object, *arguments: object, **named: object) -> None:
        ...
    @property
    def affine(self) -> bool:
        """
        Whether the set is affine, {w : G w = h}: then Theorem 1a is about it.
        """
class Affine(Constraint):
    """
    The affine set W = {w : G w = h}.
    
    Each mirror step is followed by a Bregman projection on W, found by Newton's method on its dual.
    
    Parameters
    ----------
    G : array_like of shape (m, d)
        With linearly independent rows.
    h : array_like of shape (m,)
        The right sides.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eq. (4) and Theorem 1a.
    
    Examples
    --------
    >>> method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Affine([[1.0, 1.0]], [1.0]))
    >>> problem = ib.Problem([[1.0, 2.0]], [1.25], ib.Squared())
    >>> run = ib.Run(problem, method, 0.1).advance(1000)
    >>> print(run.w.round(6))
    [0.75 0.25]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['G', 'h']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, G: numpy.typing.ArrayLike, h: numpy.typing.ArrayLike) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def G(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
    @property
    def h(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
class Ball(Constraint):
    """
    The ball {w : |w| <= radius} of a norm, with the Euclidean potential.
    
    Each gradient step is followed by the Euclidean projection, in closed form for Lp(p) and Schatten(p) with
    p = 1, 2 or inf, and for GroupNorm with these p outside and q = 2 inside, or p = inf and these q. Other
    norms are refused.
    
    Runs start at 0; w0 must be inside.
    
    Parameters
    ----------
    norm : Norm
        One of those above.
    radius : float
        Positive.
    
    Notes
    -----
    On strictly monotone losses a run's bracket is that of the maximum margin in l2 over all w: a ball
    limits their size, not their direction.
    
    References
    ----------
    Duchi et al. (2008), "Efficient projections onto the l1-ball for learning in high dimensions", Figure 1.
    
    Examples
    --------
    >>> method = ib.MirrorDescent(ib.Euclidean(), constraint=ib.Ball(ib.Lp(1), 1.0))
    >>> problem = ib.Problem([[1.0, 2.0]], [3.0], ib.Squared())
    >>> print(ib.Run(problem, method, 0.1).advance(1000).w.round(6))
    [0. 1.]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['norm', 'radius']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, norm: Norm, radius: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def norm(self) -> Norm:
        ...
    @property
    def radius(self) -> float:
        ...
class Box(Constraint):
    """
    The box {w : lower <= w <= upper}, entry by entry.
    
    Each mirror step is followed by clipping, which is the Bregman projection on a box for potentials that are
    sums over the coordinates: Euclidean (projected gradient descent), Entropy, PowerPotential,
    HyperbolicEntropy, Cosh, SquaredLp(2) and QuadraticPotential with a diagonal matrix. Others are refused.
    
    Runs start at the point of the box where psi is least, the clipped minimum of psi; w0 must be inside.
    
    Parameters
    ----------
    lower, upper : float or array_like of the parameters' shape
        lower <= upper; a side may be infinite.
    
    Notes
    -----
    On strictly monotone losses a run's bracket is that of the maximum margin over all w, whatever the
    constraint: its upper side bounds the margin over any part of them, too. Where every side is 0 or
    infinite, so that the box is a cone, the bracket contains the maximum margin over this cone as well.
    
    Examples
    --------
    >>> method = ib.MirrorDescent(ib.Euclidean(), constraint=ib.Box(-1.0, [0.5, math.inf]))
    >>> problem = ib.Problem([[1.0, 2.0]], [3.0], ib.Squared())
    >>> print(ib.Run(problem, method, 0.1).advance(1000).w.round(6))
    [0.5  1.25]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['lower', 'upper']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, lower: float | numpy.typing.ArrayLike, upper: float | numpy.typing.ArrayLike) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def lower(self) -> typing.Any:
        ...
    @property
    def upper(self) -> typing.Any:
        ...
class NonNegative(Constraint):
    """
    The cone {w : w >= 0}, entry by entry: Box(0, inf).
    
    With Euclidean it makes mirror descent projected gradient descent. The potentials that it goes with, the
    start, and what a run's bracket says are those of Box.
    
    Examples
    --------
    >>> problem = ib.Problem([[2.0, -1.0], [1.0, 1.0]], [1, 1], ib.Exponential())
    >>> method = ib.MirrorDescent(ib.Euclidean(), constraint=ib.NonNegative())
    >>> run = ib.Run(problem, method, ib.LossNormalized(0.5)).advance(10_000)
    >>> bool((run.w >= 0).all()), run.margin > 0.99 * run.bracket.upper
    (True, True)
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = list()
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
class Simplex(Constraint):
    """
    The simplex {w : sum_i w_i = 1} with the entropy potential: exponentiated gradient, in closed form.
    
    Runs start at 1/d, the distribution of maximum entropy.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eq. (4) and Theorem 1a.
    
    Examples
    --------
    >>> method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex())
    >>> problem = ib.Problem([[1.0, 2.0]], [1.25], ib.Squared())
    >>> run = ib.Run(problem, method, 0.1).advance(1000)
    >>> print(run.w.round(6))
    [0.75 0.25]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = list()
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
