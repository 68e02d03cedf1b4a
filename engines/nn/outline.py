"""The flow network of mesh/shape: an MLP on the principal components of volume latents, reading the prompt's tokens.

A shape is a point of K numbers: its latent is mean + basis^T (numbers / scale). So few numbers that a network of dense
layers learns how they hang together, from little data and in minutes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.nn.transformer import waves


@dataclass(frozen=True)
class Measures:
    """The measures of an `Outline`: components, numbers of a latent, width, blocks, heads, width of the text states."""

    components: int = 384
    latent: int = 4096
    width: int = 256
    blocks: int = 4
    heads: int = 4
    text: int = 384

    def words(self) -> dict[str, str]:
        """As text, for the head of a weight file."""
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def read(cls, words: dict[str, str]) -> Measures:
        """What `words` wrote; KeyError or ValueError when it is something else."""
        return cls(**{name: int(words[name]) for name in asdict(cls())})


class Outline(nn.Module):
    """`forward(x (B, K), t (B,), tokens (B, L, text), mask (B, L))` gives the velocity noise - x0, (B, K).

    What is best for Gaussian components of these `spread`s is built in, and the layers learn the rest: the velocity is
    (t - (1 - t) s^2) / v x - s / v^(1/2) F, v = (1 - t)^2 s^2 + t^2 (Karras et al., "Elucidating the Design Space",
    2022, equation 7, for the straight path and for each component by itself).
    """

    mean: Tensor
    basis: Tensor
    scale: Tensor
    spread: Tensor

    def __init__(self, measures: Measures | None = None) -> None:
        super().__init__()
        self.measures = m = measures or Measures()
        self.register_buffer("mean", torch.zeros(m.latent))
        self.register_buffer("basis", torch.zeros(m.components, m.latent))
        self.register_buffer("scale", torch.ones(m.components))
        self.register_buffer("spread", torch.ones(m.components))
        self.enter = nn.Linear(m.components, m.width)
        self.told = nn.Linear(m.text, m.width)
        self.time = nn.Sequential(nn.Linear(256, m.width), nn.SiLU(), nn.Linear(m.width, m.width))
        self.read = nn.Linear(m.text, m.width)  # keys and values of all blocks
        self.blocks = nn.ModuleList(Block(m) for _ in range(m.blocks))
        self.leave = nn.Linear(m.width, m.components)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    @torch.no_grad()
    def start_from(self, latents: Tensor, power: float = 0.5) -> None:
        """Take the principal components of latents (N, ...); component k is scaled by its spread to -`power`."""
        flat = latents.flatten(1).float()
        self.mean.copy_(flat.mean(0))
        torch.manual_seed(0)
        _, spread, basis = torch.svd_lowrank(flat - self.mean, q=self.measures.components + 32, niter=2)
        spread = spread[: self.measures.components] / len(flat) ** 0.5
        self.basis.copy_(basis.T[: self.measures.components])
        scale = spread.clamp_min(1e-6) ** -power
        scale /= (spread * scale).square().mean().sqrt()
        self.scale.copy_(scale)
        self.spread.copy_(spread * scale)

    def project(self, latents: Tensor) -> Tensor:
        """The numbers (B, K) of latents (B, ...)."""
        return (latents.flatten(1).float() - self.mean) @ self.basis.T * self.scale

    def latent(self, x: Tensor) -> Tensor:
        """The latents (B, latent) of numbers (B, K)."""
        return self.mean + (x / self.scale) @ self.basis

    def forward(self, x: Tensor, t: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        s, time = self.spread, t[:, None]
        variance = (1 - time).square() * s.square() + time.square()
        known = tokens, mask, self.read(tokens)
        count = mask.sum(1, keepdim=True).clamp_min(1).to(tokens.dtype)
        condition = functional.silu(self.time(waves(t)) + self.told((tokens * mask[..., None]).sum(1) / count))
        h = self.enter(x / variance.sqrt())
        for block in self.blocks:
            h = block(h, condition, known)
        found = self.leave(functional.layer_norm(h, h.shape[-1:]))
        return (time - (1 - time) * s.square()) / variance * x - s / variance.sqrt() * found


class Block(nn.Module):
    """A look at the tokens and a gated MLP, both told the condition. h (B, width) to the same shape."""

    def __init__(self, m: Measures) -> None:
        super().__init__()
        self.heads = m.heads
        self.ask = nn.Linear(2 * m.width, m.width // 2)
        self.heard = nn.Linear(m.width // 2, m.width)
        self.tell = nn.Linear(m.width, 2 * m.width)
        self.up = nn.Linear(m.width, 2 * m.width)
        self.down = nn.Linear(m.width, m.width)

    def forward(self, h: Tensor, condition: Tensor, known: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        _, mask, read = known
        key, value = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in read.chunk(2, -1))
        normed = functional.layer_norm(h, h.shape[-1:])
        ask = self.ask(torch.cat([normed, condition], 1)).unflatten(-1, (self.heads, 1, -1))  # (B, heads, 1, d)
        scores = (ask @ key.transpose(-1, -2)) * ask.shape[-1] ** -0.5
        found = scores.masked_fill(~mask[:, None, None], -1e4).softmax(-1) @ value
        h = h + self.heard(found.flatten(1))
        scale, shift = self.tell(condition).chunk(2, 1)
        gate, inner = self.up(functional.layer_norm(h, h.shape[-1:]) * (1 + scale) + shift).chunk(2, 1)
        return h + self.down(functional.silu(gate) * inner)
