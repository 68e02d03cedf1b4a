"""Editing keys: functions from a lane to a lane. Keys stand in the order of their times, no two at one time.

Chosen keys are told by their place in that order; what moves keys says where they are afterwards.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from fractions import Fraction

import msgspec
import numpy as np

from app.core.timeline.clock import Clock
from app.core.timeline.curve import Hearing, handles, sampled, solved
from app.core.timeline.easing import EASINGS
from app.core.timeline.values import ZERO, Key, Lane, Time
from engines.contract import Refused

FINEST = 10**9  # denominator of a time that was multiplied: else each scaling would make it longer
MOST = 100_000  # keys that are baked at once

Chosen = frozenset[int]
replace = msgspec.structs.replace


# ---------------------------------------------------------------- one key


def put(lane: Lane, key: Key) -> tuple[Lane, int]:
    """With that key, in place of one at its time; and where it stands."""
    kept = [one for one in lane.keys if one.at != key.at]
    place = sum(one.at < key.at for one in kept)
    return replace(lane, keys=(*kept[:place], key, *kept[place:])), place


def key_at(lane: Lane, at: Time) -> int | None:
    """The place of the key at that time."""
    return next((n for n, key in enumerate(lane.keys) if key.at == at), None)


def previous_key(lane: Lane, at: Time) -> Key | None:
    """The last key before a time; None when there is none."""
    return next((key for key in reversed(lane.keys) if key.at < at), None)


def next_key(lane: Lane, at: Time) -> Key | None:
    """The first key after a time; None when there is none."""
    return next((key for key in lane.keys if key.at > at), None)


def toggled(lane: Lane, at: Time, value: float) -> Lane:
    """What a diamond does: without the key at that time; where there is none, with one on the curve (the first has
    `value`)."""
    place = key_at(lane, at)
    if place is not None:
        return removed(lane, [place])
    return added(lane, at)[0] if lane.keys else put(lane, Key(at, value))[0]


def added(lane: Lane, at: Time, value: float | None = None) -> tuple[Lane, int]:
    """With one more key, on the curve unless another `value` is said; a bezier goes on exactly as it went."""
    before, after = previous_key(lane, at), next_key(lane, at)
    there = key_at(lane, at)
    if there is not None:
        return put(lane, lane.keys[there] if value is None else replace(lane.keys[there], value=value))
    if before is not None and after is not None and before.ease == "bezier" and value is None:
        return _cut(lane, before, after, at)
    if value is None:
        value = float(sampled(Lane(lane.target, lane.keys), 0.0, [at])[0])
    return put(lane, Key(at, value, before.ease if before is not None else "linear"))


def _cut(lane: Lane, before: Key, after: Key, at: Time) -> tuple[Lane, int]:
    """A bezier in two, by de Casteljau's construction."""
    width = float(after.at - before.at)
    out, into = handles(before, after)
    share = np.array([float(at - before.at) / width])
    s = float(solved(out[0] / width, 1 + into[0] / width, share)[0])
    first = np.array([[0.0, before.value], [out[0], before.value + out[1]]])
    last = np.array([[width + into[0], after.value + into[1]], [width, after.value]])
    rows = [np.concatenate([first, last])]
    while len(rows[-1]) > 1:
        rows.append(rows[-1][:-1] + (rows[-1][1:] - rows[-1][:-1]) * s)
    middle = rows[3][0]
    key = Key(at, float(middle[1]), "bezier", _pair(rows[2][0] - middle), _pair(rows[2][1] - middle))
    lane, _ = put(lane, replace(before, after=_pair(rows[1][0] - first[0])))
    lane, _ = put(lane, replace(after, before=_pair(rows[1][2] - last[1])))
    return put(lane, key)


def _pair(point: np.ndarray) -> tuple[float, float]:
    return float(point[0]), float(point[1])


# ---------------------------------------------------------------- several keys


def removed(lane: Lane, chosen: Collection[int]) -> Lane:
    """Without the chosen keys."""
    return replace(lane, keys=tuple(key for n, key in enumerate(lane.keys) if n not in chosen))


def moved(lane: Lane, chosen: Collection[int], by: Time = ZERO, rise: float = 0.0) -> tuple[Lane, Chosen]:
    """With the chosen keys later by `by` and higher by `rise`. They take the place of keys they come to lie on."""
    return _changed(lane, chosen, lambda key: replace(key, at=key.at + by, value=key.value + rise))


def scaled(
    lane: Lane, chosen: Collection[int], about: tuple[Time, float], time: Fraction = Fraction(1), value: float = 1.0
) -> tuple[Lane, Chosen]:
    """With the chosen keys and their handles drawn apart from the point `about`: `time` times in time, `value` times
    in value. Refused('bad-request') for a time that is not above 0."""
    if time <= 0:
        raise Refused("bad-request", "Keys cannot be scaled to no time or backwards: use a factor above 0.")

    def drawn(key: Key) -> Key:
        factors = float(time), value
        return replace(
            key,
            at=_exact(about[0] + (key.at - about[0]) * time),
            value=about[1] + (key.value - about[1]) * value,
            before=(key.before[0] * factors[0], key.before[1] * factors[1]),
            after=(key.after[0] * factors[0], key.after[1] * factors[1]),
        )

    return _changed(lane, chosen, drawn)


def _exact(at: Time) -> Time:
    """A time as it is, or where it has become unwieldy within a nanosecond of it."""
    return at if at.denominator <= FINEST else at.limit_denominator(FINEST)


def snapped(lane: Lane, chosen: Collection[int], grid: str, clock: Clock, since: Time = ZERO) -> tuple[Lane, Chosen]:
    """With the chosen keys on a grid of the timeline (see `Clock.snapped`); `since` is where the owner begins."""
    return _changed(lane, chosen, lambda key: replace(key, at=clock.snapped(key.at + since, grid) - since))


def eased(lane: Lane, chosen: Collection[int], ease: str) -> Lane:
    """With the chosen keys going on by `ease`; a bezier begins with handles that run on smoothly."""
    if ease not in EASINGS:
        raise Refused("bad-request", f"There is no easing {ease!r}: choose one of {', '.join(EASINGS)}.")
    lane = _changed(lane, chosen, lambda key: replace(key, ease=ease))[0]
    ends = set(chosen) | {n + 1 for n in chosen}
    return smoothed(lane, ends & set(range(len(lane.keys)))) if ease == "bezier" else lane


def smoothed(lane: Lane, chosen: Collection[int]) -> Lane:
    """With handles of the chosen keys that make a smooth way which goes no further than its keys: a third of the way
    to the neighbours, along the slopes of Fritsch and Carlson (harmonic mean; flat at the tops and bottoms)."""
    keys = list(lane.keys)
    for n in chosen:
        key, left, right = lane.keys[n], *(lane.keys[m] if 0 <= m < len(keys) else None for m in (n - 1, n + 1))
        slope = _slope(left, key, right)
        back = float(key.at - left.at) / 3 if left is not None else 0.0
        on = float(right.at - key.at) / 3 if right is not None else 0.0
        keys[n] = replace(key, before=(-back, -back * slope), after=(on, on * slope))
    return replace(lane, keys=tuple(keys))


def _slope(left: Key | None, key: Key, right: Key | None) -> float:
    if left is None or right is None:
        return 0.0
    a = (key.value - left.value) / float(key.at - left.at)
    b = (right.value - key.value) / float(right.at - key.at)
    return 2 * a * b / (a + b) if a * b > 0 else 0.0


def copied(lane: Lane, chosen: Collection[int]) -> tuple[Key, ...]:
    """The chosen keys, their times counted from the first of them: for the clipboard."""
    keys = [lane.keys[n] for n in sorted(chosen)]
    return tuple(replace(key, at=key.at - keys[0].at) for key in keys)


def pasted(lane: Lane, keys: Iterable[Key], at: Time) -> tuple[Lane, Chosen]:
    """With copied keys from `at` on, in place of those at their times."""
    new = [replace(key, at=key.at + at) for key in keys]
    return _placed(lane, lane.keys, new)


def _changed(lane: Lane, chosen: Collection[int], change: Callable[[Key], Key]) -> tuple[Lane, Chosen]:
    others = [key for n, key in enumerate(lane.keys) if n not in chosen]
    return _placed(lane, others, [change(lane.keys[n]) for n in sorted(chosen)])


def _placed(lane: Lane, others: Iterable[Key], new: Sequence[Key]) -> tuple[Lane, Chosen]:
    """The lane with `new` keys among others, and where they stand; of two at one time the last new one stays."""
    there = {key.at: key for key in others} | {key.at: key for key in new}
    keys = tuple(there[at] for at in sorted(there))
    times = {key.at for key in new}
    return replace(lane, keys=keys), frozenset(n for n, key in enumerate(keys) if key.at in times)


# ---------------------------------------------------------------- baking


def baked(lane: Lane, base: float, hearing: Hearing, span: tuple[Time, Time], *, step: Time, tolerance: float) -> Lane:
    """The lane as keys alone, its expression and modulator gone: what it says every `step` seconds within `span`
    (seconds on the timeline), less the keys that can be left out with no sample further off than `tolerance`."""
    start, end = span
    count = int((end - start) / step) + 1 if step > 0 else 0
    if not 1 <= count <= MOST:
        raise Refused("bad-request", f"This would be {count} keys: bake a shorter stretch, or in larger steps.")
    times = [start + step * n for n in range(count)]
    times += [end] if times[-1] < end else []
    values = sampled(lane, base, times, hearing)
    kept = thinned(np.array([float(time - start) for time in times]), values, tolerance)
    keys = tuple(Key(times[n] - hearing.since, float(values[n])) for n in kept)
    return replace(lane, keys=keys, expression="", modulator=None)


def thinned(times: np.ndarray, values: np.ndarray, tolerance: float) -> list[int]:
    """Which points (N,) to keep so that straight lines between them pass every other one within `tolerance`: Ramer,
    Douglas and Peucker's halving at the point furthest off, measured along the value."""
    kept, open_ = {0, len(times) - 1}, [(0, len(times) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        inner = slice(first + 1, last)
        line = np.interp(times[inner], times[[first, last]], values[[first, last]])
        off = np.abs(values[inner] - line)
        worst = int(off.argmax())
        if off[worst] > tolerance:
            place = first + 1 + worst
            kept.add(place)
            open_ += [(first, place), (place, last)]
    return sorted(kept)
