"""Noise between two seeds inside a pipeline's call.

A pipeline draws from the generator it is given, wherever it needs noise. So each of these draws is made once more from
the generator of the next seed, and what the pipeline is given lies between the two (engines.samplers.between). So is
what a scheduler takes from a Brownian path of the generator's seed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from engines.samplers import between


class Travel:
    """The draws from `first`, a generator of `seed`, gone `share` of the way to those of the next seed."""

    def __init__(self, first: torch.Generator, seed: int, share: float) -> None:
        self.first, self.share = first, share
        self.second = torch.Generator("cpu").manual_seed((seed + 1) % 2**63)

    @contextmanager
    def over(self) -> Iterator[None]:
        """While this lasts, `torch.randn` gives what lies between; at a share of 0 nothing is touched."""
        from diffusers.schedulers.scheduling_dpmsolver_sde import BrownianTreeNoiseSampler

        path: Any = BrownianTreeNoiseSampler
        before, begin, step = torch.randn, path.__init__, path.__call__
        torch.randn, path.__init__, path.__call__ = self._drawing(before), self._begun(begin), self._going(step)
        try:
            yield
        finally:
            torch.randn, path.__init__, path.__call__ = before, begin, step

    def _drawing(self, draw: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def act(*size: Any, generator: torch.Generator | None = None, **how: Any) -> Tensor:
            made = draw(*size, generator=generator, **how)
            if generator is not self.first:
                return made
            other = draw(*size, generator=self.second, **how)
            return between(made.float(), other.float(), self.share).to(made)

        return act

    def _begun(self, begin: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(begin)

        def act(path: Any, *args: Any, **kwargs: Any) -> None:
            begin(path, *args, **kwargs)
            given = signature.bind(path, *args, **kwargs)
            if given.arguments.get("seed") == self.first.initial_seed():
                path.further = object.__new__(type(path))
                given.arguments |= {"self": path.further, "seed": self.second.initial_seed()}
                begin(*given.args, **given.kwargs)

        return act

    def _going(self, step: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def act(path: Any, *args: Any) -> Tensor:
            made, further = step(path, *args), getattr(path, "further", None)
            return made if further is None else between(made, step(further, *args), self.share)

        return act
