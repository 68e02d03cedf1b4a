"""Parts of a timeline as files of their own, for dragging to other programs: a clip's take, a stem, notes, a frame."""

import shutil
from pathlib import Path

import msgspec

from app.core.project import Document
from app.core.timeline import edit, shown
from app.core.timeline.export.made import exported
from app.core.timeline.export.wish import Wish
from app.core.timeline.values import ZERO, Project, Time, Track
from engines.contract import Refused
from engines.files import atomic

replace = msgspec.structs.replace


def clip_file(project: Project, document: Document, clip: str, folder: Path) -> Path:
    """The chosen take of a clip as it is, under a name a person can read. Refused('bad-request') without a take."""
    found = edit.clip_of(project.timeline, clip)
    take = found.shown
    name = take.media if take is not None else found.mesh
    if not name:
        raise Refused("bad-request", f"The clip {found.name or 'there'} has nothing to hand out yet: make it first.")
    given = found.name or Path(shown.facts(project, name).name).stem or "clip"
    target = _free(folder, given, Path(name).suffix)
    try:
        shutil.copyfile(document.path(name), target)
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, target).sentence) from error
    return target


def stem_file(project: Project, document: Document, track: str, folder: Path) -> Path:
    """All that a track sounds like, muted or not, as a WAV from the timeline's beginning on."""
    row = edit.track_of(project.timeline, track)
    return _made(_alone(project, row), document, _free(folder, row.name or row.kind, ".wav"), Wish())


def notes_file(project: Project, document: Document, id: str, folder: Path) -> Path:
    """The notes of a track, or of one clip from its beginning on, as MIDI. Refused('bad-request') without any."""
    row = edit.track_of(project.timeline, id)
    if row.id == id:
        return _made(_alone(project, row), document, _free(folder, row.name or row.kind, ".mid"), Wish())
    clip = edit.clip_of(project.timeline, id)
    only = _alone(project, replace(row, clips=(clip,)))
    wish = Wish(span=(clip.start, clip.end))
    return _made(only, document, _free(folder, clip.name or row.name or "notes", ".mid"), wish)


def frame_file(project: Project, document: Document, at: Time, folder: Path) -> Path:
    """What is seen at a moment as a PNG, clear where nothing is."""
    begin = max(ZERO, at)
    wish = Wish(span=(begin, begin + 1 / project.fps), alpha=True)
    return _made(project, document, _free(folder, f"{project.name} {float(begin):.2f} s", ".png"), wish)


def _alone(project: Project, track: Track) -> Project:
    row = replace(track, mute=False, solo=False)
    return edit.with_timeline(project, replace(project.timeline, tracks=(row,)))


def _made(project: Project, document: Document, target: Path, wish: Wish) -> Path:
    return exported(project, document, target, wish)[0]


def _free(folder: Path, name: str, suffix: str) -> Path:
    """A name nothing has yet."""
    stem = "".join(c if c.isalnum() or c in " -_.," else "-" for c in name).strip(" .")[:80] or "piece"
    names = (f"{stem}{suffix}" if n == 1 else f"{stem} {n}{suffix}" for n in range(1, 10_000))
    return next(folder / one for one in names if not (folder / one).exists())
