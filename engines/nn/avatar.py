"""The networks of image/avatar: a style-based generator of 128x128 faces and its conditional discriminator.

Generator: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020 (modulated convolutions), small
enough for a CPU: what is wide is done at 8x8 to 32x32, and the last layers grow by sub-pixel convolution (Shi et al.,
2016). Discriminator: residual-free, with projection (Miyato and Koyama, 2018).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines import samplers
from engines.contract import Checkpoint, Image, Refused, Request
from engines.device import best
from engines.faces import ATTRIBUTES, CLASSES, POSE, Face, read
from engines.families import gan
from engines.files import assets
from engines.nn import stored
from engines.upscale import upscale

SIDE = 128
STYLE = 160  # numbers of a style w
LAYERS = 7  # places where a style acts: the 8x8 map, then six convolutions


def attribute_offsets() -> Tensor:
    """Where the classes of each attribute begin among all `CLASSES`, (7,)."""
    sizes = [len(values) for values in ATTRIBUTES.values()]
    return torch.tensor([sum(sizes[:i]) for i in range(len(sizes))])


class Mapping(nn.Module):
    """`forward(z, labels)`: latent z (B, 11) and classes (B, 7) to a style w (B, 160)."""

    offsets: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("offsets", attribute_offsets(), persistent=False)
        self.attributes = nn.Embedding(CLASSES, STYLE)
        self.latent = nn.Linear(len(POSE), STYLE)
        self.layers = nn.Sequential(
            *(nn.Linear(STYLE, 2 * STYLE), nn.LeakyReLU(0.2), nn.Linear(2 * STYLE, STYLE)),
        )

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        told = self.attributes(labels + self.offsets).sum(1) / len(ATTRIBUTES) ** 0.5 + self.latent(z)
        return told + self.layers(told)


class Modulated(nn.Module):
    """A 3x3 convolution whose input channels are scaled by the style and whose output is scaled back to variance 1.

    `forward(x, w)`: x (B, C, H, W). Scaling the input and the output is the same as scaling the weights of each sample
    (Karras et al., 2020, equations 1 and 3) without a convolution of its own for every sample.
    """

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out, channels, 3, 3) / (9 * channels) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(out))
        self.style = nn.Linear(STYLE, channels)
        self.shift = nn.Linear(STYLE, out)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        scale = 1 + self.style(w)  # (B, C)
        norm = (scale.square() @ self.weight.square().sum((2, 3)).T / 2 + 1e-6).rsqrt()  # (B, out); 2: the gain
        y = functional.conv2d(x * scale[..., None, None], self.weight, padding=1)
        bias = self.bias + self.shift(w)
        return functional.leaky_relu(torch.addcmul(bias[..., None, None], y, norm[..., None, None]), 0.2)


class Generator(nn.Module):
    """Style to picture. `forward(z, labels)` gives pictures (B, 3, 128, 128) in about [-1, 1]."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.mapping = Mapping()
        self.start = nn.Linear(STYLE, 64 * 8 * 8)
        self.place = nn.Linear(STYLE, 4)
        widths = ((64, 128), (128, 96), (96, 96), (48, 48), (48, 48), (24, 24))
        self.convs = nn.ModuleList(Modulated(*pair) for pair in widths)
        self.grow = nn.ModuleDict({"3": nn.Conv2d(96, 4 * 48, 1), "5": nn.Conv2d(48, 4 * 24, 1)})
        self.leave = nn.Conv2d(24, 4 * 3, 3, padding=1)
        self.register_buffer("mean", torch.zeros(STYLE))  # the mean style, for truncation
        nn.init.zeros_(self.place.weight)
        nn.init.zeros_(self.place.bias)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        return self.synthesise([self.mapping(z, labels)] * LAYERS)

    def synthesise(self, styles: Sequence[Tensor]) -> Tensor:
        """Pictures (B, 3, 128, 128) of the styles (B, 160) of each of the `LAYERS` layers, coarse to fine."""
        x = self.start(styles[0]).unflatten(1, (64, 8, 8)).contiguous(memory_format=torch.channels_last)
        for i, (conv, w) in enumerate(zip(self.convs, styles[1:], strict=True)):
            if i == 1:
                x = functional.interpolate(x, scale_factor=2, mode="bilinear")
            elif str(i) in self.grow:
                x = functional.pixel_shuffle(self.grow[str(i)](x), 2)
            if i == 5:
                x = placed(x, self.place(styles[0]))
            x = conv(x, w)
        return functional.pixel_shuffle(self.leave(x), 2)


def placed(x: Tensor, place: Tensor) -> Tensor:
    """Feature maps (B, C, H, W) turned, scaled and moved by `place` (B, 4): a spatial transformer (Jaderberg 2015).

    `place` is turn and log scale in units of 0.1, and the shift across and down in units of a tenth of the half side.
    """
    turn, scale, across, down = (0.1 * place).unbind(1)
    cos, sin = torch.cos(turn) * scale.exp(), torch.sin(turn) * scale.exp()
    rows = torch.stack([torch.stack([cos, -sin, across], 1), torch.stack([sin, cos, down], 1)], 1)  # (B, 2, 3)
    grid = functional.affine_grid(rows, list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


class Discriminator(nn.Module):
    """`forward(x, labels)`: pictures (B, 3, 128, 128) and classes (B, 7) to scores (B,)."""

    offsets: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("offsets", attribute_offsets(), persistent=False)
        self.convs = nn.ModuleList(
            (
                nn.Conv2d(48, 48, 3, padding=1),
                *(nn.Conv2d(192, 96, 1), nn.Conv2d(96, 96, 3, padding=1)),
                *(nn.Conv2d(384, 128, 1), nn.Conv2d(128, 128, 3, padding=1)),
            )
        )
        self.last = nn.Linear(129 * 16, 160)
        self.score = nn.Linear(160, 1)
        self.attributes = nn.Embedding(CLASSES, 160)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        x = functional.pixel_unshuffle(x, 2)
        for i, conv in enumerate(self.convs):
            x = functional.pixel_unshuffle(x, 2) if i in (0, 1, 3) else x
            x = functional.leaky_relu(conv(x), 0.2)
        x = functional.avg_pool2d(x, 2)
        spread = x.float().std(0).mean().expand(len(x), 1, *x.shape[2:])  # minibatch deviation (Karras et al., 2018)
        x = functional.leaky_relu(self.last(torch.cat([x, spread], 1).flatten(1)), 0.2)
        told = self.attributes(labels + self.offsets).sum(1) / len(ATTRIBUTES) ** 0.5
        return self.score(x)[:, 0] + (x * told).sum(1) / x.shape[1] ** 0.5


# ---------------------------------------------------------------- the model of a run


def load(path: str = "weights/avatar/generator.safetensors") -> Model:
    """The model from its weight file below assets/, on the best device, in single precision."""
    network = stored.read(lambda words: Generator(), assets.path(path), best())
    return Model(network.to(memory_format=torch.channels_last))  # type: ignore[call-overload]


class Model:
    """The generator, and nothing that changes."""

    def __init__(self, network: Generator) -> None:
        self.network = network
        self.device = network.mean.device

    def states(self, request: Request, options: Any) -> Iterator[gan.Swept]:
        """Every finished step of the sweep from the mean face, or from a checkpoint, to the face asked for."""
        total, begun = options.steps, self.reached(request)
        start = begun if begun is not None else self.network.mean.expand(LAYERS, 1, STYLE)
        after = 0 if request.resume is None else request.resume.step
        yield from gan.sweep(self.network.synthesise, self.target(request, options), start, total=total, after=after)

    def reached(self, request: Request) -> Tensor | None:
        """The styles a checkpoint holds, (7, 1, 160)."""
        if request.resume is None:
            return None
        held = request.resume.arrays.get("w")
        if held is None or held.shape != (LAYERS, 1, STYLE):
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")
        return torch.from_numpy(np.array(held)).to(self.device)

    @torch.no_grad()
    def target(self, request: Request, options: Any) -> Tensor:
        """The styles (7, 1, 160) of the face asked for: mixed, then truncated."""
        told = asked(request, options)
        w = [self.style(request.seed, told, options.variation)] * LAYERS
        if options.mix_seed >= 0:
            other = [self.style(options.mix_seed, told, options.variation)] * LAYERS
            w = gan.mixed(w, other, options.mix_from)
        return gan.truncated(torch.stack(w), self.network.mean, options.truncation)

    def style(self, seed: int, told: Face, variation: float) -> Tensor:
        """The style (1, 160) of a seed's face, of which `told` is settled; `variation` scales its shades and pose."""
        labels = torch.tensor([list(classes(seed, told).values())], device=self.device)
        z = samplers.initial_noise(seed, (len(POSE),)).clamp(-2.5, 2.5).to(self.device)
        return self.network.mapping(variation * z, labels)

    @torch.no_grad()
    def decoded(self, styles: np.ndarray) -> Image:
        """Stored styles (7, 160) as a picture of 128x128."""
        w = torch.from_numpy(np.asarray(styles, np.float32)).to(self.device)
        return pixels(self.network.synthesise(list(w[:, None])))


def asked(request: Request, options: Any) -> Face:
    """The attributes a request settles: by its options, and where they say 'any' by its prompt."""
    chosen = {name: getattr(options, name) for name in ATTRIBUTES}
    return read(request.prompt) | {name: value for name, value in chosen.items() if value != "any"}


def classes(seed: int, told: Face) -> dict[str, int]:
    """The class of every attribute: as told, else drawn from the seed; what is told changes no other draw."""
    drawn = torch.rand(len(ATTRIBUTES) + 1, generator=samplers.generator(seed, 1)).tolist()
    found = {name: int(u * len(values)) for (name, values), u in zip(ATTRIBUTES.items(), drawn, strict=False)}
    if drawn[-1] < 0.25:
        found["accessory"] = 0  # as often as in training
    return found | {name: ATTRIBUTES[name].index(value) for name, value in told.items()}


def pixels(picture: Tensor, factor: int = 1) -> Image:
    """A picture (1, 3, H, W) in about [-1, 1], enlarged by a whole factor."""
    grown = picture[0].add(1).mul(127.5).round().clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()
    image = Image(np.ascontiguousarray(grown))
    return image if factor == 1 else upscale(image, factor)


def checkpoint(state: gan.Swept) -> Checkpoint:
    """A step of the sweep, to go on from."""
    level = 1 - state.index / state.total
    return Checkpoint(state.index, state.total, level, "sweep", {"w": state.styles.cpu().numpy().copy()})
