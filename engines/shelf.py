"""The models a user has opened: a folder with the card of each, so that they are listed like any engine.

A card is made once, by the worker (`engines.pipelines.schema`), and read back without loading anything heavy. Light:
the registry imports this.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from engines.contract import EngineCard
from engines.files import atomic

ENDING = ".card.json"


class Entry(Struct, frozen=True):
    """A model on the shelf: its card (`card.origin` is where it lies) and the state of its files when it was made."""

    card: EngineCard
    state: str


def folder() -> Path | None:
    """Where the shelf is, $DARKROOM_MODELS; None when there is none."""
    named = os.environ.get("DARKROOM_MODELS", "")
    return Path(named) if named else None


def cards(shelf: Path | None) -> dict[str, EngineCard]:
    """The cards on the shelf by the engines' names; a model that has moved says what is missing."""
    found = {}
    for file in sorted(shelf.glob(f"*{ENDING}")) if shelf and shelf.is_dir() else ():
        entry = _read(file)
        if entry is not None:
            card = entry.card
            gone = () if Path(card.origin).exists() else (card.origin,)
            found[card.info.name] = msgspec.structs.replace(card, missing=gone)
    return found


def kept(shelf: Path, model: Path) -> EngineCard | None:
    """The card of `model` if one was made of it as it is now."""
    entry = _read(_place(shelf, model))
    return entry.card if entry is not None and entry.state == state_of(model) else None


def keep(shelf: Path, model: Path, card: EngineCard) -> None:
    """Put the card of `model` on the shelf. Raises the OSError that stopped it."""
    shelf.mkdir(parents=True, exist_ok=True)
    atomic.write(_place(shelf, model), msgspec.json.encode(Entry(card, state_of(model))))


def opened(model: Path) -> EngineCard:
    """The card of `model`: the one on the shelf, or a new one that is put there. Refused when it is no model.

    Heavy where a card must be made: for the worker alone.
    """
    shelf = folder()
    card = kept(shelf, model) if shelf else None
    if card is None:
        from engines.pipelines import schema

        card = schema.card(model)
        if shelf:
            keep(shelf, model, card)
    return card


def drop(shelf: Path, name: str) -> bool:
    """Take the model whose engine is called `name` off the shelf; its own files stay. False when it was not there."""
    for file in shelf.glob(f"*{ENDING}"):
        entry = _read(file)
        if entry is not None and entry.card.info.name == name:
            file.unlink()
            return True
    return False


def state_of(model: Path) -> str:
    """Names, sizes and times of a model's files, hashed: changes when any of them does."""
    files = [model] if model.is_file() else sorted(file for file in model.rglob("*") if file.is_file())
    told = hashlib.sha256()
    for file in files:
        state = file.stat()
        told.update(f"{file.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return told.hexdigest()


def _place(shelf: Path, model: Path) -> Path:
    return shelf / (hashlib.sha256(str(model.resolve()).encode()).hexdigest()[:24] + ENDING)


def _read(file: Path) -> Entry | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Entry)
    except (OSError, msgspec.MsgspecError):
        return None
