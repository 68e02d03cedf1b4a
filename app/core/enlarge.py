"""A finished picture made larger: how large, and what is drawn over it. No Qt, no torch."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from engines import shelf
from engines.contract import EngineCard, Refused, Request, Value

WAYS = ("network", "lanczos")  # that are always there
TILED = 64  # pixels a tile's side is counted in


class Enlarging(Struct, frozen=True):
    """How many times, and by which `way`; then drawn over by the model `engine`, if any, which may leave it by
    `strength`, in tiles of `tile` pixels (0: as the model was taught) that overlap by `overlap`."""

    factor: float = 2.0
    way: str = "network"
    engine: str = ""
    strength: float = 0.3
    tile: int = 0
    overlap: int = 128


def able(cards: Mapping[str, EngineCard]) -> list[EngineCard]:
    """The models that draw over a larger picture in tiles."""
    return [card for card in cards.values() if not card.missing and any(p.name == "tile" for p in card.params)]


def ways(parts: Mapping[str, shelf.Part]) -> Sequence[tuple[str, str]]:
    """(name, title) of each way to enlarge: those there always are, then the upscalers on the shelf."""
    return [*((way, way) for way in WAYS), *((p.name, p.title) for p in parts.values() if p.kind == "upscaler")]


def size_of(size: tuple[int, int], wish: Enlarging, card: EngineCard | None = None) -> tuple[int, int]:
    """(width, height) of a picture of `size` when it is enlarged, as the model can draw it."""
    low, high, step = (card.info.size_rule if card else None) or (1, 8192, 1)
    found = tuple(max(low, round(side * wish.factor / step) * step) for side in size)
    if max(found) > high:
        raise Refused("bad-request", f"That would be {found[0]}x{found[1]}; {high} pixels a side is the most.")
    return found  # type: ignore[return-value]


def request_of(card: EngineCard, wish: Enlarging, made: Request, size: tuple[int, int]) -> Request:
    """The request that draws the start of `made`, a picture of `size`, larger; its words and seed stay."""
    known = {param.name for param in card.params}
    same = made.engine == card.info.name
    options = {name: value for name, value in made.options.items() if same and name in known}
    tile = wish.tile or max(TILED, max(card.info.sizes[0]) // TILED * TILED if card.info.sizes else 512)
    own: dict[str, Value] = {"tile": tile, "overlap": min(wish.overlap, tile // 2), shelf.ENLARGER: wish.way}
    return Request(
        engine=card.info.name,
        prompt=made.prompt,
        negative=made.negative,
        seed=made.seed,
        size=size_of(size, wish, card),
        options=options | own,
        curves=made.curves if same else {},
        adapters=made.adapters if same else (),
        start=made.start,
        strength=wish.strength,
    )
