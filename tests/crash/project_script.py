"""A morning with a project on the disk, killed between system calls as in tests/crash/script.py.

`python -m tests.crash.project_script FOLDER FIRST LAST EVERY TORN`
"""

import ctypes
import os
import random
import sys
from pathlib import Path

from app.core.project import Document, copy_of, dumps, unpacked
from app.core.timeline import edit
from app.core.timeline.values import Clip, Project, Take
from tests import random_edits
from tests.core_things import result

PROJECTS = 4  # one after the other
ACTS = PROJECTS + 3  # and packed, unpacked, copied


def stages() -> list[Project]:
    """What the project is at each stage."""
    r = random.Random(1)
    found = [random_edits.begun(r, 4)]
    while len(found) < PROJECTS:
        found.append(random_edits.edited(r, found[-1]))
        if found[-1] == found[-2]:
            found.pop()
    return [bare(one) for one in found]


def bare(project: Project) -> Project:
    """Without the media that only its words speak of."""
    timeline = project.timeline
    for track in timeline.tracks:
        for clip in track.clips:
            timeline = edit.change_clip(
                edit.change_track(timeline, track.id, locked=False), clip.id, takes=(), ask=None
            )
    return edit.with_timeline(project, timeline)


def with_media(project: Project, name: str) -> Project:
    """With one clip that shows it."""
    late = max(track.clips[-1].end for track in project.timeline.tracks if track.clips)
    clip = Clip(late + 100, late, takes=(Take(name, id="t"),), take="t", id="shown")
    timeline = project.timeline
    return edit.with_timeline(project, edit.add_clips(timeline, timeline.tracks[0].id, [clip]))


def prepared(root: Path) -> tuple[Project, ...]:
    """The stages, the last with a clip that shows the media of `morning`; in files for whoever compares."""
    document = Document.new(root / "media", Project())
    name, _ = document.keep(result(1).media)
    found = stages()
    found[-1] = with_media(found[-1], name)
    for n, stage in enumerate(found):
        (root / f"stage{n}.json").write_bytes(dumps(stage))
    return tuple(found)


def morning(root: Path, told: tuple[Project, ...], n: int, torn: int) -> None:
    """All acts, acknowledged one by one, killed before system call `n`."""
    killer = ctypes.CDLL(None)
    root.mkdir(parents=True)
    acks = os.open(root / "acks", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    killer.kill_at(ctypes.c_long(n), ctypes.c_long(torn))
    document = Document.new(root / "p", told[0])
    os.write(acks, b".")
    for stage in told[1:]:
        document.keep(result(1).media)
        document.save(stage)
        os.write(acks, b".")
    packed = document.pack(root / "p.darkroom")
    os.write(acks, b".")
    unpacked(packed, root / "out")
    os.write(acks, b".")
    copy_of(document, root / "copy")
    os.write(acks, b".")
    killer.kill_at(ctypes.c_long(0), ctypes.c_long(0))


def main(root: Path, numbers: range, torn: int) -> None:
    """One fork a number; stops when a morning ends by itself, leaving the file `end` with its number."""
    import PIL.Image
    import PIL.PngImagePlugin  # noqa: F401

    told = prepared(root)
    for n in numbers:
        child = os.fork()
        if child == 0:
            done = 1
            try:
                morning(root / str(n), told, n, torn)
                done = 0
            finally:
                os._exit(done)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            (root / "end").write_text(f"{n} {os.WEXITSTATUS(status)}")
            return


if __name__ == "__main__":
    first, last, every = (int(word) for word in sys.argv[2:5])
    main(Path(sys.argv[1]), range(first, last, every), int(sys.argv[5]))
