"""Which steps a run on a monotone loss takes where none are given."""

from .._core import EMA, LossNormalized, Method, Normalized, StepSize


def default_step(method: Method) -> StepSize:
    """Return the default step rule of a method.

    An average of gradients remembers larger losses: steps along it over today's loss would explode.
    """
    averages = isinstance(getattr(method, "momentum", None), EMA)
    return Normalized(0.1, 0.5) if averages else LossNormalized()
