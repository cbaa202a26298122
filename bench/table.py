"""The Markdown tables: one a suite, a row a workload, a column a peer."""

# Columns that are no peers: what they show of their time and ours.
SHARES = {
    "read": ("of read bandwidth", lambda seconds, ours: seconds / ours),
    "unrecorded": ("share of the record", lambda seconds, ours: 1 - seconds / ours),
}


def markdown(medians):
    """Return the tables of all suites from seconds per iteration by suite, row and peer."""
    suites = {}
    for (suite, *key), seconds in medians.items():
        suites.setdefault(suite, {})[tuple(key)] = seconds
    return "\n".join(f"## {suite.capitalize()}\n\n{table(entries)}" for suite, entries in suites.items())


def table(medians):
    """Return a Markdown table; a peer without timings has no column."""
    peers = sorted(dict.fromkeys(peer for _, peer in medians), key=lambda peer: peer in SHARES)
    rows = dict.fromkeys(row for row, _ in medians)
    lines = [[*dict(next(iter(rows))), *(SHARES[peer][0] if peer in SHARES else peer for peer in peers)]]
    for row in rows:
        entries = [entry(peer, medians.get((row, peer)), medians.get((row, "ours"))) for peer in peers]
        lines.append([*dict(row).values(), *entries])
    return aligned(lines)


def aligned(lines):
    """Return a Markdown table of these cells, the first line its header."""
    widths = [max(2, *map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, [(width - 1) * "-" + ":" for width in widths])
    return "".join(f"| {' | '.join(map(str.rjust, line, widths))} |\n" for line in lines)


def entry(peer, seconds, ours):
    """Return microseconds, with their ratio to ours where there is one, or a share."""
    if seconds is None:
        return ""
    if peer in SHARES:
        return f"{100 * SHARES[peer][1](seconds, ours):.0f} %" if ours else ""
    micros = seconds * 1e6
    text = f"{micros:#.3g}" if micros < 100 else f"{micros:.0f}"
    return text + (f" ({seconds / ours:.2f})" if ours and peer != "ours" else "")
