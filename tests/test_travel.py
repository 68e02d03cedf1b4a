"""Pictures that move from seed to seed: between two seeds lies a picture of its own, beside a seed that seed's."""

from fractions import Fraction

import msgspec
import numpy as np
import pytest
from PIL import Image as Picture

from app.cli.flags import parser
from app.cli.words import request_of
from app.core.timeline import fineness, making, numbers
from app.core.timeline.inputs import Scene
from app.core.timeline.values import Ask, Clip, Key, Lane, Project, Timeline, Track
from engines import registry
from engines.contract import Image, Refused, Request, Result, check

FOUND = registry.listing()


def drawn(engine, **asked) -> np.ndarray:
    """Of 'a red apple', as float64."""
    made = engine.generate(
        check(FOUND.cards["image/sticker"], Request(engine="image/sticker", prompt="a red apple", **asked))
    )
    media = next(event.media for event in made if isinstance(event, Result))
    assert isinstance(media, Image)
    return media.pixels.astype(np.float64)


def test_a_picture_moves_from_seed_to_seed() -> None:
    engine, options = FOUND.make("image/sticker"), {"steps": 2}
    first, last = (drawn(engine, seed=seed, options=options) for seed in (7, 8))
    half, far = (drawn(engine, seed=7, travel=share, options=options) for share in (0.5, 0.999))
    apart = np.abs(first - last).mean()
    assert np.abs(far - last).mean() < 0.1 * apart
    assert min(np.abs(half - first).mean(), np.abs(half - last).mean()) > 0.1 * apart


def test_an_engine_that_knows_whole_seeds_only_refuses_others() -> None:
    with pytest.raises(Refused, match="whole seeds"):
        check(FOUND.cards["image/pixel"], Request(engine="image/pixel", travel=0.5))
    with pytest.raises(Refused, match="below 1"):
        check(FOUND.cards["image/sticker"], Request(engine="image/sticker", travel=1.5))


def test_a_lane_of_a_clip_travels() -> None:
    travels = Lane("travel", (Key(Fraction(0), 0.0), Key(Fraction(2), 3.0)))
    ask = Ask("video/animate", "a red apple", seed=7)
    clip = Clip(Fraction(0), Fraction(2), ask=ask, lanes=(travels,), id="c")
    timeline = Timeline(tracks=(Track("picture", clips=(clip,)),), id="main")
    scene = Scene(Project(timelines=(timeline,)), timeline, {}.__getitem__)
    request = making.made(scene, clip, FOUND.cards["video/animate"]).request
    curve = check(FOUND.cards["video/animate"], request).curves["travel"]
    assert (curve.at(0), curve.at(0.5), curve.at(1)) == pytest.approx((0, 1.5, 3), abs=0.05)
    assert msgspec.json.decode(msgspec.json.encode(curve), type=type(curve)) == curve


def test_a_lane_of_a_still_travels_where_its_engine_can() -> None:
    far = Lane("travel", (Key(Fraction(0), 2.25),))
    clip = Clip(Fraction(0), Fraction(2), ask=Ask("image/sticker", "a red apple", seed=7), lanes=(far,), id="c")
    timeline = Timeline(tracks=(Track("picture", clips=(clip,)),), id="main")
    scene = Scene(Project(timelines=(timeline,)), timeline, {}.__getitem__)
    card = FOUND.cards["image/sticker"]
    request = making.made(scene, clip, card).request
    assert (request.seed, request.travel) == (9, 0.25)
    assert fineness.fineness(card, "travel") == "clip"
    assert "travel" in numbers.targets(card)
    constant = numbers.put_base(msgspec.structs.replace(clip, lanes=()), "travel", 1.5)
    assert making.made(scene, constant, card).request.noise == (8, 0.5)
    assert "travel" not in making.made(scene, constant, card).request.options
    moved = msgspec.structs.replace(constant, lanes=(far,))
    assert making.made(scene, moved, card).request.noise == (9, 0.25), "a lane counts from the seed itself"
    assert making.made(scene, msgspec.structs.replace(clip, lanes=()), card).request.noise == 7
    whole = making.made(scene, clip, FOUND.cards["image/pixel"]).request
    assert (whole.seed, whole.travel) == (7, 0.0)


def test_the_command_line_names_a_seed_and_how_far_from_it() -> None:
    card = FOUND.cards["image/sticker"]

    def told(*words: str) -> Request:
        return request_of(card, parser().parse_args(["generate", "image/sticker", "a frog", *words]))

    assert told("--travel", "7:0.5").noise == (7, 0.5)
    assert told("--seed", "7").noise == told("--travel", "7:0").noise == 7
    with pytest.raises(Refused, match="leave out --seed"):
        told("--travel", "7:0.5", "--seed", "1")
    for wrong in ("7", "7:1", "7:1.5", "-1:0.5", "seven"):
        with pytest.raises(SystemExit):
            told("--travel", wrong)
    pixel = parser().parse_args(["generate", "image/pixel", "a frog", "--travel", "7:0.5"])
    with pytest.raises(Refused, match="whole seeds"):
        request_of(FOUND.cards["image/pixel"], pixel)


def test_the_command_line_says_how_a_start_goes_over_into_what_is_new(tmp_path) -> None:
    start = tmp_path / "start.png"
    Picture.new("RGB", (128, 128), "red").save(start)
    card = FOUND.cards["image/sticker"]
    words = ["generate", "image/sticker", "a frog", "--init", str(start)]
    request = parser().parse_args([*words, "--feather", "3", "--fill", "mirror"])
    with pytest.raises(Refused, match="add --outpaint"):
        request_of(card, request)
    wide = msgspec.structs.replace(card.info, size_rule=(64, 512, 8))
    args = parser().parse_args([*words, "--outpaint", "64,0,64,0", "--feather", "3", "--fill", "mirror"])
    made = request_of(msgspec.structs.replace(card, info=wide), args)
    assert (made.around, made.feather, made.fill, made.size) == ((64, 0, 64, 0), 3, "mirror", (256, 128))
    usual = parser().parse_args([*words, "--outpaint", "64,0,64,0"])
    made = request_of(msgspec.structs.replace(card, info=wide), usual)
    assert (made.feather, made.fill) == (Request(engine="x").feather, Request(engine="x").fill)
    with pytest.raises(SystemExit):
        parser().parse_args([*words, "--fill", "plaid"])
