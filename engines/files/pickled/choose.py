"""Which of the things in a checkpoint are its weights, and what each is called."""

from collections.abc import Iterator
from typing import Any

from engines.contract import Refused
from engines.files.pickled.symbols import Left, View
from engines.files.source import shown

_PLACES = ("state_dict", "model_state_dict", "params_ema", "params", "model", "module", "generator")
"""Where trainers put the weights, beside their optimiser and counters; the smoothed before the last."""

_DEEP, _VISITS, _TENSORS = 16, 1_000_000, 100_000


def weights(value: Any, name: str) -> dict[str, View]:
    """The tensors by their names, joined by dots. Raises Refused when there are none, or a part of them is not read."""
    chosen = value
    for _ in range(4):
        inner = (
            next((chosen[key] for key in _PLACES if key in chosen and _holds(chosen[key], name)), None)
            if isinstance(chosen, dict)
            else None
        )
        if inner is None:
            break
        chosen = inner
    found: dict[str, View] = {}
    for key, part in _leaves(chosen, name):
        if isinstance(part, Left):
            raise Refused("bad-file", f"{name} wants to run `{shown(part.name)}`, so it is not opened.")
        if key in found or len(found) >= _TENSORS:
            raise Refused("bad-file", f"{name} holds two tensors named {shown(key)}, or too many.")
        found[key] = part
    if not found:
        raise Refused("bad-file", f"{name} is a pickle that holds no tensors.")
    return found


def _holds(value: Any, name: str) -> bool:
    """Whether there is a tensor in `value`, or an object that hides them."""
    return any(True for _ in _leaves(value, name))


def _leaves(value: Any, name: str) -> Iterator[tuple[str, View | Left]]:
    """Every tensor in dicts and lists, and every object that would be needed, with its name."""
    visits, pending = 0, [("", value, 0)]
    while pending:
        path, part, deep = pending.pop()
        visits += 1
        if visits > _VISITS or deep > _DEEP:
            raise Refused("bad-file", f"{name} is a pickle nested deeper than weights are.")
        if isinstance(part, View) or (isinstance(part, Left) and part.needed):
            yield path or "weight", part
        if isinstance(part, dict | list | tuple):
            items = part.items() if isinstance(part, dict) else zip(map(str, range(len(part))), part, strict=True)
            inner = [(f"{path}.{key}" if path else key, one, deep + 1) for key, one in items if isinstance(one, _OPEN)]
            pending.extend(reversed(inner))


_OPEN = (dict, list, tuple, View, Left)
