"""What is done to a finished picture without a model that draws: enlarging it, taking its background off."""

from __future__ import annotations

from typing import Literal

from engines.contract import Image, Refused

Deed = Literal["enlarge", "cutout"]
LARGEST_SIDE = 8192


def retouched(deed: Deed, image: Image, size: tuple[int, int] | None = None, way: str = "") -> Image:
    """`image` enlarged to `size` (width, height) by `way`, or off its background. Refused with one sentence."""
    if deed == "cutout":
        return _cut_out(image)
    from engines.upscale import OWN, enlarged, ways

    if size is None or not all(0 < side <= LARGEST_SIDE for side in size):
        raise Refused(
            "bad-request", f"A picture can be enlarged to {LARGEST_SIDE} pixels a side; choose a smaller size."
        )
    if way and way not in ways():
        raise Refused("bad-request", f"There is no upscaler {way!r}; there are: {', '.join(ways())}.")
    return enlarged(image, size, way or OWN)


def _cut_out(image: Image) -> Image:
    from engines.cutout import cut_out

    cut, ground = cut_out(image.pixels)
    if ground is None and (cut[..., 3] == 255).all():
        raise Refused(
            "bad-request", "This picture's background is not of one colour, so it cannot be taken off; mask it by hand."
        )
    return Image(cut)
