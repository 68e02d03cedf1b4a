"""What the effects of audio/sound's training are made of: oscillators, noise, ringing bodies, grains, rooms.

Sounds are float64 (N,) at RATE; chance comes from a numpy generator, so that a sound is a function of its seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engines.training.drum_synth import butterworth

RATE = 32_000
Sound = np.ndarray
TOP = 15_000.0  # Hz, no partial is made above it


class Look:
    """What chance decides about one sound, and the words that say so."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.words: list[str] = []

    def number(self, low: float, high: float, below: str = "", above: str = "") -> float:
        """A number from `low` to `high`, its logarithm uniform; in the outer thirds `below` or `above` is said."""
        share = self.rng.random()
        word = below if share < 0.3 else above if share > 0.7 else ""
        if word:
            self.words.append(word)
        return float(low * (high / low) ** share)

    def seconds(self, low: float, high: float) -> int:
        """A length in samples; 'short' or 'long' in the outer thirds."""
        return round(self.number(low, high, "short", "long") * RATE)

    def between(self, low: float, high: float) -> float:
        """An even number of which nothing is said."""
        return float(self.rng.uniform(low, high))

    def either(self, *words: str) -> str:
        """One of the words, which is said ('' is not)."""
        word = words[int(self.rng.integers(len(words)))]
        if word:
            self.words.append(word)
        return word

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)


def line(count: int, *points: tuple[float, float]) -> Sound:
    """Straight lines through (place, value), the places as shares of the whole, (count,)."""
    places, values = zip(*points, strict=True)
    return np.interp(np.linspace(0, 1, count), places, values)


def glide(count: int, start: float, end: float, curve: float = 1.0) -> Sound:
    """Hertz from `start` to `end`, straight in octaves when `curve` is 1, sooner there when it is less, (count,)."""
    return start * (end / start) ** (np.linspace(0, 1, count) ** curve)


def decay(count: int, seconds: float, attack: float = 0.002) -> Sound:
    """An envelope that falls by 60 dB in `seconds`, after a rise of `attack` seconds, (count,)."""
    time = np.arange(count) / RATE
    return np.exp(-6.9 * time / seconds) * np.minimum(1.0, time / max(attack, 1e-5))


def turns(hertz: Sound) -> Sound:
    """The phase in radians of an oscillator with these frequencies, (N,)."""
    return 2 * np.pi * np.cumsum(hertz) / RATE


def tone(hertz: Sound, partials: Sequence[float] = (1.0,), phase: float = 0.0) -> Sound:
    """A tone with partials of these amplitudes at whole multiples of `hertz` (N,), none above TOP."""
    angle = turns(hertz) + phase
    found = np.zeros(len(hertz))
    for index, size in enumerate(partials, start=1):
        if size and hertz.min() * index < TOP:
            part = size * np.sin(index * angle)
            found += part if hertz.max() * index < TOP else part * (hertz * index < TOP)
    return found


def saw(hertz: Sound, most: int = 30) -> Sound:
    """A sawtooth without aliasing."""
    return tone(hertz, [1 / k for k in range(1, most + 1)]) / 1.6


def square(hertz: Sound, most: int = 30) -> Sound:
    """A square wave without aliasing."""
    return tone(hertz, [1 / k if k % 2 else 0.0 for k in range(1, most + 1)])


WAVES: dict[str, Callable[[Sound], Sound]] = {"sine": tone, "saw": saw, "square": square}


def fm(hertz: Sound, ratio: float, index: Sound | float) -> Sound:
    """Frequency modulation: a sine at `hertz` turned by a sine at `ratio` times it (Chowning, 1973)."""
    return np.sin(turns(hertz) + index * np.sin(turns(hertz * ratio)))


def filtered(sound: Sound, low: float = 0.0, high: float = RATE, order: int = 2) -> Sound:
    """`sound` through Butterworth filters at `low` and `high` Hz, applied to its spectrum; causal."""
    size = 1 << (len(sound) + 2048).bit_length()
    spectrum = np.fft.rfft(sound, size)
    s = 1j * np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1.0)
    if low > 0:
        spectrum *= butterworth(low / s, order)
    if high < RATE / 2:
        spectrum *= butterworth(s / high, order)
    return np.fft.irfft(spectrum, size)[: len(sound)]


HOP, WINDOW = 256, 1024


def painted(
    rng: np.random.Generator, count: int, centre: Sound, octaves: Sound | float, *, floor: float = 0.0
) -> Sound:
    """Noise in a band that moves: around `centre` (any length) Hz, `octaves` wide on each side, (count,)."""
    frames = count // HOP + 5
    wave = rng.standard_normal((frames + 3) * HOP)
    rows = np.lib.stride_tricks.sliding_window_view(wave, WINDOW)[::HOP][:frames]
    window = np.hanning(WINDOW + 1)[:-1]
    spectra = np.fft.rfft(rows * window, axis=1)
    hertz = np.maximum(np.fft.rfftfreq(WINDOW, 1 / RATE), 15.0)
    at = np.linspace(0, 1, frames)
    middle = np.interp(at, np.linspace(0, 1, np.size(centre)), np.ravel(centre))[:, None]
    width = np.interp(at, np.linspace(0, 1, np.size(octaves)), np.ravel(octaves))[:, None]
    gain = np.exp(-0.5 * np.square(np.log2(hertz[None] / middle) / width)) + floor
    parts = np.fft.irfft(spectra * gain / np.sqrt(np.square(gain).mean(1, keepdims=True)), WINDOW, axis=1) * window
    found = np.zeros((frames + 3) * HOP)
    for quarter in range(4):
        some = parts[:, quarter * HOP : (quarter + 1) * HOP].ravel()
        found[quarter * HOP : quarter * HOP + len(some)] += some
    return found[3 * HOP : 3 * HOP + count]


def wander(rng: np.random.Generator, count: int, rate: float, depth: float = 1.0) -> Sound:
    """A smooth random curve about 0, (count,): about `rate` turns a second, `depth` its standard deviation."""
    knots = max(4, int(count / RATE * rate * 2) + 4)
    values = rng.standard_normal(knots) * depth
    places = np.linspace(0, knots - 2, count)
    whole = places.astype(int)
    part = 0.5 - 0.5 * np.cos(np.pi * (places - whole))
    return values[whole] * (1 - part) + values[whole + 1] * part


def ringing(count: int, modes: Sequence[tuple[float, float, float]], attack: float = 0.0005) -> Sound:
    """A struck body: modes as (hertz, amplitude, seconds to fall by 60 dB), (count,)."""
    time = np.arange(count) / RATE
    found = np.zeros(count)
    for hertz, size, seconds in modes:
        if hertz < TOP:
            alive = min(count, int(1.3 * seconds * RATE) + 1)
            found[:alive] += size * np.exp(-6.9 * time[:alive] / seconds) * np.sin(2 * np.pi * hertz * time[:alive])
    return found * np.minimum(1, time / attack)


def struck(look: Look, base: float, ratios: Sequence[float], seconds: float, count: int, tilt: float = 0.7) -> Sound:
    """A body whose modes stand in these ratios, each a little out; higher ones are softer and die sooner."""
    modes = [
        (base * ratio * look.between(0.995, 1.005), ratio**-tilt * look.between(0.5, 1), seconds * ratio**-0.5)
        for ratio in ratios
    ]
    return ringing(count, modes)


def tick(look: Look, seconds: float, low: float, high: float = TOP) -> Sound:
    """A short burst of noise between `low` and `high` Hz, peak 1."""
    count = round(seconds * RATE)
    return peaked(filtered(look.rng.standard_normal(count) * decay(count, seconds, 0.0003), low, high))


def scattered(count: int, grains: Sequence[tuple[float, Sound]]) -> Sound:
    """Grains laid over one another, each at its second, (count,)."""
    found = np.zeros(count)
    for second, grain in grains:
        start = round(second * RATE)
        if 0 <= start < count:
            part = grain[: count - start]
            found[start : start + len(part)] += part
    return found


def peaked(sound: Sound, peak: float = 1.0) -> Sound:
    return sound * (peak / max(np.abs(sound).max(initial=0.0), 1e-9))


def room(rng: np.random.Generator, sound: Sound, seconds: float, share: float, *, dark: float = 5000.0) -> Sound:
    """`sound` in a room that rings for `seconds`: noise that falls by 60 dB, below `dark` Hz."""
    tail = round(seconds * RATE)
    wave = filtered(rng.standard_normal(tail) * decay(tail, seconds, 0.004), 120, dark)
    size = 1 << (len(sound) + tail).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(wave, size), size)[: len(sound) + tail]
    dry = np.pad(sound, (0, tail)) * (1 - share)
    return dry + peaked(wet, share * np.abs(sound).max(initial=0.0))


def echoes(sound: Sound, seconds: float, share: float, times: int = 3) -> Sound:
    """`sound` and some repetitions, each softer by `share`."""
    step = round(seconds * RATE)
    found = np.pad(sound, (0, step * times))
    for index in range(1, times + 1):
        found[index * step : index * step + len(sound)] += share**index * sound
    return found


def crushed(sound: Sound, bits: int, hold: int) -> Sound:
    """Fewer bits and a lower rate, as old game machines had."""
    steps = 2 ** (bits - 1)
    kept = np.rint(peaked(sound) * steps)[::hold] / steps
    return np.repeat(kept, hold)[: len(sound)]


def driven(sound: Sound, amount: float) -> Sound:
    """Overdriven: the hyperbolic tangent of the sound at peak `amount`."""
    return np.tanh(peaked(sound) * amount)


def events(look: Look, count: int, rate: float, jitter: float = 0.0) -> list[float]:
    """Seconds of events, `rate` a second: regular, or pushed about by `jitter` of their distance; random when 1."""
    total = count / RATE
    if jitter >= 1:
        return sorted(look.rng.uniform(0, total, look.rng.poisson(total * rate) + 1).tolist())
    places = np.arange(0, total, 1 / rate)
    return np.maximum(0, places + look.rng.uniform(-1, 1, len(places)) * jitter / rate / 2).tolist()
