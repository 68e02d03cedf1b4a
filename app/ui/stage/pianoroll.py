"""The piano roll above a waveform: the notes of a sound on a grid of bars and beats, in step with the wave below."""

import math

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.stage import wavedraw
from app.ui.stage.wave import Wave
from engines.contract import Notes

KEYS = 44  # pixels of the keyboard
RULER = 22
LANE = 14  # pixels of the drums' lane
DRUMS = 9  # the channel of drums
LEAST = 25  # semitones that are shown at least
NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
BLACK = frozenset((1, 3, 6, 8, 10))
CHANNELS = ("#f2683c", "#5aa7e0", "#7fbf7a", "#c58be0", "#e5b252", "#58c4b8")
CHANNELS_LIGHT = ("#c8431a", "#1f6fae", "#3d7f38", "#8645a8", "#96680a", "#1a7c71")


class Grid(Struct, frozen=True):
    """Where bars and beats lie, in seconds from the beginning. A beat of 6/8 is three eighths."""

    bar: float
    beat: float

    def place(self, seconds: float) -> tuple[int, float]:
        """(bar, beat) of a second, both counted from 1."""
        bar = math.floor(seconds / self.bar + 1e-6)
        return bar + 1, 1 + max(0.0, seconds - bar * self.bar) / self.beat

    def whole(self, start: float, stop: float) -> tuple[float, float]:
        """The bars these seconds touch, from bar line to bar line."""
        first = math.floor(min(start, stop) / self.bar + 1e-6)
        last = math.ceil(max(start, stop) / self.bar - 1e-6)
        return first * self.bar, max(first + 1, last) * self.bar


def grid(notes: Notes) -> Grid:
    """The grid of notes, from their tempo and metre."""
    top, bottom = notes.metre
    unit = 60.0 / notes.tempo * 4 / bottom
    return Grid(bar=top * unit, beat=3 * unit if bottom == 8 and top % 3 == 0 else unit)


def pitch_name(pitch: int) -> str:
    """60 is 'C4'."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


def span_of(pitches: np.ndarray) -> tuple[int, int]:
    """The lowest and highest row for these pitches, with a little room."""
    low, high = (int(pitches.min()) - 2, int(pitches.max()) + 2) if len(pitches) else (60, 72)
    short = max(0, LEAST - (high - low + 1))
    low, high = low - short // 2, high + short - short // 2
    return max(0, low), min(127, high)


class PianoRoll(QWidget):
    """Draws the notes of the sound in `wave`, over the same seconds; hidden while there are none.

    It follows the wave (the part in view, the playhead, the loop brace) and moves it: a click seeks, the wheel zooms,
    a drag along the bars sets the brace from bar line to bar line.
    """

    barred = Signal(float, float)  # seconds of the bars that were dragged over
    sought = Signal(float)

    def __init__(self, wave: Wave) -> None:
        super().__init__()
        self.wave = wave
        self.setAccessibleName(self.tr("Piano roll"))
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumHeight(110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.notes: Notes | None = None
        self._low, self._high = 60, 72
        self._picture: QPixmap | None = None
        self._shown: tuple[object, ...] = ()
        self._from: float | None = None  # the second where a drag along the bars began
        self._over: int | None = None  # the note under the pointer
        wave.painted.connect(self._follow)
        wave.viewed.connect(self._follow)
        self.hide()

    def show_notes(self, notes: Notes | None) -> None:
        """Draw these notes; None, or none of them, hides the roll."""
        there = notes is not None and len(notes.start) > 0
        self.notes = notes if there else None
        self._over = None
        if notes is not None and there:
            self._low, self._high = span_of(notes.pitch[notes.channel != DRUMS])
            words = self.tr("%1 notes, %2 bars").replace("%1", str(len(notes.start)))
            bars = math.ceil(float((notes.start + notes.length).max()) / grid(notes).bar - 1e-3)
            self.setAccessibleDescription(words.replace("%2", str(bars)))
        self._picture = None
        self.setVisible(there)
        self.update()

    def still(self) -> QImage:
        """What is drawn, without the playhead."""
        return self._drawn().toImage()

    # ------------------------------------------------------------ where things lie

    def _follow(self) -> None:
        """The wave has been painted: in step with it."""
        wave = self.wave
        shown = (wave.start, wave.stop, wave.width(), wave.x())
        if shown != self._shown:
            self._shown, self._picture = shown, None
            self.update()
        elif self.isVisible():
            self.update()

    @property
    def _span(self) -> wavedraw.Span:
        return wavedraw.Span(self.wave.start, self.wave.stop, self.wave.width())

    def _x(self, seconds: float) -> float:
        return self.wave.x() + self._span.x(seconds)

    def _seconds(self, x: float) -> float:
        return min(max(self._span.seconds(x - self.wave.x()), 0.0), self.wave.length)

    def _rows(self) -> QRectF:
        """Where the rows of pitches lie."""
        lane = LANE if self.notes is not None and (self.notes.channel == DRUMS).any() else 0
        left = float(self.wave.x())
        return QRectF(left, RULER, max(1, self.wave.width()), max(1.0, self.height() - RULER - lane))

    def _y(self, pitch: float) -> float:
        """The upper edge of a pitch's row."""
        rows = self._rows()
        return rows.top() + (self._high - pitch) * rows.height() / (self._high - self._low + 1)

    def box(self, k: int) -> QRectF:
        """Where note `k` is drawn."""
        assert self.notes is not None
        start, length, pitch = float(self.notes.start[k]), float(self.notes.length[k]), int(self.notes.pitch[k])
        left, right = self._x(start), self._x(start + length)
        if int(self.notes.channel[k]) == DRUMS:
            return QRectF(left, self._rows().bottom() + 3, 3, LANE - 6)
        top, tall = self._y(pitch), self._y(pitch - 1) - self._y(pitch)
        return QRectF(left, top + 0.5, max(2.0, right - left - 1), max(2.0, tall - 1))

    def note_at(self, x: float, y: float) -> int | None:
        """The note drawn there; the last drawn where several are."""
        if self.notes is None:
            return None
        return next((k for k in reversed(self._order()) if self.box(k).adjusted(-1, -1, 1, 1).contains(x, y)), None)

    def _order(self) -> list[int]:
        """The notes in view in the order they are drawn: the tune, which is the first channel, on top."""
        assert self.notes is not None
        ends = self.notes.start + self.notes.length
        seen = np.flatnonzero((ends > self.wave.start) & (self.notes.start < self.wave.stop))
        return [int(k) for k in seen[np.argsort(-self.notes.channel[seen].astype(int), kind="stable")]]

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        picture = self._drawn()
        with QPainter(self) as p:
            p.drawPixmap(0, 0, picture)
            area = QRectF(self.wave.x(), 0, self.wave.width(), self.height())
            p.setClipRect(area)
            if self.wave.brace.span is not None:
                start, stop = (self._x(second) for second in self.wave.brace.span)
                tint = QColor(c.accent)
                tint.setAlpha(34)
                p.fillRect(QRectF(start, 0, stop - start, self.height()), tint)
            if self._over is not None and self.notes is not None and self._over < len(self.notes.start):
                p.setRenderHint(QPainter.RenderHint.Antialiasing)
                p.setPen(QPen(QColor(c.text), 1.5))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRoundedRect(self.box(self._over), 2, 2)
            x = self._x(self.wave.head)
            p.setPen(QPen(QColor(c.text), 1.5))
            p.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def _drawn(self) -> QPixmap:
        """Everything that stays while the playhead moves, drawn once for a view, a size and a theme."""
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            self._picture.setDevicePixelRatio(ratio)
            c = theme.current(self)
            self._picture.fill(QColor(c.stage))
            if self.notes is not None:
                with QPainter(self._picture) as p:
                    p.setFont(theme.small())
                    p.setClipRect(QRectF(self.wave.x(), 0, self.wave.width(), self.height()))
                    self._draw_rows(p, c)
                    self._draw_grid(p, self.notes, c)
                    self._draw_notes(p, self.notes, c)
                    p.setClipping(False)
                    self._draw_keys(p, c)
        return self._picture

    def _draw_rows(self, p: QPainter, c: theme.Tokens) -> None:
        """Rows of black keys a shade apart, a line under every C."""
        rows = self._rows()
        for pitch in range(self._low, self._high + 1):
            top, bottom = self._y(pitch), self._y(pitch - 1)
            if pitch % 12 not in BLACK:
                p.fillRect(QRectF(rows.left(), top, rows.width(), bottom - top), QColor(c.window))
            if pitch % 12 == 0:
                p.setPen(QPen(QColor(c.line), 1))
                p.drawLine(QPointF(rows.left(), bottom), QPointF(rows.right(), bottom))

    def _draw_grid(self, p: QPainter, notes: Notes, c: theme.Tokens) -> None:
        """Bar lines with their numbers, beats where there is room."""
        lines = grid(notes)
        p.fillRect(QRectF(0, 0, self.width(), RULER), QColor(c.window))
        wide = self._x(lines.bar) - self._x(0.0)
        every = next(n for n in (1, 2, 4, 8, 16, 32, 64, 128, 1 << 20) if n * wide >= 26)
        first = max(0, math.floor(self.wave.start / lines.bar))
        last = min(math.ceil(self.wave.stop / lines.bar), first + 4000)
        for bar in range(first, last + 1):
            x = self._x(bar * lines.bar)
            if wide >= 6:
                p.setPen(QPen(QColor(c.faint if wide >= 26 else c.line), 1))
                p.drawLine(QPointF(x, RULER - 6), QPointF(x, self.height()))
            if bar % every == 0:
                p.setPen(QColor(c.dim))
                p.drawText(QPointF(x + 4, RULER - 7), str(bar + 1))
            if wide >= 60:
                p.setPen(QPen(QColor(c.line), 1))
                for beat in range(1, round(lines.bar / lines.beat)):
                    at = self._x(bar * lines.bar + beat * lines.beat)
                    p.drawLine(QPointF(at, RULER), QPointF(at, self.height()))

    def _draw_notes(self, p: QPainter, notes: Notes, c: theme.Tokens) -> None:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(Qt.PenStyle.NoPen)
        for k in self._order():
            p.setBrush(shade(int(notes.channel[k]), int(notes.velocity[k]), c))
            p.drawRoundedRect(self.box(k), 2, 2)

    def _draw_keys(self, p: QPainter, c: theme.Tokens) -> None:
        """The keyboard at the left, with the name of every C."""
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        p.fillRect(QRectF(0, RULER, self.wave.x(), self.height() - RULER), QColor("#e9e5de" if c.dark else "#ffffff"))
        p.setFont(theme.font(9))
        right = float(self.wave.x())
        for pitch in range(self._low, self._high + 1):
            top, bottom = self._y(pitch), self._y(pitch - 1)
            if pitch % 12 in BLACK:
                p.fillRect(QRectF(0, top, right * 0.62, bottom - top), QColor("#2a2724"))
            elif pitch % 12 in (0, 5):
                p.setPen(QColor("#b5aea4"))
                p.drawLine(QPointF(0, bottom), QPointF(right, bottom))
            if pitch % 12 == 0 and bottom - top >= 4:
                p.setPen(QColor("#4a453f"))
                p.drawText(QRectF(0, bottom - 12, right - 4, 12), Qt.AlignmentFlag.AlignRight, pitch_name(pitch))

    # ------------------------------------------------------------ pointer

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._picture = None
            self.update()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.notes is None:
            return
        at = self._seconds(event.position().x())
        if event.position().y() < RULER:
            self._from = at
        else:
            self.sought.emit(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, notes = event.position(), self.notes
        if notes is None:
            return
        if self._from is not None:
            self.barred.emit(*grid(notes).whole(self._from, self._seconds(at.x())))
            return
        over = self.note_at(at.x(), at.y())
        self.setToolTip(self.words(over) if over is not None else "")
        if over != self._over:
            self._over = over
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None and self.notes is not None:
            self.barred.emit(*grid(self.notes).whole(self._from, self._seconds(event.position().x())))
        self._from = None

    def leaveEvent(self, event: QEvent) -> None:
        self._over = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.wave.zoom(1.25 ** (event.angleDelta().y() / 120), self._seconds(event.position().x()))
        event.accept()

    def words(self, k: int) -> str:
        """Note `k` in words: its name, where it begins, how loud it is."""
        assert self.notes is not None
        bar, beat = grid(self.notes).place(float(self.notes.start[k]))
        pitch = int(self.notes.pitch[k])
        name = (
            self.tr("Drum %1").replace("%1", str(pitch)) if int(self.notes.channel[k]) == DRUMS else pitch_name(pitch)
        )
        words = self.tr("%1, bar %2, beat %3, velocity %4").replace("%1", name).replace("%2", str(bar))
        return words.replace("%3", f"{beat:.3g}").replace("%4", str(int(self.notes.velocity[k])))


def shade(channel: int, velocity: int, c: theme.Tokens) -> QColor:
    """The colour of a channel's notes; softer ones let the ground through."""
    table = CHANNELS if c.dark else CHANNELS_LIGHT
    colour = QColor(table[channel % len(table)])
    colour.setAlphaF(0.35 + 0.65 * min(velocity, 110) / 110)
    return colour
