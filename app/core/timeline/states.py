"""What state a clip is in: what it was made of is compared with what it would be made of now."""

import hashlib
import re
from typing import Literal

import msgspec

from app.core.timeline import numbers
from app.core.timeline.edit import clip_of, cut_clip, track_of
from app.core.timeline.prompts import words
from app.core.timeline.values import Ask, Clip, Feed, Lane, Modulator, Project, Take, Time, Timeline, plain
from engines.contract import Refused

State = Literal["empty", "draft", "final", "stale"]  # and, of a job that runs for it: queued, developing

_BEATS = re.compile(r"\bb\b")  # of an expression that asks for the beats of the music


def state(project: Project, timeline: Timeline, clip: Clip) -> State:
    """'stale' when something it was made of has changed; a clip that is not made of anything is 'final'."""
    if clip.ask is None:
        return "final"
    take = clip.shown
    if take is None:
        return "empty"
    if take.print and take.print not in (fingerprint(project, timeline, clip), _then(project, timeline, clip, take)):
        return "stale"
    return "draft" if take.draft else "final"


def fingerprint(project: Project, timeline: Timeline, clip: Clip) -> str:
    """A hash of all that decides what is made for a clip: its request, its lanes, its length, and what its inputs
    show. Whether it is a draft is no part of it. Refused('bad-request') when clips feed each other in a circle."""
    return _print(project, timeline, clip, ())


def _then(project: Project, timeline: Timeline, clip: Clip, take: Take) -> str:
    """The print of a clip that shows a part of its take, as it was before it was cut; '' where it shows more. What
    stands still is not made longer, however long it is shown."""
    if take.asked is None or clip.speed <= 0:
        return ""
    since, length = take.asked
    if not take.length and not deciding(clip) and clip.ask is not None and clip.ask.prompt:
        return fingerprint(project, timeline, msgspec.structs.replace(clip, length=length))
    start = clip.start - (clip.offset - since) / clip.speed
    if not (start <= clip.start and clip.end <= start + length):
        return ""
    return fingerprint(project, timeline, cut_clip(clip, start, start + length))


def _print(project: Project, timeline: Timeline, clip: Clip, above: tuple[str, ...]) -> str:
    if clip.id in above:
        raise Refused("bad-request", f"The clip {clip.name or clip.id!r} would be made of itself: change its inputs.")
    ask = clip.ask
    told: list[object] = [msgspec.structs.replace(ask, draft={}, region=None) if ask else None, clip.length]
    told += [_lane(one) for one in deciding(clip)]
    told += [project.width, project.height, project.fps]
    told += [_shown(project, timeline, feed, (*above, clip.id)) for feed in feeds(ask)]
    told += [_said(one, clip) for one in _words(timeline, clip)]
    told += [
        _heard(project, timeline, one.modulator.clip, (*above, clip.id), since=clip.start)
        for one in deciding(clip)
        if one.modulator
    ]
    told += [
        _heard(project, timeline, modulator.clip, (*above, clip.id), since=clip.start)
        for modulator in heard(timeline, clip)
    ]
    if any(_BEATS.search(one.expression) for one in deciding(clip)):
        told += [clip.start, timeline.tempos]
    return hashlib.sha256(msgspec.json.encode(told, enc_hook=plain, order="sorted")).hexdigest()[:32]


def _words(timeline: Timeline, clip: Clip) -> list[Clip]:
    """The prompt clips over a clip that is made and says nothing itself."""
    if clip.ask is None or clip.ask.prompt:
        return []
    return [one for row in words(timeline, clip) for one in row]


def heard(timeline: Timeline, clip: Clip) -> list[Modulator]:
    """What the words over a clip follow."""
    lanes = [lane for one in _words(timeline, clip) for lane in deciding(one)]
    return [lane.modulator for lane in lanes if lane.modulator is not None]


def _said(one: Clip, clip: Clip) -> list[object]:
    """What a prompt clip says of a clip, and when."""
    return [one.text, one.weight, one.start - clip.start, one.length, *(_lane(lane) for lane in deciding(one))]


def feeds(ask: Ask | None) -> list[Feed]:
    """All the places a request's media come from."""
    if ask is None:
        return []
    return [feed for feed in (ask.start, ask.last, ask.mask, *(one.feed for one in ask.controls)) if feed is not None]


def deciding(clip: Clip) -> tuple[Lane, ...]:
    """The lanes that steer what is made, not how it is shown."""
    return tuple(lane for lane in clip.lanes if lane.on and lane.target not in numbers.SEEN)


def sources(timeline: Timeline, clip: Clip) -> list[str]:
    """The ids of the clips that this one is made of, by its inputs and its modulators."""
    found = [feed.clip for feed in feeds(clip.ask) if feed.clip]
    for lane in deciding(clip):
        if lane.modulator is not None:
            found += _clips(timeline, lane.modulator.clip)
    for modulator in heard(timeline, clip):
        found += _clips(timeline, modulator.clip)
    return list(dict.fromkeys(found))


def _clips(timeline: Timeline, id: str) -> list[str]:
    """The clip of that id, or all of that track."""
    try:
        track = track_of(timeline, id)
    except KeyError:
        return []
    return [clip.id for clip in track.clips] if track.id == id else [id]


def _shown(project: Project, timeline: Timeline, feed: Feed, above: tuple[str, ...]) -> object:
    """What an input shows: its media, or the chosen take of a clip and how it is cut; where that is to be made yet or
    anew, what it will be made of."""
    if not feed.clip:
        return feed.media
    try:
        clip = clip_of(timeline, feed.clip)
    except KeyError:
        return "gone"
    made = _print(project, timeline, clip, above) if clip.ask is not None else ""
    path = [_lane(one) for one in deciding(clip)] if clip.mesh else []  # of the camera
    told = [made, clip.shown.media if clip.shown else "", clip.offset, clip.speed, clip.mesh, clip.shows, path]
    lasts = clip.shown is not None and clip.shown.length > 0 and feed.at in ("all", "last")
    return [*told, clip.length, clip.loop] if lasts else told


def _lane(lane: Lane) -> object:
    return lane.target, lane.keys, lane.expression, lane.modulator, lane.origin


def _heard(project: Project, timeline: Timeline, id: str, above: tuple[str, ...], *, since: Time) -> list[object]:
    """What a modulator follows, and when, counted from where its lane's clip begins."""
    heard: list[object] = []
    for one in _clips(timeline, id):
        clip = clip_of(timeline, one)
        heard.append([_shown(project, timeline, Feed(clip=one), above), clip.start - since, clip.length, clip.loop])
    return heard
