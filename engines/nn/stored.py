"""Networks in files: safetensors in half precision, the network's measures as words in the file's head."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from engines.contract import Refused
from engines.files import atomic


def read(build: Callable[[dict[str, str]], Any], path: Path, device: str = "cpu") -> Any:
    """The network that `build` makes of the words in the file's head, with the file's weights, in single precision.

    It is ready for inference. Refused('bad-file') when the file is damaged or of another network.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            network = build(file.metadata() or {})
            network.load_state_dict({name: _single(file.get_tensor(name)) for name in file.keys()})  # noqa: SIM118
    except (SafetensorError, RuntimeError, ValueError, KeyError) as error:
        raise Refused(
            "bad-file", f"The weights {path} are damaged or not of this engine: install them again."
        ) from error
    return network.to(device).eval().requires_grad_(False)


def write(network: torch.nn.Module, path: Path, words: dict[str, str] | None = None) -> None:
    """`network` as a file `read` can read, floating-point tensors in half precision, whole or not at all."""
    from safetensors.torch import save

    tensors = {name: _half(tensor.detach()).cpu().contiguous() for name, tensor in network.state_dict().items()}
    atomic.write(path, save(tensors, metadata=words))


def _single(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def _half(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.half() if tensor.is_floating_point() else tensor


def parameters(path: Path) -> int:
    """How many numbers a weight file holds."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        return sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118
