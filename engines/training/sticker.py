"""The recipe of image/sticker, from open data to weights and card: `darkroom train image/sticker --minutes 60`.

Stages, each kept in the data folder and skipped when it is there: fetch the packages, recolour the sources, train the
autoencoder, compose the pool and its latents, train the flow network, tune the decoder to it, train the judge,
evaluate. `--resume` goes on with the flow network where it was saved.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.contract import Request
from engines.metrics import concepts as metric
from engines.nn import stored
from engines.nn.autoencoder import Autoencoder
from engines.nn.sticker import Model, flow_network
from engines.nn.text import TextEncoder
from engines.nn.transformer import Shape, Transformer
from engines.training import autoencoder, card, data, decoder, flow, judge, latents
from engines.training.clock import Clock
from engines.training.fit import Log, Report, chosen_device, need_packages, ready
from engines.training.pool import Composer

SHAPE = Shape(width=320, depth=6, heads=5)
SHARES = {"autoencoder": 0.12, "flow": 0.80, "decoder": 0.08}  # of the minutes


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and contact sheet in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top. Refused when
    the training packages are not installed.
    """
    device = ready(device, data_dir, out_dir)
    log = Log(out_dir / "log.jsonl", report)
    report("fetching the packages")
    folders = data.fetch(data_dir / "packages")
    report("painting every concept in every colour")
    composer = Composer(data.sources(folders, data_dir / "sources.npy"), seed=1)
    report("training the autoencoder", minutes=minutes * SHARES["autoencoder"])
    coder = _autoencoder(composer, minutes * SHARES["autoencoder"], data_dir, device, log)
    report("composing the pictures")
    latents.compose(composer, data_dir)
    report("encoding the captions")
    latents.embed(data_dir, device)
    report("encoding the pictures")
    latents.encode(coder, data_dir, device)
    report("training the flow network", minutes=minutes * SHARES["flow"])
    pool = latents.pool(data_dir)
    kept = data_dir / "flow.pt"
    network = flow.train(pool, SHAPE, minutes * SHARES["flow"], kept, log, device=device, resume=resume)
    report("tuning the decoder", minutes=minutes * SHARES["decoder"])
    coder = decoder.tune(coder, network, pool, Clock(minutes * SHARES["decoder"]), log)
    save(network, coder, out_dir)
    evaluate(device, data_dir, out_dir, report)


def save(network: Transformer, coder: Autoencoder, out_dir: Path) -> None:
    """Both networks in half precision as safetensors."""
    stored.write(network, out_dir / "flow.safetensors", network.shape.words())
    stored.write(coder, out_dir / "autoencoder.safetensors")


def evaluate(device: str, data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """Validate the judge on real pictures, let it score the 100 held-out prompts, and write card and sheets."""
    need_packages()
    folders = data.fetch(data_dir / "packages")
    report("judging")
    composer = Composer(data.sources(folders, data_dir / "sources.npy"), seed=5)
    eyes = metric.extractor()
    trained = trained_judge(composer, eyes, data_dir)
    facts = judge.validate(trained, composer, eyes, data.Pictures(folders))
    report("judge on real pictures", **facts)
    model = load(out_dir, chosen_device(device))
    drawer = partial(draw, model)
    scores = judge.score(trained, eyes, drawer)
    report("held-out prompts", **{name: scores[name] for name in ("object", "colour", "both", "retrieved")})
    scores["beside"] = judge.beside(trained, composer, eyes, drawer)
    report("two things", **scores["beside"])
    scores["fid"] = judge.distance(composer, eyes, scores["pictures"])
    report("distance", **scores["fid"])
    card.write(out_dir, facts, scores, drawer)
    return scores


def load(folder: Path, device: str) -> Model:
    """The model from weight files anywhere."""
    network = stored.read(flow_network, folder / "flow.safetensors", device)
    coder = stored.read(lambda words: Autoencoder(), folder / "autoencoder.safetensors", device)
    return Model(network, coder, TextEncoder(device))


def draw(model: Model, prompt: str, seed: int) -> np.ndarray:
    """One picture with the engine's default options, uint8 (128, 128, 3)."""
    from engines.image.sticker import Options

    request, options = Request(engine="image/sticker", prompt=prompt, seed=seed, size=(128, 128)), Options()
    denoise = model.denoiser(request, options, "")
    *_, last = model.states(request, options, denoise)
    return model.decoded(last.x[0].cpu().numpy()).pixels


def _autoencoder(composer: Composer, minutes: float, folder: Path, device: str, log: Log) -> Autoencoder:
    """The trained autoencoder, from the data folder when it is there."""
    path = folder / "autoencoder.pt"
    if path.exists():
        network = Autoencoder()
        network.load_state_dict(torch.load(path, map_location=device, weights_only=True))
        return network.to(device).eval()
    network = autoencoder.train(composer, Clock(minutes), device, log)
    torch.save(network.state_dict(), path)
    return network


def trained_judge(composer: Composer, eyes: Any, folder: Path) -> metric.Judge:
    """The trained judge, from the data folder when it is there."""
    path = folder / "judge.safetensors"
    if not path.exists():
        judge.train(composer, eyes).save(path)
    return metric.Judge.read(path)
