"""The folder of a sweep that is saved: what it is about, and a file a chunk, each whole or absent."""

import hashlib
import json
import warnings
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..._core import Problem
from ...errors import CheckpointError, CheckpointWarning, InvalidValueError
from ...nouns.as_json import describe
from .. import sealed_archive
from .block import Block
from .work import Study

FORMAT = "implicitbias sweep"
FORMAT_VERSION = 1


class Folder:
    """The files of one sweep."""

    def __init__(self, path: str | PathLike[str], study: Study, chunks: list[tuple[int, int]]) -> None:
        self._sizes = [last - first for first, last in chunks]
        self._path = Path(sealed_archive.checked_name(path, "checkpoint"))
        if self._path.exists() and not self._path.is_dir():
            raise InvalidValueError(f"checkpoint: expected a folder, got the file {str(self._path)!r}")
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidValueError(
                f"checkpoint: expected a folder that can be made, got {str(self._path)!r}: {error.strerror}"
            ) from error
        self._about = _about(study, chunks)
        header = self._path / "sweep.json"
        if header.exists():
            self._about = self._compared(header)
        elif any(each.name.endswith(".npz") for each in self._path.iterdir()):
            raise CheckpointError(
                f"{self._path}: it has files, and no sweep.json: not the folder of a sweep; name another one"
            )
        else:
            text = json.dumps(self._about, indent=1)
            sealed_archive.replace(header, lambda file: file.write(text.encode()))
        # Labels and the version of the package are those that the folder began with: they change no run.
        self._digest = np.frombuffer(hashlib.sha256(json.dumps(self._about).encode()).digest(), np.uint8)

    def _compared(self, header: Path) -> dict[str, Any]:
        """Return what the folder is about, which must be this sweep."""
        try:
            found = json.loads(header.read_bytes())
            kind, number = found["format"], found["format_version"]
        except (ValueError, TypeError, KeyError) as error:
            raise CheckpointError(f"{header}: not what a sweep writes, or damaged ({error})") from None
        if kind != FORMAT or number != FORMAT_VERSION:
            raise CheckpointError(
                f"{header}: expected {FORMAT!r} in format {FORMAT_VERSION}, got {kind!r} in format {number!r}"
            )
        own, others = self._about["arguments"], found.get("arguments", {})
        differing = [name for name in own if own[name] != others.get(name)]
        if differing or found.get("chunks") != self._about["chunks"]:
            told = f"its {', '.join(differing)} differ" if differing else "its chunks are others"
            raise CheckpointError(f"{self._path}: the folder of another sweep ({told}); name another one")
        return found  # type: ignore[no-any-return]

    def meet(self, blocks: list[Block | None]) -> None:
        """Take from the folder the chunks that are further there than in a list, and write the others."""
        for number, own in enumerate(blocks):
            here = self.read(number, self._sizes[number])
            if here is not None and (own is None or here.t.sum() > own.t.sum()):
                blocks[number] = here
            elif own is not None and (here is None or own.t.sum() > here.t.sum()):
                self.write(number, own)

    def read(self, number: int, size: int) -> Block | None:
        """Return a chunk; None if it is not there, or is damaged: it is done again then, with a warning."""
        path = self._file(number)
        try:
            arrays, sealed = sealed_archive.read(path)
            if not sealed:
                raise CheckpointError("damaged: its end is missing")
            if not np.array_equal(arrays.pop("sweep"), self._digest):
                raise CheckpointError("a chunk of another sweep")
            if int(arrays.pop("number", np.array(number))) != number:
                raise CheckpointError("another chunk's file under its name")
            block = Block.from_arrays(arrays)
            if len(block.counts) != size:
                raise CheckpointError(f"expected {size} runs, got {len(block.counts)}")
        except FileNotFoundError:
            return None
        except (CheckpointError, KeyError) as error:
            warnings.warn(f"{path}: {error}; its runs are done again", CheckpointWarning, stacklevel=4)
            return None
        return block

    def write(self, number: int, block: Block) -> None:
        """Write a chunk, so that a crash at any moment leaves the former file or the new one."""
        whose = {"sweep": self._digest, "number": np.array(number)}
        sealed_archive.write(self._file(number), block.as_arrays() | whose)

    def _file(self, number: int) -> Path:
        return self._path / f"chunk-{number:06d}.npz"


def warn_of_runs_ahead(path: str | PathLike[str] | None, most: int, t: int) -> None:
    """Say that a folder had a part of a sweep further than the others are now."""
    warnings.warn(
        f"{path}: some of its runs are at t = {most:,} already, beyond t = {t:,}, where the others are now; "
        f"advance({most - t}) brings them there",
        CheckpointWarning,
        stacklevel=4,
    )


def _about(study: Study, chunks: list[tuple[int, int]]) -> dict[str, Any]:
    """Return what tells a sweep from others, as JSON; arrays by their checksums."""
    axes = study.axes
    arguments = {name: [_described(name, each) for each in values] for name, values in axes.values.items()}
    arguments["zip"] = [[*axis.arguments] for axis in axes.axes]
    arguments["record"] = [_described("record", study.record)]
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "package_version": version("implicitbias"),
        "arguments": arguments,
        "labels": {each.argument: each.texts.tolist() for axis in axes.axes for each in axis.labels},
        "chunks": [len(chunks), *(end - begin for begin, end in chunks[:1])],
    }


def _described(argument: str, value: Any) -> Any:
    arrays: dict[str, NDArray[Any]] = {}
    if isinstance(value, Problem):
        described = {"loss": describe(value.loss, "loss", arrays), "shape": list(value.shape)}
        if not value.model.identity:
            described["model"] = describe(value.model, "model", arrays)
        arrays["y"] = value.y
        X = value.X
        if hasattr(X, "indptr"):
            arrays |= {f"X/{part}": getattr(X, part) for part in ("data", "indices", "indptr")}
        else:
            arrays["X"] = X
    else:
        described = {"value": describe(value, argument, arrays)}
    described["arrays"] = {
        name: [str(each.dtype), list(each.shape), hashlib.sha256(np.ascontiguousarray(each).data).hexdigest()]
        for name, each in arrays.items()
    }
    return json.loads(json.dumps(described))
