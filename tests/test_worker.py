"""What the worker does while a job runs: steps kept, previews on credit, small orders in between, facts."""

import itertools
import time
from pathlib import Path

import numpy as np
import pytest

from app.host import Host
from engines import registry, wire
from engines.contract import Checkpoint, Image, Request, Result, Step, check, medium_of
from engines.files.steps import StepStore
from tests.conftest import TINY

MEDIUMS = ("image", "audio", "video", "mesh")


def _ask(engine: str = "image/tiny", steps: int = 6, **more: object) -> Request:
    options = {"steps": steps, **more.pop("options", {})}  # type: ignore[dict-item]
    return Request(engine=engine, prompt="red", seed=5, options=options, **more)  # type: ignore[arg-type]


def _steps(news: list[wire.News]) -> list[wire.Stepped]:
    return [n for n in news if isinstance(n, wire.Stepped)]


@pytest.mark.parametrize("medium", MEDIUMS)
def test_a_job_ends_as_the_engine_does_alone(host: Host, medium: str) -> None:
    found = registry.listing([TINY])
    asked = _ask(f"{medium}/tiny")
    alone = found.make(asked.engine).generate(check(found.cards[asked.engine], asked))
    wanted = next(event for event in alone if isinstance(event, Result))
    last = list(host.run(wire.Generate(1, asked)))[-1]
    assert isinstance(last, wire.Finished)
    assert wire.encode(wire.Rendered(0, last.result.media)) == wire.encode(wire.Rendered(0, wanted.media))


def test_what_lies_around_a_start_is_seen_to_for_every_engine(host: Host) -> None:
    start = Image(np.full((32, 32, 3), (200, 30, 60), np.uint8))
    last = list(host.run(wire.Generate(1, _ask(start=start, size=(64, 32), around=(0, 0, 32, 0), feather=2))))[-1]
    assert isinstance(last, wire.Finished)
    pixels = last.result.media.pixels  # type: ignore[union-attr]
    assert np.abs(pixels[:, :28].astype(int) - (200, 30, 60)).max() <= 1, "the start has changed"
    assert np.abs(pixels[:, 40:].astype(int) - (200, 30, 60)).max() > 20, "nothing was made around it"


def test_facts_name_what_decided_the_numbers(host: Host) -> None:
    last = list(host.run(wire.Generate(1, _ask())))[-1]
    assert isinstance(last, wire.Finished)
    assert last.result.facts["engine"] == "image/tiny"
    assert last.result.facts["nfe"] == 12
    assert {"seconds", "numpy", "threads", "device"} <= set(last.result.facts)


def test_every_step_is_kept_and_any_can_be_gone_on_from(host: Host, tmp_path: Path) -> None:
    news = list(host.run(wire.Generate(1, _ask(), str(tmp_path / "run"))))
    rows = StepStore(tmp_path / "run").rows()
    assert [(r.index, r.total, r.level, r.change) for r in rows] == [
        (s.index, s.total, s.level, s.change) for s in _steps(news)
    ]
    assert all(s.kept and s.resumable for s in _steps(news))
    assert rows[0].change is None
    assert all(r.change is not None and 0 <= r.change <= 1 for r in rows[1:])
    held = StepStore(tmp_path / "run").checkpoint(3)
    branch = list(host.run(wire.Generate(2, _ask(resume=held), str(tmp_path / "branch"))))
    assert wire.encode(wire.Rendered(0, branch[-1].result.media)) == wire.encode(  # type: ignore[union-attr]
        wire.Rendered(0, news[-1].result.media)  # type: ignore[union-attr]
    )
    assert [r.index for r in StepStore(tmp_path / "branch").rows()] == [4, 5, 6]


def test_stored_frames_are_drawn_on_demand(host: Host, tmp_path: Path) -> None:
    for medium in MEDIUMS:
        list(host.run(wire.Generate(1, _ask(f"{medium}/tiny"), str(tmp_path / medium))))
        estimate = StepStore(tmp_path / medium).estimate(4)
        assert estimate is not None
        answer = host.ask(wire.Render(77, f"{medium}/tiny", estimate))
        assert isinstance(answer, wire.Rendered)
        assert answer.ticket == 77
        assert answer.media is not None
        assert medium_of(answer.media) == medium


def test_a_run_from_the_seed_begins_its_store_anew(host: Host, tmp_path: Path) -> None:
    for steps in (6, 4):
        list(host.run(wire.Generate(1, _ask(steps=steps), str(tmp_path))))
    assert [r.total for r in StepStore(tmp_path).rows()] == [4] * 4


def test_no_credit_no_preview_and_one_credit_one(host: Host) -> None:
    assert not any(s.preview for s in _steps(list(host.run(wire.Generate(1, _ask())))))
    shown, gave = [], False
    for news in host.run(wire.Generate(1, _ask(steps=20, options={"slow": 0.02}))):
        if not gave:
            host.credit(1)
            gave = True
        shown += [news.preview] if isinstance(news, wire.Stepped) and news.preview else []
    assert len(shown) == 1
    assert isinstance(shown[0], Image)


def test_previews_keep_their_distance(host: Host) -> None:
    seen = []
    for news in host.run(wire.Generate(1, _ask(steps=100))):
        host.credit(1)
        seen += [news.seconds] if isinstance(news, wire.Stepped) and news.preview else []
    assert all(later - earlier > 0.035 for earlier, later in itertools.pairwise(seen))


def test_small_orders_are_answered_between_steps(host: Host) -> None:
    run = host.run(wire.Generate(1, _ask(steps=40, options={"slow": 0.05})))
    next(n for n in run if isinstance(n, wire.Stepped))
    began = time.monotonic()
    counted = host.ask(wire.Count(3, "image/tiny", "one two three"))
    assert counted == wire.Counted(3, 3, 16, None)
    assert time.monotonic() - began < 1.0
    host.stop(1)
    assert isinstance(list(run)[-1], wire.Halted)


def test_a_stop_is_answered_within_a_step_and_the_worker_stays(host: Host) -> None:
    pid, gaps = host.hello().pid, []
    for _ in range(3):
        run = host.run(wire.Generate(1, _ask(steps=100, options={"slow": 0.02})))
        next(n for n in run if isinstance(n, wire.Stepped))
        host.stop(1)
        rest = list(run)
        gaps.append(len(_steps(rest)))
        assert isinstance(rest[-1], wire.Halted)
        assert rest[-1].checkpoint is None
    assert max(gaps) <= 2
    assert host.hello().pid == pid


def test_a_pause_brings_the_last_whole_step_and_going_on_ends_the_same(host: Host) -> None:
    whole = list(host.run(wire.Generate(1, _ask(steps=30))))[-1]
    run = host.run(wire.Generate(1, _ask(steps=30, options={"slow": 0.02})))
    for news in run:
        if isinstance(news, wire.Stepped) and news.index == 4:
            host.stop(1, pause=True)
        last = news
    assert isinstance(last, wire.Halted)
    assert last.checkpoint is not None
    assert last.checkpoint.step >= 4
    rest = list(host.run(wire.Generate(1, _ask(steps=30, resume=last.checkpoint))))[-1]
    assert wire.encode(wire.Rendered(0, rest.result.media)) == wire.encode(  # type: ignore[union-attr]
        wire.Rendered(0, whole.result.media)  # type: ignore[union-attr]
    )


def test_a_stop_lands_in_the_middle_of_a_networks_step(host: Host) -> None:
    warm = list(host.run(wire.Generate(1, Request(engine="image/deep"))))[-1]
    assert isinstance(warm, wire.Finished), warm
    assert "torch" in warm.result.facts
    pid = host.hello().pid
    run = host.run(wire.Generate(1, Request(engine="image/deep", options={"layers": 100_000})))
    next(n for n in run if isinstance(n, wire.Phased) and n.phase.name == "denoising")
    time.sleep(0.3)
    began = time.monotonic()
    host.stop(1)
    assert isinstance(list(run)[-1], wire.Halted)
    assert time.monotonic() - began < 0.5
    assert host.hello().pid == pid  # interrupted, not killed
    again = list(host.run(wire.Generate(1, Request(engine="image/deep"))))[-1]
    assert isinstance(again, wire.Finished)
    assert np.array_equal(again.result.media.pixels.shape, warm.result.media.pixels.shape)  # type: ignore[union-attr]


def test_warming_up_is_answered_at_once_and_the_next_job_runs(host: Host) -> None:
    began = time.monotonic()
    assert isinstance(host.ask(wire.Warm("image/tiny")), wire.Hello)
    assert time.monotonic() - began < 1.0
    assert isinstance(list(host.run(wire.Generate(1, _ask())))[-1], wire.Finished)


def test_what_is_forgotten_cannot_be_run_and_the_rest_can(host: Host) -> None:
    assert isinstance(list(host.run(wire.Generate(1, _ask())))[-1], wire.Finished)
    for name in ("image/tiny", "image/tiny", "image/none"):
        assert isinstance(host.ask(wire.Forget(name)), wire.Hello)
    last = list(host.run(wire.Generate(2, _ask())))[-1]
    other = list(host.run(wire.Generate(3, _ask("audio/tiny"))))[-1]
    host.restart()  # the worker is every test's
    assert isinstance(last, wire.Failed)
    assert last.failure.kind == "bad-request"
    assert isinstance(other, wire.Finished)


@pytest.mark.parametrize("resumed", [False, True])
def test_an_unwritable_step_store_costs_the_filmstrip_only(host: Host, tmp_path: Path, resumed: bool) -> None:
    (tmp_path / "file").write_text("in the way")
    asked = _ask(resume=_held() if resumed else None)
    news = list(host.run(wire.Generate(1, asked, str(tmp_path / "file" / "run"))))
    assert isinstance(news[-1], wire.Finished)
    assert not any(s.kept for s in _steps(news))


def _held() -> Checkpoint:
    found = registry.listing([TINY])
    events = found.make("image/tiny").generate(check(found.cards["image/tiny"], _ask()))
    step = next(event for event in events if isinstance(event, Step))
    assert step.checkpoint is not None
    return step.checkpoint()
