"""The filmstrip: one frame for every step of the run on the stage, and the result at its end."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.core.job import Done, Paused, Running, StepRow
from app.studio import Studio, Subject
from app.ui import theme, thumbs
from app.ui.timeline.axis import GUTTER, PAD, Axis
from app.ui.timeline.frames import Frames
from app.ui.timeline.plot import share
from app.ui.timeline.row import Row

_PAGE = 10
_CHIP = 20.0


class Filmstrip(Row):
    """Scrub with the mouse or the arrow keys; B, the chip under the mouse or the menu branch from a step."""

    play_asked = Signal()
    export_asked = Signal()

    def __init__(self, studio: Studio, axis: Axis, parent: QWidget | None = None) -> None:
        super().__init__(axis, parent)
        self.studio = studio
        self.frames = Frames(studio, self)
        self.frames.arrived.connect(self.update)
        self.rows: tuple[StepRow, ...] = ()
        self.run = ""
        self.running = False
        self.finished = False
        self.marks: dict[int, int] = {}  # how many branches left the run after a step
        self._result: QImage | None = None
        self._result_of = ""
        self.setMinimumHeight(86)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Filmstrip of the steps"))

    # ---------------------------------------------------------------- what it shows

    def set_subject(self, subject: Subject | None, rows: tuple[StepRow, ...]) -> None:
        """The run on the stage and its steps so far."""
        run = subject.run if subject is not None else ""
        if run != self.run:
            self._result, self._result_of = None, ""
        state = subject.job.state if subject is not None and subject.job is not None else None
        self.run, self.rows = run, rows
        self.running = isinstance(state, Running)
        self.finished = bool(subject is not None and (subject.entry is not None or isinstance(state, Done)))
        if self.finished and self._result_of != run:
            self._result_of = run
            self.studio.thumbnail(run, lambda path: self._take_result(run, path))
        self.setAccessibleDescription(self.sentence(self.axis.playhead))
        self.update()

    def _take_result(self, run: str, path: object) -> None:
        if run == self.run and path is not None:
            self._result = thumbs.load(path, 256)  # type: ignore[arg-type]
            self.update()

    def row(self, step: int) -> StepRow | None:
        """The step `step` of the run, when it has been kept."""
        guess = self.rows[step - 1] if 0 < step <= len(self.rows) else None
        return guess if guess and guess.index == step else next((r for r in self.rows if r.index == step), None)

    def sentence(self, step: int) -> str:
        """`step` in words, for the read-out and for assistive technology."""
        if not self.run:
            return ""
        if step > self.axis.total:
            return self.tr("Result")
        row = self.row(step)
        if row is None:
            return self.tr("Waiting for the first step") if not self.rows else ""
        text = self.tr("Step %1 of %2, noise level %3, change %4")
        for place, word in enumerate((str(row.index), str(row.total), f"{row.level:.3g}", share(row.change)), 1):
            text = text.replace(f"%{place}", word)
        return text

    def obstacle(self, step: int) -> str:
        """Why nothing can branch from `step`; empty when it can."""
        if not self.run:
            return self.tr("There is no run on the stage to branch from.")
        row = self.row(step)
        if row is None:
            return self.tr("Branch from a step, not from the result: choose one to its left.")
        if row.index >= row.total:
            return self.tr("Nothing is left to change after the last step: choose an earlier one.")
        if not row.resumable:
            return self.tr(
                "Step %1 cannot be branched from: no checkpoint of it is kept. Choose another step."
            ).replace("%1", str(step))
        return ""

    # ---------------------------------------------------------------- painting

    def paintEvent(self, event: object) -> None:
        with QPainter(self) as p:
            tokens = self.begin(p)
            self._prepare(tokens)
            if not self.rows:
                self._empty(p, tokens)
            else:
                shown = self.axis.visible()
                for row in self.rows:
                    if row.index in shown or row.index == self._last():
                        self._step(p, tokens, row)
                self._ending(p, tokens)
                self._chip(p, tokens)
            self.finish(p, tokens)
            self._legend(p, tokens)

    def _last(self) -> int:
        return self.rows[-1].index if self.rows else 0

    def _prepare(self, tokens: theme.Tokens) -> None:
        side = int(max(self._box(1).height(), self._box(1).width()) * self.devicePixelRatioF())
        side = max(64, min(320, -(-side // 64) * 64))
        if tokens != self.frames.tokens or side > self.frames.side:
            self.frames.tokens, self.frames.side = tokens, max(side, self.frames.side)
            self.frames.forget()
        if self.rows:
            here = self.axis.playhead
            seen = [row.index for row in self.rows if row.index in self.axis.visible() and self._drawn(row.index)]
            self.frames.want(self.run, sorted(seen, key=lambda step: abs(step - here)), self.running)

    def _drawn(self, step: int) -> bool:
        """Whether a narrow strip has room for this step's frame: every stride-th, and the last of all."""
        return step == self._last() or (step - 1) % self.axis.stride == 0

    def _box(self, step: int) -> QRectF:
        """Where the frame of `step` is drawn."""
        final = step > self.axis.total
        wide = self.axis.last if final else self.axis.cell * self.axis.stride
        left = self.axis.x(step) - (self.axis.last if final else self.axis.cell) / 2
        words = self.fontMetrics().height() * 2.0
        return QRectF(left + 2, 6, max(4.0, wide - 4), max(20.0, self.height() - 10 - words))

    def _step(self, p: QPainter, tokens: theme.Tokens, row: StepRow) -> None:
        if not self._drawn(row.index):
            return
        box = self._box(row.index)
        image = self.frames.get(self.run, row.index)
        self._frame(p, tokens, box, image)
        if image is None and self.frames.absent(self.run, row.index):
            p.setPen(QColor(tokens.dim))
            p.drawText(box, Qt.AlignmentFlag.AlignCenter, "–")
        here = row.index == self.axis.playhead
        self._words(p, tokens, box, str(row.index), f"{row.level:.2g}", here)
        if row.index == self.axis.hover and not here:
            p.setPen(QPen(QColor(tokens.dim), 1))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 4, 4)
        if row.index in self.marks:
            self._mark(p, tokens, box, self.marks[row.index])

    def _frame(self, p: QPainter, tokens: theme.Tokens, box: QRectF, image: QImage | None) -> None:
        path = QPainterPath()
        if image is None or image.isNull():
            path.addRoundedRect(box, 4, 4)
            p.fillPath(path, QColor(tokens.raised))
            return
        scale = min(box.width() / image.width(), box.height() / image.height())
        wide, high = image.width() * scale, image.height() * scale
        place = QRectF(box.center().x() - wide / 2, box.bottom() - high, wide, high)
        path.addRoundedRect(place, 4, 4)
        p.save()
        p.setClipPath(path, Qt.ClipOperation.IntersectClip)
        p.fillRect(place, QColor(tokens.raised))
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        p.drawImage(place, image)
        p.restore()

    def _words(self, p: QPainter, tokens: theme.Tokens, box: QRectF, upper: str, lower: str, strong: bool) -> None:
        high = float(self.fontMetrics().height())
        wide = max(box.width(), 30.0)
        place = QRectF(box.center().x() - wide / 2, box.bottom() + 1, wide, high)
        font = self.small()
        font.setBold(strong)
        p.setFont(font)
        p.setPen(QColor(tokens.accent if strong else tokens.text))
        p.drawText(place, Qt.AlignmentFlag.AlignCenter, upper)
        font.setBold(False)
        p.setFont(font)
        p.setPen(QColor(tokens.dim))
        p.drawText(place.translated(0, high * 0.88), Qt.AlignmentFlag.AlignCenter, lower)

    def _ending(self, p: QPainter, tokens: theme.Tokens) -> None:
        """The result's place: the picture itself, or a dashed frame while it is still to come."""
        box = self._box(self.axis.total + 1)
        here = self.axis.playhead > self.axis.total
        if self.finished:
            self._frame(p, tokens, box, self._result)
        else:
            p.setPen(QPen(QColor(tokens.line), 1, Qt.PenStyle.DashLine))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(box, 4, 4)
        self._words(p, tokens, box, self.tr("Result"), "", here)

    def _mark(self, p: QPainter, tokens: theme.Tokens, box: QRectF, count: int) -> None:
        """A flag where branches left the run: they go on to the right of this frame."""
        x = box.right() + 2
        p.setPen(QPen(QColor(tokens.good), 2))
        p.drawLine(QPointF(x, 4), QPointF(x, box.bottom()))
        flag = QRectF(x - 1, 2, 24 if count > 1 else 17, 14)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(tokens.good))
        p.drawRoundedRect(flag, 3, 3)
        theme.icon("branch", "window").paint(p, flag.toRect().adjusted(2, 1, -2 - (8 if count > 1 else 0), -1))
        if count > 1:
            p.setFont(self.small())
            p.setPen(QColor(tokens.window))
            p.drawText(
                flag.adjusted(0, 0, -3, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(count)
            )

    def _chip_box(self, step: int) -> QRectF:
        box = self._box(step)
        return QRectF(box.right() - _CHIP - 2, box.bottom() - _CHIP - 2, _CHIP, _CHIP)

    def _chip(self, p: QPainter, tokens: theme.Tokens) -> None:
        """The branch button of the frame under the mouse, and the line where the branch would leave."""
        step = self.axis.hover
        row = self.row(step)
        if row is None or not self.underMouse() or not self._drawn(step):
            return
        free = not self.obstacle(step)
        box, chip = self._box(step), self._chip_box(step)
        p.save()
        p.setOpacity(1.0 if free else 0.45)
        p.setPen(QPen(QColor(tokens.good if free else tokens.dim), 1.5, Qt.PenStyle.DashLine))
        p.drawLine(QPointF(box.right() + 2, 2), QPointF(box.right() + 2, box.bottom()))
        p.setPen(QPen(QColor(tokens.line), 1))
        p.setBrush(QColor(tokens.window))
        p.drawRoundedRect(chip, 4, 4)
        theme.icon("branch").paint(p, chip.toRect().adjusted(3, 3, -3, -3))
        p.restore()

    def _empty(self, p: QPainter, tokens: theme.Tokens) -> None:
        if not self.run:
            text = self.tr("Nothing is developing yet: write a prompt and press Generate, and every step appears here.")
        elif self.running or not self.finished:
            text = self.tr("Waiting for the first step …")
        else:
            text = self.tr("The steps of this result are not kept; generate it again to see them.")
        p.setPen(QColor(tokens.dim))
        place = QRectF(GUTTER + PAD, 0, self.width() - GUTTER - 2 * PAD, self.height())
        p.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _legend(self, p: QPainter, tokens: theme.Tokens) -> None:
        p.setFont(self.font())
        p.setPen(QColor(tokens.text))
        line = float(self.fontMetrics().height())
        top = QRectF(PAD, 8, GUTTER - 2 * PAD, line)
        p.drawText(top, Qt.AlignmentFlag.AlignLeft, self.tr("Steps"))
        p.setFont(self.small())
        p.setPen(QColor(tokens.dim))
        p.drawText(top.translated(0, line), Qt.AlignmentFlag.AlignLeft, self.tr("noise → clean"))
        under = self._box(1).bottom() + 1
        for place, word in enumerate((self.tr("step"), self.tr("noise level"))):
            box = QRectF(PAD, under + place * line * 0.88, GUTTER - 2 * PAD, line)
            p.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)

    # ---------------------------------------------------------------- scrubbing and branching

    def go(self, step: int) -> None:
        """Put `step` on the stage; past the last step it is the result."""
        if not self.rows:
            return
        last = self._last()
        end = self.axis.total + 1 if self.finished else last
        step = max(self.rows[0].index, min(end, step if step <= last else end))
        self.studio.scrub(None if step > last or (not self.finished and step == last and self.running) else step)
        self.axis.set_playhead(step)
        self._announce(step)

    def _announce(self, step: int) -> None:
        self.setAccessibleDescription(self.sentence(step))
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def branch(self, step: int) -> None:
        """Go on from `step` with the draft as it is now; where that cannot be, say why."""
        reason = self.obstacle(step)
        if reason:
            QToolTip.showText(self.mapToGlobal(self._box(step).center().toPoint()), reason, self)
            return
        self.studio.branch(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        step = self._at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or not step:
            return
        if self._drawn(step) and self.row(step) and self._chip_box(step).contains(event.position()):
            self.branch(step)
            return
        self.go(step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        step = self._at(event.position())
        self.axis.set_hover(step)
        if event.buttons() & Qt.MouseButton.LeftButton and step and step != self.axis.playhead:
            self.go(step)

    def _at(self, place: QPointF) -> int:
        return self.axis.step_at(place.x()) if place.x() >= GUTTER and self.rows else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.axis.playhead
        keys = Qt.Key
        moves = {keys.Key_Left: here - 1, keys.Key_Right: here + 1, keys.Key_Home: 1, keys.Key_End: self.axis.total + 1}
        moves |= {keys.Key_PageUp: here - _PAGE, keys.Key_PageDown: here + _PAGE}
        key = Qt.Key(event.key())
        if key in moves:
            back = here > self._last() and key in (keys.Key_Left, keys.Key_PageUp)
            self.go(self._last() - (0 if key == keys.Key_Left else _PAGE - 1) if back else moves[key])
        elif key == keys.Key_B and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.branch(here)
        elif key == keys.Key_Space:
            self.play_asked.emit()
        elif not self.zoom_key(event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        step = self.axis.playhead if by_key else self._at(QPointF(event.pos()))
        where = self.mapToGlobal(self._box(step).center().toPoint()) if by_key else event.globalPos()
        menu = self.menu(step)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def menu(self, step: int) -> QMenu:
        """What can be done with `step`."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(self.tr("Step menu"))
        branch = menu.addAction(theme.icon("branch"), self.tr("Branch from step %1").replace("%1", str(step)) + "\tB")
        reason = self.obstacle(step)
        branch.setEnabled(not reason)
        branch.setToolTip(reason)
        branch.triggered.connect(lambda: self.studio.branch(step))
        show = menu.addAction(self.tr("Show this step"))
        show.setEnabled(bool(step and self.rows))
        show.triggered.connect(lambda: self.go(step))
        result = menu.addAction(self.tr("Show the result") + "\t" + self.tr("End"))
        result.setEnabled(self.finished)
        result.triggered.connect(lambda: self.go(self.axis.total + 1))
        menu.addSeparator()
        export = menu.addAction(self.tr("Export development …"))
        export.setEnabled(bool(self.rows))
        export.triggered.connect(self.export_asked)
        return menu

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _tip(self, place: QPointF) -> str:
        step = self._at(place)
        if not step:
            return ""
        on_chip = step <= self._last() and self._chip_box(step).contains(place)
        action = self.tr("Branch from step %1: go on from here with the settings as they are now (B)")
        last = self.obstacle(step) or (action.replace("%1", str(step)) if on_chip else "")
        return "\n".join(part for part in (self.sentence(step), last) if part)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self.update)
        super().changeEvent(event)


def progress(subject: Subject | None) -> int:
    """How many steps the run on the stage will have; 0 when nobody knows yet."""
    if subject is None:
        return 0
    state = subject.job.state if subject.job is not None else None
    if isinstance(state, Running | Paused) and state.total:
        return state.total
    return subject.rows[-1].total if subject.rows else 0
