"""Opening a file somebody handed us: only a regular file, never a pipe or a device, and with its size known."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from engines.contract import Refused


def opened(path: str | os.PathLike[str]) -> tuple[BinaryIO, int]:
    """`path` open for reading and its size in bytes. Raises Refused('bad-file') with the reason in one sentence."""
    name = shown(Path(path).name or str(path))
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        _regular(name, os.stat(path))  # before it is opened: opening alone can wind a tape or wake a device
        handle = os.open(path, flags)  # O_NONBLOCK: a named pipe without a writer must not hold us
    except FileNotFoundError:
        raise Refused("bad-file", f"{name} is not there: {shown(str(path), 300)}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused("bad-file", f"{name} cannot be opened: {reason}.") from error
    try:
        state = os.fstat(handle)
        _regular(name, state)
    except BaseException:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb"), state.st_size


def shown(text: str, most: int = 80) -> str:
    """`text` from a file as it may stand in a sentence: no control characters, at most `most` letters."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text[: most + 1])
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def _regular(name: str, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        what = "a folder" if stat.S_ISDIR(state.st_mode) else "no ordinary file"
        raise Refused("bad-file", f"{name} is {what}; choose a file.")
    if state.st_size == 0:
        raise Refused("bad-file", f"{name} is empty.")
