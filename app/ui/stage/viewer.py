"""What every viewer of the stage is, and the bar of controls below it."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QImage, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from app.ui import theme
from engines.contract import Image, Media

BAR = 38

KeyRow = tuple[str, list[QKeySequence]]  # what is done, and by which keys
Aside = Callable[[Callable[[], Any], Callable[[Any], None]], None]
"""`aside(work, then)`: do `work` away from the GUI thread, `then` with what it returned on the GUI thread."""


def at_once(work: Callable[[], Any], then: Callable[[Any], None]) -> None:
    """The `Aside` that has no other thread."""
    then(work())


class Viewer(QWidget):
    """Shows one medium. `show_media` may be called many times a second while a run develops.

    `painted` is heard after each media handed in has been on the screen once; `said` carries a sentence to the user.
    """

    painted = Signal()
    said = Signal(str)
    ranged = Signal(object)  # (start, stop) in seconds: the run is to change only this
    surface: QWidget
    pictures = False  # whether what is seen can be had as a picture other than the medium itself

    def __init__(self, name: str, description: str, aside: Aside = at_once) -> None:
        super().__init__()
        self.aside = aside
        self._owes = False
        self._also: list[KeyRow] = []
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def show_media(self, media: Media, natural: tuple[int, int] | None = None, live: bool = False) -> None:
        """Show `media`; `natural` is the size the result will have, `live` says that it is still developing."""
        self._owes = True
        self.take(media, natural, live)

    def take(self, media: Any, natural: tuple[int, int] | None, live: bool) -> None:
        """The viewer's own part of `show_media`."""
        raise NotImplementedError

    def paid(self) -> None:
        """To be called by the surface when it has painted."""
        if self._owes:
            self._owes = False
            self.painted.emit()

    def begin(self) -> None:
        """Another run has come onto the stage."""

    def offer_file(self, on: bool) -> None:
        """Whether there is a file to be dragged out of the surface."""
        if hasattr(self.surface, "draggable"):
            self.surface.draggable = on

    def compare_with(self, media: Media | None) -> None:
        """Compare with another result of the same medium, where the viewer can; None ends it."""

    def still(self) -> QImage | None:
        """What is seen, as a picture for the clipboard."""
        return None

    def snapshot(self, kind: str = "") -> Callable[[], Image]:
        """Work, for another thread, that makes a picture of what is seen: to start from, or to control by (`kind`)."""
        raise NotImplementedError

    def offer_range(self, on: bool) -> None:
        """Whether an engine would take a range of time as what to change."""

    def hear(self) -> None:
        """Play from the start what can be heard."""

    def rest(self) -> None:
        """Stop whatever plays: another viewer has the stage."""

    def deed(
        self, icon: str, text: str, keys: Sequence[Any], do: Callable[..., None], *, on: bool | None = None
    ) -> QAction:
        """An action of this viewer with its shortcuts; `on` makes it a switch that starts so."""
        action = QAction(theme.icon(icon), text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        native = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
        action.setToolTip(f"{text} ({', '.join(native)})" if native else text)
        if on is None:
            action.triggered.connect(lambda _checked=False: do())
        else:
            action.setCheckable(True)
            action.setChecked(on)
            action.toggled.connect(do)
        self.addAction(action)
        return action

    def also(self, text: str, *keys: str) -> None:
        """Note that the surface itself does this by `keys`, for the list of shortcuts."""
        self._also.append((text, [QKeySequence(key) for key in keys]))

    def shortcuts(self) -> list[KeyRow]:
        """Everything that can be done here by keys: what the surface does, then the deeds."""
        return [*self._also, *((deed.text(), deed.shortcuts()) for deed in self.actions() if deed.shortcuts())]


class Bar(QWidget):
    """The row of controls below a viewer: buttons, what belongs between, and a note on the right."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedHeight(BAR)
        self.setAccessibleName(name)
        self._spare: list[tuple[QWidget, int]] = []
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(theme.M, 0, theme.L, 0)
        self.row.setSpacing(2)

    def button(self, action: QAction) -> QToolButton:
        """A button for `action`."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setIconSize(QSize(18, 18))
        button.setFixedSize(30, 30)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        self.row.addWidget(button)
        return button

    def menu(self, icon: str, text: str, picks: Sequence[Any]) -> QToolButton:
        """A button that opens a menu with a submenu for each of `picks` (see picks.py)."""
        button = QToolButton()
        menu = QMenu(text, button)
        for one in picks:
            menu.addMenu(one.menu)
        button.setIcon(theme.icon(icon))
        button.setToolTip(text)
        button.setAutoRaise(True)
        button.setIconSize(QSize(18, 18))
        button.setFixedSize(30, 30)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(text)
        self.row.addWidget(button)
        return button

    def note(self, name: str, width: int = 0, right: bool = False) -> "Note":
        """A quiet line of text, `width` pixels wide at least."""
        label = Note(name, width, right)
        self.row.addWidget(label)
        return label

    def spare(self, widget: QWidget, below: int) -> None:
        """Hide `widget` while the bar is narrower than `below` pixels."""
        self._spare.append((widget, below))

    def minimumSizeHint(self) -> QSize:
        return QSize(220, BAR)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for widget, below in self._spare:
            widget.setVisible(self.width() >= below)
        super().resizeEvent(event)

    def gap(self) -> None:
        """Room between what stands left and right."""
        self.row.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.panel))
            p.fillRect(0, 0, self.width(), 1, QColor(c.line))


class Note(QLabel):
    """A quiet line of text that follows the theme."""

    def __init__(self, name: str, width: int = 0, right: bool = False, token: str = "dim") -> None:
        super().__init__()
        self._token, self._name = token, name
        self.setAccessibleName(name)
        self.setFont(theme.font(12))
        self.setMinimumWidth(width)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
        super().changeEvent(event)

    def setText(self, text: str) -> None:
        """Write `text`; what is read out is the note's name and the text."""
        super().setText(text)
        plain = " ".join(re.sub(r"<[^>]*>|&nbsp;", " ", text).split())
        self.setAccessibleName(": ".join(part for part in (self._name, plain) if part))

    def colour(self, token: str) -> None:
        """Write in another of the theme's colours."""
        if token != self._token:
            self._token = token
            self._tint()

    def _tint(self) -> None:
        wanted = f"color: {getattr(theme.current(self), self._token)}; background: transparent;"
        if self.styleSheet() != wanted:
            self.setStyleSheet(wanted)


def clock(seconds: float) -> str:
    """Seconds as m:ss.hh."""
    hundredths = round(max(0.0, seconds) * 100)
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
