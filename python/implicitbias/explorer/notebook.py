"""The explorer in a notebook."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from .._calls import public
from .._core import Problem
from ..errors import ImplicitBiasError
from .state import state_of

if TYPE_CHECKING:
    from .page import Explorer


@public
def explore(problem: Problem) -> "Explorer":
    """Show a problem whose points can be moved: separators, limits, certificates and verdicts follow.

    The object shows itself in a notebook; ``implicitbias explore`` opens the same in a browser. Methods,
    norms, potentials, momenta, steps and the time, up to 10^300, are controls beside the figures.

    Parameters
    ----------
    problem : Problem
        Of labels -1 and +1, or of targets, with vectors of two or more features as samples, a loss of the
        package and the model `Linear`.

    Returns
    -------
    Explorer
        With ``code``, a Python script that does what is shown; ``link``, which restores it as the end of the
        explorer's address; and ``scene.courses``, whose ``run`` is a `Run`.

    Raises
    ------
    InvalidTypeError, InvalidValueError
        If it is no problem, or one that the explorer cannot show.
    ImplicitBiasError
        If Panel is not installed; the message says how to.

    References
    ----------
    Gunasekar et al. (2018), arXiv:1802.08246, whose figures and examples are presets there.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 0.5], [-0.5, -1.0]], [1, -1], ib.Exponential())
    >>> page = ib.explore(problem)
    >>> page
    <explorer: 2 points, steepest descent, l1, steepest descent, l2, steepest descent, linf>
    >>> print(page.code.splitlines()[-1].strip())
    ib.plot.margins(runs).figure.savefig("margins.png")
    """
    state = state_of(problem)
    require_panel()
    from .page import Explorer, load_in_notebook

    load_in_notebook()
    return Explorer(state)


def require_panel() -> None:
    """Say how to install what the explorer needs, where it is not there.

    Raises
    ------
    ImplicitBiasError
    """
    missing = [name for name in ("panel", "bokeh") if find_spec(name) is None]
    if missing:
        raise ImplicitBiasError(
            f"explore: it needs the package {missing[0]}; write pip install 'implicitbias[explore]'"
        )
