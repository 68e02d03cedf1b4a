"""Fit a network: the loop every recipe shares, by the clock, with a moving average, resume and a log.

log = Log(out_dir / "log.jsonl", report)
network = fit(network, lambda step: loss_of(next(batches)), minutes, log, stage="flow", batch=64, kept=data / "f.pt")
"""

from __future__ import annotations

import copy
import json
import os
import platform
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines.contract import Refused
from engines.training.clock import Clock

Report = Callable[..., None]
Optimiser = Callable[[list[nn.Parameter], float], torch.optim.Optimizer]  # of these parameters, at this peak rate
TELL = 10.0  # seconds between two rows of the log
SAVE = 120.0  # seconds between two saved sessions


class Log:
    """Takes the rows of a training, keeps them in a file and hands them on."""

    def __init__(self, path: Path, report: Report) -> None:
        self.path, self.report = path, report

    def __call__(self, row: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        self.report(**row)

    def rows(self, stage: str) -> list[dict[str, Any]]:
        """The rows of one stage so far, oldest first."""
        if not self.path.exists():
            return []
        found = [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]
        return [row for row in found if row.get("stage") == stage]


class Session:
    """A network, its moving average and its optimiser; what a resumed training needs."""

    def __init__(self, network: nn.Module, rate: float, optimiser: Optimiser) -> None:
        self.network, self.average = network, copy.deepcopy(network).eval().requires_grad_(False)
        self.rate = rate
        self.optimiser = optimiser([p for p in network.parameters() if p.requires_grad], rate)

    def step(self, loss: Tensor, step: int, fraction: float) -> float:
        """One step down `loss`; its value. A step whose gradient is not finite is left out."""
        self.optimiser.param_groups[0]["lr"] = self.rate * pace(step, fraction)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        if bool(torch.isfinite(norm)):
            self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        follow(self.average, self.network, step)
        return float(loss.detach())

    def save(self, path: Path, clock: Clock) -> None:
        """Whole or not at all. This file is ours and read with weights_only."""
        part = path.with_suffix(".part")
        held = {name: getattr(self, name).state_dict() for name in ("network", "average", "optimiser")}
        torch.save(held | {"step": clock.step, "seconds": clock.seconds}, part)
        os.replace(part, path)

    def restore(self, path: Path) -> tuple[int, float]:
        """Take up a saved session; (step, seconds) it had come to. Refused('bad-file') when it is of another kind."""
        try:
            held = torch.load(path, map_location=next(self.network.parameters()).device, weights_only=True)
            for name in ("network", "average", "optimiser"):
                getattr(self, name).load_state_dict(held[name])
            return held["step"], held["seconds"]
        except Exception as error:
            words = "is damaged or of another network: train without --resume, or remove it."
            raise Refused("bad-file", f"The saved training {path} {words}") from error


def fit(
    network: nn.Module,
    objective: Callable[[int], Tensor],
    minutes: float,
    log: Log,
    *,
    stage: str,
    batch: int,
    kept: Path | None = None,
    resume: bool = False,
    rate: float = 1e-3,
    decay: float = 0.01,
    optimiser: Optimiser | None = None,
    held_out: Callable[[nn.Module], float] | None = None,
) -> Any:
    """Train `network` on `objective(step) -> loss` for so many minutes; its moving average, ready for inference.

    `batch` is how many samples a loss is of (for the log); `held_out(average) -> loss` is asked at every row of the
    log. The session is saved in `kept`, from which `resume` goes on. `optimiser` is AdamW with `decay` unless another
    is given.
    """
    adam: Any = partial(torch.optim.AdamW, betas=(0.9, 0.99), weight_decay=decay)
    session = Session(network, rate, optimiser or adam)
    before = session.restore(kept) if resume and kept is not None and kept.exists() else (0, 0.0)
    clock = Clock(minutes, before)
    losses: list[float] = []
    told = saved = clock.seconds
    network.train()

    device = next(network.parameters()).device
    where = {"device": torch.cuda.get_device_name(device)} if device.type == "cuda" else {}

    def tell() -> None:
        row = {"stage": stage, "step": clock.step, "seconds": round(clock.seconds, 1), "samples": clock.step * batch}
        row |= {"loss": round(float(np.mean(losses)), 5), "left": round(max(0.0, clock.limit - clock.seconds))}
        row |= where
        log(row | ({"held-out": round(held_out(session.average), 5)} if held_out else {}))
        losses.clear()

    for step in clock:
        losses.append(session.step(objective(step), step, clock.fraction))
        if clock.seconds - told > TELL:
            tell()
            told = clock.seconds
        if kept is not None and clock.seconds - saved > SAVE:
            saved = clock.seconds
            session.save(kept, clock)
    if losses:
        tell()
    if kept is not None:
        session.save(kept, clock)
    return session.average


def finished(kept: Path, minutes: float) -> bool:
    """Whether the session saved in `kept` has had so many minutes."""
    held = torch.load(kept, map_location="cpu", weights_only=True, mmap=True) if kept.exists() else {"seconds": 0.0}
    return bool(held["seconds"] >= 60 * minutes)


def pace(step: int, fraction: float) -> float:
    """The share of the peak learning rate: a short rise, level to half of the time, then straight down."""
    return min(1.0, step / 100) * min(1.0, max(0.005, 2 - 2 * fraction))


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, step: int, keep: float = 0.999) -> None:
    """Move `average` towards `network`, quickly at first; buffers are copied."""
    share = 1 - min(keep, (1 + step) / (20 + step))
    torch._foreach_lerp_(list(average.parameters()), list(network.parameters()), share)
    for mine, its in zip(average.buffers(), network.buffers(), strict=True):
        mine.copy_(its)


def machine(row: dict[str, Any]) -> str:
    """What a row of a log was trained on, in the words of a model card."""
    return row.get("device") or f"one thread of a busy CPU ({platform.machine()})"


def ready(device: str, *folders: Path, packages: tuple[str, ...] = ()) -> str:
    """Make the folders of a training; the device that is meant. Refused('missing') when packages are."""
    need_packages(*packages)
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return chosen_device(device)


def chosen_device(wish: str) -> str:
    """The device that is meant by 'cpu', 'cuda', 'mps' or 'auto'."""
    from engines.device import best

    return best() if wish == "auto" else wish


def need_packages(*more: str) -> None:
    """Refused('missing') when what training needs is not installed: the extra 'train', and the modules in `more`."""
    wanted = ("resvg_py", *more)
    missing = [name for name in wanted if find_spec(name) is None]
    if missing:
        raise Refused(
            "missing", f"Training needs {', '.join(missing)}: run packaging/run train, or install the extra 'train'."
        )
