"""
The compiled core of implicitbias.
"""
from __future__ import annotations
import numpy
import numpy.typing
import typing
__all__: list[str] = ['Constant', 'Every', 'Exponential', 'LogSpaced', 'Logistic', 'Loss', 'LossNormalized', 'Lp', 'Method', 'Norm', 'Polynomial', 'Problem', 'QuadraticNorm', 'Recording', 'RunLoop', 'Schedule', 'Squared', 'SteepestDescent', 'StepSize', 'registry', 'simd_level']
class Loss:
    """
    A family of scalar losses l(u, y), summed over the samples.
    """
    def evaluate(self, z: numpy.typing.ArrayLike) -> tuple[float, float, numpy.typing.NDArray[numpy.float64]]:
        """
        The summed loss and its derivatives, in the log domain.
        
        Parameters
        ----------
        z : array_like of shape (n,)
            Margins y <w, x> for a monotone loss, residuals <w, x> - y otherwise.
        
        Returns
        -------
        log_loss, log_scale : float
        slopes : ndarray of shape (n,)
            l'(z_n) = exp(log_scale) slopes_n; for a monotone loss the slopes sum to -1.
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
class Squared(Loss):
    """
    Squared loss, l(u, y) = (u - y)^2: the finite-root loss of section 2.
    
    The empirical loss is the sum over samples, without a factor 1/2.
    """
    _fields: typing.ClassVar[list] = list()
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[()]]:
        ...
    def __repr__(self) -> str:
        ...
class Exponential(Loss):
    """
    Exponential loss, l(u, y) = exp(-u y): the monotone loss of section 3.
    
    Evaluated through the smallest margin, so that log L is exact where L underflows.
    """
    _fields: typing.ClassVar[list] = list()
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[()]]:
        ...
    def __repr__(self) -> str:
        ...
class Logistic(Loss):
    """
    Logistic loss, l(u, y) = log(1 + exp(-u y)): monotone with an exponential tail.
    """
    _fields: typing.ClassVar[list] = list()
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[()]]:
        ...
    def __repr__(self) -> str:
        ...
class Norm:
    """
    A norm, with its dual and its steepest descent step.
    
    Subclass it for a norm of your own: define ``value(w)``, ``dual(g)`` and ``steepest(g)``, which get
    and return arrays of the parameter's shape. Then Theorem 5's oracle wants one more function,
    registered with ``implicitbias.as_cvxpy.register``.
    """
    def __init__(self) -> None:
        ...
    def dual(self, g: numpy.typing.ArrayLike) -> float:
        """
        |g|_* = max {<g, v> : |v| <= 1}.
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
        """
    def steepest(self, g: numpy.typing.ArrayLike, ties: typing.Literal['first', 'average'] = 'first') -> numpy.typing.NDArray[numpy.float64]:
        """
        The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).
        
        It satisfies <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
        
        Parameters
        ----------
        g : array_like of shape (d,) or (r, c)
            The gradient.
        ties : {'first', 'average'}
            See SteepestDescent.
        """
    def value(self, w: numpy.typing.ArrayLike) -> float:
        """
        |w|.
        
        Parameters
        ----------
        w : array_like of shape (d,) or (r, c)
        """
class Lp(Norm):
    """
    The norm |w|_p = (sum_i |w_i|^p)^(1/p), 1 <= p <= inf; on matrices, of their entries.
    
    Parameters
    ----------
    p : float
        1 (steepest descent is coordinate descent), 2 (gradient descent), ``math.inf`` (sign
        descent) or any number between.
    
    Notes
    -----
    Steepest descent steps are unnormalised (eqs. 11-12):
    ``dw_i = -|g|_q sign(g_i) (|g_i| / |g|_q)^(q-1)`` with 1/p + 1/q = 1.
    """
    _fields: typing.ClassVar[list] = ['p']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, p: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any]]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def p(self) -> float:
        ...
class QuadraticNorm(Norm):
    """
    The norm |w|_D = sqrt(w' D w) of a symmetric positive definite matrix.
    
    Parameters
    ----------
    D : array_like of shape (d, d)
        On (r, c) parameters, d = r c in row-major order.
    """
    _fields: typing.ClassVar[list] = ['D']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, D: numpy.typing.ArrayLike) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any]]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def D(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
class Method:
    """
    An immutable optimisation rule.
    """
    @property
    def geometry(self) -> Norm:
        """
        The norm in which its margins are normalised.
        """
class SteepestDescent(Method):
    """
    Steepest descent with respect to a norm (eqs. 11-12).
    
    w(t+1) = w(t) + eta_t dw(t) with the unnormalised dw = argmin_v <grad L(w), v> + |v|^2 / 2.
    
    Parameters
    ----------
    norm : Norm
        Lp, QuadraticNorm or a subclass of your own.
    ties : {'first', 'average'}
        Where several coordinates tie in l1: move the first, or all of them equally.
        Every convex combination is a steepest descent step.
    """
    _fields: typing.ClassVar[list] = ['norm', 'ties']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, norm: Norm, ties: typing.Literal['first', 'average'] = 'first') -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any, typing.Any]]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def norm(self) -> Norm:
        ...
    @property
    def ties(self) -> str:
        ...
class StepSize:
    """
    A rule for the step sizes eta_t.
    """
    def log_step(self, t: int, log_smoothness: float) -> float:
        """
        log eta_t, where the logarithm of the local smoothness bound is `log_smoothness`.
        """
class Constant(StepSize):
    """
    eta_t = eta.
    
    Parameters
    ----------
    eta : float
        Positive.
    """
    _fields: typing.ClassVar[list] = ['eta']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, eta: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any]]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def eta(self) -> float:
        ...
class LossNormalized(StepSize):
    """
    eta_t = min(cap, scale / beta(w_t)), with beta the method's own local smoothness bound.
    
    For steepest descent beta = B^2 L(w), B = max_n |x_n|_*: the steps of Theorem 5 (which prints max
    where descent needs min). Uncapped, the margin gap falls about like 1/t; capped, like 1/log t.
    
    Parameters
    ----------
    scale : float
        Positive; Theorem 5 needs scale <= 1.
    cap : float
        Largest step, eta_+ in the paper; infinite by default.
    """
    _fields: typing.ClassVar[list] = ['scale', 'cap']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, scale: float = 1.0, cap: float = ...) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any, typing.Any]]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def cap(self) -> float:
        ...
    @property
    def scale(self) -> float:
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
    """
    _fields: typing.ClassVar[list] = ['eta', 'power']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, eta: float, power: float) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any, typing.Any]]:
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
    """
    _fields: typing.ClassVar[list] = ['etas']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, etas: numpy.typing.ArrayLike) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any]]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def etas(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
class Recording:
    """
    Which iterations a run records.
    """
    def after(self, t: int) -> int:
        """
        The first recorded iteration after t.
        """
class LogSpaced(Recording):
    """
    Record t = 0 and the integers nearest to 10^(k / per_decade).
    
    Parameters
    ----------
    per_decade : int
        Rows a decade of t.
    """
    _fields: typing.ClassVar[list] = ['per_decade']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, per_decade: int = 20) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any]]:
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
    steps : int
        At least 1.
    """
    _fields: typing.ClassVar[list] = ['steps']
    def __eq__(self, other: typing.Any) -> bool:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, steps: int = 1) -> None:
        ...
    def __reduce__(self) -> tuple[type, tuple[typing.Any]]:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def steps(self) -> int:
        ...
class Problem:
    """
    Data and loss: L(w) = sum_n l(<w, x_n>, y_n) (eq. 1), a sum and never a mean.
    
    The arrays are checked and copied once; nothing done to them later shows.
    
    Parameters
    ----------
    X : array_like of shape (n, d) or (n, r, c)
        Samples, finite.
    y : array_like of shape (n,)
        Targets; -1 or +1 for a monotone loss.
    loss : Loss
    """
    def __init__(self, X: typing.Any, y: numpy.typing.ArrayLike, loss: Loss) -> None:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def X(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        A copy of the samples, of shape (n, d) or (n, r, c).
        """
    @property
    def loss(self) -> Loss:
        ...
    @property
    def shape(self) -> tuple:
        """
        The parameter's shape, (d,) or (r, c).
        """
    @property
    def y(self) -> numpy.typing.NDArray[numpy.float64]:
        """
        A copy of the targets.
        """
class RunLoop:
    """
    The compiled loop behind implicitbias.Run.
    """
    @staticmethod
    def restore(problem: Problem, method: Method, step_size: StepSize, record: Recording, state: dict, trajectory: dict) -> RunLoop:
        """
        Goes on from a saved state as if never interrupted.
        """
    def __init__(self, problem: Problem, method: Method, step_size: StepSize, record: Recording, w0: typing.Any = None) -> None:
        ...
    def advance(self, until: int, seconds: float) -> None:
        """
        Iterates until t = until or the seconds have passed, without the GIL.
        """
    def certificate(self) -> tuple[float, float, float, float]:
        """
        margin, bound, best_margin and best_bound of the current iterate.
        """
    def snapshot(self) -> tuple[dict, dict]:
        """
        The state and the trajectory of one moment, as restore takes them.
        """
    def trajectory(self) -> dict:
        ...
    @property
    def log_loss(self) -> float:
        ...
    @property
    def t(self) -> int:
        ...
    @property
    def w(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
def simd_level() -> str:
    """
    The instruction set the kernels run on here.
    """
registry: dict = {'losses': (Squared, Exponential, Logistic), 'norms': (Lp, QuadraticNorm), 'methods': (SteepestDescent), 'step_sizes': (Constant, LossNormalized, Polynomial, Schedule), 'recordings': (LogSpaced, Every)}
