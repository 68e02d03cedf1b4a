"""How the steps of a model are shown: its clean estimates as cheap media."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from engines import device, shelf
from engines.contract import Image, Media, Medium, Refused, Video
from engines.pipelines import call, facts, linear, tiny
from engines.pipelines.folder import Folder
from engines.pipelines.view import view

_AT = (0.0, 0.4, 0.75, 1.0)
EMBERS = ((_AT, (12, 140, 243, 255)), (_AT, (11, 50, 112, 236)), (_AT, (10, 28, 64, 214)))  # dark to light, by colour


class Showing:
    """`decoders` gives what makes media of latents, by its names, and loads it where it must. What is learnt of an
    autoencoder is kept in `cache`. `wish` is 'auto', or 'linear' or 'tiny' where one of these is to show."""

    def __init__(
        self, folder: Folder, medium: Medium, decoders: Callable[[], dict[str, Any]], cache: Path | None
    ) -> None:
        self.folder, self.medium, self.decoders, self.cache = folder, medium, decoders, cache
        self.wish = "auto"
        self._shown: dict[str, Any] = {}  # what shows, by the wish for it
        self._beside: set[str] = set()  # the names of what lay on the shelf

    def look_about(self, beside: Iterable[str]) -> None:
        """What lies on the shelf now: with something new there another may show better."""
        if set(beside) != self._beside:
            self._shown, self._beside = {}, set(beside)

    def preview(self, estimate: np.ndarray) -> Media:
        """(C, H, W), (C, F, H, W), (C, T) or (C, T, bands) as something to look at."""
        if "shap_e_renderer" in self.folder.components:
            return view(self.decoders()["shap_e_renderer"], estimate)
        if "vae" not in self.folder.components:
            return _pixels(estimate)
        shown = self._projection()(estimate)
        if self.medium == "audio":
            return _heat(shown)
        pixels = np.rint(shown.clip(0, 1) * 255).astype(np.uint8, order="C")
        if self.medium == "video":
            return Video(pixels, facts.latent_fps(self.folder.pipeline))
        return Image(pixels[0] if pixels.ndim == 4 else pixels)  # some make a picture as a clip of one frame

    def _projection(self) -> Any:
        if self.wish not in self._shown:
            flat = self._linear()
            found = None if self.wish == "linear" or self.medium == "audio" else self._tiny(flat)
            self._shown[self.wish] = found or flat
        return self._shown[self.wish]

    def _linear(self) -> Any:
        mark = self._mark()
        known = self.cache is not None and linear.known(self.cache, mark)
        vae = None if known else self.decoders()["vae"]
        if self.medium == "audio":
            rate = 0 if known else call.rate_of(SimpleNamespace(**self.decoders()))
            return linear.bands(vae, rate, self.cache, mark)
        return linear.colours(vae, self.cache, mark)

    def _tiny(self, flat: Any) -> Any:
        """The small autoencoder that shows steps best, None where there is none; Refused where one is wished for."""
        known = [part for part in shelf.parts(shelf.folder()).values() if part.kind == tiny.KIND]
        vae: Any = self.decoders()["vae"] if known else None
        fitting = [part for part in known if part.base == tiny.base_of(vae) and Path(part.origin).exists()]
        if not fitting and self.wish == "tiny":
            raise Refused("missing", "No small autoencoder (TAESD) for this model is opened; open one, or choose auto.")
        made = [(part.name, tiny.Tiny(tiny.load(part, device.best(), vae.dtype), vae)) for part in fitting]
        folder = self.cache / self._mark() if self.cache else None
        return tiny.best(made, vae, None if self.wish == "tiny" else flat, folder)

    def _mark(self) -> str:
        return str(self.folder.fingerprint("vae")[:16])


def _pixels(estimate: np.ndarray) -> Image:
    """An estimate that is a picture already, (3 or 1, H, W) in [-1, 1]."""
    shown = ((np.moveaxis(estimate, 0, -1) + 1) * 127.5).clip(0, 255).round().astype(np.uint8)
    return Image(shown[..., 0] if shown.shape[-1] == 1 else shown)


def _heat(bands: np.ndarray) -> Image:
    """(T, bands) or (T, bands, 1) in [0, 1], low bands at the bottom, in the colours of embers, about 512 wide."""
    grid = (bands[..., 0] if bands.ndim == 3 else bands).T[::-1].clip(0, 1)
    ember = np.stack([np.interp(grid, *EMBERS[colour]) for colour in range(3)], -1).round().astype(np.uint8)
    return Image(np.repeat(np.repeat(ember, 4, 0), max(1, 512 // ember.shape[1]), 1))
