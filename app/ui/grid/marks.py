"""What squares of a sheet are marked with: a badge with a figure or a star, a rim from worse to better, the best."""

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core.lab import sheet
from app.core.lab.verdict import number
from app.studio.judging import Judging
from app.ui import theme

TALL, RIM = 18, 3
WORSE, BETTER = "#3b2a6b", "#f2c230"  # from dark to bright, so that it is told without colour too


class Marks:
    """The marks as they are now."""

    def __init__(self, judging: Judging) -> None:
        self.by, self.figures, self.sweep = judging.by, judging.figures, judging.sweep
        best = self.sweep.best if self.sweep else None
        runs = judging.studio.sheet.squares if judging.studio.sheet else ()
        cells = zip(self.sweep.cells, runs, strict=True) if self.sweep else ()
        self.best = next((square.run for cell, square in cells if cell is best), "")
        if self.by == sheet.VOTE:
            self.best = ""  # every star is one

    def told(self, run: str) -> str:
        """What a square says: 'CLIP score 1.402, the best'."""
        if self.sweep is None or run not in self.figures:
            return ""
        if self.by == sheet.VOTE:
            return QCoreApplication.translate("Marks", "Favourite") if self.figures[run] else ""
        words = f"{self.sweep.aims[0].title} {number(self.figures[run])}"
        best = QCoreApplication.translate("Marks", "the best")
        return f"{words}, {best}" if run == self.best else words

    def paint(self, p: QPainter, box: QRectF, run: str, tokens: theme.Tokens) -> None:
        """The marks of a square upon it."""
        if self.sweep is None or run not in self.figures:
            return
        if self.by == sheet.VOTE:
            if self.figures[run]:
                theme.draw_icon(p, "star-filled", QRectF(box.x() + 5, box.y() + 5, TALL, TALL), tokens.accent)
            return
        aim = self.sweep.aims[0]
        heat = QColor(theme.mix(WORSE, BETTER, round(sheet.share(self.figures[run], self.figures, aim.better), 2)))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(heat, RIM))
        p.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)
        self._badge(p, box, run, heat)

    def _badge(self, p: QPainter, box: QRectF, run: str, heat: QColor) -> None:
        text = f"{'★ ' * (run == self.best)}{number(self.figures[run])}"
        p.setFont(theme.font(11, 600))
        wide = p.fontMetrics().horizontalAdvance(text) + 10
        place = QRectF(box.x() + RIM + 2, box.y() + RIM + 2, wide, TALL)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(heat)
        p.drawRoundedRect(place, 4, 4)
        p.setPen(QColor("#14110f" if heat.lightnessF() > 0.45 else "#ffffff"))
        p.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)
