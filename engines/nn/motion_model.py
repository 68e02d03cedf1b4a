"""The networks of video/motion, loaded, and what is done with them: make the picture, walk the path, move it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from msgspec.structs import replace
from torch import Tensor

from engines import guidance, motions, samplers, schedules
from engines.contract import Checkpoint, Refused, Request, Step, Video
from engines.device import best
from engines.families.flow_matching import clean
from engines.files import assets
from engines.nn import stored
from engines.nn.motion_scene import DRAFT, Scene, ground_of, kept, opened, packed, read_start
from engines.nn.mover import Measures, Mover
from engines.nn.sticker import uncovered
from engines.nn.text import TextEncoder
from engines.subjects import subject
from engines.worded import Worded

FLOW = "weights/motion/flow.safetensors"
USUAL = 0.6  # the strength of a request at which a start moves as the words say
AMPLITUDES = (0.3, 2.2)  # what the network was taught
SECONDS = (0.45, 6.0)


def load(path: Path | None = None, stickers: Any = None) -> Model:
    """The model from its weight file (that below assets/), on the best device; `stickers` draws the pictures."""
    if stickers is None:
        from engines.nn.sticker import load as load_stickers

        stickers = load_stickers()
    flow = stored.read(lambda words: Mover(Measures.read(words)), path or assets.path(FLOW), best())
    return Model(flow, stickers.text, stickers)


class Model:
    """Flow network, text encoder and the model of image/sticker, and nothing that changes."""

    def __init__(self, flow: Mover, text: TextEncoder, stickers: Any) -> None:
        self.flow, self.text, self.stickers = flow, text, stickers
        self.device = next(flow.parameters()).device

    # ------------------------------------------------------------ the picture

    def scene(self, request: Request, options: Any, drawing: Any) -> Scene:
        """The picture a request starts from, or one that is drawn for it, and how its clip is to be."""
        found = kept(request) or self._begun(request, options, drawing)
        picture, ground, drawn = found
        seconds = request.length or 2.0
        return Scene(
            picture=picture,
            drawn=drawn,
            room=options.room,
            ground=ground_of(options.background, ground),
            loop=options.loop,
            seconds=seconds,
            fps=options.fps,
        )

    def _begun(self, request: Request, options: Any, drawing: Any) -> tuple[np.ndarray, np.ndarray | None, bool]:
        if request.start is not None:
            picture, ground = read_start(request.start)
            return picture, ground, False
        return self.drawn(options.picture or subject(request.prompt), request.seed, drawing), None, True

    @torch.no_grad()
    def drawn(self, words: str, seed: int, drawing: Any) -> np.ndarray:
        """A sticker of these words, RGBA uint8 (128, 128, 4), by image/sticker with its options `drawing`."""
        from engines.image.sticker import STYLES

        asked = Request(engine="image/sticker", prompt=words, seed=seed)
        denoise = self.stickers.denoiser(asked, drawing, STYLES[drawing.style])
        *_, last = self.stickers.states(asked, drawing, denoise)
        return uncovered(self.stickers.pixels(last.x[0]))

    # ------------------------------------------------------------ denoising

    @torch.no_grad()
    def denoiser(self, request: Request, options: Any, scene: Scene) -> guidance.Run:
        """The guided denoiser for a request's words and its picture's silhouette."""
        given = torch.from_numpy(self.given(request, options, scene))[None].to(self.device)
        levels = schedules.levels(options.schedule, options.steps)
        words = Worded(request, levels, lambda text: partial(self._clean, self._told(text), given))
        strength = guidance.Guidance(
            scale=request.curves.get("guidance", options.guidance),
            levels=levels,
            rescale=options.rescale,
        )
        return guidance.Run(words.guided(strength), words.counted, strength)

    def given(self, request: Request, options: Any, scene: Scene) -> np.ndarray:
        """What the motion is made for, within what the network was taught."""
        wish = options.amplitude * (request.strength / USUAL if request.start is not None else 1.0)
        amplitude = float(np.clip(wish, *AMPLITUDES))
        seconds = float(np.clip(scene.seconds * options.speed, *SECONDS))
        return motions.given(scene.silhouette(), scene.loop, seconds, amplitude)

    def _told(self, words: str) -> tuple[Tensor, Tensor]:
        return self.text.encode([words.strip()])

    def _clean(self, told: tuple[Tensor, Tensor], given: Tensor, x: Tensor, level: float) -> Tensor:
        return clean(lambda z, t: self.flow(z, t, *told, given), x, level)

    def states(self, request: Request, options: Any, denoise: guidance.Run) -> Iterator[samplers.State]:
        """Every finished step, from noise or a checkpoint. `variety` is the noise's temperature: below 1 the motion is
        nearer to what is most usual for the words (as Kingma and Dhariwal, "Glow", 2018, section 6, do it)."""
        levels = schedules.levels(options.schedule, options.steps)
        noise = samplers.initial_noise(request.seed, (self.flow.measures.components,)).to(self.device)
        noise = options.variety * noise
        self._own(request.resume)
        yield from samplers.sample(
            options.sampler, denoise, noise, levels, noise=samplers.seeded(request.seed), resume=request.resume
        )

    def reached(self, request: Request) -> Tensor | None:
        """The state a checkpoint holds, (1, K): the result itself when no step is left after it."""
        self._own(request.resume)
        return None if request.resume is None else samplers.restore(request.resume, self.device).x

    def _own(self, held: Checkpoint | None) -> None:
        if held is not None and getattr(held.arrays.get("x"), "shape", None) != (1, self.flow.measures.components):
            raise Refused("bad-request", "This checkpoint is of another engine: branch with the engine that made it.")

    # ------------------------------------------------------------ clips

    def keys(self, x: Tensor) -> np.ndarray:
        """The motion (KEYS, CHANNELS) of a clean state (K,)."""
        return self.flow.motion(x[None].float().to(self.device))[0].cpu().numpy()

    def clip(self, x: Tensor, scene: Scene, side: int = DRAFT, draft: bool = True) -> Video:
        """The scene's picture, moved by a clean state (K,)."""
        return scene.clip(self.keys(x), side, draft)

    def rendered(self, estimate: np.ndarray) -> Video:
        """A stored estimate as a clip."""
        x, scene = opened(estimate, self.flow.measures.components)
        return self.clip(torch.from_numpy(x), scene, len(scene.picture))

    def step(self, state: samplers.State, scene: Scene, effect: Callable[[], float | None] | None = None) -> Step:
        """What the engine tells of a finished step; `effect` is what guidance did in it."""
        return Step(
            index=state.index,
            total=state.total,
            level=state.level,
            preview=partial(self.clip, state.x0[0], scene),
            estimate=lambda: packed(state.x0[0].cpu().numpy(), scene),
            checkpoint=partial(_checkpoint, state, scene),
            guidance=effect,
        )


def _checkpoint(state: samplers.State, scene: Scene) -> Checkpoint:
    """The sampler's state and the picture, so that a branch with other words moves the same picture."""
    held = state.checkpoint()
    arrays = held.arrays | {"picture": scene.picture}
    if scene.ground is not None:
        arrays["ground"] = scene.ground
    return replace(held, arrays=arrays, numbers=held.numbers | {"drawn": float(scene.drawn)})
