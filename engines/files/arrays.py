"""Arrays as bytes: the form in which they travel, are stored and are named by their content."""

import hashlib
import re
from typing import Any

import msgspec
import numpy as np

_KIND = re.compile(r"[<>|=][biufcSU]\d{1,6}")
_ARRAY = 1  # the msgpack extension code of an array: one byte of header length, the header, then the bytes


def pack(value: Any) -> Any:
    """msgspec's enc_hook: arrays as raw bytes, numpy's scalars as plain numbers."""
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("arrays of objects do not travel")
        header = msgspec.msgpack.encode((value.dtype.str, value.shape))
        return msgspec.msgpack.Ext(_ARRAY, bytes([len(header)]) + header + value.tobytes())
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} does not travel")


def unpack(code: int, data: memoryview) -> np.ndarray:
    """msgspec's ext_hook: the array in an extension; it is read-only and shares `data`."""
    if code != _ARRAY or not len(data):
        raise msgspec.DecodeError(f"unknown extension {code}")
    length = data[0]
    dtype, shape = msgspec.msgpack.decode(data[1 : 1 + length], type=tuple[str, tuple[int, ...]])
    if not _KIND.fullmatch(dtype):  # numpy would read a little language of its own here
        raise msgspec.DecodeError(f"an array of {dtype[:20]!r} does not travel")
    try:
        return np.frombuffer(data, np.dtype(dtype), offset=1 + length).reshape(shape)
    except (TypeError, ValueError) as error:
        raise msgspec.DecodeError(f"broken array: {error}") from error


def digest(array: np.ndarray) -> str:
    """The name of `array` by its content: 'sha256-' and 64 hexadecimal digits over type, shape and bytes."""
    plain = np.ascontiguousarray(array)
    head = f"{plain.dtype.str} {array.shape}".encode()
    return "sha256-" + hashlib.sha256(head + b"\0" + plain.tobytes()).hexdigest()
