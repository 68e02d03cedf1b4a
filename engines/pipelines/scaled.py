"""Numbers in eight bits that others beside them are multiplied by, as ComfyUI's files hold them.

A matrix `x.weight` in FP8 has its scale in `x.scale_weight` or `x.weight_scale`: one number, or one a row. What else
lies beside (scales of what comes in, notes, a mark) is for arithmetic in FP8 itself, and is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engines.contract import Refused
from engines.files.source import shown
from engines.files.weights import Tensor

SCALES = (".scale_weight", ".weight_scale")  # how the names of what numbers are multiplied by end
BESIDE = (*SCALES, ".scale_input", ".input_scale", ".comfy_quant")
MARK = "scaled_fp8"
EIGHT = ("F8_E4M3", "F8_E5M2")
PLAIN = ("F32", "BF16", "F16")


def beside(name: str) -> bool:
    """Whether the tensor of that name is no weight, but goes with one."""
    return name.endswith(BESIDE) or name.rpartition(".")[2] == MARK


def pairs(names: Mapping[str, Any]) -> dict[str, str]:
    """The weights among `names` that are to be scaled -> their scales."""
    return {name.rpartition(".")[0] + ".weight": name for name in names if name.endswith(SCALES)}


def check(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Refused('bad-file') where a scale is of a kind that cannot be worked with (a block has one, or 4-bit numbers)."""
    for weight, scale in pairs(tensors).items():
        if not _works(tensors.get(weight), tensors[scale]):
            dtype = tensors[weight].dtype if weight in tensors else "nothing"
            said = f"{shown(path.name)} holds {shown(weight)} as {dtype} to be scaled in a way that is not known"
            raise Refused("bad-file", f"{said}; get it as FP8 with a scale for each matrix, FP16, BF16 or GGUF.")


def _works(weight: Tensor | None, scale: Tensor) -> bool:
    if weight is None or weight.dtype not in EIGHT or scale.dtype not in PLAIN:
        return False
    return math.prod(scale.shape) in (1, *weight.shape[:1]) and max((1, *scale.shape[1:])) == 1


def unscaled(tensors: Mapping[str, Any], dtype: Any) -> dict[str, Any]:
    """The weights as they are meant, those that are scaled in `dtype`."""
    scales = pairs(tensors)
    found = {name: tensor for name, tensor in tensors.items() if not beside(name)}
    return found | {weight: _times(found[weight], tensors[scale], dtype) for weight, scale in scales.items()}


def _times(weight: Any, scale: Any, dtype: Any) -> Any:
    import torch

    by = scale.to(torch.float32).reshape(-1, *[1] * (weight.ndim - 1)) if weight.ndim else scale.float().reshape(())
    return (weight.to(torch.float32) * by).to(dtype)
