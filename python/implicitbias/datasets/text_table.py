"""Tables in text, CSV and TSV: split by pandas into entries that stay as they are written."""

import csv
import re
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import Any

from numpy.typing import NDArray

from ..errors import InvalidValueError
from .entries import is_number, text
from .table import NO_NAME, Samples, Table

SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons"}
_REST_OF_THOUSANDS = re.compile(r"\d{3}(\.\d*)?")


def read_text_table(file: str, content: bytes, separator: str, target: object) -> Samples:
    """Read the samples of a CSV or TSV file."""
    try:
        split = TextTable(file, content, separator)
        table = split.split()
    except UnicodeDecodeError as error:
        raise InvalidValueError(
            f"{file}: expected text in UTF-8, got another encoding ({error}); save it as UTF-8"
        ) from error
    at = table.position(target)
    split.refuse_headless(at)
    return table.samples(at)


class TextTable:
    """The text of a table, and where in it the entries are."""

    def __init__(self, file: str, content: bytes, separator: str) -> None:
        self.file, self.separator = file, separator
        self._content = content
        self._check_separator()
        head = list(islice(self._records(), 2))
        if len(head) < 2:
            raise InvalidValueError(f"{file}: expected a header line and data, got {len(head)} lines")
        (end, header), (self._first_line, first) = head
        if len(header) == 1 < len(first) and header[0].startswith("#"):
            raise InvalidValueError(
                f"{file}: expected a header line with names, got the comment {header[0][:40]!r}; delete the "
                "comments above the names"
            )
        self._names_rows = len(first) == len(header) + 1  # as R's write.table has them
        self._quotes_names = b"".join(content.splitlines()[end:]).lstrip().startswith(b'"')
        self.header = [""] * self._names_rows + [name.strip() for name in header]

    def split(self) -> Table:
        """Return the columns of texts."""
        import pandas as pd

        width = len(self.header)
        try:
            frame = pd.read_csv(
                BytesIO(self._content),
                sep=self.separator,
                header=None,
                names=range(width),
                dtype=str,
                na_filter=False,
            )
        except pd.errors.ParserError as error:
            for line, record in self._records():
                if len(record) > width:
                    raise self._wrong_width(line, record) from error
            raise InvalidValueError(f"{self.file}: {error}") from error
        columns = [frame[column].iloc[1:].to_numpy(dtype=object) for column in frame]
        if self._names_rows and self.separator == "," and not self._quotes_names:
            self._refuse_split_numbers(columns[0], columns[1])
        return Table(self.file, self.header, columns, self.where)

    def refuse_headless(self, at: int) -> None:
        """Refuse a table whose first line holds numbers: it is a sample; `at` is the target's column."""
        names = [name for column, name in enumerate(self.header) if column != at]
        given = [name for name in names if not NO_NAME.fullmatch(name)]
        of_pandas = len(given) < len(names) and given == [str(i) for i in range(len(given))]
        if given and all(map(is_number, given)) and not of_pandas:
            raise InvalidValueError(f"{self.file}: expected a header line with names, got numbers")

    def _refuse_split_numbers(self, names: NDArray[Any], entries: NDArray[Any]) -> None:
        """Refuse names of rows that may be thousands, or whole parts: of 1,234 or 1,5."""
        texts = [text(name) for name in names.tolist()]
        counted = any(texts == [str(row + first) for row in range(len(texts))] for first in (0, 1))
        halves = all(_REST_OF_THOUSANDS.fullmatch(text(entry)) for entry in entries.tolist())
        if all(map(is_number, texts)) and (halves or not counted):
            width = len(self.header)
            raise InvalidValueError(
                f"{self.file}, row {self._first_line}: expected {width - 1} entries, as in the header, got "
                f"{width}, of which the first is a number; write numbers like 1,234 as 1234, like 1,5 as 1.5 "
                "and names of rows in quotes"
            )

    def where(self, row: int, column: int) -> str:
        """Say in which line and column an entry is."""
        line, record = next(islice(self._records(), row + 1, None))
        if len(record) != len(self.header):
            raise self._wrong_width(line, record)
        return f"{self.file}, row {line}, column {column + 1} ({self.header[column]})"

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield what pandas takes for records, each with the number of its last line."""
        lines = TextIOWrapper(BytesIO(self._content), encoding="utf-8-sig", newline="")
        # Strict parsing refuses a quote that is never closed, which would swallow the rows behind it.
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        try:
            for record in reader:
                # One column: pandas takes a line for blank if it is empty, or spaces and tabs without quotes.
                if len(record) > 1 or (record and (not record[0] or record[0].strip(" \t"))):
                    yield reader.line_num, record
        except csv.Error as error:
            raise InvalidValueError(f"{self.file}, row {reader.line_num}: {error}") from error

    def _check_separator(self) -> None:
        first = self._content.lstrip().partition(b"\n")[0].decode(errors="replace")
        for mark, name in SEPARATORS.items():
            if mark in first and self.separator not in first:
                raise InvalidValueError(
                    f"{self.file}: expected {SEPARATORS[self.separator]} between the entries, got {name}; "
                    f"pandas.read_csv(path, sep={mark!r}) reads it, with decimal=',' where numbers are "
                    "like 1,5, and to_csv(path, index=False) writes what is read here"
                )

    def _wrong_width(self, line: int, record: list[str]) -> InvalidValueError:
        width, cure = len(self.header), ""
        if len(record) > width and self.separator == "," and all(map(is_number, record)):
            cure = "; write numbers like 1,234 as 1234, and like 1,5 as 1.5"
        return InvalidValueError(
            f"{self.file}, row {line}: expected {width} entries, got {len(record)}{cure}"
        )
