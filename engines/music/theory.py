"""Keys, modes, metres and chords as numbers: pitch classes count semitones from C (or from the tonic), time is counted
in ticks of 1/96 of a whole note."""

from __future__ import annotations

WHOLE = 96  # ticks of a whole note
QUARTER = WHOLE // 4
KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
}
MODES = tuple(SCALES)
METRES: dict[str, tuple[int, int]] = {
    "4/4": (4, 4),
    "2/4": (2, 4),
    "3/4": (3, 4),
    "6/8": (6, 8),
    "9/8": (9, 8),
}
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

# Chord 0 is no chord; then the major triads on the twelve degrees above the tonic, then the minor ones.
CHORDS = 25
NO_CHORD = 0


def bar_ticks(metre: str) -> int:
    """Ticks of one bar."""
    top, bottom = METRES[metre]
    return top * WHOLE // bottom


def beat_ticks(metre: str) -> int:
    """Ticks of what is felt as one beat: three eighths in 6/8 and 9/8."""
    top, bottom = METRES[metre]
    return 3 * WHOLE // 8 if bottom == 8 and top % 3 == 0 else WHOLE // bottom


def harmonies(metre: str) -> int:
    """How many chords a bar has: two in 4/4, one otherwise."""
    return 2 if bar_ticks(metre) == WHOLE else 1


def pitch_class(name: str) -> int:
    """'F#' or 'Gb' as a pitch class, C = 0. KeyError for what is no note."""
    return (_LETTERS[name[0].upper()] + name.count("#") - name[1:].count("b")) % 12


def home(tonic: int) -> int:
    """The MIDI pitch that events count from: the tonic between B3 and Bb4."""
    return 59 + (tonic - 59) % 12


def home_under(tonic: int, middle: float) -> int:
    """The tonic that lies between 1 and 13 semitones under the mean pitch of a tune."""
    return tonic + 12 * round((middle - 7 - tonic) / 12)


def chord_of(root: int, minor: bool) -> int:
    """The chord on `root` semitones above the tonic."""
    return 1 + root % 12 + (12 if minor else 0)


def chord_tones(chord: int) -> tuple[int, int, int]:
    """The root, third and fifth in semitones above the tonic, root in 0 to 11. ValueError for no chord."""
    if chord == NO_CHORD:
        raise ValueError("no chord has no tones")
    root, minor = (chord - 1) % 12, chord > 12
    return root, root + (3 if minor else 4), root + 7


def chord_name(chord: int, tonic: int) -> str:
    """'Am', 'D' in the key of `tonic`; '-' for none."""
    if chord == NO_CHORD:
        return "-"
    return KEYS[(chord_tones(chord)[0] + tonic) % 12] + ("m" if chord > 12 else "")


def diatonic(mode: str) -> tuple[int, ...]:
    """The chords used in a mode: its consonant triads, and the dominant with the leading tone in minor."""
    scale = SCALES[mode]
    found = []
    for k, root in enumerate(scale):
        third, fifth = ((scale[(k + n) % 7] - root) % 12 for n in (2, 4))
        if fifth == 7:
            found.append(chord_of(root, third == 3))
    if mode in ("minor", "dorian") and chord_of(7, False) not in found:
        found.append(chord_of(7, False))
    return tuple(found)
