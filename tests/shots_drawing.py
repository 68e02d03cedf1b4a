"""What is drawn, posed and dragged on the stage, while it is: `python -m tests.screenshots FOLDER drawing`"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engines.control.pose import POINTS

if TYPE_CHECKING:
    from tests.screenshots import Photographer

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
HOUSE = ((0.25, 0.85), (0.25, 0.5), (0.5, 0.25), (0.75, 0.5), (0.75, 0.85), (0.25, 0.85))
DOOR = ((0.45, 0.85), (0.45, 0.65), (0.56, 0.65), (0.56, 0.75))
HAT = ((0.28, 0.3), (0.4, 0.2), (0.52, 0.22), (0.62, 0.18), (0.7, 0.27), (0.5, 0.32), (0.36, 0.33))


def shoot(camera: Photographer) -> None:
    """A mask, a scribble, a pose and a frame."""
    studio, window = camera.studio, camera.window
    studio.set_engine("image/sticker")
    camera.generate("a fox wearing a crown", 3, size=(128, 128), options={"steps": 12})
    camera.rest(1)
    window.stage.paint_mask()
    board = window.stage.easel.board
    camera.rest(0.6)
    window.stage.easel._set(size=18.0)
    _stroke(camera, board, _places(board, HAT))
    camera.shoot("mask")
    _let_go(board, _places(board, HAT)[-1])
    window.stage.leave_desk()
    studio.edit(mask=None)
    _frame(camera)
    studio.edit(start=None, mask=None, around=(0, 0, 0, 0))
    _scribble(camera)
    _pose(camera)
    studio.edit(controls=())


def _scribble(camera: Photographer) -> None:
    """A house drawn for the engine, and what it makes of it."""
    window = camera.window
    given = next(one for one in window.control.inputs if one.kind.kind == "scribble")
    given.drop.draw.click()
    board = window.stage.easel.board
    camera.rest(0.6)
    _stroke(camera, board, _places(board, HOUSE))
    _let_go(board, _places(board, HOUSE)[-1])
    _stroke(camera, board, _places(board, DOOR))
    window.docks["control"].raise_()
    camera.rest(0.4)
    camera.shoot("scribble")
    _let_go(board, _places(board, DOOR)[-1])
    window.stage.leave_desk()


def _frame(camera: Photographer) -> None:
    """The frame of the fox, dragged to the right and upwards."""
    window = camera.window
    window.stage.extend()
    camera.rest(0.6)
    border = window.stage.frame.border
    start = border.handles()["right top"]
    places = [start + QPointF(step * 20, -step * 9) for step in range(7)]
    _stroke(camera, border, places)
    camera.rest(0.3)
    camera.shoot("outpaint")
    _let_go(border, places[-1])
    camera.rest(0.3)
    window.stage.leave_desk()


def _pose(camera: Photographer) -> None:
    """Two figures, one of whose arms is lifted."""
    from app.core.target import Target

    window = camera.window
    window.stage.pose(Target("control", "Pose", "scribble"))
    camera.rest(0.6)
    doll = window.stage.skeleton.doll
    wrist = doll.at(doll.pose.bodies[0].points[POINTS.index("right wrist")])
    lifted = doll.at((0.3, 0.12))
    _stroke(camera, doll, [wrist + (lifted - wrist) * step / 6 for step in range(7)])
    camera.shoot("pose")
    _let_go(doll, lifted)
    window.stage.leave_desk()


def _places(board: QWidget, points: Sequence[tuple[float, float]]) -> list[QPointF]:
    """Points given as shares of the picture, in the board."""
    rect = board.picture_rect()  # type: ignore[attr-defined]
    return [QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()) for x, y in points]


def _stroke(camera: Photographer, widget: QWidget, places: Sequence[QPointF]) -> None:
    """Press at the first place and draw over the others, without letting go."""
    QTest.mousePress(widget, LEFT, NONE, places[0].toPoint())
    for place in places[1:]:
        move = QMouseEvent(QEvent.Type.MouseMove, place, widget.mapToGlobal(place), LEFT, LEFT, NONE)
        QApplication.sendEvent(widget, move)
        camera.rest(0.03)


def _let_go(widget: QWidget, place: QPointF) -> None:
    QTest.mouseRelease(widget, LEFT, NONE, place.toPoint())
