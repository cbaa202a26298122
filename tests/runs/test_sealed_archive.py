"""Files that were damaged, or made to do harm, are refused; what is refused costs nothing."""

import io
import os
import tracemalloc
import zipfile

import numpy as np
import pytest

import implicitbias as ib
from conftest import separable
from implicitbias.runs import sealed_archive


@pytest.fixture
def path(tmp_path):
    """A small checkpoint."""
    run = ib.Run(ib.Problem(*separable(3, 2), ib.Logistic()), ib.GradientDescent(), record=ib.every(50))
    run.advance(60).save(tmp_path / "run.npz")
    return tmp_path / "run.npz"


def assert_refused(path, contents, reason=""):
    path.write_bytes(contents)
    with pytest.raises(ib.CheckpointError, match=rf"run\.npz: .*{reason}"):
        ib.Run.load(path)


@pytest.mark.parametrize("step", [97, pytest.param(1, marks=pytest.mark.thorough)])
def test_truncated_at_every_length(path, step):
    whole = path.read_bytes()
    for length in [*range(0, len(whole) - 100, step), *range(len(whole) - 100, len(whole))]:
        assert_refused(path, whole[:length])


@pytest.mark.parametrize("step", [61, pytest.param(7, marks=pytest.mark.thorough)])
def test_any_bit_flipped(path, step):
    whole = path.read_bytes()
    for bit in range(0, 8 * len(whole), step):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        assert_refused(path, damaged)


def test_appended_and_swapped(path):
    whole = path.read_bytes()
    assert_refused(path, whole + b"\0")
    assert_refused(path, whole + whole)
    middle = len(whole) // 2
    assert_refused(path, whole[middle:] + whole[:middle])
    assert_refused(path, whole[:-1] + whole[-1:].upper() if whole[-1:].islower() else whole[:-1] + b"g")


def seal(contents):
    file = io.BytesIO(contents)
    sealed_archive._seal(file)
    return file.getvalue()


def archive(name, contents, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as made:
        made.writestr(name, contents)
    return file.getvalue()


def npy(header, numbers=b""):
    text = repr(header).encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + numbers


def header(shape, descr="<f8"):
    return {"descr": descr, "fortran_order": False, "shape": shape}


def claims_more_than_the_file():
    contents = bytearray(archive("header.npy", npy(header((4,)), bytes(32))))
    entry = contents.index(b"PK\x01\x02")
    contents[entry + 20 : entry + 28] = 2 * (2**31 - 1).to_bytes(4, "little")  # both of its sizes
    return bytes(contents)


HOSTILE = {
    "more numbers than there are": archive("header.npy", npy(header((10**15,)), bytes(80))),
    "numbers without end": archive("header.npy", npy(header((2**62, 4)), bytes(80))),
    "a negative length": archive("header.npy", npy(header((-1,)), bytes(80))),
    "a pickle": archive("header.npy", npy(header((1,), "|O"), b"cos\nsystem\n(S'exit 1'\ntR.")),
    "a bomb": archive("header.npy", npy(header((10**8,)), bytes(8 * 10**8)), zipfile.ZIP_DEFLATED),
    "a part beyond the file": claims_more_than_the_file(),
    "no numbers": archive("header.npy", b"print('hello')"),
    "no parts": archive("hello.txt", b""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_made_to_do_harm(path, case):
    """With a checksum that is right."""
    contents = seal(HOSTILE[case])
    tracemalloc.start()
    assert_refused(path, contents)
    assert tracemalloc.get_traced_memory()[1] < 2 * 10**6 + len(contents)
    tracemalloc.stop()


def test_parameters_that_are_not_there(path):
    arrays, sealed = sealed_archive.read(path)
    assert sealed
    text = (
        arrays.pop("header").tobytes().replace(b'"samples": null', b'"samples": {"sparse": [3, %d]}' % 10**11)
    )
    arrays["header"] = np.frombuffer(text, np.uint8)
    arrays |= {"X/data": np.ones(3), "X/indices": np.zeros(3, np.int64), "X/indptr": np.arange(4)}
    sealed_archive.write(path, arrays)
    with pytest.raises(ib.CheckpointError, match=r"samples have shape \(3, 100000000000\)"):
        ib.Run.load(path)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3)),
        np.array(2.5),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(5, dtype=">i2"),
        np.array([True, False]),
    ],
)
def test_arrays_come_back(tmp_path, array):
    sealed_archive.write(tmp_path / "a", {"x": array, "y": array.T})
    arrays, sealed = sealed_archive.read(tmp_path / "a")
    assert sealed
    for back, given in ((arrays["x"], array), (arrays["y"], array.T)):
        assert back.dtype == given.dtype
        np.testing.assert_array_equal(back, given)


def test_others_can_read_them(path):
    with np.load(path) as file:
        assert file["state/w"].shape == (2,)
    assert os.stat(path).st_mode & 0o777 == 0o666 & ~_umask()


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
