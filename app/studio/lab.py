"""Evaluations in the window: sets are made or gathered, then measured one after the other, beside whatever is made."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.core.lab import findings, gather
from app.core.lab.findings import Finding, Source
from app.studio.batch import Batch, Ready
from engines import contract
from engines.contract import Failure, Refused, Request
from engines.files import atomic
from engines.wire import Failed, Halted, Measured, Measuring

if TYPE_CHECKING:
    from app.studio import Studio


class Evaluation(Struct, frozen=True):
    """What is to be measured: each candidate by a metric, beside the reference where the metric compares."""

    metric: str
    candidates: tuple[Source, ...]
    reference: Source | None = None
    features: str = ""


class Progress(Struct, frozen=True):
    """What is done now, in words; how much of it, and the seconds left (None: not known)."""

    what: str
    done: int = 0
    total: int = 0
    left: float | None = None


Then = Callable[[Path], None]


class Lab(QObject):
    """The findings of the studio, and the evaluation in hand. What was measured is kept at once; features are kept by
    their content, so that what was stopped goes on where it was."""

    changed = Signal()  # findings came or went
    progressed = Signal()  # `progress` is another

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.studio = studio
        self.findings: tuple[Finding, ...] = ()
        self.progress: Progress | None = None
        self.asked: Evaluation | None = None  # the last one, whole
        self._left: list[Source] = []
        self._batch: Batch | None = None
        self._job = 0
        self._turn = 0
        self._place = studio.folders.data / "lab" / "findings.json"
        studio.bridge.call(lambda: findings.load(self._place), self._loaded)

    def _loaded(self, found: tuple[Finding, ...]) -> None:
        self.findings = (*found, *self.findings)
        self.changed.emit()

    @property
    def lacking(self) -> bool:
        """Whether the last evaluation was stopped before its end."""
        return self.progress is None and bool(self._left)

    # ------------------------------------------------------------ measuring

    def evaluate(self, asked: Evaluation) -> bool:
        """Measure. False, with a notice, when that cannot be."""
        try:
            self._check(asked)
        except Refused as refused:
            self.studio.notice.emit("error", refused.failure.sentence)
            return False
        self.stop()
        self.asked, self._left = asked, list(asked.candidates)
        self._next()
        return True

    def _check(self, asked: Evaluation) -> None:
        from engines.metrics.evaluation import METRICS

        metric = METRICS.get(asked.metric)
        if metric is None or not asked.candidates:
            raise Refused("bad-request", self.tr("Choose a metric, and what it is to measure."))
        if metric.needs in ("sets", "pairs") and asked.reference is None:
            raise Refused("bad-request", self.tr("%s compares: choose what with.") % metric.title)
        sets = (*asked.candidates, *([asked.reference] if asked.reference else []))
        for engine in (one.engine for one in sets if one.engine):
            card = self.studio.card_of(engine)
            if card.info.medium != metric.medium or not card.info.name:
                sentence = self.tr("%s does not make what %s measures.")
                raise Refused("bad-request", sentence % (card.info.title, metric.title))

    def go_on(self) -> None:
        """Measure what is left of an evaluation that was stopped."""
        if self.lacking:
            self._next()

    def stop(self) -> None:
        """Stop the evaluation in hand; `go_on` takes it up again."""
        self._turn += 1
        if self._batch is not None:
            self._batch.stop()
            self._drop_batch()
        if self._job:
            self.studio.bridge.hush(self._job)
            self._job = 0
        self._say(None)

    def _say(self, progress: Progress | None) -> None:
        self.progress = progress
        self.progressed.emit()

    def _next(self) -> None:
        asked = self.asked
        if asked is None or not self._left:
            self._say(None)
            return
        candidate = self._left[0]
        self._say(Progress(candidate.name))
        if asked.reference is None:
            self._files_of(candidate, lambda made: self._measure(candidate, made, None))
            return
        reference = asked.reference
        self._files_of(
            reference, lambda real: self._files_of(candidate, lambda made: self._measure(candidate, made, real))
        )

    def _measure(self, candidate: Source, made: Path, real: Path | None) -> None:
        assert self.asked is not None
        asked, turn, began = self.asked, self._turn, time.monotonic()

        def heed(news: object) -> None:
            if turn != self._turn:
                return
            if isinstance(news, Measuring):
                spent = time.monotonic() - began
                left = spent / news.done * (news.total - news.done) if news.done else None
                self._say(Progress(candidate.name, news.done, news.total, left))
            elif isinstance(news, Measured):
                self._found(candidate, news)
            elif isinstance(news, Failed | Halted):
                self._job = 0
                sentence = news.failure.sentence if isinstance(news, Failed) else self.tr("Stopped.")
                self._sorry(Failure("bad-request", sentence))

        self._job = self.studio.measure(asked.metric, made, heed, str(real or ""), asked.features)

    def _found(self, candidate: Source, news: Measured) -> None:
        from engines.metrics.evaluation import METRICS

        assert self.asked is not None
        self._job = 0
        real = self.asked.reference.name if self.asked.reference else ""
        title, values = METRICS[self.asked.metric].title, news.values
        told = (self.asked.metric, title, candidate.name, real, news.features, news.count, values, news.biases)
        self._put((*self.findings, Finding(*told, time.time())))
        self._left = self._left[1:]
        self._next()

    def _sorry(self, failure: Failure) -> None:
        """What is left is not measured; the sentence says why."""
        self._turn += 1
        self._drop_batch()
        self._say(None)
        self.studio.notice.emit("error", failure.sentence)

    # ------------------------------------------------------------ the files of a set

    def _files_of(self, source: Source, then: Then) -> None:
        if source.folder:
            then(Path(source.folder))
        elif source.engine:
            self._make(source, then)
        else:
            self._of_history(source, then)

    def _of_history(self, source: Source, then: Then) -> None:
        studio = self.studio

        def work() -> list[Path]:
            entries = [studio._kept().history.get(run) for run in source.runs]
            found = [entry.path for entry in entries if entry is not None and entry.path.exists()]
            if not found:
                raise Refused("missing", f"Nothing of {source.name} is in the history any more.")
            return found

        studio.bridge.call(work, self._now(lambda files: self._gather(files, then)), self._now(self._sorry))

    def _gather(self, files: Sequence[Path], then: Then) -> None:
        root = self.studio.folders.data / "lab" / "sets"
        self.studio.bridge.aside(lambda: gather.gathered(files, root), self._now(then), self._now(self._sorry))

    def _make(self, source: Source, then: Then) -> None:
        """Have an engine make a set, by the queue; what is there already is taken."""
        batch = self._batch = Batch(self.studio)

        def look(_: object = None) -> None:
            made = len(set(batch.runs)) - batch.waiting
            self._say(Progress(source.name, made, len(set(batch.runs))))
            if batch.waiting:
                return
            self._drop_batch()
            failed = next(iter(batch.failed.values()), "")
            if failed:
                self._sorry(Failure("bad-request", f"{source.name}: {failed}"))
            else:
                self._gather([batch.files[run] for run in batch.runs], then)

        def begun(_: Ready) -> None:
            look()

        batch.begun.connect(self._now(begun))
        batch.changed.connect(self._now(look))
        try:
            batch.begin(self._requests(source), self._now(self._sorry))
        except Refused as refused:
            self._sorry(refused.failure)

    def _requests(self, source: Source) -> list[Request]:
        card, words = self.studio.card_of(source.engine), source.prompts or ("",)
        asked = (Request(engine=source.engine, prompt=words[n % len(words)], seed=n) for n in range(source.count))
        return [contract.check(card, one) for one in asked]

    def _drop_batch(self) -> None:
        if self._batch is not None:
            self._batch.close()
            self._batch = None

    def _now(self, act: Callable[[Any], None]) -> Callable[[Any], None]:
        """`act`, unless the evaluation was stopped meanwhile."""
        turn = self._turn
        return lambda value: act(value) if turn == self._turn else None

    # ------------------------------------------------------------ what was found

    def forget(self, gone: Sequence[Finding]) -> None:
        """Take findings away; can be undone."""
        before, after = self.findings, tuple(one for one in self.findings if one not in gone)
        if after == before:
            return
        self._put(after)
        self.studio.undo_stack.push(
            self.tr("Remove results of the lab"), lambda: self._put(before), lambda: self._put(after)
        )

    def write(self, path: Path, which: Sequence[Finding]) -> None:
        """Write findings as .csv or .json; a notice says where."""

        def work() -> Path:
            try:
                return atomic.write(path, findings.exported(which, path.suffix.lower()))
            except OSError as error:
                raise Refused("disk", atomic.sentence(error, path).sentence) from error

        self.studio.bridge.aside(work, lambda place: self.studio._say(self.tr("Written to %s.") % place))

    def _put(self, after: tuple[Finding, ...]) -> None:
        self.findings = after
        self.studio.bridge.call(lambda: findings.save(self._place, after))
        self.changed.emit()
