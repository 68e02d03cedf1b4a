"""The worker's end of the connection: what the reader thread hears, and what both threads say."""

import faulthandler
import os
import queue
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

from engines import device, wire

BEAT = 0.5  # seconds between beats while at work
WATCHDOG = 120.0  # seconds without a turn of the reader after which the process ends itself


class Line:
    """The connection, shared by both threads, and what the reader has learnt from it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.inbox: queue.SimpleQueue[wire.Order] = queue.SimpleQueue()
        self.credits: set[int] = set()
        self.stops: dict[int, bool] = {}  # job -> whether a pause was asked
        self.tasks: list[int] = []  # in hand: a job, and within it perhaps a decode
        self.working = False
        self.beats = 0
        self._calm: Any = None
        self._worker = threading.get_ident()
        self._turn = threading.Lock()

    @property
    def busy(self) -> int:
        """What is in hand; 0 is nothing."""
        return self.tasks[-1] if self.tasks else 0

    def send(self, news: wire.News) -> None:
        """One frame to the host; when nobody is there any more the process ends."""
        frame = wire.encode(news)
        try:
            with self._turn:
                self.connection.send_bytes(frame)
        except OSError:
            os._exit(0)

    def read(self) -> None:
        """The reader thread: for ever."""
        armed = beaten = 0.0
        while True:
            now = time.monotonic()
            if now - armed > WATCHDOG / 10:
                faulthandler.dump_traceback_later(WATCHDOG, exit=True)
                armed = now
            try:
                if self.connection.poll(BEAT):
                    self._take(wire.read_order(self.connection.recv_bytes()))
            except (EOFError, OSError):
                os._exit(0)
            if self.working and now - beaten >= BEAT:
                self.send(wire.Beat(self.busy, self.beats))
                beaten = now

    def begin(self, job: int) -> None:
        self.tasks.append(job)

    def end(self, job: int) -> None:
        """Forget what was said about `job`; its stop no longer interrupts anything."""
        with self._turn:
            self.tasks.remove(job)
            calm, self._calm = self._calm, None
        if calm is not None:
            calm()
        self.credits.discard(job)
        self.stops.pop(job, None)

    def _take(self, order: wire.Order) -> None:
        if isinstance(order, wire.Credit):
            self.credits.add(order.job)
        elif isinstance(order, wire.Stop):
            self.stops[order.job] = order.pause
            with self._turn:
                if order.job in self.tasks and self._calm is None:
                    self._calm = device.interrupt(self._worker)
        elif isinstance(order, wire.Quit):
            os._exit(0)
        else:
            self.inbox.put(order)
