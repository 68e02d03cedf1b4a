"""The heads of the tracks: name, mute, solo, lock, gain, pan and curves; and the names of curves under them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QSlider, QToolButton, QVBoxLayout, QWidget

from app.core.timeline import edit
from app.core.timeline.values import Track
from app.studio import Studio
from app.ui import theme
from app.ui.pieces import SOUNDS
from app.ui.sequence.lanes import Lanes
from app.ui.sequence.rows import HIGH, SHORT, Row, lanes_of
from app.ui.sequence.targets import LOUD
from app.ui.sequence.view import View
from app.ui.sequence.words import colour_of, fine_words, kind_words
from app.ui.widgets import Slider, button, discard, say

WIDE = 208
KEPT = 80  # heads that are kept though they are out of view
GRIP = 5  # pixels at the bottom that change the height


class Heads(QWidget):
    """The heads of the rows in view; they are made when they are first seen."""

    menu_asked = Signal(object, object)  # Row, the place on the screen
    left = Signal(object, bool)  # Track: it is dragged away, as sound (or as notes)

    def __init__(self, studio: Studio, view: View, lanes: Lanes) -> None:
        super().__init__()
        self.studio, self.view, self.lanes = studio, view, lanes
        self.heads: dict[tuple[str, str], Head | LaneHead] = {}
        self._drawings: dict[tuple[str, str, float], QPixmap] = {}
        self.setFixedWidth(WIDE)
        self.setAccessibleName(self.tr("Tracks"))
        view.changed.connect(self.lay)

    def lay(self) -> None:
        """Put the heads of the rows in view where they belong."""
        seen = set()
        for row in self.view.visible():
            key = (row.track.id, row.target)
            head = self.heads.get(key) or self._make(key, row)
            head.show_row(row)
            head.setGeometry(0, self.view.top(row), self.width(), row.height)
            if head.isHidden():
                head.show()
            seen.add(key)
        there = {(row.track.id, row.target) for row in self.view.rows}
        for key in [key for key in self.heads if key not in seen]:
            self.heads[key].hide()
            if key not in there or len(self.heads) > KEPT:
                discard(self.heads.pop(key))

    def _make(self, key: tuple[str, str], row: Row) -> Head | LaneHead:
        made = LaneHead(self, row) if row.target else Head(self, row)
        made.setParent(self)
        self.heads[key] = made
        return made

    def drawing(self, name: str, colour: str) -> QPixmap:
        """A small line drawing, drawn once."""
        ratio = self.devicePixelRatioF()
        key = (name, colour, ratio)
        if key not in self._drawings:
            made = QPixmap(int(14 * ratio), int(14 * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(Qt.GlobalColor.transparent)
            with QPainter(made) as p:
                theme.draw_icon(p, name, QRectF(0, 0, 14, 14), colour)
            self._drawings[key] = made
        return self._drawings[key]

    def head(self, track: str) -> Head | None:
        """The head of a track, where it has been in view."""
        found = self.heads.get((track, ""))
        return found if isinstance(found, Head) else None

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.window))
            p.setPen(QColor(c.line))
            p.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.view.scroll(self.view.offset, self.view.down - event.angleDelta().y() // 2)

    def resizeEvent(self, event: object) -> None:
        self.lay()


class Head(QWidget):
    """One track's head."""

    def __init__(self, heads: Heads, row: Row) -> None:
        super().__init__()
        self.heads, self.studio, self.view, self.row = heads, heads.studio, heads.view, row
        self._held: tuple[int, int] | None = None
        self._out: QPointF | None = None  # where it was taken to be dragged away
        self._shown: Track | None = None
        self._opened: bool | None = None
        self._build()
        self.setMouseTracking(True)

    def _build(self) -> None:
        self.name = QLineEdit()
        self.name.setFrame(False)
        self.name.setAccessibleName(self.tr("Name of the track"))
        self.name.editingFinished.connect(self._named)
        self.name.setStyleSheet(
            "QLineEdit { background: transparent; border: none; padding: 0 2px; min-height: 20px; }"
        )
        self.fold = self._small("chevron-right", self.tr("Curves of this track"), self._fold)
        self.mute = self._switch("M", self.tr("Mute: leave this track out"), "mute")
        self.solo = self._switch("S", self.tr("Solo: leave the others out"), "solo")
        self.lock = self._small("unlock", self.tr("Lock: clips cannot be changed"), lambda: self._flip("locked"), True)
        self.gain, self.pan = Slider(), Slider()
        self.gain.setRange(int(LOUD[0] * 10), int(LOUD[1] * 10))
        self.pan.setRange(-100, 100)
        self._slider(self.gain, self.tr("Gain"), lambda value: self._set("gain", value / 10))
        self._slider(self.pan, self.tr("Pan"), lambda value: self._set("pan", value / 100))
        self._lay()

    def _lay(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(1)
        first.addWidget(self.fold)
        first.addWidget(self.name, 1)
        for widget in (self.mute, self.solo, self.lock):
            first.addWidget(widget)
        loud = QLabel()
        loud.setPixmap(theme.icon("volume", "dim").pixmap(13, 13))
        loud.setContentsMargins(6, 0, 3, 0)
        second.addWidget(loud)
        second.addWidget(self.gain, 3)
        second.addSpacing(theme.M)
        second.addWidget(say("L"))
        second.addWidget(self.pan, 2)
        second.addWidget(say("R"))
        second.addSpacing(theme.S)
        self.mix = QWidget()
        self.mix.setLayout(second)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2, 6, 3)
        column.setSpacing(0)
        column.addLayout(first)
        column.addWidget(self.mix)
        column.addStretch(1)

    def _small(self, icon: str, text: str, act: Callable[[], object], check: bool = False) -> QToolButton:
        made = button(icon, text, act, check=check)
        made.setIconSize(QSize(14, 14))
        made.setFixedSize(22, 22)
        return made

    def _switch(self, letter: str, text: str, field: str) -> QToolButton:
        made = QToolButton()
        made.setText(letter)
        made.setFont(theme.font(11, 600))
        made.setCheckable(True)
        made.setFixedSize(22, 22)
        made.setToolTip(text)
        made.setAccessibleName(text)
        made.clicked.connect(lambda _checked=False: self._flip(field))
        return made

    def _slider(self, slider: QSlider, name: str, act: Callable[[int], None]) -> None:
        slider.setAccessibleName(name)
        slider.setFixedHeight(18)
        slider.setStyleSheet("QSlider { min-height: 16px; }")
        slider.valueChanged.connect(act)

    # ------------------------------------------------------------ showing

    def show_row(self, row: Row) -> None:
        """Show what the track of `row` is now."""
        self.row = row
        track = row.track
        opened = track.id in self.view.unfolded
        if opened != self._opened:
            self._opened = opened
            self.fold.setIcon(theme.icon("chevron-down" if opened else "chevron-right", "dim"))
        if track is self._shown:
            return
        self._shown = track
        words = track.name or kind_words(track.kind)
        if not self.name.hasFocus():
            self.name.setText(words)
        self.setAccessibleName(f"{kind_words(track.kind)}: {words}")
        sounds = track.kind in SOUNDS
        self.setToolTip(self._out_words(track))
        for widget, on in ((self.mute, track.mute), (self.solo, track.solo), (self.lock, track.locked)):
            widget.setChecked(on)
        self.lock.setIcon(theme.icon("lock" if track.locked else "unlock", "text" if track.locked else "faint"))
        self.mix.setVisible(sounds and row.height >= 48)
        self.fold.setEnabled(bool(lanes_of(track)))
        for slider, value in ((self.gain, track.gain * 10), (self.pan, track.pan * 100)):
            slider.blockSignals(True)
            slider.setValue(round(value))
            slider.blockSignals(False)
        self.gain.setToolTip(self.tr("Gain %1 dB").replace("%1", f"{track.gain:+.1f}"))
        self.pan.setToolTip(self.tr("Pan %1").replace("%1", f"{track.pan:+.2f}"))

    def _out_words(self, track: Track) -> str:
        if track.kind == "notes":
            return self.tr("Alt+drag takes its notes out as a MIDI file, with Shift what it sounds like")
        return self.tr("Alt+drag takes its sound out as a file") if track.kind in SOUNDS else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.panel))
            p.fillRect(0, 0, 4, self.height() - 1, QColor(colour_of(self.row.track, c)))
            if self.height() >= 48 and not self.mix.isVisible():
                p.setFont(theme.small())
                p.setPen(QColor(c.dim))
                p.drawText(QPoint(36, 42), kind_words(self.row.track.kind))
            p.setPen(QColor(c.line))
            p.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
            p.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    # ------------------------------------------------------------ doing

    def _fold(self) -> None:
        self.view.fold(self.row.track.id, self.row.track.id not in self.view.unfolded)

    def _flip(self, field: str) -> None:
        texts = {"mute": self.tr("Mute track"), "solo": self.tr("Solo track"), "locked": self.tr("Lock track")}
        self._put(texts[field], {field: not getattr(self.row.track, field)})

    def _set(self, field: str, value: float) -> None:
        text = self.tr("Gain of the track") if field == "gain" else self.tr("Pan of the track")
        self._put(text, {field: value}, f"{field}:{self.row.track.id}")

    def _named(self) -> None:
        words = self.name.text().strip()
        if words and words != (self.row.track.name or kind_words(self.row.track.kind)):
            self._put(self.tr("Rename track"), {"name": words})

    def _put(self, text: str, fields: dict[str, Any], merge: str = "") -> None:
        id = self.row.track.id
        self.studio.arrange(text, lambda one: edit.change_track(one, id, **fields), merge)

    # ------------------------------------------------------------ its height, its menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.position().y() >= self.height() - GRIP:
            self._held = (int(event.globalPosition().y()), self.height())
        elif event.button() == Qt.MouseButton.LeftButton and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._out = event.position() if self.row.track.kind in SOUNDS else None
        elif event.button() == Qt.MouseButton.LeftButton:
            self.studio.select([clip.id for clip in self.row.track.clips])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._out is not None:
            self._leave(event)
            return
        low = event.position().y() >= self.height() - GRIP
        self.setCursor(Qt.CursorShape.SizeVerCursor if low or self._held else Qt.CursorShape.ArrowCursor)
        if self._held is not None:
            tall = max(SHORT, min(HIGH, self._held[1] + int(event.globalPosition().y()) - self._held[0]))
            id = self.row.track.id
            self.view.preview(lambda one: edit.change_track(one, id, height=tall))

    def _leave(self, event: QMouseEvent) -> None:
        """Be dragged away: a track of notes as MIDI, with Shift as it sounds; another as it sounds."""
        if self._out is None or (event.position() - self._out).manhattanLength() < QApplication.startDragDistance():
            return
        self._out = None
        sound = self.row.track.kind != "notes" or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.heads.left.emit(self.row.track, sound)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._out = None
        held, self._held = self._held, None
        if held is not None:
            tall = self.height()
            self.view.settle()
            if tall != held[1]:
                self._put(self.tr("Height of the track"), {"height": tall})

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.heads.menu_asked.emit(self.row, event.globalPos())


class LaneHead(QWidget):
    """What a row of curves changes, what it is at the playhead, its span, and how finely it is followed."""

    def __init__(self, heads: Heads, row: Row) -> None:
        super().__init__()
        self.heads, self.row = heads, row
        self.setAccessibleName(heads.lanes.target(row).words)
        self._words: str | None = None  # what it is at the playhead
        heads.studio.playhead_changed.connect(self._moved)

    def _moved(self) -> None:
        self._words = None
        self.update()

    def show_row(self, row: Row) -> None:
        """Show the lanes of `row`."""
        if row is self.row:
            return
        self.row, self._words = row, None
        self.setToolTip(fine_words(self.heads.lanes.target(row).fine))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c, lanes, row = theme.current(self), self.heads.lanes, self.row
        target = lanes.target(row)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.window))
            p.fillRect(0, 0, 4, self.height() - 1, QColor(theme.mix(c.window, colour_of(row.track, c), 0.45)))
            p.drawPixmap(24, 7, self.heads.drawing("curve", c.faint))
            p.setPen(QColor(c.dim))
            room = self.width() - 46 - 44
            p.drawText(QPoint(46, 19), p.fontMetrics().elidedText(target.words, Qt.TextElideMode.ElideRight, room))
            p.setFont(theme.font(12, 600))
            p.setPen(QColor(colour_of(row.track, c)))
            self._words = self._value(target.unit) if self._words is None else self._words
            p.drawText(QPoint(46, 37), self._words)
            p.setFont(theme.small())
            p.setPen(QColor(c.faint))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            for value, y in ((target.high, 2), (target.low, self.height() - 17)):
                p.drawText(QRectF(0, y, self.width() - 7, 14), side, f"{value:.4g}")
            if target.fine is None:
                p.drawPixmap(self.width() - 22, self.height() // 2 - 7, self.heads.drawing("warning", c.warn))
            p.setPen(QColor(c.line))
            p.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
            p.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    def _value(self, unit: str) -> str:
        """What it is at the playhead; nothing where no lane of it is."""
        head, lanes = self.heads.studio.playhead, self.heads.lanes
        for owner, lane in self.row.lanes:
            if owner is None or owner.start <= head < owner.end:
                return f"{lanes.at(self.row, owner, lane, head):.4g} {unit}".rstrip()
        return ""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.heads.menu_asked.emit(self.row, event.globalPos())
