"""The heat map: numba's time / ours, rows of losses and steps, columns of methods, one panel a size."""

import io
import re

import numpy as np

from pairings_list import SIZES
from pairings_report import pairing_of

CELL = np.array([0.42, 0.23])  # inches
LEFT, ABOVE, BELOW = 2.7, 1.5, 0.9  # of the panels: for row names, for those of methods, for the color bar
GAP = 3  # cells between panels
WIDEST = 24  # cells in a line of panels, at most
LIMIT = 4  # ratios beyond it, or below its inverse, look alike


def draw(entries, path):
    """Write the figure."""
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure  # without pyplot, it is drawn by Agg
    from PIL import Image

    ratios = {pairing_of(entry): entry["ratio"] for entry in entries}
    panels = placed(ratios)
    lines = rows_of_lines(ratios, panels)
    width = LEFT + CELL[0] * max(left + len(methods) + GAP for _, left, methods in panels.values())
    depths = np.cumsum([ABOVE + CELL[1] * len(rows) for rows in lines])  # of the lines' lower edges
    height = depths[-1] + BELOW
    figure = Figure(figsize=(width, height))
    for size, (line, left, methods) in panels.items():
        rows = lines[line]
        extent = CELL * (len(methods), len(rows))
        corner = LEFT + CELL[0] * left, height - depths[line]
        axes = figure.add_axes((*(corner / np.array([width, height])), *(extent / (width, height))))
        cells = np.full((len(rows), len(methods)), np.nan)
        for pairing, ratio in ratios.items():
            if pairing.size == size:
                cells[rows.index(pairing.row), methods.index(pairing.method)] = ratio
        image = axes.pcolormesh(cells, cmap="RdBu", norm=LogNorm(1 / LIMIT, LIMIT), edgecolors="white", lw=1)
        write(axes, cells)
        label(axes, SIZES[size], rows if left == 0 else None, methods)
    explain(figure.add_axes((LEFT / width, 0.35 / height, 12 * CELL[0] / width, 0.14 / height)), image)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=150, facecolor="white")
    colors = Image.open(drawn).convert("RGB")
    colors.quantize(method=Image.Quantize.MAXCOVERAGE).save(path, optimize=True)  # a third of the size


def placed(ratios):
    """Return line, left edge (in cells) and methods of each size's panel, in lines like those of a text."""
    panels, line, left = {}, 0, 0
    for size in (size for size in SIZES if any(pairing.size == size for pairing in ratios)):
        methods = list(dict.fromkeys(pairing.method for pairing in ratios if pairing.size == size))
        if left and left + len(methods) > WIDEST:
            line, left = line + 1, 0
        panels[size] = line, left, methods
        left += len(methods) + GAP
    return panels


def rows_of_lines(ratios, panels):
    """Return the rows of each line of panels: those that at least one of its panels has, batches last."""
    lines = [set() for _ in range(1 + max(line for line, _, _ in panels.values()))]
    for pairing in ratios:
        lines[panels[pairing.size][0]].add(pairing.row)
    order = dict.fromkeys(pairing.row for pairing in sorted(ratios, key=lambda pairing: bool(pairing.batch)))
    return [[row for row in order if row in rows] for rows in lines]


def write(axes, cells):
    """Write every ratio into its cell."""
    for (i, j), ratio in np.ndenumerate(cells):
        if np.isfinite(ratio):
            strong = abs(np.log(ratio)) > 0.6 * np.log(LIMIT)
            text = f"{ratio:.2f}" if ratio < 9.995 else f"{ratio:.0f}"
            color = "white" if strong else "black"
            axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=7.5, color=color)


def label(axes, title, rows, methods):
    """Write the names, and leave out the frame."""
    axes.invert_yaxis()
    axes.set_title(title, fontsize=10, fontweight="bold", loc="left")
    axes.xaxis.tick_top()
    names = [
        re.sub(r"\bl([\d./]+|inf)", r"$\\ell_{\1}$", name).replace("{inf}", r"{\infty}") for name in methods
    ]
    axes.set_xticks(np.arange(len(methods)) + 0.5, names, rotation=45, ha="left", rotation_mode="anchor")
    axes.set_yticks(np.arange(len(rows)) + 0.5 if rows else [], rows or [])
    axes.tick_params(length=0, labelsize=8)
    axes.spines[:].set_visible(False)


def explain(axes, image):
    """Draw the color bar."""
    ticks = [1 / LIMIT, 0.5, 0.7, 1, 1.4, 2, LIMIT]
    bar = axes.figure.colorbar(
        image, cax=axes, orientation="horizontal", extend="both", ticks=ticks, format="{x:g}"
    )
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=8)
    bar.outline.set_visible(False)
    axes.set_title("numba's time / ours: blue where ours is faster", fontsize=9)
