"""What driving a diffusers pipeline costs beside calling it: the gap between two calls of its network, and whole jobs.

Stable Diffusion 1.5 in its true layout with random weights, 256 x 256, classifier-free guidance, in turns within one
process. The quick rows use a narrow network (a gap is the same whatever the network); `driven-full` the full one.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from engines.device import best
from engines.pipelines import linear, space
from engines.pipelines.drive import Drive, as_array
from tests.benchmarks.row import Row

QUICK = {"block_out_channels": (32, 64), "layers_per_block": 1, "norm_num_groups": 8, "cross_attention_dim": 768}
QUICK |= {"down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D")}
QUICK |= {"up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D")}
Call = Callable[[], None]


def pipeline(**shape: Any) -> Any:
    """The pipeline; `shape` narrows its network."""
    from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    unet = UNet2DConditionModel(**({"sample_size": 64, "cross_attention_dim": 768} | shape))
    vae = AutoencoderKL(block_out_channels=(32, 32, 32, 32), norm_num_groups=8, **_VAE)
    text = CLIPTextModel(CLIPTextConfig(hidden_size=768, num_hidden_layers=1, num_attention_heads=12))
    scheduler = PNDMScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, skip_prk_steps=True)
    parts = {"unet": unet, "vae": vae, "text_encoder": text, "scheduler": scheduler, "tokenizer": None}
    pipe = StableDiffusionPipeline(**parts, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    return pipe.to(best())


_VAE = {"down_block_types": ("DownEncoderBlock2D",) * 4, "up_block_types": ("UpDecoderBlock2D",) * 4}


class Bench:
    """Both ways of running one job, and the gaps between the calls of the network in the last one."""

    def __init__(self, pipe: Any, steps: int) -> None:
        self.pipe, self.spans = pipe, list[float]()
        words = torch.randn(1, 77, 768, device=pipe.device)
        self.words = {"prompt_embeds": words, "negative_prompt_embeds": -words, "height": 256, "width": 256}
        self.words |= {"num_inference_steps": steps, "guidance_scale": 7.5, "output_type": "latent"}
        self.colours = linear.colours(pipe.vae)
        pipe.unet.register_forward_pre_hook(lambda *_: self.spans.append(time.perf_counter()))
        pipe.unet.register_forward_hook(lambda *_: self.spans.append(time.perf_counter()))

    def plain(self) -> None:
        torch.manual_seed(1)
        self.pipe(generator=torch.Generator().manual_seed(1), **self.words)

    def driven(self) -> None:
        """Nobody looks and nothing is kept: what being able to costs."""
        for _ in Drive(self.pipe, self.words, 1):
            pass

    def kept(self, previews: bool = False) -> None:
        """As the worker does it: an estimate and a checkpoint of every step, and the estimate shown where asked."""
        drive = Drive(self.pipe, self.words, 1)
        for moment in drive:
            drive.checkpoint(moment)
            estimate = as_array(space.decodable(self.pipe, moment.parts[0].x0, (256, 256), 1))
            if previews:
                (self.colours(estimate).clip(0, 1) * 255).round().astype("uint8")

    def timed(self, run: Call) -> tuple[float, float]:
        """Seconds of one run, and milliseconds of the median gap in it."""
        self.spans.clear()
        began = time.perf_counter()
        run()
        seconds = time.perf_counter() - began
        gaps = [b - a for a, b in zip(self.spans[1::2], self.spans[2::2], strict=False)]
        return seconds, 1000 * statistics.median(gaps)


def rows() -> list[Row]:
    """The gaps."""
    return measured(Bench(pipeline(**QUICK), 30), 10, "")


def full_rows() -> list[Row]:
    """The same around the network of full size; many minutes and 5 GB on a CPU."""
    return measured(Bench(pipeline(), 2 if best() == "cpu" else 30), 10, ", full size")


def measured(bench: Bench, rounds: int, name: str) -> list[Row]:
    """Gaps in milliseconds, and jobs as ratios, of `rounds` alternations."""
    ways: dict[str, Call] = {
        "plain": bench.plain,
        "driven": bench.driven,
        "kept": bench.kept,
        "with previews": lambda: bench.kept(previews=True),
    }
    for run in ways.values():
        run()
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            taken[way].append(bench.timed(run))
    goals = {"driven": 0.5, "kept": 1.0, "with previews": 1.0}
    found = [_gap(f"gap, {way}{name}", taken[way], taken["plain"], goal) for way, goal in goals.items()]
    for way, other, goal in (("driven", "plain", 1.02), ("kept", "plain", 1.02), ("with previews", "kept", 1.01)):
        found.append(_job(f"job, {way} / {other}{name}", taken[way], taken[other], goal))
    return found


def _gap(name: str, ours: list[tuple[float, float]], plain: list[tuple[float, float]], goal: float) -> Row:
    gap, other = (statistics.median(gap for _, gap in runs) for runs in (ours, plain))
    return Row(name, gap, other, "ms", goal)


def _job(name: str, ours: list[tuple[float, float]], others: list[tuple[float, float]], goal: float) -> Row:
    """The median ratio, and in words where that of many runs lies."""
    ratios = sorted(a / b for (a, _), (b, _) in zip(ours, others, strict=True))
    out = _outside(len(ratios))
    note = f"{ratios[out]:.3f} to {ratios[-1 - out]:.3f} with 95 %, of {len(ratios)} alternations"
    return Row(name, statistics.median(ratios), None, "x", goal, note=note)


def _outside(count: int) -> int:
    """How many of `count` ordered values lie beyond each end of the 95 % interval of their median: as many as heads in
    so many tosses are not exceeded by chance (Thompson, 1936)."""
    tosses = [math.comb(count, heads) / 2**count for heads in range(count + 1)]
    return max([0] + [n for n in range(1, count // 2) if sum(tosses[: n + 1]) <= 0.025])
