"""Preprocessors: the maps that ControlNets of users read, of any picture at its own size, without any network.

The maps of our own engines, 128x128, are made by `engines.control.prepare`. All here follow the colours those public
networks were trained on: white lines on black, near is light, normals as BAE paints them, OpenPose's skeleton.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from engines.contract import Image, Media, Medium, Mesh, Param, Refused, Value, medium_of, params_of
from engines.control import pose, relief, strokes, tones

Make = Callable[[Any, Any], Image]


class Preprocessor(Struct, frozen=True):
    """One way to make a map, as data for a form, and the function: `make(media, options)`.

    `takes` are the mediums it reads. `steady`: its own map of any usual picture, put in again with the same options,
    changes nowhere by more than that many levels; None: it changes, and should be made once.
    """

    name: str
    title: str
    help: str
    Options: type[Struct]
    make: Make
    takes: tuple[Medium, ...] = ("image",)
    steady: int | None = None

    @property
    def params(self) -> tuple[Param, ...]:
        """Its options as data, as engines declare theirs."""
        return params_of(self.Options)


_ALL = (
    Preprocessor("canny", "Canny edges", strokes.CANNY, strokes.Canny, strokes.canny, steady=0),
    Preprocessor("softedge", "Soft edges", strokes.SOFTEDGE, strokes.SoftEdge, strokes.softedge),
    Preprocessor("lineart", "Line art", strokes.LINEART, strokes.LineArt, strokes.lineart, steady=0),
    Preprocessor("scribble", "Scribble", strokes.SCRIBBLE, strokes.Scribble, strokes.scribble, steady=0),
    Preprocessor("depth", "Depth", relief.DEPTH, relief.Depth, relief.depth, ("image", "mesh"), 1),
    Preprocessor("normals", "Normals", relief.NORMALS, relief.Normals, relief.normals, ("image", "mesh"), 0),
    Preprocessor("tile", "Tile", tones.TILE, tones.Tile, tones.tile),
    Preprocessor("colour", "Colour blocks", tones.COLOUR, tones.Colour, tones.colour, steady=0),
    Preprocessor("shuffle", "Shuffle", tones.SHUFFLE, tones.Shuffle, tones.shuffle),
    Preprocessor("inpaint", "Inpaint", tones.INPAINT, tones.Inpaint, tones.inpaint, steady=0),
    Preprocessor("grey", "Grey", tones.GREY, tones.Grey, tones.grey, steady=0),
    Preprocessor("recolour", "Recolour", tones.RECOLOUR, tones.Recolour, tones.recolour),
    Preprocessor("blur", "Blur", tones.BLUR, tones.Blur, tones.blur),
    Preprocessor("pose", "Pose", pose.POSE, pose.Drawing, pose.posed, steady=0),
)
PREPROCESSORS: dict[str, Preprocessor] = {one.name: one for one in _ALL}


def preprocess(name: str, media: Media, options: Mapping[str, Value] | None = None) -> Image:
    """The map `name` of `media`: uint8 (H, W, 3) of the picture's size; 'inpaint' has alpha, 0 what is to be painted.

    Raises Refused('bad-request') for a name, a medium or an option there is none of.
    """
    known = PREPROCESSORS.get(name)
    if known is None:
        raise Refused("bad-request", f"There is no preprocessor {name!r}; there are: {', '.join(PREPROCESSORS)}.")
    medium = medium_of(media)
    if medium not in known.takes:
        wanted = " or a ".join({"image": "picture", "mesh": "mesh"}[one] for one in known.takes)
        raise Refused("bad-request", f"{known.title} is made of a {wanted}, not of {medium}.")
    if not (media.vertices if isinstance(media, Mesh) else media.pixels).size:  # type: ignore[union-attr]
        raise Refused("bad-request", f"There is nothing in the {medium} to make {known.title.lower()} of.")
    try:
        settings = msgspec.convert(dict(options or {}), known.Options)
    except msgspec.ValidationError as error:
        raise Refused("bad-request", f"{known.title} cannot be made that way: {error}.") from error
    return known.make(media, settings)
