"""Real data sets, and files of one's own."""

import io
import zipfile

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
        ib.datasets.load(flowers, target="color")


def test_csv_with_numbers(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("y, a\n1,0.5\n0,1.5\n\n1,4\n")
    with pytest.warns(ib.DataWarning, match=r"^numbers\.csv: the targets 0 and 1 are kept as real numbers"):
        data = ib.datasets.load(path, target="y", standardize=True, intercept=True)
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
        ("a,b\nx,2\n", r"row 2, column 1 \(a\): expected a finite number, got 'x'"),
        ("a,b\n,2\n", r"row 2, column 1 \(a\): expected a finite number, got ''"),
        ("a,b\n\n1,2\n\nx,2\n", "row 5, column 1"),
        ('"a\nb",c\n1,2\nx,2\n', r"row 4, column 1 \(a\nb\): "),
        ("a,b\n1,2\ninf,2\n", r"row 3, column 1 \(a\): expected a finite number, got 'inf'"),
        ("a,b\n1,2\nNaN,2\n", r"row 3, column 1 \(a\): expected a finite number, got 'NaN'"),
        ("a,b\n1,nan\n", r"row 2, column 2 \(b\): expected a target, got 'nan'"),
        ("a,b\n1, \n", r"row 2, column 2 \(b\): expected a target, got ''"),
        ("b,b\nx,1\n", "bad.csv: expected a name of its own for every column, got 'b' for columns 1 and 2"),
        ("a,b,a,y\n1,2,3,4\n", "got 'a' for columns 1 and 3; rename all but one"),
        ("a,y\n1e-400,1\n", r"row 2, column 1 \(a\): expected 0 or a number that .*, got '1e-400'; rescale"),
        ("a,y\n1,2\n3,-0.04E-350\n", r"row 3, column 2 \(y\): expected 0 or .*, got '-0.04E-350'"),
        ("a,y\n1,2\n\f\n3,4\n", "row 3: expected 2 entries, got 1"),
        ('a,y\n1,2\n""\n3,4\n', "row 3: expected 2 entries, got 1"),
        ("a,y\n1,2\n\f3,4\nx,5\n", r"row 4, column 1 \(a\): expected a finite number, got 'x'"),
        # Thousands and decimal commas make two entries of one.
        ("price,y\n1,234,5\n2,345,6\n", "row 2: expected 2 entries, .* got 3, .*write numbers like 1,234 as"),
        (
            "price,y\n7,234.5,5\n9,345,6\n",
            "row 2: expected 2 entries, .* got 3, .*write numbers like 1,234 as",
        ),
        ("x,y\n\n0,5,1\n0,7,-1\n1,5,1\n", "row 3: expected 2 entries, .* got 3, .*like 1,5 as 1.5"),
        ('price,y\n"1,234",5\n', r"row 2, column 1 \(price\): .*got '1,234'; numbers are to be written like"),
        ("x,price,y\n1,1,234,5\n2,999,6\n", "row 2: expected 3 entries, .* got 4|row 3: expected 4 entries"),
        ('"a";"b"\n1,5;2\n', "bad.csv: expected commas between the entries, got semicolons"),
        ("a\tb\n1\t2\n", "bad.csv: expected commas between the entries, got tabs"),
        ('a,b\n1,2\n3,"4\n5,6\n', "bad.csv, row 4: unexpected end of data"),
        ("a,b\n1," + "2" * 200_000, "bad.csv, row 2: field larger than field limit"),
        ("a,b\n1,2\n3,4,5\n", "bad.csv, row 3: expected 2 entries, got 3"),
        ("a,b\n1,2,3,4\n", "bad.csv, row 2: expected 2 entries, got 4; write .* like 1,5 as 1.5"),
        ("# by hand\na,b\n1,2\n", "bad.csv: expected a header line with names, got the comment '# by hand'"),
        ("y\n1\n", "bad.csv: expected a column of features beside the targets"),
        ("a,,y\n1,2,3\n", "bad.csv: expected a name for every column, got none for column 2"),
        (",a,y\n1.5,2,3\n", "bad.csv: expected a name for every column, got none for column 1"),
        ("a,b\nred,2\n", r"column 1 \(a\): .*got 'red'; categories are to be one-hot encoded"),
    ],
)
def test_bad_csv(tmp_path, text, complaint):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(ib.InvalidValueError, match=complaint):
        ib.datasets.load(path)


def test_a_target_is_a_name(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,y\n1,1\n2,-1\n")
    with pytest.raises(ib.InvalidTypeError, match="^target: expected the name of a column, as a str"):
        ib.datasets.load(path, target=np.array([1, 2]))


def test_missing_labels_do_not_become_negative(tmp_path):
    path = tmp_path / "bad.csv"
    for missing in ("", "nan"):
        path.write_text(f"a,b\n1,yes\n2,{missing}\n")
        with pytest.raises(ib.InvalidValueError, match=r"row 3, column 2 \(b\): expected a target"):
            ib.datasets.load(path, positive="yes")


def test_columns_of_one_name(tmp_path):
    path = tmp_path / "twice.csv"
    path.write_text("y,a,y\n1,2,yes\n3,4,no\n")
    with pytest.raises(ib.InvalidValueError, match=r"^target: .*, got 'y', the name of 2 columns"):
        ib.datasets.load(path, target="y", positive="yes")
    for target in (None, "a"):
        with pytest.raises(
            ib.InvalidValueError, match=r"^twice.csv: .*, got 'y' for columns 1 and 3; rename"
        ):
            ib.datasets.load(path, target=target, positive="yes")


def test_text_in_other_encodings(tmp_path):
    path = tmp_path / "text.csv"
    path.write_bytes(b"\xef\xbb\xbfa,y\r\n1,2\r\n")  # as Excel marks UTF-8
    assert ib.datasets.load(path).features == ("a",)
    path.write_bytes("a,y\n1,2\n".encode("utf-16"))
    with pytest.raises(ib.InvalidValueError, match=r"^text\.csv: expected text in UTF-8"):
        ib.datasets.load(path)


def test_npz(tmp_path):
    np.savez(tmp_path / "data.npz", X=np.array([[1, 2], [3, 4]]), y=np.array([1, -1]))
    data = ib.datasets.load(tmp_path / "data.npz")
    np.testing.assert_array_equal(data.X, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(data.y, [1, -1])
    X = np.arange(8.0).reshape(2, 2, 2)
    np.savez(tmp_path / "matrices.npz", X=X, y=np.array([1, -1]))
    data = ib.datasets.load(tmp_path / "matrices.npz")
    np.testing.assert_array_equal(data.X, X)
    assert data.features == ("x0,0", "x0,1", "x1,0", "x1,1")
    with pytest.raises(ib.InvalidValueError, match="^intercept: expected none for matrices"):
        ib.datasets.load(tmp_path / "matrices.npz", intercept=True)
    np.savez(tmp_path / "names.npz", X=np.eye(2), y=np.array(["yes", "no"]))
    np.testing.assert_array_equal(ib.datasets.load(tmp_path / "names.npz", positive="yes").y, [1, -1])
    with pytest.raises(ib.InvalidValueError, match="^target: expected none"):
        ib.datasets.load(tmp_path / "data.npz", target="y")


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({"X": np.eye(2)}, "expected an NPZ file with arrays X and y"),
        ({"X": np.eye(2), "y": np.array([1, None])}, "expected an NPZ file with arrays X and y"),
        ({"X": np.eye(2), "y": np.ones(3)}, "expected real X"),
        ({"X": np.eye(2, dtype=complex), "y": np.ones(2)}, "expected real X"),
        ({"X": np.ones((0, 2)), "y": np.ones(0)}, "expected real X"),
        ({"X": np.array([[1, 2], [3, np.nan]]), "y": np.ones(2)}, r"X\[1, 1\]: expected a finite number"),
        ({"X": np.eye(2), "y": np.array([1, np.inf])}, r"y\[1\]: expected a target, got 'inf'"),
        ({"X": np.eye(2), "y": np.array(["yes", ""])}, r"y\[1\]: expected a target, got ''"),
    ],
)
def test_npz_with_other_arrays(tmp_path, arrays, complaint):
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(ib.InvalidValueError, match=rf"^bad\.npz.* {complaint}|^bad\.npz, {complaint}"):
        ib.datasets.load(tmp_path / "bad.npz", standardize=True)


def npz_of(X, y):
    file = io.BytesIO()
    np.savez(file, X=X, y=y)
    return file.getvalue()


def npy_of(X):
    file = io.BytesIO()
    np.save(file, X)
    return file.getvalue()


def zip_of(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file.getvalue()


GOOD = npz_of(np.eye(100), np.ones(100))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        npy_of(np.eye(2)),
        GOOD[: len(GOOD) // 2],
        GOOD.replace(b"descr", b"DESCR"),
        # The bit that says that the members are encrypted, in the local and the central headers.
        GOOD.replace(b"PK\3\4\x2d\0\0", b"PK\3\4\x2d\0\1").replace(b"\x2d\x03\x2d\0\0", b"\x2d\x03\x2d\0\1"),
        zip_of(X="text", y="text"),
    ],
    ids=["empty", "text", "npy", "truncated", "damaged", "encrypted", "no arrays"],
)
def test_files_that_are_no_npz(tmp_path, content):
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(ib.InvalidValueError, match=r"^bad\.npz: expected "):
        ib.datasets.load(tmp_path / "bad.npz")


def test_other_files(tmp_path):
    with pytest.raises(ib.InvalidValueError, match=r"^path: expected a file whose name ends.*'data\.xlsx'"):
        ib.datasets.load(tmp_path / "data.xlsx")
    for name in ("missing.csv", "missing.npz"):
        with pytest.raises(ib.InvalidValueError, match=rf"^path: .*{name}' cannot be read \(No such file"):
            ib.datasets.load(tmp_path / name)
    for name in ("folder", "folder.csv", "folder.npz"):
        (tmp_path / name).mkdir()
        with pytest.raises(ib.InvalidValueError, match=rf"^path: expected .* got the folder .*{name}'"):
            ib.datasets.load(tmp_path / name)


def test_data_without_a_header_are_refused(tmp_path):
    path = tmp_path / "iris.data.csv"
    path.write_text("5.1,3.5,setosa\n7.0,3.2,versicolor\n6.3,3.3,virginica\n")
    with pytest.raises(ValueError, match="expected a header line with names, got numbers"):
        ib.datasets.load(path, positive="setosa")
    path.write_text("a,b,y\n1_0,2,1\n")
    with pytest.raises(ValueError, match="expected a finite number, got '1_0'"):
        ib.datasets.load(path)


def test_as_matrices():
    data = ib.datasets.digits_3v8()
    matrices = data.as_matrices(8, 8)
    np.testing.assert_array_equal(matrices.X, data.X.reshape(-1, 8, 8))
    assert matrices.problem(ib.Exponential()).shape == (8, 8)
    assert matrices.features == data.features
    with pytest.raises(ib.InvalidValueError, match="^shape: expected matrices of 64 entries.*, got 8 x 9"):
        matrices.as_matrices(8, 9)


@pytest.mark.parametrize("rows", [0, -2, 2.5, None, True, "2"])
def test_as_matrices_refuses_what_is_no_number_of_rows(rows):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match="^rows: expected an int"):
        ib.datasets.rudin_2004().as_matrices(rows, -4)
