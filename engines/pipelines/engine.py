"""The one engine behind every model of the diffusers world."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engines import shelf
from engines.contract import (
    Checkpoint,
    EngineCard,
    Estimate,
    Event,
    Image,
    Media,
    Phase,
    Refused,
    Request,
    Result,
    Step,
    Value,
)


class Pipeline:
    """Runs requests on the model its card was made of; loaded at the first of them.

    `cache` is a folder for what is learnt of its autoencoder; nothing is kept without one.
    """

    def __init__(self, card: EngineCard, cache: Path | None = None) -> None:
        self.card, self.info, self.cache = card, card.info, cache
        self.path = Path(card.origin)
        self._source: Any = None  # the folder or file
        self._tokenizer: Any = None
        self._parts: dict[str, Any] = {}
        self._few: dict[str, Any] = {}  # those that decode, where only these are loaded
        self._precision = ""
        self._own: Any = None  # the model's own scheduler
        self._pipes: dict[Any, Any] = {}
        self._nets: dict[str, Any] = {}
        self._memo: Any = None
        self._layout: Any = None
        self._placing: Any = None
        self._adapters: tuple[str, ...] = ()  # its networks wear
        self._kept: Checkpoint | None = None  # the last step of the run in hand that somebody kept
        self._shows: Any = None  # how steps are shown

    def warm(self) -> None:
        """Load the weights, so that the next run starts at once."""
        request = Request(engine=self.info.name, size=self.info.sizes[0] if self.info.sizes else None)
        for _ in self._loading("automatic", self._plans().chosen(request, self._parts.values())):
            pass

    def estimate(self, request: Request) -> Estimate:
        """The memory a request takes and the plan for it, from headers."""
        return self._plans().estimate(request, self._parts.values())

    def count_tokens(self, prompt: str) -> int:
        """How many tokens its first text encoder makes of `prompt`."""
        if self._tokenizer is None:
            self._tokenizer = self._parts.get("tokenizer") or self._folder().tokenizer()
        return len(self._tokenizer(prompt)["input_ids"]) if self._tokenizer is not None else 0

    def generate(self, request: Request) -> Iterator[Event]:
        """Run `request` by the plan that suits the device; where memory runs out go on by the next cheaper one, from
        the last step that was kept. Refused('memory') after the last plan."""
        from engines import device

        self._continued(request)
        self._showing().wish = str(request.options.get("preview", "auto"))
        chosen, note, self._kept = self._plans().chosen(request, self._parts.values()), "", request.resume
        while True:
            try:
                for event in self._by(chosen, request):
                    yield _noted(event, note)
                return
            except (MemoryError, RuntimeError) as error:
                if not device.out_of_memory(error):
                    raise
            chosen, note = self._after(chosen, request)
            request = msgspec.structs.replace(request, resume=self._kept)
            yield Phase("loading", 0.0, note)

    def _by(self, chosen: Any, request: Request) -> Iterator[Event]:
        """The run by that plan."""
        from engines.pipelines import call, facts, onward, seam, tap, tiles
        from engines.pipelines.quicker import Quicker
        from engines.pipelines.words import Words

        folder, whole = self._folder(), request
        most = facts.shared(folder.kind())
        pipe, extras, request = yield from self._opened(chosen, onward.asked(request, facts.fps(folder.pipeline), most))
        telling, tiling = Words(pipe, request), tiles.asked(pipe, request)
        quicker = Quicker(pipe, request, chosen, tiling is not None)
        yield Phase("encoding")
        drive = self._driven(pipe, request, extras, telling)
        if tiling is not None:
            drive.around += [tiling.over(tap.denoisers(pipe)), tiles.decoding(pipe)]
        drive.around += quicker.over()
        yield Phase("denoising")
        try:
            for moment in drive:
                yield self._step(drive, moment, drive.words)
                if moment.index == moment.total:
                    yield Phase("decoding")
        except BaseException:
            self._placing.broken_off(pipe)
            raise
        found = self._facts(pipe, drive, chosen, request) | telling.ignored() | quicker.told()
        if tiling is not None:
            found["nfe"] = drive.watch.asked * tiling.windows
        found |= {"embeddings": extras.mark} if extras.mark else {}
        made = seam.joined(call.media_of(pipe, drive.result), request)
        yield Result(onward.joined(made, whole, most), found)

    def _opened(self, chosen: Any, request: Request) -> Generator[Event, None, tuple[Any, Any, Request]]:
        """The pipeline laid out by that plan, what is added to it, and the request without that."""
        from engines.pipelines import call
        from engines.pipelines.extras import Extras

        yield Phase("loading", 0.0)
        if self._placing is not None and self._placing.eight and (chosen.way != "eight-bit" or self._other(request)):
            self._let_go()  # what was rounded to 8 bits cannot be taken back, nor what is added to it be put on
        for done in self._loading(str(request.options.get("precision", "automatic")), chosen):
            yield Phase("loading", done)
        extras = Extras(request, shelf.parts(shelf.folder()), self._added, self._dtype())
        pipe = self._pipe(extras.rest)
        extras.fit(pipe)
        request = extras.rest
        call.settle(pipe, self._own, request)
        request = _enlarged(request)
        self._settle(pipe, chosen, request)
        return pipe, extras, request

    def _driven(self, pipe: Any, request: Request, extras: Any, telling: Any) -> Any:
        """The run of the pipeline, with all that is done around it but for what concerns memory and speed."""
        from engines.pipelines import call, continued
        from engines.pipelines.drive import Drive

        words = telling.guided.arguments(call.arguments(pipe, telling.begun) | extras.arguments())
        drive = Drive(pipe, words, request.noise, request.resume)
        drive.buffers += telling.guided.buffers
        drive.watch.hold = continued.hold(pipe, request)
        drive.moved = functools.partial(_move, pipe, request, extras)
        kept = self._memo.over(pipe, lambda: (telling.emphasis.key, _worn(request), extras.mark))
        drive.around = [*extras.over(pipe), telling.emphasis.over(pipe), kept, telling.emphasis.parted(pipe)]
        drive.around.append(telling.over(drive))
        return drive

    def prepare(self, kind: str, media: Media, make: str = "", options: Mapping[str, Value] | None = None) -> Media:
        """The map `make` of media for the control of that kind, by its options; media as they are without one."""
        from engines.control.preprocess import preprocess

        return preprocess(make, media, options) if make else media

    def render(self, estimate: np.ndarray) -> Media:
        """A stored clean estimate as a cheap preview."""
        return self._showing().preview(np.asarray(estimate, np.float32))

    def decode(self, estimate: np.ndarray, length: float | None = None) -> Media:
        """A stored clean estimate as the result would be if it were the last; of a sound the first `length` seconds.

        Of a model that is not loaded only what decodes is.
        """
        from engines.pipelines import decode

        folder = self._folder()
        if not any(name in folder.components for name in decode.PARTS):
            return self.render(estimate)
        return decode.decoded(self._decoders(), estimate, self.info.medium, folder.pipeline, length)

    # ------------------------------------------------------------ loading

    def _folder(self) -> Any:
        """What the model is made of, looked at once."""
        from engines.pipelines.single import source_of

        if self._source is None:
            self._source = source_of(self.path, self.card.beside)
        return self._source

    def _showing(self) -> Any:
        from engines.pipelines.showing import Showing

        if self._shows is None:
            self._shows = Showing(self._folder(), self.info.medium, self._decoders, self.cache)
        return self._shows

    def _plans(self) -> Any:
        from engines.pipelines.layout import Layout

        if self._layout is None:
            self._layout = Layout(self._folder())
        return self._layout

    def _loading(self, wish: str, chosen: Any) -> Iterator[float]:
        """Load what is not there yet in the wished precision, where the plan wants it; fractions of the work."""
        from engines import device
        from engines.pipelines import precision
        from engines.pipelines.memo import Memo
        from engines.pipelines.placing import Placing

        numbers, place = precision.named(wish, device.best()), device.best()
        if self._parts and numbers == self._precision:
            return
        self._let_go()
        parts: dict[str, Any] = {}
        for name, done, part in self._folder().load(precision.of(numbers, place)):
            if hasattr(part, "parameters"):
                part = precision.laid(part.to(place) if chosen.way == "full" else part, place)
            parts[name] = part
            yield done
        self._parts, self._precision, self._own = parts, numbers, parts.get("scheduler")
        self._memo, self._placing, self._few = Memo(), Placing(place), {}

    def _decoders(self) -> dict[str, Any]:
        """What makes media of latents, loaded by itself where the model is not."""
        from engines import device
        from engines.pipelines import decode, precision

        names = [name for name in decode.PARTS if name in self._folder().components]
        if not self._parts and not self._few:
            dtype = precision.of("automatic", device.best())
            found = self._folder().load(dtype, names)
            self._few = {name: precision.laid(part.to(device.best()), device.best()) for name, _, part in found}
        return {name: (self._parts or self._few)[name] for name in names}

    def _let_go(self) -> None:
        """Of everything that was loaded."""
        self._parts, self._pipes, self._nets, self._own = {}, {}, {}, None
        self._memo, self._placing, self._adapters = None, None, ()

    def _settle(self, pipe: Any, chosen: Any, request: Request) -> None:
        """Its adapters put on and its networks laid out as the plan says; what is so already stays untouched."""
        from engines.pipelines import parts

        if self._other(request) and self._placing.outside:
            self._placing.clear(pipe)  # layers that come to a network later would be left out
        beside = shelf.parts(shelf.folder())
        self._showing().look_about(beside)
        parts.wear(pipe, request, beside)
        self._adapters = _named(request)
        self._placing.settle(pipe, chosen)

    def _other(self, request: Request) -> bool:
        """Whether the networks wear other adapters than `request` wants."""
        return self._adapters != _named(request)

    def _after(self, failed: Any, request: Request) -> tuple[Any, str]:
        """The plan to go on by, memory having run out, and the sentence that says so. Refused at the ladder's end."""
        from engines import device
        from engines.pipelines import plan

        found = self._plans().cheaper(request, failed)
        if found is None or self._placing is None:
            self._let_go()
        device.thaw()
        device.tidy()
        if found is None:
            raise Refused(
                "memory",
                f"There is not enough memory to run {self.info.title}, even in the way that takes least: make it "
                "smaller, shorter or without controls, or close other programs.",
            )
        return found, f"Memory ran out, so the run goes on in another way. {plan.sentence(found, device.kind())}"

    def _pipe(self, request: Request) -> Any:
        """The pipeline for what the request holds, over the loaded components."""
        from engines.pipelines import call, parts, schema

        kind = self._folder().kind()
        own = {known.kind for known in schema.own_controls(kind)}
        nets = parts.nets(request.controls, own)
        kind = parts.controlled(kind, request) if nets else call.task(kind, request)
        count = sum(control.kind not in own for control in request.controls)
        which = (kind, nets, count > 1)
        if which not in self._pipes:
            found = [self._net(name) for name in nets]
            more = {"controlnet": parts.joined(found, count)} if found else {}
            self._pipes[which] = self._folder().assemble(self._parts | more, kind)
        return self._pipes[which]

    def _net(self, name: str) -> Any:
        """The ControlNet of that name, loaded once; `_settle` brings it where it belongs."""
        from engines import device
        from engines.pipelines import parts, precision

        part = shelf.parts(shelf.folder()).get(name)
        if part is None:
            raise Refused("missing", f"The control {name} is not on the shelf; open its folder once.")
        if name not in self._nets:
            self._nets[name] = precision.laid(parts.network(Path(part.origin), self._dtype()), device.best())
        return self._nets[name]

    def _added(self, name: str, load: Callable[[], Any]) -> Any:
        """What is added to the model by that name, loaded once."""
        from engines import device

        if name not in self._nets:
            made = load()
            self._nets[name] = made.to(device.best()) if hasattr(made, "parameters") else made
        return self._nets[name]

    def _dtype(self) -> Any:
        from engines import device
        from engines.pipelines import precision

        return precision.of(self._precision, device.best())

    def _continued(self, request: Request) -> None:
        kept = request.resume
        if kept is not None and "tree" not in kept.arrays:
            raise Refused(
                "bad-request", "This step was made by another engine; it cannot be gone on from with a model."
            )

    # ------------------------------------------------------------ steps

    def _step(self, drive: Any, moment: Any, words: dict[str, Any]) -> Step:
        from engines.pipelines import space
        from engines.pipelines.drive import as_array

        @functools.cache  # a step is often kept and shown
        def estimate() -> np.ndarray:
            size = (words.get("width", 0), words.get("height", 0))
            return as_array(space.decodable(drive.pipe, moment.parts[0].x0, size, words.get("num_frames", 1)))

        return Step(
            index=moment.index,
            total=moment.total,
            level=moment.parts[0].level,
            preview=lambda: self._showing().preview(estimate().astype(np.float32)),
            estimate=estimate,
            checkpoint=lambda: self._keep(drive.checkpoint(moment)),
            guidance=moment.parts[0].gap,
        )

    def _keep(self, kept: Checkpoint) -> Checkpoint:
        self._kept = kept
        return kept

    def _facts(self, pipe: Any, drive: Any, chosen: Any, request: Request) -> dict[str, Value]:
        from engines import device
        from engines.pipelines import plan, precision

        wish = str(request.options.get("precision", precision.AUTOMATIC))
        found: dict[str, Value] = {"nfe": drive.watch.asked, "model": self.info.name.rpartition("-")[2]}
        found["precision"] = precision.sentence(self._precision, wish)
        found |= {"plan": chosen.name, "layout": plan.sentence(chosen, device.kind())}
        return found | {"pipeline": type(pipe).__name__, "scheduler": type(pipe.scheduler).__name__}


def _noted(event: Event, note: str) -> Event:
    """A result says in its facts what had to be done for it."""
    if note and isinstance(event, Result):
        return msgspec.structs.replace(event, facts=event.facts | {"shortage": note})
    return event


def _named(request: Request) -> tuple[str, ...]:
    return tuple(sorted(adapter.name for adapter in request.adapters))


def _enlarged(request: Request) -> Request:
    """With a start that is smaller than the result enlarged first, where a network is to do that."""
    way, start, size = request.options.get(shelf.ENLARGER, "lanczos"), request.start, request.size
    if way == "lanczos" or not isinstance(start, Image) or size is None:
        return request
    if start.pixels.shape[1] >= size[0] and start.pixels.shape[0] >= size[1]:
        return request
    from engines.upscale import enlarged

    return msgspec.structs.replace(request, start=enlarged(start, size, str(way)))


def _move(pipe: Any, request: Request, extras: Any, position: float) -> None:
    """What is added to the pipeline to the strengths it has at `position` of the run."""
    from engines.pipelines import parts

    if parts.moving(request):
        parts.weigh(pipe, request, position)
    extras.move(pipe, position)


def _worn(request: Request) -> str:
    return repr([(worn.name, worn.at(0.0)) for worn in request.adapters])
