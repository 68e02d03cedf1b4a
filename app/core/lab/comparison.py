"""Two results laid side by side: what was asked for, what came out and where their runs parted; as JSON and a sheet."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from app.core import thumbs
from app.core.lab import difference
from app.core.lab.difference import Change, Parting
from engines.contract import Image, Media, Mesh, Refused
from engines.files import contact, media, recipe
from engines.files.contact import Heads
from engines.files.recipe import Recipe
from engines.files.steps import StepStore

SIDE = 384  # pixels of a picture of a mesh on a sheet


class Side(Struct, frozen=True, eq=False):
    """One of two results: what it is called, its media, and its recipe where its file carries one."""

    name: str
    media: Media
    recipe: Recipe | None = None

    @property
    def run(self) -> str:
        """The run it came from; '' where that is not known."""
        return self.recipe.run if self.recipe else ""


class Comparison(Struct, frozen=True, eq=False):
    """What differs between `a` and `b`. `figures` are those of the medium's metric, `pictures` both and the difference
    where there are any, `note` what could not be compared. `changed` is of what was asked for, `facts` of what the
    engines told of it and of where it was made; `parted` is None where the steps are not kept. `same` says that the
    bytes agree."""

    a: Side
    b: Side
    same: bool
    figures: dict[str, float]
    pictures: tuple[np.ndarray, ...] = ()
    note: str = ""
    changed: tuple[Change, ...] = ()
    facts: tuple[Change, ...] = ()
    parted: Parting | None = None

    @property
    def asked(self) -> bool:
        """Whether both carry a recipe, so that what was asked for can be compared."""
        return self.a.recipe is not None and self.b.recipe is not None


def side_of(path: Path) -> Side:
    """The result at `path`; the media its recipe names are not loaded. Refused when the file cannot be read."""
    return Side(path.name, media.read(path), recipe_of(media.recipe_of(path)))


def recipe_of(text: str | None) -> Recipe | None:
    """The recipe in `text`, its media by their names only."""
    return recipe.loads(text, lambda name: np.zeros(0, np.uint8)) if text else None


def compared(a: Side, b: Side, steps: Path) -> Comparison:
    """What differs; the steps of runs lie in `steps`. Refused('bad-request') for two that are not of one medium."""
    from engines.metrics.difference import between  # light to list, heavy to use

    found = between(a.media, b.media)
    one, other = a.recipe, b.recipe
    both = one is not None and other is not None
    return Comparison(
        a=a,
        b=b,
        same=difference.bytes_apart(a.media, b.media) is None,
        figures=found.figures,
        pictures=found.pictures,
        note=found.note,
        changed=difference.changes(one, other) if both else (),  # type: ignore[arg-type]
        facts=difference.told(one, other) if both else (),  # type: ignore[arg-type]
        parted=difference.parting(*(StepStore(steps / one.run) for one in (a, b))) if a.run and b.run else None,
    )


def told(found: Comparison) -> dict[str, Any]:
    """Everything as plain values, for JSON."""
    return {
        "a": found.a.name,
        "b": found.b.name,
        "same": found.same,
        "figures": found.figures,
        "note": found.note,
        "facts": msgspec.to_builtins(found.facts),
        "changed": msgspec.to_builtins(found.changed),
        "steps": msgspec.to_builtins(found.parted),
    }


def sheet(found: Comparison, third: str = "where they differ") -> Image:
    """Both side by side, and where they differ. Refused for what has no picture."""
    pictures = found.pictures
    if isinstance(found.a.media, Mesh) and isinstance(found.b.media, Mesh):
        pictures = tuple(_white(thumbs.picture(one.media, SIDE)) for one in (found.a, found.b))
    if not pictures:
        raise Refused("bad-request", "There is nothing to lay on a sheet: leave out --out.")
    heads = [f"A: {found.a.name}", f"B: {found.b.name}", third]
    return contact.contact(list(pictures), Heads(tuple(heads[: len(pictures)])))


def _white(picture: Any) -> np.ndarray:
    from PIL import Image as Pictures

    whole = Pictures.new("RGBA", picture.size, "white")
    whole.alpha_composite(picture.convert("RGBA"))
    return np.asarray(whole.convert("RGB"))
