"""``implicitbias fingerprint``."""

import json

import numpy as np
import pytest

import implicitbias as ib


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((10, 40)), np.array([1, -1] * 5)
    run = ib.Run(ib.Problem(X, y, ib.Exponential()), ib.GradientDescent(), record=ib.log_spaced(2)).advance(
        3000
    )
    np.savez("features.npz", X=X, y=y)
    np.save("w.npy", run.w)
    np.save("several.npy", run.trajectory.w[-3:])
    return run


def test_json_and_a_figure(files, command):
    asked = ("--geometry", "2", "--geometry", "inf", "--json", "--out", "o")
    status, out, _ = command("fingerprint", "--data", "features.npz", "--weights", "w.npy", *asked)
    assert status == 0
    shown = json.loads(out)
    assert (shown["decided"], shown["best"]) == (True, "Lp(p=2.0)")
    assert shown["p"] == pytest.approx(2, rel=0.1)
    assert [row["name"] for row in shown["table"]] == ["l2", "linf"]
    with open("o/fingerprint.json") as file:
        assert json.load(file) == shown
    with open("o/fingerprint.png", "rb") as file:
        assert file.read(4) == b"\x89PNG"


def test_several_t_as_text(files, command):
    asked = ("--geometry", "1", "--t", "[1000, 2000, 3000]")
    status, out, _ = command("fingerprint", "--data", "features.npz", "--weights", "several.npy", *asked)
    assert status == 0
    assert "geometry" in out
    assert "levels off" in out


def test_classes_and_potentials(files, command):
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((6, 8)), np.arange(6) % 3
    np.savez("classes.npz", X=X, y=y)
    np.save("W.npy", ib.Run(ib.Problem(X, y, ib.CrossEntropy()), ib.Muon()).advance(500).w)
    asked = ("--geometry", "2")
    status, out, _ = command("fingerprint", "--data", "classes.npz", "--weights", "W.npy", *asked)
    assert status == 0
    assert "l2" in out
    np.savez("binary.npz", X=X, y=np.arange(6) % 2)
    np.save("u.npy", np.ones(8))
    asked = ("fingerprint", "--data", "binary.npz", "--weights", "u.npy")
    assert "targets 0 and 1 are numbers here; write --positive 1 for labels" in command(*asked)[1]
    assert "numbers here" not in command(*asked, "--positive", "1")[1]
    np.savez("numbers.npz", X=X[:2], y=np.array([0.5, 1.5]))
    np.save("v.npy", np.linalg.lstsq(X[:2], np.array([0.5, 1.5]), rcond=None)[0])
    status, out, _ = command("fingerprint", "--data", "numbers.npz", "--weights", "v.npy")
    assert status == 0
    assert "decided: Euclidean" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--weights", "none.npy"), "weights: expected a .npy file"),
        (("--weights", "features.npz"), "weights: expected a .npy file of parameters, got"),
        (("--weights", "several.npy"), "w: expected shape (40,), got (3, 40)"),
        (("--weights", "several.npy", "--t", "[3, 2, 1]"), "t: expected iterations that rise"),
        (("--weights", "w.npy", "--geometry", "0.5"), "norm: expected"),
    ],
)
def test_bad_arguments(files, command, arguments, says):
    status, _, error = command("fingerprint", "--data", "features.npz", *arguments)
    assert status == 2
    assert says in error.replace("\n", "")
