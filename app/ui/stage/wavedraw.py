"""How a sound is painted: waveform, spectrogram, their scales, the ruler of time and the loop brace over it."""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPen, QPolygonF

from app.ui import theme
from app.ui.stage.sound import FLOOR_DB, FULL, Peaks, Scale, height

RULER = 26
EDGE = 8  # pixels left and right of the sound
GAP = 6
SHARE = 0.5  # of the height for the waveform, when both are shown
HEAT = ("#0d0c0b", "#2b1a17", "#5f2a1c", "#a83c1c", "#f2683c", "#ffb469", "#fff4dc")
HEAT_LIGHT = ("#f6f4f1", "#f3dccf", "#eab89d", "#dc8055", "#b83c18", "#741d11", "#260a07")
HERTZ = (50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
UNITS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


class Look(Struct, frozen=True):
    """What of a sound is shown: `parts` 'both', 'wave' or 'heat'; the pitch axis; `floor` in dB is drawn darkest."""

    parts: str = "both"
    scale: Scale = "log"
    floor: float = -90.0


class Span(Struct, frozen=True):
    """Seconds `start` to `stop` drawn over a width of pixels."""

    start: float
    stop: float
    width: int

    @property
    def across(self) -> int:
        """Pixels the sound has."""
        return max(1, self.width - 2 * EDGE)

    def x(self, seconds: float) -> float:
        """Where a second lies."""
        return EDGE + (seconds - self.start) / (self.stop - self.start) * self.across

    def seconds(self, x: float) -> float:
        """Which second lies at a pixel."""
        return self.start + (x - EDGE) / self.across * (self.stop - self.start)


def places(size: tuple[int, int], parts: str) -> tuple[QRectF, QRectF]:
    """Where waveform and spectrogram lie in a widget of `size`; empty for the one that is not shown."""
    left, top, across = float(EDGE), float(RULER), float(max(1, size[0] - 2 * EDGE))
    room = max(2.0, size[1] - RULER - EDGE)
    if parts == "both":
        tall = round((room - GAP) * SHARE)
        return QRectF(left, top, across, tall), QRectF(left, top + tall + GAP, across, room - GAP - tall)
    whole, none = QRectF(left, top, across, room), QRectF(left, top, 0, 0)
    return (whole, none) if parts == "wave" else (none, whole)


# ---------------------------------------------------------------- waveform


def draw_wave(p: QPainter, where: QRectF, columns: np.ndarray, c: theme.Tokens) -> None:
    """(columns, channels, 2) lowest and highest; channels one above the other."""
    lanes = columns.shape[1]
    for lane in range(lanes):
        tall = where.height() / lanes
        middle, half = where.top() + tall * (lane + 0.5), tall * 0.46
        low = (middle - columns[:, lane, 0] * half + 0.5).tolist()
        high = (middle - columns[:, lane, 1] * half - 0.5).tolist()
        p.setPen(QPen(QColor(c.accent), 1.15))
        left = where.left() + 0.5
        p.drawLines([QLineF(left + x, a, left + x, b) for x, (a, b) in enumerate(zip(low, high, strict=True))])
        loud = np.flatnonzero(np.abs(columns[:, lane]).max(axis=1) >= FULL)
        p.setPen(QPen(QColor(c.bad), 1.5))
        p.drawLines([QLineF(left + x, middle - half - 3, left + x, middle - half + 3) for x in loud.tolist()])


def draw_grid(p: QPainter, where: QRectF, lanes: int, c: theme.Tokens) -> None:
    """For each channel the middle, and lines at half the full scale (-6 dB)."""
    tall = where.height() / lanes
    for lane in range(lanes):
        middle = where.top() + tall * (lane + 0.5)
        p.setPen(QPen(QColor(c.line), 1))
        p.drawLine(QPointF(where.left(), middle), QPointF(where.right(), middle))
        p.setPen(QPen(QColor(c.line), 1, Qt.PenStyle.DotLine))
        for part in (-0.23, 0.23):
            p.drawLine(QPointF(where.left(), middle + part * tall), QPointF(where.right(), middle + part * tall))


def draw_curve(p: QPainter, points: list[QPointF], c: theme.Tokens) -> None:
    """The samples joined by lines, with a dot each where there is room."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(QPen(QColor(c.accent), 1.4))
    p.drawPolyline(QPolygonF(points))
    if len(points) > 1 and points[1].x() - points[0].x() >= 5:
        p.setPen(QPen(QColor(c.accent), 4.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        p.drawPoints(QPolygonF(points))
    p.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def curves(peaks: Peaks, rate: int, span: Span, where: QRectF) -> Iterator[list[QPointF]]:
    """For each channel the samples in view as points."""
    first = max(0, int(span.start * rate))
    part = peaks.samples[first : int(span.stop * rate) + 2]
    tall = where.height() / part.shape[1]
    for lane in range(part.shape[1]):
        middle = where.top() + tall * (lane + 0.5)
        ys = (middle - part[:, lane] * tall * 0.46).tolist()
        yield [QPointF(span.x((first + n) / rate), y) for n, y in enumerate(ys)]


def label_wave(p: QPainter, where: QRectF, lanes: int, c: theme.Tokens) -> None:
    """What the lines of the waveform mean."""
    tall = where.height() / lanes
    if tall < 60:
        return
    for lane in range(lanes):
        top = where.top() + tall * (lane + 0.5) - tall * 0.46
        _label(p, QPointF(where.left() + 3, top + 0.25 * tall * 0.92), "−6 dB", c)


# ---------------------------------------------------------------- spectrogram


def draw_heat(p: QPainter, where: QRectF, heat: np.ndarray, part: tuple[float, float], floor: float) -> None:
    """`part` (from, to) of the columns of the spectrogram; below `floor` dB it is as dark (or pale) as can be."""
    heat = np.ascontiguousarray(heat)
    rows, columns = heat.shape
    image = QImage(heat.data, int(columns), int(rows), int(columns), QImage.Format.Format_Indexed8)
    image.setColorTable(_table(floor, theme.current().dark))
    source = QRectF(part[0] * columns, 0, max(1e-3, (part[1] - part[0]) * columns), rows)
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    p.drawImage(where, image.convertToFormat(QImage.Format.Format_RGB32), source)


def label_heat(p: QPainter, where: QRectF, rate: int, look: Look, c: theme.Tokens) -> None:
    """Pitches on the left, loudness on the right."""
    if where.height() < 50:
        return
    last = where.bottom() + 40.0
    for hertz in HERTZ:
        y = where.bottom() - height(hertz, rate, look.scale) * where.height()
        if where.top() + 9 < y < where.bottom() - 5 and last - y >= 18:
            last = y
            p.setPen(QPen(QColor(c.faint), 1))
            p.drawLine(QPointF(where.left(), y), QPointF(where.left() + 5, y))
            words = f"{hertz // 1000} kHz" if hertz >= 1000 else f"{hertz} Hz"
            _label(p, QPointF(where.left() + 8, y), words, c)
    if where.height() >= 90 and where.width() >= 260:
        _legend(p, QRectF(where.right() - 16, where.top() + 12, 8, where.height() - 24), look.floor, c)


def _legend(p: QPainter, where: QRectF, floor: float, c: theme.Tokens) -> None:
    stops = HEAT if c.dark else HEAT_LIGHT
    fill = QLinearGradient(where.bottomLeft(), where.topLeft())
    for n, stop in enumerate(stops):
        fill.setColorAt(n / (len(stops) - 1), QColor(stop))
    p.setPen(QPen(QColor(c.faint), 1))
    p.setBrush(fill)
    p.drawRect(where)
    for part, words in ((1.0, "0 dB"), (0.5, f"−{-floor / 2:.0f}"), (0.0, f"−{-floor:.0f}")):
        y = where.bottom() - part * where.height()
        wide = p.fontMetrics().horizontalAdvance(words)
        _label(p, QPointF(where.left() - wide - 8, min(max(y, where.top() + 6), where.bottom() - 6)), words, c)


def _table(floor: float, dark: bool) -> list[int]:
    """256 colours: from `floor` dB at the first to 0 dB at the last."""
    colours = [QColor(stop) for stop in (HEAT if dark else HEAT_LIGHT)]
    table = np.array([[c.red(), c.green(), c.blue()] for c in colours], float)
    share = np.clip(1 - np.linspace(FLOOR_DB, 0, 256) / floor, 0, 1)
    parts = [np.interp(share, np.linspace(0, 1, len(colours)), table[:, k]).astype(int) for k in range(3)]
    return [0xFF000000 | (int(r) << 16) | (int(g) << 8) | int(b) for r, g, b in zip(*parts, strict=True)]


def _label(p: QPainter, at: QPointF, words: str, c: theme.Tokens) -> None:
    """`words` with their middle at the height of `at`, on a patch of the ground so that they can be read."""
    wide, tall = p.fontMetrics().horizontalAdvance(words), p.fontMetrics().height()
    box = QRectF(at.x(), at.y() - tall / 2, wide + 6, tall)
    ground = QColor(c.stage)
    ground.setAlpha(185)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(ground)
    p.drawRoundedRect(box, 3, 3)
    p.setPen(QColor(c.text))
    p.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


# ---------------------------------------------------------------- ruler and brace


def draw_ruler(p: QPainter, span: Span, c: theme.Tokens) -> None:
    """Seconds, with a fifth or a half between."""
    rough = (span.stop - span.start) / max(1.0, span.width / 90)
    unit = next((u for u in UNITS if u >= rough), UNITS[-1])
    p.fillRect(QRectF(0, 0, span.width, RULER), QColor(c.window))
    p.setFont(theme.small())
    tick = int(span.start / unit * 5)
    while tick * unit / 5 <= span.stop:
        seconds = tick * unit / 5
        x, whole = span.x(seconds), tick % 5 == 0
        if x >= EDGE - 0.5:
            p.setPen(QColor(c.faint if whole else c.line))
            p.drawLine(QPointF(x, RULER - (8 if whole else 4)), QPointF(x, RULER))
            words = tick_words(seconds, unit) if whole else ""
            if words and x + 4 + p.fontMetrics().horizontalAdvance(words) < span.width:
                p.setPen(QColor(c.dim))
                p.drawText(QPointF(x + 4, RULER - 9), words)
        tick += 1


def draw_brace(p: QPainter, span: Span, brace: tuple[float, float], tall: int) -> None:
    """The range in the ruler with a handle at each end; what lies outside is dimmed."""
    c = theme.current()
    left, right = span.x(brace[0]), span.x(brace[1])
    low, high = max(float(EDGE), left), min(float(span.width - EDGE), right)
    veil = QColor(c.stage)
    veil.setAlpha(150)
    if low > EDGE:
        p.fillRect(QRectF(EDGE, RULER, min(low, span.width - EDGE) - EDGE, tall - RULER), veil)
    if high < span.width - EDGE:
        start = max(high, float(EDGE))
        p.fillRect(QRectF(start, RULER, span.width - EDGE - start, tall - RULER), veil)
    if high <= low:
        return
    band = QColor(c.accent)
    band.setAlpha(70)
    p.fillRect(QRectF(low, 0, high - low, RULER), band)
    p.fillRect(QRectF(low, 0, high - low, 4), QColor(c.accent))
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    for x, way in ((left, 1), (right, -1)):
        if EDGE - 1 <= x <= span.width - EDGE + 1:
            p.setPen(QPen(QColor(c.accent), 1.5))
            p.drawLine(QPointF(x, 0), QPointF(x, tall))
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(QColor(c.accent))
            p.drawPolygon(QPolygonF([QPointF(x, 0), QPointF(x + 9 * way, 0), QPointF(x, 13)]))


def draw_head(p: QPainter, x: float, tall: int, c: theme.Tokens) -> None:
    """The playhead."""
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(QPen(QColor(c.text), 1.5))
    p.drawLine(QPointF(x, RULER), QPointF(x, tall))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(c.text))
    p.drawPolygon(QPolygonF([QPointF(x - 5, RULER - 8), QPointF(x + 5, RULER - 8), QPointF(x, RULER)]))


def tick_words(seconds: float, unit: float) -> str:
    """A tick of the ruler as m:ss, with as many decimals as `unit` needs."""
    minutes, rest = divmod(round(seconds, 3), 60)
    digits = 0 if unit >= 1 else 1 if unit >= 0.1 else 2 if unit >= 0.01 else 3
    return f"{int(minutes)}:{rest:0{3 + digits if digits else 2}.{digits}f}"
