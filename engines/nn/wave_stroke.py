"""The first moment of a sound for audio/wave to go on with when none is given: a key of the shipped sampled orchestra.

As in priming of autoregressive models of sound (Mehri et al., "SampleRNN", 2017), a recorded attack gives the network
what it is worst at, the stroke; the rest is its own.
"""

from __future__ import annotations

import numpy as np
import torch

from engines.contract import Audio
from engines.files import synth
from engines.nn.wave_kinds import DRUMS, INSTRUMENTS
from engines.samplers import generator

KEYS = dict(zip(DRUMS, (36, 38, 42, 46, 45, 39), strict=True))  # of General MIDI's percussion
DRUM, NOTE = 0.08, 0.2  # seconds of a drum's stroke, of a note's attack
SOFT, HARD = 75, 120  # velocities, by the seed
HELD = 1.5  # seconds the key is held


def struck(kind: str, pitch: int, seed: int, peak: float) -> Audio:
    """A note of `kind`, mono at 44.1 kHz, whole; its loudest sample is `peak`. The seed decides how hard it is struck.

    `pitch` is nothing to a drum.
    """
    velocity = int(torch.randint(SOFT, HARD + 1, (1,), generator=generator(seed, 301)))
    preset = (synth.DRUMS, 0) if kind in DRUMS else (0, INSTRUMENTS[kind][0])
    sound = synth.struck(preset, KEYS.get(kind, pitch), velocity, round(HELD * synth.RATE)).mean(1, keepdims=True)
    return Audio(np.ascontiguousarray(sound * (peak / max(float(np.abs(sound).max()), 1e-9)), np.float32), synth.RATE)


def onset(kind: str, length: float) -> float:
    """How many seconds of it are given where `length` are asked for: of a short sound a half."""
    return min(DRUM if kind in DRUMS else NOTE, length / 2)
