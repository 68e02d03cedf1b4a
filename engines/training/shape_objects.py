"""Procedural plants, vehicles, buildings, food and toys: one builder for each kind. Y is up."""

from __future__ import annotations

import numpy as np

from engines.training import solids
from engines.training.shape_words import Builder, kind


@kind("tree", size=(3.0, 8.0), leaves="green", trunk="brown wooden")
def tree(b: Builder) -> None:
    high, wide = b.between(0.4, 0.55), b.between(0.28, 0.36)
    if b.maybe("tall", 0.2):
        high *= 1.5
    b.cone("trunk", (0, 0, 0), high, (0.09, 0.06))
    if b.maybe("round", 0.35):
        b.ball("leaves", (0, high + 0.75 * wide, 0), wide)
        return
    b.ball("leaves", (0, high + 0.25, 0), (wide, 0.3, wide))
    for turn in np.arange(5) * 2 * np.pi / 5 + b.between(0, 1):
        x, z = float(np.cos(turn)) * 0.65 * wide, float(np.sin(turn)) * 0.65 * wide
        b.ball("leaves", (x, high + b.between(0.1, 0.35), z), b.between(0.15, 0.22))


@kind("pine tree", "fir tree", "christmas tree", size=(3.0, 9.0), leaves="green", trunk="brown wooden")
def pine(b: Builder) -> None:
    tiers, wide = int(b.rng.integers(2, 5)), b.between(0.34, 0.44)
    if b.maybe("slim", 0.25):
        wide *= 0.7
    b.cone("trunk", (0, 0, 0), 0.3, (0.075, 0.075))
    step = 0.85 / tiers
    for i in range(tiers):
        share = 1 - i / (tiers + 0.6)
        b.cone(
            "leaves",
            (0, 0.2 + i * step, 0),
            1.45 * step,
            (wide * share, 0.02 if i == tiers - 1 else 0.3 * wide * share),
        )


@kind("palm tree", size=(3.0, 8.0), leaves="green", trunk="brown wooden")
def palm(b: Builder) -> None:
    lean, high = b.between(-0.2, 0.2), b.between(0.8, 1.0)
    b.rod("trunk", ((0, 0.05, 0), (lean, high, 0)), 0.075, 0.05)
    for turn in np.arange(7) * 2 * np.pi / 7 + b.between(0, 1):
        x, z = float(np.cos(turn)), float(np.sin(turn))
        bend = (lean + 0.28 * x, high + 0.08, 0.28 * z)
        b.rod("leaves", ((lean, high, 0), bend), 0.05)
        b.rod("leaves", (bend, (lean + 0.5 * x, high - 0.16, 0.5 * z)), 0.05, 0.03)


@kind("cactus", size=(0.3, 2.0), main="green")
def cactus(b: Builder) -> None:
    high = b.between(0.9, 1.1)
    b.rod("main", ((0, 0.08, 0), (0, high, 0)), 0.14)
    arms = [-1, 1] if b.chance(0.6) else [int(b.rng.choice([-1, 1]))]
    for x in arms:
        low, reach = b.between(0.3, 0.55), b.between(0.28, 0.36)
        b.rod("main", ((0, low, 0), (x * reach, low, 0)), 0.085)
        b.rod("main", ((x * reach, low, 0), (x * reach, low + b.between(0.25, 0.4), 0)), 0.085)
    b.details.append("two arms" if len(arms) == 2 else "one arm")


@kind("mushroom", "toadstool", size=(0.06, 0.2), cap="red brown", stem="white")
def mushroom(b: Builder) -> None:
    high, wide = b.between(0.35, 0.5), b.between(0.32, 0.42)
    if b.maybe("tall", 0.2):
        high *= 1.5
    elif b.maybe("wide", 0.2):
        wide *= 1.3
    b.cone("stem", (0, 0, 0), high + 0.05, (0.13, 0.1))
    cap = solids.ball((0, high, 0), (wide, b.between(0.26, 0.36), wide))
    b.add("cap", cap.without(solids.box((0, high - 0.5, 0), (1, 0.5, 1))))
    if b.chance(0.45):
        for turn in np.arange(6) * np.pi / 3 + b.between(0, 1):
            x, z = float(np.cos(turn)) * 0.62 * wide, float(np.sin(turn)) * 0.62 * wide
            b.ball("=white", (x, high + 0.22, z), 0.075)
        b.ball("=white", (0, high + 0.29, 0), 0.085)
        b.details.append("white dots")


@kind("rocket", "spaceship", size=(2.0, 30.0), main="white red gray", fins="red orange blue")
def rocket(b: Builder) -> None:
    high, wide = b.between(0.7, 0.85), b.between(0.17, 0.22)
    if b.maybe("tall", 0.25):
        high *= 1.35
    t = np.linspace(0, 1, 10)
    radii = wide * np.where(t < 0.55, 0.8 + 0.2 * np.sin(t / 0.55 * np.pi / 2), np.cos((t - 0.55) / 0.45 * np.pi / 2))
    profile = [(0, 0.15), *zip(np.maximum(radii, 0.005), 0.15 + t * (high + 0.25), strict=True)]
    b.add("main", solids.turned_on_lathe((0, 0, 0), np.array(profile, np.float32)))
    fin = np.array([(0.5 * wide, 0.45), (wide + 0.2, 0.12), (wide + 0.2, 0), (0.5 * wide, 0.17)], np.float32)
    count = int(b.rng.choice([3, 4]))
    for i in range(count):
        b.add("fins", solids.prism((0, 0, 0), fin, 0.035).turned(1, 360 * i / count + (0 if count == 4 else 90)))
    b.cone("=gray", (0, 0.06, 0), 0.12, (0.8 * wide, 0.5 * wide))
    b.ball("=turquoise", (0, 0.62 * high + 0.1, wide - 0.02), (0.09, 0.09, 0.05))
    b.details.append(f"{('three', 'four')[count - 3]} fins")


@kind("house", "cottage", size=(6.0, 12.0), walls="white yellow stone red", roof="red brown black")
def house(b: Builder) -> None:
    wide, deep, high = b.between(0.42, 0.55), b.between(0.35, 0.45), b.between(0.45, 0.6)
    if b.maybe("tall", 0.25):
        high *= 1.6
    b.box("walls", (0, high / 2, 0), (wide, high / 2, deep), 0.0)
    rise, over = b.between(0.3, 0.45), 0.1
    outline = np.array([(-deep - over, 0), (deep + over, 0), (0, rise)], np.float32)
    b.add("roof", solids.prism((0, 0, 0), outline, wide + 0.06).turned(1, 90).moved((0, high, 0)))
    b.box("=brown", (0, 0.14, deep), (0.09, 0.14, 0.03), 0.0)
    for x in (-0.6, 0.6):
        b.box("=turquoise", (x * wide, 0.3, deep), (0.09, 0.09, 0.03), 0.0)
    if b.chance(0.5):
        b.box("=stone", (0.5 * wide, high + rise * 0.7, -0.2 * deep), (0.07, 0.24, 0.07), 0.0)
        b.details.append("a chimney")


@kind("castle", "castle tower", size=(10.0, 25.0), walls="stone gray white", roofs="red blue purple")
def castle(b: Builder) -> None:
    half, high = b.between(0.38, 0.48), b.between(0.4, 0.5)
    b.box("walls", (0, high / 2, 0), (half, high / 2, half), 0.0)
    for x in np.linspace(-half + 0.1, half - 0.1, 3):
        for z in (-half + 0.05, half - 0.05):
            b.box("walls", (x, high + 0.06, z), (0.06, 0.08, 0.05), 0.0)
    top = high + b.between(0.15, 0.3)
    for x in (-half, half):
        for z in (-half, half):
            b.cone("walls", (x, 0, z), top, (0.14, 0.14))
            b.cone("roofs", (x, top, z), 0.3, (0.18, 0.01))
    b.box("=brown", (0, 0.16, half), (0.1, 0.16, 0.03), 0.0)


@kind("car", size=(3.6, 4.6), main="red blue white black", wheels="black")
def car(b: Builder) -> None:
    long, wide, cabin = b.between(0.85, 1.0), b.between(0.36, 0.42), b.between(0.42, 0.55)
    b.box("main", (0, 0.33, 0), (wide, 0.16, long), 0.08)
    b.box("=turquoise", (0, 0.55, -0.08), (wide - 0.07, 0.16, cabin), 0.08)
    b.box("main", (0, 0.69, -0.08), (wide - 0.05, 0.045, cabin - 0.06), 0.03)
    for x in (-wide, wide):
        for z in (-0.58, 0.58):
            wheel = solids.cone((0, -0.07, 0), 0.14, 0.19, 0.19).turned(2, 90)
            b.add("wheels", wheel.moved((x, 0.19, z * long)))
    for x in (-0.6, 0.6):
        b.ball("=yellow", (x * wide, 0.36, long), 0.08)


@kind("truck", "lorry", size=(5.0, 9.0), cab="red blue green orange", box="white gray wooden")
def truck(b: Builder) -> None:
    wide, long = 0.34, b.between(0.55, 0.7)
    b.box("box", (0, 0.55, -0.25), (wide, 0.32, long), 0.02)
    b.box("cab", (0, 0.45, long + 0.03), (wide - 0.02, 0.28, 0.22), 0.05)
    b.box("=turquoise", (0, 0.56, long + 0.24), (wide - 0.08, 0.11, 0.03), 0.0)
    for x in (-wide, wide):
        for z in (-0.65, 0.0, 0.72):
            wheel = solids.cone((0, -0.07, 0), 0.14, 0.17, 0.17).turned(2, 90)
            b.add("=black", wheel.moved((x, 0.17, z * (long + 0.3))))


@kind("sailboat", "boat", "sailing boat", size=(4.0, 12.0), hull="wooden white red blue", sail="white red yellow")
def sailboat(b: Builder) -> None:
    long, wide = b.between(0.5, 0.62), b.between(0.18, 0.23)
    hull = solids.ball((0, 0.25, 0), (long, 0.25, wide))
    b.add("hull", hull.without(solids.box((0, 0.55, 0), (1, 0.3, 1))))
    high = b.between(0.85, 1.05)
    b.rod("=brown", ((0.05, 0.2, 0), (0.05, 0.25 + high, 0)), 0.025)
    b.add(
        "sail", solids.prism((0, 0.33, 0), np.array([(0.0, 0.0), (-0.45, 0.0), (0.0, high - 0.12)], np.float32), 0.03)
    )
    b.add(
        "sail", solids.prism((0, 0.33, 0), np.array([(0.11, 0.0), (0.45, 0.0), (0.11, 0.7 * high)], np.float32), 0.03)
    )


@kind("snowman", size=(1.2, 2.0), main="white", hat="black red blue")
def snowman(b: Builder) -> None:
    size = b.between(0.27, 0.32)
    b.ball("main", (0, 0.9 * size, 0), size)
    b.ball("main", (0, 2.2 * size, 0), 0.72 * size)
    b.ball("main", (0, 3.2 * size, 0), 0.52 * size)
    b.rod("=orange", ((0, 3.2 * size, 0.45 * size), (0, 3.15 * size, size)), 0.035, 0.02)
    for x in (-0.2, 0.2):
        b.ball("=black", (x * size, 3.4 * size, 0.45 * size), 0.04)
    for y in (2.0, 2.5):
        b.ball("=black", (0, y * size, 0.7 * size), 0.04)
    b.cone("hat", (0, 3.6 * size, 0), 0.035, (0.55 * size, 0.55 * size))
    b.cone("hat", (0, 3.6 * size, 0), 0.22, (0.36 * size, 0.36 * size))


@kind("robot", "toy robot", size=(0.3, 1.8), main="gray red blue golden", limbs="black gray")
def robot(b: Builder) -> None:
    half = b.between(0.22, 0.3)
    b.box("main", (0, 0.55, 0), (half, 0.24, 0.17), 0.03)
    b.box("main", (0, 0.97, 0), (b.between(0.16, 0.24), 0.15, 0.15), 0.03)
    b.rod("limbs", ((0, 0.75, 0), (0, 0.85, 0)), 0.06)
    for x in (-1, 1):
        b.rod("limbs", ((x * 0.13, 0.06, 0), (x * 0.13, 0.35, 0)), 0.065)
        b.box("main", (x * 0.13, 0.05, 0.04), (0.09, 0.05, 0.13), 0.02)
        hand = (x * (half + 0.12), b.between(0.4, 0.5) if b.chance(0.7) else 0.9, 0.0)
        b.rod("limbs", ((x * half, 0.7, 0), hand), 0.055)
        b.ball("main", hand, 0.08)
        b.ball("=yellow", (x * 0.08, 1.0, 0.15), 0.05)
    b.rod("limbs", ((0, 1.1, 0), (0, 1.22, 0)), 0.025)
    b.ball("=red", (0, 1.25, 0), 0.055)


@kind("cake", "birthday cake", size=(0.2, 0.35), main="pink white brown", icing="white pink red")
def cake(b: Builder) -> None:
    wide, tiers = b.between(0.4, 0.5), int(b.rng.integers(1, 4))
    y = 0.05
    b.cone("=white", (0, 0, 0), 0.05, (wide + 0.1, wide + 0.1))
    for i in range(tiers):
        size = wide * (1 - 0.28 * i)
        b.cone("main", (0, y, 0), 0.24, (size, size))
        b.cone("icing", (0, y + 0.19, 0), 0.07, (size + 0.025, size + 0.025))
        y += 0.25
    b.ball("=red", (0, y + 0.05, 0), 0.075)
    if tiers > 1:
        b.details.append(f"{('two', 'three')[tiers - 2]} tiers")


@kind("ice cream", "ice cream cone", size=(0.15, 0.22), scoop="pink white brown", cone="wooden")
def ice_cream(b: Builder) -> None:
    high, wide = b.between(0.5, 0.62), b.between(0.19, 0.23)
    b.cone("cone", (0, 0, 0), high, (0.03, wide))
    b.ball("scoop", (0, high + 0.12, 0), wide + 0.03)
    if b.chance(0.4):
        b.ball("scoop", (0, high + 0.4, 0), 0.85 * wide)
        b.details.append("two scoops")


@kind("donut", "doughnut", size=(0.08, 0.12), icing="pink brown white", dough="wooden")
def donut(b: Builder) -> None:
    wide, thick = b.between(0.3, 0.36), b.between(0.14, 0.18)
    b.add("dough", solids.torus((0, thick, 0), 1, wide, thick))
    top = solids.torus((0, thick + 0.02, 0), 1, wide, thick + 0.015)
    b.add("icing", top.without(solids.box((0, thick - 0.97, 0), (1, 1, 1))))


@kind("star", size=(0.1, 0.4), main="yellow golden")
def star(b: Builder) -> None:
    arms = int(b.rng.choice([5, 5, 5, 6]))
    turns = np.arange(2 * arms) * np.pi / arms + np.pi / 2
    radii = np.where(np.arange(2 * arms) % 2 == 0, 1.0, b.between(0.42, 0.52))
    outline = np.stack([np.cos(turns) * radii, np.sin(turns) * radii], 1)
    b.add("main", solids.prism((0, 0, 0), outline, b.between(0.12, 0.25)))
    b.details.append(f"{('five', 'six')[arms - 5]} points")


@kind("heart", size=(0.08, 0.3), main="red pink")
def heart(b: Builder) -> None:
    t = np.linspace(0, 2 * np.pi, 26, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    b.add("main", solids.prism((0, 0, 0), np.stack([x, y], 1) / 17, b.between(0.18, 0.32)))


@kind("gear", "cogwheel", size=(0.05, 0.3), main="gray golden stone")
def gear(b: Builder) -> None:
    teeth, half = int(b.rng.integers(7, 11)), b.between(0.12, 0.2)
    wheel = solids.cone((0, -half, 0), 2 * half, 0.78, 0.78)
    hole = solids.cone((0, -1, 0), 2, b.between(0.22, 0.35), 0.3).turned(0, 90)
    b.add("main", wheel.turned(0, 90).without(hole))
    for i in range(teeth):
        tooth = solids.box((0.85, 0, 0), (0.17, 0.14, half), 0.02)
        b.add("main", tooth.turned(2, 360 * i / teeth).without(hole))
    b.details.append("a hole")


@kind("ring", "finger ring", size=(0.02, 0.03), band="golden gray white", gem="red blue green white purple")
def ring(b: Builder) -> None:
    thick = b.between(0.07, 0.1)
    b.add("band", solids.torus((0, 0, 0), 2, 0.45, thick))
    b.ball("gem", (0, 0.45 + thick + 0.1, 0), (0.17, 0.15, 0.17))


@kind("hammer", size=(0.25, 0.4), handle="wooden red", head="gray black")
def hammer(b: Builder) -> None:
    high = b.between(0.9, 1.1)
    b.rod("handle", ((0, 0.06, 0), (0, high, 0)), 0.06)
    b.box("head", (0, high, 0), (b.between(0.25, 0.35), 0.11, 0.11), 0.02)


@kind("sword", size=(0.8, 1.1), blade="gray white", handle="brown golden black")
def sword(b: Builder) -> None:
    high, wide = b.between(0.85, 1.1), b.between(0.07, 0.1)
    blade = np.array([(-wide, 0.3), (wide, 0.3), (wide, high), (0, high + 0.15), (-wide, high)], np.float32)
    b.add("blade", solids.prism((0, 0, 0), blade, 0.03))
    b.box("handle", (0, 0.3, 0), (0.22, 0.045, 0.05), 0.01)
    b.rod("handle", ((0, 0.07, 0), (0, 0.3, 0)), 0.045)
    b.ball("handle", (0, 0.05, 0), 0.07)


@kind("balloon", size=(0.3, 1.0), main="red blue yellow pink")
def balloon(b: Builder) -> None:
    wide = b.between(0.28, 0.34)
    b.ball("main", (0, 0.85, 0), (wide, b.between(1.1, 1.25) * wide, wide))
    b.cone("main", (0, 0.45, 0), 0.1, (0.07, 0.02))
    b.rod("=white", ((0, 0, 0), (0, 0.48, 0)), 0.02)
