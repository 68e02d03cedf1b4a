"""What the inspector calls things."""

from typing import get_args

from PySide6.QtCore import QCoreApplication

from app.core.timeline.values import Blend, Clip, Timeline, Track
from app.ui.declared import label, words
from engines.contract import EngineCard


def blends() -> tuple[tuple[str, str], ...]:
    """Every way a picture is laid over what is below it, and what it is called."""
    translate = QCoreApplication.translate
    known = {
        "normal": translate("Inspector", "Normal"),
        "add": translate("Inspector", "Add"),
        "multiply": translate("Inspector", "Multiply"),
        "screen": translate("Inspector", "Screen"),
        "overlay": translate("Inspector", "Overlay"),
        "lighten": translate("Inspector", "Lighten"),
        "darken": translate("Inspector", "Darken"),
        "difference": translate("Inspector", "Difference"),
    }
    return tuple((blend, known.get(blend) or words(blend)) for blend in get_args(Blend))


def states() -> dict[str, str]:
    """What the states of a clip are called."""
    translate = QCoreApplication.translate
    return {
        "empty": translate("Inspector", "Not made yet"),
        "draft": translate("Inspector", "Draft"),
        "final": translate("Inspector", "Final"),
        "stale": translate("Inspector", "Out of date: something it was made of has changed"),
    }


def kinds() -> dict[str, str]:
    """What the kinds of track are called."""
    translate = QCoreApplication.translate
    return {
        "picture": translate("Inspector", "Picture track"),
        "audio": translate("Inspector", "Sound track"),
        "notes": translate("Inspector", "Track of notes"),
        "prompt": translate("Inspector", "Track of prompts"),
        "control": translate("Inspector", "Control track"),
        "camera": translate("Inspector", "Camera track"),
    }


def target_words(target: str, card: EngineCard | None) -> str:
    """What a number that can have a lane is called (see `Lane`)."""
    own = next((param for param in card.params if param.name == target), None) if card is not None else None
    if own is not None:
        return label(own)
    translate = QCoreApplication.translate
    kind, _, name = target.partition(":")
    if name:
        pattern = translate("Inspector", "Control: %1") if kind == "control" else translate("Inspector", "Adapter: %1")
        return pattern.replace("%1", words(name))
    return _targets().get(target) or words(target)


def _targets() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        "gain": translate("Inspector", "Gain"),
        "pan": translate("Inspector", "Pan"),
        "opacity": translate("Inspector", "Opacity"),
        "x": translate("Inspector", "Position X"),
        "y": translate("Inspector", "Position Y"),
        "scale": translate("Inspector", "Scale"),
        "rotation": translate("Inspector", "Rotation"),
        "strength": translate("Inspector", "Strength"),
        "travel": translate("Inspector", "Seed travel"),
        "azimuth": translate("Inspector", "Azimuth"),
        "elevation": translate("Inspector", "Elevation"),
        "distance": translate("Inspector", "Distance"),
        "fov": translate("Inspector", "Field of view"),
        "prompt": translate("Inspector", "Weight of the words"),
        "seed": translate("Inspector", "Seed travel"),
    }


def finenesses() -> dict[str | None, tuple[str, str]]:
    """How finely a lane is followed: in a word for its badge, and in a sentence."""
    translate = QCoreApplication.translate
    return {
        "frame": (translate("Inspector", "per frame"), translate("Inspector", "It is followed at every frame.")),
        "window": (
            translate("Inspector", "per window"),
            translate("Inspector", "The engine follows it in windows of several frames."),
        ),
        "step": (
            translate("Inspector", "per step"),
            translate("Inspector", "The clip's time is spread over the steps of the engine's run."),
        ),
        "clip": (
            translate("Inspector", "per clip"),
            translate("Inspector", "The engine takes one number for the whole clip: that of its beginning."),
        ),
        None: (translate("Inspector", "not heard"), translate("Inspector", "Nothing listens to this number.")),
    }


def called(clip: Clip) -> str:
    """What a clip is called: its name, or what it says."""
    told = clip.name or (clip.title.text if clip.title else "") or clip.text or (clip.ask.prompt if clip.ask else "")
    return " ".join(told.split())[:60] or QCoreApplication.translate("Inspector", "Clip")


def called_track(timeline: Timeline, track: Track) -> str:
    """What a track is called: its name, or its kind and number from the top."""
    same = [one.id for one in timeline.tracks if one.kind == track.kind]
    return track.name or f"{kinds()[track.kind]} {same.index(track.id) + 1}"
