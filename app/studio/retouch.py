"""What is done to the picture on the stage without drawing it anew: enlarging it, taking its background off."""

from typing import Literal

import msgspec
from PySide6.QtCore import QObject

from app.bridge import Engines
from app.core import enlarge
from app.core.enlarge import Enlarging
from app.core.entry import Entry
from app.core.settings import Folders, Settings
from app.studio.running import Running
from app.studio.truth import LONGEST
from engines.contract import Failure, Image, Media, Refused
from engines.files import recipe
from engines.files.recipe import Recipe
from engines.wire import Retouch

Deed = Literal["enlarge", "cutout"]


class Retouching(Running):
    """The part of the studio that retouches. `retouching` says whether something is being made."""

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self._retouch: int | None = None  # the ticket of what is being made

    @property
    def retouching(self) -> bool:
        return self._retouch is not None

    def enlarge(self, wish: Enlarging) -> None:
        """Make the picture on the stage larger; what comes is in the history as its child."""
        picture, run = self._picture()
        if picture is None:
            return
        size = (picture.pixels.shape[1], picture.pixels.shape[0])
        try:
            if not wish.engine:
                self._ask_retouch("enlarge", picture, run, size=enlarge.size_of(size, wish), way=wish.way)
                return
            self.bridge.call(lambda: self._recipe_of(run), lambda made: self._enlarge_with(wish, picture, run, made))
        except Refused as refused:
            self.notice.emit("error", refused.failure.sentence)

    def cut_out(self) -> None:
        """Take the background off the picture on the stage; what comes is in the history as its child."""
        picture, run = self._picture()
        if picture is not None:
            self._ask_retouch("cutout", picture, run)

    def stop_retouching(self) -> None:
        """Give up what is being made of the picture."""
        if self._retouch is not None:
            self.bridge.withdraw(self._retouch)

    def _picture(self) -> tuple[Image | None, str]:
        subject = self.stage
        if subject is None or not isinstance(subject.media, Image) or self.retouching:
            return None, ""
        return subject.media, subject.run

    def _enlarge_with(self, wish: Enlarging, picture: Image, run: str, made: Recipe | None) -> None:
        before = made.request if made is not None else self.draft
        size = (picture.pixels.shape[1], picture.pixels.shape[0])
        try:
            begun = msgspec.structs.replace(before, start=picture)
            request = enlarge.request_of(self.card_of(wish.engine), wish, begun, size)
        except Refused as refused:
            self.notice.emit("error", refused.failure.sentence)
            return
        self.follow()
        if self.enqueue(request, run or None):
            self.scrub(None)

    def _recipe_of(self, run: str) -> Recipe | None:
        """On the file thread: how the result `run` was made."""
        entry = self._kept().history.get(run) if run else None
        return recipe.loads(entry.recipe_text, self._blobs.load) if entry is not None else None

    def _ask_retouch(
        self, deed: Deed, picture: Image, run: str, *, size: tuple[int, int] | None = None, way: str = ""
    ) -> None:
        title = self.tr("Enlarged") if deed == "enlarge" else self.tr("Without background")

        def made(media: Media) -> None:
            self._retouch = None
            self.bridge.call(lambda: self._save_retouched(media, deed, run, title), safe)

        def safe(entry: Entry) -> None:
            self._entries[entry.run] = entry
            runs = (entry.run,)
            self.undo_stack.push(title, lambda: self._trash(runs), lambda: self._untrash(runs))
            self.history_changed.emit()
            self.show(entry.run)

        def sorry(failure: Failure) -> None:
            self._retouch = None
            self.notice.emit("warning", failure.sentence)

        self.notice.emit("info", self.tr("The picture is being worked on; what comes of it goes into the history."))
        self._retouch = self.bridge.ask(lambda ticket: Retouch(ticket, deed, picture, size, way), made, sorry, LONGEST)

    def _save_retouched(self, media: Media, deed: Deed, run: str, title: str) -> Entry:
        """On the file thread: `media` safe, as a child of `run`."""
        parent = self._recipe_of(run)
        words = parent.request.prompt if parent is not None and parent.request.prompt else title
        return self._kept().keep(media, f"retouched/{deed}", words, parent)
