"""The hand on a curve: keys chosen, dragged, scaled and bent, the view moved; and the curve painted."""

from fractions import Fraction
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent

from app.core.timeline import keys
from app.core.timeline.values import ZERO, Key, Lane, Time
from app.ui.curves import painting
from app.ui.curves.board import Board

REACH = 8.0  # pixels a key is caught from
WHEEL = 1.18
Grip = Literal["", "key", "before", "after", "box", "pan", "head", "left", "right", "top", "bottom"]


class Graph(Board):
    """A board that is painted and takes the mouse and the arrow keys."""

    def __init__(self) -> None:
        super().__init__()
        self.near: int | None = None
        self.band: QRectF | None = None
        self._grip: Grip = ""
        self._from = QPointF()
        self._last = QPointF()
        self._held = -1
        self._was: keys.Chosen = frozenset()

    # ------------------------------------------------------------ places

    def place_of(self, key: Key) -> QPointF:
        """Where a key is seen."""
        return QPointF(self.span.x(float(self.since + key.at)), self.span.y(key.value))

    def handle_places(self, place: int) -> dict[Grip, QPointF]:
        """Where the handles of a chosen bezier are seen."""
        lane = self.lane
        assert lane is not None
        found: dict[Grip, QPointF] = {}
        for grip, at, other in (("after", place, place + 1), ("before", place - 1, place - 1)):
            if 0 <= other < len(lane.keys) and at >= 0 and lane.keys[at].ease == "bezier":
                pair = lane.keys[place].after if grip == "after" else lane.keys[place].before
                key = lane.keys[place]
                x = self.span.x(float(self.since + key.at) + pair[0])
                found[grip] = QPointF(x, self.span.y(key.value + pair[1]))  # type: ignore[index]
        return found

    def box(self) -> QRectF | None:
        """The frame about several chosen keys, whose edges scale them."""
        lane = self.lane
        if lane is None or len(self.chosen) < 2:
            return None
        places = [self.place_of(lane.keys[n]) for n in self.chosen if n < len(lane.keys)]
        left, right = min(p.x() for p in places), max(p.x() for p in places)
        top, bottom = min(p.y() for p in places), max(p.y() for p in places)
        return QRectF(left, top, right - left, bottom - top).adjusted(-12, -12, 12, 12)

    def _under(self, at: QPointF) -> tuple[Grip, int]:
        lane = self.lane
        if lane is None:
            return "", -1
        for n in self.chosen:
            for grip, place in self.handle_places(n).items():
                if (place - at).manhattanLength() <= REACH * 1.2:
                    return grip, n
        near = [((self.place_of(key) - at).manhattanLength(), n) for n, key in enumerate(lane.keys)]
        if near and min(near)[0] <= REACH * 1.4:
            return "key", min(near)[1]
        return self._edge(at), -1

    def _edge(self, at: QPointF) -> Grip:
        box = self.box()
        if box is None or not box.adjusted(-4, -4, 4, 4).contains(at):
            return ""
        sides: tuple[tuple[Grip, float], ...] = (
            ("left", at.x() - box.left()),
            ("right", at.x() - box.right()),
            ("top", at.y() - box.top()),
            ("bottom", at.y() - box.bottom()),
        )
        side, off = min(sides, key=lambda one: abs(one[1]))
        return side if abs(off) <= 5 else ""

    # ------------------------------------------------------------ hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = self._last = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grip = "pan"
            return
        if event.button() != Qt.MouseButton.LeftButton or self.shown is None:
            return
        if event.position().y() < painting.RULER:
            self._grip = "head"
            self._point(event.position())
            return
        grip, place = self._under(event.position())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._grip, self._held, self._was = grip or "box", place, self.chosen
        if grip == "key" and shift:
            self.choose(self.chosen ^ {place})
        elif grip == "key" and place not in self.chosen:
            self.choose(frozenset([place]))
        elif not grip and not shift:
            self.choose(frozenset())
            self._was = frozenset()
        self._was = self.chosen if grip else self._was

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._grip == "pan":
            self.span = self.span.panned(at.x() - self._last.x(), at.y() - self._last.y())
        elif self._grip == "head":
            self._point(at)
        elif self._grip == "box":
            self._band(QRectF(self._from, at).normalized())
        elif self._grip and (self._lane or (at - self._from).manhattanLength() > 3):
            self._drag(at, event.modifiers())
        else:
            grip, place = self._under(at)
            self.near = place if grip == "key" else None
            self.setCursor(_CURSORS.get(grip, Qt.CursorShape.ArrowCursor))
        self._last = at
        self.update()

    def _point(self, at: QPointF) -> None:
        self.moved.emit(max(ZERO, self._time(self.span.seconds(at.x()))))

    def _band(self, band: QRectF) -> None:
        assert self.shown is not None
        self.band = band
        inside = {n for n, key in enumerate(self.shown.lane.keys) if band.contains(self.place_of(key))}
        self.choose(self._was | inside)

    def _drag(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        assert self.shown is not None
        lane = self.shown.lane
        if self._grip == "key":
            self._lane, self.chosen = keys.moved(lane, self._was, *self._shift(at, held))
        elif self._grip in ("before", "after"):
            alone = bool(held & Qt.KeyboardModifier.AltModifier)
            self._lane = bent(lane, self._held, self._grip, self._handle(at), alone)
        else:
            self._lane, self.chosen = self._scaled(at)

    def _shift(self, at: QPointF, held: Qt.KeyboardModifier) -> tuple[Time, float]:
        """How far keys are moved: in time so that the one that is held lies on the grid; with Shift only the longer
        way of the two."""
        assert self.shown is not None
        key = self.shown.lane.keys[self._held]
        seconds = self.span.seconds(at.x()) - self.span.seconds(self._from.x())
        rise = self.span.value(at.y()) - self.span.value(self._from.y())
        by = self._time(float(self.since + key.at) + seconds) - self.since - key.at
        if held & Qt.KeyboardModifier.ShiftModifier:
            flat = abs(at.x() - self._from.x()) >= abs(at.y() - self._from.y())
            by, rise = (by, 0.0) if flat else (ZERO, rise)
        bounded = self._bounded(key.value + rise)
        return by, (bounded if bounded is not None else key.value) - key.value

    def _handle(self, at: QPointF) -> tuple[float, float]:
        assert self.shown is not None
        key = self.shown.lane.keys[self._held]
        return self.span.seconds(at.x()) - float(self.since + key.at), self.span.value(at.y()) - key.value

    def _scaled(self, at: QPointF) -> tuple[Lane, keys.Chosen]:
        """The chosen keys drawn apart from the opposite side of their frame."""
        assert self.shown is not None
        lane = self.shown.lane
        picked = [lane.keys[n] for n in self._was]
        times, values = [key.at for key in picked], [key.value for key in picked]
        first, last, low, high = min(times), max(times), min(values), max(values)
        dx = self.span.seconds(at.x()) - self.span.seconds(self._from.x())
        dy = self.span.value(at.y()) - self.span.value(self._from.y())
        time, value, about = Fraction(1), 1.0, (first, low)
        if self._grip in ("left", "right") and last > first:
            edge, still = (first, last) if self._grip == "left" else (last, first)
            target = self._time(float(self.since + edge) + dx) - self.since
            time, about = max(Fraction(1, 1000), (target - still) / (edge - still)), (still, low)
        elif self._grip in ("top", "bottom") and high > low:
            edge_value, rest = (high, low) if self._grip == "top" else (low, high)
            value, about = (edge_value + dy - rest) / (edge_value - rest), (first, rest)
        return keys.scaled(lane, self._was, about, time, value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        lane, grip, self._grip, self.band = self._lane, self._grip, "", None
        if lane is not None:
            texts = {
                "key": self.tr("Move keys"),
                "before": self.tr("Bend the curve"),
                "after": self.tr("Bend the curve"),
            }
            self._become(lane, self.chosen, texts.get(grip, self.tr("Scale keys")))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.shown is not None and not self._under(event.position())[0]:
            self._grip = ""
            self.add(self.span.seconds(event.position().x()), self.span.value(event.position().y()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn, at = event.angleDelta(), event.position()
        times = WHEEL ** (turn.y() / 120)
        held = event.modifiers()
        if held & Qt.KeyboardModifier.ControlModifier:
            self.span = self.span.zoomed(times, 1.0, at.x(), at.y())
        elif held & Qt.KeyboardModifier.ShiftModifier:
            self.span = self.span.zoomed(1.0, WHEEL ** ((turn.y() or turn.x()) / 120), at.x(), at.y())
        else:
            self.span = self.span.panned((turn.y() + turn.x()) / 2, 0.0)
        event.accept()
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        grip, place = self._under(QPointF(event.pos()))
        if grip == "key" and place not in self.chosen:
            self.choose(frozenset([place]))
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        move = way.get(Qt.Key(event.key()))
        if move is None or self.shown is None or not self.chosen:
            super().keyPressEvent(event)
            return
        param = self.shown.param
        step = float(param.step or 0.01) if param else 0.01
        many = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self.nudge(many * move[0] / self.clock.fps, many * move[1] * step)

    # ------------------------------------------------------------ painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.span = self.span.sized(self.width(), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as p:
            painting.paint(p, self)


_CURSORS = {
    "key": Qt.CursorShape.SizeAllCursor,
    "before": Qt.CursorShape.CrossCursor,
    "after": Qt.CursorShape.CrossCursor,
    "left": Qt.CursorShape.SizeHorCursor,
    "right": Qt.CursorShape.SizeHorCursor,
    "top": Qt.CursorShape.SizeVerCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
}


def bent(lane: Lane, place: int, grip: str, pair: tuple[float, float], alone: bool) -> Lane:
    """The lane with a handle of a key elsewhere; the other turns with it, keeping its length in time, unless
    `alone`. A handle stays on its side of the key."""
    key = lane.keys[place]
    time = min(pair[0], 0.0) if grip == "before" else max(pair[0], 0.0)
    mine, slope = (time, pair[1]), pair[1] / time if time else 0.0
    other = key.after if grip == "before" else key.before
    if not alone and time:
        other = (other[0], other[0] * slope)
    changed = (
        keys.replace(key, before=mine, after=other) if grip == "before" else keys.replace(key, before=other, after=mine)
    )
    return keys.put(lane, changed)[0]
