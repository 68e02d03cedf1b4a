"""What can be said of a drawn face: the attributes of image/avatar and image/blend, their values, and their words.

A face is a choice of one value for each attribute and a `POSE` of small free numbers (shades, tilt, place). Values are
named as a person says them; `read` finds them in a prompt.
"""

from __future__ import annotations

import re

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "hair": (
        *("short", "mohawk", "wavy bob", "bowl cut", "curly bob", "straight", "braids", "shaved", "bun", "afro bun"),
        *("fringe", "half shaved", "curly"),
    ),
    "hair_colour": (
        *("black", "brown", "chestnut", "blond", "golden", "ginger", "red", "pink", "purple", "blue", "teal"),
        "silver",
    ),
    "skin": ("pale", "light", "tan", "brown", "dark"),
    "eyes": ("normal", "cheery", "confused", "starry", "winking", "sleepy", "sad", "angry"),
    "mouth": ("grin", "laughing", "serious", "gap-toothed", "upset", "awkward", "braces", "kawaii"),
    "accessory": (
        *("none", "cat ears", "glasses", "tiara", "clown nose", "sleep mask", "sunglasses", "face mask"),
        "moustache",
    ),
    "background": ("white", "sky", "mint", "lemon", "peach", "rose", "lilac", "grey", "night"),
}
POSE: tuple[str, ...] = (
    *("hair light", "hair green-red", "hair blue-yellow", "skin light", "skin warmth"),
    *("background light", "background warmth", "tilt", "scale", "across", "down"),
)
CLASSES = sum(len(values) for values in ATTRIBUTES.values())

Face = dict[str, str]  # attribute -> value, not all of them given


# ---------------------------------------------------------------- words

_COLOURS = {
    **{word: word for word in ATTRIBUTES["hair_colour"]},
    "blonde": "blond",
    "fair": "blond",
    "dark": "black",
    "yellow": "golden",
    "gold": "golden",
    "orange": "ginger",
    "redhead": "red",
    "grey": "silver",
    "gray": "silver",
    "white": "silver",
    "violet": "purple",
    "green": "teal",
    "turquoise": "teal",
    "brunette": "brown",
    "auburn": "chestnut",
}
_GROUNDS = {
    **{word: word for word in ATTRIBUTES["background"]},
    "blue": "sky",
    "green": "mint",
    "yellow": "lemon",
    "orange": "peach",
    "pink": "rose",
    "red": "rose",
    "purple": "lilac",
    "violet": "lilac",
    "gray": "grey",
    "silver": "grey",
    "black": "night",
    "dark": "night",
}
_SKINS = {
    **{word: word for word in ATTRIBUTES["skin"]},
    "white": "pale",
    "fair": "light",
    "olive": "tan",
    "tanned": "tan",
    "black": "dark",
    "bronze": "brown",
}
_PHRASES: dict[str, dict[str, str]] = {
    "hair": {
        **{word: word for word in ATTRIBUTES["hair"] if word not in ("short", "straight", "curly")},
        "short hair": "short",
        "short": "short",
        "iroquois": "mohawk",
        "wavy": "wavy bob",
        "curls": "curly",
        "bowlcut": "bowl cut",
        "straight": "straight",
        "long": "straight",
        "long hair": "straight",
        "braided": "braids",
        "cornrows": "braids",
        "bald": "shaved",
        "shaven": "shaved",
        "buzz cut": "shaved",
        "top knot": "bun",
        "afro": "afro bun",
        "bangs": "fringe",
        "undercut": "half shaved",
        "bob": "wavy bob",
        "curly": "curly",
        "curly hair": "curly",
        "long curly": "curly bob",
        "short curly": "curly",
    },
    "eyes": {
        **{word: word for word in ATTRIBUTES["eyes"] if word != "normal"},
        "happy": "cheery",
        "puzzled": "confused",
        "starstruck": "starry",
        "stars": "starry",
        "wink": "winking",
        "asleep": "sleepy",
        "sleeping": "sleepy",
        "tired": "sleepy",
        "unhappy": "sad",
        "furious": "angry",
    },
    "mouth": {
        **{word: word for word in ATTRIBUTES["mouth"]},
        "smiling": "grin",
        "smile": "grin",
        "grinning": "grin",
        "laugh": "laughing",
        "unimpressed": "serious",
        "gap tooth": "gap-toothed",
        "gap": "gap-toothed",
        "crying": "upset",
        "shouting": "upset",
        "cute": "kawaii",
    },
    "accessory": {
        **{word: word for word in ATTRIBUTES["accessory"] if word != "none"},
        "cat-ears": "cat ears",
        "spectacles": "glasses",
        "crown": "tiara",
        "princess": "tiara",
        "clown": "clown nose",
        "red nose": "clown nose",
        "shades": "sunglasses",
        "surgical mask": "face mask",
        "mask": "face mask",
        "mustache": "moustache",
        "no glasses": "none",
        "no accessory": "none",
    },
}
_NOUNS = {"hair": "hair_colour", "haired": "hair_colour", "skin": "skin", "skinned": "skin", "background": "background"}
_TINTS = {"hair_colour": _COLOURS, "skin": _SKINS, "background": _GROUNDS}


def read(prompt: str) -> Face:
    """What a prompt says of a face: 'a winking girl with pink hair and glasses on a mint background'.

    A colour belongs to the next of hair, skin and background within three words after it; a colour that belongs to
    nothing paints the hair. Where two values of one attribute are named, the first holds. Words that say nothing of a
    face are passed over.
    """
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", prompt.lower())[:200]
    words = [part for word in words for part in _parted(word)]
    found: Face = {}
    for place, noun in [(i, _NOUNS[word]) for i, word in enumerate(words) if word in _NOUNS]:
        before = [i for i in range(max(0, place - 3), place) if words[i] in _TINTS[noun]]
        if before:
            found.setdefault(noun, _TINTS[noun][words[before[-1]]])
            words[before[-1]] = ""
    for attribute, phrases in _PHRASES.items():
        value = _first(words, phrases)
        if value is not None:
            found[attribute] = value
    loose = [_COLOURS[word] for word in words if word in _COLOURS]
    if loose:
        found.setdefault("hair_colour", loose[0])
    return found


def _parted(word: str) -> tuple[str, ...]:
    """'pink-haired' as two words; a value with a hyphen of its own stays whole."""
    whole = any(word in phrases for phrases in _PHRASES.values())
    return (word,) if whole else tuple(word.split("-"))


def _first(words: list[str], phrases: dict[str, str]) -> str | None:
    """The value of the phrase that stands first in `words`, the longest where several begin at one place.

    Its words are used up: 'red nose' paints no hair.
    """
    for start in range(len(words)):
        for length in (2, 1):
            value = phrases.get(" ".join(words[start : start + length]))
            if value is not None:
                words[start : start + length] = [""] * length
                return value
    return None
