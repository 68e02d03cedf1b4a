"""Weights are looked at without loading them; whatever is not safetensors is refused in one sentence."""

import contextlib
import os
from pathlib import Path

import numpy as np
import pytest

from engines.contract import Refused
from engines.files import weights


def test_a_header_is_read_without_the_tensors(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    tensors: dict[str, np.ndarray] = {
        "a": np.zeros((3, 4), np.float32),
        "b": np.ones(5, np.float16),
        "c": np.zeros((0, 2), np.int64),
    }
    save_file(tensors, tmp_path / "w.safetensors", {"licence": "MIT"})
    header = weights.header(tmp_path / "w.safetensors")
    assert {name: t.shape for name, t in header.tensors.items()} == {n: a.shape for n, a in tensors.items()}
    assert header.metadata == {"licence": "MIT"}
    assert header.parameters == 17
    before = weights.sha256(tmp_path / "w.safetensors")
    assert weights.sha256(tmp_path / "w.safetensors") == before
    save_file(tensors | {"b": np.zeros(6, np.float16)}, tmp_path / "w.safetensors")
    assert weights.sha256(tmp_path / "w.safetensors") != before


BAD_WEIGHTS = {
    "pickle": b"\x80\x04\x95" + b"." * 40,
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "empty": b"",
    "short": b"\x05\0",
    "huge header": (2**62).to_bytes(8, "little") + b"{}",
    "no json": (4).to_bytes(8, "little") + b"{{{{",
    "list": (2).to_bytes(8, "little") + b"[]",
    "deep": (200_000).to_bytes(8, "little") + b'{"a":' * 40_000,
    "cut": b'\x40\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[100],"data_offsets":[0,400]}}       ',
    "lies": b'\x40\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[999999999],"data_offsets":[0,4]}}   ' + b"\0" * 4,
    "negative": b'\x40\0\0\0\0\0\0\0{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}   ' + b"\0" * 4,
    "type": b'\x40\0\0\0\0\0\0\0{"a":{"dtype":"PY","shape":[1],"data_offsets":[0,4]}}            ' + b"\0" * 4,
}


@pytest.mark.parametrize("name", BAD_WEIGHTS)
def test_what_is_no_weights_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(BAD_WEIGHTS[name])
    with pytest.raises(Refused) as caught:
        weights.header(path)
    assert caught.value.failure.kind == "bad-file"
    assert "model.safetensors" in caught.value.failure.sentence
    assert "\n" not in caught.value.failure.sentence


def test_pipes_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    with contextlib.suppress(AttributeError):
        os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(Refused) as caught:
            weights.header(path)
        assert caught.value.failure.kind == "bad-file"


def test_a_header_whose_length_begins_like_a_pickle_is_read(tmp_path: Path) -> None:
    """Of 256 true files one has a header of 0x..80 bytes, as a pickle begins."""
    import json

    named = {"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
    text = json.dumps(named).encode().ljust(0x80)
    file = tmp_path / "true.safetensors"
    file.write_bytes(len(text).to_bytes(8, "little") + text + b"\0" * 4)
    assert weights.header(file).parameters == 1


def made(text: bytes, data: int = 4) -> bytes:
    return len(text).to_bytes(8, "little") + text + bytes(data)


def entry(key: str = "a", dtype: str = "F32", shape: str = "1", place: str = "0,4") -> str:
    return f'"{key}":{{"dtype":"{dtype}","shape":[{shape}],"data_offsets":[{place}]}}'


HOSTILE = {
    "said twice": made(f"{{{entry()},{entry()}}}".encode()),
    "shape twice": made(b'{"a":{"dtype":"F32","shape":[9],"shape":[1],"data_offsets":[0,4]}}'),
    "note twice": made(f'{{"__metadata__":{{"k":"1","k":"2"}},{entry()}}}'.encode()),
    "notes twice": made(f'{{"__metadata__":{{}},"__metadata__":{{}},{entry()}}}'.encode()),
    "note no text": made(f'{{"__metadata__":{{"k":1}},{entry()}}}'.encode()),
    "overlap": made(f"{{{entry()},{entry('b')}}}".encode()),
    "hole": made(f"{{{entry()},{entry('b', place='8,12')}}}".encode(), 12),
    "backwards": made(f"{{{entry(shape='0', place='4,0')}}}".encode(), 0),
    "wraps": made(f"{{{entry(shape='4294967296,4294967296', place='0,0')}}}".encode(), 0),
    "beyond 64 bits": made(f"{{{entry(shape='0,99999999999999999999', place='0,0')}}}".encode(), 0),
    "dimensions": made(f"{{{entry(shape=','.join('1' * 65))}}}".encode()),
    "long entry": made(f"{{{entry(shape=','.join('1' * 9000))}}}".encode()),
    "digits": made(f"{{{entry(shape='9' * 5000)}}}".encode()),
    "float": made(f"{{{entry(shape='1.0')}}}".encode()),
    "unknown field": made(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"code":"x"}}'),
    "half a letter": made(f"{{{entry(key=chr(92) + 'ud800')}}}".encode()),
    "no UTF-8": made(f"{{{entry(key='zz')}}}".encode().replace(b"zz", b"\xff\xfe")),
    "half a byte": made(f"{{{entry(dtype='F4', shape='1', place='0,1')}}}".encode(), 1),
    "after the header": made(f"{{{entry()}}} x".encode()),
    "before the header": made(f" {{{entry()}}}".encode()),
    "endless": made(b'{"a":' + b"[" * 100_000),
    "newline": made(f"{{{entry(key=chr(92) + 'n' * 300, dtype='X' + chr(92) + 'n')}}}".encode()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_headers_made_to_mislead_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "m.safetensors").write_bytes(HOSTILE[name])
    with pytest.raises(Refused, match=r"^m\.safetensors[^\n]+\.$"):
        weights.header(tmp_path / "m.safetensors")


def test_too_many_tensors_are_refused(tmp_path: Path) -> None:
    entries = ",".join(entry(str(n), shape="0", place="0,0") for n in range(100_001))
    (tmp_path / "m.safetensors").write_bytes(made(f"{{{entries}}}".encode(), 0))
    with pytest.raises(Refused, match="more than 100,000 tensors"):
        weights.header(tmp_path / "m.safetensors")


@pytest.mark.parametrize("length", [0x80, 0x180, 0x4B50])
def test_a_header_whose_length_looks_like_a_pickle_is_read(tmp_path: Path, length: int) -> None:
    text = f"{{{entry()}}}".encode().ljust(length)
    (tmp_path / "m.safetensors").write_bytes(made(text))
    assert weights.header(tmp_path / "m.safetensors").parameters == 1


def test_every_type_of_the_library_is_known(tmp_path: Path) -> None:
    from safetensors import safe_open

    for dtype, bits in weights._BITS.items():
        (tmp_path / "m.safetensors").write_bytes(
            made(f"{{{entry(dtype=dtype, shape='8', place=f'0,{bits}')}}}".encode(), bits)
        )
        assert weights.header(tmp_path / "m.safetensors").parameters == 8
        with safe_open(tmp_path / "m.safetensors", "np") as theirs:
            assert theirs.get_slice("a").get_dtype() == dtype


def test_a_link_to_a_device_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / "link", tmp_path / "loop"):
        with pytest.raises(Refused):
            weights.header(path)
