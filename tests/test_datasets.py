"""Real data sets, and files of one's own."""

import numpy as np
import pytest

import implicitbias as ib


@pytest.mark.parametrize(
    ("build", "shape", "positive"),
    [
        (ib.datasets.iris_setosa, (150, 4), 50),
        (ib.datasets.digits_3v8, (357, 64), 183),
        (lambda **options: ib.datasets.breast_cancer(**{"intercept": False} | options), (569, 30), 357),
    ],
)
def test_built_in(build, shape, positive):
    data = build()
    assert data.X.shape == shape
    assert np.count_nonzero(data.y == 1) == positive
    assert set(data.y) == {-1.0, 1.0}
    np.testing.assert_allclose(data.X.mean(axis=0), 0, atol=1e-12)
    scale = data.X.std(axis=0)
    np.testing.assert_allclose(scale[scale > 0], 1)
    assert len(data.features) == shape[1]
    extended = build(intercept=True)
    np.testing.assert_array_equal(extended.X, np.column_stack([data.X, np.ones(shape[0])]))
    assert extended.features[-1] == "intercept"
    assert data.problem(ib.Exponential()).shape == shape[1:]


@pytest.fixture
def flowers(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text("length,width,kind\n1,2,setosa\n3,4,other\n5,9,other\n")
    return path


def test_csv_with_named_labels(flowers):
    data = ib.datasets.load(flowers, positive="setosa")
    np.testing.assert_array_equal(data.X, [[1, 2], [3, 4], [5, 9]])
    np.testing.assert_array_equal(data.y, [1, -1, -1])
    assert (data.name, data.features) == ("flowers", ("length", "width"))
    with pytest.raises(ValueError, match=r"expected numeric targets, got \['other', 'setosa'\]"):
        ib.datasets.load(flowers)
    with pytest.raises(ValueError, match="^positive: expected one of"):
        ib.datasets.load(flowers, positive="rose")
    with pytest.raises(ValueError, match="^target: expected one of"):
        ib.datasets.load(flowers, target="colour")


def test_csv_with_numbers(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("y, a\n1,0.5\n0,1.5\n\n1,4\n")
    data = ib.datasets.load(path, target="y", standardise=True, intercept=True)
    np.testing.assert_array_equal(data.y, [1, 0, 1])
    np.testing.assert_allclose(data.X[:, 0], (np.array([0.5, 1.5, 4]) - 2) / np.std([0.5, 1.5, 4]))
    np.testing.assert_array_equal(data.X[:, 1], 1)
    np.testing.assert_array_equal(ib.datasets.load(path, target="y", positive="1.0").y, [1, -1, 1])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "expected a header line and data"),
        ("a,b\n", "expected a header line and data"),
        ("1,2\n3,4\n", "expected a header line with names"),
        ("a,b\n1,2\n3\n", "row 3: expected 2 entries, got 1"),
        ("a,b\nx,2\n", "row 2, a: expected a number, got 'x'"),
        ("a,b\n,2\n", "row 2, a: expected a number, got ''"),
    ],
)
def test_bad_csv(tmp_path, text, complaint):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(ib.InvalidValueError, match=complaint):
        ib.datasets.load(path)


def test_npz(tmp_path):
    np.savez(tmp_path / "data.npz", X=np.array([[1, 2], [3, 4]]), y=np.array([1, -1]))
    data = ib.datasets.load(tmp_path / "data.npz")
    np.testing.assert_array_equal(data.X, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(data.y, [1, -1])
    np.savez(tmp_path / "names.npz", X=np.eye(2), y=np.array(["yes", "no"]))
    np.testing.assert_array_equal(ib.datasets.load(tmp_path / "names.npz", positive="yes").y, [1, -1])
    for bad in (
        {"X": np.eye(2)},
        {"X": np.eye(2), "y": np.ones(3)},
        {"X": np.eye(2, dtype=complex), "y": np.ones(2)},
    ):
        np.savez(tmp_path / "bad.npz", **bad)
        with pytest.raises(ib.InvalidValueError, match="expected"):
            ib.datasets.load(tmp_path / "bad.npz")
    (tmp_path / "bad.npz").write_text("no archive")
    with pytest.raises(ib.InvalidValueError, match="expected an NPZ file"):
        ib.datasets.load(tmp_path / "bad.npz")


def test_other_files(tmp_path):
    with pytest.raises(ib.InvalidValueError, match=r"^path: expected a \.csv or \.npz file"):
        ib.datasets.load(tmp_path / "data.xlsx")
    with pytest.raises(FileNotFoundError):
        ib.datasets.load(tmp_path / "missing.csv")
