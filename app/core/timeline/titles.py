"""Titles: words as a picture with straight alpha. The font is the one that ships with Pillow, a file, or a family of
the system."""

import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from app.core.timeline.values import Title
from engines.contract import Refused

WIDE, HIGH = 0.9, 0.9  # shares of the frame that words may take
SPACING = 0.25  # of a line, between two
SHADE = (0.05, 0.06, 150)  # of a shadow: how far and how soft in shares of the size, how dark
EDGE = 0.05  # of the outline, in shares of the size
PAD = (0.45, 0.3)  # around the words on a background, in shares of the size
FALLBACKS = ("Noto Sans", "DejaVu Sans", "Arial Unicode MS", "Arial", "Segoe UI", "Noto Sans CJK SC", "Helvetica")
ENDINGS = (".ttf", ".otf", ".ttc")


def drawn(title: Title, size: tuple[int, int]) -> np.ndarray:
    """The title in the middle of a frame of `size` (width, height): uint8 (H, W, 4). Refused('bad-file') for a font
    that is not there, ('bad-request') for a colour that is none."""
    from PIL import Image, ImageDraw

    width, height = size
    canvas = Image.new("RGBA", size)
    if title.text.strip():
        font, words = _fitted(title, size)
        px = font.size
        pen = ImageDraw.Draw(canvas)
        anchor: dict[str, Any] = {
            "spacing": px * SPACING,
            "align": _aligned(title.align),
            "stroke_width": _edge(title, px),
        }
        box = pen.multiline_textbbox((0, 0), words, font, **anchor)
        lines = words.count("\n") + 1
        ascent, descent = font.getmetrics()
        tall = lines * (ascent + descent) + (lines - 1) * px * SPACING
        place = (_left(title, box, width), (height - tall) / 2)
        _under(canvas, title, (words, font, place), anchor)
        stroke: dict[str, Any] = {"stroke_fill": colour(title.outline)} if title.outline else {}
        pen.multiline_text(place, words, colour(title.colour), font, **anchor, **stroke)
    return np.asarray(canvas)


def _left(title: Title, box: tuple[float, float, float, float], width: int) -> float:
    """Where the block of words begins, so that what is seen of it lies in the middle, or at its side."""
    margin = width * (1 - WIDE) / 2
    if title.align == "left":
        return margin - box[0]
    return (width - box[2] - box[0]) / 2 if title.align == "centre" else width - margin - box[2]


def _under(canvas: Any, title: Title, what: tuple[str, Any, tuple[float, float]], anchor: dict[str, Any]) -> None:
    """The background and the shadow, below the words."""
    from PIL import Image, ImageDraw, ImageFilter

    words, font, place = what
    pen, px = ImageDraw.Draw(canvas), font.size
    if title.background:
        left, top, right, bottom = pen.multiline_textbbox(place, words, font, **anchor)
        wide, high = PAD[0] * px, PAD[1] * px
        pen.rounded_rectangle(
            (left - wide, top - high, right + wide, bottom + high), px * 0.18, colour(title.background)
        )
    if title.shadow:
        far, soft, dark = SHADE
        shade = Image.new("L", canvas.size)
        at = (place[0], place[1] + far * px)
        ImageDraw.Draw(shade).multiline_text(at, words, 255, font, **anchor)
        shade = shade.filter(ImageFilter.GaussianBlur(soft * px))
        black = Image.new("RGBA", canvas.size)
        black.putalpha(shade.point([k * dark // 255 for k in range(256)]))
        canvas.alpha_composite(black)


def _edge(title: Title, px: float) -> int:
    return max(1, round(px * EDGE)) if title.outline else 0


def _aligned(word: str) -> str:
    return "center" if word == "centre" else word


def _fitted(title: Title, size: tuple[int, int]) -> tuple[Any, str]:
    """The font, and the words in lines that are no wider than the frame; smaller where they would not fit."""
    room, tall = size[0] * WIDE, size[1] * HIGH
    px = max(4.0, title.size * size[1])
    while True:
        font = font_of(title.font, px, title.text)
        words = "\n".join(_lines(title.text, font, room))
        wide = max(font.getlength(line) for line in words.split("\n"))
        high = (words.count("\n") + 1) * (sum(font.getmetrics()) + px * SPACING)
        if px <= 4 or (wide <= room and high <= tall):
            return font, words
        px = max(4.0, px * max(0.5, min(0.97, room / wide if wide > room else 0.94)))


def _lines(text: str, font: Any, room: float) -> Iterator[str]:
    for line in text.strip("\n").split("\n"):
        now = ""
        for word in line.split():
            longer = f"{now} {word}".strip()
            if now and font.getlength(longer) > room:
                yield now
                longer = word
            now = longer
        yield now


def colour(text: str) -> tuple[int, int, int, int]:
    """'#rrggbb' or '#rrggbbaa' as numbers."""
    digits = text.removeprefix("#")
    try:
        if len(digits) not in (6, 8):
            raise ValueError
        values = bytes.fromhex(digits)
    except ValueError:
        raise Refused("bad-request", f"{text!r} is no colour: write it as #rrggbb or #rrggbbaa.") from None
    return values[0], values[1], values[2], values[3] if len(values) == 4 else 255


# ---------------------------------------------------------------- fonts


def font_of(name: str, px: float, text: str = "") -> Any:
    """The font of a title, `px` high; where the one that ships lacks letters of `text`, one of the system's that lacks
    fewer. Refused('bad-file') for a file or a family that is not there."""
    from PIL import ImageFont

    if not name:
        own = ImageFont.load_default(px)
        if not _lacks(own, text):
            return own
        found = [own, *(_opened(families()[one], px) for one in FALLBACKS if one in families())]
        return min(found, key=lambda font: _lacks(font, text))
    path = name if Path(name).suffix.lower() in ENDINGS else families().get(name)
    if path is None:
        raise Refused("bad-file", f"The font {name!r} is not on this machine: choose another, or a .ttf or .otf file.")
    return _opened(path, px)


def _opened(path: str, px: float) -> Any:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(path, px)
    except (OSError, ValueError) as error:
        raise Refused("bad-file", f"The font {Path(path).name} cannot be read: {error}.") from error


def _lacks(font: Any, text: str) -> int:
    """How many letters are drawn as the box that stands for none."""
    none = bytes(font.getmask("\U0010fffe"))
    return sum(
        letter.isprintable() and not letter.isspace() and bytes(font.getmask(letter)) == none for letter in set(text)
    )


@functools.lru_cache(maxsize=1)
def families() -> dict[str, str]:
    """The families of the system's fonts and a file of each, the regular one where there is one."""
    from PIL import ImageFont

    found: dict[str, tuple[bool, str]] = {}
    for folder in _folders():
        for path in sorted(one for one in folder.rglob("*") if one.suffix.lower() in ENDINGS):
            try:
                family, style = ImageFont.truetype(str(path), 10).getname()
            except (OSError, ValueError):
                continue
            regular = style in ("Regular", "Book", "Roman", "Medium")
            if family and (family not in found or (regular and not found[family][0])):
                found[family] = (regular, str(path))
    return {family: path for family, (_, path) in sorted(found.items())}


def _folders() -> list[Path]:
    home = Path.home()
    places = {
        "win32": [
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
            home / "AppData/Local/Microsoft/Windows/Fonts",
        ],
        "darwin": [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"],
    }.get(sys.platform, [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts"])
    return [place for place in places if place.is_dir()]
