"""One run of audio/wave: what its request asks for, the sound on its way, and the result."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.contract import Audio, Checkpoint, Refused, Request, Value
from engines.device import best
from engines.families import causal
from engines.files import assets
from engines.nn import stored, wave_stroke, wave_words
from engines.nn.wave import RATE, WaveNet, local_of, network
from engines.nn.wave_kinds import ANYTHING, DRUMS, KINDS
from engines.nn.wave_sound import resampled
from engines.nn.wave_writer import Writer, weights_for
from engines.samplers import generator

METHOD = "samples one by one"
HEARD = 44_100  # Hz of a sound made from nothing
LEVEL = 0.7  # the peak a start is brought to before it is read
LONGEST = 20.0  # seconds of a start that are read
JOIN, FADE = 0.004, 0.01  # seconds over which a step at the join, and the end, are smoothed
CHUNK = 16_000  # samples told at once when a sound is measured
REACH = 4352  # and before them: what layers and predictions look back to, in whole hops of the latter


def load(name: str = "weights/wave/wave.safetensors") -> WaveNet:
    """The network from its weight file below assets/, on the best device, in single precision."""
    return stored.read(network, assets.path(name), best())


class Start:
    """A sound that is gone on with: `samples` (n, channels) at `rate` that are kept as they are, and the same as the
    network hears it, `levels` at 16 kHz; `gain` is what it was multiplied with for that, so that its loudest sample,
    or `peak` where more is to come, is at LEVEL."""

    def __init__(self, media: Any, keep: float, whole: bool = False, *, peak: float = 0.0) -> None:
        if not isinstance(media, Audio):
            raise Refused("bad-request", "This engine goes on with a sound; the start that was given is none.")
        self.rate = media.rate
        mono = media.samples[: round(LONGEST * media.rate)].astype(np.float64).mean(1)
        loudest = float(np.abs(mono).max(initial=0.0))
        if loudest < 1e-4:
            raise Refused("bad-request", "The start is silent: choose one that can be heard.")
        self.gain = LEVEL / (peak or loudest)
        heard = resampled(mono, media.rate, RATE) * self.gain
        count = min(len(heard), round((keep or LONGEST) * RATE))
        count = count if whole else count // 160 * 160  # where sample times of the usual rates meet
        if count < 160:
            raise Refused("bad-request", "There is too little of the start to go on with: keep 0.01 s or more.")
        self.heard, self.levels = heard[:count], causal.levels_of(heard[:count])
        self.samples = media.samples[: count * media.rate // RATE]


class Session:
    """What `request` asks for, settled, and the sound so far. Nothing outlives it."""

    def __init__(self, net: WaveNet, request: Request, options: Any) -> None:
        self.request, self.options = request, options
        said = wave_words.read(request.prompt)
        self.kind, self.pitch = self._settled(said)
        length = request.length or 0.75
        self.start = self._begun(length)
        begun = 0 if self.start is None else len(self.start.levels)
        fresh = round(length * RATE) - (begun if request.start is None else 0)
        self.parts = split(fresh, min(options.steps, fresh))
        self.begun, self.done = begun, 0
        self.writer = Writer(weights_for(net, self.kind, self.pitch), begun + fresh, self.pitch)
        if request.resume is not None:
            self._take_up(request.resume)
        elif self.start is not None:
            self.writer.prime(self.start.levels)

    def _settled(self, said: wave_words.Said) -> tuple[int, int]:
        """The number of the kind and the note. What goes on with a start may be anything; what is made from nothing
        is by chance when the words do not say."""
        kind = said.kind if self.options.kind == "as prompted" else self.options.kind
        if not kind and self.request.start is None:
            kind = KINDS[int(torch.randint(len(KINDS), (1,), generator=generator(self.request.seed, 300)))]
        pitch = self.options.note or said.pitch
        if kind in DRUMS:
            return KINDS.index(kind), 0
        if not pitch and self.request.start is None:
            pitch = wave_words.usual(kind)
        return (KINDS.index(kind) if kind else ANYTHING), pitch

    def _begun(self, length: float) -> Start | None:
        """What is gone on with: the start that was given, or a stroke; None is nothing."""
        request, options = self.request, self.options
        if request.start is not None:
            return Start(request.start, options.keep)
        if options.begin == "nothing":
            return None
        kind, peak = KINDS[self.kind], 10 ** (options.peak / 20)
        whole = wave_stroke.struck(kind, self.pitch, request.seed, peak)
        return Start(whole, wave_stroke.onset(kind, length), peak=peak)

    def _take_up(self, held: Checkpoint) -> None:
        lengths = [self.begun + sum(self.parts[:k]) for k in range(len(self.parts) + 1)]
        found = held.arrays.get("levels", np.zeros(0, np.uint8))
        if held.method != METHOD or held.step >= len(lengths) or len(found) != lengths[held.step]:
            raise Refused("bad-request", "This checkpoint is of another engine, start or length: branch with its own.")
        self.writer.restore(held.arrays)
        self.done, self.writer.nats = held.step, held.numbers["nats"]

    # ------------------------------------------------------------ the run

    def steps(self) -> Iterator[None]:
        """Write the parts that are still to write."""
        for done in causal.stream(self.writer, self.parts, self.request.seed, self._heat, self.done):
            self.done = done
            yield

    def _heat(self, part: int) -> float:
        return self.request.at("temperature", self.options.temperature, part / max(1, len(self.parts) - 1))

    @property
    def level(self) -> float:
        """What is left to write, 1 to 0."""
        return 1 - self.done / len(self.parts)

    def estimate(self) -> np.ndarray:
        """The sound so far at 16 kHz, float16 (n,), as loud as it is heard."""
        sound = causal.samples_of(self.writer.levels())
        return np.clip(sound * self._gain(sound), -1, 1).astype(np.float16)

    def _gain(self, sound: np.ndarray) -> float:
        """What brings a sound from the network's loudness to that of the result."""
        if self.start is not None:
            return 1 / self.start.gain
        return float(10 ** (self.options.peak / 20) / max(np.abs(sound).max(initial=0.0), 1e-3))

    def sound(self) -> Audio:
        """The sound so far: what was kept is the start's own, sample by sample."""
        sound = causal.samples_of(self.writer.levels())
        if self.start is None:
            made = resampled(sound * self._gain(sound), RATE, HEARD)
            return _audio(_faded(made, HEARD)[:, None], HEARD)
        start = self.start
        sound[: self.begun] = start.heard
        made = resampled(sound, RATE, start.rate)[len(start.samples) :] / start.gain
        joined = _joined(start.samples.astype(np.float64), _faded(made, start.rate), start.rate)
        whole = np.concatenate([start.samples, np.clip(joined, -1, 1).astype(np.float32)])
        return Audio(np.ascontiguousarray(whole, np.float32), start.rate)

    def checkpoint(self) -> Checkpoint:
        """The levels so far, and what the layers look back to."""
        numbers = {"nats": self.writer.nats}
        return Checkpoint(self.done, len(self.parts), self.level, METHOD, self.writer.state(), numbers)

    def facts(self) -> dict[str, Value]:
        """What was made of what, and how much was written."""
        kind = KINDS[self.kind] if self.kind < ANYTHING else "anything"
        facts: dict[str, Value] = {"nfe": sum(self.parts), "kind": kind, "samples written": sum(self.parts)}
        if self.start is not None and self.request.start is None:
            facts["begun with"] = "a stroke of the sampled orchestra"
        return facts | ({"note": self.pitch} if self.pitch else {}) | {"seconds kept": self.begun / RATE}


class Measure:
    """How likely a sound is at 16 kHz in mu-law levels: exactly, sample by sample, as what the words say it is."""

    def __init__(self, net: WaveNet, request: Request, options: Any) -> None:
        if request.start is None:
            raise Refused("bad-request", "Nothing to measure: give a start sound, or set do to write.")
        self.start, self.net, self.request = Start(request.start, options.keep, whole=True), net, request
        said = wave_words.read(request.prompt)
        kind = said.kind if options.kind == "as prompted" else options.kind
        self.kind = KINDS.index(kind) if kind else ANYTHING
        self.pitch = 0 if kind in DRUMS else options.note or said.pitch
        self.parts = split(len(self.start.levels), min(options.steps, len(self.start.levels)))
        self.done = 0 if request.resume is None else min(request.resume.step, len(self.parts))
        self.nats = log_likelihood(net, self.start.levels, self.kind, self.pitch)

    def steps(self) -> Iterator[None]:
        """One for every part that is told."""
        while self.done < len(self.parts):
            self.done += 1
            yield

    @property
    def level(self) -> float:
        """What is left to tell, 1 to 0."""
        return 1 - self.done / len(self.parts)

    def estimate(self) -> np.ndarray:
        """The sound that was told so far at 16 kHz, float16 (n,)."""
        return (self.start.heard[: sum(self.parts[: self.done])] / self.start.gain).astype(np.float16)

    def sound(self) -> Audio:
        """The sound itself."""
        return Audio(np.ascontiguousarray(self.start.samples, np.float32), self.start.rate)

    def checkpoint(self) -> Checkpoint:
        """How many parts are told: the rest is computed again."""
        return Checkpoint(self.done, len(self.parts), self.level, METHOD, {"levels": np.zeros(0, np.uint8)})

    def facts(self) -> dict[str, Value]:
        """The exact log-likelihood of the levels, in nats, and the bits a sample costs."""
        total, count = float(self.nats.sum()), len(self.nats)
        facts: dict[str, Value] = {"nfe": 1, "log_likelihood": round(total, 2), "samples at 16 kHz": count}
        facts["bits per sample"] = round(-total / count / float(np.log(2)), 4)
        loudest = int(np.argmin(self.nats))
        return facts | {"most surprising at s": round(loudest / RATE, 4)}


@torch.no_grad()
def log_likelihood(net: WaveNet, levels: np.ndarray, kind: int, pitch: float) -> np.ndarray:
    """log p in nats of every sample of a sound (n,) in levels, all told at once in parts, (n,)."""
    device = next(net.parameters()).device
    told = net.told(torch.tensor([kind], device=device), torch.tensor([float(pitch)], device=device))
    places, found = causal.places_of(levels), list[Tensor]()
    for begin in range(0, len(levels), CHUNK):
        first, end = max(0, begin - REACH), min(begin + CHUNK, len(levels))
        part = torch.from_numpy(places[first:end])[None].to(device)
        local = torch.from_numpy(local_of(first, end - first, pitch))[None].to(device)
        mixture = net(part, told, local)[0, begin - first :]
        found.append(causal.log_likelihood(mixture, torch.from_numpy(levels[begin:end].astype(np.int64)).to(device)))
    return torch.cat(found).cpu().numpy().astype(np.float64)


def split(count: int, parts: int) -> list[int]:
    """`count` samples in so many parts of nearly one length."""
    edges = [count * k // parts for k in range(parts + 1)]
    return [b - a for a, b in itertools.pairwise(edges)]


def _faded(sound: np.ndarray, rate: int) -> np.ndarray:
    """Without a click where it ends."""
    size = min(round(FADE * rate), len(sound))
    out = sound.copy()
    out[len(out) - size :] *= np.cos(np.linspace(0, np.pi / 2, size)) ** 2
    return out


def _joined(kept: np.ndarray, made: np.ndarray, rate: int) -> np.ndarray:
    """`made` (n,) for every channel of `kept`, beginning without a step: the difference at the join dies away."""
    if not len(made):
        return np.zeros((0, kept.shape[1]))
    fall = np.exp(-np.arange(len(made)) / (JOIN * rate))
    ahead = 2 * kept[-1] - kept[-2] if len(kept) > 1 else kept[-1]
    return made[:, None] + (ahead - made[0]) * fall[:, None]


def _audio(sound: np.ndarray, rate: int) -> Audio:
    return Audio(np.clip(sound, -1, 1).astype(np.float32), rate)


def heard(estimate: np.ndarray) -> Audio:
    """A stored estimate (n,) at 16 kHz as a sound."""
    sound = resampled(np.asarray(estimate, np.float64), RATE, HEARD)
    return _audio(sound[:, None], HEARD)
