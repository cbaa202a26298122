"""The code that does what the explorer shows."""

import re

from .curve import number
from .scene import Scene
from .state import Point

_NOUN = re.compile(r"\b([A-Z]\w*)\(")


def script_of(scene: Scene) -> str:
    """Return a Python script: the same runs, bit by bit, their brackets and verdicts, and a figure."""
    state = scene.state
    if scene.problem is None:
        return f"# {state.empty}\n"
    points = ",\n".join(f"    {_sample(point, state.symmetric)}" for point in state.X)
    lines = [
        '"""What the explorer showed."""',
        "",
        *(["from math import inf", ""] if any("inf" in curve.method_text for curve in state.curves) else []),
        "import implicitbias as ib",
        "",
        f"X = [\n{points},\n]",
        f"y = [{', '.join(map(number, state.y))}]",
        f"problem = ib.Problem(X, y, {_code(state.loss)})",
        "",
        "runs = [",
    ]
    for curve, course in zip(state.curves, scene.courses, strict=True):
        batch = f", batch={_code(curve.batch_text)}" if curve.batch else ""
        start = f", w0={curve.start_text}" if curve.start_text else ""
        nouns = f"{_code(curve.method_text)}, {_code(curve.step_text)}"
        run = f"ib.Run(problem, {nouns}{batch}{start}){course.calls}"
        if course.run is None or ("stays at" in course.note and not course.calls):
            why = course.note.partition("\n")[0]
            lines.append(f"    # {run} is refused: {why}")
        else:
            lines.append(f"    {run},")
    measured = "bracket" if state.monotone else "residual"
    drawn = "margins" if state.monotone else "residuals"
    lines += [
        "]",
        "for run in runs:",
        "    claim = ib.predict(problem, run.method, run.w0, batch=run.batch)",
        *_adagrad(scene),
        f"    print(run.method, run.w, run.{measured})",
        "    if claim is None:",
        "        print(ib.why_no_claim(problem, run.method, batch=run.batch))",
        "    else:",
        "        print(ib.compare(run, claim))",
        "if runs:",
        f'    ib.plot.{drawn}(runs).figure.savefig("{drawn}.png")',
    ]
    return "\n".join(lines) + "\n"


def _adagrad(scene: Scene) -> list[str]:
    if not scene.state.monotone or all(curve.method != "adagrad" for curve in scene.state.curves):
        return []
    return [
        "    if claim is None and isinstance(run.method, ib.AdaGrad):",
        "        claim = ib.limit_direction(run)",
    ]


def _sample(point: Point, symmetric: bool) -> str:
    numbers = [number(each) for each in point]
    if not symmetric:
        return f"[{', '.join(numbers)}]"
    first, second, third = numbers
    return f"[[{first}, {second}], [{second}, {third}]]"


def _code(text: str) -> str:
    return _NOUN.sub(r"ib.\1(", text)
