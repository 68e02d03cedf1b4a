"""The surface figures are posed on: joints to drag, a frame about the chosen figure to move, size and turn it by."""

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from app.core import figures
from app.ui import theme
from app.ui.stage.canvas import Canvas
from engines.control.pose import COLOURS, DARKER, LIMBS, Body, Point, Pose

NEAR = 11.0  # pixels of the window within which a joint or a handle is taken hold of
MARGIN, ARM = 16.0, 26.0  # of the frame about a figure, and of its handle for turning
DIM = 0.4  # of the picture below


class Mannequin(Canvas):
    """Shows `pose` over a picture. `moving` carries the Pose while it is dragged, `posed` when that is done,
    `chosen` says that another figure or joint is."""

    moving = Signal(object)
    posed = Signal(object)
    chosen = Signal()
    nudge: Callable[[Qt.Key, bool], bool] | None = None  # what an arrow key does before it moves the picture

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.pose = Pose()
        self.stick = 4.0
        self.body: int | None = None
        self.joint: int | None = None
        self._grip = ""  # what is dragged: joint, body, size, turn
        self._begun: tuple[QPointF, Body] | None = None
        self._over: tuple[int, int] | None = None
        self._limb = False  # with what hangs on the joint

    def show_pose(self, pose: Pose) -> None:
        """Show it; what is chosen stays where it can."""
        self.pose = pose
        if self.body is not None and self.body >= len(pose.bodies):
            self.body = self.joint = None
            self.chosen.emit()
        self.update()

    def choose(self, body: int | None, joint: int | None = None) -> None:
        """Let this figure, and this joint of it, be the one that keys and handles act on."""
        self.body, self.joint = body, joint
        self.chosen.emit()
        self.update()

    def give_up(self) -> bool:
        """Leave what is being dragged as it was; False when nothing is."""
        if self._begun is None or self.body is None:
            return False
        self.show_pose(figures.replaced(self.pose, self.body, self._begun[1]))
        self._begun, self._grip = None, ""
        return True

    # ------------------------------------------------------------ places

    def at(self, point: Point) -> QPointF:
        """Where a point of the pose lies in the widget."""
        width, height = self.place.size
        return QPointF(self.place.x + point[0] * width, self.place.y + point[1] * height)

    def _frame_of(self, body: Body) -> QRectF:
        left, top, right, bottom = figures.bounds(body)
        rect = QRectF(self.at((left, top)), self.at((right, bottom)))
        return rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def handles(self, body: Body) -> dict[str, QPointF]:
        """What sizes and what turns a figure."""
        rect = self._frame_of(body)
        return {"size": rect.bottomRight(), "turn": QPointF(rect.center().x(), rect.top() - ARM)}

    def _joint_at(self, at: QPointF) -> tuple[int, int] | None:
        """The nearest joint within reach, of the chosen figure first."""
        found = [
            (number != self.body, _far(self.at(point), at), number, joint)
            for number, body in enumerate(self.pose.bodies)
            for joint, point in enumerate(body.points)
            if point is not None and _far(self.at(point), at) <= NEAR
        ]
        return min(found)[2:] if found else None

    def _body_at(self, at: QPointF) -> int | None:
        """The figure one of whose limbs is here, or the chosen one whose frame is."""
        for number, body in reversed(list(enumerate(self.pose.bodies))):
            for a, b in LIMBS:
                start, end = body.points[a], body.points[b]
                if start and end and _aside(self.at(start), self.at(end), at) <= NEAR:
                    return number
        chosen = self.body is not None and self._frame_of(self.pose.bodies[self.body]).contains(at)
        return self.body if chosen else None

    def _handle_at(self, at: QPointF) -> str:
        if self.body is None:
            return ""
        spots = self.handles(self.pose.bodies[self.body])
        return next((name for name, spot in spots.items() if _far(spot, at) <= NEAR), "")

    # ------------------------------------------------------------ pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() != Qt.MouseButton.LeftButton or self._space:
            super().mousePressEvent(event)
            return
        grip, joint = self._handle_at(at), self._joint_at(at)
        if not grip and joint is not None:
            grip = "joint"
            self.choose(*joint)
        elif not grip:
            body = self._body_at(at)
            grip = "body" if body is not None else ""
            self.choose(body)
        self._grip = grip
        self._limb = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._begun = (at, self.pose.bodies[self.body]) if grip and self.body is not None else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._begun is not None and self.body is not None:
            self.pose = figures.replaced(self.pose, self.body, self._pulled(at))
            self.update()
            self.moving.emit(self.pose)
        elif self._over != self._joint_at(at):
            self._over = self._joint_at(at)
            self.update()
        super().mouseMoveEvent(event)

    def _pulled(self, at: QPointF) -> Body:
        """The figure as the drag has it by now."""
        assert self._begun is not None
        begun, body = self._begun
        width, height = self.place.size
        by = ((at.x() - begun.x()) / width, (at.y() - begun.y()) / height)
        if self._grip == "joint" and self.joint is not None:
            joints = figures.after(self.joint) if self._limb else (self.joint,)
            return figures.moved(body, joints, by)
        if self._grip == "body":
            return figures.moved(body, tuple(range(len(body.points))), by)
        middle = self._frame_of(body).center()
        if self._grip == "size":
            return figures.turned(body, self.place.natural, times=_far(at, middle) / max(_far(begun, middle), 1.0))
        angle = math.atan2(at.y() - middle.y(), at.x() - middle.x())
        return figures.turned(
            body, self.place.natural, angle=angle - math.atan2(begun.y() - middle.y(), begun.x() - middle.x())
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        begun, self._begun, self._grip = self._begun, None, ""
        if begun is not None and self.body is not None and self.pose.bodies[self.body] != begun[1]:
            self.posed.emit(self.pose)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._over = None
        self.update()
        super().leaveEvent(event)

    def _point(self, at: QPointF) -> None:
        super()._point(at)
        shapes = {"size": Qt.CursorShape.SizeFDiagCursor, "turn": Qt.CursorShape.CrossCursor}
        if self._hold != "pan" and not self._space:
            held = self._grip or self._handle_at(at)
            on = self._joint_at(at) is not None or self._body_at(at) is not None
            plain = Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor
            self.setCursor(shapes.get(held, plain))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self.nudge is None or not self.nudge(Qt.Key(event.key()), far):
            super().keyPressEvent(event)

    # ------------------------------------------------------------ painting

    def _paint_picture(self, p: QPainter, exposed: QRect, c: theme.Tokens) -> None:
        rect = self.picture_rect()
        self._frame(p, rect, c)
        p.fillRect(rect, QColor("#000000"))
        if self._pyramid is not None:
            p.setOpacity(DIM)
            self._blit(p, self._pyramid, QRectF(exposed))
            p.setOpacity(1.0)
        p.save()
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, body in enumerate(self.pose.bodies):
            self._paint_body(p, number, body)
        if self.body is not None:
            self._paint_frame(p, self.pose.bodies[self.body], c)
        p.restore()

    def _paint_body(self, p: QPainter, number: int, body: Body) -> None:
        reach = max(1.5, self.stick * self.place.scale)
        p.setPen(Qt.PenStyle.NoPen)
        for limb, (a, b) in enumerate(LIMBS):
            start, end = body.points[a], body.points[b]
            if start and end:
                p.setBrush(QColor(*(int(part * DARKER) for part in COLOURS[limb])))
                _limb(p, self.at(start), self.at(end), reach)
        for joint, point in enumerate(body.points):
            if point is None:
                continue
            lit = (number, joint) in ((self.body, self.joint), self._over)
            p.setBrush(QColor(*COLOURS[joint]))
            p.setPen(QPen(QColor("#ffffff"), 2) if lit else QPen(QColor(0, 0, 0, 150), 1))
            size = max(reach, 4.0) + (2.5 if lit else 0.0)
            p.drawEllipse(self.at(point), size, size)

    def _paint_frame(self, p: QPainter, body: Body, c: theme.Tokens) -> None:
        rect, spots = self._frame_of(body), self.handles(body)
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(QColor(c.accent), 1, Qt.PenStyle.DashLine))
        p.drawRect(rect)
        p.drawLine(QPointF(rect.center().x(), rect.top()), spots["turn"])
        p.setPen(QPen(QColor("#ffffff"), 1.5))
        p.setBrush(QColor(c.accent))
        p.drawEllipse(spots["turn"], 6, 6)
        size = spots["size"]
        p.drawRect(QRectF(size.x() - 5, size.y() - 5, 10, 10))


def _limb(p: QPainter, start: QPointF, end: QPointF, reach: float) -> None:
    """The ellipse from start to end, `reach` wide to each side."""
    long = max(reach, _far(start, end) / 2)
    p.save()
    p.translate((start + end) / 2)
    p.rotate(math.degrees(math.atan2(end.y() - start.y(), end.x() - start.x())))
    p.drawEllipse(QPointF(0, 0), long, reach)
    p.restore()


def _far(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())


def _aside(start: QPointF, end: QPointF, at: QPointF) -> float:
    """How far `at` is from the line between."""
    line = end - start
    along = QPointF.dotProduct(at - start, line) / max(QPointF.dotProduct(line, line), 1e-9)
    return _far(start + line * min(max(along, 0.0), 1.0), at)
