"""The recipe of audio/drum, from open data to weights and card: `darkroom train audio/drum --minutes 25`.

Stages, each kept in the data folder and skipped when it is there: fetch the packages, compose the pool of sounds, fit
the flow by exact likelihood, train the judge on real drums, evaluate on sources never trained on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engines.families import flow
from engines.nn import drum_parts as parts
from engines.nn import stored
from engines.nn.drum import DrumFlow, summary
from engines.nn.drum_parts import Parts
from engines.nn.drum_sound import KINDS, PITCHED, condition
from engines.training import drum_data
from engines.training.fit import Log, Report, fit, need_packages
from engines.training.muon import Muon

PER_KIND = 1500  # sounds of each kind in the pool
ASKED = 60  # held-out sounds at every row of the log
EARLY = 0.6  # of the steps that fit the low end see its first half alone
TONAL = 2.5  # so often as the others are kinds with a pitch chosen to fit the low end: theirs is more than a thud


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    It trains on the CPU whatever `device` says: its networks are small. `minutes` are of training; preparation (about
    six minutes of one core) and evaluation come on top. Refused when the training packages are not installed.
    """
    need_packages("av")
    for folder in (data_dir, out_dir):
        folder.mkdir(parents=True, exist_ok=True)
    log = Log(out_dir / "log.jsonl", report)
    if not (data_dir / "pool.json").exists():
        drum_data.compose(drum_data.sources(data_dir / "packages"), data_dir, PER_KIND, report)
    pool = Pool(data_dir)
    network = fitted(pool, minutes, log, kept=data_dir, resume=resume)
    save(network, out_dir)
    from engines.training import drum_card

    drum_card.evaluate(data_dir, out_dir, report)


def save(network: DrumFlow, out_dir: Path) -> None:
    """The flow in half precision."""
    stored.write(network, out_dir / "flow.safetensors", network.words())


class Pool:
    """The sounds of a data folder as the flow sees them; `held` are those of held-out sources."""

    def __init__(self, folder: Path) -> None:
        rows = json.loads((folder / "pool.json").read_text())
        self.kinds = np.array([KINDS.index(row["kind"]) for row in rows])
        self.character = np.array([row["character"] for row in rows], np.float32)
        self.sources = [[name for name in (row["source"], row["click"]) if name] for row in rows]
        self.recorded = np.array([not names[0].startswith("machine/") for names in self.sources])
        self.held = np.array([row["held"] for row in rows])
        self.waves = np.load(folder / "waves.npy", mmap_mode="r")
        self.fine = np.load(folder / "fine.npy", mmap_mode="r")
        self.low, self.coarse = np.load(folder / "low.npy"), np.load(folder / "coarse.npy")
        self.ahead = np.load(folder / "ahead.npy", mmap_mode="r")
        self.volume, self.heard = np.load(folder / "volume.npy"), np.load(folder / "heard.npy")

    def places(self, held: bool) -> np.ndarray:
        return np.flatnonzero(self.held == held)

    def prepare(self, network: DrumFlow) -> None:
        """Give `network` its statistics, from the sounds for training alone."""
        learnt = self.places(False)
        coarse, loud = self.coarse[learnt], summary(torch.from_numpy(self.low[learnt])).numpy()
        network.mean.copy_(torch.from_numpy(coarse.mean(0)).half())
        network.spread.copy_(torch.from_numpy(coarse.std(0) + 1e-2).half())
        network.loud.copy_(torch.from_numpy(np.stack((loud.mean(0), loud.std(0) + 0.1))).half())
        for index in range(len(KINDS)):
            heard = self.heard[learnt[self.kinds[learnt] == index]]
            network.heard[index] = torch.from_numpy(heard.mean(0)).half()
            spread = np.cov(heard.T) + 1e-3 * np.eye(heard.shape[1])
            network.range[index] = torch.from_numpy(np.linalg.cholesky(spread)).half()

    def lows(self, places: np.ndarray, network: DrumFlow, rng: np.random.Generator | None = None) -> tuple:
        """(low ends, conditions) of some sounds."""
        return torch.from_numpy(self.low[places]), self.told(places, network, rng)

    def told(self, places: np.ndarray, network: DrumFlow, rng: np.random.Generator | None = None) -> Tensor:
        """The conditions of some sounds; with `rng` they are a little uncertain."""
        heard, character = self.heard[places], self.character[places].copy()
        if rng is not None:
            heard = heard + rng.normal(0, 0.05, heard.shape)
            character[rng.random(len(places)) < 0.1] = 0.0
        return condition(network, self.kinds[places], heard, character).float()

    def bodies(self, places: np.ndarray, network: DrumFlow, rng: np.random.Generator | None = None) -> tuple:
        """(coarse energies, what the network is told of the rest) of some sounds."""
        coarse = torch.from_numpy(self.coarse[places]).unflatten(1, (parts.ROWS, parts.SLOTS))
        return coarse, network.told(*self.lows(places, network, rng))

    def batch(self, places: np.ndarray, network: DrumFlow, rng: np.random.Generator | None = None) -> tuple:
        """(parts, conditions) of some sounds."""
        fine = torch.from_numpy(self.fine[places].astype(np.float32))
        shapes = (*parts.LEVELS, *parts.ANGLES)
        each = fine.split([rows * slots for rows, slots in shapes], 1)
        each = [part.unflatten(1, shape) for part, shape in zip(each, shapes, strict=True)]
        coarse = torch.from_numpy(self.coarse[places]).unflatten(1, (parts.ROWS, parts.SLOTS))
        low, told = self.lows(places, network, rng)
        count = len(parts.LEVELS)
        return Parts(low, coarse, tuple(each[:count]), tuple(each[count:])), told


def objective(network: DrumFlow, pool: Pool, places: np.ndarray, rng: np.random.Generator | None = None) -> Tensor:
    """The loss: negative log-likelihood in nats per sample, averaged over some sounds of the pool."""
    noise, volume = network.noise(*pool.batch(places, network, rng))
    fixed = float(pool.volume[places].mean())  # of the transform
    return -(network.log_likelihood(noise, volume).mean() + fixed) / parts.LENGTH


def low(network: DrumFlow, pool: Pool, places: np.ndarray, rng: np.random.Generator | None = None) -> Tensor:
    """The part of the loss that the first layer decides, in nats per number it makes."""
    low, told = pool.lows(places, network, rng)
    early = rng is not None and rng.random() < EARLY  # what comes later is mostly silence, and as dear
    count = parts.LOW // 2 if early else parts.LOW
    noise, volume = network.low(low[:, :count], told, torch.from_numpy(pool.ahead[places, :, :count]))
    return flow.loss(noise, volume, count)


def body(network: DrumFlow, pool: Pool, places: np.ndarray, rng: np.random.Generator | None = None) -> Tensor:
    """The part of the loss that the next nine layers decide, in nats per number they make."""
    noise, volume = network.body(*pool.bodies(places, network, rng))
    return flow.loss(noise, volume, noise.shape[1])


def detail(network: DrumFlow, pool: Pool, places: np.ndarray, rng: np.random.Generator | None = None) -> Tensor:
    """The part of the loss that the other layers decide, in nats per number they make."""
    seen, told = pool.batch(places, network, rng)
    noise, volume = network.detail(seen, network.told(seen.low, told), told)
    return -network.log_likelihood(noise, volume).mean() / noise.shape[1]


@dataclass(frozen=True)
class Stage:
    """Layers that share no weight with the others, so that they are fitted alone: the losses add up to the whole.

    `part` is their loss, `batch` so many sounds a step, `share` of the minutes, `rate` the peak learning rate, `decay`
    of the weights, `tonal` how often a kind with a pitch is chosen for one without.
    """

    name: str
    part: Callable[..., Tensor]
    batch: int
    share: float
    rate: float = 1.5e-3
    decay: float = 0.01
    tonal: float = 1.0
    muon: bool = False


STAGES = (
    Stage("low", low, 16, 0.6, rate=5e-3, tonal=TONAL, muon=True),
    Stage("body", body, 128, 0.1, decay=0.2),
    Stage("detail", detail, 32, 0.3),
)


def prepared(pool: Pool) -> DrumFlow:
    """A flow that knows the statistics of the pool and nothing else."""
    torch.manual_seed(0)
    network = DrumFlow()
    pool.prepare(network)
    return network


def fitted(pool: Pool, minutes: float, log: Log, *, kept: Path | None = None, resume: bool = False) -> DrumFlow:
    """The flow after so many minutes, stage by stage."""
    network = prepared(pool)
    held = pool.places(True)
    asked = held[np.linspace(0, len(held) - 1, min(ASKED, len(held))).astype(int)]
    for stage in STAGES:
        found = fit(
            network,
            partial(_loss, stage, network, pool),
            minutes * stage.share,
            log,
            stage=stage.name,
            batch=stage.batch,
            kept=None if kept is None else kept / f"{stage.name}.pt",
            resume=resume,
            rate=stage.rate,
            decay=stage.decay,
            optimiser=partial(Muon, decay=stage.decay) if stage.muon else None,
            held_out=partial(_asked, stage, pool, asked),
        )
        network.load_state_dict(found.state_dict())
    return network.eval()


def _loss(stage: Stage, network: DrumFlow, pool: Pool, step: int) -> Tensor:
    """The loss of a stage on sounds drawn by the step's own generator."""
    rng, learnt = np.random.default_rng(step), pool.places(False)
    pitched = np.isin(pool.kinds[learnt], [KINDS.index(kind) for kind in PITCHED])
    chance = np.where(pitched, stage.tonal, 1.0)
    some = rng.choice(learnt, min(stage.batch, len(learnt)), replace=False, p=chance / chance.sum())
    return stage.part(network, pool, np.sort(some), rng)


@torch.no_grad()
def _asked(stage: Stage, pool: Pool, places: np.ndarray, average: DrumFlow) -> float:
    return float(stage.part(average, pool, places))
