"""`darkroom compare`: what differs between two results: what was asked for, what came out, and where they parted."""

import json
from argparse import Namespace
from typing import Any

from app.cli import make
from app.core import settings as settings_file
from app.core.lab import comparison
from app.core.lab.comparison import Comparison
from app.core.lab.difference import Parting
from engines.files import media

LONGEST = 60  # characters of a value that are shown


def compare(args: Namespace) -> int:
    """Say what differs, and draw the sheet at `--out`; 0 when the bytes of both agree, 1 when they do not."""
    if args.out is not None:
        args.out = args.out.with_suffix(args.out.suffix or ".png")
        make.writable(args.out, media.WRITES["image"], "A sheet")
    usual = settings_file.default_folders()
    steps = settings_file.load(usual.settings).settings.folders(usual).steps
    found = comparison.compared(comparison.side_of(args.a), comparison.side_of(args.b), steps)
    path = make.write(args.out, comparison.sheet(found)) if args.out else None
    if args.json:
        told = {"event": "compared", **comparison.told(found), "sheet": path and str(path)}
        print(json.dumps(told, ensure_ascii=False))
        return int(not found.same)
    for line in _lines(found):
        print(line)
    if path:
        print(path)
    return int(not found.same)


def _lines(found: Comparison) -> list[str]:
    if not found.asked:
        lines = ["Not both carry a recipe, so what was asked for is not compared."]
    else:
        lines = [f"{one.name}: {_short(one.a)} → {_short(one.b)}" for one in found.changed]
        facts = [f"{one.name}: {_short(one.a)} and {_short(one.b)}" for one in found.facts]
        lines = [*(lines or ["Both ask for the same."]), *facts, _parting(found.parted)]
    figures = [f"{_TOLD.get(name, name)}: {value:.4g}" for name, value in found.figures.items()]
    return [*lines, *(["The bytes agree."] if found.same else figures), *([found.note] if found.note else [])]


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
