"""The database: one process, one connection, numbered migrations. What it says has happened survives a power cut."""

import datetime
import os
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engines.contract import Refused

MIGRATIONS: tuple[str, ...] = (
    # 1: jobs and results
    """
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run TEXT NOT NULL UNIQUE,
        position INTEGER NOT NULL,
        engine TEXT NOT NULL,
        request TEXT NOT NULL,
        origin TEXT,
        resume TEXT,
        state TEXT NOT NULL,
        parent TEXT,
        parent_step INTEGER,
        lineage TEXT,
        created REAL NOT NULL,
        tail REAL NOT NULL DEFAULT 0
    );
    CREATE INDEX jobs_position ON jobs (position);
    CREATE TABLE results (
        id INTEGER PRIMARY KEY,
        run TEXT NOT NULL UNIQUE,
        path TEXT NOT NULL,
        medium TEXT NOT NULL,
        engine TEXT NOT NULL,
        prompt TEXT NOT NULL,
        negative TEXT NOT NULL,
        seed INTEGER NOT NULL,
        created REAL NOT NULL,
        parent TEXT,
        parent_step INTEGER,
        favourite INTEGER NOT NULL DEFAULT 0,
        width INTEGER NOT NULL DEFAULT 0,
        height INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0,
        length REAL NOT NULL DEFAULT 0,
        recipe TEXT NOT NULL,
        trash TEXT,
        absent INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX results_created ON results (created DESC, run DESC);
    CREATE INDEX results_parent ON results (parent);
    """,
    # 2: search in prompts, the prompts themselves, how long engines take, files that are looked at and no result
    """
    CREATE VIRTUAL TABLE search USING fts5 (words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
    INSERT INTO search (rowid, words) SELECT id, words(prompt, negative, engine) FROM results;
    CREATE TABLE prompts (text TEXT PRIMARY KEY, used REAL NOT NULL);
    INSERT INTO prompts (text, used) SELECT prompt, max(created) FROM results WHERE prompt != '' GROUP BY prompt;
    CREATE TABLE pace (engine TEXT PRIMARY KEY, tail REAL NOT NULL);
    CREATE TABLE passed (path TEXT PRIMARY KEY, stamp TEXT NOT NULL);
    """,
    # 3: stars, one to five, 0 for none
    """
    ALTER TABLE results ADD COLUMN stars INTEGER NOT NULL DEFAULT 0;
    """,
)


class InUse(Refused):
    """Another Darkroom has the database."""


class Store:
    """The open database. Use it from one thread at a time; `transaction()` nests, and only the outermost commits.

    Raises InUse when another process has it, Refused('disk') when the disk does not obey, and Refused('bad-file')
    when a newer Darkroom made it. A file that is no database is kept aside and a fresh one begun: `notices` says so.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: tuple[str, ...] = ()
        self._depth = 0
        self._lock = _take(path.with_name(path.name + ".lock"))
        try:
            self._db = self._open()
        except BaseException:
            _give_back(self._lock)
            raise

    def close(self) -> None:
        """Let go of the file and the lock. Closing twice does no harm."""
        if self._lock < 0:
            return
        self._db.close()
        _give_back(self._lock)
        self._lock = -1

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it, on the disk when the block is left."""
        if self._depth:
            yield
            return
        with self._said():
            self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """The answer to a question."""
        with self._said():
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of the answer, or None."""
        with self._said():
            return self._db.execute(sql, values).fetchone()

    def change(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """One statement that writes, in a transaction of its own unless one is open."""
        with self.transaction():
            return self._db.execute(sql, values)

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn the database's complaints into one sentence."""
        try:
            yield
        except sqlite3.Error as error:
            raise Refused("disk", _sentence(error, self.path)) from error

    def _open(self) -> sqlite3.Connection:
        try:
            return self._ready()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) or not self.path.exists():
                raise Refused("disk", _sentence(error, self.path)) from error
            aside = self._set_aside()
            self.notices += (f"The history at {self.path} was damaged; it is kept as {aside.name} and built anew.",)
            return self._ready()

    def _ready(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10)
        try:
            db.row_factory = sqlite3.Row
            db.create_function("words", -1, lambda *texts: " ".join(words(*texts)), deterministic=True)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA wal_autocheckpoint = 200")  # pages: the log stays below a megabyte
            db.execute("PRAGMA foreign_keys = ON")
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("the file is damaged")
            migrate(db, self.path)
        except BaseException:
            db.close()
            raise
        return db

    def _set_aside(self) -> Path:
        stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
        aside = self.path.with_name(f"{self.path.name}.broken-{stamp}")
        os.replace(self.path, aside)
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        return aside


def migrate(db: sqlite3.Connection, path: Path, to: int = len(MIGRATIONS)) -> None:
    """Bring the schema to version `to`, one whole migration at a time; the file as it was is kept beside it."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > to:
        raise Refused("bad-file", f"The history at {path} was made by a newer Darkroom; update this one to open it.")
    if 0 < version < to:
        with sqlite3.connect(path.with_name(f"{path.name}.v{version}")) as copy:
            db.backup(copy)
        copy.close()
    for number in range(version, to):
        db.executescript(f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")


def words(*texts: str) -> list[str]:
    """The words of `texts` as the search sees them, in any script: letters and digits in runs, folded; a character
    of a script without spaces alone; a symbol (an emoji) by its number, so that it can be found as well."""
    found: list[str] = []
    for text in texts:
        run = ""
        for char in unicodedata.normalize("NFKC", text).casefold():
            kind = unicodedata.category(char)
            if kind[0] in "LNM" and not _alone(char):
                run += char
                continue
            found.append(run)
            run = ""
            if _alone(char):
                found.append(char)
            elif kind in ("So", "Sk", "Cn", "Co") and not 0x1F3FB <= ord(char) <= 0x1F3FF:  # skin tones add no word
                found.append(f"u{ord(char):x}")
        found.append(run)
    return [word for word in found if any(unicodedata.category(c)[0] in "LN" for c in word)]


def _alone(char: str) -> bool:
    """Whether `char` is Han or kana, which are written without spaces between words."""
    point = ord(char)
    return 0x3040 <= point <= 0x30FF or 0x3400 <= point <= 0x9FFF or 0x20000 <= point <= 0x3FFFF


def _sentence(error: sqlite3.Error, path: Path) -> str:
    text = str(error).lower()
    if "full" in text:
        return f"The disk is full: the history at {path} could not be written. Free some space and try again."
    if "readonly" in text or "read-only" in text or "permission" in text or "unable to open" in text:
        return f"The history at {path} cannot be written; check that you may write to the folder {path.parent}."
    return f"The history at {path} could not be used ({error}); check the disk, then start Darkroom again."


def _take(path: Path) -> int:
    """Hold the lock file at `path` until the process ends, however it ends; InUse when another process has it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise Refused("disk", f"The folder {path.parent} cannot be written ({error.strerror}); check it.") from error
    try:
        _lock(handle)
    except OSError as error:
        os.close(handle)
        sentence = f"Darkroom is already open with the history in {path.parent}; use that window, or close it first."
        raise InUse("bad-request", sentence) from error
    return handle


def _give_back(handle: int) -> None:
    os.close(handle)


def _lock(handle: int) -> None:
    """An exclusive lock that the system drops with the process. OSError when it is taken."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
