"""What audio/wave can make, and what words say of it: a drum or an instrument, and which note."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.nn import drum_words
from engines.nn.wave_kinds import DRUMS, INSTRUMENTS

_ALSO = {
    "violin": "violins fiddle",
    "bells": "bell chime chimes tubular-bells",
    "electric guitar": "electric-guitars e-guitar",
    "bass": "bassline bass-guitar electric-bass",
    "square wave": "square synth chiptune lead beep 8-bit",
    "strings": "string ensemble orchestra",
    "choir": "voice voices choral aah",
    "saxophone": "sax",
    "horn": "french-horn",
    "piano": "grand-piano",
    "organ": "church-organ",
    "music box": "musicbox",
}
_NOTE = re.compile(r"\b([a-gA-G])([#b♯♭]?)(-?\d)\b")
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_OCTAVES = {"low": -1, "deep": -1, "high": 1, "lower": -1, "higher": 1}


@dataclass(frozen=True)
class Said:
    """A kind or '', and a note in MIDI or 0."""

    kind: str
    pitch: int


def read(prompt: str) -> Said:
    """What a prompt names; the first instrument in it counts, else the drum."""
    words = re.findall(r"[a-z0-9]+", prompt.lower())
    joined = [*("-".join(words[i : i + 2]) for i in range(len(words) - 1)), *words]
    table = {name.replace(" ", "-"): name for name in INSTRUMENTS}
    table |= {word: name for name, also in _ALSO.items() for word in also.split()}
    drum = drum_words.read(prompt).kind
    kind = next((table[word] for word in joined if word in table), "")
    if drum and (not kind or kind == "bass"):  # a bass drum is no bass
        kind = drum
    return Said(kind, _pitch(prompt, kind, words))


def _pitch(prompt: str, kind: str, words: list[str]) -> int:
    if kind in DRUMS:
        return 0
    if named := _NOTE.search(prompt):
        letter, sign, octave = named.groups()
        step = _STEPS[letter.lower()] + {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[sign]
        return min(max(12 * (int(octave) + 1) + step, 12), 120)
    octaves = sum(_OCTAVES.get(word, 0) for word in words)
    if not octaves or not kind:
        return 0
    _, low, high = INSTRUMENTS[kind]
    return (low if octaves < 0 else high) - (-5 if octaves < 0 else 5)


def usual(kind: str) -> int:
    """The note a kind plays when none is named: the C or G nearest to the middle of what it was taught; 0 for drums."""
    if kind not in INSTRUMENTS:
        return 0
    _, low, high = INSTRUMENTS[kind]
    return min((note for note in range(low, high + 1) if note % 12 in (0, 7)), key=lambda n: abs(2 * n - low - high))
