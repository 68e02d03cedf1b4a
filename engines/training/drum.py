"""The recipe of audio/drum, from open data to weights and card: `darkroom train audio/drum --minutes 25`.

Stages, each kept in the data folder and skipped when it is there: fetch the packages, compose the pool of sounds, fit
the flow by exact likelihood, train the judge on real drums, evaluate on sources never trained on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.families import flow
from engines.nn import drum_parts as parts
from engines.nn import stored
from engines.nn.drum import COMPONENTS, KNEE, DrumFlow
from engines.nn.drum_parts import Parts
from engines.nn.drum_sound import KINDS, PITCHED, condition
from engines.training import drum_data
from engines.training.fit import Log, Report, fit, need_packages

PER_KIND = 900  # sounds of each kind in the pool
ASKED = 60  # held-out sounds at every row of the log
LEAST = 0.02  # of the loudest: no moment of the low end is weighted up further


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    It trains on the CPU whatever `device` says: its networks are small. `minutes` are of training; preparation (about
    four minutes of one core) and evaluation come on top. Refused when the training packages are not installed.
    """
    need_packages("av")
    for folder in (data_dir, out_dir):
        folder.mkdir(parents=True, exist_ok=True)
    log = Log(out_dir / "log.jsonl", report)
    drum_data.compose(drum_data.sources(data_dir / "packages"), data_dir, PER_KIND, report)
    pool = Pool(data_dir)
    network = fitted(pool, minutes, log, kept=data_dir, resume=resume)
    save(network, out_dir)
    from engines.training import drum_card

    drum_card.evaluate(data_dir, out_dir, report)


def save(network: DrumFlow, out_dir: Path) -> None:
    """The flow in half precision."""
    stored.write(network, out_dir / "flow.safetensors", {"hidden": str(network.hidden)})


class Pool:
    """The sounds of a data folder as the flow sees them; `held` are those of held-out sources."""

    def __init__(self, folder: Path) -> None:
        rows = json.loads((folder / "pool.json").read_text())
        self.kinds = np.array([KINDS.index(row["kind"]) for row in rows])
        self.character = np.array([row["character"] for row in rows], np.float32)
        self.sources = [row["source"] for row in rows]
        self.held = np.array([row["held"] for row in rows])
        self.waves = np.load(folder / "waves.npy", mmap_mode="r")
        self.fine = np.load(folder / "fine.npy", mmap_mode="r")
        self.low, self.coarse = np.load(folder / "low.npy"), np.load(folder / "coarse.npy")
        self.volume, self.heard = np.load(folder / "volume.npy"), np.load(folder / "heard.npy")
        self.turned = self.low

    def places(self, held: bool) -> np.ndarray:
        return np.flatnonzero(self.held == held)

    def prepare(self, network: DrumFlow) -> None:
        """Give `network` its statistics, from the sounds for training alone, and turn all low ends to its basis."""
        learnt = self.places(False)
        tonal = learnt[np.isin(self.kinds[learnt], [KINDS.index(kind) for kind in PITCHED])]
        network.weight.copy_(torch.from_numpy(_weight(self.low[tonal])).half())
        even, _ = flow.pressed(torch.from_numpy(self.low).double() * network.weight.double(), KNEE)
        network.axes.copy_(_axes(even[learnt]).half())
        self.turn(network)
        numbers = np.concatenate((self.turned[:, :COMPONENTS], self.coarse), 1)[learnt]
        network.mean.copy_(torch.from_numpy(numbers.mean(0)).half())
        network.spread.copy_(torch.from_numpy(numbers.std(0) + 1e-2).half())
        for index in range(len(KINDS)):
            heard = self.heard[learnt[self.kinds[learnt] == index]]
            network.heard[index] = torch.from_numpy(heard.mean(0)).half()
            spread = np.cov(heard.T) + 1e-3 * np.eye(heard.shape[1])
            network.range[index] = torch.from_numpy(np.linalg.cholesky(spread)).half()

    def turn(self, network: DrumFlow) -> None:
        """All low ends in the basis of `network`; the volume takes up what that did."""
        turned, volume = network.pressed(torch.from_numpy(self.low).double())
        self.turned, self.pressing = turned.float().numpy(), volume.numpy()

    def bodies(self, places: np.ndarray, network: DrumFlow, rng: np.random.Generator | None = None) -> tuple:
        """(coarse energies, turned low ends, conditions) of some sounds."""
        coarse = torch.from_numpy(self.coarse[places]).unflatten(1, (parts.ROWS, parts.SLOTS))
        return coarse, torch.from_numpy(self.turned[places]), self.told(places, network, rng)

    def told(self, places: np.ndarray, network: DrumFlow, rng: np.random.Generator | None = None) -> Tensor:
        """The conditions of some sounds; with `rng` they are a little uncertain."""
        heard, character = self.heard[places], self.character[places].copy()
        if rng is not None:
            heard = heard + rng.normal(0, 0.05, heard.shape)
            character[rng.random(len(places)) < 0.1] = 0.0
        return condition(network, self.kinds[places], heard, character).float()

    def batch(self, places: np.ndarray, network: DrumFlow, rng: np.random.Generator | None = None) -> tuple:
        """(parts, turned low ends, conditions) of some sounds."""
        fine = torch.from_numpy(self.fine[places].astype(np.float32))
        shapes = (*parts.LEVELS, *parts.ANGLES)
        each = fine.split([rows * slots for rows, slots in shapes], 1)
        each = [part.unflatten(1, shape) for part, shape in zip(each, shapes, strict=True)]
        coarse, turned, told = self.bodies(places, network, rng)
        count = len(parts.LEVELS)
        seen = Parts(turned, coarse, tuple(each[:count]), tuple(each[count:]))
        return seen, turned, told


def _weight(low: np.ndarray) -> np.ndarray:
    """Weights over time (LOW,) that bring the low ends of drums to an even size, with a mean square of 1."""
    size = np.sqrt(np.square(low.astype(np.float64)).mean(0))
    wide = np.convolve(np.pad(size, 16, mode="edge"), np.ones(33) / 33, mode="valid")
    weight = 1 / np.maximum(wide, LEAST * wide.max())
    return weight / np.sqrt(np.square(weight).mean())


def _axes(even: Tensor) -> Tensor:
    """The principal axes (COMPONENTS, LOW) of rows, about the origin."""
    values, vectors = torch.linalg.eigh(even.T @ even)
    return vectors[:, values.argsort(descending=True)[:COMPONENTS]].T


def objective(network: DrumFlow, pool: Pool, places: np.ndarray, rng: np.random.Generator | None = None) -> Tensor:
    """The loss: negative log-likelihood in nats per sample, averaged over some sounds of the pool."""
    seen, turned, told = pool.batch(places, network, rng)
    noise, volume = network.noise(seen, turned, told)
    fixed = float((pool.volume + pool.pressing)[places].mean())  # of the transform and the pressing
    return -(network.log_likelihood(noise, volume).mean() + fixed) / parts.LENGTH


def body(network: DrumFlow, pool: Pool, places: np.ndarray, rng: np.random.Generator | None = None) -> Tensor:
    """The part of the loss that the first ten layers decide, in nats per number they make."""
    coarse, turned, told = pool.bodies(places, network, rng)
    noise, volume = network.body(coarse, turned, told)
    return flow.loss(noise, volume, noise.shape[1])


def detail(network: DrumFlow, pool: Pool, places: np.ndarray, rng: np.random.Generator | None = None) -> Tensor:
    """The part of the loss that the other layers decide, in nats per number they make."""
    seen, turned, told = pool.batch(places, network, rng)
    noise, volume = network.detail(seen, turned, told)
    return -network.log_likelihood(noise, volume).mean() / noise.shape[1]


def prepared(pool: Pool) -> DrumFlow:
    """A flow that knows the statistics of the pool and nothing else."""
    torch.manual_seed(0)
    network = DrumFlow()
    pool.prepare(network)
    return network


def fitted(pool: Pool, minutes: float, log: Log, *, kept: Path | None = None, resume: bool = False) -> DrumFlow:
    """The flow after so many minutes: first its body, in large batches, for it is cheap and decides most of what is
    heard; then its detail. They share no weights, and their losses add up to the whole."""
    network, learnt = prepared(pool), pool.places(False)
    held = pool.places(True)
    asked = held[np.linspace(0, len(held) - 1, min(ASKED, len(held))).astype(int)]
    for stage, part, batch, share in STAGES:

        def step(index: int, part: Any = part, batch: int = batch) -> Tensor:
            rng = np.random.default_rng(index)
            some = rng.choice(learnt, min(batch, len(learnt)), replace=False)
            return part(network, pool, np.sort(some), rng)

        def asked_of(average: Any, part: Any = part) -> float:
            with torch.no_grad():
                return float(part(average, pool, asked))

        session = None if kept is None else kept / f"{stage}.pt"
        found = fit(
            network,
            step,
            minutes * share,
            log,
            stage=stage,
            batch=batch,
            kept=session,
            resume=resume,
            rate=1.5e-3,
            held_out=asked_of,
        )
        network.load_state_dict(found.state_dict())
    return network.eval()


STAGES = (
    ("body", body, 128, 0.6),
    ("detail", detail, 32, 0.4),
)  # what is fitted, in what batches, its share of minutes
