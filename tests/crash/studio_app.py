"""The torture through the studio itself, without a window: `python -m tests.crash.studio_app ROOT SEED JOBS`.

Speaks like tests/crash/app.py. The studio writes on its own thread, so the order of the queue is not announced here.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer

from app.core import job as jobs
from app.core.job import Job
from app.studio import Studio
from engines.contract import Refused
from tests.core_things import folders
from tests.crash import app, wishes


class Day:
    """One life of a studio."""

    def __init__(self, root: Path, seed: int, count: int) -> None:
        self.folders, self.seed, self.count = folders(root), seed, count
        app.free(self.folders.gallery)
        plugins = [str(app.HERE.parent / "tiny"), str(app.HERE / "plugins")]
        os.environ["DARKROOM_PLUGINS"] = os.pathsep.join(plugins)
        self.spared: set[int] = set()
        self.gone: set[int] = {int(path.name) for path in (root / "gone").glob("*")}
        self.made: set[int] | None = None
        self.studio = Studio.open(self.folders)
        self.studio.job_changed.connect(self.changed)
        self.studio.notice.connect(lambda kind, sentence: app.say("notice", sentence=sentence))
        self.studio.page("", False, None, self.known, limit=10_000)
        self.timer = QTimer()
        self.timer.timeout.connect(self.turn)
        self.timer.start(10)
        app.say("open", order=[], notices=[])

    def known(self, entries: list[Any]) -> None:
        """The wishes that have come true in earlier lives."""
        self.made = {entry.seed for entry in entries}

    def turn(self) -> None:
        """Ask for what has left no trace; end when there is nothing left to do."""
        if self.made is None or "image/lost" not in self.studio.cards():
            return
        there = {job.request.seed for job in self.studio.jobs}
        todo = [n for n in range(self.count) if n not in there | self.made | self.gone]
        busy = [job for job in self.studio.jobs if not job.ended or app.lost(job)]
        if todo and len(busy) < 3:
            self.ask(todo[0])
        elif not todo and not busy:
            self.timer.stop()
            self.studio.close()
            app.say("end")
            QCoreApplication.quit()

    def ask(self, number: int) -> None:
        """Queue a wish; what is refused at once is told and is over."""
        made = wishes.wish(self.seed, number)
        try:
            wish = wishes.request(made)
        except Refused as refused:
            self.over(number)
            app.say("failed", number=number, kind=refused.failure.kind, sentence=refused.failure.sentence)
            return
        if made.kind == "huge":
            self.over(number)
            app.say("failed", number=number, kind="bad-request", sentence="")  # the studio's notice says why
        self.studio.enqueue(wish)

    def over(self, number: int) -> None:
        """A wish that has ended without a result is not asked again."""
        self.gone.add(number)
        place = self.folders.data.parent / "gone" / str(number)
        place.parent.mkdir(exist_ok=True)
        place.touch()

    def changed(self, job: Job) -> None:
        """What befalls a job, and what is said of it."""
        number = job.request.seed
        made = wishes.wish(self.seed, number)
        if isinstance(job.state, jobs.Running):
            self.meddle(job, made)
            return
        if made.act in ("full", "closed", "crowded") and number in self.spared and isinstance(job.state, jobs.ENDS):
            app.free(self.folders.gallery)
        app.arm(0, 0)
        app.told(job)
        if isinstance(job.state, jobs.Cancelled):
            self.over(number)
        if isinstance(job.state, jobs.Paused) or app.lost(job):
            QTimer.singleShot(0, lambda: self.studio.resume(job.id))

    def meddle(self, job: Job, made: wishes.Wish) -> None:
        """The same mishaps as in tests/crash/app.py."""
        assert isinstance(job.state, jobs.Running)
        if made.number in self.spared:
            return
        pid = getattr(self.studio.bridge.host, "pid", None)
        if job.state.phase == "saving":
            self.spared.add(made.number)
            self.spoil(made.act)
        elif made.act in ("kill", "stop", "pause") and job.state.index >= made.at:
            self.spared.add(made.number)
            if made.act == "kill" and pid:
                os.kill(pid, signal.SIGKILL)
            elif made.act == "stop":
                QTimer.singleShot(0, lambda: self.studio.stop(job.id))
            elif made.act == "pause":
                QTimer.singleShot(0, lambda: self.studio.pause(job.id))

    def spoil(self, act: str) -> None:
        """Trouble for the save that comes next."""
        if act in ("full", "crowded"):
            app.fill(self.folders.gallery if act == "full" else self.folders.gallery.parent)
        elif act == "closed":
            app.remount(self.folders.gallery, "ro")
        elif act == "half":
            app.arm(1 + os.urandom(1)[0] % 28, os.urandom(1)[0] % 2)


def main() -> None:
    application = QCoreApplication(sys.argv[:1])
    day = Day(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    application.exec()
    del day


if __name__ == "__main__":
    main()
