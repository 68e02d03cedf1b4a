"""Poses: the points of bodies as data, and OpenPose's skeleton drawn from them."""

from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Struct

from engines.contract import Image, Refused, param
from engines.control.tones import rgb

POSE = "OpenPose's skeleton of the bodies given as points; without any, a picture of a skeleton as it is."

POINTS = (
    "nose",
    "neck",
    "right shoulder",
    "right elbow",
    "right wrist",
    "left shoulder",
    "left elbow",
    "left wrist",
    "right hip",
    "right knee",
    "right ankle",
    "left hip",
    "left knee",
    "left ankle",
    "right eye",
    "left eye",
    "right ear",
    "left ear",
)
LIMBS = (  # pairs of points, in the order of the colours: Cao et al., "OpenPose", 2018, COCO's 18 points
    (1, 2),
    (1, 5),
    (2, 3),
    (3, 4),
    (5, 6),
    (6, 7),
    (1, 8),
    (8, 9),
    (9, 10),
    (1, 11),
    (11, 12),
    (12, 13),
    (1, 0),
    (0, 14),
    (14, 16),
    (0, 15),
    (15, 17),
)
COLOURS = (  # of the points; a limb has the colour of its number, darker
    (255, 0, 0),
    (255, 85, 0),
    (255, 170, 0),
    (255, 255, 0),
    (170, 255, 0),
    (85, 255, 0),
    (0, 255, 0),
    (0, 255, 85),
    (0, 255, 170),
    (0, 255, 255),
    (0, 170, 255),
    (0, 85, 255),
    (0, 0, 255),
    (85, 0, 255),
    (170, 0, 255),
    (255, 0, 255),
    (255, 0, 170),
    (255, 0, 85),
)
DARKER = 0.6
MOST = 64  # bodies in one picture

Point = tuple[float, float]


class Body(Struct, frozen=True):
    """One body: 18 places in the order of `POINTS`, x from the left and y from the top as shares of the picture's
    width and height (they may lie outside of it); None for what is not seen."""

    points: tuple[Point | None, ...]

    def __post_init__(self) -> None:
        if len(self.points) != len(POINTS):
            raise ValueError(f"a body has {len(POINTS)} points, not {len(self.points)}")
        if not all(np.isfinite(point).all() and max(map(abs, point)) < 100 for point in self.points if point):
            raise ValueError("the places of points are shares of the picture: from 0 to 1, or a little outside")


class Pose(Struct, frozen=True):
    """The bodies of one picture."""

    bodies: tuple[Body, ...] = ()

    def dumps(self) -> str:
        """As JSON, which `read` takes."""
        return msgspec.json.encode(self).decode()


STANDING = Body(
    (
        (0.50, 0.15),
        (0.50, 0.26),
        (0.42, 0.26),
        (0.38, 0.40),
        (0.36, 0.53),
        (0.58, 0.26),
        (0.62, 0.40),
        (0.64, 0.53),
        (0.45, 0.53),
        (0.45, 0.72),
        (0.45, 0.91),
        (0.55, 0.53),
        (0.55, 0.72),
        (0.55, 0.91),
        (0.48, 0.13),
        (0.52, 0.13),
        (0.45, 0.14),
        (0.55, 0.14),
    )
)  # to begin with


def read(text: str | bytes) -> Pose:
    """A pose from its JSON, or from OpenPose's ('people', each with 'pose_keypoints_2d', and the canvas' size).

    Raises Refused('bad-request').
    """
    try:
        found = msgspec.json.decode(text)
        if isinstance(found, list) and len(found) == 1:  # as the editors of web interfaces write it
            found = found[0]
        pose = _openpose(found) if isinstance(found, dict) and "people" in found else msgspec.convert(found, Pose)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refused("bad-request", f"The pose cannot be read: {error}.") from error
    if len(pose.bodies) > MOST:
        raise Refused("bad-request", f"The pose has {len(pose.bodies)} bodies; {MOST} is the most.")
    return pose


class _Person(Struct):
    pose_keypoints_2d: list[float] = []


class _OpenPose(Struct):
    people: list[_Person]
    canvas_width: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    canvas_height: Annotated[float, msgspec.Meta(gt=0)] = 1.0


def _openpose(found: Any) -> Pose:
    """Places in pixels of the canvas (shares if none is told), each with its confidence, 0 for what is not seen."""
    told = msgspec.convert(found, _OpenPose)
    bodies = []
    for person in told.people:
        rows = np.array(person.pose_keypoints_2d, np.float64)
        if len(rows) != 3 * len(POINTS):
            raise ValueError(f"a body of OpenPose's has {3 * len(POINTS)} numbers, not {len(rows)}")
        places = [(float(x / told.canvas_width), float(y / told.canvas_height)) for x, y, _ in rows.reshape(-1, 3)]
        bodies.append(Body(tuple(p if c > 0 else None for p, c in zip(places, rows[2::3], strict=True))))
    return Pose(tuple(bodies))


def drawn(pose: Pose, size: tuple[int, int], stick: float = 4.0) -> Image:
    """The skeletons on black, uint8 (H, W, 3), `size` is (width, height).

    Limbs are ellipses `stick` pixels from their axis to their side, points discs of that radius over them, as the
    field's preprocessors draw them.
    """
    width, height = size
    canvas = np.zeros((height, width, 3), np.uint8)
    placed = [[None if p is None else (p[0] * width, p[1] * height) for p in body.points] for body in pose.bodies]
    for number, (a, b) in enumerate(LIMBS):
        for points in placed:
            if (start := points[a]) is not None and (end := points[b]) is not None:
                _ellipse(canvas, (start, end), stick, tuple(int(part * DARKER) for part in COLOURS[number]))
    for number, colour in enumerate(COLOURS):
        for points in placed:
            if (point := points[number]) is not None:
                _ellipse(canvas, (point, point), stick, colour)
    return Image(canvas)


def _ellipse(canvas: np.ndarray, ends: tuple[Point, Point], radius: float, colour: tuple[int, ...]) -> None:
    """Fill the ellipse from end to end (x, y), `radius` wide to each side; a disc where both are one."""
    (ax, ay), (bx, by) = ends
    long = max(radius, float(np.hypot(bx - ax, by - ay)) / 2)
    mx, my, angle = (ax + bx) / 2, (ay + by) / 2, np.arctan2(by - ay, bx - ax)
    left, right = (int(np.clip(edge, 0, canvas.shape[1])) for edge in (mx - long - 1, mx + long + 2))
    top, bottom = (int(np.clip(edge, 0, canvas.shape[0])) for edge in (my - long - 1, my + long + 2))
    y, x = np.mgrid[top:bottom, left:right]
    along = (x - mx) * np.cos(angle) + (y - my) * np.sin(angle)
    aside = (y - my) * np.cos(angle) - (x - mx) * np.sin(angle)
    canvas[top:bottom, left:right][(along / long) ** 2 + (aside / radius) ** 2 <= 1] = colour


class Drawing(Struct, frozen=True, forbid_unknown_fields=True):
    people: Annotated[str, param("The bodies' points as JSON, ours or OpenPose's.")] = ""
    stick: Annotated[float, param("Half the width of a limb.", min=1.0, max=32.0, step=0.5, unit="px")] = 4.0


def posed(picture: Image, options: Drawing) -> Image:
    """The skeletons of `options.people` at the picture's size; without people the picture is the skeleton already."""
    if not options.people.strip():
        return Image(np.array(rgb(picture)))
    height, width = picture.pixels.shape[:2]
    return drawn(read(options.people), (width, height), options.stick)
