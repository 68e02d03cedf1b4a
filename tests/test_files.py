"""Files are there whole or not at all, whatever happens between any two system calls; steps and recipes survive."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.contract import Checkpoint, Control, Curve, Image, Refused, Request
from engines.files import arrays, atomic, recipe, steps
from engines.files.steps import StepRow, StepStore

OLD, NEW = b"old " * 4000, b"new " * 50_000
CALLS = ("open", "replace", "link", "rename", "unlink", "close", "fsync")


# ---------------------------------------------------------------- a kill between any two system calls


class Mortal:
    """Stands in for `os`: kills its own process before the n-th call of those that touch the disk."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name == "fdopen":
            return lambda handle, mode: _Pen(self, handle)
        if name not in CALLS:
            return real

        def call(*args: Any) -> Any:
            self.tick()
            return real(*args)

        return call

    def tick(self) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


class _Pen:
    """A file that writes its bytes in four pieces, any of which may be the last thing its process does."""

    def __init__(self, mortal: Mortal, handle: int) -> None:
        self.mortal, self.handle = mortal, handle

    def write(self, data: bytes) -> int:
        quarter = len(data) // 4 + 1
        for start in range(0, len(data), quarter):
            self.mortal.tick()
            os.write(self.handle, data[start : start + quarter])
        return len(data)

    def flush(self) -> None:
        pass

    def fileno(self) -> int:
        return self.handle

    def __enter__(self) -> "_Pen":
        return self

    def __exit__(self, *_: object) -> None:
        self.mortal.tick()
        os.close(self.handle)


def _survived(work: Callable[[Mortal], None], left: int) -> bool:
    """Run `work` in a child that dies before its `left`-th call; whether it lived."""
    child = os.fork()
    if child == 0:
        work(Mortal(left))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL)
    return status == 0


def _pour(file: BinaryIO) -> None:
    file.write(NEW)


def _with(mortal: Mortal, write: Callable[[], object]) -> None:
    atomic.os = mortal  # type: ignore[attr-defined, assignment]
    write()


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@forks
@pytest.mark.parametrize("by", ["bytes", "callable"])
def test_a_kill_leaves_the_old_file_or_the_new(tmp_path: Path, by: str) -> None:
    target = tmp_path / "picture.png"
    data: atomic.Data = NEW if by == "bytes" else _pour
    seen = set()
    for left in range(100):
        target.write_bytes(OLD)
        lived = _survived(lambda mortal: _with(mortal, lambda: atomic.write(target, data)), left)
        seen.add(target.read_bytes())
        assert seen <= {OLD, NEW}
        assert all(p.name.startswith(".darkroom-") for p in tmp_path.iterdir() if p != target)
        atomic.sweep(tmp_path, older_than=0)
        assert list(tmp_path.iterdir()) == [target]
        if lived:
            break
    assert lived
    assert seen == {OLD, NEW}
    assert left >= 8  # open, four pieces, fsync, close, replace, and the folder's


@forks
def test_a_kill_never_replaces_nor_halves_a_new_file(tmp_path: Path) -> None:
    taken, fresh = tmp_path / "a.png", tmp_path / "a-2.png"
    taken.write_bytes(OLD)
    for left in range(100):
        fresh.unlink(missing_ok=True)
        lived = _survived(lambda mortal: _with(mortal, lambda: atomic.write_new(taken, NEW)), left)
        assert taken.read_bytes() == OLD
        assert not fresh.exists() or fresh.read_bytes() == NEW
        atomic.sweep(tmp_path, older_than=0)
        assert set(tmp_path.iterdir()) <= {taken, fresh}
        if lived:
            break
    assert lived
    assert fresh.exists()


# ---------------------------------------------------------------- a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 256 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount command here")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk_loses_nothing_and_leaves_nothing(small_disk: Path) -> None:
    kept = atomic.write(small_disk / "kept.png", OLD)
    for write in (atomic.write, atomic.write_new):
        with pytest.raises(OSError) as caught:
            write(kept, bytes(2**20))
        failure = atomic.sentence(caught.value, kept)
        assert failure.kind == "disk"
        assert "full" in failure.sentence
        assert "kept.png" in failure.sentence
    assert kept.read_bytes() == OLD
    assert list(small_disk.iterdir()) == [kept]


def test_a_full_disk_leaves_whole_steps_only(small_disk: Path) -> None:
    store = StepStore(small_disk / "run")
    with pytest.raises(OSError):
        _fill(store, 999)
    rows = StepStore(small_disk / "run").rows()
    assert 0 < len(rows) < 999
    assert all(np.array_equal(_held(store, row.index).arrays["x"], _step(row.index)[2].arrays["x"]) for row in rows)


@pytest.mark.parametrize("name", ["no/such/folder/a.png", "x" * 300 + ".png", "folder"])
def test_what_cannot_be_written_is_said_in_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError) as caught:
        atomic.write(tmp_path / name, NEW)
    sentence = atomic.sentence(caught.value, tmp_path / name).sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "Errno" not in sentence
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_an_error_while_writing_leaves_nothing(tmp_path: Path) -> None:
    def broken(file: Any) -> None:
        file.write(b"half")
        raise OSError(5, "Input/output error")

    for write in (atomic.write, atomic.write_new):
        with pytest.raises(OSError):
            write(tmp_path / "a.png", broken)
    assert list(tmp_path.iterdir()) == []


def test_many_writers_never_take_each_others_name(tmp_path: Path) -> None:
    places: list[Path] = []
    threads = [
        threading.Thread(target=lambda n=n: places.append(atomic.write_new(tmp_path / "a.png", b"%d" % n)))
        for n in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(places)) == 24
    assert sorted(int(p.read_bytes()) for p in places) == list(range(24))
    assert len(list(tmp_path.iterdir())) == 24


# ---------------------------------------------------------------- the step store


def _step(index: int, total: int = 1000) -> tuple[StepRow, np.ndarray, Checkpoint]:
    x = np.random.default_rng(index).standard_normal((8, 8))
    row = StepRow(index, total, 1 - index / total, 0.1, 0.5 * index, True)
    return row, x.astype(np.float32), Checkpoint(index, total, row.level, "euler", {"x": x}, {"h": 0.5})


def _held(store: StepStore, index: int) -> Checkpoint:
    held = store.checkpoint(index)
    assert held is not None
    return held


def _filled(folder: Path, count: int) -> StepStore:
    store = StepStore(folder)
    _fill(store, count)
    return store


def _fill(store: StepStore, count: int) -> None:
    for index in range(1, count + 1):
        store.append(*_step(index))


@pytest.mark.parametrize("count", [1, 127, 128, 300])
def test_steps_come_back_states_exactly(tmp_path: Path, count: int) -> None:
    store = _filled(tmp_path, count)
    assert [row.index for row in store.rows()] == list(range(1, count + 1))
    for index in {1, count // 2 + 1, count}:
        row, estimate, held = _step(index)
        assert store.rows()[index - 1] == row
        kept = store.estimate(index)
        assert kept is not None
        assert np.abs(kept - estimate).max() < 2e-3
        assert np.array_equal(_held(store, index).arrays["x"], held.arrays["x"])
    assert store.estimate(count + 1) is None
    assert store.checkpoint(count + 1) is None
    last = store.last_checkpoint()
    assert last is not None
    assert last.step == count


@pytest.mark.parametrize("damage", ["cut", "noise", "flip"])
def test_a_torn_tail_is_ignored_and_cut_off(tmp_path: Path, damage: str) -> None:
    path = _filled(tmp_path, 3).path
    whole = path.read_bytes()
    _filled(tmp_path / "one", 1)
    step = len((tmp_path / "one" / "steps.bin").read_bytes())
    for place in range(len(whole) - step + 1, len(whole), 61):
        tail = {"cut": b"", "noise": os.urandom(40), "flip": bytes(len(whole) - place)}[damage]
        path.write_bytes(whole[:place] + tail)
        store = StepStore(tmp_path)
        assert {1, 2} <= {row.index for row in store.rows()}
        assert store.last_checkpoint() is not None
        again = StepStore(tmp_path)
        again.append(*_step(3))
        assert [row.index for row in StepStore(tmp_path).rows()] == [1, 2, 3]
        assert np.array_equal(_held(StepStore(tmp_path), 3).arrays["x"], _step(3)[2].arrays["x"])


def test_a_reader_follows_a_writer(tmp_path: Path) -> None:
    reader, writer = StepStore(tmp_path), StepStore(tmp_path)
    assert reader.rows() == ()
    for index in range(1, 6):
        writer.append(*_step(index))
        assert len(reader.rows()) == index
    writer.restart()
    writer.append(*_step(1, total=9))
    assert [row.total for row in reader.rows()] == [9]


@pytest.mark.parametrize("share", [1.0, 0.6, 0.3, 0.05, 0.0])
def test_pruning_keeps_the_budget_and_the_newest(tmp_path: Path, share: float) -> None:
    for n in range(4):
        _filled(tmp_path / f"run-{n}", 20)
    size = sum(f.stat().st_size for f in tmp_path.glob("*/steps.bin"))
    freed = steps.prune(tmp_path, int(size * share), keep={"run-0"})
    left = sum(f.stat().st_size for f in tmp_path.glob("*/steps.bin"))
    assert freed == size - left
    held = (tmp_path / "run-0" / "steps.bin").stat().st_size
    assert left <= max(size * share, held)
    assert all(row.resumable for row in StepStore(tmp_path / "run-0").rows())
    sizes = [p.stat().st_size if p.exists() else 0 for n in (1, 2, 3) if (p := tmp_path / f"run-{n}" / "steps.bin")]
    assert sizes == sorted(sizes)
    for n in (1, 2, 3):
        store = StepStore(tmp_path / f"run-{n}")
        assert all(store.estimate(row.index) is not None for row in store.rows())


# ---------------------------------------------------------------- recipes and arrays by name


VALUES = st.one_of(st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(TEXTS, TEXTS, st.integers(0, 2**63 - 1), st.dictionaries(TEXTS, st.one_of(VALUES, TEXTS), max_size=4))
@settings(max_examples=150)
def test_any_recipe_survives_its_text(prompt: str, negative: str, seed: int, options: dict[str, Any]) -> None:
    asked = Request(engine="image/x", prompt=prompt, negative=negative, seed=seed, options=options)
    made = recipe.Recipe(request=asked, run="20261123-201500-a1b2c3", facts={"nfe": 3}, created=1.5)
    child = recipe.Recipe(request=asked, run="b", parent=made, step=2)
    back = recipe.loads(recipe.dumps(child, _never), _never)
    assert msgspec.json.encode(back) == msgspec.json.encode(child)
    assert prompt in recipe.a1111(made)


def _never(_: Any) -> Any:
    raise AssertionError("there is no array here")


def test_arrays_are_kept_by_their_content(tmp_path: Path) -> None:
    blobs = recipe.Blobs(tmp_path)
    picture = Image(np.arange(48, dtype=np.uint8).reshape(4, 4, 3))
    held = Checkpoint(1, 2, 0.5, "euler", {"x": np.ones(3)})
    curve = {"guidance": Curve(((0.0, 1.0), (1.0, 4.0)))}
    asked = Request(engine="e", start=picture, controls=(Control("edges", picture),), curves=curve, resume=held)
    text = recipe.dumps(recipe.Recipe(request=asked, run="r"), blobs.keep)
    back = recipe.loads(text, blobs.load).request
    assert isinstance(back.start, Image)
    assert np.array_equal(back.start.pixels, picture.pixels)
    assert back.resume is None
    assert back.curves == asked.curves
    assert len(recipe.names(text)) == 1
    assert len(list(tmp_path.rglob("*.npy"))) == 1
    with pytest.raises(Refused) as caught:
        recipe.loads(text, recipe.Blobs(tmp_path / "elsewhere").load)
    assert caught.value.failure.kind == "missing"
    stored = next(tmp_path.rglob("*.npy"))
    for damage in (stored.read_bytes()[:-1] + b"\xff", stored.read_bytes()[:30], b"", b"\x80\x04."):
        stored.write_bytes(damage)
        with pytest.raises(Refused) as caught:
            recipe.loads(text, blobs.load)
        assert caught.value.failure.kind == "bad-file"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"run": 3}',
        '{"request": {}}',
        '{"request":' * 5000,
        b"\xff\xfe",
        '{"run":"r","request":{"engine":"e","start":{"type":"image","pixels":{"array":"../../etc/passwd"}}}}',
    ],
)
def test_what_is_no_recipe_is_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(Refused) as caught:
        recipe.loads(text, recipe.Blobs(tmp_path).load)
    assert caught.value.failure.kind == "bad-file"


def test_names_tell_arrays_apart() -> None:
    flat = np.arange(12, dtype=np.float32)
    kinds: list[np.ndarray] = [
        flat,
        flat.reshape(3, 4),
        flat.reshape(4, 3),
        flat.astype(np.float64),
        flat + 1,
        flat[:0],
    ]
    assert len({arrays.digest(a) for a in kinds}) == len(kinds)
    assert arrays.digest(flat.reshape(3, 4).T) == arrays.digest(np.ascontiguousarray(flat.reshape(3, 4).T))


@pytest.mark.parametrize("run", ["../victim", "/etc", "a/b", ".hidden", "a\\b", "x" * 101])
def test_a_run_cannot_name_a_place_of_its_own(run: str) -> None:
    text = json.dumps({"request": {"engine": "image/x"}, "run": run})
    with pytest.raises(Refused) as caught:
        recipe.loads(text, lambda name: np.zeros(1))
    assert caught.value.failure.kind == "bad-file"
