"""An animation frame by frame: each is the one before, moved by a camera and drawn over by an image engine.

The line of work is Deforum's (2022). What is done otherwise: the colours are held to the first frame, the camera moves
in space by a guessed depth, an end or a loop is reached on a way of its own, and frames between those that are drawn
follow the camera and the optical flow.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator
from typing import Any

import numpy as np
from msgspec import Struct, structs

from engines.clips import colours, dolly
from engines.clips.dolly import Move
from engines.clips.flow import Morph, backwards
from engines.clips.frames import fitted, like, numbers, over, pixels, still
from engines.clips.painter import Drawing, Frame, Painter
from engines.clips.reel import Reel
from engines.contract import Control, Image, Phase, Refused, Request, Video
from engines.cutout import cut_out
from engines.prompt.plan import plan

METHOD = "animation"
ROUND = 24.0  # degrees that a camera that films goes round a picture at most
LEAST = 0.1  # of a change that is worth it near the end: the image engine would only undo what was gone
USUAL = 0.6  # the strength of a request at which frames change as much as the option says
TRAVELS, AS_IT_WAS = "travels", "as the picture"
GROUNDS = {"white": np.full(3, 255), "black": np.zeros(3)}


class Plan(Struct, frozen=True):
    """How many frames there are, which of them are drawn, and what the clip goes to: a picture, its beginning or ''."""

    frames: int
    drawn: tuple[int, ...]
    end: str = ""

    @property
    def arrival(self) -> int:
        """The number, among those drawn, of what the clip goes to; a loop's comes after the last."""
        return len(self.drawn) - (1 if self.end == "last" else 0)


def planned(request: Request, options: Any) -> Plan:
    """The plan of a request."""
    frames = max(2, round((request.length or 1.0) * options.fps))
    end = "last" if request.last is not None else "loop" if options.loop else ""
    drawn = [*range(0, frames, options.every)]
    if end != "loop" and drawn[-1] != frames - 1:
        drawn.append(frames - 1)
    return Plan(frames, tuple(drawn), end)


class Animation:
    """One run. `request.start` is a picture here, the last frame of a clip that is to go on; `first` is the very first
    frame, to which a loop closes, where that is another one."""

    def __init__(self, request: Request, options: Any, painter: Painter, first: np.ndarray | None) -> None:
        self.request, self.options, self.painter = request, options, painter
        self.size = request.size or (256, 256)
        self.plan = planned(request, options)
        self.first = first
        self.start, self.begun, self.ground = self._begins()
        self.words = plan(request.prompt, request.negative, self.plan.frames)
        self.reel = Reel(options.fps / options.every, lambda frame, n: self.shown(frame, self.plan.drawn[n]))

    @property
    def total(self) -> int:
        """How many frames are drawn."""
        return len(self.plan.drawn)

    def resume(self) -> None:
        """Go on from the frames of a checkpoint."""
        if self.request.resume is not None:
            shape = np.zeros((self.size[1], self.size[0], 4), np.uint8)
            self.reel.resume(self.request.resume, METHOD, shape)

    def _begins(self) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None]:
        """The start as it is; as it is worked on, off a plain background if the image engine draws things without one;
        and that background's colour."""
        if self.request.start is None:
            return None, None, None
        start = fitted(still(self.request.start), self.size)
        cut, ground = cut_out(start) if self.painter.clear else (start, None)
        return start, start if ground is None else cut, ground

    # ------------------------------------------------------------ one frame

    def next(self) -> Generator[Phase, None, None]:
        """The next frame that is drawn: a generator of phases that adds it to the reel."""
        n = len(self.reel.frames)
        frame = yield from self._drawn(n) if n else self._begun()
        self.reel.add(np.ascontiguousarray(frame))

    def _begun(self) -> Drawing:
        """The first frame: the start as it is, or what the words say."""
        if self.begun is not None:
            return self.begun
        return (yield from self.painter.draw(self._frame(0)))

    def _drawn(self, n: int) -> Drawing:
        frames, change = self.reel.frames, self.change(n)
        if self.plan.end == "last" and n == self.plan.arrival:
            return self._target()
        begun = self._drifted(n, self._seen_by(self._travelled(n), frames[n - 1]))
        if change <= 0.0:
            return begun
        drawn = yield from self.painter.draw(self._frame(n, begun, change))
        anchor = self._anchor(n)
        share = self.options.hold if anchor < n else 0.0
        return colours.held(like(drawn, frames[0]), frames[min(anchor, n - 1)], self.options.hold_by, share)

    def _anchor(self, n: int) -> int:
        """The first frame drawn of the words of number `n`: its colours are held to. After new words they are new."""
        drawn = self.plan.drawn
        words = self.words[drawn[n]].texts
        while n and self.words[drawn[n - 1]].texts == words:
            n -= 1
        return n

    def _frame(self, n: int, start: np.ndarray | None = None, change: float = 1.0) -> Frame:
        options, at = self.options, self.plan.drawn[n]
        gone, travel = divmod(self._now("travel", at), 1.0)
        return Frame(
            prompt=self.painter.said(self.words[at], n),
            negative=self.words[at].negative,
            seed=(self.request.seed + int(gone) + (n if options.seeds == "step" else 0)) % 2**63,
            size=self.size,
            start=start,
            change=change,
            steps=options.steps,
            guidance=self._now("guidance", at),
            controls=tuple(self._control(control, at) for control in self.request.controls),
            travel=travel,
        )

    def _control(self, control: Control, at: int) -> Control:
        """A clip that controls, at frame `at`: the picture it shows then. Refused where the image engine takes none."""
        info = self.painter.card.info
        if control.kind not in {known.kind for known in info.controls if known.medium == "image"}:
            raise Refused("bad-request", f"{info.name} takes no {control.kind} control; leave that clip out.")
        clip = control.media
        assert isinstance(clip, Video)
        frame = min(round(at / self.options.fps * clip.fps), len(clip.frames) - 1)
        return Control(control.kind, Image(np.ascontiguousarray(clip.frames[frame])), control.at(self._place(at)))

    def change(self, n: int) -> float:
        """How far frame number `n` of those drawn may leave the one before, from 0 to 1; less before an end."""
        wanted = self._now("change", self.plan.drawn[n])
        if self.request.start is not None:
            wanted *= self.request.strength / USUAL
        left, way = self._way(n)
        if not way or left >= way:
            return min(1.0, wanted)
        near = wanted * (left / way) ** 2
        return near if near >= LEAST else 0.0

    # ------------------------------------------------------------ where it goes

    def _travelled(self, n: int) -> Move:
        """How the camera that travels gets to frame number `n` of those drawn from the one before."""
        if self.options.camera != TRAVELS:
            return Move()
        drawn = self.plan.drawn
        return self._move(drawn[n - 1] + 1, drawn[n] if n < len(drawn) else self.plan.frames)

    def _filmed(self, at: int) -> Move:
        """Where the camera that films is at frame `at`; it comes back to where it was by the end the clip goes to."""
        if self.options.camera == TRAVELS:
            return Move()
        move = _seeable(self._move(1, at))
        end = self.plan.frames - (1 if self.plan.end == "last" else 0)
        begin = end * (1 - self.options.bridge)
        if not self.plan.end or at <= begin:
            return move
        whole = _seeable(self._move(1, end))
        turned = whole.roll - 360 * round(whole.roll / 360)
        share = 0.5 - 0.5 * float(np.cos(np.pi * (at - begin) / (end - begin)))
        return move.less(structs.replace(whole, roll=turned), share)

    def _move(self, first: int, last: int) -> Move:
        """What the rates of the camera come to from frame `first` to `last`, both included."""
        rates = {name: [self._now(name, at) for at in range(first, last + 1)] for name in RATES}
        sums = {name: sum(values) / self.options.fps for name, values in rates.items()}
        zoom = float(np.exp(sum(np.log(rates["zoom"])) / self.options.fps))
        pan = (sums["pan_x"], sums["pan_y"])
        return Move(zoom, pan, sums["roll"], sums["forward"], sums["orbit"], sums["rise"])

    def _seen_by(self, move: Move, frame: np.ndarray) -> np.ndarray:
        """A frame as the camera sees it after a move."""
        if move.still:
            return frame
        depth = dolly.depth_of(frame, self.options.depth, self.options.relief)
        return pixels(dolly.moved(numbers(frame), dolly.flow(move, depth), self.options.border))

    def shown(self, frame: np.ndarray, at: int) -> np.ndarray:
        """A frame as it is in the end: filmed, and over its background; the start is the start."""
        move, way = self._filmed(at), self.options.background
        if way == AS_IT_WAS and move.still and self.begun is not None and np.array_equal(frame, self.begun):
            return self.start  # type: ignore[return-value]
        seen = self._seen_by(move, frame)
        if way == "transparent" or (way == AS_IT_WAS and self.start is not None and self.start.shape[-1] == 4):
            return seen
        return over(seen, GROUNDS.get(way, GROUNDS["white"] if self.ground is None else self.ground))

    def _drifted(self, n: int, frame: np.ndarray) -> np.ndarray:
        """The frame, a part of the way on to the end where that is near."""
        left, way = self._way(n)
        if not way or left >= way:
            return frame
        target = like(self._target(), frame)
        return pixels(Morph(numbers(frame), numbers(target)).at(1 / (left + 1)))

    def _way(self, n: int) -> tuple[int, int]:
        """How many frames are drawn from number `n` on until the end is reached, and over how many it is gone to."""
        if not self.plan.end:
            return 0, 0
        return self.plan.arrival - n, max(1, round(self.options.bridge * self.plan.arrival))

    def _target(self) -> np.ndarray:
        """What it goes to, off its background where what is drawn has none."""
        begun, last = self.reel.frames[0], self.first
        if self.plan.end == "last" and self.request.last is not None:
            last = still(self.request.last)
        if last is None:
            return begun
        return like(cut_out(last)[0] if begun.shape[-1] == 4 else last, begun)

    # ------------------------------------------------------------ all of it

    def filled(self) -> Drawing:
        """Every frame, those between the drawn ones too: a generator of phases that returns them, (T, H, W, C)."""
        frames = [like(frame, self.reel.frames[0]) for frame in self.reel.frames[: self.total]]
        ends = [*self.plan.drawn, self.plan.frames]
        if self.plan.end == "loop":
            frames.append(self._target())
        made: list[np.ndarray] = []
        for n, (a, b) in enumerate(itertools.pairwise(frames)):
            made += self._between(n + 1, (a, b), ends[n + 1] - ends[n])
            yield Phase("decoding", (n + 1) / len(frames))
        made += [] if self.plan.end == "loop" else frames[-1:]
        seen = [self.shown(frame, at) for at, frame in enumerate(made)]
        if self.plan.end == "last" and seen[-1].shape[-1] == 3:
            seen[-1] = like(still(self.request.last), seen[-1])  # type: ignore[arg-type]
        return np.stack(seen)

    def _between(self, n: int, pair: tuple[np.ndarray, np.ndarray], count: int) -> list[np.ndarray]:
        """The first of a pair and what comes before the second, `count` frames."""
        if count == 1 or np.array_equal(*pair):
            return [pair[0]] * count
        a, b = (numbers(frame) for frame in pair)
        move, guess = self._travelled(n), None
        if not move.still:
            guess = backwards(dolly.flow(move, dolly.depth_of(pair[0], self.options.depth, self.options.relief)))
        morph = Morph(a, b, guess)
        return [pair[0], *(pixels(morph.at(step / count)) for step in range(1, count))]

    def _place(self, at: int) -> float:
        return min(1.0, at / (self.plan.frames - 1))

    def _now(self, name: str, at: int) -> float:
        return self.request.at(name, getattr(self.options, name), self._place(at))


RATES = ("zoom", "pan_x", "pan_y", "roll", "forward", "orbit", "rise")


def _seeable(move: Move) -> Move:
    """The move, but never so far round that what is behind would have to be seen."""
    orbit, rise = (ROUND * float(np.tanh(angle / ROUND)) for angle in (move.orbit, move.rise))
    return structs.replace(move, orbit=orbit, rise=rise)
