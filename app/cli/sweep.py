"""`darkroom sweep`: an engine's parameters over a grid, each cell measured, told in one page that opens anywhere."""

import importlib
import re
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli import evaluate, make, words
from app.cli.make import Bench
from app.cli.progress import spoken
from app.core import grid as sheets
from app.core import job as jobs
from app.core.lab import plan as plans
from app.core.lab import plot, report
from app.core.lab.plan import Piece, Plan
from app.core.lab.sweep import Measured, Sweep, rows
from app.core.lab.verdict import verdict
from engines.contract import Refused, Request
from engines.files import atomic, media
from engines.files.recipe import Recipe
from engines.prompt.grid import Axis

REPEATED = ("over", "metric", "set", "control", "lora", "region")
GIVEN = ("negative", "seed", "steps", "guidance", "sampler", "schedule", "length", "real", "features")
Files = dict[tuple[int, ...], tuple[Path, ...]]  # of a cell, by its place


def sweep(args: Namespace) -> int:
    """Make what is not there yet, measure every cell and write the report; 1 when a cell could not be made."""
    tools = make.bench(args)
    _writable(args)
    with tools.host:
        plan = _plan(tools, args)
        files = _files(args, plan)
        failed = _make(tools, args, (plan, files))
    cells = _measured(tools, args, (plan, files), failed)
    told = Sweep(
        ", ".join(_engines(args)),
        plan.axes,
        plans.aims(args.metric, cells),
        cells,
        plan.prompts,
        _facts(args, plan, cells),
    )
    path = atomic.write(args.out, report.page(told).encode())
    if args.csv:
        atomic.write(path.with_suffix(".csv"), plot.table(rows(told)))
    lacking = sum(not cell.figures for cell in cells)
    best = told.best
    facts = {"best": best.label, "figures": dict(best.figures)} if best else {"best": None}
    tools.progress.event("report", path=str(path), cells=len(cells), failed=lacking, **facts)
    tools.progress.say(verdict(told))
    tools.progress.say(str(path))
    return 1 if lacking else 0


def _writable(args: Namespace) -> None:
    """Refused before any work when the report cannot be written."""
    if args.out is None:
        raise Refused("bad-request", "A sweep needs -o: the page its report is written to, such as sweep.html.")
    args.out = args.out.with_suffix(args.out.suffix or ".html")
    make.writable(args.out, (".html", ".htm"), "A report")


# ---------------------------------------------------------------- what is to be made


def _plan(tools: Bench, args: Namespace) -> Plan:
    """Every request of every cell. Refused when the words do not fit together."""
    cards = {card.info.name: card for card in (make.card_of(tools, name) for name in _engines(args))}
    for name in plans.engines_in(args.over):  # engines that are an axis are compared too
        card = make.card_of(tools, name)
        cards[card.info.name] = card
    plans.fits(args.metric, args.real, list(cards.values()))
    first = words.request_of(next(iter(cards.values())), args)
    prompts = evaluate.prompts_of(args)
    asked = [prompts[n % len(prompts)] for n in range(args.count or len(prompts))]
    return plans.plan(cards, first, args.over, asked)


def _engines(args: Namespace) -> list[str]:
    """The engines that were named; a file whose name has a comma is one."""
    if Path(args.engine).exists():
        return [args.engine]
    return [name.strip() for name in args.engine.split(",") if name.strip()] or [args.engine]


def _files(args: Namespace, plan: Plan) -> Files:
    """Where the results of every cell are kept."""
    found: Files = {}
    for piece in plan.pieces:
        if piece.requests:
            folder = _place(_folder(args.out), piece, plan.axes)
            suffix = media.EXTENSIONS[piece.requests[0].engine.partition("/")[0]]
            found[piece.place] = tuple(folder / f"{n:05d}{suffix}" for n in range(len(piece.requests)))
    return found


def _folder(out: Path) -> Path:
    """Where the results of a report are kept, beside it."""
    return out.with_name(f"{out.stem}-files")


def _place(kept: Path, piece: Piece, axes: Sequence[Axis]) -> Path:
    """The folder of a cell, by what it asks for: cells that ask for the same share one, and so are made once."""
    request, mark = piece.requests[0], piece.digest
    there = next(iter(kept.glob(f"*_{mark}")), None)  # under other axes it may have got another name
    told = [f"{axis.name}-{request.options[axis.name]}" for axis in axes if axis.name in request.options]
    readable = re.sub(r"[^\w.-]+", "-", "_".join([request.engine.rpartition("/")[2], *told]))[:60]
    return there or kept / f"{readable}_{mark}"


# ---------------------------------------------------------------- making


def _make(tools: Bench, args: Namespace, planned: tuple[Plan, Files]) -> dict[Path, str]:
    """Make every file that is not there as it would be made now; the sentences for those that could not be."""
    plan, files = planned
    wanted: dict[Path, Request] = {}
    for piece in plan.pieces:
        wanted |= dict(zip(files.get(piece.place, ()), piece.requests, strict=True))
    left = [path for path, request in wanted.items() if not evaluate.holds(path, request)]
    words_of = Namespace(**{**vars(args), "previews": None})
    past: list[tuple[Request, float]] = []
    failed: dict[Path, str] = {}
    for n, path in enumerate(left):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        try:
            made = Recipe(request=wanted[path], run=jobs.new_run())
            facts = make.one(tools, words_of, made, (n + 1, len(left)), path).facts
            past.append((wanted[path], plans.worked(facts)))
        except Refused as refused:
            failed[path] = refused.failure.sentence
            tools.progress.event("cell failed", path=str(path), sentence=refused.failure.sentence)
            tools.progress.say(f"{path.parent.name}/{path.name}: {refused.failure.sentence}")
        _tell_left(tools, past, [wanted[one] for one in left[n + 1 :]])
    return failed


def _tell_left(tools: Bench, past: Sequence[tuple[Request, float]], rest: Sequence[Request]) -> None:
    """How long the rest will take, at the pace of what was made."""
    pace = sheets.pace(past[-20:])
    seconds = pace * sum(map(sheets.work, rest))
    tools.progress.event("made", left=len(rest), seconds=seconds if pace else None)
    if rest and pace:
        tools.progress.say(f"  {len(rest)} to go, {spoken(seconds)} left")


# ---------------------------------------------------------------- measuring


def _measured(
    tools: Bench, args: Namespace, planned: tuple[Plan, Files], failed: dict[Path, str]
) -> tuple[Measured, ...]:
    """Every cell with its figures; cells of the same files are measured once."""
    plan, files = planned
    eyes: dict[str, Any] = {}
    known: dict[Path, dict[str, float]] = {}
    found = []
    for n, piece in enumerate(plan.pieces):
        mine = files.get(piece.place, ())
        sentence = piece.sentence or next((failed[path] for path in mine if path in failed), "")
        if sentence:
            found.append(Measured(piece.place, piece.label, sentence=sentence))
            continue
        folder = mine[0].parent
        if folder not in known:
            known[folder] = _figures(tools, args, (folder, len(mine)), eyes)
        tools.progress.event("cell", cell=piece.label, done=n + 1, total=len(plan.pieces), figures=known[folder])
        seconds, nfe = plans.spent([plans.facts_in(media.recipe_of(path)) for path in mine])
        found.append(Measured(piece.place, piece.label, known[folder], seconds, nfe, mine, piece.idle))
    return tuple(found)


def _figures(tools: Bench, args: Namespace, made: tuple[Path, int], eyes: dict[str, Any]) -> dict[str, float]:
    """All figures of the files of a folder, by 'metric figure'."""
    work: Any = importlib.import_module("engines.metrics.evaluation")
    cache, models = tools.folders.data / "features", tuple(map(Path, tools.settings.model_folders))
    found: dict[str, float] = {}
    for name in args.metric:
        fresh = work.extractor(work.METRICS[name], args.features, cache, models)
        sees = eyes.setdefault(f"{fresh.name} {args.features}", fresh)  # one of before has its network loaded
        task = work.Task(name, made[0], args.real, args.features, cache, made[1], models)
        answer = work.evaluated(task, evaluate.Bar(args.json), sees)
        found |= {f"{name} {figure}": value for figure, value in answer.values.items()}
    return found


def _facts(args: Namespace, plan: Plan, cells: Sequence[Measured]) -> tuple[tuple[str, str], ...]:
    """How it was made, for whoever reads it later."""
    made = next((cell.files[0] for cell in cells if cell.files), None)
    machine = plans.machine(plans.facts_in(media.recipe_of(made))) if made else ""
    again = f"darkroom sweep {args.engine} {_again(args)} --prompts {args.prompts.name} --count {len(plan.prompts)}"
    seeds = f"{args.seed} to {args.seed + len(plan.prompts) - 1}"
    told = [("Results of a cell", f"{len(plan.prompts)}, seeds {seeds}"), ("Made on", machine)]
    told += [("Compared with", str(args.real))] if args.real else []
    return (*(one for one in told if one[1]), ("Made by", f"{again} -o {args.out.name}"))


def _again(args: Namespace) -> str:
    """The flags that decide what is made and measured, as they were given."""
    told = [f"--{name} {_quoted(text)}" for name in REPEATED for text in getattr(args, name)]
    told += [f"--{name} {_quoted(str(value))}" for name in GIVEN if (value := getattr(args, name))]
    return " ".join([*told, *([f"--size {args.size[0]}x{args.size[1]}"] if args.size else [])])


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r"[ |]", text) else text
