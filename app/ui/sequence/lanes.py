"""Curves under their tracks: how they are painted, and what lies where."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF, QTransform

from app.core.timeline.curve import sampled
from app.core.timeline.values import ZERO, Clip, Key, Lane, Time
from app.studio import Studio
from app.ui import theme
from app.ui.sequence.ears import Ears
from app.ui.sequence.rows import Row
from app.ui.sequence.targets import Target, card_of, spanned, target_of
from app.ui.sequence.view import View
from app.ui.sequence.words import colour_of
from engines.contract import Refused

MOST = 400  # rows whose numbers are remembered
EDGE = 8  # pixels above and below a curve
REACH = 7.0
STEP = 3.0  # pixels between two samples of a curve that bends
CHUNK = 256  # samples that are worked out together
KEPT = 4000  # such chunks
MARK = 14  # pixels of a key's mark
Piece = tuple[QPolygonF, QPolygonF]
Spot = tuple[Clip | None, Lane, int]  # whose, which lane, which key


class Known(NamedTuple):
    """What has been worked out of a row: what it shows, its keys by their seconds, and the constants of its owners."""

    row: Row
    target: Target
    seconds: list[float]
    keys: list[Spot]
    bases: dict[str, float]


class Stroke(NamedTuple):
    """How a curve is drawn, and between which pixels."""

    pen: QPen
    shade: QColor
    left: float
    right: float


class Lanes:
    """The curves of the rows in view."""

    def __init__(self, studio: Studio, view: View, ears: Ears) -> None:
        self.studio, self.view, self.ears = studio, view, ears
        self._known: dict[tuple[str, str], Known] = {}
        self._pieces: dict[tuple[str, int, int], tuple[object, object, Piece]] = {}
        self._diamonds: dict[tuple[str, bool, bool, float], QPixmap] = {}
        studio.engines_changed.connect(self._forget)

    def _forget(self) -> None:
        """Other engines, other numbers."""
        self._known.clear()
        self._pieces.clear()

    # ------------------------------------------------------------ places

    def target(self, row: Row) -> Target:
        """What a row shows, its span widened by its keys."""
        return self._of(row).target

    def _of(self, row: Row) -> Known:
        key = (row.track.id, row.target)
        known = self._known.get(key)
        if known is None or known.row is not row:
            clip = next((clip for clip, _ in row.lanes if clip is not None), None)
            found = target_of(row.target, row.track, clip, card_of(self.studio, clip))
            low, high = spanned(found, row.lanes)
            target = Target(found.words, low, high, found.base, found.unit, found.fine)
            if len(self._known) > MOST:
                self._known.clear()
            known = self._known[key] = Known(row, target, *_by_time(row), {})
        return known

    def y(self, row: Row, value: float) -> float:
        """Where a value lies in the view."""
        low, rise = self._rise(row, self.target(row))
        return low - value * rise

    def _rise(self, row: Row, target: Target) -> tuple[float, float]:
        """Where 0 lies in the view, and the pixels of 1."""
        rise = (row.height - 2 * EDGE) / ((target.high - target.low) or 1.0)
        return self.view.top(row) + row.height - EDGE + target.low * rise, rise

    def value(self, row: Row, y: float) -> float:
        """Which value lies at a height of the view."""
        target = self.target(row)
        share = (self.view.top(row) + row.height - EDGE - y) / (row.height - 2 * EDGE)
        return target.low + max(0.0, min(1.0, share)) * (target.high - target.low)

    def place(self, row: Row, owner: Clip | None, key: Key) -> QPointF:
        """Where a key lies."""
        return QPointF(self.view.x(since(owner) + key.at), self.y(row, key.value))

    def spots(self, row: Row) -> Iterator[tuple[Spot, QPointF]]:
        """Every key of a row in view, and where it lies."""
        start, stop = self.view.span
        near, offset, scale = 10 / self.view.scale, self.view.offset, self.view.scale
        known = self._of(row)
        low, rise = self._rise(row, known.target)
        for n in range(bisect_left(known.seconds, start - near), bisect_right(known.seconds, stop + near)):
            _, lane, index = known.keys[n]
            yield known.keys[n], QPointF((known.seconds[n] - offset) * scale, low - lane.keys[index].value * rise)

    def key_at(self, row: Row, at: QPointF) -> Spot | None:
        """The key under a place."""
        near = [(spot, place) for spot, place in self.spots(row) if (place - at).manhattanLength() <= REACH * 1.4]
        return min(near, key=lambda one: (one[1] - at).manhattanLength())[0] if near else None

    def lane_at(self, row: Row, at: QPointF) -> tuple[Clip | None, Lane] | None:
        """The lane that is drawn at a place."""
        here = self.view.time(at.x())
        for owner, lane in row.lanes:
            if owner is None or owner.start <= here <= owner.end:
                return owner, lane
        return None

    def at(self, row: Row, owner: Clip | None, lane: Lane, moment: Time) -> float:
        """What a lane says at a moment of the timeline."""
        return float(self._sampled(row, owner, lane, np.array([float(moment)]))[0])

    # ------------------------------------------------------------ painting

    def paint(self, p: QPainter, row: Row, chosen: Collection[tuple[str, int]]) -> None:
        """A row of curves."""
        colour = colour_of(row.track, theme.current())
        for owner, lane in row.lanes:
            left = self.view.x(owner.start) if owner is not None else self.view.x(ZERO)
            right = self.view.x(owner.end) if owner is not None else float(self.view.width)
            left, right = max(0.0, left), min(float(self.view.width), right)
            if right > left:
                self._lane(p, row, (owner, lane), stroke(lane, colour, (left, right)))
        self._keys(p, row, colour, chosen)

    def _lane(self, p: QPainter, row: Row, what: tuple[Clip | None, Lane], ink: Stroke) -> None:
        box = QRectF(ink.left, self.view.top(row), ink.right - ink.left, row.height - 1)
        p.fillRect(box, QColor(theme.mix(theme.current().window, colour_of(row.track, theme.current()), 0.1)))
        p.save()
        p.setClipRect(box)
        (self._corners if straight(what[1]) else self._bends)(p, row, what, ink)
        p.restore()

    def _corners(self, p: QPainter, row: Row, what: tuple[Clip | None, Lane], ink: Stroke) -> None:
        """A curve of straight lines: its corners, and the moment just before a key that ends a hold."""
        owner, lane = what
        left, right = ink.left, ink.right
        begin = float(since(owner))
        keys = [self.view.x(begin + float(key.at)) for key in lane.keys]
        before = [x - 0.01 for x, key in zip(keys[1:], lane.keys, strict=False) if key.ease == "hold"]
        xs = np.array(sorted([left, *(x for x in (*keys, *before) if left < x < right), right]))
        values = self._sampled(row, owner, lane, self.view.offset + xs / self.view.scale)
        points = [QPointF(x, self.y(row, value)) for x, value in zip(xs.tolist(), values.tolist(), strict=True)]
        low = self.view.top(row) + row.height - 1.0
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(ink.shade)
        p.drawPolygon(QPolygonF([QPointF(left, low), *points, QPointF(right, low)]))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(ink.pen)
        p.drawPolyline(QPolygonF(points))

    def _bends(self, p: QPainter, row: Row, what: tuple[Clip | None, Lane], ink: Stroke) -> None:
        """A curve that bends, in pieces that are worked out once for each doubling of the zoom and drawn scaled."""
        view = self.view
        level = math.ceil(math.log2(view.scale))
        step = STEP / 2.0**level
        ground, rise = self._rise(row, self.target(row))
        first, last = (math.floor((view.offset + x / view.scale) / step / CHUNK) for x in (ink.left, ink.right))
        pieces = [(chunk, self._piece(row, what, level, chunk)) for chunk in range(first, last + 1)]
        for chunk, (_, area) in pieces:
            p.setTransform(QTransform(view.scale, 0, 0, -rise, view.x(chunk * CHUNK * step), ground))
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(ink.shade)
            p.drawPolygon(area)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        fine = QPen(ink.pen)
        fine.setWidthF(1.0)  # twice a fine line: a broad one takes ten times as long to paint
        p.setPen(fine)
        for chunk, (line, _) in pieces:
            for lower in (-0.3, 0.3):
                p.setTransform(QTransform(view.scale, 0, 0, -rise, view.x(chunk * CHUNK * step), ground + lower))
                p.drawPolyline(line)
        p.resetTransform()

    def _piece(self, row: Row, what: tuple[Clip | None, Lane], level: int, chunk: int) -> Piece:
        """(line, area from it down to below the row) of a stretch, in seconds from its beginning and values."""
        owner, lane = what
        hearing = self.ears.hearing(self.view.clock, since(owner), lane)
        heard = hearing.heard.get(lane.modulator.clip) if lane.modulator is not None else None
        target = self.target(row)
        tempos = self.view.shown.tempos if lane.expression else ()
        told = (lane, hearing.since, target.low, self._base(row, owner), tempos)
        key = (lane.id, level, chunk)
        known = self._pieces.get(key)
        if known is None or known[0] is not heard or known[1] != told:
            known = self._pieces[key] = (heard, told, self._worked_out(row, what, level, chunk))
            while len(self._pieces) > KEPT:
                del self._pieces[next(iter(self._pieces))]
        return known[2]

    def _worked_out(self, row: Row, what: tuple[Clip | None, Lane], level: int, chunk: int) -> Piece:
        target = self.target(row)
        step = STEP / 2.0**level
        times = np.arange(CHUNK + 1) * step
        values = self._sampled(row, *what, times + chunk * CHUNK * step)
        low = target.low - 0.5 * (target.high - target.low)
        heights = np.clip(values, low, 1e9).tolist()
        line = [QPointF(at, value) for at, value in zip(times.tolist(), heights, strict=True)]
        return QPolygonF(line), QPolygonF([QPointF(0, low), *line, QPointF(line[-1].x(), low)])

    def _base(self, row: Row, owner: Clip | None) -> float:
        bases, id = self._of(row).bases, owner.id if owner is not None else ""
        if id not in bases:
            bases[id] = target_of(row.target, row.track, owner, card_of(self.studio, owner)).base
        return bases[id]

    def _sampled(self, row: Row, owner: Clip | None, lane: Lane, seconds: np.ndarray) -> np.ndarray:
        base = self._base(row, owner)
        try:
            return sampled(lane, base, seconds, self.ears.hearing(self.view.clock, since(owner), lane))
        except Refused:
            return np.full(len(seconds), base)  # an expression that cannot be read does nothing yet

    def _keys(self, p: QPainter, row: Row, colour: str, chosen: Collection[tuple[str, int]]) -> None:
        ratio = p.device().devicePixelRatioF()
        for (_, lane, index), place in self.spots(row):
            mark = self._diamond((colour, (lane.id, index) in chosen, lane.keys[index].ease == "hold", ratio))
            p.drawPixmap(place - QPointF(MARK / 2, MARK / 2), mark)

    def _diamond(self, look: tuple[str, bool, bool, float]) -> QPixmap:
        """The mark of a key, drawn once: a diamond, a square where it holds; filled when it is picked."""
        if look in self._diamonds:
            return self._diamonds[look]
        (colour, picked, square, ratio), c = look, theme.current()
        made = QPixmap(int(MARK * ratio), int(MARK * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        with QPainter(made) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(QPen(QColor(c.text if picked else colour), 1.5))
            p.setBrush(QColor(colour if picked else c.panel))
            p.translate(MARK / 2, MARK / 2)
            p.rotate(0 if square else 45)
            side = 3.8 if picked else 3.2
            p.drawRect(QRectF(-side, -side, 2 * side, 2 * side))
        self._diamonds[look] = made
        return made


def _by_time(row: Row) -> tuple[list[float], list[Spot]]:
    """(seconds, keys) of a row, the earliest first."""
    every = [
        (begin + float(key.at), (owner, lane, index))
        for owner, lane in row.lanes
        for begin in (float(since(owner)),)
        for index, key in enumerate(lane.keys)
    ]
    every.sort(key=lambda one: one[0])
    return [at for at, _ in every], [spot for _, spot in every]


def stroke(lane: Lane, colour: str, span: tuple[float, float]) -> Stroke:
    """The line and the fill of a lane; paler where it is off."""
    ink = QColor(colour if lane.on else theme.current().faint)
    shade = QColor(ink)
    shade.setAlphaF(0.16 if lane.on else 0.06)
    pen = QPen(ink, 1.6, Qt.PenStyle.SolidLine if lane.on else Qt.PenStyle.DashLine)
    pen.setCosmetic(True)
    return Stroke(pen, shade, *span)


def straight(lane: Lane) -> bool:
    """Whether a curve is made of straight lines."""
    plain = not lane.expression and lane.modulator is None
    return plain and all(key.ease in ("linear", "hold") for key in lane.keys)


def since(owner: Clip | None) -> Time:
    """When the owner of a lane begins."""
    return owner.start if owner is not None else Fraction(0)
