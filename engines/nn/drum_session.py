"""One run of audio/drum: what its request asks for, the drums on their way through the layers, and the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.contract import Audio, Checkpoint, Refused, Request, Value
from engines.nn import drum_kit, drum_parts, drum_words
from engines.nn.drum import COARSE_DONE, LAYERS, SIZES, Made
from engines.nn.drum_model import Drum, Measured, Model
from engines.nn.drum_sound import KINDS, attributes
from engines.samplers import generator

CHARACTER = {"either": 0.0, "acoustic": -1.0, "electronic": 1.0}


@dataclass(frozen=True)
class Now:
    """The run after `index` layers; `sound()` is the clean estimate (n,) as it would be heard."""

    index: int
    total: int
    sound: Callable[[], np.ndarray]
    arrays: Callable[[], dict[str, np.ndarray]]


class Session:
    """What `request` asks of the model, settled. Nothing outlives it."""

    def __init__(self, model: Model, request: Request, options: Any) -> None:
        self.model, self.request, self.options = model, request, options
        self.wish = drum_words.read(request.prompt)
        self.layout = drum_words.chosen(options.kit, self.wish.layout, "one drum")
        shifts = np.array([options.length, options.brightness, options.pitch])
        self.shifts = shifts + np.array(self.wish.shifts)
        named = CHARACTER.get(options.character)
        self.character = self.wish.character if named is None else named
        self.start = self._started(request.start)
        self.drums = self._drums()
        self.states: list[Made] = []
        self.calls = 0

    # ------------------------------------------------------------ what is asked for

    def _started(self, start: Any) -> Measured | None:
        if self.options.do == "measure" and start is None:
            raise Refused("bad-request", "Nothing to measure: give a start sound, or set do to sample.")
        if start is None:
            return None
        if not isinstance(start, Audio):
            raise Refused("bad-request", "A drum starts from a sound; the start that was given is none.")
        return self.model.measured(self.model.stepped(self.model.heard(start), self.request.seed))

    def _drums(self) -> list[Drum]:
        """The drums to make: one, or the kit with the start sound, if any, in its own place."""
        if self.start is not None and self.options.do == "measure":
            return [self.start.drum]
        otherwise = self.start.drum.kind if self.start else KINDS[self._chance(300)]
        kind = drum_words.chosen(self.options.kind, self.wish.kind, otherwise)
        if self.layout == "one drum":
            return [self._drum(kind, self.start)]
        own = kind if self.start else ""
        return [self._drum(each, self.start if each == own else None) for each in KINDS]

    def _chance(self, step: int) -> int:
        return int(torch.randint(len(KINDS), (1,), generator=generator(self.request.seed, step)))

    def _drum(self, kind: str, start: Measured | None) -> Drum:
        model, far = self.model, self.request.strength
        fresh = self._tempered(model.noise(self.request.seed, kind))
        if start is None:
            told = model.told(self.request.seed, kind, self.shifts, self.options.vary)
            return Drum(kind, fresh, model.condition(kind, told, self.character))
        if self.options.do == "edit":
            own = start.drum.condition
            asked = model.condition(kind, model.settled(kind, start.told + self.shifts), self.character)
            return Drum(kind, start.drum.z, (1 - far) * own + far * asked)
        turn = np.pi / 2 * far
        told = model.settled(kind, start.told + self.shifts)
        z = np.cos(turn) * start.drum.z + np.sin(turn) * fresh
        return Drum(kind, z, model.condition(kind, told, self.character))

    def _tempered(self, z: Tensor) -> Tensor:
        """Noise with the temperature of the layer that uses it; the angles stay uniform, as they must."""
        pieces = list(z.split(SIZES, 1))
        for index in range(len(SIZES) - 1):
            place = index if index < 2 else index - 2 + COARSE_DONE
            pieces[index] = pieces[index] * self.request.at(
                "temperature", self.options.temperature, place / (LAYERS - 1)
            )
        return torch.cat(pieces, 1)

    # ------------------------------------------------------------ the run

    def run(self, held: Checkpoint | None) -> Iterator[Now]:
        """Every layer from where `held` was."""
        if self.options.do == "measure":
            yield from self._measure(held)
            return
        self.states = self.model.begun(self.drums) if held is None else self._restored(held)
        for done, states in self.model.states(self.drums, self.states, 0 if held is None else held.step):
            self.states, self.calls = states, self.calls + len(states)
            yield Now(done, LAYERS, cache(partial(self._estimate, states, done)), partial(_arrays, states))

    def _measure(self, held: Checkpoint | None) -> Iterator[Now]:
        """From the sound to its noise: each step takes the finest layer off."""
        kept = [self.model.begun(self.drums)]
        for _, states in self.model.states(self.drums, kept[0], 0):
            kept.append(states)
        self.states, self.calls = kept[-1], LAYERS
        for index in range(1 if held is None else held.step + 1, LAYERS + 1):
            left = LAYERS - index
            yield Now(index, LAYERS, cache(partial(self._estimate, kept[left], left)), partial(_arrays, kept[left]))

    def _restored(self, held: Checkpoint) -> list[Made]:
        """The drums as a checkpoint holds them; noise still to be used is this request's."""
        found = held.arrays.get("numbers")
        if found is None or len(found) != len(self.drums):
            raise Refused("bad-request", "This checkpoint holds another number of drums: keep the kit as it was.")
        shares = [np.asarray(held.arrays[f"share{i}"]) for i in range(len(held.arrays)) if f"share{i}" in held.arrays]
        turns = [held.arrays[f"angle{i}"] for i in range(len(held.arrays)) if f"angle{i}" in held.arrays]
        states = []
        for at, drum in enumerate(self.drums):
            low = torch.from_numpy(held.arrays["low"][at : at + 1].copy()) if "low" in held.arrays else None
            states.append(
                Made(drum.z, torch.from_numpy(found[at : at + 1].copy()), low, _row(shares, at), _row(turns, at))
            )
        return states

    def _estimate(self, states: list[Made], done: int) -> np.ndarray:
        """The clean estimate (n,) as it would be heard."""
        each = [self.model.finished(drum, made, done) for drum, made in zip(self.drums, states, strict=True)]
        return self._levelled(np.stack(each))[0]

    def _levelled(self, drums: np.ndarray) -> tuple[np.ndarray, float]:
        """Drums (K, LENGTH) laid out, and the gain in dB that brought the loudest sample to the peak asked for."""
        if self.options.do == "measure":
            return drums[0], 0.0
        if len(drums) > 1:
            drums = drums / np.maximum(np.abs(drums).max(1, keepdims=True), 1e-9)
        sound = drums[0]
        if self.layout == "kit in a row":
            sound = drum_kit.laid(drums, drum_kit.row(len(drums)))
        elif self.layout == "pattern":
            tempo = self.options.tempo
            strokes = drum_kit.bar(self.options.rhythm, tempo)
            sound = drum_kit.laid(drums, strokes, drum_kit.position(drum_kit.STEPS, tempo))
        gain = 10 ** (self.options.peak / 20) / max(np.abs(sound).max(), 1e-9)
        return sound * gain, float(20 * np.log10(gain))

    # ------------------------------------------------------------ the result

    def result(self) -> tuple[np.ndarray, dict[str, Value]]:
        """The finished sound (n,) and its facts. Likelihoods are of the drums before the gain, which is told."""
        exact = [self.model.network.sound(made) for made in self.states]
        sound, gain = self._levelled(np.stack([x[0].numpy() / drum_parts.STEPS for x in exact]))
        facts: dict[str, Value] = {"nfe": max(self.calls, 1), "kind": ", ".join(drum.kind for drum in self.drums)}
        if self.options.do == "measure":
            assert self.start is not None
            facts |= self._reading(self.start, exact[0])
        else:
            facts |= self._likelihoods(exact) | {"normalised by dB": round(gain, 2)}
        if len(exact) == 1:
            length, bright, pitch = attributes(exact[0][0].numpy())
            facts |= {"length ms": round(1000 * 2 ** float(length), 1), "brightness Hz": round(2 ** float(bright))}
            facts |= {"pitch Hz": round(2 ** float(pitch), 1)}
        return sound, facts

    def _likelihoods(self, exact: list[Tensor]) -> dict[str, Value]:
        """The log-likelihood of what was made, and the largest error of reading the noise back from it."""
        read = [self.model.network.invert(x, drum.condition) for x, drum in zip(exact, self.drums, strict=True)]
        told = sum(float(score) for _, score in read)
        error = max(float((z - drum.z).abs().max()) for (z, _), drum in zip(read, self.drums, strict=True))
        return _scored(told, len(exact)) | {"round trip error of z": error}

    def _reading(self, start: Measured, again: Tensor) -> dict[str, Value]:
        x = self.model.stepped(self.model.heard(self.request.start), self.request.seed)  # type: ignore[arg-type]
        facts = _scored(start.log_likelihood, 1)
        facts |= {f"probability of {kind}": round(share, 4) for kind, share in start.kinds.items()}
        facts["mean square of z"] = round(float(start.drum.z.square().mean()), 4)
        facts["round trip error in 16-bit steps"] = float((again - x).abs().max())
        return facts


def heard(model: Model, request: Request) -> dict[str, Value]:
    """What the flow says of the start of a request: its likelihood, and how probable each kind of drum is."""
    if not isinstance(request.start, Audio):
        raise Refused("bad-request", "A drum is measured in a sound; what was given is none.")
    found = model.measured(model.stepped(model.heard(request.start), request.seed))
    kinds: dict[str, Value] = {f"probability of {kind}": round(share, 4) for kind, share in found.kinds.items()}
    return _scored(found.log_likelihood, 1) | kinds


def _scored(told: float, drums: int) -> dict[str, Value]:
    per_sample = -told / (drums * drum_parts.LENGTH * np.log(2))
    return {"log_likelihood": round(told, 1), "bits per sample": round(float(per_sample), 4)}


def _row(arrays: list[np.ndarray], at: int) -> tuple[Tensor, ...]:
    return tuple(torch.from_numpy(array[at : at + 1].copy()) for array in arrays)


def _arrays(states: list[Made]) -> dict[str, np.ndarray]:
    """All drums' numbers stacked, exactly."""
    out = {"numbers": np.concatenate([made.numbers.numpy() for made in states])}
    if states[0].low is not None:
        out["low"] = np.concatenate([made.low.numpy() for made in states if made.low is not None])
    for name, count in (("share", len(states[0].shares)), ("angle", len(states[0].angles))):
        for index in range(count):
            each = [(made.shares if name == "share" else made.angles)[index].numpy() for made in states]
            out[f"{name}{index}"] = np.concatenate(each)
    return out
