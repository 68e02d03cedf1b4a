"""The directory of a zip archive whose entries lie in it as they are: no compression, so no size can lie.

PyTorch writes its checkpoints so. Every number is checked against the file before anything is read by it; entries may
not overlap, share a name or be encrypted, and nothing may follow the directory.
"""

import struct
from typing import BinaryIO

from msgspec import Struct

from engines.contract import Refused
from engines.files.source import shown

_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENTRIES, _DIRECTORY = 200_000, 64_000_000  # how many at most, and bytes of their directory
_FULL = 0xFFFFFFFF  # a 32-bit field that says 'look in the 64-bit one'


class Entry(Struct, frozen=True):
    """One entry: where its bytes begin in the archive, how many there are, and their CRC-32; 0 where nobody told it."""

    start: int
    size: int
    crc: int = 0


class _Row(Struct, frozen=True):
    """One row of the directory; `local` is where the entry's own header lies."""

    key: str
    size: int
    local: int
    crc: int


def entries(file: BinaryIO, size: int, name: str) -> dict[str, Entry]:
    """The entries of the archive `file` of `size` bytes. Raises Refused('bad-file'), naming the file as `name`."""
    try:
        start, length, count = _directory(file, size)
        rows = _rows(_read(file, start, length), count)
        return _placed(file, rows, start)
    except ValueError as error:
        raise Refused("bad-file", f"{name} is a zip archive, but {error}.") from error


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    data = file.read(length)
    if len(data) != length:
        raise ValueError("it was cut short")
    return data


def _directory(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """Where the directory starts, its length and its number of entries; it must reach to the end records exactly."""
    if size < 22:
        raise ValueError("it was cut short")
    mark, *disks, count, length, start, comment = struct.unpack("<4s4H2IH", _read(file, size - 22, 22))
    if mark != _END or comment:
        raise ValueError("it was cut short or something follows its end")
    end, here = size - 22, disks[2]
    if size >= 98 and (locator := _read(file, size - 42, 20))[:4] == _LOCATOR:
        end = size - 98
        if struct.unpack("<IQI", locator[4:])[1] != end:
            raise ValueError("its directory is not where it says")
        mark, length64, *_, here, count, length, start = struct.unpack("<4sQ2H2I4Q", _read(file, end, 56))
        if mark != _END64 or length64 != 44:
            raise ValueError("its directory is not where it says")
    if any(disks[:2]) or here != count:
        raise ValueError("it is only a part of one")
    if start + length != end or count > _ENTRIES or not 46 * count <= length <= _DIRECTORY:
        raise ValueError("its directory is not where it says")
    return start, length, count


def _rows(data: bytes, count: int) -> list[_Row]:
    rows, place = [], 0
    for _ in range(count):
        if place + 46 > len(data):
            raise ValueError("its directory is damaged")
        mark, _made, _needs, flags, method, _time, crc, packed, size, *lengths, disk, _in, _out, local = struct.unpack(
            "<4s4H2xH3I3H2H2I", data[place : place + 46]
        )
        named, extra, comment = lengths
        place += 46
        if mark != b"PK\x01\x02" or disk or place + named + extra + comment > len(data):
            raise ValueError("its directory is damaged")
        key = _key(data[place : place + named])
        wide = _wide(data[place + named : place + named + extra], (size, packed, local))
        place += named + extra + comment
        _check_row(key, flags, method, wide)
        rows.append(_Row(key, wide[0], wide[2], crc))
    if place != len(data):
        raise ValueError("its directory is damaged")
    if len({row.key for row in rows}) != count:
        raise ValueError("it holds two entries of the same name")
    return rows


def _check_row(key: str, flags: int, method: int, sizes: tuple[int, int, int]) -> None:
    size, packed, _ = sizes
    if flags & 0x2041:  # encrypted, strongly encrypted, or with an encrypted directory
        raise ValueError(f"its entry {shown(key)} is encrypted")
    if method:
        raise ValueError(f"its entry {shown(key)} is compressed, which PyTorch never does; save it again")
    if size != packed:
        raise ValueError(f"its entry {shown(key)} lies about its size")


def _key(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        raise ValueError("an entry's name is no text") from None


def _wide(extra: bytes, sizes: tuple[int, int, int]) -> tuple[int, int, int]:
    """The sizes, with those that did not fit 32 bits taken from the 64-bit field, in the format's order."""
    numbers, place = b"", 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack("<2H", extra[place : place + 4])
        if kind == 1:
            numbers = extra[place + 4 : place + 4 + length]
            break
        place += 4 + length
    missing = sum(size == _FULL for size in sizes)
    if len(numbers) < 8 * missing:
        raise ValueError("its directory is damaged")
    rest = iter(struct.unpack(f"<{missing}Q", numbers[: 8 * missing]))
    whole = [next(rest) if size == _FULL else size for size in sizes]
    return whole[0], whole[1], whole[2]


def _placed(file: BinaryIO, rows: list[_Row], end: int) -> dict[str, Entry]:
    """The entries in their places before `end`, each behind a header of its own that says the same."""
    found, free = {}, 0
    for row in sorted(rows, key=lambda row: row.local):
        if row.local < free or row.local + 30 > end:
            raise ValueError(f"its entry {shown(row.key)} lies over another")
        start = _start(file, row, end)
        free = start + row.size
        if free > end:
            raise ValueError(f"its entry {shown(row.key)} does not fit")
        found[row.key] = Entry(start, row.size, row.crc)
    return found


def _start(file: BinaryIO, row: _Row, end: int) -> int:
    """Where the bytes of an entry begin, after its own header."""
    mark, _needs, flags, method, _time, packed, size, named, extra = struct.unpack(
        "<4s3H2xH4x2I2H", _read(file, row.local, 30)
    )
    start = row.local + 30 + named + extra
    if mark != b"PK\x03\x04" or flags & 0x2041 or method or start > end:
        raise ValueError(f"its entry {shown(row.key)} is damaged")
    rest = _read(file, row.local + 30, named + extra)
    if _key(rest[:named]) != row.key:
        raise ValueError(f"its entry {shown(row.key)} has two names")
    later = flags & 8 and not size and not packed  # the sizes follow the bytes; the directory's count
    if not later and _wide(rest[named:], (size, packed, 0))[:2] != (row.size, row.size):
        raise ValueError(f"its entry {shown(row.key)} lies about its size")
    return start
