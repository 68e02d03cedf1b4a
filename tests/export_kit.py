"""What the tests of exports share: a piece whose every frame and sample is known, and films decoded back."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from app.core.project import Document
from app.core.timeline.values import Clip, Look, Project, Take, Timeline, Track
from engines.contract import Audio, Image, Notes

RATE, SIZE = 48000, (320, 180)
FLASH = 37  # the frame that flashes, and at whose beginning it clicks


def placed(name: str, length: Any, start: Any = 0, **more: Any) -> Clip:
    return Clip(Fraction(start), Fraction(length), takes=(Take(name, id=name),), take=name, **more)


def piece(tmp_path: Path, fps: Fraction = Fraction(24), count: int = 101) -> tuple[Project, Document]:
    """A film of `count` frames, in which one frame flashes and a click sounds with it, over a quiet tone."""
    document = Document.new(tmp_path / "piece", Project())
    length, start = count / fps, FLASH / fps
    rng = np.random.default_rng(0)
    dark, _ = document.keep(Image(rng.integers(20, 60, (18, 32, 3)).astype(np.uint8)))
    light, _ = document.keep(Image(np.full((18, 32, 3), 250, np.uint8)))
    moving, facts = document.keep(Image(np.full((8, 8, 3), 140, np.uint8)))
    click, heard = document.keep(Audio(np.full((480, 2), 0.9, np.float32), RATE))
    tone = 0.1 * np.sin(np.arange(round(float(length) * RATE)) * 0.05)
    quiet, sounds = document.keep(Audio(tone.astype(np.float32)[:, None], RATE))
    tracks = (
        Track("picture", "Flash", (placed(light, 1 / fps, start),)),
        Track("picture", "Mark", (placed(moving, length, look=Look(x=-0.3, scale=0.2)),)),
        Track("picture", "Back", (placed(dark, length, look=Look(fit="stretch")),)),
        Track("audio", "Click", (placed(click, Fraction(480, RATE), start),)),
        Track("audio", "Tone", (placed(quiet, length),)),
    )
    project = Project(
        width=SIZE[0],
        height=SIZE[1],
        fps=fps,
        rate=RATE,
        timelines=(Timeline(id="main", tracks=tracks),),
        media={moving: facts, click: heard, quiet: sounds},
    )
    document.save(project)
    return project, document


def decoded(path: Path) -> tuple[np.ndarray, list[Fraction], np.ndarray, int]:
    """Frames, when each begins, samples (N, 2), rate: by the library alone."""
    with av.open(str(path)) as source:
        stream = source.streams.video[0]
        frames = list(source.decode(stream))
        times = [Fraction(frame.pts) * stream.time_base for frame in frames]
    with av.open(str(path)) as source:
        stream = source.streams.audio[0]
        resampler, parts = av.AudioResampler(format="fltp", layout="stereo"), []
        for frame in source.decode(stream):
            parts += [one.to_ndarray() for one in resampler.resample(frame)]
        rate = int(stream.codec_context.sample_rate)
    pixels = np.stack([frame.to_ndarray(format="rgb24") for frame in frames])
    return pixels, times, np.concatenate(parts, axis=1).T, rate


def tune() -> Audio:
    numbers = np.array([60, 62, 64, 65], np.uint8)
    whole = np.full(4, 0, np.uint8)
    notes = Notes(np.arange(4) * 0.5, np.full(4, 0.4), numbers, np.full(4, 90, np.uint8), whole, whole)
    return Audio(np.zeros((RATE * 2, 2), np.float32), RATE, notes)
