"""Settings that were kept by name: everything a request asks for but its words and its seed."""

import re
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Refused, Request
from engines.files import atomic, recipe
from engines.files.recipe import Blobs, Recipe

LONGEST = 100


class Preset(Struct, frozen=True, eq=False):
    """A name and the request it stands for, without prompt and seed. `why` says where it comes from."""

    name: str
    request: Request
    why: str = ""


class _Stored(Struct):
    name: str
    recipe: str
    why: str = ""


def kept(place: Path, blobs: Blobs) -> tuple[Preset, ...]:
    """The presets in a folder by name; files that cannot be read are passed over."""
    found = []
    for path in sorted(place.glob("*.json")):
        try:
            stored = msgspec.json.decode(path.read_bytes(), type=_Stored)
            found.append(Preset(stored.name, recipe.loads(stored.recipe, blobs.load).request, stored.why))
        except (msgspec.MsgspecError, OSError, Refused):
            continue
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def keep(place: Path, blobs: Blobs, preset: Preset) -> Path:
    """Keep a preset; one of the same name is replaced. Refused for a name that is none, or when the disk fails."""
    name = " ".join(preset.name.split())[:LONGEST]
    if not name:
        raise Refused("bad-request", "A preset needs a name.")
    request = msgspec.structs.replace(preset.request, prompt="", seed=0, travel=0.0, resume=None)
    text = recipe.dumps(Recipe(request=request, run=""), blobs.keep)
    path = place / f"{_slug(name)}.json"
    try:
        place.mkdir(parents=True, exist_ok=True)
        return atomic.write(path, msgspec.json.encode(_Stored(name, text, preset.why)))
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error


def drop(place: Path, name: str) -> None:
    """Keep a preset no longer; none of that name is no error."""
    (place / f"{_slug(name)}.json").unlink(missing_ok=True)


def of_recipe(text: str, name: str, why: str, blobs: Blobs) -> Preset:
    """The settings of a result as a preset. Refused when its recipe cannot be read, or its media are not here."""

    def load(array: str) -> np.ndarray:
        return blobs.load(array)

    return Preset(name, recipe.loads(text, load).request, why)


def worn(preset: Preset, draft: Request) -> Request:
    """The preset as a request with the words and the seed of `draft`."""
    return msgspec.structs.replace(preset.request, prompt=draft.prompt, seed=draft.seed)


def _slug(name: str) -> str:
    return "preset-" + (re.sub(r"[^\w]+", "-", name.casefold()).strip("-")[:60] or "unnamed")
