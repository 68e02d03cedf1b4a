"""Reading a project's media by name: the exact frame at a moment, a sound, a surface. What was read last is kept."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from fractions import Fraction
from math import gcd
from typing import Any, Protocol

import numpy as np

from app.core.project import Document
from app.core.timeline import proxies
from app.core.timeline.rate import resampled
from app.core.timeline.values import ZERO, Time
from engines.contract import Audio, Image, Media, Mesh, Refused, Video
from engines.files import media as files
from engines.files.film import Film

FRAMES, SOUNDS = 2**28, 2**29  # bytes that are kept of each
OPEN = 8  # clips that are open at once


class Source(Protocol):
    """Where the pictures and sounds of a project come from, by the names of its media. All raise Refused."""

    def frame(self, name: str, at: Time = ZERO, length: Time = ZERO) -> np.ndarray:
        """What is seen `at` seconds after the beginning: uint8 (H, W, 3 or 4); the first or last frame beyond the
        ends. `length` is how long it is known to be: an animated picture only counts milliseconds."""
        ...

    def heard(self, name: str, rate: int) -> np.ndarray:
        """Its sound, float32 (N, 2) at `rate` Hz; of no length where there is none."""
        ...

    def sound(self, name: str) -> Audio | None:
        """Its sound as it is, with its notes."""
        ...

    def mesh(self, name: str) -> Mesh:
        """The surface it is."""
        ...

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, remembered under `key` for as long as there is room."""
        ...


class Reader:
    """The `Source` of a document. Any thread may ask; sounds never wait for frames. `proxies` lets clips be shown from
    their small copies where there are some (never for an export)."""

    def __init__(self, document: Document, proxies: bool = False) -> None:
        self.document, self._small = document, proxies
        self._frames, self._sounds, self._surfaces, self._made = (Shelf(n) for n in (FRAMES, SOUNDS, FRAMES, FRAMES))
        self._films: OrderedDict[str, Film | None] = OrderedDict()
        self._on_small: set[str] = set()  # those of them that are small copies
        self._seeing, self._hearing, self._keeping = threading.RLock(), threading.RLock(), threading.Lock()

    def frame(self, name: str, at: Time = ZERO, length: Time = ZERO) -> np.ndarray:
        """See `Source.frame`."""
        with self._seeing:
            film = self._film(name)
            if film is None:
                return _still(self._picture(name), at, length)
            number = film.number(max(at, ZERO))
            if self._frames.get((name, number)) is None:
                for one, pixels in film.frames(number).items():
                    self._frames.put((name, one), pixels, pixels.nbytes)
            found = self._frames.get((name, number))
            return film.frames(number)[number] if found is None else found  # one larger than all that is kept

    def heard(self, name: str, rate: int) -> np.ndarray:
        """See `Source.heard`."""
        with self._hearing:
            found = self._sounds.get((name, rate))
            if found is None:
                found = at_rate(self.sound(name), rate)
                self._sounds.put((name, rate), found, found.nbytes)
            return found

    def sound(self, name: str) -> Audio | None:
        """See `Source.sound`."""
        return files.sound_of(self.document.path(name))

    def mesh(self, name: str) -> Mesh:
        """See `Source.mesh`."""
        with self._seeing:
            found = self._surfaces.get(name)
            if found is None:
                found = self.document.read(name)
                if not isinstance(found, Mesh):
                    raise Refused("bad-file", f"The media {name[:15]} is no surface.")
                self._surfaces.put(name, found, found.vertices.nbytes + found.faces.nbytes)
            return found

    def kept(self, key: Hashable, make: Callable[[], Any], size: int = 2**20) -> Any:
        """See `Source.kept`; `size` are the bytes it is reckoned to take, where it has no `nbytes`."""
        with self._keeping:
            found = self._made.get(key)
        if found is None:
            found = make()
            with self._keeping:
                self._made.put(key, found, getattr(found, "nbytes", size))
        return found

    def forget(self) -> None:
        """Close what is open and keep nothing."""
        with self._seeing, self._hearing, self._keeping:
            for film in self._films.values():
                if film is not None:
                    film.close()
            self._films.clear()
            self._on_small.clear()
            for shelf in (self._frames, self._sounds, self._surfaces, self._made):
                shelf.clear()

    def _film(self, name: str) -> Film | None:
        """The clip, open; None for pictures, which are read whole."""
        self._prefer_small(name)
        if name not in self._films:
            self._films[name] = files.film(self.document.path(name))
        self._films.move_to_end(name)
        if len(self._films) > OPEN:
            gone, old = self._films.popitem(last=False)
            self._on_small.discard(gone)
            if old is not None:
                old.close()
        return self._films[name]

    def _prefer_small(self, name: str) -> None:
        """Go over to the small copy of a clip as soon as there is one."""
        small = proxies.place(self.document, name)
        if not self._small or name in self._on_small or not small.is_file():
            return
        old = self._films.pop(name, None)
        if old is not None:
            old.close()
        self._films[name] = files.film(small)
        self._on_small.add(name)

    def _picture(self, name: str) -> Media:
        found = self._frames.get(name)
        if found is None:
            found = self.document.read(name)
            if not isinstance(found, Image | Video):
                raise Refused("bad-file", f"The media {name[:15]} has nothing to see.")
            size = found.pixels.nbytes if isinstance(found, Image) else found.frames.nbytes
            self._frames.put(name, found, size)
        return found


def _still(shown: Media, at: Time, length: Time) -> np.ndarray:
    """The frame of a picture, animated or not, at a moment; grey becomes RGB."""
    if isinstance(shown, Image):
        pixels = shown.pixels if shown.pixels.ndim == 3 else shown.pixels[..., None]
        return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    assert isinstance(shown, Video)
    count = len(shown.frames)
    fps = Fraction(count) / length if length > 0 else Fraction(shown.fps).limit_denominator(1001)
    return shown.frames[min(max(int(at * fps // 1), 0), count - 1)]  # type: ignore[no-any-return]


def at_rate(audio: Audio | None, rate: int) -> np.ndarray:
    """float32 (N, 2) at `rate` Hz: mono on both sides, more channels folded to two, band-limited."""
    if audio is None or not len(audio.samples):
        return np.zeros((0, 2), np.float32)
    samples = np.asarray(audio.samples, np.float32)
    if samples.shape[1] == 1:
        samples = np.repeat(samples, 2, axis=1)
    elif samples.shape[1] > 2:
        samples = np.stack([samples[:, ::2].mean(axis=1), samples[:, 1::2].mean(axis=1)], axis=1)
    if audio.rate == rate:
        return np.ascontiguousarray(samples)
    common = gcd(rate, int(audio.rate))
    return resampled(samples, rate // common, int(audio.rate) // common)


class Shelf:
    """Things by key, the least lately used forgotten when they take more than `budget` bytes together."""

    def __init__(self, budget: int) -> None:
        self._budget, self._total = budget, 0
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """What lies there, or None."""
        if key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key][0]

    def put(self, key: Hashable, thing: Any, size: int) -> None:
        """Lay it there; what is larger than the whole shelf is not kept, other than alone."""
        self._total += size - self._held.pop(key, (None, 0))[1]
        self._held[key] = (thing, size)
        while self._total > self._budget and len(self._held) > 1:
            self._total -= self._held.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self._total = 0
