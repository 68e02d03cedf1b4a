"""The timeline over a studio that only notes what it is asked for."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.ui import theme
from app.ui.timeline import Timeline
from tests import panels

Left, NoMod = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
GUIDANCE = panels.CARD.params[1]


@pytest.fixture
def studio(qapp, tmp_path):
    theme.apply(qapp, "dark")
    return panels.LightStudio(tmp_path)


@pytest.fixture
def timeline(studio, qtbot):
    made = Timeline(studio)
    qtbot.addWidget(made)
    made.resize(1400, 420)
    made.show()
    qtbot.waitExposed(made)
    return made


def spot(timeline: Timeline, step: float, widget: QWidget, y: int | None = None) -> QPoint:
    return QPoint(int(timeline.axis.x(step)), widget.height() // 2 if y is None else y)


def move(widget: QWidget, place: QPoint, buttons=Left, modifiers=NoMod) -> None:
    """A mouse move with a button down, which pytest-qt cannot make."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    where = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, widget.mapToGlobal(where), Qt.MouseButton.NoButton, buttons, modifiers
    )
    QApplication.sendEvent(widget, event)
