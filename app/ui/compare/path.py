"""The dialog of paths: the points between two results as a strip, and the measures of the path beneath."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.lab import path as paths
from app.studio import Studio
from app.studio.pathing import Pathing
from app.ui import theme, thumbs
from app.ui.declared import said
from app.ui.lab.plotview import PlotView
from app.ui.widgets import Choice, Number, relook, say
from engines.contract import Media

LARGE = 400  # pixels of the point that is looked at


class Points(QWidget):
    """The points in a row; a click or the arrow keys choose one. `chosen`: its number, from 0."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[QImage] = []
        self.count, self.at = 0, 0
        self._of: list[Media] = []
        self.setFixedHeight(92)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Points of the path"))

    def show_points(self, shown: Sequence[Media], count: int) -> None:
        """Show those made so far, of `count`."""
        if len(shown) < len(self._of) or list(shown[: len(self._of)]) != self._of:
            self.pictures, self._of = [], []
        for one in shown[len(self._of) :]:
            self.pictures.append(thumbs.thumb(one, 128, theme.current(self)))
        self._of, self.count = list(shown), count
        self.at = min(self.at, max(0, count - 1))
        self.update()

    def box(self, n: int) -> QRectF:
        """Where the n-th point lies."""
        wide = min(88.0, (self.width() - 4) / max(1, self.count))
        left = (self.width() - wide * self.count) / 2
        return QRectF(left + n * wide + 2, 4, wide - 4, self.height() - 8)

    def go(self, n: int) -> None:
        """Choose a point that is there."""
        if 0 <= n < len(self.pictures):
            self.at = n
            words = self.tr("Point %1 of %2").replace("%1", str(n + 1)).replace("%2", str(self.count))
            self.setAccessibleDescription(words)
            self.chosen.emit(n)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.panel))
            p.setRenderHint(QPainter.RenderHint.Antialiasing)
            for n in range(self.count):
                box = self.box(n)
                if n < len(self.pictures):
                    place = thumbs.draw(p, box, self.pictures[n], c.raised)
                    if n == self.at:
                        p.setBrush(Qt.BrushStyle.NoBrush)
                        p.setPen(QPen(QColor(c.accent), 2))
                        p.drawRoundedRect(place.adjusted(-1, -1, 1, 1), 4, 4)
                else:
                    p.setPen(QPen(QColor(c.line), 1, Qt.PenStyle.DashLine))
                    p.setBrush(Qt.BrushStyle.NoBrush)
                    p.drawRoundedRect(box, 4, 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            for n in range(self.count):
                if self.box(n).left() <= event.position().x() < self.box(n).right() + 4:
                    self.go(n)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: self.at - 1, Qt.Key.Key_Right: self.at + 1, Qt.Key.Key_Home: 0}
        moves[Qt.Key.Key_End] = len(self.pictures) - 1
        to = moves.get(Qt.Key(event.key()))
        if to is None:
            super().keyPressEvent(event)
        else:
            self.go(to)


class Shown(QWidget):
    """One picture as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: QImage | None = None
        self.setMinimumSize(QSize(220, 220))
        self.setAccessibleName(self.tr("The point that is looked at"))

    def show_media(self, media: Media | None) -> None:
        """Show `media`, or nothing."""
        self.picture = thumbs.thumb(media, LARGE, theme.current(self)) if media is not None else None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(LARGE, LARGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.current(self)
        with QPainter(self) as p:
            p.fillRect(self.rect(), QColor(c.stage))
            if self.picture is not None and not self.picture.isNull():
                thumbs.draw(p, QRectF(self.rect()).adjusted(8, 8, -8, -8), self.picture, c.raised)


class PathDialog(QDialog):
    """From A to B through the latents both are made of."""

    def __init__(self, studio: Studio, run_a: str, run_b: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.pathing = Pathing(studio, self)
        self.setWindowTitle(self.tr("Path from A to B"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.count = Number(paths.FEWEST, 33, 1, whole=True)
        self.count.set_value(9)
        self.count.setAccessibleName(self.tr("Points"))
        self.way = Choice()
        self.way.addItem(self.tr("Along the arc"), "arc")
        self.way.addItem(self.tr("Straight"), "line")
        self.way.setMinimumContentsLength(14)
        self.way.setAccessibleName(self.tr("Way"))
        self.words = QLineEdit(placeholderText=self.tr("Words whose fit is measured (may stay empty)"))
        self.words.setAccessibleName(self.tr("Words"))
        self.make = QPushButton(theme.icon("spark", "accent_text"), self.tr("Go"))
        self.make.setProperty("look", "primary")
        self.export = QPushButton(theme.icon("export"), self.tr("Export …"))
        self.points, self.large = Points(), Shown()
        self.plots = (PlotView(studio), PlotView(studio))
        self.heads = (say(self.tr("DISTANCE TO THE NEXT"), "section"), say(self.tr("FIT TO THE WORDS"), "section"))
        self.told = say("", "dim", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self._build()
        self._listen()
        self.pathing.put(run_a, run_b)

    def _build(self) -> None:
        how = QHBoxLayout()
        how.addWidget(say(self.tr("Points"), "dim"))
        self.count.setFixedWidth(190)
        how.addWidget(self.count)
        how.addWidget(self.way)
        how.addWidget(self.words, 1)
        how.addWidget(self.make)
        grid = QGridLayout()
        grid.setSpacing(theme.M)
        grid.addWidget(self.large, 0, 0, 4, 1)
        for n, (head, plot) in enumerate(zip(self.heads, self.plots, strict=True)):
            grid.addWidget(head, 2 * n, 1)
            grid.addWidget(plot, 2 * n + 1, 1)
            grid.setRowStretch(2 * n + 1, 1)
            plot.opened.connect(lambda key: self.points.go(int(key)))
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 4)
        foot = QHBoxLayout()
        foot.addWidget(self.told, 1)
        foot.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addLayout(how)
        column.addWidget(self.points)
        column.addWidget(self.progress)
        column.addLayout(grid, 1)
        column.addLayout(foot)
        self.resize(980, 780)
        for one in (self.make, self.export):
            one.setAutoDefault(False)

    def _listen(self) -> None:
        self.make.clicked.connect(lambda _checked=False: self.begin())
        self.export.clicked.connect(lambda _checked=False: self._ask_export())
        self.points.chosen.connect(lambda n: self.large.show_media(self.pathing.shown[n]))
        self.pathing.changed.connect(self._show)

    def begin(self) -> None:
        """Make the points as it is set; what is being made is given up."""
        if self.pathing.busy:
            self.pathing.stop()
        else:
            self.points.at = 0
            self.pathing.make(int(self.count.value()), self.way.currentData(), self.words.text())

    def _show(self) -> None:
        now = self.pathing
        self.points.show_points(now.shown, now.count)
        if len(now.shown) == 1 or (now.along is not None and self.large.picture is None):
            self.points.go(0)
        self.progress.setRange(0, max(1, now.count))
        self.progress.setValue(len(now.shown))
        self.progress.setVisible(now.busy)
        drawn = paths.plots(now.along, said) if now.along else ()
        for n, view in enumerate(self.plots):
            view.show_plot(drawn[n] if n < len(drawn) else None)
            for part in (view, self.heads[n]):
                part.setVisible(n < max(1, len(drawn)))
        self.words.setEnabled(now.fitter() is not None)
        self.make.setText(self.tr("Stop") if now.busy else self.tr("Go"))
        self.export.setEnabled(now.along is not None)
        self.told.setText(self._sentence())
        relook(self.told, "bad" if now.trouble else "dim")

    def _sentence(self) -> str:
        now = self.pathing
        if now.trouble:
            return now.trouble
        if now.along is None:
            return self.tr("Measuring …") if now.busy and len(now.shown) == now.count else ""
        words = self.tr(
            "Length %1, path length of Karras et al. %2 (both by %3); evenness %4: 1 is a path without a jump."
        )
        told = (f"{now.along.length:.4g}", f"{now.along.ppl:.4g}", said(now.along.name), f"{now.along.evenness:.2f}")
        for n, value in enumerate(told, 1):
            words = words.replace(f"%{n}", value)
        return words

    def _ask_export(self) -> None:
        kinds = "PNG (*.png);;CSV (*.csv)"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export the path"), str(Path.home() / "path.png"), kinds)
        if path:
            self.pathing.export(Path(path) if Path(path).suffix else Path(path + ".png"))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.pathing.stop()
        super().closeEvent(event)
