"""Targets that are labels of classes, from files and on the command line."""

import json

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.datasets import load

TEXT = "x1,x2,species\n1,0,ant\n0,1,bee\n-1,-1,cat\n2,0.5,ant\n0,3,bee\n-2,-1,cat\n"


@pytest.fixture
def insects(tmp_path):
    path = tmp_path / "insects.csv"
    path.write_text(TEXT)
    return path


def test_labels_are_kept(insects, tmp_path):
    dataset = load(insects, classes=True)
    assert dataset.y.tolist() == ["ant", "bee", "cat"] * 2
    assert dataset.classification
    assert dataset.notes == ("3 classes",)
    assert dataset.separability().kind == "complete"
    assert repr(dataset) == "Dataset('insects', X of shape (6, 2), 3 classes; 3 classes)"
    assert dataset.problem(ib.PairwiseLogistic()).classes.tolist() == ["ant", "bee", "cat"]
    with pytest.raises(ib.InvalidTypeError, match=r"write Problem\(X, y, CrossEntropy\(\)\) for labels of 3"):
        dataset.problem(ib.Logistic())
    numbered = tmp_path / "numbered.csv"
    numbered.write_text(TEXT.replace("ant", "7").replace("bee", "-1.0").replace("cat", "3"))
    whole = load(numbered, classes=True)
    assert whole.y.dtype.kind == "i"
    assert whole.y[:3].tolist() == [7, -1, 3]
    numbered.write_text(TEXT.replace("ant", "").replace("bee", "-1.0"))
    with pytest.raises(ib.InvalidValueError, match=r"expected a target, got ''"):
        load(numbered, classes=True)


def test_labels_that_are_one_number_are_one_class(tmp_path):
    path = tmp_path / "halves.csv"
    path.write_text("x,y\n1,0.5\n2,1\n3,1.0\n4,.5\n5,1e0\n6,one\n")
    assert load(path, classes=True).y.tolist() == ["0.5", "1", "1", "0.5", "1", "one"]
    path.write_text("x,y\n1,1e-400\n2,0\n3,1.00000000000000000001\n4,1\n5,0.0\n")
    assert load(path, classes=True).y.tolist() == ["1e-400", "0", "1.00000000000000000001", "1", "0"]


def test_queries_of_svmlight_files_are_dropped_with_a_word(tmp_path):
    path = tmp_path / "ranked.svm"
    path.write_text("\ufeff1\tqid:3\t1:1 2:2\n-1 qid:4 1:3 # a remark on qid:4\n")
    with pytest.warns(ib.DataWarning, match=r"dropped: the queries \(qid\)"):
        dataset = load(path)
    assert dataset.features == ("x1", "x2")
    path.write_text("1 1:1 2:2\n-1 1:3 # a remark on qid:4\n")
    assert load(path).notes == ()


def test_all_labels_or_one(insects):
    with pytest.raises(ib.InvalidValueError, match="^positive: expected none beside classes"):
        load(insects, classes=True, positive="ant")
    with pytest.raises(ib.InvalidTypeError, match="^classes: expected True or False"):
        load(insects, classes="species")
    with pytest.raises(ib.InvalidValueError, match=r"`classes` \(.* CrossEntropy\) keeps them all"):
        load(insects)


def test_the_command_line_takes_a_multiclass_loss(insects, command):
    arguments = ("--data", str(insects), "--loss", "CrossEntropy", "--norm", "2", "--norm", "schatten(inf)")
    status, shown, complaint = command("run", *arguments, "--steps", "2000", "--out", "o", "--json")
    assert status == 0, complaint
    found = json.loads(shown)
    assert found["problem"]["classes"] == ["ant", "bee", "cat"]
    assert found["problem"]["shape"] == [3, 2]
    for line in found["runs"]:
        assert line["verdict"] == "holds"
        assert (
            line["bracket"]["lower"] <= line["oracle"] * (1 + 1e-8) <= line["bracket"]["upper"] * (1 + 2e-8)
        )
    run = ib.Run.load("o/l2.npz")
    np.testing.assert_array_equal(run.problem.classes, ["ant", "bee", "cat"])
    status, shown, _ = command("info", "o/l2.npz")
    assert status == 0
    assert "6 samples x 2 features, 3 classes, CrossEntropy()" in shown
    assert command("run", "--resume", "o/l2.npz", "--steps", "3000", "--out", "o")[0] == 0


def test_labels_for_a_loss_of_two(insects, command):
    status, _, complaint = command("run", "--data", str(insects), "--out", "o")
    assert status == 2
    assert "expected numeric targets" in complaint
    # One class against the others, as two.
    two = ("--positive", "ant", "--loss", "CrossEntropy", "--steps", "10")
    assert command("run", "--data", str(insects), *two, "--out", "o")[0] == 0
