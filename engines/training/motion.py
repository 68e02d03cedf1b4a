"""The recipe of video/motion, from words and silhouettes to weights and card.

`darkroom train video/motion --minutes 18`. Stages: fetch the sticker packages and draw small pictures (kept), make
motions with captions on the spot, embed the captions (kept), train the flow network, train the judge (kept), evaluate.
`--resume` goes on with the flow network where it was saved; with 0 minutes the weights in the output folder are
evaluated again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.nn import stored
from engines.nn.mover import Mover
from engines.training import motion_data, motion_flow, shape_flow
from engines.training.fit import Log, Report, chosen_device, need_packages
from engines.training.motion_data import Stock
from engines.training.motion_flow import Pool
from engines.training.shape_flow import Words

CAPTIONS, EACH = 45_000, 3  # captions, and motions of each: with fewer captions unseen ones are drawn worse
HELD = 500  # captions that are never trained on


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of the flow network, the preparation comes on top; with 0
    the weights in `out_dir` are evaluated again. Refused when the training packages are not installed.
    """
    need_packages()
    from engines.training import motion_card

    device = chosen_device(device)
    for folder in (data_dir, out_dir):
        folder.mkdir(parents=True, exist_ok=True)
    stock = Stock(motion_data.pictures(data_dir, report))
    if minutes > 0 or not (out_dir / "flow.safetensors").exists():
        log = Log(out_dir / "log.jsonl", report)
        network = fitted(stock, minutes, data_dir, log, device=device, resume=resume)
        stored.write(network, out_dir / "flow.safetensors", network.measures.words())
    motion_card.evaluate(stock, data_dir, out_dir, report)


def fitted(stock: Stock, minutes: float, data_dir: Path, log: Log, **how: Any) -> Mover:
    """The trained flow network."""
    device, resume = how.get("device", "cpu"), bool(how.get("resume", False))
    network, pool, unseen, words = prepared(stock, data_dir, device, log.report)
    log.report("training the flow network", minutes=minutes, samples=len(pool.captions))
    kept = data_dir / "flow.pt"
    return motion_flow.train(network, pool, words, minutes, kept, log, device=device, resume=resume, held=unseen)


def prepared(stock: Stock, data_dir: Path, device: str, report: Report) -> tuple[Mover, Pool, Pool, Words]:
    """The untrained network with its principal components, what it learns from, what it never sees, and the words."""
    report("making motions", captions=CAPTIONS, each=EACH)
    network = motion_flow.begun(stock)
    path = data_dir / "motions.npz"
    pool = _read(path)
    if pool is None:
        pool = motion_flow.numbered(network, motion_flow.made(CAPTIONS, EACH, stock, 11), report, CAPTIONS * EACH)
        _keep(path, numbers=pool.motions.half().numpy(), given=pool.given.half().numpy(), told=np.array(pool.captions))
    unseen = motion_flow.numbered(network, motion_flow.made(HELD, 1, stock, 13, "test"), report, HELD)
    return network, pool, unseen, embedded({*pool.captions, *unseen.captions}, data_dir, device, report)


def _read(path: Path) -> Pool | None:
    """The motions that were kept, if there are any and as many as are wanted."""
    if not path.exists():
        return None
    with np.load(path) as held:
        told = held["told"].tolist()
        numbers, given = (torch.from_numpy(held[name]).float() for name in ("numbers", "given"))
    return Pool(numbers, given, told) if len(told) == CAPTIONS * EACH else None


def _keep(path: Path, **arrays: np.ndarray) -> None:
    """Write arrays, whole or not at all."""
    part = path.with_suffix(".part.npz")
    np.savez(part, **arrays)  # type: ignore[arg-type]
    part.rename(path)


def embedded(captions: set[str], data_dir: Path, device: str, report: Report) -> Words:
    """The token states of captions, from the data folder when they are there."""
    path = data_dir / "words.npz"
    if path.exists():
        with np.load(path) as held:
            told = held["told"].tolist()
            if set(told) == captions | {""}:
                places = {caption: i for i, caption in enumerate(told)}
                return Words(torch.from_numpy(held["states"]), torch.from_numpy(held["mask"]), places)
    words = shape_flow.embedded(captions, device, report)
    _keep(path, told=np.array(list(words.place)), states=words.states.numpy(), mask=words.mask.numpy())
    return words
