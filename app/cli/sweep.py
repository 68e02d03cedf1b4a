"""`darkroom sweep`: an engine's parameters over a grid, each cell measured, told in one page that opens anywhere."""

import csv
import hashlib
import importlib
import io
import re
import statistics
from argparse import Namespace
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from app.cli import evaluate, make, words
from app.cli.make import Bench
from app.cli.progress import spoken
from app.core import grid as sheets
from app.core import job as jobs
from app.core.lab import report
from app.core.lab.sweep import ERRORS, Aim, Measured, Sweep, rows
from app.core.lab.verdict import verdict
from engines.contract import EngineCard, Refused, Request
from engines.files import atomic, media, recipe
from engines.files.recipe import Recipe
from engines.prompt import grid
from engines.prompt.grid import Axis

REPEATED = ("over", "metric", "set", "control", "lora", "region")
GIVEN = ("negative", "seed", "steps", "guidance", "sampler", "schedule", "length", "real", "features")


class Piece(Struct, frozen=True, eq=False):
    """A cell to be: its requests, one a prompt, and their files; or why an engine will not have it."""

    place: tuple[int, ...]
    label: str
    requests: tuple[Request, ...] = ()
    files: tuple[Path, ...] = ()
    idle: tuple[int, ...] = ()
    sentence: str = ""


class Plan(Struct, frozen=True, eq=False):
    """What the words ask for."""

    axes: tuple[Axis, ...]
    prompts: tuple[str, ...]
    pieces: tuple[Piece, ...]


def sweep(args: Namespace) -> int:
    """Make what is not there yet, measure every cell and write the report; 1 when a cell could not be made."""
    tools = make.bench(args)
    _writable(args)
    with tools.host:
        plan = _plan(tools, args)
        failed = _make(tools, args, plan)
    cells = _measured(tools, args, plan, failed)
    aims = _aims(args, cells)
    told = Sweep(", ".join(_engines(args)), plan.axes, aims, cells, plan.prompts, _facts(args, plan))
    path = atomic.write(args.out, report.page(told).encode())
    if args.csv:
        atomic.write(path.with_suffix(".csv"), _csv(rows(told)).encode())
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
    axes = [_axis(text, list(cards.values())) for text in args.over]
    if len(cards) > 1:
        axes.insert(0, grid.axis(f"engine={'|'.join(cards)}", next(iter(cards.values()))))
    if not axes:
        raise Refused("bad-request", "Say what is to be tried with --over, as in --over guidance=1,3,5.")
    if any(axis.name == "seed" for axis in axes):
        raise Refused("bad-request", "Every cell is made of the same seeds: say how many with --count.")
    cards |= {name: make.card_of(tools, name) for axis in axes if axis.name == "engine" for name in axis.values}
    _fits(args, list(cards.values()))
    first = words.request_of(next(iter(cards.values())), args)
    prompts = evaluate.prompts_of(args)
    asked = [prompts[n % len(prompts)] for n in range(args.count or len(prompts))]
    pieces = _pieces(args, cards, first, (asked, axes))
    return Plan(tuple(axes), tuple(asked), pieces)


def _engines(args: Namespace) -> list[str]:
    """The engines that were named; a file whose name has a comma is one."""
    if Path(args.engine).exists():
        return [args.engine]
    return [name.strip() for name in args.engine.split(",") if name.strip()] or [args.engine]


def _axis(text: str, cards: Sequence[EngineCard]) -> Axis:
    """The axis for the first of the engines that knows it: the others go without."""
    for card in cards[:-1]:
        try:
            return grid.axis(text, card)
        except Refused:
            continue
    return grid.axis(text, cards[-1])


def _fits(args: Namespace, cards: Sequence[EngineCard]) -> None:
    """Refused unless every metric measures what every engine makes."""
    work: Any = importlib.import_module("engines.metrics.evaluation")
    for name in args.metric:
        metric = work.known(name, args.real)
        wrong = next((card for card in cards if card.info.medium != metric.medium), None)
        if wrong is not None:
            fit = ", ".join(one for one, known in work.METRICS.items() if known.medium == wrong.info.medium)
            raise Refused(
                "bad-request",
                f"{wrong.info.name} makes {wrong.info.medium}, which {name} does not measure; use: {fit}.",
            )


def _pieces(
    args: Namespace, cards: dict[str, EngineCard], first: Request, asked: tuple[Sequence[str], Sequence[Axis]]
) -> tuple[Piece, ...]:
    prompts, axes = asked
    base = grid.unsettled(cards[first.engine], first)
    each = [
        grid.cells(msgspec.structs.replace(base, prompt=text, seed=(base.seed + n) % 2**63), axes)
        for n, text in enumerate(prompts)
    ]
    found = []
    for cells in zip(*each, strict=True):
        try:
            requests = tuple(sheets.asked(cards, cell) for cell in cells)
        except Refused as refused:
            found.append(Piece(cells[0].place, cells[0].label, sentence=refused.failure.sentence))
            continue
        suffix = media.EXTENSIONS[cards[requests[0].engine].info.medium]
        folder = _place(_folder(args.out), requests[0], axes)
        files = tuple(folder / f"{n:05d}{suffix}" for n in range(len(requests)))
        idle, where = _idle(cards, requests[0].engine, axes), enumerate(zip(axes, cells[0].place, strict=True))
        told = [grid.head(axis, at) for n, (axis, at) in where if n not in idle]
        found.append(Piece(cells[0].place, ", ".join(told), requests, files, idle))
    return tuple(found)


def _idle(cards: Mapping[str, EngineCard], engine: str, axes: Sequence[Axis]) -> tuple[int, ...]:
    """The axes that are options of other engines, which this one has not."""
    known = {name: {param.name for param in card.params} for name, card in cards.items()}
    others = set().union(*known.values()) - known[engine]
    return tuple(n for n, axis in enumerate(axes) if axis.name in others)


def _folder(out: Path) -> Path:
    """Where the results of a report are kept, beside it."""
    return out.with_name(f"{out.stem}-files")


def _place(kept: Path, request: Request, axes: Sequence[Axis]) -> Path:
    """The folder of a cell, by what it asks for: cells that ask for the same share one, and so are made once."""
    digest = hashlib.sha256(recipe.asks(request).encode()).hexdigest()[:8]
    there = next(iter(kept.glob(f"*_{digest}")), None)  # under other axes it may have got another name
    told = [f"{axis.name}-{request.options[axis.name]}" for axis in axes if axis.name in request.options]
    readable = re.sub(r"[^\w.-]+", "-", "_".join([request.engine.rpartition("/")[2], *told]))[:60]
    return there or kept / f"{readable}_{digest}"


# ---------------------------------------------------------------- making


def _make(tools: Bench, args: Namespace, plan: Plan) -> dict[Path, str]:
    """Make every file that is not there as it would be made now; the sentences for those that could not be."""
    wanted = {path: one for piece in plan.pieces for path, one in zip(piece.files, piece.requests, strict=True)}
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
            past.append((wanted[path], _worked(facts)))
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


def _measured(tools: Bench, args: Namespace, plan: Plan, failed: dict[Path, str]) -> tuple[Measured, ...]:
    """Every cell with its figures; cells of the same files are measured once."""
    eyes: dict[str, Any] = {}
    known: dict[Path, dict[str, float]] = {}
    found = []
    for n, piece in enumerate(plan.pieces):
        sentence = piece.sentence or next((failed[path] for path in piece.files if path in failed), "")
        if sentence:
            found.append(Measured(piece.place, piece.label, sentence=sentence))
            continue
        folder = piece.files[0].parent
        if folder not in known:
            known[folder] = _figures(tools, args, (folder, len(piece.files)), eyes)
        tools.progress.event("cell", cell=piece.label, done=n + 1, total=len(plan.pieces), figures=known[folder])
        seconds, nfe = _cost(piece.files)
        found.append(Measured(piece.place, piece.label, known[folder], seconds, nfe, piece.files, piece.idle))
    return tuple(found)


def _figures(tools: Bench, args: Namespace, made: tuple[Path, int], eyes: dict[str, Any]) -> dict[str, float]:
    """All figures of the files of a folder, by 'metric figure'."""
    work: Any = importlib.import_module("engines.metrics.evaluation")
    cache = tools.folders.data / "features"
    found: dict[str, float] = {}
    for name in args.metric:
        fresh = partial(work.extractor, work.METRICS[name], args.features, cache)
        key = args.features or work.METRICS[name].needs
        eyes[key] = eyes.get(key) or fresh()
        task = work.Task(name, made[0], args.real, args.features, cache, made[1])
        answer = work.evaluated(task, evaluate.Bar(args.json), eyes[key])
        found |= {f"{name} {figure}": value for figure, value in answer.values.items()}
    return found


def _cost(files: Sequence[Path]) -> tuple[float | None, float | None]:
    """Seconds of work and evaluations of the network for one result: the middle of what their recipes tell."""
    facts = [msgspec.json.decode(text).get("facts", {}) for path in files if (text := media.recipe_of(path))]
    seconds = [_worked(one) for one in facts if "seconds" in one]
    nfe = [one["nfe"] for one in facts if isinstance(one.get("nfe"), int | float)]
    return statistics.median(seconds) if seconds else None, statistics.median(nfe) if nfe else None


def _worked(facts: Mapping[str, Any]) -> float:
    """The seconds a result took, without loading what makes it."""
    return float(facts.get("seconds", 0.0)) - float(facts.get("loading", 0.0))


def _aims(args: Namespace, cells: Sequence[Measured]) -> tuple[Aim, ...]:
    """The chief figure of every metric: the first it tells."""
    work: Any = importlib.import_module("engines.metrics.evaluation")
    names = next((list(cell.figures) for cell in cells if cell.figures), None)
    if names is None:
        told = next((cell.sentence for cell in cells if cell.sentence), "")
        raise Refused("bad-request", f"No cell of the sweep could be made. {told}".strip())
    found = []
    for name in args.metric:
        mine = [one for one in names if one.startswith(f"{name} ")]
        metric, errors = work.METRICS[name], [f"{name} {one}" for one in ERRORS if f"{name} {one}" in mine]
        found.append(Aim(mine[0], _title(name, mine[0]), metric.better, metric.biases, errors[0] if errors else ""))
    return tuple(found)


def _title(metric: str, figure: str) -> str:
    """'FID', 'CLIP score', 'pixels: psnr'."""
    told = figure.removeprefix(f"{metric} ")
    titles = {"clip": "CLIP score", "fid": "FID", "kid": "KID", "vendi": "Vendi score", "is": "Inception score"}
    return titles.get(metric) or f"{metric}: {told}"


def _facts(args: Namespace, plan: Plan) -> tuple[tuple[str, str], ...]:
    """How it was made, for whoever reads it later."""
    text = next(
        (media.recipe_of(piece.files[0]) for piece in plan.pieces if piece.files and piece.files[0].exists()), ""
    )
    made = msgspec.json.decode(text).get("facts", {}) if text else {}
    machine = ", ".join(f"{name} {made[name]}" for name in ("device", "torch", "threads") if name in made)
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


def _csv(table: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue()
