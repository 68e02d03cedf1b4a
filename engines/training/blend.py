"""The recipe of image/blend, from open data to weights and card: `darkroom train image/blend --minutes 6`.

Stages: fetch DiceBear and render faces whose attributes are known; train encoder and decoder on the evidence lower
bound; order the latent numbers, find the sliders' directions, fit the mixture; evaluate. `--resume` goes on where the
training was saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines.faces import ATTRIBUTES, POSE
from engines.families import vae
from engines.nn import stored
from engines.nn.blend import COMPONENTS, DIMS, SLIDERS, VAE, build
from engines.training import blend_card
from engines.training.ahead import sized
from engines.training.faces import PARTS, Batches, Faces, distance, faces
from engines.training.fit import Log, Report, chosen_device, fit, need_packages, ready
from engines.training.recolour import to_oklab

COUNT = 12500  # faces rendered; the same as for image/avatar
BATCH = 16
WIDTH = 128  # of the decoder
BETA, WARM = 4.0, 800  # of the divergence; steps over which it rises
SHAPE = 1.5  # weight, in bits per dimension, of the distance of pictures beside the bound
LONG = ("wavy bob", "curly bob", "straight", "braids", "fringe", "half shaved")
SMILES = ("grin", "laughing", "gap-toothed", "braces", "kawaii")


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top. Refused when
    the training packages are not installed.
    """
    device = ready(device, data_dir, out_dir)
    log = Log(out_dir / "log.jsonl", report)
    given = faces(COUNT, data_dir, report)
    network = learn(given, minutes, data_dir, log, device=device, resume=resume)
    report("fitting the latent space")
    describe(network, given)
    stored.write(network, out_dir / "vae.safetensors", {"width": str(network.width)})
    evaluate(device, data_dir, out_dir, report)


def evaluate(device: str, data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """Measure the weights in `out_dir` on held-out faces and write the card and its sheets."""
    need_packages()
    network = stored.read(build, out_dir / "vae.safetensors", chosen_device(device))
    return blend_card.write(network, faces(COUNT, data_dir, report), out_dir, report)


def learn(given: Faces, minutes: float, folder: Path, log: Log, *, device: str, resume: bool) -> VAE:
    """The trained networks."""
    torch.manual_seed(0)
    network = VAE(WIDTH).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    size = sized(BATCH, device)
    batches, draw = Batches(given, size, device), torch.Generator().manual_seed(3)
    seen = small(Batches(given, 64, device, held=True).first()[0])
    noise = torch.randn(len(seen), len(network.order), generator=draw).to(device)

    def objective(step: int) -> Tensor:
        x = small(batches.next()[0])
        mean, logvar = network.encode(x)
        fresh = torch.randn(mean.shape, generator=draw).to(device)
        made, logscale = network.decode(vae.reparameterised(mean, logvar, fresh))
        beta = BETA * min(1.0, step / WARM)
        nats = vae.loss(vae.logistic(x, made, logscale), vae.divergence(mean, logvar), beta)
        return nats / (DIMS * np.log(2)) + SHAPE * distance(made, x)

    def held_out(average: Any) -> float:
        return bits_per_dimension(average, seen, noise)["elbo"]

    kept = folder / "blend.pt"
    common: dict[str, Any] = {"batch": size, "kept": kept, "resume": resume, "rate": 2e-3, "decay": 0.0}
    return fit(network, objective, minutes, log, stage="vae", held_out=held_out, **common)


def small(x: Tensor) -> Tensor:
    """Pictures (B, 3, 128, 128) in [-1, 1] at half the side, on the 256 levels of a byte."""
    return functional.avg_pool2d(x, 2).add(1).mul(127.5).round() / 127.5 - 1


@torch.no_grad()
def bits_per_dimension(network: VAE, x: Tensor, noise: Tensor) -> dict[str, float]:
    """The negative ELBO (beta 1) of pictures (B, 3, 64, 64) and its two parts, in bits per dimension."""
    mean, logvar = network.encode(x)
    made, logscale = network.decode(vae.reparameterised(mean, logvar, noise))
    told = -vae.logistic(x, made, logscale).flatten(1).sum(1).mean()
    kl = vae.divergence(mean, logvar).sum(1).mean()
    parts = {"reconstruction": float(told), "kl": float(kl), "elbo": float(told + kl)}
    return {name: vae.bits(nats, DIMS) for name, nats in parts.items()}


# ---------------------------------------------------------------- what is known of the latent space


@torch.no_grad()
def describe(network: VAE, given: Faces) -> None:
    """Fill the network's order, directions and mixture from the faces it was trained on."""
    rows = given.split()[0]
    mean, logvar = encoded(network, given, rows)
    network.order.copy_(vae.divergence(mean, logvar).mean(0).argsort(descending=True))
    network.directions.copy_(directions(mean, torch.from_numpy(scores(given, rows)).float()))
    draw = torch.Generator().manual_seed(4)
    drawn = vae.reparameterised(mean, logvar, torch.randn(mean.shape, generator=draw))
    fitted = vae.Mixture.fitted(drawn, COMPONENTS, draw)
    for name in ("means", "shares", "factor"):
        getattr(network, name).copy_(getattr(fitted, name))


def encoded(network: VAE, given: Faces, rows: np.ndarray) -> tuple[Tensor, Tensor]:
    """Mean and logvar (N, 48) of these faces, on the CPU."""
    source = Batches(given, 256, str(network.order.device))
    chunks = [rows[i : i + 256] for i in range(0, len(rows), 256)]
    found = [network.encode(small(source.of(chunk)[0])) for chunk in chunks]
    mean, logvar = (torch.cat(part).cpu() for part in zip(*found, strict=True))
    return mean, logvar


def scores(given: Faces, rows: np.ndarray) -> np.ndarray:
    """What the `SLIDERS` slide, of each face, (N, 8), each with mean 0 and deviation 1."""
    names = list(ATTRIBUTES)
    labels, lab = given.labels[rows], {name: _oklab(PARTS[name]) for name in ("hair_colour", "skin", "background")}
    column = {name: labels[:, names.index(name)] for name in names}
    hair = lab["hair_colour"][column["hair_colour"]]
    found = {
        "hair_light": hair[:, 0],
        "hair_warm": hair[:, 1] + hair[:, 2],
        "hair_long": np.isin(column["hair"], [ATTRIBUTES["hair"].index(name) for name in LONG]),
        "skin_light": lab["skin"][column["skin"], 0],
        "smile": np.isin(column["mouth"], [ATTRIBUTES["mouth"].index(name) for name in SMILES]),
        "glasses": np.isin(column["accessory"], [ATTRIBUTES["accessory"].index(n) for n in ("glasses", "sunglasses")]),
        "background_light": lab["background"][column["background"], 0],
        "tilt": given.pose[rows, POSE.index("tilt")],
    }
    table = np.stack([found[name].astype(np.float64) for name in SLIDERS], 1)
    return (table - table.mean(0)) / table.std(0).clip(1e-6)


def _oklab(colours: tuple[str, ...]) -> np.ndarray:
    return to_oklab(np.array([[int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)] for colour in colours]))


def directions(z: Tensor, told: Tensor, ridge: float = 1e-3) -> Tensor:
    """How the latent (N, D) moves with each score (N, K) while the others stay, (K, D): z = told B + c."""
    centred = z - z.mean(0)
    return torch.linalg.solve(told.T @ told + ridge * len(told) * torch.eye(told.shape[1]), told.T @ centred)
