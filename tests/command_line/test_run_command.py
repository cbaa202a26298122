"""``implicitbias run``: what it reaches, and what it writes."""

import csv
import os

import numpy as np
import pytest

import implicitbias as ib
from shell import POINTS, SHORT, shell


def test_four_norms_by_default(tmp_path):
    done = shell("run", "--out", "o", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for word in ("iris_setosa", "l1", "l4/3", "l2", "linf", "margins.png"):
        assert word in done.stdout
    assert done.stdout.count("holds") == 4
    assert (tmp_path / "o" / "margins.png").stat().st_size > 20000


def test_run_writes_what_it_says(tmp_path):
    done = shell("run", "--norm", "4/3", "--norm", "2", "--steps", "1e4", "--out", "here", cwd=tmp_path)
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
        *("--loss", "logistic", "--out", "o"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "holds" in done.stdout


def test_squared_loss(tmp_path):
    (tmp_path / "points.csv").write_text(POINTS)
    done = shell(
        *("run", "--data", "points.csv", "--loss", "squared", "--eta", ".05", "--norm", "4/3", "--norm", "2"),
        *("--steps", "5000", "--out", "o"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "no claim" in done.stdout
    assert "Example 4" in done.stdout
    assert "holds" in done.stdout
    assert (tmp_path / "o" / "residuals.png").exists()


@pytest.mark.parametrize(
    ("text", "steps"), [("1e2", 100), ("1_00", 100), (" 100.0", 100), ("9007199254740993", 2**53 + 1)]
)
def test_numbers_of_steps(command, monkeypatch, text, steps):
    taken = []
    monkeypatch.setattr(ib.Run, "advance", lambda run, count, **options: taken.append(count))
    assert command("run", "--norm", "2", "--steps", text, "--out", "o")[0] == 0
    assert taken == [steps]


def test_ties_may_be_given_where_l1_is_among_the_norms(command):
    status, _, shown = command("run", "--norm", "1", "--norm", "2", "--ties", "average", *SHORT)
    assert status == 0, shown
    assert ib.Run.load("o/l1.npz").method.ties == "average"


def test_names_are_printed_as_they_are(command, tmp_path):
    (tmp_path / "[red]:x:[b].csv").write_text("a,b,label\n1,2,[b]\n2,1.5,[b]\n-1,-1,[/i]\n-2,-3,[/i]\n")
    arguments = ("run", "--data", "[red]:x:[b].csv", "--norm", "2", "--steps", "100")
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


def test_adaboost_is_reachable(command):
    status, shown, complaint = command(
        *("run", "--data", "rudin_2004", "--norm", "1", "--step", "ExactLineSearch()", "--steps", "1e4"),
        *("--out", "o"),
    )
    assert status == 0, complaint
    assert "ExactLineSearch(shrinkage=1.0)" in shown
    with open("o/table.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["verdict"] == "hypothesis fails"
    assert abs(float(row["margin"]) - 1 / 3) < 1e-3
    assert abs(float(row["oracle"]) - 3 / 8) < 1e-7


def test_constraints_on_monotone_losses(command):
    asked = ["NonNegative", "Box(-1, inf)", "Ball(Lp(1), 3/2)"]
    methods = [("--method", f"MirrorDescent(Euclidean, constraint={each})") for each in asked]
    status, _, complaint = command(
        *("run", "--data", "rudin_2004", "--eta", "0.1", "--steps", "1000", "--out", "o"),
        *(part for each in methods for part in each),
    )
    assert status == 0, complaint
    with open("o/table.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    inside = ["NonNegative", "Box(-1, inf)", "Ball(l1, 1.5)"]
    assert [row["method"] for row in rows] == [f"MirrorDescent(Euclidean, {each})" for each in inside]
    assert [row["verdict"] == "no claim" for row in rows] == [False, False, True]
    assert all(float(row["margin"]) > 0 for row in rows)


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
        *("--out", "o"),
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
        *("run", "--data", "iris_setosa", "--eta", "0.1", "--steps", "1e5", "--out", "o"),
        *("--method", "AdaGrad(10)", "--method", "AdaGrad(1e6)"),
    )
    assert status == 0, complaint
    shown = " ".join(shown.split())
    assert shown.count("no claim") == 2
    assert "Theorem 6 hypothesis fails: it assumes that (eta / 2) B^2 L(w0) < 1" in shown  # G0 = 10
    assert "Theorem 6 holds: G(t) has stayed within its bound up to t = 100000" in shown  # G0 = 10^6
    assert shown.count("Later than the paper, Qian & Qian (2019) not yet converged") == 2


def test_what_deep_learning_trains_with(command):
    status, shown, complaint = command(
        *("run", "--data", "iris_setosa", "--eta", "0.01", *SHORT),
        *("--method", "adam", "--method", "Adam(eps=0)", "--method", "Signum(0.5)", "--method", "Lion"),
        *("--method", "GradientDescent(EMA(0.9))", "--method", "SteepestDescent(Lp(2), weight_decay=0.1)"),
    )
    assert status == 0, complaint
    assert "no claim" not in shown
    for name in ("Adam", "Adam_eps_0", "linf_momentum_0.5", "Lion", "l2_momentum_0.9", "l2_weight_decay_0.1"):
        assert ib.Run.load(f"o/{name}.npz").t == 100
    shown = " ".join(shown.split())
    assert "the largest derivative is" in shown  # Adam with eps > 0
    assert "linf (momentum 0.5), Lion, l2 (weight decay 0.1): it assumes that the lengths of" in shown


def test_matrices_and_muon(command):
    status, _, complaint = command(
        *("run", "--data", "iris_setosa", "--shape", "2x2", "--eta", "0.01", *SHORT),
        *("--method", "Muon", "--method", "Muon(0.9, False, 'newton-schulz')"),
    )
    assert status == 0, complaint
    assert ib.Run.load("o/spectral_Nesterov_momentum_0.95.npz").method == ib.Muon()


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
        *("--method", "MirrorDescent(Entropy)"),
    )
    assert status == 0
    assert "2-cycle" in shown
    assert "hypothesis fails" in " ".join(shown.split())


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
        ties = "first" if norm.strictly_convex else "average"  # one step is steepest there: none ties
        assert run.method == ib.SteepestDescent(norm, ties)
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
    arguments = ("--data", "mine.npz", "--steps", "1e5", "--out", "o")
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
