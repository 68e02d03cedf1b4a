"""The shelf: the history of results, files taken in and handed out."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from app.core.entry import Entry
from app.studio.stage import Staging, Subject
from engines.contract import Adapter, Control, EngineCard, Image, Media, Refused, Request, medium_of
from engines.files import atomic, recipe
from engines.files import media as files
from engines.files.recipe import Recipe
from engines.files.steps import StepStore
from engines.prompt import infotext

MODELS = (".safetensors", ".gguf", ".ckpt", ".pt", ".pth", ".bin")  # how the names of models and their parts end


class Shelving(Staging):
    """The part of the studio that looks after results. What changes them can be undone."""

    _gallery_stamp: tuple[tuple[str, int], ...] = ()

    # ------------------------------------------------------------ looking

    def page(
        self,
        query: str,
        favourites: bool,
        medium: str | None,
        then: Callable[[list[Entry]], None],
        *,
        stars: int = 0,
        offset: int = 0,
        limit: int = 200,
    ) -> None:
        """Have `then(entries)` called with results, newest first; each word of `query` begins a word of the prompt."""

        def got(entries: list[Entry]) -> None:
            self._entries.update((entry.run, entry) for entry in entries)
            then(entries)

        wanted: dict[str, Any] = {"favourites": favourites, "stars": stars, "medium": medium}
        self.bridge.call(lambda: self._kept().history.page(query, **wanted, offset=offset, limit=limit), got)

    def branches(self, run: str, then: Callable[[list[Entry]], None]) -> None:
        """Have `then(entries)` called with what branched from `run`."""
        self.bridge.call(lambda: self._kept().history.children(run), then)

    def entry(self, run: str, then: Callable[[Entry | None], None]) -> None:
        """Have `then` called with the history's entry of `run`, or None."""
        self._with_entry(run, then)

    def entries_of(self, runs: Sequence[str], then: Callable[[list[Entry]], None]) -> None:
        """Have `then` called with the results of these runs that are there, in their order."""
        wanted = tuple(runs)

        def work() -> list[Entry]:
            found = (self._kept().history.get(run) for run in wanted)
            return [entry for entry in found if entry is not None and not entry.deleted]

        self.bridge.call(work, then)

    # ------------------------------------------------------------ changing

    def favourite(self, runs: Sequence[str], on: bool) -> None:
        """Give or take stars; can be undone."""
        runs = tuple(runs)
        changed = tuple(run for run in runs if run not in self._entries or self._entries[run].favourite != on)
        self._star(runs, on)
        text = self.tr("Add favourite") if on else self.tr("Remove favourite")
        self.undo_stack.push(text, lambda: self._star(changed, not on), lambda: self._star(changed, on))

    def rate(self, stars: Mapping[str, int]) -> None:
        """Give results from 1 to 5 stars, or take them away (0); can be undone."""
        after = dict(stars)

        def known(entries: list[Entry]) -> None:
            before = {entry.run: entry.stars for entry in entries if entry.stars != after[entry.run]}
            changed = {run: after[run] for run in before}
            if changed:
                self._rate(changed)
                self.undo_stack.push(self.tr("Give stars"), lambda: self._rate(before), lambda: self._rate(changed))

        self.entries_of(list(after), known)

    def _rate(self, stars: Mapping[str, int]) -> None:
        self._change_history(tuple(stars), lambda: self._kept().history.rate(stars))

    def delete(self, runs: Sequence[str]) -> None:
        """Move results to the gallery's trash; can be undone, and `undelete` brings the last ones back."""
        runs = tuple(runs)
        if not runs:
            return
        self._trash(runs)
        self.undo_stack.push(self.tr("Delete"), lambda: self._untrash(runs), lambda: self._trash(runs))

    def undelete(self) -> None:
        """Take the deletion back that was the last deed; nothing when another was."""
        if self.undo_stack.undo_text == self.tr("Delete"):
            self.undo_stack.undo()

    def rebuild_history(self) -> None:
        """Make the history anew from the files of the gallery; says how many there are."""

        def done(count: int) -> None:
            self._entries.clear()
            self._say(self.tr("The history was rebuilt from the files: %d results.") % count)
            self.history_changed.emit()

        self.bridge.call(lambda: self._kept().history.rebuild(), done)

    def look_for_files(self) -> None:
        """Take in results that others (the command line) have put into the gallery since the last look."""
        gallery = self.folders.gallery

        def work() -> int:
            stamp = folder_stamp(gallery)
            if stamp == self._gallery_stamp:
                return 0
            self._gallery_stamp = stamp
            return self._kept().history.index_new(gallery)

        self.bridge.call(work, lambda count: self.history_changed.emit() if count else None, lambda failure: None)

    def _gallery_moved(self) -> None:
        gallery = self.folders.gallery
        self.bridge.call(lambda: self._kept().move_gallery(gallery), lambda count: self.history_changed.emit())

    def _star(self, runs: Sequence[str], on: bool) -> None:
        self._change_history(runs, lambda: self._kept().history.favourite(runs, on))

    def _trash(self, runs: tuple[str, ...]) -> None:
        if self.stage is not None and self.stage.run in runs:
            self.clear_stage()
        self._change_history(runs, lambda: self._kept().history.delete(runs))

    def _untrash(self, runs: tuple[str, ...]) -> None:
        self._change_history(runs, lambda: self._kept().history.undelete(runs))

    def _change_history(self, runs: Sequence[str], work: Callable[[], None]) -> None:
        def done(_: Any) -> None:
            for run in runs:
                self._entries.pop(run, None)
            self.history_changed.emit()
            if self.stage is not None and self.stage.run in runs:
                self._with_entry(self.stage.run, lambda entry: self._set_stage(entry=entry))

        self.bridge.call(work, done)

    # ------------------------------------------------------------ settings of a result

    def use_settings(self, run: str) -> None:
        """Take the request of a job or result as the draft."""
        job = self.job_of(run)
        if job is not None:
            self.set_draft(job.request, self.tr("Use these settings"))
            return

        def got(entry: Entry | None) -> None:
            if entry is not None:
                self._restore(entry.recipe_text)

        self._with_entry(run, got)

    def use_recipe(self, text: str) -> None:
        """Take the settings of a recipe as the draft; the words and the seed that are there stay."""
        self.bridge.aside(lambda: recovered(text, self._blobs.load), lambda found: self.use_preset(found[0].request))

    def use_preset(self, request: Request, *_: object) -> None:
        """Take settings as the draft; the words and the seed that are there stay."""
        if request.engine not in self.cards():
            self.notice.emit("warning", self.tr("The engine %s of this preset is not here.") % request.engine)
            return
        words, seed = self.draft.prompt, self.draft.seed
        whole = msgspec.structs.replace(request, prompt=words, seed=seed)
        self.set_draft(self._fit(whole), self.tr("Use these settings"))

    def open_file(self, path: str | Path) -> None:
        """Show any picture, sound, clip or mesh, and take its recipe as the draft when it carries one, ours or another
        program's.

        What the recipe needs and is not on this machine is named by notice.
        """
        path, card = Path(path), self.card()
        if path.is_dir() or path.suffix.lower() in MODELS:
            self.open_model(path)
            return
        cards = [card, *self.cards().values()]

        def work() -> tuple[Media, str | None]:
            return files.read(path), files.recipe_of(path) or foreign(path, cards)

        def got(found: tuple[Media, str | None]) -> None:
            media, text = found
            self._following = False
            self._place(Subject("", medium=medium_of(media), path=path), media)
            if text is None:
                self._say(self.tr("%s carries no recipe; only the file itself is shown.") % path.name)
            else:
                self._restore(text, path)

        self.bridge.aside(work, got)

    def _restore(self, text: str, path: Path | None = None) -> None:
        """The recipe in `text` as the draft; with `path`, the file it came from shows its own run where it is known."""

        def got(found: tuple[Recipe, list[str]]) -> None:
            made, missing = found
            request = made.request
            if request.engine not in self.cards():
                sentence = self.tr("The engine %s of this recipe is not here; the engine of the draft is used instead.")
                self.notice.emit("warning", sentence % request.engine)
                request = msgspec.structs.replace(request, engine=self.draft.engine)
            for name in missing:
                self.notice.emit("warning", self.tr("The recipe needs %s, which is not on this machine.") % name)
            fitted = self._fit(request)
            for name in [worn.name for worn in request.adapters if worn not in fitted.adapters]:
                self.notice.emit("warning", self.tr("The LoRA %s of this recipe is not here, or does not fit.") % name)
            self.set_draft(fitted, self.tr("Use these settings"))
            if path is not None and made.run:
                self._with_entry(made.run, lambda entry: self._recognise(path, entry))

        self.bridge.aside(lambda: recovered(text, self._blobs.load), got)

    def _fit(self, request: Request) -> Request:
        from app.studio.draft import fitted

        return fitted(self.card_of(request.engine), request)

    def _recognise(self, path: Path, entry: Entry | None) -> None:
        """The file on the stage is a result of the history: show its steps too."""
        if entry is not None and self.stage is not None and self.stage.path == path:
            self.show(entry.run)

    def keep(self, made: Media | Callable[[], Media], source: str, words: str, then: Callable[[], None]) -> None:
        """Put what no engine made (a recording) into the history and on the stage; can be undone.

        `made` may be a function, called away from the GUI thread. `then` is called when it is safe.
        """

        def safe(entry: Entry) -> None:
            self._entries[entry.run] = entry
            runs = (entry.run,)
            self.undo_stack.push(words, lambda: self._trash(runs), lambda: self._untrash(runs))
            self.history_changed.emit()
            self.show(entry.run)
            then()

        def save(media: Media) -> None:
            self.bridge.call(lambda: self._kept().keep(media, source, words), safe)

        if callable(made):
            self.bridge.aside(made, save)
        else:
            save(made)

    # ------------------------------------------------------------ handing out

    def save_as(self, run: str, path: str | Path) -> None:
        """Write the result of `run` to `path`, with its recipe inside; the ending decides the format."""
        path = Path(path)

        def got(entry: Entry | None) -> None:
            if entry is None:
                self.notice.emit("warning", self.tr("There is no finished result to save yet."))
                return
            self.bridge.aside(lambda: copied(entry, path), done)

        def done(_: Any) -> None:
            self._say(self.tr("Saved as %s.") % path)

        self._with_entry(run, got)

    def export_development(self, path: str | Path, fps: float) -> None:
        """Write the steps of the run on the stage as GIF, WebP or MP4; how it goes is told by notice."""
        stage, path = self.stage, Path(path)
        if stage is None or not stage.run:
            self.notice.emit("warning", self.tr("There is no run on the stage to export."))
            return
        engine, folder = self._engine_of(stage.run), self.folders.steps / stage.run
        last = self._whole if stage.entry is not None else None

        def work() -> int:
            frames = [self.bridge.render(engine or "", estimate) for estimate in estimates(folder)]
            return exported(frames, last, path, float(fps))

        def done(count: int) -> None:
            self._say(self.tr("The development was exported to %s: %d pictures.") % (path, count))

        self._say(self.tr("Exporting the development to %s.") % path.name)
        self.bridge.aside(work, done)


def foreign(path: Path, cards: Sequence[EngineCard]) -> str | None:
    """The recipe that another program's words in a picture tell, as ours; of the first of `cards` if they name none.

    Models and LoRAs are named there by their files, which is what cards have as titles.
    """
    told = infotext.read(files.words_of(path) or "")
    try:
        request = infotext.request_of(told)
    except Refused:
        return None
    named = (card for card in cards if request.engine in (card.info.name, card.info.title, Path(card.info.title).stem))
    card = cards[0] if not request.engine else next(named, None)
    worn = {adapter.title: adapter.name for adapter in card.info.adapters} if card else {}
    request = msgspec.structs.replace(
        request,
        engine=card.info.name if card else request.engine,
        adapters=tuple(Adapter(worn.get(one.name, one.name), one.weight) for one in request.adapters),
    )
    return recipe.dumps(Recipe(request=request, run=""), str)


def recovered(text: str, load: Callable[[str], np.ndarray]) -> tuple[Recipe, list[str]]:
    """The recipe in `text` without the media that are not here, and what those are ('the start image' ...)."""
    gone = np.zeros((1, 1, 3), np.uint8)

    def found(name: str) -> np.ndarray:
        try:
            return load(name)
        except Refused as refused:
            if refused.failure.kind != "missing":
                raise
            return gone

    def lost(media: Any) -> bool:
        return media is not None and any(getattr(media, name) is gone for name in media.__struct_fields__)

    def sourced(control: Control) -> Control:
        return msgspec.structs.replace(control, source=None, make="") if lost(control.source) else control

    made = recipe.loads(text, found)
    request, missing = made.request, []
    if lost(request.start):
        missing.append(f"the start {medium_of(request.start)}")  # type: ignore[arg-type]
    if lost(request.mask):
        missing.append("the mask")
    missing += [f"the {control.kind} control" for control in request.controls if lost(control.media)]
    missing += [f"what the {control.kind} control was made of" for control in request.controls if lost(control.source)]
    missing += [f"the mask of the region {region.prompt!r}" for region in request.regions if lost(region.mask)]
    whole = msgspec.structs.replace(
        request,
        regions=tuple(region for region in request.regions if not lost(region.mask)),
        start=None if lost(request.start) else request.start,
        mask=None if lost(request.mask) else request.mask,
        controls=tuple(c for c in map(sourced, request.controls) if not lost(c.media)),
    )
    return msgspec.structs.replace(made, request=whole), missing


def folder_stamp(gallery: Path) -> tuple[tuple[str, int], ...]:
    """What changes when a file comes into the gallery or one of its folders, or goes."""
    folders = [gallery, *(path for path in gallery.glob("*") if path.is_dir())]
    return tuple((path.name, path.stat().st_mtime_ns) for path in folders)


def copied(entry: Entry, path: Path) -> Path:
    """Write the file of `entry` to `path`; another ending means another format."""
    try:
        if path.suffix.lower() == entry.path.suffix.lower():
            return atomic.write(path, entry.path.read_bytes())
        return files.write(path, files.read(entry.path), entry.recipe_text, None)
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error


def estimates(folder: Path) -> list[np.ndarray]:
    """The stored clean estimates of a run, in order."""
    store = StepStore(folder)
    found = [store.estimate(row.index) for row in store.rows()]
    return [estimate for estimate in found if estimate is not None]


def exported(frames: list[Media], last: Media | None, path: Path, fps: float) -> int:
    """Write the pictures among `frames`, and `last`, as a film; how many there were."""
    pictures = [frame for frame in [*frames, last] if isinstance(frame, Image)]
    if len(pictures) < 2:
        raise Refused("bad-request", "This run has no stored pictures to make a film of; make it again first.")
    try:
        files.export_development(pictures, path, fps)
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error
    return len(pictures)
