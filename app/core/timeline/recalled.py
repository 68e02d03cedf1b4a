"""What a result was made of, read from the recipe in its file, as a clip asks for it."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from app.core.timeline.values import Ask
from engines.contract import Refused, Value
from engines.files import media as files


class _Worn(Struct):
    name: str
    weight: float = 1.0


class _Request(Struct):
    engine: str
    prompt: str = ""
    negative: str = ""
    seed: int = 0
    size: tuple[int, int] | None = None
    options: dict[str, Value] = {}
    adapters: tuple[_Worn, ...] = ()
    start: Any = None
    mask: Any = None
    last: Any = None
    controls: tuple[Any, ...] = ()
    regions: tuple[Any, ...] = ()
    curves: dict[str, Any] = {}

    @property
    def plain(self) -> bool:
        """Whether an ask says all of it: it began from nothing and changed nothing over its steps."""
        given = (self.start, self.mask, self.last, self.controls, self.regions, self.curves)
        return not any(bool(one) for one in given)


class _Recipe(Struct):
    request: _Request
    run: str = ""
    parent: Any = None


def ask_of(path: Path) -> tuple[Ask | None, str]:
    """(what the result at `path` was made of, its run); None where it carries no recipe of ours, or one that a clip
    cannot say: begun from media, a branch, or with curves over its steps."""
    try:
        text = files.recipe_of(path)
        recipe = msgspec.json.decode(text, type=_Recipe) if text else None
    except (msgspec.MsgspecError, RecursionError, Refused, OSError):
        return None, ""
    if recipe is None or recipe.parent is not None or not recipe.request.plain:
        return None, recipe.run if recipe is not None else ""
    asked = recipe.request
    adapters = {one.name: one.weight for one in asked.adapters}
    return Ask(
        asked.engine, asked.prompt, asked.negative, asked.seed, asked.size, dict(asked.options), adapters=adapters
    ), recipe.run
