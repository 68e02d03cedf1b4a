"""Nothing in a checkpoint is ever run: what wants to is named, and what would exhaust is refused."""

import io
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engines.contract import Refused
from engines.files import pickled
from tests.files_pickled.made import FORMS, SHELL, Reduce, Stateful, W, agree, saved, text, zipped_program

# ---------------------------------------------------------------- what wants to run

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
    with pytest.raises(Refused, match=r"wants to run `tests\.files_pickled\.made\.Stateful`"):
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
