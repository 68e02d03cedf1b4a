"""Laws that every sampler keeps on every path; and the table of agreement with other people's code."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engines import wire
from engines.contract import Checkpoint
from engines.guidance import Counted
from engines.samplers import SAMPLERS, Run, State, initial_noise, restore, sample, sampler, seeded
from engines.schedules import FLOW, PATHS, VE, VP, Levels, Path, levels
from tests import agreement
from tests.mixture import Mixture, distance

EVERY = sorted(SAMPLERS)
DETERMINISTIC = [name for name in EVERY if not SAMPLERS[name].stochastic]
STOCHASTIC = [name for name in EVERY if SAMPLERS[name].stochastic]
paths = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
every = pytest.mark.parametrize("name", EVERY)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def ladder(path: Path, steps: int = 8) -> Levels:
    """Levels from the very top where there is one."""
    if path is VE:
        return levels("karras", steps, VE, high=14.0, low=0.03)
    return levels("cosine" if path is VP else "shifted", steps, path, high=1.0)


def walk(name: str, path: Path, seed: int = 3, **plan: Any) -> list[State]:
    """A short run on one sample of odd shape, all its states."""
    steps = plan.pop("levels", ladder(path))
    x = steps[0] * initial_noise(seed, (3, 5))
    return list(sample(name, Mixture(path).like, x, steps, path=path, noise=seeded(seed), **plan))


# ---------------------------------------------------------------- truth


@pytest.mark.parametrize("case", agreement.cases())
@pytest.mark.filterwarnings("ignore")
def test_agrees_with_an_independent_implementation(case: str) -> None:
    row = agreement.cases()[case]()
    assert row.error <= row.bound, row


def _error(name: str, path: Path, steps: int) -> float:
    """Largest distance from the closed-form end of the probability-flow ODE, at a level above 0."""
    mix = Mixture(path)
    high, low = {"ve": (6.0, 0.1), "vp": (1.0, 0.1), "flow": (1.0, 0.1)}[path.name]
    x = mix.start(64, high)
    last = list(sample(name, mix.like, x, agreement.grid(path, steps, high, low), path=path))[-1]
    return float((last.x - mix.flow(x, high, low)).abs().max())


@paths
@pytest.mark.parametrize("name", DETERMINISTIC)
def test_converges_to_the_closed_form_at_its_order(name: str, path: Path) -> None:
    order = min(SAMPLERS[name].order, 3)  # LMS warms up from order 1, which costs its fourth
    coarse, fine = _error(name, path, 48), _error(name, path, 192)
    assert fine <= {1: 2e-2, 2: 2e-3}.get(order, 5e-4)
    assert math.log(coarse / fine, 4.0) >= {1: 0.8, 2: 1.6}.get(order, 1.8)


@paths
@every
def test_ends_in_the_law_of_the_data(name: str, path: Path) -> None:
    mix, steps = Mixture(path), ladder(path, 256)
    x = mix.start(16384, steps[0])
    last = list(sample(name, mix.like, x, steps, path=path, noise=seeded(5)))[-1]
    assert last.level == 0.0
    assert distance(last.x, mix) <= 0.0127  # what chance alone exceeds once in 100 runs


@paths
@pytest.mark.parametrize(
    ("noisy", "options", "plain", "plain_options"),
    [
        ("euler_ancestral", {"eta": 0.0}, "euler", {}),
        ("dpmpp_2m_sde", {"eta": 0.0}, "dpmpp_2m", {}),
        ("ddim", {"eta": 1.0}, "ddpm", {}),
        ("ddim", {"eta": 0.0}, "euler", {}),
        ("lms", {"order": 1}, "euler", {}),
    ],
)
def test_known_identities(path: Path, noisy: str, options: dict, plain: str, plain_options: dict) -> None:
    one = walk(noisy, path, options=options)[-1].x
    other = walk(plain, path, options=plain_options)[-1].x
    assert torch.allclose(one, other, rtol=0.0, atol=5e-6)


# ---------------------------------------------------------------- the stream


@paths
@every
def test_every_step_is_told(name: str, path: Path) -> None:
    states, steps = walk(name, path), ladder(path)
    assert [state.index for state in states] == list(range(1, 9))
    assert {state.total for state in states} == {8}
    assert tuple(state.level for state in states) == steps[1:]
    for state in states:  # from pure noise to clean, nothing is infinite
        assert torch.isfinite(state.x).all()
        assert torch.isfinite(state.x0).all()
    if name != "lms":  # all but LMS, which extrapolates as published, end in the clean estimate itself
        assert torch.equal(states[-1].x, states[-1].x0)


@paths
@every
def test_the_seed_decides(name: str, path: Path) -> None:
    assert torch.equal(walk(name, path)[-1].x, walk(name, path)[-1].x)
    assert not torch.equal(walk(name, path)[-1].x, walk(name, path, seed=4)[-1].x)


@pytest.mark.parametrize("name", STOCHASTIC)
def test_the_noise_of_the_steps_is_seeded_too(name: str) -> None:
    steps, mix = ladder(FLOW), Mixture(FLOW)
    x = initial_noise(3, (3, 5))
    ends = [list(sample(name, mix.like, x, steps, noise=seeded(seed)))[-1].x for seed in (3, 4)]
    assert not torch.equal(*ends)


@paths
@every
def test_a_batch_of_four_equals_four_singles(name: str, path: Path) -> None:
    seeds, steps, mix = (9, 1, 7, 9), ladder(path), Mixture(path)
    x = steps[0] * initial_noise(seeds, (3, 5))
    batch = list(sample(name, mix.like, x, steps, path=path, noise=seeded(*seeds)))[-1].x
    assert torch.equal(batch, torch.cat([walk(name, path, seed)[-1].x for seed in seeds]))


@every
def test_closing_stops(name: str) -> None:
    network = Counted(Mixture(FLOW).like)
    run = sample(name, network, initial_noise(1, (3, 5)), ladder(FLOW), noise=seeded(1))
    next(run)
    calls = network.calls
    run.close()
    assert next(run, None) is None
    assert network.calls == calls <= 2


@paths
@every
def test_nfe_is_the_number_of_calls(name: str, path: Path) -> None:
    network, steps = Counted(Mixture(path).like), ladder(path)
    x = steps[0] * initial_noise(1, (3, 5))
    for state in sample(name, network, x, steps, path=path, noise=seeded(1)):
        assert state.nfe == network.calls
    assert network.calls == SAMPLERS[name].calls * 8 - (SAMPLERS[name].calls - 1)


@every
def test_no_gradient_inside_and_the_caller_keeps_his(name: str) -> None:
    seen = []

    def network(x: Tensor, level: float) -> Tensor:
        seen.append(torch.is_grad_enabled())
        return 0.5 * x

    for state in sample(name, network, initial_noise(1, (3, 5)).requires_grad_(), ladder(FLOW), noise=seeded(1)):
        assert torch.is_grad_enabled()
        assert not state.x.requires_grad
    assert not any(seen)


# ---------------------------------------------------------------- checkpoints


def same(one: Checkpoint, other: Checkpoint) -> bool:
    """Equal in every bit."""
    flat = (one.step, one.total, one.level, one.method, one.numbers)
    return flat == (other.step, other.total, other.level, other.method, other.numbers) and all(
        np.array_equal(array, other.arrays[name]) and array.dtype == other.arrays[name].dtype
        for name, array in one.arrays.items()
    )


@paths
@every
def test_resuming_from_any_step_is_exact(name: str, path: Path) -> None:
    states = walk(name, path)
    for state in states:
        rest = walk(name, path, resume=state.checkpoint())
        assert [s.index for s in rest] == list(range(state.index + 1, 9))
        for again, first in zip(rest, states[state.index :], strict=True):
            assert same(again.checkpoint(), first.checkpoint())


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
@every
def test_a_checkpoint_keeps_every_bit(name: str, dtype: torch.dtype) -> None:
    x = initial_noise(2, (3, 5)).to(dtype)
    for state in sample(name, Mixture(FLOW).like, x, ladder(FLOW), noise=seeded(2)):
        kept = state.checkpoint()
        back = restore(kept)
        assert torch.equal(back.x, state.x)
        assert back.x.dtype == dtype
        assert same(back.checkpoint(), kept)


@every
def test_a_checkpoint_survives_the_wire(name: str) -> None:
    states = walk(name, FLOW)
    kept = states[3].checkpoint()
    news = wire.read_news(wire.encode(wire.Halted(1, kept)))
    assert isinstance(news, wire.Halted)
    assert news.checkpoint is not None
    assert same(kept, news.checkpoint)
    assert torch.equal(walk(name, FLOW, resume=news.checkpoint)[-1].x, states[-1].x)


@paths
@every
@pytest.mark.parametrize("other", ["unipc", "heun", "lms"])
def test_another_sampler_or_schedule_re_enters(name: str, path: Path, other: str) -> None:
    steps = ladder(path, 11)
    for state in walk(name, path)[:-1]:
        branch = walk(other, path, levels=steps, resume=state.checkpoint())
        wanted = [level for level in steps if level < state.level * 0.999]
        assert [s.level for s in branch] == wanted
        assert [s.index for s in branch] == list(range(state.index + 1, state.index + 1 + len(wanted)))
        assert all(torch.isfinite(s.x).all() for s in branch)
        assert branch[0].total == branch[-1].index
        middle = branch[len(branch) // 2].checkpoint()  # and a branch can itself be gone on with exactly
        again = walk(other, path, levels=steps, resume=middle)
        if again:
            assert torch.equal(again[-1].x, branch[-1].x)


def test_re_entering_begins_with_a_first_order_step() -> None:
    kept = walk("dpmpp_2m", FLOW)[3].checkpoint()
    steps = ladder(FLOW, 11)
    assert torch.equal(*(walk(name, FLOW, levels=steps, resume=kept)[0].x for name in ("dpmpp_2m", "euler")))


def test_a_finished_run_has_nothing_left() -> None:
    kept = walk("euler", FLOW)[-1].checkpoint()
    assert walk("euler", FLOW, resume=kept) == []
    assert walk("heun", FLOW, levels=ladder(FLOW, 5), resume=kept) == []


def test_a_foreign_checkpoint_is_named() -> None:
    kept = walk("euler", FLOW)[3].checkpoint()
    with pytest.raises(ValueError, match=r"shape \(1, 3, 5\), the run of \(1, 4, 4\)"):
        sample("euler", Mixture(FLOW).like, torch.zeros(1, 4, 4), ladder(FLOW), resume=kept)
    with pytest.raises(ValueError, match="'layers' holds no state of a sampler"):
        walk("euler", FLOW, resume=Checkpoint(1, 2, 0.5, "layers", {"z": np.zeros(3)}))
    with pytest.raises(ValueError, match="from 0 to 1"):
        walk("euler", FLOW, resume=walk("euler", VE)[0].checkpoint())


# ---------------------------------------------------------------- the table itself


def test_a_new_sampler_is_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engines.samplers.table.SAMPLERS", table := dict(SAMPLERS))

    @sampler("Straight to the estimate", "none: for this test")
    def straight(denoise: Any, run: Run) -> Any:
        for i, s, _ in run:
            m = denoise(run.x, s)
            yield run.done(i, m, m)

    assert table["straight"].function is straight
    assert len(walk("straight", FLOW)) == 8


@every
def test_every_entry_says_what_it_is(name: str) -> None:
    entry = SAMPLERS[name]
    assert entry.name == name
    assert entry.label
    assert entry.source
    assert "x_t" in (entry.function.__doc__ or "") or "draw from" in (entry.function.__doc__ or "")


@pytest.mark.parametrize(
    ("name", "steps", "says"),
    [
        ("nobody", (1.0, 0.0), "no sampler is called 'nobody'"),
        ("euler", (0.5, 0.5, 0.0), "fall from step to step"),
        ("euler", (1.5, 0.0), "from 0 to 1"),
        ("euler", (float("nan"), 0.0), "finite"),
        ("euler", (), "finite"),
    ],
)
def test_wrong_arguments_are_named(name: str, steps: Levels, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        sample(name, Mixture(FLOW).like, torch.zeros(1, 2), steps)


def test_noise_between_two_seeds_is_as_loud_as_theirs_and_moves_evenly() -> None:
    ends = initial_noise([7, 8], (64, 64))
    shares = [n / 8 for n in range(8)]
    way = torch.cat([initial_noise([(7, share)], (64, 64)) for share in shares])
    assert torch.allclose(way[0], ends[0], atol=1e-5)
    assert torch.allclose(initial_noise([(7, 1 - 1e-7)], (64, 64))[0], ends[1], atol=1e-4)
    assert torch.allclose(way.std((1, 2)), torch.ones(8), atol=0.03)
    steps = (way[1:] - way[:-1]).norm(dim=(1, 2))
    assert float(steps.max() / steps.min()) < 1.05
    later = seeded((7, 0.5), 9)(3, torch.zeros(2, 4, 4))
    assert torch.equal(later[1], seeded(9)(3, torch.zeros(1, 4, 4))[0])


def test_seeds_and_batch_must_match() -> None:
    with pytest.raises(ValueError, match="2 seeds for a batch of 1"):
        list(sample("ddpm", Mixture(FLOW).like, torch.zeros(1, 2), ladder(FLOW), noise=seeded(1, 2)))
