"""engines, recipe, train, bench: answers, and work that others do."""

import importlib
import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.core import settings as settings_file
from app.develop import plugin_folders
from engines import registry
from engines.contract import EngineCard, Param, Refused
from engines.files import atomic, media, recipe


def engines(args: Namespace) -> int:
    """List the engines, or say everything one can be told. Loads neither torch nor Qt."""
    settings = settings_file.load(settings_file.default_folders().settings).settings
    found = registry.listing(plugin_folders(settings), settings_file.default_folders().models)
    if args.engine:
        if args.engine not in found.cards:
            raise Refused(
                "bad-request", f"There is no engine {args.engine!r}; there are: {', '.join(sorted(found.cards))}."
            )
        cards = [found.cards[args.engine]]
    else:
        cards = [found.cards[name] for name in sorted(found.cards)]
    if args.json:
        for card in cards:
            print(msgspec.json.encode(card).decode())
    else:
        wide = max((len(card.info.name) for card in cards), default=0)
        print("\n".join(_described(cards[0]) if args.engine else [_line(card, wide) for card in cards]))
    for sentence in found.broken.values():
        print(sentence, file=sys.stderr)
    return 0


def _line(card: EngineCard, wide: int) -> str:
    lacking = f"  (missing: {', '.join(card.missing)})" if card.missing else ""
    return f"{card.info.name:<{wide}}  {card.info.medium:<6} {card.info.family:<17} {card.info.summary}{lacking}"


def _described(card: EngineCard) -> list[str]:
    info = card.info
    lines = [f"{info.name}: {info.title}", info.summary]
    lines.append(f"makes: {info.medium}; family: {info.family}; takes: {', '.join(info.takes)}")
    if info.sizes:
        lines.append("sizes: " + ", ".join(f"{w}x{h}" for w, h in info.sizes))
    if info.lengths:
        lines.append(f"length: {info.lengths[0]:g} to {info.lengths[2]:g} s, usually {info.lengths[1]:g} s")
    lines += [f"control {control.kind} ({control.medium}): {control.help}" for control in info.controls]
    lines += [_option(param) for param in card.params]
    return lines + ([f"missing: {', '.join(card.missing)}"] if card.missing else [])


def _option(param: Param) -> str:
    span = ", ".join(param.choices)
    if not span and param.min is not None and param.max is not None:
        span = f"{param.min:g} to {param.max:g}{' ' + param.unit if param.unit else ''}"
    curve = ", may be a curve" if param.curve else ""
    return f"  --set {param.name}={param.default}  ({span or param.kind}{curve})  {param.help}"


def recipe_of(args: Namespace) -> int:
    """Print the recipe a file carries."""
    text = media.recipe_of(args.file)
    if text is None:
        raise Refused("bad-file", f"{args.file.name} carries no recipe.")
    if args.text:
        import numpy as np

        print(recipe.a1111(recipe.loads(text, lambda name: np.zeros(0, np.uint8))))
    else:
        print(json.dumps(json.loads(text), indent=2, ensure_ascii=False))
    return 0


def train(args: Namespace) -> int:
    """Train an engine whose recipe lies in engines/training/ under the name of its file; or use what was trained."""
    usual = settings_file.default_folders()
    settings = settings_file.load(usual.settings).settings
    found = registry.listing(plugin_folders(settings), settings_file.default_folders().models).cards
    named = args.engine.rsplit("/", 1)[-1].replace("-", "_")  # of a part of an engine: image/sticker-control
    name = Path(found[args.engine].origin).stem if args.engine in found else named
    data, out = args.data or usual.data / "training" / name / "data", args.out or usual.data / "training" / name / "out"
    if args.install or args.uninstall:
        if args.engine not in found:
            raise Refused("bad-request", f"There is no engine {args.engine!r}; `darkroom engines` lists them.")
        weights = found[args.engine].info.weights
        print(install(weights, out, usual.own_assets) if args.install else uninstall(weights, usual.own_assets))
        return 0
    try:
        module = importlib.import_module(f"engines.training.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"engines.training.{name}":
            raise
        raise Refused("bad-request", f"There is no training recipe for {args.engine!r}.") from None
    module.train(args.device, args.minutes, data, out, args.resume, _report)
    print(out)
    if args.engine in found:
        print(f"Look at the sheets and the card there; `darkroom train {args.engine} --install` uses these weights.")
    return 0


def install(weights: Sequence[str], out: Path, own: Path) -> str:
    """Use the weights a training left in `out` from now on: they are copied below `own`. One sentence."""
    found = [name for name in weights if (out / Path(name).name).is_file()]
    if not found:
        raise Refused("missing", f"There are no trained weights in {out}; train first, or say where with --out.")
    for name in found:
        place = own / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(place, (out / Path(name).name).read_bytes())
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, place).sentence) from error
    return f"In use from now on: {', '.join(found)}; --uninstall goes back to the shipped weights."


def uninstall(weights: Sequence[str], own: Path) -> str:
    """Use the shipped weights again. One sentence."""
    found = [own / name for name in weights if (own / name).is_file()]
    for place in found:
        try:
            place.unlink()
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, place).sentence) from error
    return "The shipped weights are in use again." if found else "The shipped weights were in use already."


def _report(*words: object, **facts: object) -> None:
    """What a training run tells: a line of text, numbers by name, or both."""
    numbers = " ".join(f"{k}={v:.4g}" if isinstance(v, float) else f"{k}={v}" for k, v in facts.items())
    print(" ".join([*map(str, words), numbers]).strip(), flush=True)


def bench(args: Namespace) -> int:
    """Measure this machine with the project's benchmarks."""
    try:
        module = importlib.import_module("tests.benchmarks.__main__")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("tests"):
            raise
        sentence = "The benchmarks are not installed; run this in a checkout of the project."
        raise Refused("missing", sentence) from None
    try:
        return int(module.main(args.words) or 0)
    except SystemExit as leaving:  # it reads its words itself
        return int(leaving.code or 0)
