"""Starts, feeds, watches and kills the worker process. No Qt; the command line uses it directly.

Starts no thread of its own: whoever waits for news reads the connection, for itself and for all others who wait.
"""

import contextlib
import itertools
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing import connection
from pathlib import Path
from typing import Any

import msgspec

import engines
from app.host.link import TURN, Dead, Link
from engines import wire
from engines.contract import Failure

_Last = wire.Finished | wire.Measured | wire.Failed | wire.Halted
_Told = wire.Phased | wire.Stepped | wire.Measuring | _Last


class Host:
    """Runs orders in a worker process, one at a time, and replaces the process when it dies or hangs.

    `python` is the engines' interpreter, `log` takes what the worker prints, `env` is added to its environment.
    `grace` is how many seconds a stop may take before the worker is killed, `silence` how many may pass without a
    heartbeat while it works. Every method may be called from any thread.
    """

    def __init__(
        self,
        python: str = sys.executable,
        log: Path | None = None,
        env: dict[str, str] | None = None,
        *,
        grace: float = 3.0,
        silence: float = 30.0,
        patience: float = 60.0,
    ) -> None:
        self.python, self.log, self.env = python, log, env or {}
        self.grace, self.silence, self.patience = grace, silence, patience
        self._link: Link | None = None
        self._starting = threading.RLock()
        self._tickets = itertools.count(1)
        self._stops: dict[int, float] = {}  # running job -> when its stop was asked
        self._running: dict[int, tuple[Link | None, int]] = {}  # job -> its worker once it has it, its number there
        self._asked: dict[int, tuple[Link, int]] = {}  # question in hand -> its worker and its number there
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether a worker is there right now."""
        link = self._link
        return link is not None and link.alive

    @property
    def pid(self) -> int | None:
        """The worker's process id, when there is one."""
        link = self._link
        return link.process.pid if link is not None and link.alive else None

    def hello(self) -> wire.Hello:
        """The worker's first word, starting it if need be. Raises Dead with the sentence."""
        hello = self._ready().hello
        assert hello is not None  # _ready has waited for it
        return hello

    def another(self) -> "Host":
        """A host of workers of its own like these, for what must not wait behind them."""
        limits = {"grace": self.grace, "silence": self.silence, "patience": self.patience}
        return Host(self.python, self.log, dict(self.env), **limits)

    def run(self, order: wire.Generate | wire.Measure) -> Iterator[wire.News]:
        """Everything that happens to `order`: Phased and Stepped, then exactly one Finished (of a Measure: Measured),
        Failed or Halted.

        Blocks between news. Closing the iterator stops the job.
        """
        job, number = order.job, next(self._tickets)
        self._running[job] = (None, number)
        ended = False
        try:
            for news in self._news(msgspec.structs.replace(order, job=number), job):
                ended = isinstance(news, _Last)
                yield msgspec.structs.replace(news, job=job)
        except Dead as dead:
            ended = True
            yield wire.Halted(job) if job in self._stops else wire.Failed(job, dead.failure)
        finally:
            self._end(job, number, ended)

    def stop(self, job: int, pause: bool = False) -> bool:
        """Ask `job` to stop; False when it is not running here. A pause brings its last checkpoint with Halted."""
        if job not in self._running:
            return False
        link, number = self._running[job]
        self._stops.setdefault(job, time.monotonic())
        self._tell(link, wire.Stop(number, pause))
        return True

    def credit(self, job: int) -> None:
        """Ask for one more live preview of `job`."""
        link, number = self._running.get(job, (None, 0))
        self._tell(link, wire.Credit(number))

    def ask(
        self,
        order: wire.Asked | wire.Warm | wire.Forget,
        timeout: float = 30.0,
    ) -> wire.News:
        """The answer to a small order, also while a job runs (it is answered between two steps).

        Rendered, Counted, Gauged, Weighed or Opened; Failed (job 0) when the worker died or `timeout` seconds passed.
        Warm and Forget are answered by Hello as soon as they are sent.
        """
        try:
            link = self._ready()
            if isinstance(order, wire.Warm | wire.Forget):
                link.send(order)
                return self.hello()
            answer = self._answer(link, order, timeout)
        except Dead as dead:
            return wire.Failed(0, dead.failure)
        if answer is None:
            return wire.Failed(0, Failure("hung", f"The engine did not answer within {timeout:g} seconds."))
        return msgspec.structs.replace(answer, ticket=order.ticket)

    def _answer(self, link: Link, order: wire.Asked, timeout: float) -> Any:
        ticket = next(self._tickets)
        link.expect(ticket)
        self._asked[order.ticket] = (link, ticket)
        try:
            link.send(msgspec.structs.replace(order, ticket=ticket))
            return link.answer(ticket, timeout)
        finally:
            self._asked.pop(order.ticket, None)

    def withdraw(self, ticket: int) -> None:
        """Stop the decode that was asked for by this ticket; it is answered with a failure."""
        if ticket in self._asked:
            link, number = self._asked[ticket]
            self._tell(link, wire.Stop(number))

    def rest(self, minutes: float) -> None:
        """Have the worker, and every one after it, let go of models that are not used for so long (0: never)."""
        self.env = {**self.env, wire.IDLE: str(minutes)}
        self._tell(self._link, wire.Rest(minutes))

    def restart(self) -> None:
        """Give the worker up (its memory goes back at once); the next order starts a fresh one."""
        with self._starting:
            link, self._link = self._link, None
        if link is not None:
            link.close()

    def close(self) -> None:
        """End the worker for good."""
        self._closed = True
        self.restart()

    def __enter__(self) -> "Host":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _news(self, order: wire.Generate | wire.Measure, job: int) -> Iterator[_Told]:
        """The news of `order`, whose job number is its own for every run, so that no late word is mistaken.

        A worker that turns out to have died before it said a word about the job is replaced, once.
        """
        spoken, before = False, self._link
        try:
            for news in self._follow(self._begin(order, job), order.job, job):
                spoken = True
                yield news
        except Dead:
            if spoken or before is None or self._running[job][0] not in (None, before):
                raise
            yield from self._follow(self._begin(order, job), order.job, job)

    def _begin(self, order: wire.Generate | wire.Measure, job: int) -> Link:
        """Hand `order` to a living worker, unless its stop came first. Raises Dead."""
        link = self._ready()
        link.open_job(order.job)
        if job not in self._stops:
            link.send(order)
            self._running[job] = (link, order.job)
            if job in self._stops:  # asked between the two lines above
                self._tell(link, wire.Stop(order.job))
        return link

    def _follow(self, link: Link, number: int, job: int) -> Iterator[_Told]:
        while job not in self._stops or self._running[job][0] is not None:
            news = link.next_news(number, TURN)
            if isinstance(news, _Told):
                yield news
                if isinstance(news, _Last):
                    return
            elif time.monotonic() - self._stops.get(job, float("inf")) > self.grace:
                link.kill(Failure("hung", "The engine did not stop when asked and was ended."))
        yield wire.Halted(number)

    def _end(self, job: int, number: int, ended: bool) -> None:
        """The iterator is over: forget the job, and stop it if its news was not read to the end."""
        link, running = self._running.get(job, (None, 0))
        if running != number:
            return  # the same job runs anew already
        del self._running[job]
        self._stops.pop(job, None)
        if link is not None:
            link.close_job(number)
            if not ended:
                self._tell(link, wire.Stop(number))

    def _tell(self, link: Link | None, order: wire.Order) -> None:
        if link is not None:
            with contextlib.suppress(Dead):
                link.send(order)

    def _ready(self) -> Link:
        """A living worker that has said hello. Raises Dead."""
        with self._starting:
            if self._closed:
                raise Dead(Failure("died", "The program is closing."))
            if self._link is not None and self._link.alive:
                return self._link
            if self._link is not None:
                self._link.close()
            self._link = None
            self._link = self._start()
            return self._link

    def _start(self) -> Link:
        folder = tempfile.mkdtemp(prefix="darkroom-")
        try:
            address = rf"\\.\pipe\darkroom-{secrets.token_hex(8)}" if os.name == "nt" else os.path.join(folder, "line")
            key = secrets.token_bytes(32)
            with connection.Listener(address, authkey=key) as listener:
                process = self._spawn(json.dumps({"address": address, "key": key.hex()}))
                line = _accepted(listener, process, self.patience)
        except OSError as error:
            where = f"({self.python}): {error.strerror or error}"
            raise Dead(Failure("died", f"The engine process could not be started {where}.")) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        link = Link(process, line, self.silence) if line is not None else None
        if link is None or link.greet(self.patience) is None:
            process.kill()
            code = process.wait()
            log = f" The log is {self.log}." if self.log else ""
            raise Dead(Failure("died", f"The engine process did not come up (exit code {code}).{log}"))
        return link

    def _spawn(self, told: str) -> subprocess.Popen[bytes]:
        root = str(Path(engines.__file__).resolve().parents[1])
        path = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH", "")) if p)
        with _log(self.log) as log:
            process = subprocess.Popen(
                [self.python, "-P", "-m", "engines.worker"],  # -P: nothing is imported from where the user stands
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **self.env},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        assert process.stdin is not None
        with contextlib.suppress(OSError), process.stdin as stdin:
            stdin.write(told.encode() + b"\n")
        return process


def _accepted(listener: connection.Listener, process: subprocess.Popen[bytes], patience: float) -> Any:
    """The worker's connection, or None when it died or took longer than `patience` seconds."""
    socket = getattr(getattr(listener, "_listener", None), "_socket", None)
    until = time.monotonic() + patience
    while socket is not None and not connection.wait([socket], TURN):
        if process.poll() is not None or time.monotonic() > until:
            return None
    try:
        return listener.accept()
    except (OSError, EOFError):
        return None


@contextlib.contextmanager
def _log(path: Path | None) -> Iterator[Any]:
    """Where the worker's prints go; a log past 4 MB starts over, the old one beside it."""
    if path is None:
        yield subprocess.DEVNULL
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > 4_000_000:
            os.replace(path, path.with_suffix(".old.log"))
    try:
        file = open(path, "ab")  # noqa: SIM115  (closed below)
    except OSError:
        yield subprocess.DEVNULL
        return
    with file:
        yield file
