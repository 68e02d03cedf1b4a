"""What the clips of projects wait for, as plain data that outlives the program, and how a result becomes a take."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from app.core.project import Document
from app.core.timeline import edit, making
from app.core.timeline.making import Errand
from app.core.timeline.values import Clip, Medium, Project, Take, plain, rational
from engines.contract import Media, Video
from engines.files import media as files

replace = msgspec.structs.replace


class Wish(Struct, frozen=True):
    """A clip of the project in `folder` that is to be made once what it is made of is there."""

    folder: str
    clip: str
    draft: bool = False


class Sent(Struct, frozen=True):
    """The errand of a job for the project in `folder`."""

    folder: str
    errand: Errand


class Errands(Struct, frozen=True, omit_defaults=True):
    """What outlives the program: what is wanted, and the errands by the runs of their jobs."""

    wishes: tuple[Wish, ...] = ()
    sent: dict[str, Sent] = {}


def dumps(errands: Errands) -> bytes:
    """As JSON."""
    return msgspec.json.encode(errands, enc_hook=plain)


def loads(text: bytes | None) -> Errands:
    """What an earlier session left; nothing when it cannot be read."""
    try:
        return msgspec.json.decode(text, type=Errands, dec_hook=rational) if text else Errands()
    except (msgspec.MsgspecError, ValueError):
        return Errands()


def kept(document: Document, errand: Errand, result: Media | None, path: Path) -> tuple[str, Medium]:
    """The media of a result, stored in a project: the file at `path` as it is, unless more is joined to it or it
    cannot be seen through there. `result` is what the file was written from, where that is still known."""
    clear = isinstance(result, Video) and result.frames.shape[-1] == 4
    if errand.join is None and not clear:
        return document.take_in(path)
    made = files.read(path) if result is None else result
    return document.keep(making.finished(errand, made, document.read), files.recipe_of(path), path.name)


def taken(project: Project, errand: Errand, take: Take, media: dict[str, Medium]) -> Project:
    """The project with a take in its clip; once only."""
    timeline = next((one for one in project.timelines if one.id == errand.timeline), None)
    clips: Sequence[Clip] = [clip for track in timeline.tracks for clip in track.clips] if timeline else []
    clip = next((one for one in clips if one.id == errand.clip), None)
    if timeline is None or clip is None or any(one.run == take.run for one in clip.takes if take.run):
        return project
    after = making.placed(timeline, errand, take)
    return replace(edit.with_timeline(project, after), media=project.media | media)
