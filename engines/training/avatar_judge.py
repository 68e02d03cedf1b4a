"""The judge of image/avatar: a small classifier of every attribute of a face, trained on real drawings alone.

It is checked on held-out drawings before it judges anything. What cannot be seen is not asked for: eyes behind a mask
or dark glasses, a mouth behind a mask.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.faces import ATTRIBUTES, CLASSES
from engines.nn import stored
from engines.training.faces import Batches, Faces
from engines.training.fit import Log, fit

MINUTES = 3.0
BATCH = 16
HIDES = {"eyes": ("sleep mask", "sunglasses"), "mouth": ("face mask", "moustache")}


class Judge(nn.Module):
    """`forward(x)`: pictures (B, 3, 128, 128) in [-1, 1] to scores of all classes (B, 64)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.PixelUnshuffle(4), nn.Conv2d(48, 48, 3, padding=1), nn.BatchNorm2d(48), nn.ReLU()),
            *(nn.PixelUnshuffle(2), nn.Conv2d(192, 96, 1), nn.BatchNorm2d(96), nn.ReLU()),
            *(nn.Conv2d(96, 96, 3, padding=1), nn.BatchNorm2d(96), nn.ReLU()),
            *(nn.PixelUnshuffle(2), nn.Conv2d(384, 128, 1), nn.BatchNorm2d(128), nn.ReLU()),
            *(nn.Conv2d(128, 128, 3, padding=1), nn.BatchNorm2d(128), nn.ReLU(), nn.AvgPool2d(2)),
            *(nn.Flatten(), nn.Linear(2048, 256), nn.ReLU(), nn.Linear(256, CLASSES)),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


def parts(scores: Tensor) -> tuple[Tensor, ...]:
    """Scores (B, 64) by attribute, in the order of `ATTRIBUTES`."""
    return scores.split([len(values) for values in ATTRIBUTES.values()], 1)


@torch.enable_grad()  # the card is written without
def trained(given: Faces, folder: Path, log: Log) -> Judge:
    """The judge, from the data folder when it is there."""
    path = folder / "judge.safetensors"
    if path.exists():
        return stored.read(lambda words: Judge(), path)
    torch.manual_seed(0)
    network = Judge().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    batches = Batches(given, BATCH, "cpu")
    draw = torch.Generator().manual_seed(5)

    def objective(step: int) -> Tensor:
        x, _, labels = batches.next()
        blurred = functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)  # as sharp or as soft as may be
        x = torch.lerp(x, blurred, torch.rand(len(x), 1, 1, 1, generator=draw))
        x = x + 0.03 * torch.randn(x.shape, generator=draw)
        each = zip(parts(network(x)), labels.unbind(1), strict=True)
        return torch.stack([functional.cross_entropy(*pair) for pair in each]).sum()

    network = fit(network, objective, MINUTES, log, stage="judge", batch=BATCH, rate=2e-3)
    stored.write(network, path)
    return network


@torch.no_grad()
def judged(judge: Judge, pixels: np.ndarray) -> np.ndarray:
    """The class of every attribute, int64 (N, 7), of pictures uint8 (N, 128, 128, 3)."""
    found = []
    for i in range(0, len(pixels), 64):
        x = torch.from_numpy(np.ascontiguousarray(pixels[i : i + 64])).permute(0, 3, 1, 2).float() / 127.5 - 1
        found.append(torch.stack([part.argmax(1) for part in parts(judge(x))], 1))
    return torch.cat(found).numpy()


def visible(labels: np.ndarray) -> np.ndarray:
    """Which attributes can be seen, bool (N, 7)."""
    names = list(ATTRIBUTES)
    seen = np.ones(labels.shape, bool)
    for name, things in HIDES.items():
        hidden = [ATTRIBUTES["accessory"].index(thing) for thing in things]
        seen[:, names.index(name)] = ~np.isin(labels[:, names.index("accessory")], hidden)
    return seen


def accuracy(found: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """The share of each attribute that is right where it can be seen, of all of them, and of faces right in all."""
    seen, right = visible(labels), found == labels
    each = {name: float(right[seen[:, i], i].mean()) for i, name in enumerate(ATTRIBUTES)}
    return each | {"attributes": float(right[seen].mean()), "faces": float((right | ~seen).all(1).mean())}
