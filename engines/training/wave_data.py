"""The sounds of audio/wave's training: the drums of audio/drum and notes of the shipped sampled orchestra, at 16 kHz.

Held out is decided by the source: a drum's recording or the setting of its machine, a note's sample in the SoundFont
(which several notes are played from), never by a copy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.families import causal
from engines.files import synth
from engines.nn.wave import LOCAL, RATE, local_of
from engines.nn.wave_kinds import ANYTHING, INSTRUMENTS, KINDS
from engines.nn.wave_sound import resampled
from engines.training.drum_data import held_out

NOTE = 1.25  # seconds of a note
QUIET = 10 ** (-60 / 20)  # of the peak: what is below it at the end is left out, but for TAIL seconds
TAIL = 0.05
CROP = 4096  # samples of a training example
BLIND = 1200  # samples after a cut into a sound that are not counted: too little is known there
DRUMS, ANY, UNTOLD = 0.4, 0.15, 0.3  # shares: of drums; told no kind; told no note

Rows = list[dict]


@dataclass(frozen=True)
class Sounds:
    """All sounds after one another in `levels` uint8; of each where it begins, how long it is, its kind (a number),
    its note (0 for drums), whether it is held out, and whether it is a recording."""

    levels: np.ndarray
    begins: np.ndarray
    lengths: np.ndarray
    kinds: np.ndarray
    pitches: np.ndarray
    held: np.ndarray
    recorded: np.ndarray

    def sound(self, number: int) -> np.ndarray:
        """One sound, uint8 (n,)."""
        return self.levels[self.begins[number] : self.begins[number] + self.lengths[number]]

    def numbers(self, held: bool, drums: bool) -> np.ndarray:
        """Which sounds are held out or not, drums or notes."""
        return np.flatnonzero((self.held == held) & ((self.pitches == 0) == drums))

    def batch(self, rng: np.random.Generator, count: int) -> Batch:
        """Cuts of training sounds, half of them from the stroke on, every kind as often as any other of its sort."""
        chosen, begins = [], []
        for _ in range(count):
            mine = self.numbers(False, bool(rng.random() < DRUMS))
            kind = rng.choice(np.unique(self.kinds[mine]))
            number = int(rng.choice(mine[self.kinds[mine] == kind]))
            late = max(1, int(self.lengths[number]) - CROP // 2)
            chosen.append(number)
            begins.append(0 if rng.random() < 0.5 else int(rng.integers(0, late)))
        kinds, pitches = self.kinds[chosen].copy(), self.pitches[chosen].copy()
        kinds[rng.random(count) < ANY] = ANYTHING
        pitches[rng.random(count) < UNTOLD] = 0
        return self.cut(chosen, begins, kinds, pitches)

    def cut(
        self, chosen: list[int], begins: list[int], kinds: np.ndarray, pitches: np.ndarray, size: int = CROP
    ) -> Batch:
        """Cuts of `size` samples of these sounds, told these kinds and notes; silence, not counted, where they end."""
        levels = np.full((len(chosen), size), causal.levels_of(np.zeros(1))[0], np.uint8)
        mask, local = np.zeros(levels.shape, bool), np.zeros((*levels.shape, LOCAL), np.float32)
        for row, (number, begin) in enumerate(zip(chosen, begins, strict=True)):
            part = self.sound(number)[begin : begin + size]
            levels[row, : len(part)] = part
            mask[row, BLIND if begin else 0 : len(part)] = True
            local[row] = local_of(begin, size, float(pitches[row]))
        told = torch.from_numpy(kinds.astype(np.int64)), torch.from_numpy(pitches.astype(np.float32))
        return Batch(torch.from_numpy(levels), torch.from_numpy(mask), *told, torch.from_numpy(local))


@dataclass(frozen=True)
class Batch:
    """levels uint8 and mask bool (B, T), kinds (B,), pitches (B,), local (B, T, LOCAL)."""

    levels: Tensor
    mask: Tensor
    kinds: Tensor
    pitches: Tensor
    local: Tensor

    def to(self, device: str) -> Batch:
        return Batch(*(part.to(device) for part in vars(self).values()))


# ---------------------------------------------------------------- making them


def compose(folder: Path, tell: Callable[..., None]) -> None:
    """Levels and rows of all sounds in `folder`, from the drums of the pool there and the shipped SoundFont; kept."""
    if (folder / "sounds.json").exists():
        return
    rows, parts = Rows(), []
    for make in (drums(folder), notes()):
        for sound, row in make:
            parts.append(ended(causal.levels_of(sound)))
            rows.append(row | {"length": len(parts[-1])})
        tell("rendered", sounds=len(rows))
    np.save(folder / "levels.npy", np.concatenate(parts))
    (folder / "sounds.json").write_text(json.dumps(rows))


def load(folder: Path) -> Sounds:
    """What `compose` has left."""
    rows = json.loads((folder / "sounds.json").read_text())
    lengths = np.array([row["length"] for row in rows])
    columns = {name: np.array([row[name] for row in rows]) for name in ("kind", "pitch", "held", "recorded")}
    kinds = np.array([KINDS.index(kind) for kind in columns["kind"]])
    begins = np.cumsum(lengths) - lengths
    held, recorded = columns["held"].astype(bool), columns["recorded"].astype(bool)
    return Sounds(np.load(folder / "levels.npy"), begins, lengths, kinds, columns["pitch"], held, recorded)


def drums(folder: Path) -> Iterator[tuple[np.ndarray, dict]]:
    """The drums of the pool that `drum_data.compose` made, at 16 kHz."""
    waves = np.load(folder / "waves.npy", mmap_mode="r")
    for wave, row in zip(waves, json.loads((folder / "pool.json").read_text()), strict=True):
        machine = row["source"].startswith("machine/")
        told = {"kind": row["kind"], "pitch": 0, "held": row["held"], "recorded": not machine}
        yield resampled(wave / 32768.0, synth.RATE, RATE), told


def notes() -> Iterator[tuple[np.ndarray, dict]]:
    """Every note of every instrument, struck twice, softer and harder, at 16 kHz with a peak of -12 to 0 dB."""
    for kind, (program, low, high) in INSTRUMENTS.items():
        for pitch in range(low, high + 1):
            rng = np.random.default_rng([program, pitch])
            for velocity in (int(rng.integers(50, 90)), int(rng.integers(90, 127))):
                held = round(rng.uniform(0.5, 1.5) * synth.RATE)
                struck = synth.struck((0, program), pitch, velocity, held).mean(1)[: round(NOTE * synth.RATE)]
                sound = resampled(struck, synth.RATE, RATE)
                sound = sound / max(np.abs(sound).max(), 1e-9) * 10 ** (rng.uniform(-12, 0) / 20)
                told = {"kind": kind, "pitch": pitch, "held": held_out(source_of(program, pitch, velocity))}
                yield sound, told | {"recorded": True}


def source_of(program: int, pitch: int, velocity: int) -> str:
    """The name of the sample a note is played from."""
    zones = synth.font().zones(0, program, pitch, velocity)
    return "fluid/" + bytes(synth.font().samples[zones[0][53]]["name"]).decode("latin-1") if zones else ""


def ended(levels: np.ndarray) -> np.ndarray:
    """A sound without the silence at its end."""
    sound = np.abs(causal.samples_of(levels))
    loud = np.flatnonzero(sound > QUIET * sound.max(initial=0.0))
    return levels[: (loud[-1] if len(loud) else 0) + 1 + round(TAIL * RATE)]
