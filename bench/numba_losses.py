"""What a sample adds to the gradient and to the loss in Numba, a function a loss.

Root losses get the residual y - <x, w>, monotone losses minus the margin, -y <x, w>. Each returns minus the
derivative of the loss by <x, w>, or by the margin.
"""

import math

from numba import njit

from numba_pass import exponential

FAR = 36.0  # a margin beyond which logistic and sigmoid loss are the exponential one to the last bit


def slope(function):
    """Return the sample of steps that do not ask how large the loss is."""
    compiled = njit(fastmath=True)(function)

    @njit(fastmath=True)
    def sample(a, shift):
        return compiled(a), 0.0

    return sample


def exponential_slope(a):
    return math.exp(a)


def logistic(a):
    e = math.exp(a)
    return e / (1 + e)


def sigmoid(a):
    e = math.exp(a)
    return e / ((1 + e) * (1 + e))


def probit(a):
    return math.sqrt(2 / math.pi) * math.exp(-0.5 * a * a) / math.erfc(a * math.sqrt(0.5))


def squared(a):
    return 2 * a


def huber(a):
    return min(max(2 * a, -2.0), 2.0)


def log_cosh(a):
    e = math.exp(-2 * abs(a))  # a fifth faster than tanh
    return math.copysign((1 - e) / (1 + e), a)


CAP = 9.0  # of the truncated squared loss


def truncated(a):
    return 2 * a if a * a < CAP else 0.0


SLOPES = {
    "Exponential": slope(exponential_slope),
    "Logistic": slope(logistic),
    "Sigmoid": slope(sigmoid),
    "Probit": slope(probit),
    "Squared": slope(squared),
    "Huber": slope(huber),
    "LogCosh": slope(log_cosh),
    "TruncatedSquared": slope(truncated),
}

# The samples of loss-normalized steps. The smallest margin, of the iteration before, is the shift once it is
# beyond FAR (always, for exponential loss): their quotients stay exact where the losses underflow.


@njit(fastmath=True)
def logistic_and_loss(a, shift):
    e = math.exp(a)
    if shift > 0:
        return e, e
    return e / (1 + e), math.log1p(e)


@njit(fastmath=True)
def sigmoid_and_loss(a, shift):
    e = math.exp(a)
    if shift > 0:
        return e, e
    return e / ((1 + e) * (1 + e)), e / (1 + e)


@njit
def stay(shift, largest):
    return shift


@njit
def follow(shift, largest):
    return shift - largest


@njit
def follow_far(shift, largest):
    smallest_margin = shift - largest
    return smallest_margin if smallest_margin > FAR else 0 * smallest_margin


WITH_LOSS = {
    "Exponential": (exponential, follow),
    "Logistic": (logistic_and_loss, follow_far),
    "Sigmoid": (sigmoid_and_loss, follow_far),
}
