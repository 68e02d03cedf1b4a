"""`darkroom path`: from one result to another through their model's latents, and how even the way is."""

import json
from argparse import Namespace
from pathlib import Path

import msgspec

from app.cli import make
from app.core.lab import comparison
from app.core.lab import path as paths
from app.core.lab.path import Along
from engines.contract import Refused
from engines.files import media
from engines.files.recipe import Recipe
from engines.files.steps import StepStore
from engines.wire import Render


def go(args: Namespace) -> int:
    """Render the points between A and B, measure them, and write them in a row to `--out` (or their numbers, .csv)."""
    tools = make.bench(args)
    if args.out is not None:
        args.out = args.out.with_suffix(args.out.suffix or ".png")
        make.writable(args.out, (*media.WRITES["image"], ".csv"), "A path")
    one, other = (_recipe(path) for path in (args.a, args.b))
    if one.request.engine != other.request.engine:
        told = f"{one.request.engine} and {other.request.engine}"
        raise Refused("bad-request", f"A path goes between two results of one engine; these are of {told}.")
    card = make.card_of(tools, one.request.engine)
    stores = (StepStore(tools.folders.steps / made.run) for made in (one, other))
    points = paths.points(*paths.ends(*stores), args.points, args.way)
    with tools.host:
        shown = [make.answered(tools.host.ask(Render(1, card.info.name, point), 600.0)) for point in points]
    found = paths.measured(shown)
    _tell(args, found, paths.written(found, shown, args.out) if args.out else None)
    return 0


def _recipe(path: Path) -> Recipe:
    found = comparison.recipe_of(media.recipe_of(path))
    if found is None:
        raise Refused("bad-file", f"{path.name} carries no recipe, so it is not known which latents it was made of.")
    return found


def _tell(args: Namespace, found: Along, written: Path | None) -> None:
    if args.json:
        told = msgspec.to_builtins(found) | {"length": found.length, "evenness": found.evenness, "ppl": found.ppl}
        print(json.dumps({"event": "path", **told, "out": written and str(written)}))
        return
    print(f"length {found.length:.4g}, path length (Karras et al.) {found.ppl:.4g}, both by {found.name}")
    print(f"evenness {found.evenness:.2f}: 1 is a path without a jump")
    if written:
        print(written)
