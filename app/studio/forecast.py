"""What the draft will take: told before it is made, learnt from what was made."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.bridge import Engines
from app.core import forecast
from app.core.forecast import Run
from app.core.settings import Folders, Settings
from app.studio.getting import Getting
from engines.contract import Estimate, Failure
from engines.wire import Finished, Gauge, Gauged, Hello

SOON_MS = 200


class Forecasting(Getting):
    """The part of the studio that looks ahead. `foreseen` is what one job of the draft will take."""

    forecast_changed = Signal(object)  # Forecast

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.foreseen = forecast.Forecast()
        self._runs: tuple[Run, ...] = ()
        self._gauged, self._gauged_of = Estimate(), ""
        self._ran_last = ""  # the engine that has run last
        self._foresee_soon = self._timer(SOON_MS, self._foresee)
        self.draft_changed.connect(lambda fields: self._foresee_soon.start())
        self.engines_changed.connect(self._foresee_soon.start)
        self.bridge.news.connect(self._learn)
        self.bridge.hello.connect(self._anew)
        path = self.folders.paces
        self.bridge.call(lambda: forecast.load(path), self._remember)

    def _remember(self, runs: tuple[Run, ...]) -> None:
        self._runs = (*runs, *self._runs)
        self._foresee_soon.start()

    def _anew(self, hello: Hello) -> None:
        self._ran_last = ""
        self._foresee_soon.start()

    def _foresee(self) -> None:
        """Say what is known now, and ask the engine what it can tell of its headers."""
        card, request = self.card(), forecast.bare(self.draft)
        if not card.info.name or card.missing:
            return

        def then(answer: Gauged | None) -> None:
            if answer is not None and answer.estimate is not None and self.draft.engine == request.engine:
                self._gauged = answer.estimate
                self._say_foreseen()

        if self._gauged_of != request.engine:
            self._gauged, self._gauged_of = Estimate(), request.engine
        self._say_foreseen()
        self.bridge.ask(lambda ticket: Gauge(ticket, request), then, _unheard)

    def _say_foreseen(self) -> None:
        loaded = self._ran_last == self.draft.engine
        self.foreseen = forecast.forecast(self._runs, self.card(), self.draft, self._gauged, loaded=loaded)
        self.forecast_changed.emit(self.foreseen)

    def _learn(self, news: object) -> None:
        """A job is done: remember what it took."""
        job = self.job(news.job) if isinstance(news, Finished) else None
        if job is None or not isinstance(news, Finished):
            return
        self._ran_last = job.request.engine
        run = forecast.run_of(job.request, job.steps, news.result.facts)
        if run is not None:
            self._runs = forecast.learnt(self._runs, run)
            self.bridge.call(partial(forecast.save, self.folders.paces, self._runs), None, _unheard)
        self._foresee_soon.start()


def _unheard(failure: Failure) -> None:
    """A forecast is a courtesy: nothing is said where there is none."""
