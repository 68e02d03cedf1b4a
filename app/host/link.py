"""One worker process and the connection to it."""

import contextlib
import signal
import subprocess
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import msgspec

from engines import wire
from engines.contract import Failure

TURN = 0.1  # seconds a reader waits before it looks at the clock


class Dead(Exception):
    """The worker is gone; carries the sentence."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.sentence)
        self.failure = failure


class Link:
    """One worker process and the connection to it. Every method may be called from any thread."""

    def __init__(self, process: subprocess.Popen[bytes], line: Any, silence: float) -> None:
        self.process, self.silence = process, silence
        self._line = line
        self._turn = threading.Condition()
        self._sending = threading.Lock()
        self._reading = False
        self._heard = time.monotonic()
        self._ooms = _out_of_memory_kills()
        self._dead: Failure | None = None
        self._drained = False
        self._jobs: dict[int, deque[wire.News]] = {}
        self._answers: dict[int, wire.News | None] = {}
        self.hello: wire.Hello | None = None

    @property
    def alive(self) -> bool:
        return self._dead is None and self.process.poll() is None

    def send(self, order: wire.Order) -> None:
        """Raises Dead."""
        frame = wire.encode(order)
        try:
            with self._sending:
                self._line.send_bytes(frame)
        except (OSError, ValueError):
            self._bury(None)
            raise Dead(self._cause()) from None

    def open_job(self, job: int) -> None:
        """From now on the news of `job` is kept for `next_news`."""
        with self._turn:
            self._heard = time.monotonic()
            self._jobs[job] = deque()

    def close_job(self, job: int) -> None:
        with self._turn:
            self._jobs.pop(job, None)

    def next_news(self, job: int, wait: float) -> wire.News | None:
        """The next word about `job`, or None after `wait` seconds. Raises Dead once all that came was read."""
        return self._await(lambda: self._jobs[job].popleft() if self._jobs[job] else None, wait)

    def expect(self, ticket: int) -> None:
        with self._turn:
            self._heard = time.monotonic()
            self._answers[ticket] = None

    def answer(self, ticket: int, wait: float) -> wire.News | None:
        """The answer to `ticket`, or None after `wait` seconds. Raises Dead."""
        try:
            return self._await(lambda: self._answers[ticket], wait)
        finally:
            with self._turn:
                self._answers.pop(ticket, None)

    def greet(self, wait: float) -> wire.Hello | None:
        """The worker's first word. Raises Dead."""
        return self._await(lambda: self.hello, wait)

    def kill(self, failure: Failure | None = None) -> None:
        """End the process at once; `failure` is what those who wait are told."""
        self._bury(failure)

    def _await(self, ready: Any, wait: float) -> Any:
        """Wait until `ready()` gives something; take a turn at reading whenever nobody else reads."""
        until = time.monotonic() + wait
        while True:
            with self._turn:
                found = ready()
                if found is not None:
                    return found
                if self._dead is not None and self._drained and not self._reading:
                    raise Dead(self._dead)
                left = until - time.monotonic()
                if left <= 0:
                    return None
                if self._reading:
                    self._turn.wait(min(left, TURN))
                    continue
                self._reading, over = True, self._dead is not None
            heard = self._read(0.0 if over else min(left, TURN))
            self._drained = over and not heard  # of a dead worker all that it has said is read first

    def _read(self, wait: float) -> bool:
        """One turn at the connection, whether there was news; the caller holds the reading flag."""
        news: wire.News | None = None
        try:
            if self._line.poll(wait):
                news = wire.read_news(self._line.recv_bytes())
                self._heard = time.monotonic()
            elif time.monotonic() - self._heard > self.silence:
                self._bury(Failure("hung", "The engine stopped answering and was ended; the next job starts afresh."))
        except (EOFError, OSError, ValueError, msgspec.MsgspecError):
            self._bury(None)
        with self._turn:
            self._route(news)
            self._reading = False
            self._turn.notify_all()
        return news is not None

    def _route(self, news: wire.News | None) -> None:
        if isinstance(news, wire.Hello):
            self.hello = news
        elif isinstance(news, wire.Rendered | wire.Counted | wire.Gauged | wire.Weighed | wire.Opened):
            if news.ticket in self._answers:
                self._answers[news.ticket] = news
        elif news is not None and not isinstance(news, wire.Beat) and news.job in self._jobs:
            self._jobs[news.job].append(news)

    def _bury(self, failure: Failure | None) -> None:
        """Make sure the process is dead and say why. Only `_read` closes the connection's reading side."""
        if failure is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(2.0)  # it is going by itself; let it leave its own exit code
        killed = self.process.poll() is None
        if killed:
            self.process.kill()
        self.process.wait()
        with self._turn:
            if self._dead is None:
                stuck = Failure("died", "The engine closed its connection and was ended; the next job starts afresh.")
                self._dead = failure or (stuck if killed else self._cause())
            self._turn.notify_all()

    def _cause(self) -> Failure:
        if self._dead is not None:
            return self._dead
        code = self.process.poll()
        if code == -getattr(signal, "SIGKILL", 9) and _out_of_memory_kills() > self._ooms:
            words = "ran out of memory and was ended by the system: make it smaller or close other programs"
        elif code is not None and code < 0:
            words = f"was ended by the signal {_signal_name(-code)}{_meaning(-code)}; the next job starts afresh"
        else:
            words = f"ended by itself with exit code {code}; the next job starts afresh"
        return Failure("died", f"The engine {words}.")

    def close(self) -> None:
        """End the process and give its connection back."""
        self._bury(Failure("died", "The engine was closed."))
        with self._sending:
            self._line.close()


def _out_of_memory_kills() -> int:
    """How many processes the system has killed for memory so far (Linux; 0 elsewhere)."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _meaning(number: int) -> str:
    crashes = {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"}
    name = _signal_name(number)
    if name in crashes:
        return " (a crash inside a library)"
    return " (somebody or the system killed it)" if name == "SIGKILL" else ""
