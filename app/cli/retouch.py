"""enlarge, cutout: what is done to a finished picture. Both keep the recipe of what they began with."""

import time
from argparse import Namespace
from pathlib import Path

import msgspec

from app.cli import make, opening
from app.core import enlarge as core
from app.core import job as jobs
from app.core import library
from app.core.enlarge import Enlarging
from engines import contract
from engines.contract import Image, Media, Refused, Request, Result, medium_of
from engines.files import media, recipe
from engines.files.recipe import Recipe
from engines.shelf import Part
from engines.wire import Retouch


def enlarge(args: Namespace) -> int:
    """Write FILE larger, by itself or drawn over by a model."""
    tools, shown = make.bench(args), _picture(args.file)
    size = (shown.pixels.shape[1], shown.pixels.shape[0])
    with tools.host:
        way = _way(tools, args.by)
        if not args.model:
            made = make.answered(tools.host.ask(Retouch(1, "enlarge", shown, _size(size, args), way), 24 * 3600.0))
            return _save(tools, args, made, "retouched/enlarge")
        card = make.card_of(tools, args.model)
        if not core.able({card.info.name: card}):
            raise Refused("bad-request", f"{card.info.name} cannot draw in tiles; choose a model that can, or none.")
        parent = _parent(tools, args.file)
        before = parent.request if parent else Request(engine="")
        changes = {"start": shown, "prompt": before.prompt if args.prompt is None else args.prompt}
        if args.seed is not None:
            changes["seed"] = args.seed
        wish = Enlarging(args.factor, way, card.info.name, args.strength, args.tile, args.overlap)
        request = core.request_of(card, wish, msgspec.structs.replace(before, **changes), size)  # type: ignore[arg-type]
        drawn = Recipe(request=contract.check(card, request), run=jobs.new_run(), parent=parent)
        make.one(tools, args, drawn, (1, 1), args.out)
    return 0


def cutout(args: Namespace) -> int:
    """Write FILE without its background."""
    tools, shown = make.bench(args), _picture(args.file)
    with tools.host:
        made = make.answered(tools.host.ask(Retouch(1, "cutout", shown), 3600.0))
    return _save(tools, args, made, "retouched/cutout")


def _size(size: tuple[int, int], args: Namespace) -> tuple[int, int]:
    if not 1 <= args.factor <= 8:
        raise Refused("bad-request", f"--factor {args.factor:g} is out of range: use 1 to 8.")
    return core.size_of(size, Enlarging(args.factor))


def _way(tools: make.Bench, word: str) -> str:
    """The way that `word` names; the file of an upscaler is opened."""
    if Path(word).is_file():
        found = opening.opened(tools.host, Path(word)).what
        if not isinstance(found, Part) or found.kind != "upscaler":
            raise Refused("bad-request", f"{word} is no upscaler; name one with --by.")
        return found.name
    return word


def _picture(path: Path) -> Image:
    shown = media.read(path)
    if not isinstance(shown, Image):
        raise Refused("bad-file", f"{path.name} is no picture; only pictures can be enlarged and cut out.")
    return shown


def _parent(tools: make.Bench, path: Path) -> Recipe | None:
    text = media.recipe_of(path)
    return None if text is None else recipe.loads(text, tools.blobs.load)


def _save(tools: make.Bench, args: Namespace, shown: Media, source: str) -> int:
    parent = _parent(tools, args.file)
    result = Result(shown, {})
    made = Recipe(
        request=Request(engine=source, prompt=parent.request.prompt if parent else args.file.stem),
        run=jobs.new_run(),
        parent=parent,
        facts=library.facts_of(result),
        created=time.time(),
    )
    if args.out is not None:
        make.writable(args.out, media.WRITES["image"], "image")
        path = make.write(args.out, shown, made, tools)
    else:
        path = library.save_result(result, made, tools.folders.gallery, tools.blobs.keep)
    tools.progress.event("result", path=str(path), medium=medium_of(shown))
    tools.progress.say(str(path))
    return 0
