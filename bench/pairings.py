"""Every pairing of loss, method, step rule, batch and size in ours and in numba: a table and a heat map."""

import argparse
import json
import re
import sys
from pathlib import Path

from threadpoolctl import threadpool_limits

from environment import environment
from pairings_heat_map import draw
from pairings_list import PAIRINGS
from pairings_report import summary, table
from pairings_timing import DisagreementError, measure


def main():
    """Time the pairings, and write what was found."""
    arguments = parsed()
    chosen = [pairing for pairing in PAIRINGS if wanted(pairing, arguments)]
    if not chosen:
        sys.exit("No pairing is called that; --list shows their names.")
    if arguments.list:
        print(*chosen, sep="\n")
        return
    former = json.loads(arguments.against.read_text())["pairings"] if arguments.against else []
    entries, refused = [], []
    for count, pairing in enumerate(chosen, 1):
        try:
            entry = measure(pairing, arguments.rounds)
        except DisagreementError as refusal:
            refused.append(str(refusal))
            continue
        entries.append(entry)
        figures = f"{entry['ours']:9.4g} us, numba {entry['numba']:9.4g} us, ratio {entry['ratio']:.2f}"
        print(f"{count}/{len(chosen)}  {figures}  {pairing}", file=sys.stderr, flush=True)
        write(entries, former, arguments.out)
    if entries:
        print(summary(entries, former))
        draw(entries, arguments.out / "pairings.png")
        print(f"Written: pairings.md, .json and .png in {arguments.out}")
    if refused:
        sys.exit("\n".join(["Not timed:", *refused]))


def parsed():
    """Return the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="REGEX", default="", help="only pairings whose name has it")
    parser.add_argument("--size", metavar="10x3", action="append", help="only this size; may be repeated")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each side (default: 7)")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("bench-out"), help="default: bench-out"
    )
    parser.add_argument(
        "--against", metavar="FILE", type=Path, help="the JSON of a former run, to compare with"
    )
    parser.add_argument("--list", action="store_true", help="print the names of the pairings, and stop")
    return parser.parse_args()


def wanted(pairing, arguments):
    """Whether the arguments ask for the pairing."""
    sizes = [size.replace(" ", "").lower() for size in arguments.size or []]
    of_size = not sizes or pairing.size.replace(" ", "").lower() in sizes
    return of_size and re.search(arguments.only, str(pairing)) is not None


def write(entries, former, folder):
    """Write the table and all figures; after every pairing, so that an interruption loses none."""
    folder.mkdir(parents=True, exist_ok=True)
    where = environment()
    (folder / "pairings.md").write_text(f"{summary(entries, former)}\n{table(entries, former)}\n{where}.\n")
    found = {"environment": where, "unit": "microseconds per iteration", "pairings": entries}
    (folder / "pairings.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    with threadpool_limits(1, "blas"):
        main()
