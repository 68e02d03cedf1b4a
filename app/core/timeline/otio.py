"""A project as OpenTimelineIO: takes are the media references of one clip, what is still to be made is a generator
reference, overlaps are transitions; what the format has no word for lies in the metadata under 'darkroom'.

Through the format's adapter also as an EDL; for Final Cut see `finalcut`.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from app.core.project import Document
from app.core.timeline import shown
from app.core.timeline.values import ZERO, Clip, Marker, Project, Take, Time, Track, plain
from engines.contract import Refused
from engines.files import atomic

OURS = "darkroom"  # in the metadata
DEFAULT = "DEFAULT_MEDIA"
KINDS = {"picture": "Video", "camera": "Video", "audio": "Audio", "notes": "Audio"}
EDL, PACKAGE = "cmx_3600", "otio-cmx3600-adapter"


def export(project: Project, document: Document | None, target: Path) -> Path:
    """The open timeline as .otio, .edl or .fcpxml. Refused('missing') where the adapter is not installed,
    ('bad-request') for what the format cannot hold, ('disk')."""
    ending = target.suffix.lower()
    if ending == ".otio":
        text = to_otio(project, document).to_json_string(2)
    else:
        from app.core.timeline import cutlist, finalcut

        edl = ending == ".edl"
        text = _edl(cutlist.timeline(project, document)) if edl else finalcut.text(project, document)
    try:
        return atomic.write(target, text.encode())
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, target).sentence) from error


def _edl(timeline: Any) -> str:
    import opentimelineio as library

    if EDL not in library.adapters.available_adapter_names():
        raise Refused(
            "missing", f"An .edl file needs the package {PACKAGE}, which is not installed: run packaging/run again."
        )
    try:
        return library.adapters.write_to_string(timeline, EDL)  # type: ignore[no-any-return]
    except (library.exceptions.OTIOError, ValueError, TypeError, LookupError, AttributeError, OSError) as error:
        raise Refused("bad-request", f"This timeline does not fit an .edl file: {str(error)[:200]}.") from error


def to_otio(project: Project, document: Document | None = None) -> Any:
    """The project as an opentimelineio Timeline; media are named by where they lie in `document`."""
    import opentimelineio as library

    timeline = project.timeline
    made = library.schema.Timeline(timeline.name)
    made.metadata[OURS] = {
        "project": builtins(msgspec.structs.replace(project, timelines=(timeline,)), "timelines"),
        "timelines": [one.id if one.id == timeline.id else builtins(one) for one in project.timelines],
        "timeline": builtins(timeline, "tracks", "markers"),
    }
    for track in reversed(timeline.tracks):  # a stack is drawn from its first child up
        made.tracks.append(row(project, track, document))
    made.tracks.markers.extend(_marker(project, one) for one in timeline.markers)
    return made


def row(project: Project, track: Track, document: Document | None) -> Any:
    """A track: its clips, the gaps between them, and a transition where two overlap."""
    import opentimelineio as library

    made = library.schema.Track(track.name, kind=KINDS.get(track.kind, track.kind.capitalize()))
    made.enabled = not track.mute
    made.metadata[OURS] = builtins(track, "clips", "mute")
    now = ZERO
    for n, clip in enumerate(track.clips):
        cut = clip.start
        if n and track.clips[n - 1].end > clip.start:
            before = track.clips[n - 1]
            cut = cut_of(project, before, clip)
            offsets = (moment(cut - clip.start, project.fps), moment(before.end - cut, project.fps))
            made.append(library.schema.Transition("", library.schema.TransitionTypes.SMPTE_Dissolve, *offsets))
        elif clip.start > now:
            made.append(library.schema.Gap(source_range=span(ZERO, clip.start - now, project.fps)))
        after = track.clips[n + 1] if n + 1 < len(track.clips) else None
        now = cut_of(project, clip, after) if after is not None and after.start < clip.end else clip.end
        made.append(_clip(project, clip, (cut, now), document))
    return made


def cut_of(project: Project, first: Clip, second: Clip) -> Time:
    """Where the cut of a cross-fade is told to be: the frame nearest to its middle."""
    middle = (second.start + first.end) / 2
    frame = Fraction(round(middle * project.fps)) / project.fps
    return frame if second.start < frame < first.end else middle


def _clip(project: Project, clip: Clip, seen: tuple[Time, Time], document: Document | None) -> Any:
    """A clip as it lies between two moments, the rest of it being under transitions."""
    import opentimelineio as library

    take = clip.shown
    begin = media_start(clip, seen[0])
    made = library.schema.Clip(clip.name or called(clip), source_range=span(begin, seen[1] - seen[0], project.fps))
    made.enabled = not clip.muted
    made.metadata[OURS] = builtins(clip, "takes", "muted") | {"takes": [one.id for one in clip.takes]}
    references = {one.id: _take(project, one, document) for one in clip.takes}
    if take is None:
        references[DEFAULT] = _unmade(project, clip)
    made.set_media_references(references, DEFAULT if take is None else take.id)
    if clip.speed != 1:
        made.effects.append(library.schema.LinearTimeWarp("", time_scalar=float(clip.speed)))
    return made


def media_start(clip: Clip, at: Time) -> Time:
    """The moment of the clip's take that is seen at `at`, not looped."""
    take = clip.shown
    return clip.offset - (take.offset if take is not None else ZERO) + (at - clip.start) * clip.speed


def _take(project: Project, take: Take, document: Document | None) -> Any:
    import opentimelineio as library

    length = take.length or shown.facts(project, take.media).length
    available = span(ZERO, length, project.fps) if length > 0 else None
    made = library.schema.ExternalReference(address(take.media, document), available)
    made.name = project.media[take.media].name if take.media in project.media else ""
    made.metadata[OURS] = builtins(take)
    return made


def address(name: str, document: Document | None) -> str:
    """Where a medium lies, for other programs."""
    return f"media/{name}" if document is None else (document.folder / "media" / name).as_uri()


def _unmade(project: Project, clip: Clip) -> Any:
    """What a clip without a take will be: its request, its words or its surface as the parameters of a generator."""
    import opentimelineio as library

    kind, what = "nothing", {}
    if clip.ask is not None:
        kind, what = clip.ask.engine, builtins(clip.ask)
    elif clip.title is not None:
        kind, what = "title", builtins(clip.title)
    elif clip.text:
        kind, what = "prompt", {"text": clip.text, "weight": clip.weight}
    elif clip.mesh:
        kind, what = "turntable", {"mesh": clip.mesh, "shows": clip.shows}
    return library.schema.GeneratorReference(
        clip.name or called(clip), kind, span(ZERO, clip.length, project.fps), what
    )


def called(clip: Clip) -> str:
    """A name for a clip that has none: what it is made of, or says."""
    asked = clip.ask.prompt if clip.ask is not None else ""
    words = clip.title.text if clip.title is not None else clip.text or asked
    return " ".join(words.split())[:60]


def _marker(project: Project, marker: Marker) -> Any:
    import opentimelineio as library

    made = library.schema.Marker(marker.name, span(marker.at, marker.length, project.fps))
    made.metadata[OURS] = builtins(marker)
    return made


# ---------------------------------------------------------------- times and values


def moment(seconds: Time, fps: Fraction) -> Any:
    """A time in frames; where it is none, a part of one (the exact time lies in the metadata)."""
    import opentimelineio as library

    return library.opentime.RationalTime(float(seconds * fps), float(fps))


def span(start: Time, length: Time, fps: Fraction) -> Any:
    """A stretch of time."""
    import opentimelineio as library

    return library.opentime.TimeRange(moment(start, fps), moment(length, fps))


def builtins(value: Any, *without: str) -> dict[str, Any]:
    """A value as dictionaries and lists, some of its fields left out."""
    found: dict[str, Any] = msgspec.to_builtins(value, enc_hook=plain, str_keys=True)
    return {key: _listed(part) for key, part in found.items() if key not in without}


def _listed(value: Any) -> Any:
    """Tuples as lists, which the library knows."""
    if isinstance(value, dict):
        return {key: _listed(part) for key, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, list | tuple) else value
