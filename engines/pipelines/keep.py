"""Plain values and tensors as the arrays of a checkpoint, and back, bit for bit.

One array holds the structure as JSON; the tensors in it are named after their place. Only None, bool, int, float, str,
tensors, arrays and lists, tuples or dicts of these are kept.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.samplers.state import to_numpy, to_torch

_TREE = "tree"
_PLAIN = (type(None), bool, int, float, str)
_LEAVES = frozenset(_PLAIN)  # to be asked for by their very type, which is quicker
_written = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode  # made once: it is used every step


_KEPT = (*_PLAIN, Tensor)


class Unkept(TypeError):
    """Raised for a value that is not plain."""


def pack(value: Any) -> dict[str, np.ndarray]:
    """`value` as arrays. Raises Unkept when there is something else in it."""
    arrays: dict[str, np.ndarray] = {}
    tree = _written(_packed(value, "v", arrays))
    arrays[_TREE] = np.frombuffer(tree.encode(), np.uint8).copy()
    return arrays


def unpack(arrays: dict[str, np.ndarray], device: torch.device | str = "cpu") -> Any:
    """What `pack` was given, its tensors on `device`. ValueError when the arrays hold nothing of the kind."""
    if _TREE not in arrays:
        raise ValueError("the checkpoint holds no state of a pipeline")
    tensors = dict(to_torch(name, array, device) for name, array in arrays.items() if name != _TREE)
    return _unpacked(json.loads(arrays[_TREE].tobytes()), tensors)


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Those of `values` that can be kept."""
    return {name: value for name, value in values.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return type(value) in _LEAVES or isinstance(value, _KEPT)


def _packed(value: Any, place: str, arrays: dict[str, np.ndarray]) -> Any:
    if type(value) in _LEAVES or isinstance(value, _PLAIN):
        return value
    if isinstance(value, Tensor):
        name, array = to_numpy(place, value)
        arrays[name] = array
        return {"t": place} if value.is_contiguous() else {"s": [place, _order(value)]}
    if isinstance(value, list | tuple):
        kind = "l" if isinstance(value, list) else "u"
        return {kind: [_packed(one, f"{place}.{i}", arrays) for i, one in enumerate(value)]}
    if isinstance(value, dict):
        return {"d": [[key, _packed(one, f"{place}.{key}", arrays)] for key, one in value.items()]}
    raise Unkept(f"{type(value).__name__} at {place} is no plain value")


def _unpacked(tree: Any, tensors: dict[str, Tensor]) -> Any:
    if not isinstance(tree, dict):
        return tree
    ((kind, inside),) = tree.items()
    if kind == "t":
        return tensors[inside]
    if kind == "s":
        return _laid(tensors[inside[0]], inside[1])
    if kind == "d":
        return {key: _unpacked(one, tensors) for key, one in inside}
    many = [_unpacked(one, tensors) for one in inside]
    return many if kind == "l" else tuple(many)


def _order(tensor: Tensor) -> list[int]:
    """Its dimensions from the slowest in memory to the quickest: convolutions differ by them in the last bit."""
    steps = tensor.stride()
    return sorted(range(tensor.ndim), key=lambda d: -steps[d])


def _laid(tensor: Tensor, order: list[int]) -> Tensor:
    """`tensor` with its dimensions in memory in that order."""
    back = sorted(range(len(order)), key=order.__getitem__)
    return tensor.permute(order).contiguous().permute(back)
