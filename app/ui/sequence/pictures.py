"""What clips show of their media: frames along time, the outline of a sound, notes. Read aside and kept small."""

import math
from collections import OrderedDict

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from app.core.project import Document
from app.core.timeline.reader import Reader
from app.core.timeline.shown import facts
from app.core.timeline.values import Medium
from app.studio import Studio
from app.ui import theme, thumbs
from app.ui.stage.sound import BASE, Peaks, peaks
from engines.contract import Audio, Failure

TALL = 96  # pixels of a kept frame
FRAMES, A_SECOND = 48, 4  # of a clip, at most
KEPT = 160 * 2**20  # bytes
SIDE = 96


class Film(Struct, frozen=True, eq=False):
    """Small pictures of media, spread evenly over its `length` in seconds (0: it stands still)."""

    images: tuple[QImage, ...]
    length: float = 0.0
    wave: np.ndarray | None = None  # (blocks, 2) lowest and highest of BASE samples, all channels
    rate: int = 0
    notes: np.ndarray | None = None  # (N, 4) start, end, pitch, loudness 0..1

    @property
    def size(self) -> int:
        """Bytes it holds."""
        return sum(image.sizeInBytes() for image in self.images) + (0 if self.wave is None else self.wave.nbytes) + 256

    def at(self, seconds: float) -> QImage | None:
        """The picture nearest to a moment."""
        if not self.images:
            return None
        place = seconds / self.length * len(self.images) if self.length else 0
        return self.images[min(len(self.images) - 1, max(0, int(place)))]

    def outline(self, start: float, stop: float, count: int) -> np.ndarray:
        """(count, 2): lowest and highest between two moments, in equal columns; nothing outside the sound."""
        assert self.wave is not None
        found = np.zeros((count, 2), np.float32)
        if not len(self.wave) or count < 1:
            return found
        edges = np.linspace(start, stop, count + 1) * self.rate / BASE
        inside = np.flatnonzero((edges[:-1] >= 0) & (edges[:-1] < len(self.wave)))
        if not len(inside):
            return found
        first = edges[inside].astype(int)
        end = int(min(len(self.wave), max(np.ceil(edges[inside[-1] + 1]), first[-1] + 1)))
        found[inside, 0] = np.minimum.reduceat(self.wave[:end, 0], first)
        found[inside, 1] = np.maximum.reduceat(self.wave[:end, 1], first)
        return found


class Pictures(QObject):
    """Asks for the pictures of a project's media and remembers them. `arrived` says that there are more."""

    arrived = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self._known: OrderedDict[str, Film | None] = OrderedDict()  # None: asked for, or not to be had
        self._size = 0
        self._turn = 0
        studio.project_opened.connect(self.forget)

    def forget(self) -> None:
        """Another project, other media."""
        self._turn += 1
        self._known.clear()
        self._size = 0

    def get(self, name: str) -> Film | None:
        """What is shown of a media file; None while it is not there yet."""
        if name in self._known:
            self._known.move_to_end(name)
            return self._known[name]
        document = self.studio.document
        if name and document is not None:
            self._known[name] = None
            self._ask(document, name)
        return None

    def _ask(self, document: Document, name: str) -> None:
        turn, tokens, known = self._turn, theme.current(), facts(self.studio.project, name)

        def then(film: Film) -> None:
            if turn == self._turn:
                self._keep(name, film)

        self.studio.bridge.aside(lambda: film_of(document, name, known, tokens), then, self._missed)

    def _missed(self, failure: Failure) -> None:
        """A file that is not there shows nothing; the project's check says which."""

    def _keep(self, name: str, film: Film) -> None:
        self._known[name] = film
        self._size += film.size
        while self._size > KEPT and len(self._known) > 1:
            old, gone = self._known.popitem(last=False)
            self._size -= gone.size if gone is not None else 0
            if old == name:
                break
        self.arrived.emit()


def film_of(document: Document, name: str, facts: Medium, tokens: theme.Tokens) -> Film:
    """The small pictures of a media file: of a clip some of its frames, sought one by one. Refused when it cannot be
    read."""
    reader = Reader(document, proxies=True)
    try:
        match facts.medium:
            case "image":
                return Film((_small(reader.frame(name)),))
            case "mesh":
                return Film((thumbs.thumb(reader.mesh(name), SIDE, tokens),))
            case "audio":
                return _heard(reader.sound(name))
        return _moving(reader, name, facts)
    finally:
        reader.forget()


def _heard(sound: Audio | None) -> Film:
    if sound is None:
        return Film(())
    length = len(sound.samples) / sound.rate
    return Film((), length, outline_of(peaks(sound.samples)), sound.rate, notes_of(sound))


def _moving(reader: Reader, name: str, facts: Medium) -> Film:
    count = max(1, min(FRAMES, math.ceil(facts.length * A_SECOND)))
    moments = [facts.length * (2 * n + 1) / (2 * count) for n in range(count)]
    images = tuple(_small(reader.frame(name, at, facts.length)) for at in moments)
    sound = _heard(reader.sound(name))
    return Film(images, float(facts.length), sound.wave, sound.rate)


def outline_of(pyramid: Peaks) -> np.ndarray:
    """(blocks, 2) of the finest blocks of a pyramid, the loudest channel of each."""
    level = pyramid.levels[0]
    return np.ascontiguousarray(np.stack([level[:, :, 0].min(axis=1), level[:, :, 1].max(axis=1)], axis=1))


def notes_of(audio: Audio) -> np.ndarray | None:
    """(N, 4) start and end in seconds, pitch, loudness 0..1 of the notes a sound was played from."""
    notes = audio.notes
    if notes is None or not len(notes.start):
        return None
    return np.stack([notes.start, notes.start + notes.length, notes.pitch, notes.velocity / 127], axis=1)


def _small(pixels: np.ndarray) -> QImage:
    stride = max(1, pixels.shape[0] // (2 * TALL))
    image = thumbs.picture(pixels[::stride, ::stride])
    if image.height() > TALL:
        image = image.scaledToHeight(TALL, Qt.TransformationMode.SmoothTransformation)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
