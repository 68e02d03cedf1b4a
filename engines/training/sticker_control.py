"""The recipe of the sticker's control branch: `darkroom train image/sticker-control --minutes 18`.

The shipped flow network stays as it is; the branch that steers it learns beside it. Stages, each kept in the data
folder and skipped when it is there: the packages, sources and pool of image/sticker, the latents of some of its
pictures, then a guess at the latent from a map alone, then the branch through the frozen network, and how well it
does. `--resume` goes on where it was saved.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engines import control
from engines.families import flow_matching
from engines.files import assets, weights
from engines.nn import sticker, stored
from engines.nn.control import Branch, tensor
from engines.nn.transformer import Transformer
from engines.training import control_card, control_data, control_judge, data, flow, latents
from engines.training.ahead import Ahead, sized
from engines.training.control_data import changed, map_of
from engines.training.fit import Log, Report, fit, need_packages, ready
from engines.training.latents import Pool
from engines.training.pool import Composer

SHARE = 0.25  # of the minutes for the guess
BATCHES = {"guess": 32, "control": 16}
SHARES = (0.28, 0.26, 0.14, 0.16, 0.16)  # how often each of `control.KINDS` is shown
WORDLESS = 0.25  # of the samples are shown without their words, so that the map alone tells something
TWICE = 0.2  # of the batches are shown two maps at once
GUESSED = 0.1  # the weight of the guess beside the flow matching loss
TIME = (0.9, 1.1)  # mean and spread of the logit of the flow times: noisy ones, where a picture is laid out
Maps = list[tuple[Tensor, Tensor]]  # maps (B, 3, 128, 128) and kinds (B,), once or twice


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train the branch (or go on) and leave weights, card and sheets in `out_dir`; arguments as of image/sticker."""
    device = ready(device, data_dir, out_dir)
    log = Log(out_dir / "control.jsonl", report)
    report("fetching the packages")
    folders = data.fetch(data_dir / "packages")
    report("painting every concept in every colour")
    composer = Composer(data.sources(folders, data_dir / "sources.npy"), seed=1)
    report("composing the pictures")
    latents.compose(composer, data_dir)
    report("encoding the captions")
    latents.embed(data_dir, device)
    model = sticker.load()
    report("encoding some pictures", number=control_data.COUNT)
    pool = control_data.pool(composer, model.autoencoder, data_dir)
    lessons = Lessons(pool, model.flow)
    save(learn(lessons, minutes, data_dir, log, resume=resume), out_dir)
    log({"stage": "without", "loss": round(lessons.without(), 5), "depth": model.flow.shape.depth})
    evaluate(device, data_dir, out_dir, report)


def learn(lessons: Lessons, minutes: float, folder: Path, log: Log, *, resume: bool = False) -> Branch:
    """A branch for the frozen network of `lessons`, taught first to guess the latent from a map, then to steer."""
    torch.manual_seed(3)
    branch: Any = Branch(lessons.network.shape).to(lessons.device)
    for stage, share in (("guess", SHARE), ("control", 1 - SHARE)):
        how: dict[str, Any] = {"kept": folder / f"control_{stage}.pt", "resume": resume, "rate": 1.5e-3}
        how |= {"stage": stage, "batch": lessons.sizes[stage], "held_out": partial(lessons.watched, stage)}
        branch = fit(branch, lessons.objective(stage, branch), minutes * share, log, **how)
        branch = branch.requires_grad_(True)
    return branch.eval().requires_grad_(False)


class Lessons:
    """The losses of both stages over a pool, and what they are on held-out pictures."""

    def __init__(self, pool: Pool, network: Transformer) -> None:
        rows = {kind: some for kind, some in pool.rows.items() if kind != "held out"}
        self.pool, self.network = Pool(**(vars(pool) | {"rows": rows})), network
        self.device = str(next(network.parameters()).device)
        self.sizes = {stage: sized(batch, self.device) for stage, batch in BATCHES.items()}
        self.held = self._exam(pool.rows["held out"])

    def objective(self, stage: str, branch: Branch) -> Callable[[int], Tensor]:
        """The loss of each step of a stage."""
        loss, ahead = getattr(self, stage), Ahead(partial(self.lesson, stage), self.device)
        return lambda step: loss(branch, ahead(step))

    def lesson(self, stage: str, step: int) -> list[Tensor]:
        """What a step of a stage learns from: latents, tokens, their mask, then maps and their kinds, once or twice."""
        rng = np.random.default_rng((list(BATCHES).index(stage), step))
        picked = [
            (picture, self.pool.empty if rng.random() < WORDLESS else words)
            for picture, words in flow.choose(self.pool, rng, self.sizes[stage])
        ]
        twice = stage == "control" and rng.random() < TWICE
        maps = [self._maps(picked, rng) for _ in range(1 + twice)]
        return [*flow.gathered(self.pool, picked), *itertools.chain(*maps)]

    def guess(self, branch: Branch, lesson: Sequence[Tensor]) -> Tensor:
        """|guess - x0|^2 of a batch."""
        x, _, _, maps, kinds = lesson
        return functional.mse_loss(branch.read(maps, kinds)[1], x)

    def control(self, branch: Branch, lesson: Sequence[Tensor]) -> Tensor:
        """The flow matching loss of the frozen network with what the branch adds, and a little of the guess."""
        batch, maps = lesson[:3], list(zip(lesson[3::2], lesson[4::2], strict=True))
        t = flow_matching.times(len(batch[0]), mean=TIME[0], spread=TIME[1]).to(self.device)
        return self._steered(branch, maps, batch, (t, torch.randn_like(batch[0])))

    def _steered(self, branch: Branch, maps: Maps, batch: Sequence[Tensor], noised: tuple[Tensor, Tensor]) -> Tensor:
        (x, tokens, mask), (t, noise) = batch, noised
        told = [branch(*one) for one in maps]
        added = branch.gains(t) * torch.stack([residual for residual, _ in told]).sum(0)
        loss = flow_matching.loss(lambda z, s: self.network(z, s, tokens, mask, added), x, noise, t)
        return loss + GUESSED * functional.mse_loss(told[0][1], x) if branch.training else loss

    def _maps(self, picked: list[tuple[int, int]], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """A changed map of each picture, of kinds by their shares."""
        kinds = rng.choice(len(SHARES), len(picked), p=SHARES)
        maps = [
            changed(control.KINDS[k], map_of(control.KINDS[k], self.pool.pixels[picture]), rng)
            for (picture, _), k in zip(picked, kinds, strict=True)
        ]
        return tensor(maps), torch.from_numpy(kinds)

    # ------------------------------------------------------------ held out

    def _exam(self, rows: list[latents.Row]) -> dict[str, Any]:
        """The held-out pictures with their first captions, unchanged maps of kinds in turn, fixed noise and times."""
        picked = [(picture, captions[0]) for picture, captions in rows]
        draw = torch.Generator().manual_seed(5)
        kinds = np.arange(len(picked)) % len(SHARES)
        maps = [map_of(control.KINDS[k], self.pool.pixels[p]) for k, (p, _) in zip(kinds, picked, strict=True)]
        batch = [part.to(self.device) for part in flow.gathered(self.pool, picked)]
        t = flow_matching.times(len(picked), draw, *TIME)
        return {
            "batch": batch,
            "maps": (tensor(maps).to(self.device), torch.from_numpy(kinds).to(self.device)),
            "noised": tuple(part.to(self.device) for part in (t, torch.randn(batch[0].shape, generator=draw))),
        }

    @torch.no_grad()
    def watched(self, stage: str, branch: nn.Module) -> float:
        """The loss of `stage` on the held-out pictures."""
        held, made = self.held, cast(Branch, branch)
        if stage == "guess":
            return float(functional.mse_loss(made.read(*held["maps"])[1], held["batch"][0]))
        return float(self._steered(made, [held["maps"]], held["batch"], held["noised"]))

    @torch.no_grad()
    def without(self) -> float:
        """The flow matching loss of the frozen network alone on the held-out pictures."""
        (x, tokens, mask), (t, noise) = self.held["batch"], self.held["noised"]
        return float(flow_matching.loss(lambda z, s: self.network(z, s, tokens, mask), x, noise, t))


def save(branch: Branch, out_dir: Path) -> None:
    """The branch in half precision, with the hash of the flow weights it steers."""
    words = branch.shape.words() | {"flow": weights.sha256(assets.path(sticker.FLOW))}
    stored.write(branch, out_dir / "control.safetensors", words)


def evaluate(device: str, data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """How true results are to maps of held-out pictures, how well they fit their captions; then card and sheets."""
    need_packages()
    composer = Composer(data.sources(data.fetch(data_dir / "packages"), data_dir / "sources.npy"), seed=5)
    found = control_judge.judged(composer, data_dir, out_dir, report)
    control_card.write(out_dir, found)
    return found
