"""The house, drawn from its imports: rooms on floors, each above those that it imports from."""

import ast
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import implicitbias as ib

PACKAGE = Path(ib.__file__).parent
NOT_DRAWN = {"__init__", "__main__"}


def imports_of_rooms():
    """Return by room the rooms that its files import from."""
    found = defaultdict(set)
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        home = parts[:-1]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = home[: len(home) - node.level + 1]
                target = [*base, *(node.module.split(".") if node.module else [])]
                rooms = target[:1] or [alias.name for alias in node.names]
                found[parts[0]].update(room for room in rooms if room != parts[0])
    return {room: below - NOT_DRAWN for room, below in found.items() if room not in NOT_DRAWN}


def nearest(imports):
    """Return the imports that no chain of others stands for."""

    def reached(room):
        return {deeper for below in imports.get(room, ()) for deeper in (below, *reached(below))}

    return {
        room: {each for each in below if not any(each in reached(other) for other in below - {each})}
        for room, below in imports.items()
    }


def floors(imports):
    """Return the rooms from the ground up: each on the first floor above all that it imports from."""
    height = {}
    for room in TopologicalSorter(imports).static_order():
        height[room] = 1 + max((height[below] for below in imports.get(room, ())), default=-1)
    plan = [[] for _ in range(max(height.values()) + 1)]
    for room in sorted(height):
        plan[height[room]].append(room)
    return plan


def svg(plan, imports):
    """Return the drawing: boxes with the names of rooms, lines to those a floor or more below."""
    wide, high, gap, step = 124, 30, 14, 52
    width = max(len(rooms) for rooms in plan) * (wide + gap) + gap
    height = len(plan) * step + gap
    middle = {}
    for floor, rooms in enumerate(plan):
        left = (width - len(rooms) * (wide + gap) + gap) / 2
        for k, room in enumerate(rooms):
            middle[room] = (left + k * (wide + gap) + wide / 2, height - (floor + 1) * step + step / 2)
    ends = [(middle[room], middle[below]) for room in sorted(imports) for below in sorted(imports[room])]
    lines = [f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>' for (x1, y1), (x2, y2) in ends]
    boxes = [
        f'<rect x="{x - wide / 2}" y="{y - high / 2}" width="{wide}" height="{high}" rx="4"/>'
        f'<text x="{x}" y="{y + 5}">{room}</text>'
        for room, (x, y) in middle.items()
    ]
    return (
        f'<svg class="house" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        "<title>The rooms of the package, each above those that it imports from</title>"
        f"{''.join(lines)}{''.join(boxes)}</svg>\n"
    )


def setup(app):
    """Draw the house before Sphinx reads the page that shows it."""

    def begin(app):
        from written import write

        imports = imports_of_rooms()
        write(
            Path(app.srcdir) / "_generated" / "house", {"house.svg": svg(floors(imports), nearest(imports))}
        )

    app.connect("builder-inited", begin)
    return {"parallel_read_safe": True}
