"""What is heard in a sound, a hundred times a second: onsets, loudness, bands and pitch; and how they are followed."""

from dataclasses import dataclass, field
from typing import NamedTuple, get_args

import numpy as np

from app.core.timeline import pitch
from app.core.timeline.values import ZERO, Feature, Time

FEATURES: tuple[Feature, ...] = get_args(Feature)
HOP = 0.01  # seconds
WINDOW = 0.02  # seconds at least; a power of two of samples
BANDS = {"low": (20.0, 250.0), "mid": (250.0, 4000.0), "high": (4000.0, np.inf)}  # Hz
BLOCK = 4096  # windows at once
COMPRESSION = 100.0  # of magnitudes, before onsets are looked for
FLOOR = 1e-3  # what is quieter than this (-60 dB) is not scaled up to 1
LOWEST, OCTAVES = 55.0, 5.0  # Hz that is 0 when pitch is scaled, and how many octaves above is 1


class Features(NamedTuple):
    """Float32 arrays (T,), one value for every `hop` seconds, the first at 0: `onset` spectral flux of compressed
    magnitudes; `rms` root of the mean square; `low`, `mid`, `high` the same of a band; `pitch` in Hz, 0 for none."""

    onset: np.ndarray
    rms: np.ndarray
    low: np.ndarray
    mid: np.ndarray
    high: np.ndarray
    pitch: np.ndarray
    hop: float = HOP

    def scaled(self, feature: Feature | str) -> np.ndarray:
        """One of them from 0 to 1, float64 (T,): by its largest value; pitch by octaves above 55 Hz, the last one
        heard holding where there is none."""
        found = np.asarray(getattr(self, feature), np.float64)
        if feature == "pitch":
            return np.clip(np.log2(np.maximum(_held(found), LOWEST) / LOWEST) / OCTAVES, 0.0, 1.0)
        return found / max(float(found.max(initial=0.0)), FLOOR)


@dataclass(frozen=True, eq=False)
class Heard:
    """The features of a sound that begins at `since`, in seconds on the timeline."""

    features: Features
    since: Time = ZERO
    _known: dict[tuple[str, float, float], np.ndarray] = field(default_factory=dict, repr=False)

    def at(self, feature: Feature | str, moments: np.ndarray, attack: float = 0.0, release: float = 0.0) -> np.ndarray:
        """A scaled feature as it is followed, at moments in seconds on the timeline: float64 (N,). Before the sound
        it is 0, after it what was reached dies away."""
        rows, hop = self._rows(feature, attack, release), self.features.hop
        if not len(rows):
            return np.zeros_like(moments)
        places = (moments - float(self.since)) / hop
        found = np.interp(places, np.arange(len(rows)), rows)
        over = np.maximum(places - (len(rows) - 1), 0.0) * hop
        faded = np.exp(-over / release) if release > 0 else np.where(over > 0, 0.0, 1.0)
        return np.where(places < 0, 0.0, found * faded)

    def _rows(self, feature: str, attack: float, release: float) -> np.ndarray:
        wanted = (feature, attack, release)
        if wanted not in self._known:
            rows = followed(self.features.scaled(feature), self.features.hop, attack, release)
            self._known[wanted] = rows
        return self._known[wanted]


def features(samples: np.ndarray, rate: int) -> Features:
    """What is heard in `samples`, float32 (N,) or (N, C), of which the mean over the channels is taken."""
    mono = np.asarray(samples, np.float64)
    mono = mono.mean(axis=1) if mono.ndim == 2 else mono
    count = -(-len(mono) * round(1 / HOP) // rate) if len(mono) else 0
    centres = np.rint(np.arange(count) * HOP * rate).astype(np.int64)
    onset, bands = _spectral(mono, rate, centres)
    heard = [onset, _rms(mono, rate, centres), *bands, pitch.pitches(mono, rate, centres)]
    onset, rms, low, mid, high, tone = (one.astype(np.float32) for one in heard)
    return Features(onset, rms, low, mid, high, tone)


def followed(
    signal: np.ndarray, hop: float, attack: float, release: float, *, gain: float = 1.0, offset: float = 0.0
) -> np.ndarray:
    """`signal` (T,) as it is followed: rising it comes within 1/e of its goal in `attack` seconds, falling in
    `release` (0: at once); then times `gain` plus `offset`."""
    up, down = (1 - np.exp(-hop / time) if time > 0 else 1.0 for time in (attack, release))
    reached, rows = 0.0, []
    for goal in np.asarray(signal, np.float64).tolist():
        reached += (goal - reached) * (up if goal > reached else down)
        rows.append(reached)
    return np.array(rows, np.float64) * gain + offset


def _held(values: np.ndarray) -> np.ndarray:
    """With the last value above 0 in place of every 0 that follows it."""
    last = np.maximum.accumulate(np.where(values > 0, np.arange(len(values)), 0))
    return values[last]


def _rms(mono: np.ndarray, rate: int, centres: np.ndarray) -> np.ndarray:
    """Over two hops round each centre, as far as there is sound."""
    sums = np.concatenate([[0.0], np.cumsum(mono**2)])
    reach = max(1, round(HOP * rate))
    first, last = np.clip(centres - reach, 0, None), np.clip(centres + reach, None, len(mono))
    return np.sqrt(np.maximum(sums[last] - sums[first], 0.0) / np.maximum(last - first, 1))


def _spectral(mono: np.ndarray, rate: int, centres: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Onset strengths (T,) and the root mean square of every band [(T,), ...], over Hann windows round the centres.

    Onsets are the rise of log(1 + 100 |X|) since the window before, meaned over the bins (spectral flux: Bello et al.,
    "A tutorial on onset detection in music signals", 2005; compressed after Müller, "Fundamentals of Music
    Processing", 6.1). Bands are by Parseval's theorem.
    """
    size = 1 << int(np.ceil(np.log2(WINDOW * rate)))
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    bins = np.fft.rfftfreq(size, 1 / rate)
    inside = [(bins >= low) & (bins < high) for low, high in BANDS.values()]
    onsets, bands, before = [], [], np.zeros((1, len(bins)))
    for spectra in framed(mono, centres, size, hann):
        loud = np.log1p(COMPRESSION * np.abs(spectra) * 2 / hann.sum())
        onsets.append(np.maximum(np.diff(loud, axis=0, prepend=before), 0.0).mean(axis=1))
        before = loud[-1:]
        power = np.abs(spectra) ** 2 * 2 / (size * (hann**2).sum())
        bands.append(np.sqrt(np.stack([power[:, mask].sum(axis=1) for mask in inside])))
    if not onsets:
        return np.zeros(0), [np.zeros(0)] * len(BANDS)
    return np.concatenate(onsets), list(np.concatenate(bands, axis=1))


def framed(mono: np.ndarray, centres: np.ndarray, size: int, window: np.ndarray):  # type: ignore[no-untyped-def]
    """The spectra of windows round the centres, (up to 4096, size / 2 + 1) at a time; silence lies round the sound."""
    padded = np.pad(mono, (size // 2, size))
    for at in range(0, len(centres), BLOCK):
        places = centres[at : at + BLOCK, None] + np.arange(size)
        yield np.fft.rfft(padded[places] * window, axis=1)
