"""Branches that change the sampler, the number of steps or the schedule, against networks that know the answer."""

import functools
import itertools
from typing import Any

import msgspec
import pytest
import torch
from torch import Tensor

diffusers = pytest.importorskip("diffusers")

from engines.contract import Checkpoint, Refused  # noqa: E402
from engines.pipelines import keep, reentry, schedulers  # noqa: E402
from engines.pipelines.drive import Drive  # noqa: E402

MEAN, SPREAD = 1.5, 0.5  # of the data: independent normal numbers
SHAPE = (1, 4, 16, 16)
BETAS = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
SETTINGS = {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1, "skip_prk_steps": True}
METHODS = sorted(schedulers.METHODS)
NOISY = {"euler_ancestral", "ddpm", "dpmpp_2m_sde", "dpm2_ancestral", "lcm"}
FLOWS = ("FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler")


class Gaussian(torch.nn.Module):
    """The best guess at the noise in x when the data are normal: x and it are as DDPM has them, or as a flow."""

    def __init__(self, flow: bool) -> None:
        super().__init__()
        betas = torch.linspace(BETAS["beta_start"] ** 0.5, BETAS["beta_end"] ** 0.5, 1000, dtype=torch.float64) ** 2
        self.flow, self.kept = flow, torch.cumprod(1 - betas, 0)
        self.seen: list[tuple[Tensor, float, float]] = []

    def forward(self, sample: Tensor, timestep: Any) -> Tensor:
        a, s = self.mixture(float(timestep))
        self.seen.append((sample, a, s))
        clean = MEAN + SPREAD**2 * a / (a**2 * SPREAD**2 + s**2) * (sample - a * MEAN)
        noise = (sample - a * clean) / s
        return noise - clean if self.flow else noise

    def mixture(self, time: float) -> tuple[float, float]:
        if self.flow:
            return 1 - time / 1000, time / 1000
        sigmas = ((1 - self.kept) / self.kept).sqrt().log()
        low = min(int(time), 998)
        sigma = float(torch.lerp(sigmas[low], sigmas[low + 1], time - low).exp())
        unit = (1 + sigma**2) ** 0.5
        return 1 / unit, sigma / unit


def place(x: Tensor, a: float, s: float) -> Tensor:
    """Where x lies among its likes, in standard deviations: the flow of probability keeps it."""
    return (x - a * MEAN) / (a**2 * SPREAD**2 + s**2) ** 0.5


class Plain:
    """A pipeline as diffusers has them, with nothing but a network and a scheduler."""

    def __init__(self, scheduler: Any, flow: bool = False) -> None:
        self.scheduler, self.net = scheduler, Gaussian(flow)
        self.components = {"net": self.net, "scheduler": scheduler}

    def __call__(self, generator: torch.Generator, num_inference_steps: int) -> Tensor:
        import inspect

        scheduler = self.scheduler
        scheduler.set_timesteps(num_inference_steps)
        x = torch.randn(SHAPE, generator=generator) * getattr(scheduler, "init_noise_sigma", 1.0)
        known = inspect.signature(scheduler.step).parameters
        extra = {"generator": generator} if "generator" in known else {}
        with torch.no_grad():
            for time in scheduler.timesteps:
                scaled = scheduler.scale_model_input(x, time) if hasattr(scheduler, "scale_model_input") else x
                x = scheduler.step(self.net(scaled, timestep=time), time, x, **extra, return_dict=False)[0]
        return x


def scheduler(method: str, schedule: str = schedulers.OWN) -> Any:
    if method in FLOWS:
        return getattr(diffusers, method)(shift=3.0)
    model = diffusers.DDIMScheduler(**BETAS, clip_sample=False, set_alpha_to_one=False, steps_offset=1)
    return schedulers.chosen(model, method, schedule)


def started(pipe: Plain, steps: int, after: int) -> Checkpoint:
    """What is kept after so many steps."""
    drive = Drive(pipe, {"num_inference_steps": steps}, 7)
    events = iter(drive)
    moment = next(moment for moment in events if moment.index == after)
    kept = drive.checkpoint(moment)
    events.close()
    return kept


def branch(pipe: Plain, steps: int, kept: Checkpoint) -> tuple[list[Any], Tensor]:
    pipe.net.seen.clear()
    drive = Drive(pipe, {"num_inference_steps": steps}, 7, kept)
    moments = [(moment.index, moment.total, moment.parts[0].level) for moment in drive]
    return moments, drive.result


def reached(kept: Checkpoint) -> Tensor:
    state = keep.unpack(kept.arrays)
    return place(state["samples"][0], *state["mixtures"][0])


def ends(pipe: Plain, result: Tensor) -> float:
    """How far a run ends from where the flow of probability would have taken what its network saw first."""
    return float((place(result, 1, 0) - place(*pipe.net.seen[0])).abs().max())


@functools.cache
def own_error(method: str, steps: int, schedule: str = schedulers.OWN) -> float:
    """The same of a whole run."""
    pipe = Plain(scheduler(method, schedule), method in FLOWS)
    drive = Drive(pipe, {"num_inference_steps": steps}, 7)
    list(drive)
    return ends(pipe, drive.result)


@pytest.mark.parametrize(
    "old", [pytest.param(m, marks=() if m in ("ddim", "heun", "pndm") else pytest.mark.slow) for m in METHODS]
)
def test_every_sampler_goes_on_from_every_other_at_the_same_place_of_the_way(old: str) -> None:
    kept = started(Plain(scheduler(old)), 24, 10)
    z = reached(kept)
    for new in METHODS:
        pipe = Plain(scheduler(new))
        moments, result = branch(pipe, 18, kept)
        assert float((place(*pipe.net.seen[0]) - z).abs().max()) < 0.06, (old, new, "it was handed over wrongly")
        assert [one[:2] for one in moments] == [(n, moments[0][1]) for n in range(11, moments[0][1] + 1)]
        calls = getattr(pipe.scheduler, "order", 1) * len(moments)
        assert calls - 1 <= len(pipe.net.seen) <= calls < 2 * 18, "the network was called for steps already taken"
        assert kept.level > moments[0][2]
        assert abs(float(result.mean()) - MEAN) < 0.1, (old, new)
        if new not in NOISY:
            assert ends(pipe, result) < 1.2 * own_error(new, 18) + 0.05, (old, new)
        elif new != "lcm":  # which is for networks taught to jump
            assert abs(float(result.std()) - SPREAD) < 0.13, (old, new)


@pytest.mark.parametrize("schedule", ["karras", "exponential", "beta"])
@pytest.mark.parametrize("steps", [5, 9, 24, 40])
def test_so_it_does_on_another_grid_and_in_another_number_of_steps(schedule: str, steps: int) -> None:
    kept = started(Plain(scheduler("dpmpp_2m")), 24, 10)
    for new in ("dpmpp_2m", "euler", "heun"):
        pipe = Plain(scheduler(new, schedule))
        _, result = branch(pipe, steps, kept)
        assert float((place(*pipe.net.seen[0]) - reached(kept)).abs().max()) < 1.5 / steps
        assert ends(pipe, result) < 1.5 * own_error(new, steps, schedule) + 1 / steps


@pytest.mark.parametrize(("old", "new"), itertools.product(FLOWS, FLOWS))
def test_so_do_flows(old: str, new: str) -> None:
    kept = started(Plain(scheduler(old), flow=True), 24, 8)
    pipe = Plain(scheduler(new), flow=True)
    moments, result = branch(pipe, 31, kept)
    assert float((place(*pipe.net.seen[0]) - reached(kept)).abs().max()) < 0.06
    assert ends(pipe, result) < 1.2 * own_error(new, 31) + 0.05
    assert moments[0][0] == 9


def test_what_is_carried_to_a_level_of_its_own_is_scaled_alone_and_below_it_follows_the_clean_estimate() -> None:
    draw = torch.Generator().manual_seed(1)
    clean, noise = torch.randn(2, 1, 8, 8, generator=draw), torch.randn(2, 1, 8, 8, generator=draw)
    exploding, preserving, flow = (1.0, 3.0), (10**-0.5, 3 * 10**-0.5), (0.25, 0.75)
    for (a, s), (new_a, new_s) in itertools.permutations((exploding, preserving, flow), 2):
        x = a * clean + s * noise
        wrong = torch.full_like(x, 40.0)
        assert torch.allclose(reentry.carried(x, wrong, (a, s), (new_a, new_s)), x * new_a / a, atol=1e-4)
        below = reentry.carried(x, clean, (a, s), (0.8, 0.6))
        assert torch.allclose(below, 0.8 * clean + 0.6 * noise, atol=1e-5)
    assert torch.equal(reentry.carried(clean, clean, (1.0, 0.0), (1.0, 0.0)), clean)


def test_the_smaller_the_steps_the_less_the_change_costs() -> None:
    """The hand-over is of first order: twice the steps on both sides, half its error."""
    errors = []
    for scale in (1, 2, 4):
        kept = started(Plain(scheduler("heun")), 12 * scale, 4 * scale)
        pipe = Plain(scheduler("ddim"))
        branch(pipe, 10 * scale, kept)
        errors.append(float((place(*pipe.net.seen[0]) - reached(kept)).abs().max()))
    assert errors[2] < 0.5 * errors[0], errors


def test_a_branch_made_anew_is_gone_on_from_exactly() -> None:
    """Paused and taken up again after its way was changed, or branched a second time."""
    kept = started(Plain(scheduler("euler")), 20, 7)
    for new in ("dpmpp_2m", "heun", "pndm", "lms", "unipc", "dpmpp_2m_sde"):
        pipe = Plain(scheduler(new))
        drive = Drive(pipe, {"num_inference_steps": 12}, 7, kept)
        states = [(moment.index, moment.total, drive.checkpoint(moment)) for moment in drive]
        for index, total, state in states[:-1]:
            moments, result = branch(Plain(scheduler(new)), 12, state)
            assert torch.equal(result, drive.result), (new, index)
            assert moments[0][:2] == (index + 1, total)


def test_below_the_last_level_of_the_new_way_there_is_the_clean_estimate() -> None:
    kept = started(Plain(scheduler("euler")), 40, 40)
    pipe = Plain(scheduler("heun"))
    moments, result = branch(pipe, 3, kept)
    assert not moments
    assert not pipe.net.seen
    assert abs(float(result.mean()) - MEAN) < 0.05


def test_what_cannot_be_changed_costs_a_sentence() -> None:
    kept = started(Plain(scheduler("euler")), 8, 3)
    with pytest.raises(Refused, match=r"made in 8 steps of EulerDiscrete, and .*Runge-Kutta.*keeps its steps"):
        branch(Plain(diffusers.PNDMScheduler(**BETAS, skip_prk_steps=False)), 8, kept)
    old = msgspec.structs.replace(kept, method="EulerDiscreteScheduler", arrays=_older(kept.arrays))
    with pytest.raises(Refused, match="kept without saying how much noise"):
        branch(Plain(scheduler("ddim")), 8, old)
    moments, _ = branch(Plain(scheduler("euler")), 8, old)
    assert len(moments) == 5


def _older(arrays: dict[str, Any]) -> dict[str, Any]:
    """As steps were kept before they said how their noise is mixed."""
    state = keep.unpack(arrays)
    return keep.pack({name: value for name, value in state.items() if name not in ("calls", "mixtures", "clean")})
