"""Pictures that move from seed to seed: between two seeds lies a picture of its own, beside a seed that seed's."""

from fractions import Fraction

import msgspec
import numpy as np
import pytest

from app.core.timeline import making
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
