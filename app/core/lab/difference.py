"""What was asked for differently in two recipes, and the first step at which two runs part."""

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from engines.files import recipe
from engines.files.recipe import Recipe
from engines.files.steps import StepStore


class Change(Struct, frozen=True):
    """A field of the request, by its path ('options.steps'), and both values; None where it is not there."""

    name: str
    a: Any
    b: Any


class Parting(Struct, frozen=True):
    """How far the clean estimates of two runs are apart step by step, in parts of the first one's deviation.

    `first` is the first step, counted from 1, at which they are not the same; None where they never part. `noise` says
    that the two ran at other noise levels from that step on, so that nothing else could be.
    """

    first: int | None
    apart: tuple[tuple[int, float], ...]
    noise: bool = False


def changes(a: Recipe, b: Recipe) -> tuple[Change, ...]:
    """What differs between what two recipes ask for; of a branch also where it began."""
    one, other = asked(a), asked(b)
    names = [*one, *(name for name in other if name not in one)]
    return tuple(Change(name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name))


def asked(made: Recipe) -> dict[str, Any]:
    """Everything a recipe asks for, by its path; of a branch also where it began."""
    return dict(_flat("", _told(made)))


def _told(made: Recipe) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(recipe.asks(made.request))
    parent = {"run": made.parent.run, "step": made.step} if made.parent is not None else None
    return {**found, "parent": parent} if parent else found


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every plain value below `value` by its path. Lists of numbers are one value (a size, a curve's points)."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _flat(f"{path}.{name}" if path else name, one)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for n, one in enumerate(value, 1):
            yield from _flat(f"{path} {n}", one)
    else:
        yield path, value


def parting(a: StepStore, b: StepStore) -> Parting | None:
    """Where two runs part, by the estimates that both stores keep; None when they keep no step in common."""
    rows = [{row.index: row for row in store.rows()} for store in (a, b)]
    apart: list[tuple[int, float]] = []
    first, noise = None, False
    for index in sorted(rows[0].keys() & rows[1].keys()):
        far = _far(a.estimate(index), b.estimate(index))
        if far is None:
            continue
        apart.append((index, far))
        if far > 0 and first is None:
            first, noise = index, rows[0][index].level != rows[1][index].level
    return Parting(first, tuple(apart), noise) if apart else None


def _far(a: np.ndarray | None, b: np.ndarray | None) -> float | None:
    """The root mean square of the difference in parts of a's deviation; infinite for other shapes, None for nothing."""
    if a is None or b is None:
        return None
    if a.shape != b.shape:
        return float("inf")
    gap = a.astype(np.float64) - b.astype(np.float64)
    return float(np.sqrt((gap**2).mean()) / max(float(a.astype(np.float64).std()), 1e-12))
