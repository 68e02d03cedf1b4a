"""A model that nobody uses gives its memory back, and is there again when it is wanted."""

import queue
import threading
import weakref
from typing import Any

import pytest

from app.host import Host
from engines import registry, wire
from engines.contract import Request
from engines.worker import Worker
from tests.conftest import TINY


class Line:
    """A connection with nobody at the other end; what is said is kept."""

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[wire.Order] = queue.SimpleQueue()
        self.said: queue.SimpleQueue[wire.News] = queue.SimpleQueue()
        self.credits: set[int] = set()
        self.stops: dict[int, bool] = {}
        self.working, self.beats = False, 0

    def send(self, news: wire.News) -> None:
        self.said.put(news)

    def begin(self, job: int) -> None: ...

    def end(self, job: int) -> None: ...


def result(line: Any, job: int) -> wire.Finished:
    line.inbox.put(wire.Generate(job, Request(engine="image/tiny", prompt="red", options={"steps": 2})))
    while not isinstance(news := line.said.get(timeout=60), wire.Finished):
        assert not isinstance(news, wire.Failed)
    return news


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setenv("DARKROOM_IDLE", "0.002")
    made = Worker(Line(), registry.listing([TINY]))  # type: ignore[arg-type]
    threading.Thread(target=made.work, daemon=True).start()
    return made


def test_what_is_not_used_is_let_go_of_and_comes_back(worker: Worker) -> None:
    before = result(worker.line, 1).result.media
    loaded = worker.engines.get("image/tiny")
    left = weakref.ref(loaded) if loaded is not None else lambda: None
    del loaded
    gone = threading.Event()
    for _ in range(600):
        if not worker.engines and left() is None:
            gone.set()
            break
        gone.wait(0.05)
    assert gone.is_set()
    again = result(worker.line, 2).result.media
    assert wire.encode(wire.Rendered(0, again)) == wire.encode(wire.Rendered(0, before))


def test_how_long_is_long_is_told_a_worker_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_IDLE", "600")
    made = Worker(Line(), registry.listing([TINY]))  # type: ignore[arg-type]
    threading.Thread(target=made.work, daemon=True).start()
    result(made.line, 1)
    gone = threading.Event()
    weakref.finalize(made.engines["image/tiny"], gone.set)
    assert not gone.wait(0.3)
    made.line.inbox.put(wire.Rest(0.002))
    assert gone.wait(60)


def test_a_host_tells_the_worker_it_has_and_those_it_will_have() -> None:
    with Host(env={"DARKROOM_PLUGINS": str(TINY)}) as host:
        host.rest(7)
        assert host.env["DARKROOM_IDLE"] == "7"
        first = host.hello().pid
        host.rest(8)
        assert isinstance(host.ask(wire.Count(1, "image/tiny", "red")), wire.Counted), "the order broke the worker"
        assert host.hello().pid == first


def test_without_a_word_nothing_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DARKROOM_IDLE", raising=False)
    assert Worker(Line(), registry.listing([TINY])).idle == 0  # type: ignore[arg-type]
