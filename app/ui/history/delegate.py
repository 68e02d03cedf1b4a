"""How an entry of the history is painted: as a card in the grid, as a line in the tree."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.core.entry import Entry
from app.ui import theme, thumbs
from app.ui.history.model import ENTRY, NOTE, THUMB

BADGES = {"audio": "audio", "video": "video", "mesh": "mesh"}
Index = QModelIndex | QPersistentModelIndex


def draw_thumb(p: QPainter, box: QRectF, image: QImage | None, ground: str) -> QRectF:
    """`image` in the middle of `box`; a plain card while there is none. Returns where it lies."""
    if image is not None and not image.isNull():
        return thumbs.draw(p, box, image, ground, radius=5)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(ground))
    p.drawRoundedRect(box, 5, 5)
    return box


def _outline(p: QPainter, option: QStyleOptionViewItem, box: QRectF, tokens: theme.Tokens) -> None:
    """Selection, focus and the mouse."""
    state = option.state  # type: ignore[attr-defined]
    if state & QStyle.StateFlag.State_Selected:
        p.setPen(QPen(QColor(tokens.accent), 1))
        p.setBrush(QColor(tokens.accent_soft))
    elif state & QStyle.StateFlag.State_MouseOver:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(QColor(tokens.hover))
    else:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), theme.RADIUS, theme.RADIUS)
    if state & QStyle.StateFlag.State_HasFocus:
        p.setPen(QPen(QColor(tokens.focus), 2))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), theme.RADIUS, theme.RADIUS)


def _badge(p: QPainter, icon: tuple[str, str], place: QRectF, tokens: theme.Tokens) -> None:
    ground = QColor(tokens.panel)
    ground.setAlphaF(0.85)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(ground)
    p.drawRoundedRect(place, 4, 4)
    theme.icon(*icon).paint(p, place.toRect().adjusted(3, 3, -3, -3))


def _stars(p: QPainter, count: int, place: QRectF, tokens: theme.Tokens) -> None:
    """So many stars in the lower right corner."""
    text = "★" * count
    p.setFont(theme.small())
    wide = p.fontMetrics().horizontalAdvance(text) + 8
    box = QRectF(place.right() - wide - 2, place.bottom() - 20, wide, 18)
    ground = QColor(tokens.panel)
    ground.setAlphaF(0.85)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(ground)
    p.drawRoundedRect(box, 4, 4)
    p.setPen(QColor(tokens.warn))
    p.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class CardDelegate(QStyledItemDelegate):
    """A square picture, the prompt below it, a star and the medium in its corners."""

    side = 116

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.side, self.side + 20)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ENTRY)
        tokens = theme.current(option.widget)  # type: ignore[attr-defined]
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _outline(painter, option, box, tokens)
        picture = box.adjusted(7, 7, -7, -25)
        place = draw_thumb(painter, picture, index.data(THUMB), tokens.raised)
        if entry.favourite:
            _badge(painter, ("star-filled", "warn"), QRectF(place.right() - 22, place.top() + 2, 20, 20), tokens)
        if entry.stars:
            _stars(painter, entry.stars, place, tokens)
        if entry.medium in BADGES:
            _badge(
                painter, (BADGES[entry.medium], "text"), QRectF(place.left() + 2, place.bottom() - 22, 20, 20), tokens
            )
        if entry.parent:
            _badge(painter, ("branch", "good"), QRectF(place.left() + 2, place.top() + 2, 20, 20), tokens)
        words = QRectF(box.left() + 7, box.bottom() - 23, box.width() - 14, 18)
        painter.setFont(theme.small())
        painter.setPen(QColor(tokens.text))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(" ".join(index.data().split()), Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class LineDelegate(QStyledItemDelegate):
    """A small picture, the prompt, and below it where the branch left its parent."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(180, 52)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ENTRY)
        tokens = theme.current(option.widget)  # type: ignore[attr-defined]
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _outline(painter, option, box, tokens)
        picture = QRectF(box.left() + 5, box.top() + 5, 42, 42)
        draw_thumb(painter, picture, index.data(THUMB), tokens.raised)
        left = picture.right() + 9
        room = box.right() - left - (26 if entry.favourite else 8)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(tokens.text))
        text = metrics.elidedText(" ".join(index.data().split()), Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, box.top() + 6, room, 20), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(theme.small())
        painter.setPen(QColor(tokens.dim))
        note = index.data(NOTE) or f"{entry.engine} · {entry.seed}"
        note = f"{'★' * entry.stars} {note}" if entry.stars else note
        note = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, box.top() + 26, room, 18), Qt.AlignmentFlag.AlignVCenter, note)
        if entry.favourite:
            theme.icon("star-filled", "warn").paint(painter, QRectF(box.right() - 24, box.top() + 16, 18, 18).toRect())
        painter.restore()
