"""Level meters: peak and root mean square for each channel, a line that holds the peak, a mark for clipping."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.stage.sound import Level, decibels

LOWEST = -60.0  # dB at the foot
FALL = 24.0  # dB a second the peak falls
HOLD = 1.5  # seconds the highest peak is held
TICKS = (0, -6, -12, -18, -24, -36, -48, -60)
LAMP, BAR, SCALE = 10, 9, 24  # pixels: the clipping mark's height, a channel's width, the figures' width


class Meters(QWidget):
    """Fed with the level of what is heard. A click, Enter or Space puts the clipping marks out."""

    reset = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedWidth(SCALE + 2 * BAR + 12)
        self.setMinimumHeight(80)
        self.peak: list[float] = [LOWEST, LOWEST]  # dB, as shown
        self.rms: list[float] = [LOWEST, LOWEST]
        self.held: list[float] = [LOWEST, LOWEST]
        self.clipped: list[bool] = [False, False]
        self._since: list[float] = [0.0, 0.0]
        self.show_channels(1)

    def show_channels(self, count: int) -> None:
        """How many channels there are; they start from silence."""
        count = max(1, min(int(count), 2))
        self.peak, self.rms, self.held = ([LOWEST] * count for _ in range(3))
        self.clipped, self._since = [False] * count, [0.0] * count
        self._say()
        self.update()

    def feed(self, level: Level, seconds: float) -> None:
        """The level of the `seconds` since the last feeding."""
        for n in range(min(len(self.peak), len(level.peak))):
            peak = max(LOWEST, decibels(level.peak[n]))
            self.peak[n] = max(peak, self.peak[n] - FALL * seconds, LOWEST)
            self.rms[n] = max(LOWEST, decibels(level.rms[n]))
            self._since[n] += seconds
            if peak >= self.held[n] or self._since[n] > HOLD:
                self.held[n], self._since[n] = peak, 0.0
            self.clipped[n] = self.clipped[n] or level.clipped[n]
        self._say()
        self.update()

    @property
    def silent(self) -> bool:
        """Whether everything has fallen to the foot."""
        return max(*self.peak, *self.rms, LOWEST) <= LOWEST

    def unclip(self) -> None:
        """Put the clipping marks out."""
        self.clipped = [False] * len(self.clipped)
        self._say()
        self.update()
        self.reset.emit()

    def _say(self) -> None:
        words = self.tr("peak {0} dB, RMS {1} dB").format(f"{max(self.held):.0f}", f"{max(self.rms):.0f}")
        clipped = self.tr("clipped") if any(self.clipped) else ""
        said = ", ".join(part for part in (words, clipped) if part)
        if said != self.accessibleDescription():
            self.setAccessibleDescription(said)
            self.setToolTip(f"{said}\n" + self.tr("Click to put the clipping mark out"))

    def sizeHint(self) -> QSize:
        return QSize(self.width(), 200)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        foot = self.height() - 10.0
        top = LAMP + 14.0
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.stage))
            for n in range(len(self.peak)):
                x = 4.0 + n * (BAR + 2)
                p.fillRect(QRectF(x, 6, BAR, LAMP), QColor(c.bad if self.clipped[n] else c.line))
                self._paint_bar(p, QRectF(x, top, BAR, foot - top), n, c)
            self._paint_scale(p, top, foot, c)
            if self.hasFocus():
                p.setPen(QPen(QColor(c.focus), 1))
                p.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_bar(self, p: QPainter, where: QRectF, n: int, c: theme.Tokens) -> None:
        """The peak as a pale column, the RMS as a full one, the held peak as a line."""
        p.fillRect(where, QColor(c.raised))
        for value, alpha in ((self.peak[n], 110), (self.rms[n], 255)):
            for low, high, token in ((LOWEST, -18, c.good), (-18, -6, c.warn), (-6, 0, c.bad)):
                if value > low:
                    tone = QColor(token)
                    tone.setAlpha(alpha)
                    a, b = _place(low, where), _place(min(value, high), where)
                    p.fillRect(QRectF(where.left(), b, where.width(), a - b), tone)
        if self.held[n] > LOWEST:
            p.fillRect(QRectF(where.left(), _place(self.held[n], where) - 1, where.width(), 2), QColor(c.text))

    def _paint_scale(self, p: QPainter, top: float, foot: float, c: theme.Tokens) -> None:
        where = QRectF(self.width() - SCALE, top, SCALE - 2, foot - top)
        p.setFont(theme.font(10))
        tall, last = p.fontMetrics().height(), -99.0
        for tick in TICKS:
            y = _place(tick, where)
            if y - last >= tall:
                last = y
                p.setPen(QColor(c.dim))
                box = QRectF(where.left(), y - tall / 2, where.width(), tall)
                p.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(abs(tick)))

    # ------------------------------------------------------------ hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.unclip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.unclip()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        self.update()
        super().changeEvent(event)


def _place(decibel: float, where: QRectF) -> float:
    share = (min(max(decibel, LOWEST), 0.0) - LOWEST) / -LOWEST
    return where.bottom() - share * where.height()
