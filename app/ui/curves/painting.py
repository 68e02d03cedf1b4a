"""How a curve is painted: grid, the curve of its keys, what becomes of it, keys with their handles, the playhead."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.core.timeline.curve import sampled
from app.ui import theme
from app.ui.curves.sight import plain, values_of
from app.ui.curves.span import ticks

if TYPE_CHECKING:
    from app.ui.curves.graph import Graph

RULER = 18.0  # pixels at the top for bars or seconds


def paint(p: QPainter, graph: Graph) -> None:
    """Everything of the graph."""
    c = theme.current(graph)
    p.fillRect(graph.rect(), QColor(c.stage))
    if graph.shown is not None:
        _grid(p, graph, c)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        _curves(p, graph, c)
        _keys(p, graph, c)
        _playhead(p, graph, c)
        _band(p, graph, c)
    if graph.hasFocus():
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(QColor(c.focus), 1))
        p.drawRect(graph.rect().adjusted(0, 0, -1, -1))


def _grid(p: QPainter, graph: Graph, c: theme.Tokens) -> None:
    """The time before and after the owner darker, values and beats as lines with their names."""
    span, shown = graph.span, graph.shown
    assert shown is not None
    begin, end = span.x(float(graph.since)), span.x(float(graph.since + shown.length))
    p.fillRect(QRectF(begin, 0, end - begin, graph.height()), QColor(c.panel))
    p.setFont(theme.font(10))
    for value in ticks(span.low, span.high, max(2, graph.height() // 44)):
        y = span.y(value)
        p.setPen(QPen(QColor(c.line), 1))
        p.drawLine(QPointF(0, y), QPointF(graph.width(), y))
        p.setPen(QColor(c.dim))
        if y > RULER + 10:
            p.drawText(QPointF(5, y - 3), f"{value:.6g}")
    for x, name, strong in moments(graph):
        p.setPen(QPen(QColor(c.pressed if strong else c.line), 1))
        p.drawLine(QPointF(x, RULER - 4 if not strong else 0), QPointF(x, graph.height()))
        if name:
            p.setPen(QColor(c.dim))
            p.drawText(QPointF(x + 4, 12), name)


def moments(graph: Graph) -> list[tuple[float, str, bool]]:
    """The lines of time that are seen: where, what they are called, and whether they are strong. Bars and beats; bars
    alone, or every so many of them, where beats would stand too close."""
    span, clock = graph.span, graph.clock
    first = clock.place(Fraction(max(0.0, span.left)).limit_denominator(1000)).bar
    bar = float(clock.at_bar(first + 1) - clock.at_bar(first))
    pitch = bar / (span.right - span.left) * span.width
    every = 1
    while pitch * every < 46:
        every *= 2
    found: list[tuple[float, str, bool]] = []
    number = first - (first - 1) % every
    while (at := float(clock.at_bar(number))) <= span.right and len(found) < 400:
        found.append((span.x(at), str(number), True))
        beats = clock.metre(clock.at_bar(number)).beats
        if every == 1 and pitch / beats >= 14:
            found += [(span.x(float(clock.at_bar(number, beat))), "", False) for beat in range(2, beats + 1)]
        number += every
    return found


def _curves(p: QPainter, graph: Graph, c: theme.Tokens) -> None:
    """The keys' curve; where an expression or a sound steers, that pale and what becomes of it strong."""
    shown, lane, span = graph.shown, graph.lane, graph.span
    assert shown is not None
    assert lane is not None
    xs = np.arange(0, graph.width() + 2, 2.0)
    seconds = span.left + xs / span.width * (span.right - span.left)
    steered = bool(lane.expression or lane.modulator)
    p.setBrush(Qt.BrushStyle.NoBrush)
    if steered:
        p.setPen(QPen(QColor(c.faint), 1.2, Qt.PenStyle.DashLine))
        p.drawPolyline(_line(xs, sampled(plain(lane), shown.base, seconds, shown.hearing), graph))
    p.setPen(QPen(QColor(c.accent if lane.on else c.faint), 1.8))
    p.drawPolyline(_line(xs, values_of(shown, seconds, lane), graph))


def _line(xs: np.ndarray, values: np.ndarray, graph: Graph) -> QPolygonF:
    span = graph.span
    ys = np.clip((span.high - values) / (span.high - span.low) * span.height, -1e4, 1e4)
    return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])


def _keys(p: QPainter, graph: Graph, c: theme.Tokens) -> None:
    lane = graph.lane
    assert lane is not None
    for n in graph.chosen:
        if n < len(lane.keys):
            for place in graph.handle_places(n).values():
                p.setPen(QPen(QColor(c.dim), 1))
                p.drawLine(graph.place_of(lane.keys[n]), place)
                p.setBrush(QColor(c.panel))
                p.drawEllipse(place, 3.5, 3.5)
    for n, key in enumerate(lane.keys):
        place = graph.place_of(key)
        size = 6.0 if n == graph.near or n in graph.chosen else 5.0
        p.setPen(QPen(QColor(c.accent), 1.6))
        p.setBrush(QColor(c.accent if n in graph.chosen else c.panel))
        p.drawPolygon(QPolygonF([place + QPointF(*d) * size for d in ((0, -1), (1, 0), (0, 1), (-1, 0))]))
    _figures(p, graph, c)


def _figures(p: QPainter, graph: Graph, c: theme.Tokens) -> None:
    """The one key that is chosen, or under the hand, in figures."""
    lane = graph.lane
    n = graph.near if graph.near is not None else next(iter(graph.chosen)) if len(graph.chosen) == 1 else None
    if lane is None or n is None or n >= len(lane.keys):
        return
    key = lane.keys[n]
    unit = graph.shown.param.unit if graph.shown and graph.shown.param else ""
    text = f"{graph.clock.bars_and_beats(graph.since + key.at)}   {key.value:.4g} {unit}".rstrip()
    p.setFont(theme.font(11))
    wide, high = p.fontMetrics().horizontalAdvance(text) + 14.0, p.fontMetrics().height() + 4.0
    place = graph.place_of(key)
    x = min(max(2.0, place.x() + 10), graph.width() - wide - 2)
    y = place.y() - high - 8 if place.y() > high + RULER + 8 else place.y() + 10
    p.setPen(QPen(QColor(c.line), 1))
    p.setBrush(QColor(c.raised))
    p.drawRoundedRect(QRectF(x, y, wide, high), 4, 4)
    p.setPen(QColor(c.text))
    p.drawText(QRectF(x, y, wide, high), Qt.AlignmentFlag.AlignCenter, text)


def _playhead(p: QPainter, graph: Graph, c: theme.Tokens) -> None:
    x = graph.span.x(float(graph.playhead))
    p.setPen(QPen(QColor(c.text), 1))
    p.drawLine(QPointF(x, 0), QPointF(x, graph.height()))
    p.setBrush(QColor(c.text))
    p.drawPolygon(QPolygonF([QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, 7)]))


def _band(p: QPainter, graph: Graph, c: theme.Tokens) -> None:
    shade = QColor(c.accent)
    shade.setAlphaF(0.12)
    if graph.band is not None:
        p.setPen(QPen(QColor(c.accent), 1))
        p.setBrush(shade)
        p.drawRect(graph.band)
        return
    box = graph.box()
    if box is not None:
        p.setPen(QPen(QColor(c.dim), 1, Qt.PenStyle.DashLine))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRect(box)
