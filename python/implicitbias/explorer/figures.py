"""The three figures, by Bokeh: the points with their separators, parameter space, and margins against t."""

from typing import Any

import numpy as np
from bokeh.models import (
    BasicTicker,
    ColumnDataSource,
    CustomJS,
    CustomJSTickFormatter,
    LinearColorMapper,
    PointDrawTool,
    Range1d,
    Scatter,
)
from bokeh.plotting import figure

from . import shapes
from .colors import THEMES
from .course import Course
from .scene import Scene

_BORDER = 56  # pixels for each of the two axes, as many for one as for the other: the frame is a square, too
_POWERS = """
const raised = [...String(Math.round(tick))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("")
return Number.isInteger(tick) ? "10" + raised : ""
"""
# What the hand does in the figure is told to the page by an event of the document; while it drags, once the
# last that was told has been answered.
_TELL = """
const moved = cb_obj.event_name !== undefined
if (moved && gate.asked && Date.now() - gate.asked < 500) return
gate.asked = moved ? Date.now() : 0
const {x, y, number, was_x, was_y} = points.data
// What Python has put there is no news to it, and by now may be old.
if (gate.tags[0] === x.length && x.every((each, i) => each === was_x[i] && y[i] === was_y[i])) return
const detail = {id, x: [...x], y: [...y], number: [...number]}
document.dispatchEvent(new CustomEvent("implicitbias-points", {detail}))
"""
_TELL_SELECTED = """
const detail = {id, selected: points.selected.indices.at(-1) ?? null}
document.dispatchEvent(new CustomEvent("implicitbias-points", {detail}))
"""
_COLUMNS = ("x", "y", "was_x", "was_y", "number", "label", "text")
_LINES = ("separators", "ways", "balls", "solutions", "margins", "bounds", "oracles", "brackets")


class Figures:
    """The figures of one page, and what they draw.

    Parameters
    ----------
    name : str
        Of the page, by which it knows the events of its own figures.
    """

    def __init__(self, name: str) -> None:
        self.theme = THEMES["light"]
        self.points = ColumnDataSource({name: [] for name in _COLUMNS})
        self.lines = {each: ColumnDataSource({"xs": [], "ys": [], "color": []}) for each in _LINES}
        self.marks = {
            each: ColumnDataSource({"x": [], "y": [], "color": [], "text": []}) for each in ("ends", "stars")
        }
        self.start = ColumnDataSource({"x": [], "y": []})
        self._answers = 0
        self._gate = ColumnDataSource()  # between the hand and Python: how many points this has put there
        self._classes = LinearColorMapper(low=-1, high=1)
        self.data = self._square("data")
        self.parameters = self._square("parameters")
        self.course = figure(
            height=230, sizing_mode="stretch_width", x_range=Range1d(0, 4), y_range=Range1d(0, 1), **_BARE
        )
        self.course.xaxis.ticker = BasicTicker(min_interval=1)
        self.course.xaxis.formatter = CustomJSTickFormatter(code=_POWERS)
        self.course.xaxis.axis_label = "iteration t"
        self._linear, self._powers = self.course.yaxis.formatter, CustomJSTickFormatter(code=_POWERS)
        self._draw_points(name)
        self._draw_parameters()
        self._draw_course()
        self.paint("light")

    def _square(self, name: str) -> Any:
        ranges = {"x_range": Range1d(-1, 1), "y_range": Range1d(-1, 1)}
        made = figure(name=name, width=400, height=400, sizing_mode="scale_width", **ranges, **_BARE)
        made.update(min_border_left=_BORDER, min_border_bottom=_BORDER)
        return made

    def _draw_points(self, name: str) -> None:
        self.data.multi_line("xs", "ys", color="color", source=self.lines["separators"], line_width=2.5)
        look = {"fill_color": {"field": "label", "transform": self._classes}, "line_width": 1.6, "size": 13}
        drawn = self.data.scatter("x", "y", source=self.points, **look)
        drawn.nonselection_glyph = None
        drawn.selection_glyph = Scatter(**{**look, "size": 17, "line_width": 3.5})
        self.targets = self.data.text(
            "x", "y", text="text", source=self.points, x_offset=12, y_offset=-8, text_font_size="13px"
        )
        tool = PointDrawTool(renderers=[drawn], empty_value=-1, description="Move, add or remove points")
        self.data.add_tools(tool)
        self.data.toolbar.active_drag = self.data.toolbar.active_tap = tool
        self._dots = drawn
        scope = {"points": self.points, "id": name, "gate": self._gate}
        self.points.js_on_change("data", CustomJS(args=scope, code=_TELL))
        self.data.js_on_event("pan", CustomJS(args=scope, code=_TELL))
        self.points.selected.js_on_change("indices", CustomJS(args=scope, code=_TELL_SELECTED))
        self._gate.js_on_change("name", CustomJS(args={"gate": self._gate}, code="gate.asked = 0"))

    def _draw_parameters(self) -> None:
        plot = self.parameters
        plot.multi_line("xs", "ys", color="color", source=self.lines["balls"], line_width=1.2, alpha=0.6)
        self._line_of_solutions = plot.multi_line(
            "xs", "ys", source=self.lines["solutions"], line_width=2, line_dash="dashed"
        )
        plot.multi_line("xs", "ys", color="color", source=self.lines["ways"], line_width=2.5)
        plot.scatter("x", "y", color="color", source=self.marks["ends"], size=10)
        plot.scatter(
            "x",
            "y",
            marker="star",
            size=22,
            line_color="color",
            fill_alpha=0,
            line_width=1.8,
            source=self.marks["stars"],
        )
        self._first = plot.scatter("x", "y", source=self.start, size=9, fill_alpha=0, line_width=1.6)
        # Numbers say which end is whose where colors do not.
        plot.text(
            "x",
            "y",
            text="text",
            color="color",
            source=self.marks["ends"],
            x_offset=8,
            y_offset=-6,
            text_font_size="13px",
            text_font_style="bold",
        )

    def _draw_course(self) -> None:
        plot = self.course
        plot.patches("xs", "ys", color="color", source=self.lines["brackets"], alpha=0.13, line_width=0)
        plot.multi_line(
            "xs", "ys", color="color", source=self.lines["bounds"], line_dash="dashed", line_width=1.5
        )
        plot.multi_line(
            "xs", "ys", color="color", source=self.lines["oracles"], line_dash="dotted", line_width=2
        )
        plot.multi_line("xs", "ys", color="color", source=self.lines["margins"], line_width=2.5)

    def paint(self, name: str) -> None:
        """Take the colors of a theme."""
        self.theme = theme = THEMES[name]
        for plot in (self.data, self.parameters, self.course):
            for axis in plot.axis:
                axis.update(
                    axis_line_color=theme.muted,
                    major_tick_line_color=theme.muted,
                    major_label_text_color=theme.muted,
                    axis_label_text_color=theme.ink,
                    axis_label_text_font_style="normal",
                    axis_label_text_font_size="13px",
                    major_label_text_font_size="12px",
                    minor_tick_line_color=None,
                )
            plot.grid.grid_line_color = theme.grid
        self._classes.palette = [theme.paper, theme.ink]
        for glyph, line in ((self._dots.glyph, theme.ink), (self._dots.selection_glyph, theme.accent)):
            glyph.line_color = line
        self.targets.glyph.text_color = theme.ink
        self._line_of_solutions.glyph.line_color = theme.muted
        self._first.glyph.line_color = theme.ink

    def show(self, scene: Scene, *, points: bool, again: bool) -> None:
        """Draw a scene.

        Parameters
        ----------
        scene : Scene
        points : bool
            Whether the figure of points has to be told where they are; the hand that drags one knows.
        again : bool
            Whether axes start anew, as for other data.
        """
        state = scene.state
        first, second = state.axes
        self._answers += 1
        # What is drawn may be as it was, but the hand has been answered.
        self._gate.name = str(self._answers)
        if points:
            self._gate.tags = [len(state.X)]
            self.points.data = _columns_of(scene)
        reach = self._fit_data(scene, again)
        for plot, name in ((self.data, "x"), (self.parameters, "w")):
            suffix = " / ‖w‖" if name == "w" and state.monotone else ""
            for axis, index in ((plot.xaxis, first), (plot.yaxis, second)):
                axis.axis_label = f"{name}{state.names[index]}{suffix}"
        runs = [(course, self.theme.curves[i]) for i, course in enumerate(scene.courses)]
        self._show_parameters(scene, runs)
        self._show_course(scene, runs)
        drawn = runs if state.monotone else []
        self._draw(
            "separators",
            [(shapes.separator(state.weights(c.run.w), state.axes, reach), k) for c, k in drawn if c.run],
        )

    def _draw(self, name: str, lines: Any) -> None:
        kept = [(line, color) for line, color in lines if line is not None]
        columns = {
            "xs": [line[0] for line, _ in kept],
            "ys": [line[1] for line, _ in kept],
            "color": [color for _, color in kept],
        }
        _put(self.lines[name], columns)

    def _fit_data(self, scene: Scene, again: bool) -> float:
        """Return how far separators reach; axes move to points that leave them, and to all that are dots."""
        first, second = scene.state.axes
        shown = [abs(point[axis]) for point in scene.state.X for axis in (first, second)]
        size, now = max(shown, default=1.0) or 1.0, self.data.x_range.end
        if again or not now / 20 < size <= now:
            now = 1.2 * size
            for span in (self.data.x_range, self.data.y_range):
                span.update(start=-now, end=now)
        return 2 * float(now)

    def _show_parameters(self, scene: Scene, runs: list[tuple[Course, str]]) -> None:
        state = scene.state
        ways = [(shapes.way(c.run, state.entries), color, i) for i, (c, color) in enumerate(runs) if c.run]
        self._draw("ways", [(line, color) for line, color, _ in ways])
        ends = [(line[0][-1], line[1][-1], color, str(i + 1)) for line, color, i in ways if len(line[0])]
        _put(self.marks["ends"], _marks(ends))
        stars = [
            (*shapes.place(course.run, course.point, state.entries), color, "")
            for course, color in runs
            if course.run and course.point is not None
        ]
        _put(self.marks["stars"], _marks(stars))
        if state.monotone:
            self._draw("balls", [(shapes.ball(c.run, state.entries), color) for c, color in runs if c.run])
            _put(self.start, {"x": [], "y": []})
            center, half = np.zeros(2), 1.35
        else:
            self._draw(
                "balls", [(shapes.level_set(c.run, state.entries), color) for c, color in runs if c.run]
            )
            starts = {(line[0][0], line[1][0]) for line, _, _ in ways if len(line[0])}
            _put(self.start, {"x": [x for x, _ in starts], "y": [y for _, y in starts]})
            center, half = _frame([line for line, _, _ in ways], stars)
        for span, middle in zip((self.parameters.x_range, self.parameters.y_range), center, strict=True):
            span.update(start=float(middle - half), end=float(middle + half))
        line = None
        if not state.monotone and scene.problem is not None:
            far = 10 * half + float(np.abs(center).max())
            line = shapes.solutions(scene.problem, state.axes, far)
        self._draw("solutions", [(line, self.theme.muted)])

    def _show_course(self, scene: Scene, runs: list[tuple[Course, str]]) -> None:
        plot, state = self.course, scene.state
        plot.x_range.update(start=0, end=max(state.log10_t, 1e-3) * 1.01)
        plot.yaxis.formatter = self._linear if state.monotone else self._powers
        plot.yaxis.axis_label = "margin" if state.monotone else "residual"
        if not state.monotone:
            lines = [(shapes.residuals(c.run), color) for c, color in runs if c.run]
            self._draw("margins", lines)
            for name in ("bounds", "oracles", "brackets"):
                self._draw(name, [])
            self._fit_course([line[1] for line, _ in lines])
            return
        found = [(shapes.margins(course.run), course, color) for course, color in runs if course.run]
        self._draw("margins", [((t, margin), color) for (t, margin, _, _), _, color in found])
        self._draw("bounds", [((t, upper), color) for (t, _, _, upper), _, color in found])
        self._draw("brackets", [(_band(*columns), color) for columns, _, color in found])
        levels = [((np.array([0, 310]), np.full(2, c.value)), color) for _, c, color in found if c.value]
        self._draw("oracles", levels)
        first = _SETTLING * state.log10_t
        shown = [margin[t >= first] for (t, margin, _, _), _, _ in found]
        shown += [upper[-1:] for (_, _, _, upper), _, _ in found] + [line[1][:1] for line, _ in levels]
        self._fit_course(shown, above=0.15)

    def _fit_course(self, columns: list[Any], above: float = 0.06) -> None:
        """Let the axis of margins or residuals reach over all that is finite, and a little further."""
        numbers = np.concatenate([*columns, np.zeros(0)])
        numbers = numbers[np.isfinite(numbers)]
        low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.0, 1.0)
        room = max(high - low, 1e-3 * abs(high), 1e-12)
        self.course.y_range.update(start=low - 0.06 * room, end=high + above * room)


_SETTLING = 0.04  # of the axis of t: what margins do there, before they settle, may leave the figure
_BARE: dict[str, Any] = {
    "toolbar_location": None,
    "tools": "",
    "min_border_right": 14,
    "min_border_top": 14,
    "outline_line_color": None,
    "background_fill_color": None,  # the page's own shows
    "border_fill_color": None,
}


def _columns_of(scene: Scene) -> dict[str, Any]:
    state = scene.state
    first, second = state.axes
    x, y = ([point[axis] for point in state.X] for axis in (first, second))
    labels = list(state.y) if state.monotone else [1.0] * len(x)
    texts = [""] * len(x) if state.monotone else [f"{target:g}" for target in state.y]
    return dict(zip(_COLUMNS, (x, y, x, y, list(range(len(x))), labels, texts), strict=True))


def _put(source: ColumnDataSource, columns: dict[str, list[Any]]) -> None:
    """Give a source its columns, unless it has them: what is set is sent to the browser and drawn anew."""
    if any(not _alike(column, source.data[name]) for name, column in columns.items()):
        source.data = columns


def _alike(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def _marks(found: list[tuple[Any, Any, str, str]]) -> dict[str, Any]:
    names = ("x", "y", "color", "text")
    return {name: [each[place] for each in found] for place, name in enumerate(names)}


def _band(t: Any, margin: Any, lower: Any, upper: Any) -> Any:
    """Return the outline of what lies between the two bounds, from where both are finite."""
    known = np.isfinite(lower) & np.isfinite(upper)
    t, lower, upper = t[known], lower[known], upper[known]
    return np.concatenate([t, t[::-1]]), np.concatenate([upper, lower[::-1]])


def _frame(ways: list[Any], stars: list[Any]) -> tuple[Any, float]:
    """Return the middle and half the side of a square around all ways and stars."""
    places = [np.stack(line) for line in ways] + [np.array([[star[0]], [star[1]]]) for star in stars]
    together = np.concatenate([*places, np.zeros((2, 0))], axis=1)
    together = together[:, np.isfinite(together).all(axis=0)]
    if not together.shape[1]:
        return np.zeros(2), 1.0
    low, high = together.min(axis=1), together.max(axis=1)
    return (low + high) / 2, max(0.75 * float((high - low).max()), 1e-6)
