"""A request's words as one denoiser: schedules followed over the steps, what AND joins composed, regions mixed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engines import guidance
from engines.contract import Request
from engines.guidance import Counted, Guidance
from engines.prompt.plan import Now, bare, plan
from engines.regions import shares
from engines.samplers import Denoiser
from engines.schedules import position

Reader = Callable[[str], Denoiser]  # a text to the clean estimates it asks for


class Worded:
    """The guided denoiser for a request's words over the `levels` it runs through; `counted` are its networks.

    `wanted` reads the prompt and those of regions, `shunned` the negative prompt (None: the same).
    """

    def __init__(
        self, request: Request, levels: Sequence[float], wanted: Reader, shunned: Reader | None = None
    ) -> None:
        self.regions, self.levels = request.regions, levels
        texts = [region.prompt for region in request.regions]
        self.steps = plan(request.prompt, request.negative, max(1, len(levels) - 1), texts)
        shown = {text for now in self.steps for text in (*(text for _, text in now.texts), *now.regions)}
        self.wanted = {text: _counted(wanted, text) for text in sorted(shown)}
        self.shunned = {now.negative: _counted(shunned or wanted, now.negative) for now in self.steps}
        self.counted: tuple[Counted, ...] = (*self.wanted.values(), *self.shunned.values())

    @property
    def calls(self) -> int:
        """Network evaluations so far (NFE)."""
        return sum(one.calls for one in self.counted)

    def guided(self, strength: Guidance) -> Denoiser:
        """Guided by `strength`."""
        made = {now: self._at(now, strength) for now in dict.fromkeys(self.steps)}
        return guidance.stepped([made[now] for now in self.steps], self.levels)

    def _at(self, now: Now, strength: Guidance) -> Denoiser:
        parts = [(weight, self.wanted[text]) for weight, text in now.texts]
        mix = functools.partial(self._mixed, now) if now.regions else None
        return guidance.composed(parts, self.shunned[now.negative], strength, mix)

    def _mixed(self, now: Now, whole: Tensor, x: Tensor, level: float) -> Tensor:
        """`whole`, an estimate (B, C, H, W), with those of the regions where these lie."""
        height, width = x.shape[-2:]
        rest, *each = shares(self.regions, (height, width), position(self.levels, level))
        made = whole * torch.from_numpy(rest).to(whole)
        for text, share in zip(now.regions, each, strict=True):
            if share.any():
                made = made + self.wanted[text](x, level) * torch.from_numpy(share).to(whole)
        return made


def _counted(read: Reader, text: str) -> Counted:
    return Counted(read(bare(text)))
