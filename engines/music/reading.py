"""Notes that were played, as bars to go on from: which voice is the tune, where the beats fall, which key it is in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.contract import Notes, Refused
from engines.music import words
from engines.music.events import LENGTHS, Bar, Note
from engines.music.harmony import harmonised
from engines.music.theory import METRES, QUARTER, bar_ticks, home_under

# Krumhansl, "Cognitive Foundations of Musical Pitch", 1990: how well each degree fits a major and a minor key.
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_METRES = {(2, 2): "4/4", (4, 8): "2/4", (3, 8): "6/8"}
MOST = 200  # bars that are read


@dataclass(frozen=True)
class Heard:
    """A start as bars: `channel` is the tune's, `home` the pitch its semitones count from."""

    bars: list[Bar]
    metre: str
    tonic: int
    mode: str
    home: int
    tempo: float
    channel: int
    program: int


def heard(notes: Notes, key: tuple[int, str] | None = None) -> Heard:
    """The tune in `notes`; `key` (pitch class, mode) where the asker knows it better.

    Refused('bad-request') when there is no tune in them or the metre is not one of ours.
    """
    metre = _METRES.get(notes.metre, f"{notes.metre[0]}/{notes.metre[1]}")
    if metre not in METRES:
        raise Refused("bad-request", f"The start is in {metre}; tunes can be gone on with in {', '.join(METRES)}.")
    channel = tune_channel(notes)
    mine = notes.channel == channel
    line = skyline(notes.start[mine], notes.length[mine], notes.pitch[mine])
    tonic, mode = key or words.parse_key(notes.key) or key_of(notes.pitch[mine], notes.length[mine])
    mean = float(np.mean([pitch for _, _, pitch in line]))
    low = home_under(tonic, mean)
    measures = barred(line, notes.tempo, metre)
    relative = [[(None if p is None else p - low, ticks) for p, ticks in measure] for measure in measures]
    program = int(notes.program[mine][0])
    return Heard(harmonised(relative, metre, mode), metre, tonic, mode, low, notes.tempo, channel, program)


def tune_channel(notes: Notes) -> int:
    """The channel of the tune: of those with a fair share of the notes the highest. Refused when only drums play."""
    channels = [int(c) for c in np.unique(notes.channel) if c != 9]
    if not channels:
        raise Refused("bad-request", "The start has no tune in it, only drums or nothing: give one with notes.")
    counts = {c: int((notes.channel == c).sum()) for c in channels}
    fair = [c for c in channels if counts[c] * 5 >= max(counts.values())]
    return max(fair, key=lambda c: (float(notes.pitch[notes.channel == c].mean()), -c))


def skyline(start: np.ndarray, length: np.ndarray, pitch: np.ndarray) -> list[tuple[float, float, int]]:
    """One note at a time, (start, end, pitch): of those that begin together the highest, cut where the next begins."""
    order = np.lexsort((-pitch.astype(int), start))
    line: list[tuple[float, float, int]] = []
    for k in order:
        begin = float(start[k])
        if line and begin - line[-1][0] < 0.03:
            continue
        if line and line[-1][1] > begin:
            line[-1] = (line[-1][0], begin, line[-1][2])
        line.append((begin, begin + float(length[k]), int(pitch[k])))
    return line


def key_of(pitch: np.ndarray, length: np.ndarray) -> tuple[int, str]:
    """(pitch class of the tonic, mode) by the best correlation with Krumhansl's profiles."""
    weights = np.bincount(pitch.astype(int) % 12, weights=length, minlength=12)
    if weights.std() == 0:
        return int(weights.argmax()), "major"
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), weights)[0, 1])
        for tonic in range(12)
        for mode, profile in (("major", _MAJOR), ("minor", _MINOR))
    }
    return max(scores, key=scores.__getitem__)


def barred(line: list[tuple[float, float, int]], tempo: float, metre: str) -> list[list[Note]]:
    """Full bars of (pitch or None, ticks), times rounded to where notes may begin."""
    scale = tempo / 60 * QUARTER
    onsets = [snapped(begin * scale) for begin, _, _ in line]
    flat: list[tuple[int, int, int | None]] = []  # begin, end, pitch
    now = 0
    for k, (_, end, pitch) in enumerate(line):
        following = onsets[k + 1] if k + 1 < len(line) else None
        begin, stop = onsets[k], max(onsets[k] + 3, snapped(end * scale))
        if following is not None:
            if following - begin < 2:
                continue
            near = following - stop < max(6, (following - begin) // 4)
            stop = following if near or stop > following else stop
        if begin > now:
            flat.append((now, begin, None))
        flat.append((begin, stop, pitch))
        now = stop
    return _cut(flat, bar_ticks(metre))


def snapped(ticks: float) -> int:
    """The nearest time a note may begin at: exact ticks when it is one, else a 16th or a triplet of eighths."""
    whole = round(ticks)
    if abs(ticks - whole) < 0.1 and (whole % 3 == 0 or whole % 4 == 0):
        return whole
    return min((round(ticks / grid) * grid for grid in (6, 8)), key=lambda at: abs(at - ticks))


def _cut(flat: list[tuple[int, int, int | None]], full: int) -> list[list[Note]]:
    """The line cut at bar lines, into lengths that can be written; the last bar is filled with a rest."""
    end = flat[-1][1]
    count = min(MOST, -(-end // full))
    bars: list[list[Note]] = [[] for _ in range(count)]
    for begin, stop, pitch in [*flat, (end, count * full, None)]:
        while begin < min(stop, count * full):
            bar = begin // full
            part = min(stop, (bar + 1) * full)
            bars[bar] += [(pitch, ticks) for ticks in pieces(part - begin)]
            begin = part
    return [_mended(bar, full) for bar in bars]


def pieces(ticks: int) -> list[int]:
    """A length as lengths that can be written, the longest first; the shortest is 2 ticks."""
    made: list[int] = []
    while ticks > 0:
        fitting = [n for n in LENGTHS if n == ticks or n <= ticks - 2]
        if not fitting:
            break
        made.append(max(fitting))
        ticks -= made[-1]
    return made


def _mended(bar: list[Note], full: int) -> list[Note]:
    """A bar that lost a tick somewhere is made of what fits and a rest."""
    if sum(ticks for _, ticks in bar) == full:
        return bar
    kept: list[Note] = []
    for note in bar:
        if sum(t for _, t in kept) + note[1] <= full - 2:
            kept.append(note)
    return kept + [(None, ticks) for ticks in pieces(full - sum(t for _, t in kept))]
