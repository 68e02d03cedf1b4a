"""A project on the disk: a folder with project.json and its media by content, or the same in one zip.

`project.json` is written whole or not at all; `before/` keeps what it was at earlier hours. Nothing in a project is
ever run.
"""

import hashlib
import os
import re
import shutil
import time
import zipfile
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from app.core.timeline import schema
from app.core.timeline.values import Medium, Project, plain
from engines.contract import Audio, Image, Media, Mesh, Refused, Video, medium_of
from engines.files import atomic
from engines.files import media as files

FILE, MEDIA, BEFORE = "project.json", "media", "before"
SUFFIX = ".darkroom"  # of a project in one file
KEPT = 24  # earlier versions
HOUR = 3600.0
LARGEST = 2**28  # bytes of a project.json
_NAME = re.compile(r"sha256-[0-9a-f]{64}\.[a-z0-9]{1,5}")


class Document:
    """The project in `folder`. Use it from one thread at a time; every method raises Refused with one sentence."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known = ""  # what of project.json was read or written here last; '' nothing yet

    # ------------------------------------------------------------ the project

    @classmethod
    def new(cls, folder: str | os.PathLike[str], project: Project) -> "Document":
        """A fresh folder with that project in it. A folder that has something in it is refused."""
        place = Path(folder).absolute()
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise Refused("disk", f"{place} is there already: choose another name.")
        document = cls(place)
        try:
            (place / MEDIA).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, place).sentence) from error
        document.save(project)
        return document

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> "Document":
        """The project folder at `path`, or at the project.json that is named. Refused('bad-file') for any other."""
        place = Path(path).absolute()
        place = place.parent if place.name == FILE else place
        if not (place / FILE).is_file():
            raise Refused("bad-file", f"{place} is no project: choose a folder with a {FILE} in it.")
        for folder in (place, place / MEDIA, place / BEFORE):
            atomic.sweep(folder)  # what a killed program left
        return cls(place)

    def load(self) -> Project:
        """The project as it was saved last; one of an older Darkroom is brought up to date."""
        place = self.folder / FILE
        try:
            if place.stat().st_size > LARGEST:
                raise Refused("bad-file", f"{place} is too large to be a project.")
            text = place.read_bytes()
        except OSError as error:
            raise Refused("bad-file", f"{place} cannot be read: {error.strerror or error}.") from error
        try:
            project = schema.loads(text, str(place))
            self._known = _digest(text)
            return project
        except Refused as refused:
            kept = sorted((self.folder / BEFORE).glob("*.json"))
            if not kept:
                raise
            more = f"{refused.failure.sentence} An earlier state of it is {kept[-1]}: put that in its place."
            raise Refused(refused.failure.kind, more) from refused

    def save(self, project: Project) -> Path | None:
        """Write the project, whole or not at all; what was there is kept once an hour. What another program has written
        since is kept always: where, is the answer."""
        place, text = self.folder / FILE, dumps(project)
        try:
            other = self._keep_other(place, text)
            self._keep_before(place)
            atomic.write(place, text)
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, place).sentence) from error
        self._known = _digest(text)
        return other

    def news(self) -> Project | None:
        """The project as another program has saved it since it was read or written here; None where none has. From now
        on it counts as read."""
        before = self._known
        try:
            now = self.load()
        except Refused:  # it is on its way, or was never a project
            return None
        return now if before and self._known != before else None

    def aside(self, project: Project) -> Path:
        """Keep a state that is not gone on with, among the earlier ones; where, is the answer."""
        try:
            return self._put_aside(dumps(project))
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, self.folder / BEFORE).sentence) from error

    def _put_aside(self, text: bytes) -> Path:
        folder = self.folder / BEFORE
        folder.mkdir(exist_ok=True)
        return atomic.write_new(folder / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-other.json", text)

    def _keep_other(self, place: Path, text: bytes) -> Path | None:
        if not self._known or not place.exists():
            return None
        there = place.read_bytes()
        if there == text or _digest(there) == self._known:
            return None
        return self._put_aside(there)

    def _keep_before(self, place: Path) -> None:
        folder = self.folder / BEFORE
        kept = sorted(folder.glob("*.json"))
        if not place.exists() or (kept and time.time() - kept[-1].stat().st_mtime < HOUR):
            return
        folder.mkdir(exist_ok=True)
        atomic.write_new(folder / f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.json", place.read_bytes())
        for old in kept[: -KEPT + 1]:
            old.unlink(missing_ok=True)

    # ------------------------------------------------------------ its media

    def keep(self, media: Media, recipe: str | None = None, name: str = "") -> tuple[str, Medium]:
        """Store media in the project; its name there and what is to be known of it."""
        clear = isinstance(media, Video) and media.frames.shape[-1] == 4  # MP4 has no transparency
        suffix = ".webp" if clear else files.EXTENSIONS[medium_of(media)]
        return self._put(files.encode(media, suffix, recipe), suffix, medium_facts(media, name))

    def take_in(self, path: str | os.PathLike[str]) -> tuple[str, Medium]:
        """Copy a media file into the project as it is. Refused('bad-file') when it is none."""
        place = Path(path)
        facts = _film_facts(place) or medium_facts(files.read(place), place.name)
        return self._put(place.read_bytes(), place.suffix.lower() or ".bin", facts)

    def _put(self, data: bytes, suffix: str, facts: Medium) -> tuple[str, Medium]:
        name = f"sha256-{hashlib.sha256(data).hexdigest()}{suffix}"
        place = self.folder / MEDIA / name
        try:
            place.parent.mkdir(exist_ok=True)
            if not place.exists():
                atomic.write(place, data)
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, place).sentence) from error
        return name, facts

    def path(self, name: str) -> Path:
        """Where a media file of the project lies. Refused('bad-file') for what is no name, ('missing') when gone."""
        if not _NAME.fullmatch(name):
            raise Refused("bad-file", f"{name[:60]!r} is no name of a media file of a project.")
        place = self.folder / MEDIA / name
        if not place.is_file():
            raise Refused(
                "missing", f"The media {name[:15]} is not in {place.parent}: put it back, or make its clip anew."
            )
        return place

    def read(self, name: str) -> Media:
        """A media file of the project."""
        return files.read(self.path(name))

    def verify(self, project: Project) -> list[str]:
        """A sentence for every media file that is missing, damaged or not used; [] when all is well."""
        found = []
        for name in sorted(used(project)):
            try:
                place = self.path(name)
            except Refused as refused:
                found.append(refused.failure.sentence)
                continue
            with place.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != name[7:71]:
                    found.append(f"The media {name[:15]} in {place.parent} is damaged: it holds something else.")
        return found

    def unused(self, project: Project) -> list[Path]:
        """Media files that nothing in the project names any more."""
        names = used(project)
        return [place for place in sorted((self.folder / MEDIA).glob("sha256-*")) if place.name not in names]

    # ------------------------------------------------------------ in one file

    def pack(self, target: str | os.PathLike[str]) -> Path:
        """The project with the media it uses as one zip; media that are packed already are stored as they are."""
        project, place = self.load(), Path(target)

        def write(file: Any) -> None:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                archive.writestr(FILE, dumps(project), zipfile.ZIP_DEFLATED)
                for name in sorted(used(project)):
                    archive.write(self.path(name), f"{MEDIA}/{name}")

        try:
            return atomic.write(place, write)
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, place).sentence) from error


def unpacked(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> Document:
    """The project in the zip `path`, in a new folder. Nothing is written outside it; Refused('bad-file') else."""
    place, target = Path(path), Path(folder).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused("disk", f"{target} is there already: choose another name.")
    try:
        with zipfile.ZipFile(place) as archive:
            project = schema.loads(_entry(archive, place), str(place))
            (target / MEDIA).mkdir(parents=True, exist_ok=True)
            for name in sorted(used(project)):
                _extract(archive, name, target / MEDIA / name)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError) as error:
        raise Refused("bad-file", f"{place.name} is no packed project, or it is damaged: {error}.") from error
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, target).sentence) from error
    document = Document(target)
    document.save(project)
    return document


def _entry(archive: zipfile.ZipFile, place: Path) -> bytes:
    if archive.getinfo(FILE).file_size > LARGEST:
        raise Refused("bad-file", f"{place.name} is too large to be a project.")
    return archive.read(FILE)


def _extract(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    """A media file out of the zip, its hash looked at on the way."""
    digest = hashlib.sha256()
    with archive.open(str(PurePosixPath(MEDIA, name))) as source, target.open("xb") as file:
        while block := source.read(2**20):
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != name[7:71]:
        target.unlink()
        raise Refused("bad-file", f"The media {name[:15]} in the packed project is damaged.")


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def dumps(project: Project) -> bytes:
    """The project as JSON a person can read."""
    return msgspec.json.format(msgspec.json.encode(project, enc_hook=plain), indent=1)


def used(project: Project) -> set[str]:
    """The names of the media that something in the project names. Names that are none are left out."""
    return set(_NAME.findall(msgspec.json.encode(msgspec.structs.replace(project, media={}), enc_hook=plain).decode()))


def _film_facts(path: Path) -> Medium | None:
    """What is to be known of a clip in a file, which may be far longer than can be opened at once; None for others."""
    film = files.film(path)
    if film is None:
        return None
    try:
        height, width = film.frames(0)[0].shape[:2]
        length, (rate, channels) = Fraction(len(film)) / film.fps, film.heard
        return Medium("video", length, width, height, float(film.fps), rate, channels, name=path.name)
    finally:
        film.close()


def medium_facts(media: Media, name: str = "") -> Medium:
    """What a project remembers of media."""
    match media:
        case Image(pixels=pixels):
            return Medium("image", width=pixels.shape[1], height=pixels.shape[0], name=name)
        case Audio(samples=samples, rate=rate, notes=notes):
            length = Fraction(len(samples), rate)
            return Medium("audio", length, rate=rate, channels=samples.shape[1], notes=notes is not None, name=name)
        case Video(frames=frames, fps=fps, sound=sound):
            length = Fraction(len(frames)) / Fraction(fps).limit_denominator(1001)
            rate, channels = (sound.rate, sound.samples.shape[1]) if sound is not None else (0, 0)
            return Medium("video", length, frames.shape[2], frames.shape[1], fps, rate, channels, name=name)
        case Mesh():
            return Medium("mesh", name=name)
    raise TypeError(type(media).__name__)


def copy_of(document: Document, folder: str | os.PathLike[str]) -> Document:
    """The whole project in another, new folder (Save as)."""
    target = Path(folder).absolute()
    if target.exists():
        raise Refused("disk", f"{target} is there already: choose another name.")
    try:
        left = shutil.ignore_patterns("proxies", "exports", BEFORE, FILE, f"*{atomic.PART}")
        shutil.copytree(document.folder, target, ignore=left)
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, target).sentence) from error
    copy = Document(target)
    copy.save(document.load())  # last: a copy that was broken off is no project
    return copy
