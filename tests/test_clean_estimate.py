"""The clean estimate of every scheduler of the library, by what the library itself says of noise."""

import inspect
from typing import Any

import pytest
import torch

diffusers = pytest.importorskip("diffusers")

from engines.pipelines import clean  # noqa: E402

DISCRETE = (
    "DDIMScheduler",
    "DDPMScheduler",
    "DEISMultistepScheduler",
    "DPMSolverMultistepScheduler",
    "DPMSolverSDEScheduler",
    "DPMSolverSinglestepScheduler",
    "EulerAncestralDiscreteScheduler",
    "EulerDiscreteScheduler",
    "HeunDiscreteScheduler",
    "KDPM2AncestralDiscreteScheduler",
    "KDPM2DiscreteScheduler",
    "LCMScheduler",
    "LMSDiscreteScheduler",
    "PNDMScheduler",
    "SASolverScheduler",
    "TCDScheduler",
    "UniPCMultistepScheduler",
)
FLOWS = ("FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler", "FlowMatchLCMScheduler")
OWN = ("DDIMScheduler", "DDPMScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler")
OWN += ("HeunDiscreteScheduler", "KDPM2DiscreteScheduler", "DPMSolverSDEScheduler", "EDMEulerScheduler", "SCMScheduler")


def made(name: str, **settings: Any) -> Any:
    kind = getattr(diffusers, name)
    known = inspect.signature(kind.__init__).parameters
    usual = {"clip_sample": False, "noise_sampler_seed": 1, "skip_prk_steps": True} | settings
    return kind(**{key: value for key, value in usual.items() if key in known})


def step(scheduler: Any, output: torch.Tensor, t: Any, x: torch.Tensor) -> Any:
    extra = {"generator": torch.Generator().manual_seed(1)}
    known = inspect.signature(scheduler.step).parameters
    return scheduler.step(output, t, x, **{key: value for key, value in extra.items() if key in known})


def mixture(scheduler: Any, t: Any) -> tuple[float, float]:
    """How much signal and noise there is at `t`, asked of the library's own noising."""
    one, none = torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1)
    mix = scheduler.add_noise if hasattr(scheduler, "add_noise") else None
    at = t.reshape(1) if isinstance(t, torch.Tensor) else torch.tensor([t])
    if mix is not None:
        return float(mix(one, none, at)), float(mix(none, one, at))
    return float(scheduler.scale_noise(one, at, none)), float(scheduler.scale_noise(none, at, one))


@pytest.mark.parametrize("predicts", ["epsilon", "v_prediction"])
@pytest.mark.parametrize("name", DISCRETE)
def test_a_network_that_knows_the_answer_is_understood_at_every_step(name: str, predicts: str) -> None:
    if name in ("KDPM2DiscreteScheduler", "KDPM2AncestralDiscreteScheduler", "DPMSolverSDEScheduler"):
        pytest.skip("its own noising does not know its middle levels; it is compared with its own estimate below")
    scheduler = made(name, prediction_type=predicts)
    scheduler.set_timesteps(6)
    answer, x = torch.randn(1, 2, 4, 4, generator=torch.Generator().manual_seed(2)), None
    for t in scheduler.timesteps:
        a, s = mixture(scheduler, t)
        x = torch.randn(1, 2, 4, 4) * s + a * answer if x is None else x
        a, s = (
            (float(part) for part in clean._place(scheduler, t, scheduler.step_index or 0)[1:])
            if name == "HeunDiscreteScheduler"
            else (a, s)
        )
        noise = (x - a * answer) / s
        unit = (a * a + s * s) ** 0.5
        output = noise if predicts == "epsilon" else (a * noise - s * answer) / unit
        found = clean.estimate(scheduler, output, t, x)
        assert float((found - answer).abs().max()) < 2e-3 * max(1.0, s)
        x = step(scheduler, output, t, x).prev_sample


@pytest.mark.parametrize("name", FLOWS)
def test_so_is_one_of_flow_matching(name: str) -> None:
    scheduler = made(name)
    scheduler.set_timesteps(6)
    draw = torch.Generator().manual_seed(3)
    answer, x = torch.randn(1, 2, 4, 4, generator=draw), torch.randn(1, 2, 4, 4, generator=draw)
    for i, t in enumerate(scheduler.timesteps):
        sigma = float(t) / scheduler.config.num_train_timesteps
        if sigma == 0:
            break
        output = (x - answer) / sigma
        assert float((clean.estimate(scheduler, output, t, x) - answer).abs().max()) < 1e-4, i
        x = step(scheduler, output, t, x).prev_sample


@pytest.mark.parametrize("name", OWN)
def test_it_is_the_schedulers_own_estimate_where_there_is_one(name: str) -> None:
    scheduler = made(name, clip_sample=True)
    scheduler.set_timesteps(2 if name == "SCMScheduler" else 5)
    x, worst, compared = torch.randn(1, 3, 4, 4), 0.0, 0
    for t in scheduler.timesteps[:-1] if name == "SCMScheduler" else scheduler.timesteps:
        if hasattr(scheduler, "is_scale_input_called"):
            scheduler.scale_model_input(x, t)
        output, whole = torch.randn(1, 3, 4, 4), getattr(scheduler, "state_in_first_order", True)
        found = clean.estimate(scheduler, output, t, x)
        told = step(scheduler, output, t, x)
        own = getattr(told, "pred_original_sample", None)
        if own is not None and whole:  # half a step's estimate is not asked for
            worst, compared = max(worst, float((found - own).abs().max() / own.abs().max())), compared + 1
        x = told.prev_sample
    assert worst < 1e-5
    assert compared


def test_a_scheduler_of_no_known_space_is_named() -> None:
    class Strange:
        config = object()

    with pytest.raises(LookupError, match="Strange"):
        clean.estimate(Strange(), torch.zeros(1, 1), 0, torch.zeros(1, 1))
