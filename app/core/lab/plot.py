"""Plots as inline SVG: lines and points over two axes, with ticks people would choose. No library, no script.

Colours come from the page: class s0 ... s5 colours a series, `faint` what lies behind; each series has a mark of its
own shape too, so that nothing is told by colour alone.
"""

import math
from collections.abc import Sequence
from html import escape

from msgspec import Struct

WIDTH, HEIGHT = 600, 360
COLOURS = 6
CHARACTER = 6.7  # pixels, on the average, of 12 pixel type
RIGHT, BOTTOM, LINE = 18, 52, 20


class Point(Struct, frozen=True):
    """A place in the plot; `error` is half the height of its bar, `told` is read out and shown under the pointer."""

    x: float
    y: float
    told: str = ""
    error: float = 0.0


class Series(Struct, frozen=True):
    """Points of one kind. Marked and joined by a line, or only one of the two."""

    name: str
    points: tuple[Point, ...]
    joined: bool = True
    marked: bool = True


class Plot(Struct, frozen=True):
    """What is shown. `ticks` are places and labels along x where they are given (a parameter's values), else found;
    `numbered` points carry their number; `log` lays x out by its logarithm."""

    title: str
    across: str
    up: str
    series: tuple[Series, ...]
    ticks: tuple[tuple[float, str], ...] = ()
    numbered: tuple[Point, ...] = ()
    log: bool = False


def svg(plot: Plot) -> str:
    """The plot as an <svg> element for a page."""
    points = [point for one in plot.series for point in one.points]
    low, high = _room([y for p in points for y in (p.y - p.error, p.y + p.error)])
    heights = nice(low, high)
    left = 34 + max(len(label) for _, label in heights) * CHARACTER
    legend, top = _legend(plot, left)
    frame = _Frame((left, WIDTH - RIGHT), (HEIGHT - BOTTOM, top), _sides(plot, points), (low, high), plot.log)
    parts = [_ground(frame, plot, heights), *legend]
    parts += [_drawn(frame, one, n) for n, one in enumerate(plot.series)]
    parts += [_number(frame, point, n) for n, point in enumerate(plot.numbered, 1)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="plot">'
    return f"{head}<title>{escape(plot.title)}</title>{''.join(parts)}</svg>"


def nice(low: float, high: float, most: int = 6) -> list[tuple[float, str]]:
    """At most `most` round numbers from `low` to `high` and how they are written: steps of 1, 2 or 5."""
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    form = f".{digits}f" if step >= 1e-4 and high < 1e6 else ".3g"
    return [(n * step, f"{n * step + 0.0:{form}}") for n in range(first, last + 1)]


def decades(low: float, high: float) -> list[tuple[float, str]]:
    """Ticks of a logarithmic axis: 1, 2 and 5 of every power of ten between the two."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [one * 10.0**power for power in powers for one in (1, 2, 5)]
    return [(tick, f"{tick:g}") for tick in found if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]


class _Frame(Struct, frozen=True):
    """Where things lie: pixels of the sides (left, right) and (bottom, top), and the values there."""

    wide: tuple[float, float]
    tall: tuple[float, float]
    xs: tuple[float, float]
    ys: tuple[float, float]
    log: bool

    def x(self, value: float) -> float:
        low, high, at = (math.log(one) if self.log else one for one in (*self.xs, value))
        return self.wide[0] + (at - low) / (high - low) * (self.wide[1] - self.wide[0])

    def y(self, value: float) -> float:
        low, high = self.ys
        return self.tall[0] + (value - low) / (high - low) * (self.tall[1] - self.tall[0])


def _room(values: Sequence[float], share: float = 0.06) -> tuple[float, float]:
    """The least and greatest of values, with room around them."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low) * share or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _sides(plot: Plot, points: Sequence[Point]) -> tuple[float, float]:
    values = [point.x for point in points] + [at for at, _ in plot.ticks]
    if not plot.log:
        apart = plot.ticks and not any(one.joined for one in plot.series)  # one after the other: each its own room
        return _room(values, 0.5 / max(1, len(plot.ticks) - 1) if apart else 0.06)
    low, high = _room([math.log(value) for value in values])
    return math.exp(low), math.exp(high)


def _ground(frame: _Frame, plot: Plot, heights: Sequence[tuple[float, str]]) -> str:
    """Grid, ticks, and what is told along the sides."""
    (left, right), (bottom, top) = frame.wide, frame.tall
    parts = []
    for at, label in heights:
        y = frame.y(at)
        parts.append(f'<path class="faint" d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="currentColor"/>')
        parts.append(_text((left - 7, y + 4), label, "end"))
    for at, label in _fitting(frame, plot.ticks or (decades if plot.log else nice)(*frame.xs)):
        x = frame.x(at)
        parts.append(f'<path class="faint" d="M{x:.1f} {bottom:.1f}V{top:.1f}" stroke="currentColor"/>')
        half = len(label) * CHARACTER / 2
        parts.append(_text((min(max(x, half + 2), WIDTH - half - 2), bottom + 18), label, "middle"))
    parts.append(f'<path d="M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}" fill="none" stroke="currentColor"/>')
    parts.append(_text(((left + right) / 2, HEIGHT - 10), plot.across, "middle"))
    middle = (top + bottom) / 2
    return "".join(parts) + _text((14, middle), plot.up, "middle", f' transform="rotate(-90 14 {middle:.1f})"')


def _fitting(frame: _Frame, ticks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The ticks whose labels do not run into the one before."""
    kept: list[tuple[float, str]] = []
    for at, label in ticks:
        label = label if len(label) <= 24 else label[:23] + "…"
        end = frame.x(kept[-1][0]) + len(kept[-1][1]) * CHARACTER / 2 + 6 if kept else -math.inf
        if frame.x(at) - len(label) * CHARACTER / 2 >= end:
            kept.append((at, label))
    return kept


def _legend(plot: Plot, left: float) -> tuple[list[str], float]:
    """The marks and names of the series above the plot, in lines; where the plot begins."""
    if len(plot.series) < 2:
        return [], 14.0
    parts, x, y = [], left, 16.0
    for n, one in enumerate(plot.series):
        width = 26 + len(one.name) * CHARACTER
        if x > left and x + width > WIDTH - RIGHT:
            x, y = left, y + LINE
        line = f'<path d="M{x - 3:.1f} {y:.1f}h16" {_stroke(one)}/>' if one.joined else ""
        mark = _mark(x + 5, y, n) if one.marked else ""
        parts.append(f'<g class="s{n % COLOURS}">{line}{mark}</g>{_text((x + 18, y + 4), one.name, "start")}')
        x += width
    return parts, y + LINE


def _stroke(one: Series) -> str:
    return f'fill="none" stroke="currentColor" stroke-width="2"{"" if one.marked else _DASHED}'


_DASHED = ' stroke-dasharray="5 4"'


def _drawn(frame: _Frame, one: Series, n: int) -> str:
    places = [(frame.x(point.x), frame.y(point.y)) for point in one.points]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    parts = [f'<path d="{path}" {_stroke(one)}/>'] if one.joined and len(places) > 1 else []
    for point, (x, y) in zip(one.points, places, strict=True) if one.marked else ():
        low, high = frame.y(point.y - point.error), frame.y(point.y + point.error)
        bar = f"M{x:.1f} {low:.1f}V{high:.1f}M{x - 4:.1f} {low:.1f}h8M{x - 4:.1f} {high:.1f}h8" if point.error else ""
        whisker = f'<path d="{bar}" stroke="currentColor" opacity=".6"/>' if bar else ""
        parts.append(f"<g>{whisker}{_mark(x, y, n)}<title>{escape(point.told)}</title></g>")
    return f'<g class="s{n % COLOURS}">{"".join(parts)}</g>'


def _mark(x: float, y: float, n: int) -> str:
    """A mark of the n-th shape: disc, square, triangle, diamond, triangle down, cross."""
    if n % COLOURS == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="currentColor"/>'
    shapes = (
        ((-4, -4), (4, -4), (4, 4), (-4, 4)),
        ((0, -5.5), (5, 4), (-5, 4)),
        ((0, -6), (6, 0), (0, 6), (-6, 0)),
        ((0, 5.5), (5, -4), (-5, -4)),
    )
    if n % COLOURS <= len(shapes):
        corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in shapes[n % COLOURS - 1])
        return f'<polygon points="{corners}" fill="currentColor"/>'
    return f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8" stroke="currentColor" stroke-width="2.5"/>'


def _number(frame: _Frame, point: Point, n: int) -> str:
    """A ring and a number at a point that is told of below the plot."""
    x, y = frame.x(point.x), frame.y(point.y)
    ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8.5" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    return ring + _text((x + 9, y - 9), str(n), "start", ' class="number" font-weight="600"')


def _text(place: tuple[float, float], text: str, anchor: str, more: str = "") -> str:
    x, y = place
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor"{more}>{escape(text)}</text>'


def spread(values: Sequence[float]) -> bool:
    """Whether numbers are better laid out by their logarithm: all above 0, the greatest ten times the least or more."""
    return bool(values) and min(values) > 0 and max(values) >= 10 * min(values)


def places(values: Sequence[object]) -> tuple[list[float], bool]:
    """Where a parameter's values lie along x: at themselves where all are numbers (True), else one after the other."""
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    whole = len(numbers) == len(values)
    return (numbers if whole else [float(n) for n in range(len(values))]), whole
