"""Notices: one sentence each, bottom right, over whatever is there. Errors stay until they are dismissed."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets import button

SECONDS = {"info": 5, "warning": 10, "error": 0}  # 0: until dismissed
SIGNS = {"info": ("info", "dim"), "warning": ("warning", "warn"), "error": ("error", "bad")}
MOST = 4
WIDTH = 360


class Toast(QFrame):
    """One notice."""

    def __init__(self, kind: str, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind, self.sentence, self.times = kind, sentence, 1
        self.setProperty("look", "card")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.M, theme.S, theme.M)
        row.setSpacing(theme.M)
        sign = QLabel()
        sign.setPixmap(theme.icon(*SIGNS[kind]).pixmap(18, 18))
        self.words = QLabel(sentence)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = button("close", self.tr("Dismiss this notice"), self.dismiss)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        shade = QGraphicsDropShadowEffect(self)
        shade.setBlurRadius(24)
        shade.setOffset(0, 4)
        self.setGraphicsEffect(shade)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.dismiss)
        self._wait()

    def _wait(self) -> None:
        if SECONDS[self.kind]:
            self._timer.start(SECONDS[self.kind] * 1000)

    def again(self) -> None:
        """The same notice has come once more."""
        self.times += 1
        self.words.setText(f"{self.sentence} (×{self.times})")
        self._wait()

    def dismiss(self) -> None:
        """Take it away."""
        self._timer.stop()
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def enterEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._wait()


class Toasts(QWidget):
    """The stack of notices in the lower right corner of `host`."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.host = host
        self.lift = 56  # pixels above the lower edge, clear of the buttons there
        self.setAccessibleName(self.tr("Notices"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        self._column.setSpacing(theme.M)
        host.installEventFilter(self)
        self.hide()

    def over(self, host: QWidget) -> None:
        """Lie over another widget from now on."""
        if host is not self.host:
            self.host.removeEventFilter(self)
            self.host = host
            self.setParent(host)
            host.installEventFilter(self)
            self._place()

    def toasts(self) -> list[Toast]:
        """The notices shown now, oldest first."""
        return [toast for toast in self.findChildren(Toast) if toast.parent() is self]

    def say(self, kind: str, sentence: str) -> None:
        """Show a notice; the same sentence twice is counted, not repeated."""
        same = next((toast for toast in self.toasts() if (toast.kind, toast.sentence) == (kind, sentence)), None)
        if same is not None:
            same.again()
        else:
            toast = Toast(kind, sentence, self)
            toast.destroyed.connect(self._place_soon)
            self._column.addWidget(toast)
            toast.show()
            for old in self.toasts()[:-MOST]:
                old.dismiss()
        self._place()

    def clear(self) -> None:
        """Dismiss every notice."""
        for toast in self.toasts():
            toast.dismiss()
        self._place()

    def _place_soon(self) -> None:
        QTimer.singleShot(0, self, self._place)

    def _place(self) -> None:
        self.setVisible(bool(self.toasts()))
        host = self.host
        wide = WIDTH + 2 * theme.L
        tall = self._column.totalHeightForWidth(wide) if self._column.hasHeightForWidth() else self.sizeHint().height()
        self.resize(wide, max(tall, 0))
        self.move(QPoint(host.width() - wide, host.height() - self.height() - self.lift))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
