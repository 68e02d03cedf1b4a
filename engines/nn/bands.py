"""An orthonormal split of a whole sound into critically sampled frequency bands, each a short signal over time.

The DCT-IV of the sound is cut into bands by smooth overlapping windows, and each band is turned back into a signal of
its own by another DCT-IV: local cosine bases on the frequency axis (Auscher, Weiss and Wickerhauser, "Local sine and
cosine bases of Coifman and Meyer and the construction of smooth wavelets", 1992). A band `width` coefficients wide
holds `width` numbers in order of time, so wide bands are fine in time and narrow ones fine in frequency. Every step
is a rotation: lengths are kept, the inverse is the transpose, and the log-determinant is zero.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor


def dct4(x: Tensor) -> Tensor:
    """The orthonormal DCT-IV of (..., n), n even: y_k = sqrt(2/n) sum_t x_t cos(pi/n (t + 1/2)(k + 1/2)).

    It is its own inverse. One complex FFT of n/2 points (Malvar, "Signal Processing with Lapped Transforms", 1992).
    """
    n = x.shape[-1]
    turn = torch.exp(-1j * math.pi * (8 * torch.arange(n // 2, dtype=x.dtype, device=x.device) + 1) / (8 * n))
    folded = torch.complex(x[..., 0::2], x[..., 1::2].flip(-1)) * turn
    spectrum = torch.fft.fft(folded) * turn * math.sqrt(2 / n)
    return torch.stack((spectrum.real, -spectrum.imag.flip(-1)), -1).flatten(-2)


class Bands:
    """The split of sounds of `sum(widths)` samples into bands of `widths` coefficients, lowest first."""

    def __init__(self, widths: Sequence[int]) -> None:
        self.widths = tuple(widths)
        self.edges = (0, *itertools.accumulate(self.widths))
        pairs = itertools.pairwise(self.widths)
        self.overlaps = [(edge, min(pair) // 2) for edge, pair in zip(self.edges[1:-1], pairs, strict=True)]

    def split(self, x: Tensor) -> Tensor:
        """Sounds (B, N) to their bands (B, N): band after band, each in order of time."""
        return self._blocks(self._folded(dct4(x), 1.0))

    def join(self, y: Tensor) -> Tensor:
        """Bands (B, N) back to sounds (B, N)."""
        return dct4(self._folded(self._blocks(y), -1.0))

    def _blocks(self, y: Tensor) -> Tensor:
        return torch.cat([dct4(part) for part in y.split(self.widths, -1)], -1)

    def _folded(self, spectrum: Tensor, sign: float) -> Tensor:
        """Rotate what lies mirrored about each edge: (r, l) to (c r + s l, c l - s r); `sign` -1 turns it back."""
        out = spectrum.clone()
        for edge, reach in self.overlaps:
            place = (torch.arange(reach, dtype=spectrum.dtype, device=spectrum.device) + 0.5) / reach
            angle = math.pi / 4 * (1 + torch.sin(math.pi / 2 * place))  # from 45 degrees at the edge to 90
            cosine, sine = torch.sin(angle), sign * torch.cos(angle)
            right, left = spectrum[..., edge : edge + reach], spectrum[..., edge - reach : edge].flip(-1)
            out[..., edge : edge + reach] = cosine * right + sine * left
            out[..., edge - reach : edge] = (cosine * left - sine * right).flip(-1)
        return out
