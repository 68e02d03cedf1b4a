"""The queue at work: jobs made of the draft, run one after the other, paused, resumed, branched."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QObject

from app.bridge import Engines
from app.core import job as jobs
from app.core.job import Job
from app.core.settings import Folders, Settings
from app.develop import Task, develop
from app.studio.core import some_seed
from app.studio.stage import Subject
from app.studio.variants import Varying
from engines import contract
from engines.contract import Checkpoint, Failure, Refused, Request, Result
from engines.files.recipe import Recipe
from engines.files.steps import StepStore
from engines.wire import Failed, Finished, Halted, Phased, Stepped

Then = Callable[[list[Job]], None] | None


class Running(Varying):
    """The part of the studio that runs jobs. `jobs` is the queue in order; ended jobs stay until cleared.

    `queue_paused` holds new jobs back. `editing` is the waiting job whose request is in the draft, if any.
    """

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self.queue_paused = False
        self.editing: int | None = None
        self._active: int | None = None
        self._stopping: set[int] = set()
        self._leaving: set[int] = set()
        self._prompts: list[str] = []
        self.bridge.news.connect(self._heard)

    def job(self, job_id: int) -> Job | None:
        """The job with this number, while it is in the queue."""
        return next((job for job in self.jobs if job.id == job_id), None)

    def prompt_history(self) -> list[str]:
        """Prompts that were used, latest first, each once."""
        return list(self._prompts)

    # ------------------------------------------------------------ making jobs

    def generate(self) -> list[Job]:
        """Queue `count` jobs of the draft with seeds seed, seed + 1 ...; afterwards the seed is shuffled unless locked.

        What comes back is on the disk. It is empty when the draft is refused (by notice) and in the rare case that
        the disk is busy: the jobs then come a moment later with `jobs_changed`.
        """
        seeds = [(self.draft.seed + n) % 2**63 for n in range(self.count)]
        made = self._enqueue([msgspec.structs.replace(self.draft, seed=seed) for seed in seeds])
        if made is not None:
            self.follow()
            if not self.locked:
                self._put(msgspec.structs.replace(self.draft, seed=some_seed()))
        return made or []

    def enqueue(self, request: Request, parent: str | None = None, parent_step: int | None = None) -> list[Job]:
        """Queue one request as it is, as a branch of run `parent` after `parent_step` steps when given."""
        return self._enqueue([request], parent, parent_step) or []

    def branch(self, step: int, run: str | None = None) -> list[Job]:
        """Go on from step `step` of `run` (the stage's by default) with the draft as it is now.

        Engine, size, length, start and seed stay the parent's, since the checkpoint holds them; a notice says so where
        the draft wants otherwise. When the checkpoint has been tidied away the parent is replayed to that step first.
        """
        run = run or (self.stage.run if self.stage else "")
        if not run:
            self.notice.emit("warning", self.tr("There is no run on the stage to branch from."))
            return []
        made: list[Job] = []
        draft = self.draft
        self.bridge.within(
            lambda: self._parent(run, step), lambda found: made.extend(self._branch(run, step, draft, *found))
        )
        return made

    def _parent(self, run: str, step: int) -> tuple[Request, Checkpoint | None]:
        """On the file thread: what `run` was made of, and the checkpoint after `step` when it is still there."""
        library = self._kept()
        job, entry = library.queue.find(run), library.history.get(run)
        if job is None and entry is None:
            raise Refused("missing", "The run to branch from is not in the history any more.")
        if job is not None:
            request = job.request
        else:
            from engines.files import recipe

            request = recipe.loads(entry.recipe_text, self._blobs.load).request  # type: ignore[union-attr]
        return request, StepStore(self.folders.steps / run).checkpoint(step)

    def _branch(self, run: str, step: int, draft: Request, parent: Request, checkpoint: Checkpoint | None) -> list[Job]:
        kept = ("engine", "size", "length", "start", "strength", "mask", "around", "feather", "fill", "last")
        request = msgspec.structs.replace(draft, **{name: getattr(parent, name) for name in kept}, seed=parent.seed)
        if draft.engine != parent.engine:
            self._say(self.tr("The branch keeps the engine %s of its parent, with its settings.") % parent.engine)
            request = msgspec.structs.replace(parent, prompt=draft.prompt, negative=draft.negative)
        elif draft.size not in (None, parent.size):
            self._say(self.tr("The branch keeps the size of its parent: the picture has begun with it."))
        if checkpoint is None:
            self._say(self.tr("Step %d is no longer stored, so its parent runs again up to there first.") % step)
        return self._enqueue([msgspec.structs.replace(request, resume=checkpoint)], run, step) or []

    def _enqueue(
        self, requests: Sequence[Request], parent: str | None = None, step: int | None = None, *, then: Then = None
    ) -> list[Job] | None:
        """The new jobs, [] when they come later, None when they are refused. `then` hears of them before they run."""
        try:
            card = self.card_of(requests[0].engine)
            if not card.info.name:
                raise Refused("bad-request", self.tr("There is no engine to make this with; choose one first."))
            checked = [contract.ready(card, request) for request in requests]
        except Refused as refused:
            self.notice.emit("error", refused.failure.sentence)
            return None
        made: list[Job] = []

        def added(new: list[Job]) -> None:
            made.extend(new)
            self.jobs = [*self.jobs, *new]
            if then is not None:
                then(new)
            self.jobs_changed.emit()
            self._kick()

        self.bridge.within(lambda: self._kept().queue.add(list(map(self.drawn, checked)), parent, step), added)
        prompt = checked[0].prompt
        if prompt.strip():
            self._prompts = [prompt, *(old for old in self._prompts if old != prompt)][:200]
        return made

    # ------------------------------------------------------------ changing the queue

    def stop(self, job_id: int) -> None:
        """Stop a job for good, whether it runs or waits."""
        self._ask(job_id, pause=False)

    def stop_all(self) -> None:
        """Stop every job that runs or waits."""
        for job in list(self.jobs):
            if not job.ended:
                self.stop(job.id)

    def pause(self, job_id: int) -> None:
        """Stop a job so that `resume` goes on exactly where it was."""
        self._ask(job_id, pause=True)

    def resume(self, job_id: int) -> None:
        """Queue a paused, failed or cancelled job again: from its last stored checkpoint, or with the same seed."""
        self.bridge.call(lambda: self._kept().queue.again(job_id), self._requeued)

    def move(self, job_id: int, position: int) -> None:
        """Put a job at `position` of `jobs` (0: first); can be undone."""
        order = [job.id for job in self.jobs]
        if job_id in order:
            before = order.index(job_id)
            position = max(0, min(int(position), len(order) - 1))
            if before != position:
                self._move(job_id, position)
                self.undo_stack.push(
                    self.tr("Move job"), lambda: self._move(job_id, before), lambda: self._move(job_id, position)
                )

    def edit_job(self, job_id: int) -> None:
        """Take the request of a waiting job into the draft; `apply_job` writes the draft back. Can be undone."""
        job = self.job(job_id)
        if job is None or not _waits(job):
            self.notice.emit("warning", self.tr("Only a waiting job can be edited."))
            return
        before, old = self.editing, self.draft
        request = msgspec.structs.replace(job.request, resume=None)
        self._edit(job_id, request)
        self.undo_stack.push(self.tr("Edit job"), lambda: self._edit(before, old), lambda: self._edit(job_id, request))

    def _edit(self, job_id: int | None, request: Request) -> None:
        """`request` is the draft now, and that of the waiting job `job_id`; of none when it waits no longer."""
        job = None if job_id is None else self.job(job_id)
        self.editing = job_id if job is not None and _waits(job) else None
        self._put(request)
        self.jobs_changed.emit()

    def apply_job(self, job_id: int) -> None:
        """Write the draft back to a waiting job; it then begins anew."""
        try:
            request = contract.check(self.card(), self.draft)
        except Refused as refused:
            self.notice.emit("error", refused.failure.sentence)
            return
        self.editing = None
        self.bridge.call(lambda: self._kept().queue.edit(job_id, request), self._replace)
        self.jobs_changed.emit()

    def leave_job(self) -> None:
        """Edit no job any more; the draft stays as it is, and so does the job."""
        if self.editing is not None:
            self.editing = None
            self.jobs_changed.emit()

    def remove(self, job_id: int) -> None:
        """Take a job out of the queue; one that runs is stopped first. Its result, if any, stays in the history."""
        job = self.job(job_id)
        if job is None:
            return
        if job_id == self._active:
            self._leaving.add(job_id)
            self.stop(job_id)
        else:
            self._drop({job_id})

    def clear_finished(self) -> None:
        """Take the jobs that have ended out of the queue."""
        self._drop({job.id for job in self.jobs if job.ended})

    def pause_queue(self, on: bool) -> None:
        """Hold the queue: what runs goes on to its end, nothing new begins."""
        if on != self.queue_paused:
            self.queue_paused = on
            self.jobs_changed.emit()
            self._kick()

    def _ask(self, job_id: int, pause: bool) -> None:
        job = self.job(job_id)
        if job is None or job.ended:
            return
        if job_id == self._active:
            self._stopping.add(job_id)
            self.bridge.stop(job_id, pause)
        self._set_job(jobs.advance(job, jobs.Asked(job_id, pause)), save=True)

    def _move(self, job_id: int, position: int) -> None:
        job = self.job(job_id)
        if job is None:
            return
        others = [other for other in self.jobs if other.id != job_id]
        others.insert(position, job)
        self.jobs = [msgspec.structs.replace(other, position=n) for n, other in enumerate(others)]
        self.jobs_changed.emit()
        self.bridge.call(lambda: self._kept().queue.move(job_id, position))

    def _drop(self, ids: Iterable[int]) -> None:
        gone = set(ids)
        self._leaving -= gone
        if self.editing in gone:
            self.editing = None
        if gone:
            self.jobs = [job for job in self.jobs if job.id not in gone]
            self.jobs_changed.emit()
            self.bridge.call(lambda: self._kept().queue.remove(gone))

    # ------------------------------------------------------------ running them

    def _kick(self) -> None:
        """Start the next job when nothing runs."""
        waiting = (job for job in self.jobs if isinstance(job.state, jobs.Queued))
        job = next(waiting, None)
        if self._active is not None or self.queue_paused or job is None or self._library is None:
            return
        self._active = job.id
        started = jobs.advance(job, jobs.Started(job.id))
        self._set_job(started, save=True)
        self._set_worker("busy", self.tr("The engine is at work."))
        self._take_stage(started)
        if job.parent_step is not None and job.request.resume is None:
            self.bridge.call(lambda: self._kept().queue.recipe(job), partial(self._launch, started), self._refuse)
        else:
            self._launch(started, None)

    def _launch(self, job: Job, made: Recipe | None) -> None:
        parent, step = (made.parent, made.step) if made else (None, None)
        task = Task(job.id, job.request, self.folders.steps / job.run, parent, step)
        host, steps, asked = self.bridge.host, self.folders.steps, self._stopping
        self.bridge.start(lambda: develop(host, task, steps, lambda: task.job in asked), job.id)

    def _refuse(self, failure: Failure) -> None:
        if self._active is not None:
            self._heard(Failed(self._active, failure))

    def _heard(self, news: Any) -> None:
        """News of the running job, in order."""
        job = self.job(getattr(news, "job", 0))
        if job is None or job.id != self._active:
            return
        after = jobs.advance(job, news)
        ending = isinstance(news, Failed | Halted)
        self._set_job(after, save=ending)
        if isinstance(news, Phased):
            self.preview_shown(job.run)  # the worker has the job: grant the first preview
            if news.phase.note:
                self.notice.emit("warning", news.phase.note)
        if isinstance(news, Stepped):
            self._step_made(after, news)
        elif isinstance(news, Finished):
            self._finish(after, news.result)
        elif ending:
            self._end(after)
            if isinstance(news, Failed):
                self._mourn(news.failure)
        self._kick()

    def _step_made(self, job: Job, news: Stepped) -> None:
        stage = self.stage
        if stage is not None and stage.run == job.run:
            self.stage = self._with_truth(msgspec.structs.replace(stage, rows=job.steps))
            if news.preview is not None:
                self._whole = news.preview
                if stage.step is None:
                    self.stage = msgspec.structs.replace(self.stage, media=news.preview)
        self.stepped.emit(job.run, job.steps[-1])
        if news.preview is not None:
            self._frames.keep((job.run, news.index), news.preview)
            self.preview.emit(job.run, news.preview)

    def _finish(self, job: Job, result: Result) -> None:
        """The engine is done: the result goes to the disk while the next job begins."""
        self._end(job)

        def saved(done: Job) -> None:
            self._set_job(done, save=False)
            self._after(done.id)
            self.history_changed.emit()
            if self.stage is not None and self.stage.run == done.run:
                self._with_entry(done.run, lambda entry: self._show_result(done, entry, result))

        def unsaved(failure: Failure) -> None:
            self._set_job(jobs.advance(job, Failed(job.id, failure)), save=True)
            self._after(job.id)
            self.notice.emit("error", failure.sentence)

        self.bridge.call(lambda: self._kept().save(job, result), saved, unsaved)

    def _show_result(self, job: Job, entry: Any, result: Result) -> None:
        if self.stage is not None and self.stage.run == job.run:
            self._whole = result.media
            medium = contract.medium_of(result.media)
            media = result.media if self.stage.step is None else self.stage.media
            self._set_stage(job=job, entry=entry, medium=medium, media=media)

    def _end(self, job: Job) -> None:
        """The engine is free again."""
        self._active = None
        self._frames.forget(job.run)  # live previews; from now on the stored estimates are rendered
        self._stopping.discard(job.id)
        self._set_worker("ready", self.tr("The engine is ready."))
        if job.ended:
            self._after(job.id)

    def _after(self, job_id: int) -> None:
        if job_id in self._leaving:
            self._drop({job_id})

    def _mourn(self, failure: Failure) -> None:
        self.notice.emit("error", failure.sentence)
        if failure.kind in ("died", "hung"):
            self._set_worker("dead", failure.sentence)
            self.bridge.greet()

    def _take_stage(self, job: Job) -> None:
        """A job has begun: show it when the stage follows, or when it was waiting there."""
        self._frames.forget(job.run)
        stage = self.stage
        here = stage is not None and stage.run == job.run
        if here or (self._following and (stage is None or stage.step is None)):
            self._place(Subject(job.run, job, rows=job.steps, medium=self._medium(job.run)))

    def _requeued(self, job: Job) -> None:
        self._replace(job)
        self._kick()

    def _replace(self, job: Job) -> None:
        self._set_job(job, save=False)
        self.jobs_changed.emit()

    def _set_job(self, job: Job, save: bool) -> None:
        """Put the new value of a job in its place and tell everyone."""
        self.jobs = [job if old.id == job.id else old for old in self.jobs]
        if job.id == self.editing and not _waits(job):
            self.editing = None
        if save:
            self.bridge.call(lambda: self._kept().queue.save(job))
        if self.stage is not None and self.stage.run == job.run:
            self.stage = msgspec.structs.replace(self.stage, job=job)
        self.job_changed.emit(job)


def _waits(job: Job) -> bool:
    """Whether `job` can still be changed."""
    return isinstance(job.state, jobs.Queued | jobs.Paused)
