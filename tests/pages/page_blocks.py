"""The fenced blocks of a page in Markdown, run in order as a reader would.

``python`` blocks share their names, ``sh`` blocks are run by bash, and a ``text`` block is what the block
before it prints: ``...`` stands for anything. ``console`` blocks are shown, and not run: they install, or
need a cluster or days.
"""

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_CHECK = doctest.OutputChecker()
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """A fenced block, and in which line of its page it begins."""

    language: str
    text: str
    line: int


def blocks(page):
    """Return the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            found[2],
            re.sub(f"^{found[1]}", "", found[3], flags=re.MULTILINE),
            text[: found.start()].count("\n") + 2,
        )
        for found in _FENCE.finditer(text)
    ]


def is_executed_by_the_build(page):
    """Whether a page is a notebook."""
    return "file_format: mystnb" in page.read_text(encoding="utf-8")[:200]


def run(page, folder):
    """Run the blocks of a page in an empty folder; what is printed must be what the page says."""
    names = {"__name__": "__main__"}
    printed = None
    for block in blocks(page):
        if block.language == "python":
            printed = io.StringIO()
            # Lines are those of the page, for tracebacks.
            code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
            with contextlib.redirect_stdout(printed):
                exec(code, names)
            printed = printed.getvalue()
        elif block.language == "sh":
            printed = _shell(block, page, folder)
        elif block.language == "text" and printed is not None:
            if not _CHECK.check_output(block.text, printed, _FLAGS):
                raise AssertionError(f"{page}:{block.line}: expected\n{block.text}\nprinted\n{printed}")
            printed = None


def _shell(block, page, folder):
    command = folder / ".commands" / "implicitbias"
    if not command.exists():
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m implicitbias "$@"\n')
        command.chmod(0o755)
    path = os.pathsep.join([str(command.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euc", block.text],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "100", "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{page}:{block.line}: {done.stdout}{done.stderr}"
    return done.stdout
