"""What a model card shows: sheets of pictures and the curve of a loss."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engines.files import atomic


def pictures(rows: Sequence[np.ndarray], columns: int, path: Path, gap: int = 0) -> None:
    """Pictures of one size, uint8 (H, W, 3) each, laid out `columns` in a row with `gap` white pixels between."""
    from PIL import Image

    height, width, channels = rows[0].shape
    lines = -(-len(rows) // columns)
    sheet = np.full((lines * (height + gap) - gap, columns * (width + gap) - gap, channels), 255, np.uint8)
    for i, picture in enumerate(rows):
        y, x = (i // columns) * (height + gap), (i % columns) * (width + gap)
        sheet[y : y + height, x : x + width] = picture
    held = io.BytesIO()
    Image.fromarray(sheet).save(held, "PNG", optimize=True)
    atomic.write(path, held.getvalue())


def loss_curve(rows: Sequence[dict[str, Any]], path: Path, name: str = "flow matching loss", log: bool = True) -> None:
    """The loss over the samples seen, from rows with 'samples' and 'loss' (and 'held-out' where it is known)."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(6, 2.6), layout="constrained")
    axis.plot([row["samples"] / 1000 for row in rows], [row["loss"] for row in rows], label="training")
    held = [(row["samples"] / 1000, row["held-out"]) for row in rows if "held-out" in row]
    if held:
        axis.plot(*zip(*held, strict=True), label="held out")
        axis.legend()
    axis.set(xlabel="thousand samples", ylabel=name, yscale="log" if log else "linear")
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=100)
    pyplot.close(figure)
    atomic.write(path, drawn.getvalue())
