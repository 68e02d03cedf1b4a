"""What the words and flags make of a request."""

import re
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from engines import contract
from engines.contract import Adapter, Control, Curve, EngineCard, Image, Media, Refused, Region, Request
from engines.files import media
from engines.prompt.values import read_box, read_curve, read_value
from engines.prompt.wildcards import Variants

SHORTCUTS = ("steps", "guidance", "sampler", "schedule")
MOST = 999  # results of one command


def request_of(card: EngineCard, args: Namespace) -> Request:
    """The request that `generate`'s words make, checked. Refused('bad-request'), or 'bad-file' for its media."""
    seed, travel = _noise(args)
    request = Request(engine=card.info.name, prompt=args.prompt, seed=seed, travel=travel)
    start = media.read(args.init) if args.init else None
    if start is not None and "start" not in card.info.takes:
        raise Refused("bad-request", f"{card.info.name} takes nothing to start from; leave out --init.")
    changes: dict[str, Any] = {"size": args.size, "length": args.length, "start": start, "mask": _mask(args.mask)}
    changes |= {"around": args.outpaint, "last": _last(args.last)} | _edge(args)
    if any(args.outpaint) and args.size is None and isinstance(start, Image):
        changes["size"] = _widened(card, start, args.outpaint)
    if args.strength is not None:
        changes["strength"] = args.strength
    return changed(card, msgspec.structs.replace(request, **changes), args)


def _edge(args: Namespace) -> dict[str, Any]:
    """What was said of the edge between a start and what is made around it."""
    said = {"feather": args.feather, "fill": args.fill}
    found = {name: value for name, value in said.items() if value is not None}
    if found and not any(args.outpaint):
        raise Refused("bad-request", f"--{next(iter(found))} is said of what lies around a start: add --outpaint.")
    return found


def changed(card: EngineCard, request: Request, args: Namespace) -> Request:
    """`request` with what the flags common to `generate` and `branch` say, checked."""
    options, curves = dict(request.options), dict(request.curves)
    for name, text in _settings(args):
        value = read_value(next((p for p in card.params if p.name == name), None), text)
        options.pop(name, None)
        curves.pop(name, None)
        if isinstance(value, Curve):
            curves[name] = value
        else:
            options[name] = value
    controls = tuple(_control(card, text) for text in args.control) or request.controls
    adapters = tuple(_adapter(card, text) for text in args.lora) or request.adapters
    regions = tuple(_region(card, request, text) for text in args.region) or request.regions
    negative = request.negative if args.negative is None else args.negative
    changes: dict[str, Any] = {"options": options, "curves": curves, "controls": controls, "adapters": adapters}
    changes["regions"] = regions
    return contract.check(card, msgspec.structs.replace(request, negative=negative, **changes))


def prompts(args: Namespace, seed: int, usual: Path) -> list[str]:
    """The prompt, or its variants where `--variants` asks for some: all of them, or different ones by the seed."""
    if args.variants is None:
        return [args.prompt]
    made = Variants(args.prompt, args.wildcards or usual)
    wanted = made.count if args.variants == 0 else min(args.variants, made.count)
    if wanted * args.count > MOST:
        raise Refused("bad-request", f"That would be {wanted * args.count} results; {MOST} is the most at once.")
    if wanted == made.count:
        return list(made.all())
    drawn: dict[str, None] = {}
    for n in range(50 * wanted):  # some may be so rare that they never come
        if len(drawn) < wanted:
            drawn[made.drawn(seed + n)] = None
    return list(drawn)


def _noise(args: Namespace) -> tuple[int, float]:
    """The seed, and how far the noise has gone from it to the next one's."""
    if args.travel is None:
        return seed_of(args), 0.0
    if args.seed is not None:
        raise Refused("bad-request", "--travel names its seed itself: leave out --seed.")
    seed, share = args.travel
    return seed, share


def seed_of(args: Namespace) -> int:
    """The seed given, or one from the system's randomness."""
    import secrets

    return secrets.randbelow(2**32) if args.seed is None else args.seed


def _settings(args: Namespace) -> list[tuple[str, str]]:
    """Every option named by a flag of its own or by --set."""
    named = [(name, text) for name in SHORTCUTS if (text := getattr(args, name)) is not None]
    for word in args.set:
        name, sign, text = word.partition("=")
        if not sign or not name.strip():
            raise Refused("bad-request", f"--set wants NAME=VALUE, not {word!r}.")
        named.append((name.strip(), text.strip()))
    return named


def _control(card: EngineCard, word: str) -> Control:
    named, sign, rest = word.partition("=")
    named, _, make = named.partition("+")
    kind = _meant(named, [known.kind for known in card.info.controls]) or _reading(card, named, make)
    if not sign or kind is None:
        known = ", ".join(control.kind for control in card.info.controls) or "none"
        raise Refused("bad-request", f"--control wants KIND=FILE; the kinds of {card.info.name} are: {known}.")
    if (part := re.fullmatch(r"(.+):([0-9.]+):([0-9.]+)-([0-9.]+)", rest)) and not Path(rest).exists():
        path, strength, first, last = part.groups()
        return Control(kind, media.read(path), within(float(strength), float(first), float(last)), make)
    path, text = split_strength(rest)
    return Control(kind, media.read(path), read_strength(kind, text) if text else 1.0, make)


def _region(card: EngineCard, request: Request, word: str) -> Region:
    place, sign, rest = word.partition("=")
    prompt, text = split_strength(rest)
    if not sign or not prompt.strip():
        raise Refused("bad-request", f"--region wants X,Y,WIDTH,HEIGHT=PROMPT or FILE=PROMPT, not {word!r}.")
    strength = read_strength("a region", text) if text else 1.0
    if Path(place).is_file():
        return Region(prompt.strip(), mask=_mask(Path(place)), strength=strength)
    size = request.size or (card.info.sizes[0] if card.info.sizes else None)
    return Region(prompt.strip(), read_box(place, size), strength=strength)


def _reading(card: EngineCard, named: str, make: str) -> str | None:
    """Of a network for several kinds of maps the control that reads the map `make`."""
    mine = [known for known in card.info.controls if known.kind.startswith(f"{named}/")] if named and make else []
    return next((known.kind for known in mine if make in known.makes), None)


def _adapter(card: EngineCard, word: str) -> Adapter:
    path, text = split_strength(word)
    name = _meant(path, [known.name for known in card.info.adapters])
    if name is None:
        known = ", ".join(adapter.name for adapter in card.info.adapters) or "none"
        raise Refused("bad-request", f"{card.info.name} cannot wear the LoRA {path}; those that fit it are: {known}.")
    return Adapter(name, read_strength(name, text) if text else 1.0)


def split_strength(word: str) -> tuple[str, str]:
    """'FILE:0.8' or 'FILE@0:1,0.5:0' as the file and what follows it; a file that is there keeps its whole name."""
    path, at, text = word.rpartition("@")
    if at and re.fullmatch(r"-?[0-9.][0-9.:,-]*(,(linear|hold|smooth))?", text):
        return path, text
    path, sign, text = word.rpartition(":")
    if sign and not Path(word).exists() and re.fullmatch(r"-?[0-9.]+", text):
        return path, text
    return word, ""


def within(strength: float, first: float, last: float) -> Curve:
    """A strength that acts from `first` to `last` of the run, in [0, 1], and not at all before or after."""
    if not 0 <= first < last <= 1:
        raise Refused("bad-request", f"A control acts from {first:g} to {last:g}: write a part of 0-1, as in 0.2-0.7.")
    points = [(0.0, 0.0)] * (first > 0) + [(first, strength)] + [(last, 0.0)] * (last < 1)
    return Curve(tuple(points), "hold")


def _meant(word: str, names: Sequence[str]) -> str | None:
    """The name that is `word`, or the only one that begins with it."""
    close = [name for name in names if name.startswith(word)] if word else []
    return word if word in names else close[0] if len(close) == 1 else None


def read_strength(kind: str, text: str) -> float | Curve:
    """'0.8', or a curve over the steps, as in '0:1,0.5:0'. Refused('bad-request')."""
    if ":" in text:
        return read_curve(f"the strength of {kind}", text)
    try:
        return float(text)
    except ValueError:
        raise Refused("bad-request", f"The strength of {kind} must be a number, not {text!r}.") from None


def _mask(path: Path | None) -> Image | None:
    if path is None:
        return None
    shown: Media = media.read(path)
    if not isinstance(shown, Image):
        raise Refused("bad-file", f"{path.name} is no picture; a mask is a grey picture.")
    pixels = shown.pixels
    return Image(pixels if pixels.ndim == 2 else pixels[..., :3].mean(-1).round().astype("uint8"))


def _last(path: Path | None) -> Image | None:
    shown: Media | None = media.read(path) if path else None
    if shown is not None and not isinstance(shown, Image):
        raise Refused("bad-file", f"{path} is no picture; a clip ends with a picture.")
    return shown


def _widened(card: EngineCard, start: Image, around: tuple[int, ...]) -> tuple[int, int]:
    """The size of the start and of what lies around it, as near as the engine can make."""
    multiple = card.info.size_rule[2] if card.info.size_rule else 1
    height, width = start.pixels.shape[:2]
    sides = width + around[0] + around[2], height + around[1] + around[3]
    return tuple(max(multiple, round(side / multiple) * multiple) for side in sides)  # type: ignore[return-value]
