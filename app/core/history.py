"""The history: one row a result, found by its words. The files are the truth; the rows can be made anew from them."""

import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from sqlite3 import Row
from typing import Any

import msgspec

from app.core.entry import Entry, entry_of
from app.core.store import Store, words
from engines.contract import Refused
from engines.files import atomic, media

log = logging.getLogger("darkroom.history")

TRASH = ".trash"
FAVOURITES = ".favourites"
RATINGS = ".ratings"
MOST_STARS = 5


class History:
    """The results of `gallery` in the database. Use it from the thread that has the store.

    Every method raises Refused('disk') when the disk does not obey; what is on the disk is then still consistent.
    """

    def __init__(self, store: Store, gallery: Path) -> None:
        self._store = store
        self.gallery = gallery

    def add(self, entry: Entry) -> None:
        """Record a result; one that is already known keeps its star and gets the new path."""
        self._put(entry, None)

    def get(self, run: str) -> Entry | None:
        """The result of `run`, deleted or not, or None."""
        row = self._store.row("SELECT * FROM results WHERE run = ?", run)
        return _entry(row) if row else None

    def children(self, run: str) -> list[Entry]:
        """What branched from `run`, oldest first, without the deleted."""
        found = self._store.rows(f"SELECT * FROM results WHERE parent = ? AND {_SHOWN} ORDER BY created, run", run)
        return [_entry(row) for row in found]

    def page(
        self,
        query: str = "",
        *,
        favourites: bool = False,
        stars: int = 0,
        medium: str | None = None,
        deleted: bool = False,
        offset: int = 0,
        limit: int = 200,
    ) -> list[Entry]:
        """Results, newest first. Each word of `query` must begin a word of the prompt, the negative prompt or the
        engine's name; any text is a valid query. `stars` is how many one must have, at least. `deleted` shows what is
        in the trash instead."""
        tests: list[str] = ["trash IS NOT NULL" if deleted else _SHOWN]
        values: list[Any] = []
        if query.strip():
            test, value = _search(query)
            tests.append(test)
            values.append(value)
        if favourites:
            tests.append("favourite = 1")
        if stars:
            tests.append("stars >= ?")
            values.append(stars)
        if medium:
            tests.append("medium = ?")
            values.append(medium)
        sql = f"SELECT * FROM results WHERE {' AND '.join(tests)} ORDER BY created DESC, run DESC LIMIT ? OFFSET ?"
        return [_entry(row) for row in self._store.rows(sql, *values, limit, offset)]

    def latest(self, engine: str, limit: int = 12) -> list[Entry]:
        """The newest results of an engine, deleted or not."""
        sql = "SELECT * FROM results WHERE engine = ? ORDER BY created DESC LIMIT ?"
        return [_entry(row) for row in self._store.rows(sql, engine, limit)]

    def favourite(self, runs: str | Sequence[str], on: bool) -> None:
        """Give or take a star. The stars are also listed in a file of the gallery, so that a rebuild knows them."""
        with self._store.transaction():
            for run in _many(runs):
                self._store.change("UPDATE results SET favourite = ? WHERE run = ?", on, run)
        starred = [row["run"] for row in self._store.rows("SELECT run FROM results WHERE favourite = 1 ORDER BY run")]
        with suppress(OSError):  # the row is kept; the list is only for a rebuild
            atomic.write(self.gallery / FAVOURITES, "".join(f"{run}\n" for run in starred).encode())

    def rate(self, stars: Mapping[str, int]) -> None:
        """Give results from 1 to 5 stars, or take them away (0). They are also listed in a file of the gallery."""
        with self._store.transaction():
            for run, count in stars.items():
                self._store.change("UPDATE results SET stars = ? WHERE run = ?", min(max(count, 0), MOST_STARS), run)
        rated = self._store.rows("SELECT run, stars FROM results WHERE stars > 0 ORDER BY run")
        with suppress(OSError):  # as with the favourites
            atomic.write(self.gallery / RATINGS, "".join(f"{row['run']} {row['stars']}\n" for row in rated).encode())

    def delete(self, runs: str | Sequence[str]) -> None:
        """Move the files to the gallery's trash, then mark the rows: `undelete` brings them back."""
        self._shift(_many(runs), self._into_trash)

    def undelete(self, runs: str | Sequence[str]) -> None:
        """Bring deleted results back, under another name where theirs has been taken since."""
        self._shift(_many(runs), self._out_of_trash)

    def empty_trash(self, before: float | None = None) -> int:
        """Remove for good what was deleted before `before` (seconds since 1970; None: everything); how many."""
        gone = 0
        for row in self._store.rows("SELECT * FROM results WHERE trash IS NOT NULL"):
            path = Path(row["trash"])
            with suppress(FileNotFoundError):
                if before is not None and path.stat().st_ctime >= before:
                    continue
                self._told(path.unlink, path)
            self._forget(row["id"])
            gone += 1
        return gone

    def prompts(self, limit: int = 200) -> list[str]:
        """The prompts that were used, latest first, each once."""
        return [row["text"] for row in self._store.rows("SELECT text FROM prompts ORDER BY used DESC LIMIT ?", limit)]

    def remember(self, prompt: str) -> None:
        """Put `prompt` at the head of the prompts."""
        if prompt.strip():
            self._store.change("INSERT OR REPLACE INTO prompts (text, used) VALUES (?, ?)", prompt, time.time())

    def index_new(self, gallery: Path | None = None) -> int:
        """Take in files that came without a row (a crash, the command line), follow moved ones, hide lost ones.

        How many results are new. Only files never looked at are opened.
        """
        self.gallery = gallery or self.gallery
        rows = {row["run"]: row for row in self._store.rows("SELECT * FROM results")}
        known = {place for row in rows.values() for place in (row["path"], row["trash"]) if place}
        passed = {row["path"]: row["stamp"] for row in self._store.rows("SELECT path, stamp FROM passed")}
        new, listed, rated = 0, self._listed(), self._rated()
        with self._store.transaction():
            for path, stamp in _files(self.gallery):
                if str(path) in known or passed.get(str(path)) == stamp:
                    continue
                entry = _read(path)
                if entry is None or (entry.run in rows and _exists(rows[entry.run])):
                    self._store.change("INSERT OR REPLACE INTO passed VALUES (?, ?)", str(path), stamp)
                    continue
                new += entry.run not in rows
                marked = {"favourite": entry.run in listed, "stars": rated.get(entry.run, 0)}
                rows[entry.run] = self._take(msgspec.structs.replace(entry, **marked))
            self._settle()
        return new

    def rebuild(self, gallery: Path | None = None) -> int:
        """Make the rows of `gallery` anew from its files alone; how many there are. Rows of files that lie
        elsewhere, and stars, are kept."""
        self.gallery = gallery or self.gallery
        with self._store.transaction():
            before = self._store.rows("SELECT id, run, path, favourite, stars FROM results")
            for row in before:
                if Path(row["path"]).is_relative_to(self.gallery):
                    self._forget(row["id"])
            self._store.change("DELETE FROM passed")
            self.index_new()
            for row in before:
                marks = row["favourite"], row["stars"]
                self._store.change("UPDATE results SET favourite = ?, stars = ? WHERE run = ?", *marks, row["run"])
            return int(self._store.rows(f"SELECT count(*) FROM results WHERE {_SHOWN}")[0][0])

    def _put(self, entry: Entry, trash: Path | None) -> None:
        values = {
            **{name: getattr(entry, name) for name in _SAME},
            "path": str(entry.path),
            "favourite": entry.favourite,
            "stars": entry.stars,
            "recipe": entry.recipe_text,
            "trash": str(trash) if trash else None,
        }
        changes = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("run", "favourite", "stars"))
        with self._store.transaction():
            self._store.change(
                f"INSERT INTO results ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
                f" ON CONFLICT (run) DO UPDATE SET {changes}, absent = 0",
                *values.values(),
            )
            key = self._store.rows("SELECT id FROM results WHERE run = ?", entry.run)[0]["id"]
            found = " ".join(words(entry.prompt, entry.negative, entry.engine))
            self._store.change("INSERT OR REPLACE INTO search (rowid, words) VALUES (?, ?)", key, found)

    def _take(self, entry: Entry) -> Row:
        """Record the file of `entry`, which may lie in the trash; its row."""
        home = _home(entry.path, self.gallery)
        if home is None:
            self._put(entry, None)
        else:
            self._put(msgspec.structs.replace(entry, path=home), entry.path)
        row = self._store.row("SELECT * FROM results WHERE run = ?", entry.run)
        assert row is not None
        return row

    def _settle(self) -> None:
        """Make every row agree with where its file is: in its place, in the trash, or nowhere."""
        for row in self._store.rows("SELECT id, path, trash, absent FROM results"):
            here, trashed = os.path.exists(row["path"]), row["trash"] and os.path.exists(row["trash"])
            trash = row["trash"] if trashed or not here else None
            absent = not here and not trashed
            if (trash, absent) != (row["trash"], bool(row["absent"])):
                self._store.change("UPDATE results SET trash = ?, absent = ? WHERE id = ?", trash, absent, row["id"])

    def _listed(self) -> set[str]:
        """The runs with a star by the gallery's list, for results that have no row yet."""
        with suppress(OSError):
            return set((self.gallery / FAVOURITES).read_text(encoding="utf-8", errors="replace").split())
        return set()

    def _rated(self) -> dict[str, int]:
        """The stars by the gallery's list, for results that have no row yet."""
        found: dict[str, int] = {}
        with suppress(OSError):
            for line in (self.gallery / RATINGS).read_text(encoding="utf-8", errors="replace").splitlines():
                run, _, count = line.rpartition(" ")
                if count.isdecimal() and 0 < int(count) <= MOST_STARS:
                    found[run] = int(count)
        return found

    def _shift(self, runs: Sequence[str], place: Any) -> None:
        """Move the files of `runs` by `place(row) -> (path, trash)`; the rows of those that moved follow at once."""
        moved: list[tuple[str, Path, Path | None]] = []
        try:
            for run in runs:
                row = self._store.row("SELECT * FROM results WHERE run = ?", run)
                if row is not None:
                    with suppress(FileNotFoundError):
                        moved.append((run, *place(row)))
        finally:
            with self._store.transaction():
                for run, path, trash in moved:
                    self._store.change(
                        "UPDATE results SET path = ?, trash = ? WHERE run = ?",
                        *(str(path), str(trash) if trash else None, run),
                    )
                self._settle()

    def _into_trash(self, row: Row) -> tuple[Path, Path | None]:
        path = Path(row["path"])
        if row["trash"]:
            return path, Path(row["trash"])
        root = self.gallery if path.is_relative_to(self.gallery) else path.parent
        return path, self._moved(path, root / TRASH / path.relative_to(root))

    def _out_of_trash(self, row: Row) -> tuple[Path, Path | None]:
        path = Path(row["path"])
        return (self._moved(Path(row["trash"]), path) if row["trash"] else path), None

    def _moved(self, source: Path, target: Path) -> Path:
        """Move a file to `target`, or to the first free name after it; where it is now."""

        def work() -> Path:
            target.parent.mkdir(parents=True, exist_ok=True)
            place, n = target, 1
            while place.exists():
                n += 1
                place = target.with_name(f"{target.stem}-{n}{target.suffix}")
            os.rename(source, place)
            return place

        return self._told(work, target)

    def _told(self, work: Any, path: Path) -> Any:
        """`work()`, with an OSError as one sentence; a file that is not there stays FileNotFoundError."""
        try:
            return work()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Refused("disk", atomic.sentence(error, path).sentence) from error

    def _forget(self, key: int) -> None:
        with self._store.transaction():
            self._store.change("DELETE FROM search WHERE rowid = ?", key)
            self._store.change("DELETE FROM results WHERE id = ?", key)


_SHOWN = "trash IS NULL AND absent = 0"
_SAME: tuple[str, ...] = (
    *("run", "medium", "engine", "prompt", "negative", "seed"),
    *("created", "parent", "parent_step", "width", "height", "seconds", "length"),
)


def _entry(row: Row) -> Entry:
    return Entry(
        **{name: row[name] for name in _SAME},
        path=Path(row["path"]),
        favourite=bool(row["favourite"]),
        stars=row["stars"],
        deleted=row["trash"] is not None,
        recipe_text=row["recipe"],
    )


def _many(runs: str | Sequence[str]) -> Sequence[str]:
    return (runs,) if isinstance(runs, str) else runs


def _search(query: str) -> tuple[str, str]:
    """The test and its value: every word as a quoted prefix; a query of punctuation alone is looked for as it is."""
    found = words(query)
    if found:
        wanted = " ".join(f'"{word}"*' for word in found)
        return "id IN (SELECT rowid FROM search WHERE search MATCH ?)", wanted
    plain = query.strip()
    for sign in "\\%_":
        plain = plain.replace(sign, "\\" + sign)
    return "prompt LIKE ? ESCAPE '\\'", f"%{plain}%"


def _files(gallery: Path) -> Iterator[tuple[Path, str]]:
    """The media files of `gallery` and its trash, in order, each with a stamp that changes with its content."""
    suffixes = {suffix for kinds in media.WRITES.values() for suffix in kinds}
    for folder, folders, names in os.walk(gallery):
        folders[:] = sorted(name for name in folders if not name.startswith(".") or name == TRASH)
        for name in sorted(names):
            path = Path(folder, name)
            if name.startswith(".") or path.suffix.lower() not in suffixes or not _spellable(str(path)):
                continue
            with suppress(OSError):
                state = path.stat()
                yield path, f"{state.st_size}-{state.st_mtime_ns}"


def _spellable(text: str) -> bool:
    """Whether a name is text that the database can hold (file systems allow any bytes)."""
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in text)


def _read(path: Path) -> Entry | None:
    """The row of a file, or None when it is no result of ours or cannot be read."""
    try:
        text = media.recipe_of(path)
        return entry_of(text, path) if text else None
    except (Refused, OSError):
        return None
    except Exception:  # a boundary: a file somebody else made must not keep the gallery shut
        log.warning("%s was passed over", path, exc_info=True)
        return None


def _exists(row: Row) -> bool:
    return os.path.exists(row["path"]) or bool(row["trash"] and os.path.exists(row["trash"]))


def _home(path: Path, gallery: Path) -> Path | None:
    """Where a file in the trash lay before; None when it is not in the trash."""
    trash = gallery / TRASH
    return gallery / path.relative_to(trash) if path.is_relative_to(trash) else None
