"""Which optimum does a method find, where there are many? What its geometry alone decides.

Losses with a finite root have limit points, strictly monotone ones limit directions, and the two differ:
mirror descent ends at the Bregman projection of its start whatever its steps; steepest descent in a norm ends
anywhere, until the loss is exponential, where it maximizes the margin in its own norm.

Theorems hide hypotheses: the steps that Theorem 5 bounds by a maximum must be bounded by a minimum, "any
bounded step" in section 3.1 is for losses of bounded slope, eq. (19) lacks a factor of 2. Each is also tried
where it is false, and must then be seen to fail.
"""

from importlib import import_module

from .citation import PAPER, SECTIONS

for _module in SECTIONS:
    import_module(f".{_module}", __name__)

__all__ = ["PAPER"]
