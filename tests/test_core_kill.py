"""Killed between any two system calls: what was acknowledged is there, what was not is whole or not at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.library import Library
from engines.contract import Refused
from engines.files import atomic
from tests.core_things import folders, make, request
from tests.crash import script

HERE = Path(__file__).parent
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the preloaded killer is for Linux")


@pytest.fixture(scope="module")
def killer(tmp_path_factory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    library = tmp_path_factory.mktemp("killer") / "kill_at.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", library, HERE / "crash" / "kill_at.c", "-ldl"], check=True
    )
    return library


def mornings(killer: Path, root: Path, numbers: tuple[int, int, int], torn: int) -> None:
    words = [sys.executable, "-m", "tests.crash.script", str(root), *map(str, numbers), str(torn)]
    env = os.environ | {"LD_PRELOAD": str(killer)}
    subprocess.run(words, check=True, env=env, cwd=HERE.parent, timeout=170)


@linux
@pytest.mark.parametrize(("torn", "first"), [(0, 1), (1, 4)])
def test_killed_between_any_two_system_calls(killer, tmp_path, torn, first):
    expected = script.looks(tmp_path / "whole")
    mornings(killer, tmp_path, (first, 10_000, 7), torn)
    number, status = map(int, (tmp_path / "end").read_text().split())
    assert status == 0
    assert number > 200
    for n in range(first, number, 7):
        root = tmp_path / str(n)
        acks = (root / "acks").stat().st_size
        with Library(folders(root)) as library:
            assert script.look(library) in expected[acks : acks + 2], f"call {n}, {acks} acts"
            assert not library.notices
            script.sound(library)
            make(library, request("goes on", seed=99))
            library.tidy(100)
            left = [path for path in root.rglob(f"*{atomic.PART}") if atomic.sweep(path.parent, 0.0) < 1]
            assert not left


@linux
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2500k", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        fill(disk)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> None:
    """Work until the disk is full and beyond, then free some space and go on."""
    saved, sentences = [], []
    library = Library(folders(disk))
    for seed in range(2000):
        try:
            saved.append(make(library, request(seed=seed)).run)
        except Refused as refused:
            sentences.append(refused.failure)
        if len(sentences) > 20:
            break
    assert saved
    assert sentences
    assert all(failure.kind == "disk" and "disk is full" in failure.sentence for failure in sentences)
    library.close()
    for path in disk.rglob("*"):
        assert not path.name.endswith(atomic.PART)
    (disk / "data" / "logs").rmdir()
    extra = list((disk / "gallery").rglob("*.png"))[::2]
    runs = {script.run_in(path) for path in extra}
    for path in extra:
        path.unlink()
    with Library(folders(disk)) as library:
        script.sound(library)
        assert {entry.run for entry in library.history.page(limit=1000)} >= set(saved) - runs
        make(library, request(seed=1000))
