"""Answers to the calls a checkpoint makes: tensors from storages, plain containers, and leftovers for the rest."""

from typing import Any

from engines.files.pickled import names
from engines.files.pickled.symbols import Left, Named, Storage, View

UNKNOWN = object()
"""The answer to a call that nobody here knows."""

_DIMENSIONS = 64
_V2, _V3 = "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3"


def answer(name: str, given: tuple[Any, ...]) -> Any:
    """What the call of `name` with `given` leaves; UNKNOWN for a stranger, ValueError for a known one ill called."""
    if name in (_V2, _V3, "torch._utils._rebuild_tensor"):
        return _tensor(name, given)
    if name in ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"):
        return _checked(given[0], View | Left)
    if name == "torch._tensor._rebuild_from_type_v2" and isinstance(given[0], Named):
        return answer(given[0].full, _checked(given[2], tuple))
    if name == "torch.Size":
        return _checked(given[0], tuple)
    if name in names.DICTS:
        return _dict(given)
    if name in names.INSTANCE:
        return instance(_checked(given[0], Named).full)
    if names.unread(name):
        return Left(name, needed=True)
    return Left(name, needed=False) if names.dropped(name) else UNKNOWN


def instance(name: str) -> Any:
    """In place of an empty object of the class `name`."""
    return {} if name in names.DICTS else Left(name, needed=not names.dropped(name))


def storage(told: Any) -> Storage | Left:
    """The storage a persistent name stands for: ('storage', class, key, device, count[, view of another])."""
    if not 2 <= len(_checked(told, tuple)) <= 6:
        raise ValueError("no storage")
    what, kind, *rest = told
    if what == "module":
        return instance(_checked(kind, Named).full)
    if what != "storage" or len(rest) not in (3, 4):
        raise ValueError("no storage")
    key, _, count, *view = rest
    full = _checked(kind, Named).full
    if full not in names.STORAGES:
        return Left(full, needed=True)
    _checked(key, str)
    first, numel = (0, _size(count)) if not view or view[0] is None else _window(view[0])
    if first + numel > _size(count):
        raise ValueError("a view leaves its storage")
    return Storage(key, names.STORAGES[full], count, first, numel)


def _window(view: Any) -> tuple[int, int]:
    _, first, numel = _checked(view, tuple)
    return _size(first), _size(numel)


def _tensor(name: str, given: tuple[Any, ...]) -> View | Left:
    """A tensor over a storage, inside it; ValueError when it reaches beyond."""
    store, offset, shape, strides, *rest = given
    if isinstance(store, Left):
        return store
    dtype = names.DTYPES.get(_checked(rest[2], Named).full) if name == _V3 else _checked(store, Storage).dtype
    if dtype is None:
        return Left(rest[2].full, needed=True)
    marks = rest[3:] if name == _V3 else rest[2:]
    if any(isinstance(mark, dict) and any(mark.values()) for mark in marks):
        return Left("torch.Tensor.conj", needed=True)  # numbers that are to be conjugated or negated on reading
    if len(_checked(shape, tuple)) != len(_checked(strides, tuple)) or len(shape) > _DIMENSIONS:
        raise ValueError("no shape")
    view = View(_checked(store, Storage), dtype, _size(offset), tuple(map(_size, shape)), tuple(map(_size, strides)))
    room = store.numel * store.width
    if view.bytes > room or (view.numel and (view.offset + view.span) * view.width > room):
        raise ValueError("a tensor leaves its storage")
    return view


def _dict(given: tuple[Any, ...]) -> dict[str, Any]:
    """A dict from nothing, from another, from pairs, or with a maker of defaults, which is forgotten."""
    found: dict[str, Any] = {}
    for part in given:
        pairs = part.items() if isinstance(part, dict) else part if isinstance(part, list) else ()
        found |= {pair[0]: pair[1] for pair in pairs if len(_checked(pair, tuple | list)) == 2 and type(pair[0]) is str}
    return found


def _size(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError("no size")
    return value


def _checked(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise ValueError("something else was expected")
    return value
