"""PyTorch checkpoints (.ckpt, .pt, .pth, .bin) read without an unpickler, and copied to safetensors.

A pickle is a program. Here it is followed by name only (`machine`): nothing is imported and nothing is called. What it
says about its tensors is enough to copy their bytes; what else it wants to run is a reason not to open it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from engines.contract import Refused
from engines.files import source, weights
from engines.files.pickled import choose, container, copy
from engines.files.pickled.symbols import View

_GROWN = 4  # times the file's size that its copy may be: tensors may share numbers, but not for ever


def header(path: str | os.PathLike[str]) -> weights.Header:
    """What the safetensors copy of the checkpoint `path` would hold; `bytes` is the size of the checkpoint.

    Raises Refused('bad-file') with one sentence: what the file wants to run, or why its weights cannot be read.
    """
    with _opened(path) as (_, size, tensors, _places):
        return weights.Header(copy.plan(tensors), {}, size)


def convert(path: str | os.PathLike[str], out: str | os.PathLike[str]) -> Path:
    """Write the weights of the checkpoint `path` to the safetensors file `out`, replacing it; `path` stays as it is.

    Needs little memory: the numbers are copied in pieces. Raises Refused('bad-file') as `header` does,
    Refused('bad-request') when both are one file, and the OSError that stopped the writing.
    """
    if os.path.exists(out) and os.path.exists(path) and os.path.samefile(path, out):
        raise Refused(
            "bad-request", f"{source.shown(Path(path).name)} cannot be replaced by its own copy; name another."
        )
    with _opened(path) as (file, _, tensors, places):
        return copy.write(out, tensors, file, places)


Opened = tuple[BinaryIO, int, dict[str, View], container.Places]


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[Opened]:
    name = source.shown(Path(path).name)
    file, size = source.opened(path)
    with file:
        value, places = container.read(file, size, name)
        tensors = choose.weights(value, name)
        if sum(view.bytes for view in tensors.values()) > _GROWN * size:
            raise Refused("bad-file", f"{name} would grow to more than {_GROWN} times its size; it is not opened.")
        yield file, size, tensors, places
