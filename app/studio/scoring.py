"""How likely a model finds an input: read, measured by the worker, laid beside noise and held-out data."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.entry import Entry
from app.core.lab import comparison, score
from app.core.lab.comparison import Side
from app.core.lab.score import Scored
from app.studio.shelf import Shelving
from engines.contract import EngineCard, Failure, Media, Value, medium_of
from engines.wire import Weigh, Weighed

PATIENCE = 3600.0  # seconds; a job that runs is waited for


class Scoring(QObject):
    """What the panel of scores shows. `side` is the input, `found` its score, `trouble` why there is none."""

    changed = Signal()

    def __init__(self, studio: Shelving, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.side: Side | None = None
        self.found: Scored | None = None
        self.trouble = ""
        self.busy = False
        self.engine = ""
        self._turn = 0
        self._ticket = 0

    def put_run(self, run: str) -> None:
        """Take the result of `run`."""

        def got(entry: Entry | None) -> None:
            if entry is None:
                self._fail(self._turn, Failure("missing", self.tr("There is no finished result to score.")))
            else:
                self.put_file(entry.path)

        self.studio.entry(run, got)

    def put_file(self, path: Path) -> None:
        """Take the file at `path`."""
        turn = self._begin()
        self.side = None

        def got(side: Side) -> None:
            if turn == self._turn:
                self.side, self.busy = side, False
                self.changed.emit()

        self.studio.bridge.aside(lambda: comparison.side_of(path), got, lambda failure: self._fail(turn, failure))

    def scorers(self) -> list[EngineCard]:
        """The engines that can score what is here."""
        return score.scorers(self.studio.cards(), medium_of(self.side.media)) if self.side else []

    def measure(self, engine: str, prompt: str = "") -> None:
        """Have `engine` score what is here, and noise of its size."""
        if self.side is None:
            return
        turn, card, given = self._begin(), self.studio.card_of(engine), self.side.media
        self.engine = engine
        other = score.noise(given)

        def sorry(failure: Failure) -> None:
            self._fail(turn, failure)

        def told(answer: Weighed) -> None:
            if turn != self._turn:
                return
            if other is None:
                self._take(turn, card, answer.facts)
            else:
                self._ask(card, other, prompt, lambda noise: self._take(turn, card, answer.facts, noise.facts), sorry)

        self._ask(card, given, prompt, told, sorry)

    def _ask(self, card: EngineCard, given: Media, prompt: str, then: object, sorry: object) -> None:
        request = score.asked(card, given, prompt)
        self._ticket = self.studio.bridge.ask(lambda ticket: Weigh(ticket, request), then, sorry, PATIENCE)  # type: ignore[arg-type]

    def stop(self) -> None:
        """Give up what is being measured."""
        if self.busy and self._ticket:
            self.studio.bridge.withdraw(self._ticket)
            self._turn += 1
            self.busy = False
            self.changed.emit()

    def _take(
        self, turn: int, card: EngineCard, facts: dict[str, Value], of_noise: dict[str, Value] | None = None
    ) -> None:
        if turn == self._turn:
            self.found, self.busy = score.scored(card, facts, of_noise), False
            self.changed.emit()

    def _begin(self) -> int:
        self._turn += 1
        self.found, self.trouble, self.busy = None, "", True
        self.changed.emit()
        return self._turn

    def _fail(self, turn: int, failure: Failure) -> None:
        if turn == self._turn:
            self.trouble, self.busy = failure.sentence, False
            self.changed.emit()
