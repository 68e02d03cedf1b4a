"""LPIPS: how unlike two pictures look, by the answers of a network's layers, weighed by what people saw.

Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018, equation 1: the sum over
layers of the mean over places of w (y - y')^2, answers of length 1 at each place. Known biases: it was fitted to small
distortions of 64x64 patches; AlexNet's and VGG's figures are not comparable, nor those of two sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engines.contract import Refused
from engines.metrics import found
from engines.metrics.found import Wanted

NAMES = {"alex": "AlexNet, as the paper reports", "vgg": "VGG16; not comparable with AlexNet's"}
_BACKBONES = {
    "alex": Wanted(
        "AlexNet for LPIPS (alexnet-owt-7be5be79.pth)",
        "download.pytorch.org/models",
        "BSD-3-Clause",
        ("alexnet*.pth", "alexnet*.safetensors"),
    ),
    "vgg": Wanted(
        "VGG16 for LPIPS (vgg16-397923af.pth)",
        "download.pytorch.org/models",
        "BSD-3-Clause",
        ("vgg16-*.pth", "vgg16-*.safetensors"),
    ),
}


def _lines(name: str) -> Wanted:
    return Wanted(
        f"The weights of LPIPS's layers ({name}.pth)",
        "github.com/richzhang/PerceptualSimilarity, lpips/weights/v0.1",
        "BSD-2-Clause",
        (f"{name}.pth", f"lpips*{name}*.safetensors", f"lpips*{name}*.pth"),
    )


class Look:
    """The network called 'alex' or 'vgg', both of its files from the user's folders, or from the folder named as
    'alex=PATH'. Refused('missing') with what is missing and where to get it."""

    def __init__(self, name: str, folders: Sequence[Path] = ()) -> None:
        from engines.nn import perceptual

        name, _, place = name.partition("=")
        where = [Path(place)] if place else folders
        backbone, lines = (found.find(one, where) for one in (_BACKBONES[name], _lines(name)))
        try:
            self._network = perceptual.Lpips(name, found.read(backbone), found.read(lines))
        except (RuntimeError, KeyError) as error:
            sentence = f"{backbone.name} and {lines.name} are not what LPIPS is made of."
            raise Refused("bad-file", sentence) from error

    def distance(self, a: np.ndarray, b: np.ndarray) -> float:
        """Of two pictures, uint8 (H, W, 3). ValueError where their sizes differ or a side is below 32."""
        import torch

        if a.shape != b.shape:
            raise ValueError(f"pictures of different shapes cannot be compared: {a.shape} and {b.shape}")
        if min(a.shape[:2]) < 32:
            raise ValueError("LPIPS needs pictures of 32 pixels or more a side")
        x, y = (torch.from_numpy(one.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1 for one in (a, b))
        return float(self._network(x, y))
