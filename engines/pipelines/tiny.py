"""Previews by a small autoencoder of the user's (TAESD and its kin, Bohan 2023), where one fits the model.

They look alike from outside: TAESD and TAESDXL have the same layers, and so have TAESD3 and TAEF1. Which of them a
model speaks to is measured once, on bundled pictures, and one that tells less than the linear map is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from engines.contract import Refused
from engines.files import atomic, weights
from engines.pipelines import linear, space
from engines.pipelines.folder import check_weights, read_json
from engines.shelf import Part

KIND, CONFIG, CLASS = "preview", "config.json", "AutoencoderTiny"
FIRST = re.compile(r"(decoder\.layers\.0|1)\.weight")  # the name of its first layer, here and in TAESD's own files
MEASURED = linear.PICTURES  # as many as the linear map was fitted on, so that it is at its best


class Tiny:
    """The autoencoder of a model as `coder` guesses it; `vae` says how the two scale what they hold."""

    def __init__(self, coder: Any, vae: Any) -> None:
        self.coder, self.vae = coder, vae

    @torch.no_grad()
    def __call__(self, latents: np.ndarray) -> np.ndarray:
        """(C, H, W) or (C, F, H, W) in the space of the model's autoencoder to (..., 3) in about [0, 1]."""
        given = torch.from_numpy(np.asarray(latents, np.float32))[None].to(self.vae.device)
        plain = space.unscaled(self.vae, given)[0]
        frames = plain.transpose(0, 1) if plain.ndim == 4 else plain[None]
        shown = torch.cat([self.coder(frame[None].to(self.coder_dtype)) for frame in frames])
        pixels = (shown.float() / 2 + 0.5).permute(0, 2, 3, 1).cpu().numpy()
        return pixels if plain.ndim == 4 else pixels[0]

    @property
    def coder_dtype(self) -> Any:
        return next(self.coder.parameters()).dtype


def base_of(vae: Any) -> str:
    """What a small autoencoder must be made for to fit one of pictures; '' for those of clips and sounds."""
    config = getattr(vae, "config", None)
    wide = getattr(config, "latent_channels", None)
    flat = hasattr(vae, "encoder") and linear.dimensions(vae) == 4 and getattr(config, "in_channels", 3) == 3
    return f"latents {wide}" if wide and flat else ""


def latents_of(path: Path) -> int | None:
    """How many channels the latents have that the small autoencoder at `path` reads; None when it is none."""
    if path.is_dir():
        told = read_json(path / CONFIG)
        return int(told.get("latent_channels", 4)) if told.get("_class_name") == CLASS else None
    shapes = [tensor.shape for name, tensor in weights.header(path).tensors.items() if FIRST.fullmatch(name)]
    return shapes[0][1] if shapes and len(shapes[0]) == 4 else None


def load(part: Part, place: str, dtype: Any) -> Any:
    """The decoding half, latents (B, C, H, W) to about [-1, 1]. Refused when the file holds something else."""
    import diffusers

    path = Path(part.origin)
    if path.is_dir():
        check_weights(path)
        whole = diffusers.AutoencoderTiny.from_pretrained(path, local_files_only=True, use_safetensors=True)
    else:
        whole = diffusers.AutoencoderTiny(latent_channels=latents_of(path) or 4)
        _fill(whole.decoder, path)
    return whole.decoder.to(place, dtype).eval()


def _fill(decoder: Any, path: Path) -> None:
    """With a single file's numbers: named as the library names them, or by their places in TAESD's own sequence."""
    from safetensors.torch import load_file

    found = {}
    for name, tensor in load_file(path).items():
        if (own := re.fullmatch(r"(\d+)\.(.+)", name)) is not None:
            found[f"layers.{int(own[1]) - 1}.{own[2]}"] = tensor  # the first of them, a clamp, has no number here
        elif name.startswith("decoder."):
            found[name.removeprefix("decoder.")] = tensor
    try:
        decoder.load_state_dict(found)
    except RuntimeError as error:
        raise Refused("bad-file", f"{path.name} is no small autoencoder that Darkroom knows.") from error


# ---------------------------------------------------------------- which of them


def best(found: Iterable[tuple[str, Tiny]], vae: Any, flat: linear.Linear | None, folder: Path | None) -> Tiny | None:
    """Of (name, autoencoder) the one that shows bundled pictures best, if it does so better than `flat`.

    Each is measured once and the result kept in `folder`.
    """
    errors = {name: (_kept(folder, name, tiny, vae), tiny) for name, tiny in found}
    name = min(errors, key=lambda name: errors[name][0], default=None)
    if name is None or (flat is not None and errors[name][0] > _kept(folder, "linear", flat, vae)):
        return None
    return errors[name][1]


def _kept(folder: Path | None, name: str, shows: Any, vae: Any) -> float:
    file = folder / f"{name}.error" if folder else None
    if file is not None and file.is_file():
        return float(file.read_text())
    error = _error(shows, vae)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(file, repr(error).encode())
    return error


def _error(shows: Any, vae: Any) -> float:
    """Mean squared, of colours at the places of the latents, pictures being in [0, 1]."""
    found = []
    for latents, colours in linear.examples(vae, MEASURED):
        seen = torch.from_numpy(shows(latents)).permute(2, 0, 1)[None]
        small = functional.adaptive_avg_pool2d(seen, (latents.shape[1], latents.shape[2]))[0]
        found.append(float(((small.permute(1, 2, 0).numpy() - colours) ** 2).mean()))
    return float(np.mean(found)) if found else 0.0  # one that cannot encode has only this way
