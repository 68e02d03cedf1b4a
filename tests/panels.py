"""A light studio for tests of panels: the same signals and methods, no worker, no database, no files but thumbnails."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
from PySide6.QtCore import QObject, Signal

from app.core.entry import Entry
from app.core.job import Done, Job, Queued, StepRow
from app.studio import Subject, UndoStack
from app.ui import thumbs
from engines.contract import Audio, EngineCard, Failure, Image, Info, Media, Mesh, Param, Request, Video

CARD = EngineCard(
    Info(
        name="image/test",
        title="Test",
        summary="",
        medium="image",
        family="diffusion",
        takes=("prompt", "seed", "resume"),
    ),
    (
        Param("steps", "int", 24, min=1, max=100),
        Param("guidance", "float", 5.0, min=0.0, max=15.0, curve=True, help="How closely the prompt is followed"),
        Param("control", "float", 0.8, min=0.0, max=1.0, curve=True, label="Control strength"),
    ),
)


def rows(count: int, total: int | None = None, resumable: bool = True) -> tuple[StepRow, ...]:
    """`count` steps of a run of `total`: the noise falls, the change shrinks."""
    total = total or count
    return tuple(
        StepRow(
            index=i,
            total=total,
            level=1 - i / total,
            change=0.12 * float(np.exp(-2.5 * i / total)),
            seconds=i * 0.5,
            resumable=resumable and i < total,
        )
        for i in range(1, count + 1)
    )


def frame(medium: str, step: int, total: int = 24) -> Media:
    """A small clean estimate that gets clearer with every step."""
    noise = np.random.default_rng(step)
    clear = step / total
    if medium == "audio":
        time = np.arange(22050) / 22050
        tone = np.sin(2 * np.pi * (220 + 400 * time) * time) * clear * np.exp(-2 * time)
        samples = tone + noise.normal(0, 0.4 * (1 - clear), tone.shape)
        return Audio(np.clip(samples, -1, 1).astype(np.float32)[:, None], 22050)
    if medium == "mesh":
        return _ball(noise, clear)
    y, x = np.mgrid[-1:1:96j, -1:1:96j]
    disc = np.clip(8 * (0.7 - np.hypot(x, y)), 0, 1)[..., None]
    picture = disc * np.array([225, 70, 50]) * (1 - 0.4 * (x + y)[..., None]) + (1 - disc) * np.array([235, 232, 225])
    pixels = clear * picture + (1 - clear) * (128 + noise.normal(0, 45, picture.shape))
    image = np.clip(pixels, 0, 255).astype(np.uint8)
    return Video(np.stack([image] * 4), 12.0) if medium == "video" else Image(image)


def _ball(noise: np.random.Generator, clear: float) -> Mesh:
    up, around = 24, 32
    v, u = np.meshgrid(np.linspace(0, np.pi, up), np.linspace(0, 2 * np.pi, around, endpoint=False), indexing="ij")
    place = np.stack([np.sin(v) * np.cos(u), np.cos(v), np.sin(v) * np.sin(u)], -1).reshape(-1, 3)
    place *= 1 + noise.normal(0, 0.5 * (1 - clear) + 1e-3, (len(place), 1))
    a = (np.arange(up - 1)[:, None] * around + np.arange(around)).ravel()
    b = (np.arange(up - 1)[:, None] * around + (np.arange(around) + 1) % around).ravel()
    faces = np.concatenate([np.stack([a, b, a + around], 1), np.stack([b, b + around, a + around], 1)])
    return Mesh(place.astype(np.float32), faces.astype(np.int32))


class LightStudio(QObject):
    """What panels see of a studio. `calls` lists the methods called, with their arguments."""

    engines_changed = Signal()
    draft_changed = Signal(object)
    jobs_changed = Signal()
    job_changed = Signal(object)
    preview = Signal(object, object)
    stepped = Signal(object, object)
    stage_changed = Signal()
    history_changed = Signal()
    notice = Signal(str, str)
    retouching = False

    def __init__(self, folder: Path, card: EngineCard = CARD) -> None:
        super().__init__()
        self.folder = folder
        self.draft = Request(engine=card.info.name)
        self.stage: Subject | None = None
        self.jobs: list[Job] = []
        self.entries: list[Entry] = []
        self.deleted: list[Entry] = []
        self.calls: list[tuple] = []
        self.held: list = []
        self.queue_paused = False
        self.editing: int | None = None
        self._card = card
        self.undo_stack = UndoStack(self)

    def __getattr__(self, name: str):
        """Methods that only need to be seen to be called."""
        if name.startswith("_") or name not in (
            "branch", "export_development", "use_settings", "open_file", "save_as", "compare", "pause", "resume",
            "stop", "clear_finished", "decode", "stop_decoding", "stop_retouching", "enlarge", "cut_out",
        ):  # fmt: skip
            raise AttributeError(name)
        return lambda *given: self.calls.append((name, *given))

    def called(self, name: str) -> list[tuple]:
        """The arguments of every call of `name`."""
        return [call[1:] for call in self.calls if call[0] == name]

    # ---------------------------------------------------------------- draft and stage

    def card(self) -> EngineCard:
        return self._card

    def cards(self) -> dict[str, EngineCard]:
        return {self._card.info.name: self._card}

    def card_of(self, engine: str) -> EngineCard:
        return self.cards()[engine]

    def set_draft(self, request: Request, text: str) -> None:
        old = self.draft
        self.calls.append(("set_draft", request, text))
        self._put(request)
        self.undo_stack.push(text, lambda: self._put(old), lambda: self._put(request))

    def _put(self, request: Request) -> None:
        self.draft = request
        self.draft_changed.emit({"engine", "start", "controls", "options"})

    def use_card(self, card: EngineCard) -> None:
        self._card = card
        self.draft = Request(engine=card.info.name)
        self.draft_changed.emit({"engine"})

    def edit(self, **fields) -> None:
        self.calls.append(("edit", fields))
        for name in ("options", "curves"):
            if name in fields:
                merged = getattr(self.draft, name) | fields[name]
                fields[name] = {key: value for key, value in merged.items() if value is not None}
        self.draft = msgspec.structs.replace(self.draft, **fields)
        self.draft_changed.emit(set(fields))

    def place(self, subject: Subject | None) -> None:
        self.stage = subject
        self.stage_changed.emit()

    def show(self, run: str) -> None:
        self.calls.append(("show", run))

    def scrub(self, step: int | None) -> None:
        self.calls.append(("scrub", step))
        if self.stage is not None:
            self.place(msgspec.structs.replace(self.stage, step=step))

    def frame(self, run: str, step: int, then, sorry=None) -> None:
        self.calls.append(("frame", run, step))
        if run.endswith("gone"):
            sorry(Failure("missing", "The step is not stored any more."))
        elif run.endswith("held"):
            self.held.append(lambda: then(frame("image", step)))
        else:
            then(frame(self.stage.medium if self.stage else "image", step))

    def thumbnail(self, run: str, then) -> None:
        self.calls.append(("thumbnail", run))
        path = self.folder / f"{run}.png"
        if not path.exists():
            medium = next((entry.medium for entry in self.entries if entry.run == run), "image")
            from app.ui import theme

            thumbs.thumb(frame(medium, 24), 128, theme.current()).save(str(path))
        then(path)

    # ---------------------------------------------------------------- history

    def page(self, query, favourites, medium, then, *, stars=0, offset=0, limit=200, **more) -> None:
        self.calls.append(("page", query, favourites, medium, limit))
        found = [
            entry
            for entry in self.entries
            if query.lower() in entry.prompt.lower()
            and (entry.favourite or not favourites)
            and entry.stars >= stars
            and medium in (None, entry.medium)
        ]
        then(found[offset : offset + limit])

    def branches(self, run: str, then) -> None:
        then([entry for entry in self.entries if entry.parent == run])

    def favourite(self, runs, on: bool) -> None:
        self.entries = [
            msgspec.structs.replace(entry, favourite=on) if entry.run in runs else entry for entry in self.entries
        ]
        self.history_changed.emit()

    def rate(self, stars) -> None:
        self.entries = [
            msgspec.structs.replace(entry, stars=stars.get(entry.run, entry.stars)) for entry in self.entries
        ]
        self.history_changed.emit()

    def delete(self, runs) -> None:
        self.calls.append(("delete", list(runs)))
        self.deleted = list(self.entries)
        self.entries = [entry for entry in self.entries if entry.run not in runs]
        self.history_changed.emit()

    def undelete(self) -> None:
        self.entries = self.deleted
        self.history_changed.emit()

    # ---------------------------------------------------------------- queue

    def put_jobs(self, *jobs: Job) -> None:
        self.jobs = list(jobs)
        self.jobs_changed.emit()

    def move(self, job_id: int, position: int) -> None:
        self.calls.append(("move", job_id, position))
        job = next(job for job in self.jobs if job.id == job_id)
        rest = [other for other in self.jobs if other is not job]
        self.put_jobs(*rest[:position], job, *rest[position:])

    def pause_queue(self, on: bool) -> None:
        self.queue_paused = on
        self.jobs_changed.emit()

    def edit_job(self, job_id: int) -> None:
        self.editing = job_id
        self.jobs_changed.emit()

    def apply_job(self, job_id: int) -> None:
        self.calls.append(("apply_job", job_id))
        self.editing = None
        self.jobs_changed.emit()

    def leave_job(self) -> None:
        self.editing = None
        self.jobs_changed.emit()

    def remove(self, job_id: int) -> None:
        self.calls.append(("remove", job_id))
        self.put_jobs(*[job for job in self.jobs if job.id != job_id])


def job(number: int, prompt: str = "a red apple", state=None, **fields) -> Job:
    """A job of the queue."""
    return Job(number, f"run-{number}", Request(engine="image/test", prompt=prompt), state or Queued(), **fields)


def entry(number: int, prompt: str = "a red apple", **fields: Any) -> Entry:
    """A result in the history; the higher the number, the newer."""
    given: dict[str, Any] = {"path": Path(f"/gallery/{number}.png"), "medium": "image", "engine": "image/test"} | fields
    return Entry(run=f"run-{number}", prompt=prompt, created=float(number), **given)


def finished(count: int = 24, medium: str = "image", run: str = "run-1", resumable: bool = True) -> Subject:
    """A finished run on the stage."""
    steps = rows(count, resumable=resumable)
    done = msgspec.structs.replace(job(1, state=Done("/gallery/1.png")), run=run, steps=steps)
    return Subject(run, job=done, rows=steps, medium=medium)
