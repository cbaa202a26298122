"""The explorer's page and server, without a browser."""

import socket

import numpy as np
import pytest

import implicitbias as ib

pytest.importorskip("panel", reason="the explorer needs Panel")

PROBLEM = ib.Problem([[1.0, 0.5], [-0.5, -1.0]], [1, -1], ib.Exponential())


@pytest.fixture
def page():
    return ib.explore(PROBLEM)


def test_every_edit_is_answered(page):
    page.edit({"do": "label", "index": 0, "sent": 1})
    view = page.controls.view
    assert view["answered"] == 1
    assert view["targets"] == [-1, -1]
    assert view["link"] == page.link
    assert view["code"] == page.code
    assert len(view["verdicts"]) == 3


def test_what_cannot_be_done_is_said_and_changes_nothing(page):
    before = page.state
    page.edit({"do": "time", "value": 1000, "sent": 1})
    assert page.controls.view["error"].startswith("t: expected a logarithm from 0 to 300")
    assert page.controls.view["answered"] == 1
    assert page.state is before
    page.edit({"do": "time", "value": 3, "sent": 2})
    assert page.controls.view["error"] == ""


def test_an_error_that_nobody_foresaw_is_no_trace_on_the_page(page, monkeypatch, capsys):
    monkeypatch.setattr("implicitbias.explorer.page.scene_of", lambda state: 1 / 0)
    before = page.state
    page.edit({"do": "time", "value": 3, "sent": 1})
    assert (
        page.controls.view["error"]
        == "This cannot be shown (ZeroDivisionError); the state is as it was before."
    )
    assert page.state is before
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_figures_draw_the_runs(page):
    figures, course = page._figures, page.scene.courses[1]
    ends = figures.marks["ends"].data
    np.testing.assert_allclose(np.hypot(ends["x"][1], ends["y"][1]), 1)
    np.testing.assert_allclose([ends["x"][1], ends["y"][1]], course.run.w / np.linalg.norm(course.run.w))
    xs, ys = (figures.lines["separators"].data[name][1] for name in ("xs", "ys"))
    np.testing.assert_allclose(
        np.multiply(xs, course.run.w[0]) + np.multiply(ys, course.run.w[1]), 0, atol=1e-9
    )
    ball = figures.lines["balls"].data
    for norm, x, y in zip((ib.Lp(1), ib.Lp(2), ib.Lp(np.inf)), ball["xs"], ball["ys"], strict=True):
        np.testing.assert_allclose([norm.value(point) for point in zip(x, y, strict=True)], 1)
    rows = course.run.trajectory
    np.testing.assert_allclose(figures.lines["margins"].data["ys"][1][-1], rows.margin[-1])
    ink = figures.data.xaxis.axis_label_text_color
    page.edit({"do": "theme", "value": "dark"})
    assert figures.data.xaxis.axis_label_text_color != ink


def test_level_sets_go_through_the_last_iterate_and_solutions_fit():
    page = ib.explore(ib.Problem([[1.0, 2.0]], [1.0], ib.Squared()))
    for name in ("Entropy", "SquaredLp", "HyperbolicEntropy"):
        for index in range(2):
            page.edit({"do": "curve", "index": index, "field": "geometry", "value": name})
            page.edit({"do": "curve", "index": index, "field": "p", "value": 1.5})
        run, lines = page.scene.courses[0].run, page._figures.lines
        psi, w0 = run.method.potential, run.w0
        sizes = [
            psi.divergence(np.array(point), w0)
            for point in zip(lines["balls"].data["xs"][0], lines["balls"].data["ys"][0], strict=True)
        ]
        np.testing.assert_allclose(sizes, psi.divergence(run.w, w0), rtol=1e-3)
        x, y = lines["solutions"].data["xs"][0], lines["solutions"].data["ys"][0]
        np.testing.assert_allclose(np.add(x, np.multiply(2, y)), 1, atol=1e-9)


def test_a_port_in_use_is_an_error_that_names_the_option(command):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, out, err = command("explore", "--port", str(port), "--no-browser")
    assert status == 2
    assert "http" not in out
    assert f"port: expected one that is free, got {port} (" in err
    assert f"write --port {port + 1}" in err
    assert command("explore", "--port", "70000", "--no-browser")[0] == 2


def test_without_the_extra_the_message_says_how_to_get_it(command, monkeypatch):
    monkeypatch.setattr("implicitbias.explorer.notebook.find_spec", lambda name: None)
    with pytest.raises(ib.ImplicitBiasError, match=r"write pip install 'implicitbias\[explore\]'"):
        ib.explore(PROBLEM)
    status, _, err = command("explore")
    assert status == 2
    assert "pip install 'implicitbias[explore]'" in err
