"""What notebooks show: tables of HTML in the page's own colors, with all text escaped; one bar."""

import re
import sys
import types
from html.parser import HTMLParser

import numpy as np
import pytest

import implicitbias as ib

PROBLEM = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
FITTED = ib.Problem(np.eye(2, 3), [1.0, 2.0], ib.Squared())
RUN = ib.Run(PROBLEM, ib.GradientDescent()).advance(1000)
CLAIM = ib.predict(PROBLEM, RUN.method)
SHOWN = {
    "Problem": PROBLEM,
    "a problem of classes": ib.Problem(np.eye(3), ["a", "<b>", "c"], ib.CrossEntropy()),
    "a problem of numbers": FITTED,
    "Run": RUN,
    "a run to a point": ib.Run(FITTED, ib.GradientDescent(), 0.1).advance(10),
    "a run far out": ib.Run(PROBLEM, ib.GradientDescent(), 0.1).fast_forward(until_log10=1000),
    "Trajectory": RUN.trajectory,
    "Bracket": RUN.bracket,
    "a bracket of nothing": ib.Bracket(-np.inf, np.inf),
    "a bracket of everything": ib.Bracket(-1.7e308, 1.7e308),
    "a bracket of the least": ib.Bracket(0.0, 5e-324),
    "Report": ib.compare(RUN, CLAIM),
    "Claim": CLAIM,
    "Limit": CLAIM.solve(),
    "Finding": ib.paper.examine(ib.paper.statements()[0], "fast"),
    "Separability": ib.separability(PROBLEM),
    "Dataset": ib.datasets.iris_setosa(),
    "Fingerprint": ib.fingerprint(PROBLEM, RUN.w, geometries=[ib.Lp(1), ib.Lp(2)]),
    "Sweep": ib.Sweep(PROBLEM, {"<script>": RUN.method}, [0.1, 0.2]).advance(10),
    "Verdicts": ib.compare(ib.Sweep(PROBLEM, [RUN.method, ib.RMSProp()], [0.1, 0.2]).advance(10)),
}


class Reader(HTMLParser):
    """Check that all tags are closed, in order; keep tags, styles and text."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.styles, self.text = [], set(), "", ""

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.styles += dict(attributes).get("style", "")
        if tag not in ("br", "line", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data + " "


def read(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("name", SHOWN)
def test_tables_are_sound(name):
    found = read(SHOWN[name]._repr_html_())
    assert "table" in found.tags
    assert "nan" not in "".join(re.findall("<svg.*?</svg>", SHOWN[name]._repr_html_()))
    assert found.tags <= {"table", "caption", "tr", "th", "td", "b", "br", "p", "svg", "title"} | {
        "line",
        "rect",
    }
    assert "background" not in found.styles
    assert "color" not in found.styles.replace("color: inherit", "")
    assert len(SHOWN[name]._repr_html_()) < 20_000


def test_tables_say_what_there_is():
    assert "10^1000" in read(SHOWN["a run far out"]._repr_html_()).text
    assert "<script>" in read(SHOWN["Sweep"]._repr_html_()).text
    assert f"{RUN.bracket.upper:.6g}" in read(RUN._repr_html_()).text
    rows = read(RUN.trajectory._repr_html_()).text
    assert f"Trajectory, {len(RUN.trajectory)} rows" in rows
    assert "..." in rows


def test_a_bar_in_a_notebook(monkeypatch):
    shown = []

    class Handle:
        def update(self, shape):
            shown.append(shape._repr_html_())

    def display(shape, display_id):
        assert display_id is True
        shown.append(shape._repr_html_())
        return Handle()

    module = types.ModuleType("IPython.display")
    module.display = display
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    monkeypatch.setattr("implicitbias.runs.bar.get_console", lambda: types.SimpleNamespace(is_jupyter=True))
    ib.Sweep(PROBLEM, RUN.method, [0.1, 0.2]).advance(10, progress=True)
    assert "2 of 2 runs" in shown[-1]
    ib.Run(PROBLEM, RUN.method).advance(10, progress=True)
    assert "t = 10" in shown[-1]
    assert 'value="1.0000"' in shown[-1]


def test_a_log_of_a_sweep(tmp_path):
    log = tmp_path / "sweep.log"
    sweep = ib.Sweep(PROBLEM, RUN.method, [0.1, 0.2])
    sweep.advance(10, log=log).advance(10, log=log)
    lines = log.read_text().splitlines()
    assert len(lines) == 2
    assert all(line.endswith("2 runs done, 0 to go, 0 failed: 100.0%") for line in lines)
    with pytest.raises(ib.InvalidValueError, match="^log: expected a file to write to, got"):
        sweep.advance(10, log=tmp_path)
    with pytest.raises(ib.InvalidValueError, match="^log: expected a file to write to, got 'a.x00b'"):
        sweep.advance(10, log="a\0b")
    with pytest.raises(ib.InvalidTypeError, match="^log: expected a path of a file, got 3"):
        sweep.advance(10, log=3)
    assert sweep.t == 20
