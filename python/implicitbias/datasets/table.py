"""A table of named columns, one of them the targets, and the samples that it holds."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._arguments import refuse, seen
from ..errors import InvalidValueError
from .entries import is_number, numbers, text
from .preparation import listed

# What pandas and Arrow call a column that has no name.
NO_NAME = re.compile(r"\s*|Unnamed: \d+|__index_level_\d+__")


class Samples(NamedTuple):
    """What a file holds: samples, targets as they are written, and where each target is."""

    X: Any
    targets: NDArray[Any]
    where: Callable[[int], str]
    features: list[str]
    notes: Sequence[str] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """Columns as they are in the file, of numbers or of texts.

    Attributes
    ----------
    file : str
    header : list of str
    columns : list of ndarray of shape (n,)
    where : callable
        Says where the entry of a row and a column is: the line in the file, the column and its name.
    warnings : sequence of str
        What was dropped already.
    """

    file: str
    header: list[str]
    columns: list[NDArray[Any]]
    where: Callable[[int, int], str]
    warnings: Sequence[str] = ()

    def position(self, target: Any) -> int:
        """Return the number of the target's column; the last by default."""
        if target is None:
            return len(self.header) - 1
        if not isinstance(target, str):
            refuse("target", "the name of a column, as a str", target)
        if self.header.count(target) != 1:
            count = self.header.count(target)
            why = f", the name of {count} columns" if count else ""
            raise InvalidValueError(f"target: expected one of {self.header}, got {seen(target)}{why}")
        return self.header.index(target)

    def samples(self, at: int) -> Samples:
        """Return the samples, with the targets of this column."""
        chosen = [column for column in range(len(self.header)) if column != at]
        warnings = [*self.warnings]
        if at != 0 and self._names_rows(0):
            chosen.remove(0)
            warnings.append("dropped: column 1, which has no name, as the names or numbers of the rows")
        for column in chosen:
            if NO_NAME.fullmatch(self.header[column]):
                raise InvalidValueError(
                    f"{self.file}: expected a name for every column, got none for column {column + 1}; name "
                    "it if it is a feature, or delete it"
                )
            self._refuse_twins(column)
        if not chosen:
            raise InvalidValueError(f"{self.file}: expected a column of features beside the targets")
        truths = [column for column in chosen if _are_truths(self.columns[column])]
        names = [self.header[column] for column in truths]
        return Samples(
            np.column_stack([self._feature(column, column in truths) for column in chosen]),
            self.columns[at],
            lambda row: self.where(row, at),
            [self.header[column] for column in chosen],
            [f"encoded: True as 1, False as 0, in {listed(names)}"] if truths else [],
            warnings,
        )

    def _refuse_twins(self, column: int) -> None:
        name = self.header[column]
        twins = [str(at) for at, other in enumerate(self.header, 1) if other == name]
        if len(twins) > 1:
            raise InvalidValueError(
                f"{self.file}: expected a name of its own for every column, got {name!r} for columns "
                f"{' and '.join(twins)}; rename all but one, or delete those that are the same"
            )

    def _feature(self, column: int, truths: bool) -> NDArray[np.float64]:
        entries = self.columns[column]
        if truths:
            return np.array([_truth(entry) == "true" for entry in entries.tolist()], dtype=np.float64)
        return numbers(entries, lambda row: self.where(row, column))

    def _names_rows(self, column: int) -> bool:
        """Whether a column has no name, and holds whole numbers or words, as pandas and R write them."""
        if not NO_NAME.fullmatch(self.header[column]):
            return False
        texts = [text(entry) for entry in self.columns[column].tolist()]
        return not all(map(is_number, texts)) or all(float(entry).is_integer() for entry in texts)


def _are_truths(entries: NDArray[Any]) -> bool:
    if entries.dtype.kind in "iufb":
        return entries.dtype.kind == "b"
    return all(_truth(entry) in ("true", "false") for entry in entries.tolist())


def _truth(entry: object) -> str:
    return text(entry).casefold()
