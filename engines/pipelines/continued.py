"""Sounds that begin with a sound: covered (drawn anew near it), repainted in a part, or gone on from.

ACE-Step and Stable Audio 3 have pipelines for all of it. Stable Audio 1 has none to go on: there what is given is held
while its sequel is made, as RePaint does (Lugmayr et al. 2022, arXiv:2201.09865, eq. 8, without its returns): after
every step its part of the latents is the given sound with the noise of that step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.contract import Audio, Param, Refused, Request
from engines.files.rate import at_rate
from engines.pipelines import parameters, reentry
from engines.samplers import seeded

COVER, REPAINT, EXTEND = "cover", "repaint", "extend"
HELD, THIRD = "StableAudioPipeline", "StableAudio3"  # the class that is helped, and how the others' names begin
TOLD = "What becomes of a start sound: drawn anew near it, made anew in a part, or gone on from."


def offered(pipe: Any) -> list[Param]:
    """What can be set beside what the pipeline itself takes."""
    tasks = _tasks(pipe)
    if not tasks:
        return []
    found = [Param("task_type", "choice", COVER, choices=tasks, help=TOLD, label="Task")]
    if REPAINT in tasks:
        ranges = {name: parameters.RANGES[name] for name in ("repainting_start", "repainting_end")}
        found += [Param(n, "float", -1.0, r.min, r.max, r.step, unit=r.unit) for n, r in ranges.items()]
    return found


def _tasks(pipe: Any) -> tuple[str, ...]:
    name = type(pipe).__name__
    if name == HELD:
        return (COVER, EXTEND)
    if not name.startswith(THIRD):
        return ()
    parts = getattr(pipe.transformer.config, "local_add_cond_dim", 0)  # what it is told of the sound it is to keep
    return (COVER, REPAINT, EXTEND) if parts else (COVER,)


def given(pipe: Any, request: Request) -> dict[str, Any]:
    """The arguments that say what to begin with: the start at the model's rate, both channels."""
    wave, rate, wished = *_wave(pipe, request), request.options.get("task_type", "text2music")
    if type(pipe).__name__.startswith(THIRD):
        return _third(wave, rate, request)
    if wished == EXTEND and type(pipe).__name__ == HELD:
        _longer(wave, rate, request)  # to refuse what cannot be
        return {}
    wave = wave.to(pipe.vae.dtype)  # the library hands it to the autoencoder as it is
    found = {"initial_audio_waveforms": wave[None], "initial_audio_sampling_rate": rate, "src_audio": wave}
    if wished == EXTEND:
        begins, ends, padded = _longer(wave, rate, request)
        span = {"repainting_start": begins, "repainting_end": ends}
        return found | span | {"src_audio": padded, "task_type": "repaint"}
    return found | ({"task_type": "cover"} if wished == "text2music" else {})


def _third(wave: Tensor, rate: int, request: Request) -> dict[str, Any]:
    wished = request.options.get("task_type", COVER)
    if wished == COVER:
        return {"audio": wave[None], "init_noise_level": max(request.strength, 0.01)}
    if wished == EXTEND:
        begins, ends, wave = _longer(wave, rate, request)
    else:
        begins, ends = (float(request.options.get(f"repainting_{end}", -1.0)) for end in ("start", "end"))
        begins, ends = max(begins, 0.0), ends if ends >= 0 else wave.shape[-1] / rate
        if ends <= begins:
            raise Refused("bad-request", f"Nothing lies between {begins:g} s and {ends:g} s to be repainted.")
    return {"audio": wave[None], "mask_start_seconds": begins, "mask_end_seconds": ends}


def _wave(pipe: Any, request: Request) -> tuple[Tensor, int]:
    """The start sound (2, N) at the rate of the model."""
    from engines.pipelines import call

    assert isinstance(request.start, Audio)
    rate, samples = call.rate_of(pipe), request.start.samples.T  # (channels, N)
    both = [at_rate(one, request.start.rate, rate) for one in (samples[0], samples[-1])]
    return torch.from_numpy(np.stack(both).astype(np.float32)), rate


def _longer(wave: Tensor, rate: int, request: Request) -> tuple[float, float, Tensor]:
    """Where what is new begins and ends, and the start with silence up to there. Refused where nothing would be new."""
    begins, ends = wave.shape[-1] / rate, request.length or 0.0
    if ends <= begins:
        told = f"The start lasts {begins:.2f} s already; to go on from it, ask for a greater length than {ends:.2f} s."
        raise Refused("bad-request", told)
    return begins, ends, torch.nn.functional.pad(wave, (0, round(ends * rate) - wave.shape[-1]))


# ---------------------------------------------------------------- held


def hold(pipe: Any, request: Request) -> Callable[[Any, int, int, Tensor], Tensor] | None:
    """What a step's sample (B, C, T) is to be where a start sound is held; None where none is.

    Called with the scheduler, how many calls of it there are in all, how many were made, and the sample.
    """
    if type(pipe).__name__ != HELD or not isinstance(request.start, Audio):
        return None
    if request.options.get("task_type") != EXTEND:
        return None
    known: list[Tensor] = []
    noise = seeded(request.seed)

    def held(scheduler: Any, left: int, call: int, sample: Tensor) -> Tensor:
        if not known:
            known.append(_latents(pipe, request).to(sample))
        scale, spread = reentry.mixture(scheduler, left, call)
        part = known[0][..., : sample.shape[-1]]
        kept = scale * part + spread * noise(call, sample)[..., : part.shape[-1]]
        return torch.cat([kept.to(sample), sample[..., part.shape[-1] :]], dim=-1)

    return held


def _latents(pipe: Any, request: Request) -> Tensor:
    """The start sound as latents (1, C, n); the last, which looks beyond it, is left to be made anew."""
    wave, _ = _wave(pipe, request)
    channels = int(getattr(pipe.vae.config, "audio_channels", 2))
    shown = wave if channels == 2 else wave.mean(0, keepdim=True)
    whole = math.floor(shown.shape[-1] / pipe.vae.hop_length)
    padded = torch.nn.functional.pad(shown, (0, pipe.vae.hop_length))
    found = pipe.vae.encode(padded[None].to(pipe._execution_device, pipe.vae.dtype)).latent_dist.mode()
    return found[..., : max(whole, 1)]
