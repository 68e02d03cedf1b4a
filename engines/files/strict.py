"""JSON from a stranger: of one declared form, and no key said twice (readers differ on which of the two counts)."""

import json
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def read(text: bytes, form: type[T]) -> T:
    """`text` as a value of `form`. Raises ValueError when it is not that, nests too deep or says a key twice.

    The form is checked first, so that only what was declared is ever built twice.
    """
    try:
        value = msgspec.json.decode(text, type=form)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    once(text)
    return value


def mapping(text: bytes) -> dict[str, Any]:
    """`text` as one object, as Python itself writes and reads JSON: configurations hold -Infinity and NaN.

    Raises ValueError when it is no object, nests too deep or says a key twice.
    """
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_unlike)  # of bytes it would guess the encoding
    except RecursionError as error:
        raise ValueError(str(error)) from error
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value


def once(text: bytes) -> None:
    """Raise ValueError when the JSON `text` says a key twice in one object. Its form must have been checked."""
    try:
        json.loads(text, object_pairs_hook=_unlike)
    except RecursionError as error:
        raise ValueError(str(error)) from error


def _unlike(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is said twice")
    return found
