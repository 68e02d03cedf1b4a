"""Procedural furniture and household things: one builder for each kind. Lengths are in any unit; Y is up."""

from __future__ import annotations

import numpy as np

from engines.training import solids
from engines.training.shape_words import Builder, kind


@kind("table", "dining table", size=(0.9, 2.0), main="wooden white", legs="wooden black white")
def table(b: Builder) -> None:
    high, wide, deep = b.between(0.6, 0.8), b.between(0.45, 0.6), b.between(0.35, 0.45)
    if b.maybe("low", 0.15):
        high *= 0.55
    elif b.maybe("long", 0.2):
        wide *= 1.6
    elif b.maybe("round", 0.3):
        b.cone("main", (0, high - 0.06, 0), 0.06, (wide, wide))
        return _under_round(b, wide, high)
    b.box("main", (0, high - 0.035, 0), (wide, 0.035, deep), 0.01)
    b.legs("legs", (wide - 0.08, deep - 0.08), high - 0.05, 0.035)
    b.details.append("four legs")
    return None


def _under_round(b: Builder, wide: float, high: float) -> None:
    if b.chance(0.5):
        b.tripod("legs", 0.8 * wide, high - 0.04, 0.035)
        b.details.append("three legs")
    else:
        b.cone("legs", (0, 0, 0), 0.06, (0.6 * wide, 0.5 * wide))
        b.cone("legs", (0, 0.03, 0), high - 0.06, (0.06, 0.06))
        b.details.append("one leg")


@kind("chair", "dining chair", size=(0.8, 1.05), main="wooden white brown", legs="wooden black gray")
def chair(b: Builder) -> None:
    seat, half, back = b.between(0.42, 0.5), b.between(0.2, 0.25), b.between(0.4, 0.55)
    if b.maybe("tall", 0.2):
        back *= 1.4
    b.box("main", (0, seat, 0), (half, 0.035, half), 0.02)
    b.legs("legs", (half - 0.03, half - 0.03), seat, 0.028)
    top = seat + back
    if b.chance(0.6):
        b.box("main", (0, seat + back / 2, -half + 0.03), (half, back / 2, 0.03), 0.02)
        return
    for x in (-half + 0.03, half - 0.03):
        b.rod("main", ((x, seat, -half + 0.03), (x, top, -half + 0.03)), 0.028)
    for share in (0.5, 0.95):
        b.box("main", (0, seat + share * back, -half + 0.03), (half, 0.05, 0.025), 0.01)


@kind("armchair", size=(0.8, 1.0), main="red brown gray", legs="wooden black")
def armchair(b: Builder) -> None:
    half, seat = b.between(0.35, 0.42), b.between(0.36, 0.44)
    b.box("main", (0, seat / 2 + 0.06, 0), (half, seat / 2 - 0.06, half), 0.05)
    b.box("main", (0, 0.5 * seat + 0.3, -half + 0.1), (half, 0.2 + 0.5 * seat, 0.1), 0.07)
    for x in (-half, half):
        b.box("main", (x, 0.33, 0), (0.09, 0.27, half), 0.06)
    b.legs("legs", (half - 0.02, half - 0.06), 0.12, 0.04)


@kind("sofa", "couch", size=(1.6, 2.4), main="gray blue brown red", legs="wooden black")
def sofa(b: Builder) -> None:
    wide, deep = b.between(0.8, 1.0), b.between(0.38, 0.45)
    if b.maybe("long", 0.25):
        wide *= 1.3
    b.box("main", (0, 0.27, 0), (wide, 0.15, deep), 0.05)
    b.box("main", (0, 0.5, -deep + 0.1), (wide, 0.32, 0.11), 0.08)
    for x in (-wide, wide):
        b.box("main", (x, 0.36, 0), (0.11, 0.26, deep), 0.08)
    b.legs("legs", (wide - 0.02, deep - 0.08), 0.14, 0.045)


@kind("bed", size=(1.9, 2.2), frame="wooden white black", blanket="blue white red pink gray")
def bed(b: Builder) -> None:
    wide, long = b.between(0.5, 0.6), 1.0
    if b.maybe("wide", 0.4):
        wide *= 1.5
    b.box("frame", (0, 0.2, 0), (wide, 0.1, long), 0.02)
    b.box("frame", (0, 0.35 + b.between(0.05, 0.2), -long), (wide, 0.4, 0.05), 0.02)
    b.box("frame", (0, 0.25, long), (wide, 0.2, 0.05), 0.02)
    b.box("=white", (0, 0.36, 0), (wide - 0.05, 0.09, long - 0.06), 0.05)
    b.box("blanket", (0, 0.38, 0.25), (wide - 0.02, 0.1, long - 0.3), 0.05)
    b.box("=white", (0, 0.48, -long + 0.27), (wide * 0.7, 0.06, 0.16), 0.06)
    b.legs("frame", (wide - 0.06, long - 0.06), 0.14, 0.06)


@kind("stool", "bar stool", size=(0.45, 0.8), main="wooden red black white", legs="wooden black gray")
def stool(b: Builder) -> None:
    high, wide = b.between(0.45, 0.55), b.between(0.18, 0.24)
    if b.maybe("tall", 0.35):
        high *= 1.5
    if b.maybe("square", 0.3):
        b.box("main", (0, high, 0), (wide, 0.045, wide), 0.02)
    else:
        b.cone("main", (0, high - 0.04, 0), 0.085, (wide, wide))
    if b.chance(0.4):
        b.tripod("legs", wide, high - 0.03, 0.028)
        b.details.append("three legs")
    else:
        b.legs("legs", (0.66 * wide, 0.66 * wide), high, 0.028)
        b.details.append("four legs")


@kind("bench", "park bench", size=(1.2, 1.8), main="wooden green stone", legs="black wooden gray")
def bench(b: Builder) -> None:
    wide, seat, deep = b.between(0.6, 0.85), b.between(0.38, 0.46), b.between(0.18, 0.24)
    b.box("main", (0, seat, 0), (wide, 0.04, deep), 0.01)
    if b.chance(0.6):
        for y in (0.2, 0.38):
            b.box("main", (0, seat + y, -deep), (wide, 0.06, 0.03), 0.01)
        for x in (-0.8, 0.8):
            b.box("legs", (x * wide, seat + 0.2, -deep - 0.03), (0.04, 0.24, 0.03), 0.0)
        b.details.append("a back")
    for x in (-0.8, 0.8):
        b.box("legs", (x * wide, seat / 2, 0), (0.05, seat / 2, deep - 0.03), 0.0)


@kind("shelf", "bookshelf", "bookcase", size=(1.2, 2.1), main="wooden white black", books="red blue green yellow")
def shelf(b: Builder) -> None:
    wide, high, deep = b.between(0.35, 0.5), b.between(1.3, 1.9), b.between(0.15, 0.2)
    if b.maybe("low", 0.25):
        high *= 0.55
    boards = 4 if high > 1.1 else 3
    b.box("main", (0, high / 2, -deep), (wide, high / 2, 0.03), 0.0)
    for x in (-wide, wide):
        b.box("main", (x, high / 2, 0), (0.045, high / 2, deep), 0.0)
    levels = np.linspace(0.04, high - 0.04, boards)
    for y in levels:
        b.box("main", (0, y, 0), (wide, 0.04, deep), 0.0)
    for y in levels[:-1]:
        if b.chance(0.7):
            half = b.between(0.25, 0.8) * (wide - 0.06)
            b.box("books", (half - wide + 0.05, y + 0.17, 0), (half, 0.15, deep * 0.7), 0.0)


@kind("cabinet", "cupboard", "chest of drawers", size=(0.8, 1.6), main="wooden white gray", knobs="black golden")
def cabinet(b: Builder) -> None:
    wide, high, deep = b.between(0.35, 0.6), b.between(0.7, 1.0), b.between(0.2, 0.28)
    if b.maybe("tall", 0.3):
        high *= 1.6
    b.box("main", (0, high / 2 + 0.05, 0), (wide, high / 2 - 0.05, deep), 0.02)
    b.box("main", (0, high + 0.02, 0), (wide + 0.05, 0.035, deep + 0.04), 0.01)
    b.legs("main", (wide - 0.06, deep - 0.06), 0.15, 0.05)
    rows = int(b.rng.integers(2, 4))
    for y in np.linspace(0.2, 0.85, rows) * high:
        b.box("=black", (0, y - 0.11 * high, deep), (wide - 0.02, 0.012, 0.012), 0.0)
        for x in (-0.5, 0.5):
            b.ball("knobs", (x * wide, y, deep + 0.03), 0.05)


@kind("lamp", "table lamp", size=(0.35, 0.6), shade="white yellow red", base="black golden wooden")
def lamp(b: Builder) -> None:
    high, wide = b.between(0.35, 0.45), b.between(0.13, 0.2)
    if b.maybe("tall", 0.25):
        high *= 1.8
    b.cone("base", (0, 0, 0), 0.045, (0.75 * wide, 0.6 * wide))
    if b.chance(0.4) and high < 0.5:
        b.ball("base", (0, 0.12, 0), (0.09, 0.11, 0.09))
    b.cone("base", (0, 0.02, 0), high, (0.025, 0.025))
    shade = b.between(0.18, 0.25)
    if b.chance(0.8):
        b.cone("shade", (0, high - 0.02, 0), shade, (wide, b.between(0.4, 0.9) * wide))
    else:
        b.ball("shade", (0, high + 0.08, 0), 0.9 * wide)
        b.details.append("a round shade")


def _vessel(b: Builder, heights: np.ndarray, radii: np.ndarray, wall: float) -> None:
    """A hollow solid of revolution of this outer profile, open above."""
    inner = np.maximum(radii - wall, 0.02)
    low = heights[0] + wall
    inside = [(r, max(float(h), low)) for r, h in zip(inner[::-1], heights[::-1], strict=True)]
    profile = [(0.0, heights[0]), *zip(radii, heights, strict=True), *inside, (0.0, low)]
    b.add("main", solids.turned_on_lathe((0, 0, 0), np.array(profile, np.float32)))


@kind("vase", size=(0.2, 0.5), main="blue white red turquoise")
def vase(b: Builder) -> None:
    high, wide = b.between(0.4, 0.55), b.between(0.13, 0.18)
    if b.maybe("tall", 0.25):
        high *= 1.4
    elif b.maybe("wide", 0.2):
        wide *= 1.6
    t = np.linspace(0, 1, 9)
    belly, neck = b.between(0.25, 0.5), b.between(0.35, 0.6)
    shape = 0.55 + 0.45 * np.exp(-(((t - belly) / 0.28) ** 2)) - (1 - neck) * 0.6 * np.exp(-(((t - 0.82) / 0.13) ** 2))
    _vessel(b, t * high, wide * shape, 0.04)


@kind("mug", "cup", size=(0.09, 0.13), main="red white blue green")
def mug(b: Builder) -> None:
    high, wide = b.between(0.9, 1.1), b.between(0.38, 0.48)
    if b.maybe("tall", 0.2):
        high *= 1.35
    grow = b.between(0.85, 1.05)
    side = b.rng.choice([-1, 1])
    outer = solids.cone((0, 0, 0), high, wide * grow, wide)
    b.add("main", outer.without(solids.cone((0, 0.12, 0), high, wide * grow - 0.09, wide - 0.09)))
    handle = solids.torus((side * (wide + 0.05), high * 0.52, 0), 2, 0.24, 0.06)
    b.add("main", handle.without(solids.cone((0, 0.12, 0), high, wide * grow - 0.09, wide - 0.09)))


@kind("bowl", size=(0.15, 0.3), main="white blue wooden yellow")
def bowl(b: Builder) -> None:
    high, wide = b.between(0.4, 0.5), b.between(0.5, 0.6)
    if b.maybe("deep", 0.25):
        high *= 1.4
    t = np.linspace(0, 1, 8)
    _vessel(b, t * high, wide * (0.4 + 0.6 * np.sin(t * np.pi / 2) ** b.between(0.8, 1.4)), 0.07)


@kind("bottle", size=(0.22, 0.35), main="green brown blue", cap="red black white golden")
def bottle(b: Builder) -> None:
    high, wide, neck = b.between(0.6, 0.75), b.between(0.15, 0.19), b.between(0.05, 0.07)
    if b.maybe("slim", 0.25):
        wide *= 0.75
    shoulder = b.between(0.5, 0.65) * high
    profile = [(0, 0), (wide, 0), (wide, shoulder), (neck, shoulder + 0.16), (neck, high), (0, high)]
    b.add("main", solids.turned_on_lathe((0, 0, 0), np.array(profile, np.float32)))
    b.cone("cap", (0, high - 0.01, 0), 0.08, (neck + 0.015, neck + 0.015))


@kind("potted plant", "houseplant", size=(0.3, 0.9), leaves="green", pot="orange white brown blue")
def plant(b: Builder) -> None:
    high = b.between(0.25, 0.32)
    b.cone("pot", (0, 0, 0), high, (b.between(0.13, 0.17), 0.22))
    b.cone("pot", (0, high - 0.05, 0), 0.07, (0.25, 0.25))
    count, tall = int(b.rng.integers(6, 10)), b.between(0.3, 0.5)
    for turn in np.arange(count) * 2 * np.pi / count + b.between(0, 1):
        reach, rise = b.between(0.1, 0.32), b.between(0.5, 1.0) * tall
        tip = (float(np.cos(turn)) * reach, high + rise, float(np.sin(turn)) * reach)
        b.rod("leaves", ((0, high, 0), tip), 0.03, 0.065)


@kind("clock", "alarm clock", size=(0.12, 0.25), main="red black golden", face="white")
def clock(b: Builder) -> None:
    wide = 0.5
    around = solids.cone((0, -0.14, 0), 0.28, wide, wide).turned(0, 90)
    inside = solids.cone((0, 0.1, 0), 0.08, wide - 0.1, wide - 0.1).turned(0, 90)
    for role, part in (("main", around), ("face", inside)):
        b.add(role, part)
    b.rod("=black", ((0, 0, 0.17), (0, 0.27, 0.17)), 0.03)
    b.rod("=black", ((0, 0, 0.17), (0.18, b.between(-0.1, 0.1), 0.17)), 0.03)
    for x in (-0.3, 0.3):
        b.rod("main", ((0.8 * x, -0.4, 0), (1.2 * x, -0.6, 0)), 0.05)
    if b.chance(0.5):
        for x in (-0.27, 0.27):
            b.ball("main", (x, 0.52, 0), 0.13)
        b.details.append("two bells")


@kind("desk", "writing desk", size=(1.1, 1.7), main="wooden white black", drawers="wooden white gray")
def desk(b: Builder) -> None:
    wide, deep, high = b.between(0.6, 0.75), b.between(0.28, 0.35), b.between(0.65, 0.75)
    side = b.rng.choice([-1, 1])
    b.box("main", (0, high, 0), (wide, 0.035, deep), 0.01)
    b.box("drawers", (side * (wide - 0.22), high / 2, 0), (0.19, high / 2 - 0.02, deep - 0.04), 0.01)
    for y in (0.3, 0.55, 0.8):
        b.box("=black", (side * (wide - 0.22), y * high, deep - 0.03), (0.08, 0.02, 0.02), 0.0)
    for z in (-1, 1):
        b.box("main", (-side * (wide - 0.06), high / 2, z * (deep - 0.06)), (0.04, high / 2, 0.04), 0.0)
