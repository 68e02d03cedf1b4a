"""What is written over a mesh: the axes in a corner, and its statistics."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.core.mesh.camera import Camera
from app.ui import theme

ARM = 26.0
AXES = (("X", "#ff6b5e", "#c62f22"), ("Y", "#8fd06a", "#3d7d1c"), ("Z", "#6ea8ff", "#1f5fc4"))  # dark, light


def paint_axes(p: QPainter, where: QRectF, camera: Camera, c: theme.Tokens) -> None:
    """The three axes as they lie in the view, at the lower left; the far ends are hollow."""
    right, up, back = camera.axes()
    middle = QPointF(where.left() + ARM + 18, where.bottom() - ARM - 18)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setFont(theme.font(10, 700))
    for k in np.argsort(back).tolist():  # far ones first
        name, dark, light = AXES[k]
        tone = QColor(dark if c.dark else light)
        tip = middle + QPointF(float(right[k]) * ARM, -float(up[k]) * ARM)
        p.setPen(QPen(tone, 2))
        p.drawLine(middle, tip)
        near = float(back[k]) >= -0.05
        p.setBrush(tone if near else QColor(c.stage))
        p.setPen(QPen(tone, 1.5))
        p.drawEllipse(tip, 7.5, 7.5)
        p.setPen(QColor(c.stage) if near else tone)
        p.drawText(QRectF(tip.x() - 8, tip.y() - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, name)


def paint_facts(p: QPainter, where: QRectF, lines: Sequence[tuple[str, str]], c: theme.Tokens) -> None:
    """Names and figures in two columns at the upper left."""
    p.setFont(theme.small())
    metrics = p.fontMetrics()
    tall = metrics.height() + 3
    first = max(metrics.horizontalAdvance(name) for name, _ in lines)
    second = max(metrics.horizontalAdvance(figure) for _, figure in lines)
    box = QRectF(where.left() + 10, where.top() + 10, first + second + 36, tall * len(lines) + 12)
    if box.width() > where.width() - 20 or box.height() > where.height() - 20:
        return
    ground = QColor(c.panel)
    ground.setAlpha(215)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(ground)
    p.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
    for n, (name, figure) in enumerate(lines):
        row = QRectF(box.left() + 10, box.top() + 6 + n * tall, box.width() - 20, tall)
        p.setPen(QColor(c.dim))
        p.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        p.setPen(QColor(c.text))
        p.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
