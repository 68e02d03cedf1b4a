"""The true decode of a kept step: by the worker, between the steps of a job, stopped, kept, and in the window."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import main
from app.cli.make import compare
from app.core.settings import default_folders
from app.host import Host
from engines import shelf, wire
from engines.contract import Failure, Image, Request
from engines.files import media
from engines.files.steps import StepRow, StepStore, prune
from tests import fakes
from tests.tiny.pipelines import folder

pytest_plugins = ["tests.studio_kit"]


@pytest.fixture(scope="module")
def home(pipelines_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home with a small model on its shelf, and the name of its engine."""
    place = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DARKROOM_HOME", str(place))
        patch.setenv("DARKROOM_MODELS", str(default_folders().models))
        found = shelf.opened(folder("sd15", pipelines_root))
        assert isinstance(found, shelf.Model)
        yield place, found.card.info.name


@pytest.fixture(scope="module")
def worker(home: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    log = tmp_path_factory.mktemp("log") / "worker.log"
    with Host(env={"DARKROOM_MODELS": os.environ["DARKROOM_MODELS"], "HF_HUB_OFFLINE": "1"}, log=log) as started:
        yield started


def asked(engine: str, steps: int = 4) -> Request:
    return Request(engine=engine, prompt="a boat", seed=3, size=(64, 64), options={"steps": steps})


def made(worker: Host, engine: str, store: Path) -> Any:
    news = list(worker.run(wire.Generate(1, asked(engine), str(store))))
    assert isinstance(news[-1], wire.Finished), news[-1]
    return news[-1].result.media


def asked_for(worker: Host, order: wire.Decode, answers: list[Any]) -> threading.Thread:
    asking = threading.Thread(target=lambda: answers.append(worker.ask(order, 60)))
    asking.start()
    return asking


def test_the_worker_decodes_a_kept_step_and_keeps_that(home: Any, worker: Host, tmp_path: Path) -> None:
    engine, store = home[1], tmp_path / "run"
    whole = made(worker, engine, store)
    kept = StepStore(store)
    answers = [worker.ask(wire.Decode(5, engine, str(store), step), 60) for step in (1, 4)]
    first, last = (answer.media for answer in answers)
    assert compare(last, whole) is None or np.abs(last.pixels - whole.pixels.astype(int)).max() < 12
    assert not np.array_equal(first.pixels, last.pixels)
    assert kept.decoded(2) is None
    path = kept.decoded(1)
    assert path is not None
    assert compare(media.read(path), first) is None
    preview = worker.ask(wire.Render(6, engine, kept.estimate(1)), 60)
    assert preview.media.pixels.shape != first.pixels.shape, "the preview is as dear as the decode"


def test_a_step_that_is_not_there_is_named(home: Any, worker: Host, tmp_path: Path) -> None:
    answer = worker.ask(wire.Decode(5, home[1], str(tmp_path), 3), 60)
    assert answer.failure is not None
    assert "Step 3" in answer.failure.sentence


def test_between_the_steps_of_a_job_it_is_decoded_and_the_job_is_what_it_would_be(
    home: Any, worker: Host, tmp_path: Path
) -> None:
    engine, store = home[1], tmp_path / "run"
    alone = made(worker, engine, tmp_path / "alone")
    answers: list[Any] = []
    for news in worker.run(wire.Generate(1, asked(engine), str(store))):
        if isinstance(news, wire.Stepped) and news.index == 1:
            asking = asked_for(worker, wire.Decode(9, engine, str(store), 1), answers)
        last = news
    asking.join()
    assert answers[0].media is not None
    assert compare(last.result.media, alone) is None  # type: ignore[union-attr]


def test_a_decode_that_is_given_up_ends_and_leaves_nothing(home: Any, worker: Host, tmp_path: Path) -> None:
    """Whether it is caught in the middle or before it began, the answer comes, and the next run is as it was."""
    engine, store = home[1], tmp_path / "run"
    before = made(worker, engine, store)
    caught = 0
    for _ in range(20):
        answers: list[Any] = []
        asking = asked_for(worker, wire.Decode(9, engine, str(store), 2), answers)
        while asking.is_alive() and not worker._asked:
            time.sleep(0)
        worker.withdraw(9)
        asking.join()
        caught += answers[0].failure is not None  # a small decode may be quicker
        if caught:
            break
    assert caught
    assert answers[0].failure == Failure("internal", "This was not made: stopped.")
    assert compare(made(worker, engine, tmp_path / "again"), before) is None


def test_decodes_go_first_when_room_is_needed(tmp_path: Path) -> None:
    for run in ("a", "b"):
        store = StepStore(tmp_path / run)
        store.append(StepRow(1, 1, 0.0), np.zeros((4, 8, 8)))
        store.keep_decoded(1, Image(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)))
    room = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file() and file.parent.name == "b")
    freed = prune(tmp_path, room + (tmp_path / "a" / "steps.bin").stat().st_size, keep={"b"})
    assert freed > 10_000
    assert StepStore(tmp_path / "a").decoded(1) is None
    assert StepStore(tmp_path / "a").estimate(1) is not None
    assert StepStore(tmp_path / "b").decoded(1) is not None
    StepStore(tmp_path / "b").restart()
    assert StepStore(tmp_path / "b").decoded(1) is None


def test_the_command_writes_a_step_as_it_is(home: Any, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "boat.png"
    words = ["generate", home[1], "a boat", "--seed", "3", "--size", "64x64", "--steps", "4", "-o", str(out)]
    assert main(words) == 0, capsys.readouterr().err
    assert main(["decode", str(out), "2"]) == 0, capsys.readouterr().err
    first = media.read(tmp_path / "boat-step-002.png")
    assert first.pixels.shape == (64, 64, 3)  # type: ignore[union-attr]
    assert main(["decode", str(out), "2", "-o", str(tmp_path / "again.png")]) == 0
    assert compare(media.read(tmp_path / "again.png"), first) is None
    assert main(["decode", str(out), "9"]) == 4
    assert "Step 9" in capsys.readouterr().err


# ---------------------------------------------------------------- in the studio


def ready(studio: Any, qtbot: Any) -> Any:
    (job,) = studio.generate()
    qtbot.waitUntil(lambda: studio.stage is not None and studio.stage.entry is not None and bool(studio.stage.rows))
    return job


def decodes(studio: Any) -> int:
    return sum(isinstance(order, wire.Decode) for order in studio.bridge.host.orders)


def test_a_step_is_decoded_in_place_once_and_for_all(studio: Any, qtbot: Any) -> None:
    job = ready(studio, qtbot)
    assert studio.stage.truth == ""
    studio.scrub(2)
    assert studio.stage.truth == "can"
    qtbot.waitUntil(lambda: studio.stage.media is not None)
    studio.decode()
    assert studio.stage.truth == "busy"
    qtbot.waitUntil(lambda: studio.stage.truth == "yes")
    estimate = StepStore(studio.folders.steps / job.run).estimate(2)
    assert np.array_equal(studio.stage.media.pixels, fakes.picture(estimate[::-1]).pixels)
    studio.decode()
    studio.scrub(3)
    studio._frames.forget(job.run)  # as after a restart
    studio.scrub(2)
    qtbot.waitUntil(lambda: studio.stage.truth == "yes")
    assert np.array_equal(studio.stage.media.pixels, fakes.picture(estimate[::-1]).pixels)
    assert decodes(studio) == 1


def test_a_decode_can_be_given_up(opened: Any, qtbot: Any) -> None:
    gate = fakes.Gate()
    gate.let(6)
    studio = opened(gate)
    studio.edit(prompt="a red apple")
    ready(studio, qtbot)
    studio.scrub(2)
    studio.decode()
    qtbot.waitUntil(lambda: decodes(studio) == 1)
    studio.stop_decoding()
    assert studio.stage.truth == "can"
    gate.open()
    qtbot.wait(50)
    assert studio.stage.truth == "can"
    assert not [words for kind, words in studio.notices if kind == "error"]


def test_a_preview_asked_for_before_its_run_was_forgotten_is_not_taken_for_the_new_one(studio: Any, qtbot: Any) -> None:
    job = ready(studio, qtbot)
    studio.decode()
    studio.scrub(2)
    qtbot.waitUntil(lambda: studio.stage.truth == "can" and (job.run, 2) in studio._frames._kept)
    studio.decode()
    qtbot.waitUntil(lambda: studio.stage.truth == "yes")
    frames, folder, seen = studio._frames, studio.folders.steps / job.run, []
    frames.forget(job.run)
    frames.ask((job.run, 2), folder, seen.append, pytest.fail)
    old = frames._waiting[(job.run, 2)][1]
    frames.forget(job.run)
    frames._answer((job.run, 2), fakes.picture(np.zeros((4, 4, 3))), old)  # comes late, and is of before
    assert seen == []
    qtbot.waitUntil(lambda: bool(seen))
    assert frames.is_true((job.run, 2))
