"""Networks whose numbers are GGUF's blocks: read by our own walk, kept packed, unpacked layer by layer when used.

The blocks are those of ggml; the layers that work with them are diffusers' (`quantizers/gguf`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engines.contract import Refused
from engines.files import gguf
from engines.files.source import shown
from engines.files.weights import Tensor

PLAIN = {"F32": "float32", "F16": "float16", "BF16": "bfloat16", "F64": "float64"}
BLOCKS: tuple[str, ...] = (
    "Q4_0",
    "Q4_1",
    "Q5_0",
    "Q5_1",
    "Q8_0",
    "Q2_K",
    "Q3_K",
    "Q4_K",
    "Q5_K",
    "Q6_K",
)  # that can be unpacked
BLOCKS += ("IQ4_NL", "IQ4_XS")


def check(path: Path, found: gguf.Header) -> None:
    """Refused unless all of the file's numbers are of types that can be worked with."""
    for name, tensor in found.tensors.items():
        if tensor.dtype not in PLAIN and tensor.dtype not in BLOCKS:
            said = f"{shown(path.name)} holds {shown(name)} as {tensor.dtype}, which cannot be worked with"
            raise Refused("bad-file", f"{said}; get it as Q8_0, Q4_0, Q4_K or their like.")


def tensors(path: Path, known: Mapping[str, Tensor]) -> dict[str, Any]:
    """The tensors `known` of a file whose header was walked: plain ones, matrices as blocks that know their shape."""
    data = gguf.header(path).data
    with path.open("rb") as file:
        return {name: _read(file, data, tensor) for name, tensor in known.items()}


def _read(file: Any, data: int, tensor: Tensor) -> Any:
    import torch

    file.seek(data + tensor.start)
    count = tensor.end - tensor.start
    raw = np.fromfile(file, np.uint8, count)
    if len(raw) != count:
        raise Refused("bad-file", "The file was cut short while it was read; copy it anew.")
    if tensor.dtype in PLAIN:
        return torch.from_numpy(raw).view(getattr(torch, PLAIN[tensor.dtype])).reshape(tensor.shape)
    from diffusers.quantizers.gguf.utils import GGUFParameter, dequantize_gguf_tensor
    from gguf import GGMLQuantizationType

    rows = math.prod(tensor.shape[:-1])
    blocks = torch.from_numpy(raw).reshape(*tensor.shape[:-1], count // max(rows, 1))
    made = GGUFParameter(blocks, quant_type=GGMLQuantizationType[tensor.dtype])
    return made if len(tensor.shape) > 1 else dequantize_gguf_tensor(made)


def plain(found: Mapping[str, Any], dtype: Any) -> dict[str, Any]:
    """The tensors as plain numbers in `dtype`."""
    from diffusers.quantizers.gguf.utils import GGUFParameter, dequantize_gguf_tensor

    return {
        name: (dequantize_gguf_tensor(one) if isinstance(one, GGUFParameter) else one).to(dtype)
        for name, one in found.items()
    }


def network(net: Any, state: Mapping[str, Any], configs: Path, dtype: Any, changes: Mapping[str, Any]) -> Any:
    """A network like the empty `net` with the tensors `state`, named as it names them; it computes in `dtype`.

    Only layers that multiply by a matrix keep it packed. `configs` is the folder of its configuration.
    """
    from diffusers import GGUFQuantizationConfig

    kept = {name: _kept(net, name, tensor) for name, tensor in state.items()}
    how = GGUFQuantizationConfig(compute_dtype=dtype)
    words = {"config": str(configs.parent), "subfolder": configs.name, "local_files_only": True}
    made = type(net).from_single_file(kept, **words, quantization_config=how, torch_dtype=dtype, **changes)
    return made.eval()


def _kept(net: Any, name: str, tensor: Any) -> Any:
    import torch
    from diffusers.quantizers.gguf.utils import GGUFParameter, dequantize_gguf_tensor

    owner, _, leaf = name.rpartition(".")
    if not isinstance(tensor, GGUFParameter):
        return tensor
    if leaf == "weight" and isinstance(net.get_submodule(owner), torch.nn.Linear):
        return tensor
    return dequantize_gguf_tensor(tensor)
