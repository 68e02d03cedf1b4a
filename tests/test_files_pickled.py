"""PyTorch checkpoints are copied to safetensors bit for bit, and nothing in them is ever run."""

import collections
import io
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open

from engines.contract import Refused
from engines.files import pickled, weights

DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16]
DTYPES += [torch.int8, torch.uint8, torch.bool, torch.complex64]
NEW = [torch.uint16, torch.uint32, torch.uint64, torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e8m0fnu]
FORMS = pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])


def saved(path: Path, thing: Any, zipped: bool = True) -> Path:
    torch.save(thing, path, _use_new_zipfile_serialization=zipped)
    return path


def bits(tensor: torch.Tensor) -> bytes:
    flat = tensor.detach().resolve_conj().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""


def agree(path: Path, wanted: dict[str, torch.Tensor]) -> None:
    """The copy of `path` holds exactly `wanted`, bit for bit, and the checkpoint is as it was."""
    before = path.read_bytes()
    out = pickled.convert(path, path.with_suffix(".safetensors"))
    assert path.read_bytes() == before
    assert weights.header(out).tensors == pickled.header(path).tensors
    with safe_open(out, "pt") as copy:
        assert set(copy.keys()) == set(wanted)
        for name, tensor in wanted.items():
            mine = copy.get_tensor(name)
            assert (mine.dtype, mine.shape, bits(mine)) == (tensor.dtype, tensor.shape, bits(tensor)), name
        assert copy.metadata() == {"format": "pt"}


def tensors() -> dict[str, torch.Tensor]:
    rng = torch.Generator().manual_seed(0)
    made = {str(d): torch.randint(0, 100, (3, 5), generator=rng).to(d) for d in DTYPES}
    base = torch.randn(6, 8, generator=rng)
    views = {"turned": base.t(), "part": base[1:4, 2:7], "stepped": base[::2, ::3], "last": base[-1], "one": base[0, 0]}
    spread = base[:1].expand(6, 8)[:, :1].t()
    empty, parameter = torch.empty(0, 3), torch.nn.Parameter(torch.randn(4, generator=rng))
    return made | views | {"base": base, "spread": spread, "empty": empty, "parameter": parameter, "tied": base}


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


W, V = torch.arange(6.0).reshape(2, 3), torch.ones(2)
TRAINED = {"state_dict": {"a.w": W, "a.b": V}, "epoch": 3, "loss": 0.5, "rng": torch.get_rng_state()}
PLACES = {
    "top": ({"a.w": W, "a.b": V}, {"a.w": W, "a.b": V}),
    "state_dict": (TRAINED, TRAINED["state_dict"]),
    "model": ({"model": {"w": W}, "optimizer": {"state": {0: {"exp": V}}}}, {"w": W}),
    "smoothed": ({"params": {"w": W}, "params_ema": {"w": W + 1}}, {"w": W + 1}),
    "twice": ({"model": {"state_dict": {"w": W}}}, {"w": W}),
    "nested": ({"unet": {"w": W}, "text": {"b": V}}, {"unet.w": W, "text.b": V}),
    "embedding": (
        {"string_to_param": torch.nn.ParameterDict({"*": W}).state_dict(), "name": "x"},
        {"string_to_param.*": W},
    ),
    "list": ({"params": [W, V]}, {"0": W, "1": V}),
    "alone": (W, {"weight": W}),
    "ordered": (collections.OrderedDict(w=W), {"w": W}),
    "defaults": ({"model": collections.defaultdict(list, w=W)}, {"w": W}),
    "leftovers": (
        {
            "state_dict": {"w": W},
            "path": Path("x"),
            "args": __import__("argparse").Namespace(a=1),
            "score": np.float64(0.5),
            "history": np.ones(3),
            "set": {1, 2},
            "device": torch.device("cpu"),
            "size": W.shape,
            "dtype": torch.float32,
            "bytes": b"x",
            "big": 10**100,
            "keys": {(1, 2): 3, None: 4, 5: 6},
            "optimizer": torch.optim.Adam([torch.nn.Parameter(V)]).state_dict(),
        },
        {"w": W},
    ),
}


@FORMS
@pytest.mark.parametrize("name", PLACES)
def test_the_weights_are_found(tmp_path: Path, name: str, zipped: bool) -> None:
    thing, wanted = PLACES[name]
    agree(saved(tmp_path / "m.pt", thing, zipped), wanted)


def test_a_tensor_with_notes_of_its_own_is_copied(tmp_path: Path) -> None:
    noted = torch.ones(3)
    noted.note = "x"  # type: ignore[attr-defined]
    agree(saved(tmp_path / "m.pt", {"w": noted}), {"w": torch.ones(3)})


# ---------------------------------------------------------------- what wants to run


class Reduce:
    """Pickles to a call of `function` with `given`."""

    def __init__(self, function: Callable[..., Any], *given: Any) -> None:
        self.function, self.given = function, given

    def __reduce__(self) -> tuple[Any, ...]:
        return self.function, self.given


class Stateful:
    """Its state is set by code of its own."""

    def __setstate__(self, state: Any) -> None:
        raise AssertionError("was run")

    def __getstate__(self) -> dict[str, str]:
        return {"a": "b"}


def text(words: str) -> bytes:
    return b"X" + struct.pack("<I", len(words)) + words.encode()


TOUCH = "touch ran"
SHELL = text(TOUCH)
RUNS = {
    "REDUCE": b"cos\nsystem\n(" + SHELL + b"tR",
    "REDUCE of posix": b"cposix\nsystem\n" + SHELL + b"\x85R",
    "INST": b"(" + SHELL + b"ios\nsystem\n",
    "OBJ": b"(cos\nsystem\n" + SHELL + b"o",
    "NEWOBJ": b"csubprocess\nPopen\n" + SHELL + b"\x85\x81",
    "NEWOBJ_EX": b"\x80\x04csubprocess\nPopen\n" + SHELL + b"\x85}\x92",
    "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x06system\x93" + SHELL + b"\x85R",
    "memo": b"\x80\x04\x8c\x06system\x94\x8c\x02os\x940h\x01h\x00\x93\x940"
    + SHELL
    + b"\x85h\x020h\x02h\x010h\x020N0h\x02"
    + SHELL
    + b"\x85R",
    "put twice": text("builtins")
    + b"q\x000"
    + text("os")
    + b"q\x000h\x00"
    + text("system")
    + b"\x93"
    + SHELL
    + b"\x85R",
    "dotted": b"\x80\x04\x8c\x05torch\x8c\x09os.system\x93" + SHELL + b"\x85R",
    "dotted leftover": b"\x80\x04\x8c\x09omegaconf\x8c\x09os.system\x93" + SHELL + b"\x85R",
    "BUILD": b"cbuiltins\nobject\n)\x81}" + text("__setstate__") + b"cos\nsystem\nsb" + SHELL + b"b",
    "BUILD of a class": b"c__main__\nThing\n}" + text("a") + text("b") + b"sb",
    "getattr": b"cbuiltins\ngetattr\ncos\n__dict__\n" + text("system") + b"\x86R",
    "eval": b"c__builtin__\neval\n" + text("1") + b"\x85R",
    "map": b"cbuiltins\nmap\ncos\nsystem\n]" + SHELL + b"a\x86R",
    "OrderedDict of calls": b"ccollections\ndefaultdict\ncos\nsystem\n\x85R",
    "run string": b"cnumpy.testing._private.utils\nrunstring\n" + SHELL + b"}\x86R",
    "load in load": b"ctorch.storage\n_load_from_bytes\n" + b"C\x01." + b"\x85R",
    "stranger": b"cmodels.yolo\nModel\n)R",
    "called result": b"cmodels.yolo\nModel\n)\x81)R",
    "reconstructor": b"ccopyreg\n_reconstructor\ncsubprocess\nPopen\ncbuiltins\nobject\nN\x87R",
    "nested": b"}" + text("state_dict") + b"}" + text("w") + b"(]cos\nsystem\n" + SHELL + b"\x85Ra" + b"tss",
}


def zipped_program(path: Path, program: bytes, **extra: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", program)
        for key, data in extra.items():
            archive.writestr(f"archive/{key.replace('_', '/')}", data)
    return path


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("form", ["zip", "legacy", "bare", "text"])
def test_what_wants_to_run_is_named_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    program = RUNS[name] + b"."
    if form in ("zip", "legacy"):
        program = b"\x80\x02" + program
    if form == "zip":
        zipped_program(tmp_path / "m.ckpt", program)
    else:
        head = b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
        (tmp_path / "m.ckpt").write_bytes((head if form == "legacy" else b"") + program)
    loaded = set(sys.modules)
    with pytest.raises(Refused, match=r"^m\.ckpt wants to run `[\w.]+`, so it is not opened\.$"):
        pickled.header(tmp_path / "m.ckpt")
    assert not (tmp_path / "ran").exists()
    assert set(sys.modules) == loaded


def test_the_programs_would_run_in_an_unpickler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested above is dangerous in truth: an ordinary reader runs it."""
    monkeypatch.chdir(tmp_path)
    for name in ("REDUCE", "INST", "OBJ", "STACK_GLOBAL", "memo", "put twice", "nested"):
        pickle.loads(RUNS[name] + b".")
        (tmp_path / "ran").unlink()


@FORMS
@pytest.mark.parametrize(
    "function", [os.system, os.popen, subprocess.Popen, eval, exec, __import__, open, print, io.open_code]
)
def test_calls_beside_good_weights_are_refused(tmp_path: Path, zipped: bool, function: Callable[..., Any]) -> None:
    path = saved(tmp_path / "m.pt", {"state_dict": {"w": W}, "callbacks": [Reduce(function, "touch ran")]}, zipped)
    with pytest.raises(Refused, match="wants to run"):
        pickled.convert(path, tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()


@FORMS
def test_an_object_beside_the_weights_is_dropped_and_never_made(tmp_path: Path, zipped: bool) -> None:
    agree(saved(tmp_path / "m.pt", {"state_dict": {"w": W}, "other": Stateful()}, zipped), {"w": W})


@FORMS
@pytest.mark.parametrize("thing", [{"model": Stateful()}, {"state_dict": {"w": W, "x": Stateful()}}, Stateful()])
def test_an_object_in_place_of_weights_is_refused_by_name(tmp_path: Path, zipped: bool, thing: Any) -> None:
    with pytest.raises(Refused, match=r"wants to run `tests\.test_files_pickled\.Stateful`"):
        pickled.header(saved(tmp_path / "m.pt", thing, zipped))


def test_a_whole_network_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"wants to run `torch\.nn\.modules\.linear\.Linear`"):
        pickled.header(saved(tmp_path / "m.pt", torch.nn.Linear(2, 2)))


@pytest.mark.parametrize(
    "tensor",
    [
        torch.eye(3).to_sparse(),
        torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
        torch.ones(2, dtype=torch.complex64).conj(),
        torch.ones(2, dtype=torch.complex128),
        torch.empty(3, device="meta"),
    ],
    ids=["sparse", "quantised", "conjugated", "complex128", "meta"],
)
def test_numbers_of_a_kind_not_read_are_refused(tmp_path: Path, tensor: torch.Tensor) -> None:
    with pytest.raises(Refused, match=r"^m\.pt [^\n]+\.$"):
        pickled.header(saved(tmp_path / "m.pt", {"w": tensor}))


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


BOMBS = {
    "tuples in tuples": b"(t" + b"2\x86" * 64 + b".",
    "tuple as a key": b"}(" + b"(t" + b"2\x86" * 64 + b"Nu.",
    "dicts in dicts": b"}q\x00"
    + b"".join(b"}(" + text("a") + b"h\x00" + text("b") + b"h\x00uq\x00" for _ in range(40))
    + b".",
    "list in itself": b"]q\x00h\x00a.",
    "dict in itself": b"}q\x00" + text("state_dict") + b"h\x00s.",
    "depth": b"]" * 100_000 + b"a" * 99_999 + b".",
    "marks": b"(" * 100_000 + b".",
    "colliding memo": b"N" + b"".join(b"p%d\n" % (n * (2**61 - 1)) for n in range(1, 20_000)) + b".",
    "colliding keys": b"}(" + b"".join(b"I%d\nN" % (n * (2**61 - 1)) for n in range(1, 20_000)) + b"u.",
    "long number": b"I" + b"9" * 100_000 + b"\n.",
    "long string": b"X\xff\xff\xff\xff.",
    "longer string": b"\x80\x04\x8d" + b"\xff" * 8 + b".",
    "handed on": b"(" + b"N" * 50_000 + b"l\x85q\x000" + b"ccollections\nOrderedDict\nh\x00R0" * 2000 + b"N.",
    "nothing": b"N.",
    "empty": b".",
    "no end": b"N",
    "extension": b"\x82\x01.",
    "buffer": b"\x80\x05\x97.",
    "no opcode": b"\xff.",
    "underflow": b"R.",
    "get nothing": b"h\x07.",
    "text for a name": b"NN\x93.",
    "text called": text("a") + b")R.",
}


@pytest.mark.parametrize("name", BOMBS)
def test_programs_made_to_exhaust_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match=r"^m\.pt [^\n]+\.$"):
        pickled.header(zipped_program(tmp_path / "m.pt", BOMBS[name]))


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
