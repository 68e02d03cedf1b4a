"""An image engine at work for a clip: it draws one frame after the other, each a request of its own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import (
    Control,
    EngineCard,
    Image,
    Lent,
    Param,
    Phase,
    Refused,
    Request,
    Result,
    Step,
    Value,
    check,
)
from engines.prompt.plan import Now
from engines.prompt.values import read_value

GROUND, CLEAR = "background", "transparent"  # an option that several engines have, and a choice of it
TURNS = "the prompts take turns, one a frame: this image engine mixes none"

Drawing = Generator[Phase, None, np.ndarray]  # what is told meanwhile, and a frame in the end


class Frame(Struct, frozen=True, eq=False):
    """What is to be drawn: words, seed, the picture it begins from (None: nothing) and how far it may leave that;
    `steps` and `guidance` are the engine's own where they are 0. `travel` in [0, 1) is how far its noise has gone from
    that of `seed` to the next one's; an engine that knows whole seeds only stays at `seed`."""

    prompt: str
    negative: str
    seed: int
    size: tuple[int, int]
    start: np.ndarray | None = None
    change: float = 1.0
    steps: int = 0
    guidance: float = 0.0
    controls: tuple[Control, ...] = ()
    travel: float = 0.0


class Painter:
    """`lent`, made when it is first needed; `settings` are further options of it ('style=flat, sampler=heun').

    Refused('bad-request') when it draws no pictures, cannot begin from one, or has no such options.
    """

    def __init__(self, lent: Lent, settings: str = "") -> None:
        self.lent, self.card = lent, lent.card
        self._engine: Any = None
        _fit(self.card)
        self.options = _clear(self.card) | _settings(self.card, settings)
        self.facts: dict[str, Value] = {}
        self.told: dict[str, Value] = {}  # what was not done as it was asked for
        self.nfe = 0.0

    def again(self, lent: Lent, settings: str) -> Painter:
        """The same for another run, what is loaded with it where the engine is still this one."""
        other = Painter(lent, settings)
        if lent.card is self.card:
            other._engine = self._engine
        return other

    @property
    def engine(self) -> Any:
        """The engine itself."""
        if self._engine is None:
            self._engine = self.lent.make()
        return self._engine

    def said(self, now: Now, n: int) -> str:
        """The words that hold at frame number `n` of those drawn, mixed by the weights of its moment; an engine that
        mixes none is told one of them after the other, a frame each."""
        if self.card.info.blends:
            return now.said
        if len(now.texts) > 1:
            self.told = {"AND": TURNS}
        return now.turn(n).said

    def draw(self, frame: Frame) -> Drawing:
        """Draw a frame: a generator of phases that returns its pixels, uint8 (H, W, 3 or 4), of the size asked for."""
        from engines.clips.frames import fitted, still

        events = self.engine.generate(self.request(frame))
        try:
            for event in events:
                if isinstance(event, Result):
                    self.facts = {k: v for k, v in event.facts.items() if k != "nfe"} | self.told
                    self.nfe += float(event.facts.get("nfe", 0))
                    return fitted(still(event.media), frame.size)
                yield Phase("denoising") if isinstance(event, Step) else event
        finally:
            events.close()
        raise Refused("internal", f"{self.card.info.name} ended without a picture; choose another image engine.")

    @property
    def clear(self) -> bool:
        """Whether it draws things without a background."""
        return self.options.get(GROUND) == CLEAR

    def request(self, frame: Frame) -> Request:
        """A frame as this engine's request, checked."""
        options = dict(self.options)
        for name, value in (("steps", frame.steps), ("guidance", frame.guidance)):
            param = next((p for p in self.card.params if p.name == name), None)
            if value and param is not None:
                options[name] = _within(param, value)
        asked = Request(
            engine=self.card.info.name,
            prompt=frame.prompt,
            negative=frame.negative if "negative" in self.card.info.takes else "",
            seed=frame.seed,
            travel=frame.travel if "travel" in self.card.info.takes else 0.0,
            size=self._size(frame.size),
            options=options,
            controls=frame.controls,
            start=None if frame.start is None else Image(np.ascontiguousarray(frame.start)),
            strength=min(1.0, frame.change),
        )
        return check(self.card, asked)

    def _size(self, wanted: tuple[int, int]) -> tuple[int, int] | None:
        """That size, or of those it offers the nearest one."""
        bare = Request(engine=self.card.info.name, size=wanted)
        with suppress(Refused):
            return check(self.card, bare).size
        return min(self.card.info.sizes, key=lambda size: _apart(size, wanted), default=None)


def _fit(card: EngineCard) -> None:
    if card.info.medium != "image":
        raise Refused(
            "bad-request", f"{card.info.name} makes no pictures; name an image engine, such as image/sticker."
        )
    lacking = [word for word in ("prompt", "start") if word not in card.info.takes]
    if lacking:
        told = f"{card.info.name} cannot animate: it takes no {lacking[0]}"
        raise Refused("bad-request", f"{told}; name an image engine that takes both, such as image/sticker.")


def _clear(card: EngineCard) -> dict[str, Value]:
    """What makes it draw without a background, where it can."""
    able = any(p.name == GROUND and CLEAR in p.choices for p in card.params)
    return {GROUND: CLEAR} if able else {}


def _settings(card: EngineCard, text: str) -> dict[str, Value]:
    """'style=flat, sampler=heun' as options, checked. Refused('bad-request')."""
    found: dict[str, Value] = {}
    for word in filter(None, (word.strip() for word in text.split(","))):
        name, sign, value = (part.strip() for part in word.partition("="))
        param = next((p for p in card.params if p.name == name), None)
        if not sign or param is None:
            known = ", ".join(p.name for p in card.params)
            raise Refused("bad-request", f"{word!r} is no setting of {card.info.name}; write NAME=VALUE with: {known}.")
        found[name] = read_value(msgspec.structs.replace(param, curve=False), value)  # type: ignore[assignment]
    check(card, Request(engine=card.info.name, options=found))
    return found


def _within(param: Param, value: float) -> Value:
    """A value as the option takes it, within its bounds."""
    low, high = (value if bound is None else bound for bound in (param.min, param.max))
    held = min(max(value, low), high)
    return round(held) if param.kind == "int" else float(held)


def _apart(size: tuple[int, int], wanted: tuple[int, int]) -> float:
    """How far two sizes are from each other: in shape first, then in area."""
    shape = abs(np.log(size[0] * wanted[1] / (size[1] * wanted[0])))
    return 4 * float(shape) + abs(float(np.log(size[0] * size[1] / (wanted[0] * wanted[1]))))
