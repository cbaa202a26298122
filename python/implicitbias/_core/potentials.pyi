"""Written by tools/write_stub.py."""
from __future__ import annotations
import inspect
import numpy
import numpy.typing
import typing
class Metric:
    """
    A Riemannian metric w -> H(w) for natural gradient descent (eq. 9).
    
    Subclass it for a metric of your own: define ``matrix(w)``, which gets an array of the parameter's shape
    and returns a symmetric positive definite (d, d) array (d = r c, row-major, for matrices).
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eq. (9).
    
    Examples
    --------
    >>> class Diagonal(ib.Metric):
    ...     def matrix(self, w):
    ...         return np.diag(1 / w)
    >>> Diagonal().solve([1.0, 2.0], [1.0, 1.0])
    array([1., 2.])
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
    def solve(self, w: typing.Any, g: typing.Any) -> numpy.typing.NDArray[numpy.float64]:
        """
        The vector H(w)^-1 g.
        
        Parameters
        ----------
        w, g : array_like of shape (d,) or (r, c)
            Where, and what: of the same shape.
        
        Returns
        -------
        ndarray of g's shape
        
        Raises
        ------
        DomainError
            If w is outside the domain of the metric.
        
        Examples
        --------
        >>> ib.Entropy().solve([1.0, 2.0], [1.0, 1.0])
        array([1., 2.])
        """
class Potential(Metric):
    """
    A strictly convex potential psi with its link function grad psi; its Hessian is a Metric.
    
    Subclass it for a potential of your own: define ``value(w)``, ``link(w)`` (its gradient) and
    ``inverse_link(z)`` (the w whose gradient is z), which get arrays of the parameter's shape. They are tried
    before a run starts. It starts at ``inverse_link(0)``, where psi is least.
    
    Attributes of the class say more: ``norm``, in which margins are normalized (l2 unless it is stated);
    ``modulus``, that of strong convexity in this norm, which LossNormalized needs; ``quadratic = True`` where the
    link is linear; ``separable = True`` where psi is a sum of functions of one entry each, which Box, NonNegative
    and Ball(Lp(inf), r) ask for. NaturalGradient, and mirror descent under an Affine constraint, ask for a method
    ``matrix(w)``, too, the Hessian as a Metric has it. No claim of the paper's is made of such runs.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.2.
    
    Examples
    --------
    >>> isinstance(ib.Entropy(), ib.Potential), ib.Entropy().quadratic
    (True, False)
    >>> class LogCosh(ib.Potential):  # of z, in the dual: sum_i log cosh z_i
    ...     def value(self, w):
    ...         return ((1 + w) * np.log1p(w) + (1 - w) * np.log1p(-w)).sum() / 2
    ...
    ...     def link(self, w):
    ...         return np.arctanh(w)
    ...
    ...     def inverse_link(self, z):
    ...         return np.tanh(z)
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.MirrorDescent(LogCosh()), 0.05).advance(1000)
    >>> print(run.w.round(4), run.off_manifold < 1e-12)
    [0.2068 0.3966] True
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
    def divergence(self, w: typing.Any, v: typing.Any) -> float:
        """
        Bregman divergence D(w, v) = psi(w) - psi(v) - <grad psi(v), w - v>.
        
        Parameters
        ----------
        w, v : array_like of shape (d,) or (r, c)
            Of the same shape.
        
        Returns
        -------
        float
            Not negative; infinite for w outside the closed domain.
        
        Raises
        ------
        DomainError
            If v is outside the domain of psi.
        
        Examples
        --------
        >>> ib.Euclidean().divergence([3.0, 4.0], [0.0, 0.0])
        12.5
        """
    def inverse_link(self, z: typing.Any) -> numpy.typing.NDArray[numpy.float64]:
        """
        The w with grad psi(w) = z.
        
        Parameters
        ----------
        z : array_like of shape (d,) or (r, c)
        
        Returns
        -------
        ndarray of z's shape
        
        Examples
        --------
        >>> ib.Entropy().inverse_link([0.0, 0.0])
        array([1., 1.])
        """
    def link(self, w: typing.Any) -> numpy.typing.NDArray[numpy.float64]:
        """
        The dual variables grad psi(w).
        
        Parameters
        ----------
        w : array_like of shape (d,) or (r, c)
        
        Returns
        -------
        ndarray of w's shape
        
        Raises
        ------
        DomainError
            If w is outside the domain of psi, or a dual variable beyond the range of doubles.
        
        Examples
        --------
        >>> ib.Entropy().link([1.0, 1.0])
        array([0., 0.])
        """
    def value(self, w: typing.Any) -> float:
        """
        The value psi(w).
        
        Parameters
        ----------
        w : array_like of shape (d,) or (r, c)
        
        Returns
        -------
        float
        
        Raises
        ------
        DomainError
            If w is outside the domain of psi.
        
        Examples
        --------
        >>> ib.Entropy().value([1.0, 1.0])
        -2.0
        """
    @property
    def quadratic(self) -> bool:
        """
        Whether psi is quadratic: then its Hessian is constant.
        """
    @property
    def separable(self) -> bool:
        """
        Whether psi is a sum of functions of one entry each, for parameters of any shape.
        """
class Euclidean(Potential):
    """
    psi(w) = |w|_2^2 / 2: mirror descent is gradient descent.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.1.
    
    Examples
    --------
    >>> ib.Euclidean().value([3.0, 4.0])
    12.5
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
class Entropy(Potential):
    """
    psi(w) = sum_i w_i log w_i - w_i on w > 0, with link function log w.
    
    Runs start at ones, its minimum. A weight that underflows is 0 while its dual variable goes on.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.2 and Examples 2-3.
    
    Examples
    --------
    >>> ib.Entropy().link([1.0, math.e])
    array([0., 1.])
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
class QuadraticPotential(Potential):
    """
    psi(w) = w' D w / 2 for a symmetric positive definite matrix.
    
    Parameters
    ----------
    D : array_like of shape (d, d)
        Symmetric, positive definite, with a condition number below 1e14. On (r, c) parameters, d = r c in
        row-major order.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.3: for quadratic potentials natural
    gradient descent is mirror descent.
    
    Examples
    --------
    >>> ib.QuadraticPotential([[4.0, 0.0], [0.0, 1.0]]).link([1.0, 1.0])
    array([4., 1.])
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
    @property
    def D(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
class SquaredLp(Potential):
    """
    psi(w) = |w|_p^2 / 2 for 1 < p <= 2.
    
    It is strongly convex with modulus p - 1 in l_p, and its conjugate is |z|_q^2 / 2, 1/p + 1/q = 1.
    
    Parameters
    ----------
    p : float
        In (1, 2].
    
    Examples
    --------
    >>> ib.SquaredLp(2).link([3.0, -4.0])
    array([ 3., -4.])
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
    @property
    def p(self) -> float:
        ...
class SpectralEntropy(Potential):
    """
    psi(W) = tr(W log W - W) on symmetric positive definite W, with link function log W.
    
    The entropy of the eigenvalues is convex on these matrices only. Runs start at the identity, its
    minimum. Gradients count by their symmetric part.
    
    Examples
    --------
    >>> ib.SpectralEntropy().value([[1.0, 0.0], [0.0, 1.0]])
    -2.0
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
class PowerPotential(Potential):
    """
    psi(w) = sum_i |w_i|^p / p for p > 1, with link sign(w_i) |w_i|^(p-1).
    
    Margins are normalized in l_p. A dual variable that underflows where w_i does not is refused at the start;
    a weight that underflows is 0 while its dual variable goes on.
    
    Parameters
    ----------
    p : float
        Greater than 1, and finite.
    
    Notes
    -----
    `LossNormalized` takes the largest step in which no weight moves by more than min(p - 1, 1) / B for
    gradients of size B L, B = max_n |x_n|_q: from |w|_p outwards where p <= 2, from the smallest |w_i|, and
    through 0, where p > 2. For p <= 2 the loss cannot increase. For p > 2 no step size guarantees that, as
    the curvature of psi vanishes at w_i = 0: a small weight may still overshoot, and one that stays 0, as that
    of a feature no sample has, keeps the steps small.
    
    References
    ----------
    Pesme, Dragomir and Flammarion (2024), "Implicit Bias of Mirror Flow on Separable Data",
    arXiv:2406.12763.
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.2 and Theorem 1.
    
    Examples
    --------
    >>> ib.PowerPotential(3).link([3.0, -4.0])
    array([  9., -16.])
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
    @property
    def p(self) -> float:
        ...
class HyperbolicEntropy(Potential):
    """
    psi(w) = sum_i w_i arsinh(w_i / beta) - sqrt(w_i^2 + beta^2).
    
    Its mirror descent adds gradients to arsinh(w / beta): a multiplicative rule for weights of either sign, as
    gradient descent on w = u^2 - v^2 is, from u^2 = v^2 = beta / 2. Margins are normalized in l1.
    
    Parameters
    ----------
    beta : float
        Positive: towards 0 the potential acts as the l1 norm, for large beta as the l2 norm.
    
    Notes
    -----
    Under `LossNormalized` the smoothness bound is B L(w) (B M + 1) with M = sum_i sqrt(w_i^2 + beta^2) and
    B = max_n |x_n|_inf; with scale <= 1 the loss does not increase.
    
    References
    ----------
    Ghai, Hazan and Singer (2020), "Exponentiated Gradient Meets Gradient Descent", arXiv:1902.01903.
    Woodworth et al. (2020), "Kernel and Rich Regimes in Overparametrized Models", arXiv:2002.09277.
    
    Examples
    --------
    >>> ib.HyperbolicEntropy(0.1).inverse_link([0.0, 2.0]).round(6)
    array([0.      , 0.362686])
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['beta']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, beta: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def beta(self) -> float:
        ...
class Cosh(Potential):
    """
    psi(w) = sum_i cosh(w_i) - 1, with link function sinh(w_i).
    
    Margins are normalized in linf, in which it is strongly convex with modulus 1, as in l2. A start whose dual
    variable sinh(w_i) overflows, |w_i| > 710, is refused.
    
    References
    ----------
    Pesme, Dragomir and Flammarion (2024), "Implicit Bias of Mirror Flow on Separable Data",
    arXiv:2406.12763.
    
    Examples
    --------
    >>> ib.Cosh().inverse_link([0.0, 1e300]).round(4)
    array([  0.    , 691.4687])
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
