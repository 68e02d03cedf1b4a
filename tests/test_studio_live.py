"""Live typing over a scripted host: the newest words win, nothing is kept, and jobs come first."""

import threading

import msgspec
import pytest

from engines.contract import Failure, Phase, Request
from engines.wire import Failed, Finished, Generate, Halted, Phased
from tests import fakes
from tests.studio_words import LONG, done, new, pixels

pytest_plugins = ["tests.studio_kit"]

LIVE = msgspec.structs.replace(fakes.PICTURE, info=msgspec.structs.replace(fakes.PICTURE.info, live=True))
CARDS = {LIVE.info.name: LIVE, fakes.OTHER.info.name: fakes.OTHER}


@pytest.fixture
def live(opened):
    """A studio whose engine can follow, switched on, and its gate."""
    gate = fakes.Gate()
    studio = opened(gate, cards=CARDS)
    studio._clock = lambda: 0.0
    studio.lock_seed(True)
    studio.edit(prompt="a red", seed=7)
    studio.set_live(True)
    return studio, gate


def until(qtbot, seen) -> None:
    qtbot.waitUntil(seen, timeout=LONG)


def runs(studio) -> list[Request]:
    """Every live run the host was given, oldest first."""
    return [order.request for order in studio.bridge.host.orders if isinstance(order, Generate) and order.job < 0]


def idle(studio, qtbot) -> None:
    until(qtbot, lambda: studio.live.state == "idle" and studio._run is None)


def alone(request: Request):
    """The picture the fake makes of `request`, as bytes."""
    (news,) = [word for word in fakes.Host().run(Generate(1, request)) if isinstance(word, Finished)]
    return news.result.media.pixels.tobytes()


def test_the_stage_follows_the_words_and_options(live, qtbot):
    studio, gate = live
    gate.open()
    idle(studio, qtbot)
    assert studio.stage.draft.prompt == "a red"
    assert studio.stage.media.pixels.tobytes() == alone(studio.stage.draft)
    before = studio.stage.media
    studio.edit(options={"guidance": 9.0})
    until(qtbot, lambda: studio.stage.draft.options["guidance"] == 9.0)
    idle(studio, qtbot)
    assert studio.stage.media.pixels.tobytes() != before.pixels.tobytes()


def test_the_latest_words_win_and_none_wait(live, qtbot):
    studio, gate = live
    until(qtbot, lambda: gate.reached >= 1)
    for text in ("a red a", "a red ap", "a red app", "a red appl", "a red apple"):
        studio.edit(prompt=text)
    gate.open()
    until(qtbot, lambda: studio.stage is not None and studio.stage.draft.prompt == "a red apple")
    idle(studio, qtbot)
    drawn = [request.prompt for request in runs(studio)]
    assert drawn[-1] == "a red apple"
    assert len(drawn) <= 3  # the first, which is stopped, and the last; never those between
    assert studio.stage.media.pixels.tobytes() == alone(studio.stage.draft)


def test_a_picture_of_older_words_is_not_shown_once_newer_are_there(live, qtbot):
    studio, gate = live
    shown = []
    studio.stage_changed.connect(lambda: shown.append(studio.stage and studio.stage.draft.prompt))
    until(qtbot, lambda: gate.reached >= 1)
    studio.edit(prompt="green")
    shown.clear()
    gate.open()
    until(qtbot, lambda: bool(shown))
    idle(studio, qtbot)
    assert set(shown) == {"green"}


def test_where_typing_is_faster_than_the_engine_a_picture_is_let_come_now_and_then(live, qtbot):
    studio, gate = live
    shown, clock = [], [0.0]
    studio._clock = lambda: clock[0]
    studio.stage_changed.connect(lambda: shown.append(studio.stage.draft.prompt))
    for n in range(1, 40):  # a key every 100 ms, and a step of six every third key
        clock[0] = 0.1 * n
        studio.edit(prompt="x" * n)
        if n % 3 == 0:
            gate.let()
        qtbot.wait(15)
    assert len(set(shown)) >= 2
    assert shown == sorted(shown, key=len)
    gate.open()
    until(qtbot, lambda: studio.stage.draft.prompt == "x" * 39)


def test_nothing_is_recorded(live, qtbot, folders):
    studio, gate = live
    gate.open()
    idle(studio, qtbot)
    assert studio.jobs == []
    assert all(order.store == "" for order in studio.bridge.host.orders if isinstance(order, Generate))
    found = []
    studio.page("", False, None, lambda entries: found.append(entries))
    until(qtbot, lambda: bool(found))
    assert found == [[]]
    assert not list(folders.steps.iterdir())
    assert not [path for path in folders.gallery.rglob("*") if path.is_file()]
    assert studio.prompt_history() == []


def test_what_is_committed_equals_the_live_picture_byte_for_byte(live, qtbot):
    studio, gate = live
    gate.open()
    idle(studio, qtbot)
    seen = studio.stage.media.pixels.tobytes()
    (job,) = new(studio, qtbot)
    (finished,) = done(studio, qtbot, job.id)
    assert pixels(finished) == seen
    until(qtbot, lambda: studio.stage.entry is not None)
    assert studio.stage.run == job.run
    assert len(runs(studio)) == 1


def test_a_commit_with_a_free_seed_draws_nothing_by_itself(live, qtbot):
    studio, gate = live
    gate.open()
    idle(studio, qtbot)
    studio.lock_seed(False)
    (job,) = new(studio, qtbot)
    done(studio, qtbot, job.id)
    qtbot.wait(60)
    assert studio.draft.seed != 7
    assert len(runs(studio)) == 1
    studio.edit(prompt="a pear")
    until(qtbot, lambda: studio.stage.draft is not None)
    assert studio.stage.draft.seed == studio.draft.seed


def test_a_job_comes_first_and_live_says_so_and_goes_on_after_it(live, qtbot):
    studio, gate = live
    until(qtbot, lambda: gate.reached >= 1)
    (job,) = studio.enqueue(msgspec.structs.replace(studio.draft, prompt="a job"))
    assert (studio.live.state, bool(studio.live.sentence)) == ("waiting", True)
    studio.edit(prompt="typed meanwhile")
    assert studio.live.state == "waiting"
    gate.open()
    done(studio, qtbot, job.id)
    until(qtbot, lambda: studio.stage.draft is not None and studio.stage.draft.prompt == "typed meanwhile")
    idle(studio, qtbot)
    assert [request.prompt for request in runs(studio)] == ["a red", "typed meanwhile"]


def test_switched_off_it_stops_and_follows_no_more(live, qtbot):
    studio, gate = live
    until(qtbot, lambda: gate.reached >= 1)
    with qtbot.waitSignal(studio.live_changed):
        studio.set_live(False)
    assert studio.live.state == "off"
    gate.open()
    until(qtbot, lambda: studio._run is None)
    studio.edit(prompt="unseen")
    qtbot.wait(40)
    assert studio.stage is None
    assert len(runs(studio)) == 1


def test_the_switch_is_remembered_and_draws_nothing_before_an_edit(live, opened, qtbot):
    studio, gate = live
    gate.open()
    idle(studio, qtbot)
    studio.close()
    again = opened(cards=CARDS)
    assert again.settings.live
    assert again.live.state == "idle"
    qtbot.wait(40)
    assert runs(again) == []
    again.edit(prompt="go on")
    until(qtbot, lambda: again.stage is not None and again.stage.draft.prompt == "go on")


def test_an_engine_that_cannot_follow_is_let_be(live, qtbot):
    studio, gate = live
    until(qtbot, lambda: gate.reached >= 1)
    studio.set_engine("image/other")
    assert studio.live.state == "off"
    gate.open()
    until(qtbot, lambda: studio._run is None)
    studio.edit(prompt="by another")
    qtbot.wait(40)
    assert [request.engine for request in runs(studio)] == ["image/fake"]
    studio.set_engine("image/fake")
    until(qtbot, lambda: studio.stage is not None and studio.stage.draft.prompt == "by another")


def test_a_worker_that_dies_costs_one_quiet_line(live, qtbot):
    studio, gate = live
    gate.open()
    idle(studio, qtbot)
    studio.notices.clear()
    greeted = threading.Event()
    studio.bridge.hello.connect(lambda hello: greeted.set())
    studio.edit(prompt="die")
    until(qtbot, lambda: studio.live.state == "trouble")
    assert "SIGKILL" in studio.live.sentence
    until(qtbot, greeted.is_set)
    assert studio.notices == []
    studio.edit(prompt="alive")
    until(qtbot, lambda: studio.stage.draft.prompt == "alive")
    idle(studio, qtbot)


def test_a_draft_the_engine_refuses_is_a_quiet_line_too(live, qtbot):
    studio, gate = live
    gate.open()
    idle(studio, qtbot)
    studio.notices.clear()
    studio.edit(options={"steps": 5000})
    assert studio.live.state == "trouble"
    assert "steps" in studio.live.sentence
    assert studio.notices == []
    studio.edit(options={"steps": None})
    idle(studio, qtbot)


def test_without_words_nothing_is_drawn(live, qtbot):
    studio, gate = live
    gate.open()
    idle(studio, qtbot)
    before = len(runs(studio))
    studio.edit(prompt="  ")
    qtbot.wait(40)
    assert len(runs(studio)) == before
    assert studio.live.state == "idle"


def test_what_was_put_on_the_stage_meanwhile_stays_there(live, qtbot):
    studio, gate = live
    until(qtbot, lambda: gate.reached >= 1)
    studio.show("another run")
    gate.open()
    idle(studio, qtbot)
    assert studio.stage.run == "another run"


class Loader(fakes.Host):
    """A host that loads for long and would have to be killed to be stopped meanwhile."""

    def __init__(self, gate=None, **kwargs) -> None:
        super().__init__(gate, **kwargs)
        self.ready, self.stopped_early = threading.Event(), False

    def run(self, order):
        if not self.ready.is_set():
            yield Phased(order.job, Phase("loading"))
            while not self.ready.wait(0.01):
                if order.job in self._stops:
                    self.stopped_early = True
                    yield Failed(order.job, Failure("hung", "killed"))
                    return
        news = super().run(order)
        stops = dict(self._stops)
        for word in news:
            self._stops.update(stops)
            yield word
            if order.job in self._stops:
                yield Halted(order.job)
                return


def test_an_engine_that_loads_is_not_stopped_but_asked_again_afterwards(opened, qtbot, monkeypatch):
    monkeypatch.setattr(fakes, "Host", Loader)
    studio = opened(cards=CARDS)
    studio.edit(prompt="o")
    studio.set_live(True)
    until(qtbot, lambda: studio.live.state == "loading")
    studio.edit(prompt="one")
    studio.edit(prompt="one two")
    qtbot.wait(60)
    assert not studio.bridge.host.stopped_early
    studio.bridge.host.ready.set()
    until(qtbot, lambda: studio.stage is not None and studio.stage.draft.prompt == "one two")
    idle(studio, qtbot)
    assert not studio.bridge.host.stopped_early


def test_a_prompt_of_variants_is_drawn_as_its_seed_has_it(live, qtbot) -> None:
    from engines.prompt.wildcards import Variants

    studio, gate = live
    gate.open()
    studio.edit(prompt="a {red|green|blue} box")
    drawn = Variants("a {red|green|blue} box").drawn(7)
    until(qtbot, lambda: drawn in [request.prompt for request in runs(studio)])
