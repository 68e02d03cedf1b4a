"""A checkpoint that lies, about its tensors or as an archive, is refused."""

import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from engines.contract import Refused
from engines.files import pickled, weights
from tests.files_pickled.made import FORMS, W, saved, text, zipped_program

# ---------------------------------------------------------------- what lies about its size


def view(
    key: str = "0", count: int = 6, offset: int = 0, shape: tuple[int, ...] = (2, 3), strides: tuple[int, ...] = (3, 1)
) -> bytes:
    """A program that rebuilds one tensor 'w'."""
    numbers = [b"I" + str(n).encode() + b"\n" for n in (*shape, *strides)]
    store = (
        b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + f"I{count}\n".encode() + b"tQ"
    )
    sizes = b"(" + b"".join(numbers[: len(shape)]) + b"t(" + b"".join(numbers[len(shape) :]) + b"t"
    made = b"ctorch._utils\n_rebuild_tensor_v2\n(" + store + f"I{offset}\n".encode() + sizes + b"\x89}tR"
    return b"\x80\x02}" + text("w") + made + b"s."


def test_a_tensor_made_by_hand_is_read(tmp_path: Path) -> None:
    header = pickled.header(zipped_program(tmp_path / "m.pt", view(), data_0=bytes(24)))
    assert header.tensors == {"w": weights.Tensor("F32", (2, 3), 0, 24)}


LIES = {
    "no storage": (view("1"), 24),
    "leaves the archive": (view("../data.pkl"), 24),
    "storage longer": (view(count=7), 24),
    "storage shorter": (view(count=5, shape=(5,), strides=(1,)), 24),
    "storage endless": (view(count=2**62), 24),
    "storage negative": (view(count=-6), 24),
    "offset": (view(offset=1), 24),
    "offset negative": (view(offset=-1), 24),
    "shape": (view(shape=(3, 3)), 24),
    "shape negative": (view(shape=(-2, -3)), 24),
    "strides": (view(strides=(4, 1)), 24),
    "strides negative": (view(strides=(-3, 1)), 24),
    "strides short": (view(strides=(1,)), 24),
    "spread without end": (view(shape=(2**40,), strides=(0,)), 24),
    "wraps": (view(shape=(2**32, 2**32), strides=(0, 0)), 24),
    "dimensions": (view(shape=(1,) * 65, strides=(1,) * 65), 24),
}


@pytest.mark.parametrize("name", LIES)
def test_a_tensor_that_leaves_its_storage_is_refused(tmp_path: Path, name: str) -> None:
    program, size = LIES[name]
    with pytest.raises(Refused, match=r"^m\.pt is [^\n]+\.$"):
        pickled.header(zipped_program(tmp_path / "m.pt", program, data_0=bytes(size)))


def test_many_names_for_one_storage_do_not_fill_the_disk(tmp_path: Path) -> None:
    base = torch.ones(10_000)
    with pytest.raises(Refused, match="4 times its size"):
        pickled.header(saved(tmp_path / "m.pt", {str(n): base for n in range(300)}))


def test_a_tar_checkpoint_is_refused_by_name(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "m.pth", "w") as made:
        made.add(__file__, "storages")
    with pytest.raises(Refused, match=r"before 0\.1\.10"):
        pickled.header(tmp_path / "m.pth")


def test_a_storage_of_no_size_is_refused(tmp_path: Path) -> None:
    program = view().replace(b"I6\n", b"N", 1)
    with pytest.raises(Refused, match="damaged"):
        pickled.header(zipped_program(tmp_path / "m.pt", program, data_0=bytes(24)))


# ---------------------------------------------------------------- archives


def archive(path: Path, change: Callable[[zipfile.ZipFile], None]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("archive/data.pkl", view())
        made.writestr("archive/data/0", bytes(24))
        change(made)
    return path


def doubled(made: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("archive/data/0", bytes(24))


ODD: dict[str, tuple[Callable[[zipfile.ZipFile], None], str]] = {
    "twice": (doubled, "two entries of the same name"),
    "deflated": (lambda made: made.writestr("archive/x", bytes(10**6), zipfile.ZIP_DEFLATED), "is compressed"),
    "two checkpoints": (lambda made: made.writestr("other/data.pkl", b"N."), "without PyTorch weights"),
    "script": (lambda made: made.writestr("archive/code/m.py", b""), "TorchScript"),
    "constants": (lambda made: made.writestr("archive/constants.pkl", b""), "TorchScript"),
    "big-endian": (lambda made: made.writestr("archive/byteorder", b"big"), "big-endian"),
    "comment": (lambda made: setattr(made, "comment", b"x"), "follows its end"),
}


@pytest.mark.parametrize("name", ODD)
def test_archives_torch_does_not_write_are_refused(tmp_path: Path, name: str) -> None:
    change, why = ODD[name]
    with pytest.raises(Refused, match=why):
        pickled.header(archive(tmp_path / "m.pt", change))


@pytest.mark.parametrize("part", ["data.pkl", "data/0", "data/1"])
def test_an_archive_whose_bytes_have_changed_is_not_copied(tmp_path: Path, part: str) -> None:
    """By its checksums. `data/1` is seen through a view that is not all of it."""
    whole = torch.arange(2000.0)
    path = saved(tmp_path / "m.pt", {"a": torch.arange(1000.0), "b": whole[7:1000:3]})
    with zipfile.ZipFile(path) as made:
        entry = next(info for info in made.infolist() if info.filename.endswith(part))
    data = bytearray(path.read_bytes())
    named, extra = struct.unpack("<2H", data[entry.header_offset + 26 : entry.header_offset + 30])
    data[entry.header_offset + 30 + named + extra + entry.file_size - 3] ^= 4
    path.write_bytes(data)
    with pytest.raises(Refused, match="is damaged: "):
        pickled.convert(path, tmp_path / "out.safetensors")
    assert [file.name for file in tmp_path.iterdir()] == ["m.pt"]


def test_an_archive_without_checksums_is_copied(tmp_path: Path) -> None:
    torch.serialization.set_crc32_options(False)
    try:
        path = saved(tmp_path / "m.pt", {"a": torch.arange(1000.0), "b": torch.arange(50.0)})
    finally:
        torch.serialization.set_crc32_options(True)
    with safe_open(pickled.convert(path, tmp_path / "out.safetensors"), "pt") as copy:
        assert torch.equal(copy.get_tensor("a"), torch.arange(1000.0))


def test_a_zip_of_other_things_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", a=np.ones(3))
    with pytest.raises(Refused, match="without PyTorch weights"):
        pickled.header(tmp_path / "m.npz")


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        (8, b"\1\0", "encrypted"),
        (24, b"\xff", "lies about its size"),
        (20, b"\xff", "lies about its size"),
        (42, b"\xff", "archive"),
    ],
    ids=["encrypted", "size", "packed", "place"],
)
def test_a_directory_that_lies_is_refused(tmp_path: Path, field: int, value: bytes, why: str) -> None:
    data = bytearray(archive(tmp_path / "m.pt", lambda made: None).read_bytes())
    row = data.index(b"PK\x01\x02")
    data[row + field : row + field + len(value)] = value
    (tmp_path / "m.pt").write_bytes(data)
    with pytest.raises(Refused, match=why):
        pickled.header(tmp_path / "m.pt")


def test_entries_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    data = bytearray(archive(tmp_path / "m.pt", lambda made: made.writestr("archive/data/1", bytes(24))).read_bytes())
    rows = [n for n in range(len(data)) if data[n : n + 4] == b"PK\x01\x02"]
    data[rows[2] + 42 : rows[2] + 46] = data[rows[1] + 42 : rows[1] + 46]
    (tmp_path / "m.pt").write_bytes(data)
    with pytest.raises(Refused, match="lies over another"):
        pickled.header(tmp_path / "m.pt")


@FORMS
def test_every_cut_is_refused(tmp_path: Path, zipped: bool) -> None:
    whole = saved(tmp_path / "m.pt", {"w": W}, zipped).read_bytes()
    for end in range(1, len(whole)):
        (tmp_path / "m.pt").write_bytes(whole[:end])
        with pytest.raises(Refused):
            pickled.header(tmp_path / "m.pt")
