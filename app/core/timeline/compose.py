"""The picture of a timeline at a moment: its visual tracks laid over each other, from the lowest to the topmost."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from app.core.mesh.surface import creased, prepare
from app.core.timeline import laying, numbers, shown, titles, turntable
from app.core.timeline.laying import Laid
from app.core.timeline.levels import Levels, lane_of
from app.core.timeline.reader import Source
from app.core.timeline.values import ZERO, Blend, Clip, Look, Project, Time, Timeline, Track
from engines.contract import Refused

VISUAL = ("picture", "camera")


class Layer(NamedTuple):
    """What one clip adds: `laid`, as opaque as `opacity`, meeting what is below by `blend`."""

    laid: Laid
    opacity: float
    blend: Blend


def frame(project: Project, timeline: Timeline, read: Source, at: Time, size: tuple[int, int]) -> np.ndarray:
    """The picture at a moment, uint8 (H, W, 3), `size` being (width, height); black where there is nothing.

    Raises Refused for media, a font or a lane that cannot be read.
    """
    canvas = _composed(Scene(project, timeline, read, size), timeline, at)
    if canvas is None:
        return np.zeros((size[1], size[0], 3), np.uint8)
    return canvas if canvas.dtype == np.uint8 else _rounded(canvas[..., :3])


def frame_rgba(
    project: Project, timeline: Timeline, read: Source, at: Time, size: tuple[int, int], *, quick: bool = False
) -> np.ndarray:
    """The same with straight alpha, uint8 (H, W, 4): clear where there is nothing. A `quick` one, for playing, has
    surfaces with rough edges."""
    canvas = _composed(Scene(project, timeline, read, size, quick=quick), timeline, at)
    if canvas is None:
        return np.zeros((size[1], size[0], 4), np.uint8)
    if canvas.dtype == np.uint8:
        return np.dstack([canvas, np.full(canvas.shape[:2], 255, np.uint8)])
    alpha = canvas[..., 3:]
    straight = canvas[..., :3] * (255 / np.maximum(alpha, 1e-3))
    return _rounded(np.concatenate([straight, alpha], axis=2))


def clip_frame(project: Project, timeline: Timeline, read: Source, clip: Clip, at: Time) -> np.ndarray | None:
    """What a clip itself shows at a moment of the timeline, before it is laid in the frame: uint8 (H, W, 3 or 4); None
    while it has nothing to show. Words and surfaces are drawn as large as the project."""
    scene = Scene(project, timeline, read, (project.width, project.height))
    return scene.picture(clip, at)


def visible_tracks(timeline: Timeline) -> list[Track]:
    """The tracks that are seen, from top to bottom; with a picture track solo only such. Camera clips that render maps
    are for other clips to be made of and are not seen."""
    alone = any(track.solo for track in timeline.tracks if track.kind in VISUAL)
    return [t for t in timeline.tracks if t.kind in VISUAL and not t.mute and (t.solo or not alone)]


def _composed(scene: "Scene", timeline: Timeline, at: Time) -> np.ndarray | None:
    """uint8 (H, W, 3) where one opaque picture covers all, else float32 (H, W, 4) from 0 to 255, premultiplied; None
    where there is nothing."""
    size, found = scene.size, list[list[Layer]]()
    for track in visible_tracks(timeline):
        layers = scene.layers(track, at)
        if layers:
            found.append(layers)
            if len(layers) == 1 and _covers(layers[0], size):
                break
    if not found:
        return None
    if len(found[-1]) == 1 and _covers(found[-1][0], size):
        return _over_ground(found[-1][0].laid.pixels[..., :3], found[:-1])
    canvas = np.zeros((size[1], size[0], 4), np.float32)
    for layers in reversed(found):
        laying.lay(canvas, [(one.laid, one.opacity, one.blend) for one in layers])
    return canvas


def _over_ground(ground: np.ndarray, found: list[list[Layer]]) -> np.ndarray:
    """Layers (the topmost first) over an opaque picture that fills the frame; only where they lie is reckoned."""
    whole, laid = np.array(ground), [one.laid for layers in found for one in layers]
    if not laid:
        return whole
    left, top = min(one.left for one in laid), min(one.top for one in laid)
    right = max(one.left + one.pixels.shape[1] for one in laid)
    bottom = max(one.top + one.pixels.shape[0] for one in laid)
    part = np.full((bottom - top, right - left, 4), 255, np.float32)
    part[..., :3] = ground[top:bottom, left:right]
    for layers in reversed(found):
        moved = [one.laid._replace(left=one.laid.left - left, top=one.laid.top - top) for one in layers]
        laying.lay(part, [(place, one.opacity, one.blend) for place, one in zip(moved, layers, strict=True)])
    whole[top:bottom, left:right] = _rounded(part[..., :3])
    return whole


def _covers(layer: Layer, size: tuple[int, int]) -> bool:
    plain = layer.opacity >= 1 and layer.blend == "normal" and layer.laid.opaque
    return plain and layer.laid.pixels.shape[:2] == (size[1], size[0])


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.clip(values + 0.5, 0, 255).astype(np.uint8)


class Kept(tuple[Laid | None]):
    """A picture that is laid, as it is remembered."""

    def __new__(cls, laid: Laid | None) -> "Kept":
        return super().__new__(cls, (laid,))

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return 64 if self[0] is None else self[0].pixels.nbytes


class Scene:
    """A timeline about to be drawn at one size."""

    def __init__(
        self, project: Project, timeline: Timeline, read: Source, size: tuple[int, int], *, quick: bool = False
    ) -> None:
        self.project, self.read, self.size, self.quick = project, read, size, quick
        self.levels = Levels(project, timeline, read)

    def layers(self, track: Track, at: Time) -> list[Layer]:
        """What the one clip of a track that is there shows, or the two that cross-fade (the one that goes first)."""
        there = [clip for clip in track.clips if clip.start <= at < clip.end and not clip.muted]
        if track.kind == "camera":
            there = [clip for clip in there if clip.shows == "colour"]
        shares = list(_shares(there, at))
        found = [self.layer(track, clip, share, at) for clip, share in zip(there, shares, strict=True)]
        return [one for one in found if one is not None]

    def layer(self, track: Track, clip: Clip, share: float, at: Time) -> Layer | None:
        """What a clip adds, `share` of it where another fades in or out; None for nothing."""
        look, levels = clip.look, self.levels
        values: dict[str, Any] = {name: levels.number(clip, name, getattr(look, name), at) for name in numbers.LOOKS}
        opacity = share * values.pop("opacity") * levels.number(track, "opacity", track.opacity, at) * _faded(clip, at)
        if opacity <= 0 or values["scale"] <= 0:
            return None
        whole = clip.title is not None and clip.shown is None
        now = Look(**values, fit="stretch" if whole else look.fit)
        laid = self._laid(clip, now, at)
        return None if laid is None else Layer(laid, min(1.0, opacity), look.blend)

    def _laid(self, clip: Clip, look: Look, at: Time) -> Laid | None:
        """What the clip shows, laid in the frame; what stands still is laid once."""

        def lay() -> Laid | None:
            pixels = self.picture(clip, at)
            found = None if pixels is None else laying.laid(pixels, look, self.size, self.size[0] / self.project.width)
            return laying.trimmed(found) if found is not None and still else found

        take = clip.shown
        still = not clip.mesh and (take is None or shown.facts(self.project, take.media).medium == "image")
        still = still and (take is None or not shown.length(self.project, clip))
        if not still:
            return lay()
        key = ("laid", clip.title, take.media if take is not None else "", look, self.size, self.project.width)
        (found,) = self.read.kept(key, lambda: Kept(lay()))
        return found

    def picture(self, clip: Clip, at: Time) -> np.ndarray | None:
        """What the clip itself shows, uint8 (H, W, 3 or 4), before it is laid in the frame."""
        take = clip.shown
        below = None
        if clip.mesh:
            below = self._turned(clip, clip.mesh, at)
        elif take is not None:
            below = self._taken(clip, take.media, at)
        if clip.title is None:
            return below
        return self._titled(clip, below)

    def _taken(self, clip: Clip, name: str, at: Time) -> np.ndarray | None:
        facts = shown.facts(self.project, name)
        if facts.medium == "mesh":
            return self._turned(clip, name, at)
        if facts.medium == "audio":
            return None
        return self.read.frame(name, max(ZERO, shown.media_time(self.project, clip, at)), facts.length)

    def _titled(self, clip: Clip, below: np.ndarray | None) -> np.ndarray:
        """The clip's words, over what else it shows."""
        title = clip.title
        assert title is not None
        size = self.size if below is None else (below.shape[1], below.shape[0])
        words: np.ndarray = self.read.kept(("title", title, size), lambda: titles.drawn(title, size))
        if below is None:
            return words
        alpha = words[..., 3:].astype(np.float32) / 255
        mixed = below.astype(np.float32)
        mixed[..., :3] = mixed[..., :3] * (1 - alpha) + words[..., :3] * alpha
        if mixed.shape[2] == 4:
            mixed[..., 3:] = mixed[..., 3:] * (1 - alpha) + 255 * alpha
        return _rounded(mixed)

    def _turned(self, clip: Clip, name: str, at: Time) -> np.ndarray | None:
        """The surface as it stands: one turn in the clip's length, unless its lanes move the eye."""
        surface = self.read.kept(("surface", name), lambda: creased(prepare(self.read.mesh(name))))
        if not len(surface.faces):
            raise Refused("bad-file", f"The surface {clip.name or name[:15]} has no triangles to show.")
        turned = 360 * float((at - clip.start) / clip.length) if lane_of(clip, "azimuth") is None else 0.0
        start = turntable.View()
        values = [self.levels.number(clip, one, getattr(start, one), at) for one in start._fields]
        view = turntable.View(*(round(one, 4) for one in (values[0] + turned, *values[1:])))
        finer = 1 if self.quick else turntable.FINER
        key = ("turned", name, view, self.size, clip.shows, finer)
        found: np.ndarray = self.read.kept(key, lambda: turntable.seen(surface, view, self.size, clip.shows, finer))
        return found


def _shares(there: list[Clip], at: Time) -> Iterator[float]:
    """How much of each of the clips that are there at a moment is seen: all of one, and of two that overlap, in
    proportion."""
    if len(there) < 2:
        yield from (1.0 for _ in there)
        return
    first, second = there[0], there[1]
    until = min(first.end, second.end)
    rising = float((at - second.start) / (until - second.start)) if until > second.start else 1.0
    yield from (1 - rising, rising, *(0.0 for _ in there[2:]))


def _faded(clip: Clip, at: Time) -> float:
    """The clip's own fades, straight lines."""
    gone, left = at - clip.start, clip.end - at
    rise = float(gone / clip.fade_in) if clip.fade_in > 0 else 1.0
    fall = float(left / clip.fade_out) if clip.fade_out > 0 else 1.0
    return min(1.0, rise) * min(1.0, fall)
