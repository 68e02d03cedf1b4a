"""audio/sound: words to sound effects and notes, by flow matching over a compressed spectrogram and a neural vocoder.

Trained from scratch on effects of our own making and open recordings (see assets/weights/sound/card.md). Mono, 32 kHz.
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines import names
from engines.contract import Audio, Event, Info, Phase, Refused, Request, Result, Step, param
from engines.loading import Loads
from engines.prompt.plan import unheard
from engines.reading import Reads

RATE = 32_000
QUICK = 4  # rounds of phase finding for a preview


class Options(Struct, frozen=True):
    steps: Annotated[int, param("How many steps from noise to sound.", min=1, max=150)] = 24
    guidance: Annotated[
        float, param("How closely the sound follows the words (CFG).", min=0, max=15, step=0.1, curve=True)
    ] = 3.0
    bars: Annotated[int, param("Length in bars, to the sample; 0 goes by seconds.", min=0, max=32, group="Length")] = 0
    tempo: Annotated[float, param("Beats a minute, for a length in bars.", min=30, max=300, step=1, group="Length")] = (
        120.0
    )
    beats: Annotated[int, param("Beats in a bar.", min=1, max=12, group="Length")] = 4
    loop: Annotated[bool, param("Make its end meet its beginning, so that it can be repeated.", group="Length")] = False
    fill: Annotated[bool, param("Let it sound for the whole length.", group="Length")] = False
    ending: Annotated[
        Literal["exact length", "cut silence"], param("Whether silence at the end is kept.", group="Length")
    ] = "exact length"
    range_from: Annotated[
        float, param("Of a start, make anew only from this second on.", min=0, max=600, unit="s", group="Start")
    ] = 0.0
    range_to: Annotated[
        float, param("Up to this second; 0 is the end of the start.", min=0, max=600, unit="s", group="Start")
    ] = 0.0
    level: Annotated[
        Literal["as made", "normalised"], param("Soft things soft and loud ones loud, or the peak at -1 dB.")
    ] = "as made"
    sampler: Annotated[Literal[names.samplers()], param("How noise becomes sound.", group="Sampling")] = "dpmpp_2m"  # type: ignore[valid-type]
    schedule: Annotated[Literal[names.schedules()], param("Where the steps fall.", group="Sampling")] = "shifted"  # type: ignore[valid-type]
    rescale: Annotated[
        float, param("Against exaggeration at high guidance.", min=0, max=1, step=0.05, group="Sampling")
    ] = 0.3
    guide_from: Annotated[
        float, param("Guide only below this noise level.", min=0, max=1, step=0.01, group="Sampling")
    ] = 1.0
    guide_to: Annotated[
        float, param("Guide only above this noise level.", min=0, max=1, step=0.01, group="Sampling")
    ] = 0.0


class Sound(Reads, Loads):
    info = Info(
        name="audio/sound",
        title="Sound",
        summary="Sound effects and instrument notes from words, in seconds or bars, looped to the sample if wanted. "
        "With a start sound, all or a part of it is made anew; the result is then as long as the start.",
        medium="audio",
        family="flow matching",
        takes=("prompt", "negative", "seed", "length", "start", "mask", "resume"),
        lengths=(0.25, 3.0, 12.0),
        weights=("weights/sound/flow.safetensors", "weights/sound/vocoder.safetensors"),
        blends=True,
        licence="MIT",
        presets=(
            "a laser zap",
            "deep explosion in the distance",
            "footsteps on gravel",
            "heavy rain",
            "a high bell",
            "a low cello note",
            "fast minor arpeggio",
            "bird chirping",
        ),
        tokens=32,
    )
    Options = Options
    loads = "engines.nn.sound_model"

    def generate(self, request: Request) -> Iterator[Event]:
        options = msgspec.convert(request.options, Options)
        _check(request, options)
        if self._model is None:
            yield Phase("loading")
            self.warm()
        yield Phase("encoding")
        model, plan = self._model, self._model.plan(request, options)
        denoise = model.denoiser(request, options, plan)
        yield Phase("denoising")
        latent = model.reached(request, plan)
        for state in model.states(request, options, plan, denoise):
            latent = state.x
            shown = partial(model.finished, state.x0[0], request, options, plan, rounds=QUICK)
            yield Step(
                index=state.index,
                total=state.total,
                level=state.level,
                preview=partial(_played, shown),
                estimate=partial(_compact, state.x0[0]),
                checkpoint=state.checkpoint,
                guidance=denoise.effect,
            )
        yield Phase("decoding")
        sound = model.finished(latent[0], request, options, plan)
        facts = {"nfe": denoise.calls, "samples": len(sound), "seconds of sound": round(len(sound) / RATE, 4)}
        yield Result(_audio(sound), facts | unheard(request.prompt, request.negative))

    def render(self, estimate: np.ndarray) -> Audio:
        """A stored clean estimate, float16 (patches, 96), as a sound."""
        self.warm()
        return _audio(self._model.rendered(np.asarray(estimate, np.float32), QUICK))


def _check(request: Request, options: Options) -> None:
    """Refused when the range of a start makes no sense."""
    if request.start is None and (options.range_from > 0 or options.range_to > 0):
        raise Refused("bad-request", "A range says what of a start is made anew: give the start sound as well.")
    if 0 < options.range_to <= options.range_from:
        raise Refused("bad-request", "The range of the start ends before it begins: let range_to be the later one.")
    if isinstance(request.start, Audio) and options.range_from >= len(request.start.samples) / request.start.rate:
        raise Refused("bad-request", "The range begins after the end of the start sound: let range_from be earlier.")


def _compact(x0: Any) -> np.ndarray:
    return x0.cpu().numpy().astype(np.float16)


def _played(shown: Any) -> Audio:
    return _audio(shown())


def _audio(sound: np.ndarray) -> Audio:
    return Audio(np.clip(sound, -1, 1).astype(np.float32)[:, None], RATE)
