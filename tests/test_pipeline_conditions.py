"""Clips of LTX between pictures and after a clip: the library's condition pipelines to the bit, exact checkpoints."""

import threading
from pathlib import Path
from typing import Any

import diffusers
import msgspec
import numpy as np
import pytest
import torch

from app.cli.make import compare
from engines import device
from engines.contract import Audio, EngineCard, Image, Refused, Request, Result, Step, Stopped, Video, check
from engines.pipelines import call, conditions, facts, onward, parameters, schema
from engines.pipelines.engine import Pipeline
from engines.shelf import Model
from tests.runs import followed
from tests.test_pipelines import travelled
from tests.tiny.pipelines import folder, opened


def ramp(count: int, fps: float = 25.0, sound: Audio | None = None) -> Video:
    """Each frame a little brighter than the last."""
    frames = (10 * np.arange(count, dtype=np.uint8))[:, None, None, None] * np.ones((1, 64, 64, 3), np.uint8)
    return Video(frames, fps, sound)


def plain(colour: tuple[int, int, int]) -> Image:
    return Image(np.full((64, 64, 3), colour, np.uint8))


RED, GREEN = plain((200, 30, 60)), plain((20, 180, 60))

# ---------------------------------------------------------------- what a clip and its continuation share


@pytest.mark.parametrize(("there", "shared"), [(1, 1), (8, 1), (9, 9), (16, 9), (17, 17), (25, 17)])
def test_as_many_frames_are_gone_on_from_as_there_are_in_whole_eights(there: int, shared: int) -> None:
    request = Request(engine="video/x", start=ramp(there), length=1.0)
    assert onward.shared(request, 25.0, facts.SHARED) == shared
    begun = onward.asked(request, 25.0, facts.SHARED)
    if shared == 1:
        assert isinstance(begun.start, Image)
        assert begun.length == 1.0
        return
    assert isinstance(begun.start, Video)
    assert np.array_equal(begun.start.frames, ramp(there).frames[-shared:])
    assert begun.length == pytest.approx(1.0 + (shared - 1) / 25)


def test_what_is_shared_is_there_once_and_sound_stays_with_its_frames() -> None:
    tone = Audio(np.linspace(0, 1, 25 * 100, dtype=np.float32)[:, None], 2500)  # 100 samples a frame
    made = Video(np.full((25, 64, 64, 3), 250, np.uint8), 25.0, tone)
    whole = onward.joined(made, Request(engine="video/x", start=ramp(20)), facts.SHARED)
    assert isinstance(whole, Video)
    assert whole.sound is not None
    assert np.array_equal(whole.frames[:20], ramp(20).frames)
    assert len(whole.frames) == 20 + 25 - 17
    assert len(whole.sound.samples) == 100 * len(whole.frames)
    assert not whole.sound.samples[:2000].any()
    assert whole.sound.samples[2000, 0] == tone.samples[1600, 0]


# ---------------------------------------------------------------- through the models


class Tried:
    def __init__(self, name: str, root: Path) -> None:
        self.path = folder(name, root)
        found = schema.described(self.path)
        assert isinstance(found, Model)
        self.card: EngineCard = found.card
        self.engine = Pipeline(found.card)
        self.rate = facts.fps(type(opened(self.path)).__name__)

    def asked(self, frames: int, **fields: Any) -> Request:
        options = {"steps": 3, "max_sequence_length": 64, "precision": "float32"}
        words: dict[str, Any] = {
            "prompt": "a red boat",
            "seed": 5,
            "size": (64, 64),
            "length": frames / self.rate,
            "options": options,
        }
        return check(self.card, Request(engine=self.card.info.name, **(words | fields)))

    def made(self, request: Request) -> Any:
        return next(event for event in self.engine.generate(request) if isinstance(event, Result)).media

    def plainly(self, given: list[tuple[Any, int]], frames: int) -> Any:
        """What the library's own condition pipeline makes of (picture or clip, pixel frame)."""
        pipe = opened(self.path)
        kind = getattr(diffusers, type(pipe).__name__.replace("Pipeline", "ConditionPipeline"))
        whole = kind(**pipe.components)
        whole.set_progress_bar_config(disable=True)
        conditions.settle(whole)
        found = [conditions._condition(whole, shown, frame) for shown, frame in given]
        words: dict[str, Any] = {
            "height": 64,
            "width": 64,
            "num_frames": frames,
            "frame_rate": self.rate,
            "max_sequence_length": 64,
        }
        known = {param.name: param.default for param in self.card.params if param.name != "steps"}
        words = {n: v for n, v in parameters.words(kind, known).items() if v is not None} | words
        torch.manual_seed(5)
        draw = torch.Generator().manual_seed(5)
        answer = whole(prompt="a red boat", conditions=found, num_inference_steps=3, generator=draw, **words)
        return call.media_of(whole, answer)


@pytest.fixture(scope="module", params=["ltx", "ltx2"])
def tried(request: pytest.FixtureRequest, pipelines_root: Path) -> Tried:
    return Tried(request.param, pipelines_root)


def shown(image: Image) -> Any:
    return call.picture(image, (64, 64), "RGB")


@pytest.mark.slow
def test_a_clip_between_two_pictures_is_the_librarys(tried: Tried) -> None:
    assert {"start", "last"} <= set(tried.card.info.takes)
    assert "conditions" not in {param.name for param in tried.card.params}
    both = tried.made(tried.asked(17, start=RED, last=GREEN))
    assert compare(both, tried.plainly([(shown(RED), 0), (shown(GREEN), 16)], 17)) is None
    assert len(both.frames) == 17
    ending = tried.made(tried.asked(17, last=GREEN))
    assert compare(ending, tried.plainly([(shown(GREEN), 16)], 17)) is None
    assert compare(ending, both) is not None


@pytest.mark.slow
def test_a_clip_is_gone_on_from_with_its_movement(tried: Tried) -> None:
    clip = ramp(12, tried.rate)
    longer = tried.made(tried.asked(9, start=clip))
    theirs = tried.plainly([([shown(Image(frame)) for frame in clip.frames[-9:]], 0)], 17)
    assert len(longer.frames) == 12 + 8
    assert np.array_equal(longer.frames[:12], clip.frames)
    assert np.array_equal(longer.frames[12:], theirs.frames[9:])
    ending = tried.made(tried.asked(9, start=clip, last=GREEN))
    assert compare(ending, longer) is not None


@pytest.mark.slow
def test_it_goes_on_from_any_step_and_leaves_nothing_behind_when_stopped(tried: Tried) -> None:
    request = tried.asked(17, start=RED, last=GREEN)
    kept, whole = followed(tried.engine, request)
    for checkpoint in kept[:-1]:
        again = msgspec.structs.replace(request, resume=travelled(checkpoint))
        assert compare(followed(Pipeline(tried.card), again)[1].media, whole.media) is None
    events = tried.engine.generate(request)
    step = next(event for event in events if isinstance(event, Step))
    assert step.estimate is not None
    assert np.isfinite(step.estimate()).all()
    assert isinstance(step.preview(), Video)
    calm = device.interrupt(threading.get_ident())
    with pytest.raises(Stopped):
        list(events)
    calm()
    assert compare(followed(tried.engine, request)[1].media, whole.media) is None


@pytest.mark.slow
def test_given_frames_show_in_the_estimates_as_they_are(tried: Tried) -> None:
    """The tokens of a picture that is given are clean at every step but for a little noise of LTX's own, and so is what
    is shown of them."""
    events = tried.engine.generate(tried.asked(17, start=RED, last=GREEN))
    early = [event.estimate() for event in events if isinstance(event, Step) and event.estimate]
    far = [float(np.abs(one[:, 0] - early[-1][:, 0]).mean()) for one in early[:-1]]
    assert max(far) < 0.2


@pytest.mark.slow
def test_what_cannot_be_costs_a_sentence(tried: Tried) -> None:
    tone = Audio(np.zeros((100, 1), np.float32), 8000)
    with pytest.raises(Refused, match="starts from image or video"):
        tried.made(tried.asked(9, start=tone))
