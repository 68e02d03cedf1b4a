"""Where the shipped files are (weights, icons, themes, languages), and weights trained to be used in their place."""

import os
from collections.abc import Iterable
from pathlib import Path


def root() -> Path:
    """The assets folder beside the packages; $DARKROOM_ASSETS names another."""
    other = os.environ.get("DARKROOM_ASSETS")
    return Path(other) if other else Path(__file__).resolve().parents[2] / "assets"


def own() -> Path | None:
    """The folder of what is used in place of shipped files, $DARKROOM_OWN_ASSETS; None when it is not set."""
    folder = os.environ.get("DARKROOM_OWN_ASSETS")
    return Path(folder) if folder else None


def path(name: str) -> Path:
    """The place of the asset `name` ('weights/sticker/flow.safetensors'), there or not."""
    folder = own()
    return folder / name if folder and _there(folder / name) else root() / name


def missing(names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that are not there or are empty."""
    return tuple(name for name in names if not _there(path(name)))


def size(names: Iterable[str]) -> int:
    """Bytes of those of `names` that are there."""
    return sum(path(name).stat().st_size for name in names if _there(path(name)))


def _there(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except OSError:
        return False
