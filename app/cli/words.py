"""The words and flags, and what they make of a request."""

import re
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

import msgspec

from engines import contract
from engines.contract import Control, Curve, EngineCard, Image, Media, Param, Refused, Request, Value
from engines.files import media

SHORTCUTS = ("steps", "guidance", "sampler", "schedule")
CONTROL = "a control input; S is its strength, a number or a curve over the steps (0:1,0.5:0)"

COMMANDS = ("generate", "branch", "engines", "recipe", "replay", "export", "train", "models", "doctor", "bench")


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
    generate.add_argument("--count", metavar="N", type=_count, default=1, help="as many, with seeds one apart")
    generate.set_defaults(act=make.generate)

    branch = commands.add_parser("branch", help="go on from a step of an earlier result")
    branch.add_argument("result", metavar="RESULT", help="a result's file, or the name of its run")
    branch.add_argument("prompt", metavar="PROMPT", nargs="?", help="another prompt (default: the parent's)")
    branch.add_argument("--step", metavar="K", type=int, required=True, help="keep the first K steps")
    _flags(branch)
    branch.set_defaults(act=make.branch)

    replay = commands.add_parser("replay", help="make a result again from its recipe and compare the bytes")
    replay.add_argument("file", metavar="FILE", type=Path)
    replay.add_argument("-o", "--out", metavar="OUT", type=Path)
    replay.add_argument("--json", action="store_true")
    replay.set_defaults(act=make.replay)


def _flags(command: ArgumentParser) -> None:
    command.add_argument("--negative", metavar="TEXT")
    command.add_argument("--seed", metavar="N", type=int)
    command.add_argument("--steps", metavar="N")
    command.add_argument("--guidance", metavar="G", help="a number, or a curve over the steps: 0:7.5,0.4:3")
    command.add_argument("--sampler", metavar="NAME")
    command.add_argument("--schedule", metavar="NAME")
    command.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="any option of the engine")
    command.add_argument("--control", metavar="KIND=FILE[@S]", action="append", default=[], help=CONTROL)
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
    from app.cli import models

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
    add = words.add_parser("add", help="open models as engines; `darkroom generate` takes their names from then on")
    add.add_argument("paths", metavar="PATH", type=Path, nargs="+", help="a file or a diffusers folder")
    add.set_defaults(act=models.add)
    words.add_parser("list", help="the models that were opened").set_defaults(act=models.listed)
    drop = words.add_parser("drop", help="list a model no longer; its files stay")
    drop.add_argument("name", metavar="NAME", help="as `darkroom models list` says it")
    drop.set_defaults(act=models.drop)
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
    negative = request.negative if args.negative is None else args.negative
    request = msgspec.structs.replace(request, options=options, curves=curves, controls=controls, negative=negative)
    return contract.check(card, request)


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


def read_value(param: Param | None, text: str) -> Value | Curve:
    """What `text` means for an option; a text nobody declared stays text. Refused('bad-request')."""
    if param is not None and param.curve and ":" in text:
        return read_curve(param.name, text)
    kind = param.kind if param else "text"
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:
        raise Refused("bad-request", f"{param.name if param else ''} must be a number, not {text!r}.") from None
    if kind == "bool":
        known = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if text.lower() not in known:
            raise Refused("bad-request", f"{param.name if param else ''} must be yes or no, not {text!r}.")
        return known[text.lower()]
    return text


def read_curve(name: str, text: str) -> Curve:
    """'0:7.5,0.4:3' as a curve; ',hold' or ',smooth' at the end names its shape. Refused('bad-request')."""
    words = [word.strip() for word in text.split(",")]
    shape = words.pop() if words[-1] in ("linear", "hold", "smooth") else "linear"
    try:
        pairs = [word.split(":") for word in words]
        return Curve(tuple((float(place), float(value)) for place, value in pairs), shape)  # type: ignore[arg-type]
    except ValueError as error:
        reason = str(error) if "curve" in str(error) else "write position:value, as in 0:7.5,0.4:3"
        raise Refused("bad-request", f"The curve {text!r} for {name} cannot be read: {reason}.") from None


def _control(card: EngineCard, word: str) -> Control:
    kind, sign, rest = word.partition("=")
    if not sign or kind not in {known.kind for known in card.info.controls}:
        known = ", ".join(control.kind for control in card.info.controls) or "none"
        raise Refused("bad-request", f"--control wants KIND=FILE; the kinds of {card.info.name} are: {known}.")
    path, at, text = rest.rpartition("@")
    found = re.fullmatch(r"[0-9.][0-9.:,]*(,(linear|hold|smooth))?", text) if at else None
    return Control(kind, media.read(path if found else rest), _strength(kind, text) if found else 1.0)


def _strength(kind: str, text: str) -> float | Curve:
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


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)[xX×](\d+)", text.strip())
    if not found:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no size; write WIDTHxHEIGHT, as in 128x128")
    return int(found[1]), int(found[2])


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 999:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is no count; use 1 to 999")
    return int(text)
