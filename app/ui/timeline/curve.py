"""Editing a curve as a value: every function gives a new one. No Qt here."""

import math
from typing import Literal

from engines.contract import Curve, Param

Shape = Literal["linear", "hold", "smooth"]
SHAPES: tuple[Shape, ...] = ("linear", "hold", "smooth")


def bounds(param: Param) -> tuple[float, float]:
    """The least and greatest value the lane shows; open ends are taken from the default."""
    middle = abs(float(param.default)) or 1.0
    low = float(param.min) if param.min is not None else min(0.0, -2 * middle if float(param.default) < 0 else 0.0)
    high = float(param.max) if param.max is not None else max(low, float(param.default)) + 2 * middle
    return low, high if high > low else low + 1.0


def grain(param: Param) -> float:
    """How far one key press goes: the declared step, or a hundredth of the range rounded to 1, 2 or 5."""
    if param.step:
        return float(param.step)
    if param.kind == "int":
        return 1.0
    low, high = bounds(param)
    exact = (high - low) / 100
    power = 10.0 ** math.floor(math.log10(exact))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= exact * 0.999)


def snapped(param: Param, value: float, fine: bool = False) -> float:
    """`value` inside the bounds and on the grain (a tenth of it when `fine`); whole for an int option."""
    low, high = bounds(param)
    unit = grain(param) / (10 if fine and param.kind != "int" else 1)
    near = round(value / unit) * unit
    near = round(max(low, min(high, near)), 6)
    return int(near) if param.kind == "int" else near


def written(param: Param, value: float) -> str:
    """The value as text, with its unit."""
    text = f"{round(value, 2):g}" if abs(value) >= 1 else f"{value:.3g}"
    return f"{text} {param.unit}" if param.unit else text


def tent(constant: float, position: float, value: float) -> tuple[Curve, int]:
    """The first curve of a constant: the ends stay, one point between is new; and that point's index."""
    if position <= 0.0:
        return Curve(((0.0, value), (1.0, constant))), 0
    if position >= 1.0:
        return Curve(((0.0, constant), (1.0, value))), 1
    return Curve(((0.0, constant), (position, value), (1.0, constant))), 1


def added(curve: Curve, position: float, value: float) -> tuple[Curve, int]:
    """`curve` with one more point (one at the same position is replaced), and its index."""
    others = [point for point in curve.points if abs(point[0] - position) > 1e-9]
    index = sum(point[0] < position for point in others)
    others.insert(index, (position, value))
    return Curve(tuple(others), curve.shape), index


def moved(curve: Curve, index: int, position: float, value: float) -> Curve:
    """`curve` with point `index` elsewhere, kept between its neighbours."""
    points = list(curve.points)
    low = points[index - 1][0] if index else 0.0
    high = points[index + 1][0] if index + 1 < len(points) else 1.0
    points[index] = (max(low, min(high, position)), value)
    return Curve(tuple(points), curve.shape)


def removed(curve: Curve, index: int) -> Curve | None:
    """`curve` without point `index`; None when it was the last one: the option is a constant again."""
    points = curve.points[:index] + curve.points[index + 1 :]
    return Curve(points, curve.shape) if points else None


def reshaped(curve: Curve, shape: Shape) -> Curve:
    """The same points, joined in another way."""
    return Curve(curve.points, shape)


def shifted(param: Param, curve: Curve, by: float) -> Curve:
    """All points higher or lower, inside the bounds."""
    return Curve(tuple((p, snapped(param, v + by)) for p, v in curve.points), curve.shape)
