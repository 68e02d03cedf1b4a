"""Prompt clips as words that AND joins: what they weigh along a clip.

Over the stretch that two clips of a track share the weight of the later one rises evenly from 0 to 1 and that of the
earlier falls from 1 to 0; one that lies within the other rises to its middle and falls again; two of the very same
stretch are half and half. Where the clips themselves weigh differently, the heavier has more of it in that proportion.

What is said weighs w against no words at all, c = w c_words + (1 - w) c_nothing: 0 is nothing, above 1 is further away
from nothing than the words alone (Liu et al. 2022, arXiv:2206.01714). Of several w is the mean of what they weigh, in
the proportion they have of the whole, so that it never jumps where an overlap begins or ends.
"""

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, Protocol

from app.core.timeline.values import Clip, Lane, Time
from engines.contract import Curve
from engines.prompt.schedule import joined

MOST = 12  # changes a lane makes to a row of prompt clips that is told in brackets: each may be one in another
FINE = 8  # parts of a stretch over which the weights do not go straight
PLACES = 4  # digits of a share
NOTHING = ""  # the words of what weighs less than all

Row = Sequence[Clip]
Line = list[tuple[float, float]]  # a weight over the run: positions and values


class Weighing(Protocol):
    """What the prompt clips say and weigh at a moment."""

    def weight(self, one: Clip, at: Time) -> float: ...

    def worded(self, text: str, weight: float) -> str: ...


class _Stretch(NamedTuple):
    """A part of a clip over which the same prompt clips are said."""

    begins: Time
    ends: Time

    @property
    def middle(self) -> Time:
        return (self.begins + self.ends) / 2


def weighed(row: Row, clip: Clip) -> bool:
    """Whether the prompt clips of a row weigh something else than all of it somewhere along a clip: two are said at
    once there, or one weighs more or less."""
    if any(one.weight != 1 or lane_of(one) is not None for one in row):
        return True
    pairs = itertools.combinations(row, 2)
    return any(min(a.end, b.end, clip.end) > max(a.start, b.start, clip.start) for a, b in pairs)


def lane_of(one: Clip) -> Lane | None:
    """The lane that moves the weight of a prompt clip."""
    return next((lane for lane in one.lanes if lane.on and lane.target == "prompt"), None)


def turns(one: Clip, many: int) -> list[Time]:
    """Where a prompt clip that is one of `many` may change what it weighs, as a lane of it says."""
    parts = max(1, MOST // many) if lane_of(one) is not None else 1
    return [one.start + one.length * Fraction(n, parts) for n in range(1, parts)]


def blended(rows: Sequence[Row], clip: Clip, weigh: Weighing, points: int = FINE) -> str:
    """The words over a clip, a :0:1,1:0 AND b :0:0,1:1; of several rows every two that meet are joined by commas. What
    lanes say is told at `points` places spread from the clip's beginning to its end: those of the run's steps."""
    stretches = list(_stretches(rows, clip, points))
    told = [_told(rows, clip, weigh, stretch) for stretch in stretches]
    texts = list(dict.fromkeys(text for each in told for text in each if any(each[text])))
    if len(texts) == 1:
        return texts[0]
    lines: dict[str, Line] = {text: [] for text in texts}
    for stretch, each in zip(stretches, told, strict=True):
        places = [float((at - clip.start) / clip.length) for at in stretch]
        for text, line in lines.items():
            line += zip(places, each.get(text, (0.0, 0.0)), strict=True)
    return " AND ".join(f"{text} :{_written(_thinned(line))}" for text, line in lines.items())


# ---------------------------------------------------------------- what is said


def _stretches(rows: Sequence[Row], clip: Clip, points: int) -> Iterator[_Stretch]:
    cuts = {cut for row in rows for one in row for cut in (one.start, one.end)}
    for one in (one for row in rows for one in row if lane_of(one) is not None):
        steps = (clip.start + clip.length * Fraction(n, points - 1) for n in range(points))
        cuts |= {at for at in steps if one.start < at < one.end}
    cuts |= {(one.start + one.end) / 2 for row in rows for one in row if any(_within(one, other) for other in row)}
    moments = [clip.start, *sorted(cut for cut in cuts if clip.start < cut < clip.end), clip.end]
    for begins, ends in itertools.pairwise(moments):
        parts = max(_parts(_here(row, _Stretch(begins, ends))) for row in rows)
        places = [begins + (ends - begins) * Fraction(n, parts) for n in range(parts + 1)]
        yield from itertools.starmap(_Stretch, itertools.pairwise(places))


def _parts(here: Row) -> int:
    """In how many parts a stretch is told: one where the weights go straight from its beginning to its end."""
    straight = len(here) == 1 or any(map(lane_of, here))  # of a lane's own places every one is told already
    return 1 if straight or (len(here) == 2 and here[0].weight == here[1].weight) else FINE


def _here(row: Row, stretch: _Stretch) -> Row:
    """Those that are said over a stretch; in a gap the one before it, before the first that."""
    here = [one for one in row if one.start <= stretch.middle < one.end]
    before = [one for one in row if one.end <= stretch.middle]
    return here or [max(before, key=lambda one: one.end) if before else row[0]]


def _told(rows: Sequence[Row], clip: Clip, weigh: Weighing, stretch: _Stretch) -> dict[str, tuple[float, float]]:
    """Every text of a stretch and its weight at the beginning and the end of that."""
    each = [_shared(row, clip, weigh, stretch) for row in rows]
    found: dict[str, tuple[float, float]] = {}
    for many in itertools.product(*each):
        text, first, last = ", ".join(text for text, _, _ in many if text), 1.0, 1.0
        for _, begins, ends in many:
            first, last = first * begins, last * ends
        known = found.get(text, (0.0, 0.0))
        found[text] = known[0] + first, known[1] + last
    return found


def _shared(row: Row, clip: Clip, weigh: Weighing, stretch: _Stretch) -> list[tuple[str, float, float]]:
    """The texts of a row over a stretch, and what each has of it at its beginning and end; what is missing to the
    whole has NOTHING."""
    here, found = _here(row, stretch), []
    (begins, whole), (ends, all) = (_shares(here, weigh, at) for at in stretch)
    for one, *mine in zip(here, begins, ends, strict=True):
        for own, text in joined(one.text):
            places = [float((at - clip.start) / clip.length) for at in stretch]
            first, last = (share * _at(own, place) for share, place in zip(mine, places, strict=True))
            found.append((weigh.worded(text, 1.0), first * whole, last * all))
    return [*found, (NOTHING, 1 - whole, 1 - all)] if (whole, all) != (1, 1) else found


def _at(weight: float | Curve, place: float) -> float:
    return weight.at(place) if isinstance(weight, Curve) else weight


# ---------------------------------------------------------------- how much of it


def _shares(here: Row, weigh: Weighing, at: Time) -> tuple[list[float], float]:
    """What each of the clips has of the whole at a moment, together exactly 1; and what the whole weighs."""
    ramps = [_ramp(one, here, at) for one in here] if len(here) > 1 else [1.0]
    weights = [weigh.weight(one, min(max(at, one.start), one.end)) for one in here]
    heavy = [ramp * weight for ramp, weight in zip(ramps, weights, strict=True)]
    heavy = heavy if sum(heavy) > 0 else ramps
    heavy = heavy if sum(heavy) > 0 else [1.0] * len(here)
    *found, _ = (round(one / sum(heavy), PLACES) for one in heavy)
    shares = [*found, round(1.0 - sum(found), PLACES)]
    return shares, round(sum(share * weight for share, weight in zip(shares, weights, strict=True)), PLACES)


def _ramp(one: Clip, here: Row, at: Time) -> float:
    share = Fraction(1)
    for other in here:
        share *= _against(one, other, at) if other is not one else 1
    return float(share)


def _against(one: Clip, other: Clip, at: Time) -> Fraction:
    """What one has of the two of them."""
    begins, ends = max(one.start, other.start), min(one.end, other.end)
    way = min(Fraction(1), max(Fraction(0), (at - begins) / (ends - begins)))
    if (one.start, one.end) == (other.start, other.end):
        return Fraction(1, 2)
    if _within(one, other):
        return 1 - abs(2 * way - 1)
    if _within(other, one):
        return abs(2 * way - 1)
    return way if (one.start, one.end) > (other.start, other.end) else 1 - way


def _within(one: Clip, other: Clip) -> bool:
    return other.start < one.start and one.end < other.end


# ---------------------------------------------------------------- how it is written


def _thinned(line: Line) -> Line:
    """Without the points that lie on the straight line between their neighbours."""
    found: Line = []
    for point in line:
        if found and found[-1] == point:
            continue
        if len(found) > 1 and _straight(found[-2], found[-1], point):
            found.pop()
        found.append(point)
    return found


def _straight(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return abs((b[1] - a[1]) * (c[0] - a[0]) - (c[1] - a[1]) * (b[0] - a[0])) < 1e-9


def _written(line: Line) -> str:
    if len({weight for _, weight in line}) == 1:
        return _number(line[0][1])
    return ",".join(f"{_number(place)}:{_number(weight)}" for place, weight in line)


def _number(value: float) -> str:
    return f"{value:.8f}".rstrip("0").rstrip(".")
