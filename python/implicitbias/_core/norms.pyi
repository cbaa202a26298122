"""Written by tools/write_stub.py."""
from __future__ import annotations
import collections.abc
import inspect
import numpy
import numpy.typing
import typing
class Gauge:
    """
    What margins are normalized in: a norm, or the trace of positive semidefinite matrices.
    """
    def dual(self, g: typing.Any) -> float:
        """
        The dual size |g|_* = max {<g, v> : |v| <= 1}.
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
        
        Returns
        -------
        float
        
        Examples
        --------
        >>> ib.Lp(1).dual([3.0, -4.0])
        4.0
        """
    def value(self, w: typing.Any) -> float:
        """
        The size |w|.
        
        Parameters
        ----------
        w : array_like of shape (d,) or (r, c)
        
        Returns
        -------
        float
        
        Examples
        --------
        >>> ib.Lp(2).value([3.0, 4.0])
        5.0
        """
    @property
    def condition(self) -> float:
        """
        The factor by which rounding in ``value`` and ``dual`` may be magnified.
        """
class Norm(Gauge):
    """
    A norm, with its dual and its steepest descent step.
    
    Subclass it for a norm of your own: define ``value(w)``, ``dual(g)`` and ``steepest(g)``, which get and
    return arrays of the parameter's shape. Facts about it are attributes of the class: with
    ``strictly_convex = True`` it gets `max_margin` and `fast_forward`, with ``quadratic = True`` the engines
    for steps that are linear in the gradient. Theorem 5's oracle wants one more function, registered with
    ``implicitbias.as_cvxpy.register``.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.4.
    
    Examples
    --------
    >>> class Double(ib.Norm):
    ...     strictly_convex = True
    ...
    ...     def value(self, w):
    ...         return 2 * np.linalg.norm(w)
    ...
    ...     def dual(self, g):
    ...         return np.linalg.norm(g) / 2
    ...
    ...     def steepest(self, g):
    ...         return -g / 4
    >>> problem = ib.Problem([[3.0, 4.0]], [1], ib.Exponential())
    >>> print(f"{ib.max_margin(problem, Double()).value:.4f}")
    2.5000
    """
    @classmethod
    def __new__(cls) -> typing.Any:
        ...
    def __init__(self: object) -> None:
        ...
    def __reduce__(self: object) -> typing.Any:
        ...
    def __repr__(self: object) -> str:
        ...
    def steepest(self, g: typing.Any) -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(math.inf).steepest([3.0, -4.0])
        array([-7.,  7.])
        """
    @property
    def quadratic(self) -> bool:
        """
        Whether |w|^2 is a quadratic form: steepest steps are linear in the gradient.
        """
    @property
    def strictly_convex(self) -> bool:
        """
        Whether the norm and its dual are strictly convex: maximum margin directions are unique, and steepest steps depend continuously on the gradient.
        """
class Lp(Norm):
    """
    The norm |w|_p = (sum_i |w_i|^p)^(1/p), 1 <= p <= inf; on matrices, of their entries.
    
    Parameters
    ----------
    p : float
        1 (steepest descent is coordinate descent), 2 (gradient descent), ``math.inf`` (sign descent) or any
        number between.
    
    Notes
    -----
    Steepest descent steps are unnormalized: ``dw_i = -|g|_q sign(g_i) (|g_i| / |g|_q)^(q-1)`` with 1/p +
    1/q = 1.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12), section 2.4.
    
    Examples
    --------
    >>> norm = ib.Lp(1)
    >>> norm.value([3.0, -4.0]), norm.dual([3.0, -4.0])
    (7.0, 4.0)
    >>> norm.steepest([3.0, -4.0])
    array([0., 4.])
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['p']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, p: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    def steepest(self, g: typing.Any, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}, default 'first'
            Which of several minimizers to take; see SteepestDescent.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
        array([-1.5, -1.5])
        """
    @property
    def p(self) -> float:
        ...
class QuadraticNorm(Norm):
    """
    The norm |w|_D = sqrt(w' D w) of a symmetric positive definite matrix.
    
    Parameters
    ----------
    D : array_like of shape (d, d)
        Symmetric, positive definite, with a condition number below 1e14. On (r, c) parameters, d = r c in
        row-major order.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.4: steepest descent in |w|_D is mirror descent
    with psi(w) = |w|_D^2 / 2.
    
    Examples
    --------
    >>> norm = ib.QuadraticNorm([[4.0, 0.0], [0.0, 1.0]])
    >>> norm.value([1.0, 0.0]), norm.dual([1.0, 0.0])
    (2.0, 0.5)
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['D']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, D: numpy.typing.ArrayLike) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    def steepest(self, g: typing.Any, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}, default 'first'
            Which of several minimizers to take; see SteepestDescent.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
        array([-1.5, -1.5])
        """
    @property
    def D(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
class GroupNorm(Norm):
    """
    The l_p norm of the l_q norms of groups of coordinates.
    
    With p = 1 steepest descent moves one group at a time.
    
    Parameters
    ----------
    groups : sequence of sequences of int
        Every coordinate in exactly one group, by its index; on (r, c) parameters, in row-major order.
    p : float, default 1
        The outer exponent, in [1, inf].
    q : float, default 2
        The inner exponent, in [1, inf].
    
    Examples
    --------
    >>> norm = ib.GroupNorm([[0, 1], [2]])
    >>> norm.value([3.0, 4.0, 1.0])
    6.0
    >>> norm.steepest([3.0, 4.0, 1.0])
    array([-3., -4.,  0.])
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'p': 1.0, 'q': 2.0}
    _fields: typing.ClassVar[list] = ['groups', 'p', 'q']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, groups: collections.abc.Sequence[collections.abc.Sequence[int]], p: float = 1.0, q: float = 2.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    def steepest(self, g: typing.Any, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}, default 'first'
            Which of several minimizers to take; see SteepestDescent.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
        array([-1.5, -1.5])
        """
    @property
    def groups(self) -> tuple:
        ...
    @property
    def p(self) -> float:
        ...
    @property
    def q(self) -> float:
        ...
class SparseGroupNorm(Norm):
    """
    The sum lasso |w|_1 + group sum_g |w_g|_2 over groups of coordinates, that of the sparse group lasso.
    
    With one group it is lasso |w|_1 + group |w|_2.
    
    Parameters
    ----------
    groups : sequence of sequences of int
        Every coordinate in exactly one group, by its index; on (r, c) parameters, in row-major order.
    lasso : float, default 1
        Positive.
    group : float, default 1
        Positive.
    
    Notes
    -----
    The dual norm is the largest, over groups, of the t with |S(z_g, lasso t)|_2 = group t, where S is the
    soft threshold; steepest descent moves that group along -S(z_g, lasso t).
    
    Examples
    --------
    >>> ib.SparseGroupNorm([[0, 1], [2]]).value([3.0, 4.0, 1.0])
    14.0
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'lasso': 1.0, 'group': 1.0}
    _fields: typing.ClassVar[list] = ['groups', 'lasso', 'group']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, groups: collections.abc.Sequence[collections.abc.Sequence[int]], lasso: float = 1.0, group: float = 1.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    def steepest(self, g: typing.Any, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}, default 'first'
            Which of several minimizers to take; see SteepestDescent.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
        array([-1.5, -1.5])
        """
    @property
    def group(self) -> float:
        ...
    @property
    def groups(self) -> tuple:
        ...
    @property
    def lasso(self) -> float:
        ...
class Schatten(Norm):
    """
    The l_p norm of the singular values of (r, c) parameters: 1 nuclear, 2 Frobenius, inf spectral.
    
    Parameters
    ----------
    p : float
        In [1, inf].
    
    Notes
    -----
    The steepest step has the singular vectors of -G and, for singular values, the l_p step of those of G:
    of rank one for the nuclear norm, orthogonal up to a factor for the spectral norm, on the numerical range
    of G: singular values below 1e-9 of the largest count as 0.
    
    Examples
    --------
    >>> W = [[3.0, 0.0], [0.0, 4.0]]
    >>> print(f"{ib.Schatten(1).value(W):.6g} {ib.Schatten(math.inf).value(W):.6g}")
    7 4
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['p']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, p: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    def steepest(self, g: typing.Any, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}, default 'first'
            Which of several minimizers to take; see SteepestDescent.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
        array([-1.5, -1.5])
        """
    @property
    def p(self) -> float:
        ...
class PolyhedralNorm(Norm):
    """
    The norm |A w|_p with p = 1 or inf: its unit ball is a polytope.
    
    Stacked matrices give the sum (p = 1) or the maximum (p = inf) of several such norms: see `sum_norm` and
    `max_norm`.
    
    Parameters
    ----------
    A : array_like of shape (m, d)
        Of rank d. On (r, c) parameters, d = r c in row-major order. Square, or small: where m > d the
        vertices of the unit ball are listed, from at most 1e5 candidates (m over d times 2^(d-1) for inf, m
        over d-1 for 1).
    p : float
        1 or inf.
    
    Examples
    --------
    >>> ib.PolyhedralNorm([[1.0, 0.0], [-1.0, 1.0]], 1).value([1.0, 3.0])
    3.0
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['A', 'p']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, A: numpy.typing.ArrayLike, p: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    def steepest(self, g: typing.Any, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}, default 'first'
            Which of several minimizers to take; see SteepestDescent.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
        array([-1.5, -1.5])
        """
    @property
    def A(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
    @property
    def p(self) -> float:
        ...
class WeightedNorm(Norm):
    """
    Another norm of the weighted parameters: |weights * w|.
    
    Parameters
    ----------
    weights : array_like of shape (d,)
        Positive. On (r, c) parameters, d = r c in row-major order.
    norm : Norm
        Any, weighted ones and your own included.
    
    Examples
    --------
    >>> ib.WeightedNorm([1.0, 2.0], ib.Lp(1)).value([3.0, 4.0])
    11.0
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['weights', 'norm']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, weights: numpy.typing.ArrayLike, norm: Norm) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    def steepest(self, g: typing.Any, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}, default 'first'
            Which of several minimizers to take; see SteepestDescent.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
        array([-1.5, -1.5])
        """
    @property
    def norm(self) -> Norm:
        ...
    @property
    def weights(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
class BlockNorm(Norm):
    """
    The l_p norm of a norm of blocks, such as the layers of a network.
    
    With p = inf it is the largest of them, and steepest descent moves every block equally far: with
    Schatten(inf) each layer by a polar factor, as Muon does.
    
    Parameters
    ----------
    blocks : sequence of sequences of int
        The shapes of the blocks, (m,) or (m, n), whose entries follow one another in row-major order.
    norm : Norm
        Of each block; any, your own included.
    p : float, default inf
        The outer exponent, in [1, inf].
    
    Examples
    --------
    >>> norm = ib.BlockNorm([[2, 1], [1, 2]], ib.Schatten(math.inf))
    >>> norm.value([3.0, 4.0, 1.0, 0.0])
    5.0
    >>> print(norm.steepest([3.0, 4.0, 1.0, 0.0]))
    [-3.6 -4.8 -6.  -0. ]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict]
    _fields: typing.ClassVar[list] = ['blocks', 'norm', 'p']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, blocks: collections.abc.Sequence[collections.abc.Sequence[int]], norm: Norm, p: float = ...) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    def steepest(self, g: typing.Any, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}, default 'first'
            Which of several minimizers to take; see SteepestDescent.
        
        Returns
        -------
        ndarray of g's shape
        
        References
        ----------
        Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).
        
        Examples
        --------
        >>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
        array([-1.5, -1.5])
        """
    @property
    def blocks(self) -> tuple:
        ...
    @property
    def norm(self) -> Norm:
        ...
    @property
    def p(self) -> float:
        ...
class FourierL1(Gauge):
    """
    The l_1 norm of the unitary discrete Fourier transform of w.
    
    The norm that gradient descent on Convolution(2) induces; its dual is the largest modulus of a frequency.
    
    References
    ----------
    Gunasekar, Lee, Soudry and Srebro (2018), arXiv:1806.00468, Theorem 2.
    """
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
class PsdTrace(Gauge):
    """
    The trace of positive semidefinite matrices, the nuclear norm there; its dual is max(lambda_max, 0).
    
    The geometry of FactorizedGradientDescent, a gauge and no norm: it has no steepest descent step.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorem 7.
    """
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
