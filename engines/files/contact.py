"""Contact sheets: pictures in columns and rows with what they have in common written at the sides."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from engines.contract import Image, Refused
from engines.files import sheet

LEAST = (48, 96)  # height and width of a cell, so that its words can be read
GAP, MARGIN = 4, 8
INK, PAPER, EMPTY = (20, 20, 20), (255, 255, 255), (232, 228, 224)


class Heads(Struct, frozen=True):
    """What is written above the columns, beside the rows and above each block of rows; "" for nothing."""

    columns: tuple[str, ...] = ("",)
    rows: tuple[str, ...] = ("",)
    blocks: tuple[str, ...] = ("",)

    @property
    def count(self) -> int:
        return len(self.columns) * len(self.rows) * len(self.blocks)


def contact(found: Sequence[np.ndarray | str], heads: Heads) -> Image:
    """The sheet, uint8 (H, W, 3) on white; `found` goes block by block, row by row.

    A uint8 picture (H, W[, C]) stands pixel for pixel in the middle of its cell; a text, why there is no picture, in
    an empty one. Refused('bad-request') for a sheet too large to be opened again.
    """
    if len(found) != heads.count:
        raise ValueError(f"{len(found)} cells do not fill {heads.count}")
    pictures = [_roomy(one) for one in found]
    each = len(heads.columns) * len(heads.rows)
    cells = sheet.grid([np.zeros(_largest(pictures), np.uint8)] * each, len(heads.columns), GAP)
    words = _Words(cells)
    left, top = words.side(heads.rows), words.above(heads.columns)
    high = [words.above((block,)) + top + cells.size[1] for block in heads.blocks]
    width, height = left + cells.size[0] + 2 * MARGIN, sum(high) + MARGIN * (len(high) + 1)
    if width * height > sheet.PIXELS:
        raise Refused("bad-request", f"The sheet would be {width} x {height} pixels; make fewer or smaller pictures.")
    canvas = np.full((height, width, 3), PAPER, np.uint8)
    y = MARGIN
    for n, block in enumerate(heads.blocks):
        part = slice(n * each, (n + 1) * each)
        foot = y + words.above((block,))
        words.write(canvas, (MARGIN + left, y), (cells.size[0], foot - y), block)
        _heads(canvas, heads, words, (MARGIN, foot, left, top))
        _block(canvas[foot + top :, MARGIN + left :], found[part], pictures[part], words)
        y += high[n] + MARGIN
    return Image(canvas)


def _heads(canvas: np.ndarray, heads: Heads, words: "_Words", place: tuple[int, int, int, int]) -> None:
    """What stands above the columns and beside the rows of a block at (x, y), with `left` and `top` beside it."""
    x, y, left, top = place
    cells = words.cells
    for n, head in enumerate(heads.columns):
        words.write(canvas, (x + left + cells.corner(n)[0], y), (cells.width, top), head)
    for n, head in enumerate(heads.rows):
        down = cells.corner(n * cells.columns)[1]
        words.write(canvas, (x, y + top + down), (left - MARGIN, cells.height), head)


def _block(
    canvas: np.ndarray, found: Sequence[np.ndarray | str], pictures: Sequence[np.ndarray], words: "_Words"
) -> None:
    """The pictures of one block over what is there; a text over an empty cell."""
    cells = words.cells
    laid = sheet.laid(pictures, cells).pixels
    area = canvas[: laid.shape[0], : laid.shape[1]]
    share = laid[..., 3:].astype(np.float32) / 255
    area[:] = np.rint(laid[..., :3] * share + area * (1 - share)).astype(np.uint8)
    for n, one in enumerate(found):
        if isinstance(one, str):
            x, y = cells.corner(n)
            canvas[y : y + cells.height, x : x + cells.width] = EMPTY
            words.write(canvas, (x + GAP, y + GAP), (cells.width - 2 * GAP, cells.height - 2 * GAP), one)


def _roomy(one: np.ndarray | str) -> np.ndarray:
    return np.zeros((*LEAST, 4), np.uint8) if isinstance(one, str) else one


def _largest(pictures: Sequence[np.ndarray]) -> tuple[int, int]:
    sizes = [LEAST, *(picture.shape[:2] for picture in pictures)]
    return max(height for height, _ in sizes), max(width for _, width in sizes)


class _Words:
    """Writes into boxes beside the cells of a sheet, in a size that suits them."""

    def __init__(self, cells: sheet.Grid) -> None:
        from PIL import ImageFont

        self.cells = cells
        font: Any = ImageFont.load_default(int(np.clip(cells.width / 20, 11, 28)))
        self._font = font
        self._line = round(sum(font.getmetrics()) * 1.1)

    def side(self, heads: Sequence[str]) -> int:
        """How wide the space beside the rows must be."""
        wide = max((self._font.getlength(line) for head in heads for line in head.splitlines()), default=0)
        return min(round(wide) + 1, max(self.cells.width // 2, 64)) + MARGIN if wide else 0

    def above(self, heads: Sequence[str]) -> int:
        """How high the space above the columns must be: up to three lines."""
        lines = max(len(self._lines(head, self.cells.width)) for head in heads)
        return min(lines, 3) * self._line + (GAP if lines else 0)

    def write(self, canvas: np.ndarray, place: tuple[int, int], size: tuple[int, int], text: str) -> None:
        """`text` in the box at `place` (x, y) of `size`; what does not fit is left out, and said so by '…'."""
        from PIL import Image as Pillow
        from PIL import ImageDraw

        lines, most = self._lines(text, size[0]), size[1] // self._line
        if not lines or most < 1:
            return
        if len(lines) > most:
            lines = [*lines[: most - 1], self._cut(lines[most - 1] + "…", size[0])]
        (x, y), (width, height) = place, size
        box = Pillow.fromarray(np.ascontiguousarray(canvas[y : y + height, x : x + width]))
        draw = ImageDraw.Draw(box)
        for n, line in enumerate(lines):
            draw.text((0, n * self._line), line, INK, self._font)
        canvas[y : y + height, x : x + width] = np.asarray(box)

    def _lines(self, text: str, width: int) -> list[str]:
        """The words of `text` in lines of at most `width` pixels; a word longer than that is cut."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(self._cut(word, width))
        return lines

    def _cut(self, word: str, width: int) -> str:
        if self._font.getlength(word) <= width:
            return word
        kept = word.rstrip("…")[:400]
        while kept and self._font.getlength(kept + "…") > width:
            kept = kept[:-1]
        return kept + "…"
