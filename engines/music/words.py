"""What a prompt says of a tune: "a lively reel in D major, 16 bars, on the flute, without accompaniment"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.music.theory import KEYS, pitch_class

# What is danced or played: how events call it, its metres (the first is usual), felt beats a minute in each.
FORMS: dict[str, tuple[str, dict[str, float]]] = {
    "reel": ("reel", {"4/4": 196, "2/4": 98}),
    "jig": ("jig", {"6/8": 112}),
    "slip jig": ("slip jig", {"9/8": 112}),
    "hornpipe": ("hornpipe", {"4/4": 152, "2/4": 76}),
    "strathspey": ("strathspey", {"4/4": 126, "2/4": 63}),
    "march": ("march", {"4/4": 116, "2/4": 92, "6/8": 104, "3/4": 110}),
    "waltz": ("any", {"3/4": 138}),
    "air": ("air", {"4/4": 84, "3/4": 84, "2/4": 60, "6/8": 56, "9/8": 56}),
    "free": ("any", {"4/4": 120, "3/4": 116, "2/4": 84, "6/8": 92, "9/8": 96}),
}
_FORM_WORDS = {
    "slip jig": ("slip jig", "slipjig", "hop jig"),
    "jig": ("jig",),
    "reel": ("reel",),
    "hornpipe": ("hornpipe", "clog"),
    "strathspey": ("strathspey", "fling"),
    "march": ("march", "quickstep", "quick step"),
    "waltz": ("waltz",),
    "air": ("air", "song", "ballad", "lament", "lullaby", "hymn"),
}
_BY_METRE = {"4/4": "reel", "2/4": "hornpipe", "3/4": "waltz", "6/8": "jig", "9/8": "slip jig"}
# Moods: how the tempo changes, and the mode they bring when none is said.
MOODS: dict[str, tuple[float, str]] = {
    "plain": (1.0, ""),
    "lively": (1.12, ""),
    "bright": (1.05, "major"),
    "gentle": (0.8, ""),
    "sad": (0.72, "minor"),
    "stately": (0.85, ""),
    "wild": (1.25, "dorian"),
}
_MOOD_WORDS = {
    "lively": ("lively", "fast", "quick", "spirited", "energetic", "brisk", "dancing"),
    "bright": ("bright", "happy", "joyful", "merry", "cheerful", "jolly", "sunny"),
    "gentle": ("gentle", "slow", "calm", "soft", "tender", "peaceful", "quiet", "lullaby", "dreamy"),
    "sad": ("sad", "mournful", "melancholy", "lament", "sorrowful", "dark", "wistful"),
    "stately": ("stately", "solemn", "majestic", "noble", "grand"),
    "wild": ("wild", "frantic", "furious", "driving", "mysterious"),
}
# Instruments: General MIDI program and octaves above the fiddle's register.
INSTRUMENTS: dict[str, tuple[int, int]] = {
    "fiddle": (110, 0),
    "violin": (40, 0),
    "flute": (73, 0),
    "recorder": (74, 0),
    "clarinet": (71, 0),
    "oboe": (68, 0),
    "accordion": (21, 0),
    "pipes": (109, 0),
    "piano": (0, 0),
    "harpsichord": (6, 0),
    "harp": (46, 0),
    "guitar": (24, 0),
    "banjo": (105, 0),
    "dulcimer": (15, 0),
    "music box": (10, 1),
    "glockenspiel": (9, 1),
    "trumpet": (56, 0),
    "cello": (42, -1),
    "whistle": (72, 1),
}
_INSTRUMENT_WORDS = {"bagpipe": "pipes", "bagpipes": "pipes", "pipe": "pipes", "concertina": "accordion"}
BACKINGS = ("off", "guitar", "piano", "harp", "band")
_NO_BACKING = ("unaccompanied", "solo", "alone", "no accompaniment", "without accompaniment", "no chords")
_NUMBERS = {"four": 4, "eight": 8, "twelve": 12, "sixteen": 16, "twenty-four": 24, "thirty-two": 32}


@dataclass(frozen=True)
class Said:
    """What was said; empty or 0 where nothing was. The metre may be one that cannot be written."""

    key: str = ""
    mode: str = ""
    metre: str = ""
    form: str = ""
    mood: str = ""
    tempo: float = 0.0
    bars: int = 0
    instrument: str = ""
    backing: str = ""
    task: str = ""
    upbeat: bool = False


def read(prompt: str) -> Said:
    """The settings in a prompt; words that say nothing are passed over."""
    low = " ".join(prompt.lower().replace("♯", "#").replace("♭", "b").split())
    key, mode = _key(prompt)
    mood = _named(low, _MOOD_WORDS)
    fraction = re.search(r"(?<![\d/])(\d{1,2}/(?:1|2|4|8|16))(?![\d/])", low)
    tempo = re.search(r"(\d{2,3})\s*(?:bpm|beats)", low)
    return Said(
        key=key,
        mode=mode,
        metre=fraction[1] if fraction else "",
        form=_named(low, _FORM_WORDS),
        mood=mood,
        tempo=float(tempo[1]) if tempo else 0.0,
        bars=_bars(low),
        instrument=_instrument(low),
        backing=_backing(low),
        task="harmonise" if re.search(r"\bharmoni[sz]e", low) else "",
        upbeat=bool(re.search(r"\b(upbeat|pick-?up|anacrusis)\b", low)),
    )


def form_of(said: Said) -> str:
    """The form, from the metre when it is not said; a reel when nothing is."""
    return said.form or _BY_METRE.get(said.metre, "reel")


def parse_key(text: str) -> tuple[int, str] | None:
    """'Eb minor' as (pitch class, mode); None when it says nothing of the kind."""
    key, mode = _key(text)
    return (pitch_class(key), mode or "major") if key else None


def _key(text: str) -> tuple[str, str]:
    modes = {"major": "major", "maj": "major", "minor": "minor", "min": "minor", "dorian": "dorian", "mixolydian": ""}
    modes["mixolydian"] = "mixolydian"
    names = "|".join(modes)
    sign = r"(?:\s?(sharp|flat)|([#b]))?"
    found = re.search(rf"\b([A-Ga-g]){sign}[\s-]+({names})\b", text, re.IGNORECASE)
    found = found or re.search(rf"\b(?:in|key of)\s+([A-G]){sign}(m)?(?![-'\w#])", text)
    if found:
        letter = found[1].upper() + ("#" if found[2] == "sharp" or found[3] == "#" else "")
        letter += "b" if found[2] == "flat" or found[3] == "b" else ""
        word = (found[4] or "").lower()
        return KEYS[pitch_class(letter)], "minor" if word == "m" else modes.get(word, "")
    alone = re.search(rf"\b({names})\b", text, re.IGNORECASE)
    return "", modes[alone[1].lower()] if alone else ""


def _named(low: str, table: dict[str, tuple[str, ...]]) -> str:
    for name, words in table.items():
        if any(re.search(rf"\b{re.escape(word)}(?:s|es)?\b", low) for word in words):
            return name
    return ""


def _bars(low: str) -> int:
    found = re.search(rf"(\d+|{'|'.join(_NUMBERS)})[\s-]+bars?\b", low)
    return (_NUMBERS.get(found[1]) or int(found[1])) if found else 0


def _instrument(low: str) -> str:
    names = sorted({*INSTRUMENTS, *_INSTRUMENT_WORDS}, key=len, reverse=True)
    places = {name: low.find(name) for name in names if re.search(rf"\b{name}s?\b(?!\s+(?:accomp|chords|back))", low)}
    first = min(places, key=places.__getitem__, default="")
    return _INSTRUMENT_WORDS.get(first, first)


def _backing(low: str) -> str:
    if any(re.search(rf"\b{words}\b", low) for words in _NO_BACKING):
        return "off"
    found = re.search(r"\b(guitar|piano|harp|band)s?\s+(?:accomp|chords|back)|\bwith (?:a )?(band)\b", low)
    return (found[1] or found[2]) if found else ""
