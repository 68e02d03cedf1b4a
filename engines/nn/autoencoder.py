"""A small convolutional variational autoencoder: pictures of 128x128 with alpha to latents of 16x16x16 and back.

Kingma and Welling, "Auto-Encoding Variational Bayes", 2014; the latent is only lightly pulled towards N(0, 1).
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

LATENT = 16  # channels
STRIDE = 8  # pixels of the picture to one of the latent


class Block(nn.Module):
    """A residual block: norm, SiLU, 3x3 convolution, twice. (B, C, H, W) to the same shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.norms = nn.ModuleList(nn.GroupNorm(8, width) for _ in range(2))
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        h = self.first(functional.silu(self.norms[0](x)))
        return x + self.second(functional.silu(self.norms[1](h)))


class Autoencoder(nn.Module):
    """`encode` pictures (B, 4, H, W) in [-1, 1] to latents (B, 16, H/8, W/8); `decode` back. A picture is colour over
    white, and alpha.

    Both ways a linear map of 8x8 patches, begun as their principal components, carries the rough picture and the
    convolutions add what it misses, so that training starts from a good place. Latents are shifted and scaled by the
    buffers `mean` (a channel) and `std` (one number), so that over the training data they are about N(0, 1).
    """

    mean: Tensor
    std: Tensor

    def __init__(self, widths: tuple[int, int, int] = (32, 64, 128)) -> None:
        super().__init__()
        w0, w1, w2 = widths
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(16, w0, 3, padding=1),
            Block(w0),
            nn.Conv2d(w0, w1, 4, stride=2, padding=1),
            Block(w1),
            nn.Conv2d(w1, w2, 4, stride=2, padding=1),
            Block(w2),
            Block(w2),
            nn.GroupNorm(8, w2),
            nn.SiLU(),
            nn.Conv2d(w2, 2 * LATENT, 3, padding=1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(LATENT, w2, 3, padding=1),
            Block(w2),
            Block(w2),
            Block(w2),
            nn.Conv2d(w2, 4 * w1, 3, padding=1),
            nn.PixelShuffle(2),
            Block(w1),
            Block(w1),
            nn.Conv2d(w1, 4 * w0, 3, padding=1),
            nn.PixelShuffle(2),
            Block(w0),
            nn.SiLU(),
            nn.Conv2d(w0, 16, 3, padding=1),
            nn.PixelShuffle(2),
        )
        self.analysis: Any = nn.Conv2d(4, LATENT, STRIDE, stride=STRIDE)
        self.synthesis: Any = nn.ConvTranspose2d(LATENT, 4, STRIDE, stride=STRIDE)
        ends: list[Any] = [self.encoder[-1], self.decoder[-2]]
        for last in ends:
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
        nn.init.constant_(ends[0].bias[LATENT:], -5.0)  # a small variance to begin with
        self.register_buffer("mean", torch.zeros(1, LATENT, 1, 1))
        self.register_buffer("std", torch.ones(1, 1, 1, 1))

    @torch.no_grad()
    def start_from(self, x: Tensor) -> None:
        """Begin the linear maps as the principal components of the 8x8 patches of pictures `x` (B, 4, H, W).

        Component k is scaled to a variance of v_k^(1/2), between keeping its weight and whitening it.
        """
        patches = functional.unfold(x, STRIDE, stride=STRIDE).transpose(1, 2).reshape(-1, 4 * STRIDE**2)
        centre = patches.mean(0)
        variance, basis = torch.linalg.eigh((patches - centre).T @ (patches - centre) / len(patches))
        variance, basis = variance.flip(0)[:LATENT], basis.flip(1)[:, :LATENT]
        scale = variance.clamp_min(1e-8) ** -0.25
        shape = (LATENT, 4, STRIDE, STRIDE)
        self.analysis.weight.copy_((basis * scale).T.reshape(shape))
        self.analysis.bias.copy_(-(centre @ basis) * scale)
        self.synthesis.weight.copy_((basis / scale).T.reshape(shape))
        last: Any = self.decoder[-2]
        last.bias.copy_(functional.pixel_unshuffle(centre.reshape(1, 4, 8, 8), 2).mean((0, 2, 3)))
        self.synthesis.bias.zero_()

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z | x), unscaled, each (B, 16, H/8, W/8)."""
        mean, log_variance = self.encoder(x).chunk(2, 1)
        return mean + self.analysis(x), log_variance.clamp(-12, 4)

    def encode(self, x: Tensor) -> Tensor:
        """The posterior's mean, shifted and scaled."""
        return (self.posterior(x)[0] - self.mean) / self.std

    def decode(self, z: Tensor) -> Tensor:
        """Pictures (B, 4, H, W), about in [-1, 1], from shifted and scaled latents."""
        z = z * self.std + self.mean
        return self.decoder(z) + self.synthesis(z)
