"""A plot drawn by its description, in the colours of the theme, and written as SVG, PNG or CSV."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from app.core.lab.plot import Plot, svg
from app.ui import theme

INKS_DARK = ("#5fb3ec", "#f29a4f", "#56c48d", "#cf93e3", "#d9bd45", "#f585ac")
INKS = ("#0b66a8", "#b8500a", "#17794a", "#8b3ba3", "#7a6100", "#c0245f")
WIDE = 1200  # pixels of a PNG


def dressed(plot: Plot, dark: bool) -> str:
    """The plot as an SVG file that needs no page: its colours and its type are in it."""
    inks, text = (INKS_DARK, "#ece8e2") if dark else (INKS, "#1d1f23")
    drawn = svg(plot)
    for n, ink in enumerate(inks):
        drawn = drawn.replace(f'class="s{n}"', f'color="{ink}"')
    drawn = drawn.replace('class="faint"', 'opacity="0.16"')
    head = f'<svg color="{text}" font-family="sans-serif" font-size="12"'
    return drawn.replace("<svg", head, 1)


def painted(plot: Plot, size: QSize, dark: bool, ground: str) -> QImage:
    """The plot as a picture that fits `size`."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    with QPainter(image) as p:
        _render(p, plot, QRectF(0, 0, size.width(), size.height()), dark)
    return image


def file_of(plot: Plot, path: Path) -> bytes:
    """What a file of `path`'s kind holds: SVG, or else PNG; dark ink on white."""
    if path.suffix.lower() == ".svg":
        return dressed(plot, dark=False).encode()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    painted(plot, QSize(WIDE, WIDE * 3 // 5), False, "#ffffff").save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())


def _render(p: QPainter, plot: Plot, where: QRectF, dark: bool) -> None:
    renderer = QSvgRenderer(QByteArray(dressed(plot, dark).encode()))
    renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(p, where)


class PlotView(QWidget):
    """Shows a plot as large as there is room."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.plot: Plot | None = None
        self.setAccessibleName(name)
        self.setMinimumSize(QSize(280, 160))

    def show_plot(self, plot: Plot | None) -> None:
        """Show `plot`; None shows nothing."""
        self.plot = plot
        if plot is not None:
            self.setAccessibleDescription("; ".join(f"{one.name}: {len(one.points)}" for one in plot.series))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 360)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.panel))
            if self.plot is not None:
                _render(p, self.plot, QRectF(self.rect()).adjusted(8, 8, -8, -8), c.dark)
