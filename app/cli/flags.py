"""The commands of the command line, and their flags."""

import re
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any, get_args

from app.cli import project_flags
from engines.contract import Fill

CONTROL = (
    "a control input; S is its strength, a number or a curve over the steps (0:1,0.5:0); KIND=FILE:S:A-B acts in a "
    "part of the run; KIND+canny=FILE makes that map of the file first"
)
LORA = "a LoRA a model is to wear, by its file or name; W is its weight, or @ and a curve over the steps"

REGION = (
    "words of its own for a part of the picture: a rectangle in shares of it (or pixels), or a grey picture, white "
    "where it lies; S is its strength, 0 to 1, or @ and a curve over the steps"
)

TRAVEL = "noise so far, from 0 to below 1, on the way from that seed to the next one (7:0.5), where the engine can"
VARIANTS = "so many variants of the prompt, or 'all': {red|blue}, {2$$a|b|c}, __name__ for a line of name.txt"
GRID = (
    "a sheet of results, -o its picture; up to three: guidance=1,3,5, steps=4-12:4, seed=1-4, prompt=cat|dog, "
    "engine=A,B, size=WxH,WxH"
)

FEATURES = (
    "what it looks or listens through: effnet, match and sound ship; inception, inception-clean, inception-antialias, "
    "clip, clap, vggish, and alex or vgg for lpips are found in your folders of models, or at PATH"
)
OF = "a setting: a folder of its results, or an engine that makes them; one folder alone is taken apart by its recipes"
MODE = "pairs measures with bounds, knockout finds a favourite among many, stars rates each alone"
RATE = "a set that is called as a word here: write ./new"

METRIC = "as `darkroom eval` has them; several are told of, and the first decides which cell is best"

RATE_WORDS = ("open", "new", "vote", "result")

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
    "project",
    "train",
    "models",
    "eval",
    "sweep",
    "compare",
    "course",
    "score",
    "path",
    "rate",
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
    project_flags.add(commands)
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
    generate.add_argument(
        "--feather", metavar="PX", type=_pixels, help="how many pixels of --init go over into what --outpaint makes"
    )
    generate.add_argument("--fill", choices=get_args(Fill), help="what --outpaint begins from (default: stretch)")
    generate.add_argument("--travel", metavar="SEED:SHARE", type=_travel, help=TRAVEL)
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
    _judging(commands)
    bench = commands.add_parser("bench", help="measure this machine", add_help=False)
    bench.set_defaults(act=ask.bench, json=False)


def _judging(commands: Any) -> None:
    from app.cli import evaluate

    judge = commands.add_parser("eval", help="measure what was made: fid, kid, clip, vendi, pixels ...; or `agreement`")
    judge.add_argument("metric", metavar="METRIC", help="its name; `agreement` shows how far each is to be trusted")
    judge.add_argument("--fake", metavar="DIR|ENGINE", help="what is measured; an engine makes it first")
    judge.add_argument("--real", metavar="DIR", type=Path, help="what it is compared with")
    judge.add_argument("--features", metavar="NAME[=PATH]", default="", help=FEATURES)
    judge.add_argument("--prompts", metavar="FILE", type=Path, help="for an engine: its prompts, one a line")
    judge.add_argument("--count", metavar="N", type=_count, default=100, help="for an engine: how many, seeds from 0")
    judge.add_argument("-o", "--out", metavar="DIR", type=Path, help="for an engine: where what it makes is kept")
    judge.add_argument("--json", action="store_true", help="one JSON event a line")
    judge.set_defaults(act=evaluate.evaluate)
    _sweeping(commands)


def _sweeping(commands: Any) -> None:
    from app.cli import compare, course, path, score, sweep

    over = commands.add_parser(
        "sweep", help="try parameters over a grid, measure every cell, and report it in one page"
    )
    over.add_argument("engine", metavar="ENGINE[,ENGINE]", help="several are compared")
    over.add_argument("--over", metavar="NAME=VALUES", action="append", default=[], help="up to three; as --grid")
    over.add_argument("--metric", metavar="METRIC", action="append", required=True, help=METRIC)
    over.add_argument("--prompts", metavar="FILE", type=Path, required=True, help="one a line; the same in every cell")
    over.add_argument("--count", metavar="N", type=_count, help="results of a cell (default: one a prompt)")
    over.add_argument("--real", metavar="DIR", type=Path, help="what it is compared with, where the metric needs it")
    over.add_argument("--features", metavar="NAME", default="", help="effnet or match")
    over.add_argument("--size", metavar="WxH", type=_size)
    over.add_argument("--length", metavar="SECONDS", type=float)
    over.add_argument("--csv", action="store_true", help="the table as a CSV file beside the report, too")
    _flags(over)
    nothing = dict.fromkeys(("init", "mask", "last", "strength", "travel", "feather", "fill"))
    over.set_defaults(act=sweep.sweep, seed=0, prompt="", outpaint=(0, 0, 0, 0), **nothing)
    two = commands.add_parser("compare", help="what differs between two results, and the step at which they part")
    two.add_argument("a", metavar="A", type=Path)
    two.add_argument("b", metavar="B", type=Path)
    two.add_argument("-o", "--out", metavar="SHEET", type=Path, help="a picture of both and of where they differ")
    two.set_defaults(act=compare.compare)
    went = commands.add_parser("course", help="how a run went: change, distance to the end and guidance of every step")
    went.add_argument("file", metavar="FILE", type=Path)
    went.add_argument("-o", "--out", metavar="CSV", type=Path, help="its numbers, a line a step")
    went.set_defaults(act=course.show)
    like = commands.add_parser("score", help="how likely a model finds files, beside held-out data and noise")
    like.add_argument("engine", metavar="ENGINE", help="one that has a likelihood or an energy")
    like.add_argument("files", metavar="FILE", type=Path, nargs="+")
    like.add_argument("--prompt", metavar="WORDS", default="", help="what the files are told to show")
    like.set_defaults(act=score.score_files)
    way = commands.add_parser("path", help="from one result to another through their model's latents, measured")
    way.add_argument("a", metavar="A", type=Path)
    way.add_argument("b", metavar="B", type=Path)
    way.add_argument("-n", "--points", metavar="N", type=_count, default=9, help="both ends included (default: 9)")
    way.add_argument("--way", choices=("arc", "line"), default="arc", help="along the arc, or straight")
    way.add_argument("-o", "--out", metavar="OUT", type=Path, help="the points in a row, or (.csv) their numbers")
    way.set_defaults(act=path.go)
    _rating(commands)
    for one in (two, went, like, way):
        one.add_argument("--json", action="store_true", help="one JSON event a line")


def _rating(commands: Any) -> None:
    from app.cli import rate

    top = commands.add_parser("rate", help="blind ratings: `rate DIR` rates the set in DIR, in the window", epilog=RATE)
    words = top.add_subparsers(metavar="DIR|WHAT", required=True)
    begin = words.add_parser("open", help="the same as `rate DIR`")
    make = words.add_parser("new", help="a set of results without names or recipes, to be rated here or sent")
    make.add_argument("--of", metavar="DIR|ENGINE[:NAME=VALUE,...]", action="append", required=True, help=OF)
    make.add_argument(
        "--names", metavar="NAME", nargs="+", default=[], help="what the settings are called in the result"
    )
    make.add_argument("--question", metavar="TEXT", default="", help="what the raters are asked")
    make.add_argument("--mode", choices=("pairs", "knockout", "stars"), default="pairs", help=MODE)
    make.add_argument("--most", metavar="N", type=_count, help="how often two settings meet, at most")
    make.add_argument("--seed", metavar="N", type=int, default=0, help="of pairs, order and sides")
    make.add_argument("--prompts", metavar="FILE", type=Path, help="for engines: their prompts, one a line")
    make.add_argument("--count", metavar="N", type=_count, help="for engines: results of each (default: one a prompt)")
    make.set_defaults(act=rate.new)
    ask = words.add_parser("vote", help="rate without the window: an answer a line")
    ask.add_argument("--rater", metavar="NAME", required=True, help="whose votes these are")
    ask.set_defaults(act=rate.vote)
    tell = words.add_parser("result", help="what the votes say, where the key is")
    for word in (begin, make, ask, tell):
        word.add_argument("set", metavar="DIR", type=Path, help="the folder of the set")
        word.add_argument("--json", action="store_true", help="one JSON event a line")
    tell.add_argument("votes", metavar="VOTES", type=Path, nargs="*", help="votes that came back: files or folders")
    tell.add_argument("--key", metavar="FILE", type=Path, help="the key (default: as this machine has kept it)")
    tell.add_argument("--csv", metavar="FILE", type=Path, help="write the table there, too")
    tell.set_defaults(act=rate.found)
    begin.set_defaults(act=rate.told)


# ---------------------------------------------------------------- what is typed


def _around(text: str) -> tuple[int, ...]:
    found = re.fullmatch(r"(\d+),(\d+),(\d+),(\d+)", text.replace(" ", ""))
    if not found:
        raise ArgumentTypeError(f"{text!r} is no left,top,right,bottom in pixels, such as 0,0,128,0")
    return tuple(map(int, found.groups()))


def _pixels(text: str) -> int:
    if not text.strip().isdecimal():
        raise ArgumentTypeError(f"{text!r} is no number of pixels, such as 8; 0 is a hard edge")
    return int(text)


def _travel(text: str) -> tuple[int, float]:
    """A seed and how far the noise has gone to the next one."""
    found = re.fullmatch(r"(\d+):(0?\.\d+|0)", text.replace(" ", ""))
    if not found:
        raise ArgumentTypeError(f"{text!r} is no seed and share from 0 to below 1, such as 7:0.5")
    return int(found[1]), float(found[2])


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)[xX×](\d+)", text.strip())
    if not found:
        raise ArgumentTypeError(f"{text!r} is no size; write WIDTHxHEIGHT, as in 128x128")
    return int(found[1]), int(found[2])


def _variants(text: str) -> int:
    """How many; 0 for all."""
    return 0 if text.strip().lower() == "all" else _count(text)


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 999:
        raise ArgumentTypeError(f"{text!r} is no count; use 1 to 999")
    return int(text)
