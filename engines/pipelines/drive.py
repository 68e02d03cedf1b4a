"""One run of a pipeline as a generator of its steps, with exact checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.contract import Checkpoint, Refused
from engines.pipelines import call, keep, live, momentum, tap
from engines.pipelines.tap import Moment, Watch
from engines.pipelines.turns import Turns


class Drive:
    """Calls `pipe` with `words` and the random numbers of `seed`; iterating gives its steps, then `result` is there.

    Numbers among the words may be `Live`: they move with the steps. `resume` goes on from a checkpoint of the same
    pipeline: what was done is passed over. Not to be iterated twice.
    """

    def __init__(self, pipe: Any, words: dict[str, Any], seed: int, resume: Checkpoint | None = None) -> None:
        self.pipe, self.words, self.seed = pipe, words, seed
        self.state: Any = keep.unpack(resume.arrays, _device(pipe)) if resume else None
        self.skip, self.resume = resume.step if resume else 0, resume
        self.shapes: dict[str, Any] = dict(self.state["shapes"]) if self.state else {}
        self.generator = torch.Generator("cpu").manual_seed(seed)
        self.live = call.lives(pipe, words)
        self.moved: Callable[[float], None] = lambda position: None
        self.buffers: list[Any] = []
        self.around: list[AbstractContextManager[None]] = []
        self.calls = 0
        self.result: Any = None
        self.watch = Watch(lambda _: None, self.skip, self._back)
        self.watch.said = lambda: getattr(pipe, "_num_timesteps", None)

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
            "shapes": self.shapes,
            "momentum": momentum.kept(self.buffers),
            "random": [self.generator.get_state(), torch.get_rng_state()],
        }
        method = " ".join(type(part.scheduler).__name__ for part in moment.parts)
        level = moment.parts[0].level
        return Checkpoint(moment.index, moment.total, level, method, keep.pack(kept), {"calls": float(self.calls)})

    def _call(self, tell: Callable[[Any], None]) -> Any:
        torch.manual_seed(self.seed)  # for what is drawn without asking for a generator
        networks = tap.denoisers(self.pipe)
        self.pipe.__dict__.pop("_num_timesteps", None)
        with ExitStack() as stack:
            for other in self.around:
                stack.enter_context(other)
            stack.enter_context(momentum.noted(self.buffers))
            stack.enter_context(tap.watched(self.pipe.scheduler, self.watch))
            stack.enter_context(tap.passed_over(networks, self.watch, self.shapes))
            for part in networks.values():
                stack.callback(part.register_forward_pre_hook(self._count).remove)
            stack.enter_context(live.embedded(self.pipe, networks, self.words.get("guidance_scale")))
            self._move(self.skip, self.resume.total if self.resume else 0)
            return self.pipe(generator=self.generator, **self.words)

    def _count(self, *_: Any) -> None:
        self.calls += not self.watch.skipping

    def _move(self, done: int, total: int) -> None:
        """The live numbers to where they are in the step after `done` of `total`, positions being 0 to 1."""
        position = min(done / max(total - 1, 1), 1.0)
        for number in self.live:
            number.at(position)
        self.moved(position)

    def _back(self, place: int, scheduler: Any) -> tuple[Tensor, Tensor]:
        """What a scheduler answered at the last step that was taken before; everything is set to how it was then."""
        self._same_way(place, scheduler)
        state = self.state
        for name, value in state["schedulers"][place].items():
            setattr(scheduler, name, value)
        self.generator.set_state(state["random"][0].cpu())
        torch.set_rng_state(state["random"][1].cpu())
        momentum.give_back(self.buffers, state["momentum"])
        self._move(self.skip, self.watch.total)
        sample = state["samples"][place]
        return sample, state["estimates"][place] if state["estimates"] else sample

    def _same_way(self, place: int, scheduler: Any) -> None:
        """Refused unless the step to go on from lies on the way this run takes."""
        kept, watch = self.resume, self.watch
        assert kept is not None
        level = watch.levels[min(watch.calls[place], watch.left)]
        same = type(scheduler).__name__ in kept.method.split() and kept.total == watch.total
        if not same or (place == 0 and abs(level - kept.level) > 1e-4 * (1 + kept.level)):
            told = f"This step was made in {kept.total} steps of {kept.method.split()[0].removesuffix('Scheduler')}"
            rest = (
                "a branch of a model keeps its steps, sampler, schedule and start: change the words or what guides it"
            )
            raise Refused("bad-request", f"{told}; {rest}.")


def _values(scheduler: Any) -> dict[str, Any]:
    """The plain values a scheduler works with; neither its configuration nor its tables."""
    return keep.plain({name: value for name, value in vars(scheduler).items() if name not in _TABLES})


_TABLES = {"betas", "alphas", "alphas_cumprod", "sigmas", "timesteps", "log_sigmas", "alpha_t", "sigma_t", "lambda_t"}
_TABLES |= {"_internal_dict", tap.WATCH, "one", "num_inference_steps", "init_noise_sigma", "final_alpha_cumprod"}


def _wants_estimate(scheduler: Any) -> bool:
    """Whether the pipeline hands a scheduler its last clean estimate back (CogVideoX's DPM)."""
    return "old_pred_original_sample" in tap.words_of(type(scheduler))  # type: ignore[arg-type]


def _device(pipe: Any) -> Any:
    return getattr(pipe, "device", "cpu")


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
