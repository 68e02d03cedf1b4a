"""Procedural textures of our own, 32x32 and seamless by construction: what image/tile learns kinds and colours from.

`draw(kind, colour, rng)` lays a surface of that kind (`KINDS`), shades it with light from the upper left and gives it
colours: the kind's own, or the ramp of a colour that is named (`COLOURS`). No two are alike.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.training.patterns import (
    Rng,
    Surface,
    cells,
    courses,
    grain,
    lattice,
    noise,
    per_unit,
    places,
    step,
    varied,
)
from engines.training.ramps import coloured, ramp

SIDE = 32
FINE = 64  # a texture is drawn at twice its size and averaged


def brick(rng: Rng) -> Surface:
    units = courses(FINE, int(rng.choice([4, 6, 8])), int(rng.choice([2, 2, 4])))
    body = step(units.border, 0.2, 1.3)
    return Surface(body, per_unit(rng, units.number, 0.5) + 0.25 * grain(rng, FINE), 1 - step(units.border, 0.3, 0.7))


def blocks(rng: Rng) -> Surface:
    units = varied(rng, FINE, int(rng.choice([2, 3, 4])))
    body = step(units.border, 0.2, 2.2) + 0.15 * noise(rng, FINE, 8)
    return Surface(
        body, per_unit(rng, units.number, 0.35) + 0.3 * noise(rng, FINE, 16, 2), 1 - step(units.border, 0.2, 0.8)
    )


def cobble(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([4, 5, 6])), 0.85)
    body = step(found.edge, 0.02, 0.55)
    return Surface(
        body, per_unit(rng, found.number, 0.45) + 0.2 * grain(rng, FINE), 1 - step(found.edge, 0.04, 0.16), 1.5
    )


def flagstone(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([2, 3])), 0.9)
    body = step(found.edge, 0.02, 0.16) + 0.12 * noise(rng, FINE, 8)
    return Surface(body, per_unit(rng, found.number, 0.4) + 0.3 * noise(rng, FINE, 8), 1 - step(found.edge, 0.02, 0.1))


def pebbles(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([7, 8])), 0.9)
    return Surface(step(found.edge, 0.0, 0.7), per_unit(rng, found.number, 0.8), 1 - step(found.edge, 0.04, 0.2), 1.3)


def marble(rng: Rng) -> Surface:
    y, x = places(FINE)
    turn, waves_ = rng.choice([-1, 1]), int(rng.integers(1, 3))
    vein = np.abs(np.sin(np.pi * (waves_ * (x + turn * y) + 1.6 * noise(rng, FINE, 3, 4))))
    fine = np.abs(noise(rng, FINE, 5, 3))
    accent = (1 - step(vein, 0.0, 0.35)) * 0.8 + (1 - step(fine, 0.0, 0.08)) * 0.3
    return Surface(np.zeros_like(x), 0.6 * noise(rng, FINE, 3, 3), np.clip(accent, 0, 1), 0.0)


def granite(rng: Rng) -> Surface:
    spots = grain(rng, FINE)
    return Surface(0.1 * spots, 0.4 * spots + 0.4 * noise(rng, FINE, 8, 2), step(grain(rng, FINE), 1.0, 1.4) * 0.8, 0.4)


def sand(rng: Rng) -> Surface:
    y, x = places(FINE)
    bend, count, lean = 0.5 * noise(rng, FINE, 3, 2), int(rng.integers(3, 6)), int(rng.integers(-1, 2))
    ripple = 0.5 + 0.5 * np.sin(2 * np.pi * (count * y + lean * x + bend))
    depth = rng.choice([0.0, 0.5, 1.0])
    return Surface(
        depth * ripple + 0.06 * grain(rng, FINE), 0.18 * grain(rng, FINE) + 0.25 * noise(rng, FINE, 4), 0 * x, 0.9
    )


def dirt(rng: Rng) -> Surface:
    lump, stones = noise(rng, FINE, 6, 4), cells(rng, FINE, 6, 1.0)
    stone = step(0.34 - stones.first, 0.0, 0.1) * (per_unit(rng, stones.number) > 0.5)
    return Surface(0.5 + 0.7 * lump + 0.5 * stone, 0.5 * lump + 0.25 * grain(rng, FINE), stone * 0.7, 0.9)


def grass(rng: Rng) -> Surface:
    blades = noise(rng, FINE, 32, 1, 4) + 0.6 * noise(rng, FINE, 16, 2, 4)
    flowers = cells(rng, FINE, 5, 1.0)
    shown = rng.random() < 0.3
    bloom = shown * step(0.2 - flowers.first, 0.0, 0.05) * (per_unit(rng, flowers.number) > 0.4)
    return Surface(0.5 * blades, 0.75 * blades + 0.3 * noise(rng, FINE, 3), bloom, 0.7)


def moss(rng: Rng) -> Surface:
    found = cells(rng, FINE, 8, 1.0)
    tuft = 1 - found.first
    return Surface(
        tuft, 0.5 * noise(rng, FINE, 4, 3) + 0.4 * (tuft - 0.5), step(noise(rng, FINE, 3, 3), 0.25, 0.5) * 0.7, 1.1
    )


def leaves(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([4, 5])), 1.0, 0.6)
    rib = 1 - step(np.abs(found.away[1] - 0.4 * found.away[0]), 0.0, 0.12)
    body = step(found.edge, 0.0, 0.4) - 0.25 * rib
    return Surface(body, per_unit(rng, found.number, 0.7) + 0.3 * rib, 1 - step(found.edge, 0.02, 0.1), 1.2)


def water(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([3, 4, 5])), 1.0, float(rng.choice([1.0, 1.8])))
    light = 1 - step(found.edge, 0.0, 0.3)
    return Surface(0 * light, 0.45 * noise(rng, FINE, 3, 3) + 0.2 * light, light * 0.75, 0.0, True)


def lava(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([3, 4, 5])), 0.95)
    hot = np.clip(1 - step(found.edge, 0.0, 0.42) + 0.2 * noise(rng, FINE, 4, 2), 0, 1)
    return Surface(step(found.edge, 0.1, 0.6), 0.4 * noise(rng, FINE, 8, 2) - 0.2, hot, 0.9, True)


def ice(rng: Rng) -> Surface:
    found, lines = cells(rng, FINE, 2, 1.0), np.abs(noise(rng, FINE, 3, 3))
    crack = np.maximum(1 - step(found.edge, 0.0, 0.06), 0.7 * (1 - step(lines, 0.0, 0.05)))
    return Surface(
        0.6 * noise(rng, FINE, 3, 2),
        0.5 * noise(rng, FINE, 2, 3) + per_unit(rng, found.number, 0.2),
        crack * 0.8,
        0.5,
        True,
    )


def snow(rng: Rng) -> Surface:
    return Surface(
        0.8 * noise(rng, FINE, 3, 3), 0.1 * grain(rng, FINE) * (grain(rng, FINE) > 1), 0 * lattice(rng, FINE, 2, 2), 0.8
    )


def planks(rng: Rng) -> Surface:
    boards = int(rng.choice([2, 3, 4]))
    units = varied(rng, FINE, boards, 1, 2)
    streaks = noise(rng, FINE, 16, 2, 8).T
    ring = np.sin(2 * np.pi * (3 * streaks + units.down))
    tint = per_unit(rng, units.number, 0.35) + 0.45 * streaks + 0.12 * ring
    return Surface(step(units.border, 0.1, 0.9) + 0.1 * streaks, tint, 1 - step(units.border, 0.1, 0.6))


def parquet(rng: Rng) -> Surface:
    y, x = places(FINE)
    count = int(rng.choice([2, 4]))
    turned = (np.floor(y * count) + np.floor(x * count)) % 2 == 1
    a, b = np.where(turned, y, x) * count, np.where(turned, x, y) * count
    slat = np.floor(a * 3)
    number = (slat + 3 * count * np.floor(b) + 500 * turned).astype(int)
    edge = np.minimum((a * 3) % 1, 1 - (a * 3) % 1) * 32 / (3 * count)
    edge = np.minimum(edge, np.minimum(b % 1, 1 - b % 1) * 32 / count)
    lines = noise(rng, FINE, 16, 2, 8)
    grain_ = np.where(turned, lines.T, lines)
    return Surface(step(edge, 0.1, 0.8), per_unit(rng, number, 0.35) + 0.35 * grain_, 1 - step(edge, 0.1, 0.5))


def bark(rng: Rng) -> Surface:
    ridge = noise(rng, FINE, 12, 3, 4) + 0.4 * noise(rng, FINE, 4, 2, 2)
    return Surface(ridge, 0.5 * ridge, 1 - step(ridge, -0.5, -0.15), 1.4)


def metal(rng: Rng) -> Surface:
    y, x = places(FINE)
    count = int(rng.choice([1, 2, 2, 4]))
    a, b = (x * count) % 1, (y * count) % 1
    edge = np.minimum(np.minimum(a, 1 - a), np.minimum(b, 1 - b)) * 32 / count
    inset = 3.0 if count < 4 else 2.0
    far = [np.abs(v - 0.5) * 32 / count - (16 / count - inset) for v in (a, b)]
    rivet = step(1.3 - np.hypot(*far), 0.0, 0.9) * (count < 4)
    brushed = noise(rng, FINE, 32, 1, 16).T
    return Surface(
        step(edge, 0.2, 1.4) + 0.8 * rivet, 0.25 * brushed + 0.15 * noise(rng, FINE, 3), 1 - step(edge, 0.1, 0.6), 1.3
    )


def rust(rng: Rng) -> Surface:
    patch = step(noise(rng, FINE, 3, 4), -0.1, 0.25)
    return Surface(
        0.3 * patch + 0.1 * grain(rng, FINE), 0.3 * noise(rng, FINE, 8, 2) + 0.15 * grain(rng, FINE), patch, 0.8
    )


def grate(rng: Rng) -> Surface:
    y, x = places(FINE)
    count = int(rng.choice([2, 4]))
    if rng.random() < 0.5:
        x, y = x + y, x - y
    a, b = np.abs((x * count) % 1 - 0.5), np.abs((y * count) % 1 - 0.5)
    bar = step(np.maximum(a, b), 0.3, 0.42)
    return Surface(bar, 0.15 * grain(rng, FINE), 1 - step(bar, 0.2, 0.6), 1.2)


def checks(rng: Rng) -> Surface:
    count = int(rng.choice([2, 4]))
    units = courses(FINE, count, count, 0.0)
    odd = ((units.number // count + units.number) % 2).astype(float)
    return Surface(step(units.border, 0.1, 0.9), 0.35 * noise(rng, FINE, 4, 3), odd, 0.8)


def mosaic(rng: Rng) -> Surface:
    count = int(rng.choice([4, 8]))
    units = courses(FINE, count, count, 0.0)
    other = (per_unit(rng, units.number) > 0.3).astype(float)
    return Surface(step(units.border, 0.1, 0.8), per_unit(rng, units.number, 0.8), other * 0.8, 0.9)


def hexagons(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([2, 4])), 0.0, 1.15)
    return Surface(
        step(found.edge, 0.03, 0.3),
        per_unit(rng, found.number, 0.3) + 0.1 * grain(rng, FINE),
        1 - step(found.edge, 0.03, 0.12),
        1.1,
    )


def scales(rng: Rng) -> Surface:
    y, x = places(FINE)
    count = int(rng.choice([2, 4]))
    rows, best = 2 * count, np.full_like(x, -1.0)
    for lift in (1, 0):  # an upper row lies over the lower one
        row = np.floor(y * rows) + lift
        a = (x * count + 0.5 * (row % 2)) % 1 - 0.5
        b = (y * rows - np.floor(y * rows) - lift + 1) / 2
        inside = np.hypot(a, b) < 0.52
        best = np.where(inside, 1 - np.hypot(a, b), best)
    body = np.clip(best, 0, 1)
    return Surface(body * 1.4, 0.9 * (body - 0.6) + 0.08 * grain(rng, FINE), 1 - step(body, 0.45, 0.52), 1.0)


def weave(rng: Rng) -> Surface:
    y, x = places(FINE)
    count = int(rng.choice([4, 8]))
    over = (np.floor(x * count) + np.floor(y * count)) % 2
    a, b = (x * count) % 1 - 0.5, (y * count) % 1 - 0.5
    round_ = np.where(over == 1, np.cos(np.pi * a), np.cos(np.pi * b))
    return Surface(round_, 0.5 * (round_ - 0.6) + 0.12 * grain(rng, FINE), 0.55 * over * rng.choice([0.0, 1.0]), 1.1)


def cloth(rng: Rng) -> Surface:
    y, x = places(FINE)
    count = int(rng.choice([4, 8]))
    slant = np.abs((x * count) % 1 - 0.5)
    knit = 0.5 + 0.5 * np.cos(2 * np.pi * (y * count + slant * 1.0))
    return Surface(knit, 0.5 * (knit - 0.5) + 0.1 * grain(rng, FINE), 0 * x, 0.9)


def plaid(rng: Rng) -> Surface:
    y, x = places(FINE)
    bands = step(np.roll(rng.permutation([-1, 1, -1, 1, 1, -1, -1, 1]), 1).repeat(FINE // 8)[None], -0.1, 0.1)
    count = int(rng.choice([1, 2]))
    line = np.tile(bands[0][::count], count)[:FINE]
    both = 0.5 * line[None] + 0.5 * line[:, None]
    twill = 0.1 * np.sin(2 * np.pi * 16 * (x + y))
    return Surface(0 * x, twill + 0.3 * (both - 0.5), both, 0.0)


def stripes(rng: Rng) -> Surface:
    y, x = places(FINE)
    count, way = int(rng.choice([2, 4])), int(rng.integers(0, 3))
    along = (x, y, x + y)[way] * count
    band = step(np.abs(along % 1 - 0.5), 0.22, 0.28)
    return Surface(0.4 * band, 0.15 * noise(rng, FINE, 8, 2), band, 0.6)


def dots(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([2, 4])), 0.0)
    dot = 1 - step(found.first, 0.24, 0.34)
    return Surface(0.4 * dot, 0.12 * noise(rng, FINE, 8, 2), dot, 0.7)


def zigzag(rng: Rng) -> Surface:
    y, x = places(FINE)
    count, rows = int(rng.choice([2, 4])), int(rng.choice([2, 4]))
    tooth = np.abs((x * count) % 1 - 0.5)
    band = step(np.abs((y * rows + tooth * 2 * rows / count * 0.5) % 1 - 0.5), 0.22, 0.28)
    return Surface(0.3 * band, 0.12 * noise(rng, FINE, 8, 2), band, 0.6)


def crystal(rng: Rng) -> Surface:
    found = cells(rng, FINE, int(rng.choice([3, 4])), 1.0)
    lean = rng.uniform(-1, 1, (int(found.number.max()) + 1, 2))[found.number]
    facet = found.away[0] * lean[..., 0] + found.away[1] * lean[..., 1]
    shine = 1 - step(found.edge, 0.0, 0.07)
    return Surface(0.3 * facet, 0.9 * facet + per_unit(rng, found.number, 0.6), shine * 0.6, 0.6, True)


def clouds(rng: Rng) -> Surface:
    cover = step(noise(rng, FINE, 3, 4), -0.15, 0.45)
    return Surface(0.5 * cover, 0.2 * noise(rng, FINE, 2), cover, 0.3, True)


def stars(rng: Rng) -> Surface:
    found = cells(rng, FINE, 6, 1.0)
    bright = rng.uniform(0, 1, int(found.number.max()) + 1)[found.number] ** 2
    star = (1 - step(found.first, 0.06, 0.17)) * bright
    return Surface(0 * star, 0.7 * noise(rng, FINE, 2, 4) - 0.3, star, 0.0, True)


def shingles(rng: Rng) -> Surface:
    units = courses(FINE, int(rng.choice([4, 6])), int(rng.choice([2, 4])))
    body = 0.9 * units.down * step(units.border, 0.1, 0.7)
    return Surface(
        body,
        per_unit(rng, units.number, 0.4) + 0.5 * (units.down - 0.5) + 0.12 * grain(rng, FINE),
        1 - step(units.border, 0.1, 0.5),
        0.9,
    )


Kind = Callable[[Rng], Surface]
# what a kind is called in captions; the first name is its own. Then its own colours: body and accent.
KINDS: dict[str, tuple[Kind, tuple[str, ...], str, str]] = {
    "brick": (brick, ("brick wall", "bricks"), "red", "grey"),
    "stone": (blocks, ("stone wall", "stone blocks"), "grey", "black"),
    "cobblestone": (cobble, ("cobblestones", "cobbled road"), "grey", "black"),
    "flagstone": (flagstone, ("flagstones", "paved floor"), "beige", "brown"),
    "pebbles": (pebbles, ("pebbles", "gravel"), "grey", "brown"),
    "marble": (marble, ("marble",), "white", "grey"),
    "granite": (granite, ("granite", "speckled stone"), "grey", "black"),
    "sand": (sand, ("sand", "desert dunes"), "beige", "brown"),
    "dirt": (dirt, ("dirt", "soil"), "brown", "grey"),
    "grass": (grass, ("grass", "meadow"), "green", "yellow"),
    "moss": (moss, ("moss", "swamp"), "green", "brown"),
    "leaves": (leaves, ("leaves", "hedge"), "green", "black"),
    "water": (water, ("water", "sea"), "blue", "white"),
    "lava": (lava, ("lava", "magma"), "black", "red"),
    "ice": (ice, ("ice", "frozen lake"), "teal", "white"),
    "snow": (snow, ("snow",), "white", "white"),
    "wood": (planks, ("wooden planks", "wood"), "brown", "black"),
    "parquet": (parquet, ("parquet", "wooden floor"), "orange", "brown"),
    "bark": (bark, ("tree bark", "bark"), "brown", "black"),
    "metal": (metal, ("metal plates", "riveted metal"), "grey", "black"),
    "rust": (rust, ("rusty metal", "rust"), "grey", "orange"),
    "grate": (grate, ("iron grate", "mesh"), "grey", "black"),
    "checks": (checks, ("checkered floor", "chessboard"), "white", "black"),
    "mosaic": (mosaic, ("mosaic tiles", "mosaic"), "teal", "white"),
    "hexagons": (hexagons, ("hexagon tiles", "honeycomb"), "yellow", "brown"),
    "scales": (scales, ("dragon scales", "fish scales"), "green", "black"),
    "basket": (weave, ("woven basket", "wicker"), "beige", "brown"),
    "cloth": (cloth, ("knitted wool", "cloth"), "red", "white"),
    "plaid": (plaid, ("plaid", "tartan"), "red", "green"),
    "stripes": (stripes, ("stripes",), "red", "white"),
    "dots": (dots, ("polka dots", "dots"), "pink", "white"),
    "zigzag": (zigzag, ("zigzag", "chevrons"), "purple", "white"),
    "crystal": (crystal, ("crystal", "gems"), "purple", "white"),
    "clouds": (clouds, ("cloudy sky", "clouds"), "blue", "white"),
    "stars": (stars, ("starry sky", "space"), "black", "white"),
    "shingles": (shingles, ("roof shingles", "roof tiles"), "orange", "brown"),
}


def draw(kind: str, colour: str, rng: Rng) -> np.ndarray:
    """One texture, uint8 (32, 32, 3). `colour` is one of `COLOURS`, or empty for the kind's own."""
    make, _, own, second = KINDS[kind]
    surface = make(rng)
    body = colour or own
    if colour and kind == "lava":
        body, second = "black", colour
    picture = coloured(surface, ramp(body, rng), ramp(_unlike(body, second), rng))
    small = picture.reshape(SIDE, 2, SIDE, 2, 3).mean((1, 3))
    return np.rint(np.clip(small, 0, 1) * 255).astype(np.uint8)


def caption(kind: str, colour: str, which: int = 0) -> str:
    """'blue brick wall'; `which` chooses among the kind's names."""
    names = KINDS[kind][1]
    return f"{colour} {names[which % len(names)]}".strip()


def _unlike(body: str, second: str) -> str:
    """A second colour that can be told from the first."""
    near = {("white", "white"), ("black", "black"), ("grey", "grey"), ("brown", "brown"), ("orange", "orange")}
    near |= {("yellow", "yellow"), ("green", "green"), ("beige", "beige")}
    return ("black" if body in ("white", "beige", "yellow", "grey") else "white") if (body, second) in near else second
