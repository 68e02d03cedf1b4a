"""Projects edited at random: every function of `app.core.timeline.edit` and `.keys`, with sense and without."""

import random
from collections.abc import Callable
from fractions import Fraction
from typing import get_args

import msgspec

from app.core.timeline import edit, keys
from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing
from app.core.timeline.easing import EASINGS
from app.core.timeline.values import (
    Ask,
    Clip,
    ControlFeed,
    Feature,
    Feed,
    Key,
    Lane,
    Look,
    Marker,
    Medium,
    Metre,
    Modulator,
    Project,
    Take,
    Tempo,
    Timeline,
    Title,
    Track,
    TrackKind,
)
from engines.contract import Refused

replace = msgspec.structs.replace
TARGETS = ("guidance", "gain", "scale", "seed", "control:edges", "adapter:ink")
Edit = Callable[[random.Random, Timeline], Timeline]


# ---------------------------------------------------------------- values at random


def moment(r: random.Random, most: int = 40) -> Fraction:
    """A time of frames, of music, of a float, or any."""
    bottom = r.choice([1, 24, 25, 48000, 7, 960, r.randint(1, 1000)])
    if r.random() < 0.1:
        return Fraction(r.random() * most)
    return Fraction(r.randint(0, most * bottom), bottom)


def name(r: random.Random) -> str:
    return r.choice(["", "drum", "Ein Lied 🍎", 'with "quotes"\n', "x" * 40])


def media(r: random.Random) -> str:
    return "sha256-" + f"{r.randint(0, 9)}" * 64 + r.choice([".png", ".wav", ".mp4", ".glb"])


def feed(r: random.Random, timeline: Timeline) -> Feed:
    clips = [clip.id for track in timeline.tracks for clip in track.clips]
    if clips and r.random() < 0.5:
        return Feed(clip=r.choice(clips), at=r.choice(["all", "first", "last", "moment"]), moment=moment(r, 3))
    return Feed(media=media(r), make=r.choice(["", "depth", "canny"]))


def lane(r: random.Random, timeline: Timeline) -> Lane:
    rows = {moment(r, 9): Key(moment(r, 9), r.gauss(0, 3), r.choice([*EASINGS])) for _ in range(r.randint(0, 5))}
    ids = [one.id for track in timeline.tracks for one in (track, *track.clips)]
    steered = Modulator(r.choice(ids), r.choice(get_args(Feature)), gain=r.gauss(0, 1)) if r.random() < 0.3 else None
    points = tuple(replace(key, at=at, after=(r.random(), r.gauss(0, 1))) for at, key in sorted(rows.items()))
    return Lane(r.choice(TARGETS), points, r.choice(["", "v + sin(t)", "b * rms()"]), steered, r.random() < 0.9)


def take(r: random.Random) -> Take:
    made = Ask("image/sticker", name(r), seed=r.randint(0, 2**62)) if r.random() < 0.5 else None
    return Take(media(r), moment(r), "generate", made, "0" * 32, draft=r.random() < 0.5, created=r.random() * 1e9)


def ask(r: random.Random, timeline: Timeline) -> Ask:
    return Ask(
        r.choice(["image/sticker", "audio/tune"]),
        name(r),
        size=r.choice([None, (256, 128)]),
        options={"steps": r.randint(1, 50), "guidance": r.random() * 9, "loop": True, "style": "flat"},
        draft=r.choice([{}, {"steps": 4}]),
        start=feed(r, timeline) if r.random() < 0.3 else None,
        controls=(ControlFeed("edges", feed(r, timeline), r.random()),) if r.random() < 0.3 else (),
        adapters=r.choice([{}, {"ink": r.gauss(0, 1)}]),
        region=r.choice([None, (Fraction(0), moment(r, 3))]),
    )


def clip(r: random.Random, timeline: Timeline) -> Clip:
    takes = tuple(take(r) for _ in range(r.randint(0, 2)))
    return Clip(
        moment(r),
        moment(r, 6) + Fraction(1, 100),
        name(r),
        ask(r, timeline) if r.random() < 0.6 else None,
        takes,
        takes[-1].id if takes else "",
        offset=moment(r, 2),
        speed=r.choice([Fraction(1), Fraction(-1), Fraction(1, 3), Fraction(1001, 1000)]),
        title=Title(name(r), size=r.random()) if r.random() < 0.2 else None,
        look=Look(x=r.gauss(0, 1), blend=r.choice(["normal", "screen"])),
        fade_in=moment(r, 1),
        lanes=tuple(lane(r, timeline) for _ in range(r.randint(0, 2))),
    )


# ---------------------------------------------------------------- edits


def some(r: random.Random, timeline: Timeline) -> list[str]:
    """The ids of a few clips, sometimes one that has gone."""
    ids = [clip.id for track in timeline.tracks for clip in track.clips]
    return r.sample(ids, min(len(ids), r.randint(1, 3))) + (["gone"] if r.random() < 0.05 else [])


def one(r: random.Random, timeline: Timeline) -> str:
    return r.choice(some(r, timeline) or ["gone"])


def track(r: random.Random, timeline: Timeline) -> str:
    return r.choice(timeline.tracks).id if timeline.tracks else "gone"


def within(r: random.Random, timeline: Timeline, id: str) -> Fraction:
    """A moment in a clip."""
    here = edit.clip_of(timeline, id)
    return here.start + here.length * Fraction(r.randint(0, 97), 97)


def lane_edit(r: random.Random, timeline: Timeline) -> Timeline:
    """Change a lane by one of the functions of `keys`."""
    owners = [thing for row in timeline.tracks for thing in (row, *row.clips) if thing.lanes]
    owner = r.choice(owners or [Track("audio", lanes=(Lane("gain"),), id="gone")])
    here = r.choice(owner.lanes)
    chosen = [n for n in range(len(here.keys)) if r.random() < 0.5]
    clock, at = Clock(timeline, Fraction(24)), moment(r, 9)
    bent: list[Callable[[], Lane]] = [
        lambda: keys.toggled(here, at, r.gauss(0, 2)),
        lambda: keys.added(here, at)[0],
        lambda: keys.moved(here, chosen, at - 4, r.gauss(0, 1))[0],
        lambda: keys.scaled(here, chosen, (at, 0.0), Fraction(r.random() * 2), r.gauss(0, 1))[0],
        lambda: keys.snapped(here, chosen, r.choice(["beat", "frame", "bar", "1/4"]), clock)[0],
        lambda: keys.eased(here, chosen, r.choice([*EASINGS])),
        lambda: keys.pasted(here, keys.copied(here, chosen), at)[0],
        lambda: keys.removed(here, chosen),
        lambda: keys.baked(here, 1.0, Hearing(clock), (at, at + 1), step=Fraction(1, 12), tolerance=0.1),
    ]
    return edit.put_lane(timeline, owner.id, r.choice(bent)())


EDITS: dict[str, Edit] = {
    "add_track": lambda r, t: edit.add_track(
        t, Track(r.choice(get_args(TrackKind)), name(r), lanes=(lane(r, t),) if t.tracks else ()), r.randint(0, 3)
    ),
    "remove_track": lambda r, t: edit.remove_track(t, track(r, t)) if r.random() < 0.3 else t,
    "move_track": lambda r, t: edit.move_track(t, track(r, t), r.randint(0, 4)),
    "change_track": lambda r, t: edit.change_track(
        t,
        track(r, t),
        **r.choice([{"gain": r.gauss(0, 6)}, {"mute": True}, {"locked": r.random() < 0.3}, {"height": 60}]),
    ),
    "add_clips": lambda r, t: edit.add_clips(t, track(r, t), [clip(r, t) for _ in range(r.randint(1, 2))]),
    "remove_clips": lambda r, t: edit.remove_clips(t, some(r, t), ripple=r.random() < 0.5),
    "clear": lambda r, t: edit.clear(t, track(r, t), *sorted([moment(r), moment(r)])),
    "move_clips": lambda r, t: edit.move_clips(t, some(r, t), moment(r, 9) - 4, r.choice([0, 0, 1, -1])),
    "trim": lambda r, t: edit.trim(
        t, (id := one(r, t)), r.choice([None, within(r, t, id), moment(r)]), r.choice([None, within(r, t, id)])
    ),
    "slip": lambda r, t: edit.slip(t, one(r, t), moment(r, 2) - 1),
    "split": lambda r, t: edit.split(t, [id := one(r, t), *some(r, t)], within(r, t, id)),
    "change_clip": lambda r, t: edit.change_clip(
        t,
        one(r, t),
        **r.choice([{"name": name(r)}, {"look": Look(scale=r.random())}, {"ask": ask(r, t)}, {"loop": True}]),
    ),
    "add_take": lambda r, t: edit.add_take(t, one(r, t), take(r), choose=r.random() < 0.7),
    "copied": lambda r, t: edit.add_clips(
        t,
        track(r, t),
        [replace(copy, start=copy.start + moment(r)) for copy in edit.copied([edit.clip_of(t, one(r, t))])],
    ),
    "put_lane": lambda r, t: edit.put_lane(t, r.choice([track, one])(r, t), lane(r, t)),
    "remove_lane": lambda r, t: (
        edit.remove_lane(t, owner.id, owner.lanes[-1].id)
        if (owner := r.choice([*t.tracks, *(clip for row in t.tracks for clip in row.clips)])).lanes
        else t
    ),
    "keys": lane_edit,
    "add_marker": lambda r, t: edit.add_marker(t, Marker(moment(r), name(r), moment(r, 2))),
    "remove_marker": lambda r, t: edit.remove_marker(t, r.choice([*t.markers, Marker(Fraction(0))]).id),
    "set_tempo": lambda r, t: edit.set_tempo(
        t, Tempo(Fraction(r.randint(0, 64)), Fraction(r.choice([0, 60, 90, 120, 128])) + Fraction(r.randint(0, 9), 10))
    ),
    "set_metre": lambda r, t: edit.set_metre(t, Metre(r.randint(0, 16), r.randint(0, 7), r.choice([2, 3, 4, 8]))),
}


def edited(r: random.Random, project: Project) -> Project:
    """The project after an edit; the very same where that was refused, or made of what is not there."""
    if r.random() < 0.06:
        return _whole(r, project)
    try:
        return edit.with_timeline(project, EDITS[r.choice([*EDITS])](r, project.timeline))
    except (Refused, KeyError, IndexError):
        return project


def _whole(r: random.Random, project: Project) -> Project:
    """What concerns the project, not its timeline."""
    fresh = Medium("audio", moment(r), rate=44100, channels=2, name=name(r))
    changes: list[dict[str, object]] = [
        {"name": name(r) or "Untitled"},
        {"fps": r.choice([Fraction(24), Fraction(30000, 1001)])},
        {"width": r.randint(16, 4096)},
        {"media": project.media | {media(r): fresh}},
    ]
    return replace(project, **r.choice(changes))


def begun(r: random.Random, steps: int) -> Project:
    """A project that has been worked on for a while."""
    rows = (Track("picture", "V", id="v"), Track("picture", "W", id="w"), Track("audio", id="a"))
    timeline = Timeline(tracks=rows, id="main")
    for n in range(9):
        timeline = edit.add_clips(timeline, rows[n % 3].id, [replace(clip(r, timeline), start=Fraction(n * 5))])
    project = Project(timelines=(timeline,))
    for _ in range(steps):
        project = edited(r, project)
    return project
