"""The command line, as a shell sees it."""

import csv
import errno
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.claims.max_margin import MaxMarginClaim
from same import assert_same


def shell(*arguments, cwd, **options):
    return subprocess.run(
        [sys.executable, "-m", "implicitbias", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        **options,
    )


POINTS = "a,b,c,y\n1,1,1,1\n1,2,0,10\n"
SHORT = ("--steps", "100", "--out", "o", "--quiet")


def test_the_main_job(tmp_path):
    done = shell(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(r"(\d+) of \1 statements are as expected", done.stdout)
    assert (tmp_path / "implicitbias-out" / "report.html").stat().st_size > 10**5


def test_four_norms_by_default(tmp_path):
    done = shell("run", "--out", "o", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for word in ("iris_setosa", "l1", "l4/3", "l2", "linf", "margins.png"):
        assert word in done.stdout
    assert done.stdout.count("holds") == 4
    assert (tmp_path / "o" / "margins.png").stat().st_size > 20000


def test_run_writes_what_it_says(tmp_path):
    done = shell(
        "run", "--norm", "4/3", "--norm", "2", "--steps", "1e4", "--out", "here", "--quiet", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    out = tmp_path / "here"
    assert sorted(os.listdir(out)) == ["l2.csv", "l2.npz", "l4_3.csv", "l4_3.npz", "margins.png", "table.csv"]
    with open(out / "table.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["norm"] for row in rows] == ["l4/3", "l2"]
    run = ib.Run.load(out / "l4_3.npz")
    data = ib.datasets.iris_setosa()
    same = ib.Run(data.problem(ib.Exponential()), ib.SteepestDescent(ib.Lp(4 / 3))).advance(10**4)
    np.testing.assert_array_equal(run.w, same.w)
    assert float(rows[0]["margin"]) == same.margin
    assert float(rows[0]["certified upper bound"]) == same.bracket.upper
    with open(out / "l4_3.csv", newline="") as file:
        trajectory = list(csv.DictReader(file))
    np.testing.assert_array_equal([float(row["margin"]) for row in trajectory], same.trajectory.margin)
    np.testing.assert_array_equal([float(row["w3"]) for row in trajectory], same.trajectory.w[:, 3])


def test_own_file(tmp_path):
    (tmp_path / "mine.csv").write_text("a,b,label\n1,2,yes\n2,1.5,yes\n-1,-1,no\n-2,-3,no\n")
    done = shell(
        *("run", "--data", "mine.csv", "--positive", "yes", "--norm", "2", "--steps", "20000"),
        *("--loss", "logistic", "--out", "o", "--quiet"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "holds" in done.stdout


def test_squared_loss(tmp_path):
    (tmp_path / "points.csv").write_text(POINTS)
    done = shell(
        *("run", "--data", "points.csv", "--loss", "squared", "--eta", ".05", "--norm", "4/3", "--norm", "2"),
        *("--steps", "5000", "--out", "o", "--quiet"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "no claim" in done.stdout
    assert "Example 4" in done.stdout
    assert "holds" in done.stdout
    assert (tmp_path / "o" / "residuals.png").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--norm", "0.5"], "norm: expected --norm 2, 4/3, inf or another p >= 1, got '0.5'"),
        (["--norm", ""], "norm: expected --norm 2, 4/3, inf or another p >= 1, got ''"),
        (["--norm", "nan"], "norm: expected --norm"),
        (["--norm", "-1"], "norm: expected --norm"),
        (["--norm", "two"], "norm: expected --norm"),
        (["--norm", "1/0"], "norm: expected --norm"),
        (["--norm", "2/"], "norm: expected --norm"),
        (["--norm", "2", "--norm", "1", "--norm", "l2"], "norm: expected every norm once, got l2 again as"),
        (["--norm", "4/3", "--norm", "1.3333333333333333"], "norm: expected every norm once, got l4/3 again"),
        (["--norm", "Schatten(0.5)"], "norm: 'Schatten(0.5)' cannot be read (p: expected"),
        (["--norm", "Entropy()"], "norm: expected one of GroupNorm, Lp, PolyhedralNorm"),
        (["--norm", "Lp()"], "norm: 'Lp()' cannot be read (expected Lp(p: float)); known are"),
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
    ("text", "steps"), [("1e2", 100), ("1_00", 100), (" 100.0", 100), ("9007199254740993", 2**53 + 1)]
)
def test_numbers_of_steps(command, monkeypatch, text, steps):
    taken = []
    monkeypatch.setattr(ib.Run, "advance", lambda run, count, **options: taken.append(count))
    assert command("run", "--norm", "2", "--steps", text, "--out", "o", "--quiet")[0] == 0
    assert taken == [steps]


def test_ties_may_be_given_where_l1_is_among_the_norms(command):
    status, _, shown = command("run", "--norm", "1", "--norm", "2", "--ties", "average", *SHORT)
    assert status == 0, shown
    assert ib.Run.load("o/l1.npz").method.ties == "average"


@pytest.mark.parametrize("error", [ib.OracleError, ib.InvalidValueError, ZeroDivisionError])
def test_a_norm_without_oracle_does_not_stop_the_others(command, tmp_path, monkeypatch, error):
    real = MaxMarginClaim.solve

    def solve(claim):
        if claim.method.norm.p == 2:
            assert (tmp_path / "o" / "l2.npz").exists()  # saved before it is judged
            assert (tmp_path / "o" / "l2.csv").exists()
            raise error("no [b]solution[/b] here")
        return real(claim)

    monkeypatch.setattr(MaxMarginClaim, "solve", solve)
    arguments = ("--norm", "2", "--norm", "3", "--steps", "1e5", "--out", "o", "--quiet")
    status, shown, _ = command("run", *arguments)
    assert status == 1
    kind = "" if issubclass(error, ib.ImplicitBiasError) else "ZeroDivisionError: "
    assert f"\nl2: {kind}no [b]solution[/b] here\n" in shown
    with open("o/table.csv", newline="") as file:
        assert [row["verdict"] for row in csv.DictReader(file)] == ["failed", "holds"]
    assert sorted(os.listdir("o")) == ["l2.csv", "l2.npz", "l3.csv", "l3.npz", "margins.png", "table.csv"]


def test_a_run_that_diverges_does_not_stop_the_others(command, tmp_path):
    (tmp_path / "points.csv").write_text(POINTS)
    arguments = ("--data", "points.csv", "--loss", "squared", "--eta", ".08", "--steps", "1e4", "--out", "o")
    status, shown, _ = command("run", *arguments, "--norm", "inf", "--norm", "2", "--quiet")
    assert status == 1
    with open("o/table.csv", newline="") as file:
        rows = {row["norm"]: row for row in csv.DictReader(file)}
    assert rows["linf"]["verdict"] == "failed"
    assert "\nlinf: step t = " in shown
    assert "Take smaller steps" in shown
    assert ib.Run.load("o/linf.npz").t == int(rows["linf"]["t"]) > 0
    assert rows["l2"]["verdict"] == "holds"
    assert os.path.exists("o/residuals.png")


def test_a_norm_that_fails_alone_has_a_figure_still(command, monkeypatch):
    def solve(claim):
        raise ib.OracleError("no solution here")

    monkeypatch.setattr(MaxMarginClaim, "solve", solve)
    assert command("run", "--norm", "2", *SHORT)[0] == 1
    assert os.path.getsize("o/margins.png") > 20000


def test_a_figure_that_fails_does_not_lose_the_table(command, monkeypatch):
    def fail(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fail)
    status, shown, complaint = command("run", "--norm", "2", *SHORT)
    assert status == 2
    assert "not yet" in shown
    assert complaint == "error: out: 'o/margins.png' cannot be written (No space left on device)\n"
    assert sorted(os.listdir("o")) == ["l2.csv", "l2.npz", "table.csv"]


def test_what_cannot_be_written_does_not_lose_the_rest(command, tmp_path):
    for name in ("l2.npz", "table.csv"):
        (tmp_path / "o" / name).mkdir(parents=True)
    status, shown, complaint = command("run", "--norm", "2", "--norm", "3", *SHORT)
    assert status == 2
    assert "error: out: 'o/l2.npz' cannot be written (Is a directory)\n" in complaint
    assert "error: out: 'o/table.csv' cannot be written (Is a directory)\n" in complaint
    assert "l2: the margin is still" in shown
    assert "l3: the margin is still" in shown
    assert ib.Run.load("o/l3.npz").t == 100


def test_a_full_disk(tmp_path):
    """Stood in for by a limit on the size of files: NumPy's archive is left half-written."""
    done = shell(
        *("run", "--norm", "2", *SHORT),
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)),
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "error: out: 'o/l2.npz' cannot be written (File too large)\n" in done.stderr
    assert "l2: the margin is still" in done.stdout
    assert "l2.npz" not in os.listdir(tmp_path / "o")
    assert "table.csv" in os.listdir(tmp_path / "o")


def test_names_are_printed_as_they_are(command, tmp_path):
    (tmp_path / "[red]:x:[b].csv").write_text("a,b,label\n1,2,[b]\n2,1.5,[b]\n-1,-1,[/i]\n-2,-3,[/i]\n")
    arguments = ("run", "--data", "[red]:x:[b].csv", "--norm", "2", "--steps", "100", "--quiet")
    status, shown, _ = command(*arguments, "--positive", "[b]", "--out", "[o]")
    assert status == 0
    assert shown.startswith("[red]:x:[b], 4 samples x 2 features")
    assert "[o]/table.csv" in shown
    status, _, complaint = command(*arguments, "--positive", "[u]", "--out", "[o]")
    assert status == 2
    assert complaint == "error: positive: expected one of ['[/i]', '[b]'], got '[u]'\n"


def test_names_that_the_terminal_cannot_spell(command, tmp_path):
    name = os.fsdecode(b"\xff.csv")
    (tmp_path / name).write_text(POINTS)
    arguments = ("--data", name, "--loss", "squared", "--eta", ".05", "--norm", "2", *SHORT)
    status, shown, _ = command("run", *arguments)
    assert status == 0
    assert shown.startswith(r"\udcff, 2 samples x 3 features")


def test_info(tmp_path):
    done = shell("info", cwd=tmp_path)
    assert done.returncode == 0
    for word in ("implicitbias", "SIMD level", "CLARABEL", "numpy"):
        assert word in done.stdout


@pytest.mark.usefixtures("heeded_signals")
def test_ctrl_c_keeps_the_results(tmp_path):
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "implicitbias",
            "run",
            "--norm",
            "2",
            "--norm",
            "1",
            "--steps",
            "1e12",
            "--out",
            "o",
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    next(line for line in process.stdout if line.startswith("l2:"))
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    shown = process.communicate(timeout=60)[0]
    assert process.returncode == 130, shown
    assert "Interrupted at t = " in shown
    assert ib.Run.load(tmp_path / "o" / "l2.npz").t > 1000


def test_adaboost_is_reachable(command):
    status, shown, complaint = command(
        *("run", "--data", "rudin_2004", "--norm", "1", "--step", "ExactLineSearch()", "--steps", "1e4"),
        *("--out", "o", "--quiet"),
    )
    assert status == 0, complaint
    assert "ExactLineSearch(shrinkage=1.0)" in shown
    with open("o/table.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["verdict"] == "hypothesis fails"
    assert abs(float(row["margin"]) - 1 / 3) < 1e-3
    assert abs(float(row["oracle"]) - 3 / 8) < 1e-7


def test_every_method_is_reachable(command):
    asked = [
        "MirrorDescent(Entropy)",
        "mirror_descent(Entropy(), momentum=DualMomentum(0.5))",
        "MirrorDescent(Entropy, PrimalMomentum(0.5))",
        "MirrorDescent(SquaredLp(3/2), constraint=Affine([[1, 1]], [0.7]))",
        "NaturalGradient(Entropy)",
        "GradientDescent",
    ]
    status, shown, complaint = command(
        *("run", "--data", "example_2", "--loss", "LogCosh", "--eta", "0.1", "--steps", "2000"),
        *(part for each in asked for part in ("--method", each)),
        *("--batch", "MiniBatch(1, 7)", "--record", "Every(100)", "--w0", "[1, 1]", "--flow"),
        *("--out", "o", "--quiet"),
    )
    assert status == 0, complaint
    with open("o/table.csv", newline="") as file:
        rows = {row["method"]: row for row in csv.DictReader(file)}
    names = [
        "MirrorDescent(Entropy)",
        "MirrorDescent(Entropy, DualMomentum(0.5))",
        "MirrorDescent(Entropy, PrimalMomentum(0.5))",
        "MirrorDescent(SquaredLp(1.5), Affine(array, array))",
        "NaturalGradient(Entropy)",
        "GradientDescent",
    ]
    assert list(rows) == names + [f"flow of {name}" for name in names]
    unclaimed = {names[2], names[4]}
    for name, row in rows.items():
        assert row["verdict"] == ("no claim" if name in unclaimed else "holds"), row
        assert row["iterates"] == "converged"
    assert (
        float(rows[names[0]]["off the data manifold"])
        < 1e-12
        < float(rows[names[2]]["off the data manifold"])
    )
    run = ib.Run.load("o/MirrorDescent_Entropy_DualMomentum_0.5.npz")
    assert run.method == ib.MirrorDescent(ib.Entropy(), ib.DualMomentum(0.5))
    assert (run.batch, run.record) == (ib.MiniBatch(1, 7), ib.Every(100))
    assert "Proposition 2a" in " ".join(shown.split())


def test_what_is_known_of_adagrad(command):
    status, shown, complaint = command(
        *("run", "--data", "iris_setosa", "--eta", "0.1", "--steps", "1e5", "--out", "o", "--quiet"),
        *("--method", "AdaGrad(10)", "--method", "AdaGrad(1e6)"),
    )
    assert status == 0, complaint
    shown = " ".join(shown.split())
    assert shown.count("no claim") == 2
    assert "Theorem 6 hypothesis fails: it assumes that (eta / 2) B^2 L(w0) < 1" in shown  # G0 = 10
    assert "Theorem 6 holds: G(t) has stayed within its bound up to t = 100000" in shown  # G0 = 10^6
    assert shown.count("Later than the paper, Qian & Qian (2019) not yet converged") == 2


def test_leaving_the_domain_is_a_line_of_the_table(command):
    status, shown, _ = command(
        *("run", "--data", "example_2", "--loss", "squared", "--eta", "0.02", *SHORT),
        *("--method", "MirrorDescent(Entropy, PrimalMomentum(0.9))", "--method", "MirrorDescent(Entropy)"),
    )
    assert status == 1
    assert "step t = 4, of size 0.02: w + beta dw leaves the domain: w[1]" in " ".join(shown.split())
    assert shown.count("holds") + shown.count("not yet converged") == 1


def test_what_does_not_converge_is_named(command):
    status, shown, _ = command(
        *("run", "--data", "example_2", "--loss", "squared", "--eta", "0.7", "--steps", "3000", "--out", "o"),
        *("--method", "MirrorDescent(Entropy)", "--quiet"),
    )
    assert status == 0
    assert "2-cycle" in shown
    assert "hypothesis fails" in " ".join(shown.split())


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


def test_every_norm_is_reachable(command):
    np.save("A.npy", np.eye(4) + np.eye(4, k=1))
    asked = {
        "nuclear": ib.Schatten(1),
        "Spectral": ib.Schatten(np.inf),
        "schatten(3/2)": ib.Schatten(1.5),
        "GroupNorm([[0, 1], [2, 3]])": ib.GroupNorm([[0, 1], [2, 3]]),
        "GroupNorm([[0, 2], [1, 3]])": ib.GroupNorm([[0, 2], [1, 3]]),
        "weighted_norm([1, 2, 3, 4], Lp(1))": ib.WeightedNorm([1, 2, 3, 4], ib.Lp(1)),
        "PolyhedralNorm(load('A.npy'), 1)": ib.PolyhedralNorm(np.load("A.npy"), 1),
        "QuadraticNorm(load('A.npy'))": None,  # not symmetric
    }
    arguments = [part for text, norm in asked.items() if norm for part in ("--norm", text)]
    status, shown, complaint = command("run", "--shape", "2x2", *arguments, "--ties", "average", *SHORT)
    assert status == 0, complaint
    assert "150 samples x 2 x 2 features" in shown
    stems = ["nuclear", "spectral", "schatten_3_2", "l2_1", "l2_1_2", "weighted_l1", "polyhedral_l1"]
    norms = [norm for norm in asked.values() if norm]
    assert sorted(os.listdir("o")) == sorted(
        ["table.csv", "margins.png", *(stem + end for stem in stems for end in (".csv", ".npz"))]
    )
    data = ib.datasets.iris_setosa()
    for stem, norm in zip(stems, norms, strict=True):
        run = ib.Run.load(f"o/{stem}.npz")
        assert run.method == ib.SteepestDescent(norm, "average")
        np.testing.assert_array_equal(run.problem.X, data.X.reshape(-1, 2, 2))
    with open("o/table.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["norm"] for row in rows][3:5] == ["l2,1", "l2,1 (2)"]
    assert all(float(row["oracle's duality gap"]) <= 1e-9 for row in rows)
    status, _, complaint = command("run", "--norm", "QuadraticNorm(load('A.npy'))", *SHORT)
    assert status == 2
    assert complaint.startswith("error: norm: ")


def test_matrices_from_a_file(command):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((10, 2, 3))
    np.savez("mine.npz", X=X, y=np.sign(X[:, 0, 0] + X[:, 1, 1]))
    arguments = ("--data", "mine.npz", "--steps", "1e5", "--out", "o", "--quiet")
    status, shown, complaint = command("run", "--norm", "nuclear", "--norm", "spectral", *arguments)
    assert status == 0, complaint
    assert "10 samples x 2 x 3 features" in shown
    assert shown.count("holds") == 2
    assert ib.Run.load("o/nuclear.npz").w.shape == (2, 3)


def test_lasso_and_stagewise(command):
    rng = np.random.default_rng(5)
    np.savez("mine.npz", X=rng.standard_normal((5, 8)), y=rng.standard_normal(5))
    status, shown, complaint = command(
        "run", "--data", "mine.npz", "--norm", "1", "--eta", "0.01", "--lasso", *SHORT
    )
    assert status == 0, complaint
    assert "Lasso path: monotone, to the least l1 norm 4.03448." in shown
    assert os.path.getsize("o/lasso.png") > 10000
    status, _, complaint = command("run", "--lasso", *SHORT)
    assert status == 2
    assert complaint.startswith("error: lasso: --lasso needs the squared loss, got Exponential()")


def test_regularization(command):
    status, printed, _ = command("run", "--norm", "1", "--norm", "2", "--regularization", *SHORT)
    assert status == 0
    assert "Regularization path in l1: to norm" in printed
    assert os.path.getsize("o/paths.png") > 10000
    with open("o/paths.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["norm"] == "l2"]
    data = ib.datasets.iris_setosa()
    path = ib.paths.regularization(data.problem(ib.Exponential()), ib.Lp(2))
    np.testing.assert_array_equal([float(row["radius"]) for row in rows], path.radii)
    np.testing.assert_array_equal([float(row["margin"]) for row in rows], path.margin)
    status, _, complaint = command("run", "--regularization", "--method", "AdaGrad", "--eta", "1", *SHORT)
    assert status == 2
    assert complaint.startswith(
        "error: regularization: --regularization needs steepest descent on a monotone loss"
    )


@pytest.mark.usefixtures("heeded_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_stopped_goes_on(tmp_path, number):
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "implicitbias", "run", "--norm", "2", "--norm", "1"),
            *("--steps", "1e12", "--out", "o 1", "--log", "job.log", "--quiet"),
        ],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "o 1" / "l2.npz").exists():
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(number)
    shown = process.communicate(timeout=60)[0]
    assert process.returncode == 130, shown
    to_go_on = "To go on: implicitbias run --resume 'o 1/l2.npz' --resume 'o 1/l1.npz'"
    assert to_go_on in shown
    assert to_go_on in (tmp_path / "job.log").read_text()
    stopped = {name: ib.Run.load(tmp_path / "o 1" / f"{name}.npz") for name in ("l2", "l1")}
    assert stopped["l2"].t > 1000
    assert stopped["l1"].t == 0
    assert all(run.until == 10**12 for run in stopped.values())

    goal = stopped["l2"].t + 1000
    options = (word for name in stopped for word in ("--resume", f"o 1/{name}.npz"))
    done = shell("run", *options, "--steps", str(goal), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 runs done in" in done.stdout
    data = ib.datasets.iris_setosa()
    for name, p in (("l2", 2), ("l1", 1)):
        run = ib.Run.load(tmp_path / "o 1" / f"{name}.npz")
        same = ib.Run(data.problem(ib.Exponential()), ib.SteepestDescent(ib.Lp(p))).advance(goal)
        assert_same(run, same)


def test_resumed_runs_end_where_they_were_to_end(command):
    problem = ib.datasets.iris_setosa().problem(ib.Exponential())
    os.mkdir("o")
    for p in (2, 3):
        run = ib.Run(problem, ib.SteepestDescent(ib.Lp(p))).advance(1000)
        run._until = 3000
        run.save(f"o/{p}.npz")
    status, shown, complaint = command("run", "--resume", "o/2.npz", "--resume", "o/3.npz", "--log", "log")
    assert status == 0, complaint
    assert "l2: the margin is still" in shown
    assert ib.Run.load("o/2.npz").t == ib.Run.load("o/3.npz").t == 3000
    assert sorted(os.listdir("o")) == ["2.csv", "2.npz", "3.csv", "3.npz", "margins.png", "table.csv"]
    log = Path("log").read_text()
    assert "INFO" in log
    assert "t = 3,000  log L" in log
    status, shown, _ = command("run", "--resume", "o/2.npz", "--quiet", "--out", "elsewhere")
    assert status == 0
    assert "l2: at t = 3,000 already." in shown
    assert "table.csv" in os.listdir("elsewhere")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("run", "--resume", "."), "resume: expected a run's .npz file, got '.': "),
        (("info", "none.npz"), "file: expected a run's .npz file, got 'none.npz': No such file"),
    ],
)
def test_what_cannot_be_read(command, arguments, complaint):
    status, _, shown = command(*arguments)
    assert status == 2
    assert complaint in " ".join(shown.split())


def test_what_is_on_its_way_is_not_overwritten(command):
    norm = ("--data", "iris_setosa", "--norm", "2")
    os.mkdir("o")
    run = ib.Run(ib.datasets.iris_setosa().problem(ib.Exponential()), ib.SteepestDescent(ib.Lp(2)))
    run.advance(1000)._until = 3000
    run.save("o/l2.npz")
    before = Path("o/l2.npz").read_bytes()
    status, _, complaint = command("run", *norm, *SHORT)
    assert status == 2
    assert "out: o/l2.npz is on its way, at t = 1,000 of 3,000; go on with --resume o/l2.npz" in " ".join(
        complaint.split()
    )
    assert Path("o/l2.npz").read_bytes() == before
    assert command("run", "--resume", "o/l2.npz", "--quiet")[0] == 0
    assert command("run", *norm, *SHORT)[0] == 0  # what has ended is
    assert ib.Run.load("o/l2.npz").t == 100
    Path("o/l2.npz").write_bytes(b"no run")
    assert command("run", *norm, *SHORT)[0] == 0


def test_resuming_one_of_a_kind_leaves_the_other(command):
    norms = ("--norm", "WeightedNorm([1,2,3,4],Lp(2))", "--norm", "WeightedNorm([4,2,3,4],Lp(2))")
    assert command("run", *norms, *SHORT)[0] == 0
    stems = sorted(path.stem for path in Path("o").glob("*.npz"))
    assert len(stems) == 2
    before = Path(f"o/{stems[0]}.csv").read_bytes()
    assert command("run", "--resume", f"o/{stems[1]}.npz", "--steps", "200", "--quiet")[0] == 0
    assert Path(f"o/{stems[0]}.csv").read_bytes() == before
    assert Path(f"o/{stems[1]}.csv").read_text().count("\n200,") == 1
    run = ib.Run.load(f"o/{stems[0]}.npz")
    assert (run.t, run.until) == (100, 100)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ("--resume", "a.npz", "--resume", "a.npz", "--steps", "5"),
            "resume: expected files of different names",
        ),
        (("--resume", "a.npz", "--norm", "2"), "norm: --norm has no effect together with --resume"),
        (("--resume", "a.npz", "--flow"), "flow: --flow has no effect together with --resume"),
        (("--resume", "a.npz"), "steps: expected --steps, since a.npz does not say where it was to end"),
        (
            ("--resume", "none.npz"),
            "resume: expected a run's .npz file, got 'none.npz': No such file or directory",
        ),
        (("--resume", "no.npz"), "no.npz: not a checkpoint"),
        (("--resume", "a.npz", "--resume", "b.npz", "--steps", "5"), "resume: expected runs on one problem"),
        (("--norm", "2"), "out: expected a folder, --out FOLDER"),
        (("--norm", "2", "--out", "o", "--every", "-1"), "every: expected a positive number of seconds"),
        (
            ("--norm", "2", "--out", "o", "--log", "none/log"),
            "log: expected a file to write to, got 'none/log'",
        ),
    ],
)
def test_refused_where_it_cannot_go_on(command, arguments, complaint):
    for name, loss in (("a", ib.Exponential()), ("b", ib.Logistic())):
        ib.Run(ib.datasets.iris_setosa().problem(loss), ib.GradientDescent()).save(f"{name}.npz")
    with open("no.npz", "w") as file:
        file.write("no")
    status, _, shown = command("run", *arguments)
    assert status == 2
    assert shown.startswith(f"error: {complaint}")


def test_info_on_a_checkpoint(command):
    run = ib.Run(ib.datasets.iris_setosa().problem(ib.Exponential()), ib.GradientDescent()).advance(100)
    run.save("run.npz")
    status, shown, _ = command("info", "run.npz")
    assert status == 0
    for word in (
        "150 samples x 4 features, Exponential()",
        "100 of 100",
        f"{run.margin:.5g}",
        ib.__version__,
        ib._core.simd_level(),
        ib._core.eigen_version(),
        np.__version__,
    ):
        assert word in shown
    assert command("info", "none.npz")[0] == 2


def test_what_was_done_to_the_data_is_said(command, tmp_path):
    (tmp_path / "counts.csv").write_text(",c,x,y\n0,0.1,1,0\n1,0.1,2,0\n2,0.1,3,1\n")
    files = ("run", "--data", "counts.csv", "--norm", "2", *SHORT)
    status, shown, _ = command(*files, "--eta", "0.01", "--standardize")
    assert status == 0
    assert "Note: dropped: column 1, which has no name, as the names or numbers of the rows.\n" in shown
    assert "Note: the targets 0 and 1 are kept as real numbers" in shown
    assert "Note: standardized; constant, and now 0: 'c'.\n" in shown
    status, shown, _ = command(*files, "--positive", "1")
    assert status == 0
    assert "Note: encoded: '1' as +1, '0' as -1.\n" in shown


def test_the_former_name_of_standardize(command, tmp_path):
    (tmp_path / "d.csv").write_text("x,y\n5,-1\n7,1\n")
    files = ("run", "--data", "d.csv", "--norm", "2", *SHORT, "--standardise")
    status, shown, complaint = command(*files)
    assert status == 0
    assert "Note: standardized.\n" in shown
    assert complaint == "warning: --standardise is deprecated; write --standardize\n"
