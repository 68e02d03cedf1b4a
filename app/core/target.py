"""What in a request is drawn: the mask, the start picture, the last one, or the map of one control input."""

from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Control, Image, Media, Request
from engines.files.picture import coloured, grey

PAPER = {"mask": 0, "start": 255, "last": 255, "control": 0}  # what is drawn on where there is nothing yet


class Target(Struct, frozen=True, eq=False):
    """`field` of the request, for a control input its `kind`. `shown` is the map as the engine would use it, where
    that is known: what is drawn over; `below` a picture to trace. `title` is what the user calls it."""

    field: Literal["mask", "start", "last", "control"]
    title: str
    kind: str = ""
    shown: Image | None = None
    below: Image | None = None

    def of(self, request: Request) -> Image | None:
        """What the request has there now, if it is a picture."""
        control = self.control(request)
        media = control and control.media if self.field == "control" else getattr(request, self.field)
        return media if isinstance(media, Image) else None

    def control(self, request: Request) -> Control | None:
        """The control input meant, where the request has it."""
        return next((one for one in request.controls if self.field == "control" and one.kind == self.kind), None)

    def put(self, request: Request, picture: Image) -> Request:
        """The request with `picture` there. A control remembers what its map was made of."""
        if self.field != "control":
            return msgspec.structs.replace(request, **{self.field: picture})
        old = self.control(request)
        if old is None:
            return msgspec.structs.replace(request, controls=(*request.controls, Control(self.kind, picture)))
        new = msgspec.structs.replace(old, media=picture, source=old.media if old.source is None else old.source)
        return msgspec.structs.replace(request, controls=tuple(new if c is old else c for c in request.controls))

    def same(self, other: "Target | None") -> bool:
        """Whether both are the same place in a request."""
        return other is not None and (self.field, self.kind) == (other.field, other.kind)

    def canvas(self, request: Request, size: tuple[int, int]) -> np.ndarray:
        """A fresh array to draw on, uint8: what is there, or paper of `size` (width, height). A mask is grey (H, W)
        and as large as the start picture; all else colour (H, W, 3)."""
        there = self.of(request)
        if self.field == "control" and there is not None and self.control(request).source is None:  # type: ignore[union-attr]
            there = self.shown or there
        if self.field == "mask":
            start = request.start
            size = (start.pixels.shape[1], start.pixels.shape[0]) if isinstance(start, Image) else size
            return grey(there, size) if there is not None else np.zeros(size[::-1], np.uint8)
        if there is None:
            return np.full((size[1], size[0], 3), PAPER[self.field], np.uint8)
        return coloured(there).copy()


def picture_of(media: Media | None) -> Image | None:
    """`media` if it is a picture."""
    return media if isinstance(media, Image) else None
