"""Files of data as other programs write them: read exactly, or refused with the place of what is wrong."""

import gzip
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import implicitbias as ib
from implicitbias.datasets import load
from implicitbias.datasets.entries import MISSING
from implicitbias.datasets.text_table import read_text_table

# What was written is what is read.

# Any text, with all that CSV must quote; spaces around a name are not part of it.
names = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(',"\n\t;'), max_size=8)
    .map(str.strip)
    .filter(lambda name: name and not name.startswith("Unnamed") and not is_number(name))
)
labels = names.filter(lambda text: text not in MISSING)
columns = {
    "floats": st.floats(allow_nan=False, allow_infinity=False),
    "ends": st.sampled_from([1.7976931348623157e308, -1e308, 5e-324, 2.2250738585072014e-308, -0.0, 0.3]),
    "integers": st.integers(-(2**53), 2**53),
}


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@st.composite
def frames(draw):
    n = draw(st.integers(2, 6))
    header = draw(st.lists(names, min_size=2, max_size=5, unique=True))
    kinds = draw(st.lists(st.sampled_from([*columns]), min_size=len(header) - 1, max_size=len(header) - 1))
    data = {
        name: draw(st.lists(columns[kind], min_size=n, max_size=n))
        for name, kind in zip(header[:-1], kinds, strict=True)
    }
    data[header[-1]] = draw(st.lists(labels, min_size=n, max_size=n))
    return pd.DataFrame(data)


def as_csv(frame, path, index):
    frame.to_csv(path, index=index)


def as_tsv(frame, path, index):
    frame.to_csv(path, index=index, sep="\t")


def as_gzip(frame, path, index):
    path.write_bytes(gzip.compress(frame.to_csv(index=index).encode()))


def as_parquet(frame, path, index):
    (frame.set_axis([f"row {i}" for i in range(len(frame))]) if index else frame).to_parquet(path)


WRITERS = {
    "d.csv": as_csv,
    "d.tsv": as_tsv,
    "D.CSV.GZ": as_gzip,
    "d.csv.bz2": as_csv,
    "d.tsv.xz": as_tsv,
    "d.csv.zip": as_csv,
    "d.parquet": as_parquet,
}


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(frame=frames(), file=st.sampled_from([*WRITERS]), index=st.booleans(), data=st.data())
def test_what_pandas_writes_is_read_exactly(frame, file, index, data, tmp_path):
    *features, target = frame.columns
    WRITERS[file](frame, tmp_path / file, index)
    positive = data.draw(st.sampled_from(frame[target].tolist()))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read = load(tmp_path / file, positive=positive)
    assert len(caught) == index  # the row numbers
    assert read.features == tuple(features)
    np.testing.assert_array_equal(read.X, frame[features].to_numpy(float))
    np.testing.assert_array_equal(read.y, np.where(frame[target] == positive, 1.0, -1))


def load_quietly(path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ib.DataWarning)
        return load(path, **options)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data(), n=st.integers(1, 5), d=st.integers(1, 4))
def test_arrays_and_sparse_files_are_read_exactly(data, n, d, tmp_path):
    entries = st.one_of(*columns.values())
    rows = st.lists(entries, min_size=d, max_size=d)
    X = np.array(data.draw(st.lists(rows, min_size=n, max_size=n)), dtype=float)
    y = np.array(data.draw(st.lists(entries, min_size=n, max_size=n)), dtype=float)
    np.savez(tmp_path / "d.npz", X=X, y=y)
    np.save(tmp_path / "d.npy", np.column_stack([X, y]))
    lines = []
    for target, row in zip([*y.tolist(), 3], [*X.tolist(), [1] * d], strict=True):
        nonzero = " ".join(f"{j}:{x!r}" for j, x in enumerate(row, 1) if x)
        lines.append(f"{target!r} {nonzero}  # a comment")
    (tmp_path / "d.svm.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    for read in (load_quietly(tmp_path / "d.npz"), load_quietly(tmp_path / "d.npy", target="-1")):
        np.testing.assert_array_equal(read.X, X)
        np.testing.assert_array_equal(read.y, y)
    sparse = load_quietly(tmp_path / "d.svm.gz")
    assert scipy.sparse.issparse(sparse.X)
    np.testing.assert_array_equal(sparse.X.toarray()[:-1], X)
    np.testing.assert_array_equal(sparse.y[:-1], y)
    assert sparse.features == tuple(f"x{j}" for j in range(1, d + 1))


@given(st.lists(st.sampled_from(["\n", "1,2\n", '"a\nb",2\n', " \t\n", "3,4\r\n", "\f3,\v4\n"]), max_size=6))
def test_the_row_is_the_line_of_the_file(records):
    before = "x,y\n" + "".join(record.replace("a\nb", "5\n") for record in records)
    lines = before.count("\n") + 1
    with pytest.raises(ib.InvalidValueError, match=rf"^d\.csv, row {lines}, column 1 \(x\): .*got 'bad'"):
        read_text_table("d.csv", (before + "bad,1\n").encode(), ",", None)


# What is missing.


@pytest.mark.parametrize("missing", sorted(MISSING))
@pytest.mark.parametrize("kind", ["d.csv", "d.tsv"])
def test_missing_entries_are_refused(write, missing, kind):
    mark = "," if kind == "d.csv" else "\t"
    text = f"a,b,y\n1,2,yes\n3,4,{missing}\n-1,2,no\n".replace(",", mark)
    with pytest.raises(ib.InvalidValueError, match=r"^d\..sv, row 3, column 3 \(y\): expected a target, got"):
        load(write(kind, text), positive="yes")
    text = f"a,b,y\n1,2,yes\n3, {missing},no\n".replace(",", mark)
    with pytest.raises(ib.InvalidValueError, match=r"^d\..sv, row 3, column 2 \(b\): expected a finite"):
        load(write(kind, text), positive="yes")


@pytest.mark.parametrize(
    ("frame", "place"),
    [
        ({"x": [1.0, None], "y": ["a", "b"]}, r"row 1 \(from 0\), column 1 \(x\): .*got 'nan'"),
        ({"x": pd.array([1, None], "Int64"), "y": ["a", "b"]}, r"row 1 .*column 1 \(x\)"),
        ({"x": [1.0, 2], "y": ["a", None]}, r"row 1 .*column 2 \(y\): expected a target"),
        ({"x": [1.0, 2], "y": pd.Categorical(["a", None])}, r"row 1 .*column 2 \(y\): expected a target"),
        ({"x": [1.0, 2], "y": pd.to_datetime(["2020-01-01", None])}, r"row 1 .*column 2 \(y\)"),
        ({"x": pd.to_datetime(["2020-01-01"] * 2), "y": ["a", "b"]}, r"row 0 .*column 1 \(x\): .*got '2020"),
        ({"x": [True, None], "y": ["a", "b"]}, r"row 1 .*column 1 \(x\): .*got 'None'"),
        ({"x": ["red", "1"], "y": ["a", "b"]}, r"row 0 .*column 1 \(x\): .*got 'red'; categories"),
    ],
)
def test_missing_entries_of_parquet_files(tmp_path, frame, place):
    pd.DataFrame(frame).to_parquet(tmp_path / "d.parquet")
    with pytest.raises(ib.InvalidValueError, match=rf"^d\.parquet, {place}"):
        load(tmp_path / "d.parquet", positive="a")


def test_without_an_engine_for_parquet(tmp_path, monkeypatch):
    pd.DataFrame({"x": [1, 2], "y": [1, -1]}).to_parquet(tmp_path / "d.parquet")
    for engine in ("pyarrow", "fastparquet"):
        monkeypatch.setitem(sys.modules, engine, None)
    with pytest.raises(ib.InvalidValueError, match=r"^path: 'd\.parquet' is a Parquet.*pip install pyarrow"):
        load(tmp_path / "d.parquet")


# Row numbers.


@pytest.mark.parametrize(
    "text",
    [
        ",x,y\n0,1,-1\n1,1,-1\n2,1,1\n3,1,1\n",  # pandas
        '"","x","y"\n"1",1,-1\n"2",1,-1\n"3",1,1\n"4",1,1\n',  # R's write.csv
        '"x","y"\n"1",1,-1\n"2",1,-1\n"3",1,1\n"4",1,1\n',  # R's write.table
        "x,y\nMazda,1,-1\nFord,1,-1\nDatsun,1,1\nFiat,1,1\n",
        "x,y\n1,1,-1\n2,1,-1\n3,1,1\n4,1,1\n",  # write.table(quote=FALSE)
        'x,y\n"17",1,-1\n"3",1,-1\n"8",1,1\n"4",1,1\n',
        "Unnamed: 0,x,y\n7,1,-1\n5,1,-1\n5,1,1\n3,1,1\n",  # pandas, twice
    ],
)
def test_row_numbers_are_no_feature(write, text):
    with pytest.warns(ib.DataWarning, match=r"^d\.csv: dropped: column 1, which has no name"):
        data = load(write("d.csv", text))
    assert data.features == ("x",)
    np.testing.assert_array_equal(data.X, np.ones((4, 1)))
    np.testing.assert_array_equal(data.y, [-1, -1, 1, 1])
    assert not data.separability().separable
    assert "dropped: column 1" in repr(data)


def test_a_table_of_pandas_without_names_of_its_own(tmp_path):
    frame = pd.DataFrame(np.arange(6.0).reshape(2, 3)).assign(y=[1, -1])
    frame.to_csv(tmp_path / "d.csv")
    with pytest.warns(ib.DataWarning, match="column 1"):
        data = load(tmp_path / "d.csv")
    np.testing.assert_array_equal(data.X, frame[[0, 1, 2]])
    frame.to_csv(tmp_path / "d.csv", index=False)  # 0,1,2,y might be a sample, too
    with pytest.raises(ib.InvalidValueError, match="expected a header line with names, got numbers"):
        load(tmp_path / "d.csv")


def test_a_named_index_of_a_parquet_file(tmp_path):
    frame = pd.DataFrame({"id": [5, 6], "x": [1.0, 2.0], "y": [1, -1]}).set_index("id")
    frame.to_parquet(tmp_path / "d.parquet")
    with pytest.warns(ib.DataWarning, match=r"^d\.parquet: dropped: the index 'id'"):
        assert load(tmp_path / "d.parquet").features == ("x",)


# Integers that float64 cannot hold.


# Labels.


@pytest.mark.parametrize(("low", "high"), [("0", "1"), ("1", "2"), ("0.0", "1.0"), ("-1", "0"), ("3", "10")])
def test_two_values_do_not_become_a_regression_in_silence(write, low, high):
    path = write("d.csv", f"x,y\n1,{low}\n2,{high}\n3,{high}\n")
    with pytest.warns(ib.DataWarning, match=rf"the targets {low} and {high} .*positive=\"{high}\" makes"):
        data = load(path)
    assert not data.classification
    np.testing.assert_array_equal(data.y, [float(low), float(high), float(high)])
    if float(high) - float(low) == 1:
        with pytest.warns(ib.DataWarning, match="kept as real numbers"):
            load(write("two.csv", f"x,y\n1,{low}\n2,{high}\n"))
    data = load(path, positive=high)
    assert data.classification
    np.testing.assert_array_equal(data.y, [-1, 1, 1])
    assert data.notes == (f"encoded: {high!r} as +1, {low!r} as -1",)


def test_truths_are_numbers(write, tmp_path):
    text = "a,b,y\nTrue,1,1\nFalse,2,-1\n"
    pd.DataFrame({"a": [True, False], "b": [1, 2], "y": [1, -1]}).to_parquet(tmp_path / "d.parquet")
    for path in (write("d.csv", text), write("r.csv", text.upper()), tmp_path / "d.parquet"):
        data = load(path)
        np.testing.assert_array_equal(data.X, [[1, 1], [0, 2]])
        assert data.notes[0].casefold() == "encoded: true as 1, false as 0, in 'a'"


def test_positive_may_be_a_number(write):
    path = write("d.csv", "x,y\n1,0\n2,1\n")
    np.testing.assert_array_equal(load(path, positive=1).y, [-1, 1])
    with pytest.raises(ib.InvalidTypeError, match="^positive: expected a label"):
        load(path, positive=["1"])


# Other files.


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zip"])
@pytest.mark.parametrize("content", [b"a,y\n1,1\n", b"\x1f\x8b\x08\0", b"BZh91AY", b"\xfd7zXZ\0", b"PK\3\4"])
def test_damaged_archives(write, ending, content):
    with pytest.raises(ib.InvalidValueError, match=rf"^d\.csv{ending}: expected a {ending} file"):
        load(write(f"d.csv{ending}", content))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "expected lines such as|expected samples"),
        ("yes 1:2\n", "expected lines such as"),
        ("1 1:2 1:3\n", "expected lines such as"),
        ("1\n-1\n", "expected lines such as|expected samples"),
        ("1 1:nan\n", r"sample 0 \(from 0\), feature 1: expected a finite number"),
        ("1 1:1\nnan 2:1\n", r"sample 1 \(from 0\): expected a target, got 'nan'"),
        ("1 2:1\n\n-1 3:1 7:inf\n", r"sample 1 \(from 0\), feature 7: expected a finite number"),
    ],
)
def test_bad_svmlight_files(write, text, complaint):
    with pytest.raises(ib.InvalidValueError, match=rf"^d\.svm[:,] ({complaint})"):
        load(write("d.svm", text))


def test_sparse_samples(write):
    data = load(write("d.svmlight", "2 0:1.5 4:2\n1 2:-1\n"), positive="2", intercept=True)
    np.testing.assert_array_equal(data.X.toarray(), [[1.5, 0, 0, 0, 2, 1], [0, 0, -1, 0, 0, 1]])
    assert data.features == ("x0", "x1", "x2", "x3", "x4", "intercept")
    assert data.separability().separable
    assert repr(data).startswith("Dataset('d', sparse X of shape (2, 6), 1 positive")
    with pytest.raises(ib.InvalidValueError, match="^shape: expected dense samples"):
        data.as_matrices(2, 3)
    with pytest.raises(ib.InvalidValueError, match="^standardize: expected False for sparse samples"):
        load(write("d.svmlight", "2 0:1.5 4:2\n1 2:-1\n"), positive="2", standardize=True)


def test_a_matrix_needs_a_target(tmp_path):
    np.save(tmp_path / "d.npy", np.eye(3))
    for target in (None, "y", "3", "-4", "1.0"):
        with pytest.raises(ib.InvalidValueError, match="^target: expected the number of the column.*0 to 2"):
            load(tmp_path / "d.npy", target=target)
    np.save(tmp_path / "d.npy", np.ones(3))
    with pytest.raises(ib.InvalidValueError, match=r"^d\.npy: expected a real matrix.*numpy\.savez"):
        load(tmp_path / "d.npy", target="0")
    (tmp_path / "d.npy").write_bytes(b"text")
    with pytest.raises(ib.InvalidValueError, match=r"^d\.npy: expected a matrix as numpy\.save writes it"):
        load(tmp_path / "d.npy", target="0")


def test_a_parquet_file_that_is_none(write):
    with pytest.raises(ib.InvalidValueError, match=r"^d\.parquet: expected a Parquet file"):
        load(write("d.parquet", "text"))


def test_texts_in_bytes_are_texts(tmp_path):
    pd.DataFrame({"a": [b"1.5", b"2"], "y": [b"u", b"v"]}).to_parquet(tmp_path / "old.parquet")
    np.savez(tmp_path / "old.npz", X=[[1.5], [2.0]], y=np.array([b"u", b"v"]))
    for file in ("old.parquet", "old.npz"):
        data = load(tmp_path / file, positive="u")
        assert (data.X.tolist(), data.y.tolist()) == ([[1.5], [2.0]], [1.0, -1.0])


def test_long_doubles_beyond_float64_are_refused_without_a_warning(tmp_path):
    np.savez(tmp_path / "long.npz", X=np.array([[np.longdouble(2) ** 2000]]), y=[1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ib.InvalidValueError, match="a finite number"):
            load(tmp_path / "long.npz")


def test_features_of_which_no_vector_fits_in_memory(write):
    with pytest.raises(ib.InvalidValueError, match="feature 2000000000; number those that occur anew"):
        load(write("hashed.svm", "1 2000000000:1\n-1 2:1\n"))


@pytest.mark.parametrize("entry", ["12%", "2020-01-01", '"1,5"'])
def test_the_hint_fits_the_entry(write, entry):
    with pytest.raises(ib.InvalidValueError, match="numbers are to be written like 1234.5"):
        load(write("a.csv", f"a,y\n{entry},1\n2,-1\n"))


def test_other_separators_and_encodings_come_with_advice(write):
    with pytest.raises(ib.InvalidValueError, match=r"semicolons; pandas.read_csv\(path, sep=';'\)"):
        load(write("a.csv", "a;y\n1,5;1\n2;-1\n"))
    with pytest.raises(ib.InvalidValueError, match="save it as UTF-8"):
        load(write("a.csv", "\xe4,y\n1,1\n2,-1\n".encode("latin-1")))
