"""The runs of a sweep, as an array of them."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidTypeError, InvalidValueError
from ..run import Run


class Runs:
    """The runs of a sweep, with an axis for each of its own; what is indexed is made then.

    A run that is taken out is a copy: it acts as any other, and may go on alone, which the sweep does not
    notice.
    """

    def __init__(self, make: Callable[[int], Run], numbers: NDArray[np.int64]) -> None:
        self._make, self._numbers = make, numbers

    @property
    def shape(self) -> tuple[int, ...]:
        """How many runs there are along each axis."""
        return self._numbers.shape

    def __getitem__(self, index: Any) -> Any:
        """Return a run, or those of a slice or of the first axes' indices."""
        try:
            chosen = self._numbers[index]
        except IndexError as error:
            shape = " x ".join(map(str, self.shape)) or "1"
            problem = InvalidValueError if "out of bounds" in str(error) else InvalidTypeError
            raise problem(f"runs: expected indices into {shape} runs ({error})") from None
        return self._make(int(chosen)) if np.ndim(chosen) == 0 else Runs(self._make, chosen)

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    @property
    def flat(self) -> Iterator[Run]:
        """All runs, the last axis fastest."""
        return (self._make(number) for number in self._numbers.ravel().tolist())

    def __repr__(self) -> str:
        return f"Runs({' x '.join(map(str, self.shape)) or 'one'})"
