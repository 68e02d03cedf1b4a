"""`darkroom course`: how a run went: what its steps changed, how far they were from the end, what guidance did."""

import json
from argparse import Namespace
from pathlib import Path

import msgspec

from app.cli import make
from app.core import settings as settings_file
from app.core.lab import comparison
from app.core.lab import course as courses
from app.core.lab.course import Course
from engines.contract import Refused
from engines.files import atomic, media
from engines.files.steps import StepStore


def show(args: Namespace) -> int:
    """A line for every step of the run that made a file, or its numbers written to `--out`."""
    if args.out is not None:
        args.out = args.out.with_suffix(args.out.suffix or ".csv")
        make.writable(args.out, (".csv",), "A course")
    made = comparison.recipe_of(media.recipe_of(args.file))
    if made is None:
        raise Refused("bad-file", f"{args.file.name} carries no recipe, so it is not known how it was made.")
    usual = settings_file.default_folders()
    steps = settings_file.load(usual.settings).settings.folders(usual).steps
    found = courses.course(StepStore(steps / made.run))
    if not found.moments:
        raise Refused("missing", f"The steps of {args.file.name} are not kept; make it again to see how it went.")
    written = _written(args.out, found) if args.out else None
    if args.json:
        told = msgspec.to_builtins(found)["moments"]
        print(json.dumps({"event": "course", "run": made.run, "moments": told, "out": written and str(written)}))
        return 0
    for line in _lines(found):
        print(line)
    if written:
        print(written)
    return 0


def _written(out: Path, found: Course) -> Path:
    try:
        return atomic.write(out, courses.table(found).encode())
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, out).sentence) from error


def _lines(found: Course) -> list[str]:
    heads = ("step", "level", "change", "distance", "guidance")
    rows = [[getattr(one, name) for name in heads] for one in found.moments]
    return ["".join(f"{word:>10}" for word in heads)] + ["".join(f"{_short(v):>10}" for v in row) for row in rows]


def _short(value: float | int | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.4g}"
