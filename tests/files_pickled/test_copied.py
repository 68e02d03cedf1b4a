"""PyTorch checkpoints are copied to safetensors bit for bit."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from engines.contract import Refused
from engines.files import pickled
from tests.files_pickled.made import FORMS, NEW, PLACES, W, agree, saved, tensors

# ----------------------------------------------------------------


@FORMS
def test_every_tensor_is_copied_bit_for_bit(tmp_path: Path, zipped: bool) -> None:
    path = saved(tmp_path / "m.ckpt", tensors(), zipped)
    agree(path, torch.load(path, weights_only=True))


def test_new_types_of_number_are_copied(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "m.ckpt",
        {str(d): torch.arange(4).to(torch.uint8).view(d) if d.itemsize == 1 else torch.arange(4).to(d) for d in NEW},
    )
    agree(path, torch.load(path, weights_only=True))


@FORMS
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_protocol_is_read(tmp_path: Path, zipped: bool, protocol: int) -> None:
    state = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4)).state_dict()
    torch.save(state, tmp_path / "m.pth", pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
    agree(tmp_path / "m.pth", dict(state))


def test_a_tensor_bigger_than_a_piece_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engines.files.pickled import copy

    monkeypatch.setattr(copy, "_PIECE", 1000)
    big = torch.arange(30_000, dtype=torch.int32).reshape(3, 100, 100)
    wanted = {
        "plain": big,
        "turned": big.permute(2, 0, 1),
        "row": big.reshape(-1)[::2],
        "wide": big.reshape(1, -1)[:, ::3],
    }
    agree(saved(tmp_path / "m.pt", wanted), wanted)


@FORMS
@pytest.mark.parametrize("name", PLACES)
def test_the_weights_are_found(tmp_path: Path, name: str, zipped: bool) -> None:
    thing, wanted = PLACES[name]
    agree(saved(tmp_path / "m.pt", thing, zipped), wanted)


def test_a_tensor_with_notes_of_its_own_is_copied(tmp_path: Path) -> None:
    noted = torch.ones(3)
    noted.note = "x"  # type: ignore[attr-defined]
    agree(saved(tmp_path / "m.pt", {"w": noted}), {"w": torch.ones(3)})


def test_the_checkpoint_is_never_its_own_copy(tmp_path: Path) -> None:
    path = saved(tmp_path / "m.pt", {"w": W})
    (tmp_path / "link").symlink_to(path)
    for out in (path, tmp_path / "link"):
        with pytest.raises(Refused, match="own copy"):
            pickled.convert(path, out)
    assert torch.load(path, weights_only=True)["w"].equal(W)


COPY = """
import resource, sys
from engines.files import pickled
import numpy.lib.stride_tricks
pickled.copy._PIECE = 1_000_000
used = int(open("/proc/self/status").read().split("VmData:")[1].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + 10_000_000,) * 2)
pickled.convert(sys.argv[1], sys.argv[2])
try:
    bytearray(16_000_000)
except MemoryError:
    print("limited")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is Linux's")
def test_the_copy_needs_little_memory(tmp_path: Path) -> None:
    """Tensors of 16 MB, one of them turned, are copied with 10 MB to spare."""
    wanted = {"w": torch.randn(2000, 2000), "t": torch.randn(1000, 4000).t()}
    path, out = saved(tmp_path / "m.pt", wanted), tmp_path / "o.safetensors"
    ran = subprocess.run([sys.executable, "-c", COPY, path, out], check=True, capture_output=True, text=True)
    assert ran.stdout == "limited\n"
    with safe_open(out, "pt") as copy:
        assert all(copy.get_tensor(key).equal(tensor) for key, tensor in wanted.items())
