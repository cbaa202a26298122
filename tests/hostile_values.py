"""Values that no argument expects, drawn at random: numbers, texts, arrays of all kinds, sparse matrices."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import scipy.sparse

import implicitbias as ib

try:
    import pandas
except ImportError:
    pandas = None

SCALARS = [
    *(
        None,
        True,
        "",
        "x",
        "auto",
        b"x",
        (),
        [[]],
        [None],
        ["a"],
        range(4),
        {},
        {1: 2},
        {1},
        object(),
        int,
        len,
    ),
    *(-1, 0, 1, 3, 2**63, -(2**70), 10**400, 1j, -0.0, 0.5, 1.5, Fraction(1, 3), Decimal("1.5")),
    *(5e-324, 1e-310, 1e-160, 1e160, 1.7e308, -1.7e308, math.nan, math.inf, -math.inf),
    *(np.float16(2), np.float32(1e-40), np.int8(3), np.uint64(2**64 - 1), np.longdouble(1), np.bool_(True)),
    *(np.str_("plain"), np.datetime64("2020-01-01"), [[1, 2], [3]], [[0], [2**64]], [[1, 1]], [[0, 1], [3]]),
    *(ib.Lp, ib.Lp(2), ib.Euclidean(), ib.Squared(), ib.Simplex(), ib.Constant(1.0)),
]


ENTRIES = [0.0, 1.0, -1.0, 0.5, 1e-12, 5e-324, 1e-310, 1e-160, 1e160, 1e300, 1.7e308, math.nan, math.inf]


NUMBERS = np.random.default_rng(0).standard_normal((4, 65))


SHAPES = [
    (),
    (0,),
    (1,),
    (4,),
    (5,),
    (2, 2),
    (4, 4),
    (6, 4),
    (6, 2, 2),
    (0, 4),
    (4, 0),
    (1, 1, 1, 1),
    (1, 65),
]


DTYPES = ["f8", "f8", "f4", "f2", ">f8", "i8", "i1", "u8", "?", "O", "c16", "U3", "g", "m8[s]"]


def read_only(a):
    a = a.copy()
    a.setflags(write=False)
    return a


def sparse(form):
    """In a sparse form, if SciPy has one for such an array."""
    return lambda a: form(a) if a.ndim == 2 and a.dtype in SPARSE else a


def twice(a):
    """Each entry stored twice."""
    once = scipy.sparse.coo_array(a)
    return scipy.sparse.coo_array(
        (np.tile(once.data, 2), tuple(np.tile(index, 2) for index in once.coords)), shape=a.shape
    )


SPARSE = ["f8", "f4", "i8", "i1", "u8", "?"]


LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "list": lambda a: a.tolist(),
    "read-only": read_only,
    "strided": lambda a: np.repeat(a[..., None], 2, axis=-1)[..., 0],
    "reversed": lambda a: a[::-1] if a.ndim else a,
    "masked": lambda a: np.ma.masked_array(a, np.arange(a.size).reshape(a.shape) == 0),
    "unmasked": np.ma.masked_array,
    "object": lambda a: a.astype(object),
    "csr": sparse(scipy.sparse.csr_array),
    "csc": sparse(scipy.sparse.csc_matrix),
    "coo": sparse(twice),
}


if pandas is not None:

    def as_frame(a):
        """In half precision pandas' own repr overflows, which is no fault of who prints it."""
        a = a.astype(np.float32) if a.dtype == np.float16 else a
        return pandas.DataFrame(a) if a.ndim == 2 else pandas.Series(a.ravel())

    LAYOUTS["DataFrame"] = as_frame


FORMS = list(LAYOUTS)


def array(pick):
    shape, dtype, entry, scale = pick(SHAPES), pick(DTYPES), pick(ENTRIES), pick([1, 1, *ENTRIES])
    with np.errstate(all="ignore"):
        entries = np.resize(pick(NUMBERS), shape)
        entries = np.where(np.arange(entries.size).reshape(shape) % 5 == 1, entry, entries)
        return LAYOUTS[pick(FORMS)](np.asarray(entries * scale).astype(dtype))


def hostile(pick):
    return pick(SCALARS) if pick((True, False)) else array(pick)


def some(pick, names):
    """At most two of the names."""
    return {pick(names) for _ in range(pick((1, 1, 2, 0)))} if names else set()
