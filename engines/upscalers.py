"""Upscaler files of the user's: which networks they hold, told by the names in their headers, and those networks.

By spandrel where it is installed (it knows some fifty kinds); without it the two that most files are: ESRGAN's RRDBNet
(Wang et al., "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks", 2018), in its first and its later
naming, and Real-ESRGAN's compact network (Wang et al. 2021).
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from engines.contract import Refused
from engines.files.source import shown

WRAPPED = re.compile(r"^(module|params_ema|params|state_dict)\.")
OLD = (  # ESRGAN's first names -> its later ones; the last three convolutions follow from the scale
    (re.compile(r"^model\.0\."), "conv_first."),
    (re.compile(r"^model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\."), r"body.\1.rdb\2.conv\3."),
    (re.compile(r"^model\.1\.sub\.\d+\.(weight|bias)$"), r"conv_body.\1"),
    (re.compile(r"^RRDB_trunk\.(\d+)\.RDB(\d)\."), r"body.\1.rdb\2."),
    (re.compile(r"^trunk_conv\."), "conv_body."),
    (re.compile(r"^upconv(\d)\."), r"conv_up\1."),
    (re.compile(r"^HRconv\."), "conv_hr."),
)
LAYER = re.compile(r"body\.(\d+)\.weight")  # of a compact network
COLOURS = 3


class Shape(Struct, frozen=True):
    """An architecture as its header tells it: how many times it enlarges, blocks, channels, growth of a dense block
    (RRDBNet), and by how much pixels are folded into channels first."""

    kind: str
    scale: int
    blocks: int
    wide: int
    growth: int = 0
    folded: int = 1


def spandrel_here() -> bool:
    """Whether spandrel can be asked."""
    return importlib.util.find_spec("spandrel") is not None


def shape_of(shapes: Mapping[str, tuple[int, ...]]) -> Shape | None:
    """What the tensors of a file are the weights of; None when it is neither of the two."""
    return _compact({WRAPPED.sub("", name): form for name, form in shapes.items()}) or _rrdb(_later(shapes))


def load(path: Path) -> Upscaler:
    """The network in the safetensors file `path`. Refused when it holds another, or one that is not whole."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state = {name: tensor.float() for name, tensor in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise Refused("bad-file", f"{shown(path.name)} cannot be read as weights.") from error
    if spandrel_here():
        return _spandrel(path, state)
    told = shape_of({name: tuple(tensor.shape) for name, tensor in state.items()})
    if told is None:
        raise Refused("bad-file", f"{shown(path.name)} is an upscaler of a kind that needs the package spandrel.")
    return _own(path, told, state)


class Upscaler:
    """`act(x)`, (1, 3, H, W) in [0, 1] to (1, 3, scale H, scale W)."""

    def __init__(self, act: Callable[[Any], Any], scale: int, unit: int = 1) -> None:
        self.act, self.scale, self.unit = act, scale, unit

    def __call__(self, x: Any) -> Any:
        """Sides that are no multiple of `unit` are mirrored up to one, and cut again."""
        import torch
        from torch.nn import functional

        height, width = x.shape[-2:]
        room = (0, -width % self.unit, 0, -height % self.unit)
        with torch.no_grad():
            big = self.act(functional.pad(x, room, mode="reflect") if any(room) else x)
        return big[..., : height * self.scale, : width * self.scale]


def _spandrel(path: Path, state: dict[str, Any]) -> Upscaler:
    import spandrel

    try:
        found = spandrel.ModelLoader().load_from_state_dict(state)
    except spandrel.UnsupportedModelError as error:
        raise Refused(
            "bad-file", f"{shown(path.name)} is an upscaler of a kind that spandrel does not know."
        ) from error
    if found.input_channels != COLOURS or found.output_channels != COLOURS:
        raise Refused("bad-file", f"{shown(path.name)} does not work on pictures in colour.")
    return Upscaler(found.eval(), found.scale)


def _own(path: Path, told: Shape, state: dict[str, Any]) -> Upscaler:
    from engines.nn import upscale

    plain = {WRAPPED.sub("", name): tensor for name, tensor in state.items()}
    names = _later(state) if told.kind == "rrdb" else plain
    net: Any = upscale.Rrdb(told) if told.kind == "rrdb" else upscale.Compact(told)
    try:
        net.load_state_dict(names)
    except RuntimeError as error:
        raise Refused("bad-file", f"{shown(path.name)} is not whole: some of its layers are not there.") from error
    return Upscaler(net.eval(), told.scale, told.folded)


# ---------------------------------------------------------------- headers


def _later(named: Mapping[str, Any]) -> dict[str, Any]:
    """By the later names of RRDBNet's layers."""
    found = {}
    for name, value in named.items():
        plain = WRAPPED.sub("", name)
        for pattern, new in OLD:
            plain = pattern.sub(new, plain)
        found[plain] = value
    ends = sorted({int(name.split(".")[1]) for name in found if re.fullmatch(r"model\.\d+\.(weight|bias)", name)})
    ups = [f"conv_up{n + 1}" for n in range(max(len(ends) - 2, 0))]
    last = dict(zip(ends, [*ups, "conv_hr", "conv_last"], strict=True)) if len(ends) >= 2 else {}
    return {_ended(name, last): value for name, value in found.items()}


def _ended(name: str, new: Mapping[int, str]) -> str:
    place = re.fullmatch(r"model\.(\d+)\.(weight|bias)", name)
    return f"{new[int(place[1])]}.{place[2]}" if place and int(place[1]) in new else name


def _rrdb(shapes: Mapping[str, tuple[int, ...]]) -> Shape | None:
    first, inner = shapes.get("conv_first.weight", ()), shapes.get("body.0.rdb1.conv1.weight", ())
    if len(first) != 4 or len(inner) != 4 or shapes.get("conv_last.weight", (0,))[0] != COLOURS:
        return None
    blocks = 1 + max(int(n[1]) for n in map(re.compile(r"body\.(\d+)\.").match, shapes) if n)
    folded = {COLOURS: 1, COLOURS * 4: 2, COLOURS * 16: 4}.get(first[1])
    ups = sum(f"conv_up{n}.weight" in shapes for n in (1, 2, 3))
    return Shape("rrdb", 2**ups // folded, blocks, first[0], inner[0], folded) if folded and 2**ups >= folded else None


def _compact(shapes: Mapping[str, tuple[int, ...]]) -> Shape | None:
    places = sorted(int(found[1]) for found in map(LAYER.fullmatch, shapes) if found)
    if not places or any(not name.startswith("body.") for name in shapes):
        return None
    first, last = shapes["body.0.weight"], shapes[f"body.{places[-1]}.weight"]
    if len(first) != 4 or len(last) != 4 or first[1] != COLOURS or last[0] % COLOURS:
        return None
    scale = round((last[0] / COLOURS) ** 0.5)
    return Shape("compact", scale, places[-1] // 2 - 1, first[0]) if COLOURS * scale**2 == last[0] else None
