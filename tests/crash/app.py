"""The app's side of the torture, without a window: `python -m tests.crash.app ROOT SEED JOBS`.

Opens the library, queues wishes, runs them in a worker and saves them, saying on stdout, one JSON object a line, what
it is about to do to the queue (`will`), what it has done (`is`), and what a user would be told (`done`, `failed` ...).
It may be killed at any moment; started again, it goes on.
"""

import ctypes
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.core import job as jobs
from app.core.job import Job
from app.core.library import Library
from app.host import Host
from engines import wire
from engines.contract import Failure, Refused, Result
from tests.core_things import folders
from tests.crash import wishes
from tests.crash.wishes import Wish

HERE = Path(__file__).parent


class Morning:
    """One life of the app, from start to kill."""

    def __init__(self, root: Path, seed: int, count: int) -> None:
        self.seed, self.count, self.folders = seed, count, folders(root)
        self.dice = random.Random(os.urandom(8))
        self.spared: set[int] = set()  # wishes whose mishap has happened
        free(self.folders.gallery)
        self.library = Library(self.folders)
        plugins = os.pathsep.join([str(HERE.parent / "tiny"), str(HERE / "plugins")])
        self.host = Host(log=self.folders.logs / "worker.log", env={"DARKROOM_PLUGINS": plugins})
        say("open", order=self.order(), notices=self.library.notices)

    def work(self) -> None:
        """Until every wish has come to its end."""
        while True:
            waiting = [job for job in self.library.queue.all() if isinstance(job.state, jobs.Queued)]
            resting = [job for job in self.library.queue.all() if isinstance(job.state, jobs.Paused) or lost(job)]
            if len(waiting) < 3 and self.asked() < self.count:
                self.ask()
            elif waiting:
                self.shuffle(waiting)
                self.run(next(job for job in self.library.queue.all() if isinstance(job.state, jobs.Queued)))
            elif resting:
                self.library.queue.again(resting[0].id)
            else:
                break
            self.library.tidy(4)
        self.host.close()
        self.library.close()
        say("end")

    def asked(self) -> int:
        """How many wishes have been queued or refused so far: one more than the largest number."""
        refused = self.folders.data / "refused"
        numbers = [job.request.seed for job in self.library.queue.all()]
        numbers += [int(path.name) for path in refused.glob("*")]
        return max(numbers, default=-1) + 1

    def ask(self) -> None:
        """Queue the next wish, or hear why not."""
        made = wishes.wish(self.seed, self.asked())
        try:
            wish, parent, step = wishes.request(made), None, None
        except Refused as refused:
            place = self.folders.data / "refused" / str(made.number)
            place.parent.mkdir(exist_ok=True)
            say("failed", number=made.number, kind=refused.failure.kind, sentence=refused.failure.sentence)
            place.touch()
            return
        if made.kind == "branch":
            wish, parent, step = self.branch(made)
        self.will([*self.order(), made.number])
        self.library.queue.add([wish], parent, step)
        say("is", order=self.order())

    def branch(self, made: Wish) -> tuple[Any, str, int]:
        """A branch without a change, from a stored step of a finished wish: it must end in its parent's bytes."""
        import msgspec

        from engines.files.steps import StepStore

        for job in self.library.queue.all():
            rows = StepStore(self.folders.steps / job.run).rows()
            able = [row.index for row in rows if row.resumable]
            if isinstance(job.state, jobs.Done) and job.parent is None and able:
                state = StepStore(self.folders.steps / job.run).checkpoint(able[len(able) // 2])
                assert state is not None
                wish = msgspec.structs.replace(job.request, seed=made.number, resume=state)
                if job.request.options["sampler"] == "euler":  # its steps need no seed
                    return wish, job.run, state.step
        return wishes.request(made), None, None  # type: ignore[return-value]

    def shuffle(self, waiting: list[Job]) -> None:
        """Now and then the user moves a job."""
        if self.dice.random() > 0.3:
            return
        job, place = self.dice.choice(waiting), self.dice.randint(0, len(self.order()))
        order = [number for number in self.order() if number != job.request.seed]
        order.insert(place, job.request.seed)
        self.will(order)
        self.library.queue.move(job.id, place)
        say("is", order=self.order())

    def run(self, job: Job) -> None:
        """One job, from the queue to its end."""
        made = wishes.wish(self.seed, job.request.seed)
        act = "" if made.number in self.spared else made.act
        job = self.keep(jobs.advance(job, jobs.Started(job.id)))
        order = wire.Generate(job.id, job.request, str(self.folders.steps / job.run))
        for news in self.host.run(order):
            if isinstance(news, wire.Finished):
                job = self.save(jobs.advance(job, news), news.result, act)
                break
            job = jobs.advance(job, news)
            if isinstance(news, wire.Stepped) and news.index >= made.at and made.number not in self.spared:
                job = self.meddle(job, act)
        job = self.keep(job)
        told(job)

    def meddle(self, job: Job, act: str) -> Job:
        """What befalls a job in the middle."""
        self.spared.add(job.request.seed)
        if act == "kill" and self.host.pid:
            os.kill(self.host.pid, signal.SIGKILL)
        if act in ("stop", "pause"):
            job = jobs.advance(job, jobs.Asked(job.id, act == "pause"))
            self.host.stop(job.id, act == "pause")
        return job

    def save(self, job: Job, result: Result, act: str) -> Job:
        """Save a result: where the gallery's disk is full ('full') or closed, where the database's is full
        ('crowded'), or with an end between two system calls ('half')."""
        gallery = self.folders.gallery
        try:
            if act == "full":
                fill(gallery)
            elif act == "crowded":
                fill(gallery.parent)
            elif act == "closed":
                remount(gallery, "ro")
            elif act == "half":
                arm(self.dice.randint(1, 28), self.dice.randint(0, 1))
            return self.library.save(job, result)
        except Refused as refused:
            return jobs.advance(job, wire.Failed(job.id, refused.failure))
        finally:
            arm(0, 0)
            self.spared.add(job.request.seed)
            if act in ("full", "closed", "crowded"):
                free(gallery)

    def keep(self, job: Job) -> Job:
        self.library.queue.save(job)
        return job

    def order(self) -> list[int]:
        return [job.request.seed for job in self.library.queue.all()]

    def will(self, order: list[int]) -> None:
        say("will", order=order)


def say(what: str, **more: object) -> None:
    sys.stdout.write(json.dumps({"what": what, **more}) + "\n")
    sys.stdout.flush()


def told(job: Job) -> None:
    """What the window would say of a job that has come to a halt."""
    number = job.request.seed
    match job.state:
        case jobs.Done(path=path):
            digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
            say("done", number=number, run=job.run, path=path, sha256=digest)
        case jobs.Failed(failure=Failure(kind=kind, sentence=sentence)):
            say("failed", number=number, kind=kind, sentence=sentence)
        case jobs.Cancelled():
            say("cancelled", number=number)
        case jobs.Paused(index=index):
            say("paused", number=number, index=index)


def lost(job: Job) -> bool:
    """Failed for a reason that is over: the disk, or a worker that was killed."""
    if not isinstance(job.state, jobs.Failed) or job.request.engine != "image/tiny":
        return False
    return job.state.failure.kind in ("disk", "died")


def fill(folder: Path) -> None:
    """Leave no byte free on the disk of `folder`, when it is a small one."""
    if folder.is_mount():
        try:
            with open(folder / "ballast", "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        except OSError:
            pass


def remount(folder: Path, how: str) -> None:
    """Make the small disk at `folder` read-only ('ro') or writable ('rw')."""
    if folder.is_mount():
        subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def free(gallery: Path) -> None:
    """Undo both."""
    remount(gallery, "rw")
    for folder in (gallery, gallery.parent):
        (folder / "ballast").unlink(missing_ok=True)


def arm(n: int, torn: int) -> None:
    """Be killed just before the n-th system call from now that changes a file (0: not), when the killer is there."""
    killer = getattr(ctypes.CDLL(None), "kill_at", None)
    if killer is not None:
        killer(ctypes.c_long(n), ctypes.c_long(torn))


if __name__ == "__main__":
    Morning(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).work()
