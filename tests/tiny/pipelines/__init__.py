"""Small diffusers pipelines with random weights in the true layout, for tests: no hub, no network.

    folder("sdxl", root)  ->  a diffusers folder, built and saved once for each root
    FAMILIES["sdxl"]()    ->  the pipeline itself, with the same weights
    CALLS["sdxl"]         ->  the keyword arguments of a small call (add a generator)
    opened(folder("sdxl", root))  ->  that pipeline, opened
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

__all__ = ["CALLS", "FAMILIES", "PARTS", "QUICK", "folder", "marked", "opened"]


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


def opened(place: Path) -> Any:
    """The pipeline in that folder, as the library itself opens it.

    But for the processor of Qwen's eyes, which it cannot read without torchvision. And it looks at 128 x 128 pixels of
    a picture to be edited, not at a million, from then on and whoever asks.
    """
    from diffusers import DiffusionPipeline
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit

    more = {}
    if (place / "processor").exists():
        from engines.pipelines import eyes

        pipeline_qwenimage_edit.calculate_dimensions = lambda area, ratio: (128, 128, None)
        more["processor"] = eyes.read(place / "processor")
    pipe = DiffusionPipeline.from_pretrained(place, local_files_only=True, **more)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def marked() -> list[Any]:
    """The names of the families for a parametrised test, all but the quick ones marked slow."""
    import pytest

    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in sorted(FAMILIES)]
