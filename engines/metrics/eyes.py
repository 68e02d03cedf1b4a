"""Networks that look at pictures for the metrics: what ships with Darkroom, and the field's standards where the user
has them. Each is made by a function of where its weights lie, and has `of(pictures)`: uint8 (H, W, 3) each, of any
sizes, to float32 (N, D), one row a picture. Some also tell classes (`classes`) or know words (`said`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engines.contract import Image, Refused
from engines.metrics import found

Pictures = Sequence[np.ndarray]
CHUNK = 32  # pictures a large network sees at once


class Effnet:
    """EfficientNet-lite0 (Tan and Le, 2019): 1280 pooled features, ImageNet's 1000 classes."""

    def __init__(self, place: Path | None = None) -> None:
        from engines.nn import match

        self._network = match.eyes_on("cpu")

    def of(self, pictures: Pictures) -> np.ndarray:
        from engines.metrics import concepts

        return by_size(pictures, lambda stack: concepts.features(self._network, stack).numpy())

    def classes(self, pictures: Pictures) -> np.ndarray:
        """The scores (N, 1000) of ImageNet's classes."""
        from engines.metrics import concepts

        return by_size(pictures, lambda stack: concepts.classes(self._network, stack).numpy())


class Match:
    """Darkroom's own image-text net (image/match): arrows of 128 numbers."""

    def __init__(self, place: Path | None = None) -> None:
        from engines.nn import match

        self._network = match.load()

    def of(self, pictures: Pictures) -> np.ndarray:
        from engines.nn import match

        squares = [match.Frame.of(Image(one)).square for one in pictures]
        return by_size(squares, lambda stack: self._network.shows(stack).cpu().numpy())

    def said(self, captions: Sequence[str]) -> np.ndarray:
        """The arrows (N, 128) of captions."""
        return np.asarray(self._network.said(list(captions)).cpu())


class Inception:
    """Inception-v3 in TensorFlow's layout: 2048 pooled features; `rule` is a name in RULES."""

    def __init__(self, place: Path, rule: str) -> None:
        from engines.metrics import resize
        from engines.nn import inception

        self._resized: Callable[[np.ndarray, int], Any] = getattr(resize, rule)
        self._network = found.built(inception.network, place, "Inception-v3 as TensorFlow had it")

    def of(self, pictures: Pictures) -> np.ndarray:
        return by_size(pictures, lambda stack: self._seen(stack).numpy())

    def classes(self, pictures: Pictures) -> np.ndarray:
        """The scores (N, 1008) of its classes without their biases, as the Inception Score's code took them
        (torch-fidelity's 'logits_unbiased')."""
        return by_size(pictures, lambda stack: (self._seen(stack) @ self._network.fc.weight.T).numpy())

    def _seen(self, stack: np.ndarray) -> Any:
        import torch

        from engines.nn.inception import SIDE

        rows = []
        with torch.no_grad():
            for start in range(0, len(stack), CHUNK):
                x = (self._resized(stack[start : start + CHUNK], SIDE) - 128) / 128
                rows.append(self._network(x.contiguous(memory_format=torch.channels_last)))
        return torch.cat(rows)


class Clip:
    """CLIP (Radford et al., 2021) from a transformers folder: its arrows, of length 1. The library's own resizing."""

    def __init__(self, place: Path) -> None:
        from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

        self._model: Any = pretrained(CLIPModel, place)
        self._picture: Any = pretrained(CLIPImageProcessorPil, place)
        self._words: Any = pretrained(CLIPTokenizer, place)
        self._most = self._model.config.text_config.max_position_embeddings

    def of(self, pictures: Pictures) -> np.ndarray:
        import torch

        rows = []
        with torch.no_grad():
            for start in range(0, len(pictures), CHUNK):
                x = self._picture(images=list(pictures[start : start + CHUNK]), return_tensors="pt")
                rows.append(unit(self._model.get_image_features(x["pixel_values"])))
        return np.concatenate(rows)

    def said(self, captions: Sequence[str]) -> np.ndarray:
        """The arrows of captions; what is too long for the network is cut off."""
        import torch

        cut: Any = {"padding": True, "truncation": True, "max_length": self._most, "return_tensors": "pt"}
        with torch.no_grad():
            return unit(self._model.get_text_features(**self._words(list(captions), **cut)))


def pretrained(kind: Any, place: Path) -> Any:
    """A part of a model from its folder, from safetensors only and without the network. Refused('bad-file')."""
    safe = {"use_safetensors": True} if hasattr(kind, "base_model_prefix") else {}
    try:
        made = kind.from_pretrained(place, local_files_only=True, **safe)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        told = str(error).strip().partition("\n")[0]
        raise Refused("bad-file", f"{place} lacks what a {kind.__name__} is made of: {told}") from error
    return made.eval().requires_grad_(False) if safe else made


def unit(told: Any) -> np.ndarray:
    """What a transformers model says of media or words, as arrows of length 1, float32 (N, D)."""
    from torch.nn import functional

    return np.asarray(functional.normalize(getattr(told, "pooler_output", told), dim=-1).float())


def by_size(pictures: Pictures, look: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Rows for pictures of any sizes, (N, D): those of one size that follow each other are looked at together."""
    runs = itertools.groupby(range(len(pictures)), lambda n: pictures[n].shape)
    rows = [look(np.stack([pictures[n] for n in run])) for _, run in runs]
    return np.concatenate(rows).astype(np.float32)


RULES = ("tensorflow", "clean", "antialiased")
INCEPTION = {rule: partial(Inception, rule=rule) for rule in RULES}
