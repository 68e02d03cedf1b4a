"""GGUF files as the `gguf` package writes them are read alike; what does not fit its file is refused."""

import struct
from pathlib import Path
from typing import Any

import pytest

from engines.contract import Refused
from engines.files import gguf
from tests.model_files import gguf_file

library = pytest.importorskip("gguf")


@pytest.mark.parametrize("alignment", [32, 64, 4096])
def test_agrees_with_the_library(tmp_path: Path, alignment: int) -> None:
    path = gguf_file(tmp_path / "m.gguf", alignment)
    ours, theirs = gguf.header(path), library.GGUFReader(path)
    assert list(ours.tensors) == [t.name for t in theirs.tensors]
    for t in theirs.tensors:
        mine = ours.tensors[t.name]
        assert mine.dtype == t.tensor_type.name
        assert mine.shape == tuple(int(n) for n in reversed(t.shape))
        assert (ours.data + mine.start, mine.end - mine.start) == (t.data_offset, t.n_bytes)
    assert ours.parameters == 15 + 7 + 256
    assert ours.metadata["a"] == 200
    assert ours.metadata["b"] == -3
    assert ours.metadata["c"] == 0.5
    assert ours.metadata["d"] == 2**60
    assert ours.metadata["e"] is True
    assert ours.metadata["general.name"] == "Small"
    assert not {"long", "words", "numbers", "nested"} & set(ours.metadata)


def test_every_type_of_the_library_is_known() -> None:
    theirs = {int(k): (k.name, *library.GGML_QUANT_SIZES[k]) for k in library.GGMLQuantizationType}
    assert theirs == gguf._TYPES


def test_a_file_of_notes_alone_is_read(tmp_path: Path) -> None:
    writer = library.GGUFWriter(tmp_path / "m.gguf", "vocabulary")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert gguf.header(tmp_path / "m.gguf").tensors == {}


def text(words: str) -> bytes:
    return struct.pack("<Q", len(words.encode())) + words.encode()


def note(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def tensor(key: str = "t", shape: tuple[int, ...] = (8,), kind: int = 0, offset: int = 0) -> bytes:
    dims = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return text(key) + dims + struct.pack("<IQ", kind, offset)


def made(*parts: bytes, tensors: int = 0, notes: int = 0, **given: Any) -> bytes:
    """A file of these parts and 32 bytes of data."""
    head = given.get("magic", b"GGUF") + struct.pack("<IQQ", given.get("version", 3), tensors, notes) + b"".join(parts)
    return head + bytes(-len(head) % 32) + bytes(given.get("data", 32))


GOOD = {
    "one": made(tensor(), tensors=1),
    "version 2": made(tensor(), tensors=1, version=2),
    "two": made(tensor(), tensor("u", offset=32), tensors=2, data=64),
    "no last padding": made(tensor(shape=(7,)), tensors=1, data=28),
    "note": made(note("k", 7, b"\1"), tensor(), tensors=1, notes=1),
    "scalar": made(tensor(shape=()), tensors=1, data=4),
}
BAD = {
    "magic": made(tensor(), tensors=1, magic=b"GGML"),
    "version 1": made(tensor(), tensors=1, version=1),
    "big-endian": made(tensor(), tensors=1, version=3 << 24),
    "tensors": made(tensor(), tensors=2**63),
    "notes": made(tensor(), tensors=1, notes=2**40),
    "short": made(tensor(), tensors=1, data=31),
    "long": made(tensor(), tensors=1, data=65),
    "type": made(tensor(kind=99), tensors=1),
    "removed type": made(tensor(kind=4), tensors=1),
    "dimensions": made(tensor(shape=(1,) * 9), tensors=1),
    "overflow": made(tensor(shape=(2**32, 2**32)), tensors=1),
    "wraps to nothing": made(tensor(shape=(2**63, 2)), tensors=1),
    "block": made(tensor(shape=(8,), kind=8), tensors=1),
    "unaligned": made(tensor(), tensor("u", offset=33), tensors=2, data=96),
    "overlap": made(tensor(), tensor("u", offset=0), tensors=2),
    "hole": made(tensor(), tensor("u", offset=64), tensors=2, data=96),
    "twice": made(tensor(), tensor(offset=32), tensors=2, data=64),
    "key twice": made(note("k", 7, b"\1") * 2, tensor(), tensors=1, notes=2),
    "bool": made(note("k", 7, b"\2"), tensor(), tensors=1, notes=1),
    "note type": made(note("k", 13, b"\1"), tensor(), tensors=1, notes=1),
    "name length": made(struct.pack("<Q", 2**64 - 1), tensors=1),
    "name no text": made(struct.pack("<Q", 2) + b"\xff\xfe" + tensor()[9:], tensors=1),
    "list length": made(note("k", 9, struct.pack("<IQ", 8, 2**61)), tensor(), tensors=1, notes=1),
    "numbers length": made(note("k", 9, struct.pack("<IQ", 10, 2**61)), tensor(), tensors=1, notes=1),
    "deep": made(note("k", 9, struct.pack("<IQ", 9, 1) * 9 + struct.pack("<IQ", 0, 0)), tensors=0, notes=1),
    "alignment 0": made(note("general.alignment", 4, bytes(4)), tensor(), tensors=1, notes=1),
    "alignment 48": made(note("general.alignment", 4, b"\x30\0\0\0"), tensor(), tensors=1, notes=1),
    "alignment type": made(note("general.alignment", 8, text("32")), tensor(), tensors=1, notes=1),
    "text length": made(note("k", 8, struct.pack("<Q", 2**62)), tensor(), tensors=1, notes=1),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_fits_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "m.gguf").write_bytes(GOOD[name])
    assert "t" in gguf.header(tmp_path / "m.gguf").tensors


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "m.gguf").write_bytes(BAD[name])
    with pytest.raises(Refused, match=r"^m\.gguf [^\n]+\.$") as caught:
        gguf.header(tmp_path / "m.gguf")
    assert caught.value.failure.kind == "bad-file"


def test_every_cut_is_refused(tmp_path: Path) -> None:
    whole = gguf_file(tmp_path / "m.gguf").read_bytes()
    for end in range(1, len(whole) - 32):
        (tmp_path / "m.gguf").write_bytes(whole[:end])
        with pytest.raises(Refused):
            gguf.header(tmp_path / "m.gguf")
