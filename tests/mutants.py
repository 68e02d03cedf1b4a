"""Mutants of model files: valid files changed where their structure is, in thousands of ways drawn from a generator."""

import io
import json
import pickletools
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from engines.files import gguf as gguf_reader

NUMBERS = (0, 1, 2, 7, 8, 31, 32, 63, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**40)
NUMBERS += (2**53, 2**61, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
NAMES = ("", ".", "..", "../out.safetensors", "/etc/passwd", "/dev/zero", "a/b", "a\\b", "C:x", "x\0y", "\n", "é" * 300)
NAMES += ("link.safetensors", "loop.safetensors", "pipe.safetensors", "model.safetensors", "unet", "vae", "con", "~")
WORDS = (
    "os",
    "system",
    "builtins",
    "exec",
    "diffusers",
    "transformers",
    "stable_diffusion",
    "torch",
    "diffusers.utils",
)
WORDS += ("__class__", "UNet2DModel", "AutoTokenizer", "pipeline", "F32", "F4", "BOOL", "Q8_0", "\ud800", "½")
VALUES: tuple[Any, ...] = (None, True, False, -1, 1.5, 1e400, [], {}, [[]], [1, 2], {"a": 1}, *NUMBERS, *NAMES, *WORDS)

_HUGE = b"\x8a\x09" + b"\xff" * 8 + b"\0"  # 2**64 - 1 as a number of any length
_SAID = b"X\x04\0\0\0true"
ATTACKS = (
    b"cos\nsystem\n" + _SAID + b"\x85R",  # REDUCE
    b"(" + _SAID + b"ios\nsystem\n",  # INST
    b"(cos\nsystem\n" + _SAID + b"o",  # OBJ
    b"csubprocess\nPopen\n" + _SAID + b"\x85\x81",  # NEWOBJ
    b"csubprocess\nPopen\n" + _SAID + b"\x85}\x92",  # NEWOBJ_EX
    b"cos\npath\n}X\x06\0\0\0getcwd" + _SAID + b"sb",  # BUILD of a module
    b"cbuiltins\nobject\n)\x81cos\nsystem\nb",  # BUILD with a function
    b"\x8c\x02os\x8c\x06system\x93" + _SAID + b"\x85R",  # STACK_GLOBAL
    b"\x8c\x02osp90001\n0g90001\n\x8c\x06system\x93p90002\n0g90002\n" + _SAID + b"\x85R",  # by way of the memo
    b"cposix\nsystem\n" + _SAID + b"\x85R",
    b"cbuiltins\neval\n" + _SAID + b"\x85R",
    b"c__builtin__\nexec\n" + _SAID + b"\x85R",
    b"cbuiltins\ngetattr\nc__builtin__\n__import__\nX\x02\0\0\0os\x85RX\x06\0\0\0system\x86R" + _SAID + b"\x85R",
    b"c_pickle\nloads\nC\x17cos\nsystem\nX\x04\0\0\0true\x85R.\x85R",  # a pickle in a pickle
    b"ctorch\nload\n" + _SAID + b"\x85R",
    b"ctorch.hub\nload\n" + _SAID + b"\x85R",
    b"cnumpy.testing._private.utils\nrunstring\n" + _SAID + b"}\x86R",
    b"crunpy\nrun_path\n" + _SAID + b"\x85R",
    b"cimportlib\nimport_module\n" + _SAID + b"\x85R",
    b"cwebbrowser\nopen\n" + _SAID + b"\x85R",
)
"""Each pushes one value, so that a POP after it leaves the program as it was."""


def blunt(rng: random.Random, data: bytes) -> bytes:
    """Changed without regard to what is where."""
    place, length = rng.randrange(len(data) + 1), rng.choice((1, 1, 2, 4, 8, 16, 64))
    other = rng.randrange(len(data) + 1)
    match rng.randrange(7):
        case 0:
            return data[:place] + rng.randbytes(length) + data[place + length :]
        case 1:
            return data[:place] + rng.randbytes(length) + data[place:]
        case 2:
            return data[:place] + data[place + length :]
        case 3:
            return data[:place]
        case 4:
            return data[:place] + data[other : other + length * 4] + data[place:]
        case 5:
            return data + rng.randbytes(length)
    return numbered(rng, data, place, rng.choice((1, 2, 4, 8)))


def numbered(rng: random.Random, data: bytes, place: int, width: int) -> bytes:
    """With another number of `width` bytes at `place`."""
    old = int.from_bytes(data[place : place + width], "little")
    new = rng.choice((*NUMBERS, len(data), old + 1, old - 1, old * 2, old ^ (1 << rng.randrange(8 * width))))
    return data[:place] + (new % 2 ** (8 * width)).to_bytes(width, "little") + data[place + width :]


# ------------------------------------------------------------ JSON


class Pairs(list[tuple[str, Any]]):
    """An object of JSON that may say a key twice."""


def tree(text: bytes) -> Any:
    return json.loads(text, object_pairs_hook=Pairs)


def spelt(value: Any) -> str:
    if isinstance(value, Pairs | dict):
        pairs = value if isinstance(value, Pairs) else value.items()
        return "{" + ",".join(f"{json.dumps(key)}:{spelt(one)}" for key, one in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(spelt, value)) + "]"
    return json.dumps(value)


def _nodes(value: Any) -> Iterator[list[Any]]:
    """Every list and object in a tree."""
    if isinstance(value, list):
        yield value
        for one in value:
            yield from _nodes(one[1] if isinstance(value, Pairs) else one)


def regrown(rng: random.Random, text: bytes) -> bytes:
    """Valid JSON, but with keys and values dropped, doubled, renamed, exchanged or made strange."""
    value = tree(text)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        _regrow(rng, rng.choice([*_nodes(value)]))
    deep = rng.choice((500, 5_000, 50_000)) if rng.random() < 0.02 else 0
    return b"[" * deep + spelt(value).encode() + b"]" * deep


def _regrow(rng: random.Random, node: list[Any]) -> None:
    if not node:
        node.append((rng.choice(WORDS), rng.choice(VALUES)) if isinstance(node, Pairs) else rng.choice(VALUES))
        return
    place = rng.randrange(len(node))
    key, old = node[place] if isinstance(node, Pairs) else ("", node[place])
    match rng.randrange(6):
        case 0:
            del node[place]
        case 1:
            node.insert(rng.randrange(len(node) + 1), node[place])
        case 2 if isinstance(node, Pairs):
            node[place] = (rng.choice((*NAMES, *WORDS, *(k for k, _ in node))), old)
        case 3:
            other = rng.randrange(len(node))
            node[place], node[other] = node[other], node[place]
        case _:
            new = old + rng.choice((-1, 1, 4)) if type(old) is int and rng.random() < 0.5 else rng.choice(VALUES)
            node[place] = (key, new) if isinstance(node, Pairs) else new


# ------------------------------------------------------------ the formats


def safetensors(rng: random.Random, base: bytes) -> bytes:
    length = int.from_bytes(base[:8], "little")
    if rng.random() < 0.25:
        return blunt(rng, base)
    if rng.random() < 0.1:
        return numbered(rng, base, 0, 8)
    text = regrown(rng, base[8 : 8 + length])
    text += b" " * rng.choice((0, 0, 0, -len(text) % 8, 120))
    return len(text).to_bytes(8, "little") + text + base[8 + length :]


def gguf(rng: random.Random, base: bytes) -> bytes:
    if rng.random() < 0.25:
        return blunt(rng, base)
    for _ in range(rng.choice((1, 1, 2))):
        place, width = rng.choice(gguf_fields(base))
        wide = width in (1, 2, 4, 8)
        word = rng.randbytes(width) if rng.random() < 0.5 else rng.choice((b"a", b"\0", b"/")) * width
        base = numbered(rng, base, place, width) if wide else base[:place] + word + base[place + width :]
    return base


_FIELDS: list[tuple[int, int]] = []


def gguf_fields(data: bytes) -> list[tuple[int, int]]:
    """Where the numbers and words of a valid GGUF file's header are, and how long; remembered."""
    if not _FIELDS:
        walk = _Recorder(io.BytesIO(data), len(data), "base")
        walk.header()
        _FIELDS.extend(walk.seen)
    return _FIELDS


class _Recorder(gguf_reader._Walk):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.seen: list[tuple[int, int]] = []

    def take(self, length: int) -> bytes:
        self.seen.append((self.place, length))
        return super().take(length)


def ops(data: bytes) -> list[bytes]:
    """A pickle's program, opcode by opcode."""
    places = [place or 0 for _, _, place in pickletools.genops(data)]
    return [data[a:b] for a, b in zip(places, [*places[1:], len(data)], strict=True)]


def programmed(rng: random.Random, data: bytes) -> tuple[bytes, bool]:
    """Another program, and whether it is surely one that wants to run something."""
    program = ops(data)
    place = rng.randrange(len(program))
    if rng.random() < 0.25:
        program.insert(place, rng.choice(ATTACKS) + b"0")
        return b"".join(program), True
    for _ in range(rng.choice((1, 1, 2, 4))):
        place, other = rng.randrange(len(program)), rng.randrange(len(program))
        match rng.randrange(6):
            case 0:
                del program[place]
            case 1:
                program.insert(place, program[other])
            case 2:
                program[place], program[other] = program[other], program[place]
            case 3:
                program[place] = rng.choice(pickletools.opcodes).code.encode("latin-1") + program[place][1:]
            case 4:
                program.insert(place, rng.choice((_HUGE, b"}", b"]", b"(", b"2", b"0", b"N")))
            case _ if len(program[place]) > 1:
                op = program[place]
                program[place] = op[:1] + numbered(rng, op[1:], 0, rng.choice((1, 2, 4)))
        if not program:
            break
    return b"".join(program), False


def zipped(rng: random.Random, base: bytes) -> tuple[bytes, bool]:
    chance = rng.random()
    if chance < 0.15:
        return blunt(rng, base), False
    if chance < 0.4:
        return numbered(rng, base, rng.choice(marks(base)) + rng.randrange(4, 56), rng.choice((1, 2, 4, 8))), False
    if chance < 0.8:
        return reprogrammed(rng, base)
    method = zipfile.ZIP_DEFLATED if chance > 0.95 else zipfile.ZIP_STORED
    return _packed(_repacked(rng, entries(base)), method), False


def reprogrammed(rng: random.Random, base: bytes) -> tuple[bytes, bool]:
    """A sound zip archive with another program in it."""
    program, bad = programmed(rng, dict(entries(base))["m/data.pkl"])
    parts = [(name, program if name == "m/data.pkl" else data) for name, data in entries(base)]
    return _packed(parts, zipfile.ZIP_STORED), bad


def entries(base: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def marks(data: bytes) -> list[int]:
    """Where the records of a zip archive begin."""
    return [found.start() for found in re.finditer(b"PK(\1\2|\3\4|\5\6|\6\6|\6\7)", data)]


def _repacked(rng: random.Random, parts: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Entries dropped, renamed, doubled, cut or grown."""
    place = rng.randrange(len(parts))
    name, data = parts[place]
    match rng.randrange(5):
        case 0:
            del parts[place]
        case 1:
            parts.append((name, data[::-1]))
        case 2:
            parts[place] = (rng.choice((*NAMES, "m/code/x.py", "m/constants.pkl", "n/data.pkl")) or "x", data)
        case 3:
            parts[place] = (name, blunt(rng, data))
        case _:
            parts[place] = (name, data + bytes(rng.choice((1, 64, 4096))))
    return parts


def _packed(parts: list[tuple[str, bytes]], method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def legacy(rng: random.Random, base: bytes) -> tuple[bytes, bool]:
    if rng.random() < 0.2:
        return blunt(rng, base), False
    programs, rest = _split(base)
    place = rng.choice((0, 1, 2, 3, 3, 3, 3, 3, 4, 5))
    if place == 5:
        return b"".join(programs) + numbered(rng, rest, rng.randrange(0, len(rest), 4), 8), False
    programs[place], bad = programmed(rng, programs[place])
    return b"".join(programs) + rest, bad


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    file, programs = io.BytesIO(data), []
    for _ in range(5):
        start = file.tell()
        for _ in pickletools.genops(file):
            pass
        programs.append(data[start : file.tell()])
    return programs, data[file.tell() :]


def bare(rng: random.Random, base: bytes) -> tuple[bytes, bool]:
    """A pickle that is no checkpoint at all."""
    attack = rng.choice(ATTACKS)
    head = rng.choice((b"", b"\x80\x02", b"\x80\x04", b"\x80\x05\x95" + struct.pack("<Q", len(attack) + 1)))
    return blunt(rng, head + attack + b".") if rng.random() < 0.7 else head + attack + b"." + rng.randbytes(4), False


def sharded(rng: random.Random, base: bytes) -> bytes:
    return blunt(rng, base) if rng.random() < 0.15 else regrown(rng, base)


Maker = Callable[[random.Random, bytes], Any]
MAKERS: dict[str, Maker] = {
    "safetensors": safetensors,
    "gguf": gguf,
    "zip": zipped,
    "legacy": legacy,
    "bare": bare,
    "index": sharded,
    "folder": sharded,
    "inner": sharded,
    "config": sharded,
}
"""What makes a mutant of a valid file of each kind: its bytes, or (bytes, whether it must be refused)."""
