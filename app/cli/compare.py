"""`darkroom compare`: what differs between two results: what was asked for, what came out, and where they parted."""

import importlib
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from app.cli import make
from app.core import settings as settings_file
from app.core import thumbs
from app.core.lab import difference
from app.core.lab.difference import Change, Parting
from engines.contract import Image, Media, Mesh, Refused
from engines.files import contact, media, recipe
from engines.files.contact import Heads
from engines.files.recipe import Recipe
from engines.files.steps import StepStore

LONGEST = 60  # characters of a value that are shown


def compare(args: Namespace) -> int:
    """Say what differs, and draw the sheet at `--out`; 0 when the bytes of both agree, 1 when they do not."""
    if args.out is not None:
        args.out = args.out.with_suffix(args.out.suffix or ".png")
        make.writable(args.out, media.WRITES["image"], "A sheet")
    shown = media.read(args.a), media.read(args.b)
    recipes = tuple(_recipe(path) for path in (args.a, args.b))
    work: Any = importlib.import_module("engines.metrics.difference")
    found = work.between(*shown)
    same = make.compare(*shown) is None
    one, other = recipes
    changed = difference.changes(one, other) if one and other else ()
    facts = make.changed_facts(one, other) if one and other else []
    parted = _parted(one, other) if one and other else None
    path = make.write(args.out, _sheet(args, shown, found.pictures)) if args.out else None
    if args.json:
        told = {"same": same, "figures": found.figures, "note": found.note, "facts": facts, "sheet": path and str(path)}
        told |= {"changed": msgspec.to_builtins(changed), "steps": msgspec.to_builtins(parted)}
        print(json.dumps({"event": "compared", **told}, ensure_ascii=False))
        return int(not same)
    for line in _lines(recipes, (changed, facts), (found, same), parted):
        print(line)
    if path:
        print(path)
    return int(not same)


def _recipe(path: Path) -> Recipe | None:
    """The recipe in a file, its media by their names only; None where it carries none."""
    text = media.recipe_of(path)
    return recipe.loads(text, lambda name: np.zeros(0, np.uint8)) if text else None


def _parted(a: Recipe, b: Recipe) -> Parting | None:
    usual = settings_file.default_folders()
    folder = settings_file.load(usual.settings).settings.folders(usual).steps
    return difference.parting(*(StepStore(folder / one.run) for one in (a, b)))


# ---------------------------------------------------------------- what is said


def _lines(
    recipes: tuple[Recipe | None, ...],
    asked: tuple[tuple[Change, ...], list[str]],
    came: tuple[Any, bool],
    parted: Parting | None,
) -> list[str]:
    (changed, facts), (found, same) = asked, came
    if None in recipes:
        lines = ["Not both carry a recipe, so what was asked for is not compared."]
    else:
        lines = [f"{one.name}: {_short(one.a)} → {_short(one.b)}" for one in changed] or ["Both ask for the same."]
        lines += [*facts, _parting(parted)]
    lines += ["The bytes agree."] if same else [f"{_TOLD.get(n, n)}: {v:.4g}" for n, v in found.figures.items()]
    return [*lines, *([found.note] if found.note else [])]


_TOLD = {
    "changed": "share of pixels that differ",
    "most": "largest difference",
    "psnr": "PSNR (dB)",
    "ssim": "SSIM",
    "convergence": "spectral convergence",
    "magnitude": "log magnitude",
    "chamfer": "chamfer distance",
    "f_score": "F-score",
    "normals": "normal consistency",
}


def _short(value: Any) -> str:
    text = "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _parting(parted: Parting | None) -> str:
    """Where the runs part, as a sentence."""
    if parted is None:
        return "The steps of the two runs are not both kept, so where they part is not known."
    if parted.first is None:
        return f"In the {len(parted.apart)} steps that both keep they never part."
    why = ", where already their noise levels differ" if parted.noise else ""
    last, far = parted.apart[-1]
    return f"They part at step {parted.first}{why}; at step {last} they are {far:.2g} deviations apart."


# ---------------------------------------------------------------- the sheet


def _sheet(args: Namespace, shown: tuple[Media, Media], pictures: tuple[np.ndarray, ...]) -> Image:
    """Both side by side, and where they differ. Refused for what has no picture."""
    if all(isinstance(one, Mesh) for one in shown):
        pictures = tuple(_white(thumbs.picture(one, 384)) for one in shown)
    if not pictures:
        raise Refused("bad-request", "There is nothing to lay on a sheet: leave out --out.")
    heads = [f"A: {args.a.name}", f"B: {args.b.name}", "where they differ"]
    return contact.contact(list(pictures), Heads(tuple(heads[: len(pictures)])))


def _white(picture: Any) -> np.ndarray:
    from PIL import Image as Pictures

    whole = Pictures.new("RGBA", picture.size, "white")
    whole.alpha_composite(picture.convert("RGBA"))
    return np.asarray(whole.convert("RGB"))
