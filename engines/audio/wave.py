"""audio/wave: raw sound sample by sample, by a WaveNet that goes on with a recorded tone or drum, or with its stroke.

Trained from scratch on open recordings, drum machines of our own and the shipped sampled orchestra (see
assets/weights/wave/card.md). It hears and writes 16 kHz in 256 levels of mu-law; what it makes is brought to the rate
of the start, or to 44.1 kHz.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Audio, Event, Info, Phase, Request, Result, Score, Step, Value, param
from engines.nn.wave_kinds import KINDS

WEIGHTS = ("weights/wave/wave.safetensors",)


class Options(Struct, frozen=True):
    kind: Annotated[
        Literal["as prompted", *KINDS],  # type: ignore[valid-type]
        param("What sounds; the prompt can say it too. A start is gone on with as what it is."),
    ] = "as prompted"
    note: Annotated[
        int, param("The note as in MIDI, 60 being the middle C; 0 is as prompted.", min=0, max=120, label="Note")
    ] = 0
    keep: Annotated[
        float, param("How much of the start to keep before going on; 0 keeps all.", min=0, max=20, step=0.01, unit="s")
    ] = 0.0
    begin: Annotated[
        Literal["a stroke", "nothing"],
        param(
            "What it goes on with when no start is given: the first moment of a note of the sampled orchestra (0.08 s "
            "of a drum, 0.2 s of an instrument), or nothing, which makes rough strokes."
        ),
    ] = "a stroke"
    do: Annotated[
        Literal["write", "measure"], param("Write new sound, or measure how likely the start is, sample by sample.")
    ] = "write"
    steps: Annotated[int, param("In how many parts it is shown while it is written.", min=1, max=100)] = 10
    temperature: Annotated[
        float, param("How adventurous: below 1 is cleaner, 0 is without chance.", min=0, max=1.5, step=0.05, curve=True)
    ] = 0.9
    peak: Annotated[
        float, param("Loudest sample of what is made from nothing.", min=-24, max=0, step=0.5, unit="dB")
    ] = -1.0


class Wave:
    info = Info(
        name="audio/wave",
        title="Wave",
        summary="Raw sound, sample by sample: goes on with a recorded tone or drum, or with the stroke of one; tells "
        "how likely any sound is.",
        medium="audio",
        family="autoregressive",
        takes=("prompt", "seed", "length", "start", "resume"),
        lengths=(0.05, 0.75, 8.0),
        weights=WEIGHTS,
        score=Score("bits per sample", "bits per sample at 16 kHz", r"this network, not told \| ([\d.]+)"),
        licence="MIT",
        along="window",
        keeps=True,
        presets=("a piano, C4", "a flute, A5", "a vibraphone, G4", "a snare", "a kick"),
    )
    Options = Options

    def __init__(self) -> None:
        self._network: Any = None

    def warm(self) -> None:
        """Load the weights, so that the next run starts at once."""
        if self._network is None:
            from engines.nn.wave_model import load

            self._network = load()

    def generate(self, request: Request) -> Iterator[Event]:
        if self._network is None:
            yield Phase("loading")
            self.warm()
        from engines.nn.wave_model import Measure, Session

        yield Phase("encoding")
        options = msgspec.convert(request.options, Options)
        session = (Measure if options.do == "measure" else Session)(self._network, request, options)
        yield Phase("denoising")
        for _ in session.steps():
            yield Step(
                index=session.done,
                total=len(session.parts),
                level=session.level,
                preview=session.sound,
                estimate=session.estimate,
                checkpoint=session.checkpoint,
            )
        yield Phase("decoding")
        yield Result(session.sound(), session.facts())

    def measure(self, request: Request) -> dict[str, Value]:
        """The exact probability of a sound in mu-law levels at 16 kHz, told what the prompt says it is."""
        self.warm()
        from engines.nn.wave_model import Measure

        return Measure(self._network, request, msgspec.convert(request.options, Options)).facts()

    def render(self, estimate: np.ndarray) -> Audio:
        """A stored sound, float16 (n,) at 16 kHz, at 44.1 kHz."""
        from engines.nn.wave_model import heard

        return heard(estimate)
