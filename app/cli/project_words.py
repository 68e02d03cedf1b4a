"""What the words of `darkroom project` mean: moments and lengths, clips by name, inputs, lanes."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, TypeVar, get_args

import msgspec

from app.core.project import Document
from app.core.timeline import edit
from app.core.timeline.clock import Clock
from app.core.timeline.edit import with_timeline
from app.core.timeline.values import (
    ZERO,
    Clip,
    Feature,
    Feed,
    Key,
    Lane,
    Modulator,
    Project,
    Time,
    Timeline,
    Track,
)
from engines.contract import Refused

replace = msgspec.structs.replace

_T = TypeVar("_T", bound=Clip | Track)

MOMENT = "a moment: 1.5 or 3/2 seconds, 5|1 a bar and beat, 36f a frame, 00:00:02:12 a timecode, end"
LENGTH = "how long: 1.5 or 3/2 seconds, 2bars, 3beats, 36f frames"
_NUMBER = re.compile(r"-?\d+(\.\d+)?|-?\d+/[1-9]\d*")
_UNIT = re.compile(r"(-?\d+(?:\.\d+)?(?:/[1-9]\d*)?)\s*(bars?|beats?|f|s)")
_CODE = re.compile(r"(\d+):(\d\d):(\d\d)[:;](\d\d)")


class Sheet(NamedTuple):
    """A project as a command works on it."""

    document: Document
    project: Project

    @property
    def timeline(self) -> Timeline:
        return self.project.timeline

    @property
    def clock(self) -> Clock:
        return Clock(self.timeline, self.project.fps)

    def save(self, timeline: Timeline) -> "Sheet":
        """The same with another timeline, on the disk."""
        return self.save_project(with_timeline(self.project, timeline))

    def save_project(self, project: Project) -> "Sheet":
        """The same with another project, on the disk."""
        self.document.save(project)
        return Sheet(self.document, project)

    def take_in(self, path: Path) -> tuple["Sheet", str]:
        """The same with a file among its media, and its name there."""
        name, facts = self.document.take_in(path)
        return Sheet(self.document, replace(self.project, media=self.project.media | {name: facts})), name


def opened(path: Path) -> Sheet:
    """The project in a folder."""
    document = Document.at(path)
    return Sheet(document, document.load())


# ---------------------------------------------------------------- time


def moment(text: str, clock: Clock, end: Time = ZERO) -> Time:
    """A moment on the timeline; `end` is what 'end' means. Refused('bad-request')."""
    text = text.strip()
    if text == "end":
        return end
    if "|" in text:
        return _bar(text, clock)
    if code := _CODE.fullmatch(text):
        hours, minutes, seconds, frame = map(int, code.groups())
        return 3600 * hours + 60 * minutes + seconds + clock.at_frame(frame)
    return length(text, clock, ZERO)


def _bar(text: str, clock: Clock) -> Time:
    words = text.split("|")
    if not 2 <= len(words) <= 3 or not all(word.strip().isdigit() for word in words) or "0" in words[:2]:
        raise Refused("bad-request", f"{text!r} is no bar and beat: write 5|1, both counted from 1.")
    bar, beat = int(words[0]), int(words[1])
    ticks = Fraction(int(words[2]), 960) if len(words) == 3 else ZERO
    since = clock.at_bar(bar, beat)
    return since + ticks * (clock.at_bar(bar, beat + 1) - since)


def length(text: str, clock: Clock, since: Time) -> Time:
    """A length that begins at a moment. Refused('bad-request')."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return Fraction(text)
    found = _UNIT.fullmatch(text)
    if not found:
        raise Refused("bad-request", f"{text!r} is no time: write 1.5, 3/2, 2bars, 3beats or 36f.")
    count, unit = Fraction(found[1]), found[2]
    if unit == "f":
        return count / clock.fps
    if unit == "s":
        return count
    metre = clock.metre(since)
    quarters = count * Fraction(4, metre.unit) * (metre.beats if unit.startswith("bar") else 1)
    return clock.seconds(clock.beats(since) + quarters) - since


# ---------------------------------------------------------------- names


def clip_named(timeline: Timeline, word: str) -> Clip:
    """The clip of that id or name. Refused('bad-request') where there is none, or several."""
    return _named(word, [clip for track in timeline.tracks for clip in track.clips], "clip")


def track_named(timeline: Timeline, word: str) -> Track:
    """The track of that id or name."""
    return _named(word, list(timeline.tracks), "track")


def _named(word: str, rows: Sequence[_T], kind: str) -> _T:
    close = [one for one in rows if one.id == word] or [one for one in rows if one.name.casefold() == word.casefold()]
    close = close or [one for one in rows if len(word) > 2 and one.id.startswith(word)]
    if len(close) == 1:
        return close[0]
    known = ", ".join(dict.fromkeys(one.name or one.id for one in rows[:50])) or "none"
    if close:
        ids = ", ".join(one.id for one in close[:8])
        raise Refused("bad-request", f"{len(close)} of them are called {word!r}: say which by its id ({ids}).")
    raise Refused("bad-request", f"There is no {kind} {word!r}; there are: {known}.")


def owner_named(timeline: Timeline, word: str) -> Clip | Track:
    """The clip or track of that id or name."""
    rows: list[Clip | Track] = list(timeline.tracks)
    rows += [clip for track in timeline.tracks for clip in track.clips]
    return _named(word, rows, "clip or track")


# ---------------------------------------------------------------- inputs


def feed(sheet: Sheet, text: str, make: str = "") -> tuple[Sheet, Feed]:
    """'FILE', 'CLIP', 'CLIP@first', 'CLIP@last' or 'CLIP@SECONDS' as an input; a file joins the project's media."""
    if Path(text).is_file():
        sheet, name = sheet.take_in(Path(text))
        return sheet, Feed(media=name, make=make)
    word, sign, at = text.rpartition("@")
    word, at = (word, at) if sign else (text, "")
    clip = clip_named(sheet.timeline, word).id
    if at in ("first", "last"):
        return sheet, Feed(clip=clip, at=at, make=make)  # type: ignore[arg-type]
    if at:
        return sheet, Feed(clip=clip, at="moment", moment=length(at, sheet.clock, ZERO), make=make)
    return sheet, Feed(clip=clip, make=make)


# ---------------------------------------------------------------- lanes


class LaneWords(NamedTuple):
    """What the flags say of lanes, each TARGET=REST."""

    keys: Sequence[str] = ()
    expressions: Sequence[str] = ()
    modulators: Sequence[str] = ()


def lanes(sheet: Sheet, said: LaneWords, since: Time, known: Sequence[Lane] = ()) -> tuple[Lane, ...]:
    """The lanes `known` with what is said of them; times of keys count from `since`."""
    found = {lane.target: lane for lane in known}
    readers: list[tuple[Sequence[str], str, Callable[[str], object]]] = [
        (said.keys, "keys", lambda text: keys(text, sheet.clock, since)),
        (said.expressions, "expression", str),
        (said.modulators, "modulator", lambda text: modulator(sheet.timeline, text)),
    ]
    for words, field, read in readers:
        for word in words:
            target, sign, text = word.partition("=")
            if not sign or not target.strip():
                raise Refused("bad-request", f"{word!r} names no number to be moved: write TARGET=...")
            lane = found.get(target.strip(), Lane(target.strip()))
            found[lane.target] = replace(lane, **{field: read(text.strip())})
    return tuple(found.values())


def keys(text: str, clock: Clock, since: Time) -> tuple[Key, ...]:
    """'0:2,1:6:ease-in-sine,2bars:3' as keys: a time from the owner's beginning, a value, an easing."""
    found = []
    for word in text.split(","):
        at, _, rest = word.partition(":")
        value, _, ease = rest.partition(":")
        try:
            number = float(value)
        except ValueError:
            raise Refused("bad-request", f"{word!r} is no key: write TIME:VALUE, as in 0:2,1:6.") from None
        found.append(Key(length(at, clock, since), number, ease.strip() or "linear"))
    return tuple(sorted(found, key=lambda key: key.at))


def modulator(timeline: Timeline, text: str) -> Modulator:
    """'Drums:onset,gain=0.5,release=0.2,how=multiply' as a modulator; the sound is a clip or a track."""
    name, sign, rest = text.partition(":")
    feature, *settings = [word.strip() for word in rest.split(",")]
    if not sign or feature not in get_args(Feature):
        known = ", ".join(get_args(Feature))
        raise Refused("bad-request", f"{text!r} is no modulator: write CLIP:FEATURE, one of {known}.")
    told: dict[str, object] = {}
    for word in settings:
        field, _, value = word.partition("=")
        told[field.strip()] = value.strip() if field.strip() == "how" else _float(field, value)
    owner = owner_named(timeline, name.strip())
    try:
        return msgspec.convert({"clip": owner.id, "feature": feature, **told}, Modulator, strict=True)
    except msgspec.ValidationError as error:
        raise Refused("bad-request", f"The modulator {text!r} cannot be read: {error}.") from error


def _float(field: str, value: str) -> float:
    if field.strip() not in ("attack", "release", "gain", "offset"):
        raise Refused("bad-request", f"A modulator has attack, release, gain, offset and how, not {field!r}.")
    try:
        return float(value)
    except ValueError:
        raise Refused("bad-request", f"{field} of a modulator must be a number, not {value!r}.") from None


def put_lanes(sheet: Sheet, owner: Clip | Track, said: LaneWords) -> Timeline:
    """The timeline with what is said of the lanes of a clip or track."""
    since = owner.start if isinstance(owner, Clip) else ZERO
    timeline = sheet.timeline
    for lane in lanes(sheet, said, since, owner.lanes):
        timeline = edit.put_lane(timeline, owner.id, lane)
    return timeline
