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
