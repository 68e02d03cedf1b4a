"""One run of a pipeline as a generator of its steps, with exact checkpoints."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.contract import Checkpoint
from engines.pipelines import call, keep, live, momentum, reentry, tap
from engines.pipelines.back import Back, kept_of
from engines.pipelines.tap import Moment, Watch
from engines.pipelines.travel import Travel
from engines.pipelines.turns import Turns
from engines.samplers import Seed


class Drive:
    """Calls `pipe` with `words` and the random numbers of `noise`, a seed, or one and how far from it to the next;
    iterating gives its steps, then `result` is there.

    Numbers among the words may be `Live`: they move with the steps. `resume` goes on from a checkpoint of the same
    pipeline: what was done is passed over. Not to be iterated twice.
    """

    def __init__(self, pipe: Any, words: dict[str, Any], noise: Seed, resume: Checkpoint | None = None) -> None:
        self.pipe, self.words = pipe, words
        self.seed, share = (noise, 0.0) if isinstance(noise, int) else noise
        self.skip, self.mark = resume.step if resume else 0, ""
        self.watch = Watch(lambda _: None, self.skip, self._plan)
        self.watch.said = lambda: getattr(pipe, "_num_timesteps", None)
        self.back = Back(resume, self.watch, _device(pipe)) if resume else None
        if self.back is not None:
            self.watch.enter, self.watch.back = self.back.enter, self._back
        self.shapes: dict[str, Any] = _read(self.back.state["shapes"]) if self.back else {}
        self._written = (0, "")  # how many of them there were, and these as text
        self.generator = torch.Generator("cpu").manual_seed(self.seed)
        self.travel = Travel(self.generator, self.seed, share) if share else None
        self.live = call.lives(pipe, words)
        self.moved: Callable[[float], None] = lambda position: None
        self.buffers: list[Any] = []
        self.around: list[AbstractContextManager[None]] = []
        self.result: Any = None

    def __iter__(self) -> Generator[Moment, None, None]:
        turns = Turns(self._call)
        self.watch.tell = turns.tell
        stepping = iter(turns)
        try:
            for moment in stepping:
                self._move(moment.index, moment.total)
                yield moment
        finally:
            stepping.close()
            _repair(self.pipe)
        self.result = turns.result

    def checkpoint(self, moment: Moment) -> Checkpoint:
        """All that is needed to go on after `moment`; only while the generator waits at it."""
        kept = {
            "samples": [part.sample for part in moment.parts],
            "estimates": [part.x0 for part in moment.parts if _wants_estimate(part.scheduler)],
            "schedulers": [_values(part.scheduler) for part in moment.parts],
            "shapes": self._shapes(),
            "momentum": momentum.kept(self.buffers),
            "random": [self.generator.get_state(), torch.get_rng_state()],
        }
        kept |= {"travel": self.travel.second.get_state()} if self.travel else {}
        kept |= kept_of(self.watch, moment.parts, self.back.entered if self.back else None)
        method = f"{' '.join(type(part.scheduler).__name__ for part in moment.parts)} {self.mark}"
        level = moment.parts[0].level
        return Checkpoint(
            moment.index, moment.total, level, method, keep.pack(kept), {"calls": float(self.watch.asked)}
        )

    def _shapes(self) -> str:
        """The shapes as text, made anew only where there are more: they are kept with every step."""
        if self._written[0] != len(self.shapes):
            self._written = (len(self.shapes), json.dumps(self.shapes))
        return self._written[1]

    def _call(self, tell: Callable[[Any], None]) -> Any:
        torch.manual_seed(self.seed)  # for what is drawn without asking for a generator
        networks = tap.denoisers(self.pipe)
        self.pipe.__dict__.pop("_num_timesteps", None)
        with ExitStack() as stack:
            if self.travel is not None:
                stack.enter_context(self.travel.over())
            for other in self.around:
                stack.enter_context(other)
            stack.enter_context(momentum.noted(self.buffers))
            stack.enter_context(tap.watched(self.pipe.scheduler, self.watch))
            stack.enter_context(tap.passed_over(networks, self.watch, self.shapes))
            stack.enter_context(live.embedded(self.pipe, networks, self.words.get("guidance_scale")))
            self._move(self.skip, self.back.kept.total if self.back else 0)
            return self.pipe(generator=self.generator, **self.words)

    def _move(self, done: int, total: int) -> None:
        """The live numbers to where they are in the step after `done` of `total`, positions being 0 to 1."""
        position = min(done / max(total - 1, 1), 1.0)
        for number in self.live:
            number.at(position)
        self.moved(position)

    def _plan(self, scheduler: Any) -> None:
        if self.back is None:
            self.mark = reentry.mark(scheduler)
        else:
            self.back.plan(scheduler)
            self.mark = self.back.mark

    def _back(self, place: int, scheduler: Any, sample: Tensor) -> tuple[Tensor, Any]:
        """What a scheduler is to have answered at the last call that is passed over; everything is set to go on."""
        assert self.back is not None
        answer = self.back.answer(place, scheduler, sample)
        random, averages = self.back.state["random"], self.back.state["momentum"]
        self.generator.set_state(random[0].cpu())
        torch.set_rng_state(random[1].cpu())
        if self.travel is not None and self.back.state.get("travel") is not None:
            self.travel.second.set_state(self.back.state["travel"].cpu())
        momentum.give_back(self.buffers, averages)
        self._move(self.skip, self.watch.total)
        return answer


def _read(shapes: str | dict[str, Any]) -> dict[str, Any]:
    """The shapes of a checkpoint; older ones hold them as plain values."""
    found: dict[str, Any] = json.loads(shapes) if isinstance(shapes, str) else dict(shapes)
    return found


def _values(scheduler: Any) -> dict[str, Any]:
    """The plain values a scheduler works with; neither its configuration nor its tables."""
    return keep.plain({name: value for name, value in vars(scheduler).items() if name not in _TABLES})


_TABLES = {"betas", "alphas", "alphas_cumprod", "sigmas", "timesteps", "log_sigmas", "alpha_t", "sigma_t", "lambda_t"}
_TABLES |= {"_internal_dict", tap.WATCH, "one", "num_inference_steps", "init_noise_sigma", "final_alpha_cumprod"}


def _wants_estimate(scheduler: Any) -> bool:
    """Whether the pipeline hands a scheduler its last clean estimate back (CogVideoX's DPM)."""
    return "old_pred_original_sample" in tap.words_of(type(scheduler).step)


def _device(pipe: Any) -> Any:
    return getattr(pipe, "_execution_device", "cpu")


def _repair(pipe: Any) -> None:
    """Whatever a library leaves behind in a call that did not come to its end."""
    for part in pipe.components.values():
        if hasattr(part, "_reset_stateful_cache"):
            part._reset_stateful_cache()
    free = getattr(pipe, "maybe_free_model_hooks", None)
    if free is not None:
        free()


def as_array(latents: Tensor) -> np.ndarray:
    """The first of a batch as float16, compact enough to be kept for every step."""
    return latents[0].detach().to("cpu", torch.float16).numpy()
