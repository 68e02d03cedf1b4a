"""Curves under their tracks: how they are painted, and what lies where."""

from collections.abc import Collection, Iterator
from fractions import Fraction

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

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
STEP = 2  # pixels between two samples of what is no straight line
Spot = tuple[Clip | None, Lane, int]  # whose, which lane, which key


class Lanes:
    """The curves of the rows in view."""

    def __init__(self, studio: Studio, view: View, ears: Ears) -> None:
        self.studio, self.view, self.ears = studio, view, ears
        self._targets: dict[tuple[str, str], tuple[Row, Target]] = {}
        studio.engines_changed.connect(self._targets.clear)

    # ------------------------------------------------------------ places

    def target(self, row: Row) -> Target:
        """What a row shows, its span widened by its keys."""
        key = (row.track.id, row.target)
        known = self._targets.get(key)
        if known is None or known[0] is not row:
            clip = next((clip for clip, _ in row.lanes if clip is not None), None)
            found = target_of(row.target, row.track, clip, card_of(self.studio, clip))
            low, high = spanned(found, row.lanes)
            known = row, Target(found.words, low, high, found.base, found.unit, found.fine)
            if len(self._targets) > MOST:
                self._targets.clear()
            self._targets[key] = known
        return known[1]

    def y(self, row: Row, value: float) -> float:
        """Where a value lies in the view."""
        target = self.target(row)
        share = (value - target.low) / ((target.high - target.low) or 1.0)
        return self.view.top(row) + row.height - EDGE - share * (row.height - 2 * EDGE)

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
        near = 10 / self.view.scale
        for owner, lane in row.lanes:
            begin = float(since(owner))
            for index, key in enumerate(lane.keys):
                if start - near <= begin + float(key.at) <= stop + near:
                    yield (owner, lane, index), self.place(row, owner, key)

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
        clock = self.view.clock
        return float(self._sampled(row, owner, lane, np.array([float(moment)]), clock)[0])

    # ------------------------------------------------------------ painting

    def paint(self, p: QPainter, row: Row, chosen: Collection[tuple[str, int]]) -> None:
        """A row of curves."""
        colour = colour_of(row.track, theme.current())
        for owner, lane in row.lanes:
            left = self.view.x(owner.start) if owner is not None else self.view.x(ZERO)
            right = self.view.x(owner.end) if owner is not None else float(self.view.width)
            left, right = max(0.0, left), min(float(self.view.width), right)
            if right > left:
                self._lane(p, row, (owner, lane), (left, right), colour)
        self._keys(p, row, colour, chosen)

    def _lane(
        self, p: QPainter, row: Row, what: tuple[Clip | None, Lane], span: tuple[float, float], colour: str
    ) -> None:
        owner, lane = what
        c, (left, right) = theme.current(), span
        ground = QColor(theme.mix(c.window, colour, 0.1))
        p.fillRect(QRectF(left, self.view.top(row), right - left, row.height - 1), ground)
        points = self._points(row, owner, lane, span)
        ink = QColor(colour if lane.on else c.faint)
        shade = QColor(ink)
        shade.setAlphaF(0.16 if lane.on else 0.06)
        low = self.view.top(row) + row.height - 1.0
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(shade)
        p.drawPolygon(QPolygonF([QPointF(left, low), *points, QPointF(right, low)]))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(QPen(ink, 1.6, Qt.PenStyle.SolidLine if lane.on else Qt.PenStyle.DashLine))
        p.drawPolyline(QPolygonF(points))
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _points(self, row: Row, owner: Clip | None, lane: Lane, span: tuple[float, float]) -> list[QPointF]:
        xs = self._columns(owner, lane, span)
        seconds = self.view.offset + xs / self.view.scale
        values = self._sampled(row, owner, lane, seconds, self.view.clock)
        target = self.target(row)
        room = row.height - 2 * EDGE
        share = np.clip((values - target.low) / ((target.high - target.low) or 1.0), -0.1, 1.1)
        ys = self.view.top(row) + row.height - EDGE - share * room
        return [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]

    def _columns(self, owner: Clip | None, lane: Lane, span: tuple[float, float]) -> np.ndarray:
        """Where a curve is worked out: closely where it bends, at its keys where it is made of straight lines."""
        left, right = span
        straight = not lane.expression and lane.modulator is None
        straight = straight and all(key.ease in ("linear", "hold") for key in lane.keys)
        if not straight:
            return np.append(np.arange(left, right, STEP), right)
        begin = since(owner)
        keys = [self.view.x(begin + key.at) for key in lane.keys]
        before = [x - 0.01 for x, key in zip(keys[1:], lane.keys, strict=False) if key.ease == "hold"]
        inside = [x for x in (*keys, *before) if left < x < right]
        return np.array(sorted([left, *inside, right]))

    def _sampled(self, row: Row, owner: Clip | None, lane: Lane, seconds: np.ndarray, clock) -> np.ndarray:  # type: ignore[no-untyped-def]
        base = target_of(row.target, row.track, owner, card_of(self.studio, owner)).base
        try:
            return sampled(lane, base, seconds, self.ears.hearing(clock, since(owner), lane))
        except Refused:
            return np.full(len(seconds), base)  # an expression that cannot be read does nothing yet

    def _keys(self, p: QPainter, row: Row, colour: str, chosen: Collection[tuple[str, int]]) -> None:
        c = theme.current()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (_, lane, index), place in self.spots(row):
            picked = (lane.id, index) in chosen
            size = 5.5 if picked else 4.5
            p.setPen(QPen(QColor(c.text if picked else colour), 1.5))
            p.setBrush(QColor(colour if picked else c.panel))
            if lane.keys[index].ease == "hold":
                p.drawRect(QRectF(place.x() - size * 0.8, place.y() - size * 0.8, size * 1.6, size * 1.6))
            else:
                p.drawPolygon(QPolygonF([place + QPointF(0, -size), place + QPointF(size, 0), place + QPointF(0, size),
                                         place + QPointF(-size, 0)]))  # fmt: skip
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def since(owner: Clip | None) -> Time:
    """When the owner of a lane begins."""
    return owner.start if owner is not None else Fraction(0)
