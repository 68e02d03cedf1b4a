"""The guided and the unguided half of a batch, in whatever a network is told or answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from engines.pipelines.probe import same


def over(act: Callable[..., Any], *values: Any) -> Any:
    """`act` on the tensors of answers of one form: tensors, lists, tuples, or outputs with fields."""
    first = values[0]
    if isinstance(first, Tensor):
        return act(*values)
    if hasattr(first, "to_tuple"):
        return type(first)(**{name: over(act, *(value[name] for value in values)) for name in first})
    if isinstance(first, list | tuple):
        return type(first)(over(act, *many) for many in zip(*values, strict=True))
    return first


def first_of(value: Any) -> Tensor:
    """The first tensor of an answer."""
    while not isinstance(value, Tensor):
        value = value.to_tuple()[0] if hasattr(value, "to_tuple") else value[0]
    return value


def half_of(value: Any, half: int) -> Any:
    """The first (0) or second half of a batch, or of a list with a sample in each place; what has none, as it is."""
    if isinstance(value, Tensor):
        return value.chunk(2)[half] if value.ndim and len(value) and len(value) % 2 == 0 else value
    if hasattr(value, "to_tuple"):
        return type(value)(**{name: half_of(one, half) for name, one in value.items()})
    if isinstance(value, dict):
        return {name: half_of(one, half) for name, one in value.items()}
    if isinstance(value, list) and value and len(value) % 2 == 0:
        middle = len(value) // 2
        return value[middle:] if half else value[:middle]
    return type(value)(half_of(one, half) for one in value) if isinstance(value, tuple) else value


def told_half(told: dict[str, Any], half: int, many: int) -> dict[str, Any]:
    """What a network is told of that half of a batch of `many`; what is not of so many is told as it is."""
    return {name: _half_told(value, half, many) for name, value in told.items()}


def _half_told(value: Any, half: int, many: int) -> Any:
    if isinstance(value, dict):
        return told_half(value, half, many)
    of_batch = isinstance(value, list) or (isinstance(value, Tensor) and value.ndim)
    return half_of(value, half) if of_batch and len(value) == many else value


def joined(first: Any, second: Any) -> Any:
    """The batch of two halves."""
    if isinstance(first, list):
        return [*first, *second]
    if isinstance(first, tuple):
        return tuple(joined(one, other) for one, other in zip(first, second, strict=True))
    if hasattr(first, "to_tuple"):
        return type(first)(**{name: joined(one, second[name]) for name, one in first.items()})
    return torch.cat([first, second])


def with_half(batch: Any, new: Any, half: int) -> Any:
    """`batch` with `new` as that half of it."""
    return joined(half_of(batch, 0), new) if half else joined(new, half_of(batch, 1))


def which(told: dict[str, Any], change: dict[str, Any], out: Any) -> int | None:
    """Which half of the batch a change of words concerns; None when it concerns all of it, or it has no halves."""
    if same(half_of(out, 0), out):
        return None
    for half in (0, 1):
        for name, new in change.items():
            rest = same(half_of(told[name], 1 - half), half_of(new, 1 - half))
            if rest and not same(half_of(told[name], half), half_of(new, half)):
                return half
    return None
