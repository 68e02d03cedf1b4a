"""The flags of `darkroom project`."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from app.cli.project_words import LENGTH, MOMENT
from app.core.timeline.values import Blend, TrackKind

FEED = "a file, or what a clip shows: NAME, NAME@first, NAME@last, NAME@SECONDS"
KEYS = "what a number does over time, as in guidance=0:2,2bars:6:ease-in-sine; times from its owner's beginning"
EXPRESSION = "TARGET=EXPRESSION over v, t in seconds, b in beats, and the features of its modulator's sound"
MODULATE = "TARGET=CLIP:FEATURE[,gain=..,offset=..,attack=..,release=..,how=add|multiply|replace]: a sound steers it"
TARGETS = "gain, pan, opacity, x, y, scale, rotation; an option of the engine; strength, control:KIND, adapter:NAME"


def add(commands: Any) -> None:
    """`darkroom project` and all that follows it."""
    top = commands.add_parser("project", help="lay out, render and export a timeline of pictures, clips and sounds")
    words = top.add_subparsers(metavar="WHAT", required=True)
    _keeping(words)
    _adding(words)
    _changing(words)
    _making(words)
    _exporting(words)
    for word in words.choices.values():
        if word.get_default("act") is not None:
            word.add_argument("--json", action="store_true", help="one JSON object a line")


def _command(words: Any, name: str, act: Any, help: str) -> ArgumentParser:
    command: ArgumentParser = words.add_parser(name, help=help)
    command.add_argument("project", metavar="PROJECT", type=Path, help="its folder")
    command.set_defaults(act=act)
    return command


def _keeping(words: Any) -> None:
    from app.cli import project

    new = _command(words, "new", project.new, "begin one in a new folder")
    new.add_argument("--name", help="what it is called (default: as its folder)")
    new.add_argument("--size", metavar="WxH", type=_size, default=(1280, 720))
    new.add_argument("--fps", metavar="F", type=_rational, default=Fraction(24), help="such as 24 or 30000/1001")
    new.add_argument("--rate", metavar="HZ", type=int, default=48000)
    new.add_argument("--bpm", metavar="N", type=_rational, default=Fraction(120))
    new.add_argument("--metre", metavar="N/M", type=_metre, default=(4, 4))
    _command(words, "info", project.info, "say what is in it, and what of it is made, drafts or stale")
    _command(words, "verify", project.verify, "look whether its media are whole and there; 3 when they are not")
    pack = _command(words, "pack", project.pack, "write it with its media as one file")
    pack.add_argument("file", metavar="FILE", type=Path)
    unpack: ArgumentParser = words.add_parser("unpack", help="make a folder of a packed project")
    unpack.add_argument("file", metavar="FILE", type=Path)
    unpack.add_argument("project", metavar="PROJECT", type=Path, help="the folder it gets")
    unpack.set_defaults(act=project.unpack)


def _adding(words: Any) -> None:
    from app.cli import project_add

    top: ArgumentParser = words.add_parser("add", help="add a track, clip, lane, marker, tempo or metre")
    things = top.add_subparsers(metavar="THING", required=True)
    track = _command(things, "track", project_add.track, "a track, at the bottom or at --place from the top")
    track.add_argument("kind", choices=get_args(TrackKind))
    track.add_argument("name", metavar="NAME")
    track.add_argument("--place", metavar="N", type=int, help="0 is the top, which is in front")
    for flag in ("--gain", "--pan", "--opacity"):
        track.add_argument(flag, type=float)
    _laned(track)
    clip = _command(things, "clip", project_add.clip, "a clip: made by an engine, from a file, a title or a prompt")
    clip.add_argument("track", metavar="TRACK")
    _placed(clip)
    _shown(clip)
    _asked(clip)
    _laned(clip)
    lane = _command(things, "lane", project_add.lane, "what a number does over time")
    lane.add_argument("owner", metavar="CLIP", help="a clip or track")
    _laned(lane)
    marker = _command(things, "marker", project_add.marker, "a named moment or stretch")
    marker.add_argument("name", metavar="NAME")
    marker.add_argument("--at", metavar="WHEN", required=True, help=MOMENT)
    marker.add_argument("--length", metavar="LENGTH", default="0", help=LENGTH)
    tempo = _command(things, "tempo", project_add.tempo, "another tempo from a moment on; clips keep their seconds")
    tempo.add_argument("bpm", metavar="BPM", type=_rational)
    tempo.add_argument("--at", metavar="WHEN", default="0", help=MOMENT)
    metre = _command(things, "metre", project_add.metre, "another metre from a bar on")
    metre.add_argument("metre", metavar="N/M", type=_metre)
    metre.add_argument("--bar", metavar="N", type=int, default=1, help="counted from 1")
    for thing in things.choices.values():
        thing.add_argument("--json", action="store_true", help="one JSON object a line")


def _placed(clip: ArgumentParser) -> None:
    clip.add_argument("--at", metavar="WHEN", required=True, help=MOMENT)
    clip.add_argument("--length", metavar="LENGTH", help=LENGTH + " (default: as long as the file)")
    clip.add_argument("--name", default="")
    clip.add_argument("--file", metavar="FILE", type=Path, help="a picture, sound, clip, mesh or MIDI file")
    clip.add_argument("--offset", metavar="LENGTH", default="0", help="where in its take it begins")
    clip.add_argument("--speed", metavar="S", type=_rational, default=Fraction(1))
    clip.add_argument("--loop", action="store_true", help="repeat what is shorter than the clip")
    clip.add_argument("--repeat", metavar="N", type=int, default=1, help="lay it N times, one after the other")
    clip.add_argument("--every", metavar="LENGTH", help="of those that are repeated one begins so long after the other")


def _shown(clip: ArgumentParser) -> None:
    clip.add_argument("--title", metavar="TEXT", help="words as a picture")
    clip.add_argument("--font", metavar="FONT", default="", help="a font's file or family")
    clip.add_argument("--title-size", metavar="S", type=float, default=0.12, help="as a share of the frame's height")
    for flag, usual in (("--colour", "#ffffff"), ("--outline", ""), ("--background", "")):
        clip.add_argument(flag, metavar="#RRGGBB", default=usual)
    clip.add_argument("--text", metavar="PROMPT", default="", help="on a prompt track: what it says")
    clip.add_argument("--weight", metavar="W", type=float, default=1.0)
    clip.add_argument("--mesh", metavar="FEED", help="on a camera or picture track: the mesh that is turned; " + FEED)
    clip.add_argument("--shows", choices=("colour", "depth", "normals", "edges"), default="colour")
    for flag, least in (("--x", 0.0), ("--y", 0.0), ("--scale", 1.0), ("--rotation", 0.0), ("--opacity", 1.0)):
        clip.add_argument(flag, type=float, default=least)
    clip.add_argument("--blend", choices=get_args(Blend), default="normal")
    clip.add_argument("--fit", choices=("fit", "fill", "stretch", "pixels"), default="fit")
    for flag in ("--fade-in", "--fade-out"):
        clip.add_argument(flag, metavar="LENGTH", default="0", help=LENGTH)
    for flag in ("--gain", "--pan"):
        clip.add_argument(flag, type=float, default=0.0)


def _asked(clip: ArgumentParser) -> None:
    clip.add_argument("--engine", metavar="ENGINE", help="what makes it, as `darkroom engines` lists them")
    clip.add_argument("--prompt", metavar="TEXT", default="")
    clip.add_argument("--negative", metavar="TEXT", default="")
    clip.add_argument("--seed", metavar="N", type=int, default=0)
    clip.add_argument("--size", metavar="WxH", type=_size)
    clip.add_argument("--round", metavar="LENGTH", default="0", help="of a clip that loops: how long one round is")
    clip.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="an option of the engine")
    clip.add_argument("--draft", metavar="NAME=VALUE", action="append", default=[], help="another value for drafts")
    for flag in ("--start", "--last", "--mask"):
        clip.add_argument(flag, metavar="FEED", help=FEED)
    clip.add_argument("--strength", metavar="S", type=float, default=0.6, help="how far it may leave its start, 0 to 1")
    clip.add_argument(
        "--control", metavar="KIND[+MAP]=FEED[:S]", action="append", default=[], help="a control input; " + FEED
    )
    clip.add_argument("--lora", metavar="NAME[:W]", action="append", default=[])


def _laned(command: ArgumentParser) -> None:
    command.add_argument("--lane", metavar="TARGET=KEYS", action="append", default=[], help=f"{KEYS}. {TARGETS}")
    command.add_argument("--expression", metavar="TARGET=TEXT", action="append", default=[], help=EXPRESSION)
    command.add_argument("--modulate", metavar="TARGET=SOUND", action="append", default=[], help=MODULATE)


def _changing(words: Any) -> None:
    from app.cli import project_set

    change = _command(words, "set", project_set.change, "change fields of the project, a track or a clip")
    change.add_argument("what", metavar="WHAT", help="project, timeline, or a track or clip by its name")
    change.add_argument("fields", metavar="FIELD=VALUE", nargs="+", help="option.NAME=VALUE is one of the engine")
    gone = _command(words, "remove", project_set.remove, "take clips, tracks or markers away")
    gone.add_argument("what", metavar="NAME", nargs="+")
    gone.add_argument("--ripple", action="store_true", help="close the gap")
    split = _command(words, "split", project_set.split, "cut a clip in two")
    split.add_argument("clip", metavar="CLIP")
    split.add_argument("--at", metavar="WHEN", required=True, help=MOMENT)


def _making(words: Any) -> None:
    from app.cli import project_make

    render = _command(words, "render", project_make.render, "make what is empty or stale; drafts become finals")
    render.add_argument("--draft", action="store_true", help="quick and small")
    render.add_argument("--clip", metavar="CLIP", action="append", default=[], help="only this one and what it needs")
    render.add_argument("--all", action="store_true", help="all, whether they are made or not")
    render.add_argument("--estimate", action="store_true", help="say how long it would take, and make nothing")
    vary = _command(words, "vary", project_make.vary, "another take of a clip that begins from this one")
    vary.add_argument("clip", metavar="CLIP")
    vary.add_argument("--strength", metavar="S", type=float, default=0.5, help="how far it may leave it, 0 to 1")
    retake = _command(words, "retake", project_make.retake, "another take of a clip by another seed")
    retake.add_argument("clip", metavar="CLIP")
    region = _command(words, "region", project_make.region, "make a part of a clip anew")
    region.add_argument("clip", metavar="CLIP")
    region.add_argument("--from", dest="since", metavar="LENGTH", help="from the clip's beginning; " + LENGTH)
    region.add_argument("--to", dest="until", metavar="LENGTH")
    region.add_argument("--mask", metavar="FEED", help="of a picture: white where it is made anew")
    extend = _command(words, "extend", project_make.extend, "make a clip longer (a picture wider, by a share of it)")
    extend.add_argument("clip", metavar="CLIP")
    for flag in ("--left", "--right"):
        extend.add_argument(flag, metavar="LENGTH", help=LENGTH)
    bridge = _command(words, "bridge", project_make.bridge, "fill a gap from what is before it to what is after it")
    bridge.add_argument("track", metavar="TRACK")
    bridge.add_argument("--at", metavar="WHEN", required=True, help="a moment in the gap")
    _asked(bridge)
    for command in (vary, retake, region, extend, bridge):
        command.add_argument("--draft-take", dest="draft_take", action="store_true", help="quick and small")
    for command in (vary, retake):
        command.add_argument("--seed", metavar="N", type=int)
    for command in (vary, region, extend):
        command.add_argument("--engine", metavar="ENGINE", help="another one than the clip's own")


def _exporting(words: Any) -> None:
    from app.cli import project_export
    from app.core.timeline.export.wish import CODECS, KINDS

    endings = ", ".join(one for kind in KINDS.values() for one in kind)
    command = _command(words, "export", project_export.export, "write it as a film, sounds, notes, an edit list ...")
    command.add_argument("file", metavar="FILE", type=Path, help=f"its ending decides: {endings}")
    command.add_argument("--codec", choices=tuple(CODECS), default="", help="default: the usual one of the ending")
    command.add_argument("--quality", choices=("draft", "good", "best"), default="good")
    command.add_argument("--size", metavar="WxH", type=_size, help="default: the project's")
    command.add_argument("--fps", metavar="F", type=_rational, help="default: the project's")
    command.add_argument("--from", dest="since", metavar="WHEN", help=MOMENT)
    command.add_argument("--to", dest="until", metavar="WHEN")
    command.add_argument("--silent", action="store_true", help="a film without its sound")
    command.add_argument("--bits", type=int, choices=(16, 24, 32), default=24, help="of a WAV or FLAC")
    command.add_argument("--loudness", metavar="LUFS", type=float, help="reached by a gain, such as -14")
    command.add_argument("--stems", action="store_true", help="a file for each track that sounds")
    command.add_argument("--alpha", action="store_true", help="keep clear what is clear, where the format can")
    command.add_argument("--clip", metavar="CLIP", help="whose surface is wanted, for .glb")
    command.add_argument("--words", choices=("titles", "prompts", "markers"), default="", help="for .srt")


# ---------------------------------------------------------------- what is typed


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)[xX×](\d+)", text.strip())
    if not found:
        raise ArgumentTypeError(f"{text!r} is no size; write WIDTHxHEIGHT, as in 1280x720")
    return int(found[1]), int(found[2])


def _rational(text: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise ArgumentTypeError(f"{text!r} is no number; write 24, 23.976 or 24000/1001") from None


def _metre(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    if not found:
        raise ArgumentTypeError(f"{text!r} is no metre; write 4/4")
    return int(found[1]), int(found[2])
