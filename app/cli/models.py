"""models: what lies in folders of models, whether one is sound, and which are opened as engines.

Scanning and checking read headers, never weights; opening a model goes through the worker.
"""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from app.cli import make, opening
from app.core import settings as settings_file
from app.core.models import Library, Model, Shelf, confirmed, giving, read, sound, unit_at
from engines import shelf
from engines.contract import EngineCard, Refused
from engines.shelf import Found, Part

_ORDER: tuple[str, ...] = (
    "pipeline",
    "checkpoint",
    "denoiser",
    "vae",
    "text-encoder",
    "image-encoder",
    "vocoder",
    "lora",
    "controlnet",
)
_ORDER += ("ip-adapter", "t2i-adapter", "motion", "embedding", "upscaler", "unknown", "broken")
_HEAD = ("kind", "family", "dtype", "size", "licence", "name", "what is missing")


def scan(args: Namespace) -> int:
    """List the models below the folders; a broken file costs a sentence."""
    for folder in args.folders:
        if not folder.is_dir():
            raise Refused("bad-file", f"{folder} is no folder; choose a folder that holds models.")
    usual = settings_file.default_folders()
    folders = settings_file.load(usual.settings).settings.folders(usual)
    library = Library(folders.data / "models.cache")
    models = _scanned(library, args.folders, quiet=args.json or not sys.stderr.isatty())
    shelf.tell(folders.models, (Found(*row) for row in giving(library.everything())))
    same = library.duplicates(models)
    if args.exact:
        same = [group for alike in same for group in confirmed(alike)]
    (_told_json if args.json else _told)(models, same, args.exact)
    return 0


def _scanned(library: Library, folders: Sequence[Path], quiet: bool) -> list[Model]:
    """The models, with progress and what could not be entered on the standard error."""
    models, opened, last = [], 0, 0.0
    for news in library.scan(folders):
        if news.sentence:
            print(plain(news.sentence), file=sys.stderr)
        if news.model is not None:
            models.append(news.model)
            opened += news.fresh
        if not quiet and (time.monotonic() - last > 0.1 or news.done == news.total > 0):
            last = time.monotonic()
            print(f"\r{news.done} of {news.total} looked at ", end="", file=sys.stderr, flush=True)
    end = "" if quiet else "\n"
    print(f"{end}{len(models)} models, {opened} of them new or changed", file=sys.stderr)
    return models


def _told(models: Sequence[Model], same: Sequence[Sequence[Model]], exact: bool) -> None:
    shelf = Shelf(models)
    rows = [_row(model, shelf) for model in sorted(models, key=lambda m: (_ORDER.index(m.kind), m.title, m.name))]
    if rows:
        print("\n".join(_aligned([_HEAD, *rows])))
    for model in models:
        if model.trouble:
            print(plain(f"broken: {model.path}: {model.trouble}"))
    for group in same:
        print(plain(("the same file: " if exact else "looks like the same file: ") + ", ".join(m.path for m in group)))


def _row(model: Model, shelf: Shelf) -> tuple[str, ...]:
    title = model.title + (" (by its name)" if model.by_name else "")
    lacks = "cannot be read" if model.trouble else ", ".join(shelf.lacks(model))
    row = (model.kind, title, model.dtype, size(model.bytes), model.licence, model.name, lacks)
    return tuple(map(plain, row))


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The rows in columns, the size to the right."""
    cells = list(rows)
    widths = [max(len(row[n]) for row in cells) for n in range(len(cells[0]))]
    return [
        "  ".join(cell.rjust(widths[n]) if n == 3 else cell.ljust(widths[n]) for n, cell in enumerate(row)).rstrip()
        for row in cells
    ]


def plain(text: str) -> str:
    """`text` from a stranger's file as a terminal may show it."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def size(count: int) -> str:
    """'6.9 GB', '144 MB', '12 kB'."""
    for unit, worth in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= worth:
            return f"{count / worth:.1f} {unit}" if count < 10 * worth else f"{count / worth:.0f} {unit}"
    return f"{count} B"


def _told_json(models: Sequence[Model], same: Sequence[Sequence[Model]], exact: bool) -> None:
    """One object a line: each model with its needs, then each group of duplicates."""
    shelf = Shelf(models)
    for model in models:
        facts: dict[str, Any] = msgspec.to_builtins(model)
        needs = msgspec.to_builtins(shelf.needs(model))
        print(json.dumps({"event": "model", "name": model.name} | facts | {"needs": needs}, ensure_ascii=False))
    for group in same:
        paths = [model.path for model in group]
        print(json.dumps({"event": "duplicates", "exact": exact, "paths": paths}, ensure_ascii=False))


def check(args: Namespace) -> int:
    """Say whether a file or folder is whole and safe to open, and what it is; 3 when it is refused."""
    model = read(unit_at(args.file))
    ok, sentence = sound(model)
    if args.json:
        facts = msgspec.to_builtins(model)
        print(json.dumps(facts | {"event": "checked", "ok": ok, "sentence": sentence}, ensure_ascii=False))
        return 0 if ok else 3
    print(plain(sentence))
    if ok:
        print(f"{model.kind}, {model.title}, {model.dtype}, {size(model.bytes)}")
        for word, text in (("made for", model.base), ("call it with", ", ".join(model.triggers))):
            if text:
                print(plain(f"{word}: {text}"))
    return 0 if ok else 3


# ---------------------------------------------------------------- the shelf


def add(args: Namespace) -> int:
    """Open models, LoRAs and ControlNets: the worker looks at each and puts it on the shelf. Tells their names."""
    tools = make.bench(args)
    with tools.host:
        for path in args.paths:
            if not path.exists():
                raise Refused("bad-file", f"{path} is not there.")
            what = opening.opened(tools.host, path).what
            if what is not None:
                _say(what.card if isinstance(what, shelf.Model) else what, args.json)
    return 0


def listed(args: Namespace) -> int:
    """List what is on the shelf, and which of it has moved away."""
    place = settings_file.default_folders().models
    there: dict[str, EngineCard | Part] = {**shelf.cards(place), **shelf.parts(place)}
    for name in sorted(there):
        _say(there[name], args.json)
    return 0


def drop(args: Namespace) -> int:
    """Take something off the shelf; its own files stay. Refused('bad-request') when it is not there."""
    place = settings_file.default_folders().models
    if not shelf.drop(place, args.name):
        known = ", ".join(sorted((*shelf.cards(place), *shelf.parts(place)))) or "none; `darkroom models add` opens one"
        raise Refused("bad-request", f"There is no model {args.name!r}; there are: {known}.")
    if not args.json:
        print(f"{args.name} is no longer listed; its files are where they were.")
    return 0


def _say(what: EngineCard | Part, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(what).decode(), flush=True)
        return
    name, kind = (what.name, what.kind) if isinstance(what, Part) else (what.info.name, what.info.medium)
    gone = "" if Path(what.origin).exists() else "  (not there any more)"
    print(plain(f"{name:<32} {kind:<10} {what.origin}{gone}"), flush=True)
