"""Written by tools/write_stub.py."""
from __future__ import annotations
import inspect
import numpy
import numpy.typing
import typing
from .constraints import Constraint
from .momentum import EMA, Momentum
from .norms import Gauge, Norm
from .potentials import Metric, Potential
from .problem import Problem
from .step_sizes import StepSize
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
    
    Attributes of the class say more: ``norm``, in which norm margins are normalized, l2 unless it is stated;
    ``default_step_size``, what runs on monotone losses take where no step size is given; ``inertial = False``, that
    steps go along the last gradient alone, so that `behavior` takes a loss that rises for a sign of divergence.
    Runs iterate in the plain loop, and are certified, recorded and saved like any other; no claim is made of them.
    
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
    def default_step_size(self) -> StepSize:
        """
        The step sizes of a run on a monotone loss that is given none.
        
        ``Normalized(0.1, 0.5)`` along averages of gradients, which remember larger losses;
        ``Polynomial(0.1, 0.5)`` where a step is about as long as eta whatever the gradient;
        ``LossNormalized()`` for all others, of which some take no such steps and have to be given some.
        """
    @property
    def geometry(self) -> Gauge:
        """
        The norm, or other gauge, in which margins are normalized.
        """
    @property
    def inertial(self) -> bool:
        """
        Whether steps go along past gradients, too: the loss may then rise on the way to a solution.
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
    amsgrad : bool, default False
        Divide by the root of the largest v so far, entry by entry, where Adam has v: AMSGrad, as in PyTorch
        with the correction of v's bias after the maximum.
    
    Notes
    -----
    Margins are normalized in l_inf: while the gradients exceed eps, Adam is about sign descent, and its
    direction tends to the l_inf maximum margin (proved for eps = 0 and decreasing steps). With eps > 0 it
    is gradient descent in the end, with the l_2 maximum margin, at times that grow exponentially where
    steps are constant. v falls no faster than beta2^t: where the loss would fall faster, steps shrink.
    AMSGrad's v never falls: its steps shrink with the gradient, and are 0 once that is 1e-308 of the largest
    so far.
    
    References
    ----------
    Kingma and Ba (2015), arXiv:1412.6980; with weight decay Loshchilov and Hutter (2019),
    arXiv:1711.05101; AMSGrad: Reddi, Kale and Kumar (2018), arXiv:1904.09237. Its bias: Zhang, Zou and
    Cao (2024), arXiv:2406.10650, for eps = 0; Wang, Meng, Chen and Liu (2021), arXiv:2012.06244, for eps > 0.
    
    Examples
    --------
    >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
    >>> run = ib.Run(problem, ib.Adam(eps=0), 0.5).advance(1)
    >>> print(run.w, run.method.geometry)
    [ 0.5 -0.5] Lp(p=inf)
    """
    __signature__: typing.ClassVar[inspect.Signature]
    _defaults: typing.ClassVar[dict] = {'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-08, 'weight_decay': 0.0, 'bias_correction': True, 'amsgrad': False}
    _fields: typing.ClassVar[list] = ['beta1', 'beta2', 'eps', 'weight_decay', 'bias_correction', 'amsgrad']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-08, weight_decay: float = 0.0, bias_correction: bool = True, amsgrad: bool = False) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def amsgrad(self) -> bool:
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
