"""Written by tools/write_stub.py."""
from __future__ import annotations
import collections.abc
import inspect
import typing
class Model:
    """
    How the predictor w is made of the parameters theta, which a method moves.
    
    Models are homogeneous: c theta makes c^degree w. So the margins of a run are normalized by |theta|^degree, in
    the method's norm. `Run.kkt_residual` says how far theta is from the KKT conditions of min |theta| such that all
    margins are at least 1. Where the least |theta|^degree for a w is proportional to a norm of w, `Run.bracket` is
    about the maximum margin in that norm, `Run.induced_norm`. Models iterate in the plain loop.
    
    Subclass it for a model of your own: state its ``degree``, an integer, and define ``value(theta)``, which
    returns w, and ``pullback(theta, g)``, the chain rule, which returns the gradient of <g, value(theta)> in theta.
    Where theta has another shape than w, ``parameters(shape)`` returns it for w's. `LossNormalized` asks for
    ``reach(x)``, a bound on |<x, value(theta)>| for |theta|_2 <= 1. Degree, gradient and bound are tried at a few
    points where a problem is made, and what the methods return is checked whenever they are called. The model must
    depend on their arguments alone. Its runs have margins and `Run.kkt_residual`, and no `Run.induced_norm`.
    
    References
    ----------
    Lyu and Li (2020), "Gradient Descent Maximizes the Margin of Homogeneous Neural Networks", arXiv:1906.05890.
    
    Examples
    --------
    >>> isinstance(ib.Diagonal(), ib.Model)
    True
    >>> class Squares(ib.Model):  # w = u * u - v * v, as Diagonal()
    ...     degree = 2
    ...     def parameters(self, shape):
    ...         return (2, *shape)
    ...     def value(self, theta):
    ...         return theta[0] ** 2 - theta[1] ** 2
    ...     def pullback(self, theta, g):
    ...         return 2 * theta * np.stack([g, -g])
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared(), model=Squares())
    >>> run = ib.Run(problem, ib.GradientDescent(), 0.01, w0=0.1 * np.ones((2, 2))).advance(2000)
    >>> print(run.theta.shape, run.w.round(3))
    (2, 2) [0.069 0.466]
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
