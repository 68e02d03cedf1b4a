"""The tunes audio/tune learns from: three printed collections of the 18th and 19th centuries, in ABC.

The music is in the public domain: James Aird, "A Selection of Scotch, English, Irish and Foreign Airs", Glasgow, six
books from 1782; "Ryan's Mammoth Collection", Boston, 1883; Francis O'Neill, "Music of Ireland", Chicago, 1903. The
transcriptions travel in the corpus of the PyPI package music21 10.5.1. Nothing else of that corpus is read.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engines.music.events import LENGTHS, Bar, Kind, Note
from engines.music.harmony import harmonised
from engines.music.theory import METRES, SCALES, home_under
from engines.training import abc, packages

PACKAGE = "music21==10.5.1"
BOOKS = ("airdsAirs", "oneills1850", "ryansMammoth")
HELD_OUT = 10  # one in so many families of tunes is kept for judging
LONGEST = 41  # bars
_WORDS = {
    "slip jig": ("slipjig", "slip jig", "hop jig"),
    "reel": ("reel",),
    "jig": ("jig", "slide", "jigg"),
    "hornpipe": ("hornpipe", "clog"),
    "strathspey": ("strathspey", "highland fling", "fling"),
    "march": ("march", "quick step", "quickstep", "quick-step", "retreat"),
    "air": ("air", "song", "lament", "slow"),
}
_ONEILL = {
    "air": (1, 700),
    "jig": (701, 1115),
    "slip jig": (1116, 1175),
    "reel": (1176, 1555),
    "hornpipe": (1556, 1780),
}
_ONEILL_MARCHES = (1801, 1850)  # the book's own chapters; 1781 to 1800 are set dances


@dataclass(frozen=True)
class Song:
    """One tune ready to be learnt: what it is, its bars in semitones above `home`, whether the first is an upbeat."""

    title: str
    book: str
    kind: Kind
    bars: tuple[Bar, ...]
    upbeat: bool
    tonic: int
    family: int  # tunes that are variants of each other share it


def fetch(folder: Path) -> Path:
    """The folder of the corpus, fetched when it is not there."""
    return packages.pip(PACKAGE, folder / "music21") / "music21" / "corpus"


def songs(corpus: Path) -> list[Song]:
    """Every tune of the three books that can be read, families numbered."""
    found = []
    for book in BOOKS:
        for path in sorted((corpus / book).glob("*.abc")):
            for tune in abc.tunes(path.read_text("utf-8", errors="replace"), book):
                try:
                    found.append(song(tune))
                except abc.Unreadable:
                    continue
    return _families(found)


def song(tune: abc.Tune) -> Song:
    """A tune of an ABC file as events can say it. abc.Unreadable when they cannot."""
    metre = f"{tune.metre[0]}/{tune.metre[1]}"
    mode = tune.mode
    if metre not in METRES or mode not in SCALES:
        raise abc.Unreadable(f"{metre} {mode}")
    measures = abc.barred(tune)
    if not 8 <= len(measures) <= LONGEST:
        raise abc.Unreadable(f"{len(measures)} bars")
    if any(ticks not in LENGTHS for measure in measures for _, ticks in measure.notes):
        raise abc.Unreadable("an odd length")
    heights = [pitch for measure in measures for pitch, _ in measure.notes if pitch is not None]
    home = home_under(tune.tonic, sum(heights) / max(1, len(heights)))
    lines: list[list[Note]] = [
        [(None if pitch is None else pitch - home, ticks) for pitch, ticks in measure.notes] for measure in measures
    ]
    kind = Kind(rhythm_of(tune), metre, mode)
    upbeat = lines[0][0][0] is None and len(lines) % 4 == 1
    return Song(tune.title, tune.book, kind, tuple(harmonised(lines, metre, mode)), upbeat, tune.tonic, 0)


def rhythm_of(tune: abc.Tune) -> str:
    """What is danced to it, by the collection's own word, its chapter, or its title; 'any' when none of them says."""
    said = _named(tune.rhythm)
    if said == "any" and tune.book == "oneills1850":
        ranges = [(name, low, high) for name, (low, high) in _ONEILL.items()] + [("march", *_ONEILL_MARCHES)]
        said = next((name for name, low, high in ranges if low <= tune.number <= high), "any")
    said = _named(tune.title) if said == "any" else said
    fits: dict[str, tuple[str, ...]] = {"jig": ("6/8",), "slip jig": ("9/8",)}
    fits |= dict.fromkeys(("reel", "hornpipe", "strathspey"), ("4/4", "2/4"))
    metre = f"{tune.metre[0]}/{tune.metre[1]}"
    if said == "jig" and metre == "9/8":
        return "slip jig"
    return said if metre in fits.get(said, (metre,)) else "any"


def _named(text: str) -> str:
    low = text.lower()
    for rhythm, words in _WORDS.items():
        if any(re.search(rf"\b{word}s?\b", low) for word in words):
            return rhythm
    return "any"


# ---------------------------------------------------------------- variants of one tune


def _families(found: list[Song]) -> list[Song]:
    """Number the families: tunes of one name, and tunes a third of whose phrases are the same in any key."""
    parent = list(range(len(found)))

    def top(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    by_name: dict[str, int] = {}
    for k, one in enumerate(found):
        parent[top(k)] = top(by_name.setdefault(_plain(one.title), k))
    grams = [shingles(one.bars) for one in found]
    holders: dict[int, list[int]] = defaultdict(list)
    for k, gram in enumerate(grams):
        for g in gram:
            holders[g].append(k)
    for k, gram in enumerate(grams):
        shared = Counter(j for g in gram for j in holders[g] if j < k and len(holders[g]) < 60)
        for j, count in shared.items():
            if count >= 0.25 * min(len(gram), len(grams[j])):
                parent[top(k)] = top(j)
    return [Song(s.title, s.book, s.kind, s.bars, s.upbeat, s.tonic, top(k)) for k, s in enumerate(found)]


def _plain(title: str) -> str:
    """A title without its small words, dance and order: 'The Rakes of Mallow -- Reel' is 'mallow of rakes'."""
    words = re.sub(r"[^a-z ]", "", title.lower().replace("'", "")).split()
    skip = {"the", "a", "an"} | {word for names in _WORDS.values() for word in names}
    return " ".join(sorted(word for word in words if word not in skip)) or title


def shingles(bars: Iterable[Bar], size: int = 10) -> set[int]:
    """Runs of so many intervals of the melody, as stable numbers."""
    line = [pitch for bar in bars for pitch, _ in bar.notes if pitch is not None]
    steps = [b - a for a, b in itertools.pairwise(line)]
    return {_number(tuple(steps[k : k + size])) for k in range(len(steps) - size + 1)}


def _number(key: tuple[int, ...]) -> int:
    return int.from_bytes(hashlib.blake2b(repr(key).encode(), digest_size=6).digest(), "big")


def split(found: list[Song]) -> tuple[list[Song], list[Song]]:
    """(for training, held out), by a hash of the family's first title, so that no variant is on both sides."""
    first: dict[int, str] = {}
    for one in found:
        first[one.family] = min(first.get(one.family, one.title), one.title)
    held = {f: _number((title,)) % HELD_OUT == 0 for f, title in first.items()}  # type: ignore[arg-type]
    return [s for s in found if not held[s.family]], [s for s in found if held[s.family]]
