"""What driving a diffusers pipeline costs beside calling it: the gap between two calls of its network, and whole jobs.

Stable Diffusion 1.5 in its true layout with random weights, 256 x 256, classifier-free guidance, in turns within one
process. The quick rows use a narrow network (a gap is the same whatever the network); `driven-full` the full one.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from engines.device import best
from engines.pipelines import linear, space
from engines.pipelines.drive import Drive, as_array
from tests.benchmarks.alternated import Known, Turns, known
from tests.benchmarks.row import Row

QUICK = {"block_out_channels": (32, 64), "layers_per_block": 1, "norm_num_groups": 8, "cross_attention_dim": 768}
QUICK |= {"down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D")}
QUICK |= {"up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D")}
Call = Callable[[], None]
GOALS = {"driven": 0.5, "kept": 1.0, "with previews": 1.0}  # ms of a gap
PAIRS = {("driven", "plain"): 1.02, ("kept", "plain"): 1.02, ("with previews", "kept"): 1.01}  # ratios of jobs
WIDE = 0.01  # of the intervals of these ratios, where time allows


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
        self.steps = steps
        self.words |= {"num_inference_steps": steps, "guidance_scale": 7.5, "output_type": "latent"}
        self.colours = linear.colours(pipe.vae)
        self.inside = 0.0  # processor seconds in the network, of all runs
        pipe.unet.forward = self._timed(pipe.unet.forward)  # within whatever is put around it

    def _timed(self, forward: Any) -> Any:
        @functools.wraps(forward)
        def act(*args: Any, **kwargs: Any) -> Any:
            self.spans.append(time.perf_counter())
            began = time.process_time()
            out = forward(*args, **kwargs)
            self.inside += time.process_time() - began
            self.spans.append(time.perf_counter())
            return out

        return act

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

    def shown(self) -> None:
        """As `kept`, and each estimate is looked at."""
        self.kept(previews=True)

    def gap(self) -> float:
        """Milliseconds of the median gap in the last run."""
        return 1000 * statistics.median(b - a for a, b in zip(self.spans[1::2], self.spans[2::2], strict=False))


def rows() -> list[Row]:
    """The gaps, what is added to a step, and jobs of a network so small that this counts for much."""
    return measured(Bench(pipeline(**QUICK), 10), "", seconds=120)


def full_rows() -> list[Row]:
    """The same around the network of full size; many minutes and 5 GB on a CPU."""
    return measured(Bench(pipeline(), 2 if best() == "cpu" else 30), ", full size", seconds=600)


def measured(bench: Bench, name: str, seconds: float) -> list[Row]:
    """Gaps and what is added to a step in milliseconds, jobs as ratios; of runs in turns for so many `seconds` at most,
    on one thread."""
    gaps: dict[str, list[float]] = {}

    def note(way: str) -> None:
        gaps.setdefault(way, []).append(bench.gap())

    ways = {"plain": bench.plain, "driven": bench.driven, "kept": bench.kept, "with previews": bench.shown}
    turns = Turns({way: partial(_fresh, bench, run) for way, run in ways.items()}, lambda: bench.inside, note)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        turns.until(list(PAIRS), WIDE, seconds)
    finally:
        torch.set_num_threads(threads)
    found = [_gap(f"gap, {way}{name}", gaps[way], gaps["plain"], goal) for way, goal in GOALS.items()]
    found += [_added(f"added to a step, {way}{name}", turns.more(way, "plain"), bench.steps) for way in GOALS]
    return found + [_job(f"job, {one} / {other}{name}", turns, one, other) for one, other in PAIRS]


def _fresh(bench: Bench, run: Call) -> None:
    bench.spans.clear()
    run()


def _gap(name: str, ours: list[float], plain: list[float], goal: float) -> Row:
    return Row(name, statistics.median(ours), statistics.median(plain), "ms", goal, note=known(ours).told(" ms"))


def _added(name: str, more: Known, steps: int) -> Row:
    each = [1000 * seconds / steps for seconds in (more.median, more.low, more.high)]
    return Row(name, each[0], None, "ms", None, note=f"{each[1]:.3f} to {each[2]:.3f} ms with 95 %, by processor time")


def _job(name: str, turns: Turns, one: str, other: str) -> Row:
    """The ratio by processor time; beside it what it is by the clock, and with the network as quick in both."""
    found, goal = turns.ratio(one, other), PAIRS[one, other]
    said = {"by the clock": "clock", "the network taken as equal": "own"}
    notes = [
        f"{turns.ratio(one, other, by).median:.4f}, {turns.ratio(one, other, by).told()}, {how}"
        for how, by in said.items()
    ]
    note = f"{found.told()} of {found.count} alternations; " + "; ".join(notes)
    return Row(name, found.median, None, "x", goal, note=note)
