"""Models and parts of the user's own that the words name by their files: opened, and on the shelf from then on."""

import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from app.cli import words
from app.host import Host
from engines import shelf
from engines.contract import EngineCard, Failure, Refused
from engines.shelf import Part
from engines.wire import Failed, Open, Opened


def put_on_shelf(host: Host, args: Namespace) -> list[Part]:
    """Open the LoRAs and ControlNets that the words name by their files; from then on they go by their names."""
    parts: list[Part] = []
    args.lora = [name for word in args.lora if (name := _by_name(host, word, parts))]
    for place, word in enumerate(args.control):
        kind, sign, rest = word.partition("=")
        named, plus, make = (kind, "", "") if Path(kind).exists() else kind.rpartition("+")
        named, made = (named, plus + make) if named else (kind, "")
        whole, mode = (named, "") if Path(named).exists() else os.path.split(named)
        if sign and ("/" in whole or os.sep in whole) and Path(whole).exists():
            found = opened(host, Path(whole)).what
            parts += [found] if isinstance(found, Part) else []
            name = found.name if isinstance(found, Part) else whole
            args.control[place] = f"{name}{f'/{mode}' if mode else ''}{made}={rest}"
    return parts


def _by_name(host: Host, word: str, parts: list[Part]) -> str:
    """The word with the part's name for its file; '' for an embedding, which works by being written in a prompt."""
    path, strength = words.split_strength(word)
    found = opened(host, Path(path)).what if Path(path).exists() else None
    if not isinstance(found, Part):
        return word
    parts.append(found)
    return "" if found.kind == "embedding" else f"{found.name}@{strength or 1}"


def refuse_misfits(models: Path, card: EngineCard, parts: Sequence[Part]) -> None:
    """Refused('bad-request') with what it was made for, where one of `parts` cannot be added to that engine.

    `models` is the folder of the shelf.
    """
    model = shelf.models(models).get(card.info.name)
    for part in parts:
        told = (
            shelf.misfit(model, part) if model else f"{card.info.title} is no model that {part.title} can be added to."
        )
        if told:
            raise Refused("bad-request", told)


def card_at(host: Host, path: Path) -> EngineCard:
    """The card of the model at `path`, which is on the shelf from now on."""
    answer = opened(host, path)
    if isinstance(answer.what, Part):
        kind = answer.what.kind
        raise Refused("bad-request", f"{path.name} is no model but a {kind}; name it with --lora or --control.")
    return next(card for card in answer.cards if answer.what and card.info.name == answer.what.card.info.name)


def opened(host: Host, path: Path) -> Opened:
    """What is at `path`, which is on the shelf from now on. Refused with the worker's sentence."""
    answer = host.ask(Open(1, str(path.resolve())), 600.0)
    if isinstance(answer, Opened) and answer.what is not None:
        return answer
    failure = answer.failure if isinstance(answer, Opened | Failed) else None
    raise refused(failure or Failure("internal", f"{path.name} could not be opened."))


def refused(failure: Failure) -> Refused:
    """A failure the worker told of, to be raised."""
    return Refused(failure.kind, failure.sentence)
