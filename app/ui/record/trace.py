"""What has been recorded so far, drawn as it comes: a waveform, or notes."""

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme

SPAN = 10.0  # seconds across the widget
SLOT = 0.02  # seconds of a column


class Trace(QWidget):
    """The last ten seconds, the newest at the right once they are full. Loudest sample per column, or bars of notes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(110)
        self.hint = ""
        self.clear()

    def sizeHint(self) -> QSize:
        return QSize(520, 130)

    def clear(self) -> None:
        """Nothing yet."""
        self._peaks: list[float] = []
        self._rest = np.zeros(0, np.float32)
        self._notes: list[tuple[float, float, int]] = []
        self._now = 0.0
        self.update()

    def add(self, samples: np.ndarray, rate: int) -> None:
        """More sound, float32 (N, channels)."""
        loud = np.concatenate([self._rest, np.abs(samples).max(1, initial=0)])
        size = max(1, round(SLOT * rate))
        whole = len(loud) // size * size
        self._peaks += loud[:whole].reshape(-1, size).max(1).tolist()
        self._rest = loud[whole:]
        self._now = len(self._peaks) * SLOT
        self.update()

    def show_notes(self, notes: list[tuple[float, float, int]], now: float) -> None:
        """Notes as (start, end, pitch), and how far the recording is in seconds."""
        self._notes, self._now = notes, now
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.stage))
            if not self._now:
                p.setPen(QColor(c.dim))
                p.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.hint)
                return
            first = max(0.0, self._now - SPAN)
            self._paint_peaks(p, first, c)
            for start, end, pitch in self._notes:
                if end >= first:
                    y = self.height() * (1 - (pitch - 30) / 72)
                    x, wide = self._x(start - first), self._x(end - start)
                    p.fillRect(QRectF(x, y - 3, max(3.0, wide), 5), QColor(c.accent))
            head = self._x(self._now - first)
            p.setPen(QPen(QColor(c.text), 1))
            p.drawLine(QLineF(head, 0, head, self.height()))

    def _x(self, seconds: float) -> float:
        return seconds / SPAN * self.width()

    def _paint_peaks(self, p: QPainter, first: float, c: theme.Tokens) -> None:
        middle, begin = self.height() / 2, int(first / SLOT)
        p.setPen(QPen(QColor(c.line), 1))
        p.drawLine(QLineF(0, middle, self.width(), middle))
        p.setPen(QPen(QColor(c.accent), max(1.0, self._x(SLOT) - 0.5)))
        for n, peak in enumerate(self._peaks[begin:]):
            x, tall = self._x(n * SLOT), max(0.5, min(1.0, peak) * (middle - 4))
            p.drawLine(QLineF(x, middle - tall, x, middle + tall))
