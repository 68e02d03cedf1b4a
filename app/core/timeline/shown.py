"""What of a take is seen and heard at a moment of its clip."""

from app.core.timeline.values import ZERO, Clip, Medium, Project, Time

_BY_ENDING = {"png": "image", "jpg": "image", "jpeg": "image", "wav": "audio", "flac": "audio", "ogg": "audio"}
_BY_ENDING |= {"mid": "audio", "mp3": "audio", "glb": "mesh", "obj": "mesh", "ply": "mesh", "stl": "mesh"}


def facts(project: Project, name: str) -> Medium:
    """What the project knows of a medium; of one it does not list, what its ending says."""
    found = project.media.get(name)
    return found or Medium(_BY_ENDING.get(name.rpartition(".")[2], "video"))  # type: ignore[arg-type]


def length(project: Project, clip: Clip) -> Time:
    """How long the chosen take is, in seconds; 0 for one that stands still or is not there."""
    take = clip.shown
    return ZERO if take is None else take.length or facts(project, take.media).length


def media_time(project: Project, clip: Clip, at: Time) -> Time:
    """The moment of the chosen take that is seen at the moment `at` of the timeline, looped where the clip loops.
    Played backwards, a frame is the one that ends there."""
    take = clip.shown
    place = clip.offset + (at - clip.start) * clip.speed - (take.offset if take is not None else ZERO)
    if clip.speed < 0:
        place += clip.speed / project.fps
    whole = length(project, clip)
    return place % whole if clip.loop and whole > 0 else place
