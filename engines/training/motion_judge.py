"""The judge of video/motion: which kinds of motion a clip shows, from its pixels alone.

A small convolutional network over 16 frames of 24x24 (brightness and alpha, and their change), trained on clips of
subjects, pictures and pairs of motions that neither the flow network nor the test sees. It never sees how a motion is
written, and its own accuracy on the test's true clips is told beside what it says of generated ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines import motions
from engines.motions import Silhouette
from engines.nn import stored, warp
from engines.training import motion_data
from engines.training.fit import Log, Report, fit
from engines.training.motion_data import Stock
from engines.training.motion_kinds import KINDS
from engines.training.motion_words import Teller, Told

FRAMES, SIDE = 16, 24
CLIPS = 6000
MINUTES = 3.0
NAMES = tuple(KINDS)


class Judge(nn.Module):
    """`forward(clips (B, FRAMES, 2, SIDE, SIDE))` gives a score for each kind, (B, kinds): above 0 when it is seen."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.eye = nn.Sequential(
            nn.Conv2d(6, width, 3, 2, 1),
            nn.SiLU(),
            nn.Conv2d(width, 2 * width, 3, 2, 1),
            nn.SiLU(),
            nn.Conv2d(2 * width, 2 * width, 3, 2, 1),
            nn.SiLU(),
        )
        self.frame = nn.Linear(2 * width * 9, 96)
        self.time = nn.Sequential(nn.Conv1d(96, 128, 5, padding=2), nn.SiLU(), nn.Conv1d(128, 64, 3, padding=1))
        self.said = nn.Sequential(nn.SiLU(), nn.Linear(64 * FRAMES, 160), nn.SiLU(), nn.Dropout(0.2))
        self.score = nn.Linear(160, len(NAMES))

    def forward(self, clips: Tensor) -> Tensor:
        change = torch.diff(clips, dim=1, append=clips[:, -1:])
        start = clips[:, :1].expand_as(clips)
        seen = torch.cat([clips, 4 * change, clips - start], 2).flatten(0, 1)
        frames = self.frame(self.eye(seen).flatten(1)).unflatten(0, (len(clips), FRAMES))
        return self.score(self.said(self.time(functional.silu(frames).transpose(1, 2)).flatten(1)))


def shown(keys: np.ndarray, loop: bool, picture: np.ndarray, silhouette: Silhouette) -> np.ndarray:
    """A clip as the judge sees it, float32 (FRAMES, 2, SIDE, SIDE): brightness times alpha, and alpha."""
    small = warp.resized(warp.premultiplied(picture), SIDE)
    warper = warp.Warper(small, silhouette, quick=True)
    states = motions.at(keys, motions.times(FRAMES, loop), loop)
    frames = warper.frames([motions.pose(state) for state in states])
    return torch.stack([torch.stack([frame[:3].mean(0), frame[3]]) for frame in frames]).numpy()


def labels(told: Sequence[Told]) -> Tensor:
    """Which kinds each caption asks for, (N, kinds)."""
    out = torch.zeros(len(told), len(NAMES))
    for row, one in zip(out, told, strict=True):
        row[[NAMES.index(name) for name in one.kinds]] = 1.0
    return out


def taught(stock: Stock, count: int, data_dir: Path, report: Report) -> tuple[Tensor, Tensor]:
    """Clips uint8 (N, FRAMES, 2, SIDE, SIDE) and labels (N, kinds) of the judge's own subjects; kept in `data_dir`."""
    path = data_dir / "judged.npz"
    if not path.exists():
        teller, rng, clips, told = Teller(21, "judge"), np.random.default_rng(21), [], []
        for i in range(count):
            one = teller.caption()
            made = motion_data.clip(one, stock, rng)
            seen = shown(made.keys, made.loop, made.picture, made.silhouette)
            clips.append(np.rint(255 * seen).astype(np.uint8))
            told.append(one)
            if i % 2000 == 0:
                report("clips for the judge", done=i, of=count)
        part = path.with_suffix(".part.npz")
        np.savez(part, clips=np.stack(clips), kinds=labels(told).numpy())
        part.rename(path)
    with np.load(path) as held:
        return torch.from_numpy(held["clips"]), torch.from_numpy(held["kinds"])


def trained(stock: Stock, data_dir: Path, log: Log, minutes: float = MINUTES, count: int = CLIPS) -> Judge:
    """The trained judge, from the data folder when it is there."""
    path = data_dir / "judge.safetensors"
    if not path.exists():
        clips, kinds = taught(stock, count, data_dir, log.report)
        torch.manual_seed(4)
        network, rng = Judge(), np.random.default_rng(4)

        def objective(step: int) -> Tensor:
            rows = rng.integers(0, len(clips), 64)
            seen = network(clips[rows].float() / 255)
            return functional.binary_cross_entropy_with_logits(seen, kinds[rows]) * 10

        stored.write(fit(network, objective, minutes, log, stage="judge", batch=64, rate=2e-3), path)
    return stored.read(lambda words: Judge(), path)


@torch.no_grad()
def scores(judge: Judge, clips: np.ndarray) -> Tensor:
    """log p of each kind being there and not, (N, kinds, 2), of clips (N, FRAMES, 2, SIDE, SIDE)."""
    seen = torch.cat([judge(part) for part in torch.from_numpy(clips).float().split(64)])
    return torch.stack([functional.logsigmoid(seen), functional.logsigmoid(-seen)], -1)


def retrieval(found: Tensor, told: Sequence[Told]) -> dict[str, float]:
    """How often a clip's own caption is the first, or among the first five, of all captions by the judge's scores,
    and how many of the kinds asked for are the clip's highest ones."""
    kinds = labels(told)
    each = found[..., 0] @ kinds.T + found[..., 1] @ (1 - kinds).T  # (clips, captions)
    place = (each > each.diagonal()[:, None]).sum(1)
    best = found[..., 0] - found[..., 1]
    right = [
        len(set(row.topk(len(one.kinds)).indices.tolist()) & {NAMES.index(k) for k in one.kinds}) / len(one.kinds)
        for row, one in zip(best, told, strict=True)
    ]
    single = [len(one.kinds) == 1 for one in told]
    parts = {True: "alone", False: "of two"}
    shares = {
        name: float(np.mean([r for r, s in zip(right, single, strict=True) if s is kind]))
        for kind, name in parts.items()
        if kind in single
    }
    top = shares | {"first": float((place == 0).float().mean()), "top 5": float((place < 5).float().mean())}
    return top | {"kinds right": float(np.mean(right))}


def held_captions(count: int = 100, seed: int = 199) -> list[Told]:
    """Captions of subjects, ways of saying and pairs that were never trained on, each asking for other kinds.

    The engine's defaults were chosen on those of seed 99, which is why the card measures on others.
    """
    teller = Teller(seed, "test")
    found: dict[frozenset[str], Told] = {}
    while len(found) < count:
        told = teller.caption()
        if told.text and told.kinds != ("breathe",):
            found.setdefault(frozenset(told.kinds), told)
    return list(found.values())
