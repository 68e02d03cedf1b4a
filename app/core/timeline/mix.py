"""The sound of a timeline between two moments: every clip from its exact sample on, so that any two portions joined are
the bits of the whole."""

import functools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from app.core.timeline import shown
from app.core.timeline.levels import Levels
from app.core.timeline.reader import Source
from app.core.timeline.values import Clip, Project, Time, Timeline, Track
from engines.files.loudness import limited, loudness, true_peak

__all__ = ["heard_tracks", "limited", "loudness", "mixed", "sample", "true_peak"]

SOUNDING = ("audio", "notes")
GRID = 32  # samples from one value of a lane to the next; between them straight lines
SILENT = -90.0  # dB and below: nothing
TAPS = 16  # samples to each side that another speed looks at
PHASES = 1 << 12  # places between two samples that are told apart
PORTION = 1 << 12  # samples reckoned at once at another speed


def mixed(
    project: Project, timeline: Timeline, read: Source, start: Time, length: Time, only: set[str] | None = None
) -> np.ndarray:
    """The sound from `start` on, for `length` seconds: float32 (N, 2) at project.rate, not limited.

    `only` are ids of tracks or clips that are heard alone, whatever is muted or solo. Clips of picture tracks sound
    where their takes have a sound. Raises Refused for media that cannot be read.
    """
    first = sample(start, project.rate)
    out = np.zeros((sample(start + length, project.rate) - first, 2), np.float32)
    levels = Levels(project, timeline, read)
    for track in heard_tracks(timeline) if only is None else timeline.tracks:
        row = np.zeros((0, 2), np.float32)
        for clip in track.clips:
            if (only is None and clip.muted) or (only is not None and not only & {track.id, clip.id}):
                continue
            piece = _Piece(project, track, clip, first, len(out))
            if piece.count > 0 and (sound := piece.sound(read, levels)) is not None:
                row = row if len(row) else np.zeros_like(out)
                row[piece.begin : piece.begin + piece.count] += sound
        if len(row):
            out += _gained(track, row, first, (project.rate, levels))
    return out * np.float32(_linear(timeline.gain)) if timeline.gain else out


def sample(at: Time, rate: int) -> int:
    """The number of the sample at that moment, rounded once."""
    return int((at * rate + Fraction(1, 2)) // 1)


def heard_tracks(timeline: Timeline) -> Iterator[Track]:
    """The tracks that sound: with an audio or notes track solo only such (and picture tracks that are solo too)."""
    audible = [track for track in timeline.tracks if track.kind in SOUNDING]
    alone = any(track.solo for track in audible)
    seen_alone = any(track.solo for track in timeline.tracks if track.kind == "picture")
    for track in timeline.tracks:
        picture = track.kind == "picture"
        left_out = track.mute or (not track.solo and (alone or (picture and seen_alone)))
        if not left_out and (picture or track.kind in SOUNDING):
            yield track


class _Piece:
    """The part of a clip that lies within `size` samples from the sample `first` on: `count` samples, the first of them
    numbered `begin` there."""

    def __init__(self, project: Project, track: Track, clip: Clip, first: int, size: int) -> None:
        rate = project.rate
        self.project, self.track, self.clip = project, track, clip
        self.at = sample(clip.start, rate)
        self.low = max(self.at, first)
        self.count = min(sample(clip.end, rate), first + size) - self.low
        self.begin = self.low - first

    def sound(self, read: Source, levels: Levels) -> np.ndarray | None:
        """float32 (count, 2), as loud as the clip is."""
        take = self.clip.shown
        if take is None or shown.facts(self.project, take.media).medium not in ("audio", "video"):
            return None
        samples = read.heard(take.media, self.project.rate)
        if not len(samples):
            return None
        found = self._played(samples)
        gain = _gained(self.clip, found, self.low, (self.project.rate, levels))
        return gain * self._faded()[:, None]

    def _played(self, samples: np.ndarray) -> np.ndarray:
        """What the clip plays of its take's samples, before any gain."""
        clip, rate = self.clip, self.project.rate
        take = clip.shown
        assert take is not None
        steps = np.arange(self.low - self.at, self.low - self.at + self.count)
        begin = (clip.offset - take.offset) * rate
        whole = float(take.length * rate) if take.length > 0 else float(len(samples))
        if clip.speed == 1:
            places = steps + int((begin + Fraction(1, 2)) // 1)
            if clip.loop:
                places = places - np.rint(np.floor((places + 0.5) / whole) * whole).astype(np.int64)
            return _at(samples, places, clip.loop)
        where = float(begin) + steps * float(clip.speed)
        where = where % whole if clip.loop else where
        return _between(samples, where, abs(float(clip.speed)), clip.loop)

    def _faded(self) -> np.ndarray:
        """The clip's own fades and the cross-fades with its neighbours, of equal power: float32 (count,)."""
        clip, rate = self.clip, self.project.rate
        numbers = np.arange(self.low, self.low + self.count) + 0.5
        gain = np.ones(self.count, np.float32)
        spans = [(clip.start, clip.start + clip.fade_in, True), (clip.end - clip.fade_out, clip.end, False)]
        spans += overlaps(self.track, clip)
        for since, until, rising in spans:
            low, high = sample(since, rate), sample(until, rate)
            if high > low and self.low < high and low < self.low + self.count:
                share = np.clip((numbers - low) / (high - low), 0, 1) * (np.pi / 2)
                gain *= (np.sin(share) if rising else np.cos(share)).astype(np.float32)
        return gain


def overlaps(track: Track, clip: Clip) -> list[tuple[Time, Time, bool]]:
    """Where a clip lies over another of its track: (from, until, whether it rises there)."""
    found = []
    for other in track.clips:
        low, high = max(clip.start, other.start), min(clip.end, other.end)
        if other.id != clip.id and low < high and not other.muted:
            found.append((low, high, (clip.start, clip.end, clip.id) > (other.start, other.end, other.id)))
    return found


def _at(samples: np.ndarray, places: np.ndarray, loop: bool) -> np.ndarray:
    """`samples` at whole places; silence beyond the ends."""
    if not loop and len(places) and places[0] >= 0 and places[-1] < len(samples):
        return samples[places[0] : places[-1] + 1]
    inside = (places >= 0) & (places < len(samples))
    return samples[np.where(inside, places, 0)] * inside[:, None].astype(np.float32)


def _between(samples: np.ndarray, where: np.ndarray, speed: float, loop: bool) -> np.ndarray:
    """`samples` at places between samples, by a windowed sinc that keeps out what would fold back at this speed."""
    kernel = _kernel(speed)
    half = kernel.shape[1] // 2
    reach = np.arange(1 - half, half + 1)
    out = np.empty((len(where), 2), np.float32)
    for n in range(0, len(where), PORTION):
        part = where[n : n + PORTION]
        base = np.floor(part).astype(np.int64)
        weight = kernel[np.rint((part - base) * PHASES).astype(np.int64)]
        index = base[:, None] + reach
        if loop:
            index %= len(samples)
        elif len(base) and (index[0, 0] < 0 or index[-1, 0] < 0 or index.max() >= len(samples)):
            weight = weight * ((index >= 0) & (index < len(samples)))
            index = np.clip(index, 0, len(samples) - 1)
        out[n : n + PORTION] = np.einsum("nk,nkc->nc", weight, samples[index])
    return out


@functools.lru_cache(maxsize=16)
def _kernel(speed: float) -> np.ndarray:
    """How much of each of the samples around a place is heard, for every PHASES-th of the way to the next sample:
    a sinc through a Kaiser window, float32 (PHASES + 1, samples)."""
    cut = max(min(1.0, 1 / speed), 1 / 16)
    half = int(np.ceil(TAPS / cut))
    far = np.arange(1 - half, half + 1) - np.arange(PHASES + 1)[:, None] / PHASES
    window = np.i0(8.0 * np.sqrt(np.clip(1 - (far / half) ** 2, 0, 1))) / np.i0(8.0)
    return (cut * np.sinc(cut * far) * window).astype(np.float32)


def _gained(owner: Clip | Track, sound: np.ndarray, first: int, how: tuple[int, Levels]) -> np.ndarray:
    """The sound as loud and as far to a side as the owner's gain and pan say, which may move."""
    rate, levels = how
    count = len(sound)
    grid = np.arange(first // GRID, (first + count) // GRID + 2) * GRID
    seconds = grid / rate
    gain = levels.numbers(owner, "gain", owner.gain, seconds)
    pan = levels.numbers(owner, "pan", owner.pan, seconds)
    if isinstance(gain, float | int) and isinstance(pan, float | int):
        sides = _sides(float(gain), float(pan))
        return sound if (sides == 1).all() else sound * sides.astype(np.float32)
    moving = _sides(np.broadcast_to(gain, grid.shape), np.broadcast_to(pan, grid.shape))
    numbers = np.arange(first, first + count)
    return sound * np.stack([np.interp(numbers, grid, side) for side in moving.T], axis=1).astype(np.float32)


def _sides(gain: np.ndarray | float, pan: np.ndarray | float) -> np.ndarray:
    """What left and right are multiplied by, (..., 2): of constant power, 1 in the middle."""
    angle = (np.clip(pan, -1.0, 1.0) + 1) * (np.pi / 4)
    sides = np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    sides = np.where(np.asarray(pan == 0)[..., None], 1.0, sides)
    return sides * np.asarray(_linear(gain))[..., None]


def _linear(gain: np.ndarray | float) -> np.ndarray | float:
    """dB as a factor."""
    return np.where(np.asarray(gain) <= SILENT, 0.0, 10 ** (np.asarray(gain, np.float64) / 20))
