"""Options that are refused: a message, and nothing else."""

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.nouns.from_text import known_names
from shell import POINTS, SHORT, shell


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--norm", "0.5"], "norm: expected --norm 2, 4/3, inf or another p >= 1, got '0.5'"),
        (["--norm", ""], "norm: expected --norm 2, 4/3, inf or another p >= 1, got ''"),
        (["--norm", "nan"], "norm: expected --norm"),
        (["--norm", "1e999"], "norm: expected --norm 2, 4/3, inf or another p >= 1, got '1e999'"),
        (["--batch", "100"], "batch: expected one of MiniBatch, got '100'; write MiniBatch(100, seed=0)"),
        (["--record", "10"], "record: expected one of Every, LogSpaced, got '10'; write Every(10)"),
        (["--method", "Entropy"], "method: expected one of AdaGrad, Adam, DualAcceleration"),
        (["--norm", "-1"], "norm: expected --norm"),
        (["--norm", "two"], "norm: expected --norm"),
        (["--norm", "1/0"], "norm: expected --norm"),
        (["--norm", "2/"], "norm: expected --norm"),
        (["--norm", "2", "--norm", "1", "--norm", "l2"], "norm: expected every norm once, got l2 again as"),
        (["--norm", "4/3", "--norm", "1.3333333333333333"], "norm: expected every norm once, got l4/3 again"),
        (["--norm", "Schatten(0.5)"], "norm: 'Schatten(0.5)' cannot be read (p: expected"),
        (
            ["--norm", "Entropy()"],
            f"norm: expected one of {', '.join(known_names(ib.Norm))}, got 'Entropy()'",
        ),
        (
            ["--norm", "Lp()"],
            "norm: 'Lp()' cannot be read (p: expected a number, got nothing; write Lp(2)); known are",
        ),
        (["--norm", "nuclear", "--norm", "Schatten(1)"], "norm: expected every norm once, got nuclear again"),
        (["--norm", "nuclear"], "norm: "),
        (["--shape", "2"], "shape: expected rows x columns, such as 8x8, got '2'"),
        (["--shape", "0x4"], "shape: expected rows x columns, such as 8x8, got '0x4'"),
        (["--shape", "2x3"], "shape: expected matrices of 4 entries, one a feature, got 2 x 3"),
        (["--steps", "1.5"], "steps: expected a whole number"),
        (["--steps", "-3"], "steps: expected a whole number"),
        (["--steps", "0"], "steps: expected a whole number"),
        (["--steps", "nan"], "steps: expected a whole number"),
        (["--steps", "many"], "steps: expected a whole number"),
        (["--steps", "1e19"], "steps: expected a whole number from 1 to 2^63 - 1"),
        (["--steps", "1e999999999"], "steps: expected a whole number from 1 to 2^63 - 1"),
        (["--steps", "9223372036854775808"], "steps: expected a whole number from 1 to 2^63 - 1"),
        (
            ["--data", "no.csv"],
            f"data: expected {', '.join(ib.datasets.BUILT_IN)} or an existing file",
        ),
        (["--data", ""], f"data: expected {', '.join(ib.datasets.BUILT_IN)} or an existing file, got ''"),
        (["--data", "."], "path: expected a file whose name ends in "),
        (["--data", "folder.csv"], "path: expected a file whose name ends in "),
        (
            ["--data", "points.csv/x"],
            f"data: expected {', '.join(ib.datasets.BUILT_IN)} or an existing",
        ),
        (["--data", "latin.csv"], "latin.csv: expected text in UTF-8"),
        (["--data", "[red]x.csv"], "[red]x.csv, row 2, column 1 ([b]): expected a finite number, got ':x:'"),
        (
            ["--data", "points.npz", "--target", "y"],
            "target: expected none, a .npz file says itself which the targets are",
        ),
        (["--data", "[red].txt"], "path: expected a file whose name ends in "),
        (["--loss", "squared"], "eta: Squared() needs a step size"),
        (["--eta", "-1"], "eta: expected a positive finite number"),
        (["--eta", "1", "--scale", "1"], "scale: --scale has no effect together with --eta"),
        (["--eta", "1", "--cap", "inf"], "cap: --cap has no effect together with --eta"),
        (["--ties", "first", "--norm", "2"], "ties: --ties has no effect without --norm 1"),
        (["--target", "kind"], "target: --target has no effect on iris_setosa, which comes prepared"),
        (["--positive", "yes"], "positive: --positive has no effect on iris_setosa"),
        (["--no-standardize"], "standardize: --standardize has no effect on iris_setosa"),
        (["--data", "breast_cancer", "--no-intercept"], "y: expected linearly separable data, but"),
        (["--out", "points.csv"], "out: expected a folder to write to, got 'points.csv' (File exists)"),
        (
            ["--out", "points.csv/o"],
            "out: expected a folder to write to, got 'points.csv/o' (Not a directory)",
        ),
        (["--out", "/proc"], "out: expected a folder to write to, got '/proc'"),
    ],
)
def test_errors_are_messages(command, tmp_path, monkeypatch, arguments, complaint):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "points.csv").write_text(POINTS)
    (tmp_path / "latin.csv").write_bytes(b"caf\xe9,y\n1,1\n")
    (tmp_path / "[red]x.csv").write_text("[b],y\n:x:,1\n")
    (tmp_path / "[red].txt").touch()
    np.savez(tmp_path / "points.npz", X=np.eye(2), y=[1, -1])
    monkeypatch.delattr(ib.Run, "advance")  # all this is found out before any step
    status, _, shown = command("run", "--out", "o", *arguments)
    assert status == 2
    assert shown.startswith(f"error: {complaint}")
    assert not (tmp_path / "o").exists()


def test_errors_in_a_shell(tmp_path):
    done = shell("run", "--norm", "0.5", "--out", "o", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "error: norm: expected --norm 2, 4/3, inf or another p >= 1, got '0.5' (or nuclear, frobenius, "
        "spectral, or a norm as in Python: GroupNorm([[0, 1], [2, 3]]))\n"
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--method", "Nonsense(1)"], "method: 'Nonsense(1)' cannot be read (Nonsense is unknown)"),
        (["--method", "Lp(2)"], "method: expected one of "),
        (["--method", "MirrorDescent(Lp(2))"], "method: 'MirrorDescent(Lp(2))' cannot be read (potential: "),
        (["--method", "__import__('os').getcwd()"], "method: \"__import__('os').getcwd()\" cannot be read"),
        (["--method", "MirrorDescent(Entropy"], "method: 'MirrorDescent(Entropy' cannot be read"),
        (
            ["--method", "GradientDescent", "--method", "gradient_descent()"],
            "method: expected every method once",
        ),
        (["--loss", "hinge"], "loss: 'hinge' cannot be read (hinge is unknown)"),
        (["--loss", "Huber(-1)"], "loss: 'Huber(-1)' cannot be read (delta: "),
        (["--step", "Constant(0)"], "step: 'Constant(0)' cannot be read (eta: "),
        (["--step", "Constant(1)", "--eta", "1"], "eta: --eta has no effect together with --step"),
        (["--batch", "3"], "batch: expected one of MiniBatch, got '3'"),
        (["--w0", "zero"], "w0: 'zero' cannot be read"),
        (["--w0", "-" * 3000 + "1"], "w0: "),
        (["--w0", "[" + "1" * 400 + "/3]"], "w0: "),
        (["--w0", "load('empty.npy')"], "w0: \"load('empty.npy')\" cannot be read"),
        (["--batch", "MiniBatch(1000000000000, 1, replace=True)", "--eta", "1"], "out of memory"),
        (["--w0", "4"], "w0: expected an array such as [1, 2], got '4'"),
        (["--w0", "load('none.npy')"], "w0: \"load('none.npy')\" cannot be read (none.npy is no array"),
        (["--method", "GradientDescent", "--ties", "first"], "ties: --ties has no effect without --norm 1"),
    ],
)
def test_expressions_that_cannot_be_read(command, tmp_path, arguments, complaint):
    (tmp_path / "empty.npy").write_bytes(b"")
    status, _, shown = command("run", *arguments, *SHORT)
    assert status == 2
    assert shown.startswith(f"error: {complaint}"), shown
