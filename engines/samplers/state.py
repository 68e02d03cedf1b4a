"""What a run carries from step to step: noise from a seed, the state, and its exact checkpoint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engines.contract import Checkpoint
from engines.schedules import Levels

Noise = Callable[[int, Tensor], Tensor]  # (step, like) -> standard normal with the shape, dtype and device of `like`


# ---------------------------------------------------------------- noise


def generator(seed: int, step: int) -> torch.Generator:
    """The CPU generator of one (seed, step), derived by hashing, so that no step depends on how others drew."""
    digest = hashlib.sha256(f"{seed}:{step}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


Seed = int | tuple[int, float]  # a seed, or one and how far from it to the next


def seeded(*seeds: Seed) -> Noise:
    """Noise as a function of (seed, step), one seed per sample: a batch of four equals four singles.

    Drawn in float32 on the CPU whatever dtype and device it is for, so these change only its rounding. Between two
    seeds it lies on the great circle from the noise of the one to that of the other (Shoemake, "Animating rotation
    with quaternion curves", 1985): as loud as either everywhere.
    """

    def draw(step: int, like: Tensor) -> Tensor:
        if len(seeds) != like.shape[0]:
            raise ValueError(f"{len(seeds)} seeds for a batch of {like.shape[0]}")
        each = [_noise(seed, step, like.shape[1:]) for seed in seeds]
        return torch.stack(each).to(like.device, like.dtype)

    return draw


def _noise(seed: Seed, step: int, shape: torch.Size) -> Tensor:
    if isinstance(seed, int):
        return torch.randn(shape, generator=generator(seed, step))
    first, share = seed
    a, b = _noise(first, step, shape), _noise((first + 1) % 2**63, step, shape)
    return between(a, b, share)


def between(a: Tensor, b: Tensor, share: float) -> Tensor:
    """The noise that lies so far, in [0, 1], on the great circle from one to the other; where either is none, none."""
    cosine = (a * b).sum() / (a.norm() * b.norm()).clamp_min(torch.finfo(a.dtype).tiny)
    angle = torch.acos(cosine.clamp(-1 + 1e-6, 1 - 1e-6))
    return (torch.sin((1 - share) * angle) * a + torch.sin(share * angle) * b) / torch.sin(angle)


def initial_noise(seeds: int | Sequence[Seed], shape: Sequence[int]) -> Tensor:
    """The noise a run starts from: step 0 of each seed, float32 on the CPU. `shape` is of one sample: (B, *shape)."""
    each: tuple[Seed, ...] = (seeds,) if isinstance(seeds, int) else tuple(seeds)
    return seeded(*each)(0, torch.empty(len(each), *shape))


# ---------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Known:
    """What a solver remembers of an earlier level: the clean estimate there, and the state where a method needs it."""

    level: float
    x0: Tensor
    x: Tensor | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A run after `index` of `total` steps: `x` at noise `level`, and `x0`, the clean estimate it was made with.

    `nfe` counts denoiser calls so far and `past` is the solver's memory (newest first). `method` names what made it,
    `levels` are the run's, of which those below `level` are still to come.
    """

    index: int
    total: int
    level: float
    x0: Tensor
    x: Tensor
    nfe: int
    method: str
    levels: Levels
    past: tuple[Known, ...] = ()

    def checkpoint(self) -> Checkpoint:
        """All of it as numpy, exactly (bfloat16 travels as its bits); independent of later steps."""
        arrays = {"x": self.x, "x0": self.x0}
        numbers = {"nfe": float(self.nfe)}
        for i, known in enumerate(self.past):
            numbers[f"level{i}"] = known.level
            arrays[f"x0.{i}"] = known.x0
            if known.x is not None:
                arrays[f"x.{i}"] = known.x
        flat = dict(to_numpy(name, tensor) for name, tensor in arrays.items())
        flat["levels"] = np.array([level for level in self.levels if level <= self.level], np.float64)
        return Checkpoint(self.index, self.total, self.level, self.method, flat, numbers)


def restore(kept: Checkpoint, device: torch.device | str = "cpu") -> State:
    """The state `kept` was made from, bit for bit. ValueError when it is no checkpoint of a sampler."""
    if not {"x", "x0", "levels"} <= {name.removesuffix(_BITS) for name in kept.arrays} or "nfe" not in kept.numbers:
        raise ValueError(f"the checkpoint of {kept.method!r} holds no state of a sampler")
    arrays = dict(to_torch(name, array, device) for name, array in kept.arrays.items() if name != "levels")
    left = tuple(kept.arrays["levels"].tolist())
    past: list[Known] = []
    while f"level{len(past)}" in kept.numbers:
        i = len(past)
        past.append(Known(kept.numbers[f"level{i}"], arrays[f"x0.{i}"], arrays.get(f"x.{i}")))
    nfe = int(kept.numbers["nfe"])
    return State(kept.step, kept.total, kept.level, arrays["x0"], arrays["x"], nfe, kept.method, left, tuple(past))


_BITS = ":bfloat16"


def to_numpy(name: str, tensor: Tensor) -> tuple[str, np.ndarray]:
    if tensor.dtype == torch.bfloat16:
        return name + _BITS, tensor.detach().contiguous().view(torch.int16).cpu().numpy().copy()
    return name, tensor.numpy(force=True).copy()


def to_torch(name: str, array: np.ndarray, device: torch.device | str) -> tuple[str, Tensor]:
    tensor = torch.from_numpy(np.array(array, copy=True))
    if name.endswith(_BITS):
        return name.removesuffix(_BITS), tensor.view(torch.bfloat16).to(device)
    return name, tensor.to(device)
