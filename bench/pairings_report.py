"""The summary and the table of the pairings, in Markdown."""

from statistics import geometric_mean

from pairings_list import SIZES, Pairing
from table import aligned


def pairing_of(entry):
    """Return the pairing of an entry."""
    return Pairing(*(entry[field] for field in Pairing._fields))


def gains(entries, former):
    """Return former times of ours / times now, by name, of the pairings that a former run has, too."""
    before = {str(pairing_of(entry)): entry["ours"] for entry in former}
    now = {str(pairing_of(entry)): entry["ours"] for entry in entries}
    return {name: before[name] / time for name, time in now.items() if name in before}


def summary(entries, former=()):
    """Return how ours stands to numba: means over groups, the ten worst, and what a former run had."""
    worst = sorted(entries, key=lambda entry: entry["ratio"])[:10]
    named = [[str(pairing_of(entry)), *figures(entry)] for entry in worst]
    parts = [
        f"{len(entries)} pairings, numba's time / ours: geometric mean {mean(entries)}, "
        f"{below(entries, 1)} below 1, {below(entries, 0.9)} below 0.9.\n",
        means(entries),
        aligned([["the worst", "ours, us", "numba, us", "ratio"], *named]),
    ]
    if gained := gains(entries, former):
        ordered = sorted(gained.items(), key=lambda item: item[1])[:10]
        rows = [[f"all {len(gained)}, geometric mean", f"{geometric_mean(gained.values()):.2f}"]]
        rows += [[name, f"{ratio:.2f}"] for name, ratio in ordered]
        parts.append(aligned([["ours: the least gains", "former time / now"], *rows]))
    return "\n".join(parts)


def means(entries):
    """Return the geometric means by loss, step, batch and method, with a column a size."""
    sizes = [size for size in SIZES if any(entry["size"] == size for entry in entries)]
    groups = {"all": entries, "batches": [entry for entry in entries if entry["batch"]]}
    for key in ("loss", "step", "method"):
        for entry in entries:
            groups.setdefault(f"{key}: {entry[key]}", []).append(entry)
    rows = [["geometric means", *(SIZES[size] for size in sizes), "all", "least", "below 1"]]
    for name, group in groups.items():
        if group:
            by_size = [mean([entry for entry in group if entry["size"] == size]) for size in sizes]
            least = min(entry["ratio"] for entry in group)
            rows.append([name, *by_size, mean(group), f"{least:.2f}", f"{below(group, 1)} of {len(group)}"])
    return aligned(rows)


def mean(entries):
    """Return the geometric mean of the ratios."""
    return f"{geometric_mean(entry['ratio'] for entry in entries):.2f}" if entries else ""


def below(entries, limit):
    """Return how many ratios are below the limit."""
    return sum(entry["ratio"] < limit for entry in entries)


def table(entries, former=()):
    """Return a line a pairing."""
    gained = gains(entries, former)
    columns = ("ours, us", "numba, us", "ratio", "our form", "numba's way", *["former / now"] * bool(gained))
    lines = [[*Pairing._fields, *columns]]
    for entry in entries:
        pairing = pairing_of(entry)
        names = pairing._replace(size=SIZES[pairing.size], batch=pairing.batch or "")
        lines.append([*map(str, tuple(names)), *figures(entry), entry["form"], entry["way"]])
        if gained:
            ratio = gained.get(str(pairing))
            lines[-1].append(f"{ratio:.2f}" if ratio else "")
    return aligned(lines)


def figures(entry):
    """Return microseconds of ours and numba's, and their ratio."""
    return [*(f"{entry[side]:#.3g}".rstrip(".") for side in ("ours", "numba")), f"{entry['ratio']:.2f}"]
