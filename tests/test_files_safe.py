"""Ten thousand damaged and hostile model files: each gets one sentence, and none makes the reader do anything else."""

import io
import json
import os
import pickletools
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from safetensors.torch import load_file

from engines.files import pickled, weights
from engines.files.verdict import verdict
from tests.model_files import gguf_file, pipeline, sharded
from tests.mutants import ATTACKS, MAKERS, Maker, reprogrammed
from tests.watched import FOLDERS

ROOT = Path(__file__).resolve().parents[1]
COUNT = 1_200  # of each of nine kinds
SEED = "1"


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small valid file of each kind."""
    top = tmp_path_factory.mktemp("bases")
    for name in MAKERS:
        (top / name).mkdir()
    arrays = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.ones(5, np.float16),
        "c": np.zeros((0, 2), "u1"),
    }
    save_file(arrays, top / "safetensors" / "m.safetensors", {"format": "pt"})
    gguf_file(top / "gguf" / "m.gguf")
    grid = torch.arange(6.0).reshape(2, 3)
    model = {
        "state_dict": {"a": grid, "turned": grid.t(), "b": torch.ones(2).bfloat16()},
        "epoch": 3,
        "lr": [0.1, None],
    }
    torch.save(model, top / "zip" / "m.ckpt")
    torch.save(model, top / "legacy" / "m.pt", _use_new_zipfile_serialization=False)
    _number_storages(top / "legacy" / "m.pt")
    (top / "bare" / "m.bin").write_bytes(b"\x80\x02N.")
    for name in FOLDERS:
        pipeline(top / name)
    (sharded(top / "index").parent / "loop.safetensors").symlink_to("loop.safetensors")
    (top / "index" / "link.safetensors").symlink_to("/dev/zero")
    os.mkfifo(top / "index" / "pipe.safetensors")
    return top


def _number_storages(path: Path) -> None:
    """PyTorch calls storages by their places in memory: call them so that a seed gives the same mutants every time."""
    data = path.read_bytes()
    keys = sorted(set(re.findall(rb"\d{10,}", data)))
    for number, key in enumerate(keys):
        data = data.replace(key, str(number).zfill(len(key)).encode())
    path.write_bytes(data)


def watched(folder: Path, count: int, *words: str) -> dict[str, Any]:
    """The report of a process that reads `count` mutants of each kind."""
    command = [sys.executable, "-m", "tests.watched", str(folder), SEED, str(count), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_ten_thousand_mutants_get_a_sentence_each(bases: Path) -> None:
    report = watched(bases, COUNT)
    for name, kind in report.items():
        print(f"{name}: {kind['made']} mutants, {kind['sound']} sound, slowest {kind['slowest']} s")
    assert not [fault for kind in report.values() for fault in kind["faults"]]
    assert all(kind["made"] >= 500 for kind in report.values())
    assert sum(kind["made"] for kind in report.values()) >= 10_000
    assert all(
        report[name]["sound"] and report[name]["sound"] < report[name]["made"] for name in set(MAKERS) - {"bare"}
    )
    assert report["bare"]["sound"] == 0
    assert report["zip"]["copied"]
    assert report["legacy"]["copied"]


def drawn(maker: Maker, base: bytes, count: int) -> Iterator[bytes]:
    """Mutants other than those above."""
    for number in range(count):
        made = maker(random.Random(f"alike {number}"), base)
        yield made[0] if isinstance(made, tuple) else made


def test_safetensors_called_sound_are_read_alike_by_the_library(bases: Path, tmp_path: Path) -> None:
    path, both = tmp_path / "m.safetensors", 0
    for data in drawn(MAKERS["safetensors"], (bases / "safetensors" / "m.safetensors").read_bytes(), 1_000):
        path.write_bytes(data)
        if verdict(path).ok:
            both += 1
            with safe_open(path, "np") as theirs:
                shapes = {key: tuple(theirs.get_slice(key).get_shape()) for key in theirs.keys()}  # noqa: SIM118
            assert shapes == {key: tensor.shape for key, tensor in weights.header(path).tensors.items()}
    assert both > 30


@pytest.mark.parametrize(("kind", "maker"), [("zip", reprogrammed), ("legacy", MAKERS["legacy"])])
@pytest.mark.filterwarnings("ignore:Duplicate name", "ignore:Detected pickle protocol")
def test_copies_of_checkpoints_called_sound_hold_what_the_library_reads(
    bases: Path, tmp_path: Path, kind: str, maker: Maker
) -> None:
    """PyTorch minds more (a count of arguments ...); what it does read, it must read alike.

    Only programs differ in the zip archives: where an entry's size is changed, PyTorch may give memory it never wrote.
    """
    place = next((bases / kind).iterdir())
    path, both, alone = tmp_path / place.name, 0, 0
    for data in drawn(maker, place.read_bytes(), 200):
        path.write_bytes(data)
        if not verdict(path).ok:
            continue
        try:
            theirs = set(numbers(torch.load(path, weights_only=True)))
        except (RuntimeError, ValueError, TypeError, UnpicklingError):
            alone += 1
            continue
        assert set(numbers(load_file(pickled.convert(path, tmp_path / "copy.safetensors")))) <= theirs
        both += 1
    assert both > 10
    assert alone < both


def numbers(value: Any) -> Iterator[tuple[str, tuple[int, ...], bytes]]:
    """Type, shape and bytes of every tensor in a value."""
    if isinstance(value, torch.Tensor):
        yield str(value.dtype), tuple(value.shape), value.contiguous().flatten().view(torch.uint8).numpy().tobytes()
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from numbers(one)


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_attacks_are_whole_programs(number: int) -> None:
    """Each leaves one value, so that a refusal is not one of a damaged file."""
    pickletools.dis(ATTACKS[number] + b".", io.StringIO())


CRIMES = {
    "unsafe": "did pickle.find_class",
    "greedy": "MemoryError",
    "strays": "did open ('/etc/hostname'",
    "runs": "did subprocess.Popen",
    "calls_home": "did socket.",
    "imports": "did import ('this'",
    "writes": "did open",
}


def test_readers_that_are_not_safe_are_caught(bases: Path) -> None:
    report = watched(bases, 20, "careless")
    assert set(report) == set(CRIMES)
    for reader, crime in CRIMES.items():
        assert any(crime in fault for fault in report[reader]["faults"]), report[reader]
    assert not (bases / "bare" / "left").exists()
