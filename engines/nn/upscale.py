"""Networks that enlarge pictures, with the names their published weights have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from engines.upscalers import Shape

LEAK, SHARE = 0.2, 0.2  # of the leaky units, and of what a residual adds


class Dense(nn.Module):
    """Five convolutions, each of which sees all before it."""

    def __init__(self, wide: int, growth: int) -> None:
        super().__init__()
        for n in range(4):
            setattr(self, f"conv{n + 1}", nn.Conv2d(wide + n * growth, growth, 3, 1, 1))
        self.conv5 = nn.Conv2d(wide + 4 * growth, wide, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        seen = [x]
        for n in range(4):
            layer = getattr(self, f"conv{n + 1}")
            seen.append(functional.leaky_relu(layer(torch.cat(seen, 1)), LEAK))
        return x + SHARE * self.conv5(torch.cat(seen, 1))


class Block(nn.Module):
    """Three dense blocks within a residual (RRDB)."""

    def __init__(self, wide: int, growth: int) -> None:
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (Dense(wide, growth) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        return x + SHARE * self.rdb3(self.rdb2(self.rdb1(x)))


class Rrdb(nn.Module):
    """ESRGAN's generator (Wang et al. 2018): (B, 3, H, W) in [0, 1] to `scale` times the sides."""

    def __init__(self, told: Shape) -> None:
        super().__init__()
        wide, self.folded = told.wide, told.folded
        self.ups = (told.scale * told.folded).bit_length() - 1
        self.conv_first = nn.Conv2d(3 * told.folded**2, wide, 3, 1, 1)
        self.body = nn.Sequential(*(Block(wide, told.growth) for _ in range(told.blocks)))
        self.conv_body = nn.Conv2d(wide, wide, 3, 1, 1)
        for n in range(self.ups):
            setattr(self, f"conv_up{n + 1}", nn.Conv2d(wide, wide, 3, 1, 1))
        self.conv_hr, self.conv_last = nn.Conv2d(wide, wide, 3, 1, 1), nn.Conv2d(wide, 3, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        first = self.conv_first(functional.pixel_unshuffle(x, self.folded) if self.folded > 1 else x)
        h = first + self.conv_body(self.body(first))
        for n in range(self.ups):
            larger = functional.interpolate(h, scale_factor=2, mode="nearest")
            h = functional.leaky_relu(getattr(self, f"conv_up{n + 1}")(larger), LEAK)
        return self.conv_last(functional.leaky_relu(self.conv_hr(h), LEAK))


class Compact(nn.Module):
    """Real-ESRGAN's SRVGGNetCompact (Wang et al. 2021): all convolutions at the picture's own size."""

    def __init__(self, told: Shape) -> None:
        super().__init__()
        wide, self.scale = told.wide, told.scale
        layers: list[nn.Module] = [nn.Conv2d(3, wide, 3, 1, 1), nn.PReLU(wide)]
        for _ in range(told.blocks):
            layers += [nn.Conv2d(wide, wide, 3, 1, 1), nn.PReLU(wide)]
        self.body = nn.Sequential(*layers, nn.Conv2d(wide, 3 * told.scale**2, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        plain = functional.interpolate(x, scale_factor=self.scale, mode="nearest")
        return functional.pixel_shuffle(self.body(x), self.scale) + plain
