"""The model library: what lies in folders of models, told by headers alone and remembered until a file changes.

The folders may be a user's own, ComfyUI's or A1111's `models/` and `embeddings/`, or a Hugging Face cache.
"""

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from app.core.models import match
from app.core.models.entry import Component, Model
from app.core.models.match import Need, Shelf, confirmed, giving
from app.core.models.read import read
from app.core.models.sound import sound
from app.core.models.walk import Unit, unit_at, walk
from engines.files import atomic, sniff
from engines.files.sniff import table

__all__ = [
    "Component",
    "Library",
    "Model",
    "Need",
    "News",
    "Shelf",
    "confirmed",
    "giving",
    "read",
    "sound",
    "unit_at",
    "walk",
]

_FORM = 1  # raise when what is kept of a model, or how it is read, changes
_TABLES = (table.SIGNS, table.LORAS, table.NAMES, table.ARCHITECTURES, sniff.FAMILIES, sniff.PARTS, sniff.PIPELINES)
_RULES = zlib.crc32(repr((_FORM, _TABLES)).encode())


class News(Struct, frozen=True):
    """One turn of a scan: a model, or a sentence about what could not be entered; `fresh` if its files were opened."""

    done: int
    total: int
    model: Model | None = None
    sentence: str = ""
    fresh: bool = False


class _Kept(Struct, array_like=True, gc=False):
    stamp: tuple[tuple[str, int, int], ...]
    model: Model


class _Cache(Struct):
    rules: int = 0
    models: dict[str, _Kept] = {}
    marks: dict[str, tuple[int, int, str]] = {}


class Library:
    """What is known of models, kept in the file `cache`. One thread at a time.

    A cache that is damaged, or was made by other rules, is begun anew without a word: it holds nothing but time.
    """

    def __init__(self, cache: Path) -> None:
        self._path = cache
        self._cache = _loaded(cache)

    def known(self, roots: Sequence[Path]) -> list[Model]:
        """What the last scans found below `roots`, at once and without a look at the disk."""
        starts = tuple(os.path.realpath(root).rstrip(os.sep) for root in roots)
        kept = [kept.model for path, kept in sorted(self._cache.models.items()) if _below(path, starts)]
        return [model for model in kept if model.kind != "other"]

    def everything(self) -> list[Model]:
        """What the last scans found below all folders that were ever looked through."""
        return [kept.model for _, kept in sorted(self._cache.models.items()) if kept.model.kind != "other"]

    def scan(self, roots: Sequence[Path]) -> Iterator[News]:
        """Every model below `roots`; only files that are new or changed are opened. Closing the iterator stops it,
        and what was found until then is kept. Raises OSError when the cache cannot be written."""
        units: list[Unit] = []
        for found in walk(roots):
            if isinstance(found, str):
                yield News(0, 0, sentence=found)
            elif found is None:
                yield News(0, len(units))
            else:
                units.append(found)
        fresh = 0
        try:
            for done, unit in enumerate(units, 1):
                model, changed = self._looked(unit)
                fresh += changed
                yield News(done, len(units), model if model.kind != "other" else None, fresh=changed)
            fresh += self._forget(roots, {_key(unit) for unit in units})
        finally:
            if fresh:
                self._save()

    def _looked(self, unit: Unit) -> tuple[Model, bool]:
        """The model of `unit` and whether that is news. A broken one is always read anew: what kept it from being
        read (rights, a disk that was away) need not have changed the file."""
        kept = self._cache.models.get(_key(unit))
        if kept is not None and kept.stamp == unit.stamp and not kept.model.trouble:
            return kept.model, False
        found = self._cache.models[_key(unit)] = _Kept(unit.stamp, read(unit))
        return found.model, found != kept

    def duplicates(self, models: Sequence[Model], going: Callable[[], bool] = lambda: True) -> list[tuple[Model, ...]]:
        """Groups of files that look the same; `confirmed` makes sure of one. What is found counts for nothing once
        `going()` is false: no further file is opened then."""
        before = len(self._cache.marks)

        def mark(path: str) -> str:
            if not going():
                raise InterruptedError  # taken for a file that is gone
            return self._mark(path)

        found = match.duplicates(models, mark)
        if len(self._cache.marks) != before:
            self._save()
        return found

    def _mark(self, path: str) -> str:
        state = os.stat(path)
        size, changed, text = self._cache.marks.get(path, (-1, -1, ""))
        if (size, changed) != (state.st_size, state.st_mtime_ns):
            text = match.mark(path)
            self._cache.marks[path] = (state.st_size, state.st_mtime_ns, text)
        return text

    def _forget(self, roots: Iterable[Path], there: set[str]) -> int:
        """Drop what is no longer below `roots`; how many."""
        starts = tuple(os.path.realpath(root).rstrip(os.sep) for root in roots)
        gone = [key for key in self._cache.models if key not in there and _below(key, starts)]
        for key in gone:
            del self._cache.models[key]
        for path in [path for path in self._cache.marks if _below(path, starts) and not os.path.exists(path)]:
            del self._cache.marks[path]
        return len(gone)

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(self._path, msgspec.msgpack.encode(self._cache))


def _key(unit: Unit) -> str:
    """A folder can be a pipeline and hold a file of its own, so the form belongs to the key."""
    return f"{unit.path}\0{unit.form}"


def _below(path: str, starts: tuple[str, ...]) -> bool:
    return any(path.startswith((start + os.sep, start + "\0")) for start in starts)


def _loaded(path: Path) -> _Cache:
    try:
        found = msgspec.msgpack.decode(path.read_bytes(), type=_Cache)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        found = _Cache()
    return found if found.rules == _RULES else _Cache(rules=_RULES)
