"""What the tests of the timeline's panel share: its clips, where they lie, and the mouse."""

from fractions import Fraction

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.core.timeline import edit
from app.core.timeline.values import Clip, Timeline, Track
from app.ui.sequence import Sequence

F = Fraction
Left, NoMod = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Shift, Ctrl, Alt = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Shift", "Control", "Alt"))


def made() -> Timeline:
    """Two tracks of pictures and one of sound: clips of two seconds on each."""
    first = (Clip(F(0), F(2), "a", id="a"), Clip(F(4), F(2), "b", id="b"))
    return Timeline(
        id="main",
        tracks=(
            Track("picture", "Front", first, id="v1"),
            Track("picture", "Back", (Clip(F(8), F(2), "c", id="c"),), id="v2"),
            Track("audio", "Sound", (Clip(F(1), F(3), "d", id="d"),), id="a1"),
        ),
    )


def clip(panel: Sequence, id: str) -> Clip:
    return edit.clip_of(panel.studio.timeline, id)


def spot(panel: Sequence, track: str, seconds: float, share: float = 0.7) -> QPoint:
    row = panel.view.row_of(track)
    assert row is not None
    return QPoint(round(panel.view.x(seconds)), round(panel.view.top(row) + row.height * share))


def drag(qtbot, panel: Sequence, start: QPoint, end: QPoint, held=NoMod) -> None:
    canvas = panel.canvas
    qtbot.mousePress(canvas, Left, held, start)
    for step in (start + (end - start) / 2, end):
        spot = QPointF(step)
        event = QMouseEvent(QEvent.Type.MouseMove, spot, canvas.mapToGlobal(spot), Left, Left, held)
        QApplication.sendEvent(canvas, event)
    qtbot.mouseRelease(canvas, Left, held, end)


def dropped(panel: Sequence, paths, at: QPointF) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    panel.canvas.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, data, Left, NoMod))
