"""What tests of the studio say often: wait for a job, make one, read what came out."""

from app.core.job import Cancelled, Done, Failed
from engines.files import media

LONG = 20_000  # ms, for a machine with other work


def done(studio, qtbot, *ids):
    qtbot.waitUntil(
        lambda: all(isinstance(studio.job(id).state, Done | Failed | Cancelled) for id in ids), timeout=LONG
    )
    return [studio.job(id) for id in ids]


def pixels(job) -> bytes:
    assert isinstance(job.state, Done), job.state
    return media.read(job.state.path).pixels.tobytes()


def new(studio, qtbot, act=None, count=1):
    """The jobs that `act` (generate by default) makes; on a busy disk they come a moment later."""
    known = {job.id for job in studio.jobs}
    (act or studio.generate)()
    qtbot.waitUntil(lambda: len({job.id for job in studio.jobs} - known) == count, timeout=LONG)
    return [job for job in studio.jobs if job.id not in known]


def make(studio, qtbot, **fields) -> bytes:
    studio.edit(**fields)
    (job,) = new(studio, qtbot)
    return pixels(done(studio, qtbot, job.id)[0])
