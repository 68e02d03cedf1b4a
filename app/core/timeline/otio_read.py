"""A project from OpenTimelineIO: one of ours is the project it was, with what another program has changed in it; a
foreign one becomes tracks and clips, its media copied into the project."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

import msgspec

from app.core.project import Document
from app.core.timeline import otio_check, schema
from app.core.timeline.otio import DEFAULT, OURS, called, media_start
from app.core.timeline.values import ZERO, Ask, Clip, Marker, Medium, Project, Take, Time, Timeline, Track, rational
from engines.contract import Refused

LARGEST = 2**27  # bytes of a file
NEAR = Fraction(1, 100_000)  # seconds that a time may be off and still be the one we wrote
NTSC = (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001))
ENDINGS = (".otio", ".otioz", ".edl", ".fcpxml")

replace = msgspec.structs.replace
TakeIn = Callable[[Path], tuple[str, Medium]]


def read(path: Path, document: Document | None = None) -> Project:
    """The project in an OpenTimelineIO file (or, by its adapters, an EDL or one of Final Cut). Media that are found are
    copied into `document`. Refused('bad-file') with one sentence; media that are not found are named in the clips."""
    import opentimelineio as library

    if path.suffix.lower() not in ENDINGS:
        raise Refused("bad-file", f"{path.name} is no edit that can be read; it is one of {', '.join(ENDINGS)}.")
    try:
        if path.stat().st_size > LARGEST:
            raise Refused("bad-file", f"{path.name} is too large to be an edit.")
        if path.suffix.lower() == ".otio":
            otio_check.check(path.read_bytes())
        found = library.adapters.read_from_file(str(path))
    except OSError as error:
        raise Refused("bad-file", f"{path.name} cannot be read: {error.strerror or error}.") from error
    except (library.exceptions.OTIOError, ValueError, TypeError, LookupError, AttributeError) as error:
        why = " ".join(str(error).split())[:200]
        raise Refused("bad-file", f"{path.name} is damaged or no edit: {why}.") from error
    timeline = _timeline_in(found)
    if timeline is None:
        raise Refused("bad-file", f"{path.name} holds no timeline.")
    return from_otio(timeline, document.take_in if document is not None else None, path)


def _timeline_in(found: Any) -> Any:
    """The timeline an adapter gave, or the first in a collection."""
    import opentimelineio as library

    if isinstance(found, library.schema.Timeline):
        return found
    if isinstance(found, library.schema.SerializableCollection):
        return next((one for part in found if (one := _timeline_in(part)) is not None), None)
    return None


def from_otio(timeline: Any, take_in: TakeIn | None = None, path: Path | None = None) -> Project:
    """The project in an opentimelineio Timeline. Refused('bad-file') when what it says makes no sense."""
    name = path.name if path is not None else timeline.name
    try:
        ours = _plain(timeline.metadata.get(OURS))
        own = isinstance(ours, dict) and {"project", "timelines", "timeline"} <= set(ours)
        reading = _Reading(timeline, take_in, path)
        made = _known(ours, reading) if own else _foreign(timeline, reading)
        return schema.checked(schema.loads(_dumped(made), name), name)
    except (msgspec.MsgspecError, ValueError, LookupError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise Refused("bad-file", f"The edit {name} makes no sense: {str(error)[:200]}.") from error


def _dumped(project: Project) -> bytes:
    from app.core.project import dumps

    return dumps(project)


def _known(ours: dict[str, Any], reading: "_Reading") -> Project:
    """A project we wrote, its open timeline as the file has it now."""
    head = _value(ours["timeline"], Timeline)
    here = replace(head, tracks=reading.tracks(), markers=reading.markers())
    others = [here if one == here.id else _value(one, Timeline) for one in ours["timelines"]]
    project = _value(ours["project"], Project)
    return replace(project, timelines=tuple(others), media=project.media | reading.media)


def _foreign(timeline: Any, reading: "_Reading") -> Project:
    name = timeline.name or "Timeline"
    here = Timeline(name=name, tracks=reading.tracks(), markers=reading.markers(), id="main")
    facts = [one for one in reading.media.values() if one.medium in ("video", "image") and one.width > 0]
    size: dict[str, Any] = {"width": facts[0].width, "height": facts[0].height} if facts else {}
    return Project(name=name, fps=reading.fps, timelines=(here,), media=reading.media, **size)


class _Reading:
    """One timeline being read: its frame rate, and the media it brings."""

    def __init__(self, timeline: Any, take_in: TakeIn | None, path: Path | None) -> None:
        self._stack, self._take_in, self._path = timeline.tracks, take_in, path
        self.media: dict[str, Medium] = {}
        ranges = [one.source_range for one in timeline.find_clips() if one.source_range is not None]
        self.fps = rate_of(ranges[0].duration.rate) if ranges else Fraction(24)

    def tracks(self) -> tuple[Track, ...]:
        """From top to bottom."""
        import opentimelineio as library

        rows = [one for one in self._stack if isinstance(one, library.schema.Track)]
        return tuple(self.track(one) for one in reversed(rows))

    def markers(self) -> tuple[Marker, ...]:
        found = []
        for one in self._stack.markers:
            start, length = seconds(one.marked_range.start_time), seconds(one.marked_range.duration)
            ours = _own(one, Marker)
            if ours is not None:
                found.append(replace(ours, name=one.name, at=near(ours.at, start), length=near(ours.length, length)))
            else:
                found.append(Marker(start, one.name, length))
        return tuple(sorted(found, key=lambda marker: marker.at))

    def track(self, row: Any) -> Track:
        kinds: Any = {"Audio": "audio", "Video": "picture"}
        head = _own(row, Track) or Track(kinds.get(row.kind, "picture"), row.name)
        return replace(head, name=row.name, mute=not row.enabled, clips=tuple(self.clips(row)))

    def clips(self, row: Any) -> list[Clip]:
        """The clips of a track, each as far as the transitions beside it reach."""
        import opentimelineio as library

        made, now = [], ZERO
        parts = list(row)
        for n, part in enumerate(parts):
            if isinstance(part, library.schema.Transition):
                continue
            length = seconds(part.duration())
            if isinstance(part, library.schema.Clip) and length > 0:
                before, after = (parts[k] if 0 <= k < len(parts) else None for k in (n - 1, n + 1))
                lead = seconds(before.in_offset) if isinstance(before, library.schema.Transition) else ZERO
                tail = seconds(after.out_offset) if isinstance(after, library.schema.Transition) else ZERO
                made.append(self.clip(part, (max(ZERO, now - lead), now + length + tail), now))
            now += length
        return made

    def clip(self, part: Any, reach: tuple[Time, Time], cut: Time) -> Clip:
        """A clip that reaches from one moment to another; its source range is what is seen from `cut` on."""
        import opentimelineio as library

        begin = seconds(part.trimmed_range().start_time)
        ours = _own(part, Clip, "takes")
        if ours is not None:
            start = near(ours.start, reach[0])
            length = near(ours.end, reach[1]) - start
            name = ours.name if part.name == (ours.name or called(ours)) else part.name
            kept = replace(ours, name=name, start=start, length=length, muted=not part.enabled, **self._takes(part))
            if abs(media_start(kept, cut) - begin) > NEAR:
                kept = replace(kept, offset=kept.offset + begin - media_start(kept, cut))
            return kept
        warp = next((one for one in part.effects if isinstance(one, library.schema.LinearTimeWarp)), None)
        speed = Fraction(warp.time_scalar).limit_denominator(1000) if warp is not None and warp.time_scalar else 1
        made = Clip(reach[0], reach[1] - reach[0], part.name, speed=Fraction(speed), muted=not part.enabled)
        made = replace(made, **self._foreign(part))
        available = part.available_range().start_time if _available(part) else None
        since = seconds(available) if available is not None else ZERO  # a tape's own timecode
        return replace(made, offset=begin - since - (cut - reach[0]) * made.speed)

    def _takes(self, part: Any) -> dict[str, Any]:
        """The takes of one of our clips, in their order, and the chosen one."""
        references = part.media_references()
        known = {key: _own(one, Take) for key, one in references.items()}
        order = [key for key in _plain(part.metadata[OURS])["takes"] if key in known]
        takes = tuple(one for key in order if (one := known[key]) is not None)
        chosen = part.active_media_reference_key
        return {"takes": takes, "take": chosen if chosen in order else ""}

    def _foreign(self, part: Any) -> dict[str, Any]:
        """What a foreign clip shows: its file, copied in, or the request a generator reference stands for."""
        import opentimelineio as library

        reference = part.media_reference
        if isinstance(reference, library.schema.GeneratorReference):
            words = _plain(reference.parameters) or {}
            prompt = words.get("prompt", words.get("text", ""))
            return {"ask": Ask(reference.generator_kind, str(prompt))}
        if not isinstance(reference, library.schema.ExternalReference):
            return {}
        place = self._place(reference.target_url)
        if place is None or self._take_in is None:
            return {"name": part.name or unquote(reference.target_url.rpartition("/")[2])}
        name, facts = self._take_in(place)
        self.media[name] = facts
        return {"takes": (Take(name, facts.length, id="first"),), "take": "first"}

    def _place(self, url: str) -> Path | None:
        """The file a reference names, if it is on this machine."""
        parts = urlparse(url)
        if parts.scheme not in ("", "file"):
            return None
        place = Path(url2pathname(parts.path) if parts.scheme else unquote(url))
        place = place if place.is_absolute() or self._path is None else self._path.parent / place
        return place if place.is_file() else None


def _available(part: Any) -> bool:
    return part.media_reference is not None and part.media_reference.available_range is not None


# ---------------------------------------------------------------- times and values


def rate_of(rate: float) -> Fraction:
    """A frame rate as the rational it stands for."""
    return next((one for one in NTSC if abs(float(one) - rate) < 2e-3), Fraction(rate).limit_denominator(1001))


def seconds(time: Any) -> Time:
    """A time of the library as an exact number of seconds."""
    return Fraction(time.value).limit_denominator(1_000_000) / rate_of(time.rate)


def near(exact: Time, told: Time) -> Time:
    """The exact time that was written, unless another program has changed it."""
    return exact if abs(exact - told) <= NEAR else told


def _own(found: Any, kind: type, *without: str) -> Any:
    """What we wrote into something's metadata as a value; None where there is nothing, or nothing of ours."""
    ours = _plain(found.metadata.get(OURS))
    if not isinstance(ours, dict):
        return None
    return _value({key: part for key, part in ours.items() if key not in without}, kind)


def _value(found: Any, kind: type) -> Any:
    return msgspec.convert(found, kind, dec_hook=rational)


def _plain(value: Any) -> Any:
    """The library's dictionaries and lists as ours."""
    if hasattr(value, "items"):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return value
    return [_plain(part) for part in value]


__all__ = ["DEFAULT", "ENDINGS", "from_otio", "read"]
