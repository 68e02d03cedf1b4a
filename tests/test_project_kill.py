"""A project whose program is killed: whole, as it was at some moment, and that moment at most two seconds ago."""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.core import project as projects
from app.core.project import Document
from app.core.timeline import schema
from app.core.timeline.values import Project
from engines.contract import Refused
from engines.files import atomic
from tests.core_things import folders
from tests.crash.project_app import mark
from tests.crash.project_script import ACTS, PROJECTS
from tests.test_core_kill import HERE, killer, linux

__all__ = ["killer"]

RISK = 2.0  # seconds of edits


# ---------------------------------------------------------------- at any moment, in the studio itself


def life(root: Path, seed: int, seconds: float, pace: int = 15) -> tuple[list[tuple[float, str]], float]:
    """Edit for some seconds, then be killed: what was said, and when the end came."""
    words = [sys.executable, "-m", "tests.crash.project_app", str(root), str(seed), str(pace)]
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env, cwd=HERE.parent) as child:
        assert child.stdout is not None
        said = [child.stdout.readline()]
        time.sleep(seconds)
        child.kill()
        end = time.monotonic()
        said += child.stdout.readlines()
    rows = [line.split() for line in said if line.endswith("\n")]
    return [(float(moment), name) for moment, name in rows], end


def survived(root: Path) -> Project | None:
    """The project as the disk has it; None when none was saved yet."""
    found = list(folders(root).projects.glob("*/project.json"))
    return Document.at(found[0]).load() if found else None


def checked(root: Path, seed: int, seconds: float) -> float:
    """How many seconds of edits were lost."""
    said, end = life(root, seed, seconds)
    project = survived(root)
    name = mark(project) if project is not None else said[0][1]
    places = [n for n, (_, one) in enumerate(said) if one == name]
    assert places, "the project on the disk is none that there ever was"
    later = [moment for moment, one in said[places[-1] :] if one != name]
    return end - later[0] if later else 0.0


def test_a_kill_loses_at_most_two_seconds_of_edits(tmp_path) -> None:
    assert checked(tmp_path, seed=1, seconds=2.6) <= RISK


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_thirty_kills_lose_at_most_two_seconds_each(tmp_path) -> None:
    r = random.Random(11)
    lost = [checked(tmp_path / str(n), n, r.uniform(0.0, 5.0)) for n in range(30)]
    assert max(lost) <= RISK


# ---------------------------------------------------------------- between any two system calls


def mornings(killer: Path, root: Path, numbers: tuple[int, int, int], torn: int) -> None:
    words = [sys.executable, "-m", "tests.crash.project_script", str(root), *map(str, numbers), str(torn)]
    env = os.environ | {"LD_PRELOAD": str(killer)}
    subprocess.run(words, check=True, env=env, cwd=HERE.parent, timeout=170)


def whole(folder: Path) -> Project | None:
    """The project in a folder with all its media; None where there is none (yet)."""
    try:
        document = Document.at(folder)
    except Refused:
        return None
    project = document.load()
    assert document.verify(project) == []
    return project


@linux
@pytest.mark.slow
@pytest.mark.parametrize("torn", [0, 1])
def test_killed_between_any_two_system_calls_a_project_is_whole(killer, tmp_path, torn: int) -> None:
    killed(killer, tmp_path, torn, range(1, 10_000))


@linux
@pytest.mark.parametrize(("torn", "first"), [(0, 1), (1, 4)])
def test_killed_between_some_system_calls_a_project_is_whole(killer, tmp_path, torn: int, first: int) -> None:
    killed(killer, tmp_path, torn, range(first, 10_000, 5))


def killed(killer: Path, tmp_path: Path, torn: int, numbers: range) -> None:
    mornings(killer, tmp_path, (numbers.start, numbers.stop, numbers.step), torn)
    number, status = map(int, (tmp_path / "end").read_text().split())
    assert status == 0
    assert number > 30
    stages = [schema.loads((tmp_path / f"stage{n}.json").read_bytes(), "it") for n in range(PROJECTS)]
    for n in range(numbers.start, number, numbers.step):
        root = tmp_path / str(n)
        acks = (root / "acks").stat().st_size
        assert acks < ACTS
        project = whole(root / "p")
        assert project in [None, *stages][min(acks, PROJECTS) : acks + 2], f"call {n}, {acks} acts"
        assert whole(root / "out") in (None, stages[-1])
        assert whole(root / "copy") in (None, stages[-1])
        if (root / "p.darkroom").exists():
            shutil.rmtree(root / "again", ignore_errors=True)
            assert projects.unpacked(root / "p.darkroom", root / "again").load() == stages[-1]
        if project is not None:
            Document.at(root / "p").save(stages[0])  # and it goes on
            assert whole(root / "p") == stages[0]


def test_what_a_killed_save_left_is_swept_when_the_project_is_opened(tmp_path) -> None:
    document = Document.new(tmp_path / "p", Project())
    left = [tmp_path / "p" / f".darkroom-x{atomic.PART}", tmp_path / "p" / "media" / f".darkroom-y{atomic.PART}"]
    for part in left:
        part.write_bytes(b"half")
        os.utime(part, (0, 0))
    Document.at(document.folder)
    assert not any(part.exists() for part in left)
