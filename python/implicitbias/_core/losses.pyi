"""Written by tools/write_stub.py."""
from __future__ import annotations
import inspect
import numpy
import numpy.typing
import typing
class Loss:
    """
    A family of scalar losses l(u, y), summed over the samples.
    
    Subclass it for a loss of your own. With a finite root: define ``value(z)`` and ``slope(z)``, which get an
    array of residuals z = u - y, of any length, and return l >= 0, least at 0, and l', one number each. Monotone:
    define ``log_value(z)`` and ``log_slope(z)``, which get margins z = y u and return log l and log(-l'), so that
    nothing underflows. (With ``monotone = True``, ``value`` and ``slope`` will do, until one of them underflows.)
    
    Attributes of the class say what else is known, each False unless it is stated: ``convex``, and of a monotone
    loss ``bounds_curvature`` (l'' <= l, for LossNormalized) and ``exponential_tail`` (-l' ~ exp(-z)). A `Problem`
    tries the functions and the facts first: slopes must be the derivatives of the values. Runs iterate in the
    plain loop, and are certified and saved like any other; no claim of the paper's is made of them.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Properties 1 and 2.
    
    Examples
    --------
    >>> isinstance(ib.Logistic(), ib.Loss), ib.Logistic().monotone, ib.Huber(1.0).monotone
    (True, True, False)
    >>> class Hyperbolic(ib.Loss):  # sqrt(1 + z^2) - 1
    ...     convex = True
    ...
    ...     def value(self, z):
    ...         return z**2 / (np.sqrt(1 + z**2) + 1)
    ...
    ...     def slope(self, z):
    ...         return z / np.sqrt(1 + z**2)
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], Hyperbolic())
    >>> print(ib.Run(problem, ib.GradientDescent(), 0.1).advance(1000).w.round(6))
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
    def evaluate(self, z: typing.Any) -> tuple[float, float, numpy.typing.NDArray[numpy.float64]]:
        """
        The summed loss and its derivatives, in the log domain.
        
        Parameters
        ----------
        z : array_like of shape (n,) or (n, m)
            Margins y <w, x> for a monotone loss, residuals <w, x> - y otherwise. In two dimensions a row is one
            sample: the margins of its class over the others, or the residuals of its targets.
        
        Returns
        -------
        log_loss, log_scale : float
        slopes : ndarray of z's shape
            l'(z_n) = exp(log_scale) slopes_n; for a monotone loss the slopes sum to -1.
        
        Raises
        ------
        DomainError
            If the logarithm of the loss overflows.
        InvalidValueError
            If z is empty or not finite.
        
        Examples
        --------
        >>> log_loss, log_scale, slopes = ib.Squared().evaluate([1.0, -2.0])
        >>> print(f"{math.exp(log_loss):.6g}", math.exp(log_scale) * slopes)
        5 [ 2. -4.]
        """
    @property
    def bounds_curvature(self) -> bool:
        """
        Whether l'' <= l everywhere, as LossNormalized asks.
        """
    @property
    def convex(self) -> bool:
        """
        Whether l is convex, as ExactLineSearch asks.
        """
    @property
    def exponential_tail(self) -> bool:
        """
        Whether -l' falls like exp(-margin), as Theorem 5 asks.
        """
    @property
    def monotone(self) -> bool:
        """
        True for strictly monotone losses (Property 2), False for a finite root (Property 1).
        """
    @property
    def multiclass(self) -> bool:
        """
        Whether it takes class labels, and margins of a sample's class over the others.
        """
    @property
    def strictly_convex(self) -> bool:
        """
        Whether l is convex and straight nowhere, so that minima are unique where the rows have full rank.
        """
class Squared(Loss):
    """
    Squared loss, l(u, y) = (u - y)^2: the finite-root loss of section 2.
    
    The empirical loss is the sum over samples, without a factor 1/2.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Property 1.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.05).advance(100)
    >>> print(run.w.round(6))
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
class Huber(Loss):
    """
    Huber loss of the residual r = u - y: r^2 where |r| <= delta, 2 delta |r| - delta^2 outside.
    
    Parameters
    ----------
    delta : float
        Positive.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Property 1.
    
    Examples
    --------
    >>> log_loss, log_scale, slopes = ib.Huber(1.0).evaluate([0.5, 3.0])
    >>> print(f"{math.exp(log_loss):.6g}", slopes)
    5.25 [1. 2.]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['delta']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, delta: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def delta(self) -> float:
        ...
class TruncatedSquared(Loss):
    """
    Truncated squared loss, min((u - y)^2, cap).
    
    Samples on the flat part have no gradient: a run whose samples all lie there is stuck, and `compare`
    says so.
    
    Parameters
    ----------
    cap : float
        Positive.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Property 1.
    
    Examples
    --------
    >>> log_loss, log_scale, slopes = ib.TruncatedSquared(4.0).evaluate([1.0, 3.0])
    >>> print(f"{math.exp(log_loss):.6g}", slopes)
    5 [2. 0.]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['cap']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, cap: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def cap(self) -> float:
        ...
class LogCosh(Loss):
    """
    Log-cosh loss, log cosh(u - y): like r^2 / 2 near the root, like |r| far from it.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Property 1.
    
    Examples
    --------
    >>> log_loss, log_scale, slopes = ib.LogCosh().evaluate([0.0, 30.0])
    >>> print(slopes)
    [0. 1.]
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
class Exponential(Loss):
    """
    Exponential loss, l(u, y) = exp(-u y): the monotone loss of section 3.
    
    Evaluated through the smallest margin, so that log L is exact where L underflows.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Property 2.
    
    Examples
    --------
    >>> log_loss, log_scale, slopes = ib.Exponential().evaluate([1000.0, 1000.0])
    >>> print(f"{log_loss:.6f}", slopes)
    -999.306853 [-0.5 -0.5]
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
class Logistic(Loss):
    """
    Logistic loss, l(u, y) = log(1 + exp(-u y)): monotone with an exponential tail.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Property 2.
    
    Examples
    --------
    >>> log_loss, log_scale, slopes = ib.Logistic().evaluate([0.0])
    >>> print(f"{math.exp(log_loss):.6f} {math.exp(log_scale):.6f}", slopes)
    0.693147 0.500000 [-1.]
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
class Probit(Loss):
    """
    Probit loss, l(u, y) = -log Phi(u y) with Phi the normal distribution function: monotone, Gaussian tail.
    
    Notes
    -----
    Theorem 5 is about exponential tails, so it claims nothing here. The curvature is about m^2 l for large
    margins m: no multiple of the loss bounds it, and LossNormalized refuses this loss. Exact for |m| up to
    1e154, where m^2 overflows.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Property 2.
    
    Examples
    --------
    >>> log_loss, log_scale, slopes = ib.Probit().evaluate([0.0])
    >>> print(f"{math.exp(log_loss):.6f}")
    0.693147
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
class Sigmoid(Loss):
    """
    Sigmoid loss, l(u, y) = 1 / (1 + exp(u y)): monotone with an exponential tail, bounded, not convex.
    
    Notes
    -----
    l'' = l (1 - l) (1 - 2 l) <= l, which is all that descent under LossNormalized needs (bounded from
    above, the curvature may be negative). A sample far on the wrong side has no slope left: from a bad
    start a run may take exp(|margin|) steps to notice it.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, Property 2.
    
    Examples
    --------
    >>> log_loss, log_scale, slopes = ib.Sigmoid().evaluate([0.0, 0.0])
    >>> print(f"{math.exp(log_loss):.6g}", slopes)
    1 [-0.5 -0.5]
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
class PolynomialTail(Loss):
    """
    Polynomial tail, l(u, y) = (1 + u y)^-power for u y >= 0 and 1 - power u y below: monotone and convex.
    
    Parameters
    ----------
    power : float
        Positive.
    
    Notes
    -----
    The tail is no exponential: gradient descent follows the regularization path, whose direction minimizes
    sum_n <w, y_n x_n>^-power on the unit sphere, and whose margin need not be the largest. The curvature is
    bounded by the value, as LossNormalized asks, for power (power + 1) <= 1: up to (sqrt(5) - 1) / 2.
    
    References
    ----------
    Ji, Dudik, Schapire and Telgarsky (2020), "Gradient Descent Follows the Regularization Path for General
    Losses", arXiv:2006.11226.
    
    Examples
    --------
    >>> log_loss, log_scale, slopes = ib.PolynomialTail(2).evaluate([1.0, -1.0])
    >>> print(f"{math.exp(log_loss):.6g}", math.exp(log_scale) * slopes)
    3.25 [-0.25 -2.  ]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['power']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, power: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def power(self) -> float:
        ...
class CrossEntropy(Loss):
    """
    Cross-entropy of the soft-max, sum_n -log p(y_n | W x_n): multiclass logistic regression.
    
    On parameters W of shape (k, d) it is log(1 + sum_{c != y} exp(-m_c)) of the margins
    m_c = <W_y - W_c, x>: monotone with an exponential tail. Problems take class labels of any kind.
    
    Notes
    -----
    Its curvature along V is at most B^2 L |V|^2, with B = max |(e_y - e_c) x'|_* over the samples and the
    classes other than theirs, as 1 - p_y <= -log p_y: what LossNormalized needs.
    
    References
    ----------
    Fan, Schmidt and Thrampoulidis (2025), "Implicit bias of spectral descent and Muon on multiclass
    separable data", arXiv:2502.04664.
    
    Examples
    --------
    >>> X, y = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], ["ant", "bee", "cat"]
    >>> problem = ib.Problem(X, y, ib.CrossEntropy())
    >>> run = ib.Run(problem, ib.GradientDescent()).advance(1000)
    >>> problem.shape, run.margin > 0
    ((3, 2), True)
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
class MulticlassExponential(Loss):
    """
    Multiclass exponential loss, sum over c != y of exp(-<W_y - W_c, x>), on parameters of shape (k, d).
    
    It is the exponential loss of the pairs (n, c), which counts every class that comes too near. Problems
    take class labels of any kind.
    
    References
    ----------
    Ravi, Scott, Soudry and Wang (2024), "The implicit bias of gradient descent on separable multiclass
    data", arXiv:2411.01350.
    
    Examples
    --------
    >>> X, y = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], ["ant", "bee", "cat"]
    >>> problem = ib.Problem(X, y, ib.MulticlassExponential())
    >>> log_loss, log_scale, g = problem.evaluate([[0.0, 0.0]] * 3)
    >>> print(f"{math.exp(log_loss):.6g}")  # three samples with two other classes each
    6
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
class PairwiseLogistic(Loss):
    """
    Pairwise logistic loss, sum over c != y of log(1 + exp(-<W_y - W_c, x>)), for W of shape (k, d).
    
    It is the logistic loss of the pairs (n, c). Problems take class labels of any kind.
    
    References
    ----------
    Ravi, Scott, Soudry and Wang (2024), "The implicit bias of gradient descent on separable multiclass
    data", arXiv:2411.01350.
    
    Examples
    --------
    >>> X, y = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], ["ant", "bee", "cat"]
    >>> problem = ib.Problem(X, y, ib.PairwiseLogistic())
    >>> log_loss, log_scale, g = problem.evaluate([[0.0, 0.0]] * 3)
    >>> print(f"{math.exp(log_loss) / math.log(2):.6g}")  # three samples with two other classes each
    6
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
