"""What audio/wave can make; plain words, so that listing the engine costs nothing."""

from __future__ import annotations

DRUMS = ("kick", "snare", "closed hat", "open hat", "tom", "clap")  # those of audio/drum, in its order
# General MIDI program, lowest and highest note that is taught.
INSTRUMENTS: dict[str, tuple[int, int, int]] = {
    "piano": (0, 36, 88),
    "harpsichord": (6, 40, 84),
    "glockenspiel": (9, 72, 96),
    "music box": (10, 60, 96),
    "vibraphone": (11, 53, 88),
    "marimba": (12, 45, 84),
    "xylophone": (13, 60, 96),
    "bells": (14, 55, 79),
    "organ": (19, 40, 84),
    "accordion": (21, 50, 84),
    "guitar": (24, 40, 79),
    "electric guitar": (27, 40, 81),
    "bass": (33, 28, 55),
    "violin": (40, 55, 91),
    "cello": (42, 36, 69),
    "harp": (46, 40, 88),
    "strings": (48, 40, 84),
    "choir": (52, 48, 79),
    "trumpet": (56, 54, 82),
    "trombone": (57, 40, 70),
    "horn": (60, 41, 75),
    "saxophone": (65, 49, 81),
    "oboe": (68, 58, 88),
    "clarinet": (71, 50, 88),
    "flute": (73, 60, 93),
    "square wave": (80, 40, 84),
}
KINDS: tuple[str, ...] = (*DRUMS, *INSTRUMENTS)
ANYTHING = len(KINDS)  # the number of no kind
