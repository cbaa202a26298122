"""Written by tools/write_stub.py."""
from __future__ import annotations
import inspect
import numpy
import numpy.typing
import typing
class Momentum:
    """
    Momentum for mirror descent, of the dual or of the primal variables.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eqs. (7)-(8).
    
    Examples
    --------
    >>> isinstance(ib.PrimalMomentum(0.9), ib.Momentum)
    True
    """
    __signature__: typing.ClassVar[inspect.Signature]
    def __init__(self: object, *arguments: object, **named: object) -> None:
        ...
class DualMomentum(Momentum):
    """
    Momentum of the dual variables (eq. 7).
    
    grad psi(w(t+1)) = grad psi(w(t)) + beta_t dz(t-1) - eta_t grad L(w(t) + gamma_t dw(t-1)), dz(-1) = 0.
    
    Parameters
    ----------
    beta : float or array_like of shape (T,)
        Not negative; an array holds one number a step.
    gamma : float or array_like of shape (T,), default 0
        Not negative: how far beyond w the gradient is taken.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eqs. (7)-(8) and Theorem 1b.
    
    Examples
    --------
    >>> method = ib.MirrorDescent(ib.Entropy(), ib.DualMomentum(0.5))
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, method, 0.02).advance(1000).w.round(4))
    [0.5  0.25]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'gamma': 0.0}
    _fields: typing.ClassVar[list] = ['beta', 'gamma']
    @staticmethod
    def heavy_ball(beta: float | numpy.typing.ArrayLike) -> DualMomentum:
        """
        Polyak's momentum: gamma = 0.
        
        Parameters
        ----------
        beta : float or array_like of shape (T,)
            Not negative; an array holds one number a step.
        
        Returns
        -------
        Momentum
            Of the class that it is called on.
        
        Examples
        --------
        >>> ib.DualMomentum.heavy_ball(0.9)
        DualMomentum(beta=0.9, gamma=0.0)
        """
    @staticmethod
    def nesterov(beta: float | numpy.typing.ArrayLike) -> DualMomentum:
        """
        Nesterov's momentum: gamma = beta.
        
        Parameters
        ----------
        beta : float or array_like of shape (T,)
            Not negative; an array holds one number a step.
        
        Returns
        -------
        Momentum
            Of the class that it is called on.
        
        Examples
        --------
        >>> ib.DualMomentum.nesterov(0.9)
        DualMomentum(beta=0.9, gamma=0.9)
        """
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, beta: float | numpy.typing.ArrayLike, gamma: float | numpy.typing.ArrayLike = 0.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def beta(self) -> typing.Any:
        ...
    @property
    def gamma(self) -> typing.Any:
        ...
class PrimalMomentum(Momentum):
    """
    Momentum of the primal variables (eq. 8).
    
    grad psi(w(t+1)) = grad psi(w(t) + beta_t dw(t-1)) - eta_t grad L(w(t) + gamma_t dw(t-1)), dw(-1) = 0.
    Iterates leave the data manifold unless psi is quadratic.
    
    Parameters
    ----------
    beta : float or array_like of shape (T,)
        Not negative; an array holds one number a step.
    gamma : float or array_like of shape (T,), default 0
        Not negative: how far beyond w the gradient is taken.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eqs. (7)-(8) and Theorem 1b.
    
    Examples
    --------
    >>> method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(0.5))
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, method, 0.02).advance(1000).w.round(4))
    [0.5197 0.2402]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'gamma': 0.0}
    _fields: typing.ClassVar[list] = ['beta', 'gamma']
    @staticmethod
    def heavy_ball(beta: float | numpy.typing.ArrayLike) -> PrimalMomentum:
        """
        Polyak's momentum: gamma = 0.
        
        Parameters
        ----------
        beta : float or array_like of shape (T,)
            Not negative; an array holds one number a step.
        
        Returns
        -------
        Momentum
            Of the class that it is called on.
        
        Examples
        --------
        >>> ib.DualMomentum.heavy_ball(0.9)
        DualMomentum(beta=0.9, gamma=0.0)
        """
    @staticmethod
    def nesterov(beta: float | numpy.typing.ArrayLike) -> PrimalMomentum:
        """
        Nesterov's momentum: gamma = beta.
        
        Parameters
        ----------
        beta : float or array_like of shape (T,)
            Not negative; an array holds one number a step.
        
        Returns
        -------
        Momentum
            Of the class that it is called on.
        
        Examples
        --------
        >>> ib.DualMomentum.nesterov(0.9)
        DualMomentum(beta=0.9, gamma=0.9)
        """
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, beta: float | numpy.typing.ArrayLike, gamma: float | numpy.typing.ArrayLike = 0.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def beta(self) -> typing.Any:
        ...
    @property
    def gamma(self) -> typing.Any:
        ...
class EMA:
    """
    Momentum as an exponential moving average of the gradients.
    
    m(t) = beta m(t-1) + (1 - beta) g(t) with m(-1) = 0 and no bias correction; a step is the one that the
    method would take if m(t) were the gradient. The run keeps m in the log domain: it does not underflow
    where the gradients do.
    
    Parameters
    ----------
    beta : float
        In [0, 1).
    nesterov : bool, default False
        Step along beta m(t) + (1 - beta) g(t) instead, as torch.optim.Muon does.
    
    Notes
    -----
    In gradient descent with constant steps this is the heavy ball, ``DualMomentum.heavy_ball(beta)``, at
    steps of (1 - beta) eta.
    
    References
    ----------
    Fan, Schmidt and Thrampoulidis (2025), "Implicit Bias of Spectral Descent and Muon on Multiclass
    Separable Data", arXiv:2502.04664, eq. (3).
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> method = ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(0.9))
    >>> print(ib.Run(problem, method, 0.05).advance(1000).w.round(6))
    [0.2 0.4]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'nesterov': False}
    _fields: typing.ClassVar[list] = ['beta', 'nesterov']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, beta: float, nesterov: bool = False) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def beta(self) -> float:
        ...
    @property
    def nesterov(self) -> bool:
        ...
