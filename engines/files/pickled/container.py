"""Where the programs and the numbers of a PyTorch checkpoint lie: in a zip archive, or in a row (before 1.6)."""

import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from engines.contract import Refused
from engines.files import archive
from engines.files.pickled.machine import Machine
from engines.files.pickled.symbols import Storage

Places = dict[str, archive.Entry]
"""Where the numbers of each storage lie in the file, by the storage's key."""

_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
_PROGRAM = 64_000_000  # bytes; programs are followed in memory


def read(file: BinaryIO, size: int, name: str) -> tuple[Any, Places]:
    """What the checkpoint's program leaves behind, and where its numbers lie. Every storage is whole in the file."""
    start = file.read(262)
    file.seek(0)
    if start[257:] == b"ustar":
        raise Refused("bad-file", f"{name} is a checkpoint of PyTorch before 0.1.10 (tar), which is not read.")
    return _zipped(file, size, name) if start[:2] == b"PK" else _legacy(file, size, name)


def _zipped(file: BinaryIO, size: int, name: str) -> tuple[Any, Places]:
    entries = archive.entries(file, size, name)
    roots = [key.removesuffix("data.pkl") for key in entries if key.endswith("/data.pkl")]
    if len(roots) != 1:
        raise Refused("bad-file", f"{name} is a zip archive without PyTorch weights.")
    root = roots[0]
    if f"{root}constants.pkl" in entries or any(key.startswith(f"{root}code/") for key in entries):
        raise Refused("bad-file", f"{name} is a TorchScript program, which is code; use its weights in safetensors.")
    if "byteorder" in (mark.removeprefix(root) for mark in entries):
        _little(file, entries[f"{root}byteorder"], name)
    program = entries[f"{root}data.pkl"]
    if program.size > _PROGRAM:
        raise Refused("bad-file", f"{name} is a pickle too long to be weights.")
    file.seek(program.start)
    machine = Machine(name)
    text = file.read(program.size)
    if program.crc and zlib.crc32(text) != program.crc:
        raise Refused("bad-file", f"{name} is damaged: its program is not what was written; get the file anew.")
    value = machine.run(io.BytesIO(text))
    places = {}
    for key, storage in machine.storages.items():
        entry = entries.get(f"{root}data/{key}")
        if entry is None or entry.size != storage.whole * storage.width:
            raise Refused("bad-file", f"{name} is damaged: the numbers of one of its tensors are not there.")
        places[key] = entry
    return value, places


def _little(file: BinaryIO, entry: archive.Entry, name: str) -> None:
    file.seek(entry.start)
    if file.read(min(entry.size, 6)) != b"little":
        raise Refused("bad-file", f"{name} was written on a big-endian machine; get weights in safetensors.")


def _legacy(file: BinaryIO, size: int, name: str) -> tuple[Any, Places]:
    """Five programs (a magic number, a version, the machine, the object, the storages' keys), then the storages."""
    machine, programs = Machine(name), io.BytesIO(file.read(min(size, _PROGRAM)))
    if machine.run(programs) != _MAGIC:
        raise Refused("bad-file", f"{name} is a Python pickle without PyTorch weights; it is not opened.")
    version, system, value, keys = (machine.run(programs) for _ in range(4))
    if version != _PROTOCOL or not isinstance(system, dict) or system.get("little_endian") is not True:
        raise Refused("bad-file", f"{name} was written on a big-endian machine or by another version of PyTorch.")
    if type(keys) is not list or set(map(type, keys)) - {str} or sorted(keys) != sorted(machine.storages):
        raise _short(name)
    file.seek(programs.tell())
    return value, dict(_laid(file, size, [machine.storages[key] for key in keys], name))


def _laid(file: BinaryIO, size: int, storages: list[Storage], name: str) -> Iterator[tuple[str, archive.Entry]]:
    place = file.tell()
    for storage in storages:
        file.seek(place)
        if int.from_bytes(file.read(8), "little", signed=True) != storage.whole:
            raise _short(name)
        yield storage.key, archive.Entry(place + 8, storage.whole * storage.width)
        place += 8 + storage.whole * storage.width
    if place != size:
        raise _short(name)


def _short(name: str) -> Refused:
    return Refused("bad-file", f"{name} is damaged: the numbers of its tensors are not where they should be.")
