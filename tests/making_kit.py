"""Projects in memory for the tests of what clips are made of: counted clips, risen sounds, cards that say more."""

from fractions import Fraction

import msgspec
import numpy as np

from app.core.project import medium_facts
from app.core.timeline.values import (
    Clip,
    Project,
    Take,
    Timeline,
    Track,
)
from engines import registry
from engines.contract import Audio, EngineCard, Image, Param, Video

replace = msgspec.structs.replace


CARDS = registry.listing().cards
SECOND = Fraction(1)
FPS = 10.0


def picture(value: int = 0, size: tuple[int, int] = (32, 32)) -> Image:
    return Image(np.full((size[1], size[0], 3), value, np.uint8))


def counting(frames: int, fps: float = FPS, size: tuple[int, int] = (32, 32)) -> Video:
    """A clip whose frame n is grey n."""
    return Video(np.stack([picture(n, size).pixels for n in range(frames)]), fps)


def ramp(seconds: float, rate: int = 8000) -> Audio:
    """A sound that rises from 0 to 1."""
    return Audio(np.linspace(0, 1, round(seconds * rate), dtype=np.float32)[:, None], rate)


class Shelf(dict):
    """Media of a project in memory."""

    def put(self, name: str, media) -> Take:
        self[name] = media
        return Take(name, medium_facts(media).length, id=f"t-{name}")


def laid(*clips: Clip, kind: str = "picture", **fields) -> tuple[Project, Timeline]:
    timeline = Timeline(tracks=(Track(kind, clips=clips, id="row"),), id="main", **fields)
    return Project(timelines=(timeline,), width=640, height=640, fps=Fraction(10)), timeline


def holding(take: Take, clip: Clip) -> Clip:
    return replace(clip, takes=(take,), take=take.id)


def card_like(name: str, *params: Param, **info) -> EngineCard:
    card = CARDS[name]
    named = {param.name for param in params}
    kept = tuple(one for one in card.params if one.name not in named)
    return replace(card, info=replace(card.info, **info), params=(*kept, *params))


BALL = (
    np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], np.float32),
    np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]], np.int32),
)
