"""Small diffusers pipelines with random weights in the true layout, for tests: no hub, no network.

    folder("sdxl", root)  ->  a diffusers folder, built and saved once for each root
    FAMILIES["sdxl"]()    ->  the pipeline itself, with the same weights
    CALLS["sdxl"]         ->  the keyword arguments of a small call (add a generator)
    folder("sd15_lora", root)  ->  the folder of a part, see PARTS

Importing this loads neither torch nor diffusers.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from . import audio, dit, flux, ltx2, parts, sd, shape, unconditional, video  # noqa: F401  (they fill the tables)
from .table import CALLS, FAMILIES, PARTS, QUICK

__all__ = ["CALLS", "FAMILIES", "PARTS", "QUICK", "folder", "marked"]


def folder(name: str, root: Path) -> Path:
    """The folder of that family or part below `root`; KeyError for an unknown name.

    Built beside its place and moved there whole, so that two processes may ask at once: the second one's copy,
    which is the same, is dropped.
    """
    target = root / name
    if target.exists():
        return target
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=root) as beside:
        built = Path(beside) / name
        if name in PARTS:
            PARTS[name](built)
        else:
            FAMILIES[name]().save_pretrained(built, safe_serialization=True)
        try:
            built.rename(target)
        except OSError:
            if not target.exists():
                raise
            shutil.rmtree(built)
    return target


def marked() -> list[Any]:
    """The names of the families for a parametrised test, all but the quick ones marked slow."""
    import pytest

    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in sorted(FAMILIES)]
