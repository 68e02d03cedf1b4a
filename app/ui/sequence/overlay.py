"""What is painted over and under the clips: the grid, the playhead, where something snaps to, what is dragged."""

from PySide6.QtCore import QLine, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core.timeline.values import ZERO
from app.ui import theme
from app.ui.sequence.view import View
from app.ui.sequence.words import _tr

SOFT = 0.2  # how much what is outside of the in and out points is darkened


class Overlay:
    """`box` is a rectangle that selects, `drop` where files would come to lie, `at` where the mouse is."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.box: QRectF | None = None
        self.drop: QPointF | None = None
        self.at = QPointF()

    def ground(self, p: QPainter, size: QSize) -> None:
        """The grid behind the clips, and what lies before the beginning."""
        c, view = theme.current(), self.view
        wide, tall = size.width(), min(size.height(), view.tall - view.down)
        p.fillRect(QRectF(0, 0, wide, size.height()), QColor(c.window))
        p.fillRect(QRectF(0, 0, wide, tall), QColor(c.panel))
        for row in view.visible():
            if row.target:
                p.fillRect(QRectF(0, view.top(row), wide, row.height), QColor(c.window))
        if (before := view.x(ZERO)) > 0:
            p.fillRect(QRectF(0, 0, before, tall), QColor(c.window))
        lines: tuple[list[QLine], list[QLine]] = ([], [])
        for mark in view.marks():
            x = int(view.x(mark.at))
            lines[mark.weight == 2].append(QLine(x, 0, x, tall))
        for colour, some in zip((theme.mix(c.panel, c.line, 0.55), c.line), lines, strict=True):
            p.setPen(QColor(colour))
            p.drawLines(some)

    def outside(self, p: QPainter, size: QSize) -> None:
        """What does not lie between the in and out points."""
        span = self.view.shown.span
        if span is None:
            return
        veil = QColor(theme.current().stage)
        veil.setAlphaF(SOFT)
        left, right = self.view.x(span[0]), self.view.x(span[1])
        p.fillRect(QRectF(0, 0, left, size.height()), veil)
        p.fillRect(QRectF(right, 0, max(0.0, size.width() - right), size.height()), veil)

    def paint(self, p: QPainter, size: QSize) -> None:
        """What moves over the clips."""
        c, view = theme.current(), self.view
        if not any(track.clips for track in view.shown.tracks):
            self._hint(p, size)
        self._upright(p, view.x(view.studio.playhead), c.text, size)
        if view.guide is not None:
            self._upright(p, view.x(view.guide), c.accent, size)
        if self.box is not None:
            shade = QColor(c.accent)
            shade.setAlphaF(0.14)
            p.fillRect(self.box, shade)
            p.setPen(QColor(c.accent))
            p.drawRect(self.box)
        if self.drop is not None:
            self._drop(p, self.drop)
        if view.refused:
            self._say(p, view.refused, size)

    def _upright(self, p: QPainter, x: float, colour: str, size: QSize) -> None:
        p.setPen(QPen(QColor(colour), 1))
        p.drawLine(QPointF(round(x) + 0.5, 0), QPointF(round(x) + 0.5, size.height()))

    def _drop(self, p: QPainter, at: QPointF) -> None:
        view = self.view
        row = view.row_at(at.y())
        top, tall = (view.top(row), row.height) if row is not None else (view.tall - view.down, 40)
        shade = QColor(theme.current().accent)
        shade.setAlphaF(0.25)
        p.fillRect(QRectF(at.x(), top, max(40.0, 4 * view.scale), tall), shade)

    def _say(self, p: QPainter, words: str, size: QSize) -> None:
        """Why what is dragged cannot be left there."""
        c = theme.current()
        p.setFont(theme.small())
        wide = p.fontMetrics().horizontalAdvance(words) + 16.0
        left, top = min(self.at.x() + 14, size.width() - wide - 4), min(self.at.y() + 16, size.height() - 24)
        box = QRectF(max(4.0, left), top, wide, 20)
        p.setPen(QColor(c.bad))
        p.setBrush(QColor(c.raised))
        p.drawRoundedRect(box, 4, 4)
        p.setPen(QColor(c.text))
        p.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _hint(self, p: QPainter, size: QSize) -> None:
        """How to begin, where there is nothing yet."""
        c, view = theme.current(), self.view
        words = _tr("Drop files or results here, or right-click a track for a new clip.")
        below = view.tall - view.down
        room = QRectF(0, below, size.width(), size.height() - below)
        if room.height() < 30:
            room = QRectF(0, 0, size.width(), size.height())
        p.setFont(theme.font())
        p.setPen(QColor(c.dim))
        p.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
