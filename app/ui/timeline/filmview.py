"""The filmstrip as it is painted: one frame for every step of the run on the stage, and the result at its end."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.core.job import Done, Paused, Running, StepRow
from app.studio import Studio, Subject
from app.ui import theme, thumbs
from app.ui.timeline.axis import GUTTER, PAD, Axis
from app.ui.timeline.frames import Frames
from app.ui.timeline.plot import share
from app.ui.timeline.row import Row

_CHIP = 20.0


class FilmView(Row):
    """The frames of the run on the stage, the flags of its branches, and why nothing can branch from a step."""

    needle = False  # the frame on the stage has a border instead

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
        self._ratio = 1.0  # height over width of the frames
        self.parent_run, self.parent_step = "", 0  # the steps before this one belong to another run
        self.setMinimumHeight(80)

    # ---------------------------------------------------------------- what it shows

    def set_subject(self, subject: Subject | None, rows: tuple[StepRow, ...]) -> None:
        """The run on the stage and its steps so far."""
        run = subject.run if subject is not None else ""
        if run != self.run:
            self._result, self._result_of = None, ""
        state = subject.job.state if subject is not None and subject.job is not None else None
        self.run, self.rows = run, rows
        self.parent_run, self.parent_step = origin(subject)
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
                for step in self._before():
                    self._shared(p, tokens, step)
                for row in self.rows:
                    if row.index in shown or row.index == self._last():
                        self._step(p, tokens, row)
                self._ending(p, tokens)
                for step, count in self.marks.items():
                    if step in shown:
                        self._mark(p, tokens, self._box(step), count)
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
            keys = [(self.run, step) for step in sorted(seen, key=lambda step: abs(step - here))]
            self.frames.want(keys + [(self.parent_run, step) for step in self._before()], self.running)

    def _before(self) -> list[int]:
        """The steps in view that the run shares with the one it branched from."""
        final = min(self.parent_step, self.rows[0].index - 1) if self.rows and self.parent_run else 0
        return [step for step in self.axis.visible() if step <= final and self._drawn(step)]

    def _drawn(self, step: int) -> bool:
        """Whether a narrow strip has room for this step's frame: every stride-th, and the last of all."""
        return step == self._last() or (step - 1) % self.axis.stride == 0

    def tall(self) -> int:
        """The height at which frames fill their places."""
        wide = self.axis.cell * self.axis.stride - 4
        return int(max(48.0, min(240.0, wide * self._ratio)) + 14 + self._below())

    def _below(self) -> float:
        return small_line() * 1.9

    def _box(self, step: int) -> QRectF:
        """Where the frame of `step` is drawn."""
        final = step > self.axis.total
        wide = self.axis.last if final else self.axis.cell * self.axis.stride
        left = self.axis.x(step) - (self.axis.last if final else self.axis.cell) / 2
        return QRectF(left + 2, 8, max(4.0, wide - 4), max(20.0, self.height() - 14 - self._below()))

    def _step(self, p: QPainter, tokens: theme.Tokens, row: StepRow) -> None:
        if not self._drawn(row.index):
            return
        box = self._box(row.index)
        image = self.frames.get(self.run, row.index)
        if image is not None and image.width():
            self._ratio = max(0.4, min(1.6, image.height() / image.width()))
        here = row.index == self.axis.playhead
        place = self._frame(p, tokens, box, image)
        if image is None and self.frames.absent(self.run, row.index):
            p.setPen(QColor(tokens.dim))
            p.drawText(box, Qt.AlignmentFlag.AlignCenter, "–")
        self._border(p, place, tokens.accent if here else tokens.dim if row.index == self.axis.hover else "")
        self._words(p, tokens, box, words=(str(row.index), f"{row.level:.2g}"), strong=here)

    def _shared(self, p: QPainter, tokens: theme.Tokens, step: int) -> None:
        """A frame of the run this one branched from, faint."""
        p.save()
        p.setOpacity(0.4)
        box = self._box(step)
        self._frame(p, tokens, box, self.frames.get(self.parent_run, step))
        self._words(p, tokens, box, words=(str(step), ""), strong=False)
        p.restore()

    def _border(self, p: QPainter, place: QRectF, colour: str) -> None:
        if colour:
            p.setPen(QPen(QColor(colour), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(place.adjusted(-1, -1, 1, 1), 4, 4)

    def _frame(self, p: QPainter, tokens: theme.Tokens, box: QRectF, image: QImage | None) -> QRectF:
        """Draw a frame, or an empty card while it is not there; where it lies."""
        if image is not None and not image.isNull():
            return thumbs.draw(p, box, image, tokens.raised, low=True)
        high = min(box.height(), box.width() * self._ratio)
        place = QRectF(box.left(), box.bottom() - high, box.width(), high)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(tokens.hover))
        p.drawRoundedRect(place, 4, 4)
        return place

    def _words(self, p: QPainter, tokens: theme.Tokens, box: QRectF, *, words: tuple[str, str], strong: bool) -> None:
        high = small_line()
        wide = max(box.width(), 30.0)
        place = QRectF(box.center().x() - wide / 2, box.bottom() + 1, wide, high)
        font = self.small()
        font.setBold(strong)
        p.setFont(font)
        p.setPen(QColor(tokens.accent if strong else tokens.text))
        p.drawText(place, Qt.AlignmentFlag.AlignCenter, words[0])
        font.setBold(False)
        p.setFont(font)
        p.setPen(QColor(tokens.dim))
        p.drawText(place.translated(0, high * 0.9), Qt.AlignmentFlag.AlignCenter, words[1])

    def _ending(self, p: QPainter, tokens: theme.Tokens) -> None:
        """The result's place: the picture itself, or a dashed frame while it is still to come."""
        box = self._box(self.axis.total + 1)
        here = self.axis.playhead > self.axis.total
        if self.finished:
            self._border(p, self._frame(p, tokens, box, self._result), tokens.accent if here else "")
        else:
            p.setPen(QPen(QColor(tokens.line), 1, Qt.PenStyle.DashLine))
            p.setBrush(Qt.BrushStyle.NoBrush)
            high = min(box.height(), box.width() * self._ratio)
            p.drawRoundedRect(QRectF(box.left(), box.bottom() - high, box.width(), high), 4, 4)
        self._words(p, tokens, box, words=(self.tr("Result"), ""), strong=here)

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
        if not self.rows:
            return
        under, line = self._box(1).bottom() + 1, small_line()
        for place, word in enumerate((self.tr("step"), self.tr("noise level"))):
            box = QRectF(PAD, under + place * line * 0.9, GUTTER - 2 * PAD, line)
            p.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)


def small_line() -> float:
    """The height of a line in the small font."""
    return float(QFontMetrics(theme.small()).height())


def origin(subject: Subject | None) -> tuple[str, int]:
    """The run that the one on the stage branched from, and after which step; ('', 0) for none."""
    source = None if subject is None else subject.job or subject.entry
    return (source.parent, source.parent_step or 0) if source is not None and source.parent else ("", 0)


def progress(subject: Subject | None) -> int:
    """How many steps the run on the stage will have; 0 when nobody knows yet."""
    if subject is None:
        return 0
    state = subject.job.state if subject.job is not None else None
    if isinstance(state, Running | Paused) and state.total:
        return state.total
    return subject.rows[-1].total if subject.rows else 0
