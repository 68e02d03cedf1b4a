"""Notes for audio/sound: synthesisers of our own, and the instruments of the packaged SoundFont."""

from __future__ import annotations

import numpy as np

from engines.training.sound_synth import (
    RATE,
    Look,
    Sound,
    decay,
    driven,
    filtered,
    fm,
    line,
    saw,
    scattered,
    square,
    tone,
)

MINOR, MAJOR = (0, 3, 7, 12), (0, 4, 7, 12)
ROOTS = 110.0

# General MIDI programs (from 0), the lowest and the highest key a player would use.
INSTRUMENTS: dict[str, tuple[int, int, int]] = {
    "piano": (0, 28, 96),
    "electric piano": (4, 36, 88),
    "harpsichord": (6, 36, 84),
    "celesta": (8, 60, 96),
    "music box": (10, 60, 96),
    "vibraphone": (11, 53, 89),
    "marimba": (12, 45, 89),
    "xylophone": (13, 65, 96),
    "tubular bells": (14, 55, 77),
    "church organ": (19, 36, 84),
    "accordion": (21, 48, 86),
    "harmonica": (22, 55, 84),
    "acoustic guitar": (24, 40, 79),
    "electric guitar": (27, 40, 82),
    "distorted guitar": (30, 40, 76),
    "double bass": (32, 28, 55),
    "electric bass": (33, 28, 55),
    "slap bass": (36, 28, 55),
    "violin": (40, 55, 93),
    "cello": (42, 36, 72),
    "pizzicato strings": (45, 40, 84),
    "harp": (46, 36, 91),
    "timpani": (47, 38, 57),
    "string ensemble": (48, 36, 88),
    "choir": (52, 48, 79),
    "trumpet": (56, 55, 82),
    "trombone": (57, 40, 70),
    "tuba": (58, 28, 53),
    "french horn": (60, 41, 74),
    "saxophone": (65, 49, 80),
    "oboe": (68, 58, 88),
    "clarinet": (71, 50, 88),
    "flute": (73, 60, 92),
    "recorder": (74, 60, 88),
    "pan flute": (75, 60, 88),
    "ocarina": (79, 60, 84),
    "sitar": (104, 48, 76),
    "banjo": (105, 48, 79),
    "koto": (107, 48, 79),
    "kalimba": (108, 55, 84),
    "bagpipe": (109, 55, 77),
    "steel drum": (114, 55, 84),
}
FX = {"bird": 123, "telephone": 124, "helicopter": 125, "applause": 126, "gunshot": 127, "waves": 122}


def _key(look: Look, low: float, high: float) -> float:
    """Hertz of a key between two, in tune."""
    hertz = look.number(low, high, "low", "high")
    return float(440 * 2 ** (np.round(12 * np.log2(hertz / 440)) / 12))


def pad(look: Look) -> Sound:
    count, base = look.seconds(2.5, 4.9), _key(look, 90, 330)
    chord = MINOR if look.either("dark", "warm") == "dark" else MAJOR
    voices = [saw(np.full(count, base * 2 ** (n / 12) * d), 16) for n in chord for d in (0.996, 1.004)]
    return filtered(np.sum(voices, 0), 60, look.number(700, 3500)) * line(count, (0, 0), (0.25, 1), (0.75, 1), (1, 0))


def bass(look: Look) -> Sound:
    count, base = look.seconds(0.4, 2.5), _key(look, 36, 110)
    wave = (saw, square)[int(look.rng.integers(2))](np.full(count, base), 40)
    body = filtered(wave, 25, look.number(250, 1800, "dark", "bright")) + 0.5 * tone(np.full(count, base))
    return (
        driven(body, look.between(0.8, 2.5))
        * decay(count, 1.5 * count / RATE, 0.004)
        * line(count, (0, 1), (0.9, 1), (1, 0))
    )


def pluck(look: Look) -> Sound:
    """A plucked string: noise going round a delay line that dulls it (Karplus and Strong, 1983)."""
    base = _key(look, 110, 900)
    period, total = max(8, round(RATE / base)), round(look.between(0.8, 2.0) * RATE)
    row = filtered(look.rng.uniform(-1, 1, period), 0, look.number(2500, 14000, "dark", "bright"))
    keep, rows = 0.5 ** (1 / max(8.0, base * look.between(0.15, 0.4))), []
    for _ in range(total // period + 1):
        rows.append(row)
        row = keep * (0.5 * row + 0.5 * np.roll(row, 1))
    sound = np.concatenate(rows)[:total]
    return sound * line(total, (0, 1), (0.85, 1), (1, 0))


def arpeggio(look: Look) -> Sound:
    rate, base = look.number(5, 14, "slow", "fast"), _key(look, 160, 520)
    chord = MINOR if look.either("minor", "major") == "minor" else MAJOR
    total, step = look.between(1.2, 3.8), round(1.4 * RATE / rate)
    wave = (saw, square, tone)[int(look.rng.integers(3))]
    notes = [
        wave(np.full(step, base * 2 ** (n / 12))) * decay(step, 1.6 * step / RATE) for n in (*chord, *chord[2:0:-1])
    ]
    return scattered(round((total + 0.3) * RATE), [(i / rate, notes[i % len(notes)]) for i in range(int(total * rate))])


def lead(look: Look) -> Sound:
    count, base = look.seconds(0.5, 2.5), _key(look, 220, 900)
    time = np.arange(count) / RATE
    hertz = base * (1 + 0.012 * np.sin(2 * np.pi * 5.5 * time) * np.minimum(1, time / 0.4))
    sound = saw(hertz, 24) if look.chance(0.5) else square(hertz, 24)
    return filtered(sound, 80, look.number(1500, 9000, "soft", "bright")) * line(
        count, (0, 0), (0.03, 1), (0.85, 0.9), (1, 0)
    )


def fm_bell(look: Look) -> Sound:
    base, count = _key(look, 260, 1300), round(look.between(1.0, 3.0) * RATE)
    return fm(np.full(count, base), look.rng.choice([1.4, 3.5, 2.76]), 4 * decay(count, 1.5)) * decay(
        count, count / RATE
    )


def chord(look: Look) -> Sound:
    count, base = look.seconds(0.6, 2.8), _key(look, 130, 400)
    tones = MINOR if look.either("minor", "major") == "minor" else MAJOR
    voices = [tone(np.full(count, base * 2 ** (n / 12)), (1, 0.4, 0.25, 0.12, 0.06)) for n in tones]
    return np.sum(voices, 0) * decay(count, 1.6 * count / RATE, 0.01) * line(count, (0, 1), (0.9, 1), (1, 0))


# ---------------------------------------------------------------- sampled instruments


def _struck(program: int, pitch: int, velocity: int, seconds: float) -> Sound:
    """A key of the SoundFont as mono at 44.1 kHz."""
    from engines.files import synth

    held = round(seconds * synth.RATE)
    return synth.strike((0, program), pitch, velocity, held).mean(1).astype(np.float64)


def instrument(look: Look, name: str) -> Sound:
    """A note, a chord or a short phrase on the instrument `name`, mono at 44.1 kHz."""
    program, lowest, highest = INSTRUMENTS[name]
    share = look.rng.random()
    pitch = round(lowest + share * (highest - lowest))
    if share < 0.3 or share > 0.7:
        look.words.append("low" if share < 0.3 else "high")
    velocity = int(look.rng.integers(55, 120))
    what = look.either("note", "note", "note", "chord", "melody")
    seconds = look.number(0.35, 2.2, "short", "long")
    if what == "note":
        return _struck(program, pitch, velocity, seconds)
    if what == "chord":
        tones = MINOR if look.either("minor", "major") == "minor" else MAJOR
        parts = [_struck(program, min(pitch + n, highest + 7), velocity, seconds) for n in tones[:3]]
        return _summed(parts, [0, 0, 0])
    steps = look.rng.choice([-4, -2, -1, 0, 2, 3, 4, 5], int(look.rng.integers(3, 7)))
    pitches = np.clip(pitch + np.cumsum(steps), lowest, highest)
    gap = look.number(0.14, 0.4, "fast", "slow")
    return _summed([_struck(program, int(p), velocity, gap) for p in pitches], [i * gap for i in range(len(pitches))])


def sampled_effect(look: Look, kind: str) -> Sound:
    """One of General MIDI's sound effects, at 44.1 kHz."""
    return _struck(FX[kind], int(look.rng.integers(52, 76)), 110, look.between(1.2, 3.5))


def _summed(parts: list[Sound], starts: list[float]) -> Sound:
    places = [round(start * 44_100) for start in starts]
    found = np.zeros(max(place + len(part) for place, part in zip(places, parts, strict=True)))
    for place, part in zip(places, parts, strict=True):
        found[place : place + len(part)] += part
    return found
