"""Written by tools/write_stub.py."""
from __future__ import annotations
import inspect
import numpy
import numpy.typing
import typing
from .losses import Loss
from .models import Model
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
    def _repr_html_(self) -> str:
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
