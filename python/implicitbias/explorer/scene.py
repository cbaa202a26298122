"""A state with its runs: what the figures draw and the verdicts are about."""

from dataclasses import dataclass, replace

from .._core import Problem
from .course import Course, begun, finished
from .curve import STEP_NAMES
from .headline import headline
from .state import State


@dataclass(frozen=True)
class Scene:
    """A state, computed.

    Attributes
    ----------
    state : State
    problem : Problem or None
        None where there is nothing to run on.
    headline : str
    courses : tuple of Course
        One a curve; none where there is no problem.
    """

    state: State
    problem: Problem | None
    headline: str
    courses: tuple[Course, ...]

    @property
    def pending(self) -> list[int]:
        """Which courses go on, or have yet to be judged."""
        return [index for index, course in enumerate(self.courses) if course.pending]

    @property
    def names(self) -> list[str]:
        """What curves are called: by their methods, and by their steps where these alone tell two apart."""
        names = [curve.name for curve in self.state.curves]
        return [
            name if names.count(name) == 1 else f"{name}, {STEP_NAMES[curve.step].format(eta=curve.eta)}"
            for name, curve in zip(names, self.state.curves, strict=True)
        ]

    def with_finished(self, index: int) -> "Scene":
        """Return the scene with one course finished, which takes up to seconds."""
        assert self.problem is not None
        course = finished(self.state, self.problem, self.courses[index])
        return self.with_course(index, course)

    def with_course(self, index: int, course: Course) -> "Scene":
        """Return the scene with one course in place of another."""
        return replace(self, courses=(*self.courses[:index], course, *self.courses[index + 1 :]))


def scene_of(state: State) -> Scene:
    """Return what can be computed of a state within a tenth of a second."""
    problem = None if state.empty else state.problem()
    courses = () if problem is None else tuple(begun(state, problem, curve) for curve in state.curves)
    return Scene(state, problem, headline(state, problem), courses)


def whole_scene(state: State) -> Scene:
    """Return everything of a state, verdicts and leaps included."""
    scene = scene_of(state)
    for index in scene.pending:
        scene = scene.with_finished(index)
    return scene
