"""Figures to be posed: what can be done to a body of a pose. Places are shares of the picture; no Qt."""

from collections.abc import Callable

import msgspec
import numpy as np

from engines.contract import Control, ControlKind, Refused, Request
from engines.control.pose import POINTS, STANDING, Body, Point, Pose, drawn, read

MAKE = "pose"  # the preprocessor that draws it

HANGS_ON = {  # the point each one moves with, from the neck outwards
    0: 1, 2: 1, 3: 2, 4: 3, 5: 1, 6: 5, 7: 6, 8: 1, 9: 8, 10: 9, 11: 1, 12: 11, 13: 12, 14: 0, 15: 0, 16: 14, 17: 15,
}  # fmt: skip
LEAST = 0.02  # of the picture's height: a figure is not made smaller
FARTHEST = 4.0  # pictures a point may lie away


def standing(size: tuple[int, int], at: float = 0.5) -> Body:
    """A figure to begin with, of a person's proportions in a picture of `size`, its middle at `at` of the width."""
    slim = size[1] / size[0]  # STANDING is meant for a square
    return Body(tuple(None if p is None else ((p[0] - 0.5) * slim + at, p[1]) for p in STANDING.points))


def after(joint: int) -> tuple[int, ...]:
    """`joint` and all that hangs on it."""
    found = [joint]
    for one in found:
        found += [child for child, parent in HANGS_ON.items() if parent == one]
    return tuple(found)


def moved(body: Body, joints: tuple[int, ...], by: Point) -> Body:
    """The body with these joints moved by (dx, dy)."""
    return _each(body, lambda n, p: (p[0] + by[0], p[1] + by[1]) if n in joints else p)


def turned(body: Body, size: tuple[int, int], *, times: float = 1.0, angle: float = 0.0) -> Body:
    """The body `times` as large and turned by `angle` (radians, clockwise) about its middle, as it is seen in a
    picture of `size` (width, height)."""
    (left, top, right, bottom), scale = bounds(body), np.array(size, float)
    times = max(times, LEAST / max(bottom - top, 1e-6)) if times < 1 else times
    middle = np.array([(left + right) / 2, (top + bottom) / 2]) * scale
    cos, sin = times * np.cos(angle), times * np.sin(angle)

    def put(_: int, point: Point) -> Point:
        x, y = np.array(point) * scale - middle
        found = (np.array([x * cos - y * sin, x * sin + y * cos]) + middle) / scale
        return float(found[0]), float(found[1])

    return _each(body, put)


def mirrored(body: Body) -> Body:
    """The body seen from the other side: left is right, about its own middle."""
    left, _, right, _ = bounds(body)
    points = [body.points[POINTS.index(_other(name))] for name in POINTS]
    return Body(tuple(None if p is None else (left + right - p[0], p[1]) for p in points))


def without(body: Body, joint: int) -> Body:
    """The body with that joint not seen."""
    return Body(tuple(None if n == joint else p for n, p in enumerate(body.points)))


def whole(body: Body, size: tuple[int, int]) -> Body:
    """The body with the joints that were not seen put where they are on a standing one about its middle."""
    left, top, right, bottom = bounds(body)
    usual = standing(size, (left + right) / 2)
    shift = (top + bottom) / 2 - 0.53
    there = zip(body.points, usual.points, strict=True)
    return Body(tuple(p if p is not None else (u[0], u[1] + shift) if u else None for p, u in there))


def bounds(body: Body) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the points that are seen; of none, the picture's middle."""
    seen = np.array([point for point in body.points if point is not None] or [(0.5, 0.5)])
    return (*map(float, seen.min(0)), *map(float, seen.max(0)))  # type: ignore[return-value]


def replaced(pose: Pose, place: int, body: Body | None) -> Pose:
    """The pose with another body at `place`; None takes it away."""
    bodies = list(pose.bodies)
    bodies[place : place + 1] = [] if body is None else [body]
    return Pose(tuple(bodies))


def posed(request: Request, kind: ControlKind, pose: Pose, size: tuple[int, int]) -> Request:
    """The request controlled by `pose`: its skeleton drawn at `size`, and the points it was drawn from."""
    old = next((control for control in request.controls if control.kind == kind.kind), None)
    options = (old.options if old is not None and old.make == MAKE else {}) | {"people": pose.dumps()}
    stick = float(options.get("stick", 4.0))
    new = Control(kind.kind, drawn(pose, size, stick), make=MAKE if MAKE in kind.makes else "", options=options)
    if old is None:
        return msgspec.structs.replace(request, controls=(*request.controls, new))
    new = msgspec.structs.replace(new, strength=old.strength)
    return msgspec.structs.replace(request, controls=tuple(new if one is old else one for one in request.controls))


def pose_of(control: Control | None) -> Pose | None:
    """The pose a control's map was drawn from; None where there is none, or none that can be read."""
    people = control.options.get("people") if control is not None else None
    try:
        return read(str(people)) if people else None
    except Refused:
        return None


def _each(body: Body, put: Callable[[int, Point], Point]) -> Body:
    return Body(tuple(None if p is None else _held(put(n, p)) for n, p in enumerate(body.points)))


def _held(point: Point) -> Point:
    x, y = (float(np.clip(part, -FARTHEST, FARTHEST)) for part in point)
    return x, y


def _other(name: str) -> str:
    side, _, rest = name.partition(" ")
    return {"left": f"right {rest}", "right": f"left {rest}"}.get(side, name)
