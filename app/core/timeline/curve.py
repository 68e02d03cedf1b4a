"""What a lane says at a moment: its keys, then its expression, then the sound that steers it. All in float64 arrays.

hearing = listen(timeline, clip, ...)            # app.core.timeline.hearing
value(lane, base, Moment(seconds, hearing))      # one number
sampled(lane, base, times, hearing)              # many
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from app.core.timeline import expression
from app.core.timeline.clock import Clock
from app.core.timeline.easing import EASINGS
from app.core.timeline.features import FEATURES, Heard
from app.core.timeline.values import ZERO, Key, Lane, Modulator, Time, Timeline
from engines.contract import Refused

HALVINGS = 52  # of an interval: as fine as a double is


class Hearing(NamedTuple):
    """What lanes need to know besides the time: the `clock` of their timeline, when their owner begins on it (`since`;
    0 for a track), and the sounds that modulators follow, by the clip's or track's id."""

    clock: Clock
    since: Time = ZERO
    heard: Mapping[str, Heard] = {}


class Moment(NamedTuple):
    """A moment `at`, in seconds on the timeline, and what is heard there."""

    at: Time
    hearing: Hearing


SILENT = Hearing(Clock(Timeline(), Fraction(24)))


def value(lane: Lane, base: float, moment: Moment) -> float:
    """What `lane` says at a moment; `base` is the constant, where it has no keys or is off. See `sampled`."""
    return float(sampled(lane, base, [moment.at], moment.hearing)[0])


def sampled(lane: Lane, base: float, times: Sequence[Time] | np.ndarray, hearing: Hearing = SILENT) -> np.ndarray:
    """What `lane` says at `times`, in seconds on the timeline (rationals, or a float64 array): float64 (N,).

    Where an expression gives no finite number, the keys count; a modulator whose sound is not there does nothing.
    Refused('bad-request') for an expression that cannot be read or an easing that there is none of.
    """
    seconds = _seconds(times, hearing.since)
    found = np.full(len(seconds), float(base))
    if not lane.on:
        return found
    if lane.keys:
        found = along(lane.keys, seconds)
    if lane.expression.strip():
        found = _expressed(lane, found, seconds, hearing)
    if lane.modulator is not None and lane.modulator.clip in hearing.heard:
        found = _modulated(lane.modulator, found, seconds + float(hearing.since), hearing)
    return found


def _seconds(times: Sequence[Time] | np.ndarray, since: Time) -> np.ndarray:
    """Seconds from the owner's beginning; rationals are subtracted before they are rounded."""
    if isinstance(times, np.ndarray):
        return times.astype(np.float64) - float(since)
    return np.array([float(time - since) for time in times], np.float64)


# ---------------------------------------------------------------- keys


def along(keys: Sequence[Key], seconds: np.ndarray) -> np.ndarray:
    """The value of keys, in the order of their times, at seconds from the owner's beginning: float64 (N,). Before the
    first and after the last key their values hold."""
    places = np.array([float(key.at) for key in keys])
    values = np.array([key.value for key in keys], np.float64)
    passed = np.searchsorted(places, seconds, side="right")  # how many keys lie at or before each moment
    found = values[np.clip(passed - 1, 0, None)]
    inside = np.flatnonzero((passed > 0) & (passed < len(keys)))
    left = passed[inside] - 1
    share = (seconds[inside] - places[left]) / (places[left + 1] - places[left])
    eases = np.array([key.ease for key in keys])[left]
    for ease in dict.fromkeys(eases.tolist()):
        here = eases == ease
        found[inside[here]] = _eased(keys, left[here], share[here], ease)
    return found


def _eased(keys: Sequence[Key], left: np.ndarray, share: np.ndarray, ease: str) -> np.ndarray:
    """The values (N,) at shares of the ways from the keys `left` to those after them, all of one easing."""
    if ease == "bezier":
        return _bezier(keys, left, share)
    if ease not in EASINGS:
        raise Refused("bad-request", f"There is no easing {ease!r}: choose one of {', '.join(EASINGS)}.")
    first = np.array([key.value for key in keys], np.float64)
    return first[left] + (first[left + 1] - first[left]) * EASINGS[ease](share)


def _bezier(keys: Sequence[Key], left: np.ndarray, share: np.ndarray) -> np.ndarray:
    rows = np.zeros((len(keys), 6))  # two control points of time, in shares of the way, and four of the value
    for n in np.unique(left).tolist():
        key, then = keys[n], keys[n + 1]
        out, into, width = *handles(key, then), float(then.at - key.at)
        values = (key.value, key.value + out[1], then.value + into[1], then.value)
        rows[n] = (out[0] / width, 1 + into[0] / width, *values)
    first, second, a, b, c, d = rows[left].T
    return cubic((a, b, c, d), solved(first, second, share))


def handles(key: Key, then: Key) -> tuple[tuple[float, float], tuple[float, float]]:
    """The handles between two keys as they act, (seconds, value) from their own key: both shortened alike where they
    are so long that time would turn back; one that points away from the other key lies at its own.

    With p and q their lengths in shares of the way between the keys, time rises all along when p + q - sqrt(p q) <= 1:
    the derivative, a quadratic with the Bernstein coefficients p, 1 - p - q, q, then has no two roots.
    """
    width = float(then.at - key.at)
    p, q = max(0.0, key.after[0] / width), max(0.0, -then.before[0] / width)
    reach = p + q - math.sqrt(p * q)
    shrink = 1 / reach if reach > 1 else 1.0
    return (p * width * shrink, key.after[1] * shrink), (-q * width * shrink, then.before[1] * shrink)


Number = float | np.ndarray


def cubic(points: tuple[Number, Number, Number, Number], place: np.ndarray) -> np.ndarray:
    """The Bernstein polynomial of degree three with these control points, at places in [0, 1]."""
    a, b, c, d = points
    left = 1 - place
    return left**3 * a + 3 * left**2 * place * b + 3 * left * place**2 * c + place**3 * d


def solved(first: Number, second: Number, share: np.ndarray) -> np.ndarray:
    """Where the cubic with control points 0, `first`, `second`, 1, which only rises, reaches `share`: by halving."""
    a, b, c = 1 + 3 * (first - second), 3 * (second - 2 * first), 3 * first
    place, step = np.zeros_like(share), 0.5
    for _ in range(HALVINGS):
        further = place + step
        short = ((a * further + b) * further + c) * further < share
        place, step = np.where(short, further, place), step / 2
    return place


# ---------------------------------------------------------------- expression and modulator


def _expressed(lane: Lane, found: np.ndarray, seconds: np.ndarray, hearing: Hearing) -> np.ndarray:
    """What the expression makes of the keys: t and f count from the lane's origin, b from the music's beginning."""
    moments, seconds = seconds + float(hearing.since), seconds - float(lane.origin)
    names = {
        "v": found,
        "t": seconds,
        "b": _beats(moments, hearing.clock),
        "f": np.floor(seconds * float(hearing.clock.fps) + 1e-6),
    }
    told = expression.read(lane.expression)
    for feature in FEATURES if told.features else ():
        names[f"{feature}()"] = _followed(lane.modulator, feature, moments, hearing)
    with np.errstate(all="ignore"):
        result = told.at(names)
    return np.where(np.isfinite(result), result, found)


def _beats(moments: np.ndarray, clock: Clock) -> np.ndarray:
    """Quarters from the beginning, by straight lines between the changes of tempo, where the clock is exact."""
    turns = clock.turns
    beats, seconds, tempos = (np.array([float(row[n]) for row in turns]) for n in range(3))
    last = np.clip(np.searchsorted(seconds, moments, side="right") - 1, 0, None)
    return beats[last] + (moments - seconds[last]) * tempos[last] / 60


def _followed(modulator: Modulator | None, feature: str, moments: np.ndarray, hearing: Hearing) -> np.ndarray:
    heard = hearing.heard.get(modulator.clip) if modulator is not None else None
    if heard is None or modulator is None:
        return np.zeros_like(moments)
    return heard.at(feature, moments, modulator.attack, modulator.release)


def _modulated(modulator: Modulator, found: np.ndarray, moments: np.ndarray, hearing: Hearing) -> np.ndarray:
    sound = _followed(modulator, modulator.feature, moments, hearing) * modulator.gain + modulator.offset
    match modulator.how:
        case "add":
            return found + sound
        case "multiply":
            return found * sound
        case "replace":
            return sound
