"""The page: controls in HTML around the figures, one state behind them, and an answer to every edit."""

import sys
import traceback
from dataclasses import asdict
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import panel as pn
import param
from bokeh.models import CustomJS
from panel.custom import Child, JSComponent
from panel.viewable import Viewer

from ..errors import ImplicitBiasError
from .colors import THEMES
from .course import Course
from .curve import METHODS
from .edits import edited
from .figures import Figures
from .later import Later
from .link import link_of
from .presets import PRESETS
from .scene import Scene, scene_of, whole_scene
from .script import script_of
from .shapes import place
from .state import LOSSES, MOST_CURVES, State

_HERE = Path(__file__).parent
_SCRIPTS = ("controls.js", "silence.js", "page.js")
_numbers = count(1)
_CHOICES = {
    "methods": {
        key: {"title": kind.title, "geometries": list(kind.geometries), "momenta": list(kind.momenta)}
        for key, kind in METHODS.items()
    },
    "geometries": {
        "Lp": "lp",
        "Euclidean": "Euclidean",
        "Entropy": "entropy",
        "SquaredLp": "squared lp",
        "PowerPotential": "power p",
        "HyperbolicEntropy": "hyperbolic entropy",
        "Cosh": "cosh",
    },
    "momenta": {
        "none": "none",
        "average": "average of gradients",
        "nesterov-average": "Nesterov's average",
        "primal": "primal, heavy ball",
        "primal-nesterov": "primal, Nesterov",
        "dual": "dual, heavy ball",
        "dual-nesterov": "dual, Nesterov",
    },
    "steps": {
        "constant": "constant η",
        "polynomial": "η / √t",
        "loss-normalized": "η / loss",
        "normalized": "length η / √t",
        "line-search": "exact line search",
    },
    "presets": [[key, preset.title] for key, preset in PRESETS.items()],
    "losses": list(LOSSES),
    "most_curves": MOST_CURVES,
}


def load_in_notebook() -> None:
    """Bring the scripts of Panel and Bokeh into a notebook, out of the package and not from the network."""
    if "IPython" in sys.modules:
        from IPython import get_ipython

        if get_ipython() is not None and "kernel" in get_ipython().trait_names():
            pn.extension(inline=True)


class Controls(JSComponent):  # type: ignore[misc]
    """The HTML around the figures; `page.js` renders it."""

    choices = param.Dict(default=_CHOICES)
    view = param.Dict(default={})
    name_of_page = param.String()
    served = param.Boolean(default=False)
    data = Child()
    parameters = Child()
    course = Child()

    _esm = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    _stylesheets = [_HERE / "page.css"]  # noqa: RUF012

    def __init__(self, edit: Any, **parameters: Any) -> None:
        self._edit = edit
        super().__init__(**parameters)

    def _handle_msg(self, message: dict[str, Any]) -> None:
        self._edit(message)

    def show(self, view: dict[str, Any]) -> None:
        """Show a view: as a message, since Panel goes through all figures where a parameter changes."""
        with param.parameterized.discard_events(self):
            self.view = view
        self._send_msg(view)


class Explorer(Viewer):  # type: ignore[misc]
    """A page of the explorer, or the same in a notebook.

    Parameters
    ----------
    state : State
        To begin with.
    preset : str, optional
        Its name, if it is one.
    served : bool, default False
        Whether the address of the page is its own, and says its state.

    Attributes
    ----------
    scene : Scene
        The state that is shown, with its runs.
    """

    def __init__(self, state: State, *, preset: str = "", served: bool = False) -> None:
        super().__init__()
        name = f"explorer-{next(_numbers)}"
        self._answered = 0
        self._error = ""
        self._preset = preset
        self._figures = Figures(name)
        self._later = Later(self._tell)
        self._held = Lock()
        self._document = pn.state.curdoc if served else None
        self.scene = scene_of(state) if served else whole_scene(state)  # a notebook is kept as it is
        panes = {
            each: pn.pane.Bokeh(getattr(self._figures, each), sizing_mode="stretch_width") for each in _PANES
        }
        self._panes = panes
        self.controls = Controls(
            self._receive,
            name_of_page=name,
            served=served,
            sizing_mode="stretch_width",
            view=self._view(),
            **panes,
        )
        self._show(points=True, again=True)
        for event, back in (("connection_lost", "false"), ("client_reconnected", "true")):
            if self._document is not None:
                self._document.js_on_event(event, CustomJS(code=_CONNECTION % back))

    def __panel__(self) -> Any:
        return self.controls

    def __repr__(self) -> str:
        return f"<explorer: {len(self.scene.state.X)} points, {', '.join(self.scene.names)}>"

    @property
    def state(self) -> State:
        """What is shown, without its runs."""
        return self.scene.state

    @property
    def code(self) -> str:
        """Python that does the same."""
        return script_of(self.scene)

    @property
    def link(self) -> str:
        """What follows ``#`` in the address that restores the state."""
        return link_of(self.scene.state)

    def _receive(self, message: dict[str, Any]) -> None:
        """Edit where figures may be changed: a server's are locked while a message is read."""
        if self._document is None:
            self.edit(message)
        else:
            self._document.add_next_tick_callback(partial(self._in_one_piece, self.edit, message))

    def _in_one_piece(self, change: Any, *arguments: Any) -> None:
        """Make a change, and send the browser all that it changes at once."""
        with self._held, pn.io.hold(self._document):
            change(*arguments)

    def edit(self, message: dict[str, Any]) -> None:
        """Do what a control asks for, and answer; what cannot be done is said, and changes nothing."""
        if message.get("do") not in ("theme", "select"):
            self._error = ""
        try:
            self._do(dict(message))
        except ImplicitBiasError as error:
            self._error = str(error)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            self._error = f"This cannot be shown ({type(error).__name__}); the state is as it was before."
        self._answered = max(self._answered, int(message.get("sent", 0)))
        self.controls.show(self._view())

    def _do(self, message: dict[str, Any]) -> None:
        kind = message.get("do")
        if kind == "theme":
            self._figures.paint(message["value"] if message.get("value") in THEMES else "light")
            self._show()
            # A page that is there says its theme first; before, it hears nothing.
            self._later.want(self.scene)
            return
        if kind == "select":
            index = message.get("index")
            self._figures.points.selected.indices = [] if index is None else [int(index)]
            self._push()
            return
        before = self.scene.state
        state = edited(before, message)
        if state == before and kind == "drag":
            return
        shown, scene = self.scene, scene_of(state)
        self.scene = scene
        dragged = kind == "drag" and len(state.X) == len(before.X)
        try:
            self._show(points=not dragged, again=kind in ("preset", "restore", "axes"))
        except Exception:
            self.scene = shown
            raise
        if kind == "preset":
            self._preset = str(message["value"])
        elif kind in ("loss", "restore"):
            self._preset = ""
        self._later.want(scene)

    def _show(self, *, points: bool = False, again: bool = False) -> None:
        self._figures.show(self.scene, points=points, again=again)
        self._push()

    def _push(self) -> None:
        """Send the figures anew where no server does, as in a notebook."""
        if self._document is None:
            for pane in self._panes.values():
                if pane._models:
                    pn.io.push_notebook(pane)

    def _tell(self, scene: Scene, done: dict[int, Course]) -> None:
        if self._document is None:
            self._take(scene, done)
        else:
            take = partial(self._in_one_piece, self._take, scene, done)
            with self._held:  # what is added to a document that is held is lost
                self._document.add_next_tick_callback(take)

    def _take(self, scene: Scene, done: dict[int, Course]) -> None:
        """Show courses that were finished, where the scene that they are of is shown still."""
        if self.scene.state is scene.state:
            for index, course in done.items():
                self.scene = self.scene.with_course(index, course)
            self._show()
            self.controls.show(self._view())

    def _view(self) -> dict[str, Any]:
        """Return what the controls show."""
        scene, state = self.scene, self.scene.state
        verdicts = [
            _verdict(course, name, state.entries)
            for course, name in zip(scene.courses, scene.names, strict=False)
        ]
        return {
            "answered": self._answered,
            "loss": state.loss,
            "log10_t": state.log10_t,
            "axes": list(state.axes),
            "dimension": state.dimension,
            "monotone": state.monotone,
            "names": list(state.names),
            "symmetric": state.symmetric,
            "points": [list(point) for point in state.X],
            "targets": list(state.y),
            "curves": [asdict(curve) for curve in state.curves],
            "preset": self._preset,
            "headline": scene.headline,
            "hint": PRESETS[self._preset].hint if self._preset else "",
            "error": self._error,
            "verdicts": verdicts,
            "said": " ".join(f"{each['name']}: {each['verdict'] or 'pending'}." for each in verdicts),
            "link": link_of(state),
            "code": script_of(scene),
            "reach": float(self._figures.data.x_range.end),
        }


# What becomes of the connection, told to the page by an event of the document.
_CONNECTION = 'document.dispatchEvent(new CustomEvent("implicitbias-connection", {detail: {back: %s}}))'
_PANES = ("data", "parameters", "course")


def _verdict(course: Course, name: str, axes: tuple[int, int]) -> dict[str, Any]:
    run, point = course.run, course.point
    words = f"{course.source}: {course.words}" if course.source else course.words
    note = "" if course.note == course.words else course.note
    return {
        "name": name,
        "verdict": course.verdict,
        "pending": course.pending,
        "words": words,
        "note": note,
        "end": "" if run is None else _place(place(run, run.w, axes)),
        "star": "" if run is None or point is None else _place(place(run, point, axes)),
        "numbers": "" if run is None else _numbers_of(course),
    }


def _numbers_of(course: Course) -> str:
    """Return the certificate of a run: the bracket around the maximum margin, or how well it fits."""
    run = course.run
    assert run is not None
    if not run.problem.loss.monotone:
        return f"residual {run.residual:.2g}"
    bracket = run.bracket
    return f"margin {run.margin:.4g}, maximum in [{bracket.lower:.4g}, {bracket.upper:.4g}]"


def _place(point: tuple[float, float]) -> str:
    return f"({point[0]:.4g}, {point[1]:.4g})"
