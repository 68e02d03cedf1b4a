"""The networks of audio/sound, loaded, and what is done with them: read words, walk the path, make it heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines import guidance, samplers, schedules
from engines.contract import Audio, Refused, Request
from engines.device import best
from engines.families.flow_matching import clean
from engines.files import assets
from engines.files.rate import at_rate
from engines.nn import sound_flow, sound_mel, sound_vocoder, stored
from engines.nn.sound_flow import SoundTransformer, Told
from engines.nn.sound_mel import CLIP, HOP, KEPT, RATE, TOKEN, Codec
from engines.nn.sound_vocoder import Vocoder
from engines.nn.text import TextEncoder
from engines.worded import Worded

FLOW, VOCODER = "weights/sound/flow.safetensors", "weights/sound/vocoder.safetensors"
WINDOW = CLIP // TOKEN * 4 // 5  # patches that the network was taught to see at once
LEAST = 13  # patches it was taught to see at least
SEAM = 6  # patches of a loop that are shown again on the other side of its seam
TURNED = 0.7  # below this level a loop is a ring: above, it is decided what happens when
LONGEST = 24.0  # seconds
EDGE = RATE // 50  # samples in which a repainted part is blended with the rest, 20 ms
FAINT = 0.1  # what is made of words alone has at least this peak
FADE = RATE // 200  # samples at the end of what is cut off


@dataclass(frozen=True)
class Plan:
    """What is to be made: `count` samples, as `patches` latent vectors; with `loop` its end meets its beginning."""

    count: int
    patches: int
    loop: bool
    seconds: float  # how long it is to sound, NaN where it may choose
    first: int = 0  # the patch at which the sound that the words ask for begins

    @property
    def frames(self) -> int:
        """Frames of the spectrogram it is heard from: for a loop a whole number that is nearest to its length."""
        return max(4, round(self.count / HOP)) if self.loop else -(-self.count // HOP)


class Voice(nn.Module):
    """Codec and vocoder: all that makes latents heard. They are trained and stored together."""

    def __init__(self, vocoder: Vocoder | None = None, codec: Codec | None = None) -> None:
        super().__init__()
        self.vocoder, self.codec = vocoder or Vocoder(), codec or Codec()


def voice(words: dict[str, str]) -> Voice:
    """Codec and vocoder of the measures in the head of a weight file."""
    return Voice(sound_vocoder.vocoder(words))


def load(flow: str = FLOW, vocoder: str = VOCODER) -> Model:
    """The model from its two weight files below assets/, on the best device."""
    device = best()
    network = stored.read(sound_flow.network, assets.path(flow), device)
    return Model(network, stored.read(voice, assets.path(vocoder), device), TextEncoder(device))


class Model:
    """Flow network, codec, vocoder and text encoder, and nothing that changes."""

    def __init__(self, flow: SoundTransformer, heard: Voice, text: Any) -> None:
        self.flow, self.codec, self.vocoder, self.text = flow, heard.codec, heard.vocoder, text
        self.device = next(flow.parameters()).device

    # ------------------------------------------------------------ what is asked for

    def plan(self, request: Request, options: Any) -> Plan:
        """Length and form of the result. Refused when it would be longer than LONGEST."""
        seconds = request.length or 3.0
        if isinstance(request.start, Audio) and not options.bars:
            seconds = len(request.start.samples) / request.start.rate
        if options.bars:
            seconds = options.bars * options.beats * 60 / options.tempo
        if not 0.05 <= seconds <= LONGEST:
            raise Refused("bad-request", f"A sound of {seconds:.2f} s cannot be made: ask for 0.05 to {LONGEST:g} s.")
        count = round(seconds * RATE)
        patches = max(2 if options.loop else LEAST, round(count / TOKEN) if options.loop else -(-count // TOKEN))
        told = min(seconds * (1.5 if options.loop else 1.0), 0.97 * CLIP / RATE) if options.fill else float("nan")
        return Plan(count, patches, options.loop, told)

    @torch.no_grad()
    def denoiser(self, request: Request, options: Any, plan: Plan) -> guidance.Run:
        """The guided denoiser for a request's words, what its mask keeps of the start left alone."""
        change = self.change(request, options, plan)
        if change is not None:
            plan = replace(plan, first=int(np.argmax(change > 0)) // TOKEN)
        levels = schedules.levels(options.schedule, options.steps)
        if request.start is not None:
            levels = schedules.truncate(levels, max(request.strength, 1e-6))
        words = Worded(request, levels, lambda text: self.reader(text, plan))
        strength = guidance.Guidance(
            request.curves.get("guidance", options.guidance),
            schedules.levels(options.schedule, options.steps),
            (options.guide_to, options.guide_from),
            options.rescale,
        )
        guided = words.guided(strength)
        if change is not None:
            kept = guidance.Kept(
                self.encoded(request.start, plan), _shares(change, plan).to(self.device), self._noise(request, plan)
            )
            guided = guidance.inpaint(guided, kept)
        return guidance.Run(guided, words.counted, strength)

    def reader(self, prompt: str, plan: Plan) -> samplers.Denoiser:
        """The network's clean estimates for `prompt`, windows laid over one another."""
        return partial(self._estimate, plan, self.text.encode([prompt.strip()]))

    def _estimate(self, plan: Plan, words: tuple[Tensor, Tensor], x: Tensor, level: float) -> Tensor:
        total, weight = torch.zeros_like(x), x.new_zeros(1, x.shape[1], 1)
        for places in windows(plan, level):
            turned = plan.loop and level <= TURNED
            moments = torch.from_numpy((places - plan.first) * (TOKEN / RATE)).float().to(x.device)
            moments[moments < 0] = torch.nan  # what stands before the sound
            if turned or (places[0] - plan.first) * TOKEN >= 0.4 * CLIP:
                moments = torch.full_like(moments, torch.nan)
            told = Told(*words, moments[None], x.new_tensor([plan.seconds]))
            index = torch.from_numpy(places % plan.patches).to(x.device)
            found = clean(lambda z, t, told=told: self.flow(z, t, told), x[:, index], level)  # type: ignore[misc]
            ramp = torch.arange(1, len(places) + 1, device=x.device)
            share = torch.minimum(ramp, ramp.flip(0)).to(x)[None, :, None]
            total.index_add_(1, index, found * share)
            weight.index_add_(1, index, share)
        return total / weight

    def change(self, request: Request, options: Any, plan: Plan) -> np.ndarray | None:
        """Where the start may change, (count,) in [0, 1], by the mask or a range of seconds; None for everywhere."""
        ranged = options.range_from > 0 or options.range_to > 0
        if request.start is None or not (ranged or request.mask is not None):
            return None
        place = (np.arange(plan.count) + 0.5) / plan.count
        if request.mask is not None:
            grey = request.mask.pixels
            column = (grey if grey.ndim == 2 else grey[..., :3].max(-1)).max(0).astype(np.float64) / 255
            return np.interp(place, (np.arange(len(column)) + 0.5) / len(column), column)
        second = place * plan.count / RATE
        return ((second >= options.range_from) & (second < (options.range_to or np.inf))).astype(np.float64)

    # ------------------------------------------------------------ the run

    def states(
        self, request: Request, options: Any, plan: Plan, denoise: samplers.Denoiser
    ) -> Iterator[samplers.State]:
        """Every finished step, from noise, a start sound or a checkpoint."""
        levels = schedules.levels(options.schedule, options.steps)
        x = self._noise(request, plan)
        held = request.resume
        if request.start is not None:
            levels = schedules.truncate(levels, max(request.strength, 1e-6))
            x = schedules.FLOW.mix(self.encoded(request.start, plan), x, levels[0])
        noise = samplers.seeded(request.seed)
        yield from samplers.sample(options.sampler, denoise, x, levels, noise=noise, resume=held)

    def _noise(self, request: Request, plan: Plan) -> Tensor:
        return samplers.initial_noise(request.seed, (plan.patches, KEPT)).to(self.device)

    def reached(self, request: Request, plan: Plan) -> Tensor | None:
        """The state that a checkpoint holds: the result itself when no step is left after it."""
        held = request.resume
        if held is None:
            return None
        if held.arrays.get("x", np.zeros(0)).shape != self._noise(request, plan).shape or "x0" not in held.arrays:
            raise Refused("bad-request", "This checkpoint is of another engine or length: keep the length as it was.")
        return samplers.restore(held, self.device).x

    # ------------------------------------------------------------ sounds

    @torch.no_grad()
    def encoded(self, start: Any, plan: Plan) -> Tensor:
        """The latents of a start sound, (1, patches, KEPT); what it lacks is silence."""
        sound = np.zeros(plan.patches * TOKEN)
        found = heard(start)[: len(sound)]
        sound[: len(found)] = found
        return self.codec.encode(sound_mel.log_mel(torch.from_numpy(sound).float()[None].to(self.device), plan.loop))

    @torch.no_grad()
    def decoded(self, latent: Tensor, plan: Plan, rounds: int) -> np.ndarray:
        """Latents (patches, KEPT) as a sound (count,), by so many rounds of Griffin-Lim."""
        mel = self.codec.decode(latent[None].float().to(self.device))
        if plan.loop:
            mel = turned(mel, plan.frames)
        sound = self.vocoder.sound(mel[..., : plan.frames], rounds, plan.loop)[0].cpu().numpy().astype(np.float64)
        if plan.loop:
            return ring(sound, plan.count)
        sound = sound[: plan.count]
        sound[-FADE:] *= np.linspace(1, 0, min(FADE, len(sound)))
        return sound

    def rendered(self, latent: np.ndarray, rounds: int) -> np.ndarray:
        """A stored estimate (patches, KEPT) as a sound as long as its patches."""
        plan = Plan(len(latent) * TOKEN, len(latent), False, float("nan"))
        sound = self.decoded(torch.from_numpy(latent), plan, rounds)
        return sound / max(1.0, float(np.abs(sound).max(initial=0.0)))

    def finished(self, latent: Tensor, request: Request, options: Any, plan: Plan, *, rounds: int = 32) -> np.ndarray:
        """The result (count,) float32: what the mask keeps is the start itself; silence cut off where that is asked."""
        sound = self.decoded(latent, plan, rounds)
        change = self.change(request, options, plan)
        if change is not None:
            start = np.zeros(plan.count)
            found = heard(request.start)[: plan.count]
            start[: len(found)] = found
            share, most = blended(change), np.abs(sound * (change > 0)).max(initial=1e-9)
            sound = share * sound * min(1.0, 0.99 / most) + (1 - share) * start
        if options.ending == "cut silence" and not plan.loop:
            sound = trimmed(sound)
        peak = np.abs(sound).max(initial=1e-9)
        if options.level == "normalised":
            sound = sound * (10 ** (-1 / 20) / peak)
        elif change is None:
            lowest = FAINT if request.start is None else 0.0
            sound = sound * (min(max(peak, lowest), 0.99) / peak)
        return sound.astype(np.float32)


def windows(plan: Plan, level: float) -> list[np.ndarray]:
    """The patches that the network sees at once: all, or windows half over one another (Bar-Tal et al.,
    "MultiDiffusion", 2023). Those of a loop go round its end once it is settled what happens when."""
    count = plan.patches
    if plan.loop and level <= TURNED:
        if count + 2 * SEAM <= WINDOW:
            return [np.arange(-SEAM, max(count, LEAST) + SEAM)]
        return [np.arange(start, start + WINDOW) for start in range(0, count, WINDOW // 2)]
    if count <= WINDOW:
        return [np.arange(count)]
    turns = -(-(count - WINDOW) // (WINDOW // 2))
    starts = np.rint(np.linspace(0, count - WINDOW, turns + 1)).astype(int)
    return [np.arange(start, start + WINDOW) for start in starts]


def turned(mel: Tensor, frames: int) -> Tensor:
    """A ring of spectra (B, BANDS, T) with so many frames instead, straight lines between them."""
    count = mel.shape[-1]
    at = (torch.arange(frames, device=mel.device) + 0.5) * (count / frames) - 0.5
    low = at.floor()
    part = (at - low).to(mel)
    return mel[..., low.long() % count] * (1 - part) + mel[..., (low.long() + 1) % count] * part


def blended(change: np.ndarray) -> np.ndarray:
    """How much of what is made is heard, (N,) in [0, 1]: none where nothing may change, slopes of 20 ms inside."""

    def smooth(row: np.ndarray) -> np.ndarray:
        sums = np.cumsum(np.pad(row, (EDGE // 2 + 1, EDGE - EDGE // 2 - 1), mode="edge"))
        return (sums[EDGE:] - sums[:-EDGE]) / EDGE

    inner = (smooth(change) > 1 - 1e-9) * 1.0 if change.max(initial=0) > 0 else change
    return np.minimum(change, smooth(inner)) if inner.any() else change


def ring(sound: np.ndarray, count: int) -> np.ndarray:
    """A periodic sound (N,) with exactly `count` samples a period, by its Fourier series: it still meets itself."""
    series = np.fft.rfft(sound)
    size = min(len(series), count // 2 + 1)
    kept = np.zeros(count // 2 + 1, complex)
    kept[:size] = series[:size]
    return np.fft.irfft(kept, count) * (count / len(sound))


def trimmed(sound: np.ndarray) -> np.ndarray:
    """Without the silence at its end: what follows the last sample above -60 dB of the peak, 30 ms of it kept."""
    loud = np.flatnonzero(np.abs(sound) > 1e-3 * np.abs(sound).max(initial=1e-9))
    last = min(len(sound), int(loud[-1]) + RATE * 3 // 100) if len(loud) else len(sound)
    kept = sound[: max(last, RATE // 20)].copy()
    kept[-FADE:] *= np.linspace(1, 0, min(FADE, len(kept)))
    return kept


def heard(start: Any) -> np.ndarray:
    """A start sound as mono samples at RATE. Refused when it is none, or silent."""
    if not isinstance(start, Audio):
        raise Refused("bad-request", "A sound starts from a sound; the start that was given is none.")
    mono = start.samples.astype(np.float64).mean(1) if len(start.samples) else np.zeros(0)
    if not np.abs(mono).max(initial=0.0) > 1e-5:
        raise Refused("bad-request", "The start sound is silent: choose another, or leave it out.")
    return at_rate(mono, start.rate, RATE)


def _shares(change: np.ndarray, plan: Plan) -> Tensor:
    """How far each patch may change, (1, patches, 1): wholly where any of it does."""
    padded = np.zeros(plan.patches * TOKEN)
    length = min(len(padded), len(change))
    padded[:length] = change[:length]
    return torch.from_numpy(padded.reshape(plan.patches, TOKEN).max(1)).float()[None, :, None]
