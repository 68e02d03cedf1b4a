"""The studio over the real worker and the tiny engines: all media, pauses, branches, kills."""

import os
import random
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from app.core.job import Cancelled, Done, Failed, Paused, Running
from app.develop import host_for
from app.studio import Studio
from engines.contract import Media
from engines.files import media
from tests.studio_words import done, make, new, pixels

pytest_plugins = ["tests.studio_kit"]
TINY = Path(__file__).parent / "tiny"
LONG = 20_000


@pytest.fixture
def real(qtbot, folders, monkeypatch):
    """A way to open studios with a worker of their own on the same folders."""
    monkeypatch.setenv("DARKROOM_PLUGINS", str(TINY))
    made = []

    def start():
        from app.core.settings import Settings

        studio = Studio(folders, host_for(Settings(), folders))
        studio.notices = []
        studio.notice.connect(lambda kind, sentence: studio.notices.append((kind, sentence)))
        made.append(studio)
        qtbot.waitUntil(lambda: studio._library is not None and studio.worker_state[0] == "ready", timeout=LONG)
        studio.set_engine("image/tiny")
        studio.edit(prompt="a red apple", seed=7)
        studio.lock_seed(True)
        return studio

    yield start
    for studio in made:
        studio.close()


def running_at(studio, job_id: int, step: int):
    state = studio.job(job_id).state
    return isinstance(state, Running) and state.index >= step


def alike(a: Media, b: Media) -> bool:
    return all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for name in a.__struct_fields__
        if isinstance(getattr(a, name), np.ndarray)
    )


@pytest.mark.timeout(600)
def test_what_the_starter_pack_makes_is_kept(real, qtbot):
    """The facts an engine gives of its result are its own affair; whatever they are, the history takes it."""
    studio = real()
    for name in ("image/sprite", "audio/drum", "audio/tune", "video/motion", "mesh/shape"):
        studio.set_engine(name)
        few = {"steps": 2} if any(param.name == "steps" for param in studio.card().params) else {}
        studio.edit(options=few)
        (job,) = new(studio, qtbot)
        qtbot.waitUntil(lambda job=job: isinstance(studio.job(job.id).state, Done | Failed), timeout=6 * LONG)
        (ended,) = done(studio, qtbot, job.id)
        assert isinstance(ended.state, Done), ended.state
        qtbot.waitUntil(
            lambda job=job: studio.stage.entry is not None and studio.stage.entry.run == job.run, timeout=LONG
        )
        assert studio.stage.entry.engine == name


@pytest.mark.parametrize("medium", ["image", "audio", "video", "mesh"])
def test_every_medium_is_made_shown_scrubbed_and_kept(real, qtbot, medium):
    studio = real()
    studio.set_engine(f"{medium}/tiny")
    frames, previews = [], []
    studio.preview.connect(lambda run, shown: (previews.append(shown), studio.preview_shown(run)))
    (job,) = new(studio, qtbot)
    (ended,) = done(studio, qtbot, job.id)
    assert isinstance(ended.state, Done), ended.state
    qtbot.waitUntil(lambda: studio.stage.entry is not None)
    assert (studio.stage.medium, studio.stage.entry.medium) == (medium, medium)
    assert len(studio.stage.rows) == len(ended.steps) > 1
    studio.frame(job.run, 2, frames.append)
    qtbot.waitUntil(lambda: len(frames) == 1)
    assert type(frames[0]) is type(studio.stage.media)
    paths = []
    studio.thumbnail(job.run, paths.append)
    qtbot.waitUntil(lambda: len(paths) == 1)
    again = new(studio, qtbot)[0]
    (second,) = done(studio, qtbot, again.id)
    assert alike(media.read(ended.state.path), media.read(second.state.path))


def test_pause_survives_a_restart_and_ends_in_the_same_bytes(real, qtbot):
    first = real()
    whole = make(first, qtbot, options={"slow": 0.0, "sampler": "ancestral"})
    first.edit(options={"slow": 0.1})
    (job,) = new(first, qtbot)
    qtbot.waitUntil(lambda: running_at(first, job.id, 3), timeout=LONG)
    first.pause(job.id)
    qtbot.waitUntil(lambda: isinstance(first.job(job.id).state, Paused), timeout=LONG)
    first.close()
    again = real()
    assert isinstance(again.job(job.id).state, Paused)
    assert len(again.job(job.id).steps) >= 3
    again.resume(job.id)
    qtbot.waitUntil(lambda: isinstance(again.job(job.id).state, Done), timeout=LONG)
    assert pixels(again.job(job.id)) == whole


def test_branch_shares_the_first_steps_and_only_those(real, qtbot):
    studio = real()
    (job,) = new(studio, qtbot)
    whole = pixels(done(studio, qtbot, job.id)[0])
    (same,) = new(studio, qtbot, lambda: studio.branch(4, job.run))
    assert pixels(done(studio, qtbot, same.id)[0]) == whole
    studio.edit(prompt="a blue apple")
    (other,) = new(studio, qtbot, lambda: studio.branch(4, job.run))
    (other,) = done(studio, qtbot, other.id)
    assert pixels(other) != whole
    assert [row.index for row in other.steps] == list(range(5, 13))


def test_a_killed_worker_costs_one_sentence_and_the_next_job_runs(real, qtbot):
    studio = real()
    studio.edit(options={"slow": 0.2})
    (job,) = new(studio, qtbot)
    qtbot.waitUntil(lambda: running_at(studio, job.id, 2), timeout=LONG)
    os.kill(studio.bridge.host.pid, signal.SIGKILL)
    began = time.monotonic()
    (dead,) = done(studio, qtbot, job.id)
    assert isinstance(dead.state, Failed)
    assert dead.state.failure.kind == "died"
    assert "SIGKILL" in dead.state.failure.sentence
    qtbot.waitUntil(lambda: studio.worker_state[0] == "ready", timeout=LONG)
    assert time.monotonic() - began < 10
    whole = make(studio, qtbot, options={"slow": 0.0})
    studio.resume(job.id)  # from its last stored step
    qtbot.waitUntil(lambda: isinstance(studio.job(job.id).state, Done), timeout=LONG)
    assert pixels(studio.job(job.id)) == whole


def test_closing_in_the_middle_goes_on_at_the_next_start(real, qtbot):
    first = real()
    first.edit(options={"slow": 0.1})
    a, b = new(first, qtbot, lambda: (first.set_count(2), first.generate()), count=2)
    qtbot.waitUntil(lambda: running_at(first, a.id, 4), timeout=LONG)
    first.close()
    again = real()
    again.set_count(1)
    ended = done(again, qtbot, a.id, b.id)
    assert [pixels(job) for job in ended] == [make(again, qtbot, seed=seed, options={"slow": 0.0}) for seed in (7, 8)]


def test_thirty_jobs_with_random_cancels_and_kills_leave_no_job_behind(real, qtbot):
    studio, chance = real(), random.Random(4)
    studio.set_count(30)
    studio.edit(options={"slow": 0.005})
    made = new(studio, qtbot, count=30)
    until, kills = time.monotonic() + 60, 0
    while not all(job.ended for job in studio.jobs) and time.monotonic() < until:
        qtbot.wait(chance.randint(1, 80))
        left = [job for job in studio.jobs if not job.ended]
        if left and chance.random() < 0.15:
            studio.stop(chance.choice(left).id)
        elif kills < (30 - len(left)) // 6 and studio.bridge.host.pid:
            kills += 1  # one for every six jobs that have ended
            os.kill(studio.bridge.host.pid, signal.SIGKILL)
    states = [studio.job(job.id).state for job in made]
    assert all(isinstance(state, Done | Failed | Cancelled) for state in states)
    assert any(isinstance(state, Done) for state in states)
    found = []
    studio.page("", False, None, lambda entries: found.append(entries), limit=100)
    qtbot.waitUntil(lambda: bool(found))
    assert {entry.run for entry in found[0]} == {
        job.run for job, state in zip(made, states, strict=True) if isinstance(state, Done)
    }
    assert all("Traceback" not in sentence and "\n" not in sentence for _, sentence in studio.notices)


def test_a_result_from_the_command_line_is_found(real, qtbot, folders, capsys, monkeypatch):
    from app.cli import main

    monkeypatch.setenv("DARKROOM_HOME", str(folders.data.parent))
    studio = real()
    studio.look_for_files()
    assert main(["generate", "image/tiny", "a yellow pear", "--seed", "5"]) == 0
    heard = []
    studio.history_changed.connect(lambda: heard.append(1))
    studio.look_for_files()
    qtbot.waitUntil(lambda: bool(heard))
    found = []
    studio.page("pear", False, None, found.extend)
    qtbot.waitUntil(lambda: len(found) == 1)
