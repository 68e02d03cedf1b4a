"""Frames as pictures: a folder of PNGs, or an animated GIF or WebP. A frame that is drawn stays drawn."""

import itertools
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from app.core.timeline.compose import frame, frame_rgba
from app.core.timeline.export import prints
from app.core.timeline.export.wish import Frames, Wish, frames_of
from app.core.timeline.export.work import Work
from app.core.timeline.reader import Source
from app.core.timeline.values import Project, Timeline
from engines.contract import Refused
from engines.files import atomic

COLOURS = 255  # of a GIF; one more stands for clear
SAMPLED = 24  # frames that its colours are chosen from
QUALITIES = {"draft": 60, "good": 82, "best": 95}  # of a WebP
BLOCK = 4  # seconds of frames that lie together, and are drawn anew together when something in them has changed


def sequence(scene: tuple[Project, Timeline, Source], target: Path, wish: Wish, work: Work) -> list[Path]:
    """'walk.png' becomes a folder 'walk' of 'walk-00000.png' and on, there whole or not at all; one frame alone is the
    file itself. Refused('disk') when the folder is there already."""
    frames = frames_of(scene[0], scene[1], wish)
    if frames.count == 1:
        return [atomic.write(target, next(_drawn(scene, frames, wish, work)).read_bytes())]
    folder = target.with_suffix("")
    if folder.exists():
        raise Refused("disk", f"{folder} is there already: choose another name.")
    places = list(_drawn(scene, frames, wish, work))
    part = folder.with_name(f".darkroom-{work.folder.name}-{folder.name}")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir()
        for n, place in enumerate(places):
            work.go_on(n / len(places), "joining")
            shutil.copyfile(place, part / f"{folder.name}-{n:05d}.png")
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return sorted(folder.iterdir())


def animation(scene: tuple[Project, Timeline, Source], target: Path, wish: Wish, work: Work) -> list[Path]:
    """An endless GIF or WebP. Their times are whole hundredths and thousandths of a second: each frame ends at the one
    nearest to its true end, so that the whole never drifts."""
    from PIL import Image

    frames = frames_of(scene[0], scene[1], wish)
    places = list(_drawn(scene, frames, wish, work))
    work.go_on(0.0, "joining")
    gif = target.suffix.lower() == ".gif"
    palette = _palette(places) if gif else None
    each = (_reduced(Image.open(place), palette) if gif else Image.open(place) for place in places)
    times = durations(frames, 10 if gif else 1)

    def write(file: Any) -> None:
        first = next(each)
        shared: dict[str, Any] = {"save_all": True, "append_images": _told(each, work, len(places)), "loop": 0}
        if gif:
            clear = {"transparency": COLOURS, "disposal": 2} if wish.alpha else {"disposal": 1}
            first.save(file, "GIF", duration=times, optimize=False, **clear, **shared)
        else:
            first.save(file, "WEBP", duration=times, quality=QUALITIES[wish.quality], method=4, **shared)

    return [atomic.write(target, write)]


def durations(frames: Frames, unit: int) -> list[int]:
    """How long each frame stays, in milliseconds that are whole `unit`s."""
    ends = [round(Fraction(1000, unit) * n / frames.fps) * unit for n in range(frames.count + 1)]
    return [max(unit, b - a) for a, b in itertools.pairwise(ends)]


def _drawn(scene: tuple[Project, Timeline, Source], frames: Frames, wish: Wish, work: Work) -> Iterator[Path]:
    """Every frame as a PNG among the pieces of the work."""
    from PIL import Image

    project, timeline, read = scene
    draw, each = (frame_rgba if wish.alpha else frame), max(1, round(BLOCK * frames.fps))
    spans = [(first, min(first + each, frames.count)) for first in range(0, frames.count, each)]
    told = [prints.of_picture(project, timeline, (frames.at(first), frames.at(end))) for first, end in spans]
    folders = [work.folder / f"frames-{first:08d}-{name}" for (first, _), name in zip(spans, told, strict=True)]
    work.keep("frames-*", {folder.name for folder in folders})
    for number in range(frames.count):
        folder = folders[number // each]
        folder.mkdir(exist_ok=True)
        place = folder / f"{number:08d}.png"
        work.go_on(number / frames.count)
        if not place.is_file():
            pixels = draw(project, timeline, read, frames.at(number), frames.size)
            part = place.with_suffix(atomic.PART)
            Image.fromarray(np.ascontiguousarray(pixels)).save(part, "PNG", compress_level=3)
            part.replace(place)
        yield place


def _told(each: Iterator[Any], work: Work, count: int) -> Iterator[Any]:
    for n, one in enumerate(each, 1):
        work.go_on(n / count, "joining")
        yield one


def _palette(places: list[Path]) -> Any:
    """One palette for all frames, so that what stands still does not flicker."""
    from PIL import Image

    chosen = places[:: max(1, len(places) // SAMPLED)]
    small = []
    for place in chosen:
        one = Image.open(place).convert("RGB")
        one.thumbnail((320, 320))
        small.append(np.asarray(one))
    stack = np.concatenate([one.reshape(-1, 3) for one in small])[None]
    return Image.fromarray(stack).quantize(COLOURS, Image.Quantize.MEDIANCUT)


def _reduced(picture: Any, palette: Any) -> Any:
    """A frame in the colours of the palette, its differences spread to the neighbours; clear where it is mostly so."""
    from PIL import Image

    found = picture.convert("RGB").quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    if picture.mode == "RGBA":
        clear = picture.getchannel("A").point([255 if k < 128 else 0 for k in range(256)])
        found.paste(COLOURS, mask=clear)
    return found
