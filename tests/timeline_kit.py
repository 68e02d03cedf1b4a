"""Small projects and media from memory for the tests of what a timeline shows and sounds like."""

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any

import numpy as np

from app.core.timeline.values import ZERO, Clip, Medium, Project, Take, Time, Timeline, Track
from engines.contract import Audio, Mesh


class Memory:
    """A `Source` of what is handed to it: frames (T, H, W, C) at a rate, sounds at any, surfaces."""

    def __init__(self) -> None:
        self.frames: dict[str, tuple[np.ndarray, Fraction]] = {}
        self.sounds: dict[str, Audio] = {}
        self.meshes: dict[str, Mesh] = {}
        self.made: dict[Hashable, Any] = {}

    def frame(self, name: str, at: Time = ZERO, length: Time = ZERO) -> np.ndarray:
        frames, fps = self.frames[name]
        return frames[min(max(int(at * fps // 1), 0), len(frames) - 1)]

    def heard(self, name: str, rate: int) -> np.ndarray:
        found = self.sounds.get(name)
        return np.zeros((0, 2), np.float32) if found is None else found.samples

    def sound(self, name: str) -> Audio | None:
        return self.sounds.get(name)

    def mesh(self, name: str) -> Mesh:
        return self.meshes[name]

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]


def clip(media: str, start: Time | int, length: Time | int, **more: Any) -> Clip:
    """A clip that shows all of `media`."""
    take = Take(media, length=more.pop("whole", ZERO), id=f"take-{media}")
    return Clip(Fraction(start), Fraction(length), takes=(take,), take=take.id, **more)


def project(*tracks: Track, **more: Any) -> Project:
    """A project of 64 x 36 at 24 frames and 48000 Hz with these tracks, of media named 'x.png', 'x.mp4', 'x.wav'."""
    kinds = {"png": "image", "mp4": "video", "wav": "audio", "glb": "mesh"}
    names = {take.media for track in tracks for one in track.clips for take in one.takes}
    media = {name: Medium(kinds[name.rpartition(".")[2]]) for name in names}  # type: ignore[arg-type]
    timeline = Timeline(tracks=tracks, id="main", gain=more.pop("gain", 0.0))
    return Project(**({"width": 64, "height": 36, "timelines": (timeline,), "media": media} | more))
