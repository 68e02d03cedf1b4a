"""Everything the studio keeps, opened as one: queue, history and files, in the order that loses nothing.

A result is written whole and flushed first; then one transaction records it and ends its job; then it is done.
"""

import time
import unicodedata
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from app.core import job as jobs
from app.core import performance
from app.core.entry import Entry, entry_of
from app.core.history import TRASH, History
from app.core.job import Job
from app.core.queue import Queue
from app.core.settings import Folders
from app.core.store import Store
from app.core.take import left_over, silent
from app.core.thumbs import picture, thumbnail, tidy_thumbs
from engines import shelf
from engines.contract import Audio, Image, Media, Mesh, Refused, Request, Result, Video, medium_of
from engines.files import atomic, media, recipe, steps
from engines.files.recipe import Recipe

STALE = 60.0  # seconds after which an unfinished file of another process is rubbish


class Library:
    """The open library. `notices` are sentences about what was found and mended when it was opened.

    Use it from one thread at a time. Raises InUse when another process has it, Refused('disk') when it cannot be had.
    """

    def __init__(self, folders: Folders) -> None:
        self.folders = folders.make()
        self._store = Store(folders.database)
        self.queue = Queue(self._store, folders)
        self.history = History(self._store, folders.gallery)
        try:
            self.recovered = self._recover()
        except BaseException:
            self._store.close()
            raise
        self.notices = self._store.notices

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def save(self, job: Job, result: Result) -> Job:
        """Make `result` of `job` safe: the file, then its row and the job's end together. The job, done.

        Refused('disk') when the disk does not obey: then the job is as it was, and a file that was already whole
        is taken in at the next start.
        """
        facts = {**_taken(job), **facts_of(result)}
        made = msgspec.structs.replace(self.queue.recipe(job), facts=facts, created=time.time())
        path = save_result(result, made, self.folders.gallery, self.queue.keep)
        text = recipe.dumps(made, self.queue.keep)
        done = jobs.advance(job, jobs.Saved(job.id, str(path)))
        with self._store.transaction():
            self.history.add(entry_of(text, path))
            self.queue.save(done)
        show_worn(made, result.media, self.folders.models)
        return done

    def keep(self, made: Media, source: str, words: str, parent: Recipe | None = None) -> Entry:
        """Make media that no engine made (a recording, 'recorded/sound') safe as a result: the file, then its row.

        `parent` is what it was made of.
        """
        request = Request(engine=source, prompt=words)
        facts = facts_of(Result(made, {}))
        whole = Recipe(request=request, run=jobs.new_run(), facts=facts, created=time.time(), parent=parent)
        path = save_result(Result(made, {}), whole, self.folders.gallery, self.queue.keep)
        entry = entry_of(recipe.dumps(whole, self.queue.keep), path)
        self.history.add(entry)
        return entry

    def move_gallery(self, gallery: Path) -> int:
        """Use another gallery folder from now on; how many new results it held. Old results stay."""
        self.folders = msgspec.structs.replace(self.folders, gallery=gallery).make()
        return self.history.index_new(gallery)

    def thumbnail(self, path: Path) -> Path:
        """A small picture of the file at `path`; any thread may ask, since the database has no part in it."""
        return thumbnail(path, self.folders.thumbs)

    def tidy(self, step_budget_mb: int) -> None:
        """Throw away what nobody needs: torn files, orphaned checkpoints, the oldest steps beyond the budget."""
        with suppress(OSError):
            self._sweep()
            self.queue.tidy()
            tidy_thumbs(self.folders.thumbs)
            steps.prune(self.folders.steps, step_budget_mb * 2**20, self.queue.runs())

    def _recover(self) -> list[Job]:
        """Agree with the files, then with what was running."""
        with suppress(OSError):
            self._sweep()
        self.history.index_new()
        for take in sorted(self.folders.takes.glob("*")):
            self._recover_take(take)
        return self.queue.recover()

    def _recover_take(self, take: Path) -> None:
        """Keep what was being recorded when the program ended without a word; what cannot be kept now stays there."""
        try:
            notes = take.suffix == performance.SUFFIX
            found = _played(take) if notes else left_over(take)
            if found is not None and silent(found) is None:
                self.keep(found, "recorded/notes" if notes else "recorded/sound", "Interrupted recording")
                self._store.notices += ("A recording was interrupted; what there was of it is in the history.",)
        except Refused as refused:
            sentence = f"An interrupted recording waits in {take}: {refused.failure.sentence}"
            self._store.notices += (sentence,)
            return
        with suppress(OSError):
            take.unlink()

    def _sweep(self) -> None:
        gallery = self.folders.gallery
        for folder in (gallery, *gallery.glob("*/"), gallery / TRASH, self.folders.config, self.folders.thumbs):
            atomic.sweep(folder, STALE)
        for folder in self.folders.blobs.glob("**/"):
            atomic.sweep(folder, STALE)


def _played(take: Path) -> Audio | None:
    """The notes and the sound of an interrupted performance."""
    from engines.files import synth  # rarely wanted

    notes = performance.left_over(take)
    return None if notes is None else synth.render(notes)


def thin_steps(folders: Folders, step_budget_mb: int, run: str) -> None:
    """Bring the step stores within the budget without opening the library for good; those of `run` stay whole.

    While another Darkroom has the library open it is left to that one.
    """
    keep = {run}
    with suppress(OSError, Refused), ExitStack() as stack:
        if folders.database.exists():
            keep |= Queue(stack.enter_context(Store(folders.database)), folders).runs()
        steps.prune(folders.steps, step_budget_mb * 2**20, keep)


def save_result(result: Result, made: Recipe, gallery: Path, keep: Callable[[np.ndarray], str]) -> Path:
    """Write `result` with its recipe inside to gallery/YYYY-MM-DD/HHMMSS-words-seed.ext; where it is.

    Never replaces a file. On return it is whole and flushed. Refused('disk') with one sentence; nothing is left then.
    """
    target = place_of(result.media, made, gallery)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return media.write(target, result.media, recipe.dumps(made, keep), recipe.a1111(made), new=True)
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, target).sentence) from error


def show_worn(made: Recipe, media: Media, models: Path) -> None:
    """Keep a small picture of a result for each LoRA it wears, to be listed with; a full disk costs only that."""
    for worn in made.request.adapters if isinstance(media, Image | Video) else ():
        with suppress(OSError):
            look = shelf.look(models, worn.name)
            look.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(look, partial(picture(media).save, format="WEBP", quality=85, method=2))


def place_of(result: Media, made: Recipe, gallery: Path) -> Path:
    """The name a result would like to have, by local time."""
    clock = time.localtime(made.created)
    request = made.request
    folder, moment = time.strftime("%Y-%m-%d", clock), time.strftime("%H%M%S", clock)
    name = f"{moment}-{slug(request.prompt) or slug(request.engine)}-{request.seed}"
    return gallery / folder / f"{name}{media.EXTENSIONS[medium_of(result)]}"


def slug(text: str, limit: int = 40) -> str:
    """The first words of `text` as part of a file name: letters and digits of any script, at most `limit` of them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in plain).split()
    name = ""
    for word in found:
        if name and len(name) + 1 + len(word) > limit:
            break
        name = f"{name}-{word}" if name else word
    while len(name.encode()) > 120 or len(name) > limit:  # file systems count bytes, 255 of them
        name = name[:-1]
    return name.strip("-")


HISTORYS = ("medium", "width", "height", "length")  # facts that the history takes from the media alone


def facts_of(result: Result) -> dict[str, bool | int | float | str]:
    """The engine's facts and what the history shows of the media: medium, width, height, length in seconds.

    Those names are the history's: an engine's facts of the same name are left out, and so is a time that is no number.
    """
    shown: dict[str, bool | int | float | str] = {"medium": medium_of(result.media)}
    match result.media:
        case Image(pixels=pixels):
            shown |= {"width": pixels.shape[1], "height": pixels.shape[0]}
        case Video(frames=frames, fps=fps):
            shown |= {"width": frames.shape[2], "height": frames.shape[1], "length": len(frames) / fps}
        case Audio(samples=samples, rate=rate):
            shown |= {"length": len(samples) / rate}
        case Mesh():
            pass
    own = {name: value for name, value in result.facts.items() if name not in HISTORYS}
    if not isinstance(own.get("seconds", 0), int | float):
        del own["seconds"]
    return {**own, **shown}


def _taken(job: Job) -> dict[str, float]:
    """How long the steps took, for an engine that reports no time."""
    return {"seconds": round(job.steps[-1].seconds, 3)} if job.steps else {}
