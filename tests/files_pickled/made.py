"""What the tests of PyTorch checkpoints share: checkpoints, programs, and the copy against what was saved."""

import collections
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open

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


def zipped_program(path: Path, program: bytes, **extra: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", program)
        for key, data in extra.items():
            archive.writestr(f"archive/{key.replace('_', '/')}", data)
    return path
