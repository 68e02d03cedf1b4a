"""The draft: the request as it is set now, with its count and seed lock. It survives a restart."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import QObject, QTimer

from app.bridge import Engines
from app.core.drawing import Patch
from app.core.send import start_media
from app.core.settings import Folders, Settings
from app.core.target import Target
from app.studio.core import Core, some_seed
from engines import contract, shelf
from engines.contract import EngineCard, Image, Refused, Request, medium_of
from engines.files import atomic, recipe
from engines.files.recipe import Blobs, Recipe
from engines.shelf import Model, Part
from engines.wire import Count, Counted, Open, Opened

FIELDS = tuple(name for name in Request.__struct_fields__ if name not in ("resume", "version"))
GIVEN = {"start", "mask", "last"}
Change = Callable[[Request], Request]
SAVE_MS, COUNT_MS = 500, 250
OPENING = 600.0  # seconds a model may be looked at: the libraries may have to be imported first
MOST_COUNT = 999


class Drafting(Core):
    """The part of the studio that holds the draft.

    `draft` is the Request, `count` how many jobs `generate` makes of it, `locked` whether the seed stays.
    """

    def __init__(
        self, folders: Folders, host: Engines, settings: Settings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, host, settings, parent)
        self._greeted_once = False
        self.draft = Request(engine=self._first_engine(), seed=some_seed())
        self.count = 1
        self.locked = False
        self._drawn: Image | None = None  # what was last drawn on it by hand
        self._blobs = Blobs(self.folders.blobs)
        self._save_soon = self._timer(SAVE_MS, self._save_draft)
        self._count_soon = self._timer(COUNT_MS, self._ask_count)
        self._load_draft()

    def card(self) -> EngineCard:
        """The card of the draft's engine."""
        return self.card_of(self.draft.engine)

    # ------------------------------------------------------------ changing it

    def edit(self, **fields: Any) -> None:
        """Set request fields by name. `options` and `curves` are merged into what is there; None removes an entry.

        One undo step; typing on in the same field within 0.8 s adds to it, but not a picture given for another.
        Unknown names raise TypeError.
        """
        unknown = set(fields) - set(FIELDS)
        if unknown:
            raise TypeError(f"a request has no {', '.join(sorted(unknown))}")
        said = self.tr("Edit %s") % _words(fields)
        if "start" in fields:
            fields.setdefault("around", (0, 0, 0, 0))  # of the picture that was there
        for name in ("options", "curves"):
            if name in fields:
                fields[name] = _merged(getattr(self.draft, name), fields[name])
        merge = "" if set(fields) & GIVEN else ",".join(sorted(fields)) + _inner(self.draft, fields)
        self._become(msgspec.structs.replace(self.draft, **fields), said, merge)

    def set_engine(self, name: str) -> None:
        """Change the engine, keeping every setting the new one understands."""
        if name in self.cards() and name != self.draft.engine:
            self._become(fitted(self.card_of(name), self.draft), self.tr("Change engine"))

    def open_model(self, path: str | Path) -> None:
        """Put the model, ControlNet or LoRA at `path` on the shelf; a model becomes the draft's engine."""
        path = Path(path).absolute()

        def then(answer: Opened) -> None:
            self._models_changed(answer.cards)
            if isinstance(answer.what, Model):
                self.set_engine(answer.what.card.info.name)
                self._say(self.tr("%s is ready.") % answer.what.card.info.title)
            elif answer.what is not None:
                self._tell_of(answer.what, answer.cards)

        self._say(self.tr("Looking at %s …") % path.name)
        self.bridge.ask(lambda ticket: Open(ticket, str(path)), then, timeout=OPENING)

    def _tell_of(self, part: Part, cards: Iterable[EngineCard]) -> None:
        """Say whether what was opened can be added to a model; to the draft's, or what else it was made for."""
        if part.name in _added(self.card()) or not any(part.name in _added(card) for card in cards):
            fits = part.name in _added(self.card())
            now = self.tr("%s can be added now.") if fits else self.tr("%s is kept; no model opened so far fits it.")
            self._say(now % part.title)
            return
        folder, engine, otherwise = self.folders.models, self.draft.engine, self.tr("%s can be added now.") % part.title

        def misfit() -> str:
            model = shelf.models(folder).get(engine)
            return shelf.misfit(model, part) if model else ""

        self.bridge.aside(misfit, lambda told: self._say(told or otherwise))

    def reset_options(self) -> None:
        """All options, curves and controls as the engine declares them."""
        self._become(msgspec.structs.replace(self.draft, options={}, curves={}, controls=()), self.tr("Reset options"))

    def shuffle_seed(self) -> None:
        """Another seed, from the system's randomness."""
        self._become(msgspec.structs.replace(self.draft, seed=some_seed()), self.tr("Shuffle seed"))

    def lock_seed(self, on: bool) -> None:
        """Whether the seed stays as it is after `generate`."""
        if on != self.locked:
            self.locked = on
            self._changed({"locked"})

    def set_count(self, n: int) -> None:
        """How many jobs `generate` makes, with seeds one apart."""
        n = max(1, min(int(n), MOST_COUNT))
        if n != self.count:
            self.count = n
            self._changed({"count"})

    def set_draft(self, request: Request, text: str) -> None:
        """Take a whole request as the draft, as one undo step named `text`."""
        self._become(msgspec.structs.replace(request, resume=None), text)

    def change(self, text: str, forth: Change, back: Change, merge: str = "") -> None:
        """Let `forth` change the draft: one undo step, which `back` takes back. Both are asked for the draft as it is
        then, so that they need not hold what they can make again."""
        self._put(forth(self.draft))
        self.undo_stack.push(text, lambda: self._put(back(self.draft)), lambda: self._put(forth(self.draft)), merge)

    def draw(self, target: Target, picture: Image, patch: Patch, text: str) -> None:
        """`picture` is what is drawn there now, after `patch`. One undo step, that remembers only the patch."""
        old = self.draft
        if target.of(old) is None or target.of(old) is not self._drawn:
            self._drawn = picture
            self._become(target.put(old, picture), text)
            return
        self._drawn = picture
        self._put(target.put(old, picture))
        undo, redo = (partial(self._redraw, target, change) for change in (patch.undone, patch.done))
        self.undo_stack.push(text, undo, redo)

    def _redraw(self, target: Target, change: Callable[[np.ndarray], np.ndarray]) -> None:
        there = target.of(self.draft)
        if there is not None:
            self._drawn = Image(change(there.pixels))
            self._put(target.put(self.draft, self._drawn))

    def _become(self, request: Request, text: str, merge: str = "") -> None:
        old = self.draft
        if self._put(request):
            self.undo_stack.push(text, partial(self._put, old), partial(self._put, request), merge)

    def _put(self, request: Request) -> bool:
        """Make `request` the draft and say what changed; False when nothing did."""
        changed = {name for name in FIELDS if _differs(getattr(self.draft, name), getattr(request, name))}
        self.draft = request
        if changed:
            self._changed(changed)
        return bool(changed)

    def _changed(self, fields: set[str]) -> None:
        self._save_soon.start()
        if fields & {"prompt", "engine"}:
            self._count_soon.start()
        self.draft_changed.emit(fields)

    # ------------------------------------------------------------ tokens

    def _ask_count(self) -> None:
        engine, prompt = self.draft.engine, self.draft.prompt
        if self.card().info.tokens is None or self.card().missing:
            return
        if not prompt:
            self.count_changed.emit(Counted(0, 0, self.card().info.tokens or 0))
            return

        def then(counted: Counted | None) -> None:
            if counted is not None and (self.draft.engine, self.draft.prompt) == (engine, prompt):
                self.count_changed.emit(counted)

        self.bridge.ask(lambda ticket: Count(ticket, engine, prompt), then, lambda failure: None)

    # ------------------------------------------------------------ keeping it

    def _warm(self) -> None:
        card = self.card()
        if card.info.weights and not card.missing:
            self.bridge.warm(card.info.name)

    def _engines_known(self) -> None:
        """The draft may have been for an engine that is gone."""
        self._greeted_once = True
        if self.draft.engine not in self.cards():
            card = self.card_of(self._first_engine())
            if self.draft.prompt:
                sentence = self.tr("The engine %s is not here any more; %s is used instead.")
                self.notice.emit("warning", sentence % (self.draft.engine, card.info.title))
            self._put(fitted(card, self.draft))

    def _first_engine(self) -> str:
        cards = self.cards()
        whole = [name for name, card in cards.items() if not card.missing]
        pictures = [name for name in whole if cards[name].info.medium == "image"]
        wanted = self.settings.last_engine
        if wanted and (wanted in cards or not self._greeted_once):
            return wanted  # perhaps of a plug-in, of which the worker will tell
        welcoming = [name for name in whole if cards[name].info.welcomes]
        return next(iter([*welcoming, *pictures, *whole, *cards]), "")

    def _load_draft(self) -> None:
        """The draft of the last session; a file that cannot be used is passed over."""
        try:
            kept = json.loads(self._draft_path().read_text(encoding="utf-8"))
            request = recipe.loads(json.dumps(kept["recipe"]), self._blobs.load).request
            count, locked = int(kept["count"]), bool(kept["locked"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, Refused, msgspec.MsgspecError):
            self._first_notices.append(self.tr("The draft of the last session could not be read; it starts empty."))
            return
        self.draft, self.count, self.locked = request, max(1, min(count, MOST_COUNT)), locked

    def _save_draft(self) -> None:
        draft, count, locked, path = self.draft, self.count, self.locked, self._draft_path()

        def work() -> None:
            text = recipe.dumps(Recipe(request=draft, run=""), self._blobs.keep)
            table = {"recipe": json.loads(text), "count": count, "locked": locked}
            atomic.write(path, json.dumps(table, ensure_ascii=False).encode())

        self.bridge.call(work)

    def _draft_path(self) -> Path:
        return self.folders.data / "draft.json"

    def _timer(self, ms: int, act: Any) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=ms)
        timer.timeout.connect(act)
        return timer


def fitted(card: EngineCard, request: Request) -> Request:
    """`request` for the engine of `card`: what it cannot take is left at its defaults."""
    bare = Request(engine=card.info.name)

    def takes(**fields: Any) -> bool:
        try:
            contract.check(card, msgspec.structs.replace(bare, **fields))
        except Refused:
            return False
        return True

    wanted = request.start is not None and medium_of(request.start) in start_media(card.info)
    start = request.start if wanted else None
    return msgspec.structs.replace(
        request,
        engine=card.info.name,
        options={k: v for k, v in request.options.items() if takes(options={k: v})},
        curves={k: v for k, v in request.curves.items() if takes(curves={k: v})},
        controls=tuple(c for c in request.controls if takes(controls=(c,))),
        adapters=tuple(a for a in request.adapters if takes(adapters=(a,))),
        size=request.size if request.size and "size" in card.info.takes and takes(size=request.size) else None,
        length=request.length if request.length and card.info.lengths and takes(length=request.length) else None,
        regions=request.regions if "regions" in card.info.takes else (),
        start=start,
        mask=request.mask if "mask" in card.info.takes and (start is not None or request.start is None) else None,
        around=request.around if start is not None and takes(start=start, around=request.around) else (0, 0, 0, 0),
        last=request.last if "last" in card.info.takes else None,
        travel=request.travel if "travel" in card.info.takes else 0.0,
    )


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (old | new).items() if value is not None}


def _inner(draft: Request, fields: dict[str, Any]) -> str:
    """Which options or curves a change touches, so that two sliders do not merge into one undo step."""
    touched: Iterable[str] = (
        key
        for name in ("options", "curves")
        if name in fields
        for key in set(fields[name]) | set(getattr(draft, name))
        if fields[name].get(key) != getattr(draft, name).get(key)
    )
    return ":" + ",".join(sorted(touched))


def _added(card: EngineCard) -> set[str]:
    """The names of what can be added to a model."""
    return {one.kind.partition("/")[0] for one in card.info.controls} | {
        one.name for one in (*card.info.adapters, *card.info.embeddings)
    }


def _words(fields: dict[str, Any]) -> str:
    return ", ".join(sorted(fields))


def _differs(a: Any, b: Any) -> bool:
    """Whether two field values differ; media by identity, since comparing pixels would cost too much."""
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return any(_differs(x, y) for x, y in zip(a, b, strict=True))
    return a is not b and (type(a) is not type(b) or not isinstance(a, bool | int | float | str | dict) or a != b)
