"""The flow of audio/drum, loaded, and what is done with it: sample, vary, edit, measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from engines.contract import Audio, Refused
from engines.families import flow
from engines.files import assets
from engines.nn import drum_parts as parts
from engines.nn import stored
from engines.nn.drum import COARSE_DONE, LAYERS, SIZES, DrumFlow, Made, network_of
from engines.nn.drum_sound import ATTRIBUTES, KINDS, PITCHED, attributes, encoded, framed, standard
from engines.samplers import generator

FINEST = 5  # bits that tell an attribute of a measured sound
SEEN = 3.0  # standard deviations to which conditions were taught


def load(path: str = "weights/drum/flow.safetensors") -> Model:
    """The model from its weight file below assets/. It runs on the CPU: double precision makes it exact."""
    return Model(stored.read(network_of, assets.path(path)).double())


@dataclass(frozen=True)
class Drum:
    """One drum to be made: its noise (1, LENGTH) and its condition (1, 10); `kind` names it."""

    kind: str
    z: Tensor
    condition: Tensor


@dataclass(frozen=True)
class Measured:
    """What the flow says of a sound: its noise, the condition it was read with, log-likelihood in nats, and how
    probable each kind is."""

    drum: Drum
    told: np.ndarray
    log_likelihood: float
    kinds: dict[str, float]


class Model:
    """The flow, and nothing that changes."""

    def __init__(self, network: DrumFlow) -> None:
        self.network = network

    # ------------------------------------------------------------ noise and conditions

    def noise(self, seed: int, kind: str) -> Tensor:
        """The noise (1, LENGTH) of one kind under a seed: the same alone as in a kit."""
        chance = generator(seed, KINDS.index(kind))
        return torch.randn(1, parts.LENGTH, generator=chance, dtype=torch.float64)

    def told(self, seed: int, kind: str, shifts: np.ndarray, vary: float) -> np.ndarray:
        """Attributes (3,) in standard deviations: drawn as they come together in this kind, then shifted."""
        index = KINDS.index(kind)
        drawn = torch.randn(len(ATTRIBUTES), generator=generator(seed, 100 + index), dtype=torch.float64)
        factor = self.network.range[index].double()
        wander = (factor @ drawn / factor.square().sum(-1).sqrt()).numpy()
        return self.settled(kind, vary * wander + shifts)

    @staticmethod
    def settled(kind: str, told: np.ndarray) -> np.ndarray:
        """Attributes within what was taught; kinds without pitch have none."""
        pitched = kind in PITCHED
        return np.clip(told, -SEEN, SEEN) * np.array([1.0, 1.0, 1.0 if pitched else 0.0])

    def condition(self, kind: str, told: np.ndarray, character: float) -> Tensor:
        return encoded(np.array([KINDS.index(kind)]), told[None], np.array([character]))

    # ------------------------------------------------------------ layer by layer

    def states(self, drums: list[Drum], states: list[Made], done: int) -> Iterator[tuple[int, list[Made]]]:
        """All drums after each layer from `done` on."""
        each = [self.network.layers(drum.condition) for drum in drums]
        later = [
            lambda state, at=at: [layers[at](one) for layers, one in zip(each, state, strict=True)]
            for at in range(1, LAYERS)
        ]
        yield from flow.sample([partial(self._begin, drums), *later], states, done)

    def _begin(self, drums: list[Drum], states: list[Made]) -> list[Made]:
        """The first layer of all drums at once: it goes sample by sample, and six cost little more than one."""
        together = Made(torch.cat([made.z for made in states]), torch.cat([made.numbers for made in states]))
        low = self.network.begin(torch.cat([drum.condition for drum in drums]), together).low
        assert low is not None
        return [replace(made, low=low[at : at + 1]) for at, made in enumerate(states)]

    def begun(self, drums: list[Drum]) -> list[Made]:
        return [self.network.begun(drum.z) for drum in drums]

    def finished(self, drum: Drum, made: Made, done: int) -> np.ndarray:
        """The clean estimate (LENGTH,) after `done` layers: couplings still to come are left out, shares still to come
        are the most likely ones (z = 0), angles are those of the noise. All layers done: the sound itself."""
        if done < LAYERS:
            later = made.z.clone()
            first = sum(SIZES[: 2 + max(0, done - COARSE_DONE)])
            later[:, first : parts.LENGTH - SIZES[-1]] = 0.0
            made = replace(made, z=later)
        layers = self.network.layers(drum.condition)
        made = made if done else layers[0](made)
        for _, found in flow.sample(layers, made, max(done, COARSE_DONE - 1)):
            made = found
        return self.network.sound(made)[0].numpy() / parts.STEPS

    # ------------------------------------------------------------ sounds

    def heard(self, start: Audio) -> np.ndarray:
        """A start sound as (LENGTH,) mono at 44.1 kHz from its stroke on. Refused when there is nothing in it."""
        mono = start.samples.astype(np.float64).mean(1)
        if start.rate != parts.RATE:
            mono = resampled(mono, start.rate)
        if not len(mono) or np.abs(mono).max() < 1e-4:
            raise Refused("bad-request", "The start sound is silent: give one with a stroke in it.")
        return framed(np.clip(mono, -1.0, 1.0), fades=False)

    def stepped(self, sound: np.ndarray, seed: int) -> Tensor:
        """A sound (LENGTH,) in steps of 16 bits with uniform noise of one step, (1, LENGTH): then it has a density."""
        noise = torch.rand(parts.LENGTH, generator=generator(seed, 200), dtype=torch.float64) - 0.5
        return (torch.from_numpy(np.rint(sound * (parts.STEPS - 1))) + noise)[None]

    def measured(self, x: Tensor, character: float = 0.0) -> Measured:
        """Read x (1, LENGTH) as each kind in turn, with the attributes heard in it; the likeliest counts.

        The log-likelihood is a bound from below of that of the mixture over kinds and a grid of 32 values of each
        attribute: naming both costs log 6 + 3 log 32 nats, which are taken off.
        """
        heard = attributes(x[0].numpy())
        told = np.stack([self._on_grid(heard, kind) for kind in KINDS])
        seen = self.network.seen(x)
        told_of = [self.condition(kind, row, character) for kind, row in zip(KINDS, told, strict=True)]
        read = [self.network.read(*seen, condition) for condition in told_of]
        scores = torch.cat([score for _, score in read])
        best = int(scores.argmax())
        naming = np.log(len(KINDS)) + len(ATTRIBUTES) * FINEST * np.log(2)
        shares = dict(zip(KINDS, torch.softmax(scores, 0).tolist(), strict=True))
        low = self.network.low.tracked(seen[0].low, told_of[best])
        drum = Drum(KINDS[best], torch.cat((low, read[best][0][:, parts.LOW :]), 1), told_of[best])
        return Measured(drum, told[best], float(scores[best]) - float(naming), shares)

    def _on_grid(self, heard: np.ndarray, kind: str) -> np.ndarray:
        """Attributes (3,) as one of 32 values each, in standard deviations."""
        row = standard(self.network, np.array([KINDS.index(kind)]), heard[None])[0]
        cells = 2**FINEST - 1
        return self.settled(kind, np.rint((row + SEEN) / (2 * SEEN) * cells) / cells * 2 * SEEN - SEEN)


def resampled(mono: np.ndarray, rate: int) -> np.ndarray:
    """Mono samples at `rate` as samples at 44.1 kHz."""
    import av

    frame = av.AudioFrame.from_ndarray(mono[None].astype(np.float32), format="flt", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=parts.RATE)
    out = [each.to_ndarray()[0] for part in (frame, None) for each in resampler.resample(part)]
    return np.concatenate(out).astype(np.float64) if out else np.zeros(0)
