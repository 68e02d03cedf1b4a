"""What was asked for differently in two recipes, the first step at which two runs part, and whether the bytes agree."""

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Media
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


# ---------------------------------------------------------------- what came


def bytes_apart(a: Media, b: Media) -> float | None:
    """None when the decoded bytes agree, else the largest absolute difference (inf: another shape or kind)."""
    if type(a) is not type(b):
        return float("inf")
    worst = 0.0
    for name in a.__struct_fields__:
        one, two = getattr(a, name), getattr(b, name)
        if isinstance(one, np.ndarray) and isinstance(two, np.ndarray) and one.shape == two.shape:
            gap = np.abs(one.astype(np.float64) - two.astype(np.float64))
            worst = max(worst, float(gap.max()) if gap.size else 0.0)
        elif isinstance(one, np.ndarray) or isinstance(two, np.ndarray):
            return float("inf")
        elif isinstance(one, Struct) and isinstance(two, Struct):
            worst = max(worst, bytes_apart(one, two) or 0.0)  # type: ignore[arg-type]
        elif one != two:
            return float("inf")
    return worst or None


def told(a: Recipe, b: Recipe) -> tuple[Change, ...]:
    """What two engines, or one twice, said differently of what they made, and of where it was made."""
    passing = {"seconds", "nfe", "layout", "shortage", "loading", "peak", "width", "height", "length", "medium"}
    names = [name for name in sorted(set(a.facts) | set(b.facts)) if name not in passing]
    each = (Change(name, a.facts.get(name), b.facts.get(name)) for name in names)
    return tuple(one for one in each if one.a != one.b)


def changed_facts(old: Recipe, new: Recipe) -> list[str]:
    """What differs between two runs of one recipe that may change the bytes: 'torch: 2.6 then, 2.7 now'."""
    return [f"{one.name}: {one.a} then, {one.b} now" for one in told(old, new)]
