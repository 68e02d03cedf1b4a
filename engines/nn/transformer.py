"""A small diffusion transformer on patches of a latent, reading the prompt's tokens beside them.

After Peebles and Xie, "Scalable Diffusion Models with Transformers", 2023, with one modulation shared by all blocks
(Chen et al., "PixArt-alpha", 2023), text tokens joined to the picture's in self-attention (Esser et al., 2024) and
normalised queries and keys.
"""

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """The measures of a `Transformer`: latent channels and side, patch side, width, depth, heads, the width of the text
    and of the convolutions across seams."""

    channels: int = 16
    side: int = 16
    patch: int = 2
    width: int = 320
    depth: int = 8
    heads: int = 5
    text: int = 384
    refine: int = 96

    def words(self) -> dict[str, str]:
        """As text, for the metadata of a weight file."""
        return {name: str(value) for name, value in asdict(self).items()}


class Transformer(nn.Module):
    """`forward(x, t, tokens, mask)` gives the velocity noise - x0, (B, C, S, S), of the flow-matching path."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = s = shape or Shape()
        size = s.channels * s.patch**2
        self.patch_in = nn.Linear(size, s.width)
        self.place = nn.Parameter(0.02 * torch.randn(1, (s.side // s.patch) ** 2, s.width))
        self.text_in = nn.Linear(s.text, s.width)
        self.pooled = nn.Linear(s.text, s.width)
        self.time = nn.Sequential(nn.Linear(256, s.width), nn.SiLU(), nn.Linear(s.width, s.width))
        self.modulation = nn.Linear(s.width, 6 * s.width)
        self.blocks = nn.ModuleList(Block(s.width, s.heads) for _ in range(s.depth))
        self.last = nn.Linear(s.width, 2 * s.width)
        self.patch_out = nn.Linear(s.width, size)
        self.seams = Seams(s)
        for layer in (self.modulation, self.last, self.patch_out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor, t: Tensor, tokens: Tensor, mask: Tensor, added: Tensor | None = None) -> Tensor:
        """x (B, C, S, S), t (B,) in [0, 1], tokens (B, L, text), mask (B, L) True at tokens.

        `added` (B, depth + 1, N, width) is what a control branch adds to the patches before each block and at the end.
        """
        s = self.shape
        patches = functional.pixel_unshuffle(x, s.patch).flatten(2).transpose(1, 2)  # (B, N, C p p)
        h = torch.cat([self.patch_in(patches) + self.place, self.text_in(tokens)], 1)
        mean = (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp_min(1).to(tokens.dtype)
        condition = functional.silu(self.time(waves(t).to(x.dtype)) + self.pooled(mean))
        shared = self.modulation(condition).unflatten(-1, (6, s.width))
        seen = torch.cat([mask.new_ones(len(x), patches.shape[1]), mask], 1)[:, None, None]  # (B, 1, 1, N + L)
        for place, block in enumerate(self.blocks):
            h = block(_joined(h, added, place), shared, seen)
        shift, scale = self.last(condition)[:, None].chunk(2, -1)
        h = _joined(h, added, s.depth)[:, : patches.shape[1]]
        h = functional.layer_norm(h, (s.width,)) * (1 + scale) + shift
        features, rough = (self._laid_out(part) for part in (h, self.patch_out(h)))
        return rough + self.seams(torch.cat([features, rough, x], 1))

    def _laid_out(self, h: Tensor) -> Tensor:
        """Patches (B, N, n p p) back in the plane, (B, n, S, S)."""
        grid = self.shape.side // self.shape.patch
        return functional.pixel_shuffle(h.transpose(1, 2).unflatten(2, (grid, grid)), self.shape.patch)


class Seams(nn.Sequential):
    """Two convolutions across the borders of patches, which the patches' own linear map cannot see; zero at first."""

    def __init__(self, shape: Shape) -> None:
        inner = shape.width // shape.patch**2 + 2 * shape.channels
        super().__init__(
            nn.Conv2d(inner, shape.refine, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(shape.refine, shape.channels, 3, padding=1),
        )
        for value in self[2].parameters():
            nn.init.zeros_(value)


class Block(nn.Module):
    """Attention and a gated MLP, each modulated by time and prompt. h (B, N, width) to the same shape."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        inner = (8 * width // 3 + 63) // 64 * 64
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 2 * inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)
        self.own = nn.Parameter(torch.zeros(6, width))
        self.norms = nn.ParameterList(torch.ones(width // heads) for _ in range(2))

    def forward(self, h: Tensor, shared: Tensor, seen: Tensor) -> Tensor:
        width = h.shape[-1]
        shift1, scale1, gate1, shift2, scale2, gate2 = (shared + self.own)[:, :, None].unbind(1)
        normed = functional.layer_norm(h, (width,)) * (1 + scale1) + shift1
        h = h + (1 + gate1) * self.attend(normed, seen)
        normed = functional.layer_norm(h, (width,)) * (1 + scale2) + shift2
        value, gate = self.up(normed).chunk(2, -1)
        return h + (1 + gate2) * self.down(value * functional.silu(gate))

    def attend(self, h: Tensor, seen: Tensor) -> Tensor:
        q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.qkv(h).chunk(3, -1))
        q, k = (functional.rms_norm(x, x.shape[-1:]) * w for x, w in zip((q, k), self.norms, strict=True))
        mixed = attention(q.to(v.dtype), k.to(v.dtype), v, seen)
        return self.out(mixed.transpose(1, 2).flatten(2))


def _joined(h: Tensor, added: Tensor | None, place: int) -> Tensor:
    """h (B, N + L, width) with what is added at `place` to its first N; h itself where nothing is."""
    if added is None:
        return h
    return torch.cat([h[:, : added.shape[2]] + added[:, place], h[:, added.shape[2] :]], 1)


def attention(q: Tensor, k: Tensor, v: Tensor, seen: Tensor) -> Tensor:
    """Softmax attention, (B, heads, N, d); written out where a CPU trains: the fused way back is 7 times as slow."""
    if not (torch.is_grad_enabled() and v.device.type == "cpu"):
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=seen)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    return scores.masked_fill(~seen, -math.inf).softmax(-1) @ v


def waves(t: Tensor, size: int = 256) -> Tensor:
    """Sinusoids of flow time, (B, size); t in [0, 1] is spread over 1000 as is usual."""
    rates = torch.exp(-math.log(10000.0) * torch.arange(size // 2, device=t.device) / (size // 2))
    angles = 1000.0 * t[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], -1)
