"""Panels as docks: moved, floated, hidden, remembered. The one file that knows how they are docked."""

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QTabBar, QWidget

from app.ui import theme
from app.ui.widgets import Elided, button

VERSION = 4  # raise when there are other docks: a state of before would hide the new one


class TitleBar(QWidget):
    """The line above a docked panel: its name, float, close."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.name = Elided(dock.windowTitle())
        self.name.setFont(theme.font(12, 600))
        self.name.setProperty("look", "dim")
        name = dock.windowTitle()
        self.float = button("export", self.tr("Float %1, or dock it again").replace("%1", name))
        self.shut = button("close", self.tr("Hide %1").replace("%1", name), dock.close)
        self.float.clicked.connect(lambda _checked=False: dock.setFloating(not dock.isFloating()))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, 3, theme.S, 3)
        row.setSpacing(0)
        row.addWidget(self.name, 1)
        for small in (self.float, self.shut):
            small.setFixedSize(24, 24)
            row.addWidget(small)


class Dock(QDockWidget):
    """A panel in its dock; among tabs it shows no line of its own, the tab is its name."""

    def __init__(self, name: str, title: str, panel: QWidget) -> None:
        super().__init__(title)
        self.setObjectName(name)
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(panel)
        self.bar = TitleBar(self)
        self.bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.none = QWidget(self)
        self.none.setFixedHeight(0)
        self.setTitleBarWidget(self.bar)

    def settle(self, tabbed: bool) -> None:
        """Wear the title line or not."""
        wanted = self.none if tabbed and not self.isFloating() else self.bar
        if self.titleBarWidget() is not wanted:
            other = self.bar if wanted is self.none else self.none
            self.setTitleBarWidget(wanted)
            other.hide()
            wanted.show()


def _above(bar: QRect, dock: QRect) -> bool:
    """Whether a bar lies upon a dock's upper edge."""
    return bar.left() == dock.left() and abs(dock.top() - bar.bottom()) <= 4


class PanelHost(QMainWindow):
    """A window whose middle is the stage and whose panels are docks."""

    def __init__(self) -> None:
        super().__init__()
        self.docks: dict[str, Dock] = {}
        options = QMainWindow.DockOption
        self.setDockOptions(options.AllowTabbedDocks | options.AllowNestedDocks)
        self._settle_soon = QTimer(self, singleShot=True, interval=0)
        self._settle_soon.timeout.connect(self._settle)

    def add_panel(self, name: str, title: str, panel: QWidget) -> Dock:
        """A dock for `panel`; where it lies is said by `lay_out`."""
        dock = self.docks[name] = Dock(name, title, panel)
        dock.topLevelChanged.connect(lambda _: self._settle_soon.start())
        dock.dockLocationChanged.connect(lambda _: self._settle_soon.start())
        dock.visibilityChanged.connect(lambda _: self._settle_soon.start())
        dock.installEventFilter(self)
        return dock

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ParentChange, QEvent.Type.Move):
            self._settle_soon.start()
        return False

    def _settle(self) -> None:
        for dock in self.docks.values():
            dock.settle(bool(self.tabifiedDockWidgets(dock)))
        bars = [bar for bar in self.findChildren(QTabBar) if bar.parent() is self]
        for bar in bars:
            bar.setAccessibleName(self.tr("Panels"))
            bar.setDrawBase(False)
            bar.setExpanding(False)
        self._hide_stray(bars)

    def _hide_stray(self, bars: list[QTabBar]) -> None:
        """Qt forgets a bar when all docks of a side become tabs before the window is shown: it stays where it was."""
        docks = [dock.geometry() for dock in self.docks.values() if dock.isVisible() and not dock.isFloating()]
        right = [bar for bar in bars if bar.isVisible() and any(_above(bar.geometry(), dock) for dock in docks)]
        named = {bar.tabText(n) for bar in right for n in range(bar.count())}
        for bar in bars:
            if bar not in right and any(bar.tabText(n) in named for n in range(bar.count())):
                bar.hide()

    def take_state(self) -> bytes:
        """Where everything lies, to be remembered: the window's place, then the docks'."""
        place, docks = bytes(self.saveGeometry().data()), bytes(self.saveState(VERSION).data())
        return len(place).to_bytes(4, "big") + place + docks

    def put_state(self, state: bytes) -> bool:
        """Put everything where `take_state` found it; whether that could be done."""
        length = int.from_bytes(state[:4], "big")
        place, docks = state[4 : 4 + length], state[4 + length :]
        return self.restoreGeometry(QByteArray(place)) and self.restoreState(QByteArray(docks), VERSION)
