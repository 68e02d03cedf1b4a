"""`darkroom score`: how likely a model finds files, laid beside held-out data and noise."""

import json
from argparse import Namespace
from pathlib import Path

import msgspec

from app.cli import make, opening
from app.core.lab import score
from app.core.lab.score import Scored
from engines.contract import EngineCard, Media, Refused, Value
from engines.files import media
from engines.wire import Failed, Weigh, Weighed

PATIENCE = 24 * 3600.0  # seconds an answer may take


def score_files(args: Namespace) -> int:
    """A line for every file; one that cannot be scored says why, and makes the exit status 1."""
    tools = make.bench(args)
    card = make.card_of(tools, args.engine)
    failed = 0
    with tools.host:
        beside: dict[tuple[object, ...], dict[str, Value] | None] = {}
        for path in args.files:
            try:
                found = _scored(tools, card, args.prompt, media.read(path), beside)
            except Refused as refused:
                failed += 1
                tools.progress.event("failed", path=str(path), sentence=refused.failure.sentence)
                tools.progress.say(f"{path}: {refused.failure.sentence}")
                continue
            _tell(args, path, found)
    return int(failed > 0)


def _scored(
    tools: make.Bench,
    card: EngineCard,
    prompt: str,
    given: Media,
    beside: dict[tuple[object, ...], dict[str, Value] | None],
) -> Scored:
    """The score of `given`; noise of each size is measured once, kept in `beside`."""
    facts = _measured(tools, card, prompt, given)
    size = tuple(getattr(given, name).shape for name in ("pixels", "samples") if hasattr(given, name))
    if size not in beside:
        other = score.noise(given)
        beside[size] = _measured(tools, card, prompt, other) if other is not None else None
    return score.scored(card, facts, beside[size])


def _measured(tools: make.Bench, card: EngineCard, prompt: str, given: Media) -> dict[str, Value]:
    answer = tools.host.ask(Weigh(1, score.asked(card, given, prompt)), PATIENCE)
    if isinstance(answer, Weighed) and answer.failure is None:
        return answer.facts
    if isinstance(answer, Weighed | Failed) and answer.failure is not None:
        raise opening.refused(answer.failure)
    raise Refused("died", "The engine ended without an answer; try again.")


def _tell(args: Namespace, path: Path, found: Scored) -> None:
    if args.json:
        told = {"event": "scored", "path": str(path), **msgspec.to_builtins(found), "share": found.share}
        print(json.dumps(told, ensure_ascii=False), flush=True)
        return
    beside = [f"held-out data {found.held:g}"] if found.held is not None else []
    beside += [f"noise {found.noise:.4g}"] if found.noise is not None else []
    print(f"{path}: {found.value:.4g} {found.unit}" + (f" ({', '.join(beside)})" if beside else ""), flush=True)
