"""The command palette: every action by a few letters of its name."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme

ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class Command(Struct, frozen=True, eq=False):
    """Something the palette offers: `text`, where it comes from, its keys, and what it does."""

    text: str
    place: str
    keys: str
    act: Callable[[], object]
    icon: QIcon | None = None


def score(query: str, text: str) -> float | None:
    """How well `query` is found in `text`, letters in order, case aside; None: it is not. Higher is better.

    A letter at the start of a word counts most, then one right after the letter before it; long texts count less.
    """
    wanted, within = query.casefold().replace(" ", ""), text.casefold()
    total, last = 0.0, -1
    for letter in wanted:
        starts = (at for at in range(last + 1, len(within)) if within[at] == letter and _begins(within, at))
        after = last + 1 if within[last + 1 : last + 2] == letter else -1
        place = after if after >= 0 and last >= 0 else next(starts, -1)
        if place < 0:
            place = within.find(letter, last + 1)
        if place < 0:
            return None
        total += 3 if _begins(within, place) else 2 if place == last + 1 else 0.5
        last = place
    return total - 0.01 * len(text) + (4 if query.casefold().strip() in within else 0)


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def found(commands: Sequence[Command], query: str) -> list[Command]:
    """The commands `query` finds, best first; all of them in their own order for an empty one."""
    if not query.strip():
        return list(commands)
    scored = [(score(query, f"{command.text} {command.place}"), command) for command in commands]
    hits = [(value, command) for value, command in scored if value is not None]
    return [command for _, command in sorted(hits, key=lambda hit: -hit[0])]


class Rows(QStyledItemDelegate):
    """One line a command: drawing, text, where from, keys."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        command, c = index.data(ROW), theme.current()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent_soft))
            painter.drawRoundedRect(option.rect.adjusted(2, 1, -2, -1), 6, 6)
        place = option.rect.adjusted(42, 0, -14, 0)
        if command.icon is not None:
            command.icon.paint(painter, QRect(option.rect.x() + 14, option.rect.center().y() - 8, 18, 18))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(c.dim))
        painter.setFont(theme.small())
        right = command.keys or command.place
        wide = painter.fontMetrics().horizontalAdvance(right)
        painter.drawText(place, int(middle | Qt.AlignmentFlag.AlignRight), right)
        painter.setPen(QColor(c.text))
        painter.setFont(theme.font())
        room = place.adjusted(0, 0, -wide - 12, 0)
        shown = painter.fontMetrics().elidedText(command.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(middle), shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(300, 34)


class Palette(QDialog):
    """Type a few letters, Enter does it. `offer` opens it over `window` with these commands."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(self.tr("Command palette"))
        self.setModal(True)
        self.host = window
        self.commands: list[Command] = []
        self.line = QLineEdit(placeholderText=self.tr("What do you want to do?"))
        self.line.setAccessibleName(self.tr("Search commands"))
        self.line.setMinimumHeight(36)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._search)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setItemDelegate(Rows(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.itemClicked.connect(lambda item: self._do(item))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        column.addWidget(self.line)
        column.addWidget(self.list)

    def offer(self, commands: Sequence[Command]) -> None:
        """Open with these commands."""
        self.commands = list(commands)
        self.line.clear()
        self._search("")
        window = self.host
        self.resize(min(560, window.width() - 80), min(440, window.height() - 120))
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, 76)))
        self.open()
        self.line.setFocus()

    def _search(self, query: str) -> None:
        self.list.clear()
        for command in found(self.commands, query):
            item = QListWidgetItem(self.list)
            item.setData(ROW, command)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{command.text} {command.keys}".strip())
        self.list.setCurrentRow(0)

    def _do(self, item: QListWidgetItem | None) -> None:
        self.accept()
        if item is not None:
            item.data(ROW).act()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress:
            return False
        assert isinstance(event, QKeyEvent)
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if event.key() in moves:
            last = self.list.count() - 1
            self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + moves[Qt.Key(event.key())])))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do(self.list.currentItem())
            return True
        return False
