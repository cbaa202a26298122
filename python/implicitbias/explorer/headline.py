"""What the points are, in words: whether they can be separated, or fitted."""

import numpy as np

from .._core import Problem
from ..errors import ImplicitBiasError
from .state import State


def headline(state: State, problem: Problem | None) -> str:
    """Return a sentence or two on the points."""
    if problem is None:
        return state.empty
    try:
        return _of_labels(state, problem) if state.monotone else _of_targets(state)
    except ImplicitBiasError as error:
        return str(error)


def _of_labels(state: State, problem: Problem) -> str:
    from ..oracles.separability import separability

    found = separability(problem)
    plane = "line" if state.dimension == 2 else "plane"
    if found.kind == "complete":
        alone = (
            "All points have one label, and lie on one side of" if len(set(state.y)) == 1 else "Separable:"
        )
        return (
            f"{alone} a {plane} through the origin{_BETWEEN[len(set(state.y)) == 1]}. w(t) grows without end."
        )
    if found.kind == "quasi-complete":
        return (
            f"Not separable: a {plane} through the origin has no point on its wrong side, but some on it; "
            "no w has a positive margin on every point."
        )
    against = np.flatnonzero(found.weights > 1e-9)
    named = "s " + _listed([str(each + 1) for each in against]) if len(against) > 1 else f" {against[0] + 1}"
    why = f"point{named} {'contradict each other' if len(against) > 1 else 'lies at the origin'}"
    return f"Not separable: no {plane} through the origin has all points on their sides; {why}."


_BETWEEN = {False: " runs between the classes", True: ""}


def _of_targets(state: State) -> str:
    X, y = np.array(state.X), np.array(state.y)
    w, _, rank, _ = np.linalg.lstsq(X, y)
    left = float(np.abs(X @ w - y).max())
    if left > 1e-9 * max(1.0, float(np.abs(y).max())):
        return f"No w fits all targets: the least-squares solution misses one by {left:.3g}."
    free = state.dimension - int(rank)
    if not free:
        return "One w fits all targets; every method that converges ends there."
    kind = {1: "a line", 2: "a plane"}.get(free, f"{free} dimensions")
    return f"The solutions fill {kind}: which of them is reached is the method's implicit bias."


def _listed(names: list[str]) -> str:
    if len(names) > 8:
        names = [*names[:7], f"{len(names) - 7} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]])
