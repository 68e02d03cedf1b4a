"""The picture of the program monitor: the stage's canvas with safe areas, thirds and a sentence where need be."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from app.ui import theme
from app.ui.stage.canvas import Canvas

SAFE = (0.9, 0.8)  # shares of the picture: action and title (SMPTE RP 218)


class Screen(Canvas):
    """`guides` are drawn over the picture: 'safe', 'thirds', 'centre'. `sentence` says why there is none."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.guides: frozenset[str] = frozenset()
        self.sentence = ""

    def set_guides(self, guides: frozenset[str]) -> None:
        """Which lines lie over the picture."""
        self.guides = guides
        self.update()

    def say(self, sentence: str) -> None:
        """Show a sentence; '' takes it away."""
        if sentence != self.sentence:
            self.sentence = sentence
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as p:
            if self.guides and self.pixels is not None:
                self._paint_guides(p, self.picture_rect())
            if self.sentence:
                self._paint_sentence(p)

    def _paint_guides(self, p: QPainter, rect: QRectF) -> None:
        for width, colour in ((3, QColor(0, 0, 0, 70)), (1, QColor(255, 255, 255, 150))):
            p.setPen(QPen(colour, width))
            if "safe" in self.guides:
                for share in SAFE:
                    p.drawRect(_within(rect, share))
            if "thirds" in self.guides:
                for n in (1, 2):
                    x, y = rect.left() + rect.width() * n / 3, rect.top() + rect.height() * n / 3
                    p.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
                    p.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
            if "centre" in self.guides:
                middle = rect.center()
                p.drawLine(middle - QPointF(12, 0), middle + QPointF(12, 0))
                p.drawLine(middle - QPointF(0, 12), middle + QPointF(0, 12))

    def _paint_sentence(self, p: QPainter) -> None:
        c = theme.current(self)
        p.setFont(theme.font(12))
        room = self.width() - 2 * theme.XL
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        text = p.boundingRect(QRectF(0, 0, room, self.height()), flags, self.sentence)
        box = text.adjusted(-theme.L, -theme.M, theme.L, theme.M)
        box.moveCenter(QPointF(self.width() / 2, self.height() - box.height() / 2 - theme.L))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(QPen(QColor(c.line), 1))
        p.setBrush(QColor(c.raised))
        p.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        p.setPen(QColor(c.text))
        p.drawText(box, flags, self.sentence)


def _within(rect: QRectF, share: float) -> QRectF:
    dx, dy = rect.width() * (1 - share) / 2, rect.height() * (1 - share) / 2
    return rect.adjusted(dx, dy, -dx, -dy)
