"""How large the thing is that words name: one linear map of the mean token state to the logarithm of metres."""

import torch
from torch import Tensor, nn

LEAST, MOST = 0.01, 40.0  # metres


class SizeHead(nn.Module):
    """`forward(tokens (B, L, 384), mask (B, L))` gives the longest side in metres, (B,)."""

    def __init__(self, text: int = 384) -> None:
        super().__init__()
        self.map = nn.Linear(text, 1)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        return self.map(pooled(tokens, mask))[:, 0].exp().clamp(LEAST, MOST)


def pooled(tokens: Tensor, mask: Tensor) -> Tensor:
    """The mean token state of unit length, (B, 384): a sentence embedding (Reimers and Gurevych, 2019)."""
    mean = (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp_min(1)
    return torch.nn.functional.normalize(mean, dim=1)
