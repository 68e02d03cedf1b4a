"""The bridge: order kept, previews coalesced, nothing else dropped, errors as one sentence."""

import threading
import time

import numpy as np
import pytest

from app.bridge import Bridge, failure_of
from engines.contract import Image, Refused, Request
from engines.wire import Count, Failed, Finished, Generate, Stepped
from tests import fakes


@pytest.fixture
def bridge(qtbot):
    bridge = Bridge(fakes.Host())
    yield bridge
    bridge.close()


def stepped(index: int) -> Stepped:
    shown = Image(np.full((2, 2, 3), index, np.uint8))
    return Stepped(job=1, index=index, total=50, level=0.5, seconds=0.0, preview=shown)


def test_work_is_done_in_order_and_answers_come_on_the_gui_thread(bridge, qtbot):
    heard = []
    for n in range(50):
        bridge.call(lambda n=n: n, lambda value: heard.append((value, threading.current_thread())))
    qtbot.waitUntil(lambda: len(heard) == 50)
    assert [value for value, _ in heard] == list(range(50))
    assert {thread for _, thread in heard} == {threading.main_thread()}


def test_what_is_apart_waits_for_nobody_else_and_goes_in_order_on_its_thread(bridge, qtbot):
    gate, heard, threads = threading.Event(), [], []

    def held():
        gate.wait(5)

    for _ in range(2):
        bridge.aside(held)  # both threads aside are busy
    for n in range(20):
        bridge.apart("sound", lambda n=n: threads.append(threading.current_thread().name) or n, heard.append)
    bridge.apart("picture", lambda: threads.append(threading.current_thread().name), heard.append)
    qtbot.waitUntil(lambda: len(heard) == 21)
    gate.set()
    assert [value for value in heard if value is not None] == list(range(20))
    assert set(threads) == {"sound-0", "picture-0"}
    bridge.close()
    bridge.apart("sound", lambda: heard.append("too late"))
    assert "too late" not in heard


def test_an_undelivered_preview_gives_way_and_no_step_is_lost(bridge, qtbot):
    heard = []
    bridge.news.connect(heard.append)
    poster = threading.Thread(target=lambda: [bridge.post(bridge.news.emit, stepped(n)) for n in range(1, 51)])
    poster.start()
    poster.join()  # the event loop has not turned meanwhile
    qtbot.waitUntil(lambda: len(heard) == 50)
    assert [news.index for news in heard] == list(range(1, 51))
    assert [news.index for news in heard if news.preview is not None] == [50]


def test_one_wake_up_serves_many_letters(bridge, qtbot):
    turns = []
    bridge._woken.connect(lambda: turns.append(1))
    for n in range(200):
        bridge.post(lambda value: None, n)
    qtbot.wait(50)
    assert len(turns) == 1


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (Refused("bad-file", "The file is no picture."), "bad-file", "no picture"),
        (OSError(28, "No space left on device", "/x/y.png"), "disk", "disk is full"),
        (MemoryError(), "memory", "memory"),
        (ZeroDivisionError("division by zero"), "internal", "division by zero"),
    ],
)
def test_an_error_becomes_one_sentence(bridge, qtbot, error, kind, words):
    def work():
        raise error

    heard = []
    bridge.call(work, lambda value: heard.append("wrong"), heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0].kind == kind
    assert words in heard[0].sentence
    assert "\n" not in heard[0].sentence
    assert heard[0] == failure_of(error)


def test_trouble_nobody_asked_about_is_heard_all_the_same(bridge, qtbot):
    def work():
        raise Refused("disk", "The disk is full.")

    with qtbot.waitSignal(bridge.trouble) as heard:
        bridge.call(work)
    assert heard.args[0].sentence == "The disk is full."


def test_a_conversation_that_breaks_ends_the_job_with_a_sentence(bridge, qtbot):
    order = Generate(7, Request(engine="image/fake", prompt="boom"))
    with qtbot.waitSignal(bridge.news) as heard:
        bridge.start(lambda: bridge.host.run(order), 7)
    assert isinstance(heard.args[0], Failed)
    assert heard.args[0].job == 7


def test_a_conversation_that_ends_without_an_end_is_a_failure(bridge, qtbot):
    heard = []
    bridge.news.connect(heard.append)
    bridge.start(lambda: iter([stepped(1)]), 1)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert isinstance(heard[1], Failed)


def test_every_piece_of_news_of_a_run_arrives(bridge, qtbot):
    heard = []
    bridge.news.connect(heard.append)
    order = Generate(1, Request(engine="image/fake", options={"steps": 30, "guidance": 3.0}))
    bridge.start(lambda: bridge.host.run(order), 1)
    qtbot.waitUntil(lambda: bool(heard) and isinstance(heard[-1], Finished))
    assert [news.index for news in heard if isinstance(news, Stepped)] == list(range(1, 31))


def test_within_answers_at_once_or_later_but_once(bridge, qtbot):
    heard = []
    assert bridge.within(lambda: "quick", heard.append, seconds=2.0)
    assert heard == ["quick"]
    assert not bridge.within(lambda: time.sleep(0.2) or "slow", heard.append, seconds=0.01)
    qtbot.waitUntil(lambda: len(heard) == 2)
    qtbot.wait(50)
    assert heard == ["quick", "slow"]


def test_closing_finishes_the_work_on_files_and_is_silent_after(qtbot):
    bridge = Bridge(fakes.Host())
    done, heard = [], []
    for n in range(20):
        bridge.call(lambda n=n: done.append(n), heard.append)
    bridge.close()
    qtbot.wait(30)
    assert done == list(range(20))
    assert heard == []


def test_a_stop_is_not_kept_waiting_by_questions(qtbot):
    class Slow(fakes.Host):
        def ask(self, order, timeout=30.0):
            time.sleep(0.5)
            return super().ask(order, timeout)

    bridge = Bridge(Slow())
    for _ in range(6):
        bridge.ask(lambda ticket: Count(ticket, "image/fake", "x"), lambda answer: None)
    began = time.monotonic()
    bridge.stop(3)
    qtbot.waitUntil(lambda: 3 in bridge.host._stops)
    assert time.monotonic() - began < 0.3
    bridge.close()


def test_a_worker_that_cannot_be_started_is_told(qtbot):
    class Gone(fakes.Host):
        def hello(self):
            raise Refused("died", "The engine process did not come up.")

    bridge = Bridge(Gone())
    with qtbot.waitSignal(bridge.lost) as heard:
        bridge.greet()
    assert heard.args[0].sentence == "The engine process did not come up."
    bridge.close()


def test_a_letter_that_goes_wrong_does_not_take_the_rest_with_it(qtbot, qapp):
    bridge = Bridge(fakes.Host())
    heard, told = [], []
    bridge.trouble.connect(told.append)

    def wrong(value):
        raise RuntimeError("the widget is gone")

    for then, value in ((heard.append, 1), (wrong, 2), (heard.append, 3)):
        bridge.post(then, value)
    qtbot.waitUntil(lambda: heard == [1, 3])
    assert "the widget is gone" in told[0].sentence
    bridge.close()
