"""The errors that this package raises, each also a built-in one, and its warnings."""


class ImplicitBiasError(Exception):
    """Base of every error the package raises."""


class InvalidValueError(ImplicitBiasError, ValueError):
    """An argument has a value outside its domain; the message names it."""


class InvalidTypeError(ImplicitBiasError, TypeError):
    """An argument has the wrong type; the message names it."""


class DomainError(ImplicitBiasError, ArithmeticError):
    """An iterate left the set on which the problem is defined; the run keeps its last valid state."""


class NotSeparableError(InvalidValueError):
    """The data are not linearly separable; the message holds the certificate."""


class BusyError(ImplicitBiasError, RuntimeError):
    """A run is being advanced in another thread."""


class CheckpointError(InvalidValueError):
    """A file is not a checkpoint, is damaged, or does not match what it is loaded with."""


class CheckpointWarning(UserWarning):
    """A checkpoint cannot be written while its run goes on, or needs a file that may not last."""


class DataWarning(UserWarning):
    """Data were read in another way than their user may expect; the message says how."""


class OracleError(ImplicitBiasError, RuntimeError):
    """The convex solver gave no solution."""
