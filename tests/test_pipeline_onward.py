"""What goes beyond its start: a picture with more around it, a clip and a sound that go on, a clip between pictures."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from app.cli.make import compare
from app.core.timeline.fit import Grid
from engines.contract import (
    Audio,
    EngineCard,
    Image,
    Info,
    Refused,
    Request,
    Result,
    Video,
    check,
)
from engines.outpaint import widened
from engines.pipelines import facts, onward, schema

WIDE = Request(engine="image/x", size=(64, 48), around=(16, 0, 8, 8))


def plain(width: int, height: int, colour: tuple[int, int, int] = (200, 30, 60)) -> Image:
    return Image(np.full((height, width, 3), colour, np.uint8))


def clip(count: int, fps: float = 8.0, sound: Audio | None = None) -> Video:
    """Each frame one brighter than the last."""
    frames = np.arange(count, dtype=np.uint8)[:, None, None, None] * np.ones((1, 16, 16, 3), np.uint8)
    return Video(frames, fps, sound)


# ---------------------------------------------------------------- around a picture


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"start": None}, "takes a start picture and a model with masks"),
        ({"around": (40, 0, 24, 0)}, "leaves none of 64x48"),
        ({"around": (-1, 0, 0, 0)}, "leaves none"),
        ({"feather": -1}, "within -1 pixels"),
    ],
)
def test_a_canvas_that_cannot_be_costs_a_sentence(change: dict[str, Any], sentence: str) -> None:
    info = Info(
        name="image/x",
        title="X",
        summary="",
        medium="image",
        family="diffusion",
        takes=("seed", "size", "start", "mask"),
        sizes=((64, 48),),
    )
    request = msgspec.structs.replace(WIDE, start=plain(40, 40))
    assert check(EngineCard(info, ()), request).around == WIDE.around
    with pytest.raises(Refused, match=sentence):
        check(EngineCard(info, ()), msgspec.structs.replace(request, **change))
    with pytest.raises(Refused, match="takes no last"):
        check(EngineCard(info, ()), msgspec.structs.replace(request, last=plain(8, 8)))


# ---------------------------------------------------------------- clips


def test_a_clip_goes_on_from_its_last_frame_which_is_there_once() -> None:
    request = Request(engine="video/x", start=clip(8))
    begun = onward.asked(request, 16.0).start
    assert isinstance(begun, Image)
    assert begun.pixels.max() == 7
    whole = onward.joined(Video(np.full((5, 16, 16, 3), 99, np.uint8), 16.0), request)
    assert isinstance(whole, Video)
    assert len(whole.frames) == 16 + 4, "eight frames at half the pace are sixteen"
    assert whole.frames[15].max() == 7
    assert (whole.frames[16:] == 99).all()
    assert (np.diff(whole.frames[:16, 0, 0, 0].astype(int)) >= 0).all()


def test_sound_stays_with_its_frames() -> None:
    tone = Audio(np.full((8000, 2), 0.5, np.float32), 8000)
    request = Request(engine="video/x", start=clip(8, 8.0, tone))
    whole = onward.joined(Video(np.zeros((9, 16, 16, 3), np.uint8), 8.0), request)
    assert isinstance(whole, Video)
    assert whole.sound is not None
    assert whole.sound.samples.shape == (16000, 2)
    assert np.allclose(whole.sound.samples[:8000], 0.5)
    assert not whole.sound.samples[8000:].any()
    assert onward.joined(plain(4, 4), request) is not None


# ---------------------------------------------------------------- through the models


def opened(name: str, root: Path) -> Any:
    from engines.pipelines import schema
    from engines.pipelines.engine import Pipeline
    from engines.shelf import Model
    from tests.tiny.pipelines import folder

    found = schema.described(folder(name, root))
    assert isinstance(found, Model)
    return found.card, Pipeline(found.card)


def made(card: EngineCard, engine: Any, **fields: Any) -> Any:
    request = check(card, Request(engine=card.info.name, prompt="a tune", seed=2, **fields))
    return next(event for event in engine.generate(widened(request)) if isinstance(event, Result)).media


def test_a_picture_is_widened_and_stays_what_it_was(pipelines_root: Path) -> None:
    card, engine = opened("sd15", pipelines_root)
    start = plain(32, 64)
    wide = made(card, engine, size=(64, 64), start=start, around=(0, 0, 32, 0), options={"steps": 3})
    assert wide.pixels.shape == (64, 64, 3)
    assert np.array_equal(wide.pixels[:, :20], start.pixels[:, :20])
    assert wide.pixels[:, 32:].std() > 1


@pytest.mark.slow
def test_a_sound_is_gone_on_from(pipelines_root: Path) -> None:
    card, engine = opened("ace_step", pipelines_root)
    t = np.arange(24000) / 48000
    tone = Audio(0.5 * np.sin(2 * np.pi * 440 * t).astype(np.float32)[:, None], 48000)
    options = {"steps": 3, "task_type": "extend"}
    longer = made(card, engine, length=1.0, start=tone, options=options)
    assert len(longer.samples) / longer.rate == pytest.approx(1.0, abs=0.1)
    assert compare(longer, made(card, engine, length=1.0, options={"steps": 3})) is not None
    with pytest.raises(Refused, match=r"lasts 0\.50 s already"):
        made(card, engine, length=0.4, start=tone, options=options)


@pytest.mark.slow
def test_a_clip_is_gone_on_from(pipelines_root: Path) -> None:
    card, engine = opened("ltx", pipelines_root)
    assert "start" in card.info.takes
    assert card.info.starts == ("image", "video")
    frames = np.full((5, 64, 64, 3), 40, np.uint8)
    longer = made(card, engine, size=(64, 64), length=9 / 25, start=Video(frames, 25.0), options={"steps": 2})
    assert len(longer.frames) == 5 + 8
    assert (longer.frames[:5] == 40).all()
    assert longer.frames[5:].std() > 1


@pytest.mark.slow
def test_a_clip_between_two_pictures_needs_both(pipelines_root: Path) -> None:
    card, engine = opened("wan_flf", pipelines_root)
    assert "last" in card.info.takes
    fields = {"size": (32, 32), "length": 9 / 16, "start": plain(32, 32), "options": {"steps": 2}}
    with pytest.raises(Refused, match="from a first picture to a last one"):
        made(card, engine, **fields)
    one = made(card, engine, last=plain(32, 32, (10, 10, 10)), **fields)
    other = made(card, engine, last=plain(32, 32, (10, 200, 10)), **fields)
    assert compare(one, other) is not None


@pytest.mark.slow
def test_guidance_may_act_on_a_part_of_the_steps_alone(pipelines_root: Path) -> None:
    card, engine = opened("hunyuan15", pipelines_root)
    fields: dict[str, Any] = {"size": (32, 32), "length": 9 / 24}

    def clip_of(**options: float) -> Any:
        return made(card, engine, options={"steps": 3} | options, **fields)

    whole = clip_of()
    late = clip_of(guidance_start=0.5)
    assert compare(late, whole) is not None
    assert compare(clip_of(guidance_rescale=0.7), whole) is not None
    assert compare(clip_of(guidance_start=0.0, guidance_stop=1.0), whole) is None, "something of the last run stayed"


# ---------------------------------------------------------------- how long a clip can be


class WanPipeline:
    """As much of the library's class as its lengths are read from."""

    vae_scale_factor_temporal = 4

    def __call__(self, prompt: str, num_frames: int = 81) -> None: ...


class PlainPipeline:
    def __call__(self, prompt: str, num_frames: int = 14) -> None: ...


def test_the_grid_of_lengths_is_that_of_the_frames_it_makes() -> None:
    step, plus, fps = schema.grid(WanPipeline())
    assert (step, plus) == (4, 1)
    for seconds in np.linspace(0.05, 6, 60):
        whole = Grid(step, plus, fps).snapped(Fraction(seconds))
        assert schema.frames_of(WanPipeline(), float(whole)) == round(whole * Fraction(fps))
    assert schema.grid(PlainPipeline()) is None
    assert schema.frames_of(PlainPipeline(), 2.0) == round(2.0 * facts.fps("PlainPipeline"))
