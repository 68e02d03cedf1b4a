"""The recipe of image/match, from open data to weights and card: `darkroom train image/match --minutes 5`.

Stages: fetch the packages, draw the pictures and look at them, read the captions, train the two heads by contrast, tell
the vocabulary and the pictures to compare with, evaluate. Only the heads learn, so that minutes are enough; the
features and the read captions are kept in the data folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.families import contrastive
from engines.nn import match as net
from engines.nn import stored
from engines.nn.text import TextEncoder
from engines.training import match_card, match_data, sprite
from engines.training.fit import Log, Report, fit, ready
from engines.training.match_data import Pairs

BATCH = 384
OTHERS = 512  # real held-out pictures that a likeness is measured against
HEARD = 8  # captions of a picture, at most


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top. Refused when
    the training packages are not installed.
    """
    device = ready(device, data_dir, out_dir, data_dir / "sprite")
    log = Log(out_dir / "log.jsonl", report)
    report("stage packages", fetched=0)
    folders = match_data.fetch(data_dir / "packages")
    sprites = sprite.prepared(data_dir / "sprite", report)
    eyes, encoder = net.eyes_on(device), TextEncoder(device)
    pairs = match_data.collect(folders, sprites, eyes, data_dir, report)
    report("stage captions", pictures=len(pairs.words), held_out=int(pairs.held.sum()))
    lessons = Lessons.of(pairs, encoder, data_dir)
    heads = learn(lessons, minutes, log, device=device, folder=data_dir, resume=resume)
    heads = told(heads, lessons, encoder, match_data.vocabulary(pairs, folders))
    stored.write(heads, out_dir / "heads.safetensors", heads.measures())
    model = net.Model(stored.read(net.build, out_dir / "heads.safetensors", device), eyes, encoder)
    match_card.write(out_dir, model, match_card.Material(pairs, folders, sprites), report)


@dataclass(frozen=True)
class Lessons:
    """What training needs: features (N, 1405), read captions (C, 384), the numbers of each picture's captions (N, K)
    filled up with -1, and which pictures are held out (N,)."""

    seen: Tensor
    heard: Tensor
    true: Tensor
    held: np.ndarray

    @classmethod
    def of(cls, pairs: Pairs, encoder: Any, folder: Path | None = None) -> Lessons:
        """The lessons of pairs; what the encoder says is kept in `folder`."""
        captions = sorted({said for words in pairs.words for said in words}, key=lambda said: (len(said), said))
        place = {said: k for k, said in enumerate(captions)}
        true = np.full((len(pairs.words), HEARD), -1)
        for i, words in enumerate(pairs.words):
            numbers = [place[said] for said in words[:HEARD]]
            true[i, : len(numbers)] = numbers
        read = partial(net.heard, encoder, captions)
        heard = read() if folder is None else _kept(folder, captions, read)
        return cls(torch.from_numpy(pairs.seen.astype(np.float32)), heard, torch.from_numpy(true), pairs.held)


def _kept(folder: Path, captions: list[str], read: Callable[[], Tensor]) -> Tensor:
    """The read captions, from their file when it is of these."""
    words, file = folder / "captions.json", folder / "heard.npy"
    if not (file.exists() and words.exists() and json.loads(words.read_text("utf-8")) == captions):
        np.save(file, read().half().cpu().numpy())
        words.write_text(json.dumps(captions), "utf-8")
    return torch.from_numpy(np.load(file).astype(np.float32))


def learn(
    lessons: Lessons,
    minutes: float,
    log: Log,
    *,
    device: str = "cpu",
    folder: Path | None = None,
    resume: bool = False,
    inner: int = 512,
) -> net.Heads:
    """The heads after so many minutes; the loss on held-out pictures is in the log."""
    heads = begun(lessons, inner).to(device)
    average: net.Heads = fit(
        heads,
        objective(heads, lessons),
        minutes,
        log,
        stage="match",
        batch=BATCH,
        kept=folder / "match.pt" if folder else None,
        resume=resume,
        decay=0.1,
        held_out=partial(held_out_loss, lessons),
    )
    return average


def begun(lessons: Lessons, inner: int = 512) -> net.Heads:
    """Heads that have learnt nothing but how large each feature is."""
    torch.manual_seed(0)
    heads = net.Heads(inner=inner)
    mine = lessons.seen[~lessons.held]
    heads.mean.copy_(mine.mean(0))
    heads.spread.copy_(mine.std(0) + 0.05)
    return heads


def objective(heads: net.Heads, lessons: Lessons) -> Callable[[int], Tensor]:
    """The loss of a step: other pictures, and one of the captions of each."""
    mine = np.flatnonzero(~lessons.held)

    def loss(step: int) -> Tensor:
        rng = np.random.default_rng((31, step))
        return _loss(heads, lessons, rng.choice(mine, min(BATCH, len(mine)), replace=False), rng)

    return loss


def _loss(heads: net.Heads, lessons: Lessons, rows: np.ndarray, rng: np.random.Generator) -> Tensor:
    true, device = lessons.true[rows], heads.mean.device
    counts = (true >= 0).sum(1).numpy()
    # The plainest caption comes first, and as often as all others together.
    which = np.where(rng.random(len(rows)) < 0.5, 0, (rng.random(len(rows)) * counts).astype(int))
    said = true[torch.arange(len(rows)), torch.from_numpy(which)]
    arrows = heads.look(lessons.seen[rows].to(device)), heads.read(lessons.heard[said].to(device))
    return contrastive.loss(*arrows, heads.scale(), contrastive.same_words(true, said).to(device))


@torch.no_grad()
def held_out_loss(lessons: Lessons, heads: net.Heads) -> float:
    """The loss over 256 held-out pictures, always the same."""
    rng = np.random.default_rng(32)
    rows = rng.permutation(np.flatnonzero(lessons.held))[:256]
    return float(_loss(heads, lessons, rows, rng))


@torch.no_grad()
def told(heads: net.Heads, lessons: Lessons, encoder: Any, words: tuple[str, ...]) -> net.Heads:
    """The same heads with the words they can name and the held-out pictures a likeness is measured against."""
    rows = np.random.default_rng(33).permutation(np.flatnonzero(lessons.held))[:OTHERS]
    made = net.Heads(words, len(rows), heads.inner).to(heads.mean.device).eval()
    made.load_state_dict(heads.state_dict() | {name: getattr(made, name) for name in ("shown", "others")})
    device = heads.mean.device
    made.shown.copy_(made.read(net.heard(encoder, list(words)).to(device)))
    made.others.copy_(made.look(lessons.seen[rows].to(device)))
    return made
