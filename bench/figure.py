"""The figure: every peer's time divided by ours, a line a workload."""

import re

# Okabe and Ito's colors, which the color-blind tell apart; the markers do without color.
STYLES = {
    "numpy": ("NumPy", "#0072B2", "o"),
    "numba": ("numba", "#D55E00", "s"),
    "jax": ("JAX", "#009E73", "^"),
    "torch": ("PyTorch", "#CC79A7", "D"),
    "ours, plain": ("ours, plain form", "#000000", "X"),
}


def draw(medians, path):
    """Write the figure, and return whether there was a ratio to show."""
    suites = ratios(medians)
    if not suites:
        return False
    from matplotlib.figure import Figure  # without pyplot, it is drawn by Agg

    # Downwards, with the suites' names as headings.
    lines = []
    for suite, rows in suites.items():
        lines += [("", {}), (suite.capitalize(), {}), *((name(row), peers) for row, peers in rows.items())]
    del lines[0]
    figure = Figure(figsize=(8, 0.24 * len(lines) + 1.2), layout="constrained")
    axes = figure.add_subplot(xscale="log", ylim=(len(lines) - 0.2, -0.8))
    for line, (_, peers) in enumerate(lines):
        axes.plot([1, *peers.values()], [line] * (1 + len(peers)), color="0.85", lw=1, zorder=1)
    for peer, (label, color, marker) in STYLES.items():
        points = [(peers[peer], line) for line, (_, peers) in enumerate(lines) if peer in peers]
        if points:
            look = {"mec": "white", "mew": 0.6, "ms": 7}
            axes.plot(*zip(*points, strict=True), marker, color=color, label=label, **look)
    label_axes(axes, lines)
    figure.legend(loc="outside upper center", ncols=len(STYLES), frameon=False, handletextpad=0.1)
    figure.savefig(path, dpi=150)
    return True


def ratios(medians):
    """Return the ratios of the peers' times to ours, by suite, row and peer."""
    suites = {}
    for (suite, row, peer), seconds in medians.items():
        ours = medians.get((suite, row, "ours"))
        if ours and peer in STYLES:
            suites.setdefault(suite, {}).setdefault(row, {})[peer] = seconds / ours
    return suites


def name(row):
    """Return a row's name, its norm, powers and product signs typeset."""
    text = ", ".join(f"l{value}" if column == "p" else value for column, value in row)
    text = re.sub(r"\bl([\d./]*\d|inf)\b", r"$\\ell_{\1}$", text).replace("inf}", r"\infty}")
    return re.sub(r"10\^(\d+)", r"$10^\1$", text).replace(" x ", " \N{MULTIPLICATION SIGN} ")


def label_axes(axes, lines):
    """Draw all but the points."""
    from matplotlib.ticker import LogLocator

    left, right = axes.get_xlim()
    left, right = min(left, 0.6), max(right, 3)
    axes.set_xlim(left, right)
    axes.axvspan(left, 1, color="0.95", zorder=0)
    axes.axvline(1, color="0.2", lw=1.2, zorder=1)
    axes.set_yticks(range(len(lines)), [label for label, _ in lines])
    for (_, peers), label in zip(lines, axes.get_yticklabels(), strict=True):
        label.set_weight("normal" if peers else "bold")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(LogLocator(subs=range(1, 10)))
    axes.xaxis.set_minor_formatter("")
    axes.grid(axis="x", color="0.92", lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.set_xlabel("time per iteration / time of ours (log scale); where it is gray, ours is slower")
