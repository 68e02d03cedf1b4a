"""The recipe of mesh/shape, from procedural things and open furniture to weights and card.

`darkroom train mesh/shape --minutes 40`. Stages, each kept in the data folder and skipped when it is there: make the
procedural shapes, fetch and voxelise the furniture, train the autoencoder, encode and embed, fit the size of things,
train the flow network, tune the decoder, train the judge, evaluate. `--resume` goes on with the networks where they
were saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.nn import stored
from engines.nn.outline import Measures, Outline
from engines.nn.shape import Autoencoder
from engines.nn.size import SizeHead
from engines.training import furniture, packages, shape_coder, shape_data, shape_flow, shape_size
from engines.training.fit import Log, Report, chosen_device, need_packages
from engines.training.shape_data import Pool

MEASURES = Measures(width=320, blocks=6)
SHAPES = 12_000  # procedural ones
SHARES = {"autoencoder": 0.16, "flow": 0.7, "decoder": 0.14}  # of the minutes
FURNITURE = 0.28  # share of the batches


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top; with 0 the
    weights in `out_dir` are evaluated again. Refused when the training packages are not installed or the furniture
    cannot be fetched.
    """
    need_packages()
    from engines.training import shape_card

    device = chosen_device(device)
    for folder in (data_dir, out_dir):
        folder.mkdir(parents=True, exist_ok=True)
    if minutes <= 0 and (out_dir / "flow.safetensors").exists():
        prepare(data_dir, report)
        shape_card.evaluate(data_dir, out_dir, report)
        return
    log = Log(out_dir / "log.jsonl", report)
    pools = prepare(data_dir, report)
    coder = coded(pools, minutes * SHARES["autoencoder"], data_dir, log, device=device, resume=resume)
    network, size = flowed(pools, coder, minutes * SHARES["flow"], data_dir, log, device=device, resume=resume)
    coder = tuned(pools, minutes * SHARES["decoder"], data_dir, log, device=device)
    save(network, coder, size, out_dir)
    shape_card.evaluate(data_dir, out_dir, report)


def prepare(data_dir: Path, report: Report, shapes: int = SHAPES) -> list[tuple[Pool, float]]:
    """What training sees, with its shares of the batches."""
    report("procedural shapes", count=shapes)
    made = shape_data.compose("train", shapes, data_dir, report)
    report("furniture", package=furniture.PACKAGE)
    package = packages.debian(furniture.PACKAGE, data_dir / "sweethome3d")
    pieces = furniture.compose("train", package, data_dir, report)
    return [(made, 1 - FURNITURE), (pieces, FURNITURE)]


def coded(pools: list[tuple[Pool, float]], minutes: float, data_dir: Path, log: Log, **how: Any) -> Autoencoder:
    """The trained autoencoder, from the data folder when it is there."""
    path = data_dir / "autoencoder.safetensors"
    if not path.exists():
        kept = data_dir / "autoencoder.pt"
        network = shape_coder.train(pools, minutes, kept, log, held_out=_held_out(), **how)
        stored.write(network, path)
    return stored.read(lambda words: Autoencoder(), path, how.get("device", "cpu"))


def tuned(pools: list[tuple[Pool, float]], minutes: float, data_dir: Path, log: Log, **how: Any) -> Autoencoder:
    """The autoencoder with its decoder tuned, from the data folder when it is there; latents stay those of `coded`."""
    path = data_dir / "decoder.safetensors"
    if not path.exists():
        network = coded(pools, 0.0, data_dir, log, **how)
        stored.write(shape_coder.tune(network, pools, minutes, log, held_out=_held_out(), **how), path)
    return stored.read(lambda words: Autoencoder(), path, how.get("device", "cpu"))


def _held_out() -> torch.Tensor:
    """Forty things that are never trained on, (40, 4, 32, 32, 32)."""
    return torch.from_numpy(np.stack([shape_data.thing("held", i)[0].volume() for i in range(40)]))


def flowed(
    pools: list[tuple[Pool, float]], coder: Autoencoder, minutes: float, data_dir: Path, log: Log, **how: Any
) -> tuple[Outline, SizeHead]:
    """The trained flow network and what knows how large things are."""
    log.report("encoding shapes and captions")
    held = shape_data.compose("held", 400, data_dir, log.report)
    captions = {words for pool in (*(pool for pool, _ in pools), held) for told in pool.captions for words in told}
    words = shape_flow.embedded(captions, how.get("device", "cpu"), log.report)
    size = shape_size.fitted(words, [pool for pool, _ in pools])
    log.report("size of things", error=shape_size.error(size, words, held))
    sources = [shape_flow.encoded(coder, pool, share) for pool, share in pools]
    unseen = shape_flow.encoded(coder, held, 1.0)
    network = shape_flow.train(
        sources, words, minutes, data_dir / "flow.pt", log, measures=MEASURES, held=unseen, **how
    )
    return network, size


def save(network: Outline, coder: Autoencoder, size: SizeHead, out_dir: Path) -> None:
    """All in half precision as safetensors."""
    stored.write(network, out_dir / "flow.safetensors", network.measures.words())
    stored.write(coder, out_dir / "autoencoder.safetensors")
    stored.write(size, out_dir / "size.safetensors")
