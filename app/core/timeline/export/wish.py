"""What is wanted of an export: its format, quality, size, span and sound."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from app.core.timeline.values import ZERO, Project, Time, Timeline
from engines.contract import Refused

KINDS: dict[str, tuple[str, ...]] = {
    "film": (".mp4", ".mov", ".webm", ".mkv"),
    "animation": (".gif", ".webp"),
    "pictures": (".png",),
    "sound": (".wav", ".flac"),
    "notes": (".mid",),
    "words": (".srt",),
    "surface": (".glb",),
    "edits": (".otio", ".edl", ".fcpxml"),
}
Codec = Literal["", "h264", "h265", "av1", "vp9", "prores", "prores4444", "dnxhr"]


class Wish(Struct, frozen=True):
    """`codec` of a film ('' the usual one of its container), `quality`, `size` (width, height) and `fps` (None: the
    project's), `span` in seconds of the timeline (None: all of it).

    `sound` says whether a film has some; `bits` of a WAV (32: floats); `loudness` in LUFS is reached by a gain,
    `ceiling` in dBTP is never passed. `stems` writes a file for each track that sounds. `alpha` keeps clear what is
    clear, where the format can. `clip` is the one whose surface is wanted; `words` where subtitles come from ('' the
    first there is).
    """

    codec: Codec = ""
    quality: Literal["draft", "good", "best"] = "good"
    size: tuple[int, int] | None = None
    fps: Fraction | None = None
    span: tuple[Time, Time] | None = None
    sound: bool = True
    bits: Literal[16, 24, 32] = 24
    loudness: float | None = None
    ceiling: float = -1.0
    stems: bool = False
    alpha: bool = False
    clip: str = ""
    words: Literal["", "titles", "prompts", "markers"] = ""


class Progress(Struct, frozen=True):
    """How far an export is: `part` in [0, 1], seconds `left` where that can be said, and what it does ('picture',
    'sound', 'joining')."""

    part: float
    left: float | None = None
    stage: str = "picture"


class Coding(Struct, frozen=True):
    """How a codec is written: its encoder, the layout of pixels, the containers it may be in, what its qualities
    are, options it always has, and the tag players know it by."""

    encoder: str
    layout: str
    containers: tuple[str, ...]
    qualities: dict[str, dict[str, str]]
    options: dict[str, str] = {}
    tag: str = ""


def _crf(draft: int, good: int, best: int, **presets: tuple[str, str, str]) -> dict[str, dict[str, str]]:
    rows = zip(("draft", "good", "best"), (draft, good, best), range(3), strict=True)
    return {word: {"crf": str(crf)} | {key: row[n] for key, row in presets.items()} for word, crf, n in rows}


def _profiles(draft: str, good: str, best: str) -> dict[str, dict[str, str]]:
    return {"draft": {"profile": draft}, "good": {"profile": good}, "best": {"profile": best}}


_PRESETS = ("veryfast", "medium", "slow")
CODECS: dict[str, Coding] = {
    "h264": Coding("libx264", "yuv420p", (".mp4", ".mov", ".mkv"), _crf(27, 18, 12, preset=_PRESETS)),
    "h265": Coding(
        "libx265",
        "yuv420p",
        (".mp4", ".mov", ".mkv"),
        _crf(30, 22, 16, preset=_PRESETS),
        {"x265-params": "open-gop=0:log-level=error"},
        "hvc1",
    ),
    "av1": Coding("libsvtav1", "yuv420p", (".mp4", ".webm", ".mkv"), _crf(45, 30, 20, preset=("11", "8", "5"))),
    "vp9": Coding(
        "libvpx-vp9",
        "yuv420p",
        (".webm", ".mp4", ".mkv"),
        _crf(42, 28, 16, **{"cpu-used": ("8", "4", "2")}),
        {"b:v": "0", "row-mt": "1", "deadline": "good"},
    ),
    "prores": Coding("prores_ks", "yuv422p10le", (".mov", ".mkv"), _profiles("0", "2", "3"), {"vendor": "apl0"}),
    "prores4444": Coding("prores_ks", "yuva444p10le", (".mov", ".mkv"), _profiles("4", "4", "4"), {"vendor": "apl0"}),
    "dnxhr": Coding("dnxhd", "yuv422p", (".mov", ".mkv"), _profiles("dnxhr_lb", "dnxhr_sq", "dnxhr_hq")),
}
USUAL = {".mp4": "h264", ".mov": "prores", ".webm": "vp9", ".mkv": "h264"}


def available() -> dict[str, tuple[str, ...]]:
    """The codecs that can be written on this machine and the containers each may be in."""
    import av

    found = {}
    for name, coding in CODECS.items():
        try:
            av.Codec(coding.encoder, "w")
        except av.codec.codec.UnknownCodecError:
            continue
        found[name] = coding.containers
    return found


def kind_of(target: Path) -> str:
    """The kind of file a name asks for. Refused('bad-request') for an ending there is nothing for."""
    ending = target.suffix.lower()
    for kind, endings in KINDS.items():
        if ending in endings:
            return kind
    known = ", ".join(one for endings in KINDS.values() for one in endings)
    raise Refused("bad-request", f"A project cannot be exported as {ending or target.name!r}; use {known}.")


class Frames(Struct, frozen=True):
    """The frames of an export: `count` of them at `fps` from `start` on, each of `size` (width, height)."""

    start: Time
    count: int
    fps: Fraction
    size: tuple[int, int]

    @property
    def length(self) -> Time:
        """How long they last, in seconds."""
        return Fraction(self.count) / self.fps

    def at(self, number: int) -> Time:
        """When a frame is, on the timeline."""
        return self.start + Fraction(number) / self.fps


def frames_of(project: Project, timeline: Timeline, wish: Wish, multiple: int = 1) -> Frames:
    """The frames a wish asks for, sides a multiple of `multiple`. Refused('bad-request') when there are none."""
    start, end = wish.span or (ZERO, timeline.end)
    fps = wish.fps or project.fps
    width, height = wish.size or (project.width, project.height)
    if end <= start or start < 0:
        raise Refused("bad-request", "There is nothing to export there: put a clip on the timeline, or choose a span.")
    if not (2 <= width <= 16384 and 2 <= height <= 16384 and 0 < fps <= 1000):
        raise Refused("bad-request", f"{width} x {height} at {float(fps):g} frames a second is no size for a film.")
    even: Any = tuple(max(multiple, side // multiple * multiple) for side in (width, height))
    return Frames(start, math.ceil((end - start) * fps), fps, even)


def coding_of(target: Path, wish: Wish) -> Coding:
    """How a film of that name is written. Refused('bad-request') for what does not go together."""
    ending = target.suffix.lower()
    name = wish.codec or USUAL[ending]
    if wish.alpha and not wish.codec and ending == ".mov":
        name = "prores4444"
    coding = CODECS[name]
    if ending not in coding.containers:
        allowed = " or ".join(coding.containers)
        raise Refused("bad-request", f"{name} cannot be in a {ending} file; name it {allowed}.")
    if name not in available():
        raise Refused("missing", f"This installation of FFmpeg cannot write {name}; choose {', '.join(available())}.")
    return coding
