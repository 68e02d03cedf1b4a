"""Kinds of motion on the spot: turns, hops, shakes, sizes, bends and light."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines import motions
from engines.training.motion_track import Cue, Track, kind, smooth

TURN = 2 * np.pi

# ---------------------------------------------------------------- turning


def _spinning(way: float) -> Callable[[Cue], Track]:
    def move(cue: Cue) -> Track:
        return Track(turn=way * cue.phase(0.6))

    return move


kind(
    "spin/spin around/rotate/turn around/twirl/whirl/revolve/spin clockwise/turn clockwise/rotate clockwise/"
    "spin to the right/pirouette/gyrate",
    "turning",
)(_spinning(1.0))
kind(
    "spin counterclockwise/turn anticlockwise/rotate counterclockwise/spin backwards/spin to the left/"
    "rotate anticlockwise/spin the other way",
    "turning",
)(_spinning(-1.0))


@kind(
    "flip like a coin/turn like a coin/spin like a coin/rotate around its vertical axis/turn on its axis/flip over/"
    "turn like a revolving door",
    "turning",
)
def coin(cue: Cue) -> Track:
    p = cue.phase(0.6)
    return Track(wide=np.cos(p), light=-0.25 * np.abs(np.sin(p)))


@kind("do a somersault/somersault/flip head over heels/do a backflip/do a flip/turn a somersault", "turning")
def somersault(cue: Cue) -> Track:
    v = cue.beats(0.6)
    air = np.clip((v - 0.15) / 0.65, 0, 1)
    crouch = 0.18 * (np.exp(-(((v - 0.1) / 0.07) ** 2)) + np.exp(-(((v - 0.85) / 0.06) ** 2)))
    track = Track(high=1 - crouch, wide=1 + 0.6 * crouch).held_at(0, cue.foot)
    track.y = track.y - 0.42 * cue.amount * 4 * air * (1 - air)
    track.turn = TURN * smooth(air)
    return track


@kind("swing/swing like a pendulum/swing back and forth/dangle/hang and swing/swing on a rope", "turning")
def swing(cue: Cue) -> Track:
    return Track(turn=0.42 * cue.amount * np.sin(cue.phase(0.7))).held_at(0, -cue.foot)


@kind(
    "rock/rock from side to side/rock back and forth/tilt left and right/teeter/lean left and right/rock like a boat",
    "turning",
)
def rock(cue: Cue) -> Track:
    return Track(turn=0.26 * cue.amount * np.sin(cue.phase(0.8))).held_at(0, cue.foot)


@kind("bow/nod/nod yes/bow down/lean forward/take a bow", "turning")
def bow(cue: Cue) -> Track:
    return Track(turn=0.28 * cue.amount * (0.5 - 0.5 * np.cos(cue.phase(1.0)))).held_at(0, cue.foot)


@kind("wiggle/waggle/wag/jiggle/wriggle back and forth/wiggle playfully", "turning")
def wiggle(cue: Cue) -> Track:
    return Track(turn=0.19 * cue.amount * np.sin(cue.phase(2.2)))


# ---------------------------------------------------------------- up and down


@kind("bounce/bounce up and down/bounce like a ball/dribble/bounce on the floor/keep bouncing", "hopping")
def bounce(cue: Cue) -> Track:
    v = cue.beats(1.2)
    high = 0.55 * min(cue.amount, 1.5) * 4 * v * (1 - v)
    hit = np.exp(-((np.minimum(v, 1 - v) / 0.09) ** 2)) * (0.22 * min(1.3, cue.amount))
    hit = hit * (1 if cue.loop else smooth(np.clip(cue.u * 12, 0, 1)))
    track = Track(high=1 - hit, wide=1 + 0.7 * hit).held_at(0, cue.foot)
    track.y = track.y - high
    return track


@kind("jump/jump up/hop/leap/jump for joy/hop up and down/spring up/leap into the air", "hopping")
def jump(cue: Cue) -> Track:
    v = cue.beats(0.8)
    air = np.clip((v - 0.28) / 0.5, 0, 1)
    crouch = np.exp(-(((v - 0.18) / 0.09) ** 2)) + 0.8 * np.exp(-(((v - 0.84) / 0.06) ** 2))
    tall = np.exp(-(((v - 0.36) / 0.06) ** 2))
    squash = cue.amount * (0.2 * crouch - 0.12 * tall)
    track = Track(high=1 - squash, wide=1 + 0.6 * squash).held_at(0, cue.foot)
    track.y = track.y - 0.6 * min(cue.amount, 1.5) * 4 * air * (1 - air)
    return track


@kind("float/hover/levitate/hang in the air/bob up and down/float in the air/drift gently up and down", "hopping")
def hover(cue: Cue) -> Track:
    p = cue.phase(0.5)
    return Track(y=-0.13 * cue.amount * np.sin(p), turn=0.03 * cue.amount * np.sin(p + 0.8) - 0.0215 * cue.amount)


@kind("dance/boogie/groove/dance happily/dance to the music/party", "hopping")
def dance(cue: Cue) -> Track:
    p = cue.phase(0.9)
    hop = np.abs(np.sin(p))
    squash = 0.1 * cue.amount * (np.cos(2 * p) - 1) / -2
    track = Track(turn=0.2 * cue.amount * np.sin(p), high=1 - squash, wide=1 + squash).held_at(0, cue.foot)
    track.x, track.y = track.x + 0.1 * cue.amount * np.sin(p), track.y - 0.12 * cue.amount * hop
    return track


# ---------------------------------------------------------------- shaking


@kind("shake/shake its head/shake from side to side/rattle/shake no/jolt left and right", "shaking")
def shake(cue: Cue) -> Track:
    p = cue.phase(2.6)
    return Track(x=0.09 * cue.amount * np.sin(p))


@kind("tremble/shiver/vibrate/quiver/shudder/buzz/shake with fear/tremble with cold", "shaking")
def tremble(cue: Cue) -> Track:
    p, q = cue.phase(4.4), cue.phase(3.6)
    return Track(x=0.03 * cue.amount * np.sin(p), y=0.018 * cue.amount * np.sin(q), turn=0.03 * cue.amount * np.sin(q))


# ---------------------------------------------------------------- size


@kind("pulse/throb/pulsate/zoom in and out/grow and shrink/get bigger and smaller/swell and shrink", "size")
def pulse(cue: Cue) -> Track:
    size = 1 + 0.11 * cue.amount * (1 - np.cos(cue.phase(1.0)))
    return Track(wide=size, high=size)


@kind("beat like a heart/beat/pound/go thump thump/throb like a heartbeat/beat with love", "size")
def heartbeat(cue: Cue) -> Track:
    v = cue.beats(1.0)
    size = 1 + 0.2 * cue.amount * (np.exp(-(((v - 0.2) / 0.08) ** 2)) + 0.7 * np.exp(-(((v - 0.46) / 0.09) ** 2)))
    return Track(wide=size, high=size)


@kind("breathe/breathe in and out/inhale and exhale/sleep peacefully/snore/breathe calmly", "size")
def breathe(cue: Cue) -> Track:
    in_ = 0.035 * cue.amount * (1 - np.cos(cue.phase(0.45)))
    return Track(high=1 + in_, wide=1 + 0.35 * in_).held_at(0, cue.foot)


@kind("grow/grow bigger/get bigger/swell/inflate/expand/enlarge/puff up/become larger", "size")
def grow(cue: Cue) -> Track:
    size = 0.45 + (0.75 + 0.2 * min(1.5, cue.amount)) * cue.once(2.0)
    return Track(wide=size, high=size)


@kind("shrink/get smaller/deflate/contract/dwindle/become tiny/shrink away", "size")
def shrink(cue: Cue) -> Track:
    size = 1 - min(0.85, 0.65 * cue.amount**0.5) * cue.once(1.8)
    return Track(wide=size, high=size)


@kind("squash and stretch/squish/squeeze/get squashed/boing/squash up and down/flatten and spring back", "size")
def squash(cue: Cue) -> Track:
    s = 0.2 * cue.amount * np.sin(cue.phase(1.1))
    return Track(high=np.exp(-s), wide=np.exp(0.8 * s)).held_at(0, cue.foot)


@kind("stretch/stretch upwards/get taller/elongate/stretch out/yawn and stretch", "size")
def stretch(cue: Cue) -> Track:
    s = cue.amount * cue.once(1.4)
    return Track(high=1 + 0.4 * s, wide=1 - 0.18 * np.minimum(s, 2)).held_at(0, cue.foot)


@kind("pop up/pop into view/appear with a pop/pop in/spring into view/bounce into view", "size")
def pop(cue: Cue) -> Track:
    share = np.clip(0.7 / (cue.seconds * cue.pace), 0.2, 0.8)
    v = np.clip(cue.u / share, 0, 1)
    size = np.where(v < 1, 1 - np.exp(-5 * v) * np.cos(8 * v) * (1 - v), 1.0)
    if cue.loop:
        size = size * (1 - smooth(np.clip((cue.u - 0.86) / 0.13, 0, 1)))
    size = np.maximum(size, 0.03)
    return Track(wide=size, high=size)


# ---------------------------------------------------------------- bending


def _bent(dx: np.ndarray, dy: np.ndarray) -> Track:
    return Track(bend=np.stack(np.broadcast_arrays(dx, dy), -1))


def _parts(cue: Cue) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x and y of the field's points, (1, GRID, GRID) each, and how high each is over the foot, 0 there and 1 on top."""
    x, y = motions.grid()
    foot = cue.foot / cue.silhouette.radius
    return x[None], y[None], np.clip((foot - y[None]) / (2 * foot), -0.1, 1.1)


def _wide(p: np.ndarray) -> np.ndarray:
    return p[:, None, None]


@kind("wobble/wobble like jelly/jiggle like jelly/quake like pudding/wobble softly/quiver like jelly", "bending")
def jelly(cue: Cue) -> Track:
    x, _, high = _parts(cue)
    p = _wide(cue.phase(1.3))
    a = cue.amount * (1 if cue.loop else _wide(smooth(np.clip(cue.u * 5, 0, 1))))
    return _bent(
        -0.2 * a * high * np.sin(p - 1.8 * high) - 0.06 * a * x * np.sin(2 * p), 0.07 * a * high * np.sin(2 * p)
    )


@kind(
    "wave like a flag/wave/flutter in the wind/flap in the wind/ripple like cloth/billow/wave in the breeze", "bending"
)
def flag(cue: Cue) -> Track:
    x, _, _ = _parts(cue)
    loose, p = np.clip((x + 1) / 2, 0, 1), _wide(cue.phase(1.1))
    a = cue.amount * (1 if cue.loop else _wide(smooth(np.clip(cue.u * 5, 0, 1))))
    return _bent(0.04 * a * loose * np.cos(3.6 * x - p), 0.17 * a * loose * np.sin(3.6 * x - p))


@kind("swim/undulate/swim along/slither/squirm/wriggle like a fish/swim through the water", "bending")
def swim(cue: Cue) -> Track:
    x, _, _ = _parts(cue)
    p = _wide(cue.phase(1.0))
    a = cue.amount * (1 if cue.loop else _wide(smooth(np.clip(cue.u * 5, 0, 1))))
    track = _bent(0 * x * p, 0.13 * a * (0.35 + 0.65 * np.abs(x)) * np.sin(2.6 * x + p))
    q = cue.phase(0.5)
    track.x, track.turn = 0.12 * np.sin(q), 0.05 * np.sin(q)
    return track


@kind("flap its wings/flap/flutter its wings/beat its wings/flutter/flap up and down", "bending")
def flap(cue: Cue) -> Track:
    x, _, _ = _parts(cue)
    p = _wide(cue.phase(2.0))
    side = np.clip(np.abs(x), 0, 1) ** 1.4
    beat = np.sin(p)
    track = _bent(0.16 * cue.amount * x * side * (1 - np.cos(p)) / 2, 0.3 * cue.amount * side * beat)
    track.y = 0.05 * cue.amount * np.sin(cue.phase(2.0) - 0.5) + 0.024 * cue.amount
    return track


@kind("melt/melt away/drip down/ooze/melt into a puddle/melt like ice", "bending")
def melt(cue: Cue) -> Track:
    x, y, high = _parts(cue)
    m = _wide(cue.once(2.2)) * min(1.0, 0.8 * cue.amount**0.3)
    foot = cue.foot / cue.silhouette.radius
    down = (foot - y) - (foot - y) / (1 - 0.66 * m)
    drip = 0.1 * m * np.sin(7 * x + 1.0) * high
    return _bent(x / (1 + 0.45 * m * (1 - np.clip(high, 0, 1))) - x, down + drip)


@kind("sway/sway in the breeze/sway in the wind/bend in the wind/sway gently/bend from side to side", "bending")
def sway(cue: Cue) -> Track:
    _, _, high = _parts(cue)
    p = _wide(cue.phase(0.6))
    s = 0.34 * cue.amount * np.sin(p)
    return _bent(-s * np.clip(high, 0, 2) ** 1.8, -0.25 * s**2 * high)


@kind("twist/swirl/twist into a spiral/wring/twist like a whirlpool/swirl around itself", "bending")
def twist(cue: Cue) -> Track:
    x, y, _ = _parts(cue)
    angle = 1.1 * cue.amount**0.7 * np.sin(_wide(cue.phase(0.6))) * np.clip(1 - (x**2 + y**2) / 1.3, 0, 1)
    cos, sin = np.cos(angle), np.sin(angle)
    return _bent(cos * x - sin * y - x, sin * x + cos * y - y)


@kind("ripple/ripple like water/shimmer like water/wave under water/ripple like a reflection", "bending")
def ripple(cue: Cue) -> Track:
    x, y, _ = _parts(cue)
    p = _wide(cue.phase(0.9))
    a = cue.amount * (1 if cue.loop else _wide(smooth(np.clip(cue.u * 5, 0, 1))))
    return _bent(0.075 * a * np.sin(5.2 * y - p), 0.05 * a * np.sin(4.4 * x + p))


# ---------------------------------------------------------------- light


@kind("fade in/appear/appear slowly/materialise/come into view/become visible", "light")
def fade_in(cue: Cue) -> Track:
    if cue.loop:
        return Track(opacity=0.5 - 0.5 * np.cos(TURN * cue.u))
    share = np.clip(1.4 / (cue.seconds * cue.pace), 0.3, 1.0)
    return Track(opacity=smooth(np.clip(cue.u / share, 0, 1)))


@kind("fade out/disappear/vanish/fade away/dissolve/become invisible", "light")
def fade_out(cue: Cue) -> Track:
    return Track(opacity=1 - cue.once(1.5))


@kind("blink/blink on and off/flash on and off/flash/blink like a warning light", "light")
def blink(cue: Cue) -> Track:
    return Track(opacity=1 - smooth(np.clip(0.5 - 1.6 * np.cos(cue.phase(1.2)), 0, 1)))


@kind("glow/shine/light up/glow brightly/shine brightly/twinkle/sparkle", "light")
def glow(cue: Cue) -> Track:
    return Track(light=0.26 * min(cue.amount, 2.0) * (1 - np.cos(cue.phase(0.7))))


@kind("flicker/flicker like a candle/flicker like a flame/glimmer unsteadily", "light")
def flicker(cue: Cue) -> Track:
    x, _, high = _parts(cue)
    p, q = cue.phase(2.4), cue.phase(3.8)
    track = _bent(-0.08 * cue.amount * np.clip(high, 0, 2) ** 1.5 * _wide(np.sin(q)), 0 * x * _wide(p))
    s = 0.06 * cue.amount * np.sin(p)
    track.high, track.light = 1 + s, 0.2 * min(cue.amount, 1.5) * np.sin(p)
    return track.held_at(0, cue.foot)
