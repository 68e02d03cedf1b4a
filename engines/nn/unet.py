"""A small U-Net for pictures of 32x32 or so: residual blocks, attention at the lowest level, told the time and words.

Ronneberger et al., 2015; Ho et al., "Denoising Diffusion Probabilistic Models", 2020, with adaptive normalisation
(Dhariwal and Nichol, 2021). With `wraps` every convolution goes round the borders, so that what it makes tiles.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.nn.transformer import waves


@dataclass(frozen=True)
class Measures:
    """The measures of a `UNet`: channels in and out, side of a patch in pixels, width, its multiples per level, blocks
    a level, width of the text states (0: none), and whether the borders wrap."""

    channels: int = 4
    patch: int = 1
    width: int = 64
    levels: tuple[int, ...] = (1, 2, 3)
    blocks: int = 2
    text: int = 384
    wraps: bool = False

    def words(self) -> dict[str, str]:
        """As text, for the head of a weight file."""
        held = asdict(self) | {"levels": ",".join(map(str, self.levels)), "wraps": int(self.wraps)}
        return {name: str(value) for name, value in held.items()}

    @classmethod
    def read(cls, words: dict[str, str]) -> Measures:
        """What `words` wrote; ValueError or KeyError when it is something else."""
        levels = tuple(int(word) for word in words["levels"].split(","))
        rest = {name: int(words[name]) for name in ("channels", "patch", "width", "blocks", "text")}
        return cls(levels=levels, wraps=bool(int(words["wraps"])), **rest)


class UNet(nn.Module):
    """`forward(x, t, tokens, mask)`: x (B, C, H, W) and noise times t (B,) in [0, 1] to an output like x.

    `tokens` (B, L, text) and `mask` (B, L), True where a token stands; left out when the network has no text.
    """

    def __init__(self, measures: Measures | None = None) -> None:
        super().__init__()
        self.measures = m = measures or Measures()
        size, wide = m.channels * m.patch**2, 4 * m.width
        widths = [m.width * factor for factor in m.levels]
        self.time = nn.Sequential(nn.Linear(256, wide), nn.SiLU(), nn.Linear(wide, wide))
        self.pooled = nn.Linear(m.text, wide) if m.text else None
        self.enter = _conv(size, widths[0], m.wraps)
        self.down, self.shrink = nn.ModuleList(), nn.ModuleList()
        self.up, self.grow = nn.ModuleList(), nn.ModuleList()
        for i, width in enumerate(widths):
            self.down.append(nn.ModuleList(Block(width, width, wide, m.wraps) for _ in range(m.blocks)))
            if i + 1 < len(widths):
                self.shrink.append(nn.Conv2d(width, widths[i + 1], 2, stride=2))
        last = widths[-1]
        self.middle = nn.ModuleList([Attention(last, m.text), Block(last, last, wide, m.wraps)])
        for i, width in reversed(list(enumerate(widths))):
            blocks = [Block(width * (2 if k == 0 else 1), width, wide, m.wraps) for k in range(m.blocks)]
            self.up.append(nn.ModuleList(blocks))
            if i:
                self.grow.append(nn.Conv2d(width, 4 * widths[i - 1], 1))
        self.leave = nn.Sequential(nn.GroupNorm(8, widths[0]), nn.SiLU(), _conv(widths[0], size, m.wraps))
        nn.init.zeros_(self.leave[-1].weight)  # type: ignore[arg-type]

    def forward(self, x: Tensor, t: Tensor, tokens: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        told = self.time(waves(t).to(x.dtype))
        if self.pooled is not None and tokens is not None and mask is not None:
            count = mask.sum(1, keepdim=True).clamp_min(1).to(tokens.dtype)
            told = told + self.pooled((tokens * mask[..., None]).sum(1) / count)
        told = functional.silu(told)
        h = self.enter(functional.pixel_unshuffle(x, self.measures.patch))
        kept = []
        for i, blocks in enumerate(self.down):
            for block in blocks:  # type: ignore[attr-defined]
                h = block(h, told)
            kept.append(h)
            if i < len(self.shrink):
                h = self.shrink[i](h)
        attend, block = self.middle
        h = block(attend(h, tokens, mask), told)
        for i, blocks in enumerate(self.up):
            h = torch.cat([h, kept.pop()], 1)
            for block in blocks:  # type: ignore[attr-defined]
                h = block(h, told)
            if i < len(self.grow):
                h = functional.pixel_shuffle(self.grow[i](h), 2)
        return functional.pixel_shuffle(self.leave(h), self.measures.patch)


class Block(nn.Module):
    """Norm, SiLU, 3x3 convolution, twice; scaled and shifted by what is told. (B, in, H, W) to (B, out, H, W)."""

    def __init__(self, entering: int, leaving: int, told: int, wraps: bool) -> None:
        super().__init__()
        self.first, self.second = _conv(entering, leaving, wraps), _conv(leaving, leaving, wraps)
        self.norms = nn.ModuleList([nn.GroupNorm(8, entering), nn.GroupNorm(8, leaving, affine=False)])
        self.tell = nn.Linear(told, 2 * leaving)
        self.skip = nn.Conv2d(entering, leaving, 1) if entering != leaving else nn.Identity()
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        h = self.first(functional.silu(self.norms[0](x)))
        scale, shift = self.tell(told)[..., None, None].chunk(2, 1)
        h = self.second(functional.silu(self.norms[1](h) * (1 + scale) + shift))
        return self.skip(x) + h


class Attention(nn.Module):
    """Each place looks at all places and, where there are any, at all tokens. (B, C, H, W) to the same shape."""

    def __init__(self, width: int, text: int) -> None:
        super().__init__()
        self.heads = max(1, width // 32)
        self.norm = nn.GroupNorm(8, width)
        self.ask, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.see = nn.Linear(width, 2 * width)
        self.read = nn.Linear(text, 2 * width) if text else None
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, tokens: Tensor | None, mask: Tensor | None) -> Tensor:
        flat = self.norm(x).flatten(2).transpose(1, 2)  # (B, N, C)
        seen, allowed = self.see(flat), None
        if self.read is not None and tokens is not None and mask is not None:
            seen = torch.cat([seen, self.read(tokens)], 1)
            allowed = torch.cat([mask.new_ones(flat.shape[:2]), mask], 1)[:, None, None]
        ask, key, value = (self._split(part) for part in (self.ask(flat), *seen.chunk(2, -1)))
        found = functional.scaled_dot_product_attention(ask, key, value, allowed)
        return x + self.out(found.transpose(1, 2).flatten(2)).transpose(1, 2).reshape(x.shape)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


def _conv(entering: int, leaving: int, wraps: bool) -> nn.Conv2d:
    return nn.Conv2d(entering, leaving, 3, padding=1, padding_mode="circular" if wraps else "zeros")
