"""The flow network of video/motion: from words, a silhouette and a clip's length to a motion's principal components.

A motion (KEYS, CHANNELS) is a point of K numbers. First the field of displacements is written by its own principal
components in space (`modes`); then all channels, weighted by how far they move what is seen, by theirs over time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn

from engines.motions import AFFINE, CHANNELS, GIVEN, KEYS
from engines.nn import outline
from engines.nn.outline import Outline

# how far a channel moves what is seen: place, turn, stretch, shear, opacity, light
FAR = (0.64, 0.64, 0.64, 0.64, 0.6, 0.6, 0.5, 0.5, 0.5, 0.35, 0.3)
BENT = 0.22  # the same for a number of the field: many of them move together
TOLD = 3  # tokens that tell what the motion is for


@dataclass(frozen=True)
class Measures:
    """The measures of a `Mover`: components over time, modes in space, width, blocks, heads, width of text states."""

    components: int = 320
    modes: int = 20
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


class Mover(nn.Module):
    """`forward(x (B, K), t (B,), tokens (B, L, text), mask (B, L), given (B, GIVEN))` is the velocity noise - x0.

    `given` is `motions.given`; it joins the words as `TOLD` tokens of its own.
    """

    modes: Tensor

    def __init__(self, measures: Measures | None = None) -> None:
        super().__init__()
        self.measures = m = measures or Measures()
        channels = AFFINE + m.modes
        self.register_buffer("modes", torch.zeros(m.modes, CHANNELS - AFFINE))
        self.core = Outline(
            outline.Measures(m.components, KEYS * channels, m.width, m.blocks, m.heads, m.text),
        )
        self.tell = nn.Sequential(nn.Linear(GIVEN, m.width), nn.SiLU(), nn.Linear(m.width, TOLD * m.text))

    @torch.no_grad()
    def start_from(self, motions: Tensor) -> None:
        """Take the principal components, in space and over time, of motions (N, KEYS, CHANNELS)."""
        fields = motions[..., AFFINE:].flatten(0, 1)
        _, vectors = torch.linalg.eigh(fields.T @ fields)
        self.modes.copy_(vectors.flip(1)[:, : self.measures.modes].T)
        self.core.start_from(self._packed(motions))

    def _packed(self, motions: Tensor) -> Tensor:
        """Weighted channels (N, KEYS, AFFINE + modes) of motions (N, KEYS, CHANNELS)."""
        far = motions.new_tensor(FAR)
        return torch.cat([motions[..., :AFFINE] * far, motions[..., AFFINE:] @ self.modes.T * BENT], -1)

    @torch.no_grad()
    def project(self, motions: Tensor) -> Tensor:
        """The numbers (N, K) of motions (N, KEYS, CHANNELS)."""
        return self.core.project(self._packed(motions))

    @torch.no_grad()
    def motion(self, x: Tensor) -> Tensor:
        """The motions (N, KEYS, CHANNELS) of numbers (N, K)."""
        packed = self.core.latent(x).unflatten(1, (KEYS, -1))
        return torch.cat([packed[..., :AFFINE] / packed.new_tensor(FAR), packed[..., AFFINE:] / BENT @ self.modes], -1)

    def forward(self, x: Tensor, t: Tensor, tokens: Tensor, mask: Tensor, given: Tensor) -> Tensor:
        told = self.tell(given).unflatten(1, (TOLD, -1))
        seen = mask.new_ones(len(x), TOLD)
        return self.core(x, t, torch.cat([told, tokens], 1), torch.cat([seen, mask], 1))
