"""Kinds of motion that go somewhere: flights, falls, entrances, walks, ways through the frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines import motions
from engines.training.motion_track import Cue, Track, kind, smooth

TURN = 2 * np.pi

WAYS = {
    "fly up": (0.0, -1.0),
    "fly to the left": (-1.0, 0.0),
    "fly to the right": (1.0, 0.0),
    "fly up to the right": (1.0, -1.0),
    "fly up to the left": (-1.0, -1.0),
    "sink": (0.0, 1.0),
}
_WAY_WORDS = (
    "fly up/fly upwards/rise into the sky/soar up/take off/lift off/launch into the sky/ascend/go up/shoot up/"
    "blast off/move upwards",
    "fly to the left/fly left/move left/slide to the left/go left/travel to the left/glide left/zoom off to the left",
    "fly to the right/fly right/move right/slide to the right/go right/travel to the right/glide right/"
    "zoom off to the right",
    "fly up to the right/fly diagonally up to the right/soar to the upper right/climb to the right/"
    "take off to the right",
    "fly up to the left/fly diagonally up to the left/soar to the upper left/climb to the left/take off to the left",
    "sink/fly down/descend/go down/move downwards/sink to the bottom/come down slowly",
)


def _going(way: tuple[float, float]) -> Callable[[Cue], Track]:
    def move(cue: Cue) -> Track:
        far = cue.away(1.6, 1.5)
        return Track(x=way[0] * far, y=way[1] * far)

    return move


for _words, _way in zip(_WAY_WORDS, WAYS.values(), strict=True):
    kind(_words, "going")(_going(_way))


@kind("fall/fall down/drop/plunge/plummet/crash down/drop like a stone", "going")
def fall(cue: Cue) -> Track:
    far = cue.away(0.9, 2.0)
    speed = np.clip(np.gradient(far, 1 / len(far)) * 0.02, 0, 0.15)
    return Track(y=far, high=1 + speed, wide=1 - 0.6 * speed)


@kind(
    "fly away/fly off into the distance/disappear into the distance/recede/go far away/zoom away/move away from us",
    "going",
)
def fly_away(cue: Cue) -> Track:
    far = cue.once(1.8)
    size = np.exp(np.log(0.06) * far)
    return Track(wide=size, high=size, y=-0.35 * far)


@kind("come closer/fly towards us/approach/get nearer/rush towards the camera/come near/zoom towards us", "going")
def come_closer(cue: Cue) -> Track:
    size = np.exp(np.log(1.9) * cue.once(1.8))
    return Track(wide=size, high=size)


def _entering(x: float) -> Callable[[Cue], Track]:
    def move(cue: Cue) -> Track:
        if cue.loop:  # in, a rest in the middle, and out on the other side
            way = 2 * cue.u - 1
            return Track(x=x * 1.99 * -np.sign(way) * np.abs(way) ** 1.8)
        share = np.clip(1.1 / (cue.seconds * cue.pace), 0.3, 1.0)
        return Track(x=x * 1.97 * (1 - np.clip(cue.u / share, 0, 1)) ** 2)

    return move


kind("come in from the left/enter from the left/slide in from the left/arrive from the left", "going")(_entering(-1))
kind("come in from the right/enter from the right/slide in from the right/arrive from the right", "going")(_entering(1))


@kind("drop in/drop in from above/fall in from the top/land/come down and land/fall into view", "going")
def drop_in(cue: Cue) -> Track:
    share = np.clip(1.3 / (cue.seconds * cue.pace), 0.35, 0.85)
    v = cue.u / share
    first, after = np.clip(v / 0.45, 0, 1), np.clip((v - 0.45) / 0.3, 0, 1)
    last = np.clip((v - 0.75) / 0.25, 0, 1)
    high = np.where(v < 0.45, 1.97 * (1 - first**2), 0.36 * 4 * after * (1 - after) + 0.1 * 4 * last * (1 - last))
    hit = np.exp(-(((v - 0.48) / 0.06) ** 2)) + 0.5 * np.exp(-(((v - 0.76) / 0.05) ** 2))
    leave = smooth(np.clip((cue.u - 0.88) / 0.12, 0, 1)) if cue.loop else 0 * v  # a loop ends out of sight, below
    squash = 0.22 * cue.amount * hit
    track = Track(high=1 - squash, wide=1 + squash).held_at(0, cue.foot)
    track.y = track.y - high + 2.03 * leave
    return track


@kind("rise from below/come up from below/peek up from below/emerge from below/rise into view", "going")
def rise_in(cue: Cue) -> Track:
    if cue.loop:
        return Track(y=1.97 * (0.5 + 0.5 * np.cos(TURN * cue.u)))
    share = np.clip(1.2 / (cue.seconds * cue.pace), 0.3, 1.0)
    return Track(y=1.97 * (1 - np.clip(cue.u / share, 0, 1)) ** 2)


@kind("zigzag/move in a zigzag/weave left and right/dart from side to side/go from side to side", "going")
def zigzag(cue: Cue) -> Track:
    way = np.arcsin(np.sin(cue.phase(0.7)) * 0.95) / 1.25
    return Track(x=0.5 * cue.amount * way, turn=0.12 * np.cos(cue.phase(0.7)))


@kind("fly around/circle/orbit/fly in circles/go round in circles/move in a circle/circle around", "going")
def circle(cue: Cue) -> Track:
    a, p = 0.42 * cue.amount, cue.phase(0.6)
    return Track(x=a * np.sin(p), y=a * (np.cos(p) - 1) * 0.8)


@kind("fly a figure eight/move in a figure eight/trace an eight/loop in an infinity sign", "going")
def eight(cue: Cue) -> Track:
    a, p = 0.5 * cue.amount, cue.phase(0.5)
    return Track(x=a * np.sin(p), y=0.55 * a * np.sin(2 * p))


@kind("run/run along/jog/gallop/sprint/trot/run to the right/dash along", "going")
def run(cue: Cue) -> Track:
    p = cue.phase(2.6)
    hop = 0.1 * cue.amount * np.abs(np.sin(p / 2 if not cue.loop else p))
    return Track(x=cue.away(1.8), y=-hop, turn=0.1 * cue.amount * np.sin(p) + 0.06)


@kind("walk/waddle/stroll/hobble/march/walk along/stagger", "going")
def walk(cue: Cue) -> Track:
    p = cue.phase(1.5)
    track = Track(turn=0.16 * cue.amount * np.sin(p)).held_at(0, cue.foot)
    track.x, track.y = track.x + cue.away(2.8), track.y - 0.05 * cue.amount * (1 - np.cos(2 * p)) / 2
    return track


@kind("drive/drive along/ride along/race along/drive to the right/speed along/cruise", "going")
def drive(cue: Cue) -> Track:
    p = cue.phase(3.6)
    far = cue.away(1.4, 1.3)
    return Track(x=far, y=0.012 * cue.amount * np.sin(p), turn=0.012 * np.sin(p + 1), shear=0.05 * np.sin(TURN * cue.u))


def _rolling(way: float) -> Callable[[Cue], Track]:
    def move(cue: Cue) -> Track:
        far = cue.away(1.8)
        around = far / cue.silhouette.radius
        if cue.loop:
            around = far * (TURN * max(1, round(motions.PERIOD / (TURN * cue.silhouette.radius))) / motions.PERIOD)
        return Track(x=way * far, turn=way * around)

    return move


kind("roll/roll along/roll to the right/roll over the ground/roll away", "going")(_rolling(1.0))
kind("roll to the left/roll back/roll leftwards/roll off to the left", "going")(_rolling(-1.0))
