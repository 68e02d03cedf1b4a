"""Every step of a run, kept: one append-only file of frames, each with its length and checksum.

A frame is `<BBxxII` (kind, version, length, crc32) and msgpack. A torn tail, left by a kill or a power cut in the
middle of a write, is ignored by readers and cut off by the next writer.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Checkpoint, Media, medium_of
from engines.files import arrays, atomic
from engines.files import media as files

_HEAD = struct.Struct("<BBxxII")
_ROW, _ESTIMATE, _CHECKPOINT = 1, 2, 3
_VERSION = 1
_FILE = "steps.bin"
_DECODED = "true-"  # begins the names of the files of true decodes, after which the step comes


class StepRow(Struct, frozen=True):
    """What is known of a finished step (counted from 1). `level` is the noise level, `change` the mean absolute
    change of the clean estimate in parts of its range, `seconds` since the run began, `guidance` what guidance did
    (see Step)."""

    index: int
    total: int
    level: float
    change: float | None = None
    seconds: float = 0.0
    resumable: bool = False
    guidance: float | None = None


class _Frame(Struct, frozen=True):
    kind: int
    start: int  # of the payload
    length: int
    crc: int


class StepStore:
    """The steps of one run, in `folder`. One process appends; any may read at the same time."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.path = self.folder / _FILE
        self._writable, self._seen, self._inode = False, 0, -1
        self._rows: dict[int, StepRow] = {}
        self._estimates: dict[int, _Frame] = {}
        self._checkpoints: dict[int, _Frame] = {}

    def restart(self) -> None:
        """Begin the run anew: forget what an earlier attempt left."""
        self.path.unlink(missing_ok=True)
        _no_decodes(self.folder)
        self._forget()

    def append(self, row: StepRow, estimate: np.ndarray | None = None, checkpoint: Checkpoint | None = None) -> None:
        """Keep a step. A floating estimate is kept in half precision, a checkpoint exactly. Raises OSError."""
        frames = [_frame(_ROW, row)]
        if estimate is not None:
            frames.append(_frame(_ESTIMATE, (row.index, _half(estimate))))
        if checkpoint is not None:
            frames.append(_frame(_CHECKPOINT, (row.index, checkpoint)))
        if not self._writable:
            self.folder.mkdir(parents=True, exist_ok=True)
            _cut_tail(self.path)
            self._writable = True
        with open(self.path, "ab", buffering=0) as file:
            before = file.tell()
            try:
                _write_all(file, b"".join(frames))
            except OSError:
                file.truncate(before)  # a full disk leaves no half step
                raise

    def rows(self) -> tuple[StepRow, ...]:
        """The steps so far, by index; `resumable` says whether the checkpoint is still here."""
        self._scan()
        ordered = sorted(self._rows.items())
        return tuple(msgspec.structs.replace(row, resumable=index in self._checkpoints) for index, row in ordered)

    def estimate(self, index: int) -> np.ndarray | None:
        """The clean estimate of step `index` (float32 where it was floating), or None."""
        self._scan()
        frame = self._estimates.get(index)
        found = self._load(frame, tuple[int, np.ndarray]) if frame else None
        if found is None:
            return None
        return found[1].astype(np.float32) if found[1].dtype == np.float16 else found[1]

    def checkpoint(self, index: int) -> Checkpoint | None:
        """Everything needed to go on after step `index`, or None."""
        self._scan()
        frame = self._checkpoints.get(index)
        found = self._load(frame, tuple[int, Checkpoint]) if frame else None
        return found[1] if found else None

    def decoded(self, index: int) -> Path | None:
        """The file of the true decode of step `index`, where one was made."""
        return next(iter(self.folder.glob(f"{_DECODED}{index:04d}.*")), None)

    def keep_decoded(self, index: int, media: Media) -> None:
        """Keep the true decode of step `index`. Raises OSError."""
        files.write(self.folder / f"{_DECODED}{index:04d}{files.EXTENSIONS[medium_of(media)]}", media)

    def last_checkpoint(self) -> Checkpoint | None:
        """The checkpoint of the latest step that has one whole, or None."""
        self._scan()
        for index in sorted(self._checkpoints, reverse=True):
            found = self.checkpoint(index)
            if found is not None:
                return found
        return None

    def _forget(self) -> None:
        self._writable, self._seen, self._inode = False, 0, -1
        self._rows, self._estimates, self._checkpoints = {}, {}, {}

    def _scan(self) -> None:
        """Read the headers written since the last look."""
        if not self.path.exists():
            self._forget()
            return
        with open(self.path, "rb") as file:
            state = os.fstat(file.fileno())
            if state.st_ino != self._inode or state.st_size < self._seen:
                writable = self._writable
                self._forget()
                self._writable, self._inode = writable, state.st_ino
            for frame in _frames(file, self._seen):
                self._note(file, frame)
                self._seen = frame.start + frame.length

    def _note(self, file: BinaryIO, frame: _Frame) -> None:
        """Index a frame by its step; frames of arrays begin with that number, so their bodies are not read."""
        if frame.kind == _ROW:
            row = _decoded(file, frame, StepRow)
            if row is not None:
                self._rows[row.index] = row
                self._estimates.pop(row.index, None)
                self._checkpoints.pop(row.index, None)
            return
        index = _index_of(file, frame)
        if index is not None:
            (self._estimates if frame.kind == _ESTIMATE else self._checkpoints)[index] = frame

    def _load(self, frame: _Frame, kind: Any) -> Any:
        try:
            with open(self.path, "rb") as file:
                return _decoded(file, frame, kind)
        except FileNotFoundError:
            return None


def prune(root: str | os.PathLike[str], budget: int, keep: frozenset[str] | set[str] = frozenset()) -> int:
    """Bring the step stores below `root` (one folder a run) within `budget` bytes; the bytes freed.

    The oldest go first: what was decoded of steps, every other checkpoint, all checkpoints, the whole store. Runs in
    `keep` stay.
    """
    runs = [folder for folder in sorted(Path(root).glob("*")) if (folder / _FILE).is_file()]
    loose = [folder for folder in runs if folder.name not in keep]
    total = sum(_size(folder) for folder in runs)
    before = total
    for thin in (_no_decodes, _every_other, _no_checkpoints, _nothing):
        for folder in loose:
            if total <= budget:
                return before - total
            size = _size(folder)
            thin(folder)
            total += _size(folder) - size
    return before - total


def _every_other(folder: Path) -> None:
    store = StepStore(folder)
    indices = [row.index for row in store.rows() if row.resumable]
    _thinned(folder, set(indices[-1::-2]))


def _no_checkpoints(folder: Path) -> None:
    _thinned(folder, set())


def _no_decodes(folder: Path) -> None:
    for path in folder.glob(f"{_DECODED}*"):
        path.unlink(missing_ok=True)


def _nothing(folder: Path) -> None:
    (folder / _FILE).unlink(missing_ok=True)
    for path in folder.glob(f".darkroom-*{atomic.PART}"):
        path.unlink(missing_ok=True)
    try:
        folder.rmdir()
    except OSError:
        pass  # something else lies there


def _thinned(folder: Path, checkpoints: set[int]) -> None:
    """Rewrite the store with only these checkpoints."""

    def copy(target: BinaryIO) -> None:
        with open(folder / _FILE, "rb") as source:
            for frame in _frames(source, 0):
                if frame.kind != _CHECKPOINT or _index_of(source, frame) in checkpoints:
                    source.seek(frame.start - _HEAD.size)
                    target.write(source.read(_HEAD.size + frame.length))

    atomic.write(folder / _FILE, copy)


def _size(folder: Path) -> int:
    found = 0
    for path in (folder / _FILE, *folder.glob(f"{_DECODED}*")):
        with suppress(FileNotFoundError):
            found += path.stat().st_size
    return found


def _frame(kind: int, value: Any) -> bytes:
    body = msgspec.msgpack.encode(value, enc_hook=arrays.pack)
    return _HEAD.pack(kind, _VERSION, len(body), zlib.crc32(body)) + body


def _frames(file: BinaryIO, start: int) -> Iterator[_Frame]:
    """The frames from offset `start` on, until the end or the first that is not whole."""
    size = os.fstat(file.fileno()).st_size
    while start + _HEAD.size <= size:
        file.seek(start)
        kind, version, length, crc = _HEAD.unpack(file.read(_HEAD.size))
        begin = start + _HEAD.size
        if kind not in (_ROW, _ESTIMATE, _CHECKPOINT) or version != _VERSION or begin + length > size:
            return
        yield _Frame(kind, begin, length, crc)
        start = begin + length


def _decoded(file: BinaryIO, frame: _Frame, kind: Any) -> Any:
    """The value in `frame`, or None when its bytes are damaged."""
    file.seek(frame.start)
    body = file.read(frame.length)
    if len(body) != frame.length or zlib.crc32(body) != frame.crc:
        return None
    return msgspec.msgpack.decode(body, type=kind, ext_hook=arrays.unpack)


def _index_of(file: BinaryIO, frame: _Frame) -> int | None:
    """The first element of the two-element list that a frame of arrays is."""
    file.seek(frame.start)
    head = file.read(10)
    if len(head) < 2 or head[0] != 0x92:
        return None
    unsigned = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}
    if head[1] < 0x80:
        return head[1]
    width = unsigned.get(head[1])
    return int.from_bytes(head[2 : 2 + width], "big") if width else None


def _cut_tail(path: Path) -> None:
    """Cut off what an interrupted write left at the end of `path`."""
    if not path.exists():
        return
    with open(path, "r+b") as file:
        end = 0
        for frame in _frames(file, 0):
            file.seek(frame.start)
            if zlib.crc32(file.read(frame.length)) != frame.crc:
                break
            end = frame.start + frame.length
        file.truncate(end)


def _write_all(file: Any, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _half(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float16) if array.dtype.kind == "f" and array.dtype.itemsize > 2 else array
