"""The one engine behind every model of the diffusers world."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
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
        self._few: dict[str, Any] = {}  # those that decode, where only these are loaded
        self._precision = ""
        self._own: Any = None  # the model's own scheduler
        self._pipes: dict[Any, Any] = {}
        self._nets: dict[str, Any] = {}
        self._memo: Any = None
        self._shown: dict[str, Any] = {}  # what shows steps, by the wish for it
        self._wish = "auto"
        self._beside: set[str] = set()  # the names of what lay on the shelf

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
        from engines.pipelines import call, emphasis, parts, tap
        from engines.pipelines.drive import Drive

        self._continued(request)
        self._wish = str(request.options.get("preview", "auto"))
        yield Phase("loading", 0.0)
        for done in self._loading(str(request.options.get("precision", "automatic"))):
            yield Phase("loading", done)
        pipe = self._pipe(request)
        call.settle(pipe, self._own, request)
        request = _enlarged(request)
        beside = shelf.parts(shelf.folder())
        if set(beside) != self._beside:
            self._shown, self._beside = {}, set(beside)
        parts.wear(pipe, request, beside)
        words = call.arguments(pipe, request)
        pieces = [emphasis.of(pipe, text)[1] for text in (request.prompt, request.negative)]
        yield Phase("encoding")
        drive = Drive(pipe, words, request.seed, request.resume)
        if parts.moving(request):
            drive.moved = functools.partial(parts.weigh, pipe, request)
        drive.around = [emphasis.over(pipe, pieces), self._memo.over(pipe, (repr(pieces), _worn(request)))]
        tiling = self._tiling(pipe, request)
        if tiling is not None:
            drive.around.append(tiling.over(tap.denoisers(pipe)))
            drive.around.append(_vae_tiled(pipe))
        yield Phase("denoising")
        for moment in drive:
            yield self._step(drive, moment, words)
            if moment.index == moment.total:
                yield Phase("decoding")
        found = self._facts(pipe, drive, tiling.windows if tiling else 1)
        if any(pieces) and not emphasis.honoured(pipe):
            found["weights"] = "not heeded by this model's text encoder"
        yield Result(call.kept_outside(call.media_of(pipe, drive.result), request), found)

    def prepare(self, kind: str, media: Media, make: str = "") -> Media:
        """The map `make` of media for the control of that kind; media as they are without one."""
        from engines.control.preprocess import preprocess

        return preprocess(make, media) if make else media

    def render(self, estimate: np.ndarray) -> Media:
        """A stored clean estimate as a cheap preview."""
        return self._preview(np.asarray(estimate, np.float32))

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
        self._few = {}

    def _decoders(self) -> dict[str, Any]:
        """What makes media of latents, loaded by itself where the model is not."""
        from engines import device
        from engines.pipelines import decode, precision

        names = [name for name in decode.PARTS if name in self._folder().components]
        if not self._parts and not self._few:
            dtype = precision.of("automatic", device.best())
            found = self._folder().load(dtype, names)
            self._few = {name: part.to(device.best()) for name, _, part in found}
        return {name: (self._parts or self._few)[name] for name in names}

    def _pipe(self, request: Request) -> Any:
        """The pipeline for what the request holds, over the loaded components."""
        from engines.pipelines import call, parts, schema

        kind = self._folder().kind()
        own = {known.kind for known in schema.own_controls(kind)}
        nets = tuple(control.kind for control in request.controls if control.kind not in own)
        kind = parts.controlled(kind, request) if nets else call.task(kind, request)
        if (kind, nets) not in self._pipes:
            found = [self._net(name) for name in nets]
            more = {"controlnet": found[0] if len(found) == 1 else found} if found else {}
            self._pipes[kind, nets] = self._folder().assemble(self._parts | more, kind)
        return self._pipes[kind, nets]

    def _net(self, name: str) -> Any:
        """The ControlNet of that name, loaded once."""
        from engines import device
        from engines.pipelines import parts, precision

        if name not in self._nets:
            part = shelf.parts(shelf.folder()).get(name)
            if part is None:
                raise Refused("missing", f"The ControlNet {name} is not on the shelf; open its folder once.")
            dtype = precision.of(self._precision, device.best())
            self._nets[name] = parts.network(Path(part.origin), dtype).to(device.best())
        return self._nets[name]

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
        if "shap_e_renderer" in self._folder().components:
            from engines.pipelines.view import view

            return view(self._decoders()["shap_e_renderer"], estimate)
        if "vae" not in self._folder().components:
            return _pixels(estimate)
        shown = self._projection()(estimate)
        if self.info.medium == "audio":
            return _heat(shown)
        pixels = (shown.clip(0, 1) * 255).round().astype(np.uint8)
        if self.info.medium == "video":
            from engines.pipelines import facts

            return Video(pixels, facts.latent_fps(self._folder().pipeline))
        return Image(pixels)

    def _projection(self) -> Any:
        if self._wish not in self._shown:
            flat = self._linear()
            found = None if self._wish == "linear" or self.info.medium == "audio" else self._tiny(flat)
            self._shown[self._wish] = found or flat
        return self._shown[self._wish]

    def _linear(self) -> Any:
        from engines.pipelines import call, linear

        folder, vae = self._folder(), self._parts.get("vae")
        mark = folder.fingerprint("vae")[:16]
        if vae is None and (self.cache is None or not linear.known(self.cache, mark)):
            vae = self._decoders()["vae"]
        if self.info.medium == "audio":
            rate = call.rate_of(SimpleNamespace(**self._decoders())) if vae is not None else 0
            return linear.bands(vae, rate, self.cache, mark)
        return linear.colours(vae, self.cache, mark)

    def _tiny(self, flat: Any) -> Any:
        """The small autoencoder that shows steps best, None where there is none; Refused where one is wished for."""
        from engines import device
        from engines.pipelines import tiny

        known = [part for part in shelf.parts(shelf.folder()).values() if part.kind == tiny.KIND]
        vae = self._decoders()["vae"] if known else None
        fitting = [part for part in known if part.base == tiny.base_of(vae) and Path(part.origin).exists()]
        if not fitting and self._wish == "tiny":
            raise Refused("missing", "No small autoencoder (TAESD) for this model is opened; open one, or choose auto.")
        made = [(part.name, tiny.Tiny(tiny.load(part, device.best(), vae.dtype), vae)) for part in fitting]
        folder = self.cache / self._folder().fingerprint("vae")[:16] if self.cache else None
        return tiny.best(made, vae, None if self._wish == "tiny" else flat, folder)

    def _tiling(self, pipe: Any, request: Request) -> Any:
        """How the networks are to work in tiles; None where they are not."""
        from engines.pipelines import space, tiles

        tile = int(request.options.get("tile", 0))
        if not tile or request.size is None or max(request.size) <= tile:
            return None
        if request.controls:
            raise Refused("bad-request", "Controls do not work in tiles yet; leave them out, or set tile to 0.")
        scale = space.pixels_of(pipe)
        return tiles.Tiling(max(8, tile // scale), int(request.options.get("overlap", 0)) // scale)

    def _facts(self, pipe: Any, drive: Any, windows: int) -> dict[str, Value]:
        found: dict[str, Value] = {"nfe": drive.calls * windows, "model": self.info.name.rpartition("-")[2]}
        return found | {"pipeline": type(pipe).__name__, "scheduler": type(pipe.scheduler).__name__}


def _enlarged(request: Request) -> Request:
    """With a start that is smaller than the result enlarged first, where a network is to do that."""
    way, start, size = request.options.get(shelf.ENLARGER, "lanczos"), request.start, request.size
    if way == "lanczos" or not isinstance(start, Image) or size is None:
        return request
    if start.pixels.shape[1] >= size[0] and start.pixels.shape[0] >= size[1]:
        return request
    from engines.upscale import enlarged

    return msgspec.structs.replace(request, start=enlarged(start, size, str(way)))


@contextmanager
def _vae_tiled(pipe: Any) -> Iterator[None]:
    """While this lasts, the autoencoder works in tiles as well, where it can."""
    able = hasattr(getattr(pipe, "vae", None), "enable_tiling")
    if able:
        pipe.vae.enable_tiling()
    try:
        yield
    finally:
        if able:
            pipe.vae.disable_tiling()


def _worn(request: Request) -> str:
    return repr([(worn.name, worn.at(0.0)) for worn in request.adapters])


def _pixels(estimate: np.ndarray) -> Image:
    """An estimate that is a picture already, (3 or 1, H, W) in [-1, 1]."""
    shown = ((np.moveaxis(estimate, 0, -1) + 1) * 127.5).clip(0, 255).round().astype(np.uint8)
    return Image(shown[..., 0] if shown.shape[-1] == 1 else shown)


def _heat(bands: np.ndarray) -> Image:
    """(T, bands) or (T, bands, 1) in [0, 1], low bands at the bottom, in the colours of embers, about 512 wide."""
    grid = (bands[..., 0] if bands.ndim == 3 else bands).T[::-1].clip(0, 1)
    ember = np.stack([np.interp(grid, *EMBERS[colour]) for colour in range(3)], -1).round().astype(np.uint8)
    return Image(np.repeat(np.repeat(ember, 4, 0), max(1, 512 // ember.shape[1]), 1))
