"""What a motion is given to: a picture on its canvas, a background and a length; drawn as a clip, and packed small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engines import motions
from engines.contract import Image, Refused, Request, Video
from engines.cutout import cut_out
from engines.motions import Silhouette
from engines.nn import warp

DRAFT = 128  # pixels of a preview's side
SMALL = 96  # of the picture in a stored estimate
LARGEST = 512  # of a start picture
DRAFT_FRAMES = 60
GROUNDS = {"white": (255, 255, 255), "black": (0, 0, 0), "sky": (190, 225, 250)}


@dataclass(frozen=True)
class Scene:
    """`picture` RGBA uint8 (S, S, 4), of which the canvas is `1 / room` as wide; `drawn` when it is our own sticker.
    `ground` is the colour behind it (3,) uint8, None for transparency."""

    picture: np.ndarray
    drawn: bool
    room: float
    ground: np.ndarray | None
    loop: bool
    seconds: float
    fps: int

    @property
    def frames(self) -> int:
        return max(2, round(self.seconds * self.fps))

    def silhouette(self) -> Silhouette:
        """What is visible on the canvas."""
        return Silhouette.of(self.canvas(DRAFT)[3].numpy())

    def canvas(self, side: int) -> Tensor:
        """The picture in the middle of its canvas, (4, side, side), colours times alpha."""
        inner = max(2, round(side * self.room / 2) * 2)
        picture = warp.resized(warp.premultiplied(self._sized(inner)), inner)
        rest = (side - inner) // 2
        return functional.pad(picture, (rest, side - inner - rest, rest, side - inner - rest))

    def _sized(self, inner: int) -> np.ndarray:
        """The picture; our own stickers enlarged by the network that is made for it where more pixels are wanted."""
        if not self.drawn or inner <= 1.5 * len(self.picture):
            return self.picture
        from engines.upscale import upscale

        return upscale(Image(self.picture), int(np.ceil(inner / len(self.picture)))).pixels

    def clip(self, keys: np.ndarray, side: int, draft: bool = False) -> Video:
        """The picture moved as `keys` (KEYS, CHANNELS) say; a draft is quick, and has 60 frames at most."""
        frames = min(self.frames, DRAFT_FRAMES) if draft else self.frames
        warper = warp.Warper(self.canvas(side), self.silhouette(), quick=draft)
        keys = motions.closed(keys) if self.loop else keys
        states = motions.at(keys, motions.times(frames, self.loop), self.loop)
        drawn = warper.frames([motions.pose(state) for state in states])
        shown = np.stack([self._shown(frame) for frame in drawn])
        return Video(shown, frames / self.frames * self.fps)

    def _shown(self, frame: Tensor) -> np.ndarray:
        if self.ground is None:
            return warp.straight(frame)
        return warp.over(frame, torch.from_numpy(self.ground.astype(np.float32) / 255)[:, None, None])


def read_start(start: object) -> tuple[np.ndarray, np.ndarray | None]:
    """A start picture, or the first frame of a clip, off its background and in the middle of a square, RGBA uint8
    (S, S, 4), and the background's colour. Refused for sounds and meshes."""
    if isinstance(start, Video):
        pixels = start.frames[0]
    elif isinstance(start, Image):
        pixels = start.pixels
    else:
        raise Refused("bad-request", "A motion starts from a picture; the start that was given is none.")
    from PIL import Image as Pillow

    rgba, ground = cut_out(pixels)
    source = Pillow.fromarray(rgba).convert("RGBa")
    source.thumbnail((LARGEST, LARGEST), Pillow.Resampling.LANCZOS)
    square = Pillow.new("RGBa", (max(source.size),) * 2)
    square.paste(source, ((square.width - source.width) // 2, (square.height - source.height) // 2))
    return np.array(square.convert("RGBA")), ground


def ground_of(choice: str, found: np.ndarray | None) -> np.ndarray | None:
    """The colour behind a motion, (3,) uint8: as chosen, or that of the picture; None is transparency."""
    if choice == "transparent":
        return None
    return (
        found
        if choice == "as the picture" and found is not None
        else np.array(GROUNDS.get(choice, GROUNDS["white"]), np.uint8)
    )


# ---------------------------------------------------------------- a stored estimate


def packed(x: np.ndarray, scene: Scene) -> np.ndarray:
    """A clean estimate (K,) and its scene as bytes, uint8: what a stored step becomes a clip from again."""
    side = min(SMALL, len(scene.picture))
    small = warp.straight(warp.resized(warp.premultiplied(scene.picture), side))
    ground = np.zeros(4, np.uint8) if scene.ground is None else np.append(scene.ground, 255).astype(np.uint8)
    head = np.array([scene.room, scene.loop, scene.seconds, scene.fps], np.float32)
    parts = (head.view(np.uint8), ground, x.astype(np.float16).view(np.uint8), small.ravel())
    return np.concatenate(parts)


def opened(estimate: np.ndarray, components: int) -> tuple[np.ndarray, Scene]:
    """What `packed` packed, of so many components."""
    raw = np.ascontiguousarray(estimate, np.uint8)
    room, loop, seconds, fps = raw[:16].copy().view(np.float32).tolist()
    ground = raw[16:19] if raw[19] else None
    x = raw[20 : 20 + 2 * components].copy().view(np.float16).astype(np.float32)
    pixels = raw[20 + 2 * components :]
    side = round((len(pixels) / 4) ** 0.5)
    picture = pixels.reshape(side, side, 4)
    return x, Scene(picture, False, room, ground, bool(loop), seconds, round(fps))


# ---------------------------------------------------------------- in a checkpoint


def kept(request: Request) -> tuple[np.ndarray, np.ndarray | None, bool] | None:
    """The picture, its background and whether it was drawn by us, from the checkpoint a request goes on from."""
    held = request.resume
    if held is None or "picture" not in held.arrays:
        return None
    ground = held.arrays.get("ground")
    return np.array(held.arrays["picture"], np.uint8), ground, bool(held.numbers.get("drawn", 0.0))
