"""
The compiled core of implicitbias.
"""
from __future__ import annotations
import collections.abc
import inspect
import numpy
import numpy.typing
import typing
__all__: list[str] = ['AdaGrad', 'Adam', 'Affine', 'Ball', 'BlockNorm', 'Box', 'Constant', 'Constraint', 'Convolution', 'Cosh', 'CrossEntropy', 'DeepLinear', 'Diagonal', 'DualAcceleration', 'DualMomentum', 'EMA', 'Entropy', 'Euclidean', 'Every', 'ExactLineSearch', 'Exponential', 'Factor', 'FactorizedGradientDescent', 'FourierL1', 'Gauge', 'GroupNorm', 'Huber', 'HyperbolicEntropy', 'Linear', 'Lion', 'LogCosh', 'LogSpaced', 'Logistic', 'Loss', 'LossNormalized', 'Lp', 'Method', 'Metric', 'MiniBatch', 'MirrorDescent', 'Model', 'ModifiedEquation', 'Momentum', 'MulticlassExponential', 'NaturalGradient', 'NewtonSchulzDescent', 'NonNegative', 'Norm', 'Normalized', 'PairwiseLogistic', 'Polyak', 'PolyhedralNorm', 'Polynomial', 'PolynomialTail', 'Potential', 'PowerPotential', 'PrimalMomentum', 'Probit', 'Problem', 'Product', 'PsdTrace', 'QuadraticNorm', 'QuadraticPotential', 'RMSProp', 'Recording', 'RunLoop', 'Schatten', 'Schedule', 'Sigmoid', 'Simplex', 'SparseGroupNorm', 'SpectralEntropy', 'Squared', 'SquaredLp', 'SteepestDescent', 'StepSize', 'Taken', 'TruncatedSquared', 'WeightedNorm', 'checksum', 'compiler', 'eigen_version', 'read_array', 'registry', 'simd_level']
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
class Model:
    """
    How the predictor w is made of the parameters theta, which a method moves.
    
    Models are homogeneous: c theta makes c^degree w. So the margins of a run are normalized by |theta|^degree, in
    the method's norm. `Run.kkt_residual` says how far theta is from the KKT conditions of min |theta| such that all
    margins are at least 1. Where the least |theta|^degree for a w is proportional to a norm of w, `Run.bracket` is
    about the maximum margin in that norm, `Run.induced_norm`. Models iterate in the plain loop.
    
    References
    ----------
    Lyu and Li (2020), "Gradient Descent Maximizes the Margin of Homogeneous Neural Networks", arXiv:1906.05890.
    
    Examples
    --------
    >>> isinstance(ib.Diagonal(), ib.Model)
    True
    """
    __signature__: typing.ClassVar[inspect.Signature]
    def __init__(self: object, *arguments: object, **named: object) -> None:
        ...
    @property
    def degree(self) -> int:
        """
        The degree of w as a polynomial in theta, 1 for Linear().
        """
    @property
    def identity(self) -> bool:
        """
        Whether the parameters are the predictor, as in Linear().
        """
class Linear(Model):
    """
    The parameters are the predictor: w = theta, of the samples' shape.
    
    With class labels or several targets w has shape (k, d), a row for each of them.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eq. (1).
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared(), model=ib.Linear())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.05).advance(100)
    >>> bool((run.theta == run.w).all())
    True
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
class Diagonal(Model):
    """
    A diagonal linear network: w = u^depth - v^depth, entry by entry.
    
    theta is (u, v), one array of length 2 d, where w has d entries (or 2 r c, for matrices). The least
    |theta|_q^depth for a w is proportional to the l_p norm of w with p = q / depth, a norm where q is at
    least the depth: gradient descent at depth 2 looks for the l_1 maximum margin, sign descent at any depth
    for that of l_inf.
    
    Parameters
    ----------
    depth : int, default 2
        From 1 to 100. From depth 2 on theta = 0 is a saddle point, which needs another ``w0``; u = v makes
        w = 0 and is none.
    
    Notes
    -----
    ``LossNormalized`` takes scale / (L K(theta)), at depth D with D^2 B^2 r^(2 D - 2) + D (D - 1) B r^(D - 2)
    for K, B = max_n |x_n|_inf and r = |theta|_2: at depth 2 it is 4 B^2 |theta|^2 + 2 B. Squared losses from u
    = v = alpha, with small steps, lead to the solution of least `HyperbolicEntropy` with beta = 2 alpha^2:
    to that of least l_1 norm as alpha tends to 0.
    
    References
    ----------
    Woodworth et al. (2020), "Kernel and Rich Regimes in Overparametrized Models", arXiv:2002.09277.
    Gunasekar, Lee, Soudry and Srebro (2018), arXiv:1806.00468.
    Tsilivis, Gronich, Kempe and Vardi (2025), arXiv:2410.22069, for other norms of theta.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 2.0]], [1, 1], ib.Exponential(), model=ib.Diagonal())
    >>> problem.shape
    (4,)
    >>> run = ib.Run(problem, ib.GradientDescent(), w0=[0.1] * 4).advance(20_000)
    >>> print(run.induced_norm, f"{run.bracket.gap:.2f}")
    Lp(p=1.0) 0.00
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'depth': 2}
    _fields: typing.ClassVar[list] = ['depth']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, depth: int = 2) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def depth(self) -> int:
        ...
class Factor(Model):
    """
    A positive semidefinite predictor: w = U U' for a factor U.
    
    theta is U, of shape (d, rank), where samples are square matrices of shape (d, d); of these the symmetric
    part counts. |U|_F^2 is the trace of w: runs in the Frobenius norm are certified among the positive
    semidefinite matrices of trace 1. U = 0 is a saddle point, which needs another ``w0``.
    
    Parameters
    ----------
    rank : int, optional
        Columns of U; by default d, which makes all positive semidefinite matrices.
    
    Notes
    -----
    ``LossNormalized`` takes scale / (L (4 B^2 trace w + 2 B)) with the largest spectral norm B of a sample.
    Gradient descent on this model is `FactorizedGradientDescent`, which remembers U and iterates in a
    compiled loop.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 4 and Theorem 7.
    
    Examples
    --------
    >>> model = ib.Factor(rank=1)
    >>> problem = ib.Problem([[[1.0, 0.0], [0.0, -1.0]]], [1], ib.Exponential(), model=model)
    >>> run = ib.Run(problem, ib.GradientDescent(), w0=[[1.0], [0.5]]).advance(1000)
    >>> run.theta.shape, run.w.shape, f"{run.margin:.4f}"
    ((2, 1), (2, 2), '1.0000')
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'rank': None}
    _fields: typing.ClassVar[list] = ['rank']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, rank: int | None = None) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def rank(self) -> int | None:
        ...
class Product(Model):
    """
    A predictor that is a product of two factors: w = U V'.
    
    theta is U above V, of shape (r + c, rank), where w has shape (r, c): that of matrix samples, or (k, d) for k
    classes or targets. The least |theta|_F^2 for a w is twice its nuclear norm; where |theta| is
    the larger spectral norm of U and V, ``BlockNorm([(r, rank), (c, rank)], Schatten(inf))``, its square is
    least at the spectral norm. theta = 0 is a saddle point, which needs another ``w0``.
    
    Parameters
    ----------
    rank : int, optional
        Columns of U and V; by default min(r, c), which makes all matrices.
    
    Notes
    -----
    ``LossNormalized`` takes scale / (L (B^2 |theta|_F^2 + B)) with the largest spectral norm B of a sample.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 4.
    Lyu and Li (2020), arXiv:1906.05890.
    
    Examples
    --------
    >>> X = [[[1.0, 0.0, 0.0], [0.0, 0.5, 0.0]]]
    >>> problem = ib.Problem(X, [1], ib.Exponential(), model=ib.Product(rank=1))
    >>> problem.shape
    (5, 1)
    >>> run = ib.Run(problem, ib.GradientDescent(), w0=[[0.5], [0.1], [0.4], [0.2], [0.1]]).advance(5000)
    >>> print(run.induced_norm, f"{run.bracket.lower:.3f}")
    Schatten(p=1.0) 1.000
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'rank': None}
    _fields: typing.ClassVar[list] = ['rank']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, rank: int | None = None) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def rank(self) -> int | None:
        ...
class DeepLinear(Model):
    """
    A deep linear network: w = W_L ... W_1, with L = len(widths) - 1 layers.
    
    theta is W_1, ..., W_L one after the other in one array, where W_l has shape (widths[l], widths[l - 1]), as
    ``torch.nn.Linear.weight`` has it. For scores of one number, w is the one row of the product. theta = 0 is
    a saddle point where there are two layers or more, which needs another ``w0``.
    
    Parameters
    ----------
    widths : sequence of int
        From the number of features to that of classes or targets, 1 where samples have one score. For
        matrix samples of shape (r, c), from c to r.
    
    Notes
    -----
    The least |theta|_2^L for a w is proportional to the l_2 norm of one row w at any depth, and to the
    nuclear norm of a matrix at depth 2; deeper it is no norm. Where the largest spectral norm of a layer is
    that of theta, ``BlockNorm(layers, Schatten(inf))``, it is the spectral norm. ``LossNormalized`` takes
    scale / (L K(theta)), at depth D with D^2 B^2 r^(2 D - 2) + D (D - 1) B r^(D - 2) for K, r = |theta|_2 and B =
    max_n |x_n|_2 / D^(D / 2), with the spectral norm of matrices (at depth 1 that of Frobenius).
    
    References
    ----------
    Ji and Telgarsky (2019), "Gradient descent aligns the layers of deep linear networks", arXiv:1810.02032.
    Lyu and Li (2020), arXiv:1906.05890.
    
    Examples
    --------
    >>> model = ib.DeepLinear([2, 3, 1])
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 2.0]], [1, 1], ib.Exponential(), model=model)
    >>> problem.shape
    (9,)
    >>> run = ib.Run(problem, ib.GradientDescent(), w0=np.linspace(-0.2, 0.5, 9)).advance(5000)
    >>> print(run.induced_norm, f"{run.bracket.gap:.2f}")
    Lp(p=2.0) 0.00
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['widths']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, widths: collections.abc.Sequence[int]) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def widths(self) -> tuple:
        ...
class Convolution(Model):
    """
    A linear convolutional network of full width: w = u_1 * ... * u_depth.
    
    Convolutions are circular, (u * v)_i = sum_j u_j v_(i - j mod d). theta has shape (depth, d), a row for each
    filter. From depth 2 on theta = 0 is a saddle point, which needs another ``w0``.
    
    Parameters
    ----------
    depth : int, default 2
        From 1 to 100.
    
    Notes
    -----
    In the Euclidean norm of theta at depth 2 the least |theta|^2 for a w is 2 |F w|_1 / sqrt(d), with the
    unitary discrete Fourier transform F; deeper it is no norm. ``LossNormalized`` takes scale / (L K(theta)),
    at depth D with D^2 B^2 r^(2 D - 2) + D (D - 1) B r^(D - 2) for K, r = |theta|_2 and B = max_n |F x_n|_inf d^((D
    - 1) / 2) / D^(D / 2), at depth 1 max_n |x_n|_2.
    
    References
    ----------
    Gunasekar, Lee, Soudry and Srebro (2018), "Implicit Bias of Gradient Descent on Linear Convolutional
    Networks", arXiv:1806.00468, Theorem 2.
    
    Examples
    --------
    >>> X = [[1.0, 0.5, 0.0], [0.5, 2.0, -1.0]]
    >>> problem = ib.Problem(X, [1, 1], ib.Exponential(), model=ib.Convolution())
    >>> problem.shape
    (2, 3)
    >>> run = ib.Run(problem, ib.GradientDescent(), w0=[[0.5, 0.1, 0.0], [0.2, 0.3, 0.1]]).advance(20_000)
    >>> run.induced_norm, run.bracket.gap < 0.02
    (FourierL1, True)
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'depth': 2}
    _fields: typing.ClassVar[list] = ['depth']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, depth: int = 2) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def depth(self) -> int:
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
class Problem:
    """
    Data and loss: L(w) = sum_n l(<w, x_n>, y_n) (eq. 1), a sum and never a mean.
    
    With class labels or several targets a sample, it is the loss of the scores W x_n: parameters W have shape
    (k, d), a row for each class or target, as ``torch.nn.Linear(d, k).weight``. The arrays are checked and copied
    once; nothing done to them later shows. Arithmetic is in double precision.
    
    Parameters
    ----------
    X : array_like of shape (n, d) or (n, r, c)
        Samples, finite. float32 stays float32; other real numbers become float64. Sparse arrays and matrices
        of SciPy stay sparse, as compressed rows. A ``numpy.memmap`` (float64 or float32, in C order) is not
        copied: its rows are read where they lie, and the file must not change while the problem is in use.
    y : array_like of shape (n,) or (n, k)
        Targets of a loss with a finite root, one or several a sample; -1 or +1 for a monotone loss; labels of
        classes for a multiclass loss, integers or strings: those that occur are the classes, in sorted order.
    loss : Loss
    model : Model, optional
        How w is made of the parameters that a method moves; by default they are w itself.
    
    Raises
    ------
    InvalidValueError, InvalidTypeError
        If an argument does not fit; the message names it.
    
    Notes
    -----
    Whatever the loss, it is a sum over rows of a matrix A, of numbers z = A w that are margins or residuals: see
    `rows`. The margin of a multiclass problem is min over n and c != y_n of <W_y - W_c, x_n>.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eq. (1).
    
    Examples
    --------
    >>> ib.Problem([[1.0, 2.0], [3.0, 4.0]], [1, -1], ib.Logistic())
    Problem(2 samples of shape (2,), Logistic())
    >>> ib.Problem([[1.0, 2.0]], [1.0], ib.Squared(), model=ib.Diagonal()).shape
    (4,)
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], ["a", "b", "c"], ib.CrossEntropy())
    >>> problem
    Problem(3 samples of shape (2,), 3 classes, CrossEntropy())
    >>> problem.shape, problem.rows.shape
    ((3, 2), (6, 3, 2))
    """
    def __init__(self, X: typing.Any, y: numpy.typing.ArrayLike, loss: Loss, model: Model = ...) -> None:
        ...
    def __reduce__(self) -> tuple:
        ...
    def __repr__(self) -> str:
        ...
    def evaluate(self, w: typing.Any, *, threads: int = 1) -> tuple[float, float, numpy.typing.NDArray[numpy.float64]]:
        """
        The loss and its gradient, in the log domain.
        
        Parameters
        ----------
        w : array_like
            The parameters, of the problem's shape.
        threads : int, default 1
            How many share the work. The result depends on their number in rounding alone.
        
        Returns
        -------
        log_loss, log_scale : float
            log L(w), and the scale of the gradient.
        g : ndarray of w's shape
            grad L(w) = exp(log_scale) g, in the parameters.
        
        Raises
        ------
        DomainError
            If the loss or its gradient is not finite there.
        InvalidValueError
            If w has another shape.
        
        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> log_loss, log_scale, g = problem.evaluate([0.0, 0.0])
        >>> print(log_loss, math.exp(log_scale) * g)
        0.0 [-2. -4.]
        """
    def predictor(self, theta: typing.Any) -> numpy.typing.NDArray[numpy.float64]:
        """
        The predictor w that parameters make.
        
        Parameters
        ----------
        theta : array_like
            Of the problem's shape.
        
        Returns
        -------
        ndarray of shape `predictor_shape`
        
        Raises
        ------
        InvalidValueError
            If theta has another shape.
        
        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared(), model=ib.Diagonal())
        >>> print(problem.predictor([1.0, 2.0, 0.0, 1.0]))  # u^2 - v^2
        [1. 3.]
        """
    @property
    def X(self) -> typing.Any:
        """
        The samples, of shape (n, d) or (n, r, c): a copy.
        
        A ``scipy.sparse.csr_array`` where they are sparse; the read-only memory map itself where they are
        read from one.
        """
    @property
    def classes(self) -> numpy.ndarray | None:
        """
        The labels of the k classes in sorted order, row c of the parameters being that of ``classes[c]``.
        
        Those that occur in y: a class without samples has no row. None unless the loss is multiclass.
        """
    @property
    def loss(self) -> Loss:
        """
        The loss.
        """
    @property
    def model(self) -> Model:
        """
        How w is made of the parameters.
        """
    @property
    def predictor_shape(self) -> tuple:
        """
        The shape of w, (d,) or (r, c); (k, d) for k classes or targets.
        """
    @property
    def rows(self) -> typing.Any:
        """
        The rows of A in z = A w, of shape (N, *predictor_shape), z being the margins or the residuals.
        
        y_n x_n for a monotone loss, x_n otherwise. Of a multiclass problem (e_y - e_c) x_n' for every sample n and
        every class c other than its own, in this order; of several targets e_c x_n' for every sample and target. A
        ``scipy.sparse.csr_array`` of shape (N, size of the parameters) where the samples are sparse. Runs never form
        them.
        
        Examples
        --------
        >>> problem = ib.Problem([[1.0], [2.0]], ["b", "a"], ib.CrossEntropy())
        >>> print(problem.rows.reshape(2, 2))
        [[-1.  1.]
         [ 2. -2.]]
        """
    @property
    def shape(self) -> tuple:
        """
        The shape of the parameters that a method moves: `predictor_shape`, or what the model says.
        """
    @property
    def y(self) -> numpy.ndarray:
        """
        A copy of the targets, or of the labels as they were given.
        """
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
    link is linear. NaturalGradient, and mirror descent under an Affine constraint, ask for a method
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
class Method:
    """
    An immutable optimization rule: where a run starts, and how it steps.
    
    Subclass it for a method of your own. ``init(problem, w0)`` returns a dict with ``"w"``, of shape
    ``problem.shape``, and whatever the method is to remember, arrays or numbers, each by a name; w0 is None where a
    run is given none. ``step(state, gradient, eta, t)`` gets that dict, the gradient of the loss (of its sum over the
    samples), the step size and the iteration, and returns the dict after the step: all of it, or ``"w"`` alone
    where nothing else changes. Arrays are copies, of float64, in both directions. A step must depend on its
    arguments alone (draw random numbers with ``np.random.default_rng(t)``): a run that is loaded goes on by what
    it makes of them.
    
    An attribute ``norm`` says in which norm margins are normalized, l2 unless it is stated. Runs iterate in the
    plain loop, and are certified, recorded and saved like any other; no claim is made of them.
    
    Examples
    --------
    >>> isinstance(ib.GradientDescent(), ib.Method)
    True
    >>> ib.SteepestDescent(ib.Lp(1)).geometry
    Lp(p=1.0)
    >>> class HeavyBall(ib.Method):
    ...     def __init__(self, beta=0.9):
    ...         self.beta = beta
    ...
    ...     def init(self, problem, w0):
    ...         w = np.zeros(problem.shape) if w0 is None else w0
    ...         return {"w": w, "velocity": np.zeros(problem.shape)}
    ...
    ...     def step(self, state, gradient, eta, t):
    ...         velocity = self.beta * state["velocity"] - eta * gradient
    ...         return {"w": state["w"] + velocity, "velocity": velocity}
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, HeavyBall(), 0.1).advance(10_000)
    >>> run.bracket.lower <= ib.max_margin(problem, ib.Lp(2)).value <= run.bracket.upper
    True
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
    def default_start(self, problem: Problem) -> numpy.typing.NDArray[numpy.float64]:
        """
        Where a run on this problem starts unless it is given w0.
        
        Parameters
        ----------
        problem : Problem
        
        Returns
        -------
        ndarray of the problem's parameter shape
            argmin psi for a potential, 0 for the others that have one.
        
        Raises
        ------
        InvalidValueError
            If the method does not go with the problem, or has no default start.
        
        Examples
        --------
        >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
        >>> ib.MirrorDescent(ib.Entropy()).default_start(problem)
        array([1., 1.])
        """
    @property
    def geometry(self) -> Gauge:
        """
        The norm, or other gauge, in which margins are normalized.
        """
class AdaGrad(Method):
    """
    Diagonal AdaGrad (eqs. 13-14).
    
    w(t+1) = w(t) - eta_t G(t)^(-1/2) grad L(w(t)) with G(t) = G0 + sum_{u <= t} grad L(w(u))^2 entry by
    entry: the gradient is added before the step, and 0 / 0 is 0. The run keeps the logarithm of G, so that
    no square underflows; ``run.G`` is what the next gradient will be added to. A derivative below the bound
    on its own rounding is 0: otherwise one that is 0 in exact arithmetic would take a full step.
    
    Parameters
    ----------
    G0 : float or array_like of w's shape, default 0
        Finite and not negative.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 3.3 and Theorem 6.
    
    Examples
    --------
    >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
    >>> print(ib.Run(problem, ib.AdaGrad(), 0.5).advance(1).w)
    [ 0.5 -0.5]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'G0': 0.0}
    _fields: typing.ClassVar[list] = ['G0']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, G0: float | numpy.typing.ArrayLike = 0.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def G0(self) -> typing.Any:
        ...
class Adam(Method):
    """
    Adam, and AdamW where there is weight decay.
    
    m and v are the exponential averages of the gradient (of the sum of the losses) and of its square entry
    by entry, m(-1) = v(-1) = 0, and the step is -eta_t m^ / (sqrt(v^) + eps) with m^ = m / (1 -
    beta1^(t+1)) and v^ = v / (1 - beta2^(t+1)). The run keeps m and sqrt(v) in the log domain: with eps = 0
    nothing underflows, however small L becomes (only what is 1e-308 of the largest derivative), and 0 / 0
    is 0; with eps > 0 steps shrink with the gradient once it is below eps. A derivative below the bound on
    its own rounding is 0.
    
    Parameters
    ----------
    beta1, beta2 : float, default 0.9 and 0.999
        In [0, 1).
    eps : float, default 1e-8
        Not negative; outside of the root.
    weight_decay : float, default 0
        Decoupled, not negative: each step is taken from (1 - eta_t weight_decay) w. A step whose eta_t
        weight_decay exceeds 1 is a DomainError.
    bias_correction : bool, default True
        Divide m and v by what a constant gradient would make of them.
    
    Notes
    -----
    Margins are normalized in l_inf: while the gradients exceed eps, Adam is about sign descent, and its
    direction tends to the l_inf maximum margin (proved for eps = 0 and decreasing steps). With eps > 0 it
    is gradient descent in the end, with the l_2 maximum margin, at times that grow exponentially where
    steps are constant. v falls no faster than beta2^t: where the loss would fall faster, steps shrink.
    
    References
    ----------
    Kingma and Ba (2015), arXiv:1412.6980; with weight decay Loshchilov and Hutter (2019),
    arXiv:1711.05101. Its bias: Zhang, Zou and Cao (2024), arXiv:2406.10650, for eps = 0; Wang, Meng, Chen
    and Liu (2021), arXiv:2012.06244, for eps > 0.
    
    Examples
    --------
    >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
    >>> run = ib.Run(problem, ib.Adam(eps=0), 0.5).advance(1)
    >>> print(run.w, run.method.geometry)
    [ 0.5 -0.5] Lp(p=inf)
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-08, 'weight_decay': 0.0, 'bias_correction': True}
    _fields: typing.ClassVar[list] = ['beta1', 'beta2', 'eps', 'weight_decay', 'bias_correction']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-08, weight_decay: float = 0.0, bias_correction: bool = True) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def beta1(self) -> float:
        ...
    @property
    def beta2(self) -> float:
        ...
    @property
    def bias_correction(self) -> bool:
        ...
    @property
    def eps(self) -> float:
        ...
    @property
    def weight_decay(self) -> float:
        ...
class DualAcceleration(Method):
    """
    The accelerated method whose l_2 margin gap falls like 1 / t^2.
    
    w(t+1) = w(t) + eta_t (g(t+1) + X' q(t)) with g(t+1) = t / (t + 1) (g(t) + X' q(t)) and g(0) = 0, where
    the rows of X are the samples times their labels and q(t) holds their weights, q_n proportional to
    -l'(margin of n): the soft-max of the negative margins for exponential loss. For strictly monotone
    losses.
    
    Notes
    -----
    The theorem's step is eta = 1 / B^2 for B = max_n |x_n|_2, with samples of length 1 at most: that is
    ``LossNormalized()``, since the bound beta(w) here is B^2, without the loss (log L is as smooth as that).
    Margins are normalized in l_2. The certificate weighs the gradients by t, as g does: its gap falls as
    fast as the margin's.
    
    References
    ----------
    Ji, Srebro and Telgarsky (2021), "Fast Margin Maximization via Dual Acceleration", arXiv:2107.00595,
    Algorithm 1.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.DualAcceleration()).advance(1000)
    >>> run.bracket.gap < 1e-4
    True
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
class FactorizedGradientDescent(Method):
    """
    Gradient descent on a factor U of W = U U' (eqs. 17-18).
    
    U(t+1) = U(t) - eta_t 2 grad L(W(t)) U(t), with the gradient of U -> L(U U') for symmetric samples; eq.
    (19) leaves out the 2. A run needs ``w0`` = U(0), of shape (d, rank): U = 0 is a saddle point. Its ``w``
    is W, and its ``factor`` is U. Samples must be symmetric matrices; `lift` makes them so for U V'.
    Margins are normalized by trace W. It is gradient descent on the model `Factor`, iterate for iterate.
    
    Parameters
    ----------
    rank : int, optional
        Columns of U; by default as many as w0 has.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 4 and Theorem 7.
    
    Examples
    --------
    >>> problem = ib.Problem([[[1.0, 0.0], [0.0, -1.0]]], [1], ib.Exponential())
    >>> run = ib.Run(problem, ib.FactorizedGradientDescent(), w0=np.eye(2)).advance(1000)
    >>> print(f"{run.margin:.4f}")  # the maximum margin over positive semidefinite matrices is 1
    1.0000
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'rank': None}
    _fields: typing.ClassVar[list] = ['rank']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, rank: int | None = None) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def rank(self) -> int | None:
        ...
class Lion(Method):
    """
    Lion: the sign of one average of the gradients, and the memory of another.
    
    w(t+1) = (1 - eta_t weight_decay) w(t) - eta_t sign(beta1 m(t-1) + (1 - beta1) g(t)), then m(t) = beta2
    m(t-1) + (1 - beta2) g(t), with m(-1) = 0 and sign(0) = 0. The run keeps m in the log domain. A
    derivative below the bound on its own rounding is 0.
    
    Parameters
    ----------
    beta1, beta2 : float, default 0.9 and 0.99
        In [0, 1).
    weight_decay : float, default 0
        Decoupled, not negative: each step is taken from (1 - eta_t weight_decay) w. A step whose eta_t
        weight_decay exceeds 1 is a DomainError.
    
    Notes
    -----
    Margins are normalized in l_inf: every step is a steepest descent step in that norm of length eta_t,
    with an average in the gradient's place. With weight decay w stays bounded, and where it converges it
    minimizes the loss among the w with l_inf norm at most 1 / weight_decay.
    
    References
    ----------
    Chen et al. (2023), "Symbolic Discovery of Optimization Algorithms", arXiv:2302.06675. With weight
    decay: Chen, Liu, Liang and Liu (2024), "Lion Secretly Solves Constrained Optimization",
    arXiv:2310.05898.
    
    Examples
    --------
    >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
    >>> print(ib.Run(problem, ib.Lion(), 0.5).advance(2).w)
    [ 1. -1.]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'beta1': 0.9, 'beta2': 0.99, 'weight_decay': 0.0}
    _fields: typing.ClassVar[list] = ['beta1', 'beta2', 'weight_decay']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, beta1: float = 0.9, beta2: float = 0.99, weight_decay: float = 0.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def beta1(self) -> float:
        ...
    @property
    def beta2(self) -> float:
        ...
    @property
    def weight_decay(self) -> float:
        ...
class MirrorDescent(Method):
    """
    Mirror descent with respect to a potential (eqs. 4-5, 7-8).
    
    grad psi(w(t+1)) = grad psi(w(t)) - eta_t grad L(w(t)), then, with a constraint, the Bregman projection
    on it. The run keeps the dual variables, and the rounding of their sums: they stay on the data manifold,
    however long the run. Margins are normalized in ``method.geometry``, the potential's norm: l1 for Entropy
    and HyperbolicEntropy, l_p for SquaredLp(p) and PowerPotential(p), linf for Cosh.
    
    Parameters
    ----------
    potential : Potential
        psi, such as Euclidean() or Entropy().
    momentum : DualMomentum or PrimalMomentum, optional
        None by default.
    constraint : Constraint, optional
        A set that the iterates stay in: NonNegative(), Box, Ball, Affine or Simplex. None by default.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.2 and Theorems 1 to 1b.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.MirrorDescent(ib.Entropy()), 0.05).advance(1000)
    >>> print(run.w.round(6))
    [0.5  0.25]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'momentum': None, 'constraint': None}
    _fields: typing.ClassVar[list] = ['potential', 'momentum', 'constraint']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, potential: Potential, momentum: Momentum | None = None, constraint: Constraint | None = None) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def constraint(self) -> Constraint | None:
        ...
    @property
    def momentum(self) -> Momentum | None:
        ...
    @property
    def potential(self) -> Potential:
        ...
class NaturalGradient(Method):
    """
    Natural gradient descent, w(t+1) = w(t) - eta_t H(w(t))^-1 grad L(w(t)) (eq. 9).
    
    Parameters
    ----------
    potential : Potential or Metric
        H is the potential's Hessian, or a metric of your own.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.3, eq. (9) and Example 3.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.NaturalGradient(ib.Entropy()), 0.1).advance(1000)
    >>> print(run.w.round(6))  # mirror descent reaches (1/2, 1/4)
    [0.6 0.2]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {}
    _fields: typing.ClassVar[list] = ['potential']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, potential: Metric) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def potential(self) -> Metric:
        ...
class NewtonSchulzDescent(Method):
    """
    Spectral descent with an approximate polar factor: Muon as it is shipped.
    
    The step is -|M|_* P(M), with |M|_* the nuclear norm of the gradient or of its average M, and P(M) five
    steps of X <- 3.4445 X - 4.7750 (X X') X + 2.0315 (X X')^2 X from X = M / |M|_F in the place of M's
    polar factor; that would be ``SteepestDescent(Schatten(math.inf))``. P(M) has M's singular vectors and
    singular values of .68 to 1.21 where those of M are not tiny. Parameters are matrices.
    
    Parameters
    ----------
    momentum : EMA, optional
        Take the step of an average of the gradients instead of the last. None by default.
    weight_decay : float, default 0
        Decoupled, not negative: each step is taken from (1 - eta_t weight_decay) w. A step whose eta_t
        weight_decay exceeds 1 is a DomainError.
    
    Notes
    -----
    Margins are normalized in the spectral norm, as for the exact polar factor. ``Muon(orthogonalization=
    'newton-schulz')`` makes it. |M|_F has no eps added to it here, so that the scale of M does not matter.
    
    References
    ----------
    Jordan et al. (2024), "Muon: An optimizer for hidden layers in neural networks", kellerjordan.github.io.
    
    Examples
    --------
    >>> rows = np.reshape([2.0, 0.0, 0.0, 1.0], (1, 2, 2))
    >>> problem = ib.Problem(rows, [1], ib.Exponential())
    >>> method = ib.NewtonSchulzDescent()
    >>> steps = 0.1 / 3  # over the nuclear norm of the first gradient
    >>> print(ib.Run(problem, method, steps).advance(1).w.round(4))
    [[0.0689 0.    ]
     [0.     0.1114]]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'momentum': None, 'weight_decay': 0.0}
    _fields: typing.ClassVar[list] = ['momentum', 'weight_decay']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, momentum: EMA | None = None, weight_decay: float = 0.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def momentum(self) -> EMA | None:
        ...
    @property
    def weight_decay(self) -> float:
        ...
class RMSProp(Method):
    """
    RMSProp: each derivative over the root of the average of its squares.
    
    w(t+1) = w(t) - eta_t g(t) / (sqrt(v(t)) + eps) with v(t) = beta v(t-1) + (1 - beta) g(t)^2 entry by
    entry, v(-1) = 0 and no bias correction, for the gradient g of the sum of the losses. The run keeps
    sqrt(v) in the log domain: with eps = 0 nothing underflows, and 0 / 0 is 0. A derivative below the bound
    on its own rounding is 0.
    
    Parameters
    ----------
    beta : float, default 0.99
        In [0, 1).
    eps : float, default 1e-8
        Not negative; outside of the root.
    
    Notes
    -----
    Margins are normalized in l_inf: while the gradients exceed eps, a step has entries of about eta_t in
    modulus, as in sign descent. With eps > 0 it is gradient descent in the end, with the l_2 maximum margin.
    
    References
    ----------
    Tieleman and Hinton (2012), "Lecture 6.5: RMSProp". Its bias for eps > 0: Wang, Meng, Chen and Liu
    (2021), arXiv:2012.06244.
    
    Examples
    --------
    >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
    >>> print(ib.Run(problem, ib.RMSProp(eps=0), 0.05).advance(1).w)
    [ 0.5 -0.5]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'beta': 0.99, 'eps': 1e-08}
    _fields: typing.ClassVar[list] = ['beta', 'eps']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, beta: float = 0.99, eps: float = 1e-08) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def beta(self) -> float:
        ...
    @property
    def eps(self) -> float:
        ...
class SteepestDescent(Method):
    """
    Steepest descent with respect to a norm (eqs. 11-12).
    
    w(t+1) = w(t) + eta_t dw(t) with the unnormalized dw = argmin_v <grad L(w), v> + |v|^2 / 2. In norms
    whose steps hardly depend on the size of a derivative (l_p for p > 2, sign descent above all), one below
    the bound on its own rounding is 0.
    
    Parameters
    ----------
    norm : Norm
        A norm of the package, or a subclass of your own.
    ties : {'first', 'average'}, default 'first'
        Where several coordinates tie in l1 (groups, or singular vectors, in norms made of it): move the
        first, or all of them equally. Every convex combination is a steepest descent step.
    momentum : EMA, optional
        Take the step of an average of the gradients instead of the last. None by default.
    weight_decay : float, default 0
        Decoupled, not negative: each step is taken from (1 - eta_t weight_decay) w. A step whose eta_t
        weight_decay exceeds 1 is a DomainError.
    
    Notes
    -----
    A step is as long as the dual norm of what it goes along. `Signum` and `Muon` are named cases. With
    weight decay and constant steps w comes to rest where it minimizes L(w) + weight_decay |w|^2 / 2. With
    momentum ``LossNormalized`` has the bound of the method without: the loss may rise, and a smaller scale
    or a cap mends that.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, section 2.4 and Theorem 5. With momentum: Fan, Schmidt and
    Thrampoulidis (2025), arXiv:2502.04664, Theorem 2. With weight decay: Xie and Li (2024),
    arXiv:2404.04454, Theorem 3.5.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
    >>> run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1))).advance(1000)
    >>> print(f"{run.margin:.3f}, certified up to {run.bracket.upper:.3f}")
    0.750, certified up to 0.750
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'ties': 'first', 'momentum': None, 'weight_decay': 0.0}
    _fields: typing.ClassVar[list] = ['norm', 'ties', 'momentum', 'weight_decay']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, norm: Norm, ties: typing.Literal['first', 'average'] = 'first', momentum: EMA | None = None, weight_decay: float = 0.0) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def momentum(self) -> EMA | None:
        ...
    @property
    def norm(self) -> Norm:
        ...
    @property
    def ties(self) -> str:
        ...
    @property
    def weight_decay(self) -> float:
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
class MiniBatch:
    """
    Gradients from random batches (eq. 2): the unscaled sum over the samples drawn.
    
    The batch of iteration t is a function of the seed and t alone.
    
    Parameters
    ----------
    size : int
        Samples a batch, at least 1.
    seed : int
        Not negative.
    replace : bool, default False
        Draw with replacement; a sample drawn twice counts twice.
    
    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, eq. (2) and Theorem 1.
    
    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0], ib.Squared())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.1, batch=ib.MiniBatch(1, seed=0)).advance(2000)
    >>> print(run.w.round(6))
    [1.  0.5]
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'replace': False}
    _fields: typing.ClassVar[list] = ['size', 'seed', 'replace']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, size: int, seed: int, replace: bool = False) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def replace(self) -> bool:
        ...
    @property
    def seed(self) -> int:
        ...
    @property
    def size(self) -> int:
        ...
class Recording:
    """
    A rule for the iterations that a run records: Every or LogSpaced.
    
    Examples
    --------
    >>> isinstance(ib.Every(10), ib.Recording)
    True
    """
    __signature__: typing.ClassVar[inspect.Signature]
    def __init__(self: object, *arguments: object, **named: object) -> None:
        ...
    def after(self, t: int) -> int:
        """
        The first recorded iteration after t.
        
        Parameters
        ----------
        t : int
        
        Returns
        -------
        int
        
        Examples
        --------
        >>> ib.Every(10).after(25)
        30
        """
class LogSpaced(Recording):
    """
    Record t = 0 and the integers nearest to 10^(k / per_decade).
    
    Parameters
    ----------
    per_decade : int, default 20
        Rows a decade of t, from 1 to 1000000.
    
    Examples
    --------
    >>> ib.LogSpaced(1).after(10)
    100
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'per_decade': 20}
    _fields: typing.ClassVar[list] = ['per_decade']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, per_decade: int = 20) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def per_decade(self) -> int:
        ...
class Every(Recording):
    """
    Record t = 0, steps, 2 steps, ...
    
    Parameters
    ----------
    steps : int, default 1
        At least 1.
    
    Examples
    --------
    >>> ib.Every(5).after(12)
    15
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'steps': 1}
    _fields: typing.ClassVar[list] = ['steps']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, steps: int = 1) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def steps(self) -> int:
        ...
class Taken:
    """
    Holds a RunLoop for one thread.
    """
    def __enter__(self) -> None:
        ...
    def __exit__(self, kind: typing.Any, error: typing.Any, trace: typing.Any) -> None:
        ...
class ModifiedEquation:
    """
    The differential equation whose solution passes through the iterates of a run, in log t and the
    coordinates of its method (w; the dual variables; w and log G; the factor).
    """
    def jacobian(self, log_t: float, q: numpy.typing.ArrayLike, powers: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]:
        """
        The derivative of sign(v) |v|^powers in q by differences, where v is the velocity by one term.
        """
    def point(self, q: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]:
        """
        The parameters at these coordinates, flat.
        """
    def velocity(self, log_t: float, q: numpy.typing.ArrayLike, terms: int) -> numpy.typing.NDArray[numpy.float64]:
        """
        dq / d log t by the first terms of the series; NaN where the iterates leave the domain.
        """
    @property
    def start(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
class RunLoop:
    """
    The compiled loop behind implicitbias.Run.
    """
    @staticmethod
    def restore(problem: Problem, method: Method, step_size: StepSize, batch: MiniBatch | None, record: Recording, state: dict, trajectory: dict, plain: bool = False, threads: int = 1) -> RunLoop:
        """
        Goes on from a saved state as if never interrupted.
        """
    def __init__(self, problem: Problem, method: Method, step_size: StepSize, batch: MiniBatch | None, record: Recording, w0: numpy.typing.ArrayLike | None = None, plain: bool = False, threads: int = 1) -> None:
        ...
    def advance(self, until: int, seconds: float) -> None:
        """
        Iterates until t = until or the seconds have passed, without the GIL.
        """
    def certificate(self) -> tuple[float, float, float, float]:
        """
        margin, bound, best_margin and best_bound of the current iterate.
        """
    def equation(self) -> ModifiedEquation:
        """
        The differential equation that the iterates follow from here on.
        """
    def hold(self) -> None:
        """
        Before a fork: waits for the other threads, and keeps them out.
        """
    def leap(self, t: float, log10_t: float, q: numpy.typing.ArrayLike, error: float) -> None:
        """
        Goes on from a later time and the coordinates integrated to it, and records that row.
        """
    def let_go(self) -> None:
        """
        After a fork, in the process that forked.
        """
    def snapshot(self) -> tuple[dict, dict]:
        """
        The state and the trajectory of one moment, as restore takes them.
        """
    def start_over(self, abandoned: bool) -> None:
        """
        After a fork, in the new process; abandoned by the thread that advanced it.
        """
    def taken(self) -> Taken:
        """
        A context in which this thread alone may advance; raises BusyError where another does.
        """
    def trajectory(self) -> dict:
        ...
    @property
    def error(self) -> float:
        """
        Estimated error of w from the last integration.
        """
    @property
    def form(self) -> str:
        """
        The form in which it iterates from here on.
        """
    @property
    def induced(self) -> Gauge | None:
        """
        The norm, or other gauge, that brackets are in.
        """
    @property
    def kkt_residual(self) -> float:
        ...
    @property
    def largest_step(self) -> tuple[float, int]:
        """
        The largest log(eta_t beta(w_t)) so far and the first t at which it was taken.
        """
    @property
    def last_violation(self) -> int:
        ...
    @property
    def log10_t(self) -> float:
        ...
    @property
    def log_loss(self) -> float:
        ...
    @property
    def memory(self) -> dict:
        """
        What the method keeps besides w, by name.
        """
    @property
    def off_manifold(self) -> float:
        ...
    @property
    def residual(self) -> float:
        ...
    @property
    def t(self) -> int:
        """
        Iterations done; 2^63 - 1 after a leap beyond 2^53.
        """
    @property
    def theta(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
    @property
    def w(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
def checksum(array: numpy.ndarray) -> int:
    """
    A checksum of the bytes of an array.
    """
def compiler() -> str:
    """
    What compiled this module.
    """
def eigen_version() -> str:
    """
    The version of Eigen that is compiled in.
    """
def read_array(source: typing.Any, argument: str, dimensions: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
    """
    A checked copy of an array of finite real numbers; errors name the argument.
    """
def simd_level() -> str:
    """
    The SIMD level of the kernels in use: the best that the processor has, unless the environment variable
    IMPLICITBIAS_SIMD names a lower one.
    """
registry: dict = {'losses': (Squared, Huber, TruncatedSquared, LogCosh, Exponential, Logistic, Probit, Sigmoid, PolynomialTail, CrossEntropy, MulticlassExponential, PairwiseLogistic), 'norms': (Lp, QuadraticNorm, GroupNorm, SparseGroupNorm, Schatten, PolyhedralNorm, WeightedNorm, BlockNorm), 'models': (Linear, Diagonal, Factor, Product, DeepLinear, Convolution), 'potentials': (Euclidean, Entropy, QuadraticPotential, SquaredLp, SpectralEntropy, PowerPotential, HyperbolicEntropy, Cosh), 'momenta': (DualMomentum, PrimalMomentum), 'averages': (EMA), 'constraints': (Affine, Ball, Box, NonNegative, Simplex), 'methods': (AdaGrad, Adam, DualAcceleration, FactorizedGradientDescent, Lion, MirrorDescent, NaturalGradient, NewtonSchulzDescent, RMSProp, SteepestDescent), 'step_sizes': (Constant, ExactLineSearch, LossNormalized, Normalized, Polyak, Polynomial, Schedule), 'batches': (MiniBatch), 'recordings': (LogSpaced, Every)}
