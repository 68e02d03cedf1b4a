"""Contrastive learning: pictures and what is said of them are brought together, all else is pushed apart.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", 2021 (CLIP), after the InfoNCE
of van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018.
"""

import torch
from torch import Tensor
from torch.nn import functional


def loss(pictures: Tensor, captions: Tensor, scale: Tensor | float, same: Tensor | None = None) -> Tensor:
    """Symmetric InfoNCE of arrows of length 1, (N, D) each, caption i being said of picture i; one number.

    With cosines c_ij and `scale` s = 1 / temperature (learnt): the mean over i of -log softmax_j(s c_ij)_i, and the
    same over columns, averaged. Where `same` (N, N) says that caption j is also true of picture i, it is no negative.
    """
    odds = scale * pictures @ captions.T
    right = torch.arange(len(odds), device=odds.device)
    if same is not None:
        also = same & ~torch.eye(len(odds), dtype=torch.bool, device=odds.device)
        odds = odds.masked_fill(also, -torch.inf)
    return (functional.cross_entropy(odds, right) + functional.cross_entropy(odds.T, right)) / 2


def same_words(true: Tensor, said: Tensor) -> Tensor:
    """Which of the captions `said` (N,) are true of which picture, bool (N, N): `true` (N, K) are the numbers of all
    captions of each picture, filled up with -1."""
    return (true[:, :, None] == said[None, None]).any(1)
