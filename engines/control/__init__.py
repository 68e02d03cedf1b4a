"""Control maps: what a picture tells of edges, scribble, layout, colour or depth; a map stays what it is.

Every map made here, for our own engines, is 128x128: grey, white where there is something (depth: the nearer the
lighter), or colour blocks; `engines.control.preprocess` makes those that users' ControlNets read, at any size. Numpy
and scikit-image, no torch, so that a map is there before any network is loaded.
"""

import numpy as np

from engines.contract import Image, Refused
from engines.control import lines, shapes
from engines.framing import framed

KINDS = ("edges", "scribble", "layout", "colour", "depth")  # in the order the branch knows them


def prepare(kind: str, picture: Image) -> Image:
    """The map of `kind` that `picture` is, or the one it gives: uint8 (128, 128), colour (128, 128, 3).

    A drawing of lines, a black-and-white layout, a depth map are taken as they are (dark on light or light on dark,
    any size); of any other picture the map is made. So `prepare` of a map is the map, bit for bit. Refused
    ('bad-request') for a kind there is none of.
    """
    if kind not in KINDS:
        raise Refused("bad-request", f"There is no {kind!r} control; the kinds are: {', '.join(KINDS)}.")
    given = _given(kind, picture.pixels)
    return Image(of(kind, framed(picture)) if given is None else given)


def of(kind: str, pixels: np.ndarray) -> np.ndarray:
    """The map of a picture as `framed` gives it, colour over white and alpha, uint8 (128, 128, 4)."""
    made = {
        "edges": lines.edges,
        "scribble": lines.scribble,
        "layout": shapes.layout,
        "colour": shapes.blocks,
        "depth": shapes.inflated,
    }
    return made[kind](pixels)


def _given(kind: str, pixels: np.ndarray) -> np.ndarray | None:
    """What `pixels` already are, framed; None when they are no map of `kind`."""
    if kind in ("edges", "scribble"):
        return lines.drawn(pixels, bold=kind == "scribble")
    if kind == "layout":
        return shapes.two_toned(pixels)
    return shapes.depth(pixels) if kind == "depth" else None
