"""How a model is painted: its name, its facts and size below, and in a third line what is wrong or missing."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.studio import Found
from app.ui import theme
from app.ui.models import words
from app.ui.models.model import ModelList

Index = QModelIndex | QPersistentModelIndex
LINE, NOTED = 48, 16  # pixels of a row, and of its third line


class ModelDelegate(QStyledItemDelegate):
    """Two lines, or three. What is opened has its drawing in the accent colour and says so."""

    def __init__(self, model: ModelList, parent: QObject) -> None:
        super().__init__(parent)
        self.model = model
        self._low, self._tall = QSize(180, LINE), QSize(180, LINE + NOTED)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Asked for every row of thousands at once, so the row is not fetched through Qt."""
        found = self.model.rows[index.row()]
        return self._tall if found.lacks or found.model.trouble else self._low

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found = self.model.rows[index.row()]
        tokens = theme.current(option.widget)  # type: ignore[attr-defined]
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _ground(painter, option.state, box, tokens)  # type: ignore[attr-defined]
        ink = "bad" if found.model.trouble else "accent" if found.opened else "dim"
        theme.icon(words.icon(found.model), ink).paint(painter, _square(box.left() + 10, box.top() + 14, 20).toRect())
        room = QRectF(box.left() + 40, box.top() + 6, box.width() - 50, box.height() - 12)
        self._name(painter, room, found, tokens)
        self._facts(painter, room, found, tokens)
        note = words.note(found)
        if note:
            self._note(painter, room, note, tokens.bad if found.model.trouble else tokens.warn)
        painter.restore()

    def _name(self, p: QPainter, room: QRectF, found: Found, tokens: theme.Tokens) -> None:
        line = QRectF(room.left(), room.top(), room.width(), 20)
        if found.copies:
            theme.icon("copy", "dim").paint(p, _square(line.right() - 14, line.top() + 3, 14).toRect())
            line.setWidth(line.width() - 20)
        p.setFont(theme.font(13, 600 if found.opened else 400))
        p.setPen(QColor(tokens.text))
        _write(p, line, words.name(found.model), Qt.TextElideMode.ElideMiddle)

    def _facts(self, p: QPainter, room: QRectF, found: Found, tokens: theme.Tokens) -> None:
        line = QRectF(room.left(), room.top() + 20, room.width(), 16)
        size = words.size(found.model)
        p.setFont(theme.small())
        p.setPen(QColor(tokens.dim))
        p.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, size)
        line.setWidth(line.width() - p.fontMetrics().horizontalAdvance(size) - 8)
        text = words.facts(found.model)
        if found.opened:
            word, text = self.tr("Opened"), f"· {text}"
            p.setPen(QColor(tokens.accent))
            _write(p, line, word, Qt.TextElideMode.ElideRight)
            line.setLeft(line.left() + p.fontMetrics().horizontalAdvance(word + " "))
        p.setPen(QColor(tokens.dim))
        _write(p, line, text, Qt.TextElideMode.ElideRight)

    def _note(self, p: QPainter, room: QRectF, text: str, colour: str) -> None:
        p.setFont(theme.small())
        p.setPen(QColor(colour))
        _write(p, QRectF(room.left(), room.top() + 36, room.width(), NOTED), text, Qt.TextElideMode.ElideRight)


def _ground(p: QPainter, state: QStyle.StateFlag, box: QRectF, tokens: theme.Tokens) -> None:
    """Selection, focus and the mouse."""
    inner = box.adjusted(2, 1, -2, -1)
    p.setPen(Qt.PenStyle.NoPen)
    if state & QStyle.StateFlag.State_Selected:
        p.setBrush(QColor(tokens.accent_soft))
        p.drawRoundedRect(inner, theme.RADIUS, theme.RADIUS)
    elif state & QStyle.StateFlag.State_MouseOver:
        p.setBrush(QColor(tokens.hover))
        p.drawRoundedRect(inner, theme.RADIUS, theme.RADIUS)
    if state & QStyle.StateFlag.State_HasFocus:
        p.setPen(QPen(QColor(tokens.focus), 2))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRoundedRect(inner.adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)


def _square(left: float, top: float, side: float) -> QRectF:
    return QRectF(left, top, side, side)


def _write(p: QPainter, line: QRectF, text: str, mode: Qt.TextElideMode) -> None:
    shown = p.fontMetrics().elidedText(text, mode, int(line.width()))
    p.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
