"""project new, info, verify, pack, unpack: what is done with a project as a whole."""

import json
from argparse import Namespace
from fractions import Fraction
from typing import Any

import msgspec

from app.cli.project_words import opened
from app.core import project as projects
from app.core.project import Document
from app.core.timeline import schema, states
from app.core.timeline.clock import Clock
from app.core.timeline.values import Clip, Metre, Project, Tempo, Timeline, Track, plain


def new(args: Namespace) -> int:
    """Begin a project in a new folder."""
    timeline = Timeline(id="main", tempos=(Tempo(Fraction(0), args.bpm),), metres=(Metre(0, *args.metre),))
    width, height = args.size
    made = Project(
        name=args.name or args.project.stem,
        width=width,
        height=height,
        fps=args.fps,
        rate=args.rate,
        timelines=(timeline,),
    )
    document = Document.new(args.project, schema.checked(made, str(args.project)))
    say(args, {"event": "project", "path": str(document.folder)}, str(document.folder))
    return 0


def info(args: Namespace) -> int:
    """Say what is in it: as text, or with --json the whole project and the state of every clip."""
    sheet = opened(args.project)
    project, timeline = sheet.project, sheet.timeline
    clips = [clip for track in timeline.tracks for clip in track.clips]
    found = {clip.id: states.state(project, timeline, clip) for clip in clips}
    if args.json:
        told = msgspec.json.decode(msgspec.json.encode(project, enc_hook=plain))
        print(json.dumps({"project": told, "states": found, "end": plain(timeline.end)}, ensure_ascii=False))
        return 0
    print(head(project))
    for track in timeline.tracks:
        print(_track(track))
        for clip in track.clips:
            print(f"    {_clip(clip, sheet.clock, found[clip.id])}")
    for marker in timeline.markers:
        print(f"marker {sheet.clock.bars_and_beats(marker.at)}  {marker.name}")
    return 0


def head(project: Project) -> str:
    """'Untitled: 1280x720, 24 frames a second, 120 bpm 4/4, 16.00 s'."""
    timeline, metre = project.timeline, project.timeline.metres[0]
    size = f"{project.width}x{project.height}, {float(project.fps):g} frames a second"
    music = f"{float(timeline.tempos[0].bpm):g} bpm {metre.beats}/{metre.unit}"
    return f"{project.name}: {size}, {music}, {float(timeline.end):.2f} s"


def _track(track: Track) -> str:
    marks = [word for word in ("mute", "solo", "locked") if getattr(track, word)]
    lanes = [f"~{lane.target}" for lane in track.lanes]
    return " ".join([track.kind, track.name or track.id, *marks, *lanes])


def _clip(clip: Clip, clock: Clock, state: str) -> str:
    what = clip.ask.engine if clip.ask else "title" if clip.title else "prompt" if clip.text else clip.shows
    what = what if clip.ask or clip.title or clip.text or clip.mesh else "media"
    words = clip.ask.prompt if clip.ask else clip.title.text if clip.title else clip.text
    lanes = " ".join(f"~{lane.target}" for lane in clip.lanes)
    begin, end = clock.bars_and_beats(clip.start), clock.bars_and_beats(clip.end)
    parts = [f"{begin} to {end}", clip.name or clip.id, what, repr(words) if words else "", lanes, state]
    return "  ".join(part for part in parts if part)


def verify(args: Namespace) -> int:
    """Look whether its media are whole and there."""
    sheet = opened(args.project)
    found = sheet.document.verify(sheet.project)
    for sentence in found:
        say(args, {"event": "damaged", "sentence": sentence}, sentence)
    if not found:
        count = len(projects.used(sheet.project))
        say(args, {"event": "whole", "media": count}, f"The project is whole: {count} media files.")
    return 3 if found else 0


def pack(args: Namespace) -> int:
    """Write it with its media as one file."""
    target = args.file if args.file.suffix else args.file.with_suffix(projects.SUFFIX)
    path = opened(args.project).document.pack(target)
    say(args, {"event": "packed", "path": str(path)}, str(path))
    return 0


def unpack(args: Namespace) -> int:
    """Make a folder of a packed project."""
    document = projects.unpacked(args.file, args.project)
    say(args, {"event": "project", "path": str(document.folder)}, str(document.folder))
    return 0


def say(args: Namespace, event: dict[str, Any], sentence: str) -> None:
    """A line for programs, or one for people."""
    print(json.dumps(event, ensure_ascii=False) if args.json else sentence, flush=True)
