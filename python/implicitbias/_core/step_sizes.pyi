"""Written by tools/write_stub.py."""
from __future__ import annotations
import inspect
import numpy
import numpy.typing
import typing
class StepSize:
    """
    A rule for the step sizes eta_t.
    
    Subclass it for a rule of your own: define ``step_size``, which returns eta_t, a finite number >= 0. By the
    names of its arguments it says what it looks at: ``t``, the iteration from 0; ``log_loss``, log L(w_t), of the
    batch where there is one; ``log_gradient``, the logarithm of the gradient's norm, dual to the one in which
    margins are normalized; ``log_smoothness``, that of the method's smoothness bound, where it has one. Where
    eta_t may leave the range of doubles, as 1 / L does, define ``log_step_size`` instead, its logarithm. The rule
    must depend on its arguments alone: a run that is loaded goes on by what it makes of them.
    
    Examples
    --------
    >>> isinstance(ib.Constant(0.1), ib.StepSize)
    True
    >>> class Polyak(ib.StepSize):  # (L - 0) / |grad L|^2
    ...     def log_step_size(self, log_loss, log_gradient):
    ...         return log_loss - 2 * log_gradient
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, ib.GradientDescent(), Polyak()).advance(30).w.round(6))
    [0.2 0.4]
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
    def log_step(self, t: int, log_smoothness: float, log_loss: float = ..., log_gradient: float = ...) -> float:
        """
        The logarithm of eta_t.
        
        Parameters
        ----------
        t : int
            The iteration, from 0.
        log_smoothness : float
            log beta(w_t), the logarithm of the method's smoothness bound; rules such as Constant ignore it.
        log_loss, log_gradient : float, optional
            log L(w_t), and the logarithm of the norm of its gradient, for rules of your own that look at them.
        
        Returns
        -------
        float
        
        Raises
        ------
        InvalidValueError
            If the rule has no step t, or looks at the ray of a run's next step.
        
        Examples
        --------
        >>> ib.LossNormalized().log_step(0, -100.0)
        100.0
        """
    @property
    def bounded(self) -> bool:
        """
        Whether some finite eta bounds all steps, however small the loss becomes.
        """
    @property
    def length(self) -> int | None:
        """
        The number of steps the rule has, or None for a rule without an end.
        """
    @property
    def summable(self) -> bool:
        """
        Whether the steps have a finite sum, so that w converges by the rule alone.
        """
class Constant(StepSize):
    """
    eta_t = eta.
    
    Parameters
    ----------
    eta : float
        Positive.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, ib.GradientDescent(), ib.Constant(0.05)).advance(100).w.round(6))
    [0.2 0.4]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['eta']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, eta: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def eta(self) -> float:
        ...
class ExactLineSearch(StepSize):
    """
    eta_t = shrinkage * argmin_eta L(w_t + eta dw_t), with dw_t the method's step of size 1.
    
    For convex losses and methods that step along a ray: SteepestDescent and NaturalGradient, and
    MirrorDescent with a quadratic potential, no momentum and no constraint. On a random batch it is the
    loss of the batch that is minimized. The step is 0 where the gradient vanishes.
    
    A monotone loss has no minimum on a ray where no margin falls: there `Run.advance` raises DomainError.
    On separable data it meets one as soon as dw_t itself separates them.
    
    Parameters
    ----------
    shrinkage : float, default 1
        In (0, 1]; the loss never increases.
    
    Notes
    -----
    In l1, on exponential loss, this is AdaBoost: see `problems.adaboost`. Theorem 5 does not cover it: the
    steps exceed 1 / (B^2 L), and the margin need not tend to the maximum.
    
    References
    ----------
    Rudin, Daubechies and Schapire (2004), "The Dynamics of AdaBoost", JMLR 5.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, ib.GradientDescent(), ib.ExactLineSearch()).advance(1).w.round(6))
    [0.2 0.4]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'shrinkage': 1.0}
    _fields: typing.ClassVar[list] = ['shrinkage']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, shrinkage: float = 1.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def shrinkage(self) -> float:
        ...
class LossNormalized(StepSize):
    """
    eta_t = min(cap, scale_t / beta(w_t)), with beta the method's own local smoothness bound.
    
    For steepest descent beta = B^2 L(w), B = max_n |x_n|_*: with a finite cap the steps of Theorem 5 (which
    prints max where descent needs min), and the margin gap falls like 1/log t. Without a cap the steps grow
    like 1/L, outside the theorem: in strictly convex norms the gap falls about like 1/t, but where the
    steepest direction jumps (l1, linf, group, nuclear, spectral) the run may cycle and stay below the
    maximum margin for ever. A cap recovers it, and often a smaller scale. For mirror descent beta is what
    the potential's docstring says, or B^2 L(w) over its modulus of strong convexity. On a model B^2 is the
    K(theta) that its docstring states, in l_p and Schatten norms times the largest |v|_2^2 / |v|^2: a bound
    at theta itself, so that the loss may rise where a step is long beside it.
    
    Parameters
    ----------
    scale : float, StepSize or array_like, default 1
        Positive; Theorem 5 needs scale <= 1. A rule that looks at t alone, or an array, gives another scale at
        every step: ``LossNormalized(Polynomial(1.0, 0.5))`` takes eta_t = 1 / (beta(w_t) sqrt(t + 1)).
    cap : float, default inf
        Largest step, eta_+ in the paper.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Theorem 5.
    Nacson et al. (2019), "Convergence of Gradient Descent on Separable Data", arXiv:1803.01905: scales that
    fall like t^(-1/2).
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized()).advance(1000)
    >>> run.bracket.gap < 1e-3
    True
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict]
    _fields: typing.ClassVar[list] = ['scale', 'cap']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, scale: StepSize | float | numpy.typing.ArrayLike = 1.0, cap: float = ...) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def cap(self) -> float:
        ...
    @property
    def scale(self) -> typing.Any:
        ...
class Normalized(StepSize):
    """
    |w_{t+1} - w_t| = eta / (t + 1)^power, in the method's norm and whatever the size of the gradient.
    
    For methods whose steps are as long as eta_t says: SteepestDescent, with momentum and weight decay or not,
    NewtonSchulzDescent, Adam, RMSProp, Lion, DualAcceleration, NaturalGradient, and MirrorDescent with a
    quadratic potential, no momentum and no constraint. eta_t is eta / (t + 1)^power over the length of the
    method's step of size 1: for steepest descent over the dual norm of the gradient, or of its average. The
    step is 0 where that vanishes. Weight decay is not counted in the length; it takes eta / (t + 1)^power
    for eta_t.
    
    Parameters
    ----------
    eta : float
        Positive; the length of the first step.
    power : float, default 0
        Not negative. Where it is greater than 1, w converges.
    
    References
    ----------
    Fan, Schmidt and Thrampoulidis (2025), "Implicit Bias of Spectral Descent and Muon on Multiclass Separable
    Data", arXiv:2502.04664: normalized steepest descent.
    
    Examples
    --------
    >>> problem = ib.Problem([[3.0, 4.0]], [1], ib.Exponential())
    >>> print(ib.Run(problem, ib.GradientDescent(), ib.Normalized(10.0)).advance(1).w)
    [6. 8.]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'power': 0.0}
    _fields: typing.ClassVar[list] = ['eta', 'power']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, eta: float, power: float = 0.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def eta(self) -> float:
        ...
    @property
    def power(self) -> float:
        ...
class Polyak(StepSize):
    """
    eta_t = L(w_t) / |grad L(w_t)|_*^2: the step at whose end the tangent of the loss is 0, its infimum.
    
    For convex losses and methods that step along a ray: SteepestDescent, MirrorDescent with a quadratic
    potential, no momentum and no constraint, and NaturalGradient, where |.|_* is that of the metric at w_t.
    On a random batch it is the loss of the batch, and its gradient, that count. The step is 0 where the
    gradient vanishes.
    
    Notes
    -----
    The rule takes for granted that the infimum of the loss is 0: that the data are separable where the loss is
    monotone, and that some w fits them where it has a finite root. Elsewhere the steps do not become small,
    and the iterates go to and fro. Batches ask for a w that is best on each of them.
    
    References
    ----------
    Polyak (1987), "Introduction to Optimization", section 5.3.
    Loizou, Vaswani, Laradji and Lacoste-Julien (2021), "Stochastic Polyak Step-size for SGD",
    arXiv:2002.10542.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, ib.GradientDescent(), ib.Polyak()).advance(60).w.round(6))
    [0.2 0.4]
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
class Polynomial(StepSize):
    """
    eta_t = eta / (t + 1)^power.
    
    Parameters
    ----------
    eta : float
        Positive; the first step.
    power : float
        Not negative. The steps have an infinite sum, which Theorem 5 needs, iff power <= 1.
    
    Examples
    --------
    >>> print(f"{math.exp(ib.Polynomial(1.0, 0.5).log_step(3, 0.0)):.6g}")
    0.5
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['eta', 'power']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, eta: float, power: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def eta(self) -> float:
        ...
    @property
    def power(self) -> float:
        ...
class Schedule(StepSize):
    """
    eta_t = etas[t]: the user's own steps. A run goes no further than its schedule.
    
    Parameters
    ----------
    etas : array_like of shape (T,)
        Finite and not negative.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> print(ib.Run(problem, ib.GradientDescent(), ib.Schedule([0.05, 0.1])).advance(2).w.round(6))
    [0.2 0.4]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['etas']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, etas: numpy.typing.ArrayLike) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def etas(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
