"""The errors that this package raises, each also a built-in one, and its warnings."""


class ImplicitBiasError(Exception):
    """Base of every error that the package raises.

    Examples
    --------
    >>> try:
    ...     ib.Lp(0.5)
    ... except ib.ImplicitBiasError as error:
    ...     print(error)
    p: expected a number in [1, inf], got 0.5
    """


class InvalidValueError(ImplicitBiasError, ValueError):
    """An argument has a value outside its domain; the message names it.

    Examples
    --------
    >>> try:
    ...     ib.Constant(-1.0)
    ... except ib.InvalidValueError as error:
    ...     print(error)
    eta: expected a positive finite number, got -1
    """


class InvalidTypeError(ImplicitBiasError, TypeError):
    """An argument has the wrong type; the message names it.

    Examples
    --------
    >>> try:
    ...     ib.SteepestDescent("l2")
    ... except ib.InvalidTypeError as error:
    ...     print(error)
    norm: expected a Norm, got 'l2'; write Lp(2)
    """


class DomainError(ImplicitBiasError, ArithmeticError):
    """An iterate left the set on which the problem is defined; the run keeps its last valid state.

    Examples
    --------
    >>> try:
    ...     ib.Entropy().link([1.0, -2.0])
    ... except ib.DomainError as error:
    ...     print(error)
    w: w[1] = -2 is not positive
    """


class NotSeparableError(InvalidValueError):
    """The data are not linearly separable; the message holds the certificate.

    Examples
    --------
    >>> problem = ib.Problem([[1.0], [1.0]], [1, -1], ib.Exponential())
    >>> try:
    ...     ib.max_margin(problem, ib.Lp(2))
    ... except ib.NotSeparableError:
    ...     print("no w has a positive margin on every sample")
    no w has a positive margin on every sample
    """


class BusyError(ImplicitBiasError, RuntimeError):
    """A run is being advanced already, in another thread or by one of its own nouns.

    Examples
    --------
    >>> class Meddler(ib.Norm):  # advances a run from inside that run
    ...     run = None
    ...
    ...     def value(self, w):
    ...         return np.linalg.norm(w)
    ...
    ...     dual = value
    ...
    ...     def steepest(self, g):
    ...         return -g if self.run is None else self.run.advance(1).w
    >>> norm = Meddler()
    >>> problem = ib.Problem([[1.0]], [1], ib.Exponential())
    >>> norm.run = ib.Run(problem, ib.SteepestDescent(norm))
    >>> try:
    ...     norm.run.advance(1)
    ... except ib.BusyError as error:
    ...     print(error)
    this run is being advanced already, in another thread or by one of its own nouns
    """


class CheckpointError(InvalidValueError):
    """A file is not a checkpoint, is damaged, or does not match what it is loaded with.

    Examples
    --------
    >>> with open("notes.npz", "w") as file:
    ...     print("no checkpoint", file=file)
    >>> try:
    ...     ib.Run.load("notes.npz")
    ... except ib.CheckpointError as error:
    ...     print(error)
    notes.npz: not a checkpoint, or a damaged one (File is not a zip file)
    """


class CheckpointWarning(UserWarning):
    """A checkpoint cannot be written while its run goes on, or needs a file that may not last.

    Examples
    --------
    Make it an error, for a run that is worthless without its checkpoints:

    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", ib.CheckpointWarning)
    ...     problem = ib.Problem([[1.0]], [1], ib.Exponential())
    ...     run = ib.Run(problem, ib.GradientDescent()).advance(10, checkpoint="run.npz")
    """


class DataWarning(UserWarning):
    """Data were read in another way than their user may expect; the message says how.

    Examples
    --------
    >>> import warnings
    >>> np.savetxt("labels.csv", [[1, 0], [2, 1]], "%d", ",", header="x,y", comments="")
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", ib.DataWarning)
    ...     try:
    ...         ib.datasets.load("labels.csv")
    ...     except ib.DataWarning as warning:
    ...         print(warning)
    labels.csv: the targets 0 and 1 are kept as real numbers, ...
    """


class OracleError(ImplicitBiasError, RuntimeError):
    """A convex solver gave no solution, or none that is precise enough.

    Examples
    --------
    >>> import cvxpy
    >>> try:
    ...     ib.as_cvxpy(ib.Lp(1e9), cvxpy.Variable(2))
    ... except ib.OracleError:
    ...     print("cvxpy has no form of this norm")
    cvxpy has no form of this norm
    """


class WorkersLostError(ImplicitBiasError, RuntimeError):
    """The executor of a sweep has no workers any more; the sweep keeps what is done, and can go on.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
    >>> sweep = ib.Sweep(problem, ib.GradientDescent(), [0.01, 0.02])
    >>> with ThreadPoolExecutor() as executor:
    ...     pass
    >>> try:
    ...     sweep.advance(10, executor=executor)
    ... except ib.WorkersLostError:
    ...     print(sweep.advance(10).runs[0].t)
    10
    """
