"""Looking through folders of models, away from the GUI thread: what is remembered of them, and what is there now."""

import os
import time
from collections.abc import Callable, Sequence, Set
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from app.core.models import Library, Model, News, Shelf, giving, read, unit_at
from engines import shelf
from engines.contract import Refused

PORTION = 0.12  # seconds between two words about how far a scan is


class Portion(Struct, frozen=True):
    """What a scan has found since the last one: `done` of `total` are looked at, as far as the folders are known."""

    models: tuple[Model, ...]
    done: int
    total: int


class Whole(Struct, frozen=True):
    """Every model below the folders, and by `key` what those lack that lack something."""

    models: tuple[Model, ...]
    lacks: dict[str, tuple[str, ...]]


class Same(Struct, frozen=True):
    """By `key` of each file that seems to be there twice, the paths of the others."""

    copies: dict[str, tuple[str, ...]]


class Ended(Struct, frozen=True):
    """A look is over; `sentences` say what could not be entered."""

    sentences: tuple[str, ...] = ()


class Opened(Struct, frozen=True):
    """What stands on the shelf: names by `place`, and models of it that lie in none of the folders."""

    names: dict[str, str]
    outside: tuple[Model, ...]


Tell = Callable[[Portion | Whole | Same], None]
Going = Callable[[], bool]


class Scanner:
    """Looks through folders with one `Library`, and tells the shelf `place` what models may need beside them.

    One look at a time; each ends soon after its `going()` is false.
    """

    def __init__(self, cache: Path, place: Path) -> None:
        self._cache, self._shelf = cache, place
        self._library: Library | None = None  # read when it is first wanted

    def look(self, roots: Sequence[Path], disk: bool, tell: Tell, going: Going) -> Ended:
        """Tell what is remembered of `roots`, with `disk` what is there now, and then what is there twice."""
        library = self._library = self._library or Library(self._cache)
        known = library.known(roots)
        tell(_whole(known))
        sentences: tuple[str, ...] = ()
        if disk:
            sentences = _scan(library, roots, tell, going)
            known = library.known(roots)
            shelf.tell(self._shelf, (shelf.Found(*row) for row in giving(library.everything())))
            tell(_whole(known))
        if going():
            same = library.duplicates(known, going)
            if going():
                tell(Same(_copies(same)))
        return Ended(sentences)


def _scan(library: Library, roots: Sequence[Path], tell: Tell, going: Going) -> tuple[str, ...]:
    """Tell what is new, a portion at a time; the sentences of the scan."""
    fresh: list[Model] = []
    sentences: list[str] = []
    last = time.monotonic()
    with closing(library.scan(roots)) as scan:  # type: ignore[type-var]  # it is a generator
        for news in scan:
            if not going():
                break
            _sort_out(news, fresh, sentences)
            if time.monotonic() - last >= PORTION:
                tell(Portion(tuple(fresh), news.done, news.total))
                fresh.clear()
                last = time.monotonic()
    return tuple(sentences)


def _sort_out(news: News, fresh: list[Model], sentences: list[str]) -> None:
    if news.sentence:
        sentences.append(news.sentence)
    if news.model is not None and news.fresh:
        fresh.append(news.model)


def _whole(models: Sequence[Model]) -> Whole:
    known = Shelf(models)
    lacks = {key(model): lacking for model in models if (lacking := known.lacks(model))}
    return Whole(tuple(models), lacks)


def _copies(groups: Sequence[Sequence[Model]]) -> dict[str, tuple[str, ...]]:
    return {
        key(model): tuple(other.path for other in group if other is not model) for group in groups for model in group
    }


def key(model: Model) -> str:
    """What tells `model` from every other; a folder can be a pipeline and hold a file of its own."""
    return f"{model.path}\0{model.form}"


def place(model: Model) -> str:
    """Where `model` really lies, links followed."""
    return model.files[0] if model.form == "file" and len(model.files) == 1 else model.path


def opened(folder: Path, known: Set[str]) -> Opened:
    """What stands on the shelf `folder`; `known` are the places of the models that are listed anyway."""
    names: dict[str, str] = {}
    outside = []
    for name, paths in shelf.places(folder).items():
        real = [os.path.realpath(path) for path in paths]
        names |= dict.fromkeys(real, name)
        if known.isdisjoint(real):
            outside.append(_read(Path(real[0])))
    return Opened(names, tuple(outside))


def _read(path: Path) -> Model:
    if not path.exists():
        sentence = f"{path} is not there any more; close it, or put it back where it was."
        return Model(str(path), "file", "broken", trouble=sentence)
    try:
        return read(unit_at(path))
    except Refused as refused:
        return Model(str(path), "file", "broken", trouble=refused.failure.sentence)
