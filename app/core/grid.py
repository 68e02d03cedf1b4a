"""Grids of results: which requests their cells are, where these lie on the sheet, and what has become of them."""

import statistics
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from msgspec import Struct

from engines import contract
from engines.contract import EngineCard, Image, Media, Refused, Request, Video
from engines.files.contact import Heads
from engines.prompt import grid
from engines.prompt.grid import Axis, Cell

MEDIA = ("image", "video")  # what a sheet can show


class Square(Struct, frozen=True):
    """A place on the sheet: the run that fills it, or the sentence that says why nothing does."""

    label: str = ""
    run: str = ""
    sentence: str = ""
    done: bool = False


class Sheet(Struct, frozen=True):
    """A grid as it was asked for, and its squares, block by block and row by row. Plain data, kept over a restart."""

    axes: tuple[str, ...]
    heads: Heads
    squares: tuple[Square, ...]

    def of(self, run: str) -> int | None:
        """Which square `run` fills."""
        return next((n for n, square in enumerate(self.squares) if run and square.run == run), None)

    def put(self, place: int, square: Square) -> "Sheet":
        """The sheet with another square there."""
        squares = (*self.squares[:place], square, *self.squares[place + 1 :])
        return msgspec.structs.replace(self, squares=squares)


def heads(axes: Sequence[Axis]) -> Heads:
    """The first axis runs across, the second down, the third from block to block."""
    told = [tuple(grid.head(one, n) for n in range(len(one.values))) for one in axes]
    return Heads(*told)


def place(axes: Sequence[Axis], cell: Cell) -> int:
    """Where a cell lies on the sheet, counted block by block and row by row."""
    found = 0
    for one, n in reversed(list(zip(axes, cell.place, strict=True))):
        found = found * len(one.values) + n
    return found


def asked(cards: Mapping[str, EngineCard], cell: Cell) -> Request:
    """The request of a cell, checked by the engine it is for. Refused when that will not have it."""
    card = cards.get(cell.request.engine)
    if card is None:
        raise Refused("bad-request", f"There is no engine {cell.request.engine!r} for the grid.")
    return contract.check(card, grid.fitted(card, cell.request))


def picture(shown: Media) -> np.ndarray:
    """What a sheet shows of media: a picture, or a clip's middle. Refused('bad-output') for anything else."""
    if isinstance(shown, Image):
        return shown.pixels
    if isinstance(shown, Video) and len(shown.frames):
        return shown.frames[len(shown.frames) // 2]
    raise Refused("bad-output", "There is no picture to lay on the sheet.")


def work(request: Request) -> float:
    """How much there is to do, in steps of a million pixels; steps alone where a size says nothing."""
    steps = request.options.get("steps", 1)
    size = request.size or (1000, 1000)
    return (steps if isinstance(steps, int | float) else 1) * size[0] * size[1] / 1e6


def pace(past: Sequence[tuple[Request, float]]) -> float:
    """Seconds for a unit of `work`, as earlier results and the seconds they took have it; 0 when nobody knows."""
    found = [seconds / work(request) for request, seconds in past if seconds > 0 and work(request) > 0]
    return statistics.median(found) if found else 0.0
