"""Opening a file somebody handed us: only a regular file, never a pipe or a device, and with its size known."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from engines.contract import Refused


def opened(path: str | os.PathLike[str]) -> tuple[BinaryIO, int]:
    """`path` open for reading and its size in bytes. Raises Refused('bad-file') with the reason in one sentence."""
    name = Path(path).name or str(path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        handle = os.open(path, flags)  # O_NONBLOCK: a named pipe without a writer must not hold us
    except FileNotFoundError:
        raise Refused("bad-file", f"{name} is not there: {path}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused("bad-file", f"{name} cannot be opened: {reason}.") from error
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode):
        os.close(handle)
        what = "a folder" if stat.S_ISDIR(state.st_mode) else "no ordinary file"
        raise Refused("bad-file", f"{name} is {what}; choose a file.")
    if state.st_size == 0:
        os.close(handle)
        raise Refused("bad-file", f"{name} is empty.")
    return os.fdopen(handle, "rb"), state.st_size
