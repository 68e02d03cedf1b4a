"""Consistency models against a Gaussian whose consistency function is known, and the recipe of image/sticker-turbo."""

import copy
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from engines import samplers, schedules
from engines.contract import Refused, Request
from engines.families import consistency
from engines.files import assets, weights
from engines.nn import sticker, stored
from engines.nn.transformer import Shape, Transformer
from engines.training import sticker_turbo as recipe
from engines.training.fit import Log
from engines.training.vocabulary import COLOURS, concepts, is_held_out

MEAN, SPREAD = 0.6, 0.35
TINY = Shape(width=16, depth=1, heads=1, refine=4)


def reach(t: Tensor) -> Tensor:
    """The standard deviation of x_t = (1 - t) x0 + t n for x0 ~ N(MEAN, SPREAD^2)."""
    return ((1 - t).square() * SPREAD**2 + t.square()).sqrt()


def exact(x: Tensor, t: Tensor, eps: float = 0.0) -> Tensor:
    """Its consistency function: along a path of the ODE (x_t - (1 - t) MEAN) / reach(t) is constant."""
    end = torch.as_tensor(eps, dtype=x.dtype)
    return (1 - end) * MEAN + reach(end) * (x - (1 - t) * MEAN) / reach(t)


def denoise(x: Tensor, level: float) -> Tensor:
    """E[x0 | x_t] of that Gaussian."""
    alpha = 1 - level
    return MEAN + alpha * SPREAD**2 / (alpha**2 * SPREAD**2 + level**2) * (x - alpha * MEAN)


def jump(x: Tensor, level: float) -> Tensor:
    return exact(x, torch.tensor(level, dtype=x.dtype))


# ---------------------------------------------------------------- laws of the family


@pytest.mark.parametrize("eps", [0.0, 0.002, 0.1])
def test_at_the_end_of_the_path_a_consistency_function_is_the_identity(eps: float) -> None:
    x, wild = torch.randn(5, 3, 4), torch.nn.Linear(4, 4)
    found = consistency.consistent(lambda z, t: wild(z) * 100, x, torch.full((5,), eps), eps)
    assert torch.equal(found, x)


def test_a_straight_path_is_consistent_with_its_velocity_alone() -> None:
    end, noise, times = torch.randn(64, 2), torch.randn(64, 2), torch.rand(64) * 0.9 + 0.1
    x = (1 - times[:, None]) * end + times[:, None] * noise
    assert torch.allclose(consistency.consistent(lambda z, t: noise - end, x, times), end, atol=1e-6)


def test_every_point_of_a_solved_path_has_the_same_end() -> None:
    levels = schedules.levels("shifted", 200)
    points = consistency.solved(denoise, torch.randn(500, 1, dtype=torch.float64), levels)  # (500, 201, 1)
    ends = exact(points, torch.tensor(levels, dtype=torch.float64)[None, :, None])
    assert float((ends - points[:, -1:]).abs().max()) < 5e-3
    assert points.shape == (500, 201, 1)


def test_the_loss_is_zero_for_the_exact_function_and_tells_the_teacher_from_it() -> None:
    t, s = torch.rand(400).double() * 0.5 + 0.5, torch.rand(400).double() * 0.5
    same = torch.randn(400, 1).double()
    now, then = (((1 - u[:, None]) * MEAN + reach(u)[:, None] * same, u) for u in (t, s))

    def right(x: Tensor, u: Tensor) -> Tensor:
        return exact(x, u[:, None])

    def teacher(x: Tensor, u: Tensor) -> Tensor:
        return torch.cat([denoise(one[None], float(level)) for one, level in zip(x, u, strict=True)])

    assert float(consistency.loss(right, right, now, then)) < 1e-9
    assert float(consistency.loss(teacher, teacher, now, then)) > 0.05


def test_no_gradient_goes_through_the_target() -> None:
    student, target = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)
    points = (torch.randn(4, 3), torch.rand(4))
    consistency.loss(lambda x, t: student(x), lambda x, t: target(x), points, points).backward()
    assert student.weight.grad is not None
    assert float(student.weight.grad.abs().sum()) > 0
    assert target.weight.grad is None


def test_the_distance_is_a_root_far_away_and_a_square_nearby() -> None:
    near, far = torch.full((1, 9), 1e-6), torch.full((1, 9), 2.0)
    assert float(consistency.pseudo_huber(far, torch.zeros(1, 9))) == pytest.approx(2.0, abs=1e-3)
    assert float(consistency.pseudo_huber(near, torch.zeros(1, 9))) == pytest.approx(1e-12 / (2 * 0.00054), rel=0.1)
    assert float(consistency.pseudo_huber(far, far)) == 0.0


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_multistep_sampling_draws_from_the_distribution(steps: int) -> None:
    count = 40_000
    x = samplers.initial_noise(11, (count,)).double()
    *_, last = consistency.sample(jump, x, schedules.levels("shifted", steps), noise=samplers.seeded(11))
    found = last.x[0]
    assert float(found.mean()) == pytest.approx(MEAN, abs=4 * SPREAD / count**0.5)
    assert float(found.std()) == pytest.approx(SPREAD, abs=4 * SPREAD / (2 * count) ** 0.5)
    third = ((found - MEAN) / SPREAD).pow(3).mean()
    assert abs(float(third)) < 4 * (15 / count) ** 0.5


def test_more_steps_mend_a_function_that_is_wrong_far_from_the_end() -> None:
    """A jump with an error that grows with t: multistep sampling brings the moments nearer to the true ones."""

    def wrong(x: Tensor, level: float) -> Tensor:
        return jump(x, level) + 0.3 * level**2

    x, gaps = samplers.initial_noise(3, (20_000,)).double(), []
    for steps in (1, 2, 4, 8):
        *_, last = consistency.sample(wrong, x, schedules.levels("linear", steps), noise=samplers.seeded(3))
        gaps.append(abs(float(last.x.mean()) - MEAN))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.5 * gaps[0]


def test_a_resumed_run_ends_as_its_parent_and_a_batch_as_its_singles() -> None:
    levels, seeds = schedules.levels("shifted", 5), (4, 9)
    x = samplers.initial_noise(seeds, (3, 2))
    states = list(consistency.sample(jump, x, levels, noise=samplers.seeded(*seeds)))
    for state in states[:-1]:
        kept = state.checkpoint()
        *_, again = consistency.sample(jump, x, levels, noise=samplers.seeded(*seeds), resume=kept)
        assert torch.equal(again.x, states[-1].x)
    for row, seed in enumerate(seeds):
        *_, alone = consistency.sample(jump, x[row : row + 1], levels, noise=samplers.seeded(seed))
        assert torch.equal(alone.x[0], states[-1].x[row])
    assert [state.level for state in states] == list(levels[1:])


# ---------------------------------------------------------------- the recipe


def test_captions_are_of_the_vocabulary_and_hold_back_what_is_held_out() -> None:
    found = recipe.captions(150, seed=3)
    assert found == recipe.captions(150, seed=3) != recipe.captions(150, seed=4)
    held = {
        f"{colour} {concept.name}" for concept in concepts() for colour in COLOURS if is_held_out(colour, concept.name)
    }
    alone = [words.removeprefix("a ").removeprefix("an ").split(",")[0] for words in found]
    assert not held & set(alone)
    assert sum(any(f"{colour} " in words for colour in COLOURS) for words in found) > 40
    assert sum("background" in words for words in found) > 2


class Words:
    """A stand-in for the text encoder: the same words, the same numbers."""

    def encode(self, prompts: list[str], limit: int = 32) -> tuple[Tensor, Tensor]:
        rows = [torch.randn(3, 384, generator=samplers.generator(len(words), 0)) for words in prompts]
        return torch.stack(rows), torch.ones(len(rows), 3, dtype=torch.bool)


def teacher() -> Any:
    torch.manual_seed(1)
    return SimpleNamespace(flow=Transformer(TINY).eval(), text=Words(), device=torch.device("cpu"))


def gaussian_paths(count: int) -> recipe.Paths:
    """Paths of a Gaussian of latents whose mean the caption tells, in closed form."""
    rng = np.random.default_rng(0)
    sign = np.where(np.arange(count) % 2, 1.0, -1.0)
    tokens = np.zeros((count, recipe.TOKENS, 384), np.float16)
    tokens[:, :2, :4] = sign[:, None, None]
    same = rng.normal(size=(count, 16, 16, 16))
    mean = sign[:, None, None, None] * MEAN
    spread = [float(reach(torch.tensor(t))) for t in recipe.levels()]
    points = [(1 - t) * mean + s * same for t, s in zip(recipe.levels(), spread, strict=True)]
    return recipe.Paths(np.stack(points, 1).astype(np.float16), tokens, np.full(count, 2, np.int16))


def test_the_teacher_leaves_whole_paths(tmp_path: Path) -> None:
    rows: list[dict] = []
    log = Log(tmp_path / "log.jsonl", lambda **facts: rows.append(facts))
    paths = recipe.taught(teacher(), 0.001, log, batch=2)
    paths.save(tmp_path / "paths.npz")
    again = recipe.Paths.read(tmp_path / "paths.npz")
    assert np.array_equal(again.points, paths.points)
    assert paths.points.shape[1:] == (9, 16, 16, 16)
    assert rows[-1]["paths"] == len(paths.points)
    # a fresh transformer's velocity is zero, so its paths stand still: the noise is their end
    assert np.array_equal(paths.points[:, 0], paths.points[:, -1])
    assert not np.array_equal(paths.points[0, 0], paths.points[1, 0])


def held_out_loss(network: torch.nn.Module, paths: recipe.Paths) -> float:
    rows = np.arange(12)
    with torch.no_grad():
        return float(recipe._loss(network, paths, rows, rows % recipe.STEPS))


def test_descending_the_loss_brings_the_jumps_nearer_to_the_ends() -> None:
    paths, student = gaussian_paths(48), teacher().flow
    before, rng = held_out_loss(student, paths), np.random.default_rng(0)
    optimiser = torch.optim.Adam(student.parameters(), lr=2e-2)
    for _ in range(20):
        optimiser.zero_grad()
        recipe._loss(student, paths, rng.integers(12, 48, 4), rng.integers(recipe.STEPS, size=4)).backward()
        optimiser.step()
    after = held_out_loss(student, paths)
    assert after < 0.8 * before
    assert after < held_out_loss(Blind(), paths)


def test_a_distillation_is_told_kept_and_saved_for_the_engine(tmp_path: Path) -> None:
    paths, log, kept = gaussian_paths(48), Log(tmp_path / "log.jsonl", lambda **facts: None), tmp_path / "turbo.pt"
    network = recipe.distil(teacher(), paths, 0.01, log, kept=kept)
    first = log.rows("consistency")[-1]
    assert first["held-out"] == pytest.approx(held_out_loss(network, paths), abs=1e-4)
    recipe.distil(teacher(), paths, first["seconds"] / 60 + 0.02, log, kept=kept, resume=True)
    assert log.rows("consistency")[-1]["step"] > first["step"]
    recipe.save(network, tmp_path)
    loaded = stored.read(sticker.flow_network, tmp_path / "flow.safetensors")
    assert loaded.shape == TINY


@pytest.mark.slow
@pytest.mark.usefixtures("stepped")
def test_a_minute_of_distillation_beats_the_teacher_and_the_mean(tmp_path: Path) -> None:
    paths, log = gaussian_paths(256), Log(tmp_path / "log.jsonl", lambda **facts: None)
    network = recipe.distil(teacher(), paths, 200 / 60, log)
    assert held_out_loss(network, paths) < 0.8 * held_out_loss(teacher().flow, paths)
    assert held_out_loss(network, paths) < held_out_loss(Blind(), paths)


class Blind(torch.nn.Module):
    """The velocity whose jump ignores picture and words: always the mean of all data, 0."""

    def __init__(self) -> None:
        super().__init__()
        self.none = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor, t: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        return x / t.reshape(-1, 1, 1, 1)


# ---------------------------------------------------------------- the walk of the engine


def tiny_model() -> sticker.Model:
    return sticker.Model(copy.deepcopy(teacher().flow), sticker.Autoencoder().eval(), cast(Any, Words()))


def test_weights_that_draw_for_another_autoencoder_are_refused_by_name() -> None:
    words = TINY.words()
    assert sticker.flow_network(words | {"autoencoder": weights.sha256(assets.path(sticker.AUTOENCODER))}) is not None
    with pytest.raises(Refused, match="another autoencoder"):
        sticker.flow_network(words | {"autoencoder": "0" * 64})


def test_the_jumps_of_the_model_refuse_a_checkpoint_of_another_engine() -> None:
    model = tiny_model()
    foreign = samplers.State(1, 2, 0.5, torch.zeros(1, 3), torch.zeros(1, 3), 1, "x", (0.5, 0.0)).checkpoint()
    with pytest.raises(Refused, match="another engine"):
        list(model.jumps(Request(engine="image/sticker-turbo", resume=foreign), 2, jump))


@pytest.mark.parametrize("steps", [1, 2, 8])
def test_the_model_jumps_once_a_step(steps: int) -> None:
    model = tiny_model()
    counted = sticker.guidance.Counted(jump)
    states = list(model.jumps(Request(engine="image/sticker-turbo", seed=5), steps, counted))
    assert counted.calls == len(states) == steps
    assert states[-1].level == 0.0
