"""More effects of our own for audio/sound: weather, water, animals, people and things. Functions of a `Look`."""

from __future__ import annotations

import numpy as np

from engines.training.sound_synth import (
    RATE,
    Look,
    Sound,
    decay,
    events,
    filtered,
    glide,
    line,
    painted,
    peaked,
    ringing,
    saw,
    scattered,
    struck,
    tick,
    tone,
    wander,
)


def _sustained(count: int) -> Sound:
    return line(count, (0, 0), (0.06, 1), (0.94, 1), (1, 0))


# ---------------------------------------------------------------- weather, water and fire


def wind(look: Look) -> Sound:
    count = look.seconds(2.5, 4.9)
    gusts = wander(look.rng, count, look.between(0.3, 0.9))
    centre = look.number(250, 900, "low", "high") * 2 ** (0.5 * gusts)
    narrow = look.either("howling", "soft") == "howling"
    sound = painted(look.rng, count, centre, 0.22 if narrow else 0.9)
    return sound * np.exp(0.6 * gusts) * _sustained(count)


def rain(look: Look) -> Sound:
    count = look.seconds(2.5, 4.9)
    heavy = look.either("light", "heavy") == "heavy"
    rate = look.between(250, 500) if heavy else look.between(25, 70)
    drops = np.zeros(count)
    places = look.rng.integers(0, count, int(rate * count / RATE))
    drops[places] = look.rng.exponential(1, len(places)) * look.rng.choice([-1, 1], len(places))
    patter = filtered(drops, look.between(700, 1500), look.between(5000, 10000))
    hiss = painted(look.rng, count, np.array([look.between(3500, 6500)]), 0.9)
    return (peaked(patter, 0.8) + (0.6 if heavy else 0.15) * peaked(hiss)) * _sustained(count)


def waves(look: Look) -> Sound:
    count = look.seconds(3.5, 4.9)
    time, rate = np.arange(count) / RATE, look.number(0.22, 0.5, "slow", "fast")
    swell = (0.5 - 0.5 * np.cos(2 * np.pi * rate * time + look.between(0, 2))) ** 2
    return painted(look.rng, count, 350 + 1900 * swell, 1.1) * (0.12 + swell) * _sustained(count)


def stream(look: Look) -> Sound:
    count = look.seconds(2.5, 4.9)
    grains = [
        (at, _bubble(look, look.between(400, 1500), look.between(0.03, 0.09)) * look.rng.exponential(0.5))
        for at in events(look, count, 45, 1)
    ]
    hiss = painted(look.rng, count, np.array([look.between(1200, 2500)]), 1.0)
    return (scattered(count, grains) + 0.25 * peaked(hiss)) * _sustained(count)


def _bubble(look: Look, hertz: float, seconds: float) -> Sound:
    """A bubble under water: a sine that rises as it rings out (Minnaert, 1933)."""
    count = round(seconds * RATE)
    return tone(glide(count, hertz, hertz * look.between(1.15, 1.9))) * decay(count, seconds * 1.2, 0.002)


def bubbles(look: Look) -> Sound:
    count, rate = look.seconds(1.5, 4.5), look.number(5, 22, "slow", "fast")
    base = look.number(250, 900, "low", "high")
    grains = [
        (at, _bubble(look, base * 2 ** look.between(-0.4, 0.8), look.between(0.04, 0.12)) * look.between(0.3, 1))
        for at in events(look, count, rate, 1)
    ]
    return scattered(count, grains)


def drop(look: Look) -> Sound:
    base = look.number(500, 1500, "low", "high")
    times = int(look.rng.integers(1, 4))
    plink = [
        (i * look.between(0.5, 0.9), _bubble(look, base * 2 ** look.between(-0.2, 0.2), 0.14)) for i in range(times)
    ]
    return scattered(round((0.8 * times + 0.2) * RATE), plink)


def splash(look: Look) -> Sound:
    count = look.seconds(0.6, 1.8)
    burst = painted(look.rng, count, glide(count, look.number(900, 2600, "deep", "bright"), 700, 0.5), 1.2) * decay(
        count, count / RATE, 0.01
    )
    grains = [
        (at, _bubble(look, look.between(500, 1600), 0.06) * 0.5 * np.exp(-2 * at)) for at in events(look, count, 30, 1)
    ]
    return peaked(burst) + scattered(count, grains)


def fire(look: Look) -> Sound:
    count = look.seconds(2.5, 4.9)
    crackle = [
        (at, tick(look, look.between(0.004, 0.02), look.between(600, 3500)) * look.rng.exponential(0.4))
        for at in events(look, count, look.number(10, 40, "small", "big"), 1)
    ]
    roar = painted(look.rng, count, np.array([look.between(120, 300)]), 1.1) * (1 + 0.3 * wander(look.rng, count, 5))
    return (scattered(count, crackle) + 0.3 * peaked(roar)) * _sustained(count)


def thunder(look: Look) -> Sound:
    count = look.seconds(2.5, 4.9)
    near = look.either("close", "rolling") == "close"
    rumble = painted(look.rng, count, glide(count, 300 if near else 120, 50), 1.0)
    rolls = np.exp(0.8 * wander(look.rng, count, 2.5)) * decay(count, count / RATE * 1.3, 0.01 if near else 0.5)
    crack = np.zeros(count)
    if near:
        short = round(0.35 * RATE)
        crack[:short] = (
            filtered(look.rng.standard_normal(short), 500) * np.abs(wander(look.rng, short, 30)) * decay(short, 0.35)
        )
    return peaked(rumble * rolls) + 0.6 * peaked(crack)


# ---------------------------------------------------------------- animals


def bees(look: Look) -> Sound:
    count, base = look.seconds(1.5, 4.8), look.number(120, 260, "low", "high")
    many = int(look.rng.integers(1, 5))
    look.words.append("swarm" if many > 2 else "single")
    each = [
        saw(base * look.between(0.9, 1.1) * 2 ** (0.08 * wander(look.rng, count, 4)), 14)
        * (1 + 0.4 * wander(look.rng, count, 3))
        for _ in range(many)
    ]
    return filtered(np.sum(each, 0), 150, 5000) * _sustained(count)


def bird(look: Look) -> Sound:
    count = look.seconds(0.8, 4.0)
    base, rate = look.number(1900, 5500, "low", "high"), look.number(2, 7, "slow", "fast")
    ends = np.exp(look.rng.normal(0, 0.35, 3))
    length = round(look.between(0.05, 0.14) * RATE)
    trill = look.chance(0.4)

    def chirp() -> Sound:
        hertz = base * line(length, (0, ends[0]), (0.5, ends[1]), (1, ends[2])) * look.between(0.95, 1.05)
        if trill:
            hertz = hertz * (1 + 0.15 * np.sin(2 * np.pi * 55 * np.arange(length) / RATE))
        return tone(hertz, (1, 0.15)) * line(length, (0, 0), (0.2, 1), (0.7, 0.8), (1, 0))

    return scattered(count, [(at, chirp()) for at in events(look, count - length, rate, 0.5)])


def cricket(look: Look) -> Sound:
    count, base = look.seconds(2.0, 4.8), look.number(3000, 5600, "low", "high")
    rate, pulses = look.number(1.5, 4, "slow", "fast"), int(look.rng.integers(3, 6))
    pulse = round(0.018 * RATE)
    one = tone(np.full(pulse, base), (1, 0.1)) * np.sin(np.linspace(0, np.pi, pulse))
    chirp = scattered(round(pulses * 0.03 * RATE), [(i * 0.029, one) for i in range(pulses)])
    return scattered(count, [(at, chirp) for at in events(look, count, rate, 0.05)])


def frog(look: Look) -> Sound:
    base, times = look.number(90, 260, "low", "high"), int(look.rng.integers(1, 4))
    length = round(look.between(0.25, 0.5) * RATE)
    pulses = (np.sin(2 * np.pi * look.between(25, 60) * np.arange(length) / RATE) > 0.2).astype(float)
    croak = filtered(saw(np.full(length, base)) * pulses, 200, 2600) * line(length, (0, 0), (0.1, 1), (0.8, 1), (1, 0))
    return scattered(round((times * 0.8 + 0.1) * RATE), [(i * 0.75, croak) for i in range(times)])


def owl(look: Look) -> Sound:
    base = look.number(280, 520, "low", "high")

    def hoot(seconds: float) -> Sound:
        count = round(seconds * RATE)
        return tone(base * line(count, (0, 0.9), (0.3, 1), (1, 0.93)), (1, 0.12, 0.05)) * np.sin(
            np.linspace(0, np.pi, count)
        )

    return scattered(round(2.2 * RATE), [(0, hoot(0.3)), (0.5, hoot(0.25)), (1.0, hoot(0.8))])


def dog(look: Look) -> Sound:
    base, times = look.number(180, 520, "low", "high"), int(look.rng.integers(1, 4))
    length = round(look.between(0.12, 0.22) * RATE)
    hertz = base * line(length, (0, 0.8), (0.3, 1.35), (1, 0.7))
    voice = saw(hertz) * (1 + 0.5 * look.rng.standard_normal(length))
    shaped = filtered(voice, 400, 1100) + 0.5 * filtered(voice, 1200, 3200)
    bark = shaped * line(length, (0, 0), (0.08, 1), (0.5, 0.8), (1, 0))
    return scattered(round((times * 0.4 + 0.2) * RATE), [(i * look.between(0.33, 0.42), bark) for i in range(times)])


def cat(look: Look) -> Sound:
    count, base = look.seconds(0.5, 1.4), look.number(350, 750, "low", "high")
    hertz = base * line(count, (0, 0.8), (0.3, 1.3), (1, 0.8)) * (1 + 0.01 * np.sin(np.arange(count) / RATE * 45))
    formant = line(count, (0, 900), (0.4, 2000), (1, 800))
    partials = np.zeros(count)
    for k in range(1, 14):
        partials += np.exp(-0.5 * np.square(np.log2(k * hertz / formant) / 0.7)) * tone(hertz * k) / k**0.3
    return partials * line(count, (0, 0), (0.15, 1), (0.6, 0.9), (1, 0))


# ---------------------------------------------------------------- people


def footsteps(look: Look) -> Sound:
    count, rate = look.seconds(1.8, 4.8), look.number(1.3, 3.6, "slow", "fast")
    ground = look.either("on wood", "on gravel", "on stone", "in snow")

    def step() -> Sound:
        if ground == "on wood":
            return ringing(5000, [(look.between(90, 130), 1, 0.12), (look.between(240, 330), 0.5, 0.07)]) + np.pad(
                0.2 * tick(look, 0.02, 800), (0, 4360)
            )
        if ground == "on stone":
            return np.pad(tick(look, 0.03, 1200, 8000), (0, 3000)) + 0.4 * ringing(
                3960, [(look.between(180, 260), 1, 0.05)]
            )
        grains = 28 if ground == "on gravel" else 60
        low, size = (1200, 0.02) if ground == "on gravel" else (400, 0.012)
        return scattered(
            6400,
            [(look.between(0, 0.13), tick(look, size, low, 6000) * look.rng.exponential(0.5)) for _ in range(grains)],
        )

    return scattered(count, [(at, peaked(step(), look.between(0.6, 1))) for at in events(look, count, rate, 0.12)])


def clap(look: Look) -> Sound:
    times = int(look.rng.integers(1, 4))
    low = look.number(500, 1300, "low", "high")
    hands = [
        (i * 0.42 + look.between(0, 0.02), tick(look, look.between(0.05, 0.12), low, low * 4)) for i in range(times)
    ]
    return scattered(round((times * 0.42 + 0.1) * RATE), hands)


def applause(look: Look) -> Sound:
    count = look.seconds(2.5, 4.9)
    kept = [tick(look, look.between(0.02, 0.06), look.between(500, 1500), 7000) for _ in range(24)]
    size = look.number(40, 220, "small", "big")
    grains = [(at, kept[int(look.rng.integers(24))] * look.between(0.2, 1)) for at in events(look, count, size, 1)]
    return scattered(count, grains) * line(count, (0, 0.2), (0.12, 1), (0.7, 1), (1, 0))


def heartbeat(look: Look) -> Sound:
    count, rate = look.seconds(2.2, 4.9), look.number(0.9, 2.4, "slow", "fast")
    beat = [
        (at + late, ringing(6000, [(look.between(48, 60) * high, size, 0.14)]))
        for at in events(look, count, rate)
        for late, size, high in ((0, 1, 1), (0.28 / rate**0.5, 0.7, 1.2))
    ]
    return scattered(count, beat)


def breath(look: Look) -> Sound:
    count = look.seconds(0.8, 2.4)
    way = look.either("in", "out")
    course = (700, 1800) if way == "in" else (1700, 600)
    return (
        painted(look.rng, count, glide(count, *course), 0.6, floor=0.05) * np.sin(np.linspace(0, np.pi, count)) ** 1.3
    )


# ---------------------------------------------------------------- things


def glass(look: Look) -> Sound:
    base, seconds = look.number(1500, 4200, "low", "high"), look.between(0.6, 1.8)
    return struck(look, base, (1, 2.32, 4.25, 6.63), seconds, round(seconds * RATE), 0.5)


def shatter(look: Look) -> Sound:
    count = look.seconds(0.7, 1.8)
    burst = filtered(look.rng.standard_normal(count), 1800) * decay(count, 0.25)
    shards = [
        (
            0.5 * look.rng.exponential(0.35),
            struck(look, look.between(2200, 7500), (1, 1.7, 2.6), look.between(0.05, 0.3), 5000)
            * look.between(0.1, 0.6),
        )
        for _ in range(45)
    ]
    return 1.3 * burst + scattered(count, shards)


def bell(look: Look) -> Sound:
    """A bell with a hum, prime, tierce, quint and nominal; church bells are low."""
    base, seconds = look.number(140, 1500, "low", "high"), look.number(1.0, 4.8, "short", "long")
    sound = struck(
        look, base, (0.5, 1, 1.2, 1.5, 2, 2.5, 2.67, 3.01, 4.1), seconds, round(min(seconds, 4.8) * RATE), 0.4
    )
    return sound + np.pad(0.2 * tick(look, 0.02, 2000), (0, len(sound) - 640))


def gong(look: Look) -> Sound:
    base, count = look.number(70, 190, "low", "high"), round(look.between(3.2, 4.9) * RATE)
    ratios = np.sort(look.rng.uniform(1, 14, 26))
    modes = [(base * r, r**-0.6 * look.between(0.3, 1), 5.0 * r**-0.35) for r in (1.0, *ratios)]
    late = np.minimum(1, np.arange(count) / RATE / look.between(0.05, 0.3))
    return ringing(count, modes[:6]) + late * ringing(count, modes[6:])


def knock(look: Look) -> Sound:
    times, rate = int(look.rng.integers(2, 5)), look.number(2.5, 6.5, "slow", "fast")
    base = look.number(110, 330, "low", "high")
    one = struck(look, base, (1, 1.9, 2.8, 4.3), 0.12, 6000, 0.6)
    return scattered(round((times / rate + 0.3) * RATE), [(i / rate, one * look.between(0.7, 1)) for i in range(times)])


def metal(look: Look) -> Sound:
    base, seconds = look.number(180, 900, "heavy", "light"), look.between(0.5, 2.5)
    ratios = (1, *np.sort(look.rng.uniform(1.3, 12, 9)))
    sound = struck(look, base, ratios, seconds, round(seconds * RATE), 0.35)
    return sound + np.pad(0.4 * tick(look, 0.03, 1500), (0, max(0, len(sound) - 960)))


def wood(look: Look) -> Sound:
    base = look.number(350, 1300, "low", "high")
    return struck(look, base, (1, 2.57, 4.9), look.between(0.08, 0.25), 9000, 1.0)


def creak(look: Look) -> Sound:
    """A door: stick and slip, a train of ticks whose rate wanders, through the wood."""
    count, base = look.seconds(0.8, 2.8), look.number(35, 110, "low", "high")
    rate = base * np.exp(0.5 * wander(look.rng, count, 1.5)) * line(count, (0, 0.7), (0.6, 1.3), (1, 0.8))
    pulses = np.diff(np.floor(np.cumsum(rate) / RATE), prepend=0) * (1 + 0.3 * look.rng.standard_normal(count))
    body = sum(filtered(pulses, f / 1.15, f * 1.15) for f in look.between(0.8, 1.3) * np.array([420, 950, 1900]))
    return body * line(count, (0, 0), (0.1, 1), (0.85, 0.9), (1, 0))


def door(look: Look) -> Sound:
    """A door that falls shut."""
    base = look.number(55, 120, "heavy", "light")
    slam = struck(look, base, (1, 1.7, 2.9, 4.1), 0.35, 16000, 0.8) + np.pad(
        0.7 * tick(look, 0.06, 200, 3000), (0, 14080)
    )
    latch = np.pad(tick(look, 0.02, 1500), (0, 400))
    return scattered(19000, [(0, latch * 0.4), (0.06, peaked(slam)), (0.17, latch * 0.5)])


def keys(look: Look) -> Sound:
    count = look.seconds(0.6, 2.4)
    grains = [
        (
            at,
            struck(look, look.between(2500, 7000), (1, 1.6, 2.3), look.between(0.05, 0.2), 5000) * look.between(0.2, 1),
        )
        for at in events(look, count, 16, 1)
    ]
    return scattered(count, grains)


def spring(look: Look) -> Sound:
    count, base = look.seconds(0.5, 1.4), look.number(140, 420, "low", "high")
    rate = glide(count, look.between(9, 14), look.between(20, 30))
    hertz = base * (1 + 0.35 * np.sin(2 * np.pi * np.cumsum(rate) / RATE) * line(count, (0, 1), (1, 0.2)))
    return tone(hertz, (1, 0.5, 0.35, 0.2)) * decay(count, count / RATE * 1.2)


def pop(look: Look) -> Sound:
    base, count = look.number(250, 900, "low", "high"), round(look.between(0.06, 0.12) * RATE)
    sound = tone(glide(count, base, base * 2.2, 0.6)) * decay(count, 0.08, 0.001)
    return np.pad(sound + np.pad(0.3 * tick(look, 0.006, 1500), (0, count - 192)), (0, 600))


def zipper(look: Look) -> Sound:
    count, way = look.seconds(0.35, 1.1), look.either("rising", "falling")
    rate = glide(count, *((70, 220) if way == "rising" else (220, 70)))
    teeth = np.diff(np.floor(np.cumsum(rate) / RATE), prepend=0) * look.rng.standard_normal(count) * 4
    return (filtered(teeth, 1800) + 0.15 * painted(look.rng, count, 20 * rate, 0.5)) * _sustained(count)


def paper(look: Look) -> Sound:
    count = look.seconds(0.4, 1.6)
    torn = np.abs(wander(look.rng, count, 35)) ** 2.5
    return (
        filtered(look.rng.standard_normal(count), look.number(1200, 3000, "dark", "bright")) * torn * _sustained(count)
    )


def impact(look: Look) -> Sound:
    base, count = look.number(45, 160, "deep", "light"), round(0.7 * RATE)
    thud = tone(glide(count, base * 2, base, 0.3)) * decay(count, 0.45)
    return thud + 0.5 * np.pad(tick(look, 0.05, 150, 2500), (0, count - 1600))
