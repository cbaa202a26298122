"""What all figures share: colors and marks, the sizes that journals and slides take, axes, legends."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from .._arguments import choice, instance
from .._types import Array
from ..errors import InvalidValueError
from .figures import import_matplotlib

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colors: told apart by all readers. Their yellow is left out; it is lost on paper.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")

# Marks go with the colors, so that a copy in gray tells the same lines apart.
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

Style = Literal["single-column", "double-column", "slides"]


class Sheet(NamedTuple):
    """The size of a figure in inches, without its legend, of its text in points, and of its lines."""

    width: float
    height: float
    text: float | None
    line: float | None


_USUAL = Sheet(7.2, 4.0, None, None)
SHEETS = {
    "single-column": Sheet(3.25, 2.1, 8, 1.0),
    "double-column": Sheet(6.75, 2.9, 8, 1.1),
    "slides": Sheet(10, 4.8, 18, 2.4),
}


@contextmanager
def drawing(
    ax: "Axes | None",
    style: str | None,
    *,
    projection: str | None = None,
    square: bool = False,
    height: float = 1.0,
    panels: int | None = None,
) -> Iterator[Any]:
    """Yield the axes that are given, if they are some, or those of a new figure; in a style while this lasts.

    A new figure grows by the height of its legend, and is closed where drawing fails.

    Parameters
    ----------
    ax : matplotlib Axes or None
    style : str or None
        A name in `SHEETS`.
    projection : str or None
        '3d', or None.
    square : bool
        Whether the axes are as wide as they are high.
    height : float
        A factor for what needs more than others.
    panels : int or None
        Yield a list of so many axes, side by side, in place of one.
    """
    sheet = _USUAL if style is None else SHEETS[choice(style, "style", *SHEETS)]
    import_matplotlib()
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes

    if ax is not None:
        instance(ax, Axes, "ax", "matplotlib Axes, as of plt.subplots()")
        if ax.name != (wanted := projection or "rectilinear"):
            raise InvalidValueError(f"ax: expected axes of the projection {wanted!r}, got {ax.name!r}")
    with mpl.rc_context(_settings(sheet)):
        figure: Any = None
        axes: list[Any] = [ax]
        if ax is None:
            wide = min(sheet.width, 1.25 * sheet.height + 0.4) if square else sheet.width
            high = sheet.height * height * (1.15 if square else 1) * (1 if panels is None else 0.85)
            figure = plt.figure(figsize=(wide, high), layout="constrained")
            axes = [
                figure.add_subplot(1, panels or 1, i + 1, projection=projection) for i in range(panels or 1)
            ]
        try:
            yield axes[0] if panels is None else axes
        except BaseException:
            if figure is not None:
                plt.close(figure)
            raise
        for each in axes:
            _without_marks_of_nothing(each)
            if sheet.text is not None:
                _set_text(each, sheet.text)
        if figure is not None and panels is None:
            _make_room(axes[0])
        if square:
            _settle(axes[0].figure.canvas.figure)


def _settle(figure: Any) -> None:
    """Lay a figure out: where axes keep their aspect one go is not enough, and text would be cut off."""
    if figure.get_layout_engine() is not None:
        with warnings.catch_warnings():  # other axes of a given figure may be bare yet
            warnings.filterwarnings("ignore", "constrained_layout not applied")
            figure.draw_without_rendering()


def _settings(sheet: Sheet) -> Any:
    if sheet.text is None or sheet.line is None:
        return {"legend.fontsize": "small"}
    parts = "font.size axes.labelsize axes.titlesize legend.fontsize xtick.labelsize ytick.labelsize"
    return {
        **dict.fromkeys(parts.split(), sheet.text),
        "lines.linewidth": sheet.line,
        "lines.markersize": 0.45 * sheet.text,
        "axes.linewidth": 0.07 * sheet.text,
    }


def _set_text(ax: Any, size: float) -> None:
    """Set what axes make their text of later on, and what given axes had before."""
    ax.tick_params(axis="both", which="both", labelsize=size)
    ax.title.set_size(size)
    for name in ax._axis_names:
        axis = getattr(ax, f"{name}axis")
        axis.label.set_size(size)
        axis.offsetText.set_size(size)


def _make_room(ax: Any) -> None:
    """Make a figure higher by the height of the legend below its axes."""
    legend = ax.get_legend()
    if legend is not None and legend._loc == 9:  # upper center, below the axes
        width, height = ax.figure.get_size_inches()
        ax.figure.set_size_inches(width, height + _extent(legend).height / ax.figure.dpi)


def _extent(artist: Any) -> Any:
    """Return the box around an artist in dots, whatever the figure is to be written with."""
    from matplotlib.backends.backend_agg import RendererAgg

    renderer: Any = RendererAgg
    return artist.get_window_extent(renderer(1, 1, artist.figure.dpi))


def width(share: float = 1.0) -> float:
    """Return a part of the width that lines have."""
    import matplotlib as mpl

    return float(share * mpl.rcParams["lines.linewidth"])


def mark(share: float = 1.0) -> float:
    """Return a part of the size that marks have."""
    import matplotlib as mpl

    return float(share * mpl.rcParams["lines.markersize"])


def wide() -> dict[str, Any]:
    """Return the look of a line of reference: wide, to show behind a thin one where the two agree."""
    return {"lw": width(2.7), "alpha": 0.35, "ls": "-", "solid_capstyle": "butt"}


def show_square(ax: Any, points: Array) -> tuple[Array, float]:
    """Fill the axes with points of the plane; return the middle of their square, and half its side."""
    if not len(points):
        return np.zeros(2), 1.0
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    half = max(0.58 * float((high - low).max()), 0.05 * float(np.abs(points).max()), 1e-3)
    ax.set_xlim(middle[0] - half, middle[0] + half)
    ax.set_ylim(middle[1] - half, middle[1] + half)
    return middle, half


def _without_marks_of_nothing(ax: Any) -> None:
    """Have lines without a finite point no marks at intervals: matplotlib fails to draw those."""
    for line in ax.get_lines():
        if not np.isfinite(np.asarray(line.get_xydata(), dtype=float)).all(axis=1).any():
            line.set_markevery(None)


def add_legend(
    ax: Any, styles: Sequence[tuple[str, str]] = (), place: Literal["below", "right"] = "below"
) -> None:
    """Add a legend outside the axes: one entry a label, and one a line style in gray.

    A line style is matplotlib's, or "wide".
    """
    from matplotlib.lines import Line2D

    entries: dict[str, Any] = {}
    for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
        entries.setdefault(label, handle)
    for text, style in styles:
        look = wide() if style == "wide" else {"ls": style, "lw": width(0.8)}
        entries[text] = Line2D([], [], color="0.35", **look)
    if "top" in ax.spines:
        ax.spines[["top", "right"]].set_visible(False)
    if not entries:
        return
    if place == "right":
        texts = [_broken(text, _BESIDE) for text in entries]
        ax.legend(list(entries.values()), texts, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
        return
    room = 1.2 * ax.get_position().width * ax.figure.bbox.width
    for columns in range(min(4, len(entries)), 0, -1):
        legend = ax.legend(
            list(entries.values()),
            list(entries),
            frameon=False,
            ncols=columns,
            loc="upper center",
            bbox_to_anchor=(0.5, 0),
            borderaxespad=_below_label(),
            columnspacing=1.2,
            handlelength=1.8,
            handletextpad=0.6,
        )
        if _extent(legend).width <= room:
            return
    longest = max(map(len, entries))
    for text in legend.get_texts():
        text.set_text(_broken(text.get_text(), max(10, int(0.9 * longest * room / _extent(legend).width))))


_BESIDE = 30  # characters of a line of a legend beside the axes


def _broken(label: str, characters: int) -> str:
    """Return a label in lines of so many characters, three of them at most, unless it has a formula."""
    if "$" in label or len(label) <= characters:
        return label
    return "\n".join(wrap(label, characters, max_lines=3, placeholder=" ..."))


def _below_label() -> float:
    """Return the height of ticks and label below the axes, in font sizes of the legend."""
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties

    def points(name: Any) -> float:
        return float(FontProperties(size=rcParams[name]).get_size_in_points())

    ticks = rcParams["xtick.major.size"] + rcParams["xtick.major.pad"] + 1.35 * points("xtick.labelsize")
    label = rcParams["axes.labelpad"] + 1.3 * points("axes.labelsize")
    return float((ticks + label) / points("legend.fontsize"))
