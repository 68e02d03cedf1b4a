"""Effects of our own for audio/sound: games, science fiction, signals and machines. Each is a function of a `Look`."""

from __future__ import annotations

import numpy as np

from engines.training.sound_synth import (
    RATE,
    WAVES,
    Look,
    Sound,
    crushed,
    decay,
    driven,
    echoes,
    events,
    filtered,
    fm,
    glide,
    line,
    painted,
    peaked,
    ringing,
    saw,
    scattered,
    square,
    struck,
    tick,
    tone,
    wander,
)


def _wave(look: Look, hertz: Sound, *names: str) -> Sound:
    return WAVES[names[int(look.rng.integers(len(names)))]](hertz)


# ---------------------------------------------------------------- games


def laser(look: Look) -> Sound:
    count = look.seconds(0.12, 0.7)
    top = look.number(900, 5500, "low", "high")
    hertz = glide(count, top, top * look.between(0.04, 0.2), look.between(0.35, 0.9))
    sound = _wave(look, hertz, "saw", "square", "sine") * decay(count, count / RATE * 1.4, 0.001)
    return echoes(sound, 0.09, 0.4) if look.chance(0.2) else sound


def zap(look: Look) -> Sound:
    """Electricity: a buzz torn by noise."""
    count = look.seconds(0.2, 1.2)
    hertz = look.number(50, 140, "low", "high") * (1 + 0.05 * wander(look.rng, count, 30))
    torn = np.abs(wander(look.rng, count, 45)) ** 2
    spark = filtered(look.rng.standard_normal(count), 2000) * (wander(look.rng, count, 60) > 0.6)
    return (0.6 * driven(saw(hertz), 3) * torn + spark) * line(count, (0, 0.3), (0.05, 1), (0.8, 0.8), (1, 0))


def coin(look: Look) -> Sound:
    base = look.number(700, 1700, "low", "high")
    first, rest = round(look.between(0.05, 0.1) * RATE), round(look.between(0.25, 0.7) * RATE)
    step = look.rng.choice([4 / 3, 1.5, 2.0])
    hertz = np.concatenate([np.full(first, base), np.full(rest, base * step)])
    envelope = np.concatenate([np.ones(first), decay(rest, rest / RATE, 0.001)])
    return _wave(look, hertz, "square", "sine") * envelope


def jump(look: Look) -> Sound:
    count = look.seconds(0.12, 0.5)
    base = look.number(130, 500, "low", "high")
    hertz = glide(count, base, base * look.between(2, 4.5), look.between(0.6, 1.4))
    return _wave(look, hertz, "square", "sine", "saw") * line(count, (0, 0), (0.05, 1), (0.6, 0.7), (1, 0))


def explosion(look: Look) -> Sound:
    count = look.seconds(0.8, 3.5)
    start = look.number(500, 3000, "deep", "bright")
    body = painted(look.rng, count, glide(count, start, 60, 0.5), 1.3) * decay(count, count / RATE, 0.003)
    boom = tone(glide(count, 110, 32, 0.4)) * decay(count, count / RATE * 0.8, 0.004)
    debris = filtered(look.rng.standard_normal(count), 1200) * (np.abs(wander(look.rng, count, 25)) ** 3)
    return driven(peaked(body) + 0.8 * boom + 0.12 * debris * decay(count, count / RATE), look.between(1.2, 3))


def gunshot(look: Look) -> Sound:
    count = look.seconds(0.3, 1.0)
    crack = tick(look, 0.04, 800) if look.either("sharp", "muffled") == "sharp" else tick(look, 0.05, 100, 900)
    body = painted(look.rng, count, glide(count, look.number(900, 2500), 120, 0.4), 1.5) * decay(count, count / RATE)
    return driven(scattered(count, [(0, 1.5 * crack), (0, peaked(body))]), 2)


def powerup(look: Look) -> Sound:
    rising = look.either("", "", "rising") in ("", "rising")
    base, notes = look.number(220, 700, "low", "high"), int(look.rng.integers(4, 9))
    length = round(look.number(0.06, 0.16, "fast", "slow") * RATE)
    scale = np.cumsum(look.rng.choice([3, 4, 5, 7], notes)) if rising else np.arange(notes)
    hertz = np.concatenate([np.full(length, base * 2 ** (n / 12)) for n in np.minimum(scale, 30)])
    sound = _wave(look, hertz, "square", "saw", "sine")
    return np.pad(sound * line(len(sound), (0, 1), (0.85, 0.8), (1, 0)), (0, 800))


def powerdown(look: Look) -> Sound:
    count = look.seconds(0.6, 2.0)
    top = look.number(400, 1500, "low", "high")
    hertz = glide(count, top, top / look.between(6, 16), 1.2) * (1 + 0.04 * np.sin(np.arange(count) / RATE * 40))
    return _wave(look, hertz, "saw", "square") * line(count, (0, 0), (0.02, 1), (0.7, 0.8), (1, 0))


def hurt(look: Look) -> Sound:
    count = look.seconds(0.1, 0.35)
    top = look.number(350, 1100, "low", "high")
    grit = look.rng.standard_normal(count) * decay(count, 0.15)
    return (square(glide(count, top, top * 0.25, 0.8)) + 0.7 * grit) * decay(count, count / RATE * 1.3)


def gameover(look: Look) -> Sound:
    base, length = look.number(260, 600, "low", "high"), round(look.number(0.18, 0.4, "fast", "slow") * RATE)
    drop = np.cumsum([0, *look.rng.choice([-1, -2, -3, -4], 3)])
    parts = [_wave(look, np.full(length, base * 2 ** (n / 12)), "square") for n in drop]
    last = 2 * length
    parts.append(square(base * 2 ** (drop[-1] / 12 - 0.3) * (1 + 0.02 * np.sin(np.arange(last) / RATE * 38))))
    return np.concatenate(parts) * line(5 * length + length, (0, 1), (0.7, 0.9), (1, 0))


def error(look: Look) -> Sound:
    hertz, length = look.number(90, 300, "low", "high"), look.between(0.1, 0.25)
    times = 1 if look.chance(0.4) else 2
    buzz = saw(np.full(round(length * RATE), hertz)) + square(np.full(round(length * RATE), hertz * 1.06))
    buzz = buzz * line(len(buzz), (0, 0), (0.03, 1), (0.95, 1), (1, 0))
    return scattered(round((times * length * 1.5 + 0.05) * RATE), [(i * length * 1.4, buzz) for i in range(times)])


def blip(look: Look) -> Sound:
    count = round(look.between(0.04, 0.14) * RATE)
    hertz = look.number(350, 2200, "low", "high")
    sound = _wave(look, glide(count, hertz, hertz * look.rng.choice([1, 1, 1.5])), "square", "sine")
    return np.pad(sound * line(count, (0, 0), (0.05, 1), (0.6, 0.8), (1, 0)), (0, 400))


def teleport(look: Look) -> Sound:
    count = look.seconds(0.7, 2.2)
    rate = glide(count, look.between(5, 9), look.between(18, 35))
    way = look.either("rising", "falling")
    ends = (200, 1800) if way == "rising" else (1800, 200)
    hertz = glide(count, *ends) * (1 + 0.3 * np.sin(turns_of(rate)))
    shimmer = painted(look.rng, count, glide(count, *(5 * e for e in ends)), 0.4)
    return (tone(hertz, (1, 0.4, 0.2)) + 0.4 * peaked(shimmer)) * line(count, (0, 0), (0.15, 1), (0.8, 0.8), (1, 0))


def turns_of(hertz: Sound) -> Sound:
    """The phase of a slow oscillator with these frequencies."""
    return 2 * np.pi * np.cumsum(hertz) / RATE


# ---------------------------------------------------------------- science fiction and film


def whoosh(look: Look) -> Sound:
    count = look.seconds(0.35, 1.8)
    low, high = look.number(200, 600), look.number(1200, 6000, "dark", "bright")
    peak = look.between(0.35, 0.7)
    centre = np.exp(line(count, (0, np.log(low)), (peak, np.log(high)), (1, np.log(low))))
    return painted(look.rng, count, centre, look.between(0.5, 0.9)) * line(count, (0, 0), (peak, 1), (1, 0)) ** 2


def riser(look: Look) -> Sound:
    count = look.seconds(1.5, 4.5)
    start = look.number(100, 300)
    noise = peaked(painted(look.rng, count, glide(count, 400, 9000), 0.6))
    synth = sum(saw(glide(count, start * d, 8 * start * d), 12) for d in (0.99, 1.0, 1.012))
    mix = 1.0 if look.either("noisy", "tonal") == "noisy" else 0.15
    return (mix * noise + 0.3 * synth) * line(count, (0, 0), (0.97, 1), (1, 0)) ** 1.5


def subdrop(look: Look) -> Sound:
    count = look.seconds(1.0, 3.5)
    top = look.number(110, 320)
    return driven(tone(glide(count, top, 28, 0.6)) * decay(count, count / RATE * 1.5, 0.005), look.between(1, 2.5))


def sonar(look: Look) -> Sound:
    hertz = look.number(600, 1600, "low", "high")
    ping = ringing(round(1.6 * RATE), [(hertz, 1, look.between(0.7, 1.5)), (hertz * 1.003, 0.4, 0.9)])
    return scattered(round(4 * RATE), [(i * 1.9, ping) for i in range(2)])


def ufo(look: Look) -> Sound:
    count = look.seconds(2.0, 4.8)
    time = np.arange(count) / RATE
    rate, base = look.number(2, 9, "slow", "fast"), look.number(250, 900, "low", "high")
    hertz = base * 2 ** (0.5 * np.sin(2 * np.pi * rate * time) + 0.1 * np.sin(time))
    return tone(hertz, (1, 0.3, 0.15)) * line(count, (0, 0), (0.08, 1), (0.9, 1), (1, 0))


def computer(look: Look) -> Sound:
    """A machine that thinks aloud: quick beeps."""
    rate, total = look.number(7, 18, "slow", "fast"), look.between(1.0, 3.5)
    beep = round(RATE / rate * 0.8)
    low = look.number(400, 1000, "low", "high")
    grains = []
    for at in events(look, round(total * RATE), rate):
        hertz = low * 2 ** (look.rng.integers(0, 25) / 12)
        grains.append((at, tone(np.full(beep, hertz), (1, 0, 0.2)) * line(beep, (0, 0), (0.05, 1), (0.9, 1), (1, 0))))
    return scattered(round(total * RATE), grains)


def glitch(look: Look) -> Sound:
    count = look.seconds(0.4, 1.6)
    wave = look.rng.standard_normal(count) * (wander(look.rng, count, 25) > 0)
    hertz = 80 * 2 ** np.floor(5 * np.abs(wander(look.rng, count, 14)))
    return crushed(
        0.4 * wave + square(hertz, 10) * (wander(look.rng, count, 20) > -0.3), 4, int(look.rng.integers(3, 9))
    )


def static(look: Look) -> Sound:
    count = look.seconds(1.5, 4.5)
    hiss = filtered(look.rng.standard_normal(count), 600, look.number(5000, 14000, "dark", "bright"))
    crackle = np.where(look.rng.random(count) < 6e-4, look.rng.normal(0, 6, count), 0)
    return hiss * (1 + 0.2 * wander(look.rng, count, 4)) + filtered(crackle, 800)


# ---------------------------------------------------------------- signals


def alarm(look: Look) -> Sound:
    rate, hertz = look.number(1.5, 7, "slow", "fast"), look.number(600, 2600, "low", "high")
    beep = round(RATE / rate * look.between(0.45, 0.7))
    one = _wave(look, np.full(beep, hertz), "square", "sine") * line(beep, (0, 0), (0.04, 1), (0.95, 1), (1, 0))
    count = round(look.between(2, 4.8) * RATE)
    return scattered(count, [(at, one) for at in events(look, count, rate)])


def siren(look: Look) -> Sound:
    count = look.seconds(2.2, 4.9)
    time, rate = np.arange(count) / RATE, look.number(0.3, 4, "slow", "fast")
    low, high = look.between(350, 700), look.between(950, 1700)
    swing = 0.5 - 0.5 * np.cos(2 * np.pi * rate * time)
    if look.either("wailing", "two-tone") == "two-tone":
        swing = np.floor(2 * ((rate * time) % 1))
    return tone(low * (high / low) ** swing, (1, 0.5, 0.4, 0.2, 0.15)) * line(
        count, (0, 0), (0.03, 1), (0.97, 1), (1, 0)
    )


def telephone(look: Look) -> Sound:
    kind = look.either("old", "electronic")
    rings = []
    length = look.between(0.8, 1.5)
    time = np.arange(round(length * RATE)) / RATE
    if kind == "old":
        base = look.number(900, 1700)
        strike = [
            (i / 22, struck(look, base * (1, 1.26)[i % 2], (1, 2.7, 5.1), 0.25, 6000)) for i in range(int(22 * length))
        ]
        ring = scattered(len(time), strike)
    else:
        base, rate = look.between(700, 1300), look.between(10, 18)
        ring = tone(base * (1 + 0.25 * (np.sin(2 * np.pi * rate * time) > 0)), (1, 0.3)) * line(
            len(time), (0, 1), (1, 1)
        )
    for index in range(2):
        rings.append((index * (length + 0.8), ring))
    return scattered(round((2 * length + 1) * RATE), rings)


def doorbell(look: Look) -> Sound:
    base, gap = look.number(450, 800, "low", "high"), look.between(0.35, 0.6)
    one = struck(look, base, (1, 2.0, 3.01, 4.2), 1.6, round(1.8 * RATE))
    two = struck(look, base * 0.794, (1, 2.0, 3.01, 4.2), 1.8, round(2 * RATE))
    return scattered(round(2.6 * RATE), [(0, one), (gap, two)])


def horn(look: Look) -> Sound:
    base, length = look.number(230, 480, "low", "high"), look.seconds(0.3, 1.6)
    hertz = np.full(length, base)
    sound = saw(hertz, 24) + saw(hertz * 1.26, 20)
    return filtered(sound, 250, 5000) * line(length, (0, 0), (0.04, 1), (0.92, 1), (1, 0))


def whistle(look: Look) -> Sound:
    """A referee's or a human whistle."""
    count = look.seconds(0.3, 1.5)
    time, base = np.arange(count) / RATE, look.number(1200, 3300, "low", "high")
    way = look.either("", "rising", "falling")
    bend = {"": (1, 1.03), "rising": (0.75, 1.2), "falling": (1.2, 0.75)}[way]
    flutter = 1 + 0.03 * np.sin(2 * np.pi * look.between(5, 40) * time)
    breath = 0.1 * peaked(painted(look.rng, count, np.array([base]), 0.3))
    return (tone(base * glide(count, *bend) * flutter) + breath) * line(count, (0, 0), (0.08, 1), (0.85, 1), (1, 0))


# ---------------------------------------------------------------- machines


def engine(look: Look) -> Sound:
    count = look.seconds(2.0, 4.9)
    way = look.either("idling", "revving", "steady")
    base = look.number(28, 110, "low", "high")
    course = {
        "idling": ((0, 1), (1, 1)),
        "steady": ((0, 1.6), (1, 1.6)),
        "revving": ((0, 1), (0.4, 2.6), (0.7, 1.5), (1, 1.1)),
    }
    hertz = base * line(count, *course[way]) * (1 + 0.015 * wander(look.rng, count, 12))
    fire = tone(hertz, [1, 0.8, 0.6, 0.7, 0.5, 0.4, 0.3, 0.3, 0.2, 0.2, 0.1, 0.1])
    air = filtered(look.rng.standard_normal(count), 150, 2500) * (0.6 + 0.4 * tone(hertz))
    return driven(fire + 0.5 * air, 1.5) * line(count, (0, 0), (0.03, 1), (0.97, 1), (1, 0))


def motor(look: Look) -> Sound:
    """Drills, servos and other electric motors."""
    count = look.seconds(0.8, 3.5)
    base = look.number(160, 700, "low", "high")
    hertz = base * line(count, (0, 0.5), (0.12, 1), (0.9, 1), (1, 0.5)) * (1 + 0.01 * wander(look.rng, count, 20))
    whine = tone(hertz, (0.6, 0.3, 0.5, 0.2, 0.4, 0.1, 0.2))
    return (whine + 0.15 * filtered(look.rng.standard_normal(count), 2000)) * line(
        count, (0, 0), (0.06, 1), (0.94, 1), (1, 0)
    )


def helicopter(look: Look) -> Sound:
    count = look.seconds(2.5, 4.9)
    rate = look.number(8, 17, "slow", "fast")
    beat = np.exp(-((np.arange(count) / RATE * rate) % 1) * 5)
    chop = painted(look.rng, count, np.array([look.between(120, 260)]), 1.0, floor=0.02) * (0.15 + beat)
    whine = 0.05 * tone(np.full(count, look.between(500, 1100)), (1, 0.5))
    return (peaked(chop) + whine) * line(count, (0, 0), (0.05, 1), (0.95, 1), (1, 0))


def train(look: Look) -> Sound:
    rate, count = look.number(1.4, 4, "slow", "fast"), look.seconds(2.5, 4.9)
    clack = tick(look, 0.09, 120, 1800)
    beats = [(at + extra, clack * size) for at in events(look, count, rate) for extra, size in ((0, 1), (0.12, 0.7))]
    rumble = painted(look.rng, count, np.array([130.0]), 1.1)
    return (scattered(count, beats) + 0.5 * peaked(rumble)) * line(count, (0, 0.6), (0.1, 1), (0.95, 1), (1, 0))


def typing(look: Look) -> Sound:
    count, rate = look.seconds(1.5, 4.5), look.number(4, 11, "slow", "fast")
    keys = [
        (at, tick(look, look.between(0.012, 0.03), look.between(900, 2200)) * look.between(0.4, 1))
        for at in events(look, count, rate, 0.9)
    ]
    return scattered(count, keys)


def shutter(look: Look) -> Sound:
    gap = look.between(0.05, 0.13)
    return scattered(
        round((gap + 0.12) * RATE),
        [(0, tick(look, 0.02, 1500)), (0.012, 0.6 * tick(look, 0.03, 700, 6000)), (gap, 0.8 * tick(look, 0.03, 1000))],
    )


def click(look: Look) -> Sound:
    hertz = look.number(700, 3500, "dull", "sharp")
    body = ringing(2600, [(hertz, 1, 0.02), (hertz * 2.3, 0.5, 0.012)])
    return np.pad(body + 0.5 * np.pad(tick(look, 0.008, 1500), (0, 2600 - 256)), (0, 500))


def clock(look: Look) -> Sound:
    count, rate = look.seconds(2.5, 4.9), look.number(1.6, 4.4, "slow", "fast")
    base = look.number(1200, 3500, "low", "high")
    ticks = [
        (at, ringing(1800, [(base * (1, 0.86)[i % 2], 1, 0.03), (base * 2.4, 0.4, 0.015)]))
        for i, at in enumerate(events(look, count, rate))
    ]
    return scattered(count, ticks)


def printer(look: Look) -> Sound:
    count = look.seconds(1.5, 4.0)
    hertz = 180 * 2 ** np.floor(3 * np.abs(wander(look.rng, count, 3)))
    return (square(hertz, 12) + 0.3 * look.rng.standard_normal(count)) * (
        0.3 + 0.7 * (np.sin(turns_of(np.full(count, look.number(5, 11, "slow", "fast")))) > 0)
    )


def radio_fm(look: Look) -> Sound:
    """A robot's voice: vowels on a monotone, chopped."""
    count = look.seconds(0.6, 2.4)
    base = look.number(80, 220, "low", "high")
    hertz = base * 2 ** (np.round(3 * wander(look.rng, count, 4)) / 12)
    voice = fm(hertz, 1.0, 1.5 + wander(look.rng, count, 6)) + fm(hertz, 7.0, 0.7) * 0.4
    return driven(voice * (wander(look.rng, count, 5) > -0.6), 1.5) * line(count, (0, 0), (0.04, 1), (0.94, 1), (1, 0))
