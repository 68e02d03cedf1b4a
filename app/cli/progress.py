"""What is said while a job runs: a bar with the time left on a terminal, or one JSON event a line."""

import json
import sys
from typing import Any, TextIO

from app.core import job as jobs
from app.core.job import Job
from engines.wire import News, Phased, Stepped

WIDTH = 24


class Progress:
    """Tells of one job after the other. With `as_json` every event is a line on the standard output."""

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out, self._err = out or sys.stdout, err or sys.stderr
        self._bar = not as_json and self._err.isatty()
        self._job: Job | None = None
        self._prefix = ""

    def begin(self, job: Job, number: int = 1, count: int = 1) -> None:
        """A job has begun, the `number`th of `count`."""
        self._job = jobs.advance(job, jobs.Started(job.id))
        self._prefix = f"{number}/{count} " if count > 1 else ""
        self.event("started", run=job.run, engine=job.request.engine, seed=job.request.seed)

    def hear(self, news: News) -> None:
        """A piece of its news."""
        assert self._job is not None
        self._job = jobs.advance(self._job, news)
        state = self._job.state
        if not isinstance(state, jobs.Running):
            return
        if isinstance(news, Phased):
            note = {"note": news.phase.note} if news.phase.note else {}
            self.event("phase", name=news.phase.name, fraction=news.phase.fraction, **note)
            if news.phase.note and not self.as_json:
                self.clear()
                print(news.phase.note, file=self._err, flush=True)
        elif isinstance(news, Stepped):
            row = {"index": news.index, "total": news.total, "level": news.level, "change": news.change}
            self.event("step", **row, seconds=news.seconds, left=state.left)
        self.draw(state)

    @property
    def job(self) -> Job | None:
        """The job that is told of, as its news have made it."""
        return self._job

    def event(self, event: str, **fields: Any) -> None:
        """One line of JSON, when JSON is wanted."""
        if self.as_json:
            run = {"run": self._job.run} if self._job else {}
            print(json.dumps({"event": event, **run, **fields}, ensure_ascii=False), file=self._out, flush=True)

    def say(self, sentence: str) -> None:
        """A line for people."""
        self.clear()
        if not self.as_json:
            print(sentence, file=self._out, flush=True)

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar:
            print("\r\x1b[K", end="", file=self._err, flush=True)

    def draw(self, state: jobs.Running) -> None:
        """Show the bar, on a terminal."""
        if self._bar:
            print(f"\r\x1b[K{self._prefix}{bar(state)}", end="", file=self._err, flush=True)


def bar(state: jobs.Running) -> str:
    """'denoising  [######......] 12/24  3 s left'."""
    share = state.index / state.total if state.total else (state.fraction or 0.0)
    full = round(WIDTH * min(1.0, share))
    count = f" {state.index}/{state.total}" if state.total else ""
    left = f"  {spoken(state.left)} left" if state.left is not None else ""
    return f"{state.phase:<9} [{'#' * full}{'.' * (WIDTH - full)}]{count}{left}"


def spoken(seconds: float) -> str:
    """Seconds as people say them: '0.4 s', '12 s', '3 min 05 s'."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
