"""Small copies of a project's clips, every frame of them a key frame, so that playing and scrubbing never wait.

They lie in the project's folder under `proxies`, are never packed, and may be deleted at any time.
"""

import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.core.project import Document
from app.core.timeline.values import Project
from engines.contract import Refused
from engines.files import atomic
from engines.files import media as files
from engines.files.clip import upright

FOLDER = "proxies"
HEIGHT = 360  # of a small copy
QUALITY = "23"


def place(document: Document, name: str) -> Path:
    """Where the small copy of a medium lies, whether it is there or not."""
    return document.folder / FOLDER / f"{name.partition('.')[0]}.mp4"


def wanted(document: Document, project: Project) -> list[str]:
    """The clips of a project that have no small copy yet and are larger than one."""
    found = [name for name, facts in project.media.items() if facts.medium == "video" and facts.height > HEIGHT]
    return [name for name in found if not place(document, name).exists()]


def make(document: Document, name: str, stop: threading.Event | Callable[[], bool] | None = None) -> bool:
    """Write the small copy of one clip; False when it was stopped, the medium is no clip of a container, or it is clear
    in places. For a thread of its own. Raises Refused('bad-file', 'disk')."""
    import av

    film = files.film(document.path(name))
    if film is None:
        return False
    clear = film.clear
    film.close()
    if clear:  # a small copy would be opaque
        return False
    target = place(document, name)
    part = target.with_name(f".darkroom-{target.stem[:24]}{atomic.PART}")
    try:
        target.parent.mkdir(exist_ok=True)
        whole = _written((document.path(name), film.container), part, _asked(stop))
        if whole:
            atomic.placed(part, target)
        return whole
    except av.error.FFmpegError as error:
        raise Refused("bad-file", f"The clip {name[:15]} is damaged: {error}.") from error
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, target).sentence) from error
    finally:
        part.unlink(missing_ok=True)


def _asked(stop: Any) -> Callable[[], bool]:
    if stop is None:
        return lambda: False
    return stop.is_set if isinstance(stop, threading.Event) else stop  # type: ignore[no-any-return]


def _written(source: tuple[Path, str], part: Path, stopped: Callable[[], bool]) -> bool:
    import av

    with av.open(str(source[0]), format=source[1]) as read, av.open(str(part), "w", format="mp4") as made:
        seen, stream = read.streams.video[0], None
        seen.thread_type = "AUTO"
        for frame in read.decode(seen):
            if stopped():
                return False
            frame = _upright(frame)
            stream = stream or _stream(made, seen, frame)
            small = frame.reformat(stream.width, stream.height, "yuv420p")
            small.pts, small.time_base = frame.pts, frame.time_base
            made.mux(stream.encode(small))
        if stream is not None:
            made.mux(stream.encode(None))
    return stream is not None


def _upright(frame: Any) -> Any:
    """The frame as it is to be seen."""
    import av

    if not frame.rotation:
        return frame
    made = av.VideoFrame.from_ndarray(upright(frame.to_ndarray(format="rgb24"), frame.rotation), format="rgb24")
    made.pts, made.time_base = frame.pts, frame.time_base
    return made


def _stream(made: Any, seen: Any, frame: Any) -> Any:
    options = {"crf": QUALITY, "preset": "veryfast", "g": "1", "bf": "0"}
    stream = made.add_stream("libx264", rate=seen.average_rate or Fraction(24), options=options)
    height = max(2, min(HEIGHT, frame.height) // 2 * 2)
    stream.width, stream.height = max(2, round(frame.width * height / frame.height / 2) * 2), height
    stream.pix_fmt, stream.codec_context.time_base = "yuv420p", seen.time_base
    return stream
