"""Results of a gallery as a folder that a metric can look at: '00000.png', '00001.png' ... in their order."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from engines.contract import Refused
from engines.files import atomic


def gathered(files: Sequence[Path], root: Path) -> Path:
    """A folder below `root` with those files, numbered; the same folder for the same files. Nothing is copied where the
    disk can have a file in two places. Refused('disk') with nothing half-done left."""
    told = "\n".join(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files)
    folder = root / hashlib.sha256(told.encode()).hexdigest()[:16]
    if folder.is_dir() and len(list(folder.iterdir())) == len(files):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        for n, path in enumerate(files):
            _place(path, folder / f"{n:05d}{path.suffix.lower()}")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Refused("disk", atomic.sentence(error, folder).sentence) from error
    return folder


def tidy(root: Path) -> None:
    """Take all such folders away; the results stay where they are."""
    shutil.rmtree(root, ignore_errors=True)


def _place(path: Path, place: Path) -> None:
    try:
        os.link(path, place)
    except OSError:  # another disk, or one that knows no such links
        atomic.write(place, path.read_bytes())
