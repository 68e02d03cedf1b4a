"""The filmstrips of two runs, step below step, and how far they are apart between: the step where they part marked."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from app.core.lab.difference import Parting
from app.studio import Studio
from app.ui import theme, thumbs
from app.ui.timeline.frames import Frames
from engines.contract import Media
from engines.files.steps import StepRow

GUTTER, LEAST, GAP, FOOT = 26, 50, 26, 16
FRAME = 64  # pixels a frame is high


class Strips(QWidget):
    """A click or the arrow keys choose a step; End and the last place are the results. `chosen`: a step, or None."""

    chosen = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.frames = Frames(studio, self)
        self.frames.side = 128
        self.frames.arrived.connect(self.update)
        self.runs: tuple[str, str] = ("", "")
        self.rows: tuple[tuple[StepRow, ...], tuple[StepRow, ...]] = ((), ())
        self.steps: list[int] = []
        self.parted: Parting | None = None
        self.step: int | None = None
        self._results_of: list[Media | None] = [None, None]
        self._pictures: list[QImage | None] = [None, None]
        self.setFixedHeight(2 * FRAME + GAP + FOOT + 4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Steps of both runs"))

    # ------------------------------------------------------------ what is shown

    def show_runs(
        self, runs: tuple[str, str], rows: tuple[tuple[StepRow, ...], tuple[StepRow, ...]], parted: Parting | None
    ) -> None:
        """The steps of these; `parted` is where they part, where that is known."""
        self.runs, self.rows, self.parted = runs, rows, parted
        self.steps = sorted({row.index for part in rows for row in part})
        self.setMinimumWidth(GUTTER + LEAST * (len(self.steps) + 1))
        self.show_step(self.step)

    def show_results(self, results: Sequence[Media | None]) -> None:
        """What both runs ended with, for the last place."""
        if [*results] != self._results_of:
            self._results_of = [*results]
            self._pictures = [thumbs.thumb(one, 128, theme.current(self)) if one else None for one in results]
            self.update()

    def show_step(self, step: int | None) -> None:
        """Mark `step` as the one that is looked at."""
        self.step = step
        self.setAccessibleDescription(self.sentence(step))
        self.update()

    def sentence(self, step: int | None) -> str:
        """A step in words."""
        if step is None:
            return self.tr("The results")
        words = self.tr("Step %1").replace("%1", str(step))
        levels = [f"{row.level:.3g}" for part in self.rows for row in part if row.index == step]
        words += ", " + self.tr("noise level %1").replace("%1", " / ".join(dict.fromkeys(levels)))
        far = dict(self.parted.apart).get(step) if self.parted else None
        if far is not None and not math.isinf(far):
            words += ", " + self.tr("%1 deviations apart").replace("%1", f"{far:.3g}")
        if self.parted is not None and self.parted.first == step:
            words += "; " + self.tr("here they part")
        return words

    def sizeHint(self) -> QSize:
        return QSize(600, self.height())

    # ------------------------------------------------------------ places

    @property
    def cell(self) -> float:
        """Pixels a step has."""
        return min(110.0, max(float(LEAST), (self.width() - GUTTER) / (len(self.steps) + 1)))

    def box(self, place: int, line: int) -> QRectF:
        """Where a frame lies: of the place-th step, or after the last one the result; line 0 is A, 1 is B."""
        top = 2 + line * (FRAME + GAP)
        return QRectF(GUTTER + place * self.cell + 2, top, self.cell - 4, FRAME)

    def at(self, x: float) -> int | None:
        """The place under `x`; None for none."""
        place = int((x - GUTTER) // self.cell)
        return place if x >= GUTTER and place <= len(self.steps) else None

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.panel))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setFont(theme.small())
            if not self.steps:
                p.setPen(QColor(c.dim))
                words = self.tr("The steps of these results are not kept.") if any(self.runs) else ""
                p.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
                return
            self._ask(c)
            for line, name in enumerate("AB"):
                p.setPen(QColor(c.dim))
                middle = QRectF(0, self.box(0, line).top(), GUTTER, FRAME)
                p.drawText(middle, Qt.AlignmentFlag.AlignCenter, name)
                for place, step in enumerate(self.steps):
                    self._frame(p, c, self.box(place, line), (self.runs[line], step))
            self._results(p, c)
            self._apart(p, c)
            self._words(p, c)

    def _ask(self, c: theme.Tokens) -> None:
        if c != self.frames.tokens:
            self.frames.tokens = c
            self.frames.forget()
        kept = [{row.index for row in part} for part in self.rows]
        seen = self.visibleRegion().boundingRect()
        near = [s for n, s in enumerate(self.steps) if self.box(n, 0).right() >= seen.left() - 200]
        keys = [(run, step) for step in near for run, there in zip(self.runs, kept, strict=True) if step in there]
        self.frames.want(keys, False)

    def _frame(self, p: QPainter, c: theme.Tokens, box: QRectF, key: tuple[str, int]) -> None:
        image = self.frames.get(*key)
        if image is not None and not image.isNull():
            thumbs.draw(p, box, image, c.raised)
            return
        absent = self.frames.absent(*key) or not any(
            row.index == key[1] for run, part in zip(self.runs, self.rows, strict=True) if run == key[0] for row in part
        )
        p.setPen(QColor(c.faint))
        p.setBrush(QColor(c.raised))
        p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        p.drawText(box, Qt.AlignmentFlag.AlignCenter, "–" if absent else "")

    def _results(self, p: QPainter, c: theme.Tokens) -> None:
        """The last place of both lines."""
        for line, picture in enumerate(self._pictures):
            if picture is not None and not picture.isNull():
                thumbs.draw(p, self.box(len(self.steps), line), picture, c.raised)

    def _apart(self, p: QPainter, c: theme.Tokens) -> None:
        """How far the steps are apart, as bars between the lines, and the mark where they part."""
        if self.parted is None:
            return
        known = {step: far for step, far in self.parted.apart if not math.isinf(far)}
        most = max(known.values(), default=0.0) or 1.0
        top = self.box(0, 0).bottom() + 3
        for place, step in enumerate(self.steps):
            box, far = self.box(place, 0), known.get(step)
            if far:
                tall = max(2.0, (GAP - 8) * far / most)
                p.setPen(Qt.PenStyle.NoPen)
                p.setBrush(QColor(c.accent))
                p.drawRoundedRect(QRectF(box.center().x() - 5, top + (GAP - 6) - tall, 10, tall), 2, 2)
        if self.parted.first in self.steps:
            x = self.box(self.steps.index(self.parted.first), 0).left() - 2
            p.setPen(QPen(QColor(c.warn), 2))
            p.drawLine(QPointF(x, 0), QPointF(x, self.box(0, 1).bottom()))
            flag = QRectF(x + 1, top, p.fontMetrics().horizontalAdvance(self.tr("they part")) + 10, 16)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(c.warn))
            p.drawRoundedRect(flag, 3, 3)
            p.setPen(QColor(c.window))
            p.drawText(flag, Qt.AlignmentFlag.AlignCenter, self.tr("they part"))

    def _words(self, p: QPainter, c: theme.Tokens) -> None:
        here = len(self.steps) if self.step is None else self.steps.index(self.step) if self.step in self.steps else -1
        for place, words in enumerate([*map(str, self.steps), self.tr("Result")]):
            box = self.box(place, 1)
            strong = place == here
            p.setPen(QColor(c.accent if strong else c.dim))
            p.drawText(QRectF(box.left(), box.bottom() + 1, box.width(), FOOT), Qt.AlignmentFlag.AlignCenter, words)
            if strong:
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(QColor(c.accent), 2))
                p.drawRoundedRect(self.box(place, 0).united(box).adjusted(-1, -1, 1, 1), 4, 4)
        if self.hasFocus():
            p.setPen(QPen(QColor(c.focus), 1))
            p.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    # ------------------------------------------------------------ hands

    def _go(self, place: int) -> None:
        if self.steps:
            place = min(max(place, 0), len(self.steps))
            self.chosen.emit(None if place == len(self.steps) else self.steps[place])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.at(event.position().x())
        if place is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._go(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.steps.index(self.step) if self.step in self.steps else len(self.steps)
        keys = Qt.Key
        moves = {keys.Key_Left: here - 1, keys.Key_Right: here + 1, keys.Key_Home: 0, keys.Key_End: len(self.steps)}
        to = moves.get(Qt.Key(event.key()))
        if to is None:
            super().keyPressEvent(event)
        else:
            self._go(to)

    def event(self, event: QHelpEvent) -> bool:  # type: ignore[override]
        if isinstance(event, QHelpEvent):
            place = self.at(float(event.pos().x()))
            steps: list[int | None] = [*self.steps, None]
            words = self.sentence(steps[place]) if place is not None and self.steps else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
