"""Models from the hub: asked about, agreed to, got in the background, paused and gone on with."""

import time
from functools import partial
from typing import Literal

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.bridge import Engines
from app.core import hub
from app.core.settings import Folders, Settings, downloads
from app.studio.models import Collecting
from engines.contract import Failure
from engines.files import atomic

OFTEN = 0.1  # seconds between two words on how far it is


class Download(Struct, frozen=True):
    """What is being got: `wish` as it was written, and how far it is. `sentence` says why it failed."""

    wish: str = ""
    state: Literal["none", "asking", "offered", "getting", "paused", "done", "failed"] = "none"
    offer: hub.Offer | None = None
    news: hub.News | None = None
    sentence: str = ""


class Getting(Collecting):
    """The part of the studio that gets models from the hub, one at a time. Nothing is asked before `ask_hub`."""

    download_changed = Signal()

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.download = Download()
        self._get_turn = 0  # work that is not of this turn ends
        self._unfinished = self.folders.data / "unfinished.json"

    def unfinished(self) -> str:
        """What was being got when the program ended, '' when nothing was."""
        try:
            return msgspec.json.decode(self._unfinished.read_bytes(), type=str)
        except (OSError, msgspec.MsgspecError):
            return ""

    def ask_hub(self, wish: str) -> None:
        """Ask what 'OWNER/NAME' or 'OWNER/NAME:file' is and how big; `download` is the offer then."""
        self._get_turn += 1
        self._now(Download(wish, "asking"))
        base, turn = downloads(self.folders, self.settings), self._get_turn
        self.bridge.afar(lambda: hub.offer(wish, base), partial(self._offered, turn), partial(self._not_got, turn))

    def get_offered(self) -> None:
        """Get what is offered, or go on with it."""
        offered = self.download.offer
        if offered is None or self.download.state == "getting":
            return
        self._get_turn += 1
        turn, wish = self._get_turn, self.download.wish
        self._now(msgspec.structs.replace(self.download, state="getting", sentence=""))

        def work() -> bool:
            atomic.write(self._unfinished, msgspec.json.encode(wish))
            whole = self._got(offered, turn)
            if whole:
                self._unfinished.unlink(missing_ok=True)
            return whole

        self.bridge.afar(work, partial(self._got_it, turn), partial(self._not_got, turn))

    def pause_getting(self) -> None:
        """Stop; what there is of it stays, and `get_offered` goes on."""
        if self.download.state == "getting":
            self._get_turn += 1
            self._now(msgspec.structs.replace(self.download, state="paused"))

    def drop_download(self) -> None:
        """Want it no more: what there is of unfinished files is thrown away."""
        offered, self._get_turn = self.download.offer, self._get_turn + 1
        self._now(Download())

        def work() -> None:
            if offered is not None:
                hub.discard(offered)
            self._unfinished.unlink(missing_ok=True)

        self.bridge.afar(work)

    def _got(self, offered: hub.Offer, turn: int) -> bool:
        """Whether it is there, off the GUI thread; False when it was paused."""
        last = 0.0
        for news in hub.get(offered):
            if turn != self._get_turn:
                return False
            if time.monotonic() - last >= OFTEN:
                last = time.monotonic()
                self.bridge.post(partial(self._come, turn), news)
        return True

    def _offered(self, turn: int, offered: hub.Offer) -> None:
        if turn == self._get_turn:
            self._now(msgspec.structs.replace(self.download, state="offered", offer=offered))

    def _come(self, turn: int, news: hub.News) -> None:
        if turn == self._get_turn:
            self._now(msgspec.structs.replace(self.download, news=news))

    def _got_it(self, turn: int, whole: bool) -> None:
        if turn != self._get_turn or not whole or self.download.offer is None:
            return
        self._now(msgspec.structs.replace(self.download, state="done"))
        self.add_model_folder(downloads(self.folders, self.settings))

    def _not_got(self, turn: int, failure: Failure) -> None:
        if turn == self._get_turn:
            self._now(msgspec.structs.replace(self.download, state="failed", sentence=failure.sentence))

    def _now(self, download: Download) -> None:
        self.download = download
        self.download_changed.emit()
