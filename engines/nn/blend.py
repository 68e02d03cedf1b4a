"""The networks of image/blend: a convolutional encoder and decoder of 64x64 faces around 48 latent numbers.

The decoder says for every number of the picture a mean and a scale (discretised logistic likelihood). It grows by
sub-pixel convolution (Shi et al., 2016), and its features are turned and moved by a spatial transformer that reads
the latent (Jaderberg et al., 2015), since faces stand a little askew.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines import samplers
from engines.contract import Image, Refused, Request, Value
from engines.device import best
from engines.families import vae
from engines.families.vae import Mixture
from engines.files import assets
from engines.nn import stored
from engines.nn.avatar import placed

SIDE = 64
LATENT = 48
DIMS = 3 * SIDE * SIDE
COMPONENTS = 128
SLIDERS: tuple[str, ...] = (
    *("hair_light", "hair_warm", "hair_long", "skin_light", "smile", "glasses", "background_light", "tilt"),
)


class Residual(nn.Module):
    """x + conv(act(conv(act(x)))), (B, C, H, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.one, self.two = (nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        nn.init.zeros_(self.two.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.two(functional.silu(self.one(functional.silu(x))))


class VAE(nn.Module):
    """`encode(x)`: pictures (B, 3, 64, 64) in [-1, 1] to mean and logvar (B, 48). `decode(z)`: latents to mean and
    logscale (B, 3, 64, 64) of the likelihood.

    Beside the networks: `order` (48,) of the latent numbers, the most informative first; `directions` (8, 48), the way
    of each of `SLIDERS`; and the mixture fitted to the encoded training data.
    """

    directions: Tensor
    means: Tensor
    shares: Tensor
    factor: Tensor
    order: Tensor

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.width = width
        self.encoder = nn.Sequential(
            *(nn.PixelUnshuffle(4), nn.Conv2d(48, 64, 3, padding=1), nn.SiLU(), nn.PixelUnshuffle(2)),
            *(nn.Conv2d(256, 96, 1), Residual(96), nn.SiLU(), nn.Conv2d(96, 64, 3, 2, 1), nn.SiLU()),
            *(nn.Flatten(), nn.Linear(64 * 16, 256), nn.SiLU(), nn.Linear(256, 2 * LATENT)),
        )
        self.start = nn.Sequential(nn.Linear(LATENT, 192), nn.SiLU(), nn.Linear(192, width * 8 * 8))
        self.place = nn.Linear(LATENT, 4)
        self.coarse = nn.Sequential(nn.Unflatten(1, (width, 8, 8)), Residual(width), nn.Conv2d(width, 4 * width, 1))
        self.middle = nn.Sequential(Residual(width), nn.Conv2d(width, 2 * width, 1))
        self.fine = nn.Sequential(
            nn.Conv2d(width // 2, width // 2, 3, padding=1), nn.SiLU(), nn.Conv2d(width // 2, 4 * 6, 3, padding=1)
        )
        for name, shape in (("directions", (len(SLIDERS), LATENT)), ("means", (COMPONENTS, LATENT))):
            self.register_buffer(name, torch.zeros(shape))
        self.register_buffer("shares", torch.full((COMPONENTS,), 1 / COMPONENTS))
        self.register_buffer("factor", torch.eye(LATENT))
        self.register_buffer("order", torch.arange(LATENT))
        nn.init.zeros_(self.place.weight)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, logvar = self.encoder(x.contiguous(memory_format=torch.channels_last)).chunk(2, 1)
        return mean, logvar.clamp(-12, 4)

    def decode(self, z: Tensor) -> tuple[Tensor, Tensor]:
        x = functional.pixel_shuffle(self.coarse(self.start(z)), 2)
        x = placed(functional.pixel_shuffle(self.middle(x), 2), self.place(z))
        mean, logscale = functional.pixel_shuffle(self.fine(x), 2).chunk(2, 1)
        return mean, logscale.clamp(-4.5, 2) - 1.5

    def mixture(self) -> Mixture:
        """What was fitted to the encoded training data."""
        return Mixture(self.means, self.shares, self.factor)


def build(words: dict[str, str]) -> VAE:
    """A network of the width in the head of a weight file."""
    return VAE(int(words["width"]) if "width" in words else 64)


# ---------------------------------------------------------------- the model of a run

MEASURED = 8  # samples of the importance-weighted bound
PATHS = {"arc": vae.spherical, "line": vae.straight}


def load(path: str = "weights/blend/vae.safetensors") -> Model:
    """The model from its weight file below assets/, on the best device, in single precision."""
    network = stored.read(build, assets.path(path), best())
    return Model(network.to(memory_format=torch.channels_last))  # type: ignore[call-overload]


class Model:
    """The networks, and nothing that changes."""

    def __init__(self, network: VAE) -> None:
        self.network = network
        self.device = network.directions.device

    def states(self, request: Request, options: Any) -> Iterator[vae.Decoded]:
        """The pictures of a request, (B, 3, 64, 64), with more and more of their latent numbers."""
        ends = self.ends(request, options)
        latents = partial(self.latents, request, options, ends)
        yield from vae.refine(self.mean, latents, self.network.order.cpu(), options.steps)

    @torch.no_grad()
    def ends(self, request: Request, options: Any) -> list[Tensor]:
        """What is blended, each (1, 48): A, B and two more faces of the seed."""
        faces = [self.face(request.seed, k, options) for k in range(4)]
        given = [request.start, *(control.media for control in request.controls)]
        if options.do == "reconstruct" and request.start is None:
            raise Refused("bad-request", "To reconstruct a picture give it as the start, or choose to sample.")
        for place, media in enumerate(given[:2]):
            if isinstance(media, Image):
                faces[place] = self.network.encode(self.tensor(media))[0]
        if options.do == "sample" and request.start is not None:
            fresh = self.face(request.seed, 0, options)
            faces[0] = PATHS[options.path](faces[0], fresh, request.strength)
        return faces

    def face(self, seed: int, place: int, options: Any) -> Tensor:
        """The latent (1, 48) of face `place` of a seed, settled."""
        noise = samplers.seeded(seed)(place, torch.empty(1, LATENT)).to(self.device)
        if options.prior == "normal":
            z = options.temperature * noise
        else:
            uniform = torch.rand(1, generator=samplers.generator(seed, 100 + place)).to(self.device)
            z = self.network.mixture().sample(uniform, noise, options.temperature)
        return vae.settled(z, options.rounds, self.code, lambda z: self.mean(z).clamp(-1, 1))

    def code(self, x: Tensor) -> Tensor:
        """The likeliest latents (B, 48) of pictures (B, 3, 64, 64)."""
        return self.network.encode(x)[0]

    def latents(self, request: Request, options: Any, ends: list[Tensor], index: int) -> Tensor:
        """The latents of step `index`, (1, 48) or (side * side, 48), with the sliders' way added."""
        along = PATHS[options.path]
        a, b, c, d = ends
        place = (index - 1) / max(1, options.steps - 1)
        if options.do == "grid":
            ticks = [i / (options.side - 1) for i in range(options.side)]
            z = torch.cat([along(along(a, b, x), along(c, d, x), y) for y in ticks for x in ticks])
        elif options.do == "blend":
            z = along(a, b, request.at("between", options.between, place))
        else:
            z = a
        moved = [request.at(name, getattr(options, name), place) for name in SLIDERS]
        return z + torch.tensor(moved, dtype=z.dtype, device=z.device) @ self.network.directions

    def mean(self, z: Tensor) -> Tensor:
        """The likeliest pictures (B, 3, 64, 64) of latents (B, 48)."""
        return self.network.decode(z)[0]

    @torch.no_grad()
    def decoded(self, estimate: np.ndarray) -> Image:
        """Stored latents (B, 48) as a picture, or a square of pictures."""
        return sheet(self.mean(torch.from_numpy(np.asarray(estimate, np.float32)).to(self.device)))

    @torch.no_grad()
    def measured(self, picture: Image, seed: int) -> dict[str, Value]:
        """Of a picture at 64x64, in bits per dimension: the ELBO and its parts, the tighter importance-weighted bound,
        and what PNG needs."""
        x = self.tensor(picture)
        mean, logvar = self.network.encode(x)
        draws = torch.cat([samplers.seeded(seed)(200 + k, torch.empty(1, LATENT)) for k in range(MEASURED)])
        z = vae.reparameterised(mean, logvar, draws.to(self.device))
        told = torch.cat([vae.logistic(x, *self.network.decode(one[None])).sum().reshape(1) for one in z])
        kl = float(vae.divergence(mean, logvar).sum())
        bound = float(vae.importance_bound(told, z, mean[0], logvar[0]))
        nats = {"elbo": kl - float(told.mean()), "kl": kl, "reconstruction": -float(told.mean()), "iwae": -bound}
        found: dict[str, Value] = {f"{name}_bits": round(vae.bits(value, DIMS), 4) for name, value in nats.items()}
        return found | {"png_bits": round(8 * len(coded(sheet(x).pixels)) / DIMS, 4)}

    def tensor(self, picture: Image) -> Tensor:
        """A picture of any size as (1, 3, 64, 64) in [-1, 1]: fitted into the square, over white."""
        return (torch.from_numpy(fitted(picture).copy()).permute(2, 0, 1)[None].float() / 127.5 - 1).to(self.device)


# ---------------------------------------------------------------- pixels


def sheet(pictures: Tensor) -> Image:
    """One picture, or side * side of them as a square, from (B, 3, 64, 64) in about [-1, 1]."""
    bytes_ = pictures.add(1).mul(127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).cpu().numpy()
    side = round(len(bytes_) ** 0.5)
    rows = [np.concatenate(list(bytes_[i * side : (i + 1) * side]), 1) for i in range(side)]
    return Image(np.ascontiguousarray(np.concatenate(rows)))


def fitted(picture: Image) -> np.ndarray:
    """Any picture within 64x64 over white, uint8 (64, 64, 3); what is larger is averaged, as the training data are."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    pixels = picture.pixels if picture.pixels.ndim == 3 else np.repeat(picture.pixels[..., None], 3, -1)
    source = Pillow.fromarray(np.ascontiguousarray(pixels)).convert("RGBA")
    white = Pillow.alpha_composite(Pillow.new("RGBA", source.size, (255, 255, 255, 255)), source).convert("RGB")
    filter_ = Pillow.Resampling.BOX if min(white.size) >= SIDE else Pillow.Resampling.BICUBIC
    return np.asarray(ImageOps.pad(white, (SIDE, SIDE), filter_, color=(255, 255, 255)))


def coded(pixels: np.ndarray) -> bytes:
    """A picture as PNG, as small as Pillow makes it."""
    import io

    from PIL import Image as Pillow

    held = io.BytesIO()
    Pillow.fromarray(pixels).save(held, "PNG", optimize=True)
    return held.getvalue()
