"""NPZ files with a checksum over all bytes, written so that none is lost, and read without trust in them."""

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from .._arguments import refuse
from ..errors import CheckpointError, InvalidValueError

# The seal is the archive's comment, at the very end of the file: the digest of everything before it.
_SEAL = b"sha256:"
_LENGTH = len(_SEAL) + hashlib.sha256().digest_size * 2


def write(path: str | PathLike[str], arrays: dict[str, NDArray[Any]]) -> None:
    """Write the arrays, so that a crash at any moment leaves the old file or the new one, on disk."""

    def fill(file: IO[bytes]) -> None:
        np.savez(file, **arrays)  # type: ignore[arg-type]
        _seal(file)

    replace(path, fill)


def replace(path: str | PathLike[str], fill: Callable[[IO[bytes]], object]) -> None:
    """Write a file in the same way, whatever fills it."""
    target = Path(os.path.realpath(checked(path)))  # the file that a link points to is replaced, not the link
    if not target.parent.is_dir():
        raise FileNotFoundError(f"no such folder: {target.parent}")
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    try:
        with os.fdopen(handle, "w+b") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(target.parent)


def checked(path: str | PathLike[str], argument: str = "path") -> str:
    """Return the path of a file that is there, or could be."""
    name = checked_name(path, argument)
    if os.path.exists(name) and not os.path.isfile(name):
        kind = "folder" if os.path.isdir(name) else "device or pipe"
        raise InvalidValueError(f"{argument}: expected a file, got the {kind} {name!r}")
    return name


def checked_name(path: str | PathLike[str], argument: str) -> str:
    """Return a path as text, if a file or folder could be called so."""
    if not isinstance(path, str | PathLike):
        refuse(argument, "a str or a path", path)
    name = os.fsdecode(path)
    if not name or "\0" in name:
        raise InvalidValueError(f"{argument}: expected the name of a file, got {name!r}")
    return name


def _seal(file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = bytes(_LENGTH)
    file.seek(-_LENGTH, os.SEEK_END)
    end = file.tell()
    seal = _SEAL + _digest(file, end)
    file.seek(end)
    file.write(seal)


def _digest(file: IO[bytes], end: int) -> bytes:
    """Return the digest of the first bytes of a file, in hexadecimal."""
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(min(1 << 20, end - file.tell())):
        digest.update(block)
    return digest.hexdigest().encode()


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those that a new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Have the new name on disk, too, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read(path: str | PathLike[str]) -> tuple[dict[str, NDArray[Any]], bool]:
    """Return the arrays, and whether the file is sealed.

    Raises
    ------
    CheckpointError
        If the file is no such archive or was changed since it was written.
    """
    with open(checked(path), "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LENGTH))
        tail = file.read()
        sealed = tail.startswith(_SEAL)
        if sealed and _SEAL + _digest(file, size - _LENGTH) != tail:
            raise CheckpointError("damaged: its checksum is that of other contents")
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                # Uncompressed members take the space that they claim: a few bytes cannot ask for gigabytes.
                if any(member.compress_type != zipfile.ZIP_STORED for member in members) or size < sum(
                    max(member.file_size, member.compress_size) for member in members
                ):
                    raise CheckpointError("not a checkpoint: its parts are not stored as they are")
                arrays = {member.filename.removesuffix(".npy"): _array(archive, member) for member in members}
        except CheckpointError:
            raise
        except Exception as error:  # NumPy and zipfile raise a dozen kinds on damaged files
            raise CheckpointError(f"not a checkpoint, or a damaged one ({error})") from error
    return arrays, sealed


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    with archive.open(member) as part:
        version = np.lib.format.read_magic(part)
        if version == (1, 0):
            shape, columns_first, dtype = np.lib.format.read_array_header_1_0(part)
        else:
            shape, columns_first, dtype = np.lib.format.read_array_header_2_0(part)
        if dtype.hasobject:
            raise CheckpointError(f"{member.filename}: expected numbers, got pickled objects")
        count = 1
        for length in shape:
            count *= length  # in Python's integers, which do not wrap around
        if min(shape, default=0) < 0 or count * dtype.itemsize != member.file_size - part.tell():
            raise CheckpointError(f"{member.filename}: expected the numbers of shape {shape}, got others")
        return np.ndarray(shape, dtype, part.read(), order="F" if columns_first else "C")
