"""video/between: a clip from one picture to another, and on from a clip."""

from typing import Any

import numpy as np
import pytest

from engines import registry
from engines.contract import Audio, Image, Media, Refused, Request, Result, Video, check

FOUND = registry.listing()
CARD = FOUND.cards["video/between"]


def made(start: Media, last: Image, length: float = 0.5, **options: Any) -> Video:
    request = check(CARD, Request(engine=CARD.info.name, start=start, last=last, length=length, options=options))
    (result,) = [e for e in FOUND.make(CARD.info.name).generate(request) if isinstance(e, Result)]
    assert isinstance(result.media, Video)
    return result.media


def disc(x: float, size: tuple[int, int] = (96, 64), alpha: bool = False) -> Image:
    v, u = np.mgrid[0 : size[1], 0 : size[0]]
    inside = (np.hypot(u - x, v - size[1] / 2) < 14)[..., None]
    pixels = np.where(inside, (30, 90, 200), (245, 240, 230)).astype(np.uint8)
    return Image(np.concatenate([pixels, np.where(inside, 255, 0).astype(np.uint8)], -1) if alpha else pixels)


def middle(frame: np.ndarray) -> float:
    weight = np.clip(200 - frame[..., 0].astype(float), 0, None)
    return float((weight * np.arange(frame.shape[1])).sum() / weight.sum())


def test_it_begins_and_ends_with_its_pictures_and_moves_evenly_between() -> None:
    a, b = disc(28), disc(66)
    clip = made(a, b, fps=12)
    assert clip.frames.shape == (6, 64, 96, 3)
    assert clip.fps == 12
    assert np.array_equal(clip.frames[0], a.pixels)
    assert np.array_equal(clip.frames[-1], b.pixels)
    places = [middle(frame) for frame in clip.frames]
    assert np.abs(np.array(places) - np.linspace(28, 66, 6)).max() < 1


def test_eased_it_sets_off_gently_and_is_half_way_at_half_time() -> None:
    places = [middle(frame) for frame in made(disc(28), disc(66), 1.0, fps=9, pace="eased").frames]
    steps = np.diff(places)
    assert steps[0] < steps[3] / 2
    assert places[4] == pytest.approx(47, abs=1)


def test_dissolved_nothing_moves() -> None:
    a, b = disc(28), disc(66)
    clip = made(a, b, fps=6, way="dissolve")
    half = (a.pixels.astype(float) + b.pixels) / 2
    assert np.abs(made(a, b, 0.5, fps=6, way="dissolve").frames[1] - half).max() <= 1
    assert len(clip.frames) == 3


def test_a_clip_goes_on_from_its_last_frame() -> None:
    before = Video(np.stack([disc(x).pixels for x in (12, 20, 28)]), 12.0)
    clip = made(before, disc(66), fps=12)
    assert len(clip.frames) == 3 + 6 - 1  # the picture they share is there once
    assert np.array_equal(clip.frames[:3], before.frames)
    assert np.array_equal(clip.frames[-1], disc(66).pixels)


def test_alpha_of_either_is_kept() -> None:
    clip = made(disc(28, alpha=True), disc(66), fps=8)
    assert clip.frames.shape[-1] == 4
    assert np.array_equal(clip.frames[0], disc(28, alpha=True).pixels)
    assert (clip.frames[-1][..., 3] == 255).all()
    seen = made(disc(28, alpha=True), disc(66, alpha=True), 1.0, fps=5).frames[2][..., 3] / 255
    assert (seen * np.arange(96)).sum() / seen.sum() == pytest.approx(47, abs=1)


def test_another_shape_is_cut_to_the_first_ones() -> None:
    clip = made(disc(28), disc(50, (200, 100)), fps=6)
    assert clip.frames.shape[1:3] == (64, 96)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(Refused, match="starts from image or video; the start that was given is audio"):
        made(Audio(np.zeros((9, 1), np.float32), 8000), disc(3))
