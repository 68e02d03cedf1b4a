"""The history as Qt models: a flat list for the grid and a tree of branches over the same entries and thumbnails."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import QImage

from app.core.entry import Entry
from app.studio import Studio
from app.ui import thumbs

ENTRY = Qt.ItemDataRole.UserRole
THUMB = Qt.ItemDataRole.UserRole + 1
NOTE = Qt.ItemDataRole.UserRole + 2
SIDE = 256
_KEPT = 240
_OPEN = 6
_PATIENCE = 10.0  # seconds after which an unanswered question no longer holds up the others
_NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class Thumbnails(QObject):
    """Thumbnails by run: asked for when first painted, the newest wish first, a bounded number kept."""

    arrived = Signal(str)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._wanted: list[str] = []
        self._open: dict[str, float] = {}  # since when it has been asked for
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    def get(self, run: str) -> QImage | None:
        """The thumbnail, or None while it is on its way."""
        image = self._kept.get(run)
        if image is not None:
            self._kept.move_to_end(run)
            return image
        if run not in self._open and run not in self._wanted:
            self._wanted.append(run)
            del self._wanted[:-64]  # what has been scrolled past is not asked for
            self._soon.start()
        return None

    def _ask(self) -> None:
        now = time.monotonic()
        self._open = {run: since for run, since in self._open.items() if now - since < _PATIENCE}
        while self._wanted and len(self._open) < _OPEN:
            run = self._wanted.pop()
            self._open[run] = now
            self._studio.thumbnail(run, partial(self._answer, run))

    def _answer(self, run: str, path: Path | None) -> None:
        self._open.pop(run, None)
        self._kept[run] = thumbs.load(path, SIDE) if path is not None else QImage()
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(run)
        if self._wanted:
            self._soon.start()


def recipe_words(entry: Entry, tr: Any) -> str:
    """The recipe in short, for the tooltip."""
    lines = [entry.prompt or tr("(no prompt)")]
    if entry.negative:
        lines.append(tr("without: %1").replace("%1", entry.negative))
    lines.append(f"{entry.engine} · {tr('seed')} {entry.seed}")
    if entry.width and entry.height:
        lines[-1] += f" · {entry.width}×{entry.height}"
    if entry.seconds:
        lines.append(tr("made in %1 s").replace("%1", f"{entry.seconds:.1f}"))
    if entry.parent:
        lines.append(
            tr("branched from step %1 of %2").replace("%1", str(entry.parent_step)).replace("%2", entry.parent)
        )
    return "\n".join(lines)


class Entries(QObject):
    """What both models know of an entry: its words, its thumbnail, and what is dragged out."""

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(studio, self)

    def data(self, entry: Entry, role: int) -> Any:
        """The answer of an item for `role`; None where it has none."""
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return entry.prompt or self.tr("(no prompt)")
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return recipe_words(entry, self.tr)
            case x if x == ENTRY:
                return entry
            case x if x == THUMB:
                return self.thumbnails.get(entry.run)
        return None

    @staticmethod
    def mime(entries: Sequence[Entry]) -> QMimeData:
        """The files of `entries`, to be dropped into another program."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(entry.path)) for entry in entries])
        return data


class HistoryList(QAbstractListModel):
    """The entries in a row, newest first."""

    def __init__(self, shared: Entries, parent: QObject) -> None:
        super().__init__(parent)
        self.shared = shared
        self.entries: list[Entry] = []
        self._rows: dict[str, int] = {}
        shared.thumbnails.arrived.connect(self._arrived)

    def show(self, entries: list[Entry]) -> None:
        """Show these; where only a few were added or changed, the view keeps its place and selection."""
        old = [entry.run for entry in self.entries]
        new = [entry.run for entry in entries]
        gone, come = set(old) - set(new), set(new) - set(old)
        alike = [run for run in old if run not in gone] == [run for run in new if run not in come]
        if not old or not alike or len(gone) > 200 or (len(come) > 200 and new[: len(old)] != old):
            self.beginResetModel()
            self.entries = entries
            self.endResetModel()
        else:
            self._drop(gone)
            self._bring(entries, come)
        self._rows = {run: row for row, run in enumerate(new)}

    def _drop(self, gone: set[str]) -> None:
        for row in reversed(range(len(self.entries))):
            if self.entries[row].run in gone:
                self.beginRemoveRows(QModelIndex(), row, row)
                self.entries = self.entries[:row] + self.entries[row + 1 :]
                self.endRemoveRows()

    def _bring(self, entries: list[Entry], come: set[str]) -> None:
        """Insert what is new, a run of neighbours at a time, and take over the changed ones."""
        row = 0
        while row < len(entries):
            end = row
            while end < len(entries) and entries[end].run in come:
                end += 1
            if end > row:
                self.beginInsertRows(QModelIndex(), row, end - 1)
                self.entries = self.entries[:row] + entries[row:end] + self.entries[row:]
                self.endInsertRows()
            row = end + 1
        self.entries = entries
        if entries:
            self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))

    def find(self, run: str) -> QModelIndex:
        """Where `run` is; invalid when it is not shown."""
        return self.index(self._rows[run]) if run in self._rows else QModelIndex()

    def _arrived(self, run: str) -> None:
        index = self.find(run)
        if index.isValid():
            self.dataChanged.emit(index, index, [THUMB])

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self.shared.data(self.entries[index.row()], role) if index.isValid() else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return Entries.mime([self.entries[index.row()] for index in indexes])

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction


class Node:
    """An entry in the tree, with its branches in the order of the steps they left at."""

    def __init__(self, entry: Entry | None, parent: "Node | None") -> None:
        self.entry, self.parent = entry, parent
        self.children: list[Node] = []
        self.row = 0


def _hangs_from(node: Node, other: Node) -> bool:
    """Whether `node` is `other` or one of its branches."""
    above: Node | None = node
    while above is not None and above is not other:
        above = above.parent
    return above is other


class HistoryTree(QAbstractItemModel):
    """Parents and their branches. A branch whose parent is not shown stands by itself."""

    def __init__(self, shared: Entries, parent: QObject) -> None:
        super().__init__(parent)
        self.shared = shared
        self.root = Node(None, None)
        self._nodes: dict[str, Node] = {}
        shared.thumbnails.arrived.connect(self._arrived)

    def show(self, entries: list[Entry]) -> None:
        """Build the tree of these entries."""
        self.beginResetModel()
        self.root = Node(None, None)
        self._nodes = {entry.run: Node(entry, None) for entry in entries}
        for node in self._nodes.values():
            assert node.entry is not None
            above = self._nodes.get(node.entry.parent or "", self.root)
            if _hangs_from(above, node):  # files can say what they like, a tree has no rings
                above = self.root
            node.parent = above
            above.children.append(node)
        for node in (self.root, *self._nodes.values()):
            if node is not self.root:
                node.children.sort(key=lambda child: (child.entry.parent_step or 0, child.entry.created))  # type: ignore[union-attr]
            for row, child in enumerate(node.children):
                child.row = row
        self.endResetModel()

    def find(self, run: str) -> QModelIndex:
        """Where `run` is; invalid when it is not shown."""
        node = self._nodes.get(run)
        return self.createIndex(node.row, 0, node) if node is not None else QModelIndex()

    def _node(self, index: Index) -> Node:
        return index.internalPointer() if index.isValid() else self.root

    def _arrived(self, run: str) -> None:
        index = self.find(run)
        if index.isValid():
            self.dataChanged.emit(index, index, [THUMB])

    def index(self, row: int, column: int, parent: Index = _NONE) -> QModelIndex:
        children = self._node(parent).children
        return (
            self.createIndex(row, column, children[row]) if 0 <= row < len(children) and not column else QModelIndex()
        )

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        above = self._node(index).parent if index.isValid() else None
        if above is None or above is self.root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = _NONE) -> int:
        return len(self._node(parent).children)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._node(index)
        if node.entry is None:
            return None
        return self._note(node) if role == NOTE else self.shared.data(node.entry, role)

    def _note(self, node: Node) -> str:
        """What the tree writes under the prompt: where it left its parent, and how many branches it has."""
        entry, words = node.entry, []
        assert entry is not None
        if entry.parent:
            words.append(self.tr("from step %1").replace("%1", str(entry.parent_step)))
            if node.parent is self.root:
                words.append(self.tr("of a result not shown here"))
        if node.children:
            several = self.tr("%1 branches").replace("%1", str(len(node.children)))
            words.append(several if len(node.children) > 1 else self.tr("1 branch"))
        return " · ".join(words)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return Entries.mime([node.entry for node in map(self._node, indexes) if node.entry is not None])

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction
