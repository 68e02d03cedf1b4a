"""Two sounds: both spectrograms and their difference in dB along one time, and A or B heard at the same place."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.compare.view import PairView
from app.ui.stage import sound, wavedraw
from app.ui.stage.player import Player
from app.ui.stage.viewer import Aside, at_once, clock
from engines.contract import Audio

TICK_MS = 30
SPAN = 40.0  # dB either way that the difference shows
FLOOR = -90.0
LOUDER, QUIETER = (242, 104, 60), (64, 148, 226)  # B louder than A, B quieter


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """B - A in dB of two spectrograms as `sound.spectrogram` gives them, float32 (rows, columns both have)."""
    count = min(a.shape[1], b.shape[1])
    x, y = (
        np.maximum(part[:, :count].astype(np.float32) / 255 * -sound.FLOOR_DB + sound.FLOOR_DB, FLOOR)
        for part in (a, b)
    )
    return y - x


def tinted(gap: np.ndarray, ground: tuple[int, int, int]) -> np.ndarray:
    """dB as colours, uint8 (rows, columns, 3): `ground` for none, orange where B is louder, blue where quieter."""
    share = np.clip(np.abs(gap) / SPAN, 0, 1)[..., None]
    ink = np.where(gap[..., None] > 0, np.array(LOUDER), np.array(QUIETER))
    return np.rint(np.array(ground) * (1 - share) + ink * share).astype(np.uint8)


class Bands(QWidget):
    """Three bands along one time: A, B and the difference, with the playhead. `sought`: to which second."""

    sought = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(220)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.heats: tuple[np.ndarray, np.ndarray] | None = None
        self.gap: np.ndarray | None = None
        self.seconds = (1.0, 1.0)
        self.rate = 1
        self.head, self.heard = 0.0, 0

    @property
    def span(self) -> wavedraw.Span:
        """The time that is shown: all of the longer one."""
        return wavedraw.Span(0.0, max(*self.seconds, 1e-3), self.width())

    def boxes(self) -> list[QRectF]:
        """Where A, B and the difference lie."""
        top, gap = wavedraw.RULER, 6.0
        tall = (self.height() - top - 2 * gap - 6) / 3
        wide = self.width() - 2 * wavedraw.EDGE
        return [QRectF(wavedraw.EDGE, top + n * (tall + gap), wide, tall) for n in range(3)]

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.stage))
            p.setFont(theme.small())
            if self.heats is None:
                return
            span = self.span
            for n, (box, heat) in enumerate(zip(self.boxes(), self.heats, strict=False)):
                part = QRectF(box.left(), box.top(), box.width() * self.seconds[n] / span.stop, box.height())
                p.fillRect(box, QColor(c.window))
                wavedraw.draw_heat(p, part, heat, (0.0, 1.0), FLOOR)
                wavedraw.label_heat(p, box, self.rate, wavedraw.Look(floor=FLOOR), c)
            self._difference(p, self.boxes()[2], c)
            self._names(p, c)
            wavedraw.draw_ruler(p, span, c)
            wavedraw.draw_head(p, span.x(self.head), self.height() - 6, c)
            if self.hasFocus():
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(QColor(c.focus), 1))
                p.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _difference(self, p: QPainter, box: QRectF, c: theme.Tokens) -> None:
        p.fillRect(box, QColor(c.window))
        if self.gap is None:
            p.setPen(QColor(c.dim))
            words = self.tr("Their rates differ, so no difference is drawn.")
            p.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            return
        ground = QColor(c.window)
        pixels = np.ascontiguousarray(tinted(self.gap, (ground.red(), ground.green(), ground.blue())))
        rows, columns = self.gap.shape
        image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        both = min(self.seconds) / self.span.stop
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        p.drawImage(QRectF(box.left(), box.top(), box.width() * both, box.height()), image)
        _scale(p, box, c)

    def _names(self, p: QPainter, c: theme.Tokens) -> None:
        names = ("A", "B", self.tr("B − A, in dB"))
        p.setFont(theme.font(12, 600))
        for n, (box, words) in enumerate(zip(self.boxes(), names, strict=True)):
            wide = p.fontMetrics().horizontalAdvance(words) + 16
            place = QRectF(box.left() + 56, box.top() + 6, wide, 20)
            heard = n == self.heard
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(c.accent) if heard else QColor(0, 0, 0, 150))
            p.drawRoundedRect(place, 10, 10)
            p.setPen(QColor(c.accent_text) if heard else QColor("#ffffff"))
            p.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.sought.emit(min(max(self.span.seconds(event.position().x()), 0.0), self.span.stop))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)


def _scale(p: QPainter, box: QRectF, c: theme.Tokens) -> None:
    """What the colours of the difference are, at its right end."""
    if box.height() < 60 or box.width() < 300:
        return
    steps = (SPAN, SPAN / 2, 0.0, -SPAN / 2, -SPAN)
    ground = QColor(c.window)
    bar = QRectF(box.right() - 16, box.top() + 10, 8, box.height() - 20)
    values = np.repeat(np.linspace(SPAN, -SPAN, 64, dtype=np.float32)[:, None], 4, 1)
    pixels = np.ascontiguousarray(tinted(values, (ground.red(), ground.green(), ground.blue())))
    p.drawImage(bar, QImage(pixels.data, 4, 64, 12, QImage.Format.Format_RGB888))
    p.setPen(QPen(QColor(c.faint), 1))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawRect(bar)
    p.setPen(QColor(c.dim))
    for n, value in enumerate(steps):
        y = bar.top() + bar.height() * n / (len(steps) - 1)
        words = f"{value:+.0f} dB" if value else "0"
        wide = p.fontMetrics().horizontalAdvance(words)
        p.drawText(QPointF(bar.left() - wide - 6, min(max(y + 4, bar.top() + 9), bar.bottom())), words)


class Sounds(PairView):
    """Space plays, X goes over to the other sound at the same place, the arrow keys move by half a second."""

    modes = ("a", "b")

    def __init__(self, aside: Aside = at_once) -> None:
        super().__init__("", aside)
        self.setAccessibleName(self.tr("Two sounds"))
        self.player = Player()
        self.pair: tuple[Audio, Audio] | None = None
        self.bands = Bands()
        self.bands.setAccessibleName(self.tr("Spectrograms of A and B, and their difference"))
        self.setFocusProxy(self.bands)
        self.column.addWidget(self.bands, 1)
        self.column.addWidget(self.bar)
        self.bands.sought.connect(self.seek)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._fill()
        self.look("a")

    def _fill(self) -> None:
        tr = self.tr
        start = self.deed("to-start", tr("To the start"), ("Home",), lambda _on=False: self.seek(0.0))
        self.play_deed = self.deed("play", tr("Play"), ("Space",), lambda _on=False: self.toggle())
        self.loop_deed = self.deed("loop", tr("Repeat"), ("R",), lambda on: self._loop(on))
        self.loop_deed.setCheckable(True)
        for deed in (start, self.play_deed, self.loop_deed):
            self.bar.button(deed)
        self.bar.row.addSpacing(theme.M)
        self.offer((("a", "volume", tr("Hear A"), "A"), ("b", "volume", tr("Hear B"), "B")))
        self.bar.row.addSpacing(theme.M)
        self.time_note = self.bar.note(tr("Playhead"), 150)
        self.bar.gap()
        self.hint = self.bar.note(tr("Hint"), 0, right=True)
        self.hint.setText(tr("X goes over to the other at the same place"))
        self.bar.spare(self.hint, 700)
        self.deed("compare", tr("Go over to the other"), ("X",), lambda _on=False: self.exchange())
        self.deed("step-back", tr("Half a second back"), ("Left",), lambda _on=False: self.seek(self._place - 0.5))
        self.deed("step-forward", tr("Half a second on"), ("Right",), lambda _on=False: self.seek(self._place + 0.5))

    @property
    def _place(self) -> float:
        return self.player.position

    def show_pair(self, a: Audio, b: Audio) -> None:  # type: ignore[override]
        """Lay two sounds one above the other."""
        if self.pair is not None and a is self.pair[0] and b is self.pair[1]:
            return
        self.pair = (a, b)
        self._load()

        def work() -> tuple[np.ndarray, np.ndarray]:
            one, other = (sound.spectrogram(part.samples, part.rate) for part in (a, b))
            return one, other

        def done(heats: tuple[np.ndarray, np.ndarray]) -> None:
            if self.pair is not None and a is self.pair[0] and b is self.pair[1]:
                self._drawn(heats, (a, b))

        self.aside(work, done)

    def _drawn(self, heats: tuple[np.ndarray, np.ndarray], pair: tuple[Audio, Audio]) -> None:
        bands = self.bands
        bands.heats, bands.rate = heats, int(pair[0].rate)
        bands.seconds = (len(pair[0].samples) / pair[0].rate, len(pair[1].samples) / pair[1].rate)
        bands.gap = None
        if pair[0].rate == pair[1].rate:
            bands.gap = self._gap(pair) if bands.seconds[0] != bands.seconds[1] else difference(*heats)
        bands.update()

    def _gap(self, pair: tuple[Audio, Audio]) -> np.ndarray:
        """Of what both have: columns of sounds of other lengths lie elsewhere in time."""
        count = min(len(one.samples) for one in pair)
        return difference(*(sound.spectrogram(one.samples[:count], one.rate) for one in pair))

    # ------------------------------------------------------------ hearing

    def relook(self) -> None:
        self.bands.heard = 0 if self.mode == "a" else 1
        self._load()
        self.bands.update()

    def exchange(self) -> None:
        """Go over to the other at the same place."""
        self.look("b" if self.mode == "a" else "a")

    def _load(self) -> None:
        if self.pair is not None:
            place, playing = self._place, self.player.playing
            self.player.load(self.pair[self.bands.heard], keep=True)
            if abs(self._place - place) > 0.002:
                self.player.seek(place)
            if playing and not self.player.playing:
                self.player.play()
            self._tick()

    def toggle(self) -> None:
        """Play or pause."""
        if self.pair is None:
            return
        if self.player.playing:
            self.player.pause()
        else:
            self.player.play()
            self._timer.start()
        self._tick()

    def seek(self, seconds: float) -> None:
        """Move the playhead."""
        self.player.seek(max(0.0, seconds))
        self._tick()

    def _loop(self, on: bool) -> None:
        self.player.loop = on

    def rest(self) -> None:
        """Stop and give the sound device back."""
        self.player.close()
        self._timer.stop()
        self._tick()

    def _tick(self) -> None:
        if self.player.playing and self.player.ended:
            self.player.pause()
        playing = self.player.playing
        self.play_deed.setIcon(theme.icon("pause" if playing else "play"))
        self.time_note.setText(f"{clock(self._place)} / {clock(self.player.seconds)}")
        if self._place != self.bands.head:
            self.bands.head = self._place
            self.bands.update()
        if not playing:
            self._timer.stop()
