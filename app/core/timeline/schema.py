"""Reading projects of every version there has been: an upgrade turns the JSON of a version into that of the next."""

import itertools
from collections.abc import Callable
from typing import Any

import msgspec

from app.core.timeline.easing import EASINGS
from app.core.timeline.values import VERSION, Project, rational
from engines.contract import Refused

UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}  # version -> to the next


def loads(text: bytes, name: str) -> Project:
    """The project in `text`. Refused('bad-file') when it is none, is damaged, or a newer Darkroom made it."""
    try:
        raw = msgspec.json.decode(text)
        version = raw.get("version", 1) if isinstance(raw, dict) else None
        if not isinstance(version, int) or version < 1:
            raise Refused("bad-file", f"{name} is no project of Darkroom.")
        if version > VERSION:
            raise Refused("bad-file", f"{name} was made by a newer Darkroom (version {version}): update this one.")
        for step in range(version, VERSION):
            raw = UPGRADES[step](raw)
        return checked(msgspec.convert(raw | {"version": VERSION}, Project, dec_hook=rational, strict=True), name)
    except (msgspec.MsgspecError, RecursionError, ValueError, ZeroDivisionError) as error:
        raise Refused("bad-file", f"The project {name} is damaged: {str(error)[:200]}.") from error


def checked(project: Project, name: str) -> Project:
    """The project, where its numbers make sense: sizes, rates, tempos, lengths above 0, every id once, easings
    that there are."""
    wrong = _wrong(project)
    if wrong:
        raise Refused("bad-file", f"The project {name} is damaged: {wrong}.")
    return project


def _wrong(project: Project) -> str:
    if not (1 <= project.width <= 16384 and 1 <= project.height <= 16384):
        return f"its picture of {project.width}x{project.height} is out of range"
    if not (0 < project.fps <= 1000) or not (8000 <= project.rate <= 384000) or not project.timelines:
        return "its rates are out of range, or it has no timeline"
    for timeline in project.timelines:
        if not timeline.tempos or not timeline.metres or any(one.bpm <= 0 for one in timeline.tempos):
            return "a tempo or a metre is missing or out of range"
        if timeline.tempos[0].beat != 0 or timeline.metres[0].bar != 0:
            return "its tempos or metres do not begin at the beginning"
        if any(one.beats < 1 or one.unit < 1 for one in timeline.metres):
            return "a metre is out of range"
        ids = [track.id for track in timeline.tracks]
        clips = [clip for track in timeline.tracks for clip in track.clips]
        ids += [clip.id for clip in clips]
        if len(ids) != len(set(ids)):
            return "two of its tracks or clips have one name"
        if any(clip.length <= 0 or clip.start < 0 or clip.speed == 0 for clip in clips):
            return "a clip has no length, no speed, or begins before the beginning"
        lanes = [lane for track in timeline.tracks for lane in track.lanes]
        lanes += [lane for clip in clips for lane in clip.lanes]
        if any(a.at >= b.at for lane in lanes for a, b in itertools.pairwise(lane.keys)):
            return "the keys of a lane are not in the order of their times"
        unknown = next((key.ease for lane in lanes for key in lane.keys if key.ease not in EASINGS), None)
        if unknown is not None:
            return f"a key has an easing {unknown[:40]!r}, which there is none of"
    return ""
