"""The studio makes the clips of a project: jobs whose results become takes, over restarts and beside other projects."""

from fractions import Fraction

import pytest

from app.core.project import Document
from app.core.timeline import edit, errands, states
from app.core.timeline.values import Ask, Clip, Feed
from tests import fakes
from tests.studio_words import LONG

pytest_plugins = ["tests.studio_kit"]
SECOND = Fraction(1)


def lay(studio, *clips: Clip) -> None:
    row = studio.timeline.tracks[0].id
    assert studio.arrange("Lay", lambda one: edit.add_clips(one, row, clips))


def clip(name: str, at: int = 0, **ask) -> Clip:
    return Clip(Fraction(at), SECOND, ask=Ask("image/fake", "a red apple", **ask), name=name, id=name)


def state(studio, name: str) -> str:
    return states.state(studio.project, studio.timeline, edit.clip_of(studio.timeline, name))


def settle(studio, qtbot) -> None:
    """Wait until nothing is made any more."""
    qtbot.waitUntil(lambda: not studio.in_hand and not studio._pending.sent, timeout=LONG)


def test_clips_are_made_after_what_they_are_made_of(opened, qtbot) -> None:
    studio = opened()
    lay(studio, clip("a"), clip("b", 1, start=Feed(clip="c"), seed=3), clip("c", 2, seed=4))
    seen: list[tuple[str, str]] = []
    studio.making_changed.connect(lambda id: seen.append((id, getattr(studio.in_hand.get(id), "state", ""))))
    assert studio.render_stale()
    assert {name: one.state for name, one in studio.in_hand.items()} == dict.fromkeys("abc", "queued")
    settle(studio, qtbot)
    assert [state(studio, name) for name in "abc"] == ["final"] * 3
    assert ("b", "developing") in seen
    assert [job.request.seed for job in studio.jobs] == [0, 4, 3]
    assert studio.jobs[2].request.start is not None
    made = edit.clip_of(studio.timeline, "b").shown
    assert studio.document.read(made.media).pixels.shape == (16, 32, 3)
    assert made.run in {job.run for job in studio.jobs}
    assert studio.document.verify(studio.project) == []
    studio.undo_stack.undo()
    assert state(studio, "b") == "empty"
    studio.undo_stack.redo()
    assert state(studio, "b") == "final"


def test_a_clip_develops_in_sight_and_can_be_stopped(opened, qtbot) -> None:
    gate = fakes.Gate()
    studio = opened(gate)
    studio.set_watching(False)  # the stage is hidden where the timeline is arranged
    studio.set_watching(True, "clips")
    lay(studio, clip("a"), clip("b", 1, start=Feed(clip="a")))
    studio.make_clips()
    qtbot.waitUntil(lambda: studio.in_hand["a"].state == "developing", timeout=LONG)
    gate.let(1)
    qtbot.waitUntil(lambda: bool(studio.in_hand["a"].share), timeout=LONG)
    for _ in range(4):  # a preview is only made at a step after it was wished for
        gate.let(1)
        qtbot.wait(100)
    qtbot.waitUntil(lambda: studio.in_hand["a"].preview is not None, timeout=LONG)
    studio.cancel_clips(["a"])
    gate.open()
    settle(studio, qtbot)
    assert [state(studio, name) for name in "ab"] == ["empty", "empty"]
    assert not studio._pending.wishes


def test_a_clip_that_fails_takes_those_made_of_it_with_it(opened, qtbot) -> None:
    studio = opened()
    bad = edit.replace(clip("a"), ask=Ask("image/fake", "nan"))
    lay(studio, bad, clip("b", 1, start=Feed(clip="a")), clip("c", 2))
    studio.make_clips()
    settle(studio, qtbot)
    assert [state(studio, name) for name in "abc"] == ["empty", "empty", "final"]
    assert ("error", "Nothing usable came out.") in studio.notices


def test_takes_reach_their_clips_after_a_restart(opened, qtbot, folders) -> None:
    gate = fakes.Gate()
    studio = opened(gate)
    lay(studio, clip("a"), clip("b", 1, start=Feed(clip="a")))
    studio.make_clips()
    qtbot.waitUntil(lambda: bool(studio._pending.sent), timeout=LONG)
    folder = studio.document.folder
    studio.close()
    again = opened()
    again.open_project(folder)
    qtbot.waitUntil(lambda: again.document is not None and state(again, "b") == "final", timeout=LONG)
    settle(again, qtbot)
    assert [state(again, name) for name in "ab"] == ["final", "final"]
    assert len(edit.clip_of(again.timeline, "a").takes) == 1


def test_a_take_comes_to_its_project_though_another_is_open(opened, qtbot) -> None:
    gate = fakes.Gate()
    studio = opened(gate)
    lay(studio, clip("a"))
    studio.make_clips()
    qtbot.waitUntil(lambda: bool(studio._pending.sent), timeout=LONG)
    folder = studio.document.folder
    studio.new_project()
    assert not studio.in_hand
    gate.open()
    settle(studio, qtbot)
    qtbot.waitUntil(lambda: bool(edit.clip_of(Document.at(folder).load().timeline, "a").takes), timeout=LONG)
    assert not any(track.clips for track in studio.timeline.tracks)
    studio.open_project(folder)
    qtbot.waitUntil(lambda: studio.document is not None and studio.document.folder == folder, timeout=LONG)
    assert state(studio, "a") == "final"


def test_what_is_the_same_is_made_once(opened, qtbot) -> None:
    studio = opened()
    lay(studio, clip("a"), clip("b", 1), clip("c", 2))
    studio.make_clips(["a"])
    settle(studio, qtbot)
    count = len(studio.jobs)
    studio.make_clips()
    settle(studio, qtbot)
    assert [state(studio, name) for name in "abc"] == ["final"] * 3
    assert len(studio.jobs) == count


def test_drafts_retakes_and_variations(opened, qtbot) -> None:
    studio = opened()
    lay(studio, clip("a", options={"steps": 18}))
    studio.render_stale(draft=True)
    settle(studio, qtbot)
    assert state(studio, "a") == "draft"
    assert studio.jobs[-1].request.options["steps"] == 6
    studio.make_clips()
    settle(studio, qtbot)
    assert state(studio, "a") == "final"
    assert not studio.render_stale()
    studio.retake("a", 77)
    settle(studio, qtbot)
    studio.vary("a", 0.25)
    settle(studio, qtbot)
    takes = edit.clip_of(studio.timeline, "a").takes
    assert [take.way for take in takes] == ["generate", "generate", "generate", "vary"]
    assert (takes[2].made.seed, studio.jobs[-1].request.strength) == (77, 0.25)
    assert studio.choose_take("a", takes[1].id)
    assert edit.clip_of(studio.timeline, "a").ask.seed == 0
    assert state(studio, "a") == "final"
    assert studio.foresee_clip("a").seconds is not None
    qtbot.waitUntil(lambda: studio.foresee_clip("a").memory > 0, timeout=LONG)
    assert studio.ways_of("a") == {"generate", "vary"}
    studio.extend("a", "right", SECOND)
    qtbot.waitUntil(lambda: any("cannot make a take longer" in said for _, said in studio.notices), timeout=LONG)


@pytest.mark.parametrize("text", [None, b"", b"{", b'{"sent": 3}', b'{"wishes": [{"folder": "x"}]}'])
def test_errands_that_cannot_be_read_are_none(text) -> None:
    assert errands.loads(text) == errands.Errands()
