"""From what is asked to what is written: the task, the bars that are given, the places of those to write."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from engines.contract import Audio, Refused, Request
from engines.music import reading, score, words
from engines.music.events import Bar, Kind, Place, places
from engines.music.score import Row, Setting
from engines.music.theory import METRES, beat_ticks, home, pitch_class

CONTEXT = 20  # bars before, and half as many after, that the network is shown
USUAL = 16  # bars
AS_PROMPTED = "as prompted"


@dataclass(frozen=True)
class Plan:
    """`given` and then `later` are read, then the bars at `places` are written (or `fixed` are given chords). `first`
    is the number of the first bar written; `kept` are notes of the start that stay as they are."""

    task: str
    kind: Kind
    setting: Setting
    places: list[Place]
    first: int = 0
    given: list[Bar] = field(default_factory=list)
    given_places: list[Place] = field(default_factory=list)
    later: list[Bar] = field(default_factory=list)
    later_places: list[Place] = field(default_factory=list)
    fixed: list[Bar] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)
    covered: list[Bar] = field(default_factory=list)  # given bars that get an accompaniment, from bar 0 on
    twice: bool = False

    def before(self) -> list[Row]:
        """What sounds before any bar is written."""
        return self.kept + score.accompaniment(self.covered, self.setting)

    def played(self, count: int) -> list[int]:
        """Which of the first `count` bars that were written are played, in order; more bars only add to it."""
        return score.repeated(count) if self.twice else list(range(count))

    def rows(self, bar: Bar, place: int) -> list[Row]:
        """What a written bar adds when it is the `place`-th to be played, from 0."""
        tune = [] if self.task == "harmonise" else score.melody([bar], self.setting, self.first + place)
        return tune + score.accompaniment([bar], self.setting, self.first + place)


def made(request: Request, options: Any) -> Plan:
    """The plan of a request. Refused('bad-request') when it cannot be."""
    said = _said(request, options)
    if request.start is None:
        if said.task == "harmonise" or options.task in ("continue", "infill", "harmonise"):
            task = options.task if options.task != "auto" else "harmonise"
            raise Refused(
                "bad-request", f"To {task} there must be a tune: give a start with notes, such as a MIDI file."
            )
        return _composed(said, options)
    if not isinstance(request.start, Audio) or request.start.notes is None or not len(request.start.notes.start):
        raise Refused("bad-request", "The start has no notes: give a tune made here or a MIDI file.")
    return _from_start(request.start, said, options)


def _said(request: Request, options: Any) -> words.Said:
    """The prompt's words, over which stand the options that are set."""
    said = words.read(request.prompt)
    chosen = {
        "key": options.key,
        "mode": options.mode,
        "metre": options.metre,
        "form": options.form,
        "mood": options.mood,
        "instrument": options.instrument,
        "backing": options.accompaniment,
    }
    chosen = {name: value for name, value in chosen.items() if value != AS_PROMPTED}
    metre = chosen.get("metre", said.metre)
    if metre and metre not in METRES:
        raise Refused("bad-request", f"Tunes in {metre} cannot be written; use {', '.join(METRES)}.")
    numbers = {name: value for name, value in (("tempo", options.tempo), ("bars", options.bars)) if value}
    tasks = {} if options.task in ("auto", "compose") else {"task": options.task}
    return replace(said, **chosen, **numbers, **tasks, upbeat=said.upbeat or options.upbeat)


def _kind(said: words.Said, metre: str, mode: str) -> Kind:
    """What the network is told: the form where it goes with the metre."""
    rhythm, metres = words.FORMS[words.form_of(said)]
    return Kind(rhythm if metre in metres else "any", metre, mode)


def _tempo(said: words.Said, metre: str) -> float:
    """Quarters a minute."""
    metres = words.FORMS[words.form_of(said)][1]
    felt = said.tempo or metres.get(metre, words.FORMS["free"][1][metre]) * words.MOODS[said.mood or "plain"][0]
    return round(felt * beat_ticks(metre) / 24, 3)


def _count(said: words.Said) -> int:
    bars = said.bars or USUAL
    if not 1 <= bars <= 32:
        raise Refused("bad-request", f"A tune of {bars} bars cannot be written; use 1 to 32.")
    return bars


def _smooth(said: words.Said) -> bool:
    return words.form_of(said) == "air" or said.mood in ("gentle", "sad")


def _composed(said: words.Said, options: Any) -> Plan:
    form = words.form_of(said)
    metre = said.metre or next(iter(words.FORMS[form][1]))
    mode = said.mode or words.MOODS[said.mood or "plain"][1] or "major"
    tonic = pitch_class(said.key or ("D" if mode in ("major", "mixolydian") else "E"))
    program, octave = words.INSTRUMENTS[said.instrument or "fiddle"]
    low = home(tonic) + 12 * octave
    backing = said.backing or "guitar"
    setting = Setting(tonic, mode, metre, _tempo(said, metre), low, program, backing, _smooth(said))
    bars = _count(said) + (1 if said.upbeat else 0)
    where = places(bars, said.upbeat)
    twice = options.repeats and not said.upbeat
    return Plan("compose", _kind(said, metre, mode), setting, where, twice=twice)


def _from_start(start: Audio, said: words.Said, options: Any) -> Plan:
    assert start.notes is not None
    key = (pitch_class(said.key), said.mode or "major") if said.key and not start.notes.key else None
    heard = reading.heard(start.notes, key)
    program = words.INSTRUMENTS[said.instrument][0] if said.instrument else heard.program
    backing = said.backing or "guitar"
    setting = Setting(
        heard.tonic, heard.mode, heard.metre, heard.tempo, heard.home, program, backing, smooth=_smooth(said)
    )
    if not said.form and said.metre in ("", heard.metre):
        said = replace(said, metre=heard.metre)
    kind = _kind(said, heard.metre, heard.mode)
    mine = [row for row, tune in _rows(start, heard.channel) if tune]
    others = [row for row, tune in _rows(start, heard.channel) if not tune]
    if said.task == "harmonise":
        where = places(len(heard.bars))
        return Plan("harmonise", kind, setting, where, fixed=heard.bars, kept=mine)
    if said.task == "infill" or options.from_bar or options.range_to:
        return _infill(heard, kind, setting, options=options, rows=mine + others)
    count = _count(said)
    where = places(len(heard.bars) + count)
    return Plan(
        "continue",
        kind,
        setting,
        where[-count:],
        first=len(heard.bars),
        given=heard.bars[-CONTEXT:],
        given_places=where[:-count][-CONTEXT:],
        kept=mine + others,
        covered=[] if others else heard.bars,
    )


def _infill(heard: reading.Heard, kind: Kind, setting: Setting, *, options: Any, rows: list[Row]) -> Plan:
    count = len(heard.bars)
    begin, end = options.from_bar or 1, options.to_bar or count
    if options.range_to and not options.from_bar:
        begin = math.floor(options.range_from / setting.bar + 0.02) + 1
        end = min(count, math.ceil(options.range_to / setting.bar - 0.02))
    if not 1 <= begin <= end <= count:
        raise Refused("bad-request", f"Bars {begin} to {end} are not in the start, which has bars 1 to {count}.")
    where = places(count)
    since, until = (begin - 1) * setting.bar, end * setting.bar
    kept = [row for row in (_outside(row, since - 0.01, until - 0.01) for row in rows) if row is not None]
    return Plan(
        "infill",
        kind,
        setting,
        where[begin - 1 : end],
        first=begin - 1,
        given=heard.bars[: begin - 1][-CONTEXT:],
        given_places=where[: begin - 1][-CONTEXT:],
        later=heard.bars[end:][: CONTEXT // 2],
        later_places=[replace(place, later=True) for place in where[end:][: CONTEXT // 2]],
        kept=kept,
    )


def _outside(row: Row, since: float, until: float) -> Row | None:
    """The note without its part between these seconds; None when it begins there."""
    start, length, *rest = row
    if since <= start < until:
        return None
    if start < since < start + length:
        length = since - start
    return (start, length, *rest)  # type: ignore[return-value]


def _rows(start: Audio, channel: int) -> list[tuple[Row, bool]]:
    """The start's notes, and whether each is of the tune; the tune goes to the channel of tunes."""
    notes = start.notes
    assert notes is not None
    columns = (notes.start, notes.length, notes.pitch, notes.velocity, notes.channel, notes.program)
    found = []
    for row in zip(*(column.tolist() for column in columns), strict=True):
        swapped = {channel: score.MELODY, score.MELODY: channel}.get(row[4], row[4])
        found.append(((*row[:4], swapped, row[5]), row[4] == channel))
    return found
