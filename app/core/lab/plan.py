"""What a sweep is to make, before any of it is there, and what is told of its cells when they are: the window's and the
command line's sweeps are both made of this."""

import hashlib
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from app.core import grid as sheets
from app.core.lab.sweep import ERRORS, Aim, Measured
from engines.contract import EngineCard, Refused, Request
from engines.files import recipe
from engines.prompt import grid
from engines.prompt.grid import Axis

Cards = Mapping[str, EngineCard]


class Piece(Struct, frozen=True, eq=False):
    """A cell to be: its requests, one a prompt; or why an engine will not have it. `idle` are the axes that its engine
    knows nothing of."""

    place: tuple[int, ...]
    label: str
    requests: tuple[Request, ...] = ()
    idle: tuple[int, ...] = ()
    sentence: str = ""

    @property
    def digest(self) -> str:
        """What it asks for: cells that ask for the same share it, and so are made and measured once."""
        return digest(self.requests[0]) if self.requests else ""


class Plan(Struct, frozen=True, eq=False):
    """Every cell, and the prompts of each, one a result."""

    axes: tuple[Axis, ...]
    prompts: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def requests(self) -> list[Request]:
        """All that is to be made, each once, in the order that costs least."""
        return list({recipe.asks(one): one for piece in self.pieces for one in piece.requests}.values())


def digest(request: Request) -> str:
    return hashlib.sha256(recipe.asks(request).encode()).hexdigest()[:8]


def plan(cards: Cards, first: Request, over: Sequence[str], prompts: Sequence[str]) -> Plan:
    """The cells of `over` ('guidance=1,3,5') for `cards`, the engines that are compared: each makes every prompt, with
    the seeds of `first`, one after the other. Refused when that does not fit together."""
    found = axes(cards, over)
    if not found:
        raise Refused("bad-request", "Say what is to be tried, as in guidance=1,3,5 (--over on the command line).")
    if any(axis.name == "seed" for axis in found):
        raise Refused("bad-request", "Every cell is made of the same seeds: say how many results it has (--count).")
    if not prompts:
        raise Refused("bad-request", "A sweep needs a prompt at least.")
    base = grid.unsettled(cards.get(first.engine) or next(iter(cards.values())), first)
    each = [
        grid.cells(msgspec.structs.replace(base, prompt=text, seed=(base.seed + n) % 2**63), found)
        for n, text in enumerate(prompts)
    ]
    return Plan(found, tuple(prompts), tuple(_piece(cards, cells, found) for cells in zip(*each, strict=True)))


def axes(cards: Cards, over: Sequence[str]) -> tuple[Axis, ...]:
    """The axes of `over`; the engines that are compared are the first, where that names none."""
    compared = list(cards.values())
    found = [_axis(text, compared) for text in over]
    if len(cards) > 1 and all(axis.name != "engine" for axis in found):
        found.insert(0, grid.axis(f"engine={'|'.join(cards)}", compared[0]))
    return tuple(found)


def engines_in(over: Sequence[str]) -> list[str]:
    """The engines that an axis of `over` names."""
    for text in over:
        name, _, values = text.partition("=")
        if name.strip() == "engine":
            return [one.strip() for one in values.split("|" if "|" in values else ",") if one.strip()]
    return []


def _axis(text: str, cards: Sequence[EngineCard]) -> Axis:
    """The axis for the first of the engines that knows it: the others go without."""
    for card in cards[:-1]:
        try:
            return grid.axis(text, card)
        except Refused:
            continue
    return grid.axis(text, cards[-1])


def _piece(cards: Cards, cells: Sequence[grid.Cell], axes: Sequence[Axis]) -> Piece:
    first = cells[0]
    try:
        requests = tuple(sheets.asked(cards, cell) for cell in cells)
    except Refused as refused:
        return Piece(first.place, first.label, sentence=refused.failure.sentence)
    idle, where = _idle(cards, requests[0].engine, axes), enumerate(zip(axes, first.place, strict=True))
    told = [grid.head(axis, at) for n, (axis, at) in where if n not in idle]
    return Piece(first.place, ", ".join(told), requests, idle)


def _idle(cards: Cards, engine: str, axes: Sequence[Axis]) -> tuple[int, ...]:
    """The axes that are options of other engines, which this one has not."""
    params = {name: {param.name for param in card.params} for name, card in cards.items()}
    others = set().union(*params.values()) - params[engine]
    return tuple(n for n, axis in enumerate(axes) if axis.name in others)


# ---------------------------------------------------------------- metrics


def fits(metrics: Sequence[str], real: Path | None, cards: Sequence[EngineCard]) -> None:
    """Refused unless every metric measures what every engine makes, and has what it needs for that."""
    from engines.metrics.evaluation import METRICS, known  # when it is asked for: the window is there sooner

    if not metrics:
        raise Refused("bad-request", "Choose a metric to measure the cells by (--metric).")
    for name in metrics:
        metric = known(name, real)
        wrong = next((card for card in cards if card.info.medium != metric.medium), None)
        if wrong is not None:
            fit = ", ".join(one for one, other in METRICS.items() if other.medium == wrong.info.medium)
            raise Refused(
                "bad-request",
                f"{wrong.info.name} makes {wrong.info.medium}, which {name} does not measure; use: {fit}.",
            )


def aims(metrics: Sequence[str], cells: Sequence[Measured]) -> tuple[Aim, ...]:
    """The chief figure of every metric: the first it tells. Refused when no cell has any."""
    from engines.metrics.evaluation import METRICS

    names = next((list(cell.figures) for cell in cells if cell.figures), None)
    if names is None:
        told = next((cell.sentence for cell in cells if cell.sentence), "")
        raise Refused("bad-request", f"No cell of the sweep could be made. {told}".strip())
    found = []
    for name in metrics:
        mine = [one for one in names if one.startswith(f"{name} ")]
        metric, errors = METRICS[name], [f"{name} {one}" for one in ERRORS if f"{name} {one}" in mine]
        found.append(Aim(mine[0], title(name, mine[0]), metric.better, metric.biases, errors[0] if errors else ""))
    return tuple(found)


def title(metric: str, figure: str) -> str:
    """'FID', 'CLIP score', 'pixels: psnr'."""
    told = figure.removeprefix(f"{metric} ")
    titles = {"clip": "CLIP score", "fid": "FID", "kid": "KID", "vendi": "Vendi score", "is": "Inception score"}
    return titles.get(metric) or f"{metric}: {told}"


# ---------------------------------------------------------------- what it took


def spent(facts: Sequence[Mapping[str, Any]]) -> tuple[float | None, float | None]:
    """Seconds of work and evaluations of the network for one result: the middle of what their recipes' facts tell."""
    seconds = [worked(one) for one in facts if "seconds" in one]
    nfe = [float(one["nfe"]) for one in facts if isinstance(one.get("nfe"), int | float)]
    return statistics.median(seconds) if seconds else None, statistics.median(nfe) if nfe else None


def worked(facts: Mapping[str, Any]) -> float:
    """The seconds a result took, without loading what makes it."""
    return float(facts.get("seconds", 0.0)) - float(facts.get("loading", 0.0))


def facts_in(text: str | None) -> dict[str, Any]:
    """The facts of a recipe; none of what is no recipe."""
    try:
        told = msgspec.json.decode(text or "{}")
    except msgspec.MsgspecError:
        return {}
    return dict(told.get("facts", {})) if isinstance(told, dict) else {}


def machine(facts: Mapping[str, Any]) -> str:
    """'device cpu, torch 2.6, threads 2'."""
    return ", ".join(f"{name} {facts[name]}" for name in ("device", "torch", "threads") if name in facts)
