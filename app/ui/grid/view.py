"""The sheet as it fills: heads at its sides, and in each square a picture, how far it is, or why there is none."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core.grid import Sheet, Square
from app.core.job import Job, Paused, Running
from app.studio import Studio
from app.ui import theme, thumbs
from app.ui.grid.marks import Marks
from engines.contract import Media

SIDE, GAP, ROOM = 132, 6, 96  # of a square; between squares; beside the rows
LINE = 20
KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class SheetView(QWidget):
    """Paints the studio's sheet. `opened`: a square with a run was clicked, or Return pressed on it; S stars it."""

    opened = Signal(str)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.at = 0
        self._pictures: dict[str, QImage] = {}
        self._asked: set[str] = set()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Sheet"))
        studio.grid_changed.connect(self.refresh)
        studio.job_changed.connect(self._job)
        studio.preview.connect(self._preview)
        studio.judging.changed.connect(self.update)
        self.refresh()

    # ------------------------------------------------------------ what there is

    @property
    def sheet(self) -> Sheet | None:
        return self.studio.sheet

    def refresh(self) -> None:
        """Show the sheet as it is now."""
        for square in self.sheet.squares if self.sheet else ():
            gone = bool(square.run) and not square.sentence and self.studio.job_of(square.run) is None
            if (square.done or gone) and square.run not in self._asked:
                self._asked.add(square.run)
                self.studio.thumbnail(square.run, partial(self._made, square.run))
        self.at = min(self.at, len(self.sheet.squares) - 1) if self.sheet else 0
        self.setFixedSize(self.sizeHint())
        self._describe()
        self.update()

    def _made(self, run: str, path: Path | None) -> None:
        if path is not None:
            self._pictures[run] = thumbs.load(path, 2 * SIDE)
            self.update()

    def _preview(self, run: str, media: Media) -> None:
        if self.sheet is not None and self.sheet.of(run) is not None and run not in self._asked:
            self._pictures[run] = thumbs.thumb(media, SIDE, theme.current(self))
            self.update()

    def _job(self, job: Job) -> None:
        if self.sheet is not None and self.sheet.of(job.run) is not None:
            self._describe()
            self.update()

    def state(self, square: Square) -> str:
        """What a square says in words."""
        job = self.studio.job_of(square.run) if square.run else None
        if square.sentence:
            return square.sentence
        if job is not None and isinstance(job.state, Running):
            total = job.state.total
            return (
                self.tr("Step %1 of %2").replace("%1", str(job.state.index)).replace("%2", str(total)) if total else "…"
            )
        if job is not None and isinstance(job.state, Paused):
            return self.tr("Paused")
        return "" if square.done else self.tr("Waiting") if job is not None else ""

    def _describe(self) -> None:
        square = self.sheet.squares[self.at] if self.sheet and self.sheet.squares else None
        judged = Marks(self.studio.judging).told(square.run) if square else ""
        self.setAccessibleDescription(f"{square.label}. {self.state(square)} {judged}".strip() if square else "")

    # ------------------------------------------------------------ where it lies

    def sizeHint(self) -> QSize:
        if self.sheet is None:
            return QSize(0, 0)
        heads = self.sheet.heads
        wide = self._left() + len(heads.columns) * (SIDE + GAP)
        return QSize(wide, len(heads.blocks) * self._block())

    def _left(self) -> int:
        return ROOM if self.sheet and any(self.sheet.heads.rows) else 0

    def _top(self) -> int:
        heads = self.sheet.heads if self.sheet else None
        return LINE * (bool(heads and any(heads.columns)) + bool(heads and any(heads.blocks))) + theme.S

    def _block(self) -> int:
        assert self.sheet is not None
        return self._top() + len(self.sheet.heads.rows) * (SIDE + GAP) + theme.L

    def place(self, n: int) -> QRect:
        """Where square `n` lies."""
        assert self.sheet is not None
        columns, rows = len(self.sheet.heads.columns), len(self.sheet.heads.rows)
        block, rest = divmod(n, columns * rows)
        row, column = divmod(rest, columns)
        top = block * self._block() + self._top()
        return QRect(self._left() + column * (SIDE + GAP), top + row * (SIDE + GAP), SIDE, SIDE)

    def square_at(self, where: QPoint) -> int | None:
        """The square under the mouse."""
        count = len(self.sheet.squares) if self.sheet else 0
        return next((n for n in range(count) if self.place(n).contains(where)), None)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.sheet is None:
            return
        tokens = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(event.rect(), QColor(tokens.window))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_heads(p, tokens)
            marks = Marks(self.studio.judging)
            for n, square in enumerate(self.sheet.squares):
                if event.rect().intersects(self.place(n)):
                    self._paint_square(p, n, square, tokens)
                    marks.paint(p, QRectF(self.place(n)), square.run, tokens)

    def _paint_heads(self, p: QPainter, tokens: theme.Tokens) -> None:
        assert self.sheet is not None
        heads = self.sheet.heads
        columns, rows = len(heads.columns), len(heads.rows)
        for b, block in enumerate(heads.blocks):
            top = b * self._block()
            if block:
                p.setPen(QColor(tokens.text))
                self._write(p, QRect(0, top, self.width(), LINE), block, Qt.AlignmentFlag.AlignLeft)
            p.setPen(QColor(tokens.dim))
            line = top + self._top() - LINE - theme.S
            for c, text in enumerate(heads.columns):
                corner = self.place(b * columns * rows + c)
                self._write(p, QRect(corner.x(), line, SIDE, LINE), text, Qt.AlignmentFlag.AlignHCenter)
            for r, text in enumerate(heads.rows):
                corner = self.place(b * columns * rows + r * columns)
                box = QRect(0, corner.y(), ROOM - theme.M, SIDE)
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
                p.drawText(box, int(flags), text)

    def _write(self, p: QPainter, box: QRect, text: str, side: Qt.AlignmentFlag) -> None:
        told = p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        p.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), told)

    def _paint_square(self, p: QPainter, n: int, square: Square, tokens: theme.Tokens) -> None:
        box, image, words = QRectF(self.place(n)), self._pictures.get(square.run), self.state(square)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(tokens.raised))
        p.drawRoundedRect(box, 5, 5)
        if image is not None and not image.isNull():
            thumbs.draw(p, box, image, tokens.raised, radius=5)
        if words:
            self._paint_words(p, box, words, (QColor(tokens.bad if square.sentence else tokens.dim), image is not None))
        if n == self.at and self.hasFocus():
            p.setPen(QPen(QColor(tokens.focus), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)

    def _paint_words(self, p: QPainter, box: QRectF, words: str, look: tuple[QColor, bool]) -> None:
        colour, over = look
        inside = box.adjusted(theme.M, theme.M, -theme.M, -theme.M)
        if over:  # a picture: the words on a bar below it
            bar = QRectF(box.x(), box.bottom() - LINE, box.width(), LINE)
            ground = QColor(theme.current(self).panel)
            ground.setAlphaF(0.85)
            p.fillRect(bar, ground)
            inside = bar.adjusted(theme.S, 0, -theme.S, 0)
        p.setPen(colour)
        p.drawText(inside, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), words)

    # ------------------------------------------------------------ hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.square_at(event.position().toPoint())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.go(found)
            self._open()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.square_at(event.position().toPoint())
        hand = found is not None and self.sheet is not None and bool(self.sheet.squares[found].run)
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = KEYS.get(Qt.Key(event.key()))
        if self.sheet is None or not self.sheet.squares:
            super().keyPressEvent(event)
        elif by is not None:
            self.go(self.at + by[0] + by[1] * len(self.sheet.heads.columns))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        elif event.key() == Qt.Key.Key_S and self.sheet.squares[self.at].done:
            self.studio.judging.star(self.sheet.squares[self.at].run)
        else:
            super().keyPressEvent(event)

    def go(self, n: int) -> None:
        """Let the keyboard be at square `n`, if there is one."""
        if self.sheet is not None and 0 <= n < len(self.sheet.squares):
            self.at = n
            self._describe()
            self.update()

    def _open(self) -> None:
        square = self.sheet.squares[self.at] if self.sheet else None
        if square is not None and square.run:
            self.opened.emit(square.run)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """The whole of what a square is, and says, beside the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.sheet is not None:
            found = self.square_at(event.pos())
            square = self.sheet.squares[found] if found is not None else None
            judged = Marks(self.studio.judging).told(square.run) if square else ""
            told = [part for part in (square.label, self.state(square), judged) if part] if square else []
            QToolTip.showText(event.globalPos(), "\n".join(told), self)
            return True
        return super().event(event)
