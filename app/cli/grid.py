"""Grids on the command line: every cell a file of its own, and one labelled sheet of them."""

from argparse import Namespace
from pathlib import Path

import msgspec
import numpy as np

from app.cli import make
from app.cli.make import Bench
from app.core import grid as sheets
from app.core import job as jobs
from engines.contract import EngineCard, Refused, Request
from engines.files import contact, media
from engines.files.recipe import Recipe
from engines.prompt import grid
from engines.prompt.grid import Cell


def generate(tools: Bench, args: Namespace, card: EngineCard, first: Request) -> int:
    """Make every cell of `--grid`, and the sheet at `--out`; 1 when some cell could not be made.

    A cell that fails costs a sentence and its place stays empty; the others are made all the same.
    """
    if args.count > 1 or args.variants is not None:
        raise Refused("bad-request", "A grid has its own number of results: leave out --count and --variants.")
    axes = [grid.axis(text, card) for text in args.grid]
    found = grid.cells(grid.unsettled(card, first), axes)
    heads = sheets.heads(axes)
    outs = _outs(args, len(found), card)
    shown: list[np.ndarray | str] = [""] * heads.count
    for number, cell in enumerate(found, start=1):
        place = sheets.place(axes, cell)
        try:
            shown[place] = _made(tools, _own(args, outs[place]), _asked(tools, cell), (number, len(found)))
        except Refused as refused:
            shown[place] = refused.failure.sentence
            facts = {"cell": cell.label, "kind": refused.failure.kind, "sentence": refused.failure.sentence}
            tools.progress.event("cell failed", **facts)
            tools.progress.say(f"{cell.label}: {refused.failure.sentence}")
    path = make.write(args.out, contact.contact(shown, heads))
    failed = sum(isinstance(one, str) for one in shown)
    tools.progress.event("sheet", path=str(path), cells=len(found), failed=failed)
    tools.progress.say(str(path))
    return 1 if failed else 0


def _own(args: Namespace, out: Path) -> Namespace:
    """The words for one cell: its own file, and its own folder for the previews."""
    previews = args.previews / out.stem if args.previews else None
    return Namespace(**{**vars(args), "out": out, "previews": previews})


def _asked(tools: Bench, cell: Cell) -> Request:
    """The request of a cell, checked by the engine it is for."""
    card = make.card_of(tools, cell.request.engine)
    request = msgspec.structs.replace(cell.request, engine=card.info.name)
    return sheets.asked({card.info.name: card}, msgspec.structs.replace(cell, request=request))


def _made(tools: Bench, args: Namespace, request: Request, place: tuple[int, int]) -> np.ndarray:
    """The picture of a cell that was made, for the sheet."""
    made = Recipe(request=request, run=jobs.new_run())
    return sheets.picture(make.one(tools, args, made, place, args.out).media)


def _outs(args: Namespace, count: int, card: EngineCard) -> list[Path]:
    """A file for each cell beside the sheet: sheet.png, sheet-01.png, sheet-02.png ... Refused before any work."""
    out: Path | None = args.out
    if card.info.medium not in ("image", "video"):
        raise Refused("bad-request", f"A grid is a sheet of pictures or clips; {card.info.name} makes neither.")
    if out is None:
        raise Refused("bad-request", "A grid needs -o: the picture its sheet is written to.")
    sheet = out.with_suffix(out.suffix or ".png")
    make.writable(sheet, media.WRITES["image"], "A sheet")
    suffix = sheet.suffix if card.info.medium == "image" else media.EXTENSIONS[card.info.medium]
    digits = len(str(count))
    return [sheet.with_name(f"{sheet.stem}-{n:0{digits}d}{suffix}") for n in range(1, count + 1)]
