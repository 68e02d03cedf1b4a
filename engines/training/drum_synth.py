"""Drum machines of our own: kick, snare, hats, tom and clap from oscillators, noise and envelopes, at random settings.

The circuits follow what is known of analogue drum machines (swept sines, six square waves for metal, bursts of noise
for hands). Every sound is a function of a numpy generator: (RATE) samples a second, peak 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

RATE = 44100
LENGTH = 32768  # samples, 0.743 s

Draw = np.random.Generator
Sound = np.ndarray  # (LENGTH,) float64


def drum(kind: str, rng: Draw) -> Sound:
    """One drum of `kind` at random settings, peak 1."""
    sound = _MAKERS[kind](rng)
    return sound / max(np.abs(sound).max(), 1e-9)


def _time() -> Sound:
    return np.arange(LENGTH) / RATE


def _log(rng: Draw, low: float, high: float) -> float:
    """A number between `low` and `high`, its logarithm uniform."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _decay(seconds: float, attack: float = 0.0, curve: float = 1.0) -> Sound:
    """An envelope that falls by 60 dB in `seconds`, after a rise of `attack` seconds."""
    fall = np.exp(-6.9 * (_time() / seconds) ** curve)
    return fall * (1 - np.exp(-_time() / attack)) if attack else fall


def _sweep(start: float, end: float, fall: float, phase: float = 0.0) -> Sound:
    """A sine whose frequency falls from `start` to `end` Hz with the time constant `fall` seconds."""
    time = _time()
    return np.sin(2 * np.pi * (end * time + (start - end) * fall * (1 - np.exp(-time / fall))) + phase)


def filtered(sound: Sound, low: float = 0.0, high: float = RATE, order: int = 2, peak: float = 0.0) -> Sound:
    """`sound` through analogue Butterworth filters of `order` at `low` and `high` Hz and a bell of `peak` dB between.

    Applied as their complex response to the spectrum: causal, so nothing sounds before the stroke.
    """
    spectrum = np.fft.rfft(sound, 2 * LENGTH)
    s = 1j * np.maximum(np.fft.rfftfreq(2 * LENGTH, 1 / RATE), 1.0)
    if low > 0:
        spectrum *= butterworth(low / s, order)
    if high < RATE / 2:
        spectrum *= butterworth(s / high, order)
    if peak:
        middle = np.sqrt(max(low, 20.0) * min(high, RATE / 2))
        spectrum *= bell(s / middle, peak)
    return np.fft.irfft(spectrum, 2 * LENGTH)[:LENGTH]


def butterworth(s: np.ndarray, order: int) -> np.ndarray:
    """The low-pass response 1 / prod(s - p_k) at complex frequencies `s`, the corner at |s| = 1 (Butterworth, 1930)."""
    poles = np.exp(1j * np.pi * (2 * np.arange(order) + order + 1) / (2 * order))
    found = np.ones_like(s)
    for pole in poles:
        found /= s - pole
    return found


def bell(s: np.ndarray, decibel: float, quality: float = 1.0) -> np.ndarray:
    """The peaking response (s^2 + s A/Q + 1) / (s^2 + s/(A Q) + 1), A^2 the gain at |s| = 1."""
    gain = 10 ** (decibel / 40)
    return (s * s + s * gain / quality + 1) / (s * s + s / (gain * quality) + 1)


def _driven(sound: Sound, amount: float) -> Sound:
    return np.tanh(sound * amount) / np.tanh(amount) if amount > 0.1 else sound


def _click(rng: Draw) -> Sound:
    """The beater: a tick of bright noise or a short pulse."""
    noise = filtered(rng.standard_normal(LENGTH) * _decay(_log(rng, 0.004, 0.03)), low=_log(rng, 300, 4000))
    return noise / np.abs(noise).max()


def _kick(rng: Draw) -> Sound:
    end = _log(rng, 36, 78)
    body = _sweep(end * _log(rng, 1.3, 9), end, _log(rng, 0.008, 0.09), phase=rng.choice([0.0, np.pi / 2]) * 0.9)
    body = body * _decay(_log(rng, 0.16, 1.6), attack=_log(rng, 2e-4, 2e-3), curve=rng.uniform(0.9, 1.5))
    sound = _driven(body, rng.choice([0.0, _log(rng, 0.5, 5)])) + rng.choice([0.0, _log(rng, 0.02, 0.5)]) * _click(rng)
    return filtered(sound, low=20, high=_log(rng, 1200, 20000))


def _tom(rng: Draw) -> Sound:
    end = _log(rng, 70, 260)
    time = _log(rng, 0.2, 1.1)
    body = _sweep(end * rng.uniform(1.05, 2.2), end, _log(rng, 0.02, 0.12)) * _decay(time, attack=_log(rng, 3e-4, 3e-3))
    for ratio in (1.59, 2.14, 2.30):  # the next modes of a round membrane
        if rng.random() < 0.5:
            body += _log(rng, 0.02, 0.35) * _sweep(end * ratio * 1.1, end * ratio, 0.05) * _decay(time * 0.4)
    skin = rng.standard_normal(LENGTH) * _decay(_log(rng, 0.02, 0.25))
    skin = filtered(skin, low=_log(rng, 200, 900), high=_log(rng, 1500, 9000))
    sound = _driven(body, rng.choice([0.0, 1.5])) + _log(rng, 0.01, 0.35) * skin / np.abs(skin).max()
    return filtered(sound, low=35, high=_log(rng, 2500, 20000))


def _snare(rng: Draw) -> Sound:
    base = _log(rng, 140, 340)
    ring = _log(rng, 0.06, 0.35)
    tone = _sweep(base * rng.uniform(1.0, 1.8), base, 0.02) * _decay(ring)
    tone += rng.uniform(0, 0.8) * _sweep(base * rng.uniform(1.4, 2.0), base * 1.65, 0.02) * _decay(ring * 0.8)
    wires = rng.standard_normal(LENGTH) * _decay(_log(rng, 0.09, 0.7), attack=_log(rng, 1e-4, 3e-3))
    wires = filtered(wires, low=_log(rng, 300, 3500), high=_log(rng, 6000, 20000), peak=rng.uniform(-3, 9))
    wires /= np.abs(wires).max()
    sound = _log(rng, 0.08, 1.2) * tone + wires + rng.choice([0.0, 0.4]) * _click(rng)
    return filtered(_driven(sound, rng.choice([0.0, 0.0, 2.0])), low=70, high=_log(rng, 7000, 21000))


def _metal(rng: Draw) -> Sound:
    """Six square waves out of tune, as in the TR-808, with noise."""
    tune = _log(rng, 0.7, 1.8)
    time, metal = _time(), np.zeros(LENGTH)
    for hertz in (205.3, 304.4, 369.6, 522.7, 540.0, 800.0):
        metal += np.sign(np.sin(2 * np.pi * hertz * tune * rng.uniform(0.98, 1.02) * time + rng.uniform(0, 6.28)))
    mix = rng.choice([0.0, rng.uniform(0.2, 0.9), 1.0])
    return mix * metal / 2.4 + (1 - mix) * rng.standard_normal(LENGTH)


def _hat(rng: Draw, shortest: float, longest: float) -> Sound:
    sound = _metal(rng) * _decay(
        _log(rng, shortest, longest), attack=_log(rng, 5e-5, 2e-3), curve=rng.uniform(0.7, 1.1)
    )
    sound = filtered(sound, low=_log(rng, 3500, 9500), order=int(rng.integers(2, 6)), high=_log(rng, 10000, 21000))
    return sound + rng.choice([0.0, 0.05, 0.2]) * np.abs(sound).max() * _click(rng)


def _clap(rng: Draw) -> Sound:
    gap, hands = _log(rng, 0.006, 0.016), int(rng.integers(2, 6))
    time, envelope = _time(), np.zeros(LENGTH)
    start = 0.0
    for hand in range(hands):
        last = hand == hands - 1
        length = _log(rng, 0.08, 0.6) if last else gap * rng.uniform(0.8, 2.0)
        late = np.maximum(time - start, 0)
        envelope += (time >= start) * np.exp(-6.9 * late / length) * rng.uniform(0.6, 1.0)
        start += gap * rng.uniform(0.7, 1.3)
    low = _log(rng, 500, 1500)
    noise = filtered(rng.standard_normal(LENGTH) * envelope, low=low, high=low * rng.uniform(1.6, 6), peak=4.0)
    room = filtered(rng.standard_normal(LENGTH) * _decay(_log(rng, 0.1, 0.5)), low=low, high=9000)
    return noise / np.abs(noise).max() + rng.choice([0.0, 0.1]) * room / np.abs(room).max()


_MAKERS: dict[str, Callable[[Draw], Sound]] = {
    "kick": _kick,
    "snare": _snare,
    "closed hat": lambda rng: _hat(rng, 0.03, 0.16),
    "open hat": lambda rng: _hat(rng, 0.3, 1.4),
    "tom": _tom,
    "clap": _clap,
}
