"""The database: who has it, how it grows, and what becomes of a broken one."""

import multiprocessing
import sqlite3

import pytest

from app.core.library import Library
from app.core.store import MIGRATIONS, InUse, Store, migrate
from engines.contract import Refused
from tests.core_things import folders, make, request

# Version 1 as it was: never to be changed.
V1 = """
CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL UNIQUE, position INTEGER NOT NULL,
    engine TEXT NOT NULL, request TEXT NOT NULL, origin TEXT, resume TEXT, state TEXT NOT NULL, parent TEXT,
    parent_step INTEGER, lineage TEXT, created REAL NOT NULL, tail REAL NOT NULL DEFAULT 0);
CREATE INDEX jobs_position ON jobs (position);
CREATE TABLE results (id INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE, path TEXT NOT NULL, medium TEXT NOT NULL,
    engine TEXT NOT NULL, prompt TEXT NOT NULL, negative TEXT NOT NULL, seed INTEGER NOT NULL, created REAL NOT NULL,
    parent TEXT, parent_step INTEGER, favourite INTEGER NOT NULL DEFAULT 0, width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0, length REAL NOT NULL DEFAULT 0,
    recipe TEXT NOT NULL, trash TEXT, absent INTEGER NOT NULL DEFAULT 0);
CREATE INDEX results_created ON results (created DESC, run DESC);
CREATE INDEX results_parent ON results (parent);
INSERT INTO jobs VALUES (3, '20261101-120000-000001', 0, 'tiny/picture',
    '{"request":{"engine":"tiny/picture","prompt":"a 🍎","seed":5},"run":""}', NULL, NULL, '{"type":"queued"}',
    NULL, NULL, NULL, 1793534400.0, 0.25);
INSERT INTO results VALUES (1, '20261101-110000-000002', '/nowhere/x.png', 'image', 'tiny/picture', 'an old 🍎', '', 4,
    1793530800.0, NULL, NULL, 1, 128, 128, 2.5, 0.0, '{"request":{"engine":"tiny/picture"},"run":"x"}',
    '/nowhere/t.png', 0);
PRAGMA user_version = 1;
"""


def test_an_old_file_is_brought_up_to_date_and_kept(tmp_path):
    place = folders(tmp_path).make()
    with sqlite3.connect(place.database) as db:
        db.executescript(V1)
    db.close()
    with Library(place) as library:
        (job,) = library.queue.all()
        assert (job.id, job.request.prompt, job.request.seed, job.tail) == (3, "a 🍎", 5, 0.25)
        (entry,) = library.history.page("🍎 old", deleted=True)
        assert (entry.seed, entry.favourite, entry.seconds) == (4, True, 2.5)
        assert library.history.prompts() == ["an old 🍎"]
    with sqlite3.connect(place.database) as db, sqlite3.connect(place.data / "history.db.v1") as old:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert old.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()
    old.close()


def test_an_old_file_grows_into_the_same_tables_as_a_new_one(tmp_path):
    def tables(path, script):
        db = sqlite3.connect(path, isolation_level=None)
        db.create_function("words", -1, lambda *texts: " ".join(texts), deterministic=True)
        db.executescript(script)
        migrate(db, path)
        found = db.execute("SELECT name FROM sqlite_schema ORDER BY name").fetchall()
        columns = {name: db.execute(f"PRAGMA table_info('{name}')").fetchall() for (name,) in found}
        db.close()
        return columns

    assert tables(tmp_path / "old.db", V1) == tables(tmp_path / "new.db", "")


def test_a_newer_file_is_left_alone(tmp_path):
    path = tmp_path / "history.db"
    with Store(path) as store:
        store.rows("PRAGMA user_version = 999")
    before = path.read_bytes()
    with pytest.raises(Refused, match="newer") as refused:
        Store(path)
    assert refused.value.failure.kind == "bad-file"
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["junk", "header", "middle"])
def test_a_broken_file_is_kept_aside_and_built_anew(tmp_path, damage):
    place = folders(tmp_path)
    with Library(place) as library:
        runs = [make(library, request(seed=n)).run for n in range(5)]
    data = bytearray(place.database.read_bytes())
    if damage == "junk":
        data = bytearray(b"this is no database" * 100)
    elif damage == "header":
        data[:100] = bytes(100)
    else:
        data[4096:] = bytes(len(data) - 4096)
    place.database.write_bytes(data)
    with Library(place) as library:
        assert "kept as history.db.broken-" in library.notices[0]
        assert sorted(entry.run for entry in library.history.page()) == sorted(runs)
    assert len(list(place.data.glob("history.db.broken-*"))) == 1


def _try(path, answers):
    try:
        Store(path).close()
        answers.put("opened")
    except InUse as refused:
        answers.put(refused.failure.sentence)


def test_one_process_at_a_time(tmp_path):
    path, context = tmp_path / "history.db", multiprocessing.get_context("spawn")
    for held in (True, False):
        store = Store(path) if held else None
        answers = context.Queue()
        child = context.Process(target=_try, args=(path, answers))
        child.start()
        answer = answers.get(timeout=60)
        child.join()
        assert ("already open" in answer and str(tmp_path) in answer) if held else answer == "opened"
        if store:
            store.close()
            store.close()


def test_a_transaction_is_all_or_nothing_and_nests(tmp_path):
    with Store(tmp_path / "history.db") as store:

        def broken_off() -> None:
            with store.transaction():
                store.change("INSERT INTO prompts VALUES ('a', 1)")
                with store.transaction():
                    store.change("INSERT INTO prompts VALUES ('b', 1)")
                raise KeyError

        with pytest.raises(KeyError):
            broken_off()
        assert store.rows("SELECT * FROM prompts") == []
        with store.transaction():
            store.change("INSERT INTO prompts VALUES ('a', 1)")
        assert len(store.rows("SELECT * FROM prompts")) == 1


def test_the_promises_to_the_disk_are_on(tmp_path):
    with Store(tmp_path / "history.db") as store:
        assert store.rows("PRAGMA journal_mode")[0][0] == "wal"
        assert store.rows("PRAGMA synchronous")[0][0] == 2


def test_a_folder_that_cannot_be_written_costs_one_sentence(tmp_path):
    (tmp_path / "history.db").mkdir()
    with pytest.raises(Refused, match="history") as refused:
        Store(tmp_path / "history.db")
    assert refused.value.failure.kind == "disk"
    with pytest.raises(Refused):
        Store(tmp_path / "not there" / "history.db")
