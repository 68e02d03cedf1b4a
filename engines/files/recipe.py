"""How a result was made, as text that travels inside its file, and the arrays that text names by their content."""

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Optional

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Refused, Request, Value
from engines.files import arrays, atomic

_NAME = re.compile(r"sha256-[0-9a-f]{64}")
RUN = r"^(?!\.)[\w.-]{0,100}$"  # a run names a folder of steps: it must not be able to leave its place


class Recipe(Struct, frozen=True, kw_only=True, eq=False, omit_defaults=True):
    """Everything that decided a result.

    A branch has its `parent`'s recipe and the number of that parent's steps it kept; its own `request` says what was
    changed. `request.resume` is always None: the checkpoint is a cache, found again or replayed from the seed.
    `facts` are the engine's (NFE, seconds, device, versions); `created` is in seconds since 1970.
    """

    request: Request
    run: Annotated[str, msgspec.Meta(pattern=RUN)]
    parent: Optional["Recipe"] = None
    step: int | None = None
    facts: dict[str, Value] = {}
    created: float = 0.0


def dumps(recipe: Recipe, keep: Callable[[np.ndarray], str]) -> str:
    """`recipe` as JSON. Each array is handed to `keep`, which answers its name, and written as that name."""

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return {"array": keep(value), "dtype": value.dtype.str, "shape": value.shape}
        return arrays.pack(value)

    return msgspec.json.encode(_without_state(recipe), enc_hook=plain).decode()


def loads(text: str | bytes, load: Callable[[str], np.ndarray]) -> Recipe:
    """The recipe in `text`; arrays come from `load(name)`.

    Raises Refused('bad-file') for text that is no recipe, and passes on load's Refused('missing').
    """

    def array(kind: type, value: Any) -> np.ndarray:
        name = value.get("array") if isinstance(value, dict) else None
        if kind is not np.ndarray or not isinstance(name, str) or not _NAME.fullmatch(name):
            raise Refused("bad-file", "The recipe is damaged: it names an array in a way Darkroom does not know.")
        return load(name)

    try:
        return msgspec.json.decode(text, type=Recipe, dec_hook=array)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        if isinstance(error.__cause__, Refused):
            raise error.__cause__ from None
        raise Refused("bad-file", f"The recipe cannot be read: {error}.") from error


def asks(request: Request) -> str:
    """`request` as the text a recipe holds it by: the same text is the same request, arrays by their content."""
    told = msgspec.json.decode(dumps(Recipe(request=request, run=""), arrays.digest))["request"]
    return msgspec.json.encode(told, order="deterministic").decode()


def is_of(text: str | bytes, request: Request) -> bool:
    """Whether the recipe in `text` asks for just what `request` does. No array is loaded."""
    return asked_in(text) == asks(request)


def asked_in(text: str | bytes) -> str | None:
    """What the recipe in `text` asks for, as `asks` says it; None of a branch, which is not what its request alone
    makes, or of what is no recipe. No array is loaded."""
    try:
        told = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError:
        return None
    whole = "parent" not in told and "request" in told
    return msgspec.json.encode(told["request"], order="deterministic").decode() if whole else None


def names(text: str | bytes) -> tuple[str, ...]:
    """The arrays a recipe names, without loading any."""
    found = _NAME.findall(text if isinstance(text, str) else text.decode("utf-8", "replace"))
    return tuple(dict.fromkeys(found))


def a1111(recipe: Recipe) -> str:
    """The recipe as the line of text other programs read ('parameters' in a PNG)."""
    request, options = recipe.request, recipe.request.options
    size = request.size
    words: dict[str, Value | None] = {
        "Steps": options.get("steps"),
        "Sampler": options.get("sampler"),
        "Schedule type": options.get("schedule"),
        "CFG scale": options.get("guidance"),
        "Seed": request.seed,
        "Size": f"{size[0]}x{size[1]}" if size else None,
        "Model": request.engine,
        "Denoising strength": request.strength if request.start is not None else None,
        "Version": "darkroom",
    }
    line = ", ".join(f"{word}: {value}" for word, value in words.items() if value is not None)
    negative = f"Negative prompt: {request.negative}\n" if request.negative else ""
    return f"{request.prompt}\n{negative}{line}"


def _without_state(recipe: Recipe) -> Recipe:
    parent = _without_state(recipe.parent) if recipe.parent is not None else None
    request = msgspec.structs.replace(recipe.request, resume=None)
    return msgspec.structs.replace(recipe, request=request, parent=parent)


class Blobs:
    """Arrays by content: `keep` stores one and answers its name, `load` brings it back. Kept as .npy, never pickle."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def keep(self, array: np.ndarray) -> str:
        """Store `array` (once) and answer 'sha256-...'. Raises OSError."""
        name = arrays.digest(array)
        place = self._place(name)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            atomic.write(place, buffer.getvalue())
        return name

    def load(self, name: str) -> np.ndarray:
        """The array called `name`. Refused('missing') when it is not here, Refused('bad-file') when it is damaged."""
        if not _NAME.fullmatch(name):
            raise Refused("bad-file", f"{name[:40]!r} is no name of a stored array.")
        place = self._place(name)
        if not place.is_file():
            raise Refused("missing", f"The media {name[:15]} this recipe starts from is not on this machine.")
        try:
            array = np.load(place, allow_pickle=False)
        except (ValueError, OSError, EOFError) as error:
            raise Refused("bad-file", f"The stored media {place.name} in {place.parent} is damaged.") from error
        if arrays.digest(array) != name:
            raise Refused("bad-file", f"The stored media {place.name} in {place.parent} is damaged.")
        return array

    def _place(self, name: str) -> Path:
        return self.folder / name[7:9] / f"{name}.npy"
