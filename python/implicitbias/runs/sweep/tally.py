"""How far a sweep has come."""

import numpy as np

from .block import Block
from .work import Goal


class Tally:
    """How many runs of a sweep are done, running and stopped, and which part of all there is to do."""

    def __init__(self, chunks: list[tuple[int, int]], blocks: list[Block | None], goal: Goal) -> None:
        self._goal = goal
        self._sizes = np.array([last - first for first, last in chunks])
        self._done = np.zeros(len(chunks), np.int64)
        self._failed = np.zeros(len(chunks), np.int64)
        self._part = np.zeros(len(chunks))
        for number, block in enumerate(blocks):
            if block is not None:
                self.count(number, block)

    def count(self, number: int, block: Block) -> None:
        """Count the runs of a chunk."""
        met = self._goal.met(block)
        self._failed[number] = np.count_nonzero(block.messages != "")
        self._done[number] = np.count_nonzero(met) - self._failed[number]
        self._part[number] = np.where(met, 1.0, self._goal.part(block)).sum()

    def numbers(self) -> tuple[float, int, int, int]:
        """Return the part that is done, and how many runs are done, running and failed."""
        done, failed, size = int(self._done.sum()), int(self._failed.sum()), int(self._sizes.sum())
        return float(self._part.sum() / size), done, size - done - failed, failed

    def said(self) -> tuple[float, str, str]:
        """Return the part that is done, and what there is to say before and after it."""
        part, done, running, failed = self.numbers()
        return part, f"{done:,} of {self._sizes.sum():,} runs", f"{running:,} running  {failed:,} failed"

    def __str__(self) -> str:
        part, done, running, failed = self.numbers()
        return f"{done:,} runs done, {running:,} to go, {failed:,} failed: {part:.1%}"
