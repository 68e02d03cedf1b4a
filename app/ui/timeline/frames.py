"""The frames of the filmstrip: asked from the studio when they come into view, kept as small pictures."""

from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.studio import Studio
from app.ui import thumbs
from app.ui.theme import Tokens
from engines.contract import Failure, Media

_KEPT = 600
_PATIENCE = 20_000  # ms after which an unanswered question is asked again
Key = tuple[str, int]


class Frames(QObject):
    """A cache of frames by (run, step). `want` names those in view; `arrived` tells that one more is there."""

    arrived = Signal()

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._kept: OrderedDict[Key, QImage] = OrderedDict()
        self._live: set[Key] = set()  # taken from the live preview: good enough until the run has ended
        self._absent: set[Key] = set()
        self._asked: dict[Key, int] = {}
        self._wanted: list[Key] = []
        self._clock = QElapsedTimer()
        self._clock.start()
        self._soon = QTimer(self, singleShot=True, interval=15)
        self._soon.timeout.connect(self._ask)
        self.side = 96
        self.width = 4  # how many questions may be open at once
        self.tokens: Tokens | None = None

    def get(self, run: str, step: int) -> QImage | None:
        """The frame, when it is there."""
        image = self._kept.get((run, step))
        if image is not None:
            self._kept.move_to_end((run, step))
        return image

    def absent(self, run: str, step: int) -> bool:
        """Whether the studio has no such frame any more."""
        return (run, step) in self._absent

    def live(self, run: str, step: int, media: Media) -> None:
        """Take the live preview as the frame of `step`."""
        self._keep((run, step), media)
        self._live.add((run, step))

    def want(self, keys: Iterable[Key], running: bool) -> None:
        """These frames are in view, the most wanted first; a running job is asked one at a time."""
        self.width = 1 if running else 4
        missing = self._live if not running else set()
        self._wanted = [k for k in keys if (k not in self._kept or k in missing) and k not in self._absent]
        if self._wanted:
            self._soon.start()

    def forget(self) -> None:
        """Draw everything anew (another theme or size)."""
        self._kept.clear()
        self._live.clear()
        self._absent.clear()

    def _ask(self) -> None:
        now = self._clock.elapsed()
        self._asked = {key: since for key, since in self._asked.items() if now - since < _PATIENCE}
        for key in self._wanted:
            if len(self._asked) >= self.width:
                return
            if key not in self._asked:
                self._asked[key] = now
                self._question(key)

    def _question(self, key: Key) -> None:
        def sorry(failure: Failure) -> None:
            self._answer(key, None)

        self._studio.frame(key[0], key[1], lambda media: self._answer(key, media), sorry)

    def _answer(self, key: Key, media: Media | None) -> None:
        self._asked.pop(key, None)
        self._wanted = [other for other in self._wanted if other != key]
        self._live.discard(key)
        if media is None:
            self._absent.add(key)
        else:
            self._keep(key, media)
        if self._wanted:
            self._soon.start()
        self.arrived.emit()

    def _keep(self, key: Key, media: Media) -> None:
        if self.tokens is None:
            return
        self._kept[key] = thumbs.thumb(media, self.side, self.tokens)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            old, _ = self._kept.popitem(last=False)
            self._live.discard(old)
