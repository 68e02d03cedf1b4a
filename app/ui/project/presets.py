"""What a timeline can be exported as: its formats, and what is asked for each."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from app.core.timeline.export import CODECS, Wish
from app.core.timeline.values import Project

Row = Literal["quality", "size", "fps", "span", "sound", "loudness", "bits", "alpha", "clip", "words"]
FILM: tuple[Row, ...] = ("quality", "size", "fps", "span", "sound", "loudness")
MOVES: tuple[Row, ...] = ("size", "fps", "span")
HEARD: tuple[Row, ...] = ("bits", "span", "loudness")


class Preset(Struct, frozen=True):
    """One way out: its name, the ending of the file, the wish it begins with, what is asked for it, and a remark."""

    name: str
    group: str
    ending: str
    wish: Wish = Wish()
    rows: tuple[Row, ...] = ()
    note: str = ""

    @property
    def codec(self) -> str:
        """The codec that must be there; '' where none is chosen."""
        return self.wish.codec


def presets() -> list[Preset]:
    """Every way out, in the order it is offered."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("TimelineExport", text)

    return [*_films(tr), *_moving(tr), *_sounds(tr), *_others(tr)]


def _films(tr: Callable[[str], str]) -> list[Preset]:
    film, edit = tr("Film"), tr("For other editors")
    alpha: tuple[Row, ...] = (*FILM, "alpha")
    named = [
        Preset("MP4 · H.264", film, ".mp4", Wish("h264"), FILM, tr("Plays everywhere.")),
        Preset("MP4 · H.265", film, ".mp4", Wish("h265"), FILM, tr("Half as large, plays on newer machines.")),
        Preset("MP4 · AV1", film, ".mp4", Wish("av1"), FILM, tr("The smallest, slow to write.")),
        Preset("WebM · VP9", film, ".webm", Wish("vp9"), FILM, tr("For web pages.")),
        Preset("MOV · ProRes 422", edit, ".mov", Wish("prores"), FILM, tr("Large, for cutting on in other programs.")),
        Preset("MOV · ProRes 4444", edit, ".mov", Wish("prores4444"), alpha, tr("The same, and it can be clear.")),
        Preset("MOV · DNxHR", edit, ".mov", Wish("dnxhr"), FILM, tr("Large, for cutting on in other programs.")),
    ]
    known = {preset.codec for preset in named}
    others = [(name, coding.containers[0]) for name, coding in CODECS.items() if name not in known]
    more = [Preset(f"{end[1:].upper()} · {name}", edit, end, Wish(name), FILM, end) for name, end in others]  # type: ignore[arg-type]
    return [*named, *more]


def _moving(tr: Callable[[str], str]) -> list[Preset]:
    group = tr("Pictures")
    clear: tuple[Row, ...] = (*MOVES, "alpha")
    return [
        Preset("GIF", group, ".gif", Wish(), MOVES, tr("256 colours, repeats for ever, no sound.")),
        Preset("WebP", group, ".webp", Wish(), clear, tr("Animated, can be clear, no sound.")),
        Preset(tr("PNG sequence"), group, ".png", Wish(), clear, tr("A picture for each frame, without loss.")),
    ]


def _sounds(tr: Callable[[str], str]) -> list[Preset]:
    group, stems = tr("Sound"), tr("A file for each track that sounds.")
    return [
        Preset(tr("Mix as WAV"), group, ".wav", Wish(), HEARD, tr("Without loss.")),
        Preset(tr("Mix as FLAC"), group, ".flac", Wish(), ("span", "loudness"), tr("Without loss, half as large.")),
        Preset(tr("Stems as WAV"), group, ".wav", Wish(stems=True), ("bits", "span"), stems),
        Preset(tr("Stems as FLAC"), group, ".flac", Wish(stems=True), ("span",), stems),
        Preset("MIDI", group, ".mid", Wish(), ("span",), tr("All notes, with tempos, metres and markers.")),
    ]


def _others(tr: Callable[[str], str]) -> list[Preset]:
    group = tr("Other files")
    return [
        Preset(tr("Subtitles (SRT)"), group, ".srt", Wish(), ("words", "span"), tr("Words and when they are seen.")),
        Preset(
            tr("Surface (GLB)"), group, ".glb", Wish(), ("clip",), tr("The surface of a clip, for games and the web.")
        ),
        Preset(
            "OpenTimelineIO", group, ".otio", Wish(), (), tr("The cut with all takes; Darkroom reads it back whole.")
        ),
        Preset("EDL", group, ".edl", Wish(), (), tr("The cuts of one picture track, for old and new editors.")),
        Preset("Final Cut XML", group, ".fcpxml", Wish(), (), tr("The cut for Final Cut and DaVinci Resolve.")),
    ]


def absent(preset: Preset, project: Project, codecs: set[str]) -> str:
    """Why a preset cannot be used now, in a sentence; '' when it can."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("TimelineExport", text)

    clips = [clip for track in project.timeline.tracks for clip in track.clips]
    if preset.codec and preset.codec not in codecs:
        return tr("This installation cannot write it.")
    if not clips and preset.ending != ".otio":
        return tr("There is nothing on the timeline yet.")
    if preset.ending == ".glb" and not surfaces(project):
        return tr("No clip has a surface.")
    if preset.ending == ".mid" and not any(medium.notes for medium in project.media.values()):
        return tr("No clip has notes.")
    words = any(clip.title or clip.text for clip in clips) or bool(project.timeline.markers)
    if preset.ending == ".srt" and not words:
        return tr("There are no titles, prompts or markers.")
    return ""


def surfaces(project: Project) -> dict[str, str]:
    """The clips that have a surface: id -> what it is called."""
    found = {}
    for track in project.timeline.tracks:
        for clip in track.clips:
            name = clip.mesh or (clip.shown.media if clip.shown else "")
            medium = project.media.get(name)
            if medium is not None and medium.medium == "mesh":
                found[clip.id] = clip.name or medium.name or name[7:15]
    return found
