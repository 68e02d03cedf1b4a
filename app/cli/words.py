"""The words and flags, and what they make of a request."""

import re
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
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
CONTROL = (
    "a control input; S is its strength, a number or a curve over the steps (0:1,0.5:0); KIND=FILE:S:A-B acts in a "
    "part of the run; KIND+canny=FILE makes that map of the file first"
)
LORA = "a LoRA a model is to wear, by its file or name; W is its weight, or @ and a curve over the steps"

REGION = (
    "words of its own for a part of the picture: a rectangle in shares of it (or pixels), or a grey picture, white "
    "where it lies; S is its strength, 0 to 1, or @ and a curve over the steps"
)

VARIANTS = "so many variants of the prompt, or 'all': {red|blue}, {2$$a|b|c}, __name__ for a line of name.txt"
GRID = (
    "a sheet of results, -o its picture; up to three: guidance=1,3,5, steps=4-12:4, seed=1-4, prompt=cat|dog, "
    "engine=A,B, size=WxH,WxH"
)
MOST = 999  # results of one command

COMMANDS = (
    "generate",
    "branch",
    "decode",
    "enlarge",
    "cutout",
    "engines",
    "recipe",
    "replay",
    "export",
    "train",
    "models",
    "doctor",
    "bench",
)


def parser() -> ArgumentParser:
    """Every command with its flags."""
    top = ArgumentParser(
        prog="darkroom",
        description="Watch it develop, keep every step. Without words the window opens.",
        epilog="exit codes: 0 done, 1 failed, 2 bad request, 3 file or disk, 4 missing weights, 5 engine died, "
        "130 interrupted",
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND")
    _making(commands)
    _asking(commands)
    _working(commands)
    return top


def _making(commands: Any) -> None:
    from app.cli import make

    generate = commands.add_parser("generate", help="make something from a prompt")
    generate.add_argument("engine", metavar="ENGINE", help="as `darkroom engines` lists them")
    generate.add_argument("prompt", metavar="PROMPT", nargs="?", default="")
    _flags(generate)
    generate.add_argument("--size", metavar="WxH", type=_size)
    generate.add_argument("--length", metavar="SECONDS", type=float)
    generate.add_argument("--init", metavar="FILE", type=Path, help="start from this picture, sound, clip or mesh")
    generate.add_argument("--strength", metavar="S", type=float, help="how far it may leave --init, 0 to 1")
    generate.add_argument("--mask", metavar="FILE", type=Path, help="grey picture, white where it may change")
    generate.add_argument(
        "--outpaint", metavar="L,T,R,B", type=_around, default=(0, 0, 0, 0), help="pixels to make around --init"
    )
    generate.add_argument("--last", metavar="FILE", type=Path, help="the picture a clip ends with")
    generate.add_argument("--count", metavar="N", type=_count, default=1, help="as many, with seeds one apart")
    generate.add_argument("--variants", metavar="N", type=_variants, help=VARIANTS)
    generate.add_argument("--wildcards", metavar="DIR", type=Path, help="where the files of __names__ lie")
    generate.add_argument("--grid", metavar="NAME=VALUES", action="append", default=[], help=GRID)
    generate.add_argument("--estimate", action="store_true", help="say what it would take, and make nothing")
    generate.set_defaults(act=make.generate)

    branch = commands.add_parser("branch", help="go on from a step of an earlier result")
    branch.add_argument("result", metavar="RESULT", help="a result's file, or the name of its run")
    branch.add_argument("prompt", metavar="PROMPT", nargs="?", help="another prompt (default: the parent's)")
    branch.add_argument("--step", metavar="K", type=int, required=True, help="keep the first K steps")
    _flags(branch)
    branch.set_defaults(act=make.branch)

    decode = commands.add_parser("decode", help="a kept step of an earlier result as it truly is, not as its preview")
    decode.add_argument("result", metavar="RESULT", help="a result's file, or the name of its run")
    decode.add_argument("step", metavar="STEP", type=int, help="counted from 1")
    decode.add_argument("-o", "--out", metavar="OUT", type=Path, help="the file to write (default: beside the result)")
    decode.add_argument("--json", action="store_true", help="one JSON event a line")
    decode.set_defaults(act=make.decode)

    _retouching(commands)
    replay = commands.add_parser("replay", help="make a result again from its recipe and compare the bytes")
    replay.add_argument("file", metavar="FILE", type=Path)
    replay.add_argument("-o", "--out", metavar="OUT", type=Path)
    replay.add_argument("--json", action="store_true")
    replay.set_defaults(act=make.replay)


def _retouching(commands: Any) -> None:
    from app.cli import retouch

    larger = commands.add_parser("enlarge", help="make a picture larger; with --model new detail is drawn in tiles")
    larger.add_argument("file", metavar="FILE", type=Path)
    larger.add_argument("--factor", metavar="F", type=float, default=2.0, help="how many times (default: 2)")
    larger.add_argument(
        "--by", metavar="WAY", default="network", help="network, lanczos, or an upscaler by its file or name"
    )
    larger.add_argument("--model", metavar="ENGINE", help="a model of yours that draws over it, by name or file")
    larger.add_argument("--prompt", metavar="TEXT", help="other words for it (default: those in the file)")
    larger.add_argument("--seed", metavar="N", type=int)
    larger.add_argument("--strength", metavar="S", type=float, default=0.3, help="how far it may leave it, 0 to 1")
    larger.add_argument("--tile", metavar="PX", type=int, default=0, help="side of a tile (default: as it was taught)")
    larger.add_argument("--overlap", metavar="PX", type=int, default=128)
    larger.set_defaults(act=retouch.enlarge, previews=None)
    cut = commands.add_parser("cutout", help="take the background of one colour off a picture")
    cut.add_argument("file", metavar="FILE", type=Path)
    cut.set_defaults(act=retouch.cutout)
    for command in (larger, cut):
        command.add_argument("-o", "--out", metavar="OUT", type=Path, help="the file to write (default: your gallery)")
        command.add_argument("--json", action="store_true", help="one JSON event a line")


def _flags(command: ArgumentParser) -> None:
    command.add_argument("--negative", metavar="TEXT")
    command.add_argument("--seed", metavar="N", type=int)
    command.add_argument("--steps", metavar="N")
    command.add_argument("--guidance", metavar="G", help="a number, or a curve over the steps: 0:7.5,0.4:3")
    command.add_argument("--sampler", metavar="NAME")
    command.add_argument("--schedule", metavar="NAME")
    command.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="any option of the engine")
    command.add_argument("--control", metavar="KIND=FILE[@S]", action="append", default=[], help=CONTROL)
    command.add_argument("--lora", metavar="FILE[:W]", action="append", default=[], help=LORA)
    command.add_argument("--region", metavar="X,Y,W,H=PROMPT[:S]", action="append", default=[], help=REGION)
    command.add_argument("--previews", metavar="DIR", type=Path, help="write every step there as it is made")
    command.add_argument("-o", "--out", metavar="OUT", type=Path, help="the file to write (default: your gallery)")
    command.add_argument("--json", action="store_true", help="one JSON event a line")


def _asking(commands: Any) -> None:
    from app.cli import ask

    engines = commands.add_parser("engines", help="list the engines, or what one can be told")
    engines.add_argument("engine", metavar="ENGINE", nargs="?")
    engines.add_argument("--json", action="store_true")
    engines.set_defaults(act=ask.engines)
    recipe = commands.add_parser("recipe", help="print the recipe a file carries")
    recipe.add_argument("file", metavar="FILE", type=Path)
    recipe.add_argument("--text", action="store_true", help="as other programs write it")
    recipe.set_defaults(act=ask.recipe_of, json=False)
    _exporting(commands)
    _listing(commands)
    from app.cli import doctor

    check = commands.add_parser("doctor", help="say what is here and what is missing")
    check.add_argument("--json", action="store_true")
    check.set_defaults(act=doctor.doctor)


def _listing(commands: Any) -> None:
    from app.cli import get, models

    top = commands.add_parser("models", help="list the models in folders, or check one; reads headers only")
    words = top.add_subparsers(metavar="WHAT", required=True)
    scan = words.add_parser("scan", help="what lies there, what it lacks, what is there twice or broken")
    scan.add_argument(
        "folders", metavar="DIR", type=Path, nargs="+", help="yours, ComfyUI's, A1111's, a Hugging Face cache"
    )
    scan.add_argument("--exact", action="store_true", help="make sure of duplicates by their whole bytes (slow)")
    scan.set_defaults(act=models.scan)
    check = words.add_parser("check", help="whether a file or folder is whole and safe to open, and what it is")
    check.add_argument("file", metavar="FILE", type=Path)
    check.set_defaults(act=models.check)
    add = words.add_parser("add", help="open models, LoRAs and ControlNets; they go by the names it tells")
    add.add_argument("paths", metavar="PATH", type=Path, nargs="+", help="a diffusers folder, or what is added to one")
    add.set_defaults(act=models.add)
    words.add_parser("list", help="the models that were opened").set_defaults(act=models.listed)
    drop = words.add_parser("drop", help="list a model no longer; its files stay")
    drop.add_argument("name", metavar="NAME", help="as `darkroom models list` says it")
    drop.set_defaults(act=models.drop)
    hub = words.add_parser("get", help="get a model from the hub: its size and licence first, then a yes")
    hub.add_argument("name", metavar="OWNER/NAME[:FILE]", help="as its page there says; a file of it alone")
    hub.add_argument("--to", metavar="DIR", type=Path, help="a folder below which it goes (default: yours of models)")
    hub.add_argument("--yes", action="store_true", help="do not ask")
    hub.set_defaults(act=get.get)
    for word in words.choices.values():
        word.add_argument("--json", action="store_true", help="one JSON object a line")


def _exporting(commands: Any) -> None:
    from app.cli import export

    command = commands.add_parser("export", help="write results in the formats of other programs, recipe and all")
    command.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="a result, or the pictures of a sheet or clip"
    )
    command.add_argument("-o", "--out", metavar="OUT", type=Path, required=True, help="its ending decides the format")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--sheet", action="store_const", dest="form", const="sheet", help="a sprite sheet and its grid")
    form.add_argument(
        "--sequence",
        action="store_const",
        dest="form",
        const="sequence",
        help="a PNG for each frame (or name it %%04d.png)",
    )
    command.add_argument(
        "--columns", metavar="N", type=int, default=0, help="of a sheet (default: as square as can be)"
    )
    command.add_argument("--gap", metavar="PIXELS", type=int, default=0, help="between the cells of a sheet")
    command.add_argument("--fps", metavar="F", type=float, help="frames a second")
    command.add_argument("--json", action="store_true")
    command.set_defaults(act=export.export, form="")


def _working(commands: Any) -> None:
    from app.cli import ask

    train = commands.add_parser("train", help="train an engine of ours from open data")
    train.add_argument("engine", metavar="ENGINE")
    train.add_argument("--device", default="auto", help="cpu, cuda, mps or auto")
    train.add_argument("--minutes", type=float, default=25.0)
    train.add_argument("--data", metavar="DIR", type=Path, help="where the prepared data is kept")
    train.add_argument("--out", metavar="DIR", type=Path, help="where weights and card go")
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    train.add_argument("--install", action="store_true", help="train nothing: use what the last training left")
    train.add_argument("--uninstall", action="store_true", help="train nothing: use the shipped weights again")
    train.set_defaults(act=ask.train, json=False)
    bench = commands.add_parser("bench", help="measure this machine", add_help=False)
    bench.set_defaults(act=ask.bench, json=False)


# ---------------------------------------------------------------- words to a request


def request_of(card: EngineCard, args: Namespace) -> Request:
    """The request that `generate`'s words make, checked. Refused('bad-request'), or 'bad-file' for its media."""
    request = Request(engine=card.info.name, prompt=args.prompt, seed=seed_of(args))
    start = media.read(args.init) if args.init else None
    if start is not None and "start" not in card.info.takes:
        raise Refused("bad-request", f"{card.info.name} takes nothing to start from; leave out --init.")
    changes: dict[str, Any] = {"size": args.size, "length": args.length, "start": start, "mask": _mask(args.mask)}
    changes |= {"around": args.outpaint, "last": _last(args.last)}
    if any(args.outpaint) and args.size is None and isinstance(start, Image):
        changes["size"] = _widened(card, start, args.outpaint)
    if args.strength is not None:
        changes["strength"] = args.strength
    return changed(card, msgspec.structs.replace(request, **changes), args)


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


def _around(text: str) -> tuple[int, ...]:
    found = re.fullmatch(r"(\d+),(\d+),(\d+),(\d+)", text.replace(" ", ""))
    if not found:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no left,top,right,bottom in pixels, such as 0,0,128,0")
    return tuple(map(int, found.groups()))


def _widened(card: EngineCard, start: Image, around: tuple[int, ...]) -> tuple[int, int]:
    """The size of the start and of what lies around it, as near as the engine can make."""
    multiple = card.info.size_rule[2] if card.info.size_rule else 1
    height, width = start.pixels.shape[:2]
    sides = width + around[0] + around[2], height + around[1] + around[3]
    return tuple(max(multiple, round(side / multiple) * multiple) for side in sides)  # type: ignore[return-value]


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)[xX×](\d+)", text.strip())
    if not found:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no size; write WIDTHxHEIGHT, as in 128x128")
    return int(found[1]), int(found[2])


def _variants(text: str) -> int:
    """How many; 0 for all."""
    return 0 if text.strip().lower() == "all" else _count(text)


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 999:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no count; use 1 to 999")
    return int(text)
