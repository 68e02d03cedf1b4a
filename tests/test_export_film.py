"""Films, decoded back: every frame and every sample is where it was."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from app.core.project import Document
from app.core.timeline.export import CODECS, Wish, available, exported
from app.core.timeline.mix import mixed
from app.core.timeline.reader import Reader
from app.core.timeline.values import Look, Project, Timeline, Track
from engines.contract import Audio, Image, Video
from engines.files import loudness
from engines.files import media as files
from tests.export_kit import FLASH, RATE, decoded, piece, placed

WORDS = {"mp4": "h264", "mov": "prores", "webm": "vp9"}

CASES = [(coding.containers[0], name, Fraction(24)) for name, coding in CODECS.items()]
CASES += [(".mp4", "h264", Fraction(30000, 1001)), (".mov", "prores", Fraction(24000, 1001))]
CASES += [(".webm", "vp9", Fraction(25)), (".mkv", "h264", Fraction(24))]


@pytest.mark.parametrize(("ending", "codec", "fps"), CASES)
def test_picture_and_sound_agree_to_the_frame_and_the_sample(
    tmp_path: Path, ending: str, codec: Any, fps: Fraction
) -> None:
    if codec not in available():
        pytest.skip(f"this FFmpeg writes no {codec}")
    count = 101
    project, document = piece(tmp_path, fps, count)
    target = tmp_path / f"out{ending}"
    assert exported(project, document, target, Wish(codec=codec, quality="draft")) == [target]
    frames, times, samples, rate = decoded(target)
    tick = Fraction(1, 1000) if ending in (".webm", ".mkv") else Fraction(0)
    assert len(frames) == count
    assert all(abs(time - n / fps) <= tick for n, time in enumerate(times))
    light = frames[:, 60:120, 160:, :].mean(axis=(1, 2, 3))
    assert light.argmax() == FLASH
    assert light[FLASH] > 200 > 3 * np.delete(light, FLASH).max()
    heard = files.sound_of(target)
    assert heard is not None
    assert len(heard.samples) == round(count / fps * RATE)  # as long as the picture, to the sample
    onset = np.flatnonzero(np.abs(samples[:, 0]) > 0.45)[0]
    lossless = ending in (".mov", ".mkv")
    assert abs(int(onset) - round(FLASH / fps * rate)) <= (1 if lossless else 24)  # a coder smears a click by half a ms
    assert not list(tmp_path.glob(".darkroom-*"))
    assert not list((document.folder / "exports").iterdir())


def test_a_lossless_film_carries_the_mix_to_the_bit(tmp_path: Path) -> None:
    project, document = piece(tmp_path)
    target = exported(project, document, tmp_path / "out.mov")[0]
    ideal = mixed(project, project.timeline, Reader(document), Fraction(0), Fraction(101, 24))
    heard = files.sound_of(target)
    assert heard is not None
    assert heard.samples.shape == ideal.shape
    assert np.abs(heard.samples - loudness.limited(ideal, RATE)).max() <= 2**-23 * 1.01


@pytest.mark.parametrize("ending", [".mp4", ".mov"])
def test_colours_come_back_as_they_were(tmp_path: Path, ending: str) -> None:
    colours = [(200, 30, 30), (30, 180, 60), (40, 60, 220), (240, 240, 240), (16, 16, 16), (128, 128, 128)]
    bars = np.repeat(np.array(colours, np.uint8)[None], 90, axis=0).repeat(32, axis=1)
    document = Document.new(tmp_path / "piece", Project())
    name, _ = document.keep(Image(bars))
    project = Project(width=192, height=90, timelines=(Timeline(tracks=(Track("picture", clips=(placed(name, 1),)),)),))
    for codec in ("", "dnxhr") if ending == ".mov" else ("", "h265"):
        wish = Wish(codec=codec, quality="best", size=(384, 180))  # type: ignore[arg-type]
        target = exported(project, document, tmp_path / f"out{codec}{ending}", wish)[0]
        film = files.film(target)
        assert film is not None
        middle = film.frames(5)[5][90, 32::64].astype(int)
        assert np.abs(middle - colours).max() <= 4


def test_prores_4444_keeps_what_is_clear(tmp_path: Path) -> None:
    document = Document.new(tmp_path / "piece", Project())
    name, _ = document.keep(Image(np.full((8, 8, 3), 200, np.uint8)))
    tracks = (Track("picture", clips=(placed(name, Fraction(3, 24), look=Look(scale=0.5)),)),)
    project = Project(width=64, height=64, timelines=(Timeline(tracks=tracks),))
    film = files.film(exported(project, document, tmp_path / "out.mov", Wish(alpha=True))[0])
    assert film is not None
    frame = film.frames(1)[1]
    assert frame[32, 32, 3] > 250
    assert frame[4, 4, 3] < 5


def test_a_clip_with_a_sound_is_heard(tmp_path: Path) -> None:
    document = Document.new(tmp_path / "piece", Project())
    tone = (0.3 * np.sin(np.arange(RATE) * 0.1))[:, None].repeat(2, axis=1).astype(np.float32)
    name, facts = document.keep(Video(np.zeros((24, 32, 32, 3), np.uint8), 24.0, Audio(tone, RATE)))
    tracks = (Track("picture", clips=(placed(name, 1),)),)
    project = Project(timelines=(Timeline(tracks=tracks),), media={name: facts}, rate=RATE)
    heard = files.read(exported(project, document, tmp_path / "out.wav", Wish(bits=32))[0])
    assert isinstance(heard, Audio)
    assert np.abs(heard.samples[3000:40000] - tone[3000:40000]).max() < 0.03
    assert len(exported(project, document, tmp_path / "out.wav", Wish(stems=True))) == 1
    assert (facts.rate, facts.channels) == (RATE, 2)
    again, found = document.take_in(document.path(name))
    assert (again, msgspec.structs.replace(found, name="")) == (name, facts)
