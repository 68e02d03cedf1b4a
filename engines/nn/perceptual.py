"""The networks LPIPS looks through: AlexNet and VGG16 up to their last convolutions, and the weights of their layers.

Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", 2018; its weights 0.1.
The backbones are in torchvision's layout (`features.N`), the layers' weights in the paper's (`linN.model.1.weight`).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)  # of pictures of -1 to 1, a channel each
TAKEN = {"vgg": (3, 8, 15, 22, 29), "alex": (1, 4, 7, 9, 11)}  # the layers whose answers are compared
SMALL = 1e-8  # as in torchmetrics and torch-fidelity; the first release had it outside of the root


def vgg() -> nn.Sequential:
    """VGG16's convolutions (Simonyan and Zisserman, 2014), configuration D."""
    layers: list[nn.Module] = []
    inner = 3
    for step in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512):
        layers += [nn.Conv2d(inner, step, 3, padding=1), nn.ReLU()] if step else [nn.MaxPool2d(2, 2)]
        inner = step or inner
    return nn.Sequential(*layers)


def alex() -> nn.Sequential:
    """AlexNet's (Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014)."""
    return nn.Sequential(
        *(nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 256, 3, padding=1), nn.ReLU()),
        *(nn.Conv2d(256, 256, 3, padding=1), nn.ReLU()),
    )


BACKBONES = {"vgg": vgg, "alex": alex}


class Lpips(nn.Module):
    """Pictures a and b (B, 3, H, W) of -1 to 1 to distances (B,)."""

    def __init__(self, name: str, backbone: Mapping[str, Tensor], lines: Mapping[str, Tensor]) -> None:
        """RuntimeError or KeyError for weights of other networks."""
        super().__init__()
        self.layers, self.taken = BACKBONES[name](), TAKEN[name]
        plain = {key.removeprefix("features."): one for key, one in backbone.items() if key.startswith("features.")}
        self.layers.load_state_dict(plain)
        self.lines = [lines[f"lin{n}.model.1.weight"].float() for n in range(len(self.taken))]  # (1, C, 1, 1)
        self.eval().requires_grad_(False)

    @torch.no_grad()
    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        total = torch.zeros(len(a))
        for one, other, line in zip(self._seen(a), self._seen(b), self.lines, strict=True):
            gap = (_unit(one) - _unit(other)).square()
            total = total + (gap * line).sum(1).mean((1, 2))
        return total

    def _seen(self, x: Tensor) -> list[Tensor]:
        x = (x - torch.tensor(SHIFT)[:, None, None]) / torch.tensor(SCALE)[:, None, None]
        found = []
        for n, layer in enumerate(self.layers):
            x = layer(x)
            found += [x] if n in self.taken else []
        return found


def _unit(x: Tensor) -> Tensor:
    return x / (SMALL + x.square().sum(1, keepdim=True)).sqrt()
