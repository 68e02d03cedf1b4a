"""The bridge between the window and everything that waits: the only file of the front end that starts threads.

Its lanes: the engine lane (one thread that lives as long as the app and drives the worker), the order lane (stops and
credits, never kept waiting), the question lane (frames and counts, answered between two steps), the file lane (one
thread: database and saves), two threads aside (reading media, thumbnails, exports) and threads apart for what must not
wait behind those. What they find out comes back to the GUI thread through one queued wake-up.
"""

import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any, Protocol

import msgspec
import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from engines.contract import Failure, Media, Refused
from engines.files.atomic import sentence
from engines.wire import (
    Counted,
    Failed,
    Finished,
    Forget,
    Gauged,
    Halted,
    Hello,
    Measure,
    News,
    Opened,
    Render,
    Rendered,
    Stepped,
    Warm,
    Weighed,
)

log = logging.getLogger("darkroom.bridge")
Then = Callable[[Any], None]
Sorry = Callable[[Failure], None]
Work = Callable[[], Any]


class Engines(Protocol):
    """What the bridge needs of a host; `app.host.Host` is one, `tests.fakes.Host` another."""

    def hello(self) -> Hello: ...

    def another(self) -> "Engines": ...

    def run(self, order: Any) -> Iterator[News]: ...

    def stop(self, job: int, pause: bool = False) -> object: ...

    def credit(self, job: int) -> None: ...

    def withdraw(self, ticket: int) -> None: ...

    def rest(self, minutes: float) -> None: ...

    def ask(self, order: Any, timeout: float = ...) -> Any: ...

    def close(self) -> None: ...


class Bridge(QObject):
    """Runs work away from the GUI thread and brings what it says back to it, in order.

    An undelivered live preview gives way to a newer one; a step, a result, an error or an end is never dropped.
    """

    news = Signal(object)  # News of the running job
    hello = Signal(object)  # Hello of a fresh worker
    lost = Signal(object)  # Failure: no worker could be started
    trouble = Signal(object)  # Failure nobody asked to hear
    _woken = Signal()

    def __init__(self, host: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.host = host
        self._tickets = itertools.count(1)
        self._lock = threading.Lock()
        self._inbox: deque[tuple[Then, Any]] = deque()
        self._awake = self._closed = False
        self._engine, self._orders, self._questions = _Lane("engine"), _Lane("orders"), _Lane("questions", 2)
        self._files, self._aside = _Lane("files"), _Lane("aside", 2)
        self._hub = _Lane("hub")
        self._own: dict[str, _Lane] = {}
        self._judge: Engines | None = None  # a worker of its own that measures
        self._hushed: set[int] = set()
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, develop: Callable[[], Iterator[News]], job: int) -> None:
        """Drive `develop` on the engine lane; every piece of its news is heard as `news`. It always ends with one
        Finished, Failed or Halted."""
        self._engine.put(lambda: self._drive(develop, job))

    def stop(self, job: int, pause: bool = False) -> None:
        """Ask the worker to stop `job`; never blocks the caller."""
        self._orders.put(lambda: self.host.stop(job, pause))

    def measure(self, order: Measure, heed: Then) -> int:
        """Have a worker of its own, started when it is first wanted, measure beside whatever is generated, one after
        the other; `heed` hears Measuring, then Measured, Failed or Halted. The number `hush` stops it by."""
        order = msgspec.structs.replace(order, job=next(self._tickets))
        self.apart("judge", lambda: self._judged(order, heed))
        return order.job

    def hush(self, job: int) -> None:
        """Ask for a measurement to stop, running or waiting."""
        self._hushed.add(job)
        if self._judge is not None:
            judge = self._judge
            self._orders.put(lambda: judge.stop(job))

    def _judged(self, order: Measure, heed: Then) -> None:
        try:
            self._judge = self._judge or self.host.another()
            news = self._judge.run(order) if order.job not in self._hushed else iter((Halted(order.job),))
            for one in news:
                self.post(heed, one)
        except Exception as error:  # noqa: BLE001 - a boundary: the user reads one sentence
            self.post(heed, Failed(order.job, failure_of(error)))

    def credit(self, job: int) -> None:
        """Grant the worker one live preview of `job`."""
        self._orders.put(lambda: self.host.credit(job))

    def call(self, work: Work, then: Then | None = None, sorry: Sorry | None = None) -> None:
        """Do `work` on the file thread, in order; `then(what it returned)` or `sorry(Failure)` on the GUI thread."""
        self._files.put(lambda: self._do(work, then, sorry))

    def within(self, work: Work, then: Then, sorry: Sorry | None = None, seconds: float = 0.08) -> bool:
        """`call`, and wait a moment: True when `then` (or `sorry`) has already run on return, else it will later."""
        arrived, lock = threading.Event(), threading.Lock()
        answer: list[tuple[Then, Any]] = []
        left = [False]

        def hand(act: Then, value: Any) -> None:
            with lock:
                if left[0]:
                    self.post(act, value)
                answer.append((act, value))
            arrived.set()

        def task() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - a boundary: the user reads one sentence
                hand(sorry or self.trouble.emit, failure_of(error))
                return
            hand(then, result)

        self._files.put(task)
        arrived.wait(seconds)
        with lock:
            left[0] = not answer
        if answer and not left[0]:
            act, value = answer[0]
            act(value)
        return not left[0]

    def aside(self, work: Work, then: Then | None = None, sorry: Sorry | None = None) -> None:
        """The same for work that touches neither the database nor a file being written, beside other such work."""
        self._aside.put(lambda: self._do(work, then, sorry))

    def afar(self, work: Work, then: Then | None = None, sorry: Sorry | None = None) -> None:
        """The same for work that waits for another machine, which the user has asked for."""
        self._hub.put(lambda: self._do(work, then, sorry))

    def apart(self, name: str, work: Work, then: Then | None = None, sorry: Sorry | None = None) -> None:
        """The same on the one thread called `name`, which is started when it is first wanted: for work that must not
        wait behind thumbnails, such as the picture and the sound of what plays."""
        if not self._closed:
            if name not in self._own:
                self._own[name] = _Lane(name)
            self._own[name].put(lambda: self._do(work, then, sorry))

    def ask(self, order: Callable[[int], Any], then: Then, sorry: Sorry | None = None, timeout: float = 60.0) -> int:
        """Ask the worker; `order` makes the question from a fresh ticket, which is answered."""
        ticket = next(self._tickets)
        question = order(ticket)
        self._questions.put(lambda: self._do(lambda: _answer(self.host.ask(question, timeout)), then, sorry))
        return ticket

    def withdraw(self, ticket: int) -> None:
        """Have the worker stop at a question it is still busy with."""
        self._orders.put(lambda: self.host.withdraw(ticket))

    def render(self, engine: str, estimate: np.ndarray, timeout: float = 60.0) -> Media:
        """The media of a stored estimate, waited for: only for work that is itself aside. Refused when it cannot be."""
        return _answer(self.host.ask(Render(next(self._tickets), engine, estimate), timeout))

    def greet(self) -> None:
        """Start the worker if there is none, and hear its Hello."""
        self._engine.put(lambda: self._do(self.host.hello, self.hello.emit, self.lost.emit))

    def warm(self, engine: str) -> None:
        """Have the worker load `engine` in the background, so that its first job starts at once."""
        self._engine.put(lambda: self._do(lambda: self.host.ask(Warm(engine), 1.0), None, _unheard))

    def forget(self, engine: str) -> None:
        """Have the worker let go of a model of the user's, after what it does now."""
        self._engine.put(lambda: self._do(lambda: self.host.ask(Forget(engine), 1.0), None, _unheard))

    def rest(self, minutes: float) -> None:
        """Have the worker, and every one after it, let go of models that are not used for so long (0: never)."""
        self._orders.put(lambda: self.host.rest(minutes))

    def flush(self) -> None:
        """Wait until the file lane has done everything given to it so far."""
        done = threading.Event()
        self._files.put(done.set)
        done.wait()

    def close(self) -> None:
        """Finish the file lane's work, end the worker and the threads. What comes back later is not heard."""
        self._closed = True
        self.host.close()
        if self._judge is not None:
            self._judge.close()
        self._hub.close(0.5)  # it may wait for an answer; what it has is on the disk
        for lane in (self._files, self._engine, self._orders, self._questions, self._aside, *self._own.values()):
            lane.close()

    def post(self, then: Then, value: Any) -> None:
        """Have `then(value)` called on the GUI thread; any thread may post."""
        with self._lock:
            if isinstance(value, Stepped) and value.preview is not None:
                self._forget_previews(value.job)
            self._inbox.append((then, value))
            awake, self._awake = self._awake, True
        if not awake and not self._closed:
            self._woken.emit()

    def _forget_previews(self, job: int) -> None:
        for place, (then, old) in enumerate(self._inbox):
            if isinstance(old, Stepped) and old.job == job and old.preview is not None:
                self._inbox[place] = (then, msgspec.structs.replace(old, preview=None))

    def _deliver(self) -> None:
        with self._lock:
            letters, self._inbox, self._awake = list(self._inbox), deque(), False
        for then, value in letters:
            if not self._closed:
                self._hand(then, value)

    def _hand(self, then: Then, value: Any) -> None:
        """Deliver one letter; one that goes wrong does not take the rest with it."""
        try:
            then(value)
        except Exception as error:  # noqa: BLE001 - a boundary: the user reads one sentence
            self.trouble.emit(failure_of(error))

    def _drive(self, develop: Callable[[], Iterator[News]], job: int) -> None:
        ended = False
        try:
            for news in develop():
                ended = isinstance(news, Finished | Failed | Halted)
                self.post(self.news.emit, news)
        except Exception as error:  # noqa: BLE001 - a boundary: the job ends with a sentence
            self.post(self.news.emit, Failed(job, failure_of(error)))
            return
        if not ended:
            self.post(self.news.emit, Failed(job, Failure("died", "The engine ended without a result; try again.")))

    def _do(self, work: Work, then: Then | None, sorry: Sorry | None) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - a boundary: the user reads one sentence
            self.post(sorry or self.trouble.emit, failure_of(error))
            return
        if then is not None:
            self.post(then, result)


def failure_of(error: Exception) -> Failure:
    """The one sentence for `error`; what was not foreseen goes to the log whole."""
    known = getattr(error, "failure", None)  # Refused, or a host whose worker is dead
    if isinstance(known, Failure):
        return known
    if isinstance(error, OSError):
        return sentence(error, error.filename or "")
    if isinstance(error, MemoryError):
        return Failure("memory", "There is not enough memory for this; close other programs or choose a smaller size.")
    log.error("unforeseen", exc_info=error)
    what = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    return Failure("internal", f"Something went wrong inside Darkroom ({what}); the log has the details.")


def _unheard(failure: Failure) -> None:
    log.info("unanswered: %s", failure.sentence)


def _answer(news: Any) -> Any:
    """The media, count, estimate, score or model in an answer, or Refused with its sentence."""
    failure = news.failure if isinstance(news, Rendered | Failed | Weighed | Opened) else None
    if failure is not None:
        raise Refused(failure.kind, failure.sentence)
    if isinstance(news, Rendered):
        return news.media
    return news if isinstance(news, Counted | Gauged | Weighed | Opened) else None


class _Lane:
    """Threads that take work in the order it was given, until closed."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._work: SimpleQueue[Callable[[], Any] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._loop, name=f"{name}-{i}", daemon=True) for i in range(threads)]
        for thread in self._threads:
            thread.start()

    def put(self, work: Callable[[], Any]) -> None:
        self._work.put(work)

    def close(self, seconds: float = 5.0) -> None:
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join(seconds)

    def _loop(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except Exception:
                log.exception("a lane met an error")
