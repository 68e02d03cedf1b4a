"""A row of the history as a value, read from the recipe a file carries."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Struct

from engines.contract import MEDIUMS, Refused
from engines.files import media
from engines.files import recipe as recipe_file


class Entry(Struct, frozen=True):
    """A result. `path` is where it lies, or lay before it was deleted. `width` and `height` in pixels (0: none),
    `seconds` how long it took to make, `length` how many seconds a sound or clip lasts (0: none of it, or not known).
    `stars` are one to five, 0 where nobody gave any. `recipe_text` is the JSON inside the file."""

    run: str
    path: Path
    medium: str
    engine: str
    prompt: str = ""
    negative: str = ""
    seed: int = 0
    created: float = 0.0
    parent: str | None = None
    parent_step: int | None = None
    favourite: bool = False
    stars: int = 0
    deleted: bool = False
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    length: float = 0.0
    recipe_text: str = ""


Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]  # what a column of the database holds
Run = Annotated[str, msgspec.Meta(pattern=recipe_file.RUN)]


class _Facts(Struct):
    medium: str = ""
    width: Whole | float = 0  # in pixels; of a mesh an engine may have said metres
    height: Whole | float = 0
    seconds: float = 0.0
    length: float = 0.0


def _pixels(side: float) -> int:
    """A side in pixels; 0 where it is none."""
    return side if isinstance(side, int) else 0


class _Request(Struct):
    engine: str
    prompt: str = ""
    negative: str = ""
    seed: Whole = 0


class _Parent(Struct):
    run: Run


class _Recipe(Struct):
    """The part of a recipe that the history shows."""

    request: _Request
    run: Run
    parent: _Parent | None = None
    step: Whole | None = None
    facts: _Facts = msgspec.field(default_factory=_Facts)
    created: float = 0.0


def entry_of(recipe_text: str, path: Path) -> Entry:
    """The row of the file at `path` that carries `recipe_text`. Refused('bad-file') when that is no recipe."""
    try:
        recipe = msgspec.json.decode(recipe_text, type=_Recipe)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Refused("bad-file", f"The recipe in {path.name} cannot be read: {error}.") from error
    guess = next((medium for medium, kinds in media.WRITES.items() if path.suffix.lower() in kinds), "image")
    return Entry(
        run=recipe.run,
        path=path,
        medium=recipe.facts.medium if recipe.facts.medium in MEDIUMS else guess,
        engine=recipe.request.engine,
        prompt=recipe.request.prompt,
        negative=recipe.request.negative,
        seed=recipe.request.seed,
        created=recipe.created,
        parent=recipe.parent.run if recipe.parent else None,
        parent_step=recipe.step,
        width=_pixels(recipe.facts.width),
        height=_pixels(recipe.facts.height),
        seconds=recipe.facts.seconds,
        length=recipe.facts.length,
        recipe_text=recipe_text,
    )
