"""Our loop around a network of full size: the UNet of Stable Diffusion 1.5 with random weights (860 million numbers).

Its layout is diffusers' UNet2DConditionModel with attention to 768 wide text, latents 4 x 64 x 64 (Rombach et al. 2022,
arXiv:2112.10752). Previews are linear in the latent, three colours of four channels by one matrix. Minutes on a CPU.
"""

import time
from typing import Any

import torch
from torch import Tensor

from engines.device import best
from engines.samplers import initial_noise, sample, seeded
from engines.schedules import FLOW, levels
from tests.benchmarks.loop import Clocked
from tests.benchmarks.preview import compared
from tests.benchmarks.row import Row

LATENT = (4, 64, 64)
STEPS, ROUNDS = {"cpu": 2, "other": 20}, {"cpu": 3, "other": 7}
COLOURS = ((0.30, 0.19, 0.21), (0.19, 0.29, 0.17), (-0.16, 0.19, 0.26), (-0.18, -0.27, -0.47))  # (channel, rgb)


def network() -> Any:
    """The UNet on the best device, half precision where that is no CPU, and its call on a latent."""
    from diffusers import UNet2DConditionModel

    torch.manual_seed(0)
    device = best()
    kind = torch.float32 if device == "cpu" else torch.float16
    unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768).to(device, kind).eval().requires_grad_(False)
    words = torch.randn(1, 77, 768, device=device, dtype=kind)

    @torch.no_grad()
    def call(x: Tensor, level: float) -> Tensor:
        out = unet(x.to(kind), 1000 * level, words).sample.float()
        if device == "cuda":
            torch.cuda.synchronize()
        return out.tanh()

    return call


def preview(x0: Tensor) -> Any:
    """The clean estimate (1, 4, H, W) as 8 bit colours (H, W, 3)."""
    matrix = x0.new_tensor(COLOURS)
    colours = torch.einsum("chw,cr->hwr", x0[0], matrix)
    return colours.add(1).mul(127.5).clamp(0, 255).byte().cpu().numpy()


def run(net: Any, steps: int, previews: bool) -> float:
    """Seconds of one run, a checkpoint at every step."""
    x, began = initial_noise(1, LATENT).to(best()), time.perf_counter()
    for state in sample("dpmpp_2m", net, x, levels("shifted", steps), path=FLOW, noise=seeded(1)):
        state.checkpoint()
        if previews:
            preview(state.x0)
    return time.perf_counter() - began


def rows() -> list[Row]:
    """Preview cost and the share outside the network, both with goals."""
    net, kind = network(), "cpu" if best() == "cpu" else "other"
    steps, shares = STEPS[kind], []

    def once(previews: bool) -> float:
        clocked = Clocked(net)
        seconds = run(clocked, steps, previews)
        if not previews:
            shares.append(100 * (1 - clocked.inside() / seconds))
        return seconds

    once(True)
    shown = compared(f"preview on / off, SD 1.5 UNet, {best()}", once, ROUNDS[kind], 1.01)
    return [shown, Row(f"outside the network, SD 1.5 UNet, {best()}", min(shares), None, "%", 1.0)]
