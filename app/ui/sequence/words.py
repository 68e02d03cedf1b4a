"""The kinds of tracks and the states of clips in words and colours."""

from PySide6.QtCore import QCoreApplication

from app.core.timeline.easing import EASINGS
from app.core.timeline.values import Clip, Track
from app.ui import theme

_DARK = {
    "picture": "#5b8fc4", "audio": "#62a873", "notes": "#45a5a0", "prompt": "#9a80c9", "control": "#bb9a4d",
    "camera": "#c4708c",
}  # fmt: skip
_LIGHT = {
    "picture": "#3a6fa6", "audio": "#3d8350", "notes": "#24807b", "prompt": "#7157a8", "control": "#8f6d1c",
    "camera": "#a34867",
}  # fmt: skip
ICONS = {
    "picture": "image", "audio": "audio", "notes": "keyboard", "prompt": "prompt", "control": "control",
    "camera": "turntable",
}  # fmt: skip


def colour_of(track: Track, tokens: theme.Tokens, clip: Clip | None = None) -> str:
    """The colour of a track, or of one of its clips, in this theme."""
    if clip is not None and clip.colour:
        return clip.colour
    return (_DARK if tokens.dark else _LIGHT)[track.kind]


def _tr(text: str) -> str:
    """`text` in the user's language."""
    return QCoreApplication.translate("Sequence", text)


def kind_words(kind: str) -> str:
    """A kind of track in words."""
    return {
        "picture": _tr("Picture"),
        "audio": _tr("Audio"),
        "notes": _tr("Notes"),
        "prompt": _tr("Prompt"),
        "control": _tr("Control"),
        "camera": _tr("Camera"),
    }[kind]


def state_words(state: str) -> str:
    """A state of a clip in words."""
    return {
        "empty": _tr("not made yet"),
        "queued": _tr("waiting"),
        "developing": _tr("developing"),
        "draft": _tr("draft"),
        "final": _tr("final"),
        "stale": _tr("stale"),
    }[state]


def target_words(target: str) -> str:
    """What a lane changes, in words."""
    known = {
        "gain": _tr("Gain"),
        "pan": _tr("Pan"),
        "opacity": _tr("Opacity"),
        "x": _tr("Position X"),
        "y": _tr("Position Y"),
        "scale": _tr("Scale"),
        "rotation": _tr("Rotation"),
        "strength": _tr("Strength"),
        "travel": _tr("Seed travel"),
        "prompt": _tr("Prompt blend"),
        "azimuth": _tr("Azimuth"),
        "elevation": _tr("Elevation"),
        "distance": _tr("Distance"),
        "fov": _tr("Field of view"),
    }
    first, _, rest = target.partition(":")
    if rest and first == "control":
        return _tr("Control %1").replace("%1", rest)
    if rest and first == "adapter":
        return _tr("LoRA %1").replace("%1", rest)
    return known.get(target) or target.replace("_", " ").capitalize()


def name_of(track: Track, clip: Clip) -> str:
    """What a clip is called: its own name, else its words, its engine's or its kind's."""
    if clip.name:
        return clip.name
    if clip.title is not None:
        return clip.title.text.replace("\n", " ")
    if clip.text:
        return clip.text.replace("\n", " ")
    if clip.ask is not None:
        return clip.ask.prompt or clip.ask.engine
    return kind_words(track.kind)


def eases() -> list[tuple[str, str]]:
    """The ways from a key to the next, and what they are called."""
    plain = [("linear", _tr("Straight")), ("hold", _tr("Hold")), ("bezier", _tr("Smooth (bezier)"))]
    shapes = {
        "sine": _tr("Sine"),
        "quad": _tr("Square"),
        "cubic": _tr("Cubic"),
        "expo": _tr("Exponential"),
        "back": _tr("Beyond"),
        "elastic": _tr("Elastic"),
        "bounce": _tr("Bounce"),
    }
    sides = (
        ("in", _tr("%1, slow to begin")),
        ("out", _tr("%1, slow to end")),
        ("in-out", _tr("%1, slow at both ends")),
    )
    every = [
        (f"ease-{side}-{shape}", words.replace("%1", name)) for shape, name in shapes.items() for side, words in sides
    ]
    return plain + [(ease, words) for ease, words in every if ease in EASINGS]


def fine_words(fine: str | None) -> str:
    """How finely a number is followed, in words."""
    return {
        "frame": _tr("Followed at every frame"),
        "window": _tr("Followed window by window"),
        "step": _tr("Followed step by step while it is made"),
        "clip": _tr("One value for the whole clip: that of its beginning"),
        None: _tr("Nothing follows this number"),
    }[fine]
