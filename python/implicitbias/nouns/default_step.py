"""Which steps a run on a monotone loss takes where none are given."""

from .._core import EMA, Adam, Lion, LossNormalized, Method, Normalized, Polynomial, RMSProp, StepSize


def default_step(method: Method) -> StepSize:
    """Return the default step rule of a method.

    An average of gradients remembers larger losses: steps along it over today's loss would explode. Those of
    Adam, RMSProp and Lion are about as long as eta says whatever the gradient, and have to decrease.
    """
    if isinstance(method, Adam | RMSProp | Lion):
        return Polynomial(0.1, 0.5)
    averages = isinstance(getattr(method, "momentum", None), EMA)
    return Normalized(0.1, 0.5) if averages else LossNormalized()
