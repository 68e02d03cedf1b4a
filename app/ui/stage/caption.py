"""The line above the viewers: what is on the stage, how far it is, and what can be done with it now."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.ui import theme
from app.ui.stage.viewer import Note

HEIGHT = 42
NARROW = 460  # pixels below which the note gives way
SWEEP_MS = 40


class Elided(QLabel):
    """One line that is cut with an ellipsis where there is no room."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self.setFont(theme.font(13, 600))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Write `text`; what is read out is the name of the line and the text."""
        super().setText(text)
        self.setAccessibleName(f"{self._name}: {text}" if text else self._name)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        words = QFontMetrics(self.font()).elidedText(
            " ".join(self.text().split()), Qt.TextElideMode.ElideRight, self.width()
        )
        with QPainter(self) as p:
            p.setPen(QColor(theme.current(self).text))
            p.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


class DragHandle(QToolButton):
    """Takes hold of the result's file; Enter or Space copies it instead, for those without a mouse."""

    dragged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._from: QPoint | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = self._from and (event.position().toPoint() - self._from).manhattanLength()
        if far and far >= QApplication.startDragDistance():
            self._from = None
            self.setDown(False)
            self.dragged.emit()


class Caption(QWidget):
    """A heading, a quiet note, and buttons that come and go with the state of the run."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("On the stage"))
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(theme.L, 0, theme.M, 0)
        self.row.setSpacing(theme.S)
        self.heading = Elided(self.tr("What is on the stage"))
        self.note = Note(self.tr("Progress"))
        self.row.addWidget(self.heading, 1)
        self.row.addWidget(self.note)
        self.row.addSpacing(theme.S)
        self.buttons: dict[str, QToolButton] = {}
        self._worded: list[str] = []  # those that show their words where there is room

    def add(self, key: str, icon: str, do: Callable[[], object], *, text: str, hint: str, words: bool = True) -> None:
        """A button known as `key`, hidden until `state` asks for it."""
        button = DragHandle() if key == "drag" else QToolButton()
        button.setText(text)
        button.setIcon(theme.icon(icon))
        button.setIconSize(QSize(16, 16))
        side = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly
        button.setToolButtonStyle(side)
        button.setToolTip(hint)
        button.setAccessibleName(text)
        button.setAccessibleDescription(hint)
        button.setAutoRaise(not words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedHeight(theme.FIELD)
        if isinstance(button, DragHandle):
            button.dragged.connect(do)
        else:
            button.clicked.connect(lambda _checked=False: do())
        button.hide()
        self.row.addWidget(button)
        self.buttons[key] = button
        if words:
            self._worded.append(key)

    def name(self, key: str, text: str) -> None:
        """Call the button `key` otherwise."""
        self.buttons[key].setText(text)
        self.buttons[key].setAccessibleName(text)

    def state(self, heading: str, note: str = "", buttons: tuple[str, ...] = (), token: str = "dim") -> None:
        """Say `heading` and `note` and offer `buttons`."""
        if self.heading.text() != heading:
            self.heading.setText(heading)
            self.heading.setToolTip(heading)
        self.note.colour(token)
        if self.note.text() != note:
            self.note.setText(note)
        for key, button in self.buttons.items():
            button.setVisible(key in buttons)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        roomy = self.width() >= NARROW
        self.note.setVisible(roomy)
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for key in self._worded:
            self.buttons[key].setToolButtonStyle(beside if roomy else alone)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(theme.current(self).panel))


class ProgressLine(QWidget):
    """Three pixels that fill; `None` sweeps, because nobody knows how long."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(3)
        self.setAccessibleName(self.tr("Progress of the run"))
        self._fraction: float | None = 0.0
        self._on = False
        self._phase = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(SWEEP_MS)
        self._timer.timeout.connect(self._sweep)

    def show_fraction(self, fraction: float | None) -> None:
        """The share done, in [0, 1]."""
        self._on, self._fraction = True, fraction
        self.setAccessibleDescription("" if fraction is None else f"{fraction * 100:.0f} %")
        self._run()
        self.update()

    def clear(self) -> None:
        """No run to speak of."""
        self._on = False
        self._run()
        self.update()

    def _run(self) -> None:
        wanted = self._on and self._fraction is None and self.isVisible()
        if wanted != self._timer.isActive():
            self._timer.start() if wanted else self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        self.update()
        super().changeEvent(event)

    def showEvent(self, event: QEvent) -> None:
        self._run()

    def hideEvent(self, event: QEvent) -> None:
        self._run()

    def _sweep(self) -> None:
        self._phase = (self._phase + 0.018) % 1.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        width = float(self.width())
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.line if self._on else c.panel))
            if self._on and self._fraction is not None:
                p.fillRect(0, 0, round(width * min(max(self._fraction, 0.0), 1.0)), self.height(), QColor(c.accent))
            elif self._on:
                part = width * 0.22
                p.fillRect(round(self._phase * (width + part) - part), 0, round(part), self.height(), QColor(c.accent))
