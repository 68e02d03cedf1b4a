"""Muon: momentum whose direction is made orthogonal, for matrices and convolutions; Adam for all else.

Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024; the size of a step as in Liu et al.,
"Muon is Scalable for LLM Training", 2025, so that one learning rate serves both. Where samples are dear it learns more
from each than Adam alone.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

MOMENTUM = 0.95
BETAS = (0.9, 0.98)  # of Adam (Kingma and Ba, 2015)
COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the odd polynomial that draws singular values towards 1
NARROW = 16  # matrices with a side of so few numbers are left to Adam


class Muon(torch.optim.Optimizer):
    """Orthogonalised momentum for parameters of two or more dimensions, flattened to (out, rest); Adam for others."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, decay: float = 0.01) -> None:
        super().__init__(parameters, {"lr": lr, "decay": decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step of the parameters that have a gradient."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                wide = weight.ndim >= 2 and min(weight.shape[0], weight[0].numel()) > NARROW
                (self._turn if wide else self._adam)(weight, weight.grad, group["lr"], group["decay"])

    def _turn(self, weight: Tensor, slope: Tensor, rate: float, decay: float) -> None:
        """W <- (1 - rate decay) W - 0.2 rate sqrt(max(out, rest)) orthogonal(momentum), looking ahead as Nesterov."""
        kept = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
        kept.lerp_(slope, 1 - MOMENTUM)
        matrix = slope.lerp(kept, MOMENTUM).flatten(1)
        weight.mul_(1 - rate * decay)
        weight.sub_(orthogonal(matrix).view_as(weight), alpha=rate * 0.2 * max(matrix.shape) ** 0.5)

    def _adam(self, weight: Tensor, slope: Tensor, rate: float, decay: float) -> None:
        state = self.state[weight]
        mean = state.setdefault("mean", torch.zeros_like(weight)).lerp_(slope, 1 - BETAS[0])
        square = state.setdefault("square", torch.zeros_like(weight)).lerp_(slope.square(), 1 - BETAS[1])
        count = state["count"] = state.get("count", 0) + 1
        size = (square / (1 - BETAS[1] ** count)).sqrt().add_(1e-8)
        weight.addcdiv_(mean / (1 - BETAS[0] ** count), size, value=-rate)


def orthogonal(matrix: Tensor, rounds: int = 5) -> Tensor:
    """About U V' of the matrix U S V', (out, rest): Newton and Schulz's iteration X <- a X + (b A + c A²) X, A = X X'.

    The singular values come out between 0.68 and 1.13 (Jordan et al.), which is near enough for a direction.
    """
    a, b, c = COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(rounds):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x
