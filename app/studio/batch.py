"""Results that are wanted for a measurement: what the history has is taken, the rest is queued like anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.core.history import History
from app.core.job import Cancelled, Done, Failed, Job
from engines.contract import Failure, Request
from engines.files import recipe

if TYPE_CHECKING:
    from app.studio import Studio

LOOKED = 5000  # newest results of an engine that are looked through


class Ready(Struct, frozen=True):
    """The runs of requests, in their order, and the file of each that is there already."""

    runs: tuple[str, ...]
    files: Mapping[str, Path]


class Batch(QObject):
    """The results of many requests. `files` has the file of each run that is made, `failed` why one will not be."""

    changed = Signal(str)  # a run is made, or will not be
    begun = Signal(object)  # Ready

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.studio = studio
        self.runs: tuple[str, ...] = ()
        self.files: dict[str, Path] = {}
        self.failed: dict[str, str] = {}
        studio.job_changed.connect(self._heard)

    def begin(self, requests: Sequence[Request], sorry: Callable[[Failure], None]) -> None:
        """Have them made; `begun` says which run is whose. Equal requests share a run."""
        studio = self.studio
        waiting = [job for job in studio.jobs if not job.ended and job.parent is None]

        def work() -> tuple[Ready, list[Job]]:
            drawn = [studio.drawn(request) for request in requests]
            asked = [recipe.asks(one) for one in drawn]
            library = studio._kept()
            there = known(library.history, {one.engine for one in drawn})
            coming = {recipe.asks(job.request): job.run for job in waiting}
            new = {t: one for t, one in zip(asked, drawn, strict=True) if t not in there and t not in coming}
            jobs = library.queue.add(list(new.values())) if new else []
            made = {text: job.run for text, job in zip(new, jobs, strict=True)}
            runs = coming | made | {text: run for text, (run, _) in there.items()}
            files = dict(there[text] for text in asked if text in there)
            return Ready(tuple(runs[text] for text in asked), files), jobs

        def added(found: tuple[Ready, list[Job]]) -> None:
            ready, jobs = found
            self.runs, self.files, self.failed = ready.runs, dict(ready.files), {}
            studio.jobs = [*studio.jobs, *jobs]
            self.begun.emit(ready)
            studio.jobs_changed.emit()
            studio._kick()

        studio.bridge.call(work, added, sorry)

    def stop(self) -> None:
        """Stop what is not made yet."""
        mine = set(self.runs)
        for job in list(self.studio.jobs):
            if job.run in mine and not job.ended:
                self.studio.stop(job.id)

    def close(self) -> None:
        """Hear nothing more."""
        self.studio.job_changed.disconnect(self._heard)
        self.deleteLater()

    @property
    def waiting(self) -> int:
        """How many results are still to come."""
        return len({run for run in self.runs if run not in self.files and run not in self.failed})

    def _heard(self, job: Job) -> None:
        if job.run not in self.runs or job.run in self.files:
            return
        if isinstance(job.state, Done):
            self.failed.pop(job.run, None)
            self.files[job.run] = Path(job.state.path)
        elif isinstance(job.state, Failed):
            self.failed[job.run] = job.state.failure.sentence
        elif isinstance(job.state, Cancelled):
            self.failed[job.run] = self.tr("Stopped.")
        else:
            return
        self.changed.emit(job.run)


def known(history: History, engines: set[str]) -> dict[str, tuple[str, Path]]:
    """What earlier results were asked for -> their run and file; the newest of equals. On the file thread."""
    found: dict[str, tuple[str, Path]] = {}
    for engine in engines:
        for entry in history.latest(engine, LOOKED):
            text = None if entry.deleted or not entry.recipe_text else recipe.asked_in(entry.recipe_text)
            if text and text not in found and entry.path.exists():
                found[text] = (entry.run, entry.path)
    return found
