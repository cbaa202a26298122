"""Written by tools/write_stub.py."""
from __future__ import annotations
import numpy
import numpy.typing
import typing
from .methods import Method
from .norms import Gauge
from .problem import MiniBatch, Problem
from .recordings import Recording
from .step_sizes import StepSize
class Taken:
    """
    Holds a RunLoop for one thread.
    """
    def __enter__(self) -> None:
        ...
    def __exit__(self, kind: typing.Any, error: typing.Any, trace: typing.Any) -> None:
        ...
class ModifiedEquation:
    """
    The differential equation whose solution passes through the iterates of a run, in log t and the
    coordinates of its method (w; the dual variables; w and log G; the factor).
    """
    def jacobian(self, log_t: float, q: numpy.typing.ArrayLike, powers: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]:
        """
        The derivative of sign(v) |v|^powers in q by differences, where v is the velocity by one term.
        """
    def point(self, q: numpy.typing.ArrayLike) -> numpy.typing.NDArray[numpy.float64]:
        """
        The parameters at these coordinates, flat.
        """
    def velocity(self, log_t: float, q: numpy.typing.ArrayLike, terms: int) -> numpy.typing.NDArray[numpy.float64]:
        """
        dq / d log t by the first terms of the series; NaN where the iterates leave the domain.
        """
    @property
    def lag(self) -> float:
        """
        So many iterations what a step goes by lags behind: beta / (1 - beta).
        """
    @property
    def most_terms(self) -> int:
        """
        Of the series.
        """
    @property
    def start(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
class RunLoop:
    """
    The compiled loop behind implicitbias.Run.
    """
    @staticmethod
    def advance_together(loops: list, until: int, seconds: float, gap: float) -> tuple[list, bool]:
        """
        Advances columns together, each until t = until or its certified gap at a row is at most gap;
        returns for each why it cannot go on, or nothing, and whether all are there.
        """
    @staticmethod
    def restore(problem: Problem, method: Method, step_size: StepSize, batch: MiniBatch | None, record: Recording, state: dict, trajectory: dict, plain: bool = False, threads: int = 1) -> RunLoop:
        """
        Goes on from a saved state as if never interrupted.
        """
    def __init__(self, problem: Problem, method: Method, step_size: StepSize, batch: MiniBatch | None, record: Recording, w0: numpy.typing.ArrayLike | None = None, plain: bool = False, threads: int = 1) -> None:
        ...
    def advance(self, until: int, seconds: float) -> None:
        """
        Iterates until t = until or the seconds have passed, without the GIL.
        """
    def certificate(self) -> tuple[float, float, float, float]:
        """
        margin, bound, best_margin and best_bound of the current iterate.
        """
    def equation(self) -> ModifiedEquation:
        """
        The differential equation that the iterates follow from here on.
        """
    def hold(self) -> None:
        """
        Before a fork: waits for the other threads, and keeps them out.
        """
    def leap(self, t: float, log10_t: float, q: numpy.typing.ArrayLike, error: float) -> None:
        """
        Goes on from a later time and the coordinates integrated to it, and records that row.
        """
    def let_go(self) -> None:
        """
        After a fork, in the process that forked.
        """
    def snapshot(self) -> tuple[dict, dict]:
        """
        The state and the trajectory of one moment, as restore takes them.
        """
    def start_over(self, abandoned: bool) -> None:
        """
        After a fork, in the new process; abandoned by the thread that advanced it.
        """
    def taken(self) -> Taken:
        """
        A context in which this thread alone may advance; raises BusyError where another does.
        """
    def trajectory(self) -> dict:
        ...
    @property
    def column(self) -> bool:
        """
        Whether it may go on together with others.
        """
    @property
    def error(self) -> float:
        """
        Estimated error of w from the last integration.
        """
    @property
    def form(self) -> str:
        """
        The form in which it iterates from here on.
        """
    @property
    def induced(self) -> Gauge | None:
        """
        The norm, or other gauge, that brackets are in.
        """
    @property
    def kkt_residual(self) -> float:
        ...
    @property
    def largest_step(self) -> tuple[float, int]:
        """
        The largest log(eta_t beta(w_t)) so far and the first t at which it was taken.
        """
    @property
    def last_violation(self) -> int:
        ...
    @property
    def log10_t(self) -> float:
        ...
    @property
    def log_loss(self) -> float:
        ...
    @property
    def memory(self) -> dict:
        """
        What the method keeps besides w, by name.
        """
    @property
    def off_manifold(self) -> float:
        ...
    @property
    def residual(self) -> float:
        ...
    @property
    def t(self) -> int:
        """
        Iterations done; 2^63 - 1 after a leap beyond 2^53.
        """
    @property
    def theta(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
    @property
    def w(self) -> numpy.typing.NDArray[numpy.float64]:
        ...
