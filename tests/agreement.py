"""How closely our loop agrees with independent implementations: `python -m tests.agreement` prints the table.

Each row runs one of our samplers or schedules and somebody else's on the same levels, the same noise and the same exact
denoiser (a Gaussian mixture), and gives the largest absolute difference of the end points and the bound that the tests
hold it to. diffusers' schedulers compute in float32, so these rows do.
"""

from __future__ import annotations

import inspect
import itertools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.samplers import SAMPLERS, generator, sample, seeded
from engines.schedules import FLOW, VE, VP, Levels, Path, levels
from tests.mixture import Mixture

SEED = 11
SHAPE = (1, 3, 8, 8)


@dataclass(frozen=True)
class Row:
    """One comparison: what of ours, on which path, with what, the largest absolute difference, and its bound."""

    ours: str
    path: str
    theirs: str
    error: float
    bound: float


@dataclass(frozen=True)
class Peer:
    """A diffusers scheduler and how it wants to be driven.

    `wants` is what its step takes: 'x0', 'noise' or 'velocity'. `ratio` says that its sigmas are sigma / alpha on
    VP; `config` are its options and `options` ours.
    """

    ours: str
    path: Path
    scheduler: str
    wants: str
    config: dict[str, Any]
    options: dict[str, Any]
    steps: int = 12


_X0 = {"prediction_type": "sample"}
_DPM = {"solver_order": 2, "solver_type": "midpoint", "lower_order_final": True}
_FLOWING = {"use_flow_sigmas": True, "prediction_type": "flow_prediction"}
_SDE = {**_DPM, "algorithm_type": "sde-dpmsolver++"}

PEERS: tuple[Peer, ...] = (
    Peer("euler", VE, "EulerDiscreteScheduler", "x0", _X0, {}),
    Peer("euler", FLOW, "FlowMatchEulerDiscreteScheduler", "velocity", {}, {}),
    Peer("euler_ancestral", VE, "EulerAncestralDiscreteScheduler", "noise", {}, {}),
    Peer("euler_ancestral", FLOW, "LTXEulerAncestralRFScheduler", "velocity", {"eta": 1.0}, {}),
    Peer("euler_ancestral", FLOW, "LTXEulerAncestralRFScheduler", "velocity", {"eta": 0.4}, {"eta": 0.4}),
    Peer("heun", VE, "HeunDiscreteScheduler", "x0", _X0, {}),
    Peer("heun", FLOW, "FlowMatchHeunDiscreteScheduler", "velocity", {}, {}),
    Peer("dpmpp_2m", VP, "DPMSolverMultistepScheduler", "x0", {**_X0, **_DPM}, {}),
    Peer("dpmpp_2m", FLOW, "DPMSolverMultistepScheduler", "velocity", {**_FLOWING, **_DPM}, {}),
    Peer("dpmpp_2m_sde", VP, "DPMSolverMultistepScheduler", "x0", {**_X0, **_SDE}, {}),
    Peer("dpmpp_2m_sde", FLOW, "DPMSolverMultistepScheduler", "velocity", {**_FLOWING, **_SDE}, {}),
    Peer("lms", VE, "LMSDiscreteScheduler", "x0", _X0, {}),
    Peer("unipc", VP, "UniPCMultistepScheduler", "x0", {**_X0, "solver_order": 2}, {}),
    Peer("unipc", VP, "UniPCMultistepScheduler", "x0", {**_X0, "solver_order": 3}, {"order": 3}),
    Peer("unipc", FLOW, "UniPCMultistepScheduler", "velocity", {**_FLOWING, "solver_order": 2}, {}),
)


def draw(step: int, like: Tensor) -> Tensor:
    """Noise of the run as diffusers draws it from the generator of this step: in the dtype of the state."""
    return torch.randn(like.shape, generator=generator(SEED, step), dtype=like.dtype)


def the_levels(path: Path, steps: int) -> Levels:
    """Levels that suit the path: Karras' over sigma, cosine over alpha_bar, shifted over flow time from 1 exactly."""
    if path is VE:
        return levels("karras", steps, VE, high=14.6, low=0.03)
    return levels("cosine", steps, VP, high=0.999) if path is VP else levels("shifted", steps, FLOW)


def compare(peer: Peer) -> Row:
    """Run ours and theirs to the end of the same levels."""
    mix, ladder = Mixture(peer.path), the_levels(peer.path, peer.steps)
    if peer.ours == "unipc" and peer.path is FLOW:
        ladder = (1.0 - 1e-6, *ladder[1:])  # where diffusers itself begins, to keep its matrix finite
    x = peer.path.mix(0.0, seeded(SEED)(0, torch.empty(SHAPE)), ladder[0])
    ours = _last(sample(peer.ours, mix.like, x, ladder, path=peer.path, noise=draw, options=peer.options))
    error = float((ours - drive(peer, mix, x, ladder)).abs().max())
    config = "".join(f" {key}={peer.config[key]}" for key in ("solver_order", "eta") if key in peer.config)
    sde = " sde" if "sde" in str(peer.config.get("algorithm_type")) else ""
    return Row(peer.ours, peer.path.name, f"diffusers {peer.scheduler}{sde}{config}", error, 1e-5)


def _last(states: Any) -> Tensor:
    return [state.x for state in states][-1]


def drive(peer: Peer, mix: Mixture, x: Tensor, ladder: Levels) -> Tensor:
    """The plain diffusers loop over exactly these levels."""
    import diffusers

    scheduler = getattr(diffusers, peer.scheduler)(**peer.config)
    ratio = [level / peer.path.alpha(level) for level in ladder] if peer.path is VP else list(ladder)
    calls = _set_levels(scheduler, ratio)
    heun = "Heun" in peer.scheduler
    for k, timestep in enumerate(calls):
        level = ladder[(k + 1) // 2 if heun else k]
        m = mix.like(x, level)
        out = {"x0": m, "noise": (x - m) / level, "velocity": (x - m) / level}[peer.wants]
        step = {"generator": generator(SEED, k + 1)} if "generator" in _step_words(scheduler) else {}
        x = scheduler.step(out, timestep, x, **step).prev_sample
    return x


def _set_levels(scheduler: Any, sigmas: list[float]) -> Tensor:
    """Put `sigmas` where the scheduler keeps its own, in float64, and give the timesteps of its calls."""
    steps = len(sigmas) - 1
    if "LTX" in type(scheduler).__name__:
        scheduler.set_timesteps(sigmas=sigmas)
    else:
        scheduler.set_timesteps(steps)
    double = torch.tensor(sigmas, dtype=torch.float64)
    if "Heun" in type(scheduler).__name__:
        double = torch.cat([double[:1], double[1:-1].repeat_interleave(2), double[-1:]])
    scheduler.sigmas = double
    scheduler.is_scale_input_called = True
    scheduler.set_begin_index(0)
    return scheduler.timesteps[: len(double) - 1]


def _step_words(scheduler: Any) -> set[str]:
    return set(inspect.signature(scheduler.step).parameters)


# ---------------------------------------------------------------- DDIM and DDPM, over alpha_bar


def compare_table(name: str, theirs: str, options: dict[str, float], config: dict[str, Any]) -> Row:
    """DDIM and DDPM: diffusers steps through a table of alpha_bar, so ours takes its levels from that table."""
    import diffusers

    scheduler = getattr(diffusers, theirs)(prediction_type="sample", clip_sample=False, **config)
    scheduler.alphas_cumprod = (1.0 - scheduler.betas.double()).cumprod(0)
    scheduler.one = scheduler.final_alpha_cumprod = torch.tensor(1.0, dtype=torch.float64)
    scheduler.set_timesteps(20)
    ladder = (*(1.0 - scheduler.alphas_cumprod[scheduler.timesteps]).sqrt().tolist(), 0.0)
    mix, x = Mixture(VP), seeded(SEED)(0, torch.empty(SHAPE)).double()
    ours = _last(sample(name, mix.like, x, ladder, path=VP, noise=draw, options=options))
    words = {"eta": options["eta"]} if "eta" in options else {}
    for k, timestep in enumerate(scheduler.timesteps):
        out = mix.like(x, ladder[k])
        x = scheduler.step(out, timestep, x, generator=generator(SEED, k + 1), **words).prev_sample
    given = "".join(f" {key}={value}" for key, value in {**words, **config}.items())
    return Row(name, "vp", f"diffusers {theirs}{given}", float((ours - x).abs().max()), 1e-9)


# ---------------------------------------------------------------- the probability-flow ODE


def grid(path: Path, steps: int, high: float, low: float) -> Levels:
    """`steps` steps from `high` to `low` > 0: Karras' on VE, even in the path's own time on VP and FLOW."""
    if path is VE:
        return levels("karras", steps + 1, VE, high=high, low=low)[:-1]
    taus = np.linspace(path.tau(high), path.tau(low), steps + 1).tolist()
    return (high, *(_level(path, tau) for tau in taus[1:-1]), low)


def compare_ode(name: str, path: Path) -> Row:
    """Our end point after many steps against torchdiffeq's dopri5 on dx = alpha' x0 + sigma' n, down to 0.02."""
    from torchdiffeq import odeint

    mix = Mixture(path)
    high, low = {"ve": (8.0, 0.02), "vp": (0.999, 0.02), "flow": (0.98, 0.02)}[path.name]
    x = mix.start(64, high)
    ladder = grid(path, 400, high, low)
    ours = _last(sample(name, mix.like, x, ladder, path=path))

    def slope(tau: Tensor, x: Tensor) -> Tensor:
        level = _level(path, float(tau))
        m = mix.denoise(x, level)
        a, c = path.rates(float(tau))
        return a * m + c * (x - path.alpha(level) * m) / level

    ends = torch.tensor([path.tau(high), path.tau(low)], dtype=torch.float64)
    theirs = odeint(slope, x, ends, rtol=1e-10, atol=1e-12, method="dopri5")[-1]
    bound = {1: 2e-2, 2: 5e-4}.get(SAMPLERS[name].order, 2e-5)
    return Row(name, path.name, "torchdiffeq dopri5, 400 steps", float((ours - theirs).abs().max()), bound)


def _level(path: Path, tau: float) -> float:
    return path.at_angle(tau) if path is VP else tau


# ---------------------------------------------------------------- schedules


def _sigma_row(kind: str) -> Row:
    import diffusers

    scheduler: Any = diffusers.EulerDiscreteScheduler(**{f"use_{kind}_sigmas": True}, sigma_min=0.05, sigma_max=14.0)
    scheduler.set_timesteps(17)
    ours = np.array(levels(kind, 17, VE, high=14.0, low=0.05))
    error = np.abs(ours - scheduler.sigmas.double().numpy()).max() / 14.0
    return Row(kind, "ve", "diffusers EulerDiscreteScheduler sigmas", float(error), 1e-6)


def _flow_row(kind: str) -> Row:
    import diffusers

    words: dict[str, Any] = {"shift": 3.0} if kind == "shifted" else {}
    if kind in ("karras", "exponential"):
        words = {f"use_{kind}_sigmas": True}
    scheduler: Any = diffusers.FlowMatchEulerDiscreteScheduler(**words)
    scheduler.set_timesteps(sigmas=np.linspace(1.0, 1.0 / 17, 17).tolist())
    ours = np.array(levels(kind, 17, FLOW))
    error = np.abs(ours - scheduler.sigmas.double().numpy()).max()
    return Row(kind, "flow", "diffusers FlowMatchEulerDiscreteScheduler sigmas", float(error), 1e-6)


def _cosine_row() -> Row:
    """diffusers tabulates the cosine alpha_bar by its betas; before their cap at 0.999 both are the same curve."""
    import diffusers

    scheduler: Any = diffusers.DDPMScheduler(beta_schedule="squaredcos_cap_v2")
    table = scheduler.betas.double()
    table = (1.0 - table).cumprod(0).numpy()[::-1][1:]  # alpha_bar at u = 0.999, 0.998, ..., 0.001
    ours = np.array(levels("cosine", 1000, VP, high=1.0, low=float(np.sqrt(1.0 - table[-1]))))
    error = np.abs(np.sqrt(1.0 - table) - ours[1:-1]).max()
    return Row("cosine", "vp", "diffusers squaredcos_cap_v2 table", float(error), 1e-5)


def compare_rescale() -> Row:
    """Guidance with rescale against the function of diffusers' own pipelines."""
    from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import rescale_noise_cfg

    from engines.guidance import Guidance, guided

    c, u = (torch.randn(2, 3, 8, 8, generator=generator(SEED, k), dtype=torch.float64) for k in (1, 2))
    ours = guided(lambda x, level: c, lambda x, level: u, Guidance(6.5, rescale=0.7))(c, 0.5)
    theirs = rescale_noise_cfg(u + 6.5 * (c - u), c, guidance_rescale=0.7)
    return Row("guidance rescale", "any", "diffusers rescale_noise_cfg", float((ours - theirs).abs().max()), 1e-12)


# ---------------------------------------------------------------- the table

_TABLES: tuple[tuple[str, str, dict[str, float], dict[str, Any]], ...] = (
    ("ddim", "DDIMScheduler", {"eta": 0.0}, {}),
    ("ddim", "DDIMScheduler", {"eta": 0.5}, {}),
    ("ddim", "DDIMScheduler", {"eta": 1.0}, {}),
    ("ddpm", "DDPMScheduler", {}, {"variance_type": "fixed_small"}),
    ("ddpm", "DDPMScheduler", {"v": 1.0}, {"variance_type": "fixed_large"}),
)


def cases() -> dict[str, Callable[[], Row]]:
    """Every comparison by name, not yet run."""
    found: dict[str, Callable[[], Row]] = {}
    for peer in PEERS:
        found["-".join([peer.ours, peer.path.name, peer.scheduler, *map(str, peer.options.values())])] = partial(
            compare, peer
        )
    for row in _TABLES:
        found["-".join([row[0], "vp", row[1], *map(str, row[2].values())])] = partial(compare_table, *row)
    plain = [name for name, entry in SAMPLERS.items() if not entry.stochastic]
    for name, path in itertools.product(plain, (VE, VP, FLOW)):
        found[f"{name}-{path.name}-dopri5"] = partial(compare_ode, name, path)
    found |= {f"{kind}-ve": partial(_sigma_row, kind) for kind in ("karras", "exponential")}
    found |= {f"{kind}-flow": partial(_flow_row, kind) for kind in ("linear", "shifted", "karras", "exponential")}
    return {**found, "cosine-vp": _cosine_row, "guidance-rescale": compare_rescale}


def main() -> int:
    """Print the table; the exit code says whether every row is within its bound."""
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    rows = [case() for case in cases().values()]
    print(f"{'ours':18} {'path':5} {'theirs':66} {'largest error':>13} {'bound':>8}")
    for row in rows:
        print(f"{row.ours:18} {row.path:5} {row.theirs:66} {row.error:13.1e} {row.bound:8.0e}")
    return 0 if all(row.error <= row.bound for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
