"""An export from its beginning to its end."""

import errno
import threading
from collections.abc import Callable
from pathlib import Path

from app.core.project import Document
from app.core.timeline.export import film, pictures, sound, words, work
from app.core.timeline.export.wish import Progress, Wish, kind_of
from app.core.timeline.reader import Reader
from app.core.timeline.values import Project
from engines.contract import Refused
from engines.files import atomic

WAYS = {
    "film": film.written,
    "animation": pictures.animation,
    "pictures": pictures.sequence,
    "sound": sound.written,
    "notes": words.notes,
    "words": words.subtitles,
    "surface": words.surface,
}
PLAIN = Wish()


def exported(
    project: Project,
    document: Document,
    target: Path,
    wish: Wish = PLAIN,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | Callable[[], bool] | None = None,
) -> list[Path]:
    """The open timeline as the file `target`, by its ending (`wish.KINDS`); the files that were made, [] when it was
    stopped. What is made of pictures and sounds is begun where an export of the same was left.

    For a thread of its own. Raises Refused with one sentence; a target is there whole or as it was before.
    """
    kind, place = kind_of(target), Path(target).absolute()
    timeline = project.timeline
    if not place.parent.is_dir():
        raise Refused("disk", atomic.sentence(FileNotFoundError(errno.ENOENT, ""), place).sentence)
    if kind == "edits":
        from app.core.timeline import otio

        return [otio.export(project, document, place)]
    here = work.Work(work.place(document, project, timeline, (wish, place.suffix.lower())), progress, stop)
    read = Reader(document)
    try:
        here.open()
        made = WAYS[kind]((project, timeline, read), place, wish, here)
        here.close()
        here.go_on(1.0, "done")
        return made
    except work.Halted:
        return []
    except OSError as error:
        raise Refused("disk", here.lost(error, place).sentence) from error
    finally:
        read.forget()
