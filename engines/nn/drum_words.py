"""What words say of a drum: which it is, how long, bright and high, whether a machine's, and how it is laid out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.nn.drum_sound import ATTRIBUTES

_KINDS = {
    "kick": "kick kicks bass-drum bassdrum bd thud thump boom",
    "snare": "snare snares sidestick rimshot rim snap",
    "closed hat": "hat hats hi-hat hihat hh hihats closed-hat closed-hi-hat closed-hihat tick shaker",
    "open hat": "open-hat open-hi-hat open-hihat cymbal splash sizzle",
    "tom": "tom toms tomtom floor-tom tom-tom conga bongo timpani",
    "clap": "clap claps handclap handclaps hands clapping",
}
_SHIFTS = {  # (length, brightness, pitch) in standard deviations
    "deep low sub bassy": (0.3, -0.3, -1.4),
    "high higher pitched": (0.0, 0.2, 1.4),
    "short tight dry snappy clipped quick": (-1.4, 0.0, 0.0),
    "long boomy ringing sustained decaying wet roomy": (1.4, 0.0, 0.0),
    "bright crisp sharp clicky hard metallic noisy": (0.0, 1.4, 0.0),
    "dark dull warm soft muffled mellow round": (0.0, -1.4, 0.0),
    "small thin light tiny": (-0.6, 0.3, 1.0),
    "big fat huge heavy large": (0.8, -0.2, -1.0),
}
_MORE = {"very": 1.6, "extremely": 2.0, "really": 1.5, "slightly": 0.5, "bit": 0.5, "somewhat": 0.6}
_CHARACTER = {
    "electronic machine synthetic analog analogue synth 808 909 techno house drum-machine": 1.0,
    "acoustic real recorded live natural jazz rock wooden": -1.0,
}
_LAYOUTS = {
    "pattern": "pattern beat groove loop rhythm breakbeat",
    "kit in a row": "kit set drumkit",
}


@dataclass(frozen=True)
class Wish:
    """What was found: the kind or '', shifts of ATTRIBUTES, character in [-1, 1] or 0, a layout or ''."""

    kind: str
    shifts: tuple[float, ...]
    character: float
    layout: str


def read(prompt: str) -> Wish:
    """The wish in a prompt; words that say nothing of drums are passed over."""
    words = re.findall(r"[a-z0-9]+", prompt.lower())
    joined = [*("-".join(words[i : i + n]) for n in (3, 2) for i in range(len(words) - n + 1)), *words]
    shifts, more = [0.0] * len(ATTRIBUTES), 1.0
    for word in words:
        told = next((shift for names, shift in _SHIFTS.items() if word in names.split()), None)
        if told:
            shifts = [a + more * b for a, b in zip(shifts, told, strict=True)]
        more = _MORE.get(word, 1.0)
    return Wish(_named(joined, _KINDS), tuple(shifts), _character(joined), _named(joined, _LAYOUTS))


def _named(words: list[str], table: dict[str, str]) -> str:
    """The entry of `table` that the first fitting word names, longer expressions before shorter ones."""
    places = {name: key for key, names in table.items() for name in (key.replace(" ", "-"), *names.split())}
    return next((places[word] for word in words if word in places), "")


def _character(words: list[str]) -> float:
    return next((value for names, value in _CHARACTER.items() if any(word in names.split() for word in words)), 0.0)


def chosen(option: str, prompted: str, otherwise: str) -> str:
    """An option that may be 'as prompted', settled: what the prompt names, or else `otherwise`."""
    return option if option != "as prompted" else prompted or otherwise
