"""A run as it was."""

from typing import Any

from .recorded import Recorded
from .view import RunView


class Past(RunView):
    """A run as it was at one of its recorded rows, to look at.

    Parameters
    ----------
    run : RunView
    rows : int
        How many of its recorded rows there are, one at least.
    """

    def __init__(self, run: RunView, rows: int) -> None:
        self.run = run
        columns = {name: column[:rows] for name, column in run._loop.trajectory().items()}
        loop: Any = _Rows(columns, run.induced_norm)
        self._take(run.problem, run.method, run.step_size, run.batch, run.record, loop, "plain", 1)


def whole(run: RunView) -> RunView:
    """Return the run that a `Past` looks at; any other run itself."""
    return run.run if isinstance(run, Past) else run


class _Rows(Recorded):
    """Those recorded rows, and the norm that the run's model induces."""

    def __init__(self, columns: dict[str, Any], induced: Any) -> None:
        super().__init__(columns)
        self.induced = induced
