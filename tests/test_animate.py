"""video/animate with image engines of our own making: what it asks of them, and closed forms of what it makes."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import msgspec
import numpy as np
import pytest
from msgspec import Struct
from skimage.color import rgb2lab

from app.host import Host
from engines import registry, wire
from engines.contract import (
    Control,
    ControlKind,
    Curve,
    EngineCard,
    Event,
    Image,
    Info,
    Lent,
    Refused,
    Request,
    Result,
    Step,
    Video,
    check,
    param,
    params_of,
)
from engines.prompt.plan import plan
from tests.conftest import TINY

FOUND = registry.listing([TINY])
CARD = FOUND.cards["video/animate"]
SIZE = (64, 64)


class Options(Struct, frozen=True):
    steps: Annotated[int, param("Steps.", min=1, max=20)] = 4
    guidance: Annotated[float, param("Guidance.", min=0, max=9, curve=True)] = 3.0
    style: Annotated[str, param("Style.")] = "plain"


class Fake:
    """Draws `drawn(start)`; remembers what it was asked."""

    info = Info(
        name="image/fake",
        title="Fake",
        summary="",
        medium="image",
        family="none",
        takes=("prompt", "negative", "seed", "size", "start"),
        size_rule=(16, 512, 8),
        controls=(ControlKind("depth", "image"),),
    )
    Options = Options

    def __init__(self, drawn: Callable[[np.ndarray], np.ndarray] = lambda start: start) -> None:
        self.drawn, self.asked, self.open = drawn, [], 0

    def generate(self, request: Request) -> Iterator[Event]:
        self.asked.append(request)
        self.open += 1
        try:
            width, height = request.size or SIZE
            start = request.start.pixels if isinstance(request.start, Image) else scene(width, height)
            yield Step(1, 1, 0.0, lambda: Image(start))
            yield Result(Image(self.drawn(start)), {"nfe": 1})
        finally:
            self.open -= 1


def scene(width: int = 64, height: int = 64) -> np.ndarray:
    """A picture with something in every corner of the colours."""
    v, u = np.mgrid[0:height, 0:width]
    pixels = np.stack([60 + u * 120 // width, 70 + v * 120 // height, np.full_like(u, 110)], -1).astype(np.uint8)
    pixels[height // 4 : height // 2, width // 4 : width // 2] = (210, 60, 50)
    return pixels


def lent(fake: Fake, **info: Any) -> Callable[[str], Lent]:
    card = EngineCard(msgspec.structs.replace(fake.info, **info), params_of(Options))
    return lambda name: Lent(card, lambda: fake)


def run(fake: Fake | None = None, image: str = "image/tiny", **asked: Any) -> tuple[Video, list[Any], dict[str, Any]]:
    """The clip, its checkpoints and its facts: by `fake`, or by the engine called `image`."""
    engine: Any = FOUND.make("video/animate")
    if fake is not None:
        engine.borrow(lent(fake))
    options = {"image": image, "steps": 3} | asked.pop("options", {})
    more = {"size": SIZE, "length": 1.0, "prompt": "red"} | asked
    request = check(CARD, Request(engine="video/animate", options=options, **more))
    held: list[Any] = []
    for event in engine.generate(request):
        if isinstance(event, Step) and event.checkpoint:
            held.append(event.checkpoint())
        if isinstance(event, Result):
            assert isinstance(event.media, Video)
            return event.media, held, event.facts
    raise AssertionError("no result")


# ---------------------------------------------------------------- what is made


@pytest.mark.parametrize("channels", [3, 4])
def test_without_motion_and_change_the_start_is_repeated(channels: int) -> None:
    start = np.concatenate([scene(), np.full((64, 64, 1), 255, np.uint8)], -1)[..., :channels]
    start[..., 3:][:20] = 40
    clip, _, facts = run(start=Image(start), strength=0.0)
    assert clip.frames.shape == (12, *start.shape)
    assert (clip.frames == start).all()
    assert facts["nfe"] == 0


@pytest.mark.parametrize(("options", "count"), [({"every": 1}, 12), ({"every": 5}, 4), ({"loop": True, "every": 5}, 3)])
def test_so_many_are_drawn_and_all_are_there(options: dict[str, Any], count: int) -> None:
    clip, held, facts = run(Fake(), options=options)
    assert len(clip.frames) == facts["frames"] == 12
    assert len(held) == facts["drawn"] == count
    assert clip.fps == 12


def test_a_camera_that_travels_moves_each_frame_from_the_one_before() -> None:
    fake = Fake()
    options = {"camera": "travels", "pan_x": 0.375, "every": 2, "border": "mirror", "hold": 0.0}
    clip, _, _ = run(fake, length=0.5, options=options)
    first, second = clip.frames[0].astype(int), clip.frames[2].astype(int)
    assert np.abs(first[:, 4:] - second[:, :-4]).mean() < 1  # 0.375 widths a second are 4 pixels in two frames
    between = clip.frames[1].astype(int)
    assert np.abs(first[:, 2:] - between[:, :-2])[:, 4:-4].mean() < 1.5
    assert np.array_equal(fake.asked[1].start.pixels, clip.frames[2])


def test_a_camera_that_films_leaves_what_is_drawn_alone() -> None:
    fake = Fake()
    clip, _, _ = run(fake, options={"pan_x": 0.375, "every": 2, "border": "mirror"})
    assert all(np.array_equal(asked.start.pixels, scene()) for asked in fake.asked[1:])
    assert np.abs(clip.frames[0].astype(int)[:, 20:] - clip.frames[10].astype(int)[:, :-20]).mean() < 1


def test_a_camera_that_films_is_back_where_a_loop_closes() -> None:
    clip, _, _ = run(Fake(), length=2.0, options={"zoom": 1.5, "roll": 180.0, "pan_y": 0.1, "loop": True, "every": 4})
    steps = [np.abs(a.astype(int) - b).mean() for a, b in zip(clip.frames, np.roll(clip.frames, -1, 0), strict=True)]
    assert steps[-1] < 1.5 * max(steps[:-1])
    assert max(steps) > 1


def test_a_loop_closes_where_a_clip_does_not() -> None:
    def worn(start: np.ndarray) -> np.ndarray:
        return np.roll(start, 3, 1)  # what is drawn moves on

    open_ended, closed = (run(Fake(worn), options={"loop": loop, "every": 2, "hold": 0.0})[0] for loop in (False, True))
    far, near = (np.abs(clip.frames[-1].astype(int) - clip.frames[0]).mean() for clip in (open_ended, closed))
    assert near < far / 2


def test_the_last_picture_is_the_last_frame() -> None:
    last = np.roll(scene(), (9, 14), (0, 1))
    clip, _, _ = run(Fake(), last=Image(last), options={"every": 2, "zoom": 1.2, "hold": 0.0})
    assert np.array_equal(clip.frames[-1], last)
    away = [np.abs(frame.astype(int) - last).mean() for frame in clip.frames]
    assert away[11] < away[10] < away[8] < away[4]
    assert away[10] < 0.6 * away[0]


def test_a_start_clip_goes_on() -> None:
    before = Video(np.stack([np.roll(scene(), k, 1) for k in range(6)]), 12.0)
    clip, _, _ = run(Fake(lambda start: 255 - start), start=before, options={"every": 2, "hold": 0.0})
    assert len(clip.frames) == 6 + 12 - 1
    assert np.array_equal(clip.frames[:6], before.frames)
    assert np.array_equal(clip.frames[7], 255 - before.frames[5])  # every second frame is drawn: the other way round,
    assert np.array_equal(clip.frames[9], before.frames[5])  # and back


def test_colours_are_held_over_a_hundred_frames() -> None:
    def warmer(start: np.ndarray) -> np.ndarray:
        return np.clip(start * np.array([1.04, 1.0, 0.96]) + 2, 0, 255).astype(np.uint8)

    def drift(hold: float) -> np.ndarray:
        more = {"every": 1, "fps": 20, "hold": hold}
        clip, _, _ = run(Fake(warmer), length=5.0, options=more)
        assert len(clip.frames) == 100
        means = rgb2lab(clip.frames).mean((1, 2))
        return np.abs(means - means[0]).max(1)

    free, half, whole = drift(0.0), drift(0.5), drift(1.0)
    assert free[-1] > 20  # of CIELAB
    assert half.max() < 5
    assert whole.max() < 1
    assert half[-1] < half[50] + 0.5  # it settles


def test_every_branch_without_a_change_ends_with_the_same_bytes() -> None:
    asked: dict[str, Any] = {
        "prompt": "[red:blue:0.5]",
        "options": {"loop": True, "zoom": 1.3, "forward": 0.2, "camera": "travels", "every": 2, "fps": 8},
        "seed": 5,
    }
    clip, held, _ = run(**asked)
    for checkpoint in held[:-1]:
        again, rest, _ = run(resume=checkpoint, **asked)
        assert len(rest) == len(held) - checkpoint.step
        assert np.array_equal(again.frames, clip.frames)
    other, _, _ = run(resume=held[2], **asked | {"prompt": "yellow"})
    assert np.array_equal(other.frames[:5], clip.frames[:5])
    assert not np.array_equal(other.frames[6], clip.frames[6])


# ---------------------------------------------------------------- what is asked of the image engine


def test_words_change_over_the_clip_and_seeds_step() -> None:
    fake = Fake()
    run(fake, prompt="a [cat:dog:0.5]", negative="[:fog:0.5]", seed=40, options={"every": 3})
    assert [asked.prompt for asked in fake.asked] == ["a cat", "a cat", "a dog", "a dog", "a dog"]
    assert [asked.negative for asked in fake.asked] == ["", "", "fog", "fog", "fog"]
    assert [asked.seed for asked in fake.asked] == [40, 41, 42, 43, 44]
    fixed = Fake()
    run(fixed, seed=40, options={"seeds": "fixed"})
    assert {asked.seed for asked in fixed.asked} == {40}


def test_a_frame_has_the_words_of_its_moment_by_their_weights() -> None:
    mixing, turning = Fake(), Fake()
    mixing.info = msgspec.structs.replace(Fake.info, blends=True)
    fade = {"prompt": "a cat :0:1,1:0 AND a dog :0:0,1:1", "options": {"every": 1}}
    run(mixing, **fade)
    heard = [{text: weight for weight, text in plan(one.prompt, "", 1)[0].texts} for one in mixing.asked]
    assert (mixing.asked[0].prompt, mixing.asked[-1].prompt) == ("a cat", "a dog")
    shares = list(np.linspace(0, 1, len(heard)))
    assert [told.get("a dog", 0.0) for told in heard] == pytest.approx(shares, abs=1e-8)
    assert [sum(told.values()) for told in heard] == pytest.approx([1.0] * len(heard), abs=1e-8)
    _, _, facts = run(turning, **fade)
    asked = [one.prompt for one in turning.asked]
    assert asked[:5] == ["a cat", "a dog", "a cat", "a dog", "a cat"]
    assert "take turns" in facts["AND"]


def test_noise_travels_from_seed_to_seed_where_the_image_engine_lets_it() -> None:
    curves = {"travel": Curve(((0.0, 0.0), (1.0, 2.5)))}
    plain = Fake()
    run(plain, seed=40, curves=curves, options={"seeds": "fixed", "every": 1})
    assert [asked.seed for asked in plain.asked][:: len(plain.asked) - 1] == [40, 42]
    assert {asked.travel for asked in plain.asked} == {0.0}
    smooth = Fake()
    smooth.info = msgspec.structs.replace(Fake.info, takes=(*Fake.info.takes, "travel"))
    run(smooth, seed=40, curves=curves, options={"seeds": "fixed", "every": 1})
    gone = [asked.seed - 40 + asked.travel for asked in smooth.asked]
    assert gone == pytest.approx(list(np.linspace(0, 2.5, len(gone))))


def test_curves_and_settings_reach_it() -> None:
    fake = Fake()
    curves = {"change": Curve(((0.0, 0.2), (1.0, 0.8))), "guidance": Curve(((0.0, 1.0), (1.0, 20.0)))}
    run(fake, curves=curves, options={"every": 11, "steps": 90, "settings": "style=flat"})
    first, last = fake.asked
    assert first.start is None
    assert last.strength == pytest.approx(0.8)
    assert (first.options["guidance"], last.options["guidance"]) == (1.0, 9.0)  # within what it takes
    assert {asked.options["steps"] for asked in fake.asked} == {20}
    assert {asked.options["style"] for asked in fake.asked} == {"flat"}
    usual = Fake()
    run(usual, options={"steps": 0})
    assert usual.asked[0].options == {"steps": 4, "guidance": 3.0, "style": "plain"}


def test_colours_of_new_words_are_new() -> None:
    class Painted(Fake):
        def generate(self, request: Request) -> Iterator[Event]:
            self.drawn = lambda start: np.where(
                start > 0, (250, 10, 10) if "red" in request.prompt else (10, 10, 250), 0
            )
            for event in super().generate(request):
                yield Result(Image(event.media.pixels.astype(np.uint8))) if isinstance(event, Result) else event

    clip, _, _ = run(Painted(), prompt="[red:blue:0.5]", options={"every": 1, "hold": 1.0})
    assert clip.frames[2].mean((0, 1))[0] > 200
    assert clip.frames[-1].mean((0, 1))[2] > 200


def test_a_clip_controls_frame_by_frame() -> None:
    fake = Fake()
    maps = Video(np.stack([np.full((16, 16, 3), 10 * n, np.uint8) for n in range(24)]), 24.0)
    control = Control("depth", maps, Curve(((0.0, 0.0), (1.0, 1.0))))
    run(fake, controls=(control,), options={"every": 4})
    values = [int(asked.controls[0].media.pixels[0, 0, 0]) for asked in fake.asked]
    assert values == [0, 80, 160, 220]
    assert [asked.controls[0].strength for asked in fake.asked] == pytest.approx([0, 4 / 11, 8 / 11, 1])
    with pytest.raises(Refused, match="image/tiny takes no depth control"):
        run(controls=(control,))


def test_closing_it_closes_the_engine_at_work() -> None:
    fake = Fake()
    engine: Any = FOUND.make("video/animate")
    engine.borrow(lent(fake))
    events = engine.generate(check(CARD, Request(engine="video/animate", size=SIZE)))
    while not fake.open:
        next(events)
    events.close()
    assert fake.open == 0


@pytest.mark.parametrize(
    ("image", "settings", "sentence"),
    [
        ("image/nobody", "", "There is no engine 'image/nobody'"),
        ("audio/tiny", "", "audio/tiny makes no pictures"),
        ("image/blend", "", "image/blend cannot animate: it takes no prompt"),
        ("image/tiny", "colour=red", "'colour=red' is no setting of image/tiny"),
        ("image/tiny", "sampler=magic", "sampler cannot be 'magic'"),
    ],
)
def test_an_unfit_image_engine_costs_one_sentence(image: str, settings: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        run(image=image, options={"settings": settings})


def test_the_nearest_size_is_taken_where_the_engine_has_few() -> None:
    fake = Fake()
    engine: Any = FOUND.make("video/animate")
    engine.borrow(lent(fake, size_rule=None, sizes=((256, 256), (128, 128), (128, 64))))
    request = check(CARD, Request(engine="video/animate", size=(160, 80), length=0.5))
    (clip,) = [event.media for event in engine.generate(request) if isinstance(event, Result)]
    assert {asked.size for asked in fake.asked} == {(128, 64)}
    assert clip.frames.shape[1:3] == (80, 160)


def test_the_worker_lends_it_what_it_names(host: Host) -> None:
    options = {"image": "image/tiny", "every": 6, "steps": 2}
    asked = Request(engine="video/animate", prompt="red", size=SIZE, length=0.5, options=options)
    *steps, last = list(host.run(wire.Generate(1, asked)))
    assert isinstance(last, wire.Finished)
    assert last.result.facts["image engine"] == "image/tiny"
    assert sum(isinstance(news, wire.Stepped) for news in steps) == 2
    told = host.ask(wire.Gauge(2, asked))
    assert isinstance(told, wire.Gauged)
    *_, failed = list(host.run(wire.Generate(3, msgspec.structs.replace(asked, options={"image": "image/no"}))))
    assert isinstance(failed, wire.Failed)
    assert "There is no engine 'image/no'" in failed.failure.sentence
