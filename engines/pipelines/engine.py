"""The one engine behind every model of the diffusers world."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engines import shelf
from engines.contract import (
    EngineCard,
    Event,
    Image,
    Media,
    Phase,
    Refused,
    Request,
    Result,
    Step,
    Value,
    Video,
)

_AT = (0.0, 0.4, 0.75, 1.0)
EMBERS = ((_AT, (12, 140, 243, 255)), (_AT, (11, 50, 112, 236)), (_AT, (10, 28, 64, 214)))  # dark to light, by colour


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
        self._precision = ""
        self._own: Any = None  # the model's own scheduler
        self._pipes: dict[Any, Any] = {}
        self._nets: dict[str, Any] = {}
        self._memo: Any = None
        self._shown: Any = None

    def warm(self) -> None:
        """Load the weights, so that the next run starts at once."""
        for _ in self._loading("automatic"):
            pass

    def count_tokens(self, prompt: str) -> int:
        """How many tokens its first text encoder makes of `prompt`."""
        if self._tokenizer is None:
            self._tokenizer = self._parts.get("tokenizer") or self._folder().tokenizer()
        return len(self._tokenizer(prompt)["input_ids"]) if self._tokenizer is not None else 0

    def generate(self, request: Request) -> Iterator[Event]:
        from engines.pipelines import call, emphasis, parts
        from engines.pipelines.beside import Beside
        from engines.pipelines.drive import Drive

        self._continued(request)
        yield Phase("loading", 0.0)
        for done in self._loading(str(request.options.get("precision", "automatic"))):
            yield Phase("loading", done)
        known = shelf.parts(shelf.folder())
        beside = Beside(request, known, self._kept, self._dtype())
        pipe = self._pipe(beside.rest)
        beside.fit(pipe)
        request = beside.rest
        call.settle(pipe, self._own, request)
        parts.wear(pipe, request, known)
        words = call.arguments(pipe, request) | beside.arguments()
        pieces = [emphasis.of(pipe, text)[1] for text in (request.prompt, request.negative)]
        yield Phase("encoding")
        drive = Drive(pipe, words, request.seed, request.resume)
        drive.moved = functools.partial(_move, pipe, request, beside)
        meant = (repr(pieces), _worn(request), beside.mark)
        drive.around = [*beside.over(pipe), emphasis.over(pipe, pieces), self._memo.over(pipe, meant)]
        yield Phase("denoising")
        for moment in drive:
            yield self._step(drive, moment, words)
            if moment.index == moment.total:
                yield Phase("decoding")
        found = self._facts(pipe, drive)
        if any(pieces) and not emphasis.honoured(pipe):
            found["weights"] = "not heeded by this model's text encoder"
        found |= {"embeddings": beside.mark} if beside.mark else {}
        yield Result(call.kept_outside(call.media_of(pipe, drive.result), request), found)

    def prepare(self, kind: str, media: Media, make: str = "") -> Media:
        """The map `make` of media for the control of that kind; media as they are without one."""
        from engines.control.preprocess import preprocess

        return preprocess(make, media) if make else media

    def render(self, estimate: np.ndarray) -> Media:
        """A stored clean estimate as a cheap preview."""
        return self._preview(np.asarray(estimate, np.float32))

    # ------------------------------------------------------------ loading

    def _folder(self) -> Any:
        """What the model is made of, looked at once."""
        from engines.pipelines.single import source_of

        if self._source is None:
            self._source = source_of(self.path)
        return self._source

    def _loading(self, wish: str) -> Iterator[float]:
        """Load what is not there yet in the wished precision; fractions of the work."""
        from engines import device
        from engines.pipelines import precision
        from engines.pipelines.memo import Memo

        if self._parts and wish == self._precision:
            return
        self._parts, self._pipes, self._nets, self._own = {}, {}, {}, None
        parts: dict[str, Any] = {}
        for name, done, part in self._folder().load(precision.of(wish, device.best())):
            parts[name] = part.to(device.best()) if hasattr(part, "parameters") else part
            yield done
        self._parts, self._precision, self._own = parts, wish, parts.get("scheduler")
        self._memo = Memo()

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
        """The ControlNet of that name."""
        from engines.pipelines import parts

        part = shelf.parts(shelf.folder()).get(name)
        if part is None:
            raise Refused("missing", f"The control {name} is not on the shelf; open its folder once.")
        return self._kept(name, lambda: parts.network(Path(part.origin), self._dtype()))

    def _kept(self, name: str, load: Callable[[], Any]) -> Any:
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
        from engines.pipelines.drive import as_array

        def estimate() -> np.ndarray:
            from engines.pipelines import space

            size = (words.get("width", 0), words.get("height", 0))
            return as_array(space.decodable(drive.pipe, moment.parts[0].x0, size, words.get("num_frames", 1)))

        return Step(
            index=moment.index,
            total=moment.total,
            level=moment.parts[0].level,
            preview=lambda: self._preview(estimate().astype(np.float32)),
            estimate=estimate,
            checkpoint=lambda: drive.checkpoint(moment),
        )

    def _preview(self, estimate: np.ndarray) -> Media:
        """(C, H, W), (C, F, H, W), (C, T) or (C, T, bands) as something to look at."""
        if "vae" not in self._folder().components:
            return _pixels(estimate, self.info.medium)
        shown = self._projection()(estimate)
        if self.info.medium == "audio":
            return _heat(shown)
        pixels = (shown.clip(0, 1) * 255).round().astype(np.uint8)
        if self.info.medium == "video":
            from engines.pipelines import facts

            return Video(pixels, facts.latent_fps(self._folder().pipeline))
        return Image(pixels)

    def _projection(self) -> Any:
        from engines.pipelines import call, linear

        if self._shown is None:
            folder, vae = self._folder(), self._parts.get("vae")
            mark = folder.fingerprint("vae")[:16]
            if vae is None and (self.cache is None or not linear.known(self.cache, mark)):
                self.warm()
                vae = self._parts["vae"]
            if self.info.medium == "audio":
                rate = call.rate_of(folder.assemble(self._parts)) if vae is not None else 0
                self._shown = linear.bands(vae, rate, self.cache, mark)
            else:
                self._shown = linear.colours(vae, self.cache, mark)
        return self._shown

    def _facts(self, pipe: Any, drive: Any) -> dict[str, Value]:
        found: dict[str, Value] = {"nfe": drive.calls, "model": self.info.name.rpartition("-")[2]}
        return found | {"pipeline": type(pipe).__name__, "scheduler": type(pipe.scheduler).__name__}


def _move(pipe: Any, request: Request, beside: Any, position: float) -> None:
    """What is added to the pipeline to the strengths it has at `position` of the run."""
    from engines.pipelines import parts

    if parts.moving(request):
        parts.weigh(pipe, request, position)
    beside.move(pipe, position)


def _worn(request: Request) -> str:
    return repr([(worn.name, worn.at(0.0)) for worn in request.adapters])


def _pixels(estimate: np.ndarray, medium: str) -> Image:
    """An estimate that is a picture already, (3 or 1, H, W) in [-1, 1]; of anything else its numbers as grey."""
    if medium == "mesh" or estimate.ndim != 3:
        flat = estimate.reshape(estimate.shape[0], -1)
        spread = flat / max(float(np.abs(flat).max()), 1e-6)
        return Image(((spread + 1) * 127.5).round().astype(np.uint8))
    shown = ((np.moveaxis(estimate, 0, -1) + 1) * 127.5).clip(0, 255).round().astype(np.uint8)
    return Image(shown[..., 0] if shown.shape[-1] == 1 else shown)


def _heat(bands: np.ndarray) -> Image:
    """(T, bands) or (T, bands, 1) in [0, 1], low bands at the bottom, in the colours of embers, about 512 wide."""
    grid = (bands[..., 0] if bands.ndim == 3 else bands).T[::-1].clip(0, 1)
    ember = np.stack([np.interp(grid, *EMBERS[colour]) for colour in range(3)], -1).round().astype(np.uint8)
    return Image(np.repeat(np.repeat(ember, 4, 0), max(1, 512 // ember.shape[1]), 1))
