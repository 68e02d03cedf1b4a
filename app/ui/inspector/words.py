"""What the inspector calls things."""

from PySide6.QtCore import QCoreApplication

from app.core.timeline.values import Clip, Timeline, Track


def blends() -> tuple[tuple[str, str], ...]:
    """Every way a picture is laid over what is below it, and what it is called."""
    translate = QCoreApplication.translate
    return (
        ("normal", translate("Inspector", "Normal")),
        ("add", translate("Inspector", "Add")),
        ("multiply", translate("Inspector", "Multiply")),
        ("screen", translate("Inspector", "Screen")),
        ("overlay", translate("Inspector", "Overlay")),
        ("lighten", translate("Inspector", "Lighten")),
        ("darken", translate("Inspector", "Darken")),
        ("difference", translate("Inspector", "Difference")),
    )


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


def called(clip: Clip) -> str:
    """What a clip is called: its name, or what it says."""
    words = clip.name or (clip.title.text if clip.title else "") or clip.text or (clip.ask.prompt if clip.ask else "")
    return " ".join(words.split())[:60] or QCoreApplication.translate("Inspector", "Clip")


def called_track(timeline: Timeline, track: Track) -> str:
    """What a track is called: its name, or its kind and number from the top."""
    same = [one.id for one in timeline.tracks if one.kind == track.kind]
    return track.name or f"{kinds()[track.kind]} {same.index(track.id) + 1}"
