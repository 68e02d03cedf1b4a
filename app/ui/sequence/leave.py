"""What leaves the timeline as a file: a clip's media as they are or in another format, its notes, a frame of it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.core.project import Document
from app.core.timeline.reader import Reader
from app.core.timeline.shown import facts, media_time
from app.core.timeline.values import Clip, Time
from app.studio import Studio
from app.ui import theme
from app.ui.sequence.words import _tr
from engines.contract import Image, Refused
from engines.files import atomic
from engines.files import media as files


def fill(menu: QMenu, parent: QWidget, studio: Studio, clip: Clip) -> None:
    """What of a clip can be saved."""
    document, name = studio.document, media_of(clip)
    if document is None or not name:
        return
    known = facts(studio.project, name)
    icon = theme.icon("save", "dim")
    menu.addAction(icon, _tr("Save its file as …"), partial(ask, parent, studio, name, files.WRITES[known.medium]))
    if known.notes:
        menu.addAction(icon, _tr("Save its notes as MIDI …"), partial(ask, parent, studio, name, (".mid",)))
    if known.medium == "video" and clip.start <= studio.playhead < clip.end:
        at = media_time(studio.project, clip, studio.playhead)
        menu.addAction(icon, _tr("Save this frame …"), partial(ask_frame, parent, studio, name, at))


def media_of(clip: Clip) -> str:
    """The media that a clip shows; '' for none."""
    return clip.shown.media if clip.shown is not None else clip.mesh


def ask(parent: QWidget, studio: Studio, name: str, endings: tuple[str, ...]) -> None:
    """Ask where to, and save a medium in the format that the ending names; in its own, byte by byte."""
    own = Path(name).suffix
    kinds = [own, *(one for one in endings if one != own)] if own in endings else list(endings)
    target = _target(parent, kinds)
    document = studio.document
    if target is not None and document is not None:
        _work(studio, lambda: saved(document, name, target))


def saved(document: Document, name: str, target: Path) -> Path:
    """A medium of a project in the format that `target` names. Raises Refused."""
    place = document.path(name)
    try:
        if target.suffix.lower() == place.suffix:
            return atomic.write(target, place.read_bytes())
        return files.write(target, document.read(name))
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, target).sentence) from error


def ask_frame(parent: QWidget, studio: Studio, name: str, at: Time) -> None:
    """Ask where to, and save the frame of a clip's media at a moment."""
    target, document = _target(parent, [".png", ".jpg", ".webp"]), studio.document
    if target is not None and document is not None:
        _work(studio, lambda: framed(document, name, at, target))


def framed(document: Document, name: str, at: Time, target: Path) -> Path:
    """The frame at a moment as a picture. Raises Refused."""
    reader = Reader(document)
    try:
        return files.write(target, Image(reader.frame(name, at)))
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, target).sentence) from error
    finally:
        reader.forget()


def _target(parent: QWidget, endings: list[str]) -> Path | None:
    kinds = " ".join(f"*{one}" for one in endings)
    path, _ = QFileDialog.getSaveFileName(parent, _tr("Save as"), f"clip{endings[0]}", kinds)
    return Path(path) if path else None


def _work(studio: Studio, work: Callable[[], Path]) -> None:
    said = _tr("Saved as %1.")
    studio.bridge.aside(work, lambda place: studio.notice.emit("info", said.replace("%1", place.name)))
