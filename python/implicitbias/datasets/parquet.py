"""Parquet files, read by pandas and one of its engines."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from ..errors import InvalidValueError
from .table import Samples, Table

if TYPE_CHECKING:
    import pandas as pd


def read_parquet(file: str, content: bytes, target: object) -> Samples:
    """Read the samples of a Parquet file."""
    import pandas as pd

    try:
        frame = pd.read_parquet(BytesIO(content))
    except ImportError as error:
        raise InvalidValueError(
            f"path: {file!r} is a Parquet file, which pandas reads with pyarrow; pip install pyarrow"
        ) from error
    except Exception as error:  # the engines raise kinds of their own
        raise InvalidValueError(f"{file}: expected a Parquet file ({error})") from error
    if frame.empty:
        raise InvalidValueError(f"{file}: expected columns of data, got a table of shape {frame.shape}")
    header = [str(name) for name in frame.columns]
    index, dropped = frame.index, []
    if not isinstance(index, pd.RangeIndex) or index.name is not None:
        names = "".join(f" {name!r}" for name in index.names if name is not None)
        dropped.append(f"dropped: the index{names}, as the names or numbers of the rows")
    columns = [_entries(frame.iloc[:, at]) for at in range(len(header))]

    def where(row: int, column: int) -> str:
        return f"{file}, row {row} (from 0), column {column + 1} ({header[column]})"

    table = Table(file, header, columns, where, dropped)
    return table.samples(table.position(target))


def _entries(column: "pd.Series[Any]") -> NDArray[Any]:
    """Return numbers as they are, and all else as objects, None where they are missing."""
    entries: NDArray[Any] = column.to_numpy()
    if entries.dtype.kind not in "iufb":
        entries = column.to_numpy(dtype=object, copy=True)
        entries[column.isna().to_numpy()] = None
    return entries
