"""The queue: every job the user has asked for, in order, on the disk before anyone is told."""

import time
from collections.abc import Iterable, Sequence
from sqlite3 import Row

import msgspec
import numpy as np

from app.core import job as jobs
from app.core.job import Job
from app.core.settings import Folders
from app.core.store import Store
from engines import wire
from engines.contract import Checkpoint, Refused, Request
from engines.files import arrays, atomic, recipe
from engines.files.recipe import Blobs, Recipe
from engines.files.steps import StepStore


class Queue:
    """The jobs in the database, waiting and ended, by `position`. Use it from the thread that has the store.

    Every method raises Refused('disk') when the disk does not obey; nothing has changed then.
    """

    def __init__(self, store: Store, folders: Folders) -> None:
        self._store = store
        self._steps = folders.steps
        self._media = Blobs(folders.blobs)
        self._states = Blobs(folders.blobs / "checkpoints")

    def add(self, requests: Sequence[Request], parent: str | None = None, parent_step: int | None = None) -> list[Job]:
        """Put `requests` at the end, in order, as branches of run `parent` after `parent_step` steps if given."""
        now, added = time.time_ns() // 1000, []
        texts = [self._text(request) for request in requests]
        states = [self._keep_state(request.resume) for request in requests]
        with self._store.transaction():
            lineage = self._lineage(parent) if parent else None
            place = self._store.rows("SELECT coalesce(max(position) + 1, 0) FROM jobs")[0][0]
            for n, (request, text, state) in enumerate(zip(requests, texts, states, strict=True)):
                run, at = jobs.new_run(now + n), (now + n) / 1e6
                key = self._store.change(
                    "INSERT INTO jobs (run, position, engine, request, origin, resume, state, parent, parent_step,"
                    " lineage, created, tail) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                    *(run, place + n, request.engine, text, state, state, _packed(jobs.Queued())),
                    *(parent, parent_step, lineage, at, self._pace(request.engine)),
                ).lastrowid
                added.append(key)
                if request.prompt.strip():
                    self._store.change("INSERT OR REPLACE INTO prompts (text, used) VALUES (?, ?)", request.prompt, at)
        return [self.get(key) for key in added if key is not None]

    def all(self) -> list[Job]:
        """Every job, in order. A job whose media have gone comes as Failed and says so."""
        known: dict[str, np.ndarray] = {}
        return [self._job(row, known) for row in self._store.rows("SELECT * FROM jobs ORDER BY position")]

    def get(self, id: int) -> Job:
        """Job `id`; KeyError when there is none."""
        row = self._store.row("SELECT * FROM jobs WHERE id = ?", id)
        if row is None:
            raise KeyError(id)
        return self._job(row, {})

    def find(self, run: str) -> Job | None:
        """The job of `run`, while it is in the queue."""
        row = self._store.row("SELECT * FROM jobs WHERE run = ?", run)
        return self._job(row, {}) if row else None

    def save(self, job: Job) -> None:
        """Keep the state of `job`, and the checkpoint it goes on from. A job that has been removed stays so."""
        state = None if job.ended else self._keep_state(job.request.resume)
        with self._store.transaction():
            self._store.change(
                "UPDATE jobs SET state = ?, resume = ?, tail = ? WHERE id = ?",
                *(_packed(job.state), state, job.tail, job.id),
            )
            if isinstance(job.state, jobs.Done) and job.tail:
                self._learn(job.request.engine, job.tail)

    def move(self, id: int, position: int) -> None:
        """Put job `id` at `position` (0: first) in the order of `all()`; beyond the ends means at the end."""
        with self._store.transaction():
            order = [row["id"] for row in self._store.rows("SELECT id FROM jobs ORDER BY position")]
            if id not in order:
                return
            order.remove(id)
            order.insert(max(0, position), id)
            self._number(order)

    def edit(self, id: int, request: Request) -> Job:
        """Change what a waiting job asks for. It begins anew: from `request.resume`, or from where it branches.

        Refused('bad-request') when it runs or has ended.
        """
        job, text = self.get(id), self._text(request)
        if not isinstance(job.state, jobs.Queued | jobs.Paused):
            raise Refused("bad-request", "Only a waiting job can be changed; this one has begun. Queue a new one.")
        own = self._keep_state(request.resume) if request.resume is not job.request.resume else None
        self._forget_steps(job.run)
        with self._store.transaction():
            self._store.change(
                "UPDATE jobs SET request = ?, engine = ?, origin = coalesce(?, origin), resume = coalesce(?, origin),"
                " state = ?, tail = ? WHERE id = ?",
                *(text, request.engine, own, own, _packed(_begun_anew(job)), self._pace(request.engine), id),
            )
        return self.get(id)

    def again(self, id: int) -> Job:
        """Queue a paused, failed or cancelled job again, to go on from its last stored checkpoint or the start
        (the start, when its output went bad).

        Refused('bad-request') when it waits, runs or is done.
        """
        job = self.get(id)
        if not isinstance(job.state, jobs.Paused | jobs.Failed | jobs.Cancelled):
            raise Refused("bad-request", "Only a job that is paused or has ended without a result can go on.")
        if isinstance(job.state, jobs.Failed) and job.state.failure.kind == "bad-output":
            self._forget_steps(job.run)
        return self._requeue(msgspec.structs.replace(job, state=jobs.Paused()))

    def remove(self, ids: int | Iterable[int]) -> None:
        """Take jobs out of the queue. Their results, if any, stay in the history."""
        with self._store.transaction():
            for id in (ids,) if isinstance(ids, int) else tuple(ids):
                self._store.change("DELETE FROM jobs WHERE id = ?", id)
            self._number([row["id"] for row in self._store.rows("SELECT id FROM jobs ORDER BY position")])

    def recover(self) -> list[Job]:
        """After a crash: jobs that ran are queued again where they were, from their last stored checkpoint or the
        seed, or stopped or paused when that was asked; jobs whose result is in the history are done. The jobs that
        changed."""
        changed = []
        with self._store.transaction():
            for row in self._store.rows("SELECT jobs.id, state, path FROM jobs JOIN results USING (run)"):
                if not isinstance(_unpacked(row["state"]), jobs.Done):
                    changed.append(msgspec.structs.replace(self.get(row["id"]), state=jobs.Done(row["path"])))
                    self.save(changed[-1])
            for row in self._store.rows("SELECT id, state FROM jobs ORDER BY position"):
                if isinstance(_unpacked(row["state"]), jobs.Running):
                    job = self.get(row["id"])  # one whose media have gone stays failed
                    changed.append(job if job.ended else self._recovered(job))
        return changed

    def runs(self) -> set[str]:
        """The runs whose step stores the queue still needs."""
        rows = self._store.rows("SELECT run, parent, state FROM jobs")
        waiting = [row for row in rows if not isinstance(_unpacked(row["state"]), jobs.Done | jobs.Cancelled)]
        return {name for row in waiting for name in (row["run"], row["parent"]) if name}

    def recipe(self, job: Job) -> Recipe:
        """How `job` makes its result, with the recipe of its parent; facts and time still empty."""
        row = self._store.row("SELECT lineage FROM jobs WHERE id = ?", job.id)
        request = msgspec.structs.replace(job.request, resume=None)
        return Recipe(request=request, run=job.run, parent=self._parsed(row), step=job.parent_step)

    def keep(self, array: np.ndarray) -> str:
        """Store an array of a recipe and answer its name. Refused('disk') when it cannot be."""
        try:
            return self._media.keep(array)
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, self._media.folder / "media").sentence) from error

    def tidy(self) -> int:
        """Remove stored checkpoints that no job goes on from; how many."""
        rows = self._store.rows("SELECT origin, resume FROM jobs")
        needed = {name for row in rows for name in row if name}
        count = 0
        for path in self._states.folder.glob("*/sha256-*.npy"):
            if path.stem not in needed:
                path.unlink(missing_ok=True)
                count += 1
        return count

    def _requeue(self, job: Job) -> Job:
        """`job` waiting again, from its last stored checkpoint, else from the checkpoint it has, else the start."""
        queued = jobs.advance(job, jobs.Resumed(job.id, self._latest(job)))
        self.save(queued)
        return queued

    def _recovered(self, job: Job) -> Job:
        """A job that ran when the program ended: what its user had asked of it by then, else in the queue again."""
        if not (isinstance(job.state, jobs.Running) and job.state.asked):
            return self._requeue(job)
        halted = jobs.advance(job, wire.Halted(job.id, self._latest(job)))
        self.save(halted)
        return halted

    def _latest(self, job: Job) -> Checkpoint | None:
        last, own = _last(StepStore(self._steps / job.run)), job.request.resume
        return own if last is not None and own is not None and last.step < own.step else last

    def _forget_steps(self, run: str) -> None:
        """What an earlier attempt left is no longer the beginning of this run."""
        store = StepStore(self._steps / run)
        try:
            store.restart()
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, store.path).sentence) from error

    def _number(self, order: Sequence[int]) -> None:
        """Positions 0, 1, 2 ... in `order`; only rows that move are written."""
        for place, id in enumerate(order):
            self._store.change("UPDATE jobs SET position = ? WHERE id = ? AND position != ?", place, id, place)

    def _job(self, row: Row, known: dict[str, np.ndarray]) -> Job:
        def load(name: str) -> np.ndarray:
            if name not in known:
                known[name] = self._media.load(name)
            return known[name]

        state = _unpacked(row["state"])
        try:
            request = recipe.loads(row["request"], load).request
        except Refused as refused:
            request, state = Request(engine=row["engine"]), jobs.Failed(refused.failure)
        resume = self._load_state(row["resume"] or row["origin"])
        steps = StepStore(self._steps / row["run"]).rows() if resume else ()
        return Job(
            id=row["id"],
            run=row["run"],
            request=msgspec.structs.replace(request, resume=resume),
            state=state,
            parent=row["parent"],
            parent_step=row["parent_step"],
            steps=tuple(step for step in steps if resume and step.index <= resume.step),
            created=row["created"],
            position=row["position"],
            tail=row["tail"],
        )

    def _text(self, request: Request) -> str:
        try:
            return recipe.dumps(Recipe(request=request, run=""), self.keep)
        except UnicodeEncodeError as error:
            raise Refused("bad-request", "The prompt holds characters that are no valid text; retype it.") from error

    def _lineage(self, run: str) -> str | None:
        """The recipe of the parent, from the history or, when it has no result, from the queue."""
        row = self._store.row("SELECT recipe FROM results WHERE run = ?", run)
        if row:
            return row["recipe"]
        job = self.find(run)
        return recipe.dumps(self.recipe(job), self.keep) if job else None

    def _parsed(self, row: Row | None) -> Recipe | None:
        """The parent's recipe; None when there is none or its media have gone."""
        if row is None or row["lineage"] is None:
            return None
        try:
            return recipe.loads(row["lineage"], self._media.load)
        except Refused:
            return None

    def _keep_state(self, checkpoint: Checkpoint | None) -> str | None:
        """Store a checkpoint by its content; its name."""
        if checkpoint is None:
            return None
        packed = msgspec.msgpack.encode(checkpoint, enc_hook=arrays.pack)
        try:
            return self._states.keep(np.frombuffer(packed, np.uint8))
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, self._states.folder / "checkpoint").sentence) from error

    def _load_state(self, name: str | None) -> Checkpoint | None:
        """The checkpoint called `name`; None when it is gone: the run then begins from its seed."""
        if name is None:
            return None
        try:
            packed = self._states.load(name).tobytes()
            return msgspec.msgpack.decode(packed, type=Checkpoint, ext_hook=arrays.unpack)
        except (Refused, msgspec.MsgspecError):
            return None

    def _pace(self, engine: str) -> float:
        row = self._store.row("SELECT tail FROM pace WHERE engine = ?", engine)
        return float(row["tail"]) if row else 0.0

    def _learn(self, engine: str, tail: float) -> None:
        """Remember how long the end of a run takes: an average that forgets slowly."""
        self._store.change(
            "INSERT INTO pace (engine, tail) VALUES (?, ?)"
            " ON CONFLICT (engine) DO UPDATE SET tail = 0.7 * tail + 0.3 * excluded.tail",
            *(engine, tail),
        )


def _begun_anew(job: Job) -> jobs.State:
    """A paused job that is edited stays paused, at its start."""
    return jobs.Paused(0, job.state.total) if isinstance(job.state, jobs.Paused) else job.state


def _last(steps: StepStore) -> Checkpoint | None:
    """The last whole checkpoint, or None when there is none or the file cannot be read."""
    try:
        return steps.last_checkpoint()
    except (OSError, msgspec.MsgspecError):
        return None


def _packed(state: jobs.State) -> str:
    return msgspec.json.encode(state).decode()


def _unpacked(text: str) -> jobs.State:
    return msgspec.json.decode(text, type=jobs.State)
