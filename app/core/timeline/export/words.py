"""What of a timeline is neither picture nor sound: its notes as MIDI, its words as subtitles, a surface."""

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from app.core.timeline import shown
from app.core.timeline.clock import Clock
from app.core.timeline.edit import clip_of
from app.core.timeline.export.wish import Wish
from app.core.timeline.export.work import Work
from app.core.timeline.reader import Source
from app.core.timeline.values import ZERO, Clip, Project, Time, Timeline, Track
from engines.contract import Notes, Refused
from engines.files import atomic, media

TICKS = 960  # of a quarter
Scene = tuple[Project, Timeline, Source]


# ---------------------------------------------------------------- notes


class Struck(NamedTuple):
    """A note on the timeline, in seconds."""

    start: float
    end: float
    pitch: int
    velocity: int
    channel: int
    program: int


def notes(scene: Scene, target: Path, wish: Wish, work: Work) -> list[Path]:
    """Every track with notes as a track of a MIDI file, beside the tempos, metres and markers of the timeline."""
    import mido

    project, timeline, read = scene
    span = wish.span or (ZERO, timeline.end)
    rows = [(track, list(struck(project, track, read, span))) for track in timeline.tracks if not track.mute]
    rows = [(track, found) for track, found in rows if found]
    if not rows:
        raise Refused("bad-request", "No clip has notes, so there is no MIDI to export: put one with notes on a track.")
    clock = Clock(timeline, project.fps)
    made = mido.MidiFile(type=1, ticks_per_beat=TICKS, charset="utf-8")
    made.tracks.append(_conductor(timeline, clock, span))
    for track, found in rows:
        made.tracks.append(_played(track, found, (clock, span[0])))
    held = io.BytesIO()
    made.save(file=held)
    return [atomic.write(target, held.getvalue())]


def struck(project: Project, track: Track, read: Source, span: tuple[Time, Time]) -> Iterator[Struck]:
    """The notes of a track that begin within `span`, as they are heard: cut, looped and sped up with their clips."""
    for clip in track.clips:
        take = clip.shown
        if take is None or clip.muted or clip.speed < 0 or not shown.facts(project, take.media).notes:
            continue
        sound = read.sound(take.media)
        if sound is None or sound.notes is None:
            continue
        for start, end, k in _laid(project, clip, sound.notes):
            if span[0] <= start < span[1]:
                one = sound.notes
                numbers = (one.pitch[k], one.velocity[k], one.channel[k], one.program[k])
                yield Struck(start, min(end, float(span[1])), *(int(n) for n in numbers))


def _laid(project: Project, clip: Clip, found: Notes) -> Iterator[tuple[float, float, int]]:
    """(start, end, number) on the timeline of the notes that begin while the clip is heard."""
    take = clip.shown
    assert take is not None
    speed, whole = float(clip.speed), float(shown.length(project, clip))
    low = float(clip.offset - take.offset)
    high = low + float(clip.length) * speed
    turns = range(int(low // whole), int(high // whole) + 1) if clip.loop and whole > 0 else range(1)
    for turn in turns:
        for k in range(len(found.start)):
            begin = float(found.start[k])
            until = begin + float(found.length[k])
            if clip.loop and whole > 0:
                if begin >= whole:
                    continue
                begin, until = begin + turn * whole, min(until, whole) + turn * whole
            if low - 1e-9 <= begin < high:
                place = float(clip.start)
                yield place + (begin - low) / speed, place + (min(until, high) - low) / speed, k


def _conductor(timeline: Timeline, clock: Clock, span: tuple[Time, Time]) -> Any:
    """The track of tempos, metres and markers."""
    import mido

    since = clock.beats(span[0])
    timed: list[tuple[int, int, Any]] = [(0, 0, mido.MetaMessage("track_name", name=timeline.name))]
    for tempo in timeline.tempos:
        at = max(0, round((tempo.beat - since) * TICKS))
        timed.append((at, 1, mido.MetaMessage("set_tempo", tempo=round(60_000_000 / tempo.bpm))))
    for metre in timeline.metres:
        at = max(0, round((clock.beats(clock.at_bar(metre.bar + 1)) - since) * TICKS))
        timed.append((at, 2, mido.MetaMessage("time_signature", numerator=metre.beats, denominator=metre.unit)))
    for marker in timeline.markers:
        if span[0] <= marker.at < span[1]:
            at = round((clock.beats(marker.at) - since) * TICKS)
            timed.append((at, 3, mido.MetaMessage("marker", text=marker.name)))
    last: dict[tuple[int, int], Any] = {}
    for at, order, message in timed:  # of what has changed before the span, only the last counts
        last[(at, order) if order < 3 else (at, 3 + len(last))] = message
    return _track([(at, order, message) for (at, order), message in last.items()])


def _played(track: Track, found: list[Struck], how: tuple[Clock, Time]) -> Any:
    import mido

    clock, start = how
    since = clock.beats(start)

    def tick(seconds: float) -> int:
        exact = Fraction(seconds).limit_denominator(10**9)
        return max(0, round((clock.beats(exact) - since) * TICKS))

    timed: list[tuple[int, int, Any]] = [(0, 0, mido.MetaMessage("track_name", name=track.name or track.kind))]
    programs: dict[int, int] = {}
    for one in sorted(found):
        begin = tick(one.start)
        if programs.get(one.channel) != one.program:
            programs[one.channel] = one.program
            timed.append((begin, 2, mido.Message("program_change", channel=one.channel, program=one.program)))
        strike = {"channel": one.channel, "note": one.pitch}
        timed.append((begin, 3, mido.Message("note_on", velocity=max(1, one.velocity), **strike)))
        timed.append((max(begin + 1, tick(one.end)), 1, mido.Message("note_off", **strike)))
    return _track(timed)


def _track(timed: list[tuple[int, int, Any]]) -> Any:
    """Messages in the order of their ticks."""
    import mido

    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(timed, key=lambda one: one[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track"))
    return track


# ---------------------------------------------------------------- words


def subtitles(scene: Scene, target: Path, wish: Wish, work: Work) -> list[Path]:
    """The titles, or the prompt clips, or the markers, as SubRip subtitles."""
    timeline = scene[1]
    start, end = wish.span or (ZERO, timeline.end)
    kinds = [wish.words] if wish.words else ["titles", "prompts", "markers"]
    lines = next((found for kind in kinds if (found := list(_said(timeline, kind)))), [])
    lines = sorted((max(a, start) - start, min(b, end) - start, text) for a, b, text in lines if a < end and b > start)
    if not lines:
        what = " or ".join(kinds)
        raise Refused("bad-request", f"There are no {what} there, so there are no words to export.")
    rows = (f"{n}\n{_srt(a)} --> {_srt(b)}\n{text}\n" for n, (a, b, text) in enumerate(lines, 1))
    return [atomic.write(target, "\n".join(rows).encode())]


def _said(timeline: Timeline, kind: str) -> Iterator[tuple[Time, Time, str]]:
    """(from, until, text): empty lines, which end a subtitle, are left out."""
    if kind == "markers":
        ends = [*(one.at for one in timeline.markers[1:]), timeline.end]
        for marker, after in zip(timeline.markers, ends, strict=False):
            until = marker.at + marker.length if marker.length else max(after, marker.at + 1)
            if marker.name.strip():
                yield marker.at, until, _text(marker.name)
        return
    for track in timeline.tracks:
        for clip in () if track.mute else track.clips:
            text = clip.title.text if kind == "titles" and clip.title is not None else ""
            text = clip.text if kind == "prompts" and track.kind == "prompt" else text
            if text.strip() and not clip.muted:
                yield clip.start, clip.end, _text(text)


def _text(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _srt(at: Time) -> str:
    whole = int(at * 1000 + Fraction(1, 2))
    return f"{whole // 3600000:02d}:{whole // 60000 % 60:02d}:{whole // 1000 % 60:02d},{whole % 1000:03d}"


# ---------------------------------------------------------------- surface


def surface(scene: Scene, target: Path, wish: Wish, work: Work) -> list[Path]:
    """The surface that a clip shows: that of `wish.clip`, or of the first clip that has one."""
    project, timeline, read = scene
    clips = [one for track in timeline.tracks for one in track.clips]
    try:
        clips = [clip_of(timeline, wish.clip)] if wish.clip else clips
    except KeyError:
        raise Refused("bad-request", f"There is no clip {wish.clip!r} on the timeline.") from None
    for clip in clips:
        take = clip.shown
        name = clip.mesh or (take.media if take is not None else "")
        if name and shown.facts(project, name).medium == "mesh":
            return [media.write(target, read.mesh(name))]
    raise Refused("bad-request", "No clip there shows a surface, so there is none to export.")
