"""Laws of a job: what any sequence of news may do to it."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import job as jobs
from app.core.job import Job, advance
from engines import wire
from engines.contract import Checkpoint, Failure, Image, Phase, Request, Result
from engines.files.steps import StepRow

ID = 7


def checkpoint(step: int, total: int = 10) -> Checkpoint:
    return Checkpoint(step, total, 0.5, "euler/linear", {"x": np.full(3, step, np.float32)})


def fresh(**fields) -> Job:
    return Job(**{"id": ID, "run": "r", "request": Request(engine="tiny/picture", prompt="a"), **fields})


def stepped(index: int, total: int = 10, seconds: float | None = None, job: int = ID) -> wire.Stepped:
    return wire.Stepped(job, index, total, 1 - index / total, float(index) if seconds is None else seconds)


def finished(job: int = ID, **facts) -> wire.Finished:
    return wire.Finished(job, Result(Image(np.zeros((2, 2, 3), np.uint8)), facts))


numbers = st.sampled_from([ID, ID, ID, ID + 1])
news = st.one_of(
    st.builds(jobs.Started, numbers),
    st.builds(jobs.Asked, numbers, st.booleans()),
    st.builds(jobs.Resumed, numbers, st.none() | st.integers(1, 10).map(checkpoint)),
    st.builds(jobs.Saved, numbers, st.just("/somewhere/x.png")),
    st.builds(lambda j, n: wire.Phased(j, Phase(n)), numbers, st.sampled_from(["loading", "denoising", "decoding"])),
    st.builds(lambda j, i, s: stepped(i, 10, s, j), numbers, st.integers(1, 10), st.floats(0, 1e6)),
    st.builds(lambda j, s: finished(j, seconds=s), numbers, st.floats(0, 1e6)),
    st.builds(wire.Failed, numbers, st.just(Failure("died", "It died."))),
    st.builds(wire.Halted, numbers, st.none() | st.integers(1, 10).map(checkpoint)),
    st.builds(wire.Beat, st.integers(0, 9), st.integers(0, 9)),
)


@given(st.lists(news, max_size=40))
def test_a_job_is_never_lost_and_an_end_is_an_end(said):
    job = fresh()
    for word in said:
        before, job = job, advance(job, word)
        assert (job.id, job.run, job.request.prompt) == (before.id, before.run, before.request.prompt)
        if before.ended or getattr(word, "job", None) != ID:
            assert job is before
        if isinstance(job.state, jobs.Done):
            assert isinstance(before.state, jobs.Done) or isinstance(word, jobs.Saved)
        indices = [row.index for row in job.steps]
        assert indices == sorted(set(indices))
        if isinstance(job.state, jobs.Running):
            assert job.state.left is None or job.state.left >= 0
        assert msgspec.json.decode(msgspec.json.encode(job.state), type=jobs.State) == job.state


@given(st.lists(news, max_size=20))
def test_what_a_worker_says_after_a_pause_changes_nothing(said):
    paused = advance(advance(fresh(), jobs.Started(ID)), wire.Halted(ID, checkpoint(4)))
    assert paused.state == jobs.Paused(4, 10)
    for word in said:
        if not isinstance(word, jobs.Started | jobs.Asked | jobs.Resumed):
            assert advance(paused, word) is paused


@pytest.mark.parametrize("begin", [0, 4])
def test_the_main_path(begin):
    job = advance(fresh(), jobs.Started(ID))
    for word in [wire.Phased(ID, Phase("loading")), *(stepped(i) for i in range(begin + 1, 11))]:
        job = advance(job, word)
    assert job.state.phase == "denoising"
    assert job.state.fraction == 1.0
    assert [row.index for row in job.steps] == list(range(begin + 1, 11))
    job = advance(job, wire.Phased(ID, Phase("decoding")))
    job = advance(job, finished(seconds=12.0))
    assert job.state.phase == "saving"
    assert job.tail == pytest.approx(0.2)
    assert advance(job, jobs.Saved(ID, "p")).state == jobs.Done("p")


def test_what_is_left_is_not_said_to_be_nothing_while_it_is_not_known():
    job = advance(fresh(), jobs.Started(ID))
    for index in range(1, 6):  # an engine that draws a picture for a step decodes in each
        job = advance(job, wire.Phased(ID, Phase("decoding", 0.5), index - 0.5))
        assert job.state.left is None or job.state.left > 4
        job = advance(job, stepped(index))
    for index in range(6, 11):
        job = advance(job, stepped(index))
    assert job.state.left is None
    job = advance(job, wire.Phased(ID, Phase("decoding", 0.0), 10.0))
    assert job.state.left is None
    job = advance(job, wire.Phased(ID, Phase("decoding", 0.25), 12.0))
    assert job.state.left == pytest.approx(6.0)
    job = advance(job, wire.Phased(ID, Phase("decoding", 0.75), 16.0))
    assert job.state.left == pytest.approx(2.0)


def test_what_is_left_after_the_steps_is_what_it_took_before():
    job = msgspec.structs.replace(fresh(), tail=0.5)
    for index in range(1, 11):
        job = advance(job, stepped(index))
    expected = 0.5 * job.steps[-1].seconds
    job = advance(job, wire.Phased(ID, Phase("decoding"), job.steps[-1].seconds + 1))
    assert job.state.left == pytest.approx(expected - 1)


@pytest.mark.parametrize(
    ("pause", "state", "end"),
    [
        (False, None, jobs.Cancelled()),
        (False, 4, jobs.Cancelled()),
        (True, None, jobs.Paused(0, 10)),
        (True, 4, jobs.Paused(4, 10)),
    ],
)
def test_stop_and_pause(pause, state, end):
    job = advance(advance(advance(fresh(), jobs.Started(ID)), stepped(4)), jobs.Asked(ID, pause))
    assert job.state.asked == ("pause" if pause else "stop")
    job = advance(job, wire.Halted(ID, checkpoint(state) if state else None))
    assert job.state == end
    if isinstance(end, jobs.Paused):
        again = advance(job, jobs.Resumed(ID, job.request.resume))
        assert again.state == jobs.Queued()
        assert (again.request.resume.step if state else again.request.resume) == state


def test_a_waiting_job_stops_and_pauses_at_once():
    assert advance(fresh(), jobs.Asked(ID)).state == jobs.Cancelled()
    assert advance(fresh(), jobs.Asked(ID, pause=True)).state == jobs.Paused(0, 0)
    assert advance(advance(fresh(), jobs.Asked(ID, pause=True)), jobs.Asked(ID)).state == jobs.Cancelled()


def test_steps_done_again_replace_the_old_ones():
    job = fresh()
    for index in (1, 2, 3, 4, 2, 3):
        job = advance(job, stepped(index))
    assert [row.index for row in job.steps] == [1, 2, 3]


@given(st.floats(0.01, 100), st.integers(3, 30), st.floats(1, 1000))
def test_one_slow_step_does_not_upset_the_time_left(pace, done, hitch):
    times = np.cumsum([pace] * done)
    times[done // 2 :] += hitch * pace
    rows = tuple(StepRow(i + 1, 50, 0.5, seconds=float(t)) for i, t in enumerate(times))
    gaps = np.diff(times[-10:])
    if (gaps < 1.5 * pace).sum() > len(gaps) / 2:
        assert jobs.time_left(rows) == pytest.approx(pace * (50 - done))


def test_the_end_of_a_run_counts_in_the_time_left():
    rows = tuple(StepRow(i, 10, 0.5, seconds=float(i)) for i in range(1, 6))
    assert jobs.time_left(rows, 0.2) == pytest.approx(5 + 2)
    assert jobs.time_left(rows[:1]) is None


@given(st.lists(st.integers(10**15, 3 * 10**15), min_size=2, max_size=20))
def test_names_of_runs_sort_by_time(times):
    names = [jobs.new_run(at) for at in sorted(times)]
    assert [name[:-1] for name in names] == sorted(name[:-1] for name in names)
    assert all(len(name) == 22 for name in names)
