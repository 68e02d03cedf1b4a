"""The recipe of image/sticker-turbo: `darkroom train image/sticker-turbo --minutes 40`.

image/sticker teaches its own network to jump. Stages, each kept in the data folder and skipped when it is there: solve
the teacher's guided ODE for captions of the vocabulary and keep the points of its paths, distil, evaluate. The
pictures themselves are needed by the judge alone. `--resume` goes on with the distillation where it was saved.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines import guidance, samplers, schedules
from engines.contract import Request
from engines.families import consistency
from engines.files import assets, weights
from engines.metrics import concepts as metric
from engines.nn import sticker, stored
from engines.nn.text import WIDTH
from engines.training import data, judge, turbo_card
from engines.training.clock import Clock
from engines.training.fit import Log, Report, fit, need_packages, ready
from engines.training.latents import TOKENS
from engines.training.pool import KINDS, Composer
from engines.training.sticker import trained_judge
from engines.training.vocabulary import COLOURS, STYLES, concepts

STEPS = 8  # of the teacher; its levels are those of the student at 1, 2, 4 and 8 steps
GUIDANCE = 2.0  # of the teacher: at 4, its default in 24 steps, paths of 8 steps end in blotches and wrong colours
BATCH, RATE = 32, 1.5e-4
SHARE = 0.4  # of the minutes for the teacher's paths
JUDGED = {"student": (1, 2, 4, 8), "begun": (1, 2, 4), "teacher": (1, 2, 4, 24)}  # steps that are judged
HELD_OUT = 32  # paths that are not learnt from, to watch the loss on
Drawer = Callable[[int, str, int], np.ndarray]  # (steps, prompt, seed) -> uint8 (128, 128, 3)
TEACHER = (sticker.FLOW, sticker.AUTOENCODER)


class Paths:
    """The teacher's paths: `points` float16 (N, STEPS + 1, 16, 16, 16), and the captions they were solved for as
    `tokens` float16 (N, TOKENS, 384) and `lengths` (N,)."""

    def __init__(self, points: np.ndarray, tokens: np.ndarray, lengths: np.ndarray) -> None:
        self.points, self.tokens, self.lengths = points, tokens, lengths
        self.levels = levels()

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, points=self.points, tokens=self.tokens, lengths=self.lengths)

    @classmethod
    def read(cls, path: Path) -> Paths:
        with np.load(path) as held:
            return cls(held["points"], held["tokens"], held["lengths"])

    def pair(self, rows: np.ndarray, places: np.ndarray) -> tuple[consistency.Points, consistency.Points]:
        """The points of these paths at these places, and their ends: x (B, 16, 16, 16) and t (B,) each."""
        x, end = (torch.from_numpy(self.points[rows, place]).float() for place in (places, STEPS))
        t = torch.tensor([self.levels[place] for place in places])
        return (x, t), (end, torch.zeros(len(rows)))

    def told(self, rows: np.ndarray) -> tuple[Tensor, Tensor]:
        """Token states (B, L, 384) and mask (B, L) of these paths' captions."""
        lengths = torch.from_numpy(self.lengths[rows].astype(np.int64))
        longest = int(lengths.max())
        return torch.from_numpy(self.tokens[rows, :longest]).float(), torch.arange(longest)[None] < lengths[:, None]


def train(device: str, minutes: float, data_dir: Path, out_dir: Path, resume: bool, report: Report) -> None:
    """Distil image/sticker into `out_dir`: weights, card and sheets. Refused when the training packages are missing.

    `device` is 'cpu', 'cuda', 'mps' or 'auto'; `minutes` are of the teacher's paths and the distillation.
    """
    device = ready(device, data_dir, out_dir)
    log = Log(out_dir / "log.jsonl", report)
    teacher = sticker.load(*TEACHER)
    kept = data_dir / "paths.npz"
    if not kept.exists():
        taught(teacher, minutes * SHARE, log).save(kept)
    network = distil(teacher, Paths.read(kept), minutes * (1 - SHARE), log, kept=data_dir / "turbo.pt", resume=resume)
    save(network, out_dir)
    evaluate(device, data_dir, out_dir, report)


# ---------------------------------------------------------------- the teacher


def levels() -> schedules.Levels:
    """Those at which the teacher's paths are kept."""
    return schedules.levels("shifted", STEPS)


def captions(count: int, seed: int) -> list[str]:
    """What the sticker engine was taught to read, kinds by their shares; held-out pairs are not among them."""
    blank = np.full((len(concepts()), len(STYLES), 1 + len(COLOURS), 1, 1, 4), 255, np.uint8)
    composer = Composer(blank, seed)  # every thing is one pixel: only the words are wanted
    shares = np.array(list(KINDS.values()))
    return [_caption(composer, list(KINDS)[kind]) for kind in composer.rng.choice(len(shares), count, p=shares)]


def _caption(composer: Composer, kind: str) -> str:
    if kind not in ("plain", "coloured"):
        return composer.scene(kind)[1]
    while True:
        thing = composer.pick()
        if (thing.colour is None) == (kind == "plain"):
            return composer.captions(thing, 1)[0]


@torch.no_grad()
def taught(teacher: sticker.Model, minutes: float, log: Log, batch: int = BATCH) -> Paths:
    """As many of the teacher's guided paths as can be solved in so many minutes, each from noise of its own."""
    points: list[np.ndarray] = []
    tokens: list[np.ndarray] = []
    lengths: list[np.ndarray] = []
    clock = Clock(minutes)
    for step in clock:
        words = captions(batch, seed=step)
        states, mask = teacher.text.encode(words, TOKENS)
        nothing, blank = (part.expand(batch, *part.shape[1:]) for part in teacher.text.encode([""]))
        with_words = partial(_estimate, teacher.flow, states, mask)
        without = partial(_estimate, teacher.flow, nothing, blank)
        denoise = guidance.guided(with_words, without, guidance.Guidance(GUIDANCE))
        first = step * batch
        noise = samplers.initial_noise(range(first, first + batch), (16, 16, 16)).to(teacher.device)
        points.append(consistency.solved(denoise, noise, levels()).half().cpu().numpy())
        row = np.zeros((batch, TOKENS, WIDTH), np.float16)
        row[:, : states.shape[1]] = states.half().cpu().numpy()
        tokens.append(row)
        lengths.append(mask.sum(1).cpu().numpy().astype(np.int16))
        log({"stage": "teacher", "paths": step * batch, "seconds": round(clock.seconds, 1)})
    return Paths(np.concatenate(points), np.concatenate(tokens), np.concatenate(lengths))


def _estimate(network: Any, tokens: Tensor, mask: Tensor, x: Tensor, level: float) -> Tensor:
    t = x.new_full((len(x),), level)
    return consistency.consistent(lambda z, s: network(z, s, tokens, mask), x, t)


# ---------------------------------------------------------------- the student


def distil(
    teacher: sticker.Model, paths: Paths, minutes: float, log: Log, *, kept: Path | None = None, resume: bool = False
) -> Any:
    """The moving average of a student that began as the teacher and learnt to jump to the ends of its paths."""
    rng = np.random.default_rng(7)
    student = copy.deepcopy(teacher.flow).requires_grad_(True)
    held = np.arange(min(HELD_OUT, len(paths.points) // 4))
    learnt = np.arange(len(held), len(paths.points))
    batch = min(BATCH, len(learnt))

    def objective(step: int) -> Tensor:
        rows = rng.choice(learnt, batch, replace=False)
        return _loss(student, paths, rows, rng.integers(STEPS, size=batch))

    def held_out(network: Any) -> float:
        with torch.no_grad():
            return float(_loss(network, paths, held, np.arange(len(held)) % STEPS))

    how: dict[str, Any] = {"kept": kept, "resume": resume, "rate": RATE, "decay": 0.0, "held_out": held_out}
    return fit(student, objective, minutes, log, stage="consistency", batch=batch, **how)


def _loss(network: Any, paths: Paths, rows: np.ndarray, places: np.ndarray) -> Tensor:
    """The consistency loss between the points at `places` of these paths and their ends, on the network's device."""
    device = next(network.parameters()).device
    tokens, mask = (part.to(device) for part in paths.told(rows))
    now, then = ((x.to(device), t.to(device)) for x, t in paths.pair(rows, places))

    def jump(x: Tensor, t: Tensor) -> Tensor:
        return consistency.consistent(lambda z, s: network(z, s, tokens, mask), x, t)

    return consistency.loss(jump, lambda x, t: x, now, then)  # at t = 0 every consistency function is the identity


def save(network: Any, out_dir: Path) -> None:
    """The student in half precision, with the hash of the autoencoder whose latents it draws."""
    words = network.shape.words() | {"autoencoder": weights.sha256(assets.path(sticker.AUTOENCODER))}
    stored.write(network, out_dir / "flow.safetensors", words)


# ---------------------------------------------------------------- how well it does


def evaluate(device: str, data_dir: Path, out_dir: Path, report: Report) -> dict[str, Any]:
    """The sticker's judge scores its 100 held-out prompts, drawn by teacher and student in few steps; then the card."""
    need_packages()
    composer = Composer(data.sources(data.fetch(data_dir / "packages"), data_dir / "sources.npy"), seed=5)
    eyes = metric.extractor()
    trained = trained_judge(composer, eyes, data_dir)
    student, teacher = sticker.load(str(out_dir / "flow.safetensors")), sticker.load(*TEACHER)
    drawers: dict[str, Drawer] = {
        "student": partial(draw, student),
        "begun": partial(draw, teacher),  # what the student began as: the same jumps by the teacher's own weights
        "teacher": partial(draw_taught, teacher),
    }
    scores: dict[str, dict[int, Any]] = {who: {} for who in drawers}
    for who in drawers:
        for steps in JUDGED[who]:
            found = judge.score(trained, eyes, partial(drawers[who], steps))
            found["fid"] = judge.distance(composer, eyes, found["pictures"])
            told = {name: found[name] for name in ("object", "colour", "both", "retrieved")}
            report("held-out prompts", who=who, steps=steps, fid=found["fid"]["drawn"], **told)
            scores[who][steps] = found
    count = stored.parameters(out_dir / "flow.safetensors")
    paths = len(Paths.read(data_dir / "paths.npz").points)
    turbo_card.write(out_dir, scores, drawers, parameters=count, guidance=GUIDANCE, paths=paths)
    return scores


def draw(model: sticker.Model, steps: int, prompt: str, seed: int) -> np.ndarray:
    """One picture of the student in so many steps, uint8 (128, 128, 3)."""
    request = Request(engine="image/sticker-turbo", prompt=prompt, seed=seed)
    *_, last = model.jumps(request, steps, model.reader(prompt))
    return model.decoded(last.x[0].cpu().numpy()).pixels


def draw_taught(model: sticker.Model, steps: int, prompt: str, seed: int) -> np.ndarray:
    """One picture of the teacher with its default options but for the steps, uint8 (128, 128, 3)."""
    from engines.image.sticker import Options

    request, options = Request(engine="image/sticker", prompt=prompt, seed=seed), Options(steps=steps)
    *_, last = model.states(request, options, model.denoiser(request, options, ""))
    return model.decoded(last.x[0].cpu().numpy()).pixels
