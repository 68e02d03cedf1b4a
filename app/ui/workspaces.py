"""Two arrangements of the window: for making single results, and for the timeline, whose monitor takes the place of the
stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

if TYPE_CHECKING:
    from app.ui.window import Window

WORKSPACE = "workspace"
TIMELINE = b"timeline"
HIGH = 16_777_215  # as high as it likes


def place(window: Window) -> None:
    """Lay the timeline's docks where they belong at first: the monitor is hidden until it is wanted."""
    area, docks = Qt.DockWidgetArea, window.docks
    for name, where, beside in (
        ("inspector", area.LeftDockWidgetArea, "control"),
        ("curves", area.BottomDockWidgetArea, "sequence"),
        ("lab", area.BottomDockWidgetArea, "curves"),
    ):
        window.addDockWidget(where, docks[name])
        docks[name].show()
        window.tabifyDockWidget(docks[beside], docks[name])
        docks[beside].raise_()
    window.addDockWidget(area.TopDockWidgetArea, docks["monitor"])
    docks["monitor"].hide()


def for_making(window: Window) -> None:
    """The stage in the middle."""
    _use(window, b"")
    window.reset_layout()


def for_timeline(window: Window) -> None:
    """The monitor in the middle, the timeline below it, the inspector at hand."""
    _use(window, TIMELINE)
    window.reset_layout()
    docks = window.docks
    docks["monitor"].show()
    docks["prompt"].hide()
    for name in ("sequence", "inspector"):
        docks[name].raise_()
    QTimer.singleShot(0, window, lambda: _proportions(window))


def again(window: Window) -> None:
    """As it was when the program ended."""
    _wear(window, (window.studio.load_state(WORKSPACE) or b"") == TIMELINE)


def _use(window: Window, name: bytes) -> None:
    window.studio.save_state(WORKSPACE, name)
    _wear(window, name == TIMELINE)


def _wear(window: Window, timeline: bool) -> None:
    window.stage.setVisible(not timeline)
    window.middle.setMaximumHeight(0 if timeline else HIGH)  # hidden, Qt would give its width to the sides bit by bit
    window.toasts.over(window.monitor if timeline else window.stage)


def _proportions(window: Window) -> None:
    tall, wide, docks = window.height(), window.width(), window.docks
    shares = [tall * 54 // 100, tall * 46 // 100]
    window.resizeDocks([docks["monitor"], docks["sequence"]], shares, Qt.Orientation.Vertical)
    left, right = max(288, wide // 5), max(230, wide // 6)
    row = [docks[name] for name in ("inspector", "monitor", "history")]  # all three: else the sides share what is left
    window.resizeDocks(row, [left, wide - left - right, right], Qt.Orientation.Horizontal)
