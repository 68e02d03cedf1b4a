"""Results in the formats of other programs: one file, a sprite sheet with its grid, or a sequence of pictures."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from engines.contract import Image, Media, Refused, Video, medium_of
from engines.files import atomic, media, sheet

_NUMBER = re.compile(r"%0?(\d*)d")
SHEETS = (".png", ".webp")


class How(Struct, frozen=True):
    """What is wanted beside the ending of the name. `form`: 'file', 'sheet', 'sequence', 'clip', or '' to follow
    from it.

    `columns` of a sheet (0: as square as can be), `gap` pixels between its cells; `fps` of pictures made a clip, or of
    a clip to be played at another speed.
    """

    form: str = ""
    columns: int = 0
    gap: int = 0
    fps: float | None = None


PLAIN = How()


def export(
    found: Sequence[Media], path: str | os.PathLike[str], recipe_json: str | None = None, how: How = PLAIN
) -> list[Path]:
    """Write `found` (one result, or several pictures or clips) to `path`; the files that were written.

    Where a format has no room for the recipe it lies beside the file. Raises OSError, or Refused('bad-request') for
    what cannot be written so.
    """
    target = Path(path)
    if not found:
        raise Refused("bad-request", "There is nothing to export.")
    form = how.form or _form(found, target)
    if form == "file" and len(found) == 1:
        return _written(media.write(target, _paced(found[0], how.fps), recipe_json))
    frames, fps = _frames(found)
    fps = how.fps or fps
    if form == "sheet":
        cells = sheet.grid(frames, how.columns, how.gap)
        return _sheet(frames, cells, target, (recipe_json, fps))
    if form == "sequence":
        return _sequence(frames, target, recipe_json)
    clip = Video(_alike(frames), fps or 8.0)
    return _written(media.write(target, clip, recipe_json))


def _form(found: Sequence[Media], target: Path) -> str:
    """What the name and the media make of it."""
    if _NUMBER.search(target.name):
        return "sequence"
    still = target.suffix.lower() in (".png", ".jpg", ".jpeg")
    return "sheet" if still and (len(found) > 1 or isinstance(found[0], Video)) else "file"


def _written(path: Path) -> list[Path]:
    """The file, and the recipe beside it where there is one."""
    side = media.sidecar(path)
    return [path, side] if side.exists() else [path]


def _paced(one: Media, fps: float | None) -> Media:
    """A clip at another speed; its sound, which would have another length, stays only at its own."""
    if not isinstance(one, Video) or fps is None or fps == one.fps:
        return one
    return Video(one.frames, fps)


def _frames(found: Sequence[Media]) -> tuple[list[np.ndarray], float | None]:
    """Every picture, and every frame of every clip, in order; frames a second where there is a clip."""
    frames: list[np.ndarray] = []
    fps = None
    for one in found:
        if isinstance(one, Image):
            frames.append(one.pixels)
        elif isinstance(one, Video):
            frames.extend(one.frames)
            fps = fps or one.fps
        else:
            raise Refused(
                "bad-request", f"A {medium_of(one)} has no pictures to lay side by side; export it by itself."
            )
    return frames, fps


def _alike(frames: Sequence[np.ndarray]) -> np.ndarray:
    """The frames as one clip (T, H, W, 4 or 3), smaller ones in the middle."""
    cells = sheet.grid(frames, columns=1)
    stack = np.stack([sheet.cut(sheet.laid([frame], one), one)[0] for frame in frames for one in (_single(cells),)])
    return stack if (stack[..., 3] < 255).any() else np.ascontiguousarray(stack[..., :3])


def _single(cells: sheet.Grid) -> sheet.Grid:
    return sheet.Grid(1, 1, cells.width, cells.height, 1)


def _sheet(
    frames: Sequence[np.ndarray], cells: sheet.Grid, target: Path, extra: tuple[str | None, float | None]
) -> list[Path]:
    recipe_json, fps = extra
    if target.suffix.lower() not in SHEETS:
        raise Refused("bad-request", f"A sprite sheet is saved as {' or '.join(SHEETS)}, without loss.")
    image = media.write(target, sheet.laid(frames, cells), recipe_json)
    return [image, atomic.write(target.with_suffix(".json"), sheet.described(cells, target.name, fps))]


def _sequence(frames: Sequence[np.ndarray], target: Path, recipe_json: str | None) -> list[Path]:
    """walk-%04d.png, or walk.png with four figures put behind; the recipe lies beside, once."""
    if target.suffix.lower() != ".png":
        raise Refused("bad-request", "A sequence is saved as .png; each picture of it is one frame.")
    name = target.name if _NUMBER.search(target.name) else f"{target.stem}-%04d.png"
    found = _NUMBER.search(name)
    assert found is not None
    width = int(found[1] or 1)
    names = [name[: found.start()] + f"{n:0{width}d}" + name[found.end() :] for n in range(1, len(frames) + 1)]
    made = [media.write(target.with_name(one), Image(pixels)) for one, pixels in zip(names, frames, strict=True)]
    stem = name[: found.start()].rstrip("-_. ") + name[found.end() :]
    if recipe_json:
        made.append(atomic.write(media.sidecar(target.with_name(stem)), recipe_json.encode()))
    return made
