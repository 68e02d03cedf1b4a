"""What our denoise loop costs between two network calls: `python -m tests.benchmarks.loop`.

The same network and latent run through our samplers and through a bare diffusers scheduler loop, in turns within one
process, so the ratio holds on any machine. The gap is the time from the return of a step's last network call to the
start of the next step's first: what a loop adds, whatever the network.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from engines.guidance import Guidance, guided
from engines.samplers import initial_noise, sample, seeded
from engines.schedules import FLOW, levels
from tests.benchmarks.row import Row, table

SHAPE = (16, 64, 64)  # the latent of a 512 x 512 picture, 16 channels
STEPS = 40
ROUNDS = 5


@dataclass
class Clocked:
    """A network that notes when each of its calls in one run began and ended, in seconds."""

    network: Callable[[Tensor, float], Tensor]
    spans: list[tuple[float, float]] = field(default_factory=list)

    def __call__(self, x: Tensor, level: float) -> Tensor:
        began = time.perf_counter()
        out = self.network(x, level)
        self.spans.append((began, time.perf_counter()))
        return out

    def inside(self) -> float:
        """Seconds in the network."""
        return sum(b - a for a, b in self.spans)


def network(width: int, depth: int) -> Callable[[Tensor, float], Tensor]:
    """A convolution stack with seeded weights, bounded so that no loop can run away."""
    torch.manual_seed(0)
    inner = [layer for _ in range(depth) for layer in (nn.Conv2d(width, width, 3, padding=1), nn.SiLU())]
    stack = nn.Sequential(nn.Conv2d(SHAPE[0], width, 1), *inner, nn.Conv2d(width, SHAPE[0], 1), nn.Tanh()).eval()

    @torch.no_grad()
    def call(x: Tensor, level: float) -> Tensor:
        return stack(x)

    return call


def ours(name: str, net: Clocked, *, steps: int = STEPS, scale: float = 1.0, keep: bool = False) -> None:
    """One run of our sampler `name`; `keep` takes a checkpoint at every step, as the step store does."""
    denoise = guided(net, net, Guidance(scale))
    x, ladder = initial_noise(1, SHAPE), levels("shifted", steps)
    for state in sample(name, denoise, x, ladder, path=FLOW, noise=seeded(1)):
        if keep:
            state.checkpoint()


def theirs(scheduler: str, net: Clocked, **config: Any) -> None:
    """One run of a bare diffusers loop: the network, then the scheduler's step."""
    import diffusers

    plan: Any = getattr(diffusers, scheduler)(**config)
    plan.set_timesteps(STEPS)
    x = initial_noise(1, SHAPE)
    for timestep in plan.timesteps:
        x = plan.step(net(x, 0.5), timestep, x).prev_sample


_FLOW_DPM: dict[str, Any] = {"use_flow_sigmas": True, "prediction_type": "flow_prediction"}
_PAIRS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("euler", "FlowMatchEulerDiscreteScheduler", {"shift": 3.0}),
    ("dpmpp_2m", "DPMSolverMultistepScheduler", _FLOW_DPM),
    ("dpmpp_2m_sde", "DPMSolverMultistepScheduler", {**_FLOW_DPM, "algorithm_type": "sde-dpmsolver++"}),
    ("unipc", "UniPCMultistepScheduler", _FLOW_DPM),
)


def gaps(net: Callable[[Tensor, float], Tensor], loop: Callable[[Clocked], None]) -> list[float]:
    """Milliseconds between the last network call of a step and the first of the next, in one run of `loop`."""
    clocked = Clocked(net)
    loop(clocked)
    between = [1e3 * (b[0] - a[1]) for a, b in itertools.pairwise(clocked.spans)]
    calls = len(clocked.spans) // STEPS
    return between[calls - 1 :: calls]


def gap_rows() -> Iterator[Row]:
    """Median gap of each pair, rounds of the two in turn."""
    light = network(8, 1)
    for name, scheduler, config in _PAIRS:
        mine, other = [], []
        for _ in range(ROUNDS):
            mine += gaps(light, partial(ours, name))
            other += gaps(light, partial(theirs, scheduler, **config))
        yield Row(f"gap, {name} / {scheduler}", statistics.median(mine), statistics.median(other), "ms", 0.5)
    extras: dict[str, dict[str, Any]] = {
        "guidance, two calls": {"scale": 5.0},
        "checkpoint every step": {"keep": True},
    }
    for label, words in extras.items():
        mine = [gap for _ in range(ROUNDS) for gap in gaps(light, partial(ours, "dpmpp_2m", **words))]
        yield Row(f"gap, dpmpp_2m with {label}", statistics.median(mine), None, "ms", 0.5)


def share_row(name: str, width: int, depth: int) -> Row:
    """Everything outside the network as a share of the loop, checkpoints included.

    The least of three runs: another program's turn on the processor is no cost of the loop.
    """
    shares, net = [], network(width, depth)
    for _ in range(3):
        clocked, began = Clocked(net), time.perf_counter()
        ours("dpmpp_2m", clocked, steps=8, keep=True)
        shares.append(100.0 * (1.0 - clocked.inside() / (time.perf_counter() - began)))
    call = 1e3 * clocked.inside() / 8
    return Row(f"outside the network, {name}, {call:.0f} ms a call", min(shares), None, "%", 1.0)


def rows() -> list[Row]:
    """All measurements of the loop."""
    return [*gap_rows(), share_row("small", 64, 6), share_row("large", 192, 10)]


def main() -> int:
    """Print them."""
    print(table(rows()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
