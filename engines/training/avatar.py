"""The recipe of image/avatar, from open data to weights and card: `darkroom train image/avatar --minutes 35`.

Stages: fetch DiceBear and render faces whose attributes, shades and tilt are known; train the generator to draw the
face of given attributes; train it against a discriminator; mean style; evaluate. `--resume` goes on where a stage was
saved.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engines.families import gan
from engines.nn import stored
from engines.nn.avatar import Discriminator, Generator
from engines.training import avatar_card
from engines.training.faces import Batches, Faces, distance, drawn, faces
from engines.training.fit import Log, Report, chosen_device, finished, fit, need_packages, ready

COUNT = 12500  # faces rendered
BATCH = 8
SHARE = 0.62  # of the minutes: drawing alone; the rest against the discriminator
ADVERSARIAL = 0.03  # weight of the adversarial loss beside the difference of pictures
GAMMA, EVERY = 1.0, 16  # gradient penalties, and once in how many steps (Karras et al., 2020, section 3.2)


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Train from scratch (or go on) and leave weights, card and sheets in `out_dir`.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of training, the preparation comes on top. Refused when
    the training packages are not installed.
    """
    device = ready(device, data_dir, out_dir)
    log = Log(out_dir / "log.jsonl", report)
    given = faces(COUNT, data_dir, report)
    report("training", faces=len(given.split()[0]), held_out=len(given.split()[1]))
    network = learn(given, minutes, data_dir, log, device=device, resume=resume)
    stored.write(network, out_dir / "generator.safetensors")
    evaluate(device, data_dir, out_dir, report)


def evaluate(device: str, data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """Measure the weights in `out_dir` on held-out faces and write the card and its sheets."""
    need_packages()
    network = stored.read(lambda words: Generator(), out_dir / "generator.safetensors", chosen_device(device))
    return avatar_card.write(network, faces(COUNT, data_dir, report), data_dir, out_dir, report)


# ---------------------------------------------------------------- the stages


def learn(given: Faces, minutes: float, folder: Path, log: Log, *, device: str, resume: bool) -> Generator:
    """The trained generator: first by the difference to the picture alone, then against the discriminator too."""
    torch.manual_seed(0)
    network = Generator().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    batches = Batches(given, BATCH, device)
    seen = Batches(given, 64, device, held=True).first()
    common: dict[str, Any] = {"batch": BATCH, "held_out": partial(difference, seen=seen)}

    def drawing(step: int) -> Tensor:
        pictures, z, labels = batches.next()
        return distance(network(z, labels), pictures)

    kept = folder / "avatar-drawing.pt"
    drawn_already = resume and finished(kept, minutes * SHARE)  # else the adversary begins anew from what is drawn now
    common |= {"resume": resume}
    average = fit(network, drawing, minutes * SHARE, log, stage="drawing", kept=kept, rate=2e-3, **common)
    network.load_state_dict(average.state_dict())
    against = Adversary(network, batches, device)
    kept = folder / "avatar-gan.pt"
    common |= {"resume": drawn_already}
    network = fit(network, against, minutes * (1 - SHARE), log, stage="gan", kept=kept, rate=5e-4, **common)
    network.mean.copy_(mean_style(network))
    return network


class Adversary:
    """The generator's loss of a step, after the discriminator has made its own. Pairs are of one condition."""

    def __init__(self, generator: Generator, batches: Batches, device: str) -> None:
        self.generator, self.batches = generator, batches
        self.network = Discriminator().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=1e-3, betas=(0.0, 0.99))

    def __call__(self, step: int) -> Tensor:
        pictures, z, labels = self.batches.next()
        made = self.generator(z, labels)
        self.judge(pictures, made.detach(), labels, step)
        self.network.requires_grad_(False)
        fooled = gan.relativistic_loss(self.network(made, labels), self.network(pictures, labels))
        self.network.requires_grad_(True)
        warm = min(1.0, step / 200)  # the discriminator begins from nothing
        return distance(made, pictures) + ADVERSARIAL * warm * fooled

    def judge(self, real: Tensor, made: Tensor, labels: Tensor, step: int) -> None:
        """One step of the discriminator: relativistic loss, and now and then R1 and R2."""
        loss = gan.relativistic_loss(self.network(real, labels), self.network(made, labels))
        if step % EVERY == 0:
            scores: Callable[[Tensor], Tensor] = partial(self.network, labels=labels)
            loss = loss + EVERY * (
                gan.gradient_penalty(scores, real, GAMMA) + gan.gradient_penalty(scores, made, GAMMA)
            )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()


@torch.no_grad()
def difference(network: Generator, seen: tuple[Tensor, Tensor, Tensor]) -> float:
    """The mean absolute difference to `seen` held-out pictures, of a range of 2."""
    pictures, z, labels = seen
    return float((network(z, labels) - pictures).abs().mean())


@torch.no_grad()
def mean_style(network: Generator, count: int = 10_000) -> Tensor:
    """The mean of the style (160,) over random faces."""
    labels, pose = drawn(count, seed=11)
    device = network.mean.device
    return network.mapping(torch.from_numpy(pose).to(device), torch.from_numpy(labels).to(device)).mean(0)
