"""A piano's keys to look at and to play on: by the mouse, by the computer's keyboard, or lit by a MIDI keyboard."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.stage.pianoroll import BLACK, pitch_name

LOWEST, HIGHEST = 36, 96
TYPED = "awsedftgyhujkolp"  # one octave and a bit from C, as on a piano: A is white, W is black
LOUD = 96  # the velocity of a key that knows none


class Keys(QWidget):
    """`played(pitch, velocity)` is emitted for every key that goes down, with velocity 0 when it is let go."""

    played = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Piano keys"))
        self.setAccessibleDescription(
            self.tr("A to P play the notes from C on, Z and X move an octave down and up; the mouse plays too.")
        )
        self.setToolTip(self.accessibleDescription())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.octave = 5  # A plays the C of this octave of MIDI: 60
        self.down: set[int] = set()
        self._typed: dict[int, int] = {}  # the computer's key -> the pitch it plays
        self._pressed: int | None = None  # by the mouse

    def sizeHint(self) -> QSize:
        return QSize(640, 96)

    def light(self, pitch: int, velocity: int) -> None:
        """Show a key as down or up."""
        (self.down.add if velocity else self.down.discard)(pitch)
        self.update()

    def release(self) -> None:
        """Let everything go."""
        for pitch in sorted(self.down):
            self._strike(pitch, 0)
        self._typed.clear()
        self._pressed = None

    def _strike(self, pitch: int, velocity: int) -> None:
        self.light(pitch, velocity)
        self.played.emit(pitch, velocity)

    # ------------------------------------------------------------ where the keys lie

    def _white(self) -> list[int]:
        return [pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch % 12 not in BLACK]

    def places(self) -> Iterator[tuple[int, QRectF]]:
        """Every key and its place, white ones first, as they are painted."""
        white = self._white()
        wide = self.width() / len(white)
        for n, pitch in enumerate(white):
            yield pitch, QRectF(n * wide, 0, wide, self.height())
        for n, pitch in enumerate(white[:-1]):
            if pitch + 1 not in white:
                yield pitch + 1, QRectF((n + 0.68) * wide, 0, 0.64 * wide, 0.62 * self.height())

    def key_at(self, at: QPointF) -> int | None:
        """The key under a point."""
        found = [pitch for pitch, where in self.places() if where.contains(at)]
        return found[-1] if found else None

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            p.setFont(theme.font(9))
            for pitch, where in self.places():
                self._paint_key(p, pitch, where.adjusted(0.5, 0, -0.5, -1), c)
            if self.hasFocus():
                p.setPen(QPen(QColor(c.focus), 2))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_key(self, p: QPainter, pitch: int, where: QRectF, c: theme.Tokens) -> None:
        black = pitch % 12 in BLACK
        tone = c.accent if pitch in self.down else "#1a1815" if black else "#f1ede6"
        p.setPen(QPen(QColor("#2b2824"), 1))
        p.setBrush(QColor(tone))
        p.drawRoundedRect(where, 2, 2)
        if black:
            return
        base = 12 * self.octave
        note = TYPED[pitch - base].upper() if 0 <= pitch - base < len(TYPED) and self.hasFocus() else ""
        note = note or (pitch_name(pitch) if pitch % 12 == 0 else "")
        p.setPen(QColor("#1a1815" if pitch in self.down else "#6f6962"))
        p.drawText(where, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, note)

    # ------------------------------------------------------------ hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._move_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._move_to(None)

    def _move_to(self, at: QPointF | None) -> None:
        key = None if at is None else self.key_at(at)
        if key == self._pressed:
            return
        if self._pressed is not None:
            self._strike(self._pressed, 0)
        self._pressed = key
        if key is not None and at is not None:
            self._strike(key, round(50 + 70 * min(1.0, max(0.0, at.y() / max(1, self.height())))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text().lower()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if not plain or not text or (text not in TYPED and text not in "zx"):
            super().keyPressEvent(event)
        elif event.isAutoRepeat():
            return
        elif text in "zx":
            self.release()
            self.octave = min(7, max(3, self.octave + (1 if text == "x" else -1)))
            self.update()
        else:
            pitch = 12 * self.octave + TYPED.index(text)
            if pitch not in self.down:
                self._typed[event.key()] = pitch
                self._strike(pitch, LOUD)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        pitch = None if event.isAutoRepeat() else self._typed.pop(event.key(), None)
        if pitch is not None:
            self._strike(pitch, 0)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.release()
        super().focusOutEvent(event)
