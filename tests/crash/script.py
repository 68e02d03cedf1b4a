"""A user's morning as a list of acts on the library, and what it must look like after each.

`python -m tests.crash.script FOLDER FIRST LAST EVERY TORN` runs the acts once for each n of that range, in a fork
that is killed just before its n-th system call that changes a file (tests/crash/kill_at.c, preloaded); `acks` in each
run's folder says how many acts had been acknowledged.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

from app.core import job as jobs
from app.core.job import Job
from app.core.library import Library
from engines.contract import Request
from engines.files import media
from tests.core_things import checkpoint, folders, request, result

Look = tuple[tuple[tuple[int, bool], ...], tuple[tuple[int, bool, bool], ...]]
Act = Callable[[Library], object]


def job_of(library: Library, seed: int) -> Job:
    return next(job for job in library.queue.all() if job.request.seed == seed)


def run_of(library: Library, seed: int) -> str:
    return next(e.run for e in library.history.page() + library.history.page(deleted=True) if e.seed == seed)


def start(library: Library, seed: int) -> None:
    job = job_of(library, seed)
    library.queue.save(jobs.advance(job, jobs.Started(job.id)))


def finish(library: Library, seed: int, medium: str) -> None:
    library.save(job_of(library, seed), result(seed, medium))


def wish(seed: int) -> Request:
    return request(f"thing {seed} 🍎", seed, start=result(seed).media, resume=checkpoint(2))


ACTS: list[Act] = [
    lambda library: library.queue.add([wish(1), wish(2), wish(3)]),
    lambda library: library.queue.move(job_of(library, 3).id, 0),
    lambda library: start(library, 3),
    lambda library: finish(library, 3, "image"),
    lambda library: library.queue.add([wish(4)], parent=run_of(library, 3), parent_step=2),
    lambda library: library.queue.edit(job_of(library, 2).id, request("changed", 22)),
    lambda library: start(library, 1),
    lambda library: finish(library, 1, "mesh"),
    lambda library: library.history.favourite(run_of(library, 3), True),
    lambda library: library.history.delete([run_of(library, 3)]),
    lambda library: library.queue.remove(job_of(library, 4).id),
    lambda library: library.history.undelete([run_of(library, 3)]),
]


def look(library: Library) -> Look:
    """The queue (seed, done) in order and the results (seed, starred, deleted), by seed."""
    queue = tuple((job.request.seed, isinstance(job.state, jobs.Done)) for job in library.queue.all())
    shown = library.history.page() + library.history.page(deleted=True)
    return queue, tuple(sorted((entry.seed, entry.favourite, entry.deleted) for entry in shown))


def looks(root: Path) -> list[Look]:
    """What the library looks like before the first act and after each."""
    with Library(folders(root)) as library:
        seen = [look(library)]
        for act in ACTS:
            act(library)
            seen.append(look(library))
    return seen


def sound(library: Library) -> None:
    """Every row has its whole file and every file its row; nothing half written goes by a real name."""
    entries = library.history.page(limit=10_000) + library.history.page(deleted=True)
    files = files_of(library.folders.gallery)
    for path in files:
        media.read(path)
    assert {entry.run for entry in entries} == {run_in(path) for path in files}
    for entry in entries:
        if not entry.deleted:
            assert entry.path in files
            assert media.recipe_of(entry.path) == entry.recipe_text
    for job in library.queue.all():
        if isinstance(job.state, jobs.Done):
            assert library.history.get(job.run) is not None


def files_of(gallery: Path) -> set[Path]:
    """Everything that goes by a real name."""
    return {path for path in gallery.rglob("*") if path.is_file() and not path.name.startswith(".")}


def run_in(path: Path) -> str:
    from app.core.entry import entry_of

    return entry_of(media.recipe_of(path) or "", path).run


def morning(root: Path, n: int, torn: int) -> None:
    """All acts, acknowledged one by one, killed before system call `n`."""
    killer = ctypes.CDLL(None)
    root.mkdir(parents=True)
    acks = os.open(root / "acks", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    killer.kill_at(ctypes.c_long(n), ctypes.c_long(torn))
    library = Library(folders(root))
    for act in ACTS:
        act(library)
        os.write(acks, b".")
    library.close()
    killer.kill_at(ctypes.c_long(0), ctypes.c_long(0))


def main(root: Path, numbers: range, torn: int) -> None:
    """One fork a number; stops when a morning ends by itself, leaving the file `end` with its number."""
    import PIL.Image
    import PIL.PngImagePlugin  # noqa: F401

    for n in numbers:
        child = os.fork()
        if child == 0:
            try:
                morning(root / str(n), n, torn)
            finally:
                os._exit(0 if (root / str(n) / "acks").stat().st_size == len(ACTS) else 1)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            (root / "end").write_text(f"{n} {os.WEXITSTATUS(status)}")
            return


if __name__ == "__main__":
    first, last, every = (int(word) for word in sys.argv[2:5])
    main(Path(sys.argv[1]), range(first, last, every), int(sys.argv[5]))
