"""One word on a model file or folder that somebody handed us: what it really is, and whether it is safe to open.

What is in the file decides, not its name. Nothing of it is run, and nothing but headers is read.
"""

import io
import os
import pickletools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from msgspec import Struct

from engines.contract import Refused
from engines.files import gguf, index, pickled, source, weights
from engines.files.source import shown

Format = Literal["safetensors", "gguf", "pickle", "index", "folder", "unknown"]

_ENDINGS: dict[str, Format] = {".safetensors": "safetensors", ".gguf": "gguf"}
_ENDINGS |= dict.fromkeys(index.PICKLES, "pickle")
_LOOKED = 4_096  # bytes at the start of a file that tell what it is
_NAMED = ("GLOBAL", "INST", "STACK_GLOBAL")  # opcodes no text has by chance after others that make sense
_KEPT = (6, 3)  # types of numbers and ignored files named in a sentence


class Verdict(Struct, frozen=True):
    """What there is to say of a model. `ok`: Darkroom opens it, or can copy it to safetensors (`format` 'pickle').

    `sentence` is for a person. `tensors`, `parameters` (numbers in all) and `dtypes` are 0 and empty when not `ok`;
    `bytes` is the size of the files looked at.
    """

    ok: bool
    format: Format
    sentence: str
    tensors: int = 0
    parameters: int = 0
    bytes: int = 0
    dtypes: tuple[str, ...] = ()


def verdict(path: str | os.PathLike[str]) -> Verdict:
    """The verdict on the file or folder `path`; never an exception, whatever is in it."""
    place = Path(path)
    kind: Format = "unknown"
    try:
        kind = format_of(place)
        return _JUDGES[kind](place)
    except Refused as refusal:
        return Verdict(False, kind, refusal.failure.sentence, bytes=_size(place))
    except OSError as error:  # the disk failed, or a file was taken away while it was read
        sentence = f"{shown(place.name)} cannot be read: {error.strerror or 'the disk failed'}."
        return Verdict(False, kind, sentence, bytes=_size(place))


def format_of(path: Path) -> Format:
    """What `path` really is, by its content. Refused('bad-file') when it cannot be opened or is empty."""
    if os.path.isdir(path):
        return "folder"
    file, size = source.opened(path)
    with file:
        start = file.read(_LOOKED)
    if start[:4] == b"GGUF":
        return "gguf"
    if weights.begins(start, size):
        return "safetensors"
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06") or _is_pickle(start):
        return "pickle"
    return "index" if start.lstrip()[:1] == b"{" else "unknown"


def _is_pickle(start: bytes) -> bool:
    """Whether a file begins as a pickle does: of a numbered protocol, or the old kind that looks like text."""
    if start[:1] == b"\x80" and start[1:2] <= b"\x05":
        return True
    names = []
    try:
        for opcode, _, _ in pickletools.genops(io.BytesIO(start)):
            names.append(opcode.name)
    except ValueError:
        pass
    return len(names) > 2 and (names[-1] == "STOP" or bool(set(names) & set(_NAMED)))


def _safetensors(path: Path) -> Verdict:
    return _sound(path, "safetensors", "in safetensors", [weights.header(path)])


def _gguf(path: Path) -> Verdict:
    return _sound(path, "gguf", "in GGUF", [gguf.header(path)])


def _pickle(path: Path) -> Verdict:
    how = "in a pickle, of which nothing was run; Darkroom uses a copy of it in safetensors"
    return _sound(path, "pickle", how, [pickled.header(path)])


def _index(path: Path) -> Verdict:
    if path.name == index.PIPELINE:
        return _folder(path.parent)
    return _sound(path, "index", "in files of safetensors", index.shards(path).values())


def _folder(path: Path) -> Verdict:
    """A pipeline, or a folder of weights alone."""
    if os.path.lexists(path / index.PIPELINE):
        found = index.folder(path)
        how = f"of a {shown(found.pipeline)} in safetensors{_ignored(found.ignored)}"
        return _sound(path, "folder", how, found.headers.values())
    headers = index.component(path)
    if not headers:
        raise Refused("bad-file", f"{_named(path)} holds no {index.PIPELINE} and no safetensors, so it is no model.")
    return _sound(path, "folder", f"in safetensors{_ignored(index.programs(path))}", headers.values())


def _ignored(programs: tuple[str, ...]) -> str:
    """The word on programs that lie beside the weights."""
    more = ", ..." if len(programs) > _KEPT[1] else ""
    return f"; its programs ({', '.join(map(shown, programs[: _KEPT[1]]))}{more}) are ignored" if programs else ""


def _unknown(path: Path) -> Verdict:
    said = "is none of the kinds of model Darkroom opens (safetensors, GGUF, PyTorch checkpoints, diffusers folders)"
    raise Refused("bad-file", f"{_named(path)} {said}.")


_JUDGES: dict[Format, Callable[[Path], Verdict]] = {
    "safetensors": _safetensors,
    "gguf": _gguf,
    "pickle": _pickle,
    "index": _index,
    "folder": _folder,
    "unknown": _unknown,
}


def _sound(path: Path, kind: Format, how: str, headers: Iterable[weights.Header | gguf.Header]) -> Verdict:
    found = list(headers)
    tensors = [tensor for header in found for tensor in header.tensors.values()]
    dtypes = tuple(sorted({tensor.dtype for tensor in tensors}))
    parameters, size = sum(header.parameters for header in found), sum(header.bytes for header in found)
    types = ", ".join(dtypes[: _KEPT[0]]) + (", ..." if len(dtypes) > _KEPT[0] else "")
    counted = f"{len(tensors):,} tensor{'s' * (len(tensors) != 1)} of {_counted(parameters)} numbers"
    sentence = f"{_named(path)}{_misnamed(path, kind)} holds {counted}{f' ({types})' if types else ''} {how}."
    return Verdict(True, kind, sentence, len(tensors), parameters, size, dtypes)


def _misnamed(path: Path, kind: Format) -> str:
    claimed = _ENDINGS.get(path.suffix.lower())
    return f", despite its name {'an' if kind == 'index' else 'a'} {kind}," if claimed not in (None, kind) else ""


def _counted(number: int) -> str:
    for name, size in (("billion", 10**9), ("million", 10**6)):
        if number >= size:
            return f"{number / size:,.1f} {name}"
    return f"{number:,}"


def _named(path: Path) -> str:
    return shown(path.name or str(path.absolute()))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError):
        return 0
