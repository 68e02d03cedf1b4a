"""audio/tune: dance tunes and airs as notes and as sound, by a transformer that writes them event by event.

Trained from scratch on public-domain tunes of the 18th and 19th centuries (see assets/weights/tune/card.md). It writes
new ones, goes on with a given tune, fills bars in the middle of one, and puts chords under a melody.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Audio, Checkpoint, Event, Info, Phase, Refused, Request, Result, Step, param
from engines.music import words
from engines.music.plan import AS_PROMPTED
from engines.music.theory import KEYS, METRES, MODES

WEIGHTS = ("weights/tune/tune.safetensors", "sounds/FluidR3Mono_GM.sf3")
METHOD = "tune"  # the checkpoint's


def _or_prompted(names: Any) -> tuple[str, ...]:
    return (AS_PROMPTED, *names)


class Options(Struct, frozen=True):
    task: Annotated[
        Literal["auto", "compose", "continue", "infill", "harmonise"],
        param("What to do with a start: go on with it, write bars inside it anew, or put chords under it."),
    ] = "auto"
    form: Annotated[Literal[_or_prompted(words.FORMS)], param("What kind of tune.")] = AS_PROMPTED  # type: ignore[valid-type]
    key: Annotated[Literal[_or_prompted(KEYS)], param("The note that is home.")] = AS_PROMPTED  # type: ignore[valid-type]
    mode: Annotated[Literal[_or_prompted(MODES)], param("The scale on it.")] = AS_PROMPTED  # type: ignore[valid-type]
    metre: Annotated[Literal[_or_prompted(METRES)], param("The time signature.")] = AS_PROMPTED  # type: ignore[valid-type]
    mood: Annotated[Literal[_or_prompted(words.MOODS)], param("How it is played.")] = AS_PROMPTED  # type: ignore[valid-type]
    bars: Annotated[int, param("How many bars to write; 0 is as prompted, else 16.", min=0, max=32)] = 0
    tempo: Annotated[
        float, param("Beats a minute (of three eighths in 6/8 and 9/8); 0 goes by form and mood.", min=0, max=400)
    ] = 0.0
    instrument: Annotated[Literal[_or_prompted(words.INSTRUMENTS)], param("What plays the tune.")] = AS_PROMPTED  # type: ignore[valid-type]
    accompaniment: Annotated[
        Literal[_or_prompted(words.BACKINGS)],  # type: ignore[valid-type]
        param("What plays under it, from the chords that are written with the tune."),
    ] = AS_PROMPTED
    repeats: Annotated[bool, param("Play every part of eight bars twice, as dancers do (AABB).")] = False
    upbeat: Annotated[bool, param("Begin with an upbeat before the first bar.")] = False
    from_bar: Annotated[
        int, param("Write anew from this bar of the start on; 0 does not.", min=0, max=200, group="Bars")
    ] = 0
    to_bar: Annotated[int, param("Up to this bar of the start; 0 is its last.", min=0, max=200, group="Bars")] = 0
    range_from: Annotated[
        float, param("The same in seconds: every bar touched is written anew.", min=0, max=600, unit="s", group="Bars")
    ] = 0.0
    range_to: Annotated[
        float, param("Where that range ends; 0 is no range.", min=0, max=600, unit="s", group="Bars")
    ] = 0.0
    in_key: Annotated[bool, param("Write only notes and chords of the key.", group="Rules")] = True
    ending: Annotated[bool, param("End on the home note.", group="Rules")] = True
    temperature: Annotated[
        float,
        param("How adventurous: 0 takes the likeliest.", min=0, max=2, step=0.05, curve=True, group="Sampling"),
    ] = 0.9
    top_p: Annotated[
        float, param("Draw only from the likeliest that make up this share.", min=0, max=1, step=0.01, group="Sampling")
    ] = 0.95
    top_k: Annotated[
        int, param("Draw only from so many of the likeliest; 0 is all.", min=0, max=75, group="Sampling")
    ] = 0
    typical: Annotated[
        float,
        param("Draw what is as surprising as is usual, to this share; 1 is off.", min=0.05, max=1, group="Sampling"),
    ] = 1.0


class Tune:
    info = Info(
        name="audio/tune",
        title="Tune",
        summary="Reels, jigs, waltzes, marches and airs, written bar by bar as notes and sound; or goes on with yours.",
        medium="audio",
        family="autoregressive",
        takes=("prompt", "seed", "start", "resume"),
        weights=WEIGHTS,
        licence="MIT",
        along="window",
        presets=(
            "a lively reel in D major, 16 bars",
            "a jig in G major on the accordion",
            "a sad air in E minor on the harp, unaccompanied",
            "a waltz in A major on the violin",
            "a hornpipe in Bb major, 32 bars, with a band",
        ),
    )
    Options = Options

    def __init__(self) -> None:
        self._network: Any = None

    def warm(self) -> None:
        """Load the weights, so that the next run starts at once."""
        if self._network is None:
            from engines.files import assets
            from engines.nn import stored
            from engines.nn.tune import network

            self._network = stored.read(network, assets.path(WEIGHTS[0]))

    def generate(self, request: Request) -> Iterator[Event]:
        if self._network is None:
            yield Phase("loading")
            self.warm()
        from engines.music import plan

        yield Phase("encoding")
        options = msgspec.convert(request.options, Options)
        planned = plan.made(request, options)
        desk = _Desk(self._network, planned, request, options)
        yield Phase("denoising")
        for _ in desk.steps():
            done, total = len(desk.bars), len(planned.places)
            yield Step(
                index=done,
                total=total,
                level=1 - done / total,
                preview=desk.sound,
                estimate=desk.score,
                checkpoint=desk.checkpoint,
            )
        yield Phase("decoding")
        yield Result(desk.sound(), desk.facts())

    def render(self, estimate: np.ndarray) -> Audio:
        """A stored estimate, int32 (1 + N, 6), as a sound with its notes (see `engines.music.score`)."""
        from engines.files import synth
        from engines.music import score

        return synth.render(score.expanded(np.asarray(estimate)))


class _Desk:
    """One tune on its way: what has been written and what writes it."""

    def __init__(self, network: Any, planned: Any, request: Request, options: Options) -> None:
        from engines.files.synth import Mix
        from engines.nn.tune_writer import Drawn, Rules, Writer

        self.plan, self.request, self.options = planned, request, options
        self.writer = Writer(network, planned.kind)
        self.rules = Rules(options.in_key, options.ending and planned.task != "infill")
        self.drawn = Drawn(request.seed)
        self.bars: list[Any] = []
        self.mix = Mix()
        self.rows: list[list[Any]] = []  # what sounds at first, and what each played bar added
        self.mixed = 0
        self.writer.read(planned.given + planned.later, planned.given_places + planned.later_places)
        if request.resume is not None:
            self._take_up(request.resume)

    def _take_up(self, held: Checkpoint) -> None:
        """Go to where a checkpoint was made, by the same steps."""
        from engines.nn.tune_writer import rewritten

        if held.method != METHOD or "written" not in held.arrays:
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")
        bars = list(rewritten(held.arrays["written"]))
        if any(bar.length != self._full() for bar in bars):
            raise Refused("bad-request", "The branch is in another metre: keep the metre, or start a new tune.")
        for bar, place in zip(bars, self.plan.places, strict=False):
            if self.plan.task == "harmonise":
                self.writer.read([bar], [place])
            else:
                self.writer.take(bar, place)
            self.bars.append(bar)
        self.drawn.place = int(held.numbers["place"])
        self.writer.nats, self.writer.calls = held.numbers["nats"], int(held.numbers["calls"])

    def _full(self) -> int:
        from engines.music.theory import bar_ticks

        return bar_ticks(self.plan.kind.metre)

    def steps(self) -> Iterator[None]:
        """Write the bars that are still to write, one at a time."""
        from engines.nn.tune_writer import Taste

        total = len(self.plan.places)
        for k in range(len(self.bars), total):
            warmth = self.request.at("temperature", self.options.temperature, k / max(1, total - 1))
            taste = Taste(warmth, self.options.top_k, self.options.top_p, self.options.typical)
            place = self.plan.places[k]
            if self.plan.task == "harmonise":
                bar = self.writer.harmonise(self.plan.fixed[k], place, taste, self.drawn)
            else:
                bar = self.writer.write(place, taste, self.rules, self.drawn)
            self.bars.append(bar)
            yield

    def score(self) -> np.ndarray:
        """All that sounds so far, int32 (1 + N, 6)."""
        from engines.music import score

        self._play()
        return score.compact([row for rows in self.rows for row in rows], self.plan.setting)

    def _play(self) -> None:
        """Take up the bars that were written since it was last asked."""
        if not self.rows:
            self.rows.append(self.plan.before())
        order = self.plan.played(len(self.bars))
        for place in range(len(self.rows) - 1, len(order)):
            self.rows.append(self.plan.rows(self.bars[order[place]], place))

    def sound(self) -> Audio:
        """The same, played: each bar is mixed once, in its turn, whoever asks for how many."""
        from engines.music import score

        array = self.score()
        while self.mixed < len(self.rows):
            added = score.compact(self.rows[self.mixed], self.plan.setting)
            self.mix.add(score.expanded(added))
            self.mixed += 1
        return self.mix.audio(score.expanded(array))

    def checkpoint(self) -> Checkpoint:
        """The events written so far, and how many symbols were drawn for them."""
        from engines.nn.tune_writer import written

        done, total = len(self.bars), len(self.plan.places)
        numbers = {"place": self.drawn.place, "nats": self.writer.nats, "calls": self.writer.calls}
        arrays = {"written": written(self.bars, self.plan.kind.metre)}
        return Checkpoint(done, total, 1 - done / total, METHOD, arrays, numbers)

    def facts(self) -> dict[str, Any]:
        """What is worth recording: how it is set, its chords, and how surprising it was to the network."""
        from engines.music.theory import chord_name

        setting = self.plan.setting
        notes = sum(len(bar.notes) for bar in self.bars)
        chords = " | ".join("/".join(chord_name(c, setting.tonic) for c in bar.chords) for bar in self.bars)
        return {
            "nfe": self.writer.calls,
            "key": setting.key,
            "metre": setting.metre,
            "tempo": round(setting.tempo, 2),
            "form": self.plan.kind.rhythm,
            "task": self.plan.task,
            "bars": len(self.bars),
            "chords": chords,
            "bits per note": round(self.writer.nats / 0.6931471805599453 / max(1, notes), 3),
        }
