"""Inception-v3 as the field's FID has it: the network of TensorFlow's 2015-12-05 graph, by its PyTorch names.

Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016; as TensorFlow ran it for Heusel et
al., 2017: average pools that leave the border out, a maximum pool in the last block, 1008 classes. The names are those
of `pt_inception-2015-12-05-6726825d.pth` (pytorch-fid) and of torch-fidelity's file, which are the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE, FEATURES, CLASSES = 299, 2048, 1008


class Convolution(nn.Module):
    """A convolution, its normalisation and ReLU; `settle` makes one convolution of the first two."""

    def __init__(self, inner: int, outer: int, size: int | tuple[int, int], stride: int = 1, edge: Any = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inner, outer, size, stride, edge, bias=False)
        self.bn: nn.Module = nn.BatchNorm2d(outer, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.bn(self.conv(x)), inplace=True)

    def settle(self) -> None:
        """Fold the normalisation into the convolution, in double precision: the same function, fewer passes."""
        from torch.nn.utils.fusion import fuse_conv_bn_eval

        folded: Any = fuse_conv_bn_eval(self.conv.double(), self.bn.double())  # type: ignore[arg-type, type-var]
        self.conv = folded.float()
        self.bn = nn.Identity()


def _mean(x: Tensor) -> Tensor:
    """TensorFlow's average pool: what lies beyond the border does not count."""
    return functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def _most(x: Tensor) -> Tensor:
    """What its last block has in its place."""
    return functional.max_pool2d(x, 3, 1, 1)


class BlockA(nn.Module):
    """35x35."""

    def __init__(self, inner: int, pooled: int) -> None:
        super().__init__()
        self.branch1x1 = Convolution(inner, 64, 1)
        self.branch5x5_1, self.branch5x5_2 = Convolution(inner, 48, 1), Convolution(48, 64, 5, 1, 2)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Convolution(inner, 64, 1), Convolution(64, 96, 3, 1, 1)
        self.branch3x3dbl_3 = Convolution(96, 96, 3, 1, 1)
        self.branch_pool = Convolution(inner, pooled, 1)

    def forward(self, x: Tensor) -> Tensor:
        five = self.branch5x5_2(self.branch5x5_1(x))
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch1x1(x), five, three, self.branch_pool(_mean(x))], 1)


class BlockB(nn.Module):
    """35x35 to 17x17."""

    def __init__(self, inner: int) -> None:
        super().__init__()
        self.branch3x3 = Convolution(inner, 384, 3, 2)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Convolution(inner, 64, 1), Convolution(64, 96, 3, 1, 1)
        self.branch3x3dbl_3 = Convolution(96, 96, 3, 2)

    def forward(self, x: Tensor) -> Tensor:
        three = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), three, functional.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    """17x17, with convolutions of seven by one."""

    def __init__(self, inner: int, wide: int) -> None:
        super().__init__()
        across: Any = ((1, 7), 1, (0, 3))
        down: Any = ((7, 1), 1, (3, 0))
        self.branch1x1 = Convolution(inner, 192, 1)
        self.branch7x7_1, self.branch7x7_2 = Convolution(inner, wide, 1), Convolution(wide, wide, *across)
        self.branch7x7_3 = Convolution(wide, 192, *down)
        self.branch7x7dbl_1, self.branch7x7dbl_2 = Convolution(inner, wide, 1), Convolution(wide, wide, *down)
        self.branch7x7dbl_3, self.branch7x7dbl_4 = Convolution(wide, wide, *across), Convolution(wide, wide, *down)
        self.branch7x7dbl_5 = Convolution(wide, 192, *across)
        self.branch_pool = Convolution(inner, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        once = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        twice = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        twice = self.branch7x7dbl_5(self.branch7x7dbl_4(twice))
        return torch.cat([self.branch1x1(x), once, twice, self.branch_pool(_mean(x))], 1)


class BlockD(nn.Module):
    """17x17 to 8x8."""

    def __init__(self, inner: int) -> None:
        super().__init__()
        self.branch3x3_1, self.branch3x3_2 = Convolution(inner, 192, 1), Convolution(192, 320, 3, 2)
        self.branch7x7x3_1, self.branch7x7x3_2 = Convolution(inner, 192, 1), Convolution(192, 192, (1, 7), 1, (0, 3))
        self.branch7x7x3_3, self.branch7x7x3_4 = Convolution(192, 192, (7, 1), 1, (3, 0)), Convolution(192, 192, 3, 2)

    def forward(self, x: Tensor) -> Tensor:
        three = self.branch3x3_2(self.branch3x3_1(x))
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([three, seven, functional.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    """8x8; `pool` is the mean in the first of the two and the maximum in the last, as TensorFlow's graph has it."""

    def __init__(self, inner: int, pool: Any) -> None:
        super().__init__()
        self.pool = pool
        self.branch1x1 = Convolution(inner, 320, 1)
        self.branch3x3_1, self.branch3x3_2a = Convolution(inner, 384, 1), Convolution(384, 384, (1, 3), 1, (0, 1))
        self.branch3x3_2b = Convolution(384, 384, (3, 1), 1, (1, 0))
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Convolution(inner, 448, 1), Convolution(448, 384, 3, 1, 1)
        self.branch3x3dbl_3a = Convolution(384, 384, (1, 3), 1, (0, 1))
        self.branch3x3dbl_3b = Convolution(384, 384, (3, 1), 1, (1, 0))
        self.branch_pool = Convolution(inner, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        one = self.branch3x3_1(x)
        two = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        parts = [self.branch3x3_2a(one), self.branch3x3_2b(one), self.branch3x3dbl_3a(two), self.branch3x3dbl_3b(two)]
        return torch.cat([self.branch1x1(x), *parts, self.branch_pool(self.pool(x))], 1)


class Inception(nn.Module):
    """Pictures (B, 3, 299, 299) of -1 to 1 to pooled features (B, 2048); `fc` makes classes (B, 1008) of them."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3, self.Conv2d_2a_3x3 = Convolution(3, 32, 3, 2), Convolution(32, 32, 3)
        self.Conv2d_2b_3x3 = Convolution(32, 64, 3, 1, 1)
        self.Conv2d_3b_1x1, self.Conv2d_4a_3x3 = Convolution(64, 80, 1), Convolution(80, 192, 3)
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d = BlockA(192, 32), BlockA(256, 64), BlockA(288, 64)
        self.Mixed_6a = BlockB(288)
        self.Mixed_6b, self.Mixed_6c = BlockC(768, 128), BlockC(768, 160)
        self.Mixed_6d, self.Mixed_6e = BlockC(768, 160), BlockC(768, 192)
        self.Mixed_7a = BlockD(768)
        self.Mixed_7b, self.Mixed_7c = BlockE(1280, _mean), BlockE(2048, _most)
        self.fc = nn.Linear(FEATURES, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(functional.max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(functional.max_pool2d(x, 3, 2))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))
        return self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x))).mean((2, 3))


def network(weights: Mapping[str, Tensor]) -> Inception:
    """The network of `weights`, ready for inference, normalisations folded in. RuntimeError for other weights."""
    made = Inception()
    counted = {name: tensor for name, tensor in made.state_dict().items() if name.endswith("num_batches_tracked")}
    made.load_state_dict({**counted, **weights})  # files without these counters are the same weights
    made.eval().requires_grad_(False)
    for part in list(made.modules()):
        if isinstance(part, Convolution):
            part.settle()
    return made.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
