"""Files that come to tracks."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.core.timeline import edit, lay, recalled, states
from app.core.timeline.values import Ask, Clip, Medium, Project, Take, Time, Timeline, Track, TrackKind
from app.studio import Studio
from app.ui.sequence.deeds import LENGTH
from app.ui.sequence.words import _tr, kind_words
from engines.contract import Refused

TAKES: dict[str, tuple[TrackKind, ...]] = {  # which tracks a medium can lie on, the usual one first
    "image": ("picture", "control"),
    "video": ("picture", "control"),
    "audio": ("audio",),
    "mesh": ("camera", "picture"),
}


class Found(NamedTuple):
    """A media file that is in the project now, what it was made of (None: not known) and its run."""

    name: str
    medium: Medium
    ask: Ask | None = None
    run: str = ""


def place(studio: Studio, paths: Sequence[str], at: Time, track: str | None = None) -> None:
    """Copy files into the project and lay them one after the other on a track from a moment on; those that cannot lie
    there go to the first track that takes them, or to a new one."""
    try:
        document = studio.document_now()
    except Refused as refused:
        studio.notice.emit("error", refused.failure.sentence)
        return

    def work() -> list[Found]:
        return [Found(*document.take_in(path), *recalled.ask_of(Path(path))) for path in paths]

    def then(found: list[Found]) -> None:
        if studio.document is not document:
            return
        clips = [clip_of_medium(one) for one in found]
        if studio.arrange_project(_tr("Add clips"), lambda project: laid(project, found, clips, at, track=track)):
            studio.select([clip.id for clip in clips])

    studio.bridge.call(work, then, lambda failure: studio.notice.emit("error", failure.sentence))


def clip_of_medium(found: Found) -> Clip:
    """A clip that shows a media file of the project, as long as it lasts; a result can be made again."""
    medium, ask = found.medium, found.ask
    called = Path(medium.name).stem if medium.name and ask is None else ""
    if medium.medium == "mesh":
        return Clip(Time(0), LENGTH, called, mesh=found.name)
    take = Take(found.name, medium.length, "import" if ask is None else "generate", ask, run=found.run)
    return Clip(Time(0), medium.length or LENGTH, called, ask, (take,), take.id)


def laid(
    project: Project, found: Sequence[Found], clips: Sequence[Clip], at: Time, *, track: str | None = None
) -> Project:
    """The project with these media, and clips of them one after the other from a moment on."""
    project = msgspec.structs.replace(project, media=project.media | {one.name: one.medium for one in found})
    timeline = project.timeline
    reached: dict[str, Time] = {}
    for one, clip in zip(found, clips, strict=True):
        medium = one.medium
        kinds: tuple[TrackKind, ...] = ("notes", "audio") if medium.notes else TAKES[medium.medium]
        goal = _goal(timeline.tracks, kinds, track)
        if goal is None:
            goal = Track(kinds[0], kind_words(kinds[0]))
            timeline = edit.add_track(timeline, goal)
        start = reached.get(goal.id, at)
        timeline = lay.laid(timeline, goal.id, [msgspec.structs.replace(clip, start=start)])
        reached[goal.id] = start + clip.length
    return edit.with_timeline(project, printed(project, timeline, [clip.id for clip in clips]))


def printed(project: Project, timeline: Timeline, ids: Sequence[str]) -> Timeline:
    """With the takes of clips that can be made again marked as made of what the clips ask for now."""
    for id in ids:
        clip = edit.clip_of(timeline, id)
        if clip.ask is not None:
            mark = states.fingerprint(project, timeline, clip)
            takes = tuple(msgspec.structs.replace(take, print=mark) for take in clip.takes)
            timeline = edit.change_clip(timeline, id, takes=takes)
    return timeline


def _goal(tracks: Sequence[Track], kinds: Sequence[TrackKind], wished: str | None) -> Track | None:
    fits = [track for track in tracks if track.kind in kinds and not track.locked]
    return next((track for track in fits if track.id == wished), None) or next(iter(fits), None)
