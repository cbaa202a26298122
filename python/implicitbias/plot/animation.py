"""Figures that move: a run as it was at each of its recorded times."""

from collections.abc import Callable, Sequence
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._arguments import instance, positive_number, refuse, seen, whole_number
from .._calls import public
from ..errors import InvalidValueError
from ..flows.flow import Flow
from ..runs.past import Past
from ..runs.run import Run
from ..runs.view import RunView
from .figures import import_matplotlib
from .lines import as_list
from .style import Style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@public
def animate(
    draw: Callable[..., "Axes"],
    runs: Run | Flow | Sequence[Run | Flow],
    file: str | PathLike[str],
    *,
    frames: int = 60,
    fps: float = 12,
    labels: Sequence[str] | None = None,
    ax: "Axes | None" = None,
    style: Style | None = None,
    **options: Any,
) -> Path:
    """Write a film of a figure: runs as they were, from the first recorded row to the last.

    Axes are those of the last frame. Times are as the runs recorded them, evenly spaced in log t
    by default.

    Parameters
    ----------
    draw : callable
        A function of this module, as `path`, `separators` or `margins`, or one of your own that takes runs,
        `ax`, `labels` and `style`, and returns the axes.
    runs : Run, Iterates or sequence of them
        And flows, where `draw` takes them, as `path` does: a flow is drawn whole in every frame.
    file : str or path
        It ends in .gif, or in .mp4, for which ffmpeg is needed. An older file is replaced.
    frames : int, default 60
        How many at most: there are not more than recorded rows.
    fps : float, default 12
        Frames a second.
    labels : sequence of str, optional
        One a run; by default named after the method.
    ax : matplotlib Axes, optional
        Its whole figure is filmed.
    style : {'single-column', 'double-column', 'slides'}, optional
        Sizes that a journal or slides take, as in `margins`.
    **options : any, optional
        What else `draw` takes.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ModuleNotFoundError
        If the film is to be an MP4, and there is no ffmpeg.

    Examples
    --------
    >>> problem = ib.Problem([[1.0, 2.0], [2.0, 1.0], [-1.0, 1.0]], [1, 1, -1], ib.Exponential())
    >>> run = ib.Run(problem, ib.GradientDescent()).advance(100)
    >>> ib.plot.animate(ib.plot.separators, run, "turning.gif", frames=5).name
    'turning.gif'
    """
    if not callable(draw):
        refuse("draw", "a function that draws runs, such as ib.plot.separators", draw)
    runs = as_list(runs, (Run, Flow))
    if all(isinstance(run, Flow) for run in runs):
        raise InvalidValueError("runs: expected a Run among them, which has times, got flows alone")
    frames, fps = whole_number(frames, "frames", least=1, most=10_000), positive_number(fps, "fps")
    if not 1e-3 <= fps <= 1e3:
        raise InvalidValueError(f"fps: expected a number from 0.001 to 1000, got {fps:g}")
    instance(file, (str, PathLike), "file", "the path of a film, such as 'turning.gif'")
    target = Path(file)
    if target.is_dir() or not target.parent.is_dir():
        raise InvalidValueError(f"file: expected a file in a folder that there is, got {str(target)!r}")
    import_matplotlib()
    import matplotlib.pyplot as plt

    settings, writer = _writer(target, fps)
    own = ax is None
    look = {"labels": labels, "style": style, **options}
    ax = draw(runs, ax=ax, **look)
    figure: Any = ax.figure
    engine = figure.get_layout_engine()
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # axes keep their places
    there, places = list(figure.axes), [each.get_position() for each in figure.axes]
    names = [f"{name}lim" for name in ax._axis_names]  # type: ignore[attr-defined]
    limits = {name: getattr(ax, f"get_{name}")() for name in names}
    projection = ax.name if ax.name == "3d" else None
    with plt.rc_context(settings):
        try:
            with writer.saving(figure, str(target), figure.dpi):
                for now in _times(runs, frames):
                    if own:
                        figure.clear()
                        ax = figure.add_subplot(projection=projection)
                    else:
                        ax.clear()
                        for extra in [each for each in figure.axes if each not in there]:
                            extra.remove()
                    draw([_until(run, now) for run in runs], ax=ax, **look)
                    ax.set(**limits)
                    for each, place in zip(figure.axes, places, strict=False):
                        each.set_position(place)
                    writer.grab_frame()
        finally:
            if own:
                plt.close(figure)
            elif engine is not None:
                figure.set_layout_engine(engine)
    return target


def _times(runs: Sequence[RunView | Flow], frames: int) -> list[float]:
    """Return times at which some run has a row, the last one included, evenly spaced among them."""
    rows = [run.trajectory for run in runs if not isinstance(run, Flow)]
    times = np.unique(np.concatenate([each.log10_t for each in rows]))
    places = np.unique(np.linspace(0, len(times) - 1, min(frames, len(times))).round().astype(int))
    return [float(times[place]) for place in (places if frames > 1 else places[-1:])]


def _until(run: RunView | Flow, log10_t: float) -> RunView | Flow:
    if isinstance(run, Flow):
        return run
    return Past(run, max(1, int(np.searchsorted(run.trajectory.log10_t, log10_t, "right"))))


def _writer(file: Path, fps: float) -> tuple[Any, Any]:
    """Return settings of matplotlib, and what writes films of this kind."""
    from matplotlib.animation import FFMpegWriter, PillowWriter

    if file.suffix.lower() == ".gif":
        return {}, PillowWriter(fps=fps)  # type: ignore[arg-type]
    if file.suffix.lower() != ".mp4":
        raise InvalidValueError(f"file: expected a name that ends in .gif or .mp4, got {seen(str(file))}")
    if FFMpegWriter.isAvailable():
        return {}, FFMpegWriter(fps=fps)  # type: ignore[arg-type]
    try:
        get_ffmpeg_exe = import_module("imageio_ffmpeg").get_ffmpeg_exe
    except ImportError:
        raise ModuleNotFoundError(
            f"file: {file.name!r} needs the program ffmpeg, which is not there; write pip install "
            "imageio-ffmpeg, or a file that ends in .gif"
        ) from None
    return {"animation.ffmpeg_path": get_ffmpeg_exe()}, FFMpegWriter(fps=fps)  # type: ignore[arg-type]
