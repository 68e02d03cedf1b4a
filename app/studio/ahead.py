"""What clips of the timeline will take: seconds as earlier runs took, memory as the engine says of its headers."""

from typing import Any

from PySide6.QtCore import QObject, Signal

from app.bridge import Engines
from app.core import forecast as forecasts
from app.core.settings import Folders, Settings
from app.core.timeline import edit, making
from app.studio.sequence import Sequencing
from engines.contract import Estimate, Failure, Refused, Request
from engines.wire import Gauge, Gauged


class LookingAhead(Sequencing):
    """The part of the studio that says what making a clip will take."""

    making_changed = Signal(str)  # the id of a clip whose `in_hand` or forecast has changed

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self._gauged_clips: dict[str, tuple[Any, Estimate]] = {}  # by clip: of what request, and what its engine says

    def foresee_clip(self, clip: str, *, draft: bool = False) -> forecasts.Forecast:
        """What a clip will take, as far as it is known; the engine is asked, and `making_changed` says when it has
        answered."""
        one = edit.clip_of(self.timeline, clip)
        card = self.card_of(one.ask.engine) if one.ask is not None else None
        if card is None or not card.info.name or card.missing:
            return forecasts.Forecast()
        try:
            request = making.outline(self.project, self.timeline, one, card, draft=draft)
        except Refused:
            return forecasts.Forecast()
        return forecasts.forecast(self._runs, card, request, self._estimate(clip, request))

    def _estimate(self, clip: str, request: Request) -> Estimate:
        """What the engine has told of such a request; it is asked once."""
        key = (request.engine, request.size, request.length, tuple(sorted(request.options.items())))
        known, told = self._gauged_clips.get(clip, (None, Estimate()))
        if known == key:
            return told
        self._gauged_clips[clip] = (key, Estimate())
        bare = forecasts.bare(request)

        def then(answer: Gauged | None) -> None:
            if answer is not None and answer.estimate is not None and self._gauged_clips.get(clip, (None,))[0] == key:
                self._gauged_clips[clip] = (key, answer.estimate)
                self.making_changed.emit(clip)

        self.bridge.ask(lambda ticket: Gauge(ticket, bare), then, _unheard)
        return Estimate()


def _unheard(failure: Failure) -> None:
    """A forecast is a courtesy: nothing is said where there is none."""
