"""The page one draws on: a board, its brush and what else can be done to a mask, a drawing or a control map."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QSlider, QToolButton

from app.core.drawing import LARGEST, SMALLEST, Brush, Patch
from app.core.target import Target
from app.ui import theme
from app.ui.stage.board import Board
from app.ui.stage.desk import Desk
from app.ui.stage.picks import Picks
from app.ui.stage.viewer import Aside, at_once
from engines.contract import Image

STEP = 1.2  # of the brush's size for one press of a key


class Easel(Desk):
    """Draws what a Target names into the studio's draft, a stroke at a time, each one step to undo."""

    def __init__(self, studio: Any, aside: Aside = at_once) -> None:
        super().__init__(studio, aside)
        self.target: Target | None = None
        self._own: Image | None = None  # what the draft holds of ours
        self.setAccessibleName(self.tr("Drawing"))
        self.setAccessibleDescription(
            self.tr("Draw with the mouse or a pen; brackets change the brush, E erases, Shift draws a straight line.")
        )
        self.board = Board(self.tr("Drawing board"))
        self.lay(self.board, self.tr("Drawing tools"))
        self._fill_bar()
        self.board.drawn.connect(self._drawn)
        self.board.picked.connect(self.ink)
        studio.draft_changed.connect(self._draft_changed)
        self._show_brush()

    # ------------------------------------------------------------ tools

    def _fill_bar(self) -> None:
        tr, bar = self.tr, self.bar
        self.also(tr("Draw a straight line from the last stroke's end"), "Shift")
        self.also(tr("Take a colour from the drawing"), "Alt")
        self.also(tr("Move the picture"), "Left", "Right", "Up", "Down")
        self.brush_deed = self.deed("brush", tr("Brush"), ("B",), lambda: self.erase(False))
        self.eraser = self.deed("eraser", tr("Eraser"), ("E",), self.erase, on=False)
        bar.button(self.brush_deed)
        bar.button(self.eraser)
        self.swatch = QToolButton()
        self.swatch.setAutoRaise(True)
        self.swatch.setFixedSize(30, 30)
        self.swatch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.swatch.setAccessibleName(tr("Colour of the brush"))
        self.swatch.setToolTip(tr("Colour of the brush; Alt takes one from the drawing"))
        self.swatch.clicked.connect(self._choose)
        bar.row.addWidget(self.swatch)
        self.size_slider = self._slider(tr("Size of the brush"), 0, 100, lambda v: self._set(size=_size_at(v)))
        self.size_note = bar.note(tr("Size of the brush"), 40)
        self.hardness_slider = self._slider(tr("Hardness of the brush"), 0, 100, lambda v: self._set(hardness=v / 100))
        self.hardness_note = bar.note(tr("Hardness of the brush"), 40)
        ways = (
            ("size", tr("Changes the size")),
            ("strength", tr("Changes the strength")),
            ("both", tr("Changes both")),
            ("none", tr("Changes nothing")),
        )
        self.pressure = Picks(self, "pressure", tr("Pressure of the pen"), ways)
        self.pressure.changed.connect(lambda value: self._set(bends=value))
        bar.menu("pressure", tr("Pressure of the pen"), (self.pressure,))
        self._deeds()
        self.finish_bar()
        for widget, below in ((self.hardness_note, 640), (self.size_note, 580)):
            bar.spare(widget, below)

    def _deeds(self) -> None:
        tr, board = self.tr, self.board
        self.invert = self.deed("invert", tr("Invert"), ("I",), lambda: board.change(np.bitwise_not))
        self.clear = self.deed("paper", tr("Clear"), ("Del", "Backspace"), lambda: board.change(self._blank))
        self.trace = self.deed("onion", tr("See the picture below"), ("O",), self._trace, on=False)
        for deed in (self.invert, self.clear):
            self.bar.button(deed)
        self.tracer = self.bar.button(self.trace)
        for text, keys, do in (
            (tr("Smaller brush"), ("[",), lambda: self._resize(1 / STEP)),
            (tr("Larger brush"), ("]",), lambda: self._resize(STEP)),
            (tr("Softer brush"), ("{",), lambda: self._harden(-0.1)),
            (tr("Harder brush"), ("}",), lambda: self._harden(0.1)),
        ):
            self.deed("brush", text, keys, do)

    def _slider(self, name: str, low: int, high: int, tell: Callable[[int], object]) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(low, high)
        slider.setFixedWidth(92)
        slider.setAccessibleName(name)
        slider.setToolTip(name)
        slider.valueChanged.connect(tell)
        self.bar.row.addSpacing(theme.S)
        self.bar.row.addWidget(slider)
        self.bar.row.addSpacing(theme.S)
        return slider

    def _set(self, **fields: Any) -> None:
        self.board.brush = msgspec.structs.replace(self.board.brush, **fields)
        self._show_brush()

    def _resize(self, times: float) -> None:
        size = self.board.brush.size
        wanted = size * times
        if abs(wanted - size) < 1:
            wanted = size + (1 if times > 1 else -1)
        self._set(size=float(min(max(round(wanted), SMALLEST), LARGEST)))

    def _harden(self, more: float) -> None:
        self._set(hardness=min(max(round(self.board.brush.hardness + more, 2), 0.0), 1.0))

    def _show_brush(self) -> None:
        brush: Brush = self.board.brush
        for slider, value in (
            (self.size_slider, _place_of(brush.size)),
            (self.hardness_slider, round(brush.hardness * 100)),
        ):
            slider.blockSignals(True)
            slider.setValue(value)
            slider.blockSignals(False)
        self.size_note.setText(f"{brush.size:.0f} px")
        self.hardness_note.setText(f"{brush.hardness * 100:.0f} %")
        if len(brush.value) == 3:
            self.swatch.setIcon(_chip(QColor(*brush.value)))
        self.board.resized()

    def erase(self, on: bool) -> None:
        """Whether the brush takes away."""
        self.board.erasing = on
        self.eraser.setChecked(on)
        self.board.resized()

    def ink(self, colour: tuple[int, int, int]) -> None:
        """Draw in this colour from now on."""
        self.erase(False)
        self._set(value=tuple(colour))

    def _choose(self) -> None:
        chosen = QColorDialog.getColor(QColor(*self.board.brush.value), self, self.tr("Colour of the brush"))
        if chosen.isValid():
            self.ink((chosen.red(), chosen.green(), chosen.blue()))

    def _trace(self, on: bool) -> None:
        self.board.tracing = on
        self.board.update()

    def _blank(self, drawing: np.ndarray) -> np.ndarray:
        return np.broadcast_to(
            np.array(self.board.paper, np.uint8), (*drawing.shape[:2], len(self.board.paper))
        ).reshape(drawing.shape)

    # ------------------------------------------------------------ what is drawn

    def open(self, target: Target) -> None:
        """Draw what `target` names."""
        fresh = not target.same(self.target)
        self.target = target
        if fresh:
            self._dress(target)
        self._load()
        self.head.say(target.title, self._hint(target))

    def _dress(self, target: Target) -> None:
        """The brush and the switches that suit what is drawn."""
        sketch = target.field in ("start", "last")
        wide = max(4.0, self._size()[0] / (64 if target.field == "control" else 12))
        ink = (255,) if target.field == "mask" else (32, 30, 28) if sketch else (255, 255, 255)
        self.erase(False)
        self._set(size=float(round(wide)), hardness=0.6 if target.field == "mask" else 0.9, value=ink)
        self.board.picks = target.field != "mask"
        self.swatch.setVisible(target.field != "mask")
        for part in (self.trace, self.tracer):
            part.setVisible(target.field != "mask" and target.below is not None)
        self.trace.setChecked(False)

    def _hint(self, target: Target) -> str:
        hints = {
            "mask": self.tr("What is tinted is made anew; soft edges change less."),
            "start": self.tr("The result begins from this drawing."),
            "last": self.tr("The clip ends with this drawing."),
            "control": self.tr("This map is used just as it is here."),
        }
        return hints[target.field]

    def _load(self) -> None:
        assert self.target is not None
        draft = self.studio.draft
        drawing = self.target.canvas(draft, self._size())
        below = draft.start if self.target.field == "mask" else self.target.below
        paper = (0,) if drawing.ndim == 2 else (255,) * 3 if self.target.field in ("start", "last") else (0,) * 3
        self._own = self.target.of(draft)
        self.board.open(drawing, below.pixels if isinstance(below, Image) else None, paper)

    def _size(self) -> tuple[int, int]:
        return self.size_of(self.target.of(self.studio.draft) if self.target is not None else None)

    def _drawn(self, patch: Patch) -> None:
        if self.target is not None:
            self._own = Image(self.board.drawing.copy())
            words = self.tr("Erase on %1") if self.board.erasing else self.tr("Draw on %1")
            self.studio.draw(self.target, self._own, patch, words.replace("%1", self.target.title))

    def _draft_changed(self, fields: set[str]) -> None:
        """What is drawn may have been undone, or replaced elsewhere."""
        if self.target is None or not self.isVisible():
            return
        now = self.target.of(self.studio.draft)
        below_gone = self.target.field == "mask" and "start" in fields
        if "engine" in fields or (below_gone and self.studio.draft.start is None):
            self.left.emit()
        elif now is not self._own or below_gone:
            self._load()

    def rest(self) -> None:
        """Nothing is drawn any more."""
        self.board.cancel()


def _size_at(place: int) -> float:
    """The brush's size at a place of its slider, 0 to 100: even steps multiply."""
    return float(round(SMALLEST * (LARGEST / SMALLEST) ** (place / 100)))


def _place_of(size: float) -> int:
    return round(100 * float(np.log(max(size, SMALLEST) / SMALLEST) / np.log(LARGEST / SMALLEST)))


def _chip(colour: QColor) -> QIcon:
    pixmap = QPixmap(18, 18)
    pixmap.fill(colour)
    return QIcon(pixmap)
