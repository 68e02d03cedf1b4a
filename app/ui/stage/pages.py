"""What the stage shows when there is no media: an invitation, a sheet waiting to develop, a failure."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QIcon,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QRadialGradient,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui import theme, thumbs
from app.ui.stage.viewer import Note
from app.ui.thumbs import picture, pixels
from app.ui.widgets import discard

LEVELS = (1.0, 0.82, 0.62, 0.36, 0.0)  # noise levels of the tiles, as a flow from noise to picture
SIDES = (76, 88, 102, 120, 164)
GAP = 14
PRESET = 48  # pixels of the picture beside a preset's prompt
TILE = 328  # pixels a tile is drawn with


class Invitation(QWidget):
    """The empty stage: a picture coming out of noise, and prompts to begin with."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Empty stage"))
        self._tiles: tuple[QPixmap, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        column.setSpacing(theme.M)
        column.addStretch(3)
        self._room = QWidget()
        self._room.setFixedHeight(SIDES[-1] + 34)
        column.addWidget(self._room)
        self.heading = _centred(theme.font(22, 600), "text")
        self.sentence = _centred(theme.font(13), "dim")
        self.sentence.setWordWrap(True)
        column.addWidget(self.heading)
        column.addWidget(self.sentence)
        column.addSpacing(theme.L)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.M)
        column.addLayout(self._rows)
        column.addStretch(4)
        self.chips: list[QPushButton] = []
        self._pictures: list[Path] = []
        self._lengths: list[int] = []

    def offer(self, heading: str, sentence: str, prompts: Sequence[str], pictures: Sequence[Path] = ()) -> None:
        """Say this and offer these prompts, each with its picture where there is one; an empty one is a plain start."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        if [chip.property("prompt") for chip in self.chips] == list(prompts) and list(pictures) == self._pictures:
            return
        self._pictures = list(pictures)
        self._clear()
        self.chips = [self._chip(prompt) for prompt in prompts]
        for chip, path in zip(self.chips, pictures, strict=False):
            if path.is_file():
                chip.setIcon(QIcon(QPixmap.fromImage(thumbs.load(path, 2 * PRESET))))
                chip.setIconSize(QSize(PRESET, PRESET))
                chip.setMinimumHeight(PRESET + 10)
        self._arrange()

    def _arrange(self) -> None:
        """As many chips in a row as have room."""
        room = self.width() - 2 * theme.XL
        rows: list[list[QPushButton]] = [[]]
        for chip in self.chips:
            used = sum(other.sizeHint().width() + theme.M for other in rows[-1])
            if rows[-1] and (used + chip.sizeHint().width() > room or len(rows[-1]) == 3):
                rows.append([])
            rows[-1].append(chip)
        if [len(row) for row in rows] == self._lengths and self._rows.count():
            return
        self._lengths = [len(row) for row in rows]
        for chip in self.chips:
            chip.setParent(self)
        self._clear()
        for row in rows:
            self._rows.addWidget(_row(row))

    def _clear(self) -> None:
        while self._rows.count():
            item = self._rows.takeAt(0)
            row = item.widget() if item is not None else None
            if row is not None:
                discard(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def _chip(self, prompt: str) -> QPushButton:
        chip = QPushButton(theme.icon("spark", "accent"), prompt or self.tr("Make one"))
        chip.setProperty("prompt", prompt)
        chip.setAccessibleName(chip.text())
        chip.setAccessibleDescription(self.tr("Set this prompt and generate"))
        chip.setToolTip(chip.accessibleDescription())
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.setMinimumHeight(32)
        chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        chip.clicked.connect(lambda _checked=False: self.chosen.emit(prompt))
        return chip

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        if not self._tiles:
            QTimer.singleShot(0, self, self._develop)  # a decoration: the window is usable first
        area = self._room.geometry()
        whole = sum(SIDES) + GAP * (len(SIDES) - 1)
        scale = min(1.0, (self.width() - 2 * theme.L) / whole)
        x, foot = (self.width() - whole * scale) / 2, area.bottom() - 18.0
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.stage))
            p.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            for tile, side in zip(self._tiles, SIDES, strict=False):  # none yet at first
                _paint_tile(p, tile, QRectF(x, foot - side * scale, side * scale, side * scale), c)
                x += (side + GAP) * scale

    def _develop(self) -> None:
        if not self._tiles:
            self._tiles = tuple(developing())
            self.update()


class Waiting(QWidget):
    """A sheet of the result's proportions, still blank, and what the engine is busy with."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Waiting for the first preview"))
        self._words, self._shape = "", (1, 1)
        self._grain: QPixmap | None = None

    def expect(self, words: str, shape: tuple[int, int] | None) -> None:
        """Say `words` below a sheet of `shape` (width, height)."""
        self._words, self._shape = words, shape or (1, 1)
        self.setAccessibleDescription(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        if self._grain is None:
            values = np.random.default_rng(7).normal(0.5, 0.22, (160, 160, 3)).clip(0, 1)
            self._grain = QPixmap.fromImage(picture((values * 255).astype(np.uint8)))
        width, height = self._shape
        scale = min((self.width() - 48) / width, (self.height() - 110) / height)
        if scale <= 0:
            return
        sheet = QRectF(0, 0, width * scale, height * scale)
        sheet.moveCenter(QPointF(self.width() / 2, self.height() / 2 - 18))
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.stage))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(QPen(QColor(c.line), 1))
            p.setBrush(QColor(c.panel))
            p.drawRoundedRect(sheet, 4, 4)
            p.setOpacity(0.14 if c.dark else 0.2)
            p.fillRect(sheet.adjusted(1, 1, -1, -1), QBrush(self._grain))
            p.setOpacity(1.0)
            p.setPen(QColor(c.dim))
            p.setFont(theme.font(13))
            below = QRectF(0, sheet.bottom() + 8, self.width(), 28)
            p.drawText(below, Qt.AlignmentFlag.AlignCenter, self._words)


class Trouble(QWidget):
    """A failure: what, where, what to do, and the way on."""

    def __init__(self, again: Callable[[], object], copy: Callable[[], object]) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("The run failed"))
        column = QVBoxLayout(self)
        column.setSpacing(theme.M)
        column.addStretch(3)
        self._mark = QWidget()
        self._mark.setFixedHeight(64)
        column.addWidget(self._mark)
        self.heading = _centred(theme.font(18, 600), "text")
        self.sentence = _centred(theme.font(14), "dim")
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column.addWidget(self.heading)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.sentence, 4)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addSpacing(theme.L)
        self.again = _button("refresh", self.tr("Try again"), self.tr("Run the same request once more"), again)
        self.copy = _button("copy", self.tr("Copy the message"), self.tr("Copy the sentence to the clipboard"), copy)
        column.addWidget(_row([self.again, self.copy]))
        column.addStretch(4)

    def say(self, heading: str, sentence: str) -> None:
        """Show the failure."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        self.setAccessibleDescription(sentence)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        where = QRectF(0, 0, 30, 30)
        middle = QRectF(self._mark.geometry()).center()
        where.moveCenter(middle)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.stage))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(theme.mix(c.stage, c.bad, 0.18)))
            p.drawEllipse(middle, 28, 28)
            theme.draw_icon(p, "warning", where, c.bad)


# ---------------------------------------------------------------- drawing


def developing() -> list[QPixmap]:
    """The tiles of the invitation: (1 - t) picture + t noise for every t of LEVELS."""
    clean = QImage(TILE, TILE, QImage.Format.Format_RGB888)
    with QPainter(clean) as p:
        _paint_apple(p, TILE)
    x0 = pixels(clean).astype(np.float32) / 255
    coarse = np.random.default_rng(3).normal(0.5, 0.27, (TILE // 4, TILE // 4, 3))
    noise = coarse.repeat(4, 0).repeat(4, 1)
    mixed = ((1 - t) * x0 + t * noise for t in LEVELS)
    return [QPixmap.fromImage(picture((np.clip(x, 0, 1) * 255).astype(np.uint8))) for x in mixed]


def _paint_apple(p: QPainter, side: float) -> None:
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.scale(side / 100, side / 100)
    back = QLinearGradient(0, 0, 0, 100)
    back.setColorAt(0, QColor("#ffe2c4"))
    back.setColorAt(1, QColor("#f7b58c"))
    p.fillRect(QRectF(0, 0, 100, 100), back)
    p.setPen(Qt.PenStyle.NoPen)
    shade = QRadialGradient(50, 85, 32)
    shade.setColorAt(0, QColor(120, 40, 20, 130))
    shade.setColorAt(1, QColor(120, 40, 20, 0))
    p.save()
    p.translate(0, 59.5)
    p.scale(1, 0.3)
    p.setBrush(shade)
    p.drawEllipse(QPointF(50, 85), 32, 32)
    p.restore()
    _paint_fruit(p)
    p.setPen(QPen(QColor("#6b3a1e"), 3.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    stem = QPainterPath(QPointF(50, 35))
    stem.quadTo(QPointF(50, 25), QPointF(55, 19))
    p.drawPath(stem)
    p.setPen(Qt.PenStyle.NoPen)
    leaf = QPainterPath(QPointF(54, 27))
    leaf.cubicTo(QPointF(58, 13), QPointF(74, 12), QPointF(79, 14))
    leaf.cubicTo(QPointF(77, 24), QPointF(66, 32), QPointF(54, 27))
    green = QLinearGradient(55, 28, 78, 13)
    green.setColorAt(0, QColor("#3f8f3a"))
    green.setColorAt(1, QColor("#9bd35a"))
    p.setBrush(green)
    p.drawPath(leaf)


def _paint_fruit(p: QPainter) -> None:
    body = QPainterPath(QPointF(50, 36))
    body.cubicTo(QPointF(62, 26), QPointF(84, 30), QPointF(84, 53))
    body.cubicTo(QPointF(84, 74), QPointF(68, 90), QPointF(58, 87))
    body.cubicTo(QPointF(53, 85.5), QPointF(47, 85.5), QPointF(42, 87))
    body.cubicTo(QPointF(32, 90), QPointF(16, 74), QPointF(16, 53))
    body.cubicTo(QPointF(16, 30), QPointF(38, 26), QPointF(50, 36))
    red = QRadialGradient(QPointF(40, 46), 54)
    for at, colour in ((0, "#ff8a6a"), (0.35, "#ef4b39"), (0.8, "#c21f2b"), (1, "#8d1024")):
        red.setColorAt(at, QColor(colour))
    p.setBrush(red)
    p.drawPath(body)
    gloss = QRadialGradient(QPointF(33, 46), 13)
    gloss.setColorAt(0, QColor(255, 255, 255, 210))
    gloss.setColorAt(1, QColor(255, 255, 255, 0))
    p.setBrush(gloss)
    p.drawEllipse(QPointF(33, 46), 9, 12)


def _paint_tile(p: QPainter, tile: QPixmap, where: QRectF, c: theme.Tokens) -> None:
    p.setPen(Qt.PenStyle.NoPen)
    for grow, alpha in ((7, 12), (4, 18), (1.5, 28)):
        p.setBrush(QColor(0, 0, 0, alpha if c.dark else alpha // 2))
        p.drawRoundedRect(where.translated(0, 3).adjusted(-grow, -grow, grow, grow), 10 + grow, 10 + grow)
    shape = QPainterPath()
    shape.addRoundedRect(where, 10, 10)
    brush = QBrush(tile)
    transform = brush.transform()
    transform.translate(where.x(), where.y())
    transform.scale(where.width() / tile.width(), where.height() / tile.height())
    brush.setTransform(transform)
    p.fillPath(shape, brush)


def _centred(font: object, token: str) -> QLabel:
    label = Note("", token=token)
    label.setFont(font)  # type: ignore[arg-type]
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def _button(icon: str, text: str, hint: str, do: Callable[[], object]) -> QPushButton:
    button = QPushButton(theme.icon(icon), text)
    button.setToolTip(hint)
    button.setAccessibleName(text)
    button.setAccessibleDescription(hint)
    button.setMinimumHeight(32)
    button.clicked.connect(lambda _checked=False: do())
    return button


def _row(widgets: Sequence[QWidget]) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.M)
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder
