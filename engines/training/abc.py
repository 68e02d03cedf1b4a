"""Read tunes in ABC notation (Chris Walshaw's standard, version 2.1, as far as single-voice collections use it).

A tune comes out as it is written, not as it is played: repeats are not unrolled, of alternative endings the last is
kept, ornaments are left out. Lengths are exact, in ticks of 1/96 of a whole note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

WHOLE = 96  # ticks of a whole note: every length down to a 32nd and a triplet of 16ths is whole
Note = tuple[int | None, int]  # (MIDI pitch or None for a rest, ticks)


class Unreadable(ValueError):
    """The tune uses what this reader leaves out (several voices, odd lengths, free metre)."""


@dataclass
class Measure:
    """What stands between two bar lines; `opens` says that a part begins here."""

    notes: list[Note] = field(default_factory=list)
    opens: bool = False

    @property
    def length(self) -> int:
        return sum(ticks for _, ticks in self.notes)


@dataclass
class Tune:
    """One tune: its heads, and its measures in written order. `tonic` is a pitch class, C = 0."""

    title: str
    rhythm: str
    metre: tuple[int, int]
    tonic: int
    mode: str
    tempo: float | None
    measures: list[Measure]
    book: str = ""
    number: int = 0


_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARPS = ("F", "C", "G", "D", "A", "E", "B")
_FIFTHS = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F": -1}
_MODES = {
    "maj": 0,
    "ion": 0,
    "": 0,
    "m": -3,
    "min": -3,
    "aeo": -3,
    "mix": -1,
    "dor": -2,
    "phr": -4,
    "lyd": 1,
    "loc": -5,
}
_MODE_WORDS = {"": "major", "ion": "major", "maj": "major", "m": "minor", "min": "minor", "aeo": "minor"}
_MODE_WORDS |= {"mix": "mixolydian", "dor": "dorian", "phr": "phrygian", "lyd": "lydian", "loc": "locrian"}
_TOKEN = re.compile(
    r"(?P<bar>\[?[|:]+[\]|]*(?:\s*\[?\d[\d,\-]*)?|\[\d[\d,\-]*|\|\])"
    r"|\[(?P<inline>[A-Za-z]):(?P<value>[^\]]*)\]"
    r"|\((?P<tuplet>\d(?::\d?(?::\d?)?)?)"
    r"|(?P<chord>\[[^\]]*\])(?P<chordlong>\d*/*\d*)"
    r"|(?P<sign>\^\^|__|[_^=])?(?P<letter>[A-Ga-gzxZ])(?P<octave>[,']*)(?P<long>\d*/*\d*)"
    r"|(?P<broken>>+|<+)|(?P<tie>-)|(?P<skip>.)"
)
_PITCH = re.compile(r"(\^\^|__|[_^=])?([A-Ga-g])([,']*)(\d*/*\d*)")


def tunes(text: str, book: str = "") -> Iterator[Tune]:
    """Every tune of an ABC file that can be read; those that cannot are passed over."""
    for block in re.split(r"(?m)^(?=X:)", text):
        if block.startswith("X:"):
            try:
                yield _tune(block, book)
            except Unreadable:
                continue


def _tune(block: str, book: str) -> Tune:
    heads: dict[str, str] = {}
    lines: list[str] = []
    for line in block.splitlines():
        line = re.sub(r"(?<!\\)%.*", "", line).strip()
        if re.match(r"[A-Za-z]:(?![|:])", line):
            if "K" in heads:  # the tune has begun
                lines += [f"[{line[0]}:{line[2:].strip()}]"] if line[0] in "KML" else []
                lines += ["[P:]"] if line[0] == "P" else []
            if line[0] == "V" or "K" not in heads:
                heads.setdefault(line[0], line[2:].strip())
        elif line:
            lines.append(line)
    if "V" in heads or "K" not in heads or any("&" in line or "[V:" in line for line in lines):
        raise Unreadable("several voices")
    reader = _Reader(heads)
    reader.read(" ".join(line.rstrip("\\") for line in lines))
    _, tonic, mode = key_of(heads["K"])
    number = re.match(r"\s*(\d+)", heads["X"])
    return Tune(
        title=heads.get("T", ""),
        rhythm=heads.get("R", ""),
        metre=metre_of(heads.get("M", "C")),
        tonic=tonic,
        mode=mode,
        tempo=_tempo(heads.get("Q", "")),
        measures=reader.measures,
        book=book,
        number=int(number[1]) if number else 0,
    )


def metre_of(text: str) -> tuple[int, int]:
    """'6/8' as (6, 8); C is 4/4, C| is 2/2 written as 4/4 is."""
    text = text.strip()
    if text.startswith("C"):
        return (4, 4)
    found = re.match(r"(\d+)/(\d+)", text)
    if not found:
        raise Unreadable(f"metre {text!r}")
    return int(found[1]), int(found[2])


def key_of(text: str) -> tuple[int, int, str]:
    """(sharps or minus flats, pitch class of the tonic, mode) of 'G', 'Em', 'A Mixolydian', 'D dor'."""
    found = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", text.strip())
    if not found:
        raise Unreadable(f"key {text!r}")
    letter, sign, word = found[1], found[2], found[3].lower()
    word = word if word == "m" else word[:3]
    if word not in _MODES:
        raise Unreadable(f"key {text!r}")
    shift = {"#": 1, "b": -1, "": 0}[sign]
    fifths = _FIFTHS[letter] + 7 * shift + _MODES[word]
    return fifths, (_STEPS[letter] + shift) % 12, _MODE_WORDS[word]


def _tempo(text: str) -> float | None:
    """Quarters a minute of '1/4=89' or '3/8=120'."""
    found = re.search(r"(\d+)/(\d+)\s*=\s*(\d+)", text)
    return float(Fraction(int(found[1]), int(found[2])) * 4 * int(found[3])) if found else None


class _Reader:
    """The state of reading one tune's notes."""

    def __init__(self, heads: dict[str, str]) -> None:
        self.measures: list[Measure] = [Measure(opens=True)]
        self.unit = self._unit(heads.get("L"), metre_of(heads.get("M", "C")))
        self.signature = self._signature(heads["K"])
        self.accidentals: dict[tuple[str, int], int] = {}
        self.tuplet: tuple[Fraction, int] = (Fraction(1), 0)
        self.broken: Fraction | None = None  # what the next note's length is multiplied by
        self.tied = False
        self.skipping = False  # inside an ending that is not the last

    @staticmethod
    def _unit(text: str | None, metre: tuple[int, int]) -> Fraction:
        if text:
            top, _, bottom = text.partition("/")
            return Fraction(int(top or 1), int(bottom or 1))
        return Fraction(1, 8) if Fraction(*metre) >= Fraction(3, 4) else Fraction(1, 16)

    @staticmethod
    def _signature(text: str) -> dict[str, int]:
        fifths = key_of(text)[0]
        if fifths >= 0:
            return dict.fromkeys(_SHARPS[:fifths], 1)
        return dict.fromkeys(_SHARPS[::-1][:-fifths], -1)

    def read(self, music: str) -> None:
        for noise in (r'"[^"]*"', r"\{[^}]*\}", r"![^!]*!", r"[`.~HLMOPSTuvUyRJ)\\]"):
            keep = r"\[[A-Za-z]:[^\]]*\]" if noise.startswith("[") else None
            music = _without(music, noise, keep)
        for found in _TOKEN.finditer(music):
            self._take(found)
        if not self.measures[-1].notes:
            self.measures.pop()

    def _take(self, found: re.Match[str]) -> None:
        if found["bar"]:
            self._bar(found["bar"])
        elif found["inline"]:
            self._inline(found["inline"], found["value"])
        elif self.skipping:
            return
        elif found["tuplet"]:
            self._tuplet(found["tuplet"])
        elif found["chord"]:
            self._chord(found["chord"], found["chordlong"])
        elif found["letter"]:
            self._note(found["sign"], found["letter"], found["octave"], _length(found["long"]))
        elif found["broken"]:
            self._break(found["broken"])
        elif found["tie"]:
            self.tied = True

    def _bar(self, line: str) -> None:
        self.accidentals.clear()
        digits = re.search(r"\d", line)
        if digits:
            self.skipping = False
            if digits[0] != "1":  # a later ending takes the place of the first
                self._drop_ending()
            elif self.measures[-1].notes:
                self.measures.append(Measure())
            if digits[0] == "1":
                self.ending = len(self.measures) - 1
            return
        part = ":" in line or "||" in line or "]" in line or line.startswith("[")
        if self.measures[-1].notes:
            self.measures.append(Measure(opens=part))
        else:
            self.measures[-1].opens |= part

    def _drop_ending(self) -> None:
        first = getattr(self, "ending", None)
        if first is None:
            raise Unreadable("an ending without a first")
        del self.measures[first:]
        self.measures.append(Measure())

    def _inline(self, name: str, value: str) -> None:
        if name == "K":
            self.signature = self._signature(value)
        elif name == "L":
            self.unit = self._unit(value, (4, 4))
        elif name == "M":
            raise Unreadable("the metre changes")
        elif name == "P" and not self.measures[-1].notes:
            self.measures[-1].opens = True

    def _tuplet(self, text: str) -> None:
        parts = text.split(":")
        p = int(parts[0])
        q = int(parts[1]) if len(parts) > 1 and parts[1] else {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p, 2)
        r = int(parts[2]) if len(parts) > 2 and parts[2] else p
        self.tuplet = (Fraction(q, p), r)

    def _chord(self, text: str, long: str) -> None:
        """Of notes struck together the highest is the tune."""
        found = list(_PITCH.finditer(text))
        if found:
            best = max(found, key=lambda one: self._pitch(one[1], one[2], one[3]))
            self._note(best[1], best[2], best[3], _length(best[4]) * _length(long))

    def _pitch(self, sign: str | None, letter: str, octave: str) -> int:
        upper = letter.upper()
        height = 60 + (12 if letter.islower() else 0) + 12 * (octave.count("'") - octave.count(","))
        if sign:
            self.accidentals[upper, height] = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}[sign]
        change = self.accidentals.get((upper, height), self.signature.get(upper, 0))
        return height + _STEPS[upper] + change

    def _note(self, sign: str | None, letter: str, octave: str, long: Fraction) -> None:
        if letter == "Z":
            raise Unreadable("whole bars of rest")
        times, left = self.tuplet
        length = self.unit * long * (times if left else 1)
        self.tuplet = (times, max(0, left - 1))
        if self.broken is not None:
            length, self.broken = length * self.broken, None
        ticks = length * WHOLE
        pitch = None if letter in "zx" else self._pitch(sign, letter, octave)
        self.measures[-1].notes.append((pitch, ticks))  # type: ignore[arg-type]  # made whole at the end
        self._join(pitch)

    def _join(self, pitch: int | None) -> None:
        """Hold the note before when a tie leads here from the same pitch; across a bar line it is struck again."""
        if not self.tied:
            return
        self.tied = False
        notes = self.measures[-1].notes
        if len(notes) > 1 and notes[-2][0] == pitch:
            notes[-2:] = [(pitch, notes[-2][1] + notes[-1][1])]

    def _break(self, signs: str) -> None:
        notes = self.measures[-1].notes
        if not notes:
            return
        short = Fraction(1, 2 ** len(signs))
        first, self.broken = (2 - short, short) if signs[0] == ">" else (short, 2 - short)
        notes[-1] = (notes[-1][0], notes[-1][1] * first)  # type: ignore[assignment]


def _length(text: str) -> Fraction:
    """'3/2', '/', '//', '2' as a multiple of the unit length."""
    top, slash, bottom = text.partition("/")
    if not slash:
        return Fraction(int(top or 1))
    if set(bottom) <= {"/"}:
        return Fraction(int(top or 1), 2 ** (1 + len(bottom)))
    return Fraction(int(top or 1), int(bottom.strip("/")))


def _without(music: str, noise: str, keep: str | None) -> str:
    if keep is None:
        return re.sub(noise, " " if noise.startswith('"') else "", music)
    return re.sub(f"({keep})|{noise}", lambda found: found[1] or "", music)


def whole(measures: list[Measure]) -> list[Measure]:
    """The measures with lengths in whole ticks. Unreadable when a length falls between."""
    for measure in measures:
        notes = []
        for pitch, ticks in measure.notes:
            exact = Fraction(ticks)
            if exact.denominator != 1 or exact <= 0:
                raise Unreadable(f"a length of {exact} ticks")
            notes.append((pitch, int(exact)))
        measure.notes = notes
    return measures


def barred(tune: Tune) -> list[Measure]:
    """The measures of a tune as full bars: an upbeat is joined to the short bar before it, the first upbeat is led in
    by a rest, a short last bar ends in one. Unreadable when the bars do not add up."""
    full = Fraction(*tune.metre) * WHOLE
    if full.denominator != 1:
        raise Unreadable("an odd metre")
    bars: list[Measure] = []
    open_bar: Measure | None = None  # a short bar that waits for an upbeat
    for k, measure in enumerate(whole(tune.measures)):
        length = measure.length
        if open_bar is not None:
            if open_bar.length + length == full:
                open_bar.notes += measure.notes
                open_bar = None
                continue
            open_bar.notes.append((None, int(full) - open_bar.length))
            open_bar = None
        if length > full:
            raise Unreadable("a bar that is too long")
        if length < full and k == 0:
            measure.notes.insert(0, (None, int(full) - length))
        bars.append(measure)
        open_bar = measure if measure.length < full else None
        if open_bar is not None and length < full / 2:
            raise Unreadable("a bar that is too short")
    if open_bar is not None:
        open_bar.notes.append((None, int(full) - open_bar.length))
    return bars
