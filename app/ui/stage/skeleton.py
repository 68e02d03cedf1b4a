"""The page on which figures are posed: a control map without any picture."""

import math
from functools import partial
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.core import figures
from app.core.target import Target
from app.ui.stage import pyramid
from app.ui.stage.desk import Desk
from app.ui.stage.mannequin import Mannequin
from app.ui.stage.viewer import Aside, at_once
from engines.contract import Control, ControlKind, Request
from engines.control.pose import MOST, POINTS, Body, Pose

LARGER, TURN = 1.1, math.radians(5)  # for one press of a key
FAR = 10  # pixels an arrow key moves with Shift; one without
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class Skeleton(Desk):
    """Poses figures into one control input of the draft; every change is one step to undo."""

    def __init__(self, studio: Any, aside: Aside = at_once) -> None:
        super().__init__(studio, aside)
        self.target: Target | None = None
        self._size = (1, 1)
        self._own: Control | None = None
        self.setAccessibleName(self.tr("Posing"))
        self.setAccessibleDescription(
            self.tr("Drag joints, or step through them with J and move them with the arrow keys.")
        )
        self.doll = Mannequin(self.tr("Figures"))
        self.doll.nudge = self.nudge
        self.lay(self.doll, self.tr("Posing tools"))
        self._fill_bar()
        self.doll.posed.connect(lambda pose: self._tell(self.tr("Move a joint"), pose))
        self.doll.chosen.connect(self._say)
        studio.draft_changed.connect(self._draft_changed)

    def _fill_bar(self) -> None:
        tr = self.tr
        self.also(tr("Move the joint, or the figure"), "Left", "Right", "Up", "Down")
        self.also(tr("Move a joint with all that hangs on it"), "Shift")
        for icon, text, keys, do in (
            ("plus", tr("Another figure"), ("A", "Ins"), self.add),
            ("trash", tr("Hide the joint, or take the figure away"), ("Del", "Backspace"), self.remove),
            ("mirror", tr("Mirror the figure"), ("M",), lambda: self._alter(tr("Mirror the figure"), figures.mirrored)),
            ("eye", tr("Show all joints again"), ("H",), self._whole),
            ("reset", tr("Stand straight again"), ("R",), self._straighten),
        ):
            self.bar.button(self.deed(icon, text, keys, do))
        for icon, text, keys, change in (
            ("zoom-out", tr("Smaller figure"), ("[",), {"times": 1 / LARGER}),
            ("zoom-in", tr("Larger figure"), ("]",), {"times": LARGER}),
            ("reverse", tr("Turn the figure left"), (",",), {"angle": -TURN}),
            ("forward", tr("Turn the figure right"), (".",), {"angle": TURN}),
        ):
            self.deed(icon, text, keys, partial(self._turn, text, change))
        self.deed("step-forward", tr("Next joint"), ("J",), lambda: self._step(1))
        self.deed("step-back", tr("Previous joint"), ("K",), lambda: self._step(-1))
        self.deed("pose", tr("Next figure"), ("N",), self._next)
        self.note = self.bar.note(tr("Chosen"), 0)
        self.bar.spare(self.note, 420)
        self.finish_bar()

    # ------------------------------------------------------------ what is posed

    def open(self, target: Target) -> None:
        """Pose what `target`, a control input, is controlled by; a standing figure where there is none yet."""
        self.target = target
        control = target.control(self.studio.draft)
        self._size = self.size_of(target.of(self.studio.draft) if self._pose() is not None else None)
        self.head.say(target.title, self.tr("Drag the joints; the frame moves, sizes and turns the figure."))
        self._show(control)
        if self._pose() is None:
            self._tell(self.tr("Pose a figure"), Pose((figures.standing(self._size),)))
        self.doll.choose(0 if self.doll.pose.bodies else None)

    def _pose(self) -> Pose | None:
        return figures.pose_of(self.target.control(self.studio.draft)) if self.target is not None else None

    def _show(self, control: Control | None) -> None:
        assert self.target is not None
        self._own = control
        below = self.target.below.pixels if self.target.below is not None else np.zeros((2, 2, 3), np.uint8)
        self.doll.show_picture(below, pyramid.build(below), self._size)
        self.doll.stick = float((control.options if control is not None else {}).get("stick", 4.0))
        self.doll.show_pose(figures.pose_of(control) or Pose())
        self._say()

    def _kind(self) -> ControlKind | None:
        wanted = self.target.kind if self.target is not None else ""
        return next((kind for kind in self.studio.card().info.controls if kind.kind == wanted), None)

    def _tell(self, text: str, pose: Pose, merge: str = "") -> None:
        """Make `pose` the draft's. To undo it the points are remembered, not what is drawn of them."""
        kind, size, target = self._kind(), self._size, self.target
        if kind is None or target is None:
            return
        before, old = self._pose(), self.studio.draft.controls

        def back(request: Request) -> Request:
            return figures.posed(request, kind, before, size) if before is not None else _with(request, old)

        self._own = None
        self.studio.change(text, lambda request: figures.posed(request, kind, pose, size), back, merge)

    def _draft_changed(self, fields: set[str]) -> None:
        if self.target is None or not self.isVisible():
            return
        control = self.target.control(self.studio.draft)
        if "engine" in fields or (self._own is not None and figures.pose_of(control) is None):
            self.left.emit()
        elif control is not self._own:
            self._show(control)

    # ------------------------------------------------------------ deeds

    @property
    def body(self) -> Body | None:
        """The chosen figure."""
        return None if self.doll.body is None else self.doll.pose.bodies[self.doll.body]

    def add(self) -> None:
        """Another standing figure, beside the others."""
        pose = self.doll.pose
        if len(pose.bodies) >= MOST:
            self.said.emit(self.tr("There are as many figures as a map may have."))
            return
        at = (0.5, 0.25, 0.75, 0.38, 0.62)[len(pose.bodies) % 5]
        self._tell(self.tr("Add a figure"), Pose((*pose.bodies, figures.standing(self._size, at))))
        self.doll.choose(len(pose.bodies))

    def remove(self) -> None:
        """Hide the chosen joint; without one take the figure away."""
        body, place, joint = self.body, self.doll.body, self.doll.joint
        if body is None or place is None:
            return
        pose = self.doll.pose
        if joint is not None and sum(point is not None for point in body.points) > 1:
            self._tell(self.tr("Hide a joint"), figures.replaced(pose, place, figures.without(body, joint)))
            self.doll.choose(place)
        else:
            self._tell(self.tr("Remove a figure"), figures.replaced(pose, place, None))
            self.doll.choose(min(place, len(pose.bodies) - 2) if len(pose.bodies) > 1 else None)

    def _alter(self, text: str, change: Any, merge: str = "") -> None:
        if self.body is not None and self.doll.body is not None:
            self._tell(text, figures.replaced(self.doll.pose, self.doll.body, change(self.body)), merge)

    def _turn(self, text: str, change: dict[str, float]) -> None:
        self._alter(text, lambda body: figures.turned(body, self._size, **change), f"turn {change}")

    def _whole(self) -> None:
        self._alter(self.tr("Show all joints"), lambda body: figures.whole(body, self._size))

    def _straighten(self) -> None:
        def straight(body: Body) -> Body:
            left, _, right, _ = figures.bounds(body)
            return figures.standing(self._size, (left + right) / 2)

        self._alter(self.tr("Stand straight"), straight)

    def _step(self, by: int) -> None:
        body = self.body
        if body is None:
            self._next()
            return
        seen = [joint for joint, point in enumerate(body.points) if point is not None]
        at = seen.index(self.doll.joint) if self.doll.joint in seen else -1 if by > 0 else 0
        self.doll.choose(self.doll.body, seen[(at + by) % len(seen)] if seen else None)

    def _next(self) -> None:
        count, now = len(self.doll.pose.bodies), self.doll.body
        self.doll.choose(None if not count else 0 if now is None else (now + 1) % count)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives a drag up before it leaves."""
        if event.key() == Qt.Key.Key_Escape and self.doll.give_up():
            return
        super().keyPressEvent(event)

    def nudge(self, key: Qt.Key, far: bool) -> bool:
        """Move the chosen joint, or the figure, by an arrow key; False when nothing is chosen."""
        if self.body is None or key not in _ARROWS:
            return False
        pixels = FAR if far else 1
        by = (_ARROWS[key][0] * pixels / self._size[0], _ARROWS[key][1] * pixels / self._size[1])
        joints = (self.doll.joint,) if self.doll.joint is not None else tuple(range(len(POINTS)))
        self._alter(self.tr("Move a joint"), lambda body: figures.moved(body, joints, by), f"nudge {joints}")
        return True

    def _say(self) -> None:
        """Name what is chosen, for eyes and for screen readers."""
        place, joint, count = self.doll.body, self.doll.joint, len(self.doll.pose.bodies)
        words = (
            "" if place is None else self.tr("Figure %1 of %2").replace("%1", str(place + 1)).replace("%2", str(count))
        )
        words += f" · {self.tr(POINTS[joint])}" if joint is not None else ""
        self.note.setText(words)
        self.doll.setAccessibleDescription(words)

    def rest(self) -> None:
        self.doll.give_up()


def _with(request: Request, controls: tuple[Control, ...]) -> Request:
    return msgspec.structs.replace(request, controls=controls)
