"""Numbers in files are read as they stand: none is rounded, and none becomes 0."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import implicitbias as ib
from implicitbias.datasets import load
from implicitbias.datasets.entries import numbers

LARGE = 2**53 + 1


def test_integers_are_not_rounded(write, tmp_path):
    pd.DataFrame({"id": [1, LARGE], "y": [1, -1]}).to_parquet(tmp_path / "d.parquet")
    np.savez(tmp_path / "d.npz", X=np.array([[1, 2], [3, LARGE]]), y=[1, -1])
    np.savez(tmp_path / "y.npz", X=np.eye(2), y=np.array([LARGE, 1]))
    np.save(tmp_path / "d.npy", np.array([[1, 1], [LARGE, 0]], dtype=np.uint64))
    csv = write("d.csv", f"id,y\n1,1\n{LARGE},-1\n")
    target = write("y.csv", f"x,y\n1,1\n2,-{LARGE}\n")
    mixed = write("mixed.csv", f"id,y\n0.5,1\n+{LARGE},-1\n")
    svm = write("d.svm", f"1 1:5\n\n-1 2:{LARGE}\n")
    for path, options, place in [
        (csv, {}, r"d\.csv, row 3, column 1 \(id\)"),
        (target, {}, r"y\.csv, row 3, column 2 \(y\)"),
        (mixed, {}, r"mixed\.csv, row 3, column 1 \(id\)"),
        (tmp_path / "d.parquet", {}, r"d\.parquet, row 1 \(from 0\), column 1 \(id\)"),
        (tmp_path / "d.npz", {}, r"d\.npz, X\[1, 1\]"),
        (tmp_path / "y.npz", {}, r"y\.npz, y\[0\]"),
        (tmp_path / "d.npy", {"target": "1"}, r"d\.npy, \[1, 0\]"),
        (svm, {}, r"d\.svm, row 3, feature 2"),
    ]:
        with pytest.raises(ib.InvalidValueError, match=rf"^{place}: .*{LARGE}, .*subtract an offset"):
            load(path, **options)


def test_numbers_do_not_become_0(write, tmp_path):
    tiny = [np.longdouble("1e-400"), 1]
    if tiny[0]:  # where long doubles are longer
        np.savez(tmp_path / "d.npz", X=np.array([tiny, tiny]), y=[1, -1])
        with pytest.raises(ib.InvalidValueError, match=r"^d\.npz, X\[0, 0\]: expected 0 or .*got '1e-400'"):
            load(tmp_path / "d.npz")
    for number in ("1e-400", "-2.5E-4000", "0." + 350 * "0" + "1"):
        for text, place in [
            (f"1 1:5\n-1 2:{number}\n", "row 2, feature 2"),
            (f"{number} 1:5\n", "row 1, the"),
        ]:
            with pytest.raises(ib.InvalidValueError, match=rf"^d\.svm, {place}.*: expected 0 or .*; rescale"):
                load(write("d.svm", text))
    for number in ("0e-400", "-0.0", "5e-324", "00.000e5", "0" * 400):
        assert load(write("d.csv", f"x,y\n{number},1\n1,-1\n")).X[0, 0] == float(number)
        assert load(write("d.svm", f"1 1:{number}\n-1 1:3\n")).X[0, 0] == float(number)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1_0 1:5\n-1 2:3\n", "row 1, the target"),
        ("1 1:5\n-1 2:3_0\n", "row 2, feature 2"),
        ("1 1:5\n-1 1_0:3\n", "row 2: expected a feature's number, got '1_0'"),
    ],
)
def test_underscores_are_no_digits(write, text, place):
    with pytest.raises(ib.InvalidValueError, match=rf"^d\.svm, {place}"):
        load(write("d.svm", text))


@given(st.integers(-(2**80), 2**80))
def test_the_integers_that_are_doubles_are_read(value):
    exact = Fraction(value) == Fraction(float(value))
    forms = [np.array([str(value)], dtype=object)]
    forms += [np.array([value], dtype=kind) for kind in (np.int64, np.uint64) if fits(value, kind)]
    for form in forms:
        if exact:
            assert numbers(form, str)[0] == value
        else:
            with pytest.raises(ib.InvalidValueError, match="subtract an offset"):
                numbers(form, str)


def fits(value, kind):
    return np.iinfo(kind).min <= value <= np.iinfo(kind).max


def test_long_integers_as_labels_stay_apart(write):
    path = write("d.csv", f"x,y\n1,{2**53}\n2,{LARGE}\n")
    np.testing.assert_array_equal(load(path, positive=str(LARGE)).y, [-1, 1])
