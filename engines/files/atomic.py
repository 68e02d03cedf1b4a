"""The one writer of files: a file is there whole and flushed to disk, or it is not there at all.

Bytes go to an exclusive temporary name in the same folder, are checked, flushed (fsync) and renamed over the target;
then the folder is flushed. A kill or a power cut between any two of these leaves the old file or the new one.
"""

import errno
import itertools
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from engines.contract import Failure

Data = bytes | Callable[[BinaryIO], None]
PART = ".part"  # how the name of a file being written ends


def write(path: str | os.PathLike[str], data: Data) -> Path:
    """Write `path`, replacing what was there. Raises the OSError that stopped it, with nothing left behind."""
    target = Path(path)
    part = _written(target.parent, data)
    try:
        os.replace(part, target)
    except BaseException:
        _drop(part)
        raise
    _flush_folder(target.parent)
    return target


def write_new(path: str | os.PathLike[str], data: Data) -> Path:
    """Write `path` without ever replacing a file: a taken name becomes `name-2.png`, `name-3.png` ..."""
    target = Path(path)
    part = _written(target.parent, data)
    try:
        placed = _placed(part, target)
    finally:
        _drop(part)
    _flush_folder(target.parent)
    return placed


def placed(part: Path, target: Path) -> None:
    """Give the file `part`, written by somebody else in the same folder, its name `target`, whole and flushed.

    Raises the OSError that stopped it; `part` stays then.
    """
    with open(part, "r+b") as file:
        _flush(file.fileno())
    os.replace(part, target)
    _flush_folder(target.parent)


def sweep(folder: str | os.PathLike[str], older_than: float = 3600.0) -> int:
    """Remove what killed writers left in `folder` more than `older_than` seconds ago; how many there were."""
    count, limit = 0, time.time() - older_than
    for part in Path(folder).glob(f".darkroom-*{PART}"):
        if part.lstat().st_mtime <= limit:
            _drop(part)
            count += 1
    return count


def sentence(error: OSError, path: str | os.PathLike[str]) -> Failure:
    """What a person reads when writing `path` ended in `error`: what, where, what to do."""
    name, folder = Path(path).name, Path(path).parent
    causes = {
        errno.ENOSPC: f"The disk is full: {name} was not saved in {folder}. Free some space and try again.",
        errno.EDQUOT: f"Your disk quota is used up: {name} was not saved in {folder}. Free some space and try again.",
        errno.ENOENT: f"The folder {folder} is not there: {name} was not saved. Create it or choose another folder.",
        errno.ENAMETOOLONG: f"The name {name[:40]}... is too long for this disk. Choose a shorter one.",
        errno.EISDIR: f"{name} in {folder} is a folder: nothing was saved. Choose another name.",
        errno.EFBIG: f"{name} is too big for the disk at {folder}. Choose another folder.",
    }
    closed = f"The folder {folder} may not be written to: {name} was not saved. Choose another folder."
    causes |= dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), closed)
    other = f"{name} was not saved in {folder}: {error.strerror or error}. Choose another folder or try again."
    return Failure("disk", causes.get(error.errno or 0, other))


def _written(folder: Path, data: Data) -> Path:
    """A temporary file in `folder` holding `data`, flushed to disk."""
    part = folder / f".darkroom-{os.getpid()}-{secrets.token_hex(6)}{PART}"
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    handle = os.open(part, flags, 0o666)
    try:
        with os.fdopen(handle, "w+b") as file:
            if callable(data):
                data(file)
            else:
                file.write(data)
            file.flush()
            _flush(file.fileno())
    except BaseException:
        _drop(part)
        raise
    return part


def _placed(part: Path, target: Path) -> Path:
    """Give `part` the first free name of `target`, `target-2` ..., never replacing anything."""
    for n in itertools.count(1):
        place = target if n == 1 else target.with_name(f"{target.stem}-{n}{target.suffix}")
        try:
            os.link(part, place)
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
                raise
            if place.exists():  # a disk without hard links (FAT): only this test guards the name
                continue
            os.rename(part, place)
        return place
    raise AssertionError("unreachable")


def _flush(handle: int) -> None:
    """fsync, and on macOS the command that also empties the drive's own cache."""
    if hasattr(os, "fdatasync") or os.name == "nt":
        os.fsync(handle)
        return
    import fcntl

    fcntl.fcntl(handle, fcntl.F_FULLFSYNC)  # type: ignore[attr-defined]


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # a folder cannot be opened there; the rename itself is journalled
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network disks cannot
            raise
    finally:
        os.close(handle)


def _drop(part: Path) -> None:
    try:
        os.unlink(part)
    except OSError:
        pass
