"""audio/drum: drum one-shots and kits, by a normalizing flow whose density is that of the samples themselves.

Trained from scratch on open recordings and drum machines of our own (see assets/weights/drum/card.md). Eighteen
invertible layers lead from noise to 0.743 s at 44.1 kHz, coarse to fine; run backwards they give the exact likelihood
of any sound and the noise behind it, so that a sound can be varied, or kept and read as something else.
"""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Audio, Checkpoint, Event, Info, Phase, Refused, Request, Result, Score, Step, Value, param
from engines.loading import Loads

RATE, LENGTH = 44100, 32768
KINDS = ("kick", "snare", "closed hat", "open hat", "tom", "clap")
RHYTHMS = ("rock", "house", "breakbeat", "hip hop", "bossa nova")
METHOD = "flow of eighteen layers, the low end first"


class Options(Struct, frozen=True):
    kind: Annotated[Literal["as prompted", *KINDS], param("Which drum; the prompt can say it too.")] = "as prompted"  # type: ignore[valid-type]
    length: Annotated[float, param("Longer or shorter than most of its kind.", min=-3, max=3, step=0.1)] = 0.0
    brightness: Annotated[float, param("Brighter or darker than most of its kind.", min=-3, max=3, step=0.1)] = 0.0
    pitch: Annotated[float, param("Kick, snare, tom: higher or lower than most.", min=-3, max=3, step=0.1)] = 0.0
    character: Annotated[
        Literal["as prompted", "either", "acoustic", "electronic"], param("A real drum or a machine's.")
    ] = "as prompted"
    kit: Annotated[
        Literal["as prompted", "one drum", "kit in a row", "pattern"],
        param("One drum, all six one after another, or a bar of sixteen steps that loops."),
    ] = "as prompted"
    rhythm: Annotated[Literal[RHYTHMS], param("The pattern's rhythm.", group="Pattern")] = "rock"  # type: ignore[valid-type]
    tempo: Annotated[float, param("Beats a minute.", min=50, max=220, step=1, group="Pattern")] = 110.0
    do: Annotated[
        Literal["sample", "edit", "measure"],
        param(
            "With a start sound: sample a variation of it, edit what it is with its noise kept, or measure how likely "
            "it is. Strength is how far to go."
        ),
    ] = "sample"
    temperature: Annotated[
        float,
        param(
            "Spread of the noise: low is typical, high is odd. Over the layers: low end first, detail last.",
            min=0,
            max=1.5,
            step=0.05,
            curve=True,
            group="Sampling",
        ),
    ] = 0.7
    vary: Annotated[
        float,
        param(
            "How far length, brightness and pitch wander with the seed.", min=0, max=1.5, step=0.05, group="Sampling"
        ),
    ] = 0.8
    peak: Annotated[
        float, param("Loudest sample of the result.", min=-24, max=0, step=0.5, unit="dB", group="Sampling")
    ] = -1.0


class DrumEngine(Loads):
    info = Info(
        name="audio/drum",
        title="Drum",
        summary="Kicks, snares, hats, toms and claps, alone or as a kit, with the exact likelihood of any sound.",
        medium="audio",
        family="normalizing flow",
        takes=("prompt", "seed", "start", "resume"),
        weights=("weights/drum/flow.safetensors",),
        score=Score(
            "bits per sample", "bits per sample", r"the flow\W* \(kind and attributes included\) \| \W*([\d.]+)"
        ),
        licence="MIT",
        presets=(
            "a deep long kick",
            "a short bright snare",
            "electronic open hat",
            "a low acoustic tom",
            "a whole kit",
            "a house beat",
        ),
    )
    Options = Options
    loads = "engines.nn.drum_model"

    def generate(self, request: Request) -> Iterator[Event]:
        if self._model is None:
            yield Phase("loading")
            self.warm()
        yield Phase("encoding")
        from engines.nn.drum_session import Session

        session = Session(self._model, request, msgspec.convert(request.options, Options))
        yield Phase("denoising")
        held = request.resume
        if held is not None and held.method != METHOD:
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")
        for state in session.run(held):
            yield Step(
                index=state.index,
                total=state.total,
                level=1 - state.index / state.total,
                preview=partial(self._played, state),
                estimate=partial(_compact, state),
                checkpoint=partial(_checkpoint, state),
            )
        yield Phase("decoding")
        sound, facts = session.result()
        yield Result(_audio(sound), facts)

    def measure(self, request: Request) -> dict[str, Value]:
        """The likelihood of a sound as the drum it is likeliest to be."""
        self.warm()
        from engines.nn.drum_session import heard

        return heard(self._model, request)

    def render(self, estimate: np.ndarray) -> Audio:
        """A stored clean estimate, float16 (n,), as a sound."""
        return _audio(estimate)

    def _played(self, state: Any) -> Audio:
        return _audio(state.sound())


def _compact(state: Any) -> np.ndarray:
    return state.sound().astype(np.float16)


def _checkpoint(state: Any) -> Checkpoint:
    return Checkpoint(state.index, state.total, 1 - state.index / state.total, METHOD, state.arrays())


def _audio(sound: np.ndarray) -> Audio:
    return Audio(np.clip(sound, -1, 1).astype(np.float32)[:, None], RATE)
